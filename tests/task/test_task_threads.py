"""Suspensions, ends and aborts of a task that another thread asks for."""

import threading
import time

import pytest

from ClusterShell._task.requests import in_task_thread
from ClusterShell.Defaults import Defaults
from ClusterShell.Task import Task, TaskMsgTreeError, TimeoutError, task_self, task_terminate
from tests.fixtures.task import Trace


class TestSuspend:
    def test_returns_when_the_task_is_held(self, other):
        """No event comes once suspend() has returned, however long a handler took."""
        reading, go_on = threading.Event(), threading.Event()

        def read(*_):
            reading.set()
            go_on.wait(30)

        trace = Trace(read=read)
        other.shell("echo a; echo b", key="k", handler=trace)
        other.resume()
        reading.wait(30)
        seen = []
        helper = threading.Thread(target=lambda: seen.append((other.suspend(), trace.names()[:])))
        helper.start()
        helper.join(0.1)
        assert helper.is_alive()  # the handler has not come back
        go_on.set()
        helper.join(30)
        ((held, names),) = seen
        assert held
        assert trace.names() == names
        other.resume()
        other.join()
        assert trace.names()[-1] == "close"

    def test_of_a_run_that_ends_first(self, other):
        """It is not held then, and the next run is not either."""
        reading, go_on = threading.Event(), threading.Event()
        trace = Trace(close=lambda *_: (reading.set(), go_on.wait(30)))
        other.shell("true", key="k", handler=trace)
        other.resume()
        reading.wait(30)
        seen = []
        helper = threading.Thread(target=lambda: seen.append(other.suspend()))
        helper.start()
        helper.join(0.1)
        go_on.set()
        helper.join(30)
        assert seen in ([True], [False])
        other.resume()
        other.join()
        other.shell("echo again", key="k")
        other.resume()
        other.join()
        assert other.key_buffer("k") == b"again"

    def test_of_an_idle_task(self, other):
        assert other.suspend() is False
        other.resume()
        other.join()
        assert other.suspend() is False

    def test_abort_of_a_held_task(self, other):
        other.shell("sleep 60", key="k")
        other.resume()
        while not other.suspend():
            pass
        other.abort()
        other.resume()
        other.join()
        assert not other.running()
        assert other._engine._clients == set()


class TestEnds:
    @pytest.mark.parametrize("round", range(10))
    def test_results_stay_after_a_handler_raised(self, round):
        """join() comes back when all is torn down, and what came before is there."""

        def fail(*_):
            raise ValueError("from the handler")

        task, caught = Task(), []
        task.excepthook = lambda *args: caught.append(args[0])
        task.shell("echo a; exit 3", key="k")
        task.shell("sleep 0.1", nodes="n1", remote=False, handler=Trace(hup=fail))
        task.resume()
        task.join()
        assert task._gate.closed
        assert caught == [ValueError]
        task.thread.join(30)
        assert not task.thread.is_alive()
        assert task.key_buffer("k") == b"a"
        assert task.key_retcode("k") == 3
        assert task not in Task._tasks.values()

    def test_thread_ends_though_the_hook_fails(self):
        def fail(*_):
            raise ValueError("from the handler")

        task = Task()
        task.excepthook = lambda *args: task.default_excepthook
        task.shell("true", key="k", handler=Trace(start=fail))
        task.resume()
        task.join()
        assert task._gate.closed


class TestAborts:
    def test_cancels_what_was_scheduled_before(self, other, tmp_path):
        """An abort comes in the order of requests: what waits to be scheduled is gone."""
        for number in range(20):
            other.shell(f"touch {tmp_path}/{number}; sleep 60", key=number)
            other.abort()
        other.resume()
        other.join()
        assert list(tmp_path.iterdir()) == []
        assert other._engine._clients == set()

    def test_keeps_what_is_scheduled_later(self, other):
        for number in range(20):
            other.shell("sleep 60", key="old")
            other.abort()
            other.set_info("fanout", number + 1)
            worker = other.shell(f"echo {number}", key="new")
            other.resume()
            other.join()
            assert other.key_buffer("new") == b"%d" % number
            assert worker.retcode() == 0
            assert other.info("fanout") == number + 1

    def test_settings_sent_before_it_hold(self, other):
        other.set_info("fanout", 7)
        other.abort()
        other.join()
        assert other.info("fanout") == 7

    @pytest.mark.parametrize("kill", [False, True])
    def test_requests_of_a_task_whose_thread_has_gone(self, kill):
        """One that fails is told as such; it keeps neither others nor the abort from being done."""
        found, told = [], []
        thread = threading.Thread(target=lambda: found.append(task_self()))
        thread.start()
        thread.join()
        [task] = found
        task.excepthook = lambda kind, value, traceback: told.append(kind)
        task.schedule(None)
        worker = task.shell("echo a", key="k")
        task.remove_port("x")
        task.abort(kill)
        assert told == [AttributeError, AttributeError]
        assert task._engine is None or task._engine._clients == set()
        assert worker.task is task
        assert (thread in Task._tasks) is not kill
        task.abort(kill=True)


