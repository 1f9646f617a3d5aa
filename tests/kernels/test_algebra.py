"""The kernel ``algebra``: from one pattern of a node set to the next."""

import random

import pytest

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet
from ClusterShell.RangeSet import RangeSet


@pytest.fixture
def algebra(kernel):
    return kernel("algebra")


def patterns(text):
    return NodeSet(text, resolver=RESOLVER_NOGROUP)._patterns


TEXTS = ["", "a", "n[1-5]", "n3", "n[4-9],a", "n[1-2]x[1-2]", "a,b,n5,n1x1", "m1"]


def names(held):
    made = NodeSet(resolver=RESOLVER_NOGROUP)
    made._patterns = held
    return set(made)


@pytest.mark.parametrize("left", TEXTS)
@pytest.mark.parametrize("right", TEXTS)
def test_as_plain_sets(algebra, left, right):
    mine, others = names(patterns(left)), names(patterns(right))
    assert algebra.size(patterns(left)) == len(mine)
    assert algebra.covers(patterns(left), patterns(right)) == (others <= mine)
    for change, expected in (
        (algebra.update, mine | others),
        (algebra.intersect, mine & others),
        (algebra.subtract, mine - others),
        (algebra.toggle, mine ^ others),
    ):
        held, untouched = patterns(left), patterns(right)
        change(held, untouched)
        assert names(held) == expected
        assert names(untouched) == others
        assert all(indexes is None or indexes for indexes in held.values())


def test_sets_however_they_are_kept(algebra):
    """Long and short, in few runs or many, just added to, or edited."""
    rng = random.Random(8)
    for _ in range(300):
        sets = []
        for _ in range(2):
            most = rng.choice([3, 8, 600])
            numbers = set(rng.sample(range(most), rng.randrange(most)))
            made = RangeSet()
            made.update(map(str, numbers))
            for number in rng.sample(range(most), rng.choice([0, 0, 2])):
                (made.add if rng.random() < 0.5 else made.discard)(str(number))
            if sets and rng.random() < 0.5:
                made.intersection_update(sets[0])
            sets.append(made)
        one, two = sets
        for mine, others in ((one, two), (two, one), (one, one), (one, one.copy())):
            covered = algebra.covers({"n%s": mine, "a": None}, {"n%s": others, "a": None})
            assert covered is (set(others) <= set(mine))
            held = {"n%s": mine, "m%s": others, "a": None}
            assert algebra.size(held) == (len(set(mine)) or 1) + (len(set(others)) or 1) + 1
        for change, expected in (
            (algebra.update, set(one) | set(two)),
            (algebra.subtract, set(one) - set(two)),
            (algebra.toggle, set(one) ^ set(two)),
        ):
            held = {"n%s": one.copy(), "a": None}
            if not two:
                continue
            change(held, {"n%s": two})
            assert set(held.pop("n%s", ())) == expected
            assert held == {"a": None}
        held = {"n%s": one.copy()}
        if set(two) <= set(one):
            algebra.subtract(held, {"n%s": two}, True)
            assert set(held.get("n%s", ())) == set(one) - set(two)
        else:
            with pytest.raises(KeyError):
                algebra.subtract(held, {"n%s": two}, True)
            assert held["n%s"] == one


def test_with_itself(algebra):
    for change, left in ((algebra.update, 6), (algebra.intersect, 6), (algebra.subtract, 0)):
        held = patterns("n[1-5],a")
        change(held, held)
        assert algebra.size(held) == left
    held = patterns("n[1-5],a")
    algebra.toggle(held, held)
    assert held == {}


def test_strict(algebra):
    held = patterns("n[1-5],a")
    for missing in ("m1", "n[5-6]", "b", "a,n9"):
        with pytest.raises(KeyError):
            algebra.subtract(held, patterns(missing), True)
        assert algebra.size(held) == 6
    algebra.subtract(held, patterns("a,n[1-5]"), True)
    assert held == {}


def test_position(namer):
    held = patterns("a,n[1-5],n[1-2]x[1-2],z")
    order = NodeSet("a,n[1-5],n[1-2]x[1-2],z", resolver=RESOLVER_NOGROUP)
    assert [namer.position(held, patterns(name)) for name in order] == list(range(11))
    for other in ("n6", "b", "n3x1", "n1x9"):
        assert namer.position(held, patterns(other)) == -1


