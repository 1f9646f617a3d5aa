"""Patterns, what a node set is made of, against sets of names."""

import random

import pytest

from ClusterShell import _accel
from ClusterShell._nodes import folding, patterns
from ClusterShell._nodes.errors import BadText, Mismatch
from ClusterShell._nodes.reading import read_names
from ClusterShell.RangeSet import RangeSet, RangeSetND

OPERATIONS = [
    (patterns.update, set.update),
    (patterns.subtract, set.difference_update),
    (patterns.intersect, set.intersection_update),
    (patterns.toggle, set.symmetric_difference_update),
]


def some_names(seed):
    """Return a random list of names of no, one and two numbers."""
    pick = random.Random(seed)
    kinds = ["a{0}", "a{0}b{1}", "login", "x{0}-ib", "é"]
    return [
        pick.choice(kinds).format(pick.randrange(6), pick.randrange(3))
        for _ in range(pick.randrange(12))
    ]


def names_of(found):
    return set(patterns.names(found))


@pytest.mark.parametrize("operation, of_sets", OPERATIONS)
@pytest.mark.parametrize("seed", range(20))
def test_algebra(operation, of_sets, seed):
    left, right = some_names(seed), some_names(seed + 1000)
    mine, others = read_names(left, None), read_names(right, None)
    before = patterns.copy(others)
    operation(mine, others)
    expected = set(left)
    of_sets(expected, right)
    assert names_of(mine) == expected
    assert patterns.size(mine) == len(expected)
    assert others == before
    assert all(rangeset is None or rangeset for rangeset in mine.values())


@pytest.mark.parametrize("operation, of_sets", OPERATIONS)
def test_algebra_with_itself(operation, of_sets):
    names = ["a1", "a2", "b1c2", "b2c2", "login"]
    mine, expected = read_names(names, None), set(names)
    operation(mine, mine)
    of_sets(expected, set(expected))
    assert names_of(mine) == expected


@pytest.mark.parametrize("seed", range(20))
def test_covers(seed):
    left, right = some_names(seed), some_names(seed + 1000)[:2]
    expected = set(right) <= set(left)
    assert patterns.covers(read_names(left, None), read_names(right, None)) == expected


@pytest.mark.parametrize("seed", range(10))
def test_positions(seed):
    found = read_names(some_names(seed), None)
    names = list(patterns.names(found))
    assert [patterns.at(found, index) for index in range(len(names))] == names
    for position, name in enumerate(names):
        assert _accel.namer.position(found, read_names([name], None)) == position
    assert _accel.namer.position(found, read_names(["nonesuch"], None)) == -1
    with pytest.raises(IndexError):
        patterns.at(found, len(names))
    for cut in (slice(1, 3), slice(None, None, 2), slice(-2, None), slice(None, None, -1)):
        assert names_of(patterns.sliced(found, cut)) == set(names[cut])


def test_what_is_given_away_and_what_is_copied():
    theirs = RangeSet("1-3")
    mine = {}
    patterns.update(mine, {"a%s": theirs})
    assert mine["a%s"] is not theirs
    patterns.update(mine, {"b%s": theirs}, copy=False, autostep=3)
    assert mine["b%s"] is theirs
    assert theirs.autostep == 3


def test_names_and_indexes_do_not_mix():
    with pytest.raises(Mismatch):
        patterns.update({"a": None}, {"a": RangeSet("1")})
    with pytest.raises(Mismatch):
        patterns.update({"a": RangeSet("1")}, {"a": None})


def test_strict_subtraction_of_what_is_not_there():
    mine = read_names(["a1", "a2", "b"], None)
    for missing in (["c"], ["b", "a3"], ["b", "x1"]):
        with pytest.raises(KeyError):
            patterns.subtract(mine, read_names(missing, None), strict=True)
        assert names_of(mine) == {"a1", "a2", "b"}


@pytest.mark.parametrize(
    "found",
    [
        {"a": RangeSet("1-2")},
        {"a%s%s": None},
        {"a%s%s": RangeSet("1-2")},
        {"a%%s": RangeSet("1-2")},
        {"a%s": RangeSetND([("1", "2")])},
    ],
)
def test_pattern_that_does_not_fit_its_indexes(found):
    with pytest.raises(TypeError):
        list(patterns.names(found))
    with pytest.raises(TypeError):
        patterns.at(found, 0)
    with pytest.raises(BadText, match="mismatch"):
        folding.folded(found, None, BadText)
