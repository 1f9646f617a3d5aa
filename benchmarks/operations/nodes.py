"""Operations on node sets, in one dimension and in more, and on groups."""

import random
from typing import Any

from benchmarks.growth import CONSTANT, LINEAR, LOGARITHMIC, SORTING, Timed, growth
from benchmarks.operations.data import (
    RUNS,
    commas,
    often,
    pairs,
    shuffled_numbers,
    sorted_numbers,
)

CALLS = (20_000, 50_000, 100_000, 200_000)
VECTORS = (1_000, 3_000, 10_000, 30_000, 100_000)
SIDES = (30, 100, 300, 1_000)


# More than one dimension.


@growth("RangeSetND: fold n random 4-D vectors", VECTORS, SORTING)
def fold_vectors(size: int) -> Timed:
    from ClusterShell.NodeSet import NodeSet

    def prepare() -> list[str]:
        # One in ten of the places of a machine that grows with the size.
        numbers = random.sample(range(size * 10), size)
        return [f"x{1000 + n // 128}c{n // 16 % 8}s{n // 2 % 8}b{n % 2}" for n in numbers]

    return prepare, (lambda names: str(NodeSet.fromlist(names)))


@growth("RangeSetND: fold a full grid of n names", VECTORS, SORTING)
def fold_grid(size: int) -> Timed:
    from ClusterShell.NodeSet import NodeSet

    side = int(size**0.5)

    def prepare() -> list[str]:
        names = [f"r{a}n{b}" for a in range(side) for b in range(side)]
        random.shuffle(names)
        return names

    return prepare, (lambda names: str(NodeSet.fromlist(names)))


@growth("RangeSetND: union of two overlapping boxes of side n", SIDES, LINEAR)
def overlapping_boxes(size: int) -> Timed:
    from ClusterShell.NodeSet import NodeSet

    last, half = size - 1, size // 2
    text = f"r[0-{last}]n[0-{last}],r[{half}-{half + last}]n[{half}-{half + last}]"
    return (lambda: text), (lambda text: [str(NodeSet(text)) for _ in range(10)])


@growth("RangeSetND: cube of side n without 8 nodes, and its length", SIDES, LINEAR)
def cube_with_holes(size: int) -> Timed:
    from ClusterShell.NodeSet import NodeSet

    cube = f"r[0-{size - 1}]c[0-{size - 1}]n[0-{size - 1}]"

    def prepare() -> str:
        points = [[random.randrange(size) for _ in range(3)] for _ in range(8)]
        return ",".join([f"r{r}c{c}n{n}" for r, c, n in points])

    return prepare, (lambda gone: [len(NodeSet(cube) - NodeSet(gone)) for _ in range(10)])


# NodeSet and groups.


def names_of(size: int) -> list[str]:
    return [f"node{number}" for number in shuffled_numbers(size)]


def sparse_nodes(size: int) -> Any:
    from ClusterShell.NodeSet import NodeSet

    return NodeSet(f"node[{commas(sorted_numbers(size))}]")


def dense_nodes(size: int, first: int = 0) -> Any:
    from ClusterShell.NodeSet import NodeSet

    return NodeSet(f"node[{first}-{first + size - 1}]")


@growth("NodeSet: fold n shuffled names", RUNS, SORTING)
def fold_names(size: int) -> Timed:
    from ClusterShell.NodeSet import NodeSet

    return (lambda: names_of(size)), (lambda names: str(NodeSet.fromlist(names)))


@growth("NodeSet: read n shuffled names of 50 prefixes", RUNS, SORTING)
def read_prefixes(size: int) -> Timed:
    from ClusterShell.NodeSet import NodeSet

    stems = [f"{a}{b}-" for a in "abcde" for b in "klmnopqrst"]

    def prepare() -> list[str]:
        return [stems[number % 50] + str(number) for number in shuffled_numbers(size)]

    return prepare, NodeSet.fromlist


