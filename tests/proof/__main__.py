"""The table; see the package's own documentation."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.proof.environments import CheckFailed
from tests.proof.rows import Proof


def main() -> int:
    """Run the rows that are asked for, print the table, return 1 if one does not hold."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.proof", description="Prove that this replaces ClusterShell 1.10.1."
    )
    parser.add_argument("--short", action="store_true", help="a few minutes, as in the gate")
    parser.add_argument("--folder", type=Path, help="where environments are made, and kept")
    parser.add_argument("rows", nargs="*", metavar="ROW", help="only these rows")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="proof") as scratch:
        proof = Proof(options.folder or Path(scratch), options.short)
        rows = proof.rows()
        unknown = [name for name in options.rows if name not in rows]
        if unknown:
            parser.error(f"no row {unknown[0]!r}; there are {', '.join(rows)}")
        return table({name: rows[name] for name in options.rows or rows})


def table(rows: dict[str, Callable[[], str]]) -> int:
    """Print a line for each of *rows* as it is done; return 1 if one does not hold."""
    failed = []
    width = max(map(len, rows))
    for name, check in rows.items():
        started = time.monotonic()
        print(f"{name:<{width}}  ", end="", flush=True)
        try:
            outcome, text = "holds", check()
        except CheckFailed as exc:
            outcome, text = "FAILS", str(exc).splitlines()[0]
            failed.append((name, str(exc)))
        print(f"{outcome}  {time.monotonic() - started:4.0f} s  {text}", flush=True)
    for name, text in failed:
        print(f"\n{name}:\n{text}", file=sys.stderr)
    print(f"{len(rows) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
