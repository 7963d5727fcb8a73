#!/usr/bin/env python3
"""Each rule of the ledger catches its own violation."""
import unittest

from chaos_ledger import FAILURE_CODE, compare, counts


def instance(index, **changed):
    return {"index": index, "phase": "finished", "state": "finished", "attempt": 1, "failures": 0, "losses": 0,
            "exit_code": 0, "reason": "", **changed}


def ran(index, attempt=1, code=0):
    head = f"j1 {index} {attempt}"
    return {f"j1.{index}.{attempt}": f"{head} start 0\n{head} end {code}\n"}


GOOD_FILES = {**ran(0), **ran(7, 1, FAILURE_CODE), **ran(7, 3), **ran(13, 1, FAILURE_CODE), **ran(13, 2, FAILURE_CODE)}
GOOD_JOBS = {"j1": [instance(0), instance(7, attempt=3, failures=1, losses=1),
                    instance(13, phase="failed", attempt=2, failures=2, exit_code=FAILURE_CODE, reason="exited")]}


class Ledger(unittest.TestCase):
    def assert_finding(self, expected, files=None, **changed):
        """Of instance 0, with what was changed, there is a finding that says `expected`."""
        jobs = {"j1": [instance(0, **changed)] + GOOD_JOBS["j1"][1:]}
        found = compare({**GOOD_FILES, **(files or {})}, jobs)
        self.assertIn(expected, "\n".join(found))

    def test_what_ran_as_the_framework_says_is_no_finding(self):
        self.assertEqual(compare(GOOD_FILES, GOOD_JOBS), [])
        self.assertEqual(counts(GOOD_FILES, GOOD_JOBS), {"jobs": 1, "tasks": 3, "launched": 5, "finished": 2,
                                                         "failed": 3, "dropped": 1})

    def test_an_attempt_that_ran_twice(self):
        self.assert_finding("j1.0 attempt 1: started 2 times", {"j1.0.1": 2 * ran(0)["j1.0.1"]})

    def test_an_attempt_that_never_ended(self):
        self.assert_finding("j1.0 attempt 1: ended 0 times", {"j1.0.1": "j1 0 1 start 0\n"})

    def test_a_second_attempt_beside_one_that_finished(self):
        self.assert_finding("j1.0: 2 attempts ran ([1, 2])", ran(0, 2), attempt=2, losses=1)

    def test_a_task_that_never_ran_and_is_said_to_have_finished(self):
        files = {name: text for name, text in GOOD_FILES.items() if name != "j1.0.1"}
        self.assertIn("j1.0: 0 attempts ran ([])", "\n".join(compare(files, GOOD_JOBS)))

    def test_a_task_that_is_not_over(self):
        self.assert_finding("j1.0: is launched (unreachable), not over", phase="launched", state="unreachable")

    def test_an_attempt_of_which_nobody_says_what_became_of_it(self):
        self.assert_finding("j1.0: attempt 2 is the last", attempt=2)

    def test_an_end_that_the_command_did_not_decide(self):
        self.assert_finding("j1.0: exit codes [3], expected [0]", ran(0, 1, 3), phase="failed", failures=1,
                            exit_code=3, reason="exited")

    def test_a_failure_without_a_reason(self):
        bad = {"j1": GOOD_JOBS["j1"][:2] + [{**GOOD_JOBS["j1"][2], "reason": ""}]}
        self.assertIn("j1.13: ended with 3, the framework says 3 ''", "\n".join(compare(GOOD_FILES, bad)))

    def test_a_torn_line(self):
        self.assert_finding("j1.0.1: torn line 'j1 0'", {"j1.0.1": ran(0)["j1.0.1"] + "j1 0"})

    def test_a_task_of_an_unknown_job(self):
        self.assert_finding("j9.4: ran, and the framework knows nothing of it", {"j9.4.1": "j9 4 1 start 0\n"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
