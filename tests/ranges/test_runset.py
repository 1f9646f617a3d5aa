"""The base class of range sets, at run time and for type checkers."""

import ast
import inspect
import random

import pytest

from ClusterShell import _accel
from ClusterShell._ranges import runset
from ClusterShell.RangeSet import RangeSet


def test_it_is_that_of_the_kernel_in_use():
    assert runset.RunSet is _accel.runset.RunSet
    assert issubclass(RangeSet, runset.RunSet)


def test_type_checkers_see_what_there_is():
    """Each method told to them is one of the kernel's, with the same parameters."""
    (seen,) = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(runset)))
        if isinstance(node, ast.ClassDef) and node.name == "RunSet"
    ]
    methods = [node for node in seen.body if isinstance(node, ast.FunctionDef)]
    assert len(methods) > 5
    for method in methods:
        parameters = [argument.arg for argument in method.args.args]
        known = getattr(runset.RunSet, method.name)
        if not method.name.startswith("__"):
            assert list(inspect.signature(known).parameters) == parameters


@pytest.mark.parametrize("seed", range(20))
def test_elements_of_each_kind_one_after_the_other(seed):
    """Texts may wait to be added, integers and long numbers do not: what is there is the same."""
    rng = random.Random(seed)
    made, model = RangeSet(), set()
    for _ in range(200):
        number = rng.choice((rng.randrange(40), rng.randrange(3000), 10**17, 10**18 + 3, 10**25))
        element = rng.choice((number, str(number), str(number).zfill(5)))
        pad = rng.choice((0, 0, 3))
        text = element if type(element) is str else str(element).zfill(pad or 1)
        way = rng.randrange(6)
        if way < 3:
            made.add(element, pad)
            model.add(text)
        elif way == 3:
            made.discard(element, pad)
            model.discard(text)
        else:
            assert (element in made) == (str(element) in model)
    assert (set(made), len(made)) == (model, len(model))


class Text(str):
    """A text of a derived class, equal to a plain one."""


def outcome(mine, name, other):
    """Return what a method answers, or the class of its error."""
    try:
        return getattr(mine, name)(other)
    except (AssertionError, KeyError, TypeError, ValueError) as exc:
        return type(exc)


ELEMENTS = ("5", "05", 7, "12", "120", "-3", -3, "x", "", None, 10**18, "9" * 19, Text("5"), 2.0)
CONTAINERS = (list, tuple, set, frozenset)
DERIVED = {kind: type("Derived", (kind,), {}) for kind in CONTAINERS}
QUESTIONS = ("isdisjoint", "issubset", "issuperset", "__eq__", "__ne__", "__lt__", "__le__",
             "__gt__", "__ge__")  # fmt: skip
COPIES = ("union", "intersection", "difference", "symmetric_difference", "__or__", "__and__",
          "__sub__", "__xor__", "__ror__", "__rand__", "__rsub__", "__rxor__")  # fmt: skip
EDITS = ("update", "union_update", "intersection_update", "difference_update",
         "symmetric_difference_update", "__ior__", "__iand__", "__isub__", "__ixor__")  # fmt: skip


@pytest.mark.parametrize("seed", range(16))
def test_plain_containers_answer_as_others_do(seed):
    """What is looked into without a call of Python answers as what is gone through by calls."""
    rng = random.Random(seed)
    for _ in range(12):
        few = [rng.choice(ELEMENTS) for _ in range(rng.randrange(3))] if rng.random() < 0.5 else []
        size = rng.choice((0, 3, 20, 300))
        numbers = [rng.randrange(2 * size + 9) for _ in range(size)]
        some = few + [rng.choice((str, int, "{:04d}".format))(number) for number in numbers]
        rng.shuffle(some)
        kind = rng.choice(CONTAINERS)
        plain, derived = kind(some), DERIVED[kind](some)
        mine = RangeSet(rng.choice((["0-9"], ["3", "5", "05"], numbers or ["1"], ["0-900/2"])))
        for name in QUESTIONS + COPIES:
            found = [outcome(mine, name, o) for o in (plain, derived)]
            if isinstance(found[0], (set, frozenset)):
                assert {*map(type, found)} <= {set, frozenset}
            assert found[0] is found[1] or found[0] == found[1], (name, mine, plain)
        for name in EDITS:
            both = [mine.copy(), mine.copy()]
            found = [outcome(x, name, o) for x, o in zip(both, (plain, derived))]
            assert found[0] is found[1] or found[0] == found[1], (name, mine, plain)
            assert str(both[0]) == str(both[1]), (name, mine, plain)


