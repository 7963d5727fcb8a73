"""The faults, and which of them come when: all drawn from one seed.

A fault is a generator: it begins, yields (where, how many seconds it lasts from now on), and heals. `HEAD` strikes
masters and ZooKeeper, `NODE` agents, their disks and the framework: one of each may last at the same time. Every kind
comes once before any comes twice.
"""
import errno
import os
import signal
import time

from chaos_cluster import AGENTS, MASTERS
from chaos_network import IN, OUT
from cluster import is_alive, wait_until
from masters import SESSION_MS

SUCCESSOR_S = 60
POLL_ASK_S = 0.5  # a stopped master answers nobody
FILL_BYTES = 1 << 20
TOGETHER = 0.75  # of the rounds have two faults


class Stage:
    """What faults act on, and what they note: `failovers` are (kind, ms from the fault to the next leader). Of the last
    one: `began`, by the monotonic clock, and the `successor`, as (name, pid)."""

    def __init__(self, cluster, draw):
        self.cluster, self.draw = cluster, draw
        self.failovers = []
        self.began, self.successor = 0, None

    def leader(self):
        return wait_until(self.cluster.leader_and_child, "a master leads", SUCCESSOR_S)

    def wait_for_successor(self, kind, leader, began):
        self.began = began
        self.successor = wait_until(lambda: self.cluster.leader_and_child(leader, POLL_ASK_S),
                                    f"another master leads after {kind}", SUCCESSOR_S)
        self.failovers.append((kind, round(1000 * (time.monotonic() - began))))


def kill_leader(stage):
    leader = stage.leader()
    began = time.monotonic()
    os.kill(leader[1], signal.SIGKILL)
    stage.wait_for_successor("kill_leader", leader, began)
    yield leader[0], 0


def kill_supervisor(stage):
    leader = stage.leader()
    began = time.monotonic()
    stage.cluster.kill(leader[0])
    stage.wait_for_successor("kill_supervisor", leader, began)
    wait_until(lambda: not is_alive(leader[1]), "the master of a dead supervisor is gone")
    yield leader[0], stage.draw.choice([0, 2])
    stage.cluster.start_again(leader[0])


def kill_standby(stage):
    leader = stage.leader()
    standby = stage.draw.choice([name for name in MASTERS if name != leader[0]])
    child = wait_until(lambda: stage.cluster.child(standby), "the supervisor has a master", SUCCESSOR_S)
    os.kill(child, signal.SIGKILL)
    yield standby, 0


def stop_leader(stage):
    """Longer than its session: it wakes up deposed, and nothing of what it still says may count."""
    leader = stage.leader()
    began = time.monotonic()
    os.kill(leader[1], signal.SIGSTOP)
    stage.wait_for_successor("stop_leader", leader, began)
    yield leader[0], max(0.0, began + 1.5 * SESSION_MS / 1000 - time.monotonic())
    if is_alive(leader[1]):
        os.kill(leader[1], signal.SIGCONT)


def cut_leader(kind, directions):
    def fault(stage):
        """From everybody, ZooKeeper too: it must end itself, another leads meanwhile."""
        leader = stage.leader()
        began = time.monotonic()
        stage.cluster.network.cut(leader[0], directions)
        stage.wait_for_successor(kind, leader, began)
        yield leader[0], stage.draw.choice([0.5, 4])
        stage.cluster.network.mend(leader[0], directions)
    return fault


def kill_zookeeper(count, seconds):
    """The leading server, and with 2 of 3 the quorum."""
    def fault(stage):
        servers = stage.cluster.ensemble.servers
        leader = wait_until(stage.cluster.ensemble.leader, "a ZooKeeper server leads", SUCCESSOR_S)
        others = [server for server in servers if server is not leader]
        victims = [leader, *stage.draw.sample(others, count - 1)]
        for server in victims:
            server.signal(signal.SIGKILL)
        yield " and ".join(f"server {servers.index(server) + 1}" for server in victims), stage.draw.choice(seconds)
        for server in victims:
            server.start()
        assert stage.cluster.ensemble.wait_ready(), "ZooKeeper does not serve again"
    return fault


def kill_agent(stage):
    name = stage.draw.choice(AGENTS)
    stage.cluster.kill(name)
    yield name, stage.draw.choice([0.1, 2, 5])
    stage.cluster.start_again(name)


def kill_framework(stage):
    stage.cluster.kill("batch")
    yield "batch", stage.draw.choice([0.1, 2])
    stage.cluster.start_again("batch")


def cut_node(names, directions):
    def fault(stage):
        name = stage.draw.choice(names)
        stage.cluster.network.cut(name, directions)
        yield name, stage.draw.choice([2, 6, 13])  # the last is longer than the master's timeouts
        stage.cluster.network.mend(name, directions)
    return fault


def fill_disk(stage):
    """The disk of an agent's state directory has no byte left."""
    name = stage.draw.choice(AGENTS)
    path = f"{stage.cluster.top}/{name}/filler"
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(FILL_BYTES))
        except OSError as failure:
            if failure.errno != errno.ENOSPC:
                raise
    yield name, stage.draw.choice([1, 4])
    os.unlink(path)


SESSION_S = SESSION_MS / 1000
HEAD = {"kill_leader": kill_leader, "kill_supervisor": kill_supervisor, "kill_standby": kill_standby,
        "stop_leader": stop_leader, "cut_leader": cut_leader("cut_leader", [OUT, IN]),
        "cut_leader_out": cut_leader("cut_leader_out", [OUT]), "cut_leader_in": cut_leader("cut_leader_in", [IN]),
        "kill_zookeeper_leader": kill_zookeeper(1, [0.5, 3]),
        "kill_zookeeper_quorum": kill_zookeeper(2, [0.25 * SESSION_S, 1.5 * SESSION_S])}
NODE = {"kill_agent": kill_agent, "kill_framework": kill_framework, "fill_disk": fill_disk,
        "cut_agent": cut_node(AGENTS, [OUT, IN]), "cut_agent_out": cut_node(AGENTS, [OUT]),
        "cut_agent_in": cut_node(AGENTS, [IN]), "cut_framework": cut_node(["batch"], [OUT, IN])}
KINDS = {**HEAD, **NODE}


def rounds(draw):
    """Without end: the names of the faults that strike together, the one of a node first."""
    heads, nodes = [], []
    while True:
        heads = heads or draw.sample(sorted(HEAD), len(HEAD))
        nodes = nodes or draw.sample(sorted(NODE), len(NODE))
        yield [nodes.pop(), heads.pop()] if draw.random() < TOGETHER else [draw.choice([heads, nodes]).pop()]
