#!/usr/bin/env python3
"""`dev up` and `dev down`, and refusals of the processes: said plainly, nothing left half made."""
import json
import os
import signal
import socket
import subprocess

import cluster
from cluster import ClusterTest, is_alive, program, read, run, wait_until


class DevUp(ClusterTest):
    def test_a_second_one_in_the_same_folder_is_refused_and_harms_nothing(self):
        one = self.start("--agents", "1")
        before = one.record()
        answer = one.fairlead("dev", "up")
        self.assertEqual(answer.returncode, 1)
        self.assertIn(f"already running: a dev cluster is in {one.dev_dir}", answer.stderr)
        self.assertEqual(one.record(), before)
        self.assertTrue(all(is_alive(process["pid"]) for process in before["processes"]))

    def test_bad_flags_start_nothing(self):
        one = self.without_start()
        for flags, said in [(["--agents", "0"], "agents"), (["--resources", "cpus:x"], "cpus"),
                            (["--agnets", "1"], "--agents"), (["--roles", "a//b"], "a//b")]:
            with self.subTest(flags=flags):
                answer = one.fairlead("dev", "up", *flags)
                self.assertEqual(answer.returncode, 64, answer.stderr)
                self.assertIn(said, answer.stderr)
                self.assertEqual(one.leftovers(), [])

    def test_interrupted_leaves_nothing(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                one = self.without_start()
                up = self.start_up(one)
                up.send_signal(number)
                self.assertNotEqual(up.wait(60), 0)
                self.assertEqual(one.leftovers(), [])

    def test_killed_is_cleaned_up_by_dev_down(self):
        one = self.without_start()
        up = self.start_up(one)
        up.kill()
        up.wait()
        answer = one.fairlead("dev", "down")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertEqual(one.leftovers(), [])

    def start_up(self, one):
        """A `dev up` of many agents that has started some of them and is not through."""
        up = subprocess.Popen([program("fairlead"), "dev", "up", "--agents", "24"], env=one.env,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
        path = os.path.join(one.dev_dir, "cluster.json")

        def started():
            try:
                return len(json.loads(read(path))["processes"]) >= 2
            except ValueError:
                return False
        wait_until(started, "dev up has started processes")
        return up


class DevDown(ClusterTest):
    def test_it_is_idempotent(self):
        one = self.start("--agents", "1")
        self.assertEqual(one.fairlead("dev", "down").returncode, 0)
        answer = one.fairlead("dev", "down")
        self.assertEqual(answer.returncode, 0)
        self.assertIn("nothing to do", answer.stdout)

    def test_after_kill_9_of_agents_with_running_tasks_nothing_is_left(self):
        one = self.start("--agents", "2")
        job = one.submit("--instances", "4", "--", "sh", "-c", "sleep 1000 & sleep 1000")
        one.wait_for_running(job, 4)
        for name in ("agent-1", "agent-2"):
            one.kill(name)
        self.assertTrue(any(cluster.pids_in(parent) for parent in one.parents))
        answer = one.fairlead("dev", "down")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertEqual(one.leftovers(), [])


class Refusals(ClusterTest):
    def refused(self, one, name, flags, *said):
        answer = run([program(name), "--state-dir", os.path.join(one.top, "other"), *flags],
                     env=one.env, timeout=20)
        self.assertNotEqual(answer.returncode, 0)
        for text in said:
            self.assertIn(text, answer.stderr)

    def test_a_port_in_use(self):
        one = self.without_start()
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.refused(one, "fairlead-master",
                         ["--bind", f"tcp://127.0.0.1:{port}", "--http-port", "0"],
                         f"tcp://127.0.0.1:{port}", "Address already in use", "hint")
            self.refused(one, "fairlead-master",
                         ["--bind", "tcp://127.0.0.1:0", "--http-port", str(port)],
                         f"127.0.0.1:{port}", "Address already in use", "--http-port")

    def test_a_state_directory_that_another_process_holds(self):
        one = self.start("--agents", "1")
        endpoint = one.record()["master"]
        for process, flags in [("master", ["--bind", "tcp://127.0.0.1:0", "--http-port", "0"]),
                               ("agent-1", ["--master", endpoint]),
                               ("batch", ["--master", endpoint, "--role", "x"]),
                               ("pods", ["--master", endpoint, "--role", "x"])]:
            with self.subTest(process=process):
                folder = os.path.join(one.dev_dir, process)
                answer = run([program("fairlead-" + process.partition("-")[0]), "--state-dir",
                              folder, *flags], env=one.env, timeout=20)
                self.assertEqual(answer.returncode, 1)
                self.assertIn(f"locked by pid {one.process(process)['pid']}", answer.stderr)
                self.assertTrue(is_alive(one.process(process)["pid"]))

    def test_an_address_beyond_loopback_without_keys(self):
        one = self.without_start()
        self.refused(one, "fairlead-master", ["--bind", "tcp://0.0.0.0:0", "--http-port", "0"],
                     "expected a loopback address", "tcp://0.0.0.0:0", "--insecure")
        self.refused(one, "fairlead-agent", ["--master", "tcp://192.0.2.1:5050"],
                     "expected a loopback address", "tcp://192.0.2.1:5050", "--insecure")
        for name, flags in [("fairlead-master", ["--bind", "tcp://127.0.0.1:0"]),
                            ("fairlead-agent", ["--master", "tcp://127.0.0.1:1"]),
                            ("fairlead-batch", ["--master", "tcp://127.0.0.1:1", "--role", "x"]),
                            ("fairlead-pods", ["--master", "tcp://127.0.0.1:1", "--role", "x"])]:
            with self.subTest(name=name):
                self.refused(one, name, [*flags, "--http-host", "0.0.0.0", "--http-port", "0"],
                             "http address 0.0.0.0: refused without bearer tokens", " --token-file")


if __name__ == "__main__":
    cluster.main()