def test_a_name_and_indexes_do_not_mix(algebra):
    for mine, other in ((None, RangeSet("1")), (RangeSet("1"), None)):
        with pytest.raises(algebra.Mismatch):
            algebra.update({"n%s": mine}, {"n%s": other})


def test_autostep_and_copies(algebra):
    given = patterns("n[1-5]")
    held = {}
    algebra.update(held, given, True, 3)
    assert held["n%s"] is not given["n%s"]
    assert (held["n%s"].autostep, given["n%s"].autostep) == (3, None)
    held = {}
    algebra.update(held, given, False)
    assert held["n%s"] is given["n%s"]


def test_indexes_that_change_the_set(algebra):
    """What a derived class runs may change what is gone through."""

    class Hostile(RangeSet):
        def update(self, *args):
            held.clear()
            others.clear()

        difference_update = symmetric_difference_update = update

        def issubset(self, other):
            held.clear()
            others.clear()
            return True

    for call in (algebra.update, algebra.toggle, algebra.subtract, algebra.covers):
        held = {f"{letter}%s": Hostile("1-3") for letter in "abc"}
        others = {f"{letter}%s": Hostile("2") for letter in "abc"}
        try:
            call(held, others)
        except (KeyError, RuntimeError):
            # What is missing now, or has changed under its iterator, as of any dictionary.
            assert call in (algebra.subtract, algebra.covers)
        assert len(held) <= 3


@pytest.fixture
def namer(kernel):
    return kernel("namer")


@pytest.mark.parametrize("text", TEXTS)
def test_in_order(algebra, namer, text):
    held = patterns(text)
    assert algebra.ordered(held) == sorted(held.items())
    assert algebra.folded(held) in (None, text and str(NodeSet(text, resolver=RESOLVER_NOGROUP)))
    expected = list(NodeSet(text, resolver=RESOLVER_NOGROUP))
    assert list(namer.names(held)) == expected
    assert [namer.at(held, at) for at in range(len(expected))] == expected
    assert [namer.at(held, ~at) for at in range(len(expected))] == expected[::-1]
    for at in (len(expected), ~len(expected)):
        with pytest.raises(IndexError):
            namer.at(held, at)
    for start in range(len(expected) + 1):
        for stop in range(start, len(expected) + 1):
            for step in (1, 2, 3, 1 << 70):
                assert names(namer.sliced(held, start, stop, step)) == set(
                    expected[start:stop:step]
                )


def test_names_are_looked_up_when_the_first_is_asked_for(namer):
    held = patterns("n[1-2],b")
    found = namer.names(held)
    held["a"] = None
    assert next(found) == "a"
    held["a0"] = None
    assert list(found) == ["b", "n1", "n2"]
    assert list(found) == []


@pytest.mark.parametrize("pattern", ["n%s%s", "n", "n%d%s"])
def test_names_of_patterns_that_do_not_fit(algebra, namer, pattern):
    held = {pattern: RangeSet("1-2")}
    with pytest.raises(TypeError):
        list(namer.names(held))
    with pytest.raises(TypeError):
        namer.at(held, 0)
    if algebra.folded({"n%s": RangeSet("1-2")}):
        with pytest.raises(TypeError):
            algebra.folded(held)


def test_derived_indexes_are_iterated_over_as_they_say(namer):
    class Mine(RangeSet):
        def __iter__(self):
            return iter(["7", "9"])

    held = {"n%s": Mine("1-2")}
    assert list(namer.names(held)) == ["n7", "n9"]
    held["n%s"] = type("Other", (RangeSet,), {})("1-2")
    assert list(namer.names(held)) == ["n1", "n2"]


def test_positions_of_one_node(namer):
    held = patterns("n[1-5,07],a,x[1-2]y3")
    for at, name in enumerate(NodeSet("n[1-5,07],a,x[1-2]y3", resolver=RESOLVER_NOGROUP)):
        assert namer.position(held, patterns(name)) == at
    for name in ("n7", "n6", "b", "x3y3", "n"):
        assert namer.position(held, patterns(name)) == -1


@pytest.mark.parametrize("step", [0, -1, -(1 << 70)])
def test_steps_that_are_none(namer, step):
    with pytest.raises(ValueError, match="step"):
        namer.sliced({"a": None}, 0, 1, step)
