"""A dev cluster of real processes for one test, and proof that nothing of it is left afterwards.

What it is: a thin wrapper around the command line, /proc and /sys/fs/cgroup. What it is not: a second
client of the HTTP API beyond plain GETs. Every wait is a poll on a condition with a deadline.
"""
import glob
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.request

BIN = os.path.abspath(os.environ["FAIRLEAD_BIN_DIR"]) if "FAIRLEAD_BIN_DIR" in os.environ else ""
CGROUP_ROOTS = [path for path in glob.glob("/sys/fs/cgroup/*") if os.path.isdir(path)]
POLL_S = 0.05
SECONDS_MAX = 100  # of one script; ctest kills without mercy after 120


def program(name):
    """Path of one of our programs in the build under test."""
    return os.path.join(BIN, name)


def wait_until(condition, what, seconds=30):
    """Polls until condition() is truthy and returns its value; fails with `what` after `seconds`."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= until:
            raise AssertionError(f"not within {seconds} s: {what}; last value: {value!r}")
        time.sleep(POLL_S)


def read(path):
    """The text of a file; "" when it is not there (any more)."""
    try:
        with open(path, "rb") as file:
            return file.read().decode(errors="replace")
    except OSError:
        return ""


def argv_of(pid):
    return [word for word in read(f"/proc/{pid}/cmdline").split("\0") if word]


def is_alive(pid):
    """False for a zombie too: in some containers nobody reaps what we have not started."""
    stat = read(f"/proc/{pid}/stat")
    return bool(stat) and stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def kill_and_wait(pid, number=signal.SIGKILL):
    os.kill(pid, number)
    wait_until(lambda: not is_alive(pid), f"process {pid} has ended")


def processes_naming(text):
    """Live processes, ourselves excepted, with `text` in an argument of their command line."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid() and is_alive(int(entry)):
            if any(text in word for word in argv_of(int(entry))):
                found.append((int(entry), argv_of(int(entry))[:3]))
    return found


def cgroups_below(parent):
    """Every cgroup at or below `parent` ("fairlead/dev-1-…") in every hierarchy."""
    return [folder for root in CGROUP_ROOTS for folder, _, _ in os.walk(os.path.join(root, parent))]


def pids_in(parent):
    """Processes in containers below `parent`."""
    pids = set()
    for folder in cgroups_below(parent):
        pids.update(int(pid) for pid in read(os.path.join(folder, "cgroup.procs")).split())
    return pids


def containers_of(one):
    """Per container its init and its command: the first two of its pid namespace."""
    found = {}
    for folder in cgroups_below(one.parents[0]):
        if "/unified/" in folder and ".main." in folder:
            pids = [int(pid) for pid in read(folder + "/cgroup.procs").split()]
            found[folder] = sorted(pid for pid in pids if pid_inside(pid) in (1, 2))
    return found


def pid_inside(pid):
    """The pid that a process has in its innermost namespace; None when it has ended."""
    lines = [line for line in read(f"/proc/{pid}/status").splitlines() if line.startswith("NSpid:")]
    return int(lines[0].split()[-1]) if lines else None


def run(arguments, env=None, timeout=60, cwd=None):
    """Runs a command; its exit code is .returncode, its texts .stdout and .stderr."""
    return subprocess.run(arguments, env=env, timeout=timeout, cwd=cwd, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)


