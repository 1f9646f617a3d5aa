"""Dispatching events: hooks that are changed, handlers that do anything in a batch."""

import collections
import contextlib
import errno
import os
import resource
import signal
import threading
import time

import pytest

from ClusterShell import _accel
from ClusterShell.Event import EventHandler
from ClusterShell.Task import TimeoutError as Timeout
from ClusterShell.Worker.EngineClient import EngineClient, EngineClientEOF, EngineClientStream
from ClusterShell.Worker.Exec import ExecClient, ExecWorker
from ClusterShell.Worker.Worker import DistantWorker, StreamClient, StreamWorker
from tests.fixtures.counting import calls

NUMBER = 20


class Pipes:
    """Stream workers on pipes that have all been written to when the loop first waits."""

    def __init__(self, task, handler, number=NUMBER, data=b"a\nb\n", worker_class=StreamWorker):
        self.workers, self.ends = [], []
        for index in range(number):
            ours, theirs = os.pipe()
            worker = worker_class(handler, key=index)
            worker.set_reader("stdout", ours)
            os.write(theirs, data)
            self.workers.append(worker)
            self.ends.append(theirs)
        for worker in self.workers:
            task.schedule(worker)

    def close(self):
        while self.ends:
            os.close(self.ends.pop())


class Does(EventHandler):
    """Notes what is read, and does something at the first line of the batch."""

    def __init__(self, do=lambda worker: None, ends=None):
        self.do = do
        self.seen = collections.defaultdict(list)
        self.closed = []
        self.first = True

    def ev_read(self, worker, node, sname, msg):
        self.seen[node].append(msg)
        if self.first:
            self.first = False
            self.do(worker)

    def ev_close(self, worker, timedout):
        self.closed.append(worker)


pytestmark = pytest.mark.usefixtures("nothing_is_left")


def run(task, do, data=b"a\nb\n"):
    """Have *do*, given the pipes and a worker, happen at the first line."""
    handler = Does(lambda worker: do(pipes, worker))
    pipes = Pipes(task, handler, data=data)
    task.timer(0.05, Closer(pipes))
    task.resume(30)
    return handler, pipes


class Closer(EventHandler):
    def __init__(self, pipes):
        self.pipes = pipes

    def ev_timer(self, timer):
        self.pipes.close()


def others(handler, number=NUMBER):
    """Return how many keys have got all their lines."""
    return sum(1 for key in range(number) if handler.seen[key] == [b"a", b"b"])


