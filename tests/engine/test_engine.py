"""The loop: fanouts, ends of processes, shortage of descriptors, interrupts."""

import gc
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from ClusterShell.Engine.Engine import (
    FANOUT_UNLIMITED,
    EngineNotSupportedError,
)
from ClusterShell.Engine.EPoll import EngineEPoll
from ClusterShell.Engine.Factory import PreferredEngine
from ClusterShell.Engine.Select import EngineSelect
from ClusterShell.Event import EventHandler
from ClusterShell.Task import AlreadyRunningError
from ClusterShell.Worker.Exec import ExecWorker
from tests.fixtures.interrupts import interrupted
from tests.fixtures.leftovers import children, descriptors
from tests.fixtures.task import ENGINES, Trace


class Count(EventHandler):
    """Counts how many commands run at a time."""

    def __init__(self):
        self.now = self.most = 0

    def ev_pickup(self, worker, node):
        self.now += 1
        self.most = max(self.most, self.now)

    def ev_hup(self, worker, node, rc):
        self.now -= 1


class TestChoice:
    @pytest.mark.linux
    def test_by_name(self):
        for name in ENGINES:
            engine = PreferredEngine(name, {})
            assert engine.identifier == name
            engine.release()

    @pytest.mark.linux
    def test_auto_is_the_best(self):
        engine = PreferredEngine("auto", {})
        assert type(engine) is EngineEPoll
        engine.release()

    def test_unknown_name(self):
        with pytest.raises(KeyError):
            PreferredEngine("kqueue", {})

    def test_falls_back_where_one_is_not_supported(self, monkeypatch):
        def unsupported(self, info):
            raise EngineNotSupportedError("epoll")

        monkeypatch.setattr(EngineEPoll, "__init__", unsupported)
        assert PreferredEngine("auto", {}).identifier == "poll"


class TestFanout:
    @pytest.mark.parametrize("fanout", [1, 3])
    def test_of_the_task(self, task, fanout):
        task.set_info("fanout", fanout)
        count = Count()
        task.run("sleep 0.02", nodes="n[1-8]", handler=count)
        assert count.most == fanout

    def test_in_order_of_arrival(self, task):
        task.set_info("fanout", 1)
        trace = Trace()
        task.run("true", nodes="n[1-5]", handler=trace)
        assert trace.of("pickup") == [(f"n{number}",) for number in range(1, 6)]

    def test_unlimited(self, task):
        task.set_info("fanout", FANOUT_UNLIMITED)
        count = Count()
        task.run("sleep 0.3", nodes="n[1-70]", handler=count)
        assert count.most == 70

    def test_of_a_worker(self, task):
        task.set_info("fanout", 1)
        wide, narrow = Count(), Count()
        worker = ExecWorker("n[1-6]", handler=wide, command="sleep 0.1")
        worker._fanout = 4
        task.schedule(worker)
        task.shell("sleep 0.01", nodes="m[1-3]", handler=narrow)
        task.resume()
        assert (wide.most, narrow.most) == (4, 1)

    def test_raised_while_running(self, task):
        task.set_info("fanout", 1)
        count = Count()
        timer = Trace(timer=lambda timer: task.set_info("fanout", 5))
        task.timer(0.05, timer)
        task.run("sleep 0.2", nodes="n[1-6]", handler=count)
        assert count.most == 5

    def test_of_a_worker_raised_while_running(self, task, tmp_path):
        task.set_info("fanout", 1)
        count = Count()
        go = tmp_path / "go"
        wait = f"until [ -e {go} ]; do sleep 0.02; done"
        worker = task.shell(wait, nodes="n[1-6]", handler=count)

        def raised(timer):
            worker._fanout = FANOUT_UNLIMITED
            task.timer(0.01, Trace(timer=lambda timer: count.now == 6 and go.touch()), 0.01, True)

        task.timer(0.05, Trace(timer=raised))
        task.resume(30)
        assert count.most == 6

    def test_aborted_while_waiting(self, task):
        task.set_info("fanout", 1)
        first = Trace(start=lambda worker: waiting.abort())
        task.shell("true", nodes="n1", handler=first)
        waiting = task.shell("echo never", nodes="m[1-3]")
        task.resume()
        assert first.of("close") == [(False,)]
        assert not waiting.started
        assert task._engine._clients == set()

    def test_abort_starts_none_of_those_that_wait(self, task):
        task.set_info("fanout", 4)
        trace = Trace(read=lambda worker, *_: worker.abort())
        task.run("echo a; exec sleep 30", nodes="n[1-200]", handler=trace)
        assert len(trace.of("pickup")) == 4
        assert trace.of("hup") == []


def test_no_engine_tells_that_it_has_exited(task):
    """As in the released package, in which nothing ever says that it has."""
    assert task._engine.exited() is False
    task.run("true", nodes="n1")
    assert task._engine.exited() is False


