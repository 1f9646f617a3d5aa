"""Does a comparison find what is slower, and nothing else?  Plants some, and looks.

``python -m benchmarks.selftest`` builds a copy of this tree with a place for a slowdown
in each kernel, in Task's delivery, in clush's printing, at start-up and in the sweep
(:mod:`benchmarks.plants`).  Each is grown until its row takes 10 % longer, and compared
with the same build without it: the row must be named.  And it compares the tree as it is
with itself many times, some of them beside a process that keeps one core busy: nothing
may be named.  Nothing else need rest meanwhile, and records of other machines may lie
about: neither has a part in a comparison.

Exit status: 0 when all of this holds, 1 otherwise.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import against, doubt, environments, plants, sweep
from benchmarks.against import Comparison, Found
from benchmarks.builds import Build, build
from benchmarks.figures import duration
from benchmarks.plants import PLANTS, Plant

SLOWDOWN = 0.10
#: A slowdown that stands out of all noise.
LARGE = 0.8
#: How many times the slowdown that is wanted is measured.
SEVERAL = 3
#: Further than this is not counted.
MOST = 10**8

RUNS, LOADED = 20, 5
#: Rows of the tables and of the sweep in a run on the tree as it is, other ones each time.
ROWS, CASES = 40, 150
SCALE = 0.3

#: Rows that no slowdown is planted for, of other kernels and of whole commands.
OTHERS = (
    "RangeSet: str() of 100,000: sparse",
    "MsgTree and gathered output: 128 keys × 1,000 unique lines",
    "Engine and clush: 4 MiB of stdin broadcast to 8 commands",
    "Engine and clush: 1,000 local true, fanout 64, through Task",
)


def quiet(text: str) -> None:
    """Tell nothing: what counts is said at the end."""


def compared(
    build: Build, keys: list[str], number: int = 0, spot: Plant | None = None
) -> list[Found]:
    """Compare a build with itself, with a plant grown to a number on the one side."""
    comparison = Comparison(build, build, scale=SCALE, tell=quiet)
    if spot:
        comparison.new_env = {**comparison.env, spot.variable: str(number)}
    return comparison.run(keys)


def effect(build: Build, spot: Plant, number: int, times: int = 1) -> float:
    """Return by which part a plant of some size makes its row slower."""
    comparison = Comparison(build, build, scale=SCALE, tell=quiet)
    comparison.new_env = {**comparison.env, spot.variable: str(number)}
    ratios = [found.ratios[0] for _ in range(times) for found in comparison.once([spot.row])]
    return statistics.median(ratios) - 1


def calibrate(build: Build, spot: Plant) -> tuple[int, float]:
    """Return how far to count for the slowdown that is wanted, and what that makes of its row.

    What is measured is a slowdown many times as great, that noise does not hide; first one
    much greater, for a first guess.
    """
    number = 64
    while (found := effect(build, spot, number)) < LARGE and number < MOST:
        number *= 6
    number = max(1, round(number * SEVERAL * SLOWDOWN / found))
    found = effect(build, spot, number, 5)
    wanted = max(1, math.ceil(number * SLOWDOWN / found))
    return wanted, wanted * found / number


def is_caught(build: Build, spot: Plant, keys: list[str]) -> bool:
    """Compare with a plant grown; tell and return whether its row was named."""
    begun = time.monotonic()
    number, measured = calibrate(build, spot)
    everything = compared(build, keys, number, spot)
    named = [row for row in everything if row.verdict == doubt.SLOWER]
    caught = [row for row in named if row.key == spot.row]
    (found,) = [row for row in everything if row.key == spot.row]
    row = f"{found.estimate}, {len(found.ratios)} pairs, {found.verdict}"
    verdict = "named" if caught else "MISSED"
    others = sum(row.key != spot.row for row in named)
    print(
        f"| {spot.name} | {spot.function} | {100 * measured:.0f} % | {verdict} | {row} | {others} "
        f"| {duration(time.monotonic() - begun)} |",
        flush=True,
    )
    return bool(caught)


@contextmanager
def load(wanted: bool) -> Iterator[None]:
    """Keep one core busy meanwhile, if that is wanted."""
    if not wanted:
        yield
        return
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield
        finally:
            process.kill()


def is_silent(build: Build, number: int, loaded: bool) -> bool:
    """Compare the tree with itself; tell and return whether nothing was named."""
    begun = time.monotonic()
    rng = random.Random(number)
    cases = [case.key for case in sweep.cases()]
    rows = against.all_keys([], cases=False)
    keys = [*rng.sample(rows, ROWS), *rng.sample(cases, CASES)]
    with load(loaded):
        found = compared(build, keys)
    wrong = [row for row in found if row.verdict == doubt.SLOWER or row.failure]
    doubtful = sum(row.verdict == doubt.DOUBTFUL for row in found)
    again = sum(len(row.ratios) > 1 for row in found)
    beside = "one core busy" if loaded else ""
    print(
        f"| {number + 1} | {beside} | {len(found)} | {again} | {doubtful} "
        f"| {'; '.join(map(str, wrong)) or 'nothing'} | {duration(time.monotonic() - begun)} |",
        flush=True,
    )
    return not wrong


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.selftest", description=__doc__.partition("\n")[0]
    )
    add = parser.add_argument
    add("--only", action="append", metavar="TEXT", help="slowdowns whose name holds it")
    add("--runs", type=int, default=RUNS, help=f"on the tree as it is (default {RUNS})")
    add("--loaded", type=int, default=LOADED, help=f"... beside a busy process (default {LOADED})")
    options = parser.parse_args()
    begun = time.monotonic()
    spots = [spot for spot in PLANTS if any(t in spot.name for t in options.only or [""])]
    print(f"{len(spots)} slowdowns, {options.runs} runs on the tree as it is", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        tree = environments.copied(environments.ROOT, Path(scratch, "tree"))
        plants.plant_all(tree)
        grown = build(str(tree))
    keys = list(dict.fromkeys([spot.row for spot in PLANTS] + list(OTHERS)))
    print(f"{len(keys)} rows compared for each plant")
    print("| planted in | function | slower by | verdict | new ÷ old | others named | minutes |")
    print("|---|---|---|---|---|---|---|", flush=True)
    caught = [is_caught(grown, spot, keys) for spot in spots]
    print("\n| run | beside | rows | compared again | doubtful | named | minutes |")
    print("|---|---|---|---|---|---|---|", flush=True)
    silent = [is_silent(grown, n, n >= options.runs - options.loaded) for n in range(options.runs)]
    print(
        f"\n{sum(caught)} of {len(caught)} slowdowns named; {len(silent) - sum(silent)} of "
        f"{len(silent)} runs on an unchanged tree named something; "
        f"{duration(time.monotonic() - begun)} minutes"
    )
    return 0 if all(caught) and all(silent) else 1


if __name__ == "__main__":
    sys.exit(main())
