"""How cost grows with size: a fitted exponent for each operation that promises one.

Each size is measured on fresh random data, because a branch predictor learns
small repeated inputs and makes them look several times faster.  The operations
are in :mod:`benchmarks.operations`; each is measured in a process of its own,
in processor time.
"""

import gc
import json
import math
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.environments import module

#: Greatest exponents.  A binary search is logarithmic, but over memory that
#: outgrows the caches its steps become slower as well as more.
LINEAR, SORTING, LOGARITHMIC, CONSTANT = 1.15, 1.25, 0.5, 0.2

#: Modules of operations, in the order in which they are measured and shown.
MODULES = ("ranges", "nodes", "output")

REPEATS = 3

#: Measurements of an operation that exceeds its exponent, before it counts:
#: what else the machine does can only add to a time, so the least of all stands.
ATTEMPTS = 4

#: The caches of a machine end somewhere in the sizes of most operations, which
#: tilts the line through a few of them; a square still stands out.
SLACK = 0.4

#: An operation that takes longer than this has failed, seconds.
LONGEST = 240.0

Timed = tuple[Callable[[], Any], Callable[[Any], Any]]
Make = Callable[[int], Timed]


class Growth(NamedTuple):
    """An operation, the sizes at which it is measured, and the exponent it promises.

    make: function of a size that returns (prepare, run); ``run`` is timed with
        what ``prepare()``, untimed, has just returned.
    """

    name: str
    sizes: tuple[int, ...]
    limit: float
    make: Make


REGISTRY: dict[str, Growth] = {}


def growth(name: str, sizes: tuple[int, ...], limit: float) -> Callable[[Make], Make]:
    """Register the decorated function as an operation; see :class:`Growth`."""

    def register(make: Make) -> Make:
        REGISTRY[name] = Growth(name, sizes, limit, make)
        return make

    return register


def load() -> dict[str, Growth]:
    """Import every module of operations and return the operations by name."""
    for name in MODULES:
        import_module("benchmarks.operations." + name)
    # Run as a program, this module is not the one that the operations have imported.
    return import_module("benchmarks.growth").REGISTRY


def seconds(operation: Growth, size: int) -> float:
    """Return the least processor time of a few runs, each on data of its own.

    Python's collector of cycles rests while the time runs: it goes through all
    objects there are again and again, so that its part is not the operation's.
    """
    prepare, run = operation.make(size)
    best = math.inf
    for _ in range(REPEATS):
        state = prepare()
        gc.collect()
        gc.disable()
        started = time.process_time()
        result = run(state)
        best = min(best, time.process_time() - started)
        gc.enable()
        del result, state
    return best


def exponent(sizes: tuple[int, ...], times: list[float]) -> float:
    """Return the slope of a straight line through log(time) over log(size)."""
    x = [math.log(size) for size in sizes]
    y = [math.log(max(value, 1e-9)) for value in times]
    mean_x, mean_y = statistics.fmean(x), statistics.fmean(y)
    covariance = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
    return covariance / sum((a - mean_x) ** 2 for a in x)


def measure(operation: Growth, largest: int = 0) -> dict[str, Any]:
    """Measure one operation at each of its sizes up to ``largest`` (0: all).

    There are three sizes at least, whatever the largest.  Where not all sizes
    are measured the exponent may be greater by :data:`SLACK`.
    """
    sizes = tuple(size for size in operation.sizes if not largest or size <= largest)
    sizes = max(sizes, operation.sizes[:3], key=len)
    limit = operation.limit + (SLACK if len(sizes) < len(operation.sizes) else 0)
    times = [math.inf] * len(sizes)
    for _ in range(ATTEMPTS):
        times = [min(best, seconds(operation, size)) for best, size in zip(times, sizes)]
        fitted = exponent(sizes, times)
        if fitted <= limit:
            break
    return {
        "name": operation.name,
        "sizes": list(sizes),
        "seconds": times,
        "exponent": fitted,
        "limit": limit,
        "holds": fitted <= limit,
    }


def run_one(python: Path, name: str, largest: int = 0) -> dict[str, Any]:
    """Measure one operation on the ClusterShell that ``python`` imports.

    One that fails is returned with its ``failure`` in place of figures.
    """
    try:
        return json.loads(module(python, "benchmarks.growth", name, str(largest), limit=LONGEST))
    except subprocess.TimeoutExpired:
        return {"name": name, "failure": f"took longer than {LONGEST:.0f} s"}
    except subprocess.CalledProcessError as exc:
        return {"name": name, "failure": (exc.stderr.strip() or str(exc)).splitlines()[-1]}


def run(python: Path, largest: int = 0) -> list[dict[str, Any]]:
    """Measure every operation on the ClusterShell that ``python`` imports."""
    return [run_one(python, name, largest) for name in load()]


if __name__ == "__main__":
    random.seed()
    json.dump(measure(load()[sys.argv[1]], int(sys.argv[2])), sys.stdout)
