#!/usr/bin/env python3
"""How long nothing is launched when the leader is lost: a run of its own, since it leaves the machine's network.

usage: failover.py ROUNDS SESSION_MS [--curve]

The cluster of scripts/chaos under short tasks: three ZooKeeper servers, three supervised masters, three agents, one
batch framework, each on a host of its own; with --curve their links are encrypted. In each round the leader dies
(crash), is stopped (hang) and is cut off from every other host (partition), one after the other, each from a whole
cluster. Prints one JSON line: kind to milliseconds from just before that to the first launch that the next leader says.
Needs root.
"""
import http.client
import json
import os
import random
import signal
import sys
import time
import urllib.parse

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "tests", "process"))
import cluster as processes  # noqa: E402
from chaos_cluster import AGENTS, MASTERS, ChaosCluster  # noqa: E402
from chaos_faults import HEAD, SUCCESSOR_S, Stage, kill_leader, stop_leader  # noqa: E402
from cluster import Interrupted, Interruption  # noqa: E402
from masters import TICK_MS  # noqa: E402
from scene import CLIENTS, key_flags, make_keys  # noqa: E402

INSTANCES = 500  # of a job; some thirty of them run at once, each for less than a second
KINDS = {"crash": kill_leader, "hang": stop_leader, "partition": HEAD["cut_leader"]}


class CurveCluster(ChaosCluster):
    """Encrypted links, with keys of this run."""

    def up(self):
        make_keys(self.top)
        super().up()

    def keys_of(self, name):
        if name in MASTERS or name in AGENTS:
            return key_flags(self.top, "master" if name in MASTERS else "agent")
        return [*key_flags(self.top, "framework"), "--principal", CLIENTS["framework"]]


def first_launch_unix_ms(address):
    """When this leader launched for the first time, by its event history."""
    parts = urllib.parse.urlsplit(address if "//" in address else "//" + address)
    link = http.client.HTTPConnection(parts.hostname, parts.port, timeout=SUCCESSOR_S)
    try:
        link.request("GET", "/api/v1/events")
        for line in link.getresponse():
            event = json.loads(line)
            if event["kind"] == "task_launched":
                return event["at_unix_ms"]
    finally:
        link.close()
    raise SystemExit("the event stream ended without a launch")


def sample_ms(cluster, kind):
    cluster.wait_until_whole()
    while cluster.instances_open() < INSTANCES:
        cluster.submit(INSTANCES)
    stage = Stage(cluster, random.Random(0))
    fault = KINDS[kind](stage)
    next(fault)
    began_unix_ms = 1000 * (time.time() - time.monotonic() + stage.began)
    launched_unix_ms = first_launch_unix_ms(cluster.http_of(stage.successor[0]))
    for _ in fault:  # it heals
        pass
    return launched_unix_ms - began_unix_ms


def measure(rounds, session_ms, curve):
    cluster = CurveCluster() if curve else ChaosCluster()
    cluster.session_ms = session_ms
    samples = {kind: [] for kind in KINDS}
    try:
        cluster.up()
        for _ in range(rounds):
            for kind, values in samples.items():
                values.append(round(sample_ms(cluster, kind), 1))
    finally:
        Interruption.was_asked = True
        left = cluster.end()
        cluster.remove_files()
    if left:
        raise SystemExit(f"left behind: {left}")
    return {"tick_ms": TICK_MS, "session_ms": session_ms, "ms": samples}


def main():
    rounds, session_ms = int(sys.argv[1]), int(sys.argv[2])
    processes.BIN = processes.BIN or os.path.join(ROOT, "build", "release", "bin")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, Interruption.on_signal)
    try:
        print(json.dumps(measure(rounds, session_ms, "--curve" in sys.argv[3:])), flush=True)
    except Interrupted:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
