"""Random reads through the compiled kernel, against lines split by hand."""

import random
import sys
from typing import ClassVar

from ClusterShell._compiled import attributes, dispatch, msgtree, streams
from tests.fuzz.asan.rounds import rounds

PIECES = [b"a", b"", b"\r", b"\n", b"\r\n", b"\0", b"\xff", b"x" * 300, b"y" * 9000, b"\n\n"]


class Worker:
    """What the kernel needs of a worker."""

    current_node = None
    _outlet = None


class Ledger:
    """What the kernel needs of the results: the tree of lines, if there is one."""

    settings = None
    info: ClassVar[dict] = {}

    def __init__(self, tree):
        self._tree = tree

    def tree_or_none(self, sname):
        return self._tree


class Handler:
    def __init__(self, ev_read):
        self.ev_read = ev_read


class Emitter(streams.Outlet):
    def resolve(self, ev_read):
        return False, (True, True)


class Refusal(Exception):
    """Raised by a handler that has had enough."""


def split(text):
    """Return the lines of *text*, by the rule in the kernel's contract."""
    return [line[:-1] if line.endswith(b"\r") else line for line in text.split(b"\n")[:-1]]


def deliver(rng, text, lines):
    """Hand out *text*, in reads of any size, to a handler that may raise or change the worker."""
    worker, seen = Worker(), []
    last = rng.choice([None, rng.randrange(len(lines) + 1)])
    tree = msgtree.LineTree()
    tree._reset(0)
    stream = streams.StreamBuffers()

    def ev_read(source, key, sname, line):
        assert source.current_msg is line and source.current_sname == sname
        if len(seen) == last:
            raise Refusal
        seen.append(line)
        if rng.random() < 0.1:
            source.current_msg = None
        if rng.random() < 0.02:
            stream.rbuf = stream.rbuf  # taken out and put back

    ledger = Ledger(rng.choice([None, tree]))
    outlet = worker._outlet = Emitter(worker, Handler(ev_read), ledger, rng.random() < 0.5)
    try:
        while text:
            size = rng.choice([1, 7, 300, 10_000])
            outlet.read("key", "out", stream, text[:size])
            text = text[size:]
    except Refusal:
        assert len(seen) == last
    assert seen == lines[: len(seen)]
    assert last is not None or seen == lines


def session(seed):
    rng = random.Random(seed)
    text = b"".join(rng.choices(PIECES, k=rng.randrange(80)))
    text = text[: text.rfind(b"\n") + 1]
    lines = streams.split_lines(text)
    assert lines == split(text)
    deliver(rng, text, lines)


class Fed:
    """A client that can be written to, or seems so."""

    def __init__(self, feed):
        self._feed = feed
        self.streams = {"k": streams.StreamBuffers()}


def refused_arguments():
    """Wrong types are refused, not read as something else."""
    for call in (
        lambda: streams.split_lines(None),
        lambda: streams.split_lines("a\n"),
        lambda: attributes.Hooks("no class", "a"),
        lambda: dispatch.Service(None, None, None, 0, None).applies(1, 2, 3),
        lambda: streams.StreamBuffers().write_some(),
        lambda: dispatch.write_to(None, "k", b""),
        lambda: dispatch.write_to([None], "k", b""),
        lambda: dispatch.write_to([Fed(None)], "k", b"a"),
        lambda: dispatch.write_to([Fed(dispatch.Feed(None, None, None, None))], "k", b"a"),
        lambda: dispatch.Dispatcher().turns(None, None, None, -1, None),
        lambda: dispatch.Dispatcher().turns(None, None, None, -1, attributes.Hooks(int, "real")),
        lambda: Emitter(None, None, None, True).lines("k", "s", b"a\n"),
        lambda: Emitter(Worker(), Handler(print), Ledger(None), True).lines("k", "s", None),
    ):
        try:
            call()
        except (TypeError, AttributeError):
            continue
        raise AssertionError("accepted")


def main():
    seed = int(sys.argv[2])
    done = 0
    refused_arguments()
    for done in rounds(short=15_000):
        session(seed + done)
    print(f"streams: {done + 1} sessions")


if __name__ == "__main__":
    main()
