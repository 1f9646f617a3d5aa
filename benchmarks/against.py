"""Two trees, measured in turns: which rows are slower in the new one beyond doubt.

What counts is processor time, of the process that does the work: on a busy machine it
says more than what a clock on the wall shows.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import doubt, sweep, workloads
from benchmarks.builds import Build
from benchmarks.figures import duration, ratio, seconds
from benchmarks.process import Failed, Process, TookTooLong
from benchmarks.sweep import measure as swept

#: A single measurement of a row repeats short calls until about this long, seconds: so
#: short that many of them are not interrupted, however busy the machine is.
TARGET = 0.01
#: Rounds of a row; fewer where they would take longer than LONGEST, seconds; more, up to
#: MOST, of what is over in less than SHORT and needs a state of its own for each call: a
#: single such call deviates by a third.
ROUNDS, FEWEST, MOST = 21, 5, 105
LONGEST = 2.0
SHORT = 0.001
#: By how much the clock on the wall may run ahead of the processor's because of others.
BUSY = 10
#: A row of the sweep is measured in shorter bits; these are its rounds.
SWEEP_ROUNDS = 9

#: Names of the subjects, in the order of a first round.
SIDES = ("old", "new")


class Found(NamedTuple):
    """What is known of a row: the ratios new ÷ old, one for each pair of processes.

    old: seconds that one call took in the old tree.
    beside: ratio of the released package to the new tree, if that was wanted.
    failure: why there is no ratio.
    suspect: from which ratio on a first comparison is not trusted, see
        :func:`benchmarks.doubt.suspect`.
    """

    key: str
    ratios: list[float]
    old: float | None = None
    beside: float | None = None
    failure: str = ""
    suspect: float = doubt.SUSPECT

    @property
    def verdict(self) -> str:
        return doubt.verdict(self.ratios, self.suspect) if self.ratios else doubt.SAME

    @property
    def estimate(self) -> doubt.Estimate:
        return doubt.estimate(self.ratios)

    def __str__(self) -> str:
        if not self.ratios:
            return f"{self.key}: {self.failure}"
        beside = f", released {ratio(self.beside)}" if self.beside else ""
        return (
            f"{self.key}: {self.estimate} of {seconds(self.old)}{beside}, "
            f"{len(self.ratios)} pairs: {self.verdict}"
        )


def measure_row(key: str, sides: Mapping[str, Process], scale: float) -> Found | None:
    """Compare one row of the tables once, in the processes given.

    Returns None where the old tree cannot do what the row does.
    """
    name = ""
    loops: dict[str, int] = {}
    times: dict[str, list[float]] = {name: [] for name in sides}
    try:
        slowest = timed = 0.0
        for name, process in sides.items():
            process.ask("prepare", key=key, scale=scale)
            first = process.ask("time", loops=1)
            if _length(first) < TARGET:
                first = process.ask("time", loops=3)
            length = _length(first)
            loops[name] = max(1, min(int(TARGET / max(length, 1e-7)), 100_000))
            slowest = max(slowest, length)
            timed = max(timed, loops[name] * first["processor"])
        shared = min(loops.values())
        names = list(sides)
        short = timed < SHORT
        rounds = MOST if short else ROUNDS
        for turn in range(max(FEWEST, min(rounds, int(LONGEST / slowest)))):
            for name in names if turn % 2 == 0 else names[::-1]:
                times[name].append(sides[name].ask("time", loops=shared)["processor"])
    except (Failed, TookTooLong) as exc:
        if name == "old":
            return None
        return Found(key, [], failure=str(exc).splitlines()[0])
    suspected = doubt.SUSPECT_SHORT if short else doubt.SUSPECT
    return _found(key, times)._replace(suspect=suspected)


def _length(answer: Mapping[str, float]) -> float:
    """Return how long a call takes, preparation included, on a machine that does nothing else.

    That is its processor time, where it does not wait for something: what others do to
    the clock on the wall should not make rounds fewer when there is more noise.
    """
    return max(answer["effort"], answer["elapsed"] / BUSY)


def undisturbed(times: list[float]) -> float:
    """Return the first decile: what else the machine does can only add to a time."""
    return sorted(times)[len(times) // 10]


def _found(key: str, times: Mapping[str, list[float]]) -> Found:
    old, new = (max(undisturbed(times[name]), 1e-9) for name in SIDES)
    beside = undisturbed(times["peer"]) / new if times.get("peer") else None
    return Found(key, [new / old], old, beside)


def measure_cases(keys: list[str], sides: Mapping[str, Process]) -> Iterator[Found]:
    """Compare rows of the sweep once; what the old tree cannot do is left out."""
    for row in swept.measure(keys, sides, SWEEP_ROUNDS, 0):
        if "old" not in row.failures:
            if "new" in row.failures:
                yield Found(row.key, [], failure=row.failures["new"])
            else:
                yield _found(row.key, row.rounds)


def _parts(keys: Iterable[str]) -> Iterator[list[str]]:
    """Yield the keys in order: those of the sweep some at a time, the others one by one."""
    cases: list[str] = []
    for key in keys:
        if not key.startswith(sweep.PREFIX):
            yield [key]
            continue
        cases.append(key)
        if len(cases) == swept.CHUNK:
            yield cases
            cases = []
    if cases:
        yield cases


class Comparison:
    """Compares an old and a new tree on some rows, and again where there is doubt.

    peer: the interpreter of the released package, if it is wanted as a third.
    deadline: when to begin no new row, on the monotonic clock.
    """

    def __init__(
        self,
        old: Build,
        new: Build,
        peer: Path | None = None,
        life: str = "compiled",
        scale: float = 1.0,
        tell: Callable[[str], None] = lambda text: print(text, flush=True),
        deadline: float | None = None,
    ) -> None:
        self.old, self.new, self.peer = old, new, peer
        self.env = {"CLUSTERSHELL_PURE_PYTHON": "1"} if life == "interpreted" else {}
        #: The environment of the new side, which the self-test makes another one.
        self.new_env = self.env
        self.scale = scale
        self.tell = tell
        self.deadline = deadline

    def once(self, keys: Iterable[str]) -> Iterator[Found]:
        """Compare rows once, in a new pair of processes."""
        sides = {
            "old": Process(self.old.python, self.env),
            "new": Process(self.new.python, self.new_env),
        }
        if self.peer:
            sides["peer"] = Process(self.peer)
        try:
            for together in _parts(keys):
                if self.deadline and time.monotonic() > self.deadline:
                    break
                if together[0].startswith(sweep.PREFIX):
                    yield from measure_cases(together, sides)
                else:
                    found = measure_row(together[0], sides, self.scale)
                    if found:
                        yield found
        finally:
            for process in sides.values():
                process.close()

    def run(self, keys: list[str]) -> list[Found]:
        """Compare rows until there is no doubt, or a limit is reached."""
        found: dict[str, Found] = {}
        for row in self.once(keys):
            found[row.key] = row
            if not row.key.startswith(sweep.PREFIX) or row.failure:
                self.tell(f"  {row}")
        suspect = doubt.suspect([row.ratios[0] for row in found.values() if row.ratios])
        found = {key: row._replace(suspect=min(suspect, row.suspect)) for key, row in found.items()}
        for number in range(2, doubt.LIMIT + 1):
            again = [key for key, row in found.items() if row.verdict == doubt.DOUBTFUL]
            if not again:
                break
            self.deadline = None  # what is suspect is decided, however long it takes
            self.tell(f"again, {number} of at most {doubt.LIMIT}: {len(again)} rows")
            for row in self.once(again):
                known = found[row.key]
                found[row.key] = known._replace(
                    ratios=known.ratios + row.ratios, failure=row.failure or known.failure
                )
        return list(found.values())


def all_keys(only: Iterable[str], tables: bool = True, cases: bool = True) -> list[str]:
    """Return the names of the rows that hold one of the texts."""
    keys = [row.key for row in workloads.load()] if tables else []
    keys += [case.key for case in sweep.cases()] if cases else []
    texts = [text.lower() for text in only] or [""]
    return [key for key in keys if any(text in key.lower() for text in texts)]


def report(found: list[Found], begun: float, tell: Callable[[str], None]) -> int:
    """Tell which rows are slower, faster or doubtful; return the exit status."""
    failed = [row for row in found if row.failure]
    for heading, rows in (
        ("FAILED", failed),
        ("SLOWER", [row for row in found if row.verdict == doubt.SLOWER]),
        ("doubtful", [row for row in found if row.verdict == doubt.DOUBTFUL]),
    ):
        for row in rows:
            tell(f"{heading}: {row}")
    ratios = [row.ratios[0] for row in found if row.ratios]
    if ratios:
        mean = statistics.geometric_mean(ratios)
        faster = sum(row.verdict == doubt.FASTER for row in found)
        tell(
            f"{len(ratios)} rows compared in {duration(time.monotonic() - begun)} minutes: "
            f"new ÷ old {mean:.3f} in the geometric mean, {faster} look faster by over 5 %"
        )
    slower = any(row.verdict == doubt.SLOWER for row in found)
    return 1 if slower or failed else 0


def as_json(old: Build, new: Build, found: list[Found]) -> str:
    """Return a comparison as lines of JSON: what was compared, then the rows, sorted."""
    head: dict[str, Any] = {"new": [new.name, new.key], "old": [old.name, old.key]}
    lines = [json.dumps(head, sort_keys=True)]
    for row in sorted(found):
        line = {"row": row.key, "ratios": row.ratios, "seconds": row.old, "verdict": row.verdict}
        line.update({"failure": row.failure} if row.failure else {})
        line.update({"released": row.beside} if row.beside else {})
        lines.append(json.dumps(line, ensure_ascii=False, sort_keys=True))
    return "\n".join(lines) + "\n"
