"""The workloads: what is measured, written once, for every subject.

A workload uses nothing but the public ClusterShell API, so the same file runs
on our compiled life, on our interpreted life and on the released peer.  It is
a function of the scale that returns the timed callable::

    @workload("RangeSet", "parse 0-999999", must=1000)
    def parse_dense(scale):
        from ClusterShell.RangeSet import RangeSet

        text = f"0-{int(1_000_000 * scale) - 1}"
        return lambda: RangeSet(text)

Where each timed call needs fresh state (because it changes it, or because a
branch predictor would learn it), return a pair ``(prepare, run)``: ``run`` is
timed with what ``prepare()``, untimed, has just returned.

Import ClusterShell inside the function: one process measures one subject.
"""

from collections.abc import Callable
from typing import NamedTuple, Optional


class Workload(NamedTuple):
    """One row of the performance tables.

    group: title of the table it stands in.
    row: what is done, in the words of the table.
    make: function of the scale (1.0 is the size named in ``row``) that returns
        the callable to time, or a pair of (prepare, run).
    must: smallest accepted ratio peer time / our time, compiled; None where the
        bound is not a ratio (then ``bound`` says what it is).
    aim: ratio to aim for, None where the table names none.
    bound: a bound that is not a ratio, in words; empty otherwise.
    peer: False where the released peer cannot run it in reasonable time.
    """

    group: str
    row: str
    make: Callable[[float], object]
    must: Optional[float]
    aim: Optional[float]
    bound: str
    peer: bool


REGISTRY: list[Workload] = []


def workload(
    group: str,
    row: str,
    must: Optional[float] = None,
    aim: Optional[float] = None,
    bound: str = "",
    peer: bool = True,
) -> Callable[[Callable[[float], object]], Callable[[float], object]]:
    """Register the decorated function as one row; see :class:`Workload`."""

    def register(make: Callable[[float], object]) -> Callable[[float], object]:
        REGISTRY.append(Workload(group, row, make, must, aim, bound, peer))
        return make

    return register
