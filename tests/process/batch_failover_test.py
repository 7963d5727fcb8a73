#!/usr/bin/env python3
"""Two fairlead-batch over one state in ZooKeeper: the leading one dies, its jobs do not notice."""
import collections
import json
import os
import re
import signal
import subprocess
import sys
import time

import cluster
from cluster import ClusterTest, is_alive, processes_naming, program, read, run, wait_until
from masters import TICK_MS, Masters, ask, children_of

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import zookeeper_servers  # noqa: E402
from zookeeper_session import Session  # noqa: E402

CREDENTIALS = "fairlead:not-a-word-of-the-log"
INSTANCES = 100
SESSION_MS = 4000


class Batches(Masters):
    """Masters, an agent and candidates of one batch framework, by name."""

    def __init__(self, top, ensemble, parent):
        super().__init__(top, ensemble)
        self.parent = parent
        self.state = f"zk://{ensemble.connect}/fairlead-batch"

    def start_agent(self):
        self.start("agent-1", "fairlead-agent", "--master", self.zk, "--state-dir", f"{self.top}/agent-1",
                   "--http-port", "0", "--resources", "cpus:1;mem:1GiB;disk:1GiB", "--cgroup-parent", self.parent,
                   "--shim", program("fairlead-shim"), "--destroy-on-exit")

    def start_framework(self, name, kind="batch", **changed):
        """`changed`: flags that are not as usual, with _ for -; None: not given."""
        flags = {"master": self.zk, "role": "r", "name": "jobs", "http_port": "0",
                 "ready_file": f"{self.top}/{name}.ready", "state": self.state,
                 "zk_credentials_file": self.credentials, "zk_session_timeout": f"{SESSION_MS}ms", **changed}
        pairs = [word for flag, value in flags.items() if value is not None
                 for word in (f"--{flag.replace('_', '-')}", value)]
        return self.start(name, f"fairlead-{kind}", *pairs)

    def http_of(self, name):
        return read(f"{self.top}/{name}.ready").strip() if name.startswith("batch") else super().http_of(name)

    def batches(self, path, status):
        return [name for name, process in self.processes.items() if name.startswith("batch")
                and process.poll() is None and self.http_of(name) and ask(self.http_of(name), path)[0] == status]

    def leading_batch(self):
        """Its name; None while none leads."""
        return next(iter(self.batches("/leader", 200)), None)


