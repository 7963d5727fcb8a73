#!/usr/bin/env python3
"""A volume of a real agent: what one task writes the next one reads, also after the agent has died in
between; it is gone when it was destroyed, and nobody but its task's user gets to it."""
import os

import cluster
from cluster import ClusterTest, program, run, wait_until

USER = 65534


class Volumes(ClusterTest):
    def test_a_volume_outlives_its_task_and_the_agent_until_it_is_destroyed(self):
        one = self.without_start()
        one.parents = [f"fairlead/dev-volume-{os.getpid()}"]
        os.mkdir(one.dev_dir)
        endpoint, http = self.start_process(
            one, "master", ["--bind", "tcp://127.0.0.1:0", "--http-port", "0"])
        agent_flags = [
            "--master", endpoint, "--http-port", "0", "--resources", "cpus:1;mem:512MiB;disk:1GiB",
            "--hostname", "node-1", "--cgroup-parent", one.parents[0],
            "--shim", program("fairlead-shim"), "--destroy-on-exit"]
        self.start_process(one, "agent", agent_flags)
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

    def task(self, one, endpoint, number, script):
        """Runs the script, as USER, in a task that holds the volume; it has to succeed."""
        answer = run([program("volume-task"), "--master", endpoint, "--state-dir",
                      f"{one.dev_dir}/task-{number}", "--role", "web/shop", "--volume", "db",
                      "--user", f"{USER}:{USER}", "--script", script], env=one.env, timeout=40)
        self.assertEqual((answer.returncode, answer.stdout.strip()), (0, "TASK_FINISHED"),
                         f"{script}: {answer.stderr[-2000:]}")

    def ok(self, one, http, *words):
        answer = one.fairlead("--master-http", http, *words)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""), words)

    def rows(self, one, http):
        return one.json("--master-http", http, "reservations")["reservations"]


if __name__ == "__main__":
    cluster.main()
