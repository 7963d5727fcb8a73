#!/usr/bin/env python3
"""How long nothing is launched when the leader is lost: a run of its own, since it leaves the machine's network.

usage: failover.py ROUNDS SESSION_MS

The cluster of scripts/chaos under short tasks: three ZooKeeper servers, three supervised masters, three agents, one
batch framework, each on a host of its own. In each round the leader dies (crash), is stopped (hang) and is cut off
from every other host (partition), one after the other, each from a whole cluster. Prints one JSON line: kind to
milliseconds from just before that to the first launch that the next leader says. Needs root.
"""
import http.client
import json
import os
import signal
import sys
import time
import urllib.parse

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "tests", "process"))
import cluster as processes  # noqa: E402
from chaos_cluster import ChaosCluster  # noqa: E402
from chaos_network import IN, OUT  # noqa: E402
from cluster import Interrupted, Interruption, wait_until  # noqa: E402
from masters import TICK_MS  # noqa: E402

SUCCESSOR_S = 60
ASK_S = 0.3
INSTANCES = 500  # of a job; some thirty of them run at once, each for less than a second
KINDS = {"crash": (lambda one, name, pid: os.kill(pid, signal.SIGKILL), lambda one, name, pid: None),
         "hang": (lambda one, name, pid: os.kill(pid, signal.SIGSTOP), lambda one, name, pid: one.wake()),
         "partition": (lambda one, name, pid: one.network.cut(name, (OUT, IN)),
                       lambda one, name, pid: one.network.mend(name, (OUT, IN)))}


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
    lose, heal = KINDS[kind]
    cluster.wait_until_whole()
    while cluster.instances_open() < INSTANCES:
        cluster.submit(INSTANCES)
    leader = wait_until(cluster.leader_and_child, "a master leads")
    began = time.time()
    lose(cluster, *leader)
    successor = wait_until(lambda: cluster.leader_and_child(leader, ASK_S), "another master leads", SUCCESSOR_S)
    launched = first_launch_unix_ms(cluster.http_of(successor[0]))
    heal(cluster, *leader)
    return launched - 1000 * began


def measure(rounds, session_ms):
    cluster = ChaosCluster()
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
        print(json.dumps(measure(rounds, session_ms)), flush=True)
    except Interrupted:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
