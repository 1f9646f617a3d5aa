"""When one tree is slower than another: what several comparisons say together.

A comparison is made by two processes that take turns, and gives one ratio.  Single ones
deviate for reasons that have nothing to do with the code: where memory lay in these two
processes, what else the machine did.  So the unit is the pair of processes, not the
round, and it is repeated in new ones until there is no doubt left, or a limit is reached.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

#: A row that is slower by more than this part is named; that by TWICE must not slip through.
FALL, TWICE = 0.05, 0.10
#: A row that looks slower by more than this part is compared again, on a quiet machine.
SUSPECT = 0.02
#: ... of calls that are timed one by one and short: where memory lies moves these by a twentieth.
SUSPECT_SHORT = -0.03
#: Comparisons that it takes to name a row, and after which a row stays doubtful.
FEWEST, LIMIT = 5, 24

#: One-sided quantiles of Student's distribution for one error in 400, by degrees of freedom.
QUANTILES = (
    127.3, 14.09, 7.45, 5.60, 4.77, 4.32, 4.03, 3.83, 3.69, 3.58,
    3.50, 3.43, 3.37, 3.33, 3.29,
)  # fmt: skip

#: From how many values on which of the smallest is below the median, but for as many errors.
RANKS = ((9, 1), (12, 2), (15, 3), (18, 4), (20, 5), (23, 6))

FASTER, SAME, SLOWER, DOUBTFUL = "faster", "same", "slower", "doubtful"


class Estimate(NamedTuple):
    """The ratio new ÷ old, and between which ratios it is but for one time in 200."""

    ratio: float
    low: float
    high: float

    def __str__(self) -> str:
        if not math.isfinite(self.high):
            return f"{self.ratio:.3f}"
        return f"{self.ratio:.3f} ({self.low:.3f} to {self.high:.3f})"


def estimate(ratios: Sequence[float]) -> Estimate:
    """Return what comparisons say together; without bounds where there is only one.

    The bounds are Student's, or where they are closer those of the ranks, which a
    single value far off does not move.
    """
    logs = sorted(math.log(ratio) for ratio in ratios)
    mean = statistics.fmean(logs)
    if len(logs) < 2:
        return Estimate(math.exp(mean), 0.0, math.inf)
    quantile = QUANTILES[min(len(logs) - 2, len(QUANTILES) - 1)]
    margin = quantile * statistics.stdev(logs) / len(logs) ** 0.5
    low, high, middle = mean - margin, mean + margin, mean
    ranks = [rank for count, rank in RANKS if len(logs) >= count]
    if ranks and logs[-ranks[-1]] - logs[ranks[-1] - 1] < high - low:
        low, high, middle = logs[ranks[-1] - 1], logs[-ranks[-1]], statistics.median(logs)
    return Estimate(math.exp(middle), math.exp(low), math.exp(high))


def _likely_high(ratios: Sequence[float]) -> float:
    """Return the mean and two of its standard errors: enough to clear a row."""
    logs = [math.log(ratio) for ratio in ratios]
    return math.exp(statistics.fmean(logs) + 2 * statistics.stdev(logs) / len(logs) ** 0.5)


def suspect(ratios: Sequence[float]) -> float:
    """Return by which part a row may look slower and be trusted, from how rows scatter.

    Most rows of two trees are equally fast: how far their ratios are apart is noise.  A
    row that is slower by TWICE must look slower by more than what is returned; with
    much noise it may even look faster than another.
    """
    if len(ratios) < 8:
        return SUSPECT
    logs = [math.log(ratio) for ratio in ratios]
    middle = statistics.median(logs)
    spread = 1.4826 * statistics.median(abs(value - middle) for value in logs)
    return min(SUSPECT, TWICE - 3 * spread)


def verdict(ratios: Sequence[float], suspected: float = SUSPECT) -> str:
    """Return what a row is; DOUBTFUL means that it is to be compared again.

    One comparison that shows no fall clears a row, unless it looks faster by as much as a
    fall: that is as much of a surprise, and wants a second one that says so.  One that
    does accuses it, and then it takes several to name it, which must agree; half of them
    clear it again.
    """
    if ratios[0] < 1 - FALL:
        if len(ratios) < 2:
            return DOUBTFUL
        return FASTER if ratios[1] < 1 - FALL else verdict(ratios[1:], suspected)
    if ratios[0] <= 1 + suspected:
        return SAME
    # The first comparison is what accused the row: it is no witness.
    witnesses = ratios[1:]
    if len(witnesses) >= 2 and max(witnesses) <= 1 + suspected:
        return SAME
    if len(witnesses) >= 3 and _likely_high(witnesses) < 1 + FALL:
        return SAME
    if len(ratios) < FEWEST:
        return DOUBTFUL
    found = estimate(witnesses)
    if found.low > 1 + FALL:
        return SLOWER
    return SAME if found.high < 1 + FALL else DOUBTFUL
