#!/usr/bin/env python3
"""Real ZooKeeper servers on loopback for a test: free ports, a temporary directory, gone afterwards.

As a module: `with Ensemble(3) as servers: … servers.connect`. As a program, for tests in C++:

    zookeeper_servers.py COUNT [TICK_MS]

prints `ready HOST:PORT,…` and then answers each line of its input with `done` or `failed WHY`:
    kill N | stop N | continue N | start N | leader        (N from 1; `leader` answers `done N`)
It ends with its input, and the servers end with it, however it ends. Every wait is a poll with a deadline.
"""
import ctypes
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

JARS = ["/usr/share/java/zookeeper.jar", "/usr/share/java/slf4j-log4j12.jar", "/usr/share/java/log4j-1.2.jar"]
LOOPBACK = "127.0.0.1"
POLL_S = 0.02
READY_S = 60
START_ATTEMPTS = 5  # a free port may be taken between looking and using it
PR_SET_PDEATHSIG = 1
LOG_SETTINGS = """log4j.rootLogger=WARN, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %c{1} %m%n
"""


def free_ports(count):
    """Ports of loopback that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Server:
    """One server process and its directory."""

    def __init__(self, directory, port, host=LOOPBACK, prefix=()):
        """`prefix`: the words before its command, by which it gets to its host."""
        self.directory, self.port, self.process = directory, port, None
        self.host, self.prefix = host, list(prefix)

    def start(self):
        log = open(os.path.join(self.directory, "log"), "ab")
        command = [*self.prefix, "java", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
                   "-Dzookeeper.jmx.log4j.disable=true", "-Dzookeeper.forceSync=no",
                   "-cp", ":".join([self.directory] + JARS),
                   "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                   os.path.join(self.directory, "zoo.cfg")]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                        preexec_fn=end_with_parent, start_new_session=True)
        log.close()

    def mode(self):
        """leader, follower or standalone; "" while it does not serve."""
        try:
            with socket.create_connection((self.host, self.port), timeout=2) as link:
                link.sendall(b"srvr")
                answer = b""
                while more := link.recv(4096):
                    answer += more
        except OSError:
            return ""
        for line in answer.decode(errors="replace").splitlines():
            if line.startswith("Mode: "):
                return line[len("Mode: "):]
        return ""

    def signal(self, number):
        os.kill(self.process.pid, number)
        if number == signal.SIGKILL:
            self.process.wait()

    def end(self):
        if self.process and self.process.poll() is None:
            self.signal(signal.SIGKILL)


class Ensemble:
    """`count` servers, ready. `connect` is "127.0.0.1:P1,…"; servers[i] is one of them.

    They may stand on another host, that has one `host` address and is entered by `prefix`.
    """

    def __init__(self, count, tick_ms=200, host=LOOPBACK, prefix=()):
        self.host, self.prefix = host, prefix
        self.root = tempfile.mkdtemp(prefix="fairlead-zookeeper-")
        self.servers = []
        try:
            self._start(count, tick_ms)
        except BaseException:
            self.end()
            raise
        self.connect = ",".join(f"{self.host}:{server.port}" for server in self.servers)

    def _start(self, count, tick_ms):
        missing = [path for path in JARS if not os.path.exists(path)]
        if missing or not shutil.which("java"):
            raise RuntimeError(f"ZooKeeper is not installed ({' '.join(missing) or 'java'}); hint: scripts/setup")
        for attempt in range(START_ATTEMPTS):
            self.servers = self._write_settings(count, tick_ms, attempt)
            for server in self.servers:
                server.start()
            if self.wait_ready():
                return
            for server in self.servers:
                server.end()
        logs = "\n".join(open(path).read()[-2000:] for path in glob.glob(f"{self.root}/*/log"))
        raise RuntimeError(f"the ZooKeeper servers do not become ready; their logs end:\n{logs}")

    def _write_settings(self, count, tick_ms, attempt):
        ports = free_ports(3 * count)
        members = [f"server.{i + 1}=127.0.0.1:{ports[count + i]}:{ports[2 * count + i]}" for i in range(count)]
        servers = []
        for i in range(count):
            directory = os.path.join(self.root, f"{attempt}-{i + 1}")
            os.makedirs(os.path.join(directory, "data"))
            settings = [f"tickTime={tick_ms}", "initLimit=50", "syncLimit=10", f"dataDir={directory}/data",
                        f"clientPort={ports[i]}", f"clientPortAddress={self.host}", "maxClientCnxns=0",
                        "maxSessionTimeout=60000", "admin.enableServer=false", "4lw.commands.whitelist=srvr"]
            for name, text in [("zoo.cfg", "\n".join(settings + (members if count > 1 else [])) + "\n"),
                               ("log4j.properties", LOG_SETTINGS), ("data/myid", f"{i + 1}\n")]:
                with open(os.path.join(directory, name), "w") as file:
                    file.write(text)
            servers.append(Server(directory, ports[i], self.host, self.prefix))
        return servers

    def wait_ready(self, servers=None):
        """False when one of them ended or the time is over."""
        until = time.monotonic() + READY_S
        for server in servers or self.servers:
            while not server.mode():
                if server.process.poll() is not None or time.monotonic() > until:
                    return False
                time.sleep(POLL_S)
        return True

    def leader(self):
        """The leading server, or None."""
        return next((server for server in self.servers if server.mode() in ("leader", "standalone")), None)

    def end(self):
        for server in self.servers:
            server.end()
        shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def obey(ensemble, line):
    """What to answer to one line of input."""
    words = line.split()
    if words == ["leader"]:
        leader = ensemble.leader()
        return f"done {ensemble.servers.index(leader) + 1}" if leader else "failed nobody leads"
    server = ensemble.servers[int(words[1]) - 1]
    if words[0] == "start":
        server.start()
        return "done" if ensemble.wait_ready([server]) else "failed not ready"
    server.signal({"kill": signal.SIGKILL, "stop": signal.SIGSTOP, "continue": signal.SIGCONT}[words[0]])
    return "done"


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the input decides
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with Ensemble(int(sys.argv[1]), *[int(word) for word in sys.argv[2:3]]) as ensemble:
        print("ready", ensemble.connect, flush=True)
        for line in sys.stdin:
            print(obey(ensemble, line), flush=True)


if __name__ == "__main__":
    main()