class TestHandlersThat:
    def test_do_nothing(self, task):
        handler, pipes = run(task, lambda pipes, worker: None)
        assert (others(handler), len(handler.closed)) == (NUMBER, NUMBER)

    def test_abort_themselves(self, task):
        handler, _ = run(task, lambda pipes, worker: worker.abort())
        # What one read gave is handed out; nothing else is lost.
        assert (others(handler), len(handler.closed)) == (NUMBER, NUMBER)

    def test_abort_all_others(self, task):
        def do(pipes, worker):
            for other in pipes.workers:
                if other is not worker:
                    other.abort()

        handler, _ = run(task, do)
        assert (others(handler), len(handler.closed)) == (1, NUMBER)
        assert sum(map(len, handler.seen.values())) == 2

    def test_abort_all_and_start_others_on_the_same_descriptors(self, task):
        """What was ready before is not what has its number now."""
        late = Does()
        more = []

        def do(pipes, worker):
            numbers = {other.clients[0].streams["stdout"].fd for other in pipes.workers}
            for other in pipes.workers:
                other.abort()
            more.append(Pipes(task, late, data=b"late\n"))
            again = {other.clients[0].streams["stdout"].fd for other in more[0].workers}
            assert numbers & again
            more[0].close()

        handler, _ = run(task, do)
        assert sum(map(len, handler.seen.values())) == 2
        assert [late.seen[key] for key in range(NUMBER)] == [[b"late"]] * NUMBER

    def test_unregister_streams(self, task):
        def do(pipes, worker):
            for other in pipes.workers:
                client = other.clients[0]
                task._engine.remove_stream(client, client.streams["stdout"])

        handler, _ = run(task, do)
        assert (others(handler), len(handler.closed)) == (1, NUMBER)

    def test_raise(self, task):
        def do(pipes, worker):
            raise LookupError("by the handler")

        handler = Does(lambda worker: do(None, worker))
        pipes = Pipes(task, handler)
        with pytest.raises(LookupError, match="by the handler"):
            task.resume(30)
        pipes.close()
        assert sum(map(len, handler.seen.values())) == 1
        assert task.run("echo after", nodes="n1").read("n1") == b"after"

    def test_say_that_the_stream_has_ended(self, task):
        """As a client's own hook may."""

        def do(pipes, worker):
            raise EngineClientEOF

        handler, _ = run(task, do)
        assert (others(handler), len(handler.closed)) == (NUMBER - 1, NUMBER)

    def test_fork(self, task):
        def do(pipes, worker):
            pid = os.fork()
            if not pid:
                os._exit(0)
            os.waitpid(pid, 0)

        handler, _ = run(task, do)
        assert others(handler) == NUMBER

    def test_start_commands(self, task):
        def do(pipes, worker):
            task.shell("echo more", nodes="n[1-3]", handler=handler2)

        handler2 = Does()
        handler, _ = run(task, do)
        assert others(handler) == NUMBER
        assert dict(handler2.seen) == {f"n{n}": [b"more"] for n in (1, 2, 3)}

    def test_drop_the_last_reference(self, task):
        def do(pipes, worker):
            for other in pipes.workers:
                other.abort()
                other.eh = None
            pipes.workers.clear()

        handler, _ = run(task, do)
        assert sum(map(len, handler.seen.values())) == 1

    def test_change_the_poller(self, task, monkeypatch):
        """From then on the engine waits by the hook that it has been given."""
        waits = []

        def do(pipes, worker):
            engine = task._engine
            wait = type(engine)._wait

            def hook(delay):
                waits.append(delay)
                return wait(engine, delay)

            monkeypatch.setattr(engine, "_wait", hook, raising=False)

        handler, _ = run(task, do)
        assert others(handler) == NUMBER
        assert waits

    def test_write(self, task):
        task.set_default("stdout_msgtree", False)
        seen = []

        class Echo(EventHandler):
            def ev_read(self, worker, node, sname, msg):
                seen.append((node, msg))
                if len(seen) < 200:
                    worker.write(b"%d\n" % len(seen))
                else:
                    worker.set_write_eof()

            def ev_written(self, worker, node, sname, size):
                assert (sname, size > 0) == ("stdin", True)

        worker = task.shell("cat", handler=Echo(), key="k")
        worker.write(b"0\n")
        task.resume(30)
        assert seen == [("k", b"%d" % number) for number in range(200)]


class TestHandlerThatIsSet:
    """In the middle of a read: it gets the lines that are left, as with the released package."""

    @pytest.mark.parametrize("where", [{"nodes": "n1"}, {"key": "n1"}])
    @pytest.mark.parametrize("stderr", [False, True])
    @pytest.mark.parametrize("second", [None, Does()])
    def test_gets_the_rest(self, task, where, stderr, second):
        if second is not None:
            second.seen.clear()
        first = Does(lambda worker: setattr(worker, "eh", second))
        command = "printf 'a\\nb\\nc\\n'" + (" >&2" if stderr else "")
        task.run(command, handler=first, stderr=stderr, **where)
        assert dict(first.seen) == {"n1": [b"a"]}
        assert second is None or dict(second.seen) == {"n1": [b"b", b"c"]}
        buffer = task.key_error("n1") if stderr else task.key_buffer("n1")
        assert buffer == b"a\nb\nc"


def hook_of(calls, name, function):
    def hook(self, *args):
        calls.append(name)
        return function(self, *args)

    return hook


CLIENT_HOOKS = [
    (owner, name)
    for owner in (ExecClient, StreamClient)
    for name in ("_on_ready", "_handle_read", "_read")
] + [(ExecClient, "_on_nodeset_msgline")]
WORKER_HOOKS = [(DistantWorker, "_on_node_msgline"), (StreamWorker, "_on_msgline")]


