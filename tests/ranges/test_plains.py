"""Range sets beside plain sets, lists and generators, held to a model of plain sets."""

import contextlib
import gc
import operator
import random

import pytest

from ClusterShell.RangeSet import RangeSet
from tests.fixtures.switching import together

OPERATORS = [operator.and_, operator.or_, operator.sub, operator.xor]
EDITS = ["intersection_update", "difference_update", "symmetric_difference_update", "update"]
QUESTIONS = ["isdisjoint", "issubset", "issuperset"]

#: Numbers of elements and of those that they are drawn from: runs, bits, many words, apart.
SIZES = [(0, 10), (6, 20), (90, 300), (500, 700), (3_000, 20_000), (40, 10**9)]

#: What is no element as we write it, and what only looks like one.
ODD = ["", "+1", " 1", "1_0", "\u0661", "1\n", "1" * 19, "-1", "1\0", "x", None, 1.5, True, 10**30]


class Text(str):
    """A text of a derived class."""


class Calling:
    """Has the hash of a text, and calls back when compared with it."""

    def __init__(self, text, call):
        self._hash, self._call = hash(text), call

    def __hash__(self):
        return self._hash

    def __eq__(self, other):
        self._call()
        return False


def _drawn(rng, size, of):
    texts = {str(number) for number in rng.sample(range(of), size)}
    return {text.zfill(5) if rng.random() < 0.1 else text for text in texts}


