#!/usr/bin/env python3
"""The seed alone says which faults come, and none is forgotten."""
import itertools
import random
import unittest

from chaos_faults import HEAD, KINDS, NODE, rounds


def first_rounds(seed, count):
    return list(itertools.islice(rounds(random.Random(seed)), count))


class Rounds(unittest.TestCase):
    def test_one_seed_is_one_order(self):
        self.assertEqual(first_rounds(7, 100), first_rounds(7, 100))
        self.assertNotEqual(first_rounds(7, 100), first_rounds(8, 100))

    def test_every_kind_comes_once_before_any_of_its_side_comes_twice(self):
        for side in (HEAD, NODE):
            names = [name for one in first_rounds(3, 200) for name in one if name in side]
            for i in range(0, len(names) - len(side), len(side)):
                self.assertEqual(sorted(names[i:i + len(side)]), sorted(side))

    def test_two_faults_of_a_round_strike_different_sides(self):
        for one in first_rounds(5, 200):
            self.assertLessEqual(len([name for name in one if name in HEAD]), 1)
            self.assertLessEqual(len([name for name in one if name in NODE]), 1)

    def test_faults_come_alone_and_in_pairs(self):
        self.assertEqual({len(one) for one in first_rounds(1, 50)}, {1, 2})
        self.assertEqual({name for one in first_rounds(1, 50) for name in one}, set(KINDS))


if __name__ == "__main__":
    unittest.main(verbosity=2)
