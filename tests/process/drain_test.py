#!/usr/bin/env python3
"""An operator empties an agent under a job and a service; the master dies in between."""
import os
import urllib.error
import urllib.request

import cluster
from cluster import ClusterTest, wait_until

COUNT = 6
NEVER_MS = 3_600_000
DEADLINE_MS = 3_000
LOOP = 'trap "echo $FAIRLEAD_ATTEMPT >> {top}/asked; exit 1" TERM; ' \
       "until [ -e {top}/gate ]; do sleep 0.05; done"


class Drain(ClusterTest):
    def test_an_agent_is_emptied_by_its_deadline_also_over_the_masters_death(self):
        one = self.start("--agents", "3", "--resources", "cpus:2;mem:1GiB")
        job = one.submit("--instances", str(COUNT), "--cpus", "0.1", "--", "sh", "-c",
                         LOOP.format(top=one.top))
        one.wait_for_running(job, COUNT)
        answer = one.fairlead("service", "create", "web", "--replicas", "3", "--cpus", "0.1", "--",
                              "sleep", "3600")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        wait_until(lambda: len(one.replica_hosts("web")) == 3, "three replicas")
        victim = one.job(job)["instances"][0]["hostname"]
        self.assertIn(victim, one.replica_hosts("web"))
        there = self.tasks_on(one, victim)

        drain = self.drain(one, victim, NEVER_MS)
        one.restart_in_place("master")
        wait_until(lambda: one.agent(victim)["state"] == "draining", "the drain goes on")
        self.assertEqual(one.agent(victim)["drain"]["started_unix_ms"],
                         drain["started_unix_ms"])
        self.assertIn("tasks are killed from", one.fairlead("agents").stdout)
        drain = self.drain(one, victim, DEADLINE_MS)

        wait_until(lambda: one.agent(victim)["state"] == "drained", "nothing runs there", 60)
        of_job = {task for task, _ in there if task.startswith(job + ".")}
        kills = [event for event in one.events() if event.get("state") == "TASK_KILLING"
                 and event["reason"] == "AGENT_DRAINING"]
        self.assertLessEqual(of_job, {event["task"] for event in kills})
        for event in kills:
            self.assertGreaterEqual(event["at_unix_ms"], drain["deadline_unix_ms"] - 100)
        one.wait_for_running(job, COUNT)
        moved = [task for task in one.job(job)["instances"] if task["attempt"] == 2]
        self.assertEqual(len(moved), len(of_job))
        self.assertEqual(cluster.read(one.top + "/asked"), "1\n" * len(moved), "asked to end first")
        self.assertGreater(len(moved), 0)
        wait_until(lambda: len(one.replica_hosts("web")) == 3, "the service is whole again")
        self.assertNotIn(victim, one.replica_hosts("web"))
        self.assertLessEqual(self.tasks_on(one, victim), there, "nothing new was launched there")

        one.restart_in_place("master")
        wait_until(lambda: one.agent(victim)["state"] == "drained", "known for good")
        self.assertEqual(one.fairlead("agent", "reactivate", victim).returncode, 0)
        wait_until(lambda: one.agent(victim)["state"] == "active", "as before the drain")
        open(one.top + "/gate", "w", encoding="utf-8").close()
        ended = one.wait_for_job(job)
        self.assertEqual((ended["losses"], ended["failures"]), (len(moved), 0))

    def test_drained_for_good_and_what_is_refused(self):
        one = self.start("--agents", "2")
        for body in ("7", '{"deadline_ms":"10m"}', '{"deadline_ms":-1}', '{"wait":1}', "{"):
            self.assertEqual(self.post(one, body), 400, body)
        self.assertEqual(one.agent("agent-2")["state"], "active")
        answer = one.fairlead("agent", "drain", "agent-7")
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn("'agent-7' is not known", answer.stderr)
        self.assertIn("flag --grace", one.fairlead("agent", "drain", "agent-2", "--grace",
                                                   "soon").stderr)
        answer = one.fairlead("agent", "drain", "agent-2", "--gone")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        wait_until(lambda: one.agent("agent-2")["state"] == "gone", "nothing ran there")
        answer = one.fairlead("agent", "reactivate", "agent-2")
        self.assertIn("was declared gone", answer.stderr)

    def drain(self, one, hostname, deadline_ms):
        """Asks for it; what the master then says of it."""
        answer = one.fairlead("agent", "drain", hostname, "--deadline", f"{deadline_ms}ms", "--grace", "5s")
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        self.assertIn("gets no new tasks", answer.stdout)
        drain = one.agent(hostname)["drain"]
        self.assertEqual(drain["deadline_unix_ms"] - drain["started_unix_ms"], deadline_ms)
        return drain

    def tasks_on(self, one, hostname):
        """(task, attempt) of all that the master knows there, ended or not."""
        agent = one.agent(hostname)["id"]
        return {(task["task"], task["attempt"])
                for task in one.get(f"/api/v1/tasks?limit=1000&agent={agent}")["tasks"]}

    def post(self, one, body):
        """The status of a drain of agent-2 with this body."""
        agent = one.agent("agent-2")["id"]
        url = f"http://{one.record()['master_http']}/api/v1/agents/{agent}/drain"
        try:
            with urllib.request.urlopen(url, data=body.encode(), timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code


if __name__ == "__main__":
    cluster.main()
