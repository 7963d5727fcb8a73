#!/usr/bin/env python3
"""fairlead-sim as operators call it: what goes to stdout, stderr and files, and exit statuses.

usage: program_test.py FAIRLEAD_SIM SOURCE_ROOT
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv[1])
ROOT = pathlib.Path(sys.argv[2])
SMALL = ROOT / "tests/scenario/golden/small.yaml"
USAGE = 64


def sim(*args):
    return subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, cwd=ROOT)


class Run(unittest.TestCase):
    def test_the_report_goes_to_stdout_and_what_it_took_to_stderr(self):
        done = sim("run", SMALL)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, (ROOT / "tests/scenario/golden/small.txt").read_text())
        self.assertRegex(done.stderr, r"^took .* of CPU\), \d+ MiB at most, for \d+ tasks\n$")

    def test_json_is_json_and_the_page_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.html"
            done = sim("run", SMALL, "-o", "json", "--html", page)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["name"], "small")
            self.assertEqual(page.read_text(), (ROOT / "tests/scenario/golden/small.html").read_text())

    def test_a_framework_can_be_left_out_and_the_seed_be_another(self):
        done = sim("run", SMALL, "--without", "web", "--seed", 5, "-o", "json")
        report = json.loads(done.stdout)
        self.assertEqual([one["name"] for one in report["frameworks"]], ["batch"])
        self.assertEqual(report["seed"], 5)

    def test_nothing_is_run_for_a_file_or_flag_that_is_wrong(self):
        with tempfile.TemporaryDirectory() as folder:
            bad = pathlib.Path(folder) / "bad.yaml"
            bad.write_text("duration: 1m\nagentz: []\n")
            cases = [
                (("run", bad), f"{bad}:2:1: unknown key \"agentz\""),
                (("run", bad.with_name("none.yaml")), "none.yaml: cannot be opened"),
                (("run", SMALL, "--scale", "0/7"), "flag: --scale: expected A/B"),
                (("run", SMALL, "--without", "wep"), "expected frameworks of the scenario, got \"wep\""),
                (("run", SMALL, "--html", folder), "flag: --html: expected a file that can be written"),
                (("replay", "swim", bad), "1:1: no column \"submit_s\""),
                (("replay", "csv", bad, "--mapping", bad), "unknown key"),
                (("replay-log", bad), f"{bad}: record at byte 0: this is no log of an allocator"),
                (("replay-log", bad.with_name("none.log")), "none.log: cannot be opened"),
                (("replay-log", bad, "--with", bad), f"{bad}:1:1: unknown key \"duration\""),
            ]
            for args, words in cases:
                done = sim(*args)
                self.assertEqual(done.returncode, USAGE, (args, done.stderr))
                self.assertIn(words, done.stderr)
                self.assertEqual(done.stdout, "", args)


class Script(unittest.TestCase):
    def test_a_script_is_its_own_expected_output(self):
        for core in ("allocator", "master", "agent"):
            script = sorted((ROOT / "tests/golden" / core).glob("*.script"))[0]
            done = sim("script", script)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, script.read_text())

    def test_an_error_names_file_and_line(self):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder) / "bad.script"
            script.write_text("# a comment\nfrobnicate\n")
            done = sim("script", script)
            self.assertEqual(done.returncode, USAGE)
            self.assertIn("say --core allocator", done.stderr)
            done = sim("script", "--core", "allocator", script)
            self.assertEqual(done.returncode, USAGE)
            self.assertIn(f"{script}: line 2: ", done.stderr)
            self.assertEqual(done.stdout, "")


class Replay(unittest.TestCase):
    def test_a_trace_by_its_mapping(self):
        done = sim("replay", "csv", ROOT / "tests/scenario/golden/trace.csv", "--mapping",
                   ROOT / "tests/scenario/golden/trace_mapping.yaml", "-o", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual([(one["name"], one["tasks_ended"]) for one in report["frameworks"]],
                         [("ads", 6), ("search", 3)])

    def test_every_source_is_named_in_the_help(self):
        done = sim("replay", "--help")
        for source in ("csv", "swim"):
            self.assertIn(f"  {source} ", done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
