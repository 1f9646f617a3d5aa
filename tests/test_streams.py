"""The kernel that turns bytes into lines, in both lives."""

import random

import pytest


class Sink:
    """What the kernel needs of a worker."""


def lines_of(data):
    """Return the lines of *data* and the rest, by the rule in the kernel's contract."""
    *lines, rest = data.split(b"\n")
    return [line[:-1] if line.endswith(b"\r") else line for line in lines], rest


class TestSplitLines:
    @pytest.fixture
    def split(self, kernel):
        return kernel("streams").split_lines

    @pytest.mark.parametrize(
        ("rest", "data", "expected"),
        [
            (b"", b"a\nb\n", ([b"a", b"b"], b"")),
            (b"", b"a\nb", ([b"a"], b"b")),
            (b"a", b"b\n", ([b"ab"], b"")),
            (b"a", b"b", ([], b"ab")),
            (b"", b"\n\n", ([b"", b""], b"")),
            (b"", b"a\r\nb\r\r\nc\rd\n", ([b"a", b"b\r", b"c\rd"], b"")),
            (b"a\r", b"\nb", ([b"a"], b"b")),
            (b"", b"a\x00b\n\xff\n", ([b"a\x00b", b"\xff"], b"")),
        ],
    )
    def test_lines(self, split, rest, data, expected):
        assert split(rest, data) == expected

    def test_any_division_into_reads(self, split):
        chance = random.Random(7)
        for _ in range(300):
            data = bytes(chance.choices(b"ab\r\n\n", k=chance.randrange(60)))
            lines, rest, at = [], b"", 0
            while at < len(data):
                size = chance.randrange(1, 9)
                more, rest = split(rest, data[at : at + size])
                lines += more
                at += size
            assert (lines, rest) == lines_of(data)


class TestUnfinished:
    @pytest.mark.parametrize(
        ("rest", "data", "expected"),
        [(b"a", b"b", b"ab"), (b"a", b"b\nc", b"c"), (b"a", b"b\n", b""), (b"", b"x", b"x")],
    )
    def test_rest(self, kernel, rest, data, expected):
        assert kernel("streams").unfinished(rest, data) == expected


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