class TestEndOfProcesses:
    def test_closed_output_holds_up_nobody(self, task, tmp_path):
        """A command that closes its output and lives on is waited for beside the others."""
        go = tmp_path / "go"
        trace = Trace(hup=lambda *_: go.touch())
        slow = f"exec >&- 2>&- <&-; until [ -e {go} ]; do sleep 0.02; done; exit 5"
        task.shell(slow, nodes="slow", handler=trace)
        task.shell("sleep 0.05; echo quick", nodes="quick", handler=trace)
        task.resume(30)
        assert trace.of("hup") == [("quick", 0), ("slow", 5)]

    def test_closed_output_keeps_its_timeout(self, task):
        trace = Trace()
        task.shell("exec >&- 2>&-; sleep 30", nodes="n1", handler=trace, timeout=0.1)
        task.resume(20)
        assert trace.of("close") == [(True,)]

    def test_without_pidfd(self, task, monkeypatch):
        monkeypatch.setattr("ClusterShell._engine.exits._PIDFD_OPEN", None)
        task.run("exec >&- 2>&-; sleep 0.1; exit 4", nodes="n[1-3]")
        assert task.max_retcode() == 4

    def test_stopped_one_ends_by_its_timeout(self, task):
        task.run("kill -STOP $$", nodes="n1", timeout=0.2)
        assert list(task.iter_keys_timeout()) == ["n1"]

    def test_deaf_to_sigterm(self, task):
        task.run("trap '' TERM; echo on; sleep 30 & wait", nodes="n1", timeout=0.3)
        assert list(task.iter_keys_timeout()) == ["n1"]

    def test_reaped_by_the_host(self, task):
        """Somebody else's wait has taken the exit code: that is no success."""
        previous = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        try:
            task.run("exit 3", nodes="n1")
        finally:
            signal.signal(signal.SIGCHLD, previous)
        assert task.max_retcode() == 255

    def test_nothing_is_left(self, task):
        task.run("true", nodes="n1")
        before, others = descriptors(), children()
        task.shell("echo a; exit 1", nodes="n[1-20]", stderr=True)
        task.shell("sleep 30", nodes="n[1-5]", timeout=0.05)
        task.resume()
        gc.collect()
        assert not descriptors() - before
        assert not children() - others
        assert task._engine.reg_clifds.keys() <= {
            stream.fd for port in task._engine.ports() for stream in port.streams.values()
        }


class TestReentrance:
    def test_resume_in_a_handler(self, task):
        errors = []

        def start(worker):
            with pytest.raises(AlreadyRunningError) as caught:
                task.resume()
            errors.append(str(caught.value))

        task.run("true", nodes="n1", handler=Trace(start=start))
        assert errors == ["task is already running"]
        assert task.max_retcode() == 0

    def test_exception_in_a_handler_aborts_the_rest(self, task):
        def read(worker, *_):
            raise LookupError("from the handler")

        other = Trace()
        task.shell("sleep 30", nodes="m[1-3]", handler=other)
        task.shell("echo a; sleep 30", nodes="n1", handler=Trace(read=read))
        with pytest.raises(LookupError):
            task.resume()
        assert other.names()[-1] == "close"
        assert not task.running()
        task.run("echo b", nodes="n1")
        assert task.node_buffer("n1") == b"b"

    def test_exceptions_while_all_is_aborted_leave_nothing(self, task):
        def close(worker, timedout):
            raise LookupError("from the end")

        before, others = descriptors(), children()
        for _ in range(3):
            task.shell("sleep 30", nodes="n[1-2]", handler=Trace(close=close))
        with pytest.raises(LookupError, match="from the end"):
            task.resume(0.2)
        assert not descriptors() - before
        assert not children() - others
        assert task._engine._clients == set()

    def test_workers_close_each_other(self, task):
        one, two = Trace(), Trace()
        first = task.shell("echo a; sleep 30", nodes="n1", handler=one)
        second = task.shell("sleep 0.1; echo b; sleep 30", nodes="n2", handler=two)
        one.extra["close"] = lambda *_: second.abort()
        two.extra["read"] = lambda *_: first.abort()
        task.resume()
        assert one.names() == ["start", "pickup", "read", "close"]
        assert two.names() == ["start", "pickup", "read", "close"]

    def test_scheduled_by_a_handler(self, task):
        task.set_info("fanout", 1)
        seen = Trace()
        extra = {"hup": lambda worker, node, rc: task.shell("true", nodes="later", handler=seen)}
        task.run("true", nodes="n1", handler=Trace(**extra))
        assert seen.names() == ["start", "pickup", "hup", "close"]


SHORTAGE = """
    import os, resource, sys
    from ClusterShell.Defaults import DEFAULTS
    DEFAULTS.engine = sys.argv[1]
    from ClusterShell.Task import task_self
    from ClusterShell.Worker.Exec import ExecWorker
    task = task_self()
    task.set_default("distant_worker", ExecWorker)
"""


