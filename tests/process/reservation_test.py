#!/usr/bin/env python3
"""Reservations and volumes of real masters, agents and jobs: others are kept out, the role's own
work runs on them, and they outlive the master."""
import cluster
from cluster import ClusterTest, wait_until

LOOP = "until [ -e {top}/gate ]; do sleep 0.05; done"


class Reservations(ClusterTest):
    def test_what_is_reserved_is_for_its_role_alone_and_outlives_the_master(self):
        one = self.start("--agents", "1", "--resources", "cpus:4;mem:1GiB;disk:4GiB")
        host = self.agent(one)["hostname"]
        self.ok(one, "reserve", host, "cpus:3;mem:512MiB;disk:2GiB", "--role", "a")
        self.ok(one, "volume", "create", host, "db", "--role", "a", "--size", "1GiB",
                "--path", "data/db")
        others = one.submit("--role", "b", "--instances", "4", "--cpus", "1", "--mem", "64MiB",
                            "--", "sh", "-c", LOOP.format(top=one.top))
        one.wait_for_running(others, 1)
        self.assertIn("reserved", one.fairlead("explain", others).stdout)
        own = one.submit("--role", "a", "--instances", "3", "--cpus", "1", "--mem", "64MiB",
                         "--", "sh", "-c", LOOP.format(top=one.top))
        one.wait_for_running(own, 3)
        # Tasks hold it: nothing changes, and they are named.
        held = one.fairlead("unreserve", host, "cpus:3", "--role", "a")
        self.assertNotEqual(held.returncode, 0)
        self.assertIn("tasks hold of it:", held.stderr)
        before = self.rows(one)
        self.assertEqual([(row["role"], row["resources"], row["volume"]) for row in before],
                         [("a", "cpus:3;mem:512MiB;disk:1GiB", ""),
                          ("a", "disk:1GiB", "db at data/db")])

        one.restart_in_place("master")
        wait_until(lambda: self.rows(one) == before, "the next master knows the reservations")
        wait_until(lambda: self.agent(one)["tasks"] == 4, "the agent is back with its tasks")
        self.assertEqual(one.job(others)["running"], 1)

        open(one.top + "/gate", "w", encoding="utf-8").close()
        one.wait_for_job(own)
        one.wait_for_job(others)
        wait_until(lambda: self.agent(one)["tasks"] == 0, "nothing is held any more")
        self.assertIn("a volume is destroyed first",
                      one.fairlead("unreserve", host, "disk:2GiB", "--role", "a").stderr)
        self.ok(one, "volume", "destroy", host, "db", "--role", "a")
        wait_until(lambda: all(not row["volume"] for row in self.rows(one)), "it is destroyed")
        self.ok(one, "unreserve", host, "cpus:3;mem:512MiB;disk:2GiB", "--role", "a")
        self.assertEqual(self.ok(one, "reservations"), "nothing is reserved\n")
        actions = [line["action"] for line in one.get("/api/v1/audit")["lines"]]
        self.assertEqual((actions.count("reserve"), actions.count("manage_volumes")), (2, 1),
                         "of this master; the first one has died")

    def ok(self, one, *words):
        answer = one.fairlead(*words)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""), words)
        return answer.stdout

    def agent(self, one):
        return one.get("/api/v1/agents")["agents"][0]

    def rows(self, one):
        return one.json("reservations")["reservations"]


if __name__ == "__main__":
    cluster.main()
