"""Faults with real processes: what goes wrong with one command is that one's affair.

Programs run in processes of their own, with limits, signals and users that a
test must not give to the one that runs all tests.
"""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.fixtures.sshd import descendants

ENGINES = ("epoll", "poll", "select")
QUICK = ("epoll", *(pytest.param(name, marks=pytest.mark.slow) for name in ENGINES[1:]))

PRELUDE = """
import json, os, resource, signal, sys, time
from ClusterShell.Defaults import DEFAULTS
DEFAULTS.engine = os.environ["TEST_ENGINE"]
DEFAULTS.distant_workername = "exec"
from ClusterShell.Event import EventHandler
from ClusterShell.Task import task_self

task = task_self()
task.default("distant_worker")  # a module that is loaded when it is asked for
begin = time.monotonic()

class Ends(EventHandler):
    '''When, and how, each node ended.'''
    def __init__(self):
        self.nodes = {}
    def ev_hup(self, worker, node, rc):
        self.nodes[node] = [rc, time.monotonic() - begin]

def open_files():
    # The one that lists them is among them.
    return len(os.listdir("/proc/self/fd")) - 1

def children():
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as stat:
                    fields = stat.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid():
                found.append(int(entry))
    return found

def report(**values):
    json.dump(values, sys.stdout)
"""


def start(code, engine="epoll", **kwargs):
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TEST_ENGINE": engine},
        **kwargs,
    )


def run(code, engine="epoll", **kwargs):
    """Run a program; return what it reports.  It must not write to standard error."""
    with start(code, engine, **kwargs) as process:
        try:
            stdout, stderr = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert stderr == ""
    assert process.returncode == 0
    return json.loads(stdout)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
class TestOneCommandHoldsUpNobody:
    """The bad command is started first, and ends, or runs out of time, after all the others."""

    def others(self, engine, command, then="bad._engine_clients()[0].set_nextfire(0)", after=""):
        code = f"""
class Last(Ends):
    def ev_close(self, worker, timedout):
        {then}
end, good = Ends(), Last()
task.set_info("fanout", 3)
bad = task.shell({command!r}, nodes="bad", handler=end, timeout=60)
task.shell("sleep 0.05; echo done", nodes="n[1-12]", handler=good)
task.resume(20)
{after}
report(bad=end.nodes, good=good.nodes, output=len(list(task.iter_buffers(["n1"]))),
       late=list(task.iter_keys_timeout()), left=children())
"""
        result = run(code, engine)
        assert [rc for rc, _ in result["good"].values()] == [0] * 12
        assert result["output"] == 1
        assert result["left"] == []
        return result

    def test_closed_output(self, engine, tmp_path):
        go = tmp_path / "go"
        command = f"exec >&- 2>&-; until [ -e {go} ]; do sleep 0.02; done; exit 4"
        result = self.others(engine, command, f"open({str(go)!r}, 'w').close()")
        assert (result["bad"]["bad"][0], result["late"]) == (4, [])

    def test_closed_output_for_ever(self, engine):
        assert self.others(engine, "exec >&- 2>&-; exec sleep 60")["late"] == ["bad"]

    def test_ignored_sigterm(self, engine):
        command = "trap '' TERM INT HUP; while :; do sleep 0.1; done"
        assert self.others(engine, command)["late"] == ["bad"]

    def test_grandchild_keeps_the_pipe(self, engine):
        result = self.others(engine, "sleep 60 & exit 3", after="os.system('true')")
        assert (result["bad"]["bad"][0], result["late"]) == (3, [])

    def test_stopped(self, engine):
        assert self.others(engine, "kill -STOP $$")["late"] == ["bad"]


