"""Parts of the page: the summary on top, the sweep, and the history of each machine."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from html import escape
from typing import Any

from benchmarks import charts, history, promises
from benchmarks.figures import ABSENT, ratio, seconds
from benchmarks.sweep.summary import BINS

Table = Callable[..., str]

LIVES = ("compiled", "interpreted")
#: Classes of ratios that are losses: those that end below one.
LOSSES = sum(end <= 1 for end in BINS)


def tile(figure: str, text: str, bad: bool = False) -> str:
    mark = ' class="bad"' if bad else ""
    return f"<div><b{mark}>{escape(figure)}</b>{escape(text)}</div>"


def _means(rows: list[dict[str, Any]]) -> list[str]:
    """Return a tile for each table, with the means of its ratios."""
    groups: dict[str, dict[str, list[float]]] = {}
    for entry in rows:
        for life in LIVES:
            if life in entry["ratios"]:
                found = groups.setdefault(entry["group"], {}).setdefault(life, [])
                found.append(entry["ratios"][life]["median"])
    tiles = []
    for name, lives in groups.items():
        means = {life: statistics.geometric_mean(found) for life, found in lives.items()}
        compiled = means.get("compiled")
        text = f"{name}, compiled; {ratio(means.get('interpreted'))} interpreted (geometric means)"
        tiles.append(tile(ratio(compiled), text, compiled is not None and compiled < 1))
    return tiles


def summary(result: dict[str, Any]) -> str:
    """Return what the run says in a few figures: what holds, what is lost, the means."""
    promised = promises.of_result(result)
    unmet = [promise for promise in promised if not promise.holds]
    tiles = [
        tile(
            f"{len(promised) - len(unmet)} of {len(promised)}",
            "promises hold on this machine",
            bool(unmet),
        )
    ]
    for life in LIVES:
        ratios = [e["ratios"][life]["median"] for e in result["rows"] if life in e["ratios"]]
        lost = sum(found < 1 for found in ratios)
        text = f"rows of the tables are slower than the released package, {life}"
        tiles.append(tile(f"{lost} of {len(ratios)}", text, lost > 0))
    swept = result.get("sweep") or {}
    if swept:
        groups = swept["groups"].values()
        rows, slower = (sum(group[name] for group in groups) for name in ("rows", "slower"))
        text = "operations by every way in are slower by over 10 % than the released package"
        tiles.append(tile(f"{slower:,} of {rows:,}", text, slower > 0))
    tiles += _means(result["rows"])
    return f'<h2>Summary</h2><div class="tiles">{"".join(tiles)}</div>'


def _labels() -> list[str]:
    """Return the classes of ratios in words."""
    ends = [f"{end:g}×" for end in BINS[:-1]]
    return [
        f"< {ends[0]}",
        *[f"{low} – {high}" for low, high in zip(ends, ends[1:])],
        f"≥ {BINS[-2]:,.0f}×",
    ]


def sweep(found: dict[str, Any], table: Table, heads: Callable[..., list[str]]) -> str:
    """Return the distribution of the sweep's ratios, and the worst of them."""
    if not found:
        return ""
    figures, rows = [], []
    for name, group in found["groups"].items():
        columns = {life: group[f"{life} bins"] for life in LIVES if any(group[f"{life} bins"])}
        if columns:
            chart = charts.distribution(f"ratios of {name}", _labels(), columns, LOSSES)
            text = (
                f"{name}: {group['rows']:,} rows, mean {ratio(group['compiled'])} compiled, "
                f"{ratio(group['interpreted'])} interpreted; {group['slower']:,} slower compiled"
            )
            figures.append(f"<figure>{chart}<figcaption>{escape(text)}</figcaption></figure>")
    for entry in found["worst"]:
        marks = ["bad" if (entry[n] or 1) < 1 else "" for n in ("ratio", "interpreted")]
        rows.append(
            f'<tr><td class="name">{escape(entry["row"])}</td><td>{seconds(entry["peer"])}</td>'
            f"<td>{seconds(entry['seconds'])}</td>"
            f'<td><span class="{marks[0]}">{ratio(entry["ratio"])}</span></td>'
            f'<td><span class="{marks[1]}">{ratio(entry["interpreted"]) or ABSENT}</span></td></tr>'
        )
    titles = heads("operation, way: shape", "released", "compiled", "ratio", "interpreted")
    return (
        "<h2>Sweep: every operation by every way in</h2><p>How many rows have which ratio to the "
        "released package; the upper bar is compiled, the lower one interpreted, losses are red."
        f'</p><div class="grid">{"".join(figures)}</div><h2>The worst of the sweep</h2>'
        + table(titles, rows)
    )


def history_part(runs: dict[str, list[dict[str, Any]]]) -> str:
    """Return each row over its runs, machine by machine: figures of two are never compared."""
    parts = []
    for machine, some in reversed(list(runs.items())):
        figures = []
        for key in dict.fromkeys(key for run in some for key in run["rows"]):
            points = history.of_row(some, key)
            if points:
                figures.append(
                    f"<figure>{charts.course(key, points)}"
                    f"<figcaption>{escape(key)}</figcaption></figure>"
                )
        text = f"{len(some)} runs" if len(some) > 1 else "one run"
        parts.append(
            f"<details><summary>{escape(machine)}: {text}, the last of "
            f"{escape(some[-1]['about']['date'])}</summary>"
            f'<div class="grid">{"".join(figures)}</div></details>'
        )
    if not parts:
        return ""
    return (
        "<h2>History</h2><p>The compiled ratio of each row over the recorded runs of one machine. "
        f"Figures of two machines say nothing about each other.</p>{''.join(parts)}"
    )
