"""Writing to commands from handlers: hooks that are changed, who is told, what it costs."""

import logging

import pytest

from ClusterShell import _accel
from ClusterShell.Event import EventHandler
from ClusterShell.Worker.EngineClient import EngineClient, EngineClientStream
from ClusterShell.Worker.Exec import ExecClient, ExecWorker
from ClusterShell.Worker.Worker import Worker
from tests.fixtures.counting import calls

pytestmark = pytest.mark.usefixtures("nothing_is_left")

#: A worker by names of nodes, and one by a key.
KINDS = [{"nodes": "n1"}, {"key": "n1"}]


class Echo(EventHandler):
    """Writes each line back, *number* times, and ends then."""

    def __init__(self, number=3):
        self.number = number
        self.seen = []

    def ev_read(self, worker, node, sname, msg):
        self.seen.append((node, msg))
        if len(self.seen) < self.number:
            worker.write(msg + b"\n")
        else:
            worker.set_write_eof()


def echo(task, where, handler):
    """Run a command that *handler* answers; return it, and the worker."""
    worker = task.shell("exec cat", handler=handler, **where)
    worker.write(b"a\n")
    return worker


def noting(noted, name, function):
    def hook(self, *args):
        noted.append(name)
        return function(self, *args)

    return hook


HOOKS = [
    *[(EngineClient, name) for name in ("_write", "_handle_write", "_after_write")],
    (Worker, "_on_written"),
]


class TestHooks:
    @pytest.mark.parametrize("where", KINDS)
    @pytest.mark.parametrize(("owner", "name"), HOOKS)
    def test_patched_while_it_runs(self, task, monkeypatch, where, owner, name):
        noted = []

        class Patching(Echo):
            def ev_read(self, worker, node, sname, msg):
                if len(self.seen) == 1:
                    monkeypatch.setattr(owner, name, noting(noted, name, getattr(owner, name)))
                Echo.ev_read(self, worker, node, sname, msg)

        handler = Patching(5)
        echo(task, where, handler)
        task.resume(30)
        # The last thing that is done is the end of the input.
        assert noted.count(name) >= 3
        assert handler.seen == [("n1", b"a")] * 5

    @pytest.mark.parametrize("name", [name for owner, name in HOOKS if owner is EngineClient])
    def test_set_on_the_client(self, task, name):
        noted = []
        handler = Echo()
        worker = echo(task, KINDS[0], handler)
        client = worker._engine_clients()[0]
        method = getattr(client, name)
        setattr(client, name, lambda *args: (noted.append(name), method(*args))[1])
        task.resume(30)
        assert noted.count(name) >= 2
        assert handler.seen == [("n1", b"a")] * 3

    def test_overridden_in_an_heir(self, task):
        noted = []

        class Client(ExecClient):
            def _write(self, sname, buf):
                noted.append((sname, buf))
                ExecClient._write(self, sname, buf)

        class Worker(ExecWorker):
            SHELL_CLASS = Client

        handler = Echo(2)
        worker = Worker("n1", handler, 10, command="exec cat")
        task.schedule(worker)
        worker.write(b"a\n")
        task.resume(30)
        assert noted == [("stdin", b"a\n")] * 2
        assert handler.seen == [("n1", b"a")] * 2

    @pytest.mark.parametrize("name", ["queue", "write_some"])
    def test_of_the_stream(self, task, monkeypatch, name):
        noted = []
        method = getattr(EngineClientStream, name)
        monkeypatch.setattr(EngineClientStream, name, noting(noted, name, method), raising=False)
        handler = Echo()
        echo(task, KINDS[0], handler)
        task.resume(30)
        assert len(noted) == 3
        assert handler.seen == [("n1", b"a")] * 3


class Told(Echo):
    def __init__(self):
        Echo.__init__(self)
        self.told = []

    def ev_written(self, worker, node, sname, size):
        assert (worker.current_node, worker.current_sname) == (node, sname)
        self.told.append((node, sname, size))


class ByAttribute(Echo):
    def __init__(self):
        Echo.__init__(self)
        self.told = []
        self.ev_written = lambda worker, *args: self.told.append(args)


class ByAnyName(Echo):
    def __init__(self):
        Echo.__init__(self)
        self.told = []

    def __getattribute__(self, name):
        if name == "ev_written":
            return lambda worker, *args: self.told.append(args)
        return Echo.__getattribute__(self, name)


@pytest.mark.parametrize("kind", [Told, ByAttribute, ByAnyName])
@pytest.mark.parametrize("nodes", ["n1", "n[1-3]"])
def test_who_listens_is_told(task, kind, nodes):
    handler = kind()
    handler.number = 1
    worker = ExecWorker(nodes, handler=handler, command="exec cat")
    task.schedule(worker)
    worker.write(b"abc\n")
    task.resume(30)
    assert sorted(handler.told) == [(node, "stdin", 4) for node in worker.nodes]


def test_a_handler_of_another_kind_that_cannot_be_told(task):
    class Handler:
        ev_start = ev_pickup = ev_hup = ev_close = staticmethod(lambda *args: None)

        def ev_read(self, worker, node, sname, msg):
            worker.write(b"more\n")

    task.shell("echo a; exec cat >/dev/null", nodes="n1", handler=Handler())
    with pytest.raises(AttributeError, match="ev_written"):
        task.resume(30)


def test_nobody_reads_it(task, caplog):
    """The pipe is broken: the same is said as where the poller finds out."""

    class Late(Echo):
        def ev_read(self, worker, node, sname, msg):
            self.seen.append(msg)
            worker.write(b"x")

    handler = Late()
    with caplog.at_level(logging.WARNING):
        task.run("exec <&-; echo a; sleep 0.1; echo b", nodes="n1", handler=handler)
    assert handler.seen == [b"a", b"b"]
    assert "Broken pipe" in caplog.text
    assert task.max_retcode() == 0


def test_more_than_a_pipe_takes(task):
    class Counts(EventHandler):
        size = 0

        def ev_read(self, worker, node, sname, msg):
            if msg == b"go":
                worker.write(b"x" * 300_000 + b"\n")
                worker.write(b"y" * 300_000 + b"\n")
                worker.set_write_eof()
            else:
                self.size += len(msg)

    handler = Counts()
    task.run("echo go; sleep 0.05; exec cat", nodes="n[1-2]", handler=handler)
    # Each of the two has written to both.
    assert handler.size in (1_200_000, 2_400_000)


def test_a_fanout_that_a_handler_changes(task):
    """The loop looks at it after each turn, however many it takes at once."""
    task.set_info("fanout", 1)

    class Wider(EventHandler):
        started = 0
        most = 0

        def ev_pickup(self, worker, node):
            self.started += 1
            self.most = max(self.most, self.started)

        def ev_hup(self, worker, node, rc):
            self.started -= 1

        def ev_read(self, worker, node, sname, msg):
            task.set_info("fanout", 3)

    handler = Wider()
    task.run("echo a; sleep 0.2", nodes="n[1-4]", handler=handler)
    assert handler.most == 3


@pytest.mark.linux
@pytest.mark.skipif(not _accel.COMPILED, reason="the interpreted life is under test")
@pytest.mark.parametrize("where", KINDS)
def test_python_calls_for_an_answer(task, where):
    """Those of the handler, what it calls, and of pollers that are not compiled."""
    handler = Echo(500)
    echo(task, where, handler)
    found = calls(task.resume)
    own = {name for name, number in found.items() if number >= 490}
    each = {"ev_read", "write"}
    if task._engine.identifier == "epoll":
        assert own == each
    else:
        assert own == each | {"_turn", "_wait", "_dispatch"}
