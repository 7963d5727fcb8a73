#!/usr/bin/env python3
"""A gang of real tasks: nothing of it runs while there is no room for all, and when one of its tasks
fails all are tried again."""
import cluster
from cluster import ClusterTest, wait_until

# Each says that it is there and waits for the other three: alone it would wait for ever.
TOGETHER = """
name: solve
tasks:
  - name: rank
    instances: 4
    gang: true
    retries: {retries}
    retry_backoff: {{min: 100ms, max: 1s}}
    resources: {{cpus: 1, mem: 32MiB}}
    command: |
      mkdir -p {top}/there.$FAIRLEAD_ATTEMPT
      touch {top}/there.$FAIRLEAD_ATTEMPT/$FAIRLEAD_TASK_INDEX
      until [ $(ls {top}/there.$FAIRLEAD_ATTEMPT | wc -l) = 4 ]; do sleep 0.05; done
      {then}
"""
LOOP = "until [ -e {top}/gate ]; do sleep 0.05; done"


class Gangs(ClusterTest):
    def test_a_gang_waits_until_there_is_room_for_all_of_it(self):
        one = self.start("--agents", "2", "--resources", "cpus:2;mem:1GiB")
        small = one.submit("--cpus", "1", "--mem", "32MiB", "--", "sh", "-c",
                           LOOP.format(top=one.top))
        one.wait_for_running(small, 1)
        gang = self.submit(one, retries=0, then="true")
        wait_until(lambda: "gang of 4: 3 fit now" in one.fairlead("explain", gang).stdout,
                   "it is known that three of four would fit")
        self.assertEqual(one.job(gang)["launched"], 0)
        open(one.top + "/gate", "w", encoding="utf-8").close()
        job = one.wait_for_job(gang)
        self.assertEqual(sorted({row["attempt"] for row in job["instances"]}), [1])
        self.assertEqual(len({row["agent"] for row in job["instances"]}), 2)

    def test_when_one_task_fails_all_are_tried_again(self):
        one = self.start("--agents", "2", "--resources", "cpus:2;mem:1GiB")
        # In the first attempt rank 0 fails, and the others would go on for ever.
        gang = self.submit(one, retries=1, then=(
            "[ $FAIRLEAD_ATTEMPT = 2 ] && exit 0; [ $FAIRLEAD_TASK_INDEX = 0 ] && exit 1; "
            + LOOP.format(top=one.top)))
        job = one.wait_for_job(gang)
        self.assertEqual([row["attempt"] for row in job["instances"]], [2, 2, 2, 2])
        self.assertEqual(job["failures"], 1)

    def submit(self, one, **words):
        path = one.top + "/solve.yaml"
        with open(path, "w", encoding="utf-8") as file:
            file.write(TOGETHER.format(top=one.top, **words))
        return one.submit("--file", path)


if __name__ == "__main__":
    cluster.main()
