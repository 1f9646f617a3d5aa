"""The emitter of a worker: what a handler is told of, and what is recorded."""

import pytest

from ClusterShell._task.ledger import Ledger
from ClusterShell._work.emit import Emitter, argument_count, listens
from ClusterShell._work.process import Process
from ClusterShell.Event import EventHandler
from tests.fixtures.task import Trace


class Texts(EventHandler):
    """Takes whole lines of a read at once, and every read as it is."""

    def __init__(self):
        self.texts = []
        self.reads = []

    def _ev_text(self, worker, node, sname, text):
        self.texts.append(text)

    def _ev_data(self, worker, node, sname, data):
        self.reads.append(data)


class TestWholeReads:
    def test_text_and_data(self, task):
        handler = Texts()
        task.run("printf 'a\\r\\nb\\npart'", nodes="n1", handler=handler)
        assert b"".join(handler.reads) == b"a\r\nb\npart"
        assert b"\n".join(handler.texts) == b"a\nb\npart"
        assert task.node_buffer("n1") == b"a\nb\npart"

    @pytest.mark.parametrize("where", [{"nodes": "n1"}, {"key": "n1"}])
    def test_not_recorded(self, task, where):
        """A handler may say that what it takes is not to be kept."""
        handler = Texts()
        handler._ev_records = False
        task.run("printf 'a\\nb\\npart'", handler=handler, **where)
        assert b"\n".join(handler.texts) == b"a\nb\npart"
        assert list(task.iter_buffers()) == []

    def test_lines_from_elsewhere(self, task):
        handler = Texts()
        worker = task.shell("true", nodes="n1", handler=handler)
        worker._emitter().whole("n1", "stdout", b"a\nb\n")
        assert (handler.reads, handler.texts) == ([b"a\nb\n"], [b"a\nb"])
        assert worker.current_msg == b"b"
        assert worker.read("n1") == b"a\nb"


class TestHandlerThatIsSet:
    def test_is_told_from_then_on(self, task):
        """An emitter belongs to the handler that it was made for."""
        second = Trace()
        first = Trace(read=lambda worker, *_: setattr(worker, "eh", second))
        worker = task.shell("echo a; read x; echo b", nodes="n1", handler=first)
        emitter = worker._emitter()
        task.timer(0.2, Trace(timer=lambda _: worker.write(b"\n")))
        task.resume(30)
        assert [first.names()[-1], second.names()] == ["read", ["written", "read", "hup", "close"]]
        assert worker._emitter() is not emitter
        assert worker.eh is second

    def test_method_that_is_replaced(self, task):
        """Also a method put into the handler while it is at work is called."""
        handler = EventHandler()
        seen = []
        worker = task.shell("echo a; read x; echo b", nodes="n1", handler=handler)

        def replace(_):
            handler.ev_read = lambda worker, node, sname, msg: seen.append(msg)
            worker.write(b"\n")

        task.timer(0.2, Trace(timer=replace))
        task.resume(30)
        assert seen == [b"b"]
        assert task.node_buffer("n1") == b"a\nb"

    def test_nobody_listens(self):
        emitter = Emitter("worker", None, None, True)
        assert emitter.worker == "worker"
        assert not listens(EventHandler(), "stdout")
        assert argument_count(EventHandler().ev_read) == 5


class TestLedger:
    def test_by_worker_and_key(self):
        ledger = Ledger(lambda sname: sname == "stdout", KeyError)
        ledger.add("w", "n1", "stdout", b"a")
        ledger.add("v", "n1", "stdout", b"b")
        ledger.add("w", "n1", "stderr", b"c")
        assert ledger.message("w", "n1", "stdout") == b"a"
        assert ledger.tree_or_none("stderr") is None
        with pytest.raises(KeyError, match="stderr"):
            ledger.tree("stderr")
        ledger.set_code("w", "n1", 3)
        ledger.set_code("v", "n1", None)
        ledger.set_timeout("v", "n2")
        assert (ledger.codes["w"], ledger.max_code) == ({"n1": 3}, 3)
        assert ledger.codes_of_key("n1") == [3, None]
        assert ledger.keys_by_code() == {3: ["n1"], None: ["n1"]}
        assert ledger.keys_of_worker("w") == {3: ["n1"]}
        assert ledger.keys_of_worker("w", ["n2"]) == ledger.keys_of_worker("x") == {}
        assert (list(ledger.timeouts), ledger.late) == ([("v", "n2")], {"v": {"n2": None}})
        ledger.flush("stdout", "w")
        assert ledger.message("w", "n1", "stdout") is None
        assert ledger.message("v", "n1", "stdout") == b"b"
        ledger.reset()
        assert (ledger.codes, ledger.timeouts, ledger.max_code) == ({}, {}, None)


def test_process_that_was_not_started():
    process = Process()
    assert (process.pid, process.poll(), process.wait()) == (None, None, None)
    process.kill()
    process.discard()
