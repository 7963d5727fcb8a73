#!/usr/bin/env python3
"""A maintenance window drains an agent under a job and takes it back; the master dies in between."""
import cluster
from cluster import ClusterTest, wait_until

COUNT = 4
LOOP = "until [ -e {top}/gate ]; do sleep 0.05; done"


class Maintenance(ClusterTest):
    def test_a_window_drains_its_agents_also_over_the_masters_death(self):
        one = self.start("--agents", "2", "--resources", "cpus:2;mem:1GiB")
        job = one.submit("--instances", str(COUNT), "--cpus", "0.5", "--", "sh", "-c",
                         LOOP.format(top=one.top))
        one.wait_for_running(job, COUNT)
        victim = one.job(job)["instances"][0]["hostname"]
        there = [task for task in one.job(job)["instances"] if task["hostname"] == victim]

        window = self.schedule(one, victim, "+2s", "1h", "--grace", "5s")
        one.restart_in_place("master")
        wait_until(lambda: one.agent(victim)["state"] == "drained", "the window drains it", 60)
        self.assertEqual(one.agent(victim)["drain"]["window"], window)
        self.assertIn("maintenance window " + window, one.fairlead("agents").stdout)
        shown = self.windows(one)
        self.assertEqual([(one["id"], one["state"]) for one in shown], [(window, "begun")])
        one.wait_for_running(job, COUNT)
        moved = [task for task in one.job(job)["instances"] if task["attempt"] == 2]
        self.assertEqual(len(moved), len(there))
        self.assertNotIn(victim, {task["hostname"] for task in one.job(job)["instances"]})

        one.restart_in_place("master")
        wait_until(lambda: one.agent(victim)["state"] == "drained", "known for good")
        answer = one.fairlead("maintenance", "cancel", window)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        wait_until(lambda: one.agent(victim)["state"] == "active", "taken back")
        self.assertIn("no maintenance is scheduled", one.fairlead("maintenance", "show").stdout)
        open(one.top + "/gate", "w", encoding="utf-8").close()
        one.wait_for_job(job)

    def test_its_end_takes_the_agents_back(self):
        one = self.start("--agents", "2")
        window = self.schedule(one, "agent-1,agent-2", "+1s", "2s")
        wait_until(lambda: "window_ended" in self.kinds(one, window), "its end", 60)
        kinds = self.kinds(one, window)
        self.assertEqual(kinds, ["window_scheduled", "window_begun", "window_ended"])
        for hostname in ("agent-1", "agent-2"):
            wait_until(lambda: one.agent(hostname)["state"] == "active", "taken back")

    def test_what_is_no_window_is_refused(self):
        one = self.start("--agents", "1")
        window = self.schedule(one, "agent-1", "+1h", "2h")
        for start, duration, agent, why in (
                ("+2h", "1h", "agent-1", f"window {window} has it from"),
                ("2001-01-01T00:00:00Z", "1h", "agent-1", "a time to come"),
                ("+10h", "1h", "agent-7", "'agent-7' is not known"),
                ("tomorrow", "1h", "agent-1", "flag --start"),
                ("+10h", "0s", "agent-1", "--duration")):
            answer = self.ask(one, agent, start, duration)
            self.assertNotEqual(answer.returncode, 0)
            self.assertIn(why, answer.stderr)
        answer = self.ask(one, "agent-1", "+10h", "1h", "--deadline", "2h")
        self.assertIn("deadline: expected 0..3600000 ms", answer.stderr)
        answer = one.fairlead("maintenance", "cancel", "w-9-9")
        self.assertIn("'w-9-9' is not known", answer.stderr)
        self.assertEqual([one["id"] for one in self.windows(one)], [window])

    def test_frameworks_are_asked_to_leave_before_it(self):
        one = self.start("--agents", "3", "--resources", "cpus:2;mem:1GiB")
        self.assertEqual(one.fairlead("service", "create", "web", "--replicas", "2", "--cpus", "0.1",
                                      "--", "sleep", "3600").returncode, 0)
        wait_until(lambda: len(one.replica_hosts("web")) == 2, "two replicas")
        victim = one.replica_hosts("web")[0]
        job = one.submit("--instances", str(COUNT), "--cpus", "1", "--", "sh", "-c",
                         LOOP.format(top=one.top))
        one.wait_for_running(job, COUNT)
        there = [task for task in one.job(job)["instances"] if task["hostname"] == victim]
        self.assertGreater(len(there), 0)

        window = self.schedule(one, victim, "+5m", "1h")
        self.wait_for_answers(one, {"batch": "declined", "pods": "accepted"})
        declined = self.answers(one)["batch"]
        self.assertIn("has no timeout", declined["reason"])
        self.assertEqual((declined["hostname"], declined["tasks"]), (victim, len(there)))
        shown = one.fairlead("maintenance", "answers", window).stdout
        self.assertIn("has no timeout", shown)
        self.assertIn("1 accepted, 1 declined", one.fairlead("maintenance", "show").stdout)

        wait_until(lambda: len(one.replica_hosts("web")) == 2 and
                   victim not in one.replica_hosts("web"), "the service has moved before", 60)
        wait_until(lambda: self.answers(one)["pods"]["tasks"] == 0, "as it said")
        self.assertEqual(one.agent(victim)["state"], "active", "nothing is drained yet")
        self.assertEqual(self.windows(one)[0]["state"], "scheduled")

        one.restart_in_place("master")
        wait_until(lambda: one.agent(victim)["state"] == "active", "the agent is back")
        self.wait_for_answers(one, {"batch": "declined"})
        self.assertEqual(one.fairlead("maintenance", "cancel", window).returncode, 0)
        self.assertEqual(self.windows(one), [])
        open(one.top + "/gate", "w", encoding="utf-8").close()
        one.wait_for_job(job)

    def answers(self, one):
        """By the kind of the framework that was asked."""
        shown = one.try_get("/api/v1/maintenance") or {"windows": []}
        asked = [offer for window in shown["windows"] for offer in window["inverse_offers"]]
        return {offer["name"]: offer for offer in asked}

    def wait_for_answers(self, one, wanted):
        wait_until(lambda: {name: offer["answer"] for name, offer in self.answers(one).items()} ==
                   wanted, f"answers {wanted}", 60)

    def kinds(self, one, window):
        return [event["kind"] for event in one.events() if event["subject"] == window]

    def ask(self, one, agents, start, duration, *flags):
        return one.fairlead("maintenance", "schedule", "--agent", agents, "--start", start,
                            "--duration", duration, *flags)

    def schedule(self, one, agents, start, duration, *flags):
        """The id of the new window."""
        answer = self.ask(one, agents, start, duration, *flags)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        self.assertRegex(answer.stdout, r"^window w-\d+-\d+: drained from ")
        return answer.stdout.split()[1].rstrip(":")

    def windows(self, one):
        return one.get("/api/v1/maintenance")["windows"]


if __name__ == "__main__":
    cluster.main()
