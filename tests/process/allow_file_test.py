#!/usr/bin/env python3
"""--agent-allow-file: which hosts get tasks, as the file says now; what runs stays where it is."""
import os

import cluster
from cluster import ClusterTest, read, wait_until

LOOP = "until [ -e {top}/gate ]; do sleep 0.05; done"


class AllowFile(ClusterTest):
    def test_tasks_go_to_the_hosts_that_the_file_names_now(self):
        one = self.start("--agents", "2", "--resources", "cpus:2;mem:1GiB")
        self.file = os.path.join(one.top, "hosts")
        self.write("# trusted so far\nagent-1\n")
        one.restart_in_place("master", "--agent-allow-file", self.file)
        wait_until(lambda: one.get("/api/v1/cluster")["agents"] == {"active": 2}, "both are back")
        job = one.submit("--instances", "4", "--cpus", "1", "--", "sh", "-c", LOOP.format(top=one.top))
        one.wait_for_running(job, 2)
        self.assertEqual(self.hosts(one, job), ["agent-1", "agent-1"])

        self.write("agent-2 and a comment that is none\n")
        wait_until(lambda: 'event=agent_allow_file' in self.log(one), "the warning")
        self.assertIn(f"{self.file}: line 1", self.log(one))
        self.assertEqual(one.job(job)["running"], 2)

        self.write("agent-2\n")
        one.wait_for_running(job, 4)
        self.assertEqual(self.hosts(one, job), ["agent-1", "agent-1", "agent-2", "agent-2"])
        self.assertEqual({task["attempt"] for task in one.job(job)["instances"]}, {1})
        open(one.top + "/gate", "w", encoding="utf-8").close()
        one.wait_for_job(job)

    def test_a_file_that_cannot_be_read_is_no_beginning(self):
        one = self.start("--agents", "1")
        argv = one.kill("master")
        self.file = os.path.join(one.top, "hosts")
        self.write("agent-1 agent-2\n")
        answer = cluster.run(argv + ["--agent-allow-file", self.file], env=one.env, cwd=one.top)
        self.assertEqual(answer.returncode, 1)
        self.assertIn(self.file, answer.stderr)
        self.assertIn("agent-1 agent-2", answer.stderr)

    def write(self, text):
        """At once, as an operator's tool would: a half is never seen."""
        with open(self.file + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(self.file + ".new", self.file)

    @staticmethod
    def hosts(one, job):
        return sorted(task["hostname"] for task in one.job(job)["instances"] if task["hostname"])

    @staticmethod
    def log(one):
        return read(one.process("master")["log"])


if __name__ == "__main__":
    cluster.main()
