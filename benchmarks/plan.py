"""How long a run takes: told before it, from the times of the recorded run."""

import time
from typing import Any

from benchmarks import measure, promises
from benchmarks.figures import duration
from benchmarks.workloads import Workload

#: Where the record does not tell, seconds.
GUESSES = {"environments": 90.0, "sweep": 500.0, "growth": 180.0, "counts": 20.0}
GUESSED_ROW = 10.0


def of_row(recorded: dict[str, Any]) -> float:
    """Return about how long a row took, from its entry in the record."""
    if "took" in recorded:
        return recorded["took"]
    times = [column["seconds"] for column in recorded["columns"].values() if column["seconds"]]
    each = sum(max(seconds, 2 * measure.TARGET) for seconds in times)
    slow = any(seconds > measure.SLOW for seconds in times)
    return each * ((measure.SLOW_ROUNDS if slow else measure.ROUNDS) + 1)


class Plan:
    """The parts of a run in their order, with the time that each is expected to take."""

    def __init__(self, rows: list[Workload], record: dict[str, Any], others: list[str]):
        known = {promises.key(entry): of_row(entry) for entry in record["rows"]}
        groups: dict[str, float] = {}
        for row in rows:
            groups[row.group] = groups.get(row.group, 0.0) + known.get(row.key, GUESSED_ROW)
        took = {**GUESSES, **record["took"]}
        self.parts = {"environments": took["environments"], **groups}
        self.parts.update({part: took[part] for part in others})
        self.begun = time.monotonic()

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {duration(value)}" for name, value in self.parts.items())
        return f"plan: {duration(sum(self.parts.values()))} minutes ({parts})"

    def elapsed(self) -> float:
        return time.monotonic() - self.begun

    def at(self, part: str) -> str:
        """Return how far the run is when it comes to a part, to stand before its name."""
        names = list(self.parts)
        left = sum(self.parts[name] for name in names[names.index(part) :])
        return f"[{duration(self.elapsed())}, {duration(left)} to go]"
