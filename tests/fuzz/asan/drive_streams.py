"""Random reads through the compiled kernel, against lines split by hand."""

import random
import sys

from ClusterShell._compiled import msgtree, streams
from tests.fuzz.asan.rounds import rounds

PIECES = [b"a", b"", b"\r", b"\n", b"\r\n", b"\0", b"\xff", b"x" * 300, b"y" * 9000, b"\n\n"]


class Worker:
    """What the kernel needs of a worker."""


class Refusal(Exception):
    """Raised by a handler that has had enough."""


def split(text):
    """Return the lines of *text*, by the rule in the kernel's contract."""
    return [line[:-1] if line.endswith(b"\r") else line for line in text.split(b"\n")[:-1]]


def deliver(rng, lines):
    """Hand *lines* to a handler that may raise, forget them, or change the worker."""
    worker, seen = Worker(), []
    last = rng.choice([None, rng.randrange(len(lines) + 1)])
    tree = msgtree.LineTree()
    tree._reset()
    held = list(lines)

    def ev_read(source, key, sname, line):
        assert source.current_msg is line and source.current_sname == sname
        if len(seen) == last:
            raise Refusal
        seen.append(line)
        if rng.random() < 0.1:
            source.current_msg = None
        if rng.random() < 0.02:
            held.clear()  # the caller's list is not ours to rely on

    add = rng.choice([None, tree.add])
    try:
        streams.emit_lines(worker, held, "key", rng.choice([None, "n1"]), "out", ev_read, add)
    except Refusal:
        assert len(seen) == last
    assert seen == lines[: len(seen)]


def session(seed):
    rng = random.Random(seed)
    text = b"".join(rng.choices(PIECES, k=rng.randrange(80)))
    text = text[: text.rfind(b"\n") + 1]
    lines = streams.split_lines(text)
    assert lines == split(text)
    deliver(rng, lines)


def refused_arguments():
    """Wrong types are refused, not read as something else."""
    for call in (
        lambda: streams.split_lines(None),
        lambda: streams.split_lines("a\n"),
        lambda: streams.emit_lines(Worker(), "ab", "k", None, "s", print, None),
        lambda: streams.emit_lines(None, [b"a"], "k", None, "s", print, None),
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
