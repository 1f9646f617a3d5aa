"""Workloads on scattered sets: many runs, close together."""

import operator
import random
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from benchmarks.workloads import reference, workload

GROUP = "Scattered sets"

#: Elements, and below which number they are.
SETS = {
    "100,000 of 1,000,000": (100_000, 1_000_000, 3.0),
    "3,000 of 10,000": (3_000, 10_000, 1.5),
    "30,000 of 1,000,000": (30_000, 1_000_000, 3.0),
}

OPERATIONS = {"|": operator.or_, "&": operator.and_, "-": operator.sub, "^": operator.xor}


def samples(scale: float, count: int, below: int) -> Callable[[], list[int]]:
    """Return a function that returns fresh random numbers at each call."""
    seeds = iter(range(10**6))
    return lambda: random.Random(next(seeds)).sample(range(int(below * scale)), int(count * scale))


def pairs(kind: Callable[[list[int]], Any], numbers: Callable[[], list[int]]) -> Any:
    return lambda: (kind(numbers()), kind(numbers()))


def register(name: str, sign: str) -> None:
    """Register an operation on two sets, and the same on compressed bitmaps."""
    count, below, slower = SETS[name]
    row = f"a {sign} b, {name}"
    operation = OPERATIONS[sign]

    @workload(GROUP, row, must=20)
    def ours(scale: float) -> Any:
        from ClusterShell.RangeSet import RangeSet

        return pairs(RangeSet, samples(scale, count, below)), lambda ab: operation(*ab)

    if find_spec("pyroaring") is None:
        return

    @reference(GROUP, row, "pyroaring", "python3", must=1 / slower)
    def bitmaps(scale: float) -> Any:
        from pyroaring import BitMap

        return pairs(BitMap, samples(scale, count, below)), lambda ab: operation(*ab)


for _name in SETS:
    for _sign in OPERATIONS:
        register(_name, _sign)
