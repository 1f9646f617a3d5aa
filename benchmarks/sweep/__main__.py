"""Measure the sweep, or a sample of it, and say what is slower than the released package.

``python -m benchmarks.sweep --ours PYTHON --peer PYTHON`` measures every case in all
three columns; with ``--sample N`` a random sample, ours compiled only, as the gate does.
A case that looks slower is measured three times more in new processes; what is slower
each time, and does not stand in ``slower.txt``, ends the command with status 1.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path

from benchmarks import sweep
from benchmarks.figures import duration
from benchmarks.process import Process
from benchmarks.sweep import measure, summary


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweep")
    add = parser.add_argument
    add("--ours", type=Path, default=Path(sys.executable), help="default: this Python")
    add("--peer", type=Path, required=True, help="Python with the released package")
    add("--only", metavar="TEXT", action="append", default=[], help="all of them in the name")
    add("--sample", type=int, metavar="N", help="so many cases by chance, compiled only")
    add("--seed", type=int, default=None, help="of the sample")
    add("--list", type=Path, metavar="FILE", help="write a line for each row")
    add("--update", action="store_true", help="write slower.txt anew")
    return parser.parse_args()


def subjects(options: argparse.Namespace) -> dict[str, Process]:
    made = {"compiled": Process(options.ours.absolute()), "peer": Process(options.peer.absolute())}
    if options.sample is None:
        made["interpreted"] = Process(options.ours.absolute(), {"CLUSTERSHELL_PURE_PYTHON": "1"})
    return made


def wanted(options: argparse.Namespace) -> list[str]:
    """Return the names of the cases to measure."""
    keys = [case.key for case in sweep.cases() if all(text in case.key for text in options.only)]
    if options.sample is not None:
        seed = random.randrange(10**6) if options.seed is None else options.seed
        print(f"a sample of {options.sample} of {len(keys)} cases, seed {seed}", flush=True)
        keys = random.Random(seed).sample(keys, min(options.sample, len(keys)))
    return keys


def confirmed(rows: list[measure.Row], made: dict[str, Process]) -> list[str]:
    """Return what is slower each time, as operations and ways."""
    some = {name: made[name] for name in ("compiled", "peer")}
    keys = [row.key for row in rows if measure.is_slow(row)]
    return sorted({summary.way_of(row.key) for row in measure.confirm(keys, some)})


def write(path: Path, rows: list[measure.Row]) -> None:
    with path.open("w") as file:
        for row in rows:
            found = {"row": row.key, "failures": row.failures, "slow": measure.is_slow(row)}
            for name in ("compiled", "interpreted"):
                found[name] = row.ratio(name)
            found["seconds"] = {name: row.seconds(name) for name in row.rounds}
            file.write(json.dumps(found, sort_keys=True) + "\n")


def main() -> int:
    options = arguments()
    begun = time.monotonic()
    made = subjects(options)
    try:
        life = made["compiled"].ask("describe")["life"]
        if life != "compiled":
            print(f"FAILED: the kernels are {life}: what is promised is compiled")
            return 1
        rows = list(measure.run(made, wanted(options)))
        if options.list:
            write(options.list, rows)
        found = summary.summary(rows)
        print("\n".join(summary.lines(found)), flush=True)
        slow = confirmed(rows, made)
    finally:
        for process in made.values():
            process.close()
    print(f"{len(rows)} rows in {duration(time.monotonic() - begun)} minutes")
    if options.update:
        summary.KNOWN.write_text("".join(f"{way}\n" for way in slow))
        return 0
    new = sorted(set(slow) - summary.known())
    for text in found["failures"]:
        print(f"FAILED: {text}")
    for way in new:
        print(f"SLOWER than the released package: {way}")
    return 1 if new or found["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
