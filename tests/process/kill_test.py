#!/usr/bin/env python3
"""kill -9 of one process while tasks run, and its restart: nothing is lost, nothing runs twice."""
import os

import cluster
from cluster import ClusterTest, containers_of, read, wait_until

COUNT = 6


class GatedJob:
    """A job whose task i ends once gate i is open: tests decide what happens while what runs."""

    def __init__(self, one):
        self.one = one
        self.id = one.submit("--instances", str(COUNT), "--", "sh", "-c",
                             "echo begin $FAIRLEAD_TASK_INDEX $FAIRLEAD_ATTEMPT; "
                             f"until [ -e {one.top}/gate.$FAIRLEAD_TASK_INDEX ]; do sleep 0.05; "
                             "done; echo end $FAIRLEAD_TASK_INDEX $FAIRLEAD_ATTEMPT")
        one.wait_for_running(self.id, COUNT)

    def open_gates(self, indexes):
        for index in indexes:
            open(f"{self.one.top}/gate.{index}", "w", encoding="utf-8").close()


class Kill9(ClusterTest):
    def assert_each_ran_once(self, job):
        ended = job.one.wait_for_job(job.id)
        self.assertEqual([(task["task"], task["attempt"], task["state"], task["exit_code"])
                          for task in ended["instances"]],
                         [(f"{job.id}.main.{i}", 1, "finished", 0) for i in range(COUNT)])
        self.assertEqual((ended["failures"], ended["losses"]), (0, 0))
        self.assertEqual(job.one.final_updates(job.id),
                         {f"{job.id}.main.{i}": ["TASK_FINISHED"] for i in range(COUNT)})
        self.assertEqual(job.one.log_lines(job.id),
                         sorted(f"{word} {i} 1" for word in ("begin", "end") for i in range(COUNT)))

    def wait_for_ended_containers(self, one, count):
        """Tasks end without anybody who watches them: their processes are gone."""
        wait_until(lambda: sum(1 for pids in containers_of(one).values() if pids) == COUNT - count,
                   f"{count} containers have ended")

    def assert_others_still_run(self, one, before, ended):
        after = containers_of(one)
        for folder, pids in before.items():
            if not any(f".main.{i}." in folder for i in ended):
                self.assertEqual(after[folder], pids)

    def test_agent(self):
        one = self.start("--agents", "1")
        job = GatedJob(one)
        before = containers_of(one)
        self.assertEqual(len(before), COUNT)
        argv = one.kill("agent-1")
        self.assertEqual(containers_of(one), before)
        job.open_gates([0, 1])
        self.wait_for_ended_containers(one, 2)
        one.restart("agent-1", argv)
        wait_until(lambda: one.job(job.id)["finished"] == 2, "the ends meanwhile are reported")
        self.assert_others_still_run(one, before, (0, 1))
        self.assertEqual(one.job(job.id)["running"], COUNT - 2)
        job.open_gates(range(2, COUNT))
        self.assert_each_ran_once(job)

    def test_agent_twice(self):
        one = self.start("--agents", "1")
        job = GatedJob(one)
        before = containers_of(one)
        argv = one.kill("agent-1")
        ready = one.dev_dir + "/run/agent-1.ready"
        for _ in range(2):
            os.unlink(ready)
            pid = one.restart("agent-1", argv)
            wait_until(lambda: read(ready), "the agent has registered again")
            cluster.kill_and_wait(pid)
        one.restart("agent-1", argv)
        self.assertEqual(containers_of(one), before)
        job.open_gates(range(COUNT))
        self.assert_each_ran_once(job)

    def test_master(self):
        one = self.start("--agents", "1")
        job = GatedJob(one)
        before = containers_of(one)
        record = one.record()
        epoch = one.get("/api/v1/cluster")["epoch"]
        argv = one.kill("master")
        job.open_gates([0, 1])
        self.wait_for_ended_containers(one, 2)
        argv[argv.index("--bind") + 1] = record["master"]
        argv[argv.index("--http-port") + 1] = record["master_http"].rpartition(":")[2]
        one.restart("master", argv)

        def together():
            state = one.try_get("/api/v1/cluster")
            return state and (state["agents"].get("active"), state["frameworks"].get("active")) \
                == (1, 2) and state
        self.assertEqual(wait_until(together, "everybody is back", 60)["epoch"], epoch + 1)
        wait_until(lambda: one.job(job.id)["finished"] == 2, "the ends meanwhile are reported")
        self.assert_others_still_run(one, before, (0, 1))
        job.open_gates(range(2, COUNT))
        self.assert_each_ran_once(job)

    def test_batch_framework(self):
        one = self.start("--agents", "1")
        job = GatedJob(one)
        before = containers_of(one)
        argv = one.kill("batch")
        self.assertEqual(containers_of(one), before)
        job.open_gates([0, 1])
        self.wait_for_ended_containers(one, 2)
        one.restart("batch", argv)

        def two_are_done():
            answer = one.fairlead("job", "show", job.id, "-o", "json")
            return answer.returncode == 0 and '"finished": 2,' in answer.stdout
        wait_until(two_are_done, "the ends meanwhile are known")
        job.open_gates(range(2, COUNT))
        self.assert_each_ran_once(job)
        self.assertEqual(one.fairlead("run", "--", "true").returncode, 0)


if __name__ == "__main__":
    cluster.main()
