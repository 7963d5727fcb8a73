#!/usr/bin/env python3
"""Three masters over three ZooKeeper servers: the leader dies, the tasks do not notice."""
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import cluster
from cluster import ClusterTest, is_alive, program, read, wait_until
from masters import TICK_MS, Masters, ask, children_of

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import zookeeper_servers  # noqa: E402

TASKS = 4


class Failover(ClusterTest):
    """A dev cluster: a job and a service run while leaders die."""

    def masters(self, one):
        """(pid of the supervisor, HTTP address) of those that run."""
        return [(process["pid"], process["detail"].split("http://")[1])
                for process in one.record()["processes"]
                if process["name"].startswith("master-") and is_alive(process["pid"])]

    def addresses(self, one):
        """HTTP addresses of the masters, as `dev status` shows them."""
        answer = one.fairlead("dev", "status", "-o", "json")
        return [process["detail"].split("http://")[1] for process in json.loads(answer.stdout)["processes"]
                if process["name"].startswith("master-")]

    def leader_of(self, one):
        """(pid of its supervisor, HTTP address) of the one that leads; None while none does."""
        return next((master for master in self.masters(one) if ask(master[1], "/leader")[0] == 200), None)

    def wait_for_leader(self, one, address_before, what):
        """Ports change when a master starts again, so that the one before cannot be asked."""
        began = time.monotonic()
        wait_until(lambda: (lambda now: now and now[1] != address_before)(self.leader_of(one)),
                   f"another leads after {what}", 60)
        print(f"{what}: another master leads after {1000 * (time.monotonic() - began):.0f} ms "
              "(session 5000 ms, tick 500 ms)")

    def leader_dies(self, one, victim, what):
        """`victim` of a supervisor's pid dies by kill -9; another leads then."""
        supervisor, address = wait_until(lambda: self.leader_of(one), "one leads")
        child = children_of(supervisor)[0]
        os.kill(victim(supervisor, child), signal.SIGKILL)
        self.wait_for_leader(one, address, what)
        wait_until(lambda: not is_alive(child), "the dead leader is gone")

    def test_the_leader_dies_and_the_tasks_run_on(self):
        one = self.start("--masters", "3", "--zookeeper", "--agents", "1",
                         "--resources", "cpus:4;mem:2GiB;disk:4GiB")
        service = one.fairlead("service", "create", "web", "--replicas", "1", "--", "sleep", "1000")
        self.assertEqual(service.returncode, 0, service.stderr)
        job = one.submit("--instances", str(TASKS), "--cpus", "0.1", "--", "sh", "-c",
                         f"echo $FAIRLEAD_TASK_INDEX $FAIRLEAD_ATTEMPT >>{one.top}/ledger; "
                         f"until [ -e {one.top}/gate ]; do sleep 0.05; done; exit 0")
        one.wait_for_running(job, TASKS)
        ready = lambda: one.json("service", "show", "web").get("ready") == 1  # noqa: E731
        wait_until(ready, "the service runs")
        wait_until(lambda: len(read(f"{one.top}/ledger").splitlines()) == TASKS, "all have begun")
        inits = self.inits_of(one)
        self.assertEqual(len(inits), TASKS + 1)

        self.leader_dies(one, lambda supervisor, child: child, "kill -9 of the leader")
        self.wait_for_agent(one)
        # Restarted by its supervisor, on other ports: the status says which.
        wait_until(lambda: all(ask(address, "/readyz")[0] == 200 for address in self.addresses(one)),
                   "all three masters answer where the status says")
        self.leader_dies(one, lambda supervisor, child: supervisor, "kill -9 of its supervisor")
        self.wait_for_agent(one)
        self.assertRegex(read(one.process("agent-1")["log"]),
                         r'event=no_leader text="no leader since 20\d\d-\d\d-\d\d [0-9:]+Z, retrying" for_ms=\d+ why=')
        self.assertEqual(self.inits_of(one), inits)
        one.wait_for_running(job, TASKS)

        open(f"{one.top}/gate", "w", encoding="utf-8").close()
        ended = one.wait_for_job(job)
        self.assertEqual([(task["attempt"], task["state"]) for task in ended["instances"]],
                         [(1, "finished")] * TASKS)
        self.assertEqual(sorted(read(f"{one.top}/ledger").splitlines()),
                         [f"{i} 1" for i in range(TASKS)])
        wait_until(ready, "the service is as it was")

    def wait_for_agent(self, one):
        address = wait_until(lambda: self.leader_of(one), "one leads")[1]
        wait_until(lambda: one.get("/api/v1/cluster", address)["agents"].get("active") == 1,
                   "the agent has found the leader")

    def inits_of(self, one):
        """The first process of each container."""
        return {pid for pid in cluster.pids_in(one.parents[0]) for line in
                read(f"/proc/{pid}/status").splitlines()
                if line.startswith("NSpid:") and line.split()[-1] == "1"}