@pytest.mark.parametrize("engine", QUICK)
class TestLimits:
    def test_descriptors(self, engine):
        """At the limit starting waits for others to end; the limit stays."""
        result = run(
            """
resource.setrlimit(resource.RLIMIT_NOFILE, (48, 96))
before = open_files()
ends = Ends()
task.set_info("fanout", 100)
task.shell("sleep 0.02; echo done", nodes="n[1-60]", handler=ends, stderr=True)
task.resume(30)
report(codes=sorted({rc for rc, _ in ends.nodes.values()}), count=len(ends.nodes),
       limit=resource.getrlimit(resource.RLIMIT_NOFILE), more=open_files() - before,
       output=[len(keys) for _, keys in task.iter_buffers()], left=children())
""",
            engine,
        )
        assert result["more"] <= 4  # the engine's own
        del result["more"]
        assert result == {
            "codes": [0],
            "count": 60,
            "limit": [48, 96],
            "output": [60],
            "left": [],
        }

    def test_no_descriptor_at_all(self, engine):
        """Nothing runs whose end would give one back: an error for these nodes."""
        result = run(
            """
ends = Ends()
task.run("true", nodes="n0", handler=Ends())
held = []
resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
try:
    while True:
        held.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
task.shell("echo a", nodes="n[1-3]", handler=ends)
task.resume(20)
for fd in held:
    os.close(fd)
report(codes=sorted({rc for rc, _ in ends.nodes.values()}), nodes=sorted(ends.nodes),
       text=[bytes(buf).decode() for buf, _ in task.iter_buffers()])
""",
            engine,
        )
        assert result["nodes"] == ["n1", "n2", "n3"]
        assert result["codes"] == [255]
        assert "Too many open files" in result["text"][0]

    def test_modules(self, engine):
        """A program that has given up its rights may not be able to load any more."""
        result = run(
            """
ends = Ends()
sys.meta_path.clear()
task.shell("true", nodes="n[1-3]", handler=ends)
task.resume(20)
report(nodes=sorted(ends.nodes), codes=sorted({rc for rc, _ in ends.nodes.values()}))
""",
            engine,
        )
        assert result == {"nodes": ["n1", "n2", "n3"], "codes": [0]}

    @pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
    def test_processes(self, engine):
        """EAGAIN from starting a process; root is exempt, so as another user."""
        result = run(
            """
os.setgroups([]); os.setgid(65534); os.setuid(100_000 + os.getpid())  # nobody else's
resource.setrlimit(resource.RLIMIT_NPROC, (8, 8))
ends = Ends()
task.set_info("fanout", 64)
task.shell("exec sleep 0.05", nodes="n[1-40]", handler=ends)
task.resume(40)
report(codes=sorted({rc for rc, _ in ends.nodes.values()}), count=len(ends.nodes),
       left=children())
""",
            engine,
        )
        assert result == {"codes": [0], "count": 40, "left": []}


def test_select_at_its_last_descriptor():
    """select knows 1024 descriptors; what does not fit waits."""
    result = run(
        """
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
held = [os.open("/dev/null", os.O_RDONLY) for _ in range(990)]
ends = Ends()
task.set_info("fanout", 50)
task.shell("sleep 0.02; echo done", nodes="n[1-40]", handler=ends, stderr=True)
task.resume(30)
report(codes=sorted({rc for rc, _ in ends.nodes.values()}), count=len(ends.nodes))
""",
        "select",
    )
    assert result == {"codes": [0], "count": 40}