def script(run_python, text, *args):
    done = run_python("-c", textwrap.dedent(SHORTAGE) + textwrap.dedent(text), *args)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize("engine", ENGINES)
class TestShortage:
    def test_starting_pauses_at_the_limit(self, run_python, engine):
        text = """
            resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
            task.run("sleep 0.02; echo %h", nodes="n[1-60]")
            print(task.max_retcode(), len(list(task.iter_buffers())))
        """
        assert script(run_python, text, engine) == ["0 60"]

    def test_error_where_nothing_runs(self, run_python, engine):
        text = """
            task.run("true", nodes="n1")
            taken = []
            resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
            try:
                while True:
                    taken.append(os.dup(0))
            except OSError:
                pass
            task.run("true", nodes="n[1-3]")
            print(list(task.iter_retcodes()))
            print([bytes(buffer) for buffer, nodes in task.iter_buffers()])
            for fd in taken[-4:]:
                os.close(fd)
            task.run("true", nodes="n[1-3]")
            print(list(task.iter_retcodes()))
        """
        assert script(run_python, text, engine) == [
            "[(255, ['n1', 'n2', 'n3'])]",
            "[b'cannot start: Too many open files']",
            "[(0, ['n1', 'n2', 'n3'])]",
        ]


def test_select_stops_at_its_last_descriptor(run_python):
    text = """
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit, 2048), limit))
        taken = [os.dup(0) for _ in range(1000)]
        task.run("sleep 0.05; echo %h", nodes="n[1-40]")
        print(task.max_retcode(), len(list(task.iter_buffers())))
    """
    assert EngineSelect.fd_limit == 1024
    assert script(run_python, text, "select") == ["0 40"]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_starting_pauses_at_the_limit_of_processes(run_python):
    """Root is not held to RLIMIT_NPROC; anybody else gets EAGAIN."""
    text = """
        task.run("true", nodes="n1")
        os.setgid(65534), os.setuid(100_000 + os.getpid())  # nobody else's: processes are counted
        resource.setrlimit(resource.RLIMIT_NPROC, (6, 6))
        task.run("exec sleep 0.02", nodes="n[1-30]")
        print(list(task.iter_retcodes())[0][0], len(list(task.iter_retcodes())[0][1]))
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        task.run("true", nodes="n1")
        print(task.node_buffer("n1"))
    """
    assert script(run_python, text, "epoll") == [
        "0 30",
        "b'cannot start: Resource temporarily unavailable'",
    ]


INTERRUPTED = """
    import os, signal, sys
    from ClusterShell.Task import task_self
    from ClusterShell.Worker.Exec import ExecWorker
    task = task_self()
    before = len(os.listdir("/proc/self/fd"))
    task.schedule(ExecWorker("n[1-300]", handler=None, command="sleep " + sys.argv[1]))
    try:
        print("ready", flush=True)
        task.resume()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Python's own end is not looked at
    except KeyboardInterrupt:
        try:
            os.waitpid(-1, os.WNOHANG)
            print("children are left")
        except ChildProcessError:
            pass
        after = len(os.listdir("/proc/self/fd"))
        print(after - before, len(task._engine._clients), task._engine.evlooprefcnt)
"""


@pytest.mark.parametrize("moment", [0.0, 0.01, 0.03, 0.06, 0.1, 0.2])
@pytest.mark.parametrize("sleep", ["0.02", "30"])
def test_interrupt_at_any_moment(moment, sleep):
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(INTERRUPTED), sleep], stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"ready\n"
    time.sleep(moment)
    process.send_signal(signal.SIGINT)
    out = process.communicate(timeout=20)[0]
    # All was over, or given up, or the run had not begun.
    assert (process.returncode, out) in [(0, b""), (0, b"0 0 0\n"), (0, b"0 300 0\n")]


def everything(task):
    """Run commands of all kinds."""
    task.shell("echo a; echo b >&2", nodes="n1", stderr=True)
    task.shell("exec >&-; sleep 0.003", nodes="n2", timeout=60)
    worker = task.shell("cat", nodes="n3")
    worker.write(b"abc")
    worker.set_write_eof()
    task.shell("sleep 60", nodes="n4", timeout=0.01)
    task.resume()


@pytest.mark.slow
def test_interrupt_between_any_two_calls(task):
    """Wherever an interrupt cuts a run short, nothing is left, and the next run works."""
    everything(task)
    before, others = descriptors(), children()
    for moment in range(1, 10_000, 11):
        cut = interrupted(lambda: everything(task), moment)
        task.abort()
        engine = task._engine
        assert not descriptors() - before, moment
        assert not children() - others, moment
        assert (len(engine._clients), engine.evlooprefcnt, len(engine.timerq)) == (0, 0, 0), moment
        if not cut:
            break
    assert moment > 500
    everything(task)
    assert set(dict(task.iter_retcodes())) == {0}
