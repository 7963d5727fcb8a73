#!/usr/bin/env python3
"""Bytes that no peer of ours would send: every process stays alive and goes on serving."""
import os
import random
import socket
import struct

import cluster
from cluster import ClusterTest, is_alive

GREETING = b"\xff\0\0\0\0\0\0\0\1\x7f\3\1"  # a ZMTP peer: signature and version


def greeting_of(mechanism, as_server=0):
    return GREETING + mechanism.ljust(20, b"\0") + bytes([as_server]) + bytes(31)


def send(address, data):
    """Sends and hears the peer out for a moment; whatever it answers."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as peer:
        peer.settimeout(0.2)
        try:
            peer.sendall(data)
            return peer.recv(1 << 16)
        except OSError:
            return b""


class Garbage(ClusterTest):
    def setUp(self):
        self.random = random.Random(20260101)

    def zmtp_cases(self):
        yield b""
        yield b"GET / HTTP/1.1\r\n\r\n"
        yield GREETING[:5]
        yield greeting_of(b"NULL") + b"\4\x19\5READY\x0bSocket-Type\0\0\0\6DEALER"
        yield greeting_of(b"NULL") + b"\2" + struct.pack(">Q", 1 << 62)
        yield greeting_of(b"CURVE") + b"\4\xc8\5HELLO" + self.random.randbytes(194)
        yield greeting_of(b"CURVE") + b"\4\xff\x05HELLO"
        yield greeting_of(b"CURVE", 1) + b"\x06" + struct.pack(">Q", 1 << 40) + bytes(1000)
        yield greeting_of(b"NOSUCH")
        yield b"\xff" * 4096
        for _ in range(40):
            yield self.random.randbytes(self.random.randrange(1, 5000))
        for _ in range(10):
            yield greeting_of(b"CURVE") + self.random.randbytes(self.random.randrange(1, 500))

    def http_cases(self):
        yield b""
        yield b"\r\n\r\n"
        yield b"GET\r\n\r\n"
        yield b"GET /livez HTTP/9.9\r\n\r\n"
        yield b"GET /api/v1/%zz HTTP/1.1\r\nHost: x\r\n\r\n"
        yield b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n"
        yield b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n"
        yield b"GET /api/v1/files?path=../../../../etc/shadow HTTP/1.1\r\nHost: x\r\n\r\n"
        yield b"GET /api/v1/events?after=999999999999999999999.1 HTTP/1.1\r\nHost: x\r\n\r\n"
        yield b"GET /api/v1/tasks?limit=-1 HTTP/1.1\r\nHost: x\r\n\r\n"
        for body in (b"{", b"[" * 100_000, b'{"weight":' + b"9" * 5000 + b"}", b"\xff\xfe\0"):
            for path in (b"/api/v1/roles/a/weight", b"/api/v1/jobs", b"/api/v1/services"):
                yield (b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: "
                       + str(len(body)).encode() + b"\r\n\r\n" + body)
        yield b"POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\n{}"
        yield b"POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
        for _ in range(20):
            yield self.random.randbytes(self.random.randrange(1, 5000))

    def assert_serves(self, one, pids):
        for name, pid in pids.items():
            self.assertTrue(is_alive(pid), f"{name} is alive")
            self.assertIn(str(pid), os.listdir("/proc"))
        state = one.get("/api/v1/cluster")
        self.assertEqual((state["agents"], state["frameworks"]), ({"active": 1}, {"active": 2}))
        self.assertEqual(one.fairlead("run", "--", "echo", "served").returncode, 0)

    def test_to_the_port_of_the_master(self):
        one = self.start("--agents", "1")
        pids = {process["name"]: process["pid"] for process in one.record()["processes"]}
        address = one.record()["master"].removeprefix("tcp://")
        for data in self.zmtp_cases():
            send(address, data)
        self.assert_serves(one, pids)

    def test_to_every_http_port(self):
        one = self.start("--agents", "1")
        record = one.record()
        pids = {process["name"]: process["pid"] for process in record["processes"]}
        addresses = [record["master_http"], one.json("agents")["agents"][0]["http_address"]]
        addresses += [framework["api_address"]
                      for framework in one.get("/api/v1/frameworks")["frameworks"]]
        self.assertEqual(len(addresses), 4)
        for address in addresses:
            for data in self.http_cases():
                answer = send(address, data)
                self.assertNotRegex(answer[:40], rb"^HTTP/1.[01] 20[01]", data[:200])
                self.assertNotIn(b"root:", answer)
        self.assert_serves(one, pids)


if __name__ == "__main__":
    cluster.main()