@growth("NodeSet: parse n shuffled names joined by commas", RUNS, SORTING)
def parse_names(size: int) -> Timed:
    from ClusterShell.NodeSet import NodeSet

    return (lambda: ",".join(names_of(size))), NodeSet


@growth("NodeSet: parse one range of n nodes", RUNS, CONSTANT)
def parse_nodes(size: int) -> Timed:
    return (lambda: size), often(dense_nodes)


@growth("NodeSet: parse a folded text of n random indexes", RUNS, LINEAR)
def parse_folded(size: int) -> Timed:
    from ClusterShell.NodeSet import NodeSet

    return (lambda: f"node[{commas(sorted_numbers(size))}]"), NodeSet


@growth("NodeSet: expand n names", RUNS, LINEAR)
def expand_names(size: int) -> Timed:
    from ClusterShell.NodeSet import expand

    return (lambda: f"node[0-{size - 1}]"), expand


@growth("NodeSet: expand n padded names with a suffix", RUNS, LINEAR)
def expand_padded(size: int) -> Timed:
    from ClusterShell.NodeSet import expand

    return (lambda: f"node[0000000-{size - 1:07d}]-ib"), expand


@growth("NodeSet: node of n", RUNS, CONSTANT)
def node_item(size: int) -> Timed:
    return (lambda: dense_nodes(size)), often(lambda nodes: nodes[size // 2])


@growth("NodeSet: split(32) of n nodes", RUNS, CONSTANT)
def split_nodes(size: int) -> Timed:
    return (lambda: dense_nodes(size)), often(lambda nodes: list(nodes.split(32)))


@growth("NodeSet: union of two ranges of n nodes", RUNS, CONSTANT)
def union_nodes(size: int) -> Timed:
    prepare = lambda: (dense_nodes(size), dense_nodes(size, size // 2))  # noqa: E731
    return prepare, often(lambda ab: ab[0] | ab[1])


@growth("NodeSet: difference of two ranges of n nodes", RUNS, CONSTANT)
def difference_nodes(size: int) -> Timed:
    prepare = lambda: (dense_nodes(size), dense_nodes(size, size // 2))  # noqa: E731
    return prepare, often(lambda ab: ab[0] - ab[1])


@growth("NodeSet: union of n random nodes", RUNS, LINEAR)
def union_sparse_nodes(size: int) -> Timed:
    return pairs(sparse_nodes, size), (lambda ab: ab[0] | ab[1])


@growth("NodeSet: one name looked up among n random nodes", RUNS, LOGARITHMIC)
def contains_node(size: int) -> Timed:
    return (lambda: sparse_nodes(size)), often(lambda nodes: "node54321" in nodes)


@growth("NodeSet: n times remove of one node, shuffled", CALLS, SORTING)
def remove_nodes(size: int) -> Timed:
    def prepare() -> Any:
        names = [f"node{number}" for number in random.sample(range(size), size)]
        return dense_nodes(size), names

    def run(state: Any) -> None:
        nodes, names = state
        for name in names:
            nodes.remove(name)

    return prepare, run


@growth("NodeSet: n times add of one node, shuffled", CALLS, SORTING)
def add_nodes(size: int) -> Timed:
    from ClusterShell.NodeSet import NodeSet

    def run(state: Any) -> None:
        nodes, names = state
        for name in names:
            nodes.add(name)

    return (lambda: (NodeSet(), names_of(size))), run


@growth("NodeSet: regroup n nodes against n groups of 50", (1_000, 2_000, 5_000, 10_000), SORTING)
def regroup(size: int) -> Timed:
    from ClusterShell.NodeSet import NodeSet
    from ClusterShell.NodeUtils import GroupResolver, GroupSource

    def prepare() -> Any:
        starts = [random.randrange(2 * size) for _ in range(size)]
        groups = {f"g{n}": f"node[{first}-{first + 49}]" for n, first in enumerate(starts)}
        resolver = GroupResolver(default_source=GroupSource("local", groups))
        return NodeSet(f"node[0-{size - 1}]", resolver=resolver)

    return prepare, (lambda nodes: nodes.regroup())
