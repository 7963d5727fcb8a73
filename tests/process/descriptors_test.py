#!/usr/bin/env python3
"""A process without a free file descriptor takes nothing new, keeps what it has, and recovers by itself."""
import os
import resource
import socket

import cluster
from cluster import ClusterTest, is_alive, read, wait_until

CALLERS = 64


class LastDescriptor:
    """For as long as it is open, `pid` has at most `spare` descriptors more than it has now."""

    def __init__(self, pid, spare):
        self.pid = pid
        self.before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        used = max(int(name) for name in os.listdir(f"/proc/{pid}/fd")) + 1
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + spare, self.before[1]))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, self.before)


def call(address, count):
    """Connections that say nothing: the kernel takes them, whether or not the process does."""
    host, _, port = address.rpartition(":")
    return [socket.create_connection((host, int(port)), timeout=10) for _ in range(count)]


class NoDescriptors(ClusterTest):
    def test_a_master_keeps_its_cluster_and_answers_again_when_callers_leave(self):
        one = self.start("--agents", "1")
        pid = one.process("master")["pid"]
        gate = f"{one.top}/gate"
        job = one.submit("--instances", "3", "--", "sh", "-c",
                         f"until [ -e {gate} ]; do sleep 0.05; done; echo >>{gate}")
        one.wait_for_running(job, 3)
        with LastDescriptor(pid, spare=2):
            callers = call(one.record()["master_http"], CALLERS)
            callers += call(one.record()["master"].removeprefix("tcp://"), CALLERS)
            open(gate, "w", encoding="utf-8").close()
            wait_until(lambda: read(gate).count("\n") == 3, "the tasks have ended")
            for caller in callers:
                caller.close()
            # Whatever was lost meanwhile is made up for while descriptors are still scarce.
            one.wait_for_job(job)
        self.assertTrue(is_alive(pid))
        one.wait_for_job(one.submit("--", "true"))

    def test_an_agent_fails_no_task_for_good_and_runs_again_when_it_may_open_files(self):
        one = self.start("--agents", "1")
        pid = one.process("agent-1")["pid"]
        with LastDescriptor(pid, spare=0):
            job = one.submit("--instances", "2", "--retries", "20", "--", "true")
            wait_until(lambda: any(instance["attempt"] > 1 for instance in one.job(job)["instances"]),
                       "a launch has failed and is tried again")
            self.assertTrue(is_alive(pid))
        one.wait_for_job(job)
        self.assertTrue(is_alive(pid))


if __name__ == "__main__":
    cluster.main()
