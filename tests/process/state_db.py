"""The rows of a `state.db` while its process is stopped: read, and written so that their checksums hold."""
import contextlib
import sqlite3
import struct


def crc32c(data):
    remainder = 0xFFFFFFFF
    for byte in data:
        remainder ^= byte
        for _ in range(8):
            remainder = remainder >> 1 ^ (0x82F63B78 if remainder & 1 else 0)
    return remainder ^ 0xFFFFFFFF


def rows(path, table="rows"):
    """(key, value, checksum, generation) of each row, by key."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute(f"SELECT key, value, crc32c, generation FROM {table} ORDER BY key").fetchall()


def write_row(path, key, value):
    """Another value under a key that is there, with the checksum that it then has."""
    generation = next(row[3] for row in rows(path) if row[0] == key)
    checksum = crc32c(key.encode() + b"\0" + struct.pack("<q", generation) + value)
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE rows SET value=?, crc32c=? WHERE key=?", (value, checksum, key))
        database.commit()