class Cluster:
    """One dev cluster in a temporary folder. `fairlead` runs a command against it."""

    def __init__(self):
        if Interruption.was_asked:
            raise Interrupted("not started")
        self.top = tempfile.mkdtemp(prefix="fairlead-process-")
        self.dev_dir = os.path.join(self.top, "dev")
        self.env = {name: value for name, value in os.environ.items()
                    if not name.startswith("FAIRLEAD_")}
        self.env["FAIRLEAD_DEV_DIR"] = self.dev_dir
        self.parents = []
        self.started = {}  # by start_process, and not killed
        self.restarted = {}  # pids of the lives that `restart` began

    def up(self, *flags):
        answer = self.fairlead("dev", "up", *flags, timeout=90)
        assert answer.returncode == 0, f"dev up: {answer.stderr}"
        self.parents = [process["cgroup_parent"] for process in self.record()["processes"]
                        if process["cgroup_parent"]]
        return self

    def fairlead(self, *arguments, timeout=60):
        return run([program("fairlead"), *arguments], env=self.env, timeout=timeout, cwd=self.top)

    def json(self, *arguments):
        answer = self.fairlead(*arguments, "-o", "json")
        assert answer.returncode == 0, f"{arguments}: {answer.stderr}"
        return json.loads(answer.stdout)

    def submit(self, *arguments):
        """`run --detach …`; the id of the job."""
        answer = self.fairlead("run", "--detach", *arguments)
        assert answer.returncode == 0, f"{arguments}: {answer.stderr}"
        return answer.stdout.split()[1]

    def job(self, job_id):
        return self.json("job", "show", job_id)

    def wait_for_job(self, job_id, state="finished", seconds=60):
        """The job once it is over; fails when it ends in another state."""
        def over():
            job = self.job(job_id)
            return job if job["state"] not in ("pending", "running") else None
        job = wait_until(over, f"{job_id} is over", seconds)
        assert job["state"] == state, f"{job_id} is {job['state']}: {job['why']}"
        return job

    def wait_for_running(self, job_id, count, seconds=30):
        return wait_until(lambda: self.job(job_id)["running"] == count,
                          f"{count} of {job_id} run", seconds)

    def log_lines(self, job_id):
        """What the job wrote, without the names of its tasks, sorted."""
        answer = self.fairlead("logs", job_id)
        assert answer.returncode == 0, answer.stderr
        return sorted(line.split("| ", 1)[1] for line in answer.stdout.splitlines())

    def record(self):
        with open(os.path.join(self.dev_dir, "cluster.json"), encoding="utf-8") as file:
            return json.load(file)

    def process(self, name):
        return next(one for one in self.record()["processes"] if one["name"] == name)

    def get(self, path, address=None):
        """GET of the master's HTTP as JSON."""
        url = f"http://{address or self.record()['master_http']}{path}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)

    def try_get(self, path):
        """As get(), None while nobody answers."""
        try:
            return self.get(path)
        except OSError:
            return None

    def agent(self, hostname):
        """As the master shows it; without any state while no master answers."""
        listed = self.try_get("/api/v1/agents") or {"agents": []}
        return next((agent for agent in listed["agents"] if agent["hostname"] == hostname),
                    {"state": ""})

    def replica_hosts(self, service):
        """Where replicas of the service run."""
        pods = next(framework["api_address"] for framework in
                    self.get("/api/v1/frameworks")["frameworks"] if framework["kind"] == "pods")
        shown = self.get(f"/api/v1/services/{service}", pods)
        return [replica["hostname"] for replica in shown["instances"]
                if replica["state"] == "running"]

    def events(self):
        """Since the cluster began."""
        answer = self.fairlead("events", "--after", self.first_token(), "-o", "json")
        assert answer.returncode == 0, answer.stderr
        return [json.loads(line) for line in answer.stdout.splitlines()]

    def final_updates(self, job_id):
        """Per task of the job: its final states as the master's event history has them."""
        finals = {}
        for event in self.events():
            if event["kind"] == "task_updated" and event["task"].startswith(job_id + ".") \
                    and event["state"] in FINAL_STATES:
                finals.setdefault(event["task"], []).append(event["state"])
        return finals

    def first_token(self):
        return f"{self.get('/api/v1/cluster')['epoch']}.1"

    def restart(self, name, argv):
        """Starts a process that was killed again; its pid. No child of ours: init reaps it."""
        answer = run(["sh", "-c", 'setsid "$@" >>"$0" 2>&1 & echo $!', self.process(name)["log"],
                      *argv], env=self.env, cwd=self.top)
        self.restarted[name] = int(answer.stdout)
        return self.restarted[name]

    def restart_in_place(self, name, *flags):
        """kill -9, and a next life with more flags at the same addresses."""
        record = self.record()
        argv = self.kill(name)
        if name == "master":
            argv[argv.index("--bind") + 1] = record["master"]
            argv[argv.index("--http-port") + 1] = record["master_http"].rpartition(":")[2]
        os.unlink(f"{self.dev_dir}/run/{name}.ready")
        self.restart(name, argv + list(flags))
        wait_until(lambda: read(f"{self.dev_dir}/run/{name}.ready"), f"{name} is ready again")

    def kill(self, name):
        """kill -9; its command line."""
        pid = self.restarted.get(name) or self.process(name)["pid"]
        argv = argv_of(pid)
        kill_and_wait(pid)
        return argv

    def down(self):
        """`dev down`, and what is left of the cluster: an empty list when all is well."""
        left = []
        try:
            answer = self.fairlead("dev", "down", timeout=60)
            if answer.returncode != 0:
                left.append(f"dev down: {answer.stderr}")
        except (OSError, subprocess.TimeoutExpired) as failure:
            left.append(f"dev down: {failure}")
        left += self.leftovers()
        for pid, _ in processes_naming(self.dev_dir):  # a bug must not harm the next test
            os.kill(pid, signal.SIGKILL)
        for pid in {pid for parent in self.parents for pid in pids_in(parent)}:
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.top, ignore_errors=True)
        return left

    def leftovers(self):
        """Processes, cgroups, mounts and files of this cluster. For after its end."""
        left = [f"process {one}" for one in processes_naming(self.dev_dir)]
        for parent in self.parents:
            left += [f"process {pid} in {parent}" for pid in sorted(pids_in(parent))]
            left += [f"cgroup {folder}" for folder in cgroups_below(parent)]
        left += [f"mount {line}" for line in read("/proc/mounts").splitlines() if self.top in line]
        if os.path.exists(self.dev_dir):
            left.append(f"folder {self.dev_dir}: {os.listdir(self.dev_dir)}")
        return left


