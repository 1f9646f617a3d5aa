"""Tasks of several threads, and the ports between them."""

import gc
import os
import threading
import time

import pytest

from ClusterShell.Task import Task, task_cleanup, task_self, task_terminate, task_wait
from tests.fixtures.interrupts import interrupted
from tests.fixtures.leftovers import descriptors
from tests.fixtures.task import Trace


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

    def test_suspend_and_resume(self, other, tmp_path):
        running = threading.Event()
        go = tmp_path / "go"
        other.shell(
            f"until [ -e {go} ]; do sleep 0.02; done; echo done",
            key="k",
            handler=Trace(start=lambda _: running.set()),
        )
        other.resume()
        running.wait(30)
        assert other.suspend()
        go.touch()
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
        running.wait(30)
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
        running.wait(30)
        assert task.suspend()
        task.abort(kill=True)
        task.thread.join(30)
        assert not task.thread.is_alive()

    def test_excepthook(self):
        seen = []

        def start(worker):
            raise LookupError("from the handler")

        task = Task()
        task.excepthook = lambda kind, value, tb: seen.append((kind, str(value)))
        task.shell("true", handler=Trace(start=start))
        task.resume()
        task.thread.join(30)
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
        # The loop runs until all has come, however slowly the sender goes on.
        task.timer(0.01, Trace(timer=lambda timer: thread.is_alive() or timer.invalidate()), 0.01)
        task.resume(60)
        thread.join(30)
        task.run("true", nodes="n1")  # what came at the very end
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


class TestDescriptors:
    def test_wake_up_and_close_at_the_same_time(self, task, monkeypatch):
        """A sender never writes to what has taken the place of a closed port's pipe."""
        port = task.port(autoclose=True)
        pipe = os.fstat(port.streams["out"].fd).st_ino
        writing, seen = threading.Event(), []
        real_write = os.write

        def slow_write(fd, data):
            if data != b"M":
                return real_write(fd, data)
            writing.set()
            time.sleep(0.2)
            seen.append(os.fstat(fd).st_ino)
            return real_write(fd, data)

        monkeypatch.setattr(os, "write", slow_write)
        sender = threading.Thread(target=port.msg_send, args=("x",))
        sender.start()
        writing.wait(30)
        task.remove_port(port)
        files = [os.open(os.devnull, os.O_WRONLY) for _ in range(4)]
        sender.join(30)
        for fd in files:
            os.close(fd)
        assert seen == [pipe]


def test_aborted_again_while_its_thread_leaves():
    """The second abort may come between the last look of the task's thread and its end."""
    for _ in range(100):
        task = Task()
        task.shell("true")
        task.resume()
        helper = threading.Thread(target=task.abort, args=(True,), daemon=True)
        task.abort()
        helper.start()
        helper.join(30)
        assert not helper.is_alive()
        task.thread.join(30)
        assert not task.thread.is_alive()


class TestInterrupts:
    """Whatever the main thread was doing with a task of another thread, that task ends."""

    def request(task):
        task.shell("true", key="k")
        task.resume()

    def abort(task):
        task.abort()

    def wait(task):
        task.join()

    def send(task):
        task._dispatch_port.msg((Task.num_timeout, (), {}))

    @pytest.mark.parametrize("operation", [request, abort, wait, send])
    def test_at_any_moment(self, operation):
        for moment in range(1, 10_000):
            task = Task()
            task.shell("sleep 0.01")
            task.resume()
            cut = interrupted(lambda: operation(task), moment)  # noqa: B023
            helper = threading.Thread(target=task.abort, args=(True,), daemon=True)
            helper.start()
            helper.join(30)
            task.thread.join(30)
            assert not helper.is_alive() and not task.thread.is_alive(), moment
            if not cut:
                break
        assert moment > 3

    @pytest.mark.slow
    def test_making_one(self):
        """Of a task that was not made to the end nothing is left."""
        Task().abort(kill=True)
        gc.collect()
        before = descriptors()
        for moment in range(1, 10_000):
            # Cut short within Thread.start(), Python's own lock of the new thread may stay taken.
            cut = interrupted(Task, moment, spared=("threading",))
            task_cleanup()
            for thread in threading.enumerate():
                if thread.name.startswith("Task-"):
                    thread.join(30)
                    assert not thread.is_alive()
            gc.collect()
            assert not descriptors() - before, moment
            if not cut:
                break
        assert moment > 20


@pytest.mark.parametrize("limit", [0, 3])
def test_closing_a_port_lets_all_senders_go(task, limit):
    """Those that wait for an answer, and those that wait for room, of a port never started."""
    port = task.port()
    port._msgq.maxsize = limit
    threads = [
        threading.Thread(target=port.msg, args=(number,), daemon=True) for number in range(8)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    task.remove_port(port)
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
