"""Kernels below others: arrays, keys and text, the algebra of bounds, and folding of boxes.

What a compiled kernel keeps to itself is tried in the interpreted life, whose source is the same.
"""

import random

import pytest

from ClusterShell._kernels import (
    axes,
    boxes,
    folder,
    intervals,
    longs,
    parts,
    sweeps,
)
from ClusterShell._kernels.keys import key_of, text_of


def array(values):
    made = longs.Longs()
    for value in values:
        made.push(value)
    return made


def values(made):
    return list(made.at[: made.size])


def random_set(rng):
    return {rng.randrange(60) for _ in range(rng.randrange(25))}


def bounds(keys):
    made = longs.Longs()
    for key in sorted(keys):
        made.join(key, key + 1)
    return made


def keys(made):
    flat = values(made)
    return {key for lo, hi in zip(flat[::2], flat[1::2]) for key in range(lo, hi)}


class TestLongs:
    def test_neighbours_are_joined(self):
        assert values(bounds({1, 2, 3, 7, 8})) == [1, 4, 7, 9]

    def test_places_and_changes(self):
        made = array([1, 4, 7, 9])
        assert [made.find(value) for value in (0, 1, 4, 8, 9, 99)] == [0, 1, 2, 3, 4, 4]
        made.splice(1, 3, 5, True, 0, False)
        assert values(made) == [1, 5, 9]
        other = array([2])
        made.swap(other)
        assert (values(made), values(other)) == ([2], [1, 5, 9])
        other.cut(1)
        made.extend(other, 0, 1)
        assert values(made) == [2, 1]
        made.sort()
        assert values(made) == [1, 2]


class TestKeys:
    def test_order_of_keys_is_that_of_elements(self, kernel):
        kernel_keys = kernel("keys")
        texts = ["-10", "-1", "0", "7", "9", "00", "07", "10", "99", "000", "007", "123"]
        found = [kernel_keys.key_of(text) for text in texts]
        assert found == sorted(found)
        assert [kernel_keys.text_of(key) for key in found] == texts

    def test_keys_have_no_bound_where_integers_have_none(self):
        assert key_of("1" * 30) > 10**29
        assert text_of(key_of("0" * 30)) == "0" * 30


@pytest.mark.parametrize("seed", range(5))
def test_sweeps_are_the_algebra_of_sets(seed):
    rng = random.Random(seed)
    for _ in range(60):
        left, right = random_set(rng), random_set(rng)
        made = longs.Longs()
        sweeps.unite(made, bounds(left), bounds(right))
        assert keys(made) == left | right
        flat = values(made)
        assert flat == sorted(set(flat))


@pytest.mark.parametrize("seed", range(5))
def test_parts_hold_what_the_bounds_hold(seed):
    rng = random.Random(seed)
    model = {rng.randrange(5000) for _ in range(1500)}
    made = parts.Parts()
    made.fill(bounds(model))
    assert parts.count_keys(bounds(model)) == len(model)
    assert keys(made.flat()) == model
    cut = longs.Longs()
    made.cut(cut, 1000, 2000)
    assert keys(cut) == {key for key in model if 1000 <= key < 2000}


@pytest.mark.parametrize("spread", [1, 3, 1000])
def test_a_set_of_keys_is_what_edits_make_of_it_however_it_is_kept(kernel, spread):
    rng = random.Random(spread)
    made, model = kernel("keyset").KeySet(), set()
    for _ in range(2500):
        lo = rng.randrange(4000) * spread
        if rng.random() < 0.8:
            made.insert(lo, lo + 2)
            model |= {lo, lo + 1}
        else:
            made.erase(lo - 1, lo + 3)
            model -= {lo - 1, lo, lo + 1, lo + 2}
    assert made.count() == len(model)
    assert made.bounds() == bounds(model).at
    assert all(made.contains(key) is (key in model) for key in range(0, 4000 * spread, spread))


@pytest.mark.parametrize("spread", [1, 1000])
def test_keys_of_an_axis_are_numbered_in_order(spread):
    sides = [[5, 7], [4, 5], [12]]
    made = boxes.Boxes(1)
    for side in sides:
        made.add([intervals.from_keys([key * spread for key in side])])
    axis = axes.Axis([made], 0)
    ordered = sorted({key for side in sides for key in side})
    assert axis.size == len(ordered)
    assert [axis.number(key * spread) for key in ordered] == list(range(len(ordered)))
    numbered = axes.numbered(made, [axis])
    assert [side.texts() for (side,) in numbered.sides()] == [["1", "2"], ["0", "1"], ["3"]]


def test_texts_of_numbers_have_ranks():
    made = boxes.Boxes(1)
    made.add([intervals.from_keys([key_of(text) for text in ("9", "10", "100")])])
    ranks, sums, others = longs.Longs(), longs.Longs(), longs.Longs()
    axis = axes.Axis([made], 0)
    axes.push_ranks(axis, ranks)
    assert values(ranks) == [2, 0, 1]  # as texts: 10, 100, 9
    axes.push_sums(axis, 0, sums)
    axes.push_sums(axis, 1, others)
    assert len(values(sums)) == 4
    assert len({*values(sums), *values(others)}) == 7


class TestFolder:
    def test_points_of_a_box_are_one_box(self):
        made = boxes.Boxes(2)
        for x in range(3):
            for y in range(4):
                made.add([intervals.from_keys([x]), intervals.from_keys([y])])
        folded = folder.fold_elements(made)
        assert [[side.bounds() for side in sides] for sides in folded.sides()] == [[[0, 3], [0, 4]]]

    def test_what_differs_in_two_axes_stays_apart(self):
        made = boxes.Boxes(2)
        for key in (0, 1):
            made.add([intervals.from_keys([key]), intervals.from_keys([key])])
        assert len(list(folder.fold_elements(made).sides())) == 2
