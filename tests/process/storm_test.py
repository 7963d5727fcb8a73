#!/usr/bin/env python3
"""Short tasks without end while master, agent and framework are killed in turn: each ran once."""
import cluster
from cluster import ClusterTest, kill_and_wait, argv_of, read, wait_until

COUNT = 150
ROUNDS = 2


class Storm(ClusterTest):
    def test_every_instance_ran_exactly_once(self):
        one = self.start("--agents", "2", "--resources", "cpus:2;mem:2GiB", "--agent-timeout", "10s",
                         "--services=false")
        record = one.record()
        self.pids = {process["name"]: process["pid"] for process in record["processes"]}
        marks = one.top + "/marks"
        job = one.submit("--instances", str(COUNT), "--cpus", "0.5", "--", "sh", "-c",
                         f"echo $FAIRLEAD_TASK_INDEX >> {marks}; sleep 0.2")
        kills = 0
        for _ in range(ROUNDS):
            for name in ("agent-1", "master", "batch", "agent-2"):
                begun = read(marks).count("\n")
                wait_until(lambda: read(marks).count("\n") >= min(begun + 6, COUNT),
                           "tasks go on", 60)
                kills += begun < COUNT
                self.kill_and_restart(one, record, name)
        self.assertGreaterEqual(kills, 4, "the storm hit while tasks ran")

        wait_until(lambda: one.fairlead("job", "show", job).returncode == 0, "the framework is back")
        ended = one.wait_for_job(job, seconds=70)
        self.assertEqual((ended["finished"], ended["failures"]), (COUNT, 0))
        ran = sorted(int(line) for line in read(marks).split())
        self.assertEqual(ran, list(range(COUNT)), "each instance ran once")

    def kill_and_restart(self, one, record, name):
        pid = self.pids[name]
        argv = argv_of(pid)
        kill_and_wait(pid)
        if name == "master" and argv[argv.index("--bind") + 1].endswith(":0"):
            argv[argv.index("--bind") + 1] = record["master"]
            argv[argv.index("--http-port") + 1] = record["master_http"].rpartition(":")[2]
        self.pids[name] = one.restart(name, argv)


if __name__ == "__main__":
    cluster.main()
