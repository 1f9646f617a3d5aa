"""Allocations and bytes of a few operations, counted exactly.

Run with the library of ``allocations.c`` preloaded and ``PYTHONMALLOC=malloc``;
:func:`run` arranges that.  What looking at the counters costs itself is taken
off, and an operation runs a few times before it counts, so that what is made
once (caches, free lists) is not in it.
"""

import ctypes
import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.environments import ROOT
from benchmarks.workloads import built

WARMING = 5


def cost(operation: Callable[[], object]) -> tuple[int, int]:
    """Return (allocations made, bytes kept with the result) of one call.

    The least of some calls: memory that is taken again may be a little more than was asked for.
    """
    library = ctypes.CDLL(None)
    calls = ctypes.c_long.in_dll(library, "allocation_calls")
    size = ctypes.c_long.in_dll(library, "allocated_bytes")
    gc.collect()
    gc.disable()
    figures = []
    for _ in range(2 * WARMING):
        before_calls, before_size = calls.value, size.value
        result = operation()
        after_calls, after_size = calls.value, size.value
        figures.append((after_calls - before_calls, after_size - before_size))
        del result
    calls_made, bytes_kept = zip(*figures[WARMING:])
    return min(calls_made), min(bytes_kept)


def measure() -> dict[str, int]:
    from ClusterShell.RangeSet import RangeSet

    nothing_calls, nothing_size = cost(lambda: None)
    million = RangeSet("0-999999")
    found = {}
    calls, _ = cost(lambda: str(million))
    found["allocations of str() of a range of a million"] = calls - nothing_calls
    calls, size = cost(lambda: RangeSet("0-999999"))
    found["allocations of parsing 0-999999"] = calls - nothing_calls
    found["bytes kept by a range of a million"] = size - nothing_size
    return found


def run(python: Path) -> dict[str, int]:
    """Count on the ClusterShell that ``python`` imports."""
    with tempfile.TemporaryDirectory() as folder:
        library = built("allocations", folder, "-shared", "-fPIC", "-fno-builtin")
        env = {
            **os.environ,
            "LD_PRELOAD": library,
            "PYTHONMALLOC": "malloc",
            "PYTHONHASHSEED": "0",
        }
        done = subprocess.run(
            [str(python), "-m", "benchmarks.allocations"],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=env,
        )
    return json.loads(done.stdout)


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
