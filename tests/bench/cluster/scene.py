"""The processes of one benchmark on one machine: a master, emulated or real agents, a measuring framework.

What it is: starting, asking and ending them, and what they use. What it is not: a workload or a figure; those are
scripts/bench.
"""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
BIN = os.path.join(ROOT, "build", "release", "bin")
WAIT_S = 120
# Whose keys they are, as the allow-list says.
CLIENTS = {"agent": "agents", "framework": "bench"}


class Failure(Exception):
    pass


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def make_keys(directory):
    """A pair each in `directory`, the public part by which clients pin the master, and the allow-list."""
    public = {}
    for name in ("master", *CLIENTS):
        made = subprocess.run([os.path.join(BIN, "fairlead"), "keys", "new", os.path.join(directory, name + ".key")],
                              capture_output=True, text=True)
        if made.returncode != 0:
            raise Failure(f"fairlead keys new ended with {made.returncode}: {made.stderr}")
        public[name] = made.stdout.split()[1]
    with open(os.path.join(directory, "master.pub"), "w") as file:
        file.write(f"public {public['master']}\n")
    with open(os.path.join(directory, "allow.list"), "w") as file:
        file.writelines(f"{public[name]} {principal}\n" for name, principal in CLIENTS.items())
    os.chmod(os.path.join(directory, "allow.list"), 0o600)


def key_flags(directory, name):
    """Of a master, or of a client by its name in CLIENTS."""
    own = ["--key-file", os.path.join(directory, name + ".key")]
    if name == "master":
        return [*own, "--allow-list", os.path.join(directory, "allow.list")]
    return [*own, "--master-key-file", os.path.join(directory, "master.pub")]


class Scene:
    """The processes and the directory of one benchmark; all of it is gone at the end."""

    def __init__(self, directory, curve):
        self.directory = directory
        self.curve = curve
        self.started = []
        self.endpoint = None
        self.http = None

    def path(self, name):
        return os.path.join(self.directory, name)

    def start(self, program, *flags, name=None):
        name = name or program
        out = open(self.path(name + ".out"), "w+")
        err = open(self.path(name + ".err"), "w+")
        process = subprocess.Popen([os.path.join(BIN, program), *flags], stdout=out, stderr=err,
                                   stdin=subprocess.DEVNULL)
        process.name, process.out, process.err = name, out, err
        self.started.append(process)
        return process

    def wait_for_file(self, path, process, wait_s=WAIT_S):
        until = time.monotonic() + wait_s
        while not (os.path.exists(path) and os.path.getsize(path) > 0):
            if process.poll() is not None:
                raise Failure(f"{process.name} ended with {process.returncode}: {tail(process)}")
            if time.monotonic() > until:
                raise Failure(f"{process.name} was not ready after {wait_s} s: {tail(process)}")
            time.sleep(0.02)
        with open(path) as file:
            return file.read().split()

    def keys_of(self, name):
        """The flags of a master or a client."""
        return key_flags(self.directory, name) if self.curve else []

    def master(self):
        if self.curve:
            make_keys(self.directory)
        return self.start_master("tcp://127.0.0.1:0")

    def master_again(self, process):
        """kill -9, and its next life at the same address. Returns once that one leads."""
        process.kill()
        process.wait()
        os.unlink(self.path("master.ready"))
        return self.start_master(self.endpoint)

    def start_master(self, bind):
        ready = self.path("master.ready")
        process = self.start("fairlead-master", "--state-dir", self.path("master"), "--bind",
                             bind, "--http-port", "0", "--ready-file", ready,
                             "--registry-no-fsync", "--agent-timeout", "120s",
                             "--framework-timeout", "120s", *self.keys_of("master"))
        self.endpoint, self.http = self.wait_for_file(ready, process)[:2]
        self.wait_for_state(lambda: self.ask("/readyz") is not None, "a leading master")
        return process

    def agents(self, count, resources, connections=4, first=0):
        """Starts `count` emulated agents, numbered from `first`: as many as there are already."""
        name = f"agents-{first}"
        ready = self.path(name + ".ready")
        process = self.start("bench-agents", "--master", self.endpoint, "--agents", str(count),
                             "--first", str(first), "--resources", resources, "--connections",
                             str(connections), "--ready-file", ready, *self.keys_of("agent"),
                             name=name)
        self.wait_for_file(ready, process)
        self.wait_for_agents(first + count)
        return process

    def cluster(self):
        """What the master says of all; empty while it does not answer."""
        return json.loads(self.ask("/api/v1/cluster") or "{}")

    def wait_for_agents(self, count):
        self.wait_for_state(lambda: sum(self.cluster().get("agents", {}).values()) >= count,
                            f"{count} agents")

    def framework(self, name, *flags):
        return self.start("bench-framework", "--master", self.endpoint, "--state-dir",
                          self.path(name), *self.keys_of("framework"), *flags, name=name)

    def ask(self, path):
        address = self.http if "://" in self.http else "http://" + self.http
        try:
            with urllib.request.urlopen(address + path, timeout=30) as reply:
                return reply.read().decode()
        except OSError:
            return None

    def wait_for_state(self, is_so, what, poll_s=0.05):
        until = time.monotonic() + WAIT_S
        while not is_so():
            if time.monotonic() > until:
                raise Failure(f"expected {what} within {WAIT_S} s; the master says {self.cluster()}")
            time.sleep(poll_s)

    def finish(self, process, wait_s=600):
        """Waits for a program that ends by itself; returns its JSON line."""
        try:
            code = process.wait(wait_s)
        except subprocess.TimeoutExpired:
            raise Failure(f"{process.name} did not end within {wait_s} s: {tail(process)}")
        if code != 0:
            raise Failure(f"{process.name} ended with {code}: {tail(process)}")
        process.out.seek(0)
        return json.loads(process.out.read().strip().splitlines()[-1])

    def stop(self, process):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def close(self):
        for process in reversed(self.started):
            self.stop(process)
            process.out.close()
            process.err.close()


def tail(process):
    process.err.flush()
    with open(process.err.name) as file:
        return " | ".join(file.read().splitlines()[-4:]) or "it said nothing"


@contextlib.contextmanager
def scene(curve):
    directory = tempfile.mkdtemp(prefix="fairlead-bench-")
    one = Scene(directory, curve)
    try:
        yield one
    finally:
        one.close()
        shutil.rmtree(directory, ignore_errors=True)


def cpu_s(process):
    with open(f"/proc/{process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_bytes(process):
    with open(f"/proc/{process.pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise Failure("no VmRSS")


def settled_rss_bytes(process):
    """The resident size once it has stopped growing for a second."""
    last, same = rss_bytes(process), 0
    for _ in range(60):
        time.sleep(0.25)
        now = rss_bytes(process)
        same = same + 1 if abs(now - last) < 256 * 1024 else 0
        last = now
        if same >= 4:
            break
    return last
