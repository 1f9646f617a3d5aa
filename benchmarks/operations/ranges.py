"""Operations on sets of ranges in one dimension."""

import pickle
import random
from collections.abc import Callable
from itertools import accumulate
from typing import Any

from benchmarks.growth import CONSTANT, LINEAR, LOGARITHMIC, SORTING, Timed, growth
from benchmarks.operations.data import (
    RUNS,
    commas,
    dense,
    often,
    pairs,
    shuffled_numbers,
    sorted_numbers,
    sparse,
)

#: Around the size of the row, a factor of ten in all.
CALLS = (5_000, 10_000, 20_000, 50_000)

#: Ten times the elements take at most thirteen times as long: log10(13).
ADDING = 1.114


# RangeSet: reading and building.


@growth("RangeSet: parse one range of n elements", RUNS, CONSTANT)
def parse_range(size: int) -> Timed:
    from ClusterShell.RangeSet import RangeSet

    return (lambda: f"0-{size - 1}"), often(lambda text: len(RangeSet(text)))


@growth("RangeSet: parse one range of n stepped elements", RUNS, LINEAR)
def parse_stepped(size: int) -> Timed:
    from ClusterShell.RangeSet import RangeSet

    return (lambda: f"0-{3 * size - 1}/3"), RangeSet


@growth("RangeSet: parse n ranges", RUNS, LINEAR)
def parse_ranges(size: int) -> Timed:
    from ClusterShell.RangeSet import RangeSet

    def prepare() -> str:
        starts = accumulate(random.choices(range(10, 26), k=size))
        return ",".join([f"{at}-{at + 5}" for at in starts])

    return prepare, RangeSet


@growth("RangeSet: parse n single numbers", RUNS, LINEAR)
def parse_singles(size: int) -> Timed:
    from ClusterShell.RangeSet import RangeSet

    return (lambda: commas(sorted_numbers(size))), RangeSet


@growth("RangeSet: parse a shuffled list of n numbers", RUNS, SORTING)
def parse_shuffled(size: int) -> Timed:
    from ClusterShell.RangeSet import RangeSet

    return (lambda: commas(shuffled_numbers(size))), RangeSet


@growth("RangeSet: build from a shuffled list of n ints", RUNS, SORTING)
def build(size: int) -> Timed:
    from ClusterShell.RangeSet import RangeSet

    return (lambda: shuffled_numbers(size)), RangeSet


@growth("RangeSet: n random add, each followed by a test", CALLS, ADDING)
def add(size: int) -> Timed:
    from ClusterShell.RangeSet import RangeSet

    def prepare() -> Any:
        numbers = list(map(str, shuffled_numbers(2 * size)))
        return RangeSet(), list(zip(numbers[:size], numbers[size:]))

    def run(state: Any) -> None:
        made, elements = state
        for element, other in elements:
            made.add(element)
            other in made  # noqa: B015

    return prepare, run


# RangeSet: writing.


@growth("RangeSet: text of one run of n elements", RUNS, CONSTANT)
def text_dense(size: int) -> Timed:
    return (lambda: dense(size)), often(str)


@growth("RangeSet: text of one run of n elements, autostep=3", RUNS, CONSTANT)
def text_autostep(size: int) -> Timed:
    return (lambda: dense(size, autostep=3)), often(str)


@growth("RangeSet: text of n random runs", RUNS, LINEAR)
def text_sparse(size: int) -> Timed:
    return (lambda: sparse(size)), str


@growth("RangeSet: text of n padded runs", RUNS, LINEAR)
def text_padded(size: int) -> Timed:
    from ClusterShell.RangeSet import RangeSet

    return (lambda: RangeSet(f"0000000-{2 * size - 1:07d}/2")), str


@growth("RangeSet: iterate n elements of one run", RUNS, LINEAR)
def iterate_dense(size: int) -> Timed:
    return (lambda: dense(size)), list


@growth("RangeSet: iterate n padded elements", RUNS, LINEAR)
def iterate_padded(size: int) -> Timed:
    from ClusterShell.RangeSet import RangeSet

    return (lambda: RangeSet(f"0000000-{size - 1:07d}")), list


