#!/usr/bin/env python3
"""Quota of real masters, agents and jobs: a limit holds, a dry run changes nothing, and what was set
outlives the master."""
import cluster
from cluster import ClusterTest, wait_until

LOOP = "until [ -e {top}/gate ]; do sleep 0.05; done"


class QuotaOfRoles(ClusterTest):
    def test_a_limit_holds_against_a_job_over_the_masters_death_until_it_is_removed(self):
        one = self.start("--agents", "1", "--resources", "cpus:4;mem:1GiB")
        self.ok(one, "quota", "set", "a", "--limit", "cpus:2", "--guarantee", "cpus:1")
        job = one.submit("--role", "a", "--instances", "4", "--cpus", "1", "--mem", "64MiB", "--",
                         "sh", "-c", LOOP.format(top=one.top))
        one.wait_for_running(job, 2)
        self.assertEqual(self.quota(one, "a"),
                         {"role": "a", "guarantee": "cpus:1", "limit": "cpus:2",
                          "consumed": "cpus:2;mem:128MiB", "held": ""})
        # Nobody else wants the two CPUs that are left: it is the limit that stands against them.
        why = one.fairlead("explain", job).stdout
        self.assertIn("role a may have at most cpus:2 and consumes cpus:2", why)
        self.assertEqual(one.job(job)["running"], 2)

        one.restart_in_place("master")
        wait_until(lambda: self.quota(one, "a")["consumed"] == "cpus:2;mem:128MiB",
                   "its tasks are counted again")
        self.assertEqual(self.quota(one, "a")["limit"], "cpus:2")
        wait_until(lambda: "may have at most cpus:2" in one.fairlead("explain", job).stdout,
                   "the next master knows the limit")
        self.assertEqual(one.job(job)["running"], 2)

        said = self.ok(one, "quota", "remove", "a")
        self.assertEqual(said, "role a has no quota any more\n")
        one.wait_for_running(job, 4)
        self.assertEqual(self.ok(one, "quota", "show"), "no role has a quota\n")
        open(one.top + "/gate", "w", encoding="utf-8").close()
        one.wait_for_job(job)
        actions = [line["action"] for line in one.get("/api/v1/audit")["lines"]]
        self.assertEqual(actions.count("set_quota"), 1, "of this master; the first one has died")

    def test_a_dry_run_tells_what_would_follow_and_changes_nothing(self):
        one = self.start("--agents", "1", "--resources", "cpus:4;mem:1GiB")
        job = one.submit("--role", "a", "--instances", "4", "--cpus", "1", "--mem", "64MiB", "--",
                         "sh", "-c", LOOP.format(top=one.top))
        one.wait_for_running(job, 4)
        waiting = one.submit("--role", "b", "--cpus", "1", "--mem", "64MiB", "--", "true")
        wait_until(lambda: "not_enough" in one.fairlead("explain", waiting).stdout,
                   "role b wants something")
        said = self.ok(one, "quota", "set", "a", "--limit", "cpus:3", "--dry-run")
        self.assertIn("role a: cpus:1 too much\n    batch (", said)
        self.assertIn(") as a holds cpus:4;mem:256MiB in 4 tasks\n", said)
        self.assertTrue(said.endswith("dry run: nothing was changed\n"), said)
        tried = one.json("quota", "set", "b", "--limit", "cpus:0.5", "--dry-run")
        self.assertEqual([turn["role"] for turn in tried["delayed"]], ["b"])
        self.assertIn("role b may have at most cpus:0.5", tried["delayed"][0]["why"])
        self.ok(one, "weight", "set", "b", "2", "--dry-run")

        self.assertEqual(self.ok(one, "quota", "show"), "no role has a quota\n")
        self.assertEqual(self.ok(one, "weight", "show"), "every role has weight 1\n")
        self.assertEqual(one.get("/api/v1/audit")["lines"], [])
        self.assertEqual(one.job(job)["running"], 4)
        open(one.top + "/gate", "w", encoding="utf-8").close()
        one.wait_for_job(job)
        one.wait_for_job(waiting)
        self.ok(one, "weight", "set", "b", "2")
        self.assertEqual(self.ok(one, "weight", "show"), "ROLE  WEIGHT\nb     2\n")

    def test_what_is_no_quota_is_refused_with_the_sum_and_the_capacity(self):
        one = self.start("--agents", "1", "--resources", "cpus:4;mem:1GiB")
        self.ok(one, "quota", "set", "a", "--guarantee", "cpus:3", "--limit", "mem:512MiB")
        for words, why in (
                (["b", "--guarantee", "cpus:2"],
                 'expected guarantees of at most the cluster\'s cpus:4, got "cpus:5 together"'),
                (["b", "--guarantee", "cpus:2", "--dry-run"], "the cluster's cpus:4"),
                (["a/x", "--guarantee", "cpus:4"], "raise the guarantee of a first"),
                (["a/x", "--limit", "mem:1GiB"], "which is that of role a"),
                (["b", "--guarantee", "cpus:2", "--limit", "cpus:1"], "at most its limit cpus:1"),
                (["b//c", "--limit", "cpus:1"], "role name"),
                (["b", "--limit", "ports:[1-2]"], "flag --limit: "),
                (["b"], "--guarantee, --limit or both")):
            answer = one.fairlead("quota", "set", *words)
            self.assertNotEqual(answer.returncode, 0, words)
            self.assertIn(why, answer.stderr)
        self.assertIn("role b has no quota", one.fairlead("quota", "remove", "b").stderr)
        self.assertEqual([row["role"] for row in one.json("quota", "show")["quotas"]], ["a"])
        self.ok(one, "quota", "set", "b", "--guarantee", "cpus:2", "--force")
        self.assertEqual(self.quota(one, "b")["guarantee"], "cpus:2")

    def ok(self, one, *words):
        answer = one.fairlead(*words)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""), words)
        return answer.stdout

    def quota(self, one, role):
        """Its row of the listing."""
        return one.json("quota", "show", role)["quotas"][0]


if __name__ == "__main__":
    cluster.main()
