"""The rooms of range sets: elements as people give them, vectors and how they are stored."""

import itertools
import random

import pytest

from ClusterShell import _accel
from ClusterShell._ranges import elements, folded, nd
from ClusterShell._ranges.vectorparts import VectorParts
from ClusterShell.NodeSet import NodeSet
from ClusterShell.RangeSet import RangeSet, RangeSetND


class TestElements:
    @pytest.mark.parametrize(
        ("given", "text"), [("7", "7"), ("007", "007"), (7, "7"), ("-3", "-3"), ("0", "0")]
    )
    def test_keys_are_those_of_texts(self, given, text):
        assert elements.key(given) == _accel.intervals.key_of(text)
        assert elements.member(given) == _accel.intervals.key_of(text)

    def test_padding_widens_numbers_only(self):
        key_of = _accel.intervals.key_of
        assert elements.key(7, 3) == key_of("007")
        assert elements.key("7", 3) == key_of("7")
        with pytest.raises(TypeError, match="padding must be an integer"):
            elements.key(7, "3")
        with pytest.raises(OverflowError):
            elements.digits(5000)

    @pytest.mark.parametrize("given", ["", "x", "-0", "-01", "1.5", None, "\u0663", (1,)])
    def test_what_can_be_no_element(self, given):
        assert elements.member(given) is None

    def test_ranges_kept_one_by_one_are_bounded(self):
        elements.check_count(range(0, 1 << 24, 2))
        with pytest.raises(AssertionError, match="range too large"):
            elements.check_count(range(0, 1 << 26, 2))

    def test_products_are_those_of_itertools(self):
        few, many = RangeSet("1-3,007"), RangeSet("0-10000")
        assert list(elements.products([few, few])) == list(itertools.product(few, few))
        found = elements.products([few, many, few])
        assert next(found) == ("1", "0", "1")
        assert sum(1 for _ in found) == 4 * 10001 * 4 - 1

    def test_ranges_of_old_states(self):
        old = [(slice(1, 4, 1), 0), ((10, 21, 5), 3), (7, 9, 1, 0)]
        runs = elements.runs_of_ranges(old)
        assert RangeSet("1-3,7-9,010,015,020")._runs.bounds() == runs.bounds()


class TestFolded:
    def test_sizes_beyond_an_index_are_no_sizes(self):
        assert folded.check_size(5) == 5
        with pytest.raises(AssertionError, match="range too large"):
            folded.check_size(1 << 63)

    def test_counts_of_any_set(self):
        assert folded.count_of(RangeSet("1-5")) == folded.count_of(set("abcde")) == 5

    def test_comparisons_of_node_sets_take_node_sets(self):
        small, large = NodeSet("n[1-2]"), NodeSet("n[1-3]")
        assert small < large > small <= large >= small
        assert not small < small
        for compare in ("__lt__", "__le__", "__gt__", "__ge__"):
            with pytest.raises(TypeError):
                getattr(small, compare)("n1")


class TestBoxes:
    @staticmethod
    def boxes(*texts):
        made = nd.empty(2)
        for text in texts:
            made = nd.with_box(made, [RangeSet(side)._runs for side in text.split()])
        return made

    @pytest.mark.parametrize("huge", ["", "1" * 25])
    def test_difference_in_either_life(self, huge):
        """Elements that compiled kernels cannot hold move a set to the interpreted life."""
        left = self.boxes("0-3 0-3", f"{huge or 9} 1")
        right = self.boxes("1-2 1-2")
        rest = nd.difference(left, right)
        expected = {(a, b) for a in range(4) for b in range(4)}
        expected -= {(a, b) for a in (1, 2) for b in (1, 2)}
        expected.add((int(huge or 9), 1))
        found = set()
        for sides in rest.sides():
            axes = []
            for side in sides:
                bounds = side.bounds()
                axes.append([key for lo, hi in zip(bounds[::2], bounds[1::2])
                             for key in range(lo, hi)])  # fmt: skip
            found |= set(itertools.product(*axes))
        keys = {tuple(_accel.intervals.key_of(str(part)) for part in point) for point in expected}
        assert found == keys


class TestParts:
    def test_a_vector_keeps_its_steps_until_it_is_folded(self):
        with_steps = RangeSet("0-8/2", autostep=3)
        several = RangeSetND([[with_steps, RangeSet("1")]])
        assert isinstance(several, VectorParts)
        assert str(several) == "0-8/2; 1\n"

    def test_copies_share_until_one_is_changed(self):
        rng = random.Random(3)
        first = RangeSetND([[str(rng.randrange(9)), str(rng.randrange(9))] for _ in range(20)])
        text = str(first)
        second = first.copy()
        second.update(RangeSetND([["50", "50"]]))
        assert str(first) == text != str(second)
        assert len(second) == len(first) + 1