class TestHooks:
    """Whoever changes a hook gets it called, however it is changed."""

    def lines(self, task, owner, **kwargs):
        distant = owner in (ExecClient, DistantWorker)
        handler = Does()
        where = {"nodes": "n1"} if distant else {"key": "n1"}
        worker = task.shell("read x; echo a; echo b", handler=handler, **where, **kwargs)
        return worker, handler

    @pytest.mark.parametrize(("owner", "name"), CLIENT_HOOKS + WORKER_HOOKS)
    def test_patched_on_the_class(self, task, monkeypatch, owner, name):
        calls = []
        monkeypatch.setattr(owner, name, hook_of(calls, name, getattr(owner, name)))
        worker, handler = self.lines(task, owner)
        worker.write(b"\n")
        task.resume(30)
        assert name in calls
        assert dict(handler.seen) == {"n1": [b"a", b"b"]}

    @pytest.mark.parametrize(("owner", "name"), CLIENT_HOOKS)
    def test_patched_while_it_runs(self, task, monkeypatch, owner, name):
        calls = []
        worker, handler = self.lines(task, owner)

        class Patch(EventHandler):
            def ev_timer(self, timer):
                monkeypatch.setattr(owner, name, hook_of(calls, name, getattr(owner, name)))
                worker.write(b"\n")

        task.timer(0.05, Patch())
        task.resume(30)
        assert name in calls
        assert dict(handler.seen) == {"n1": [b"a", b"b"]}

    @pytest.mark.parametrize(("owner", "name"), [h for h in CLIENT_HOOKS if "nodeset" not in h[1]])
    def test_set_on_the_client(self, task, owner, name):
        calls = []
        worker, handler = self.lines(task, owner)
        client = worker._engine_clients()[0]
        method = getattr(client, name)
        setattr(client, name, lambda *args: (calls.append(name), method(*args))[1])
        worker.write(b"\n")
        task.resume(30)
        assert name in calls
        assert dict(handler.seen) == {"n1": [b"a", b"b"]}

    def test_overridden_in_an_heir(self, task):
        calls = []

        class Client(ExecClient):
            def _handle_read(self, sname):
                calls.append(sname)
                ExecClient._handle_read(self, sname)

        class Worker(ExecWorker):
            SHELL_CLASS = Client

        handler = Does()
        task.schedule(Worker("n[1-3]", handler, 10, command="echo %h"))
        task.resume(30)
        assert set(calls) == {"stdout"}
        assert dict(handler.seen) == {f"n{n}": [b"n%d" % n] for n in (1, 2, 3)}

    def test_stream_of_an_heir(self, task):
        calls = []

        class Stream(EngineClientStream):
            def complete(self, data):
                calls.append(data)
                return EngineClientStream.complete(self, data)

        ours, theirs = os.pipe()
        handler = Does()
        worker = StreamWorker(handler, key="k")
        worker.set_reader("stdout", ours)
        client = worker.clients[0]
        client.streams.pop("stdout")
        dict.__setitem__(client.streams, "stdout", Stream("stdout", ours, 1))
        os.write(theirs, b"a\n")
        os.close(theirs)
        task.schedule(worker)
        task.resume(30)
        assert (calls, dict(handler.seen)) == ([b"a\n"], {"k": [b"a"]})


class TestWorkersThat:
    """What an event is about is told to a worker as Python sets attributes."""

    def seen(self, task, kind):
        worker = kind("n1", handler=Does(), timeout=10, command="read x; echo a")
        task.schedule(worker)
        worker.write(b"\n")
        task.resume(30)
        return kind.seen

    def test_have_a_property_of_that_name(self, task):
        class Worker(ExecWorker):
            seen = ()

            @property
            def current_msg(self):
                return None

            @current_msg.setter
            def current_msg(self, msg):
                Worker.seen += (msg,)

        assert b"a" in self.seen(task, Worker)

    def test_set_attributes_in_a_way_of_their_own(self, task):
        class Worker(ExecWorker):
            seen = ()

            def __setattr__(self, name, value):
                if name in ("current_sname", "current_msg"):
                    Worker.seen += (value,)
                ExecWorker.__setattr__(self, name, value)

        assert self.seen(task, Worker)[-3:] == ("stdin", "stdout", b"a")

    def test_get_attributes_in_a_way_of_their_own(self, task):
        class Worker(ExecWorker):
            seen = ()

            def __getattribute__(self, name):
                if name == "_outlet":
                    Worker.seen += (name,)
                return ExecWorker.__getattribute__(self, name)

        assert self.seen(task, Worker)

    def test_are_given_a_property_while_they_run(self, task, monkeypatch):
        seen = []

        def do(pipes, worker):
            wrong = property(lambda self: None, lambda self, msg: seen.append(msg))
            monkeypatch.setattr(StreamWorker, "current_msg", wrong, raising=False)

        handler, _ = run(task, do)
        assert others(handler) == NUMBER
        assert seen

    def test_have_no_such_attribute_any_more(self, task):
        kept = []

        def do(pipes, worker):
            vars(worker).pop("current_msg")
            kept.append(worker)

        run(task, do)
        assert kept[0].current_msg == b"b"