def test_what_can_be_gone_through_once_is_looked_at_once():
    mine = RangeSet("3-5")
    for some in (["x", 3, "4"], ["9", None, "7", "8", 1, "5"], ["9"] * 9, [], ["05"], [Text("5")]):
        assert mine.isdisjoint(item for item in some) is mine.isdisjoint(some)
        assert mine.union(item for item in ("1", "9")) == RangeSet("1,3-5,9")
        assert mine - RangeSet("4") == mine.difference(item for item in ("4", 5))
    left = (text for text in ("8", "3", "9", "10"))
    assert not mine.isdisjoint(left)
    assert list(left) == ["9", "10"]


def test_pop_takes_all_elements_one_by_one():
    for text in ("", "1", "1-3,07,009", "0-5000/2", "0-100000/999"):
        left, taken = RangeSet(text or None), []
        while left:
            taken.append(left.pop())
        assert sorted(taken) == sorted(RangeSet(text or None))
        with pytest.raises(KeyError):
            left.pop()


# Sets on both sides of where few elements are many.
SIZES = (0, 1, 2, 6, 31, 32, 33, 64, 65, 90)


def _operands(rng, size):
    """Return a set of texts, and of them and some integers every kind of container."""
    texts = {rng.choice((str, "{:03}".format))(rng.randrange(-9, 3 * size)) for _ in range(size)}
    texts = {text for text in texts if not text.startswith("-")} | {"1105", "1109", "1110"}
    numbers = [int(text) for text in texts if text == str(int(text))]
    mixed = sorted(texts - set(map(str, numbers))) + numbers
    rng.shuffle(mixed)
    return texts, {kind: kind(mixed) for kind in (list, tuple, set, frozenset)}


@pytest.mark.parametrize("size", SIZES)
def test_operations_with_few_of_a_container_are_those_with_a_set(size):
    """Elements that are integers are added as texts, and are none to be found."""
    rng = random.Random(size)
    for mine in SIZES:
        model = {str(rng.randrange(3 * mine)) for _ in range(mine)}
        texts, containers = _operands(rng, size)
        for kind, container in containers.items():
            found = {element for element in container if type(element) is str}
            for name, other in (
                ("union", texts), ("symmetric_difference", texts),
                ("intersection", found), ("difference", found),
            ):  # fmt: skip
                expected = getattr(model, name)(other)
                made = RangeSet.fromlist(sorted(model))
                assert set(getattr(made, name)(container)) == expected
                getattr(made, "update" if name == "union" else name + "_update")(container)
                assert (set(made), len(made)) == (expected, len(expected))
            if kind in (set, frozenset):
                _compare(RangeSet.fromlist(sorted(model)), model, container)


def _compare(made, model, other):
    """Compare operators with a plain set on the left, and questions, with those of sets."""
    assert other | made == other | model
    assert other & made == other & model
    assert other - made == other - model
    assert other ^ made == other ^ model
    assert type(other ^ made) is type(other)
    assert (made <= other, made >= other) == (model <= other, model >= other)
    assert made.isdisjoint(other) is model.isdisjoint(other)


