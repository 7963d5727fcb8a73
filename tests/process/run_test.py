#!/usr/bin/env python3
"""`fairlead run`: outputs, exit codes and last lines; limits; bad input starts nothing."""
import os
import re
import sys

import cluster
from cluster import ClusterTest, cgroups_below, pids_in, read, wait_until

FORK_BOMB = """
import os, time
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(0.1)
"""


def last_line(answer):
    return answer.stdout.rstrip("\n").rpartition("\n")[2]


class Run(ClusterTest):
    def test_twenty_instances_each_write_their_line_once(self):
        one = self.start()
        answer = one.fairlead("run", "--cpus", "0.5", "--mem", "64MiB", "--instances", "20", "--",
                              "sh", "-c", "echo hi from $FAIRLEAD_TASK_INDEX")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("finished: 20 of 20 tasks finished", last_line(answer))
        self.assertIn("/20 done", answer.stderr)
        self.assertEqual(one.log_lines("j1"), sorted(f"hi from {i}" for i in range(20)))

    def test_a_failed_task_is_exit_code_1_and_the_last_line_says_its_code(self):
        one = self.start("--agents", "1")
        answer = one.fairlead("run", "--", "sh", "-c", "exit 7")
        self.assertEqual(answer.returncode, 1)
        self.assertIn("exited with code 7", last_line(answer))
        answer = one.fairlead("run", "--exit-code-from-task", "--", "sh", "-c", "exit 7")
        self.assertEqual(answer.returncode, 7)
        self.assertIn("exited with code 7", last_line(answer))

    def test_memory_above_the_limit_is_a_failure_with_reason_and_peak(self):
        one = self.start("--agents", "1")
        answer = one.fairlead("run", "--mem", "64MiB", "--", sys.executable, "-c",
                              "hoard = b'x' * (200 << 20)")
        self.assertEqual(answer.returncode, 1)
        self.assertIn("MEMORY_LIMIT: memory limit 64MiB exceeded; peak 6", last_line(answer))
        instance = one.job("j1")["instances"][0]
        self.assertEqual((instance["state"], instance["reason"]), ("failed", "MEMORY_LIMIT"))
        self.assertLessEqual(instance["memory_peak_bytes"], 64 << 20)
        self.assertGreater(instance["memory_peak_bytes"], 60 << 20)

    def test_a_fork_bomb_stays_below_its_limit_and_harms_nobody(self):
        one = self.start("--agents", "1")
        bomb = one.submit("--pids", "50", "--cpu-limit", "0.2", "--mem", "256MiB", "--",
                          sys.executable, "-c", FORK_BOMB)
        container = wait_until(
            lambda: [path for path in cgroups_below(one.parents[0])
                     if "/pids/" in path and f".{bomb}.main.0" in path], "the bomb's cgroup")[0]
        wait_until(lambda: not read(container + "/pids.events").startswith("max 0\n")
                   and read(container + "/pids.events"), "a fork was refused")
        answer = one.fairlead("run", "--", "echo", "unharmed")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertEqual(one.log_lines("j2"), ["unharmed"])
        self.assertEqual(int(read(container + "/pids.max")), 51)  # the container's init and 50
        self.assertLessEqual(int(read(container + "/pids.current")), 51)
        self.assertEqual(one.fairlead("job", "cancel", bomb).returncode, 0)
        one.wait_for_job(bomb, "cancelled")
        wait_until(lambda: not pids_in(one.parents[0]), "nothing of the bomb is left")

    def test_a_timeout_is_exit_code_3_and_the_job_goes_on(self):
        one = self.start("--agents", "1")
        gate = os.path.join(one.top, "gate")
        answer = one.fairlead("run", "--timeout", "500ms", "--", "sh", "-c",
                              f"until [ -e {gate} ]; do sleep 0.05; done; echo late")
        self.assertEqual(answer.returncode, 3)
        self.assertIn("not over after 500ms and continues", answer.stdout + answer.stderr)
        open(gate, "w", encoding="utf-8").close()
        one.wait_for_job("j1")
        self.assertEqual(one.log_lines("j1"), ["late"])

    def test_a_task_larger_than_any_agent_is_refused_or_explained(self):
        one = self.start("--agents", "1")
        answer = one.fairlead("run", "--cpus", "5", "--", "true")
        self.assertEqual(answer.returncode, 2)
        self.assertIn("cannot be placed", answer.stderr)
        # Nothing of it is left to run, also when fairlead-batch had not seen the agents yet.
        self.assertIn({row["state"] for row in one.json("job", "list")["jobs"]},
                      [set(), {"cancelled"}])
        job = one.submit("--cpus", "5", "--allow-unplaceable", "--", "true")
        explained = wait_until(
            lambda: [text for text in [one.fairlead("explain", job).stdout] if "nearest" in text],
            "the demand has reached the master")[0]
        self.assertIn("1 of 1 agents: never_fits (too small even when empty)", explained)
        self.assertIn("nearest miss: agent-1, lacks cpus:3", explained)
        self.assertRegex(explained, r"would admit one task:\n +reduce the shape to cpus:2;mem:")
        self.assertIn("no agent that matches is ever large enough", explained)
        listed = one.fairlead("explain", job, "--agents", "5").stdout
        self.assertRegex(listed, r"agent by agent:\n +agent-1: never_fits .*, cpus:3\n")

    def test_a_missing_program_or_directory_is_a_failure_that_names_it(self):
        one = self.start("--agents", "1")
        answer = one.fairlead("run", "--", "/no/such/program")
        self.assertEqual(answer.returncode, 1)
        self.assertIn("LAUNCH_FAILED: exec /no/such/program: No such file or directory",
                      last_line(answer))
        self.write(one, "place.yaml", "tasks: [{name: a, directory: /no/such/place, command: "
                   "[pwd], resources: {cpus: 0.1, mem: 32MiB}}]\nname: place\n")
        answer = one.fairlead("run", "-f", "place.yaml")
        self.assertEqual(answer.returncode, 1)
        self.assertIn("LAUNCH_FAILED", last_line(answer))
        self.assertIn("/no/such/place", last_line(answer))
        self.assertIn("No such file or directory", last_line(answer))
        self.assertEqual([row["state"] for row in one.json("job", "list")["jobs"]],
                         ["failed", "failed"])

    def write(self, one, name, text):
        with open(os.path.join(one.top, name), "w", encoding="utf-8") as file:
            file.write(text)


