"""Interleaved measurement of one row on several subjects.

Machines are noisy and drift: so the subjects take turns, one short measurement
each, and what is compared is the ratio of two measurements of the same round.
A row's figure is the median of these ratios, its noise their spread.
"""

import shutil
import statistics
import time
from collections.abc import Iterable
from typing import Any, Optional

from benchmarks import workloads
from benchmarks.process import Failed, Process, TookTooLong

#: A row slower than this on some subject is measured three times only, seconds.
SLOW = 5.0
#: A subject that takes longer on a row is cut off and shown as over that time, seconds.
CUT_OFF = 60.0
#: A single measurement repeats short calls until about this long, seconds.
TARGET = 0.1
#: ... or until this long with the preparation of each call, seconds.
PREPARING = 0.3
#: A first call longer than this needs no warming up: it is the first round, seconds.
WARM = 1.0
ROUNDS = 7
SLOW_ROUNDS = 3


class Column:
    """The measurements of one subject on one row: seconds a call, in rounds."""

    def __init__(self, name: str, process: Process, reference: Optional[str] = None) -> None:
        self.name = name
        self.process = process
        self.reference = reference
        self.loops = 1
        self.first = 0.0
        self.seconds: list[float] = []
        self.memory: dict[str, Any] = {}
        #: What stands in place of a time that there is not.
        self.note = ""
        #: What went wrong, if anything.
        self.failure = ""

    def warm_up(self, key: str, scale: float) -> None:
        """Prepare the row, run it once and choose how often to repeat it."""
        self.process.ask("prepare", key=key, scale=scale, reference=self.reference)
        answer = self.process.ask("time", loops=1, limit=CUT_OFF)
        if answer["elapsed"] < TARGET / 10:
            answer = self.process.ask("time", loops=5)
        self.first = answer["seconds"]
        longest = PREPARING / max(answer["elapsed"], 1e-9)
        self.loops = max(1, int(min(TARGET / max(self.first, 1e-9), longest, 100_000)))

    def measure(self) -> None:
        answer = self.process.ask("time", loops=self.loops, limit=5 * CUT_OFF)
        self.seconds.append(answer["seconds"])

    def measure_memory(self, key: str, scale: float) -> None:
        """Measure the row's memory, in a process of its own."""
        process = Process(self.process.python, self.process.env)
        try:
            self.memory = process.ask(
                "memory", key=key, scale=scale, reference=self.reference, limit=CUT_OFF
            )
        finally:
            process.close()

    def entry(self) -> dict[str, Any]:
        """Return the column's figures for the JSON file."""
        found = {
            "seconds": statistics.median(self.seconds) if self.seconds else None,
            "rounds": self.seconds,
            "note": self.note,
            **self.memory,
        }
        return {**found, "failure": self.failure} if self.failure else found


def _attempt(column: Column, what: str, *args: Any) -> bool:
    """Call a method of a column; note what went wrong, return whether all is well."""
    try:
        getattr(column, what)(*args)
    except TookTooLong as exc:
        if what == "warm_up":
            column.note = f"over {CUT_OFF:.0f} s"
        if column.name != "peer" or what != "warm_up":
            column.failure = str(exc)
    except Failed as exc:
        column.failure = f"{what.replace('_', ' ')}: {exc}"
    else:
        return True
    if what != "measure_memory":
        column.note = column.note or "failed"
        column.seconds.clear()
    return False


def _rounds(columns: list[Column], rounds: int) -> list[Column]:
    """Measure the columns in turns; return those that could be measured."""
    if any(column.first > SLOW for column in columns) or len(columns) < 2:
        rounds = min(rounds, SLOW_ROUNDS)
    for turn in range(rounds):
        # Each other round runs backwards, so that no subject always comes first.
        for column in columns if turn % 2 == 0 else columns[::-1]:
            if turn == 0 and column.first > WARM:
                column.seconds.append(column.first)
            elif not _attempt(column, "measure"):
                columns = [other for other in columns if other is not column]
    return columns


def _columns(row: workloads.Workload, subjects: dict[str, Process]) -> Iterable[Column]:
    """Yield a column for each subject of the row, and each other program there is."""
    for name, process in subjects.items():
        if name != "peer" or row.peer:
            yield Column(name, process)
    home = subjects.get("compiled")
    for other in workloads.REFERENCES:
        if other.key == row.key and home and shutil.which(other.needs):
            yield Column(other.name, Process(home.python), other.name)


def measure_row(
    row: workloads.Workload,
    subjects: dict[str, Process],
    scale: float = 1.0,
    rounds: int = ROUNDS,
    memory: bool = True,
) -> dict[str, Any]:
    """Measure one row on all subjects in turns; return its entry of the JSON file.

    A subject that fails, or takes too long, has no figures but its failure or
    note; the others are measured all the same.

    subjects: process of each of ``compiled``, ``interpreted`` and ``peer``; any
        may be absent.
    """
    begun = time.monotonic()
    columns = list(_columns(row, subjects))
    usable = [column for column in columns if _attempt(column, "warm_up", row.key, scale)]
    usable = _rounds(usable, rounds)
    if memory:
        for column in usable:
            _attempt(column, "measure_memory", row.key, scale)
    for column in columns:
        if column.reference is not None:
            column.process.close()
    return {**_entry(row, columns), "took": round(time.monotonic() - begun, 1)}


def _entry(row: workloads.Workload, columns: list[Column]) -> dict[str, Any]:
    """Return the row's figures.

    ``ratios`` holds peer time / our time as ``compiled`` and ``interpreted``,
    and for each other program its time / our compiled time under its name;
    ``absent`` the other programs that are not installed.
    """
    entry: dict[str, Any] = {
        "group": row.group,
        "row": row.row,
        "must": row.must,
        "aim": row.aim,
        "bound": row.bound,
        "columns": {column.name: column.entry() for column in columns},
        "ratios": {},
        "absent": [],
    }
    by_name = {column.name: column.seconds for column in columns}
    for name, seconds in by_name.items():
        if name in ("compiled", "interpreted"):
            theirs, mine = by_name.get("peer"), seconds
        else:
            theirs, mine = seconds, by_name.get("compiled")
        if name != "peer" and theirs and mine:
            entry["ratios"][name] = summary([t / m for t, m in zip(theirs, mine)])
    for other in workloads.REFERENCES:
        if other.key == row.key and other.name in by_name:
            entry["columns"][other.name]["must"] = other.must
        elif other.key == row.key:
            entry["absent"].append(other.name)
    return entry


def failures(entry: dict[str, Any]) -> list[str]:
    """Return what went wrong on a row, a text for each subject."""
    return [
        f"{entry['group']}: {entry['row']} [{name}]: {column['failure']}"
        for name, column in entry["columns"].items()
        if "failure" in column
    ]


def summary(ratios: list[float]) -> dict[str, float]:
    """Return the median of the ratios and their relative noise.

    The noise is the standard error of the median, taken from the median
    absolute deviation (scaled as for a normal distribution), as a fraction.
    """
    median = statistics.median(ratios)
    deviation = statistics.median(abs(ratio - median) for ratio in ratios)
    error = 1.2533 * 1.4826 * deviation / len(ratios) ** 0.5
    return {"median": median, "noise": error / median, "rounds": len(ratios)}
