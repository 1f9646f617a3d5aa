# ruff: noqa: F811  (parameters that ask for a fixture imported here)
"""Tasks: settings, results, threads, ports between threads."""

import threading
import time

import pytest

from ClusterShell.Defaults import Defaults
from ClusterShell.MsgTree import MsgTree
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import (
    Task,
    TaskMsgTreeError,
    task_cleanup,
    task_self,
    task_terminate,
    task_wait,
)
from ClusterShell.Worker.Exec import ExecWorker
from ClusterShell.Worker.Popen import WorkerPopen
from ClusterShell.Worker.Ssh import WorkerSsh
from tests.fixtures.task import Trace, task  # noqa: F401  (a fixture)


@pytest.fixture
def other():
    """Return a task with a thread of its own."""
    task = Task()
    yield task
    task.abort(kill=True)
    task.join()
    assert not task.thread.is_alive()


def gathered(pairs):
    return {bytes(buffer): str(NodeSet.fromlist(nodes)) for buffer, nodes in pairs}


class TestSettings:
    def test_default(self, task):
        assert task.default("stderr") is False
        assert task.default("none of ours") is None
        assert task.default("none of ours", 3) == 3
        task.set_default("mine", "x")
        assert task.default("mine") == "x"

    def test_info(self, task):
        assert task.info("fanout") == 64
        assert task.info("engine") == task._engine.identifier
        task.set_info("fanout", 2)
        assert task.info("fanout") == 2
        assert task._info["fanout"] == 2

    def test_worker_by_name(self, task):
        task.set_default("distant_workername", "ssh")
        assert task.default("distant_worker") is WorkerSsh
        with pytest.raises(ImportError):
            task.set_default("distant_workername", "no_such_module")

    def test_worker_of_this_machine(self, task):
        task.set_default("distant_workername", "ssh")
        assert type(task.shell("true", nodes="n1", remote=False)) is ExecWorker
        assert type(task.shell("true")) is WorkerPopen

    def test_defaults_of_the_program(self):
        task_terminate()
        defaults = Defaults([])
        defaults.fanout = 3
        defaults.stderr = True
        task = task_self(defaults)
        assert (task.info("fanout"), task.default("stderr")) == (3, True)
        task_terminate()

    def test_debug_lines(self, task):
        lines = []
        task.set_info("debug", True)
        task.set_info("print_debug", lambda owner, line: lines.append((owner is task, line)))
        task.run("echo %h", nodes="n1")
        task.run("echo z")
        assert lines == [
            (True, "EXECCLIENT: echo n1"),
            (True, "n1: b'n1'"),
            (True, "POPEN: echo z"),
            (True, "LINE b'z'"),
        ]


class TestResults:
    def test_messages(self, task):
        task.run("echo all; test %n = 1 && echo one; echo bad >&2", nodes="n[1-3]", stderr=True)
        assert gathered(task.iter_buffers()) == {b"all": "n[1,3]", b"all\none": "n2"}
        assert gathered(task.iter_errors()) == {b"bad": "n[1-3]"}
        assert gathered(task.iter_buffers(["n2"])) == {b"all\none": "n2"}
        assert task.node_buffer("n2") == task.key_buffer("n2") == b"all\none"
        assert task.node_error("n1") == task.key_error("n1") == b"bad"
        assert task.node_buffer("n9") == b""

    def test_exit_codes(self, task):
        worker = task.shell("exit %n", nodes="n[0-2]")
        task.run("kill -9 $$", key="local")
        assert {rc: set(keys) for rc, keys in task.iter_retcodes()} == {
            0: {"n0"},
            1: {"n1"},
            2: {"n2"},
            137: {"local"},
        }
        assert task.max_retcode() == 137
        assert task.node_retcode("n2") == task.key_retcode("n2") == 2
        assert dict(worker.iter_node_retcodes()) == {"n0": 0, "n1": 1, "n2": 2}
        with pytest.raises(KeyError):
            task.node_retcode("n9")

    def test_greatest_code_of_a_key(self, task):
        for code in (2, 5, 1):
            task.shell(f"exit {code}", key="k")
        task.resume()
        assert task.key_retcode("k") == 5

    def test_timeouts(self, task):
        task.shell("sleep 30", nodes="n[1-2]", timeout=0.05)
        task.shell("true", nodes="n3", timeout=5)
        task.resume()
        assert task.num_timeout() == 2
        assert set(task.iter_keys_timeout()) == {"n1", "n2"}
        assert task.max_retcode() == 0

    def test_next_run_starts_anew(self, task):
        task.run("echo a; exit 3", nodes="n1")
        task.run("true", nodes="n2")
        assert list(task.iter_buffers()) == []
        assert task.max_retcode() == 0

    def test_flush(self, task):
        task.run("echo a; echo b >&2", nodes="n1", stderr=True)
        task.flush_buffers()
        assert list(task.iter_buffers()) == []
        assert task.node_error("n1") == b"b"
        task.flush_errors()
        assert list(task.iter_errors()) == []

    def test_not_kept(self, task):
        task.set_default("stdout_msgtree", False)
        trace = Trace()
        task.run("echo a", nodes="n1", handler=trace)
        assert trace.of("read") == [("n1", "stdout", b"a")]
        with pytest.raises(TaskMsgTreeError, match="stdout_msgtree not set"):
            task.iter_buffers()

    def test_same_tree_whether_or_not_a_handler_listens(self, task):
        """Gathered at once or line by line, messages are the same."""
        command = r"printf 'a\r\nb\n\nc\rd\ne'; sleep 0.05; printf 'f\nlast'"
        task.run(command, nodes="n1")
        silent = task.node_buffer("n1")
        task.run(command, nodes="n1", handler=Trace())
        assert task.node_buffer("n1") == silent == b"a\nb\n\nc\rd\nef\nlast"
        assert isinstance(task._msgtrees["stdout"], MsgTree)