@pytest.mark.parametrize("size", SIZES)
def test_questions_of_two_sets(size):
    rng = random.Random(size)
    for other_size in SIZES:
        left, other = (
            {str(rng.randrange(n, 3 * n + 1)) for _ in range(n)} for n in (size, other_size)
        )
        for right in (other, left | other, left & other, other - left):
            a, b = RangeSet.fromlist(sorted(left)), RangeSet.fromlist(sorted(right))
            assert a.issubset(b) is (left <= right)
            assert a.issuperset(b) is (left >= right)
            assert a.isdisjoint(b) is left.isdisjoint(right)
            a ^= b
            assert (set(a), bool(a)) == (left ^ right, bool(left ^ right))
            a ^= a
            assert (len(a), list(a)) == (0, [])


@pytest.mark.parametrize("wrong", ["x", "", "1-2", None])
def test_nothing_is_added_of_few_elements_if_one_is_no_number(wrong):
    for container in (["1", "2", wrong], ("3", wrong, "4"), {"5", wrong, "6"}):
        made = RangeSet("1-3")
        with pytest.raises((ValueError, TypeError)):
            made.update(container)
        assert str(made) == "1-3"


def test_texts_of_short_numbers_are_right_each_time():
    elements = ["-12", "-1", "0", "9", "00", "09", "99", "000", "999", "0000", "9999"]
    made = RangeSet(elements)
    for _ in range(2):
        assert list(made) == elements
    assert [made.pop() for _ in elements] == elements[::-1]
    assert {made.index(text) for text in RangeSet("5-1200") for made in [RangeSet(text)]} == {0}


class _Text(str):
    """A text of a derived class."""


def _operated(left, right):
    return left | right, left & right, left - right, left ^ right


@pytest.mark.parametrize("size", [0, 3, 40, 900, 9_000])
@pytest.mark.parametrize("more", [(), (7, None, "x", ""), (_Text("1"), _Text("20"))])
def test_operators_with_plain_sets_do_what_a_set_of_the_elements_does(size, more):
    rng = random.Random(size)
    for count in (5, 3_000):
        drawn = [str(rng.randrange(4 * size + 9)).zfill(rng.choice((1, 5))) for _ in range(size)]
        others = {str(number).zfill(5) for number in range(count)} | {*drawn[::2], *more}
        made = RangeSet()
        made.update(drawn)
        for plain in (others, frozenset(others)):
            kinds = [*map(type, _operated(plain, made))]
            assert kinds == [type(plain)] * 4
            assert _operated(plain, made) == _operated(plain, set(drawn))
            kept = plain | made
            assert {e for e in kept if type(e) is _Text} == {e for e in others if type(e) is _Text}
        assert _operated(made, frozenset(others)) == _operated(set(drawn), others)
        assert [*map(type, _operated(made, frozenset(others)))] == [set] * 4
        assert made == set(drawn) == set(made) and made != {*drawn, "-1"}


def test_texts_that_share_a_slot_are_right_each_time():
    for number in (5, 8_197, 16_389, 10**9 + 5, 10**17 + 5, 5):
        for made in (RangeSet(str(number)), RangeSet(f"{number - 1:018d}-{number:018d}")):
            assert [int(text) for text in made] == [*made.intiter()]
            assert set(made) == {*list(made)} and list(made)[-1].lstrip("0") == str(number)


@pytest.mark.parametrize("pad", [0, 1, 2, 5, 17, 18, 25])
@pytest.mark.parametrize("step", [1, 2, 7, 10**6])
def test_a_range_is_its_numbers_one_by_one(step, pad):
    for start in (-12, -1, 0, 7, 95, 998, 10**17 - 3, 10**18 - 2, 10**18 + 1, 10**19):
        for count in (1, 2, 15):
            made, model = RangeSet("1-5,007"), RangeSet("1-5,007")
            made.add_range(start, start + step * count, step, pad)
            for number in range(start, start + step * count, step):
                model.add(number, pad if number >= 0 else 0)
            assert (str(made), len(made)) == (str(model), len(model))
    for refused in ((5, 5), (6, 5), (5, 9, 0), (5, 9, -1)):
        with pytest.raises(AssertionError):
            made.add_range(*refused)