class BadInput(ClusterTest):
    def test_it_is_refused_with_a_hint_and_nothing_is_started(self):
        one = self.start("--agents", "1")
        yaml = {
            "unknown.yaml": "name: x\ntasks:\n  - name: a\n    comand: [pwd]\n",
            "twice.yaml": "name: x\nname: y\ntasks:\n  - {name: a, command: [pwd]}\n",
            "broken.yaml": "name: [x\n",
            "value.yaml": "name: x\ntasks:\n  - name: a\n    command: [pwd]\n    instances: many\n",
        }
        for name, text in yaml.items():
            with open(os.path.join(one.top, name), "w", encoding="utf-8") as file:
                file.write(text)
        cases = [
            (["run", "--instnces", "3", "--", "true"], 64, r"unknown flag --instnces.*--instances"),
            (["rnu", "--", "true"], 64, r"rnu.*run"),
            (["run", "--cpus", "lots", "--", "true"], 64, r"cpus.*lots"),
            (["run", "--instances", "0", "--", "true"], 64, r"instances.*0"),
            (["run"], 64, r"command"),
            (["run", "--role", "nobody", "--", "true"], None, r"role.*nobody"),
            (["run", "-f", "unknown.yaml"], 64, r"unknown\.yaml:4:5: unknown key \"comand\".*\"command\""),
            (["run", "-f", "twice.yaml"], 64, r"twice\.yaml:2:1: duplicate key \"name\""),
            (["run", "-f", "broken.yaml"], 64, r"broken\.yaml:"),
            (["run", "-f", "value.yaml"], 64, r"value\.yaml:5:16: .*many"),
            (["run", "-f", "absent.yaml"], None, r"absent\.yaml"),
            (["job", "show", "j99"], 4, r"j99.*not known"),
            (["logs", "j99"], 4, r"j99.*not known"),
            (["explain", "j99"], 4, r"j99"),
            (["--master-http", "127.0.0.1:9", "status"], 6, r"cannot reach the master at 127\.0\.0\.1:9"),
            (["--master-http", "127.0.0.1:9", "run", "--", "true"], 6, r"cannot reach the master"),
        ]
        for arguments, code, said in cases:
            with self.subTest(arguments=arguments):
                answer = one.fairlead(*arguments)
                if code is None:
                    self.assertNotEqual(answer.returncode, 0)
                else:
                    self.assertEqual(answer.returncode, code, answer.stderr)
                self.assertTrue(re.search(said, answer.stderr, re.DOTALL), answer.stderr)
                self.assertEqual(answer.stdout, "")
        self.assertEqual(one.json("job", "list")["jobs"], [])
        self.assertEqual(one.json("tasks")["tasks"], [])


if __name__ == "__main__":
    cluster.main()
