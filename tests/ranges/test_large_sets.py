"""Sets of more elements than an index counts, and texts that ask for much memory."""

import pickle

import pytest

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet
from ClusterShell.RangeSet import RangeSet, RangeSetND

WIDE = "0-" + "9" * 20
BOXES = ("0-999999999999", "1-999999999999")


def nodes(text):
    return NodeSet(text, resolver=RESOLVER_NOGROUP)


def large():
    """Sets of more than 2^63 elements, each with its first and last one, and the next ones."""
    last = "9" * 12
    name = f"n[{BOXES[0]}]x[{BOXES[1]}]"
    return [
        (RangeSet(WIDE), "0", "9" * 20, "1"),
        (nodes(f"n[{WIDE}]"), "n0", "n" + "9" * 20, "n1"),
        (nodes(f"n[{WIDE}]x[1-2]"), "n0x1", "n" + "9" * 20 + "x2", "n0x2"),
        (RangeSetND([BOXES]), ("0", "1"), (last, last), ("0", "2")),
        (nodes(name), "n0x1", f"n{last}x{last}", "n0x2"),
    ]


IDS = ["RangeSet", "NodeSet", "NodeSet of two axes", "RangeSetND", "NodeSet of a box"]


@pytest.fixture(params=range(5), ids=IDS)
def case(request):
    return large()[request.param]


def test_needs_no_count(case):
    many, first, last, second = case
    assert many
    assert many == many.copy()
    assert not many < many
    assert many <= many
    assert many[0] == first
    assert many[1] == second
    assert many[-1] == last
    assert len(many[1:3]) == 2
    assert many[1:] == many - many[:1]
    assert list(many[-2:])[1] == last
    lazy = iter(many)
    assert [next(lazy), next(lazy)] == [first, second]
    assert str(pickle.loads(pickle.dumps(many))) == str(many)
    assert first not in many[1:]


def test_index_needs_no_count(case):
    many, first, last, _ = case
    assert many.index(first) == 0
    assert many.index(last) > 2**63


@pytest.mark.parametrize("which", [0, 1, 2, 4], ids=lambda which: IDS[which])
def test_split_needs_no_count(which):
    many = large()[which][0]
    parts = list(many.split(3))
    assert len(parts) == 3
    assert parts[0] | parts[1] | parts[2] == many


@pytest.mark.parametrize("count", [len, list, sorted])
def test_says_where_a_count_is_needed(case, count):
    with pytest.raises(AssertionError, match="^range too large$"):
        count(case[0])


def test_other_sets_compare_with_it():
    many = RangeSet(WIDE)
    assert many != {"1"}
    assert many > {"1"}
    assert {"1"} in many
    assert many.pop() == "9" * 20
    assert {"1", "x", 2} & many == {"1"}
    assert {"1", "x", 2} - many == {"x", 2}
    assert frozenset({"1", "02"}) - many == frozenset({"02"})


@pytest.mark.parametrize(
    "make",
    [
        lambda: RangeSet("0-999999999/2"),
        lambda: RangeSet("0-99999999999/2"),
        lambda: RangeSet("0-999999999999999999/7"),
        lambda: RangeSet(f"0-{10**30}/2"),
        lambda: RangeSet(f"-5-{10**30}/2"),
        lambda: RangeSet(",".join(["0-19999999/2"] * 9)),
        lambda: RangeSet("1-1000000000")[::2],
        lambda: RangeSet(WIDE)[::3],
        lambda: RangeSetND([BOXES])[::-5],
        lambda: RangeSetND([["0-999999999999/2", "1"]]),
        lambda: RangeSet().add_range(0, 10**12, 2),
        lambda: RangeSet().add_range(1, 2**70),
        lambda: RangeSet.fromone(slice(1, 2**70)),
        lambda: nodes("n[0-99999999999/2]"),
        lambda: nodes("n[5-99999999999999/3],m"),
        lambda: nodes("n[0-1000000000000/2]x[1-2]"),
        lambda: nodes(f"n[{WIDE}]")[::2],
    ],
)
def test_numbers_at_a_distance_are_bounded(make):
    with pytest.raises(AssertionError, match="^range too large$"):
        make()


def test_a_wide_axis_is_not_held_in_memory():
    box = nodes("a[1-2]b[1-99999999]c[1-2]")
    found = iter(box)
    assert [next(found) for _ in range(5)] == ["a1b1c1", "a1b1c2", "a1b2c1", "a1b2c2", "a1b3c1"]
    assert str(next(box.nsiter())) == "a1b1c1"
