"""The regression gate: this run's ratios against the committed record.

A row raises an alarm when its ratio has fallen by more than a quarter *beyond
the run's own noise*.  A ratio that merely looks lower is measured again with
more rounds, which narrows its noise, before it may raise one.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from benchmarks.promises import key

#: An alarm below this part of the recorded ratio.
FALL = 0.75
#: Measure again below this part of the recorded ratio.
SUSPECT = 0.85
#: Standard errors of the median that make the run's own noise.
SIGMAS = 2.0
#: Rounds of the measurements that confirm a fall or clear a row.
CONFIRMING_ROUNDS = (15, 31)


class Fall(NamedTuple):
    """A ratio that has fallen."""

    key: str
    column: str
    recorded: float
    measured: float
    noise: float

    def __str__(self) -> str:
        change = 100 * (1 - self.measured / self.recorded)
        return (
            f"{self.key} [{self.column}]: {self.recorded:.3g}x recorded, "
            f"{self.measured:.3g}x now (down {change:.0f} %, noise {100 * self.noise:.0f} %)"
        )


def below(entry: dict[str, Any], recorded: dict[str, Any], part: float) -> Iterator[Fall]:
    """Yield the ratios of a row below ``part`` of the record, beyond their noise."""
    for column, before in recorded["ratios"].items():
        now = entry["ratios"].get(column)
        if now is None:
            continue
        margin = 1 + SIGMAS * now["noise"] if part == FALL else 1.0
        if now["median"] * margin < part * before["median"]:
            yield Fall(key(entry), column, before["median"], now["median"], SIGMAS * now["noise"])


def falls(
    entries: list[dict[str, Any]],
    record: dict[str, Any],
    again: Callable[[str, int], dict[str, Any]],
) -> list[Fall]:
    """Return the confirmed falls of a run.

    entries: rows as :func:`benchmarks.measure.measure_row` returns them.
    record: the committed record; rows it does not hold are new and pass.
    again: measures the row of a key with a number of rounds.
    """
    confirmed = []
    known = {key(recorded): recorded for recorded in record["rows"]}
    for entry in entries:
        recorded = known.get(key(entry))
        if recorded is None:
            continue
        for rounds in CONFIRMING_ROUNDS:
            if not list(below(entry, recorded, SUSPECT)):
                break
            entry = again(key(entry), rounds)
        confirmed += below(entry, recorded, FALL)
    return confirmed


def missing(record: dict[str, Any], entries: list[dict[str, Any]], whole: bool) -> list[str]:
    """Return the recorded ratios that a run lacks, one text each.

    A program that is not installed here has none, and is not named.

    whole: the run was to measure all rows; else rows that it has not are none of its.
    """
    measured = {key(entry): entry for entry in entries}
    texts = []
    for recorded in record["rows"]:
        name = key(recorded)
        if name in measured:
            entry = measured[name]
            for column in recorded["ratios"]:
                if column not in entry["ratios"] and column not in entry["absent"]:
                    texts.append(f"{name} [{column}]: recorded, but not measured")
        elif whole:
            texts.append(f"{name}: recorded, but there is no such row")
    return texts
