"""Fresh random data for the operations, and how often the shortest of them are called."""

import random
from array import array
from collections.abc import Callable
from itertools import accumulate
from typing import Any

RUNS = (50_000, 100_000, 200_000, 500_000, 1_000_000)

#: Calls of an operation that is too short to be timed alone.
OFTEN = 1_000

#: Gaps between random numbers: from two, so that each is a run of its own.
GAPS = bytes(2 + byte % 16 for byte in range(256))


def sorted_numbers(size: int) -> list[int]:
    """Return fresh random numbers in ascending order, no two of them neighbours."""
    return list(accumulate(random.randbytes(size).translate(GAPS)))


def shuffled_numbers(size: int) -> list[int]:
    """Return fresh random numbers in random order.

    The objects lie in memory in the order of the list, as those of a list just
    read do: else going through them would be what grows.
    """
    numbers = sorted_numbers(size)
    random.shuffle(numbers)
    return array("q", numbers).tolist()


def commas(numbers: list[int]) -> str:
    return ",".join(map(str, numbers))


def sparse(size: int) -> Any:
    """Return a RangeSet of ``size`` runs at fresh random places."""
    from ClusterShell.RangeSet import RangeSet

    return RangeSet(sorted_numbers(size))


def dense(size: int, **options: Any) -> Any:
    from ClusterShell.RangeSet import RangeSet

    return RangeSet(f"0-{size - 1}", **options)


def often(call: Callable[[Any], Any]) -> Callable[[Any], None]:
    """Return a function that does many calls, keeping nothing."""

    def calls(state: Any) -> None:
        for _ in range(OFTEN):
            call(state)

    return calls


def pairs(make: Callable[[int], Any], size: int) -> Callable[[], Any]:
    return lambda: (make(size), make(size))
