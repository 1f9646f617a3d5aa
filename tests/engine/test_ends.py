"""Ends of commands: hooks that are changed get called, and handlers may do anything at an end."""

import pytest

from ClusterShell.Engine.Engine import Engine
from ClusterShell.Event import EventHandler
from ClusterShell.Worker.EngineClient import EngineClientStream, EngineClientStreamDict
from ClusterShell.Worker.Exec import ExecClient, ExecWorker
from ClusterShell.Worker.Worker import DistantWorker

pytestmark = pytest.mark.usefixtures("nothing_is_left")

HOOKS = [
    (Engine, "remove_stream"),
    (Engine, "unregister_stream"),
    (Engine, "remove"),
    (Engine, "_remove"),
    (Engine, "_release"),
    (Engine, "unregister"),
    (Engine, "_update_reg_stats"),
    (Engine, "start_clients"),
    (ExecClient, "_close"),
    (ExecClient, "_close_stream"),
    (ExecClient, "_end_process"),
    (ExecClient, "_exited"),
    (ExecClient, "_flush_read"),
    (ExecClient, "_on_nodeset_close"),
    (ExecClient, "invalidate"),
    (DistantWorker, "_on_node_close"),
    (ExecWorker, "_check_fini"),
    (EngineClientStreamDict, "retained"),
    (EngineClientStream, "close"),
]


class Notes(EventHandler):
    """Notes events, and does something at the first of one name."""

    def __init__(self, name="", do=None):
        self.events = []
        self.name, self.do = name, do

    def note(self, name, worker, *what):
        self.events.append((name, *what))
        if name == self.name and self.do is not None:
            do, self.do = self.do, None
            do(worker)

    def ev_read(self, worker, node, sname, msg):
        self.note("read", worker, node, sname, msg)

    def ev_hup(self, worker, node, rc):
        self.note("hup", worker, node, rc)

    def ev_close(self, worker, timedout):
        self.note("close", worker, timedout)


def run(task, handler=None, command="printf %h; exit 3", nodes="n[1-3]", **options):
    """Run *command* on *nodes*, two at a time; return the worker and the notes of its handler."""
    handler = handler or Notes()
    task.set_info("fanout", 2)
    worker = task.shell(command, nodes=nodes, handler=handler, **options)
    task.resume(30)
    return worker, handler.events


def as_expected(task, events):
    nodes = ["n1", "n2", "n3"]
    assert sorted(events[:-1]) == sorted(
        [("read", node, "stdout", node.encode()) for node in nodes]
        + [("hup", node, 3) for node in nodes]
    )
    assert events[-1] == ("close", False)
    assert {rc: sorted(keys) for rc, keys in task.iter_retcodes()} == {3: nodes}
    engine = task._engine
    assert (engine.evlooprefcnt, engine._clients, engine.timerq.armed_count) == (0, set(), 0)
    assert [n for n in engine._reg_stats.values() if n] == []


@pytest.mark.parametrize("stderr", [False, True])
@pytest.mark.parametrize("timeout", [None, 20])
def test_of_all_commands(task, stderr, timeout):
    as_expected(task, run(task, stderr=stderr, timeout=timeout)[1])


@pytest.mark.parametrize(("owner", "name"), HOOKS)
def test_hook_that_is_patched_on_the_class(task, monkeypatch, owner, name):
    method, called = getattr(owner, name), []

    def hook(self, *args, **kwargs):
        called.append(name)
        return method(self, *args, **kwargs)

    monkeypatch.setattr(owner, name, hook)
    as_expected(task, run(task)[1])
    assert len(called) >= (1 if owner is Engine else 3)


@pytest.mark.parametrize("name", [name for owner, name in HOOKS if owner is Engine])
def test_hook_that_is_set_on_the_engine(task, monkeypatch, name):
    method, called = getattr(task._engine, name), []
    monkeypatch.setattr(
        task._engine, name, lambda *args, **kw: (called.append(name), method(*args, **kw))[1]
    )
    as_expected(task, run(task)[1])
    assert called


@pytest.mark.parametrize("name", [name for owner, name in HOOKS if owner is ExecClient])
def test_hook_of_an_heir(task, name):
    called = []

    def hook(self, *args, **kwargs):
        called.append(self.key)
        return getattr(ExecClient, name)(self, *args, **kwargs)

    class Worker(ExecWorker):
        SHELL_CLASS = type("Client", (ExecClient,), {name: hook})

    handler = Notes()
    task.schedule(Worker("n[1-3]", handler=handler, command="printf %h; exit 3"))
    task.resume(30)
    as_expected(task, handler.events)
    assert set(called) == {"n1", "n2", "n3"}


class TestHandlersThat:
    """What is read without a newline is handed out when the stream ends, in the middle of it."""

    @pytest.mark.parametrize("name", ["read", "hup"])
    def test_abort(self, task, name):
        handler = Notes(name, lambda worker: worker.abort())
        _, events = run(task, handler, nodes="n1")
        assert events[-1] == ("close", False)
        assert [event[0] for event in events].count("hup") == 1 or name == "read"

    @pytest.mark.parametrize("name", ["read", "hup", "close"])
    def test_raise(self, task, name):
        def do(worker):
            raise KeyError(name)

        handler = Notes(name, do)
        with pytest.raises(KeyError, match=name):
            run(task, handler)
        assert (task._engine.evlooprefcnt, task._engine._clients) == (0, set())
        as_expected(task, run(task)[1])

    def test_replace_the_stream(self, task):
        """The new one is closed with the client."""

        def do(worker):
            streams = worker._engine_clients()[0].streams
            streams["stdout"].close()
            streams["stdout"] = EngineClientStream("stdout")

        _, events = run(task, Notes("read", do), nodes="n1")
        assert events == [("read", "n1", "stdout", b"n1"), ("hup", "n1", 3), ("close", False)]

    def test_start_others(self, task):
        others = Notes()

        def do(worker):
            task.shell("printf %h; exit 3", nodes="m1", handler=others)

        run(task, Notes("hup", do))
        assert others.events == [
            ("read", "m1", "stdout", b"m1"),
            ("hup", "m1", 3),
            ("close", False),
        ]


@pytest.mark.parametrize(
    ("command", "codes"),
    [
        ("exec >&- 2>&-; sleep 0.05; exit 4", {4: ["n1"]}),
        ("kill -9 $$", {137: ["n1"]}),
        ("sleep 0.05 & exit 5", {5: ["n1"]}),
        ("/no/such/command 2>&-", {127: ["n1"]}),
    ],
)
def test_commands_that_end_otherwise(task, command, codes):
    """Output is closed before the end, or kept open after it by others; a signal ends it."""
    run(task, command=command, nodes="n1")
    assert {rc: sorted(keys) for rc, keys in task.iter_retcodes()} == codes
