"""Supervised masters over one ZooKeeper ensemble, and what they answer over HTTP.

What it is: processes that the caller started by name, so that it may kill, stop and start each of them. What it is
not: a cluster; agents and frameworks are started by whoever needs them, by start().
"""
import http.client
import os
import signal
import subprocess
import urllib.parse

from cluster import program, read

SESSION_MS = 4000
TICK_MS = 200  # of the ZooKeeper servers below them


def children_of(pid):
    return [int(word) for word in read(f"/proc/{pid}/task/{pid}/children").split()]


def ask(address, path, body=None, timeout_s=5):
    """Status, headers and body of one GET, or POST of `body`; redirections not followed. Status 0: no answer."""
    parts = urllib.parse.urlsplit(address if "//" in address else "//" + address)
    link = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)
    try:
        link.request("POST" if body else "GET", path, body)
        answer = link.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, {}, ""
    finally:
        link.close()


class Masters:
    """Supervised masters over one ensemble."""

    session_ms = SESSION_MS
    preexec = None  # called in each child before its command

    def __init__(self, top, ensemble):
        self.top = top
        self.zk = f"zk://{ensemble.connect}/fairlead"
        self.credentials = os.path.join(top, "credentials")
        with open(os.open(self.credentials, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write("fairlead:not-a-word-of-the-log\n")
        self.processes = {}

    def prefix_of(self, _name):
        """The words before a command, by which it gets to its host: none, all share this one."""
        return []

    def start(self, name, *command):
        with open(f"{self.top}/{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(
                [*self.prefix_of(name), program(command[0]), *command[1:]], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, preexec_fn=self.preexec,
                env={key: value for key, value in os.environ.items() if not key.startswith("FAIRLEAD_")})
        return self.processes[name]

    def start_master(self, name, *words, **changed):
        """`words`: more flags. `changed`: those that are not as usual, with _ for -."""
        flags = {"state_dir": f"{self.top}/{name}", "bind": "tcp://127.0.0.1:0", "http_port": "0",
                 "ready_file": f"{self.top}/{name}.ready", "zk": self.zk,
                 "zk_credentials_file": self.credentials, "zk_session_timeout": f"{self.session_ms}ms", **changed}
        pairs = [word for flag, value in flags.items() for word in (f"--{flag.replace('_', '-')}", value)]
        return self.start(name, "fairlead-master", *pairs, *words)

    def http_of(self, name):
        words = read(f"{self.top}/{name}.ready").split()
        return words[1] if len(words) > 1 else ""

    def leader(self):
        """The name of the master that leads; "" while none does."""
        for name, process in self.processes.items():
            if name.startswith("master") and process.poll() is None and self.http_of(name):
                if ask(self.http_of(name), "/leader")[0] == 200:
                    return name
        return ""

    def standbys(self):
        return [name for name in self.processes if name.startswith("master") and self.http_of(name)
                and self.processes[name].poll() is None and ask(self.http_of(name), "/leader")[0] == 503
                and ask(self.http_of(name), "/readyz")[0] == 200]

    def end(self):
        for name in reversed(list(self.processes)):
            process = self.processes[name]
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
