#!/usr/bin/env python3
"""A real master records what its allocator hears; fairlead-sim decides it once more, the same."""
import os
import re
import signal
import urllib.request

from cluster import ClusterTest, kill_and_wait, main, program, read, run, wait_until


class RecordedMaster(ClusterTest):
    def test_every_life_is_replayed_with_the_same_decisions(self):
        one = self.without_start()
        logs = one.top + "/logs"
        one.env["FAIRLEAD_ALLOCATOR_LOG"] = logs
        one.up("--agents", "2", "--resources", "cpus:4;mem:1GiB")
        self.ok(one, "weight", "set", "a", "2")
        self.ok(one, "quota", "set", "b", "--limit", "cpus:2")
        self.run_jobs(one)
        epoch = one.get("/api/v1/cluster")["epoch"]
        one.restart_in_place("master", "--allocator-log", logs)
        self.run_jobs(one)
        next_epoch = one.get("/api/v1/cluster")["epoch"]
        wait_until(lambda: "allocator_log_recording 1" in self.metrics(one), "it records")
        kill_and_wait(one.restarted["master"], signal.SIGTERM)

        self.assertEqual(sorted(os.listdir(logs)),
                         sorted(f"allocator-{number}.log" for number in (epoch, next_epoch)))
        # The first one was killed: its last record may be torn.
        self.replay(f"{logs}/allocator-{epoch}.log", "--damaged")
        self.replay(f"{logs}/allocator-{next_epoch}.log")

        policy = one.top + "/policy.yaml"
        with open(policy, "w", encoding="utf-8") as file:
            file.write("roles:\n  - {name: a, limit: \"cpus:1\"}\nallocator: {placement: spread}\n")
        said = self.replay(f"{logs}/allocator-{next_epoch}.log", "--with", policy)
        self.assertRegex(said, r"(?m)^with the policy: [1-9][\d']* of [\d']+ steps are decided differently$")

    def test_a_full_log_is_said_once_and_the_master_goes_on(self):
        one = self.without_start()
        logs = one.top + "/logs"
        one.env.update(FAIRLEAD_ALLOCATOR_LOG=logs, FAIRLEAD_ALLOCATOR_LOG_MAX="64KiB")
        one.up("--agents", "2", "--resources", "cpus:8;mem:2GiB")
        job = one.submit("--instances", "150", "--cpus", "1", "--mem", "64MiB", "--", "true")
        one.wait_for_job(job)
        wait_until(lambda: "allocator_log_recording 0" in self.metrics(one), "the log is full")
        self.run_jobs(one)
        said = read(one.dev_dir + "/logs/master.log").count("event=allocator_log_stopped")
        self.assertEqual(said, 1)
        [name] = os.listdir(logs)
        self.assertLessEqual(os.path.getsize(f"{logs}/{name}"), 64 << 10)
        self.replay(f"{logs}/{name}")

    def run_jobs(self, one):
        jobs = [one.submit("--role", role, "--instances", "4", "--cpus", "1", "--mem", "64MiB",
                           "--", "true") for role in ("a", "b")]
        for job in jobs:
            one.wait_for_job(job)

    def replay(self, path, *flags):
        """What it says; everything was decided the same, and something was."""
        answer = run([program("fairlead-sim"), "replay-log", path, *flags])
        self.assertEqual((answer.returncode, answer.stderr), (0, ""), answer.stdout)
        events, offers = re.search(r"(?m)^([\d']+) events, [\d']+ actions, ([\d']+) offers over",
                                   answer.stdout).groups()
        self.assertGreater(int(events.replace("'", "")), 20)
        self.assertGreaterEqual(int(offers.replace("'", "")), 2)
        self.assertIn(f"\nsame decisions: {events} of {events}\n", answer.stdout)
        return answer.stdout

    def metrics(self, one):
        with urllib.request.urlopen(f"http://{one.record()['master_http']}/metrics", timeout=10) as answer:
            return answer.read().decode()

    def ok(self, one, *words):
        answer = one.fairlead(*words)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""), words)


if __name__ == "__main__":
    main()
