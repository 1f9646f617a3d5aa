"""Scattered sets of numbers beside ``pyroaring``, whose bitmaps are the state of the art.

``python -m benchmarks.roaring`` compares the algebra of two sets of several sizes, and how they
are built and counted: both in this process, in turns, in processor time.  A figure is the time
of ours divided by that of ``pyroaring``.  Without that package, which is for development only,
nothing is compared, which is said, and the status is 2.
"""

from __future__ import annotations

import argparse
import importlib.util
import operator
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

#: Two sets of so many numbers, drawn from so many.
SIZES = {
    "100,000 of 1,000,000": (100_000, 1_000_000),
    "3,000 of 10,000": (3_000, 10_000),
    "30,000 of 1,000,000": (30_000, 1_000_000),
    "100,000 of 1,000,000,000": (100_000, 1_000_000_000),
}

OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "|": operator.or_,
    "&": operator.and_,
    "-": operator.sub,
    "^": operator.xor,
    "len() of |": lambda a, b: len(a | b),
}

#: Seconds of processor time that a measurement repeats an operation for.
TARGET = 0.01


class Row(NamedTuple):
    """An operation on sets of one size: seconds of ours and of the other."""

    size: str
    operation: str
    ours: float
    other: float

    @property
    def ratio(self) -> float:
        return self.ours / self.other


def missing() -> str | None:
    """Return what to do where there is no ``pyroaring``, None where there is."""
    if importlib.util.find_spec("pyroaring") is None:
        return "SKIPPED: pyroaring is not installed (python -m pip install pyroaring)"
    return None


def once(call: Callable[[], Any], loops: int) -> float:
    started = time.thread_time()
    for _ in range(loops):
        call()
    return (time.thread_time() - started) / loops


def in_turns(ours: Callable[[], Any], other: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """Return the median times of two calls, measured one after the other in each round."""
    calls = (ours, other)
    loops = [max(1, int(TARGET / max(once(call, 1), 1e-7))) for call in calls]
    found = [[once(call, n) for call, n in zip(calls, loops)] for _ in range(rounds)]
    mine, theirs = zip(*found)
    return statistics.median(mine), statistics.median(theirs)


def rows(bitmap: Callable[[Any], Any], sizes: dict[str, Any], rounds: int) -> Iterator[Row]:
    """Measure all operations; *bitmap* makes the other's set of numbers.

    :raises AssertionError: the results are not the same
    """
    from ClusterShell.RangeSet import RangeSet

    for title, (count, of) in sizes.items():
        rng = random.Random(title)
        first, second = (rng.sample(range(of), count) for _ in range(2))
        a, b, x, y = RangeSet(first), RangeSet(second), bitmap(first), bitmap(second)
        for sign, call in OPERATIONS.items():
            mine, theirs = call(a, b), call(x, y)
            if not isinstance(mine, int):
                mine, theirs = set(mine.intiter()), set(theirs)
            assert mine == theirs, f"{sign} of {title}"
            times = in_turns(lambda: call(a, b), lambda: call(x, y), rounds)  # noqa: B023
            yield Row(title, sign, *times)
        yield Row(
            title,
            "build",
            *in_turns(lambda: RangeSet(first), lambda: bitmap(first), rounds),  # noqa: B023
        )


def line(row: Row) -> str:
    times = f"{row.ours * 1e6:10.1f} us {row.other * 1e6:10.1f} us"
    return f"{row.size:26} {row.operation:12} {times} {row.ratio:8.2f}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roaring")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args(arguments)
    reason = missing()
    if reason:
        print(reason, file=sys.stderr)
        return 2
    from pyroaring import BitMap

    from ClusterShell import _accel

    print(f"ours ({_accel.life()}), pyroaring, and ours / pyroaring")
    for row in rows(BitMap, SIZES, options.rounds):
        print(line(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
