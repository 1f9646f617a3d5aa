"""The kernels longs, rangetext, intervals and operands, in both lives, against plain sets."""

import random

import pytest

from ClusterShell import _accel


@pytest.fixture
def intervals(kernel):
    return kernel("intervals")


@pytest.fixture
def from_elements(kernel):
    return kernel("operands").from_elements


def keys_of(runs):
    bounds = runs.bounds()
    assert bounds == sorted(set(bounds))
    assert len(bounds) % 2 == 0
    return {key for lo, hi in zip(bounds[::2], bounds[1::2]) for key in range(lo, hi)}


def random_keys(rng, size=130):
    count = rng.choice((0, 1, 3, 10, 40))
    return [rng.randrange(-5, size) for _ in range(count)]


OPERATIONS = {
    "union": set.union,
    "intersection": set.intersection,
    "difference": set.difference,
    "symmetric_difference": set.symmetric_difference,
}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("in_place", [False, True])
def test_algebra_is_that_of_sets(intervals, name, in_place):
    rng = random.Random(name)
    for _ in range(300):
        left, right = random_keys(rng), random_keys(rng)
        a, b = intervals.from_keys(left), intervals.from_keys(right)
        expected = OPERATIONS[name](set(left), set(right))
        if in_place:
            change = {"union": "update"}.get(name, name + "_update")
            getattr(a, change)(b)
            result = a
        else:
            result = getattr(a, name)(b)
            assert keys_of(a) == set(left)
        assert keys_of(result) == expected
        assert result.count() == len(expected)
        assert keys_of(b) == set(right)


def test_questions_are_answered_as_by_sets(intervals):
    rng = random.Random(1)
    for _ in range(300):
        left, right = random_keys(rng, 20), random_keys(rng, 20)
        a, b = intervals.from_keys(left), intervals.from_keys(right)
        assert a.issubset(b) is set(left).issubset(right)
        assert a.isdisjoint(b) is set(left).isdisjoint(right)
        assert a.equals(b) is (set(left) == set(right))
        assert [a.contains(key) for key in range(-7, 25)] == [key in left for key in range(-7, 25)]


def test_edits_and_ranks_of_a_long_set(intervals):
    """Long sets are kept in parts; every way to look at one agrees with a plain set."""
    rng = random.Random(2)
    plain = set(rng.sample(range(30_000), 6_000))
    runs = intervals.from_keys(list(plain))
    for turn in range(1500):
        lo = rng.randrange(-10, 30_000)
        hi = lo + rng.choice((1, 1, 1, 2, 30, 3000 if turn % 100 == 0 else 5))
        if rng.random() < 0.5:
            runs.insert(lo, hi)
            plain.update(range(lo, hi))
        else:
            runs.erase(lo, hi)
            plain.difference_update(range(lo, hi))
        assert runs.count() == len(plain)
        assert runs.contains(lo) is (lo in plain)
        if turn % 50 == 0:
            listed = sorted(plain)
            at = rng.randrange(len(listed))
            assert runs.select(at) == listed[at]
            assert runs.rank(listed[at]) == at
            assert keys_of(runs.slice(at, at + 40, 3)) == set(listed[at : at + 40 : 3])
            few = intervals.from_keys(rng.sample(range(30_000), 20))
            assert keys_of(runs.intersection(few)) == plain & keys_of(few)
        if turn % 300 == 0:
            assert keys_of(runs) == plain


def test_long_set_can_be_emptied_and_filled_again(intervals):
    runs = intervals.from_keys(list(range(0, 9000, 2)))
    for key in range(0, 9000, 2):
        runs.erase(key, key + 1)
    assert runs.count() == 0
    assert runs.bounds() == []
    assert not runs.contains(4)
    runs.insert(4, 6)
    assert runs.bounds() == [4, 6]


def test_small_edit_of_long_set_joins_across_parts(intervals):
    runs = intervals.from_keys(list(range(0, 9000, 2)))
    for key in range(1, 9000, 2):
        runs.insert(key, key + 1)
    assert runs.bounds() == [0, 9000]


def test_wide_edit_of_long_set_replaces_parts(intervals):
    runs = intervals.from_keys(list(range(0, 9000, 2)))
    runs.insert(1, 2)
    runs.insert(10, 8001)
    assert runs.count() == 8 - 2 + (8001 - 10) + 500 - 1
    runs.erase(5, 8995)
    assert runs.bounds() == [0, 3, 4, 5, 8996, 8997, 8998, 8999]
    assert runs.count() == 6


def test_set_in_place_with_itself(intervals):
    runs = intervals.from_keys([1, 2, 5])
    runs.update(runs)
    assert runs.bounds() == [1, 3, 5, 6]
    runs.intersection_update(runs)
    assert runs.bounds() == [1, 3, 5, 6]
    runs.symmetric_difference_update(runs)
    assert runs.bounds() == []


def test_ranks_outside_raise(intervals):
    runs = intervals.from_keys([3, 4, 9])
    assert [runs.select(rank) for rank in range(3)] == [3, 4, 9]
    assert [runs.rank(key) for key in (3, 4, 5, 9)] == [0, 1, -1, 2]
    for rank in (-1, 3, 10**30):
        with pytest.raises(IndexError):
            runs.select(rank)


