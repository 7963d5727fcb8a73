#!/usr/bin/env python3
"""What a person at a terminal sees: logs of services, events that go on, completion, narrow windows."""
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios

import cluster
from cluster import ClusterTest, program, run, wait_until

LOUD = "echo up as $FAIRLEAD_REPLICA; exec sleep 1000"


class Terminal(ClusterTest):
    def test_logs_of_a_service_follow_its_replicas_until_it_is_removed(self):
        one = self.start("--agents", "1")
        self.check(one.fairlead("service", "create", "web", "--replicas", "2", "--", "sh", "-c", LOUD))
        self.wait_for_lines(one, 2)
        lines = sorted(one.fairlead("logs", "web").stdout.splitlines())
        self.assertEqual([re.sub(r"^web\.\d+\| up as \d+$", "ok", line) for line in lines],
                         ["ok", "ok"], lines)
        follower = self.follow(one, "logs", "-f", "service/web")
        lines = {follower.stdout.readline() for _ in range(2)}
        self.assertEqual({line.split("| up as ")[1] for line in lines}, {"1\n", "2\n"})
        self.check(one.fairlead("service", "scale", "web", "--replicas", "3"))
        self.assertEqual(follower.stdout.readline().split("| up as ")[1], "3\n")
        self.check(one.fairlead("service", "remove", "web"))
        self.assertEqual(follower.wait(60), 0)
        self.assertEqual(follower.stdout.read(), "")

    def test_events_are_sentences_and_go_on_behind_a_token(self):
        one = self.start("--agents", "1")
        one.wait_for_job(one.submit("--", "sh", "-c", "exit 7"), "failed")
        history = one.fairlead("events").stdout
        self.assertIn("joined the cluster", history)
        self.assertRegex(history, r"task j1\.main\.0 of batch \(attempt 1\) failed on agent-1: .*7")
        follower = self.follow(one, "events", "-f")
        self.wait_for_connection(one, follower)
        one.wait_for_job(one.submit("--", "true"))
        lines = [follower.stdout.readline()]
        follower.send_signal(signal.SIGINT)
        lines += follower.stdout.readlines()
        err = follower.stderr.read()
        self.assertEqual(follower.wait(30), 0, err)
        token = re.search(r"to go on: fairlead events -f --after (\S+)", err).group(1)
        self.assertEqual(token, lines[-1].split("  ")[1])
        one.wait_for_job(one.submit("--", "true"))
        later = one.fairlead("events", "--after", token, "-o", "json").stdout.splitlines()
        events = [json.loads(line) for line in later]
        self.assertTrue(any(event.get("task") == "j3.main.0" for event in events), later)
        self.assertFalse(any(event.get("task") == "j1.main.0" for event in events), later)
        self.assertEqual([event for event in events if not event["text"]], [])

    def test_a_narrow_window_keeps_tables_and_progress_in_one_line_each(self):
        one = self.start("--agents", "2")
        for columns, arguments in ((70, ["agents"]), (70, ["job", "list"]),
                                   (60, ["run", "--instances", "3", "--", "true"])):
            with self.subTest(arguments=arguments):
                shown = self.in_window(one, columns, arguments)
                shown = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", shown)
                # What a run says beside its progress may be longer: it is not written over.
                lines = [line for line in re.split(r"[\r\n]+", shown)
                         if arguments[0] != "run" or "[" in line]
                self.assertTrue(lines)
                self.assertEqual([line for line in lines if len(line) > columns], [])

    def test_bash_completes_commands_flags_and_choices(self):
        script = f"""
            eval "$({program('fairlead')} completion bash)"
            complete_words() {{
              COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); COMPREPLY=()
              $(complete -p fairlead | sed 's/.*-F \\([^ ]*\\).*/\\1/')
              echo "${{COMPREPLY[@]}}"
            }}
            complete_words fairlead ser
            complete_words fairlead service sc
            complete_words fairlead run --insta
            complete_words fairlead status -o y"""
        answer = run(["bash", "-c", script])
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertEqual([line.strip() for line in answer.stdout.splitlines()],
                         ["service", "scale", "--instances", "yaml"], answer.stderr)

    def check(self, answer):
        self.assertEqual(answer.returncode, 0, answer.stderr)

    def wait_for_lines(self, one, count):
        wait_until(lambda: len(one.fairlead("logs", "web").stdout.splitlines()) == count,
                   f"{count} replicas wrote a line")

    def follow(self, one, *arguments):
        """A command that runs on beside the test."""
        follower = subprocess.Popen([program("fairlead"), *arguments], env=one.env, text=True,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE)
        self.addCleanup(follower.stdout.close)
        self.addCleanup(follower.stderr.close)
        self.addCleanup(follower.kill)
        return follower

    def wait_for_connection(self, one, follower):
        """Until the master streams to it; or it has ended."""
        port = int(one.record()["master_http"].rsplit(":", 1)[1])
        wait_until(lambda: self.is_connected(follower.pid, port) or follower.poll() is not None,
                   "the follower asks the master")

    def is_connected(self, pid, port):
        """Whether the process has a socket to the port on loopback."""
        links = set()
        try:
            for name in os.listdir(f"/proc/{pid}/fd"):
                links.add(os.readlink(f"/proc/{pid}/fd/{name}"))
        except OSError:
            return False
        with open("/proc/net/tcp", encoding="ascii") as table:
            rows = [line.split() for line in table][1:]
        return any(int(row[2].split(":")[1], 16) == port and f"socket:[{row[9]}]" in links
                   for row in rows)

    def in_window(self, one, columns, arguments):
        """What the command writes to a terminal of so many columns."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([program("fairlead"), *arguments], stdin=slave, stdout=slave,
                                   stderr=slave, env={**one.env, "TERM": "xterm"})
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:  # the last one has closed the other end
                break
            if not part:
                break
            shown += part
        os.close(master)
        self.assertEqual(process.wait(60), 0, shown)
        return shown.decode()


if __name__ == "__main__":
    cluster.main()
