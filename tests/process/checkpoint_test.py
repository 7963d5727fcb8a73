#!/usr/bin/env python3
"""Flipped, torn and lost bytes in an agent's checkpoint: what is sound runs on, the rest is said."""
import os
import re
import shutil
import sqlite3
import urllib.request

import cluster
import state_db
from cluster import ClusterTest, containers_of, is_alive, kill_and_wait, read, wait_until

COUNT = 3


class Victim:
    """An agent that was killed while the tasks of one job run, and its checkpoint's file."""

    def __init__(self, one):
        self.one = one
        self.job = one.submit("--instances", str(COUNT), "--", "sh", "-c",
                              f"until [ -e {one.top}/gate ]; do sleep 0.05; done")
        one.wait_for_running(self.job, COUNT)
        self.agents = [agent["id"] for agent in self.listed()]
        self.containers = containers_of(one)
        assert len(self.containers) == COUNT, self.containers
        self.argv = one.kill("agent-1")
        self.path = one.dev_dir + "/agent-1/state.db"
        self.log = one.process("agent-1")["log"]
        self.ready = one.dev_dir + "/run/agent-1.ready"
        os.unlink(self.ready)

    def listed(self):
        return self.one.json("agents")["agents"]

    def flip(self, pattern):
        """Flips one bit in the middle of the row whose key matches; its key."""
        database = sqlite3.connect(self.path)
        rows = [row for row in database.execute("SELECT key, value FROM rows")
                if re.search(pattern, row[0])]
        assert len(rows) == 1, rows
        key, value = rows[0]
        middle = len(value) // 2
        value = value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1:]
        database.execute("UPDATE rows SET value=? WHERE key=?", (value, key))
        database.commit()
        database.close()
        return key

    def restart(self):
        pid = self.one.restart("agent-1", self.argv)
        wait_until(lambda: read(self.ready), "the agent has registered again")
        return pid

    def restart_in_vain(self):
        """Starts the agent, which ends by itself; what it logged meanwhile."""
        before = len(read(self.log))
        pid = self.one.restart("agent-1", self.argv)
        wait_until(lambda: not is_alive(pid), "the agent has refused to run")
        return read(self.log)[before:]

    def pretend(self, files):
        """The next lives find these texts in files of the system. In a mount namespace of their own: nobody else does."""
        mounts = []
        for number, (path, text) in enumerate(files.items()):
            with open(f"{self.one.top}/pretended-{number}", "w", encoding="utf-8") as file:
                file.write(text + "\n")
            mounts.append(f"mount --bind {file.name} {path} && ")
        self.argv = ["unshare", "--mount", "sh", "-c", "".join(mounts) + 'exec "$0" "$@"', *self.argv]

    def open_gate(self):
        open(f"{self.one.top}/gate", "w", encoding="utf-8").close()


