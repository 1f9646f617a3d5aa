"""The kernel that turns bytes into lines, in both lives."""

import random
import tracemalloc
from types import SimpleNamespace

import pytest

from ClusterShell.Worker.EngineClient import EngineClientStream


class TestSplitLines:
    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            (b"", []),
            (b"a\nb\n", [b"a", b"b"]),
            (b"\n\n", [b"", b""]),
            (b"a\r\nb\r\r\nc\rd\n", [b"a", b"b\r", b"c\rd"]),
            (b"\r\n", [b""]),
            (b"a\x00b\n\xff\n", [b"a\x00b", b"\xff"]),
        ],
    )
    def test_lines(self, kernel, text, lines):
        assert kernel("streams").split_lines(text) == lines


class TestComplete:
    """Whole lines out of reads that end anywhere."""

    def test_any_division_into_reads(self):
        chance = random.Random(7)
        for _ in range(300):
            data = bytes(chance.choices(b"ab\r\n\n", k=chance.randrange(60)))
            stream, found, at = EngineClientStream("out"), b"", 0
            while at < len(data):
                size = chance.randrange(1, 9)
                text = stream.complete(data[at : at + size])
                assert text is None or text.endswith(b"\n")
                found += text or b""
                at += size
            stop = data.rfind(b"\n") + 1
            assert (found, stream.rbuf) == (data[:stop], data[stop:])

    def test_a_line_without_end_is_joined_once(self):
        """The work for a line of many reads grows with its length, not with its square."""
        stream, piece = EngineClientStream("out"), b"x" * 65536
        tracemalloc.start()
        try:
            for _ in range(200):
                assert stream.complete(piece) is None
            assert tracemalloc.get_traced_memory()[1] < 100_000  # nothing was copied
        finally:
            tracemalloc.stop()
        assert stream.complete(b"\n") == piece * 200 + b"\n"


class Results:
    """A ledger that keeps lines of standard output, in a tree as far as an outlet sees it."""

    info = None

    def __init__(self, **settings):
        self.kept = []
        self.settings = settings or None
        self.trees = {"stdout": self}

    def tree_or_none(self, sname):
        return self if sname == "stdout" else None

    def add(self, source, line):
        self.kept.append((source[1], line))

    def add_text(self, source, text):
        self.kept.append((source[1], text))


class Sink:
    """What an outlet needs of a worker."""

    def __init__(self):
        self.task = SimpleNamespace(info=lambda name: None)
        self.current_node = "before"
        self.others = []
        self._outlet = None


class Reader:
    def __init__(self, then=lambda worker: None):
        self.seen = []
        self.then = then

    def ev_read(self, worker, node, sname, line):
        self.seen.append((node, sname, line, worker.current_msg, worker.current_node))
        self.then(worker)


class TestOutlet:
    def outlet(self, kernel, worker, handler, results, sets_node=True):
        class Emitter(kernel("streams").Outlet):
            def resolve(self, ev_read):
                return False, (True, True)

            def line(self, key, sname, line):
                self.worker.others.append((key, sname, line))

        worker._outlet = Emitter(worker, handler, results, sets_node)
        return worker._outlet

    @pytest.mark.parametrize("settings", [{}, {"stdout_msgtree": True}])
    def test_records_then_calls(self, kernel, settings):
        worker, handler, results = Sink(), Reader(), Results(**settings)
        stream = kernel("streams").StreamBuffers()
        outlet = self.outlet(kernel, worker, handler, results)
        outlet.read("key", "stdout", stream, b"a\n")
        outlet.read("key", "stdout", stream, b"\r\nrest")
        assert results.kept == [("key", b"a"), ("key", b"")]
        assert handler.seen == [
            ("key", "stdout", b"a", b"a", "key"),
            ("key", "stdout", b"", b"", "key"),
        ]
        assert (worker.current_sname, stream.rbuf) == ("stdout", b"rest")

    def test_without_record(self, kernel):
        worker, handler, results = Sink(), Reader(), Results(stdout_msgtree=False)
        self.outlet(kernel, worker, handler, results, False).lines("key", "stdout", b"a\n")
        assert (handler.seen, results.kept) == ([("key", "stdout", b"a", b"a", "before")], [])

    def test_nobody_listens(self, kernel):
        worker, results = Sink(), Results()
        self.outlet(kernel, worker, None, results).lines("key", "stdout", b"a\r\nb\n")
        assert results.kept == [("key", b"a\r\nb\n")]
        assert (worker.current_msg, worker.current_node) == (b"b", "key")

    def test_errors_are_handed_out_one_by_one(self, kernel):
        worker = Sink()
        self.outlet(kernel, worker, Reader(), Results()).lines("key", "stderr", b"a\nb\n")
        assert worker.others == [("key", "stderr", b"a"), ("key", "stderr", b"b")]

    def test_outlet_that_is_replaced(self, kernel):
        """Who takes its place in the middle of a read gets the rest."""
        worker, results = Sink(), Results()
        handler = Reader(lambda worker: self.outlet(kernel, worker, None, results))
        self.outlet(kernel, worker, handler, results).lines("key", "stdout", b"a\nb\nc\n")
        assert [line for _, _, line, *_ in handler.seen] == [b"a"]
        assert worker.others == [("key", "stdout", b"b"), ("key", "stdout", b"c")]

    def test_exception_of_the_handler_leaves(self, kernel):
        def fail(_):
            raise LookupError

        with pytest.raises(LookupError):
            self.outlet(kernel, Sink(), Reader(fail), Results()).lines("k", "stdout", b"a\n")
