#!/usr/bin/env python3
"""The smallest framework of the SDK runs against a cluster without keys and exits 0."""
import json
import os
import re

import cluster
from cluster import ClusterTest, program, run


class Hello(ClusterTest):
    def test_the_example_runs_its_tasks_and_leaves(self):
        one = self.without_start()
        one.parents = [f"fairlead/dev-hello-{os.getpid()}"]
        os.mkdir(one.dev_dir)
        endpoint, http = self.start_process(
            one, "master", ["--bind", "tcp://127.0.0.1:0", "--http-port", "0"])
        self.start_process(one, "agent", [
            "--master", endpoint, "--http-port", "0", "--resources", "cpus:1;mem:512MiB",
            "--cgroup-parent", one.parents[0], "--shim", program("fairlead-shim"),
            "--destroy-on-exit"])
        answer = run([program("fairlead-hello"), "--master", endpoint, "--state-dir",
                      one.dev_dir + "/hello", "--count", "3"], env=one.env, timeout=60)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        finished = re.findall(r"^(hello\.\d) TASK_FINISHED$", answer.stdout, re.MULTILINE)
        self.assertEqual(sorted(finished), ["hello.0", "hello.1", "hello.2"], answer.stdout)
        events = run([program("fairlead"), "--master-http", http, "events", "--after", "1.1", "-o",
                      "json"], env=one.env).stdout.splitlines()
        finals = [event["task"] for event in map(json.loads, events)
                  if event["kind"] == "task_updated" and event["state"] == "TASK_FINISHED"]
        self.assertEqual(sorted(finals), ["hello.0", "hello.1", "hello.2"])
        frameworks = one.json("--master-http", http, "frameworks")["frameworks"]
        self.assertNotIn("active", [framework["state"] for framework in frameworks])


if __name__ == "__main__":
    cluster.main()
