#!/usr/bin/env python3
"""What a master does not start with: one clear message, exit code 1, and nothing is changed anywhere."""
import os
import shutil
import struct
import subprocess
import sys

import cluster
import state_db
from cluster import ClusterTest, program, read, run, wait_until
from masters import TICK_MS, Masters

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import zookeeper_servers  # noqa: E402
from zookeeper_session import Session  # noqa: E402

CREDENTIALS = "fairlead:not-a-word-of-the-log"


class SharedRegistry(ClusterTest):
    """A registry that a master made and left: one path for each test, in an ensemble of two servers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ensemble = zookeeper_servers.Ensemble(2, TICK_MS)  # without either one there is no majority
        cls.addClassCleanup(cls.ensemble.end)

    def setUp(self):
        super().setUp()
        self.one = cluster.Cluster()
        self.addCleanup(shutil.rmtree, self.one.top, True)
        self.root = "/" + self.id().rpartition(".")[2]
        self.masters = Masters(self.one.top, self.ensemble)
        self.masters.zk = f"zk://{self.ensemble.connect}{self.root}"
        self.addCleanup(self.masters.end)
        self.lead_for_a_moment("first")

    def lead_for_a_moment(self, name):
        said = lambda: read(f"{self.one.top}/{name}.log").count("master ready: ")  # noqa: E731
        before = said()
        master = self.masters.start_master(name)
        wait_until(lambda: said() > before, f"{name} leads", 60)
        master.terminate()
        self.assertEqual(master.wait(timeout=15), 0)

    def session(self):
        return Session(self.ensemble.connect.split(",", maxsplit=1)[0], CREDENTIALS)

    def refusal(self, name, **changed):
        """The one line that a refused master says. Its state directory stays without a cluster."""
        process = self.masters.start_master(name, **changed)
        self.assertEqual(process.wait(timeout=120), 1)
        lines = [line for line in read(f"{self.one.top}/{name}.log").splitlines()
                 if line.startswith("fairlead-master: ")]
        self.assertEqual(len(lines), 1, lines)
        if "state_dir" not in changed:
            self.assertFalse(os.path.exists(f"{self.one.top}/{name}/cluster-id"))
        return lines[0]

    def refused_untouched(self, name, **changed):
        with self.session() as session:
            before = session.tree(self.root)
            said = self.refusal(name, **changed)
            self.assertEqual(session.tree(self.root), before)
        return said

    def test_open_nodes(self):
        with self.session() as session:
            session.open_to_others(f"{self.root}/log")
        said = self.refused_untouched("inside", zk=f"zk://{self.ensemble.connect}{self.root}/log")
        self.assertIn(f"{self.root}/log: node / may be changed by others: world:anyone:cdrwa", said)
        said = self.refused_untouched("opened")
        self.assertIn("node /log may be changed by others: world:anyone:cdrwa; hint: setAcl it", said)
        with self.session() as session:
            session.close_to_others(f"{self.root}/log")
        self.lead_for_a_moment("again")

    def test_a_registry_of_a_newer_version(self):
        newer = {f"{self.root}/head": (b"fairlead-head 1 ", b"fairlead-head 2 "),
                 f"{self.root}/epoch": (b"fairlead-epoch 1\n", b"fairlead-epoch 2\n")}
        for node, (known, unknown) in newer.items():
            with self.subTest(node=node), self.session() as session:
                before = session.read(node)
                self.assertTrue(before.startswith(known), before)
                session.write(node, before.replace(known, unknown))
                said = self.refused_untouched("newer-" + os.path.basename(node))
                self.assertIn(f'registry: /{os.path.basename(node)}: expected version 1..1, got "2"; hint: '
                              "it was written by a newer Fairlead: run that version", said)
                session.write(node, before)
        self.lead_for_a_moment("again")

    def test_what_is_another_cluster_or_somebody_elses(self):
        self.assertIn('cluster id: expected other, got "', self.refused_untouched("id", cluster_id="other"))
        # It knows its cluster, and there is none at that path: a wiped ensemble looks the same.
        said = self.refused_untouched("first", state_dir=f"{self.one.top}/first",
                                      zk=f"zk://{self.ensemble.connect}/elsewhere")
        self.assertRegex(said, r'/elsewhere: cluster id: expected [0-9a-f]{32}, got "no registry"; hint: ')
        wrong = f"{self.one.top}/wrong-credentials"
        with open(os.open(wrong, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write("fairlead:wrong\n")
        self.assertIn("check the credentials file", self.refused_untouched("wrong", zk_credentials_file=wrong))
        os.chmod(wrong, 0o644)
        self.assertIn(wrong, self.refused_untouched("readable", zk_credentials_file=wrong))
        with self.session() as session:
            self.assertNotIn("elsewhere", session.children("/"))
        self.lead_for_a_moment("first")

    def test_no_majority(self):
        self.ensemble.servers[1].end()
        self.addCleanup(self.have_majority)
        self.assertIn("no answer within 30000 ms; hint: a majority of the ZooKeeper servers must run",
                      self.refusal("alone"))
        self.have_majority()
        self.lead_for_a_moment("again")

    def have_majority(self):
        if self.ensemble.servers[1].process.poll() is not None:
            self.ensemble.servers[1].start()
        self.assertTrue(self.ensemble.wait_ready())


class OwnRegistry(ClusterTest):
    """A registry on the master's own disk."""

    def test_one_of_a_newer_version_is_refused_and_stays_as_it_is(self):
        one = cluster.Cluster()
        self.addCleanup(shutil.rmtree, one.top, True)
        ready = f"{one.top}/ready"
        argv = [program("fairlead-master"), "--state-dir", f"{one.top}/state", "--bind", "tcp://127.0.0.1:0",
                "--http-port", "0", "--ready-file", ready]
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, env=one.env) as master:
            wait_until(lambda: read(ready), "the master has made its registry")
            master.terminate()
        path = f"{one.top}/state/state.db"
        value = bytearray(next(row[1] for row in state_db.rows(path) if row[0] == "cluster"))
        # After the segment table, the root's pointer, its tag and its own pointer: the version.
        self.assertEqual(struct.unpack_from("<I", value, 32), (1,))
        struct.pack_into("<I", value, 32, 2)
        state_db.write_row(path, "cluster", bytes(value))
        before = state_db.rows(path)
        answer = run(argv, env=one.env, cwd=one.top)
        self.assertEqual(answer.returncode, 1)
        said = [line for line in answer.stderr.splitlines() if line.startswith("fairlead-master: ")]
        self.assertEqual(len(said), 1, answer.stderr)
        self.assertIn("version: expected at most 1, got 2; hint: start the newer program that wrote it", said[0])
        self.assertEqual(state_db.rows(path), before)


if __name__ == "__main__":
    cluster.main()
