"""A cluster for fault tests: each process on a host of its own, started, killed and started again by name.

What it is: three ZooKeeper servers, three supervised masters, three agents and one batch framework, all children of
this process. What it is not: a decision about faults (chaos_faults.py) or about results (chaos_ledger.py).
"""
import json
import os
import shutil
import signal
import sys
import tempfile
import time

import chaos_ledger
from chaos_network import Network, end_with_parent, tool
from cluster import cgroups_below, is_alive, pids_in, processes_naming, program, read, wait_until
from masters import TICK_MS, Masters, ask, children_of

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import zookeeper_servers  # noqa: E402

MASTERS = ["master-1", "master-2", "master-3"]
AGENTS = ["agent-1", "agent-2", "agent-3"]
HOSTS = ["zookeeper", *MASTERS, *AGENTS, "batch"]
DISK_BYTES = "64m"  # of an agent's state directory
RECOVERY_S = 90
END_S = 10
ASK_S = 2


class ChaosCluster(Masters):
    preexec = staticmethod(end_with_parent)

    def __init__(self):
        """The network, to which this process moves, and the ZooKeeper servers; up() starts the others."""
        self.network = Network()
        try:
            for host in HOSTS:
                self.network.add_host(host)
            self.ensemble = zookeeper_servers.Ensemble(3, TICK_MS, self.network.address("zookeeper"),
                                                       self.network.prefix("zookeeper"))
        except BaseException:
            self.network.end()
            raise
        super().__init__(tempfile.mkdtemp(prefix="fairlead-chaos-"), self.ensemble)
        self.ledger = f"{self.top}/ledger"
        os.mkdir(self.ledger)
        self.parents = {name: f"fairlead/chaos-{os.getpid()}-{name}" for name in AGENTS}

    def prefix_of(self, name):
        return self.network.prefix(name)

    def up(self):
        for name in MASTERS:
            self.start_again(name)
        wait_until(self.leader, "a master leads", RECOVERY_S)
        for name in AGENTS:
            os.mkdir(f"{self.top}/{name}")
            tool("mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0700", "fairlead", f"{self.top}/{name}")
            self.start_again(name)
        self.start_again("batch")
        self.wait_until_whole()

    def keys_of(self, _name):
        """The flags by which its links are encrypted: none."""
        return []

    def start_again(self, name):
        """Also for the first time. The one before must have ended."""
        host = self.network.address(name)
        ready = f"{self.top}/{name}.ready"
        if os.path.exists(ready):
            os.unlink(ready)
        if name in MASTERS:
            self.start_master(name, "--insecure", *self.keys_of(name), bind=f"tcp://{host}:0", http_host=host, agent_timeout="10s",
                              heartbeat="1s", framework_timeout="10s")
            return
        flags = ["--master", self.zk, "--state-dir", f"{self.top}/{name}", "--ready-file", ready, "--http-host", host,
                 "--http-port", "0", "--insecure", *self.keys_of(name)]
        if name in AGENTS:
            self.start(name, "fairlead-agent", *flags, "--resources", "cpus:3;mem:2GiB;disk:1GiB", "--hostname", name,
                       "--cgroup-parent", self.parents[name], "--shim", program("fairlead-shim"), "--destroy-on-exit",
                       "--sandbox-age-max", "10s")
        else:
            self.start(name, "fairlead-batch", *flags, "--name", name, "--role", name)

    def kill(self, name):
        """kill -9; returns once it is gone."""
        self.processes[name].kill()
        self.processes[name].wait()

    def child(self, name):
        """The master process below a supervisor; 0 while there is none."""
        return next(iter(children_of(self.processes[name].pid)), 0)

    def leader_and_child(self, besides=(None, None), timeout_s=ASK_S):
        """(name, pid) of a master that says that it leads and is not the one `besides`; None while there is none."""
        for name in MASTERS:
            pid = self.child(name)
            if pid and (name, pid) != besides and self.http_of(name):
                if ask(self.http_of(name), "/leader", timeout_s=timeout_s)[0] == 200:
                    return name, pid
        return None

    def of_leader(self, path):
        leader = self.leader_and_child()
        status, _, body = ask(self.http_of(leader[0]), path, timeout_s=ASK_S) if leader else (0, {}, "")
        return json.loads(body) if status == 200 else {}

    def ask_batch(self, path, body=None):
        """(status, text) of the framework; status 0 while it does not answer."""
        address = read(f"{self.top}/batch.ready").split()
        status, _, text = ask(address[0], path, body, 30) if address else (0, {}, "")
        return status, text

    def submit(self, instances):
        """Asks for one more job. False when there was no answer: it may run, and counts then."""
        task = {"name": "t", "instances": instances, "command": ["sh", "-c", chaos_ledger.command(self.ledger)],
                "resources": {"cpus": 0.2, "mem": "32MiB"}, "retries": chaos_ledger.RETRIES,
                "retry_backoff": {"min": "100ms", "max": "1s"}}
        status, text = self.ask_batch("/api/v1/jobs", json.dumps({"name": "chaos", "tasks": [task]}))
        if status not in (0, 201, 503):
            raise AssertionError(f"a job was refused with {status}: {text}")
        return status == 201

    def summaries(self):
        """One of each job; None while the framework does not answer."""
        status, text = self.ask_batch("/api/v1/jobs")
        return json.loads(text)["jobs"] if status == 200 else None

    def instances_open(self):
        """How many instances are not over; None while the framework does not answer."""
        jobs = self.summaries()
        if jobs is None:
            return None
        return sum(job["instance_count"] - job["finished"] - job["failed"] - job["cancelled"] for job in jobs)

    def jobs(self):
        """Id to instances, of every job. REQUIRES: the framework answers."""
        return {job["id"]: json.loads(self.ask_batch(f"/api/v1/jobs/{job['id']}")[1])["instances"]
                for job in self.summaries()}

    def files_written(self):
        return len(os.listdir(self.ledger))

    def is_whole(self):
        now = self.of_leader("/api/v1/cluster")
        return (bool(now) and now["agents"].get("active") == len(AGENTS) and now["frameworks"].get("active") == 1
                and len(self.standbys()) == len(MASTERS) - 1)

    def wait_until_whole(self):
        """A master leads, the others stand by, and every agent and the framework have found it."""
        wait_until(self.is_whole, "a leader that knows all agents and the framework, and two standbys", RECOVERY_S)

    def containers(self, names=tuple(AGENTS)):
        """Processes in containers of these agents."""
        return {pid for name in names for pid in pids_in(self.parents[name])}

    def end(self):
        """Ends everything, also in the middle of faults; what was still there when it should not be, in words."""
        self.network.mend_all()
        self.wake()
        # An agent that a fault has just killed cannot end its containers: that is ours then, and no finding.
        alive = [name for name in AGENTS if name in self.processes and self.processes[name].poll() is None]
        for pid in self.containers(set(AGENTS) - set(alive)):
            self.kill_process(pid)
        super().end()
        self.ensemble.end()
        until = time.monotonic() + END_S
        while self.containers() and time.monotonic() < until:
            time.sleep(0.05)
        left = []
        for pid in self.containers():
            left.append(f"process {pid} in a container after its agent's end: {read(f'/proc/{pid}/cmdline')!r}")
            self.kill_process(pid)
        for pid, words in processes_naming(self.top):
            left.append(f"process {pid} {words}")
            self.kill_process(pid)
        for name in AGENTS:
            left += self.remove_cgroups(name, name in alive)
            if os.path.ismount(f"{self.top}/{name}"):
                tool("umount", "--lazy", f"{self.top}/{name}")
        self.network.end()
        return left

    def kill_process(self, pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        wait_until(lambda: not is_alive(pid), f"process {pid} has ended")

    def remove_cgroups(self, name, was_alive):
        """Those of the agent's containers that it left, in words. Its parent cgroup stays after it, by design."""
        left = []
        for folder in sorted(cgroups_below(self.parents[name]), key=len, reverse=True):
            if was_alive and not folder.endswith(self.parents[name]):
                left.append(f"cgroup {folder}")
            try:
                os.rmdir(folder)
            except OSError as failure:
                left.append(f"cgroup {folder}: {failure.strerror}")
        return left

    def wake(self):
        """Nothing stays stopped: a stopped process does not end."""
        for name in MASTERS:
            if name in self.processes and self.processes[name].poll() is None and self.child(name):
                os.kill(self.child(name), signal.SIGCONT)

    def remove_files(self):
        shutil.rmtree(self.top, ignore_errors=True)