@growth("RangeSet: iterate n random runs", RUNS, LINEAR)
def iterate_sparse(size: int) -> Timed:
    return (lambda: sparse(size)), (lambda made: [None for _ in made])


@growth("RangeSet: pickle and unpickle n random runs", RUNS, LINEAR)
def pickled(size: int) -> Timed:
    return (lambda: sparse(size)), (lambda made: pickle.loads(pickle.dumps(made)))


# RangeSet: looking up and cutting.


@growth("RangeSet: element of one run of n", RUNS, CONSTANT)
def item(size: int) -> Timed:
    return (lambda: dense(size)), often(lambda made: made[size // 2])


@growth("RangeSet: index in one run of n", RUNS, CONSTANT)
def index(size: int) -> Timed:
    element = str(size * 3 // 4)
    return (lambda: dense(size)), often(lambda made: made.index(element))


@growth("RangeSet: stepped slice of n elements", RUNS, LINEAR)
def stepped_slice(size: int) -> Timed:
    return (lambda: dense(7 * size)), (lambda made: made[::7])


@growth("RangeSet: split(32) of one run of n elements", RUNS, CONSTANT)
def split_dense(size: int) -> Timed:
    return (lambda: dense(size)), often(lambda made: list(made.split(32)))


@growth("RangeSet: split(32) of n random runs", RUNS, LINEAR)
def split_sparse(size: int) -> Timed:
    return (lambda: sparse(size)), (lambda made: list(made.split(32)))


@growth("RangeSet: random membership among n runs", RUNS, LOGARITHMIC)
def member(size: int) -> Timed:
    def prepare() -> Any:
        return sparse(size), [str(random.randrange(size * 10)) for _ in range(20_000)]

    return prepare, (lambda state: [name in state[0] for name in state[1]])


# RangeSet: algebra.


def halves(size: int) -> Callable[[], Any]:
    """Return a function that prepares two runs of n elements that overlap by half."""
    from ClusterShell.RangeSet import RangeSet

    return lambda: (dense(size), RangeSet(f"{size // 2}-{size + size // 2}"))


@growth("RangeSet: union of two runs of n elements", RUNS, CONSTANT)
def union_dense(size: int) -> Timed:
    return halves(size), often(lambda ab: ab[0] | ab[1])


@growth("RangeSet: intersection of two runs of n elements", RUNS, CONSTANT)
def intersection_dense(size: int) -> Timed:
    return halves(size), often(lambda ab: ab[0] & ab[1])


@growth("RangeSet: difference of two runs of n elements", RUNS, CONSTANT)
def difference_dense(size: int) -> Timed:
    return halves(size), often(lambda ab: ab[0] - ab[1])


@growth("RangeSet: xor of two runs of n elements", RUNS, CONSTANT)
def xor_dense(size: int) -> Timed:
    return halves(size), often(lambda ab: ab[0] ^ ab[1])


@growth("RangeSet: true issubset of a run of n elements", RUNS, CONSTANT)
def issubset_dense(size: int) -> Timed:
    def prepare() -> Any:
        larger = dense(size)
        larger.update(["50000000"])
        return dense(size), larger

    return prepare, often(lambda ab: ab[0].issubset(ab[1]))


@growth("RangeSet: union of n random runs", RUNS, LINEAR)
def union(size: int) -> Timed:
    return pairs(sparse, size), (lambda ab: ab[0] | ab[1])


@growth("RangeSet: intersection of n random runs", RUNS, LINEAR)
def intersection(size: int) -> Timed:
    return pairs(sparse, size), (lambda ab: ab[0] & ab[1])


@growth("RangeSet: difference of n random runs", RUNS, LINEAR)
def difference(size: int) -> Timed:
    return pairs(sparse, size), (lambda ab: ab[0] - ab[1])


@growth("RangeSet: xor of n random runs", RUNS, LINEAR)
def xor(size: int) -> Timed:
    return pairs(sparse, size), (lambda ab: ab[0] ^ ab[1])


@growth("RangeSet: true issubset of n random runs", RUNS, LINEAR)
def issubset(size: int) -> Timed:
    def prepare() -> Any:
        made = sparse(size)
        return made, made | sparse(size)

    return prepare, (lambda ab: ab[0].issubset(ab[1]))
