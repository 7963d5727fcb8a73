#!/usr/bin/env python3
"""The example of the DRF paper, live: <9 cpus, 18 GiB>, tasks of <1, 4 GiB> and <3, 1 GiB>."""
import cluster
from cluster import ClusterTest, wait_until

STEADY_SAMPLES = 15


class DrfPaper(ClusterTest):
    def test_from_the_second_round_on_three_and_two_run_at_once(self):
        one = self.start("--agents", "1", "--resources", "cpus:9;mem:18GiB")
        jobs = [one.submit("--role", role, "--cpus", cpus, "--mem", mem, "--instances", "200",
                           "--", "sleep", "2")
                for role, cpus, mem in (("a", "1", "4GiB"), ("b", "3", "1GiB"))]

        def sample():
            rows = {row["role"]: row for row in one.json("roles")["roles"]}
            return tuple((rows[role]["tasks"], rows[role]["share_milli"]) for role in "ab")

        wait_until(lambda: self.tasks(sample()) == (3, 2), "3 of a and 2 of b run at once")
        seen = []
        in_a_row = 0

        def steady():
            nonlocal in_a_row
            now = sample()
            seen.append(now)
            in_a_row = in_a_row + 1 if self.tasks(now) == (3, 2) else 0
            return in_a_row == STEADY_SAMPLES
        wait_until(steady, f"{STEADY_SAMPLES} samples in a row show 3 and 2", 40)
        # Both dominant shares are 2/3 then: 12 of 18 GiB, 6 of 9 cpus. Nobody ever has more.
        self.assertEqual(seen[-1], ((3, 666), (2, 666)))
        self.assertEqual([now for now in seen if now[0][0] > 3 or now[1][0] > 2], [])
        # Over the next rounds as well: tasks end and are followed by one of the same role.
        finished = [one.job(job)["finished"] for job in jobs]
        later = []

        def two_more_rounds():
            later.append(sample())
            return all(one.job(job)["finished"] >= before + 2 * width
                       for job, before, width in zip(jobs, finished, (3, 2)))
        wait_until(two_more_rounds, "two more rounds")
        self.assertEqual([now for now in later if now[0][0] > 3 or now[1][0] > 2], [])
        for job in jobs:
            self.assertEqual(one.fairlead("job", "cancel", job).returncode, 0)

    def tasks(self, shares):
        return tuple(tasks for tasks, _ in shares)


if __name__ == "__main__":
    cluster.main()
