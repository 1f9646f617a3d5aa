"""What a run of the sweep says, small enough to be kept: means, counts and the worst."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks import sweep
from benchmarks.figures import ratio, seconds
from benchmarks.sweep.measure import Row, is_slow

#: Rows that are shown one by one.
WORST = 20
#: Upper ends of the classes of ratios whose rows are counted.
BINS = (0.1, 0.25, 0.5, 0.91, 1.1, 2, 4, 10, 30, 100, 1_000, 1e9)

#: What is known to be slower than the released package, an operation and way a line.
KNOWN = Path(__file__).resolve().parent / "slower.txt"


def known() -> set[str]:
    return set(KNOWN.read_text().splitlines())


def way_of(key: str) -> str:
    """Return the operation and the way of a row."""
    return key[len(sweep.PREFIX) :].partition(": ")[0]


def group_of(key: str) -> str:
    return way_of(key).partition(", ")[0].partition(".")[0]


def mean(ratios: Iterable[float]) -> float | None:
    found = list(ratios)
    return statistics.geometric_mean(found) if found else None


def _medians(rows: list[Row], life: str) -> list[float]:
    return [found for row in rows if (found := row.ratio(life))]


def summary(rows: list[Row]) -> dict[str, Any]:
    """Return the figures of a run, as they are recorded."""
    groups: dict[str, list[Row]] = {}
    operations: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(group_of(row.key), []).append(row)
        operations.setdefault(way_of(row.key).partition(", ")[0], []).append(row)
    worst = sorted(
        (row for row in rows if row.ratio("compiled")), key=lambda r: r.ratio("compiled") or 0
    )
    return {
        "groups": {name: _group(some) for name, some in sorted(groups.items())},
        "operations": {
            name: [_rounded(mean(_medians(some, life))) for life in ("compiled", "interpreted")]
            for name, some in sorted(operations.items())
        },
        "worst": [
            {
                "row": row.key[len(sweep.PREFIX) :],
                "ratio": _rounded(row.ratio("compiled")),
                "interpreted": _rounded(row.ratio("interpreted")),
                "seconds": row.seconds("compiled"),
                "peer": row.seconds("peer"),
            }
            for row in worst[:WORST]
        ],
        "failures": [
            f"{row.key} [{name}]: {why}"
            for row in rows
            for name, why in row.failures.items()
            if name != "peer"
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def _group(rows: list[Row]) -> dict[str, Any]:
    found: dict[str, Any] = {"rows": len(rows), "slower": sum(map(is_slow, rows))}
    found["interpreted slower by over 4"] = sum(r < 0.25 for r in _medians(rows, "interpreted"))
    for life in ("compiled", "interpreted"):
        ratios = _medians(rows, life)
        found[life] = _rounded(mean(ratios))
        found[f"{life} bins"] = bins(ratios)
    return found


def bins(ratios: list[float]) -> list[int]:
    """Return how many ratios are in each class of :data:`BINS`."""
    lower = (0.0, *BINS[:-1])
    return [sum(low <= r < high for r in ratios) for low, high in zip(lower, BINS)]


def lines(found: dict[str, Any]) -> list[str]:
    """Return a summary as text."""
    told = []
    for name, group in found["groups"].items():
        told.append(
            f"{name:12} {group['rows']:5} rows, {group['slower']:4} slower than the released "
            f"package, mean {ratio(group['compiled'])} compiled, "
            f"{ratio(group['interpreted'])} interpreted"
        )
    told.append("the worst:")
    for entry in found["worst"]:
        told.append(
            f"  {ratio(entry['ratio']):>7} {entry['row']} "
            f"({seconds(entry['seconds'])}, released {seconds(entry['peer'])})"
        )
    return told