def test_keys_are_in_order_of_length_then_digits(intervals):
    texts = ["0", "9", "00", "09", "10", "99", "000", "0123456789", "9" * 18, "0" * 19]
    keys = [intervals.key_of(text) for text in texts]
    assert keys == sorted(keys)
    assert keys[:4] == [0, 9, 10, 19]
    assert [intervals.text_of(key) for key in keys] == texts
    assert intervals.key_of("-12") == -12
    assert intervals.text_of(-12) == "-12"


def test_makers_agree(intervals, from_elements):
    expected = [5, 7, 20, 21]
    assert intervals.from_bounds(expected).bounds() == expected
    assert intervals.from_keys([20, 6, 5, 6]).bounds() == expected
    assert intervals.from_runs([(20, 21), (5, 7), (6, 7)]).bounds() == expected
    assert from_elements(["5", 6, "10", 5]).bounds() == expected
    assert intervals.from_numbers([(10, 10, 1), (5, 6, 1)]).bounds() == expected
    assert intervals.read("5-6,10").bounds() == expected
    assert intervals.read("x5-6,10]", 1, 7).bounds() == expected


@pytest.mark.parametrize(
    "text", ["", ",", "1,", "a", "1-", "-1", "3-1", "03-3", "1-2/0", "1/2", " 1"]
)
def test_text_that_is_not_plain_is_left_to_others(intervals, text):
    assert intervals.read(text) is None


@pytest.mark.parametrize("elements", [[""], ["-1"], ["1_0"], ["\u0663"], [1.0], [None], ["1", "x"]])
def test_elements_that_are_not_plain_are_left_to_others(from_elements, elements):
    assert from_elements(elements) is None


def test_texts_between_prefix_and_suffix(intervals, from_elements):
    runs = from_elements(["8", "9", "10", "007", -2])
    assert runs.texts() == ["-2", "8", "9", "10", "007"]
    assert runs.texts("n%", "-\u00e9") == [f"n%{text}-\u00e9" for text in runs.texts()]
    assert intervals.from_numbers([(98, 101, 1)]).texts("a", "b") == [
        "a98b",
        "a99b",
        "a100b",
        "a101b",
    ]


def test_random_text_reads_back(intervals):
    rng = random.Random(5)
    for _ in range(300):
        runs = intervals.from_keys([rng.randrange(1300) for _ in range(rng.choice((1, 5, 50)))])
        for autostep in (None, -1, 0, 1, 2, 3):
            assert intervals.read(runs.fold(autostep)).bounds() == runs.bounds()


def test_compiled_keys_never_wrap(kernel):
    intervals = kernel("intervals")
    limit = 1111111111111111110
    assert intervals.key_of("9" * 18) == limit - 1
    runs = intervals.from_keys([limit - 1])
    assert type(runs) is intervals.Runs
    assert runs.texts() == ["9" * 18]
    wide = intervals.from_keys([limit, 2**62, 2**63, 2**64, 10**30])
    assert wide.count() == 5
    assert [wide.contains(key) for key in (limit, 2**63 - 1, 2**63, 2**64)] == [
        True,
        False,
        True,
        True,
    ]
    for name in OPERATIONS:
        mixed = getattr(runs, name)(wide)
        assert keys_of(mixed) == OPERATIONS[name](keys_of(runs), keys_of(wide))
        mixed = getattr(wide, name)(runs)
        assert keys_of(mixed) == OPERATIONS[name](keys_of(wide), keys_of(runs))
    assert runs.contains(10**40) is False
    assert runs.rank(10**40) == -1
    if kernel.life == "compiled":
        for key in (limit, 2**63, -limit - 1, -(2**63) - 1):
            with pytest.raises(OverflowError):
                runs.insert(key, key + 1)
        assert runs.texts() == ["9" * 18]


def test_radix_sort_of_any_integers(kernel):
    """Enough keys for the radix sort, with all their digits different."""
    intervals = kernel("intervals")
    rng = random.Random(6)
    for spread in (100, 10**4, 10**9, 10**17):
        keys = [rng.randrange(-spread, spread) for _ in range(500)]
        assert keys_of(intervals.from_keys(keys)) == set(keys)


@pytest.mark.parametrize("step", [0, -1, -(2**63), -(2**70)])
def test_slices_go_forward(intervals, step):
    with pytest.raises(ValueError, match="a step below 1"):
        intervals.from_keys([1, 2, 5]).slice(0, 3, step)


@pytest.mark.parametrize("step", [3, 2**62, 2**63 - 1, 2**63, 2**70])
def test_steps_beyond_the_end_leave_the_first(intervals, step):
    runs = intervals.from_bounds([5, 6, 2**61 - 2, 2**61])
    assert keys_of(runs.slice(0, 3, step)) == {5}
    assert keys_of(runs.slice(1, 3, step)) == {2**61 - 2}