class Failover(ClusterTest):
    def setUp(self):
        super().setUp()
        self.one = self.without_start()
        self.one.parents = [f"fairlead/dev-batch-{os.getpid()}"]
        self.ensemble = zookeeper_servers.Ensemble(3, TICK_MS)
        self.addCleanup(self.ensemble.end)
        self.all = Batches(self.one.top, self.ensemble, self.one.parents[0])
        self.addCleanup(self.end)
        self.all.start_master("master-1")
        wait_until(self.all.leader, "the master leads", 60)
        self.all.start_agent()
        self.all.start_framework("batch-1")
        wait_until(lambda: self.all.leading_batch() and self.all.batches("/readyz", 200), "the first is subscribed")
        self.all.start_framework("batch-2")
        wait_until(lambda: self.standby_of("batch-1"), "the second stands by")

    def end(self):
        self.all.end()
        wait_until(lambda: not processes_naming(self.one.top), "supervised processes have ended too")

    def standby_of(self, leading):
        """The other one, caught up; None until then."""
        return next((name for name in self.all.batches("/readyz", 200)
                     if name != leading and ask(self.all.http_of(name), "/leader")[0] == 503), None)

    def fairlead(self, *words):
        answer = run([program("fairlead"), "--master-http", self.all.zk, *words], env=self.one.env, cwd=self.one.top)
        self.assertEqual(answer.returncode, 0, f"{words}: {answer.stderr}")
        return answer.stdout

    def ended(self):
        return sum(line.endswith(" end") for line in read(f"{self.one.top}/ledger").splitlines())

    def dies(self, leading, victims, what):
        began = time.monotonic()
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: (lambda now: now and now != leading)(self.all.leading_batch()),
                   f"another batch leads after {what}", 60)
        print(f"{what}: another batch leads after {1000 * (time.monotonic() - began):.0f} ms "
              f"(session {SESSION_MS} ms)")
        wait_until(lambda: not any(is_alive(pid) for pid in victims), "the dead ones are gone")

    def test_a_job_runs_to_its_end_while_its_leaders_die(self):
        half = INSTANCES // 2  # the second one waits for the second death
        with subprocess.Popen(
                [program("fairlead"), "--master-http", self.all.zk, "run", "--instances", str(INSTANCES), "--cpus",
                 "0.1", "--mem", "8MiB", "--", "sh", "-c",
                 f"echo $FAIRLEAD_TASK_INDEX $FAIRLEAD_ATTEMPT begin >>{self.one.top}/ledger; sleep 0.2; "
                 f"[ $FAIRLEAD_TASK_INDEX -lt {half} ] || until [ -e {self.one.top}/gate ]; do sleep 0.05; done; "
                 f"echo $FAIRLEAD_TASK_INDEX $FAIRLEAD_ATTEMPT end >>{self.one.top}/ledger"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                env=self.one.env, cwd=self.one.top) as watcher:
            self.addCleanup(watcher.kill)
            wait_until(lambda: self.ended() >= INSTANCES // 10, "the job is under way")
            supervisor = self.all.processes["batch-1"].pid
            self.dies("batch-1", children_of(supervisor), "kill -9 of the leading batch")
            wait_until(lambda: self.standby_of("batch-2") == "batch-1", "its supervisor starts it again as a standby")
            wait_until(lambda: self.ended() == half, "the next leader goes on with the job")
            open(f"{self.one.top}/gate", "w", encoding="utf-8").close()
            wait_until(lambda: self.ended() > half, "the second half is under way")
            supervisor = self.all.processes["batch-2"].pid
            self.dies("batch-2", [supervisor, *children_of(supervisor)], "kill -9 of it and its supervisor")
            said = watcher.communicate(timeout=60)[0]
            self.assertEqual(watcher.returncode, 0, said)

        job = json.loads(self.fairlead("job", "show", "j1", "-o", "json"))
        self.assertEqual(job["state"], "finished", job)
        self.assertEqual(job["finished"], INSTANCES)
        self.check_ledger(INSTANCES)

    def test_a_leader_that_slept_past_its_lease_does_nothing_more(self):
        job = re.search(r"job (j\d+)", self.fairlead(
            "run", "--detach", "--instances", "4", "--cpus", "0.1", "--mem", "8MiB", "--", "sh", "-c",
            f"echo $FAIRLEAD_TASK_INDEX $FAIRLEAD_ATTEMPT begin >>{self.one.top}/ledger; "
            f"until [ -e {self.one.top}/gate ]; do sleep 0.05; done; "
            f"echo $FAIRLEAD_TASK_INDEX $FAIRLEAD_ATTEMPT end >>{self.one.top}/ledger")).group(1)
        wait_until(lambda: len(read(f"{self.one.top}/ledger").splitlines()) == 4, "all four have begun")
        sleeper = children_of(self.all.processes["batch-1"].pid)[0]
        os.kill(sleeper, signal.SIGSTOP)
        self.addCleanup(lambda: is_alive(sleeper) and os.kill(sleeper, signal.SIGCONT))
        # Only the standby is asked: who sleeps does not answer, and its supervisor's patience is ten seconds.
        wait_until(lambda: ask(self.all.http_of("batch-2"), "/leader")[0] == 200, "the standby leads")
        open(f"{self.one.top}/gate", "w", encoding="utf-8").close()  # while the sleeper's connection still stands
        os.kill(sleeper, signal.SIGCONT)
        wait_until(lambda: not is_alive(sleeper), "who slept ends by itself")
        self.assertIn('event=framework_ends reason="stepped down: ', read(f"{self.one.top}/batch-1.log"))
        wait_until(lambda: json.loads(self.fairlead("job", "show", job, "-o", "json"))["state"] == "finished",
                   "the job is finished under the next leader")
        self.check_ledger(4)
        self.assertNotIn("framework_ends", read(f"{self.one.top}/batch-2.log"), "nobody disturbed it")

    def check_ledger(self, instances):
        """No attempt ran twice, and each instance to its end once."""
        lines = collections.Counter(tuple(line.split()) for line in read(f"{self.one.top}/ledger").splitlines())
        self.assertEqual([line for line, times in lines.items() if times > 1], [], "no attempt runs twice")
        ends = collections.Counter(line[0] for line in lines if line[2] == "end")
        self.assertEqual(ends, {str(index): 1 for index in range(instances)}, "each ran to its end once")

    def test_a_standby_says_who_leads_and_never_subscribes(self):
        address = self.all.http_of("batch-2")
        leader = self.all.http_of("batch-1")
        self.assertEqual(ask(address, "/livez")[0], 200)
        for body in (None, "{}"):
            status, headers, said = ask(address, "/api/v1/jobs?limit=3", body)
            self.assertEqual((status, headers["location"]), (307, f"http://{leader}/api/v1/jobs?limit=3"), said)
            self.assertIn(f"this fairlead-batch is a standby; the leader is at http://{leader}", said)
        self.assertIn("fairlead_framework_standby_caught_up 1\n", ask(address, "/metrics")[2])
        known = json.loads(self.fairlead("frameworks", "-o", "json"))["frameworks"]
        self.assertEqual([(one["name"], one["state"], one["api_address"]) for one in known],
                         [("jobs", "active", leader)])
        self.all.processes["batch-1"].terminate()
        wait_until(lambda: self.all.leading_batch() == "batch-2", "the standby leads when the leader leaves")
        after = wait_until(lambda: [one for one in json.loads(self.fairlead("frameworks", "-o", "json"))["frameworks"]
                                    if one["api_address"] == address], "the master knows its address")
        self.assertEqual(after[0]["id"], known[0]["id"], "the same framework")

    def test_a_framework_that_is_not_let_in_says_why_and_changes_nothing(self):
        def refused(what, kind="batch", **changed):
            name = f"refused-{what}"
            process = self.all.start_framework(name, kind, **changed)
            self.assertEqual(process.wait(timeout=60), 1, what)
            said = re.findall(f"^fairlead-{kind}: (.*)$", read(f"{self.one.top}/{name}.log"), re.MULTILINE)
            self.assertEqual(len(said), 1, said)
            return said[0]

        def in_zookeeper(path="/fairlead-batch"):
            return f"zk://{self.ensemble.connect}{path}"

        def session():
            return Session(self.ensemble.connect.split(",", maxsplit=1)[0], CREDENTIALS)

        def state():
            """What is kept there, without what a leader and its candidates rewrite by themselves."""
            with session() as one:
                nodes = {**one.tree("/fairlead"), **one.tree("/fairlead-batch")}
                self.assertNotIn("wiped", one.children("/"))
            return {path: data for path, data in nodes.items()
                    if not path.endswith(("/heartbeat", "/election")) and "/election/" not in path}

        before = state()
        self.assertEqual(refused("both", state_dir=f"{self.one.top}/both"),
                         'flags --state-dir and --state: expected one of them, got "both"; hint: a directory is '
                         "one host's; with --state another host takes over")
        self.assertIn('expected one of them, got "none"', refused("none", state=None))
        self.assertIn("flag --zk-credentials-file: expected a file", refused("bare", zk_credentials_file=None))
        self.assertRegex(refused("masters", state=self.all.zk),
                         "state: row [^ ]+: expected rows of a framework, got \"a master's registry")
        self.assertIn('expected of a framework of kind pods, got "batch"', refused("kind", kind="pods"))
        self.assertIn('cluster id: expected other, got "', refused("id", state_id="other"))
        self.assertIn('/wiped: cluster id: expected known, got "no registry"',
                      refused("wiped", state=in_zookeeper("/wiped"), state_id="known"))
        self.assertIn("zk://", refused("address", state=in_zookeeper("")))
        self.assertEqual(state(), before)
        with session() as one:
            one.open_to_others("/fairlead-batch/log")
        self.assertIn("node /log may be changed by others: world:anyone:cdrwa; hint: setAcl it", refused("opened"))


if __name__ == "__main__":
    cluster.main()
