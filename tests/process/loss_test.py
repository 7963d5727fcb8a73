#!/usr/bin/env python3
"""An agent dies together with its containers: jobs finish elsewhere, the service is whole again."""
import os
import signal
import socket
import urllib.request

import cluster
from cluster import ClusterTest, program, wait_until

COUNT = 9
AGENTS = 3


def free_ports_of(first, count):
    """`count` blocks of ten ports from `first` on that nobody uses now."""
    blocks = []
    while len(blocks) < count:
        if all(is_free(port) for port in range(first, first + 10)):
            blocks.append(f"[{first}-{first + 9}]")
        first += 10
    return blocks


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(address):
    try:
        with urllib.request.urlopen(f"http://{address}/", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


class LostAgent(ClusterTest):
    def test_jobs_finish_elsewhere_once_and_the_service_is_back(self):
        flags = ["--agents", str(AGENTS), "--agent-timeout", "3s"]
        for ports in free_ports_of(29_000, AGENTS):
            flags += ["--resources", f"cpus:1;mem:1GiB;ports:{ports}"]
        one = self.start(*flags)
        self.make_service(one)
        job = self.make_job(one)
        one.wait_for_running(job, COUNT)
        instances = one.job(job)["instances"]
        lost = max({task["hostname"] for task in instances},
                   key=lambda name: sum(task["hostname"] == name for task in instances))
        were_lost = {task["index"] for task in instances if task["hostname"] == lost}
        survivors = [address for host, address in self.replicas(one) if host != lost]
        self.assertEqual(len(survivors), AGENTS - 1)

        self.kill_with_containers(one, lost)
        failures = []

        def relaunched():
            failures.extend(address for address in survivors if not answers(address))
            tasks = one.job(job)["instances"]
            return all(tasks[index]["attempt"] == 2 and tasks[index]["state"] == "running"
                       for index in were_lost)
        wait_until(relaunched, "the lost tasks run again")
        open(one.top + "/gate", "w", encoding="utf-8").close()
        ended = one.wait_for_job(job)
        self.assertTrue(all(task["hostname"] != lost for task in ended["instances"]))
        self.assertEqual({task["index"]: task["attempt"] for task in ended["instances"]},
                         {index: 2 if index in were_lost else 1 for index in range(COUNT)})
        self.assertEqual((ended["losses"], ended["failures"]), (len(were_lost), 0))
        results = {name: cluster.read(f"{one.top}/out/{name}") for name in os.listdir(one.top + "/out")}
        self.assertEqual(results, {f"part.{index}": f"{index} {2 if index in were_lost else 1}\n"
                                   for index in range(COUNT)})

        wait_until(lambda: len([1 for host, _ in self.replicas(one) if host != lost]) == 3,
                   "three replicas on the other agents")
        self.assertTrue(all(answers(address) for _, address in self.replicas(one)))
        self.assertEqual(failures, [], "the other replicas kept answering")

    def test_of_two_attempts_at_once_the_first_result_stands(self):
        """The agent is only cut off: its containers go on beside the new attempts."""
        one = self.start("--agents", "2", "--agent-timeout", "2s")
        job = self.make_job(one)
        one.wait_for_running(job, COUNT)
        instances = one.job(job)["instances"]
        lost = instances[0]["hostname"]
        were_lost = {task["index"] for task in instances if task["hostname"] == lost}
        pid = one.process(lost)["pid"]
        os.kill(pid, signal.SIGSTOP)
        self.addCleanup(self.let_go, pid)
        wait_until(lambda: all(one.job(job)["instances"][index]["attempt"] == 2
                               and one.job(job)["instances"][index]["state"] == "running"
                               for index in were_lost), "the new attempts run beside the old ones")
        open(one.top + "/gate", "w", encoding="utf-8").close()
        one.wait_for_job(job)
        os.kill(pid, signal.SIGCONT)
        wait_until(lambda: not any(cluster.pids_in(parent) for parent in one.parents),
                   "the old attempts have ended as well")
        results = sorted(name for name in os.listdir(one.top + "/out") if ".attempt" not in name)
        self.assertEqual(results, [f"part.{index}" for index in range(COUNT)])
        for index in range(COUNT):
            said = cluster.read(f"{one.top}/out/part.{index}")
            self.assertIn(said, [f"{index} {attempt}\n" for attempt in (1, 2)])
            if index not in were_lost:
                self.assertEqual(said, f"{index} 1\n")
        self.assertEqual(one.job(job)["finished"], COUNT)

    def let_go(self, pid):
        if cluster.is_alive(pid):
            os.kill(pid, signal.SIGCONT)

    def make_job(self, one):
        os.mkdir(one.top + "/out")
        part = f"{one.top}/out/part.$FAIRLEAD_TASK_INDEX"
        return one.submit("--instances", str(COUNT), "--cpus", "0.1", "--on-unreachable",
                          "relaunch_unreachable", "--", "sh", "-c",
                          f"until [ -e {one.top}/gate ]; do sleep 0.05; done; "
                          f"echo $FAIRLEAD_TASK_INDEX $FAIRLEAD_ATTEMPT > "
                          f"{part}.attempt$FAIRLEAD_ATTEMPT && {program('fairlead-commit')} "
                          f"{part}.attempt$FAIRLEAD_ATTEMPT {part}")

    def make_service(self, one):
        answer = one.fairlead("service", "create", "web", "--replicas", "3", "--ports", "1", "--",
                              "sh", "-c", "exec python3 -m http.server --bind 127.0.0.1 $PORT")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        wait_until(lambda: len(self.replicas(one)) == 3, "three replicas answer")
        self.assertEqual(sorted(host for host, _ in self.replicas(one)),
                         ["agent-1", "agent-2", "agent-3"])

    def replicas(self, one):
        """(agent, address) of the ready replicas."""
        pods = next(framework["api_address"] for framework in
                    one.get("/api/v1/frameworks")["frameworks"] if framework["kind"] == "pods")
        service = one.get("/api/v1/services/web", pods)
        return [(replica["hostname"], f"127.0.0.1:{replica['ports'][0]}")
                for replica in service["instances"] if replica["ready"]]

    def kill_with_containers(self, one, name):
        parent = one.process(name)["cgroup_parent"]
        one.kill(name)
        with open(f"/sys/fs/cgroup/unified/{parent}/cgroup.kill", "w", encoding="utf-8") as file:
            file.write("1")
        wait_until(lambda: not cluster.pids_in(parent), "its containers are gone")


if __name__ == "__main__":
    cluster.main()