class DamagedCheckpoint(ClusterTest):
    def assert_untouched(self, victim, but=()):
        now = containers_of(victim.one)
        for folder, pids in victim.containers.items():
            if folder not in but:
                self.assertEqual(now[folder], pids)

    def test_a_flipped_bit_in_a_task_costs_that_task_alone(self):
        victim = Victim(self.start("--agents", "1"))
        key = victim.flip(r"^task/.*\.main\.1\.")
        victim.restart()
        self.assertRegex(read(victim.log), f"event=checkpoint_quarantined key=\"?{re.escape(key)}")
        lost = [folder for folder in victim.containers if ".main.1." in folder]
        self.assertEqual(len(lost), 1)
        wait_until(lambda: not any(is_alive(pid) for pid in victim.containers[lost[0]]),
                   "the container without a record is destroyed")
        self.assert_untouched(victim, but=lost)
        self.assertEqual([agent["id"] for agent in victim.listed()], victim.agents)

    def damaged_rows(self, victim):
        """What the agent itself says over HTTP: how many, which; and the number in its metrics."""
        address = victim.listed()[0]["http_address"]
        shown = victim.one.get("/api/v1/agent", address)["checkpoint_rows_damaged"]
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
            self.assertIn(f"\nfairlead_agent_checkpoint_rows_damaged {shown['rows']}\n", answer.read().decode())
        return shown["rows"], shown["keys"]

    def test_a_row_that_nobody_can_read_is_set_aside_once_and_shown_from_then_on(self):
        victim = Victim(self.start("--agents", "1"))
        key = next(row[0] for row in state_db.rows(victim.path) if ".main.1." in row[0])
        state_db.write_row(victim.path, key, b"no record, but with the checksum that it has")
        pid = victim.restart()
        self.assertEqual(read(victim.log).count("event=checkpoint_quarantined"), 1)
        self.assertEqual(self.damaged_rows(victim), (1, [key]))
        # Said once it is durable; until then each life finds the row anew.
        wait_until(lambda: any(one["attempt"] == 2 for one in victim.one.job(victim.job)["instances"]),
                   "the loss was told, and its task runs again")
        kill_and_wait(pid)
        self.assertIn((key, b"no record, but with the checksum that it has"),
                      [row[:2] for row in state_db.rows(victim.path, "quarantine")])
        os.unlink(victim.ready)
        victim.restart()
        self.assertEqual(read(victim.log).count("event=checkpoint_quarantined"), 1)
        self.assertEqual(self.damaged_rows(victim), (1, [key]))
        lost = [folder for folder in victim.containers if ".main.1." in folder]
        self.assert_untouched(victim, but=lost)

    def test_a_flipped_bit_in_the_identity_costs_nothing(self):
        victim = Victim(self.start("--agents", "1"))
        victim.flip("^identity")
        victim.restart()
        self.assertRegex(read(victim.log), "event=checkpoint_quarantined key=\"?identity")
        self.assertEqual([agent["id"] for agent in victim.listed()], victim.agents)
        self.assert_untouched(victim)
        victim.open_gate()
        victim.one.wait_for_job(victim.job)

    def test_a_database_that_cannot_be_read_stops_the_agent_and_harms_no_container(self):
        victim = Victim(self.start("--agents", "1"))
        sqlite3.connect(victim.path).execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
        sound = victim.one.top + "/sound.db"
        shutil.copy(victim.path, sound)
        size = os.path.getsize(sound)
        damages = {"torn": lambda file: file.truncate(size // 2),
                   "overwritten": lambda file: file.write(b"\xff" * 4096)}
        for name, damage in damages.items():
            with self.subTest(damage=name):
                shutil.copy(sound, victim.path)
                with open(victim.path, "r+b") as file:
                    damage(file)
                said = victim.restart_in_vain()
                self.assertIn("restore the file from a copy, or move it away to start empty", said)
                self.assertIn(victim.path, said)
                self.assert_untouched(victim)
        shutil.copy(sound, victim.path)
        victim.restart()
        self.assert_untouched(victim)
        victim.open_gate()
        victim.one.wait_for_job(victim.job)

    def test_a_lost_database_makes_a_new_agent_that_leaves_no_container_of_the_old_one(self):
        victim = Victim(self.start("--agents", "1"))
        for suffix in ("", "-wal"):
            if os.path.exists(victim.path + suffix):
                os.unlink(victim.path + suffix)
        victim.restart()
        old = {pid for pids in victim.containers.values() for pid in pids}
        wait_until(lambda: not any(is_alive(pid) for pid in old),
                   "the orphans are destroyed")
        fresh = [agent["id"] for agent in victim.listed() if agent["id"] not in victim.agents]
        self.assertEqual(len(fresh), 1)

    def test_another_boot_ends_the_tasks_of_the_old_one_and_says_so(self):
        victim = Victim(self.start("--agents", "1"))
        victim.pretend({"/proc/sys/kernel/random/boot_id": "00000000-0000-4000-8000-000000000001"})
        victim.restart()
        victim.open_gate()
        job = victim.one.wait_for_job(victim.job)
        self.assertEqual([agent["id"] for agent in victim.listed()], victim.agents)
        self.assertEqual([task["attempt"] for task in job["instances"]], [2] * COUNT)
        self.assertEqual(victim.one.final_updates(victim.job),
                         {f"{victim.job}.main.{i}": ["TASK_GONE", "TASK_FINISHED"]
                          for i in range(COUNT)})
        self.assertEqual(victim.one.fairlead("events").stdout.count("the machine was restarted"),
                         COUNT)

    def test_another_machines_checkpoint_is_refused_until_it_is_taken_over_on_purpose(self):
        victim = Victim(self.start("--agents", "1"))
        own = read("/etc/machine-id").strip()
        self.assertRegex(own, "^[0-9a-f]{32}$", "this machine has an id")
        other = own[::-1].translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
        victim.pretend({"/proc/sys/kernel/random/boot_id": "00000000-0000-4000-8000-000000000001",
                        "/etc/machine-id": other})
        before = state_db.rows(victim.path)
        said = victim.restart_in_vain()
        lines = [line for line in said.splitlines() if line.startswith("fairlead-agent: ")]
        self.assertEqual(len(lines), 1, said)
        self.assertIn(f"host: expected machine id {other}, which is this machine's, "
                      f'got "{own}"; hint: ', lines[0])
        self.assertEqual(state_db.rows(victim.path), before)
        self.assert_untouched(victim)

        victim.argv.append("--accept-host-change")
        victim.restart()
        self.assertIn("event=host_change ", read(victim.log))
        victim.open_gate()
        job = victim.one.wait_for_job(victim.job)
        self.assertEqual([agent["id"] for agent in victim.listed()], victim.agents)
        self.assertEqual({instance["attempt"] for instance in job["instances"]}, {2})


if __name__ == "__main__":
    cluster.main()
