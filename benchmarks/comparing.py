"""The part of the command that compares two trees: ``--against``, ``--changed``, ``--bisect``."""

from __future__ import annotations

import argparse
import random
import time

from benchmarks import against, bisecting, builds, environments, sweep, traces
from benchmarks.sweep.measure import CHUNK

#: How long ``--changed`` goes through rows for the first time, minutes.
CHANGED_MINUTES = 2.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's."""
    add = parser.add_argument_group("comparing two trees").add_argument
    add(
        "--against", metavar="REV", nargs="?", const="", default=None,
        help="compare this tree with a revision, a folder or a wheel "
        "(default: the last tag, or where this branch left main)",
    )  # fmt: skip
    add("--changed", action="store_true", help="... only rows whose code differs; 2 to 5 minutes")
    add("--minutes", type=float, help="... and begin no row after that time")
    add(
        "--bisect",
        nargs=3,
        metavar=("ROW", "GOOD", "BAD"),
        help="find the commit that made ROW slower",
    )
    add("--interpreted", action="store_true", help="... in the interpreted life")
    add("--peer", action="store_true", help="... with the released package as third")
    add("--no-tables", action="store_true", help="... leave the rows of the tables out")
    add("--no-sweep", action="store_true", help="... leave the rows of the sweep out")


def keys(options: argparse.Namespace, base: str) -> list[str]:
    """Return the names of the rows to compare, in the order in which they are."""
    found = against.all_keys(options.only or [], not options.no_tables, not options.no_sweep)
    if options.changed:
        found = list(traces.touched(found, traces.changed_files(base)))
    return mixed(found) if options.minutes else found


def mixed(keys: list[str]) -> list[str]:
    """Return the rows in an order that is a fair sample wherever the time is over.

    A row of the tables takes about as long as a chunk of the sweep's: they take turns.
    """
    random.Random(len(keys)).shuffle(keys)
    rows = [key for key in keys if not key.startswith(sweep.PREFIX)]
    cases = [key for key in keys if key.startswith(sweep.PREFIX)]
    found: list[str] = []
    while rows or cases:
        found += rows[:1] + cases[:CHUNK]
        del rows[:1], cases[:CHUNK]
    return found


def compare(options: argparse.Namespace) -> int:
    """Compare this tree with another one; return the exit status."""
    base = options.against or builds.base()
    if options.changed and not options.minutes:
        options.minutes = CHANGED_MINUTES
    wanted = keys(options, base)
    if not wanted:
        print(f"no row runs what differs from {base}")
        return 0
    old, new = builds.both(base, str(options.source))
    same = " (which is built from the same sources)" if old.key == new.key else ""
    print(f"{len(wanted)} rows of this tree against {base}{same}", flush=True)
    peer = environments.peer(options.environments) if options.peer else None
    life = "interpreted" if options.interpreted else "compiled"
    begun = time.monotonic()
    comparison = against.Comparison(
        old,
        new,
        peer,
        life,
        options.scale,
        deadline=options.minutes and begun + 60 * options.minutes,
    )
    found = comparison.run(wanted)
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / "against.jsonl"
    path.write_text(against.as_json(old, new, found))
    if len(found) < len(wanted):
        print(f"{len(wanted) - len(found)} rows not reached, or unknown to the old tree")
    return against.report(found, begun, print)


def bisect(options: argparse.Namespace) -> int:
    """Find the commit that made a row slower; return the exit status."""
    row, good, bad = options.bisect
    matching = [key for key in against.all_keys([row]) if key == row] or against.all_keys([row])
    if len(matching) != 1:
        print(f"{len(matching)} rows hold {row!r}: {'; '.join(matching[:5])}")
        return 2
    life = "interpreted" if options.interpreted else "compiled"
    try:
        commit = bisecting.bisect(matching[0], good, bad, life, options.scale)
    except bisecting.NotSlower as exc:
        print(exc)
        return 1
    told = builds.git("log", "-1", "--format=%H%n%an, %ad%n%s", commit)
    print(f"{matching[0]} is slower since\n{told}")
    return 0
