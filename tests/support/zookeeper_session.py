"""One ZooKeeper session, for tests that change what masters keep there: read, write, open a node to others.

The few requests of the wire protocol that this takes, each answered before the next. Not for anything that watches.
"""
import socket
import struct

AUTH, READ, WRITE, SET_ACL, LIST, SYNC, CLOSE = 100, 4, 5, 7, 8, 9, -11
ALL = 31  # permissions


def _text(value):
    data = value.encode() if isinstance(value, str) else value
    return struct.pack(">i", len(data)) + data


class Session:
    """Connected to one server ("127.0.0.1:PORT"), as `user:password`. `with` closes it."""

    def __init__(self, server, credentials):
        host, port = server.split(":")
        self._link = socket.create_connection((host, int(port)), timeout=20)
        self._number = 0
        self._send(struct.pack(">iqiq", 0, 0, 10_000, 0) + _text(bytes(16)))
        self._receive()
        self._call(AUTH, struct.pack(">i", 0) + _text("digest") + _text(credentials), number=-4)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._call(CLOSE, b"")
        self._link.close()

    def read(self, path):
        body = self._call(READ, _text(path) + b"\0")
        return body[4:4 + struct.unpack(">i", body[:4])[0]]

    def write(self, path, data):
        self._call(WRITE, _text(path) + _text(data) + struct.pack(">i", -1))

    def children(self, path):
        body = self._call(LIST, _text(path) + b"\0")
        names, at = [], 4
        for _ in range(struct.unpack(">i", body[:4])[0]):
            size = struct.unpack(">i", body[at:at + 4])[0]
            names.append(body[at + 4:at + 4 + size].decode())
            at += 4 + size
        return sorted(names)

    def tree(self, path):
        """Every node at and below `path` with its data, after all that any session has written."""
        self._call(SYNC, _text(path))
        found, paths = {}, [path]
        for one in paths:
            found[one] = self.read(one)
            paths += [f"{one}/{name}" for name in self.children(one)]
        return found

    def open_to_others(self, path):
        """Everybody may change the node from now on; the credentials' owner, too."""
        self._call(SET_ACL, _text(path) + struct.pack(">ii", 1, ALL) + _text("world") + _text("anyone")
                   + struct.pack(">i", -1))

    def close_to_others(self, path):
        """As masters make their own nodes: whoever this session is, and nobody else."""
        self._call(SET_ACL, _text(path) + struct.pack(">ii", 1, ALL) + _text("auth") + _text("")
                   + struct.pack(">i", -1))

    def _call(self, kind, body, number=None):
        if number is None:
            self._number += 1
            number = self._number
        self._send(struct.pack(">ii", number, kind) + body)
        answer = self._receive()
        answered, _, failure = struct.unpack(">iqi", answer[:16])
        assert answered == number, f"answer to {answered} instead of {number}"
        if failure:
            raise OSError(f"ZooKeeper: request of kind {kind}: error {failure}")
        return answer[16:]

    def _send(self, body):
        self._link.sendall(struct.pack(">i", len(body)) + body)

    def _receive(self):
        return self._exactly(struct.unpack(">i", self._exactly(4))[0])

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            more = self._link.recv(count - len(data))
            if not more:
                raise OSError("ZooKeeper closed the connection")
            data += more
        return data