@pytest.mark.parametrize("engine", QUICK)
class TestSignals:
    def test_interrupted_calls(self, engine):
        """A signal handler of the program runs a hundred times meanwhile."""
        result = run(
            """
hits = [0]
def hit(*_):
    hits[0] += 1
signal.signal(signal.SIGALRM, hit)
signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
ends = Ends()
worker = task.shell("cat; sleep 0.2; echo done", nodes="n[1-30]", handler=ends)
worker.write(b"x" * 100_000)
worker.set_write_eof()
task.resume(30)
signal.setitimer(signal.ITIMER_REAL, 0)
report(hits=hits[0], codes=sorted({rc for rc, _ in ends.nodes.values()}), count=len(ends.nodes),
       sizes=[len(bytes(buf)) for buf, _ in task.iter_buffers()])
""",
            engine,
        )
        assert result["hits"] > 5
        del result["hits"]
        assert result == {"codes": [0], "count": 30, "sizes": [100_004]}

    @pytest.mark.parametrize("handler", ["ignore", "signal.SIG_IGN", "reap"])
    def test_sigchld_of_the_program(self, engine, handler):
        """A program may listen to the end of children, or even take it away."""
        result = run(
            f"""
def ignore(*_):
    pass

def reap(*_):
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
signal.signal(signal.SIGCHLD, {handler})
ends = Ends()
task.shell("echo a", nodes="n[1-20]", handler=ends)
task.resume(20)
report(count=len(ends.nodes), output=[len(keys) for _, keys in task.iter_buffers()],
       left=children(), mine=signal.getsignal(signal.SIGCHLD) == {handler})
""",
            engine,
        )
        assert result == {"count": 20, "output": [20], "left": [], "mine": True}

    @pytest.mark.parametrize("delay", [0.01, 0.05, 0.12, 0.3])
    def test_interrupted_run(self, engine, delay):
        """Wherever Ctrl-C hits, no child and no descriptor is left behind."""
        code = """
task.run("true", nodes="n0")
before = open_files()
print("ready", flush=True)
interrupted = False
try:
    task.set_info("fanout", 16)
    task.shell("sleep 0.02; echo a", nodes="n[1-2000]")
    task.resume()
except KeyboardInterrupt:
    interrupted = True
    task.abort()
deadline = time.monotonic() + 5
while children() and time.monotonic() < deadline:
    time.sleep(0.01)
    task.run("true", nodes="n0")
report(interrupted=interrupted, left=children(), more=open_files() - before)
"""
        with start(code, engine) as process:
            assert process.stdout.readline() == "ready\n"
            time.sleep(delay)
            process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=30)
        assert stderr == ""
        assert json.loads(stdout) == {"interrupted": True, "left": [], "more": 0}


CLUSH = [sys.executable, "-m", "ClusterShell.CLI.Clush"]


@pytest.fixture
def clush(own_sshd):
    """Return a server of the test's own, and a function that starts clush on it."""
    server = own_sshd()
    processes = []

    def begin(*args, **kwargs):
        process = subprocess.Popen(
            [*CLUSH, "-O", f"ssh_options={server.options}", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **kwargs,
        )
        processes.append(process)
        return process

    yield server, begin
    for process in processes:
        for pid in descendants(process.pid):
            os.kill(pid, signal.SIGKILL)
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happens"
        time.sleep(0.05)


@pytest.mark.sshd
@pytest.mark.slow
class TestClushOverSsh:
    def test_200_nodes_twice(self, clush):
        _, begin = clush
        for option in ("-b", "-B"):
            process = begin("-f", "64", "-w", "n[1-200]", option, "uname -r")
            stdout, stderr = process.communicate(timeout=120)
            assert stderr == ""
            assert process.returncode == 0
            rule = "-" * 15
            assert stdout == f"{rule}\nn[1-200] (200)\n{rule}\n{os.uname().release}\n"

    def test_sshd_killed_midway(self, clush):
        server, begin = clush
        process = begin("-f", "64", "-S", "-w", "n[1-40]", "echo up; exec sleep 60")
        seen = [process.stdout.readline() for _ in range(20)]
        assert all(line.endswith(": up\n") for line in seen)
        server.kill()
        stdout, stderr = process.communicate(timeout=20)
        assert process.returncode == 255
        assert "Traceback" not in stdout + stderr
        failed = [line for line in stderr.splitlines() if "exited with exit code" in line]
        assert len(failed) == 40
        assert all(line.endswith(": exited with exit code 255") for line in failed)
        assert descendants(process.pid) == []

    def test_interrupted_at_50_of_200(self, clush):
        server, begin = clush
        process = begin("-f", "64", "-w", "n[1-200]", "echo up; exec sleep 60")
        for _ in range(50):
            assert process.stdout.readline().endswith(": up\n")
        children = descendants(process.pid)
        assert len(children) >= 50
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=30)  # of the 60 s of the commands
        assert process.returncode == 130
        assert "Traceback" not in stdout + stderr
        wait_for(lambda: not [pid for pid in children if os.path.exists(f"/proc/{pid}")])