class TestSettings:
    @pytest.mark.parametrize("event", ["read", "hup", "close"])
    def test_messages_stay_when_no_more_are_kept(self, task, event):
        """What was recorded before a handler switched that off can still be had."""
        trace = Trace(**{event: lambda *_: task.set_default("stdout_msgtree", False)})
        task.shell("echo a; read x; echo b", key="k", handler=trace).write(b"\n")
        task.resume(30)
        ((message, keys),) = task.iter_buffers()
        assert keys == ["k"]
        assert message.message().startswith(b"a")
        with pytest.raises(TaskMsgTreeError):
            task.key_buffer("k")
        task.run("echo c", key="k")
        with pytest.raises(TaskMsgTreeError):
            task.iter_buffers()
        task.set_default("stdout_msgtree", True)

    def test_a_number_is_a_timeout(self, task):
        """``run(0.2)`` runs what is scheduled, for so long."""
        task.shell("sleep 60", key="k")
        with pytest.raises(TimeoutError):
            task.run(0.2)
        task.shell("sleep 60", key="k")
        with pytest.raises(TimeoutError):
            task.run(0.2, timeout=60)
        assert task.run(1) is None
        with pytest.raises(ValueError, match="missing command"):
            task.run(False)

    def test_task_that_could_not_be_made(self):
        """It leaves nothing behind, and nothing to terminate."""
        task_terminate()
        defaults = Defaults([])
        defaults.engine = "wrong"
        with pytest.raises(KeyError, match="wrong"):
            task_self(defaults)
        task_terminate()
        assert threading.current_thread() not in Task._tasks
        assert task_self().run("echo a").read() == b"a"


class TestAbortedThread:
    @pytest.mark.parametrize("when", ["idle", "running", "suspended", "from a handler"])
    def test_program_can_end(self, run_python, when):
        """A program that has aborted a task ends; it need not have killed it."""
        script = (
            "import sys, time\n"
            "from ClusterShell.Event import EventHandler\n"
            "from ClusterShell.Task import Task\n"
            "class Abort(EventHandler):\n"
            "    def ev_read(self, worker, node, sname, msg): task.abort()\n"
            "when, task = sys.argv[1], Task()\n"
            "if when != 'idle':\n"
            "    handler = Abort() if when == 'from a handler' else None\n"
            "    task.shell('echo a; sleep 60', key='k', handler=handler)\n"
            "    task.resume()\n"
            "if when == 'suspended':\n"
            "    while not task.suspend(): pass\n"
            "if when == 'from a handler':\n"
            "    task.join()\n"
            "else:\n"
            "    task.abort()\n"
            "task.thread.join(30)\n"
            "print(task.thread.is_alive(), task in Task._tasks.values())\n"
        )
        done = run_python("-c", script, when)
        assert (done.stdout, done.stderr, done.returncode) == ("False False\n", "", 0)

    def test_returns_when_it_is_done(self):
        """What ran has ended, and its handlers have been told, when abort() returns."""
        closing = []
        started = threading.Event()
        handler = Trace(
            start=lambda *_: started.set(), close=lambda *_: (time.sleep(0.1), closing.append(1))
        )
        task = Task()
        worker = task.shell("exec sleep 60", key="k", handler=handler)
        task.resume()
        started.wait(30)
        task.abort()
        assert closing == [1]
        assert worker.clients[0].popen.poll() is not None
        assert not task.thread.is_alive()

    @pytest.mark.parametrize("round", range(10))
    def test_is_used_again(self, round):
        """Another thread is started for what comes later."""
        task = Task()
        first = task.thread
        task.abort()
        assert not first.is_alive()
        for number in range(5):
            task.shell(f"echo {number}", key="k")
            task.resume()
            task.join()
            assert task.key_buffer("k") == b"%d" % number
            task.abort()
            task.abort()
        task.abort(kill=True)
        assert threading.active_count() == 1

    def test_killed_one_takes_nothing(self):
        task_terminate()
        task = task_self()
        task.abort(kill=True)
        with pytest.raises(AssertionError, match="deleted task instance, call task_self"):
            task.shell("echo x")
        assert task.run() is None
        task_terminate()


def test_requests_keep_their_names():
    """A method that is asked for from elsewhere looks as it was written."""

    def method(self, value):
        """What it does."""
        return value

    call = in_task_thread(method)
    assert (call.__name__, call.__doc__) == ("method", "What it does.")