class Chat(EventHandler):
    """Answers lines of ``cat`` until *last* of them have come."""

    def __init__(self, last):
        self.left = last

    def ev_read(self, worker, node, sname, msg):
        self.left -= 1
        if self.left:
            worker.write(msg + b"\n")
        else:
            worker.set_write_eof()


class TestTurns:
    """With timers, and where the run is to end, the loop takes its turns as without."""

    def chat(self, task, last):
        worker = task.shell("exec cat", handler=Chat(last), key="n1")
        worker.write(b"a\n")
        return worker

    @pytest.mark.parametrize("timer", [False, True])
    def test_are_taken_by_the_kernel(self, task, monkeypatch, timer):
        turns = []

        def clock():
            turns.append(1)
            return time.monotonic()

        monkeypatch.setattr("ClusterShell.Engine.Engine.monotonic", clock)
        monkeypatch.setattr("ClusterShell._engine.timers.monotonic", clock)
        if timer:
            task.timer(1000, Chat(0), autoclose=True)
        self.chat(task, 200)
        task.resume(None if timer else 30)
        if _accel.COMPILED and task._engine.identifier == "epoll":
            assert len(turns) < 20
        else:
            assert len(turns) > 200

    def test_end_when_the_run_does(self, task):
        worker = self.chat(task, -1)
        with pytest.raises(Timeout):
            task.resume(0.2)
        assert worker.did_timeout()

    def test_are_left_for_timers(self, task):
        worker = self.chat(task, -1)
        fired = []

        class Ticks(EventHandler):
            def ev_timer(self, timer):
                fired.append(worker.eh.left)
                if len(fired) == 3:
                    timer.invalidate()
                    worker.abort()

        task.timer(0.01, Ticks(), interval=0.01)
        task.resume(30)
        assert len(fired) == 3
        assert fired == sorted(fired, reverse=True)

    def test_are_left_for_a_hook_that_is_set_on_the_engine(self, task, monkeypatch):
        waits = []
        worker = self.chat(task, 20)
        answer = worker.eh.ev_read

        def ev_read(*args):
            engine = task._engine
            if not waits:
                wait = type(engine)._wait
                hook = lambda delay: (waits.append(delay), wait(engine, delay))[1]  # noqa: E731
                monkeypatch.setattr(engine, "_wait", hook, raising=False)
            answer(*args)

        worker.eh.ev_read = ev_read
        task.resume(30)
        assert len(waits) >= 19


class TestStreams:
    def test_end_with_data(self, task):
        """What comes with the end of a stream, whole line or not, comes first."""
        for data, lines in ((b"a\nrest", [b"a", b"rest"]), (b"", []), (b"\n", [b""])):
            handler = Does()
            pipes = Pipes(task, handler, number=1, data=data)
            pipes.close()
            task.resume(30)
            assert (handler.seen[0], len(handler.closed)) == (lines, 1)

    def test_long_lines(self, task):
        handler = Does()
        command = "head -c 1048576 /dev/zero | tr '\\0' x; echo; echo end"
        task.shell(command, nodes="n[1-3]", handler=handler)
        task.resume(60)
        line = b"x" * (1 << 20)
        assert all(handler.seen[f"n{n}"] == [line, b"end"] for n in (1, 2, 3))
        assert task.node_buffer("n2") == line + b"\nend"

    def test_many(self, task):
        """Hundreds of descriptors ready at once, more than one wait takes."""
        number = 200 if task._engine.fd_limit else 700
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4000)), hard))
        try:
            task.set_info("fanout", number)
            handler = Does()
            pipes = Pipes(task, handler, number=number)
            pipes.close()
            task.resume(60)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert (others(handler, number), len(handler.closed)) == (number, number)

    def test_what_is_no_stream_of_ours_is_read_by_its_hook(self, task):
        class Client(EngineClient):
            def _start(self):
                return self

            def _handle_read(self, sname):
                read.append(self._read(sname))

            def _close(self, abort, timeout):
                self.streams.clear()

        read = []
        ours, theirs = os.pipe()
        client = Client(None, "k", False, None, False)
        client.streams.set_reader("in", ours)
        task._engine.add(client)
        os.write(theirs, b"raw")
        os.close(theirs)
        task.resume(30)
        assert read == [b"raw"]