class Standbys(ClusterTest):
    """Masters alone, with flags of the test's own."""

    def setUp(self):
        super().setUp()
        self.one = cluster.Cluster()
        self.addCleanup(shutil.rmtree, self.one.top, True)
        self.ensemble = zookeeper_servers.Ensemble(3, TICK_MS)
        self.addCleanup(self.ensemble.end)
        self.masters = Masters(self.one.top, self.ensemble)
        self.addCleanup(self.masters.end)
        for i in (1, 2, 3):
            self.masters.start_master(f"master-{i}")
        self.leader = wait_until(self.masters.leader, "one of three leads", 60)
        wait_until(lambda: len(self.masters.standbys()) == 2, "the others stand by")

    def test_a_standby_says_where_the_leader_is(self):
        standby = self.masters.http_of(self.masters.standbys()[0])
        self.assertEqual(ask(standby, "/livez")[0], 200)
        status, headers, body = ask(standby, "/api/v1/tasks?limit=3&state=a%26b")
        self.assertEqual(status, 307, body)
        self.assertEqual(headers["location"], f"http://{self.masters.http_of(self.leader)}"
                                              "/api/v1/tasks?limit=3&state=a%26b")
        for name, process in self.masters.processes.items():
            if self.masters.http_of(name) != standby:
                process.terminate()
        wait_until(lambda: ask(standby, "/leader")[0] == 200, "the last one leads")

    def test_metrics_of_a_standby_are_its_own(self):
        def metrics(name):
            status, _, body = ask(self.masters.http_of(name), "/metrics")
            self.assertEqual(status, 200)
            return dict(line.split() for line in body.splitlines() if len(line.split()) == 2)
        leading = metrics(self.leader)
        for name in self.masters.standbys():
            standing_by = metrics(name)
            self.assertEqual(standing_by["fairlead_master_leads"], "0")
            self.assertEqual(standing_by["fairlead_master_standby_caught_up"], "1")
            self.assertEqual(standing_by["fairlead_master_epoch"], leading["fairlead_master_epoch"])
        self.assertEqual(leading["fairlead_master_leads"], "1")

    def test_without_a_leader_a_command_says_since_when_and_waits_for_one(self):
        for process in self.masters.processes.values():
            process.terminate()
        for process in self.masters.processes.values():
            process.wait(timeout=15)
        with subprocess.Popen([program("fairlead"), "--master-http", self.masters.zk, "agents"], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              env=self.one.env) as command:
            self.assertRegex(command.stderr.readline(), r"^no leader since 20\d\d-.*Z, retrying: ")
            self.masters.start_master("master-1")
            self.assertEqual(command.wait(timeout=60), 0, command.stderr.read())

    def test_secrets_stay_out_of_logs_and_command_lines(self):
        for name in self.masters.processes:
            self.assertNotIn("not-a-word-of-the-log", read(f"{self.one.top}/{name}.log"))


if __name__ == "__main__":
    cluster.main()