class TestAbort:
    def test_keeps_the_task(self, task):
        trace = Trace(read=lambda worker, *_: worker.task.abort())
        task.run("echo a; sleep 30", nodes="n1", handler=trace)
        assert trace.names() == ["start", "pickup", "read", "close"]
        assert task_self() is task
        task.run("exit 2", nodes="n1")
        assert task.max_retcode() == 2

    def test_kill_unbinds(self, task):
        trace = Trace(read=lambda worker, *_: worker.task.abort(kill=True))
        task.run("echo a; sleep 30", nodes="n1", handler=trace)
        assert task_self() is not task

    def test_before_the_run(self, task):
        task.shell("echo a", nodes="n1")
        task.abort()
        task.resume()
        assert task.max_retcode() is None

    @pytest.mark.parametrize("where", ["start", "pickup"])
    def test_worker_from_its_start(self, task, where):
        trace = Trace(**{where: lambda worker, *_: worker.abort()})
        started = time.monotonic()
        task.run("sleep 30", nodes="n1", handler=trace)
        assert time.monotonic() - started < 5
        assert trace.names()[-1] == "close"


class TestThreads:
    def test_one_task_a_thread(self):
        mine, seen = task_self(), []

        def body():
            task = task_self()
            task.run("echo from the thread", key="k")
            seen.append((task is mine, task is task_self(), task.key_buffer("k")))
            task_terminate()

        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
        assert seen == [(False, True, b"from the thread")]
        assert Task(thread=threading.current_thread()) is mine

    def test_runs_in_its_own_thread(self, other):
        threads = []
        handler = Trace(read=lambda *_: threads.append(threading.current_thread()))
        other.shell("echo a", key="k", handler=handler)
        other.resume()
        task_wait()
        assert threads == [other.thread]
        assert other.key_buffer("k") == b"a"

    @pytest.mark.slow
    def test_two_hundred_times(self):
        """Start, wait and end of a thread's task leave no window for a hang."""
        for number in range(200):
            task = Task()
            task.shell(f"echo {number}", key="k")
            task.resume()
            if number % 3 == 0:
                task.shell("echo more", key="more")
                task.resume()
            task_wait()
            if number % 3:
                assert task.key_buffer("k") == b"%d" % number
            else:  # in the same run, or in one of its own
                assert task.key_buffer("more") == b"more"
            task.abort(kill=True)
            task.join()
            assert not task.thread.is_alive()

    def test_many_requests_before_the_run(self, other):
        """More than a port's queue holds: who asks is not held up."""
        for number in range(300):
            other.shell("true", key=number)
        other.resume()
        task_wait()
        assert len(dict(other.iter_retcodes())[0]) == 300

    def test_set_info_from_outside(self, other):
        other.set_info("fanout", 7)
        other.shell("true")
        other.resume()
        task_wait()
        assert other.info("fanout") == 7

    def test_suspend_and_resume(self, other):
        running = threading.Event()
        other.shell("sleep 0.1; echo done", key="k", handler=Trace(start=lambda _: running.set()))
        other.resume()
        running.wait(5)
        assert other.suspend()
        time.sleep(0.2)
        assert other.key_buffer("k") == b""
        other.resume()
        task_wait()
        assert other.key_buffer("k") == b"done"
        assert not other.suspend()

    def test_abort_from_outside(self, other):
        running = threading.Event()
        other.shell("sleep 30", handler=Trace(start=lambda _: running.set()))
        other.resume()
        running.wait(5)
        other.abort()
        other.join()
        assert not other.running()

    @pytest.mark.slow
    def test_killed_at_any_moment(self):
        """However the abort falls on the end of the loop, the thread ends."""
        for number in range(100):
            task = Task()
            task.shell("true")
            task.resume()
            time.sleep(number % 10 / 2000)
            task.abort(kill=True)
            task.join()
            assert not task.thread.is_alive()

    def test_abort_while_suspended(self):
        running = threading.Event()
        task = Task()
        task.shell("sleep 30", handler=Trace(start=lambda _: running.set()))
        task.resume()
        running.wait(5)
        assert task.suspend()
        task.abort(kill=True)
        task.thread.join(10)
        assert not task.thread.is_alive()

    def test_excepthook(self):
        seen = []

        def start(worker):
            raise LookupError("from the handler")

        task = Task()
        task.excepthook = lambda kind, value, tb: seen.append((kind, str(value)))
        task.shell("true", handler=Trace(start=start))
        task.resume()
        task.thread.join(10)
        assert seen == [(LookupError, "from the handler")]
        assert task not in Task._tasks.values()

    def test_cleanup(self):
        others = [Task(), Task()]
        task_self()
        task_cleanup()
        for other in others:
            other.join()
        assert not Task._tasks


