"""How cost grows with size: a fitted exponent for each operation that promises one.

Each size is measured on fresh random data, because a branch predictor learns
small repeated inputs and makes them look several times faster.
"""

import gc
import json
import math
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.environments import module_output

#: Greatest exponents.  A binary search is logarithmic, but over memory that
#: outgrows the caches its steps become slower as well as more.
LINEAR, SORTING, LOGARITHMIC, CONSTANT = 1.15, 1.25, 0.5, 0.2

#: Measurements of an operation that exceeds its exponent, before it counts.
ATTEMPTS = 3

RUNS = (50_000, 100_000, 200_000, 500_000, 1_000_000)
VECTORS = (1_000, 3_000, 10_000, 30_000, 100_000)


class Growth(NamedTuple):
    """An operation, the sizes at which it is measured, and the exponent it promises."""

    name: str
    sizes: tuple[int, ...]
    limit: float
    make: Callable[[int], tuple[Callable[[], Any], Callable[[Any], Any]]]


REGISTRY: list[Growth] = []

Make = Callable[[int], tuple[Callable[[], Any], Callable[[Any], Any]]]


def growth(name: str, sizes: tuple[int, ...], limit: float) -> Callable[[Make], Make]:
    def register(make: Make) -> Make:
        REGISTRY.append(Growth(name, sizes, limit, make))
        return make

    return register


def sparse(size: int) -> Any:
    """Return a RangeSet of about ``size`` runs at fresh random places."""
    from ClusterShell.RangeSet import RangeSet

    return RangeSet.fromlist([",".join(map(str, random.sample(range(size * 10), size)))])


@growth("RangeSet: union of n random runs", RUNS, LINEAR)
def union(size: int) -> Any:
    return (lambda: (sparse(size), sparse(size))), (lambda ab: ab[0] | ab[1])


@growth("RangeSet: intersection of n random runs", RUNS, LINEAR)
def intersection(size: int) -> Any:
    return (lambda: (sparse(size), sparse(size))), (lambda ab: ab[0] & ab[1])


@growth("RangeSet: difference of n random runs", RUNS, LINEAR)
def difference(size: int) -> Any:
    return (lambda: (sparse(size), sparse(size))), (lambda ab: ab[0] - ab[1])


@growth("RangeSet: xor of n random runs", RUNS, LINEAR)
def xor(size: int) -> Any:
    return (lambda: (sparse(size), sparse(size))), (lambda ab: ab[0] ^ ab[1])


@growth("RangeSet: text of n random runs", RUNS, LINEAR)
def text(size: int) -> Any:
    return (lambda: sparse(size)), str


@growth("RangeSet: parse a shuffled list of n numbers", RUNS, SORTING)
def parse(size: int) -> Any:
    from ClusterShell.RangeSet import RangeSet

    def prepare() -> str:
        return ",".join(map(str, random.sample(range(size * 10), size)))

    return prepare, RangeSet


@growth("RangeSet: iterate n random runs", RUNS, LINEAR)
def iterate(size: int) -> Any:
    return (lambda: sparse(size)), (lambda rangeset: [None for _ in rangeset])


@growth("RangeSet: random membership among n runs", RUNS, LOGARITHMIC)
def member(size: int) -> Any:
    def prepare() -> Any:
        return sparse(size), [str(random.randrange(size * 10)) for _ in range(20_000)]

    return prepare, (lambda state: [name in state[0] for name in state[1]])


@growth("RangeSet: one range of n elements", RUNS, CONSTANT)
def one_range(size: int) -> Any:
    from ClusterShell.RangeSet import RangeSet

    texts = [f"0-{size + step}" for step in range(2_000)]
    return (lambda: texts), (lambda texts: [len(RangeSet(text)) for text in texts])


@growth("NodeSet: fold n shuffled names", RUNS, SORTING)
def fold_names(size: int) -> Any:
    from ClusterShell.NodeSet import NodeSet

    def prepare() -> list[str]:
        return [f"node{number}" for number in random.sample(range(size * 10), size)]

    return prepare, (lambda names: str(NodeSet.fromlist(names)))


@growth("RangeSetND: fold n random 4-D vectors", VECTORS, SORTING)
def fold_vectors(size: int) -> Any:
    from ClusterShell.NodeSet import NodeSet

    def prepare() -> list[str]:
        # One in ten of the places of a machine that grows with the size.
        numbers = random.sample(range(size * 10), size)
        return [f"x{1000 + n // 128}c{n // 16 % 8}s{n // 2 % 8}b{n % 2}" for n in numbers]

    return prepare, (lambda names: str(NodeSet.fromlist(names)))


def seconds(operation: Growth, size: int, repeats: int) -> float:
    """Return the least processor time of a few runs, each on data of its own."""
    prepare, run = operation.make(size)
    best = math.inf
    for _ in range(repeats):
        state = prepare()
        gc.collect()
        started = time.process_time()
        result = run(state)
        best = min(best, time.process_time() - started)
        del result, state
    return best


def exponent(sizes: tuple[int, ...], times: list[float]) -> float:
    """Return the slope of a straight line through log(time) over log(size)."""
    x = [math.log(size) for size in sizes]
    y = [math.log(max(value, 1e-9)) for value in times]
    mean_x, mean_y = statistics.fmean(x), statistics.fmean(y)
    covariance = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
    return covariance / sum((a - mean_x) ** 2 for a in x)


def measure(operation: Growth, largest: int = 0, repeats: int = 3) -> dict[str, Any]:
    """Measure one operation at each of its sizes up to ``largest`` (0: all).

    One that exceeds its exponent is measured again: noise on a single size
    tilts the line, and what grows too fast does so every time.
    """
    sizes = tuple(size for size in operation.sizes if not largest or size <= largest)
    for _ in range(ATTEMPTS):
        times = [seconds(operation, size, repeats) for size in sizes]
        fitted = exponent(sizes, times)
        if fitted <= operation.limit:
            break
    return {
        "name": operation.name,
        "sizes": list(sizes),
        "seconds": times,
        "exponent": fitted,
        "limit": operation.limit,
        "holds": fitted <= operation.limit,
    }


def run(python: Path, largest: int = 0) -> list[dict[str, Any]]:
    """Measure every operation on the ClusterShell that ``python`` imports."""
    return json.loads(module_output(python, "benchmarks.growth", str(largest)))


if __name__ == "__main__":
    random.seed()
    json.dump([measure(operation, int(sys.argv[1])) for operation in REGISTRY], sys.stdout)
