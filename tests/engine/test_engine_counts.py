"""What the engine costs, counted: the same on every machine, however busy."""

import collections
import subprocess
import sys
import textwrap

import pytest

from benchmarks.counts import COMMANDS
from ClusterShell import _accel
from ClusterShell.Event import EventHandler
from ClusterShell.Task import task_self
from ClusterShell.Worker.Exec import ExecWorker
from tests.fixtures.counting import calls

FEW, MANY = 2_000, 22_000

#: Waiting depends on how the machine shares its time, not on us.
WAITING = {"epoll_wait", "epoll_pwait", "poll", "ppoll", "select", "pselect6"}


class Reader(EventHandler):
    def ev_read(self, worker, node, sname, msg):
        pass


def run_on(nodes, command, handler=None):
    task = task_self()
    task.schedule(ExecWorker(nodes, handler=handler, command=command))
    task.resume()
    assert task.max_retcode() == 0


def calls_per_line(handler):
    # All lines are there before the first is read, so that reads are few and full.
    command = "seq 1 {} > /dev/stdout"
    run_on("n1", command.format(10), handler)
    few = calls(lambda: run_on("n1", command.format(FEW), handler))
    many = calls(lambda: run_on("n1", command.format(MANY), handler))
    # Reads may come out shorter on a busy machine, some hundred of them at worst.
    return {name: round((many[name] - few[name]) / (MANY - FEW), 1) for name in many}


def test_no_python_call_per_line_gathered():
    assert not any(calls_per_line(None).values())


def test_one_python_call_per_line_read():
    found = {name: count for name, count in calls_per_line(Reader()).items() if count}
    assert found["ev_read"] == 1
    # Interpreted, the message tree takes each line in some calls of its own.
    assert sum(found.values()) <= (1 if _accel.COMPILED else 6)


def system_calls(code, argument, tmp_path):
    """Return how often a program makes each system call, without those that wait."""
    log = tmp_path / "strace"
    command = ["strace", "-c", "-o", log, sys.executable, "-c", textwrap.dedent(code), argument]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    rows = (line.split() for line in log.read_text().splitlines())
    # Columns: % time, seconds, usecs/call, calls, errors (may be empty), name.
    found = {row[-1]: int(row[3]) for row in rows if row and row[0].replace(".", "").isdigit()}
    del found["total"]
    return collections.Counter({name: n for name, n in found.items() if name not in WAITING})


@pytest.mark.skipif(
    subprocess.run(["sh", "-c", "command -v strace"], capture_output=True).returncode != 0,
    reason="strace is not installed",
)
@pytest.mark.linux
class TestSystemCalls:
    def test_per_command(self, tmp_path):
        few, many = (
            system_calls(COMMANDS.format(commands=count, command="true"), "", tmp_path)
            for count in (50, 150)
        )
        many.subtract(few)
        names = ("pipe2", "close", "epoll_ctl", "ioctl", "wait4")
        # Two programs may differ by a call or two besides, in how they start.
        ours = {name: round(many[name] / 100, 1) for name in names}
        # Standard input is watched only when written to.
        assert ours == {"pipe2": 2, "close": 4, "epoll_ctl": 2, "ioctl": 2, "wait4": 1}
        # One process, and signals held back meanwhile.  The C library's posix_spawn also makes
        # the memory of a stack, and asks for the limit of descriptors before each it passes on.
        theirs = set(many) - set(ours) - {"waitid"}
        if not _accel.COMPILED:
            theirs -= {"prlimit64"}
        assert sum(many[name] for name in theirs) / 100 <= (3.3 if _accel.COMPILED else 6)

    def test_per_line(self, tmp_path):
        code = """
            import sys
            from ClusterShell.Task import task_self
            task_self().run("seq 1 " + sys.argv[1])
        """
        few, many = (system_calls(code, str(count), tmp_path) for count in (1_000, 201_000))
        many.subtract(few)
        assert sum(many.values()) / 200_000 < 0.01

    @pytest.mark.slow
    def test_idle_streams_cost_nothing(self, tmp_path):
        """Commands that say nothing for long are not looked at."""
        code = """
            import sys
            from ClusterShell.Task import task_self
            from ClusterShell.Worker.Exec import ExecWorker
            worker = ExecWorker("n[1-20]", handler=None, command="exec sleep " + sys.argv[1])
            task_self().schedule(worker)
            task_self().resume()
        """
        # Long enough for all to have been started before the first has ended.
        short, long = (system_calls(code, seconds, tmp_path) for seconds in ("2", "4"))
        long.subtract(short)
        # Seven for each of 20: an end is seen with the last output, or waited for.  To
        # look at each every twentieth of a second would be 800.
        assert sum(map(abs, long.values())) < 140


def program(code, *args):
    """Return what a program prints, as a number."""
    code = """
import gc, resource, sys
from ClusterShell.Event import EventHandler
from ClusterShell.Task import task_self
from ClusterShell.Worker.Exec import ExecWorker

def memory():
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()

task = task_self()
task.schedule(ExecWorker("n[1-10]", handler=None, command="true"))
task.resume()
""" + textwrap.dedent(code)
    command = [sys.executable, "-c", code, *map(str, args)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=300).stdout)


def test_memory_of_pending_commands():
    code = """
        sizes = []
        for count in (10_000, 40_000):
            task.schedule(ExecWorker(f"n[1-{count}]", handler=None, command="true"))
            sizes.append(memory())
        print((sizes[1] - sizes[0]) / 40_000)
        task.abort()
    """
    assert program(code) < 3 * 1024


@pytest.mark.slow
def test_memory_of_commands_in_flight():
    """Real processes, four times as many at once: what each adds to this one."""
    code = """
        class AllRun(EventHandler):
            def __init__(self, count):
                self.left = count
            def ev_pickup(self, worker, node):
                self.left -= 1
                if not self.left:
                    sizes.append(memory())
                    worker.abort()

        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        many = min(2_000, (hard - 100) // 2)
        sizes = []
        for count in (many // 4, many):
            task.set_info("fanout", count)
            handler = AllRun(count)
            task.schedule(ExecWorker(f"n[1-{count}]", handler=handler, command="exec sleep 300"))
            task.resume()
        print((sizes[1] - sizes[0]) / (many - many // 4))
    """
    assert program(code) < 6 * 1024


def test_commands_in_flight_cost_the_same_however_many():
    """The work for one does not grow with those that run beside it."""

    def work(count):
        task_self().set_info("fanout", count)
        found = calls(lambda: run_on(f"n[1-{count}]", "true"))
        return sum(found.values()) / count

    few, many = work(40), work(240)
    task_self().set_info("fanout", 64)
    assert many < few * 1.15


def test_pending_commands_cost_the_same_however_many():
    """The work to start one does not grow with those that wait behind it."""

    def work(count):
        found = calls(lambda: run_on(f"n[1-{count}]", "true"))
        return sum(found.values()) / count

    task_self().set_info("fanout", 8)
    few, many = work(40), work(240)
    task_self().set_info("fanout", 64)
    assert many < few * 1.15