class TestPorts:
    def test_messages_of_another_thread(self, task):
        def message(port, msg):
            if msg == "last":
                task.remove_port(port)

        trace = Trace(msg=message)
        port = task.port(trace)
        sent = []

        def send():
            sent.extend([port.msg("first"), port.msg_send("second"), port.msg("last")])

        thread = threading.Thread(target=send)
        thread.start()
        task.resume()
        thread.join()
        assert trace.events == [
            ("port_start",),
            ("msg", "first"),
            ("msg", "second"),
            ("msg", "last"),
        ]
        assert sent == [True, True, True]
        assert port.msg("too late") is False

    def test_sent_before_the_run(self, task):
        trace = Trace()
        port = task.port(trace, autoclose=True)
        assert port.msg_send("early")
        task.run("true", nodes="n1")
        assert trace.of("msg") == [("early",)]

    def test_queue_limit(self, task):
        """A full queue holds up the sender until the task takes messages."""
        trace = Trace()
        port = task.port(trace, autoclose=True)
        limit = port._msgq.maxsize
        assert limit == 100
        thread = threading.Thread(
            target=lambda: [port.msg_send(number) for number in range(limit + 20)]
        )
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
        task.run("sleep 0.2", nodes="n1")
        thread.join(5)
        assert trace.of("msg") == [(number,) for number in range(limit + 20)]

    def test_more_than_the_pipe_holds(self, other):
        """Wake-ups that find the pipe full are not lost messages."""
        trace = Trace()
        port = other.port(trace, autoclose=True)
        port._msgq.maxsize = 0
        for number in range(70_000):
            assert port.msg_send(number)
        other.shell("sleep 0.1")
        other.resume()
        task_wait()
        assert trace.of("msg") == [(number,) for number in range(70_000)]

    def test_messages_behind_an_exception_are_kept(self, task):
        def message(port, msg):
            if msg == 1:
                raise LookupError

        trace = Trace(msg=message)
        port = task.port(trace, autoclose=True)
        for number in range(3):
            port.msg_send(number)
        with pytest.raises(LookupError):
            task.run("sleep 0.1", nodes="n1")
        task.run("sleep 0.1", nodes="n1")
        assert trace.of("msg") == [(0,), (1,), (2,)]

    def test_between_tasks(self, other):
        trace = Trace()
        port = other.port(trace)
        other.resume()
        assert port.msg("taken")  # returns when it is
        assert trace.of("msg") == [("taken",)]
        other.remove_port(port)
        task_wait()
