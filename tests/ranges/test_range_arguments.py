"""What range sets make of arguments that are large, odd, or from long ago."""

import pytest

from ClusterShell.RangeSet import RangeSet, RangeSetND, RangeSetParseError

HUNDRED = "9" * 100
MORE = "9" * 101


@pytest.mark.parametrize("text", [HUNDRED, "-" + HUNDRED, "1" + "0" * 100, "0" * 500 + HUNDRED])
def test_numbers_of_a_hundred_digits(text):
    assert str(RangeSet(text)) == text
    assert str(RangeSet([text])) == text


@pytest.mark.parametrize(
    "make",
    [
        lambda: RangeSet(MORE),
        lambda: RangeSet("-" + MORE),
        lambda: RangeSet("1-" + MORE),
        lambda: RangeSet("1," + MORE),
        lambda: RangeSet([MORE]),
        lambda: RangeSet([int(MORE)]),
        lambda: RangeSet.fromlist(["1", MORE]),
        lambda: RangeSetND([[MORE, "1"]]),
        lambda: RangeSet().updaten([MORE]),
    ],
)
def test_numbers_of_more_digits_are_refused(make):
    with pytest.raises(RangeSetParseError, match="invalid values in range"):
        make()


def test_numbers_of_more_digits_than_python_reads_are_refused():
    for text in ("9" * 4301, "1-" + "9" * 4301, "1-5/" + "9" * 4301):
        with pytest.raises(RangeSetParseError, match="cannot convert string to integer"):
            RangeSet(text)


def test_single_elements_may_have_more_digits():
    """As in the released package: only texts are refused."""
    numbers = RangeSet()
    numbers.add(MORE)
    numbers.update([MORE + "1"])
    assert MORE in numbers
    assert list(numbers | {"5"}) == ["5", MORE, MORE + "1"]
    numbers.remove(MORE)
    assert len(numbers) == 1


def test_padding_has_a_limit():
    numbers = RangeSet("1")
    for call in (
        lambda pad: numbers.add_range(1, 5, pad=pad),
        lambda pad: numbers.add(1, pad),
        lambda pad: numbers.add("x1", pad) if pad < 0 else numbers.add(7, pad),
        lambda pad: RangeSet.fromone(1, pad),
        lambda pad: setattr(numbers, "padding", pad),
    ):
        for pad in (4301, 2**40, 2**70):
            with pytest.raises(OverflowError):
                call(pad)
    assert str(numbers) == "1"


@pytest.mark.parametrize(
    ("element", "there"),
    [
        ({"2"}, True),
        (set(), True),
        ({"2", "7"}, False),
        ({2}, False),
        (frozenset(["2"]), False),
        (["2"], False),
        (RangeSet("2-3"), True),
        (RangeSet("2,7"), False),
    ],
)
def test_a_set_is_in_a_range_set_if_its_elements_are(element, there):
    assert (element in RangeSet("1-5")) is there


def vectors(*texts):
    return [[RangeSet(axis) for axis in text.split(";")] for text in texts]


@pytest.mark.parametrize("kind", [list, tuple, iter])
def test_vectors_are_added_without_a_set(kind):
    nd = RangeSetND([["1-3", "1-2"]])
    nd.update(kind(vectors("4-5;1-2")))
    assert str(nd) == "1-5; 1-2\n"
    assert str(nd.union(kind(vectors("6;1-2")))) == "1-6; 1-2\n"
    assert str(RangeSetND().union(kind(vectors("6;1-2", "7;1-2")))) == "6-7; 1-2\n"


def test_vectors_added_are_copied():
    axis = RangeSet("1-2")
    nd = RangeSetND([["7", "1"]])
    nd.update([[axis, RangeSet("1")]])
    axis.add(9)
    assert str(nd) == "1-2,7; 1\n"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (5, TypeError),
        (None, TypeError),
        ("ab", AssertionError),
        ([5], TypeError),
        ([["5", "6"]], AssertionError),
        ([[5, 6]], AssertionError),
        ([[{"5"}, {"6"}]], AssertionError),
        (vectors("4"), ValueError),
        ([*vectors("4;5"), ["5", "6"]], AssertionError),
    ],
)
def test_vectors_of_something_else_are_refused(given, error):
    nd = RangeSetND([["1-3", "1-2"]])
    with pytest.raises(error):
        nd.update(given)
    assert str(nd) == "1-3; 1-2\n"


def restored(ranges, version):
    made = RangeSet.__new__(RangeSet)
    state = {"_autostep": 1e100, "_length": 0, "_ranges": ranges, "_version": version}
    made.__setstate__(state)
    return made


@pytest.mark.parametrize(
    ("ranges", "version", "text"),
    [
        ([((5, 6, 1), 0)], 2, "5"),
        ([((5, 7, 1), 2), ((10, 16, 5), 3)], 2, "05-06,010,015"),
        ([((5, 7), 0)], 2, "5-6"),
        ([(slice(5, 7, 2), 0), (slice(10, 12), 3)], 2, "5,010-011"),
        ([(5, 7, 2, 0), (10, 12, 1, 3)], 1, "5,7,010-012"),
        ([], 2, ""),
    ],
)
def test_ranges_of_old_pickles(ranges, version, text):
    """Slices could not be pickled under Python 2.4: tuples stand for them."""
    assert str(restored(ranges, version)) == text


def test_state_without_ranges_is_that_of_an_empty_set():
    made = RangeSet.__new__(RangeSet)
    made.__setstate__({"_autostep": 1e100, "padding": 3, "_version": 3})
    assert list(made) == []
