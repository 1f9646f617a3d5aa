"""The sweep: every public operation by every way in, on the shapes that sites have.

The tables of :mod:`benchmarks.workloads` say what was promised; the sweep looks at
everything that stands beside it.  Its *operations* come from the recorded surface
(:mod:`benchmarks.sweep.surface`), so that none can be forgotten; what they are called
with from the *ways* of each class; what they are called on from the *shapes*
(:mod:`benchmarks.sweep.shapes`).  A way that the released package refuses is no row.

Names of rows are ``sweep: OPERATION, WAY: SHAPE``, for example
``sweep: RangeSet.union, set of text: padded``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

#: Modules of cases, in the order in which they are measured and shown.
MODULES = ("ranges", "vectors", "nodes", "messages", "results")

PREFIX = "sweep: "


class Timed(NamedTuple):
    """What is timed: ``run(state)``, with a state of its own where there is ``prepare``.

    count: how many times one run does the operation.
    """

    run: Callable[[Any], Any]
    prepare: Callable[[], Any] | None = None
    count: int = 1


class Case(NamedTuple):
    """One row: an operation, by one way, on one shape; ``make`` gives what is timed."""

    operation: str
    way: str
    shape: str
    make: Callable[[], Timed]

    @property
    def key(self) -> str:
        """The row's name, as those of :class:`benchmarks.workloads.Workload`."""
        return f"{PREFIX}{self.operation}, {self.way}: {self.shape}"

    @property
    def group(self) -> str:
        return self.operation.partition(".")[0].partition("(")[0]


def cases() -> Iterator[Case]:
    """Yield every row, those of a class together."""
    for name in MODULES:
        yield from import_module("benchmarks.sweep." + name).cases()


def find(keys: Iterable[str]) -> dict[str, Case]:
    """Return the cases of these names."""
    wanted = set(keys)
    return {case.key: case for case in cases() if case.key in wanted}