class TestInterrupts:
    def test_wait_goes_on(self, task):
        """A signal whose handler returns shortens nothing and ends nothing."""
        caught = []
        before = signal.signal(signal.SIGUSR1, lambda *_: caught.append(1))
        stop = threading.Event()

        def send():
            while not stop.is_set():
                os.kill(os.getpid(), signal.SIGUSR1)
                time.sleep(0.005)

        thread = threading.Thread(target=send)
        thread.start()
        try:
            handler = Does()
            task.run("sleep 0.2; echo a", nodes="n1", handler=handler)
        finally:
            stop.set()
            thread.join()
            signal.signal(signal.SIGUSR1, before)
        assert caught
        assert dict(handler.seen) == {"n1": [b"a"]}

    @contextlib.contextmanager
    def raised(self, *args):
        """The handler of a signal, while the loop waits, raises InterruptedError(*args)."""
        started = threading.Event()

        class Starts(EventHandler):
            def ev_pickup(self, worker, node):
                started.set()

        def fail(*_):
            raise InterruptedError(*args)

        def send():
            started.wait(60)
            time.sleep(0.1)
            os.kill(os.getpid(), signal.SIGALRM)

        before = signal.signal(signal.SIGALRM, fail)
        thread = threading.Thread(target=send)
        thread.start()
        try:
            yield Starts()
        finally:
            started.set()
            thread.join()
            signal.signal(signal.SIGALRM, before)

    def test_handler_of_a_signal_that_raises(self, task):
        told = pytest.raises(InterruptedError, match="by the handler")
        with self.raised("by the handler") as handler, told:
            task.run("exec sleep 60", nodes="n1", handler=handler)

    def test_what_says_that_a_wait_was_interrupted(self, task):
        """As in the released package: it is waited again."""
        with self.raised(errno.EINTR, "by the handler") as handler:
            task.run("sleep 0.4; echo a", nodes="n1", handler=handler)
        assert [(bytes(buf), nodes) for buf, nodes in task.iter_buffers()] == [(b"a", ["n1"])]


@pytest.mark.linux
@pytest.mark.skipif(not _accel.COMPILED, reason="the interpreted life is under test")
class TestCounts:
    """Python calls for each event of the loop: one wait, one line."""

    #: Of the engine, by poller: epoll waits and dispatches in one.
    OWN = {
        "epoll": {"_turn": 1},
        "poll": {"_turn": 1, "_wait": 1, "_dispatch": 1},
        "select": {"_turn": 1, "_wait": 1, "_dispatch": 1},
    }

    def per_event(self, task, handler):
        pipes, found = Pipes(task, handler, number=1), {}

        def turns():
            for _ in range(100):
                os.write(pipes.ends[0], b"x\n")
                task._engine._turn(0)

        class Count(EventHandler):
            def ev_timer(self, timer):
                found.update(calls(turns))
                pipes.close()

        task.timer(0.05, Count())
        task.resume(30)
        assert found.pop("turns") == 1
        # Now and then the collector calls a finaliser.
        return {name: number / 100 for name, number in found.items() if number >= 50}

    def test_without_a_handler(self, task):
        assert self.per_event(task, None) == self.OWN[task._engine.identifier]
        assert task.key_buffer(0) == b"\n".join([b"a", b"b", *[b"x"] * 100])

    def test_with_one(self, task):
        class Reader(EventHandler):
            def ev_read(self, worker, node, sname, msg):
                pass

        own = self.OWN[task._engine.identifier]
        assert self.per_event(task, Reader()) == {**own, "ev_read": 1}
