"""Interleaved measurement of one row on several subjects.

Machines are noisy and drift: so the subjects take turns, one short measurement
each, and what is compared is the ratio of two measurements of the same round.
A row's figure is the median of these ratios, its noise their spread.
"""

import json
import os
import selectors
import shutil
import statistics
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Optional

from benchmarks import workloads
from benchmarks.environments import ROOT

#: A peer row slower than this is measured three times only, seconds.
SLOW = 5.0
#: A row slower than this is cut off and shown as over that time, seconds.
CUT_OFF = 60.0
#: A single measurement repeats short calls until about this long, seconds.
TARGET = 0.1
#: ... or until this long with the preparation of each call, seconds.
PREPARING = 0.5
ROUNDS = 7
SLOW_ROUNDS = 3


class TookTooLong(Exception):
    """A request was not answered within its time."""


class Failed(Exception):
    """A workload raised on this subject; the text says what."""


class Process:
    """A subject process and its request channel; see :mod:`benchmarks.subject`."""

    def __init__(self, python: Path, env: Optional[dict[str, str]] = None) -> None:
        self.python = python
        self.env = env or {}
        self._start()

    def _start(self) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith("CLUSTERSHELL_")}
        env.update(self.env, PYTHONPATH=str(ROOT), PYTHONHASHSEED="0")
        self._process = subprocess.Popen(
            [str(self.python), "-m", "benchmarks.subject"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=env,
            cwd="/",
            start_new_session=True,
        )

    def ask(self, op: str, limit: float = 600.0, **fields: Any) -> dict[str, Any]:
        """Send one request; return its answer.

        Raises TookTooLong after ``limit`` seconds, with the process replaced by
        a new one, and Failed when the workload raised.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout
        stdin.write(json.dumps({"op": op, **fields}) + "\n")
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            if not selector.select(limit):
                self.close()
                self._start()
                raise TookTooLong(op)
        line = stdout.readline()
        if not line:
            raise Failed(f"the subject ended with status {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise Failed(answer["error"])
        return answer

    def close(self) -> None:
        """End the process and the commands that it may still run."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, 9)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()


class Column:
    """The measurements of one subject on one row: seconds a call, in rounds."""

    def __init__(self, name: str, process: Process, reference: Optional[str] = None) -> None:
        self.name = name
        self.process = process
        self.reference = reference
        self.loops = 1
        self.seconds: list[float] = []
        self.note = ""

    def warm_up(self, key: str, scale: float) -> None:
        """Prepare the row, run it once and choose how often to repeat it."""
        self.process.ask("prepare", key=key, scale=scale, reference=self.reference)
        answer = self.process.ask("time", loops=1, limit=CUT_OFF)
        if answer["elapsed"] < TARGET / 10:
            answer = self.process.ask("time", loops=5)
        first = answer["seconds"]
        longest = PREPARING / max(answer["elapsed"], 1e-9)
        self.loops = max(1, int(min(TARGET / max(first, 1e-9), longest, 100_000)))
        self.first = first

    def measure(self) -> None:
        answer = self.process.ask("time", loops=self.loops, limit=5 * CUT_OFF)
        self.seconds.append(answer["seconds"])


def _usable(columns: Iterable[Column], key: str, scale: float) -> list[Column]:
    """Warm the columns up; drop, with a note, those that cannot be measured."""
    usable = []
    for column in columns:
        try:
            column.warm_up(key, scale)
        except TookTooLong:
            column.note = f"over {CUT_OFF:.0f} s"
        except Failed as exc:
            column.note = f"failed: {exc}"
        else:
            usable.append(column)
    return usable


def measure_row(
    row: workloads.Workload,
    subjects: dict[str, Process],
    scale: float = 1.0,
    rounds: int = ROUNDS,
    memory: bool = True,
) -> dict[str, Any]:
    """Measure one row on all subjects in turns; return its entry of the JSON file.

    subjects: process of each of ``compiled``, ``interpreted`` and ``peer``; any
        may be absent.
    """
    columns = [
        Column(name, process) for name, process in subjects.items() if name != "peer" or row.peer
    ]
    home = subjects.get("compiled")
    for other in workloads.REFERENCES:
        if other.key == row.key and home and shutil.which(other.needs):
            columns.append(Column(other.name, Process(home.python), other.name))
    usable = _usable(columns, row.key, scale)
    if any(column.first > SLOW for column in usable):
        rounds = min(rounds, SLOW_ROUNDS)
    for turn in range(rounds):
        # Each other round runs backwards, so that no subject always comes first.
        for column in usable if turn % 2 == 0 else usable[::-1]:
            try:
                column.measure()
            except (Failed, TookTooLong) as exc:
                column.note = f"failed: {exc}"
                column.seconds.clear()
                usable = [other for other in usable if other is not column]
    entry = _entry(row, columns)
    if memory:
        for column in usable:
            if column.reference is None:
                entry["columns"][column.name].update(_memory(column))
    for column in columns:
        if column.reference is not None:
            column.process.close()
    return entry


def _memory(column: Column) -> dict[str, Any]:
    """Return the memory figures of a column, none where it cannot be measured."""
    try:
        return column.process.ask("memory", limit=CUT_OFF)
    except (Failed, TookTooLong) as exc:
        column.note = f"memory not measured: {exc}"
        column.process.ask("describe")
        return {"note": column.note}


def _entry(row: workloads.Workload, columns: list[Column]) -> dict[str, Any]:
    """Return the row's figures.

    ``ratios`` holds peer time / our time as ``compiled`` and ``interpreted``,
    and for each other program its time / our compiled time under its name.
    """
    entry: dict[str, Any] = {
        "group": row.group,
        "row": row.row,
        "must": row.must,
        "aim": row.aim,
        "bound": row.bound,
        "columns": {},
        "ratios": {},
    }
    by_name = {column.name: column.seconds for column in columns}
    for column in columns:
        entry["columns"][column.name] = {
            "seconds": statistics.median(column.seconds) if column.seconds else None,
            "rounds": column.seconds,
            "note": column.note,
        }
        if column.name in ("compiled", "interpreted"):
            theirs, mine = by_name.get("peer"), column.seconds
        else:
            theirs, mine = column.seconds, by_name.get("compiled")
        if column.name != "peer" and theirs and mine:
            entry["ratios"][column.name] = summary([t / m for t, m in zip(theirs, mine)])
    return entry


def summary(ratios: list[float]) -> dict[str, float]:
    """Return the median of the ratios and their relative noise.

    The noise is the standard error of the median, taken from the median
    absolute deviation (scaled as for a normal distribution), as a fraction.
    """
    median = statistics.median(ratios)
    deviation = statistics.median(abs(ratio - median) for ratio in ratios)
    error = 1.2533 * 1.4826 * deviation / len(ratios) ** 0.5
    return {"median": median, "noise": error / median, "rounds": len(ratios)}