@pytest.mark.parametrize("step", [2**62, 2**63 - 1, 2**63, 2**70])
def test_ranges_with_steps_beyond_their_end(intervals, step):
    assert keys_of(intervals.from_numbers([(5, 9, step), (11, 10**17, step)])) == {5, 11 + 10}


#: Methods of kernels with an underscore.  That of trees takes no argument, and is called by the
#: class of the public module; those of node sets are what derived classes replace or call, and
#: check what they are given.
CHECKING = {
    "msgtree": ["LineTree._reset"],
    "nodes": [
        "PatternSet._mismatch", "PatternSet._binary_sanity_check", "PatternSet._meets",
        "PatternSet._count", "PatternSet._merge", "TextSet._operand", "TextSet._absorb",
    ],
}  # fmt: skip


@pytest.mark.parametrize("kernel", ["compiled"], indirect=True)
@pytest.mark.parametrize("name", _accel.KERNELS)
def test_methods_that_trust_their_arguments_are_not_for_programs(kernel, name):
    module = kernel(name)
    private = [
        f"{cls.__name__}.{method}"
        for cls in vars(module).values()
        if isinstance(cls, type) and cls.__module__ == module.__name__
        for method, value in vars(cls).items()
        if method.startswith("_") and not method.startswith("__") and callable(value)
    ]
    assert sorted(private) == sorted(CHECKING.get(name, []))


# -- scattered sets

LENGTHS = (0, 1, 20, 32, 33, 64, 66, 120, 256, 258, 300, 1250)
SPANS = (60, 1000, 4096, 64 * 600)


def scattered(rng, intervals):
    """Return a set about where it becomes bits, or is none any more, with its keys."""
    base, span = rng.choice((0, -70, 1100)), rng.choice(SPANS)
    plain = {base + rng.randrange(span) for _ in range(rng.choice(LENGTHS))}
    if rng.random() < 0.2:
        plain.add(rng.choice((10**6, 10**15)))
    if rng.random() < 0.5:
        return intervals.from_keys(rng.sample(sorted(plain), len(plain))), plain
    return intervals.from_runs([(key, key + 1) for key in plain]), plain


def test_scattered_sets_are_as_any(intervals):
    rng = random.Random(7)
    for _ in range(150):
        (a, left), (b, right) = scattered(rng, intervals), scattered(rng, intervals)
        for _ in range(rng.choice((0, 1, 300))):
            key = rng.randrange(-100, 5000)
            width = rng.choice((1, 1, 1, 70))
            if rng.random() < 0.5:
                a.insert(key, key + width)
                left.update(range(key, key + width))
            else:
                a.erase(key, key + width)
                left.difference_update(range(key, key + width))
        for name, operation in OPERATIONS.items():
            made = getattr(a, name)(b)
            assert keys_of(made) == operation(left, right)
            assert made.count() == len(operation(left, right))
            assert made.issubset(a) is operation(left, right).issubset(left)
            assert made.equals(a) is (operation(left, right) == left)
            assert made.isdisjoint(b) is operation(left, right).isdisjoint(right)
        ordered = sorted(left)
        for rank in rng.sample(range(len(ordered)), min(len(ordered), 3)):
            assert a.select(rank) == ordered[rank]
            assert a.rank(ordered[rank]) == rank
            assert keys_of(a.slice(rank, rank + 90, 7)) == set(ordered[rank : rank + 90 : 7])
        assert keys_of(a.copy()) == left
        assert a.texts() == [intervals.text_of(key) for key in ordered]


def test_few_keys_in_memory_however_far_apart(intervals):
    """A window is never much wider than the keys in it are many."""
    near = intervals.from_keys(list(range(0, 2000, 3)))
    far = intervals.from_keys([key + 10**17 for key in range(0, 2000, 3)])
    both = near.union(far)
    assert both.count() == 2 * 667
    assert near.intersection(far).count() == 0
    assert far.difference(near).equals(far)
    assert both.symmetric_difference(far).equals(near)
    near.insert(10**17, 10**17 + 1)
    assert near.count() == 668
    near.insert(5 * 10**17, 6 * 10**17)
    assert near.count() == 668 + 10**17
    near.erase(3, 6 * 10**17)
    assert near.bounds() == [0, 1]


def test_window_grows_at_both_ends(intervals):
    runs = intervals.from_keys(list(range(5000, 9000, 4)))
    plain = set(range(5000, 9000, 4))
    for turn in range(3000):
        for key in (5000 - 3 * turn, 9000 + 3 * turn):
            runs.insert(key, key + 1)
            plain.add(key)
    assert keys_of(runs) == plain
    assert runs.count() == len(plain)


@pytest.mark.parametrize("added", ["3", "5", "64"])
def test_what_was_just_added_is_popped_once(intervals, kernel, added):
    indexes = kernel("runset").RunSet()
    indexes._runs, indexes._autostep = intervals.from_runs([(1, 6)]), None
    indexes.add(added)
    elements = sorted({"1", "2", "3", "4", "5", added}, key=int)
    assert [indexes.pop() for _ in elements] == elements[::-1]
    assert not indexes
