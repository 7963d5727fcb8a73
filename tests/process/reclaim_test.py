#!/usr/bin/env python3
"""A job that takes everything gives some of it back to one of a higher priority, and loses no work."""
import json
import urllib.request

import cluster
from cluster import ClusterTest, wait_until

COUNT = 4
JOB = """name: {name}
priority: {priority}
tasks:
  - name: main
    instances: {instances}
    resources: {{cpus: 1, mem: 32MiB}}
    command: [sh, -c, 'until [ -e {top}/{name} ]; do sleep 0.05; done; echo $FAIRLEAD_TASK_INDEX >> {top}/done-{name}']
"""


class Reclaim(ClusterTest):
    def test_what_a_higher_priority_needs_is_given_back_and_done_later(self):
        one = self.start("--agents", "1", "--resources", f"cpus:{COUNT};mem:1GiB")
        one.restart_in_place("master", "--reclaim-after", "1s", "--reclaim-deadline", "30s")
        low = self.submit(one, "low", 0, COUNT)
        one.wait_for_running(low, COUNT)
        high = self.submit(one, "high", 5, 2)

        one.wait_for_running(high, 2)
        self.assertEqual(one.job(low)["running"], COUNT - 2)
        kinds = [event["kind"] for event in self.events(one)]
        self.assertIn("reclaim_started", kinds)
        # Each of the two was made room for by itself, and what was told was done.
        wait_until(lambda: 'fairlead_master_reclaims_open 0' in self.metrics(one), "none is open")
        self.assertIn('fairlead_master_reclaims_total{kind="priority"} 2', self.metrics(one))
        ended = [event for event in self.events(one) if event.get("state") == "TASK_KILLED"]
        self.assertEqual([event["reason"] for event in ended], ["PREEMPTED"] * 2)

        for name in ("high", "low"):
            open(f"{one.top}/{name}", "w", encoding="utf-8").close()
        one.wait_for_job(high)
        job = one.wait_for_job(low)
        self.assertEqual((job["failures"], job["losses"]), (0, 0), "giving back is no failure")
        self.assertEqual(sorted(task["attempt"] for task in job["instances"]), [1, 1, 2, 2])
        done = cluster.read(one.top + "/done-low").split()
        self.assertEqual(sorted(done), [str(i) for i in range(COUNT)], "each task once")

    def submit(self, one, name, priority, instances):
        path = f"{one.top}/{name}.yaml"
        with open(path, "w", encoding="utf-8") as file:
            file.write(JOB.format(name=name, priority=priority, instances=instances, top=one.top))
        return one.submit("--file", path)

    def events(self, one):
        answer = one.fairlead("events", "--after", one.first_token(), "-o", "json")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return [json.loads(line) for line in answer.stdout.splitlines()]

    def metrics(self, one):
        url = f"http://{one.record()['master_http']}/metrics"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read().decode()


if __name__ == "__main__":
    cluster.main()