def _pairs(size, of):
    rng = random.Random(f"{size} of {of}")
    for more in (1, size // 7 + 1, 3 * size + 1):
        mine = _drawn(rng, size, of)
        theirs = _drawn(rng, min(more, of), of)
        theirs |= set(rng.sample(sorted(mine), len(mine) // 2))
        yield mine, theirs
        yield mine, {*theirs, *map(int, rng.sample(sorted(theirs), len(theirs) // 3)), -1}


def _ours(texts):
    return RangeSet(",".join(sorted(texts)) or None)


@pytest.mark.parametrize(("size", "of"), SIZES)
def test_operators_are_those_of_plain_sets(size, of):
    for mine, theirs in _pairs(size, of):
        for call in OPERATORS:
            frozen = frozenset(theirs)
            for made, wanted in (
                (call(_ours(mine), frozen), set(call(set(mine), theirs))),
                (call(theirs, _ours(mine)), set(call(theirs, set(mine)))),
                (call(frozen, _ours(mine)), call(frozen, set(mine))),
            ):
                assert type(made) is type(wanted)
                assert made == wanted


@pytest.mark.parametrize(("size", "of"), SIZES)
@pytest.mark.parametrize("form", [set, frozenset, list, tuple, iter, lambda x: (e for e in x)])
def test_edits_and_results_are_those_of_plain_sets(size, of, form):
    for mine, theirs in _pairs(size, of):
        texts = {item for item in theirs if isinstance(item, str)}
        for name in EDITS[:2]:
            expected = set(mine)
            getattr(expected, name)(theirs)
            edited = _ours(mine)
            getattr(edited, name)(form(theirs))
            assert edited == _ours(expected)
            assert len(edited) == len(expected)
            assert set(getattr(_ours(mine), name.replace("_update", ""))(form(theirs))) == expected
        for name in EDITS[2:]:
            expected = set(mine)
            getattr(expected, name)(texts)
            edited = _ours(mine)
            getattr(edited, name)(form(texts))
            assert set(edited) == expected


@pytest.mark.parametrize(("size", "of"), SIZES)
def test_questions_are_answered_as_by_plain_sets(size, of):
    for mine, theirs in _pairs(size, of):
        for other in (theirs, set(mine), theirs | mine, set()):
            for name in QUESTIONS:
                assert getattr(_ours(mine), name)(other) is getattr(mine, name)(other)
            assert (_ours(mine) >= other) is (mine >= other)
            assert (_ours(mine) <= frozenset(other)) is (mine <= other)


@pytest.mark.parametrize("size", [5, 400])
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_what_is_no_element_is_none_of_ours(odd, size):
    mine = set(map(str, range(size)))
    theirs = {*map(str, range(2, 2 * size)), odd}
    for call in OPERATORS:
        assert call(_ours(mine), frozenset(theirs)) == call(mine, theirs)
        assert call(theirs, _ours(mine)) == call(theirs, mine)
    for form in (set, frozenset, list, lambda x: (e for e in x)):
        for name in EDITS[:2]:
            edited, expected = _ours(mine), set(mine)
            getattr(edited, name)(form(theirs))
            getattr(expected, name)(theirs)
            assert set(edited) == expected
        assert _ours(mine).isdisjoint(form({odd})) is mine.isdisjoint({odd})


@pytest.mark.parametrize("size", [5, 400])
def test_texts_of_a_derived_class_stay_what_they_are(size):
    mine = set(map(str, range(size)))
    theirs = [Text(text) for text in sorted(mine)]
    some = _ours(set(theirs[1:]))
    assert list(map(type, frozenset(theirs) - some)) == [Text]
    assert list(map(type, frozenset(theirs[:1]) & _ours(mine))) == [Text]
    assert set(map(type, frozenset(theirs) | _ours(mine))) == {Text}
    assert set(map(type, _ours(mine) | frozenset(theirs))) == {str}
    assert _ours(mine) - frozenset(theirs) == set()


@pytest.mark.parametrize("call", OPERATORS)
@pytest.mark.parametrize("size", [6, 300])
def test_an_element_may_change_the_set_it_is_compared_in(call, size):
    mine = _ours(map(str, range(0, 2 * size, 2)))
    before = set(mine)
    calls = []

    def change():
        calls.append(1)
        mine.clear()
        mine.add(7)

    theirs = {"4", "5", *(Calling(text, change) for text in ("2", "6"))}
    assert len(call(mine, frozenset(theirs))) <= len(before) + len(theirs)
    mine.update(before)
    assert len(call(theirs, mine)) <= len(before) + len(theirs)
    assert set(mine) <= before | {"7"}


def test_what_a_comparison_raises_is_raised():
    def fail():
        raise LookupError("compared")

    theirs = frozenset({Calling("2", fail), "4"})
    with pytest.raises(LookupError, match="compared"):
        RangeSet("0-9") - theirs


def test_results_do_not_share_what_was_kept():
    mine = RangeSet("0-700/3")
    theirs = frozenset(map(str, range(0, 700, 2)))
    before = str(mine)
    for call in OPERATORS:
        call(mine, theirs)
        call(theirs, mine)
    assert str(mine) == before
    left = mine.intersection(theirs)
    left.clear()
    assert str(mine) == before


def test_integers_of_any_length_are_elements():
    for digits in (*range(1, 20), 40):
        for number in (10**digits - 1, 10**digits, 10**digits + 1, 1 << (3 * digits)):
            assert list(RangeSet([number, -number])) == [str(-number), str(number)]
            assert RangeSet({str(number)}) == {str(number)}
            assert list(RangeSet([f"0{number}"])) == [f"0{number}"]


def test_of_integers_and_texts_only_these_are_taken_out():
    for size in (3, 500):
        theirs = {*range(size), *map(str, range(0, size, 2))}
        assert theirs - RangeSet(f"0-{size}") == set(range(size))
        assert {*theirs, None} - RangeSet(f"0-{size}") == {*range(size), None}
        assert frozenset(theirs) - RangeSet(f"0-{size}") == frozenset(range(size))


CHANGES = [
    lambda x: x.add("9"),
    lambda x: x.discard("4"),
    lambda x: x.remove("6"),
    lambda x: x.update({"1", "3"}),
    lambda x: x.update(list(map(str, range(1, 400)))),
    lambda x: x.difference_update({"8", "10"}),
    lambda x: x.intersection_update(set(map(str, range(30)))),
    lambda x: x.symmetric_difference_update(list(map(str, range(50)))),
    lambda x: x.update(type(x)({"5"})),
    lambda x: x.pop(),
    lambda x: x.clear(),
]


@pytest.mark.parametrize("size", [12, 200, 2000, 9000])
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_asked_for_again_and_again_follows_each_change(change, size):
    mine = _ours(set(map(str, range(0, size, 2))))
    theirs = set(map(str, range(0, size, 3)))
    texts = [str(number) for number in range(0, size, 2)]
    for _ in range(4):
        assert list(mine) == texts
        assert theirs & mine == theirs & set(texts)
        assert mine | frozenset(theirs) == theirs | set(texts)
    kept = iter(mine)
    copied = mine.copy()
    change(mine)
    assert list(kept) == texts == list(copied)
    expected = set(texts)
    if change is CHANGES[-2]:
        expected.remove(texts[-1])
    else:
        change(expected)
    for _ in range(4):
        assert list(mine) == sorted(expected, key=lambda text: (len(text), text))
        for call in OPERATORS:
            assert call(theirs, mine) == call(theirs, expected)
            assert call(mine, frozenset(theirs)) == call(expected, theirs)
        for other in (theirs, theirs - expected, set(map(int, expected))):
            assert mine.isdisjoint(other) is expected.isdisjoint(other)


def test_results_are_nobody_elses():
    mine = RangeSet("1-9")
    for _ in range(4):
        for made in ({"3"} | mine, mine - frozenset(), mine | frozenset(), set() ^ mine, set(mine)):
            made.clear()
            assert len(mine | frozenset({"11"})) == 10


@pytest.mark.parametrize("size", [6, 300, 3000])
def test_the_collector_may_change_the_set_that_is_asked_for(size):
    theirs = frozenset(map(str, range(0, 2 * size, 3)))
    mine = _ours(map(str, range(size)))

    def change(phase, info):
        if phase == "start":
            mine.add(str(rng.randrange(4 * size)))
            mine.difference_update({str(rng.randrange(size)), str(rng.randrange(size))})

    rng = random.Random(size)
    before = gc.get_threshold()
    gc.callbacks.append(change)
    gc.set_threshold(1)
    try:
        for _ in range(100):
            with contextlib.suppress(IndexError):  # as of a list that gets shorter meanwhile
                for call in OPERATORS:
                    call(mine, theirs)
                    call(set(theirs), mine)
                list(mine)
    finally:
        gc.callbacks.remove(change)
        gc.set_threshold(*before)
    expected = set(map(str, RangeSet(str(mine))))
    assert theirs & mine == theirs & expected
    assert list(mine) == sorted(expected, key=lambda text: (len(text), text))


@pytest.mark.parametrize(
    "numbers",
    [
        range(5),
        range(5, 5),
        range(-3, 7),
        range(-30, -10),
        range(12, -3, -1),
        range(7, 6, -5),
        range(3, 1_000, 7),
        range(-9, 12, 4),
        range(10, -10, -3),
        range(10**18 - 2, 10**18 + 2),
        range(1 - 10**18, 3 - 10**18),
        range(10**30, 10**30 + 3),
    ],
    ids=repr,
)
def test_a_range_is_a_list_of_its_numbers(numbers):
    listed = list(numbers)
    assert not listed or RangeSet(numbers) == RangeSet(listed)
    for name in (*EDITS, "union", "intersection", "difference", "symmetric_difference"):
        made = []
        for other in (numbers, listed):
            mine = RangeSet("0-9,007,98-101,1500")
            result = getattr(mine, name)(other)
            made.append(str(mine if result is None else result))
        assert made[0] == made[1]


def test_a_long_range_is_its_bounds():
    mine = RangeSet(range(10**17))
    assert mine._runs.count() == 10**17  # which is no size to 32 bits
    mine.symmetric_difference_update(range(1, 10**17))
    assert str(mine) == "0"


@pytest.mark.parametrize("begin", [None, "1-5", "1-4000/3"])
def test_what_another_thread_adds_while_a_set_is_read_is_not_lost(begin):
    mine = RangeSet(begin)
    mine.update({"9000", "9001"})
    before = set(mine)
    added = [str(number) for number in range(10_000, 12_000)]

    def add():
        for text in added:
            mine.add(text)

    def read():
        for _ in range(300):
            str(mine)

    together(add, read)
    assert set(mine) == before.union(added)