FINAL_STATES = ("TASK_FINISHED", "TASK_FAILED", "TASK_KILLED", "TASK_LOST", "TASK_DROPPED",
                "TASK_GONE", "TASK_ERROR")


class ClusterTest(unittest.TestCase):
    """A test case whose tests each have a dev cluster of their own, started by start()."""

    maxDiff = None

    def start(self, *flags):
        cluster = Cluster()
        self.addCleanup(self._end, cluster)
        return cluster.up(*flags)

    def without_start(self):
        """Only the folder and the environment: nothing runs yet."""
        cluster = Cluster()
        self.addCleanup(self._end, cluster)
        return cluster

    def start_process(self, one, name, flags):
        """A master or an agent without `dev up`, in the foreground; the words of its ready file."""
        ready = f"{one.dev_dir}/{name}.ready"
        if os.path.exists(ready):
            os.unlink(ready)
        with open(f"{one.dev_dir}/{name}.log", "ab") as log:
            process = subprocess.Popen(
                [program("fairlead-" + name), "--state-dir", f"{one.dev_dir}/{name}",
                 "--ready-file", ready, *flags], env=one.env, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        one.started[name] = process
        self.addCleanup(self._stop, one, name, process)
        return wait_until(lambda: read(ready).split(), f"{name} is ready")

    def kill_process(self, one, name):
        """kill -9 of what start_process has started, which may be started again."""
        process = one.started.pop(name)
        process.kill()
        process.wait(30)

    def _stop(self, one, name, process):
        """The agent first, the master last: cleanups run in reverse."""
        if one.started.get(name) is process:
            process.terminate()
            self.assertEqual(process.wait(30), 0, read(f"{one.dev_dir}/{name}.log"))
        if name == "master":
            shutil.rmtree(one.dev_dir)

    def _end(self, cluster):
        logs = {path: read(path)[-3000:] for path in glob.glob(cluster.dev_dir + "/logs/*.log")}
        left = cluster.down()
        if left or not self._outcome_is_good():
            for path, text in logs.items():
                print(f"--- {os.path.basename(path)}\n{text}")
        self.assertEqual(left, [], "dev down leaves nothing")

    def _outcome_is_good(self):
        outcome = getattr(self, "_outcome", None)
        return outcome is None or outcome.success


class Interrupted(Exception):
    """The test has to end now. Not KeyboardInterrupt: unittest would skip the cleanups."""


class Interruption:
    """SIGINT, SIGTERM and the end of our time fail the test once; its cleanups then run in peace."""

    was_asked = False

    @classmethod
    def on_signal(cls, number, _frame):
        if not cls.was_asked:
            cls.was_asked = True
            raise Interrupted(signal.Signals(number).name)

    @classmethod
    def install(cls):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, cls.on_signal)
        signal.alarm(SECONDS_MAX)


def main():
    if not BIN:
        raise SystemExit("set FAIRLEAD_BIN_DIR to build/<preset>/bin")
    if os.geteuid() != 0:
        raise SystemExit("process tests need root: containers")
    Interruption.install()
    unittest.main(verbosity=2)
