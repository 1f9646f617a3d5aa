"""One interleaved run over the cases of the sweep."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from benchmarks import sweep
from benchmarks.process import Failed, Process, TookTooLong

#: Cases that are asked for at once: the subjects take turns with them.
CHUNK = 20
ROUNDS = 3
#: Rounds more for a case whose ratio is near one, or below.
MORE = 4
NEAR = 1.3

#: An operation may be slower by this part, or by this time below the time of SHORT.
ALLOWED = 1.10
SHORT, SLACK = 0.5e-6, 0.1e-6


class Row(NamedTuple):
    """A measured case: seconds an operation, by subject and round.

    failures: by subject, why there is none.
    """

    key: str
    rounds: dict[str, list[float]]
    failures: dict[str, str]

    def seconds(self, name: str) -> float | None:
        found = self.rounds.get(name)
        return statistics.median(found) if found else None

    def ratio(self, name: str, other: str = "peer") -> float | None:
        """Return the time of another subject divided by that of this one."""
        theirs, mine = self.rounds.get(other), self.rounds.get(name)
        if not theirs or not mine:
            return None
        return statistics.median(t / m for t, m in zip(theirs, mine))


def limit(peer: float, allowed: float = ALLOWED) -> float:
    """Return the longest time that an operation may take beside that of the peer."""
    return max(peer * allowed, peer + SLACK if peer < SHORT else 0.0)


def is_slow(row: Row, name: str = "compiled", allowed: float = ALLOWED) -> bool:
    """Return whether most rounds of a row are over the limit."""
    theirs, mine = row.rounds.get("peer"), row.rounds.get(name)
    if not theirs or not mine:
        return False
    return statistics.median(m - limit(t, allowed) for t, m in zip(theirs, mine)) > 0


def _ask(process: Process, keys: list[str]) -> list[str | None]:
    """Try cases; where the process itself fails, one by one, to see which of them it was.

    It holds the cases of the last request: those that are left are then tried together.
    """
    try:
        return _try(process, keys)
    except (Failed, TookTooLong) as exc:
        ended = f"ended: {exc}"
    if len(keys) == 1:
        return [ended]
    answers = [answer for key in keys for answer in _ask(process, [key])]
    left = [key for key, why in zip(keys, answers) if why is None]
    if not left:
        return answers
    try:
        again = dict(zip(left, _try(process, left)))
    except (Failed, TookTooLong) as exc:
        again = dict.fromkeys(left, f"ended: {exc}")
    return [again.get(key, why) for key, why in zip(keys, answers)]


def _try(process: Process, keys: list[str]) -> list[str | None]:
    return process.ask("try_cases", keys=keys, limit=30.0 + 3 * len(keys))["refused"]


def measure(
    keys: list[str], subjects: Mapping[str, Process], rounds: int = ROUNDS, more: int = MORE
) -> list[Row]:
    """Measure a few cases in turns.

    A case that no subject but ours refuses is a failure; one that ``peer`` refuses is
    no row, and is left out.
    """
    rows = {key: Row(key, {}, {}) for key in keys}
    usable: dict[str, list[str]] = {}
    for name, process in subjects.items():
        refused = dict(zip(keys, _ask(process, keys)))
        usable[name] = [key for key in keys if refused[key] is None]
        for key, why in refused.items():
            if why:
                rows[key].failures[name] = why
    if "peer" in subjects:
        kept = [key for key in keys if not rows[key].failures.get("peer", "").startswith("refused")]
        rows = {key: rows[key] for key in kept}
    _turns(rows, usable, subjects, rounds)
    if more:
        near = {key for key, row in rows.items() if (row.ratio("compiled") or NEAR) < NEAR}
        again = {name: [key for key in some if key in near] for name, some in usable.items()}
        _turns(rows, again, subjects, more)
    return list(rows.values())


def _turns(
    rows: dict[str, Row],
    usable: dict[str, list[str]],
    subjects: Mapping[str, Process],
    rounds: int,
) -> None:
    names = list(subjects)
    for turn in range(rounds):
        for name in names if turn % 2 == 0 else names[::-1]:
            keys = [key for key in usable[name] if key in rows]
            if not keys:
                continue
            try:
                found = subjects[name].ask("time_cases", keys=keys)["seconds"]
            except (Failed, TookTooLong) as exc:
                usable[name] = []  # another process, which has no cases
                for key in keys:
                    rows[key].failures[name] = f"ended: {exc}"
                continue
            for key, seconds in zip(keys, found):
                rows[key].rounds.setdefault(name, []).append(seconds)


def run(subjects: Mapping[str, Process], keys: Iterable[str] | None = None) -> Iterator[Row]:
    """Measure all cases, or those of some names; yield the rows as they are done."""
    wanted = list(keys) if keys is not None else [case.key for case in sweep.cases()]
    for at in range(0, len(wanted), CHUNK):
        yield from measure(wanted[at : at + CHUNK], subjects)


def confirm(keys: list[str], subjects: Mapping[str, Process], times: int = 3) -> list[Row]:
    """Measure cases that look slow in new processes; return those that are, every time."""
    slow: list[Row] = []
    for _ in range(times):
        for process in subjects.values():
            process.restart()
        slow = [
            row
            for at in range(0, len(keys), CHUNK)
            for row in measure(keys[at : at + CHUNK], subjects, 7, 0)
            if is_slow(row)
        ]
        keys = [row.key for row in slow]
    return slow
