"""The counts that are recorded, and what has risen above them.

``counts.jsonl`` holds what they were counted with, then a line for each named count and
for each row, sorted.  A count may fall; it may rise by 2 %, instructions of the sweep by 20 %.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import counts, exact

RECORDED = Path(__file__).resolve().parent / "counts.jsonl"

#: By which part a count may rise.
RISE = 0.02
#: ... and by how many instructions it may rise besides: a page that lies elsewhere costs some.
FEW = 100

#: ... and by which part the instructions of an operation of the sweep may, which are few: whether
#: CPython's caches of methods collide depends on addresses, and differs from build to build.
SWEEP_RISE = 0.2

#: What each kind depends on beside the code, of :func:`benchmarks.exact.tools`.
DEPENDS = {
    "calls": ("python",),
    "system calls": ("python",),
    "allocations": ("python", "libc"),
    "instructions": ("python", "compilers", "libc"),
}

#: What tells of a rise of them.
INSTRUCTIONS = " instructions, recorded "

Counts = dict[str, Any]


def run(python: Path) -> Counts:
    """Count everything on the ClusterShell that ``python`` imports."""
    return {
        "tools": exact.tools(python),
        "named": counts.run(python),
        "rows": exact.run(python),
    }


#: Where else in memory objects lie when instructions are counted again.
LAYOUTS = (1, 2)


def for_record(python: Path) -> Counts:
    """Count everything: instructions wherever objects lie, and the most of each row."""
    found = run(python)
    for layout in LAYOUTS:
        _take(max, found, exact.count(python, "instructions", layout))
    return found


def _take(which: Callable[[int, int], int], found: Counts, again: dict[str, int]) -> None:
    """Take the least or the most instructions of each row."""
    for name, value in again.items():
        row = found["rows"][name]
        row["instructions"] = which(row["instructions"], value)


def risen(python: Path, found: Counts, recorded: Counts) -> list[str]:
    """Return what :func:`compare` tells, of instructions only what has risen wherever objects lie.

    They are counted up to twice more, and the least of each row is taken over into *found*:
    what is recorded is the most.
    """
    told = list(compare(found, recorded))
    for layout in LAYOUTS:
        if not any(INSTRUCTIONS in text for text in told):
            break
        _take(min, found, exact.count(python, "instructions", layout))
        told = list(compare(found, recorded))
    return told


def lines(found: Counts) -> str:
    """Return counts as they are recorded."""
    parts: list[dict[str, Any]] = [{"tools": found["tools"]}]
    parts += [{"count": name, "value": found["named"][name]} for name in sorted(found["named"])]
    parts += [{"row": name, **found["rows"][name]} for name in sorted(found["rows"])]
    return "".join(json.dumps(p, ensure_ascii=False, sort_keys=True) + "\n" for p in parts)


def read(path: Path = RECORDED) -> Counts:
    found: Counts = {"tools": {}, "named": {}, "rows": {}}
    for text in path.read_text().splitlines() if path.exists() else ():
        part = json.loads(text)
        if "tools" in part:
            found["tools"] = part["tools"]
        elif "count" in part:
            found["named"][part["count"]] = part["value"]
        else:
            found["rows"][part.pop("row")] = part
    return found


def _same(kind: str, found: Counts, recorded: Counts) -> bool:
    """Return whether counts of a kind depend on the same things in both."""

    def of(tools: dict[str, str], name: str) -> str:
        value = tools.get(name, "")
        return ".".join(value.split(".")[:2]) if name == "python" and kind == "calls" else value

    return all(of(found["tools"], n) == of(recorded["tools"], n) for n in DEPENDS[kind])


def compare(found: Counts, recorded: Counts) -> Iterator[str]:
    """Yield what has risen or is no longer counted, a line each; tell what is not compared."""
    kinds = [kind for kind in exact.KINDS if _same(kind, found, recorded)]
    for kind in exact.KINDS:
        if kind not in kinds and recorded["rows"]:
            print(f"{kind} not compared: {found['tools']}, recorded with {recorded['tools']}")
    if "calls" in kinds:
        yield from counts.compare(found["named"], recorded["named"])
    for name, before in recorded["rows"].items():
        now = found["rows"].get(name)
        if now is None:
            yield f"{name}: recorded, but not counted"
            continue
        for kind in kinds:
            if kind in before and kind in now:
                counted = kind == "instructions"
                rise = SWEEP_RISE if counted and name.startswith("sweep: ") else RISE
                allowed = before[kind] * (1 + rise) + (FEW if counted else 0)
                if now[kind] > allowed:
                    yield f"{name}: {now[kind]:,} {kind}, recorded {before[kind]:,}"
