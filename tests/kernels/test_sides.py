"""One box beside another, interpreted: the short ways give what the kernels ``boxes`` gives."""

import random

import pytest

from ClusterShell._kernels import _sides, boxes, intervals, rows
from ClusterShell.RangeSet import RangeSet, RangeSetND


def side(rng, empty=True):
    keys = rng.sample(range(12), rng.randrange(0 if empty else 1, 7))
    return rng.choice([keys, keys[:1], range(min(keys, default=0), max(keys, default=-1) + 1)])


def box(rng, dim):
    return [intervals.from_keys(side(rng)) for _ in range(dim)]


def made(*all_sides):
    found = boxes.Boxes(len(all_sides[0]))
    for sides in all_sides:
        found.add(sides)
    return found


def bounds(found):
    return [[runs.bounds() for runs in sides] for sides in found.sides()]


def test_two_boxes():
    rng = random.Random(5)
    for _ in range(800):
        dim = rng.randrange(1, 4)
        left, right = made(box(rng, dim)), made(box(rng, dim))
        if rng.random() < 0.3:
            right = made([rng.choice(pair) for pair in zip(left.sides()[0], right.sides()[0])])
        left.disjoint = rng.random() < 0.8
        ways = (rows.difference, boxes.subtract), (rows.intersection, boxes.intersect)
        for mine, theirs in ways:
            found, expected = mine(left, right), theirs(left, right)
            assert (bounds(found), found.disjoint) == (bounds(expected), expected.disjoint)
            assert found.runs is not left.runs and found.ends.at[0] == 0
        missing = boxes.subtract(right, left)
        assert rows.covers(left, right) is not any(
            missing.volume(number) for number in range(missing.size)
        )


def test_more_boxes_and_one():
    rng = random.Random(6)
    for _ in range(400):
        dim = rng.randrange(1, 4)
        left = made(*[box(rng, dim) for _ in range(rng.randrange(1, 4))])
        right = made(*[box(rng, dim) for _ in range(rng.choice([1, 1, 2]))])
        missing = boxes.subtract(right, left)
        expected = not any(missing.volume(number) for number in range(missing.size))
        assert rows.covers(left, right) == expected
        assert rows.covers(left, left)
    with pytest.raises(ValueError, match="1 axes and a set of vectors of 2"):
        rows.covers(made(box(rng, 1)), made(box(rng, 2)))


def test_counts_follow_what_is_added():
    found = boxes.Boxes(2)
    assert found.count() == 0
    for count in range(1, 4):
        found.add([intervals.from_keys([10 * count]), intervals.from_keys([1, 2, 4])])
        assert (found.count(), found.count(), found.copy().count()) == (3 * count,) * 3
    found.extend(found.copy())
    assert found.count() == 18


def test_positions():
    rng = random.Random(7)
    for _ in range(80):
        first = [intervals.from_keys(side(rng, False)) for _ in range(3)]
        second = [intervals.from_keys([key + 100 for key in side(rng, False)]) for _ in range(3)]
        found = made(first, second)
        found.disjoint = True
        every = [found.at(place) for place in range(found.count())]
        step = rng.randrange(2, 5)
        picked = found.picked(range(rng.randrange(4), found.count(), step))
        wanted = every[: found.count()]
        places = [wanted.index(tuple(runs.select(0) for runs in s)) for s in picked.sides()]
        assert all(runs.count() == 1 for sides in picked.sides() for runs in sides)
        assert all(b - a == step for a, b in zip(places, places[1:]))


@pytest.mark.parametrize("text", ["1", "01", "7", "12", "3", "0", "1-3", "3,12", "1-12", "13"])
def test_a_text_stands_for_the_first_axis(text):
    points = RangeSetND([["1-3,7", "1"], ["12", "4-5"], ["01", "9"]])
    first = RangeSet("1-3,7,12,01")
    assert (text in points) == RangeSet(text).issubset(first)
    assert text not in RangeSetND()
    key = RangeSet(text)._runs.select(0)
    wide = made(*[[intervals.from_keys([key]), intervals.from_keys([1])]] * 2)
    assert _sides.in_first_axis(wide, key) and not _sides.in_first_axis(wide, key + 1)


def test_elements_that_are_missing():
    """A strict difference names one, and removes none."""
    points = RangeSetND([["1-3", "1-3"]])
    for missing in (RangeSetND([["3-4", "1"]]), RangeSetND([["1", "1", "1"]])):
        with pytest.raises(KeyError):
            points.difference_update(missing, strict=True)
    assert len(points) == 9
    points.difference_update(RangeSetND([["1-2", "2-3"]]), strict=True)
    points.difference_update(RangeSetND(), strict=True)
    assert str(points) == "1-3; 1\n3; 2-3\n"
    with pytest.raises(KeyError):
        RangeSetND().difference_update(points, strict=True)
