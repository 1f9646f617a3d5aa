"""The kernel that turns bytes into lines, in both lives."""

import random
import tracemalloc

import pytest

from ClusterShell.Worker.EngineClient import EngineClientStream


class Sink:
    """What the kernel needs of a worker."""


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


class TestEmitLines:
    def test_records_then_calls(self, kernel):
        worker, seen = Sink(), []

        def ev_read(source, key, sname, line):
            seen.append(
                (source is worker, key, sname, line, worker.current_msg, worker.current_node)
            )

        def add(source, line):
            seen.append((source == (worker, "key"), line))

        kernel("streams").emit_lines(worker, [b"a", b""], "key", "node", "out", ev_read, add)
        assert seen == [
            (True, b"a"),
            (True, "key", "out", b"a", b"a", "node"),
            (True, b""),
            (True, "key", "out", b"", b"", "node"),
        ]
        assert worker.current_sname == "out"

    def test_without_record(self, kernel):
        worker, seen = Sink(), []
        kernel("streams").emit_lines(
            worker, [b"a"], "key", None, "out", lambda *args: seen.append(args), None
        )
        assert seen == [(worker, "key", "out", b"a")]

    def test_exception_of_the_handler_leaves(self, kernel):
        def ev_read(*_):
            raise LookupError

        with pytest.raises(LookupError):
            kernel("streams").emit_lines(Sink(), [b"a"], "k", None, "out", ev_read, None)
