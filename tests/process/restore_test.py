#!/usr/bin/env python3
"""Backup and restore of the registry: what the agents run survives a wiped one, on purpose only."""
import glob
import json
import os
import shutil
import sys

import cluster
from cluster import ClusterTest, containers_of, is_alive, kill_and_wait, program, read, run, wait_until
from kill_test import COUNT, GatedJob
from masters import TICK_MS, Masters

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import zookeeper_servers  # noqa: E402


def registry(verb, file, *flags):
    env = {name: value for name, value in os.environ.items() if not name.startswith("FAIRLEAD_")}
    return run([program("fairlead-master"), "registry", verb, file, *flags], env=env)


class Restore(ClusterTest):
    """One master on its own disk, an agent whose tasks run all the time."""

    def setUp(self):
        super().setUp()
        self.one = self.start("--agents", "1")
        self.job = GatedJob(self.one)
        self.containers = containers_of(self.one)
        self.backup = f"{self.one.top}/backup.jsonl"
        self.pid = self.one.process("master")["pid"]
        self.argv = cluster.argv_of(self.pid)
        record = self.one.record()  # it picked its ports: the next lives have the same ones
        self.argv[self.argv.index("--bind") + 1] = record["master"]
        self.argv[self.argv.index("--http-port") + 1] = record["master_http"].rpartition(":")[2]
        self.log = self.one.process("master")["log"]
        self.state_dir = self.argv[self.argv.index("--state-dir") + 1]

    def command(self, verb, *flags):
        return registry(verb, self.backup, "--state-dir", self.state_dir, *flags)

    def stop_master(self):
        kill_and_wait(self.pid)

    def start_master(self, *flags):
        self.pid = self.one.restart("master", [*self.argv, *flags])

    def cluster_now(self):
        return self.one.try_get("/api/v1/cluster") or {}

    def wait_for_agent(self, epoch):
        wait_until(lambda: self.cluster_now().get("epoch") == epoch
                   and self.cluster_now()["agents"].get("active") == 1, f"the agent is back at epoch {epoch}", 60)

    def wipe(self):
        for path in glob.glob(self.state_dir + "/state.db*"):
            os.unlink(path)

    def restore(self, *flags):
        """The registry is lost and comes back from the backup, while the master is stopped."""
        self.stop_master()
        self.wipe()
        answer = self.command("import", *flags)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return answer.stdout

    def export_and_lead_on(self):
        """A backup at epoch 1; two masters lead after it, and the agent hears them."""
        self.stop_master()
        answer = self.command("export")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        for epoch in (2, 3):
            if epoch > 2:
                self.stop_master()
            self.start_master()
            self.wait_for_agent(epoch)

    def test_agents_refuse_an_older_registry_until_the_floor_is_raised(self):
        self.export_and_lead_on()
        self.assertIn("the next master's epoch is at least 2", self.restore())
        self.start_master()
        wait_until(lambda: "event=registry_older_than_peers" in read(self.log), "the master says so")
        line = next(line for line in read(self.log).splitlines() if "registry_older_than_peers" in line)
        self.assertIn("epoch=2 peers_saw=3", line)
        self.assertIn("--epoch-floor", line)
        self.assertEqual(self.cluster_now()["agents"].get("active", 0), 0)
        self.assertEqual(containers_of(self.one), self.containers)

        self.assertIn("at least 10", self.restore("--epoch-floor", "10"))
        self.start_master()
        self.wait_for_agent(10)
        self.finish()

    def test_the_floor_may_also_be_a_flag_of_the_master(self):
        self.export_and_lead_on()
        self.restore()
        self.start_master("--epoch-floor", "10")
        self.wait_for_agent(10)
        self.stop_master()
        self.start_master("--epoch-floor", "10")  # left in place: it takes nothing back
        self.wait_for_agent(11)
        self.finish()

    def finish(self):
        """The same tasks run, and each ends once."""
        self.assertEqual(containers_of(self.one), self.containers)
        self.one.wait_for_running(self.job.id, COUNT)
        self.job.open_gates(range(COUNT))
        ended = self.one.wait_for_job(self.job.id)
        self.assertEqual([(task["attempt"], task["state"]) for task in ended["instances"]],
                         [(1, "finished")] * COUNT)

    def refusal(self, verb, *flags):
        answer = self.command(verb, *flags)
        self.assertEqual((answer.returncode, answer.stdout), (1, ""), answer.stderr)
        lines = answer.stderr.splitlines()
        self.assertEqual(len(lines), 1, lines)
        return lines[0]

    def test_what_is_wrong_is_one_message_and_changes_nothing(self):
        self.assertIn("hint: stop that process", self.refusal("export"))
        self.assertFalse(os.path.exists(self.backup))
        self.stop_master()
        self.assertEqual(self.command("export").returncode, 0)
        self.assertEqual(os.stat(self.backup).st_mode & 0o777, 0o600)
        good = read(self.backup)
        header = json.loads(good.splitlines()[0])
        self.assertEqual((header["format"], header["epoch"]), ("fairlead-registry", "1"))
        self.assertIn("the registry is not empty", self.refusal("import"))
        self.assertEqual(self.command("export").returncode, 0)
        self.assertEqual(read(self.backup), good)

        self.wipe()
        self.assertIn("cluster id: expected other", self.refusal("import", "--cluster-id", "other"))
        for wrong, why in ((good.replace('"agent"', '"agenT"', 1), "checksum: expected"),
                           (good[:len(good) // 2], "the line of the checksum is missing"),
                           (good.replace('"version":1', '"version":2', 1), "version of the format: expected 1..1")):
            with open(self.backup, "w", encoding="utf-8") as file:
                file.write(wrong)
            self.assertIn(why, self.refusal("import"))
            self.assertEqual(glob.glob(self.state_dir + "/state.db*"), [])


class SharedRestore(ClusterTest):
    """A registry in ZooKeeper: copied while its master leads, restored below another path."""

    def setUp(self):
        super().setUp()
        self.one = cluster.Cluster()
        self.addCleanup(shutil.rmtree, self.one.top, True)
        self.ensemble = zookeeper_servers.Ensemble(3, TICK_MS)
        self.addCleanup(self.ensemble.end)
        self.masters = Masters(self.one.top, self.ensemble)
        self.addCleanup(self.masters.end)
        self.backup = f"{self.one.top}/backup.jsonl"

    def command(self, verb, zk, name, *flags):
        return registry(verb, self.backup, "--state-dir", f"{self.one.top}/{name}", "--zk", zk,
                        "--zk-credentials-file", self.masters.credentials, *flags)

    def wait_for_leader(self, name):
        wait_until(lambda: self.masters.leader() == name, f"{name} leads", 60)
        return self.one.get("/api/v1/cluster", self.masters.http_of(name))

    def test_it_is_copied_beside_its_leader_and_restored_into_an_empty_place_only(self):
        nowhere = f"zk://{self.ensemble.connect}/nowhere"
        self.assertIn("there is no registry", self.command("export", nowhere, "x").stderr)
        self.masters.start_master("master-1")
        before = self.wait_for_leader("master-1")
        answer = self.command("export", self.masters.zk, "master-1")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertEqual(self.wait_for_leader("master-1")["epoch"], before["epoch"])

        refused = self.command("import", self.masters.zk, "master-1", "--epoch-floor", "50")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("the registry is not empty", refused.stderr)
        self.assertTrue(is_alive(self.masters.processes["master-1"].pid))
        self.assertEqual(self.wait_for_leader("master-1")["epoch"], before["epoch"])

        restored = f"zk://{self.ensemble.connect}/restored"
        answer = self.command("import", restored, "master-1", "--epoch-floor", "50")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.masters.processes["master-1"].terminate()
        self.masters.processes["master-1"].wait(timeout=15)
        # It knows its cluster's id, and finds it below the new path.
        self.masters.start_master("master-1", zk=restored)
        after = wait_until(lambda: self.wait_for_leader("master-1"), "it leads")
        self.assertEqual(after["epoch"], 50)
        self.assertEqual(after["cluster"], before["cluster"])


if __name__ == "__main__":
    cluster.main()
