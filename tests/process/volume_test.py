#!/usr/bin/env python3
"""A volume of a real agent: what one task writes the next one reads, also after the agent has died in
between; it is gone when it was destroyed, and nobody but its task's user gets to it."""
import os
import subprocess

import cluster
from cluster import ClusterTest, program, wait_until

USER = 65534


class Volumes(ClusterTest):
    def test_a_volume_outlives_its_task_and_the_agent_until_it_is_destroyed(self):
        one, endpoint, http, agent_flags = self.with_agent("outlives")
        self.ok(one, http, "reserve", "node-1", "disk:512MiB", "--role", "web/shop")
        self.ok(one, http, "volume", "create", "node-1", "db", "--role", "web/shop", "--size",
                "256MiB", "--path", "data/db")
        folder = f"{one.dev_dir}/agent/volumes/web%2Fshop/db"
        self.assertFalse(os.path.exists(folder), "it is made when a task wants it")

        # The task's user may write in it, and to where it lies.
        self.task(one, endpoint, 1, "echo kept > data/db/row && touch data/beside")
        self.assertEqual(os.listdir(folder), ["row"])
        self.assertEqual((os.stat(folder).st_uid, os.stat(folder + "/row").st_uid), (USER, USER))
        self.assertEqual(os.stat(one.dev_dir + "/agent/volumes").st_mode & 0o777, 0o700)

        self.kill_process(one, "agent")
        self.start_process(one, "agent", agent_flags)
        self.task(one, endpoint, 2, "grep -q kept data/db/row && test ! -e data/beside")
        # Its working directory is where the volume shows: by any path of the sandbox.
        self.task(one, endpoint, 3, "cd -P data/db && echo more >> row && cat ../../data/db/row")
        with open(folder + "/row", encoding="utf-8") as row:
            self.assertEqual(row.read(), "kept\nmore\n")

        self.ok(one, http, "volume", "destroy", "node-1", "db", "--role", "web/shop")
        wait_until(lambda: [row["volume"] for row in self.rows(one, http)] == [""],
                   "the agent has destroyed it, and its disk is reserved disk")
        self.assertEqual(os.listdir(one.dev_dir + "/agent/volumes"), [".gone"])
        self.assertEqual(os.listdir(one.dev_dir + "/agent/volumes/.gone"), [])

        # Another one of the name begins empty.
        self.ok(one, http, "volume", "create", "node-1", "db", "--role", "web/shop", "--size",
                "512MiB", "--path", "elsewhere")
        self.task(one, endpoint, 4, "test -d elsewhere && test ! -e elsewhere/row")

    def test_a_shared_volume_is_had_by_tasks_of_several_users_at_a_time(self):
        one, endpoint, http, _ = self.with_agent("shared")
        self.ok(one, http, "reserve", "node-1", "disk:512MiB", "--role", "web/shop")
        self.ok(one, http, "volume", "create", "node-1", "db", "--role", "web/shop", "--size",
                "256MiB", "--path", "data", "--shared")
        # Each of them ends when the other one has been there.
        waits = "touch data/{0} && until test -e data/{1}; do sleep 0.02; done"
        tasks = [self.begin(one, endpoint, number, waits.format(number, 3 - number), USER - number)
                 for number in (1, 2)]
        for task in tasks:
            answer = task.communicate(timeout=40)
            self.assertEqual((task.returncode, answer[0].strip()), (0, "TASK_FINISHED"), answer[1])
        # What one user has made, another one sees, and cannot take away.
        self.task(one, endpoint, 3, "test -e data/1 && ! rm -f data/1 && touch data/3")
        self.ok(one, http, "volume", "destroy", "node-1", "db", "--role", "web/shop")
        wait_until(lambda: [row["volume"] for row in self.rows(one, http)] == [""],
                   "the agent has destroyed it, and its disk is reserved disk")

    def with_agent(self, name):
        one = self.without_start()
        one.parents = [f"fairlead/dev-volume-{name}-{os.getpid()}"]
        os.mkdir(one.dev_dir)
        endpoint, http = self.start_process(
            one, "master", ["--bind", "tcp://127.0.0.1:0", "--http-port", "0"])
        agent_flags = [
            "--master", endpoint, "--http-port", "0", "--resources", "cpus:1;mem:512MiB;disk:1GiB",
            "--hostname", "node-1", "--cgroup-parent", one.parents[0],
            "--shim", program("fairlead-shim"), "--destroy-on-exit"]
        self.start_process(one, "agent", agent_flags)
        return one, endpoint, http, agent_flags

    def task(self, one, endpoint, number, script):
        """Runs the script, as USER, in a task that holds the volume; it has to succeed."""
        task = self.begin(one, endpoint, number, script, USER)
        out, error = task.communicate(timeout=40)
        self.assertEqual((task.returncode, out.strip()), (0, "TASK_FINISHED"),
                         f"{script}: {error[-2000:]}")

    def begin(self, one, endpoint, number, script, user):
        task = subprocess.Popen(
            [program("volume-task"), "--master", endpoint, "--state-dir",
             f"{one.dev_dir}/task-{number}", "--role", "web/shop", "--volume", "db",
             "--user", f"{user}:{user}", "--script", script],
            env=one.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(task.kill)
        return task

    def ok(self, one, http, *words):
        answer = one.fairlead("--master-http", http, *words)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""), words)

    def rows(self, one, http):
        return one.json("--master-http", http, "reservations")["reservations"]


if __name__ == "__main__":
    cluster.main()
