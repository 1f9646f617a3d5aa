"""The kernels that read and write node names, in both of their lives."""

import random

import pytest

from ClusterShell.RangeSet import RangeSet


@pytest.fixture
def namer(kernel):
    return kernel("namer")


def read(names, intervals, reader, *args):
    """Return how far a reader came, and what it has read, as a dict of texts."""
    found = names.Names()
    end = getattr(found, reader)(*args)
    patterns = found.patterns(intervals.RunSet, None, list_of_vectors)
    texts = {
        pattern: indexes._runs.fold() if isinstance(indexes, intervals.RunSet) else indexes
        for pattern, indexes in patterns.items()
    }
    return end, texts


def list_of_vectors(boxes):
    return sorted(tuple(runs.bounds()[0] for runs in sides) for sides in boxes.sides())


LISTS = [
    ([], {}),
    (["node2", "node1", "node3"], {"node%s": "1-3"}),
    (["b", "a1", "b", "a01", "a1"], {"b": None, "a%s": "1,01"}),
    ([" a1 ", "\ta2\n", "", "  "], {"a%s": "1-2"}),
    (["a1b2", "a1b3", "a1b2"], {"a%sb%s": [(1, 2), (1, 2), (1, 3)]}),
    (["a%1", "%s2", "%%"], {"a%%%s": "1", "%%s%s": "2", "%%%%": None}),
    (["é1", "日本2x", "ü"], {"é%s": "1", "日本%sx": "2", "ü": None}),
    (["a[1-3]", "a5", "a[2-4]"], {"a%s": "1-5"}),
    (["a[01-03]x , b", "b,a7x"], {"a%sx": "7,01-03", "b": None}),
    (["1", "12", "[2-3]"], {"%s": "1-3,12"}),
    (["a" + "9" * 18], {"a%s": "9" * 18}),
    (["a-1", "a--1"], {"a-%s": "1", "a--%s": "1"}),
    (["a1", "b1", "a2", "b2"], {"a%s": "1-2", "b%s": "1-2"}),
]


@pytest.mark.parametrize(("items", "patterns"), LISTS)
def test_lists(names, intervals, items, patterns):
    assert read(names, intervals, "read_list", items, 0) == (len(items), patterns)


@pytest.mark.parametrize(("items", "patterns"), LISTS)
def test_texts(names, intervals, items, patterns):
    text = ",".join(item for item in items if item.strip())
    assert read(names, intervals, "read_text", text, 0) == (len(text), patterns)


@pytest.mark.parametrize(
    "item",
    [
        *["@g", "a*", "b?", "a!b", "a&b", "a^b", "a,b!c", "a[1", "a]", "a[1-3]4", "4[1-3]"],
        *["a[1]b2", "a[x]", "a[]", "a[3-1]", "a[01-3]", "a,,b", ",", "a,", ",a", "a٣", "a\xa0"],
        *["a" + "1" * 19, "n" * 241, 5, None, b"a1", "a[1]b[2]", "a[ 1]", "a[1-2][3]", "a[1-2"],
    ],
)
def test_what_is_not_plain_is_left(names, intervals, item):
    """Nothing of it is read, even where it begins well."""
    end, patterns = read(names, intervals, "read_list", ["x1", item, "x2"], 0)
    assert (end, patterns) == (1, {"x%s": "1"})
    end, patterns = read(names, intervals, "read_list", ["x1", item, "x2"], 2)
    assert (end, patterns) == (3, {"x%s": "2"})


@pytest.mark.parametrize(
    ("text", "end", "patterns"),
    [
        ("", 0, {}),
        (" ", 1, {}),
        ("a1,a2!a3", ~5, {"a%s": "1-2"}),
        ("a1!a2,a3", ~2, {"a%s": "1"}),
        ("a[1,3] & a2", ~7, {"a%s": "1,3"}),
        ("a1 ^a[1-2]", ~3, {"a%s": "1"}),
        ("b,a[1-2]^a2", ~8, {"a%s": "1-2", "b": None}),
        ("a1!", 0, {}),
        ("a1 ! ", 0, {}),
        ("!a1", 0, {}),
        (" !a1", 0, {}),
        ("a1,!a2", 3, {"a%s": "1"}),
        ("@g,a1!a2", 0, {}),
        ("a1,@g!a2", 3, {"a%s": "1"}),
        ("a1,a[1!2],b", 3, {"a%s": "1"}),
        ("a[1!2]", 0, {}),
        ("a[1]b[2]!c", 0, {}),
        ("a1, a2 ,@g,a3", 8, {"a%s": "1-2"}),
        ("a1,", 0, {}),
        ("a1, ,a2", 3, {"a%s": "1"}),
        ("a[1-3],b[4]5", 7, {"a%s": "1-3"}),
        ("a[1-3],b,", 7, {"a%s": "1-3"}),
        ("a[1,2],b", 8, {"a%s": "1-2", "b": None}),
        (" a1 , b ", 8, {"a%s": "1", "b": None}),
    ],
)
def test_texts_are_read_up_to_an_item(names, intervals, text, end, patterns):
    assert read(names, intervals, "read_text", text, 0) == (end, patterns)


@pytest.mark.parametrize(
    ("text", "start", "end", "patterns"),
    [
        ("a1", 0, 2, {"a%s": "1"}),
        ("a!a1,a2", 2, ~4, {"a%s": "1"}),
        ("a! a[1,3] ^a2", 2, ~10, {"a%s": "1,3"}),
        ("a!b!c", 2, ~3, {"b": None}),
        ("a!b&c", 2, ~3, {"b": None}),
        ("a!a1 ", 2, 5, {"a%s": "1"}),
        ("a!b,", 2, 2, {}),
        ("a!b!", 2, 2, {}),
        ("a!!b", 2, 2, {}),
        ("a!,b", 2, 2, {}),
        ("a! ", 2, 2, {}),
        ("", 0, 0, {}),
        ("a!@g,b", 2, 2, {}),
        ("a!b[1]c[2],b", 2, 2, {}),
    ],
)
def test_one_item_of_a_text(names, intervals, text, start, end, patterns):
    assert read(names, intervals, "read_item", text, start) == (end, patterns)


def test_start_of_a_text(names, intervals):
    assert read(names, intervals, "read_text", "a1!b2,b3", 3) == (8, {"b%s": "2-3"})


def test_many_names(names, intervals):
    numbers = random.Random(1).sample(range(100000), 5000)
    items = [f"node{number}" for number in numbers]
    end, patterns = read(names, intervals, "read_list", items, 0)
    assert end == 5000
    assert patterns == {"node%s": str(RangeSet(",".join(map(str, numbers))))}
    assert read(names, intervals, "read_text", ",".join(items), 0)[1] == patterns


def test_long_names(names, intervals):
    """The longest name that fits, of characters that take most room."""
    for item in ("%" * 240, "1a" * 120, "日" * 240, "a" * 238 + "%1"):
        end, patterns = read(names, intervals, "read_list", [item], 0)
        (pattern,) = patterns
        assert end == 1
        assert pattern.count("%%") == item.count("%")
        assert pattern.replace("%%", "").count("%s") == sum(char.isdigit() for char in item)


BOUNDS = [
    ([], []),
    ([7, 8], ["7"]),
    ([8, 10, 20, 23], ["8", "9", "10", "11", "12"]),
    ([10, 13], ["00", "01", "02"]),
    ([108, 112], ["98", "99", "000", "001"]),
    ([-12, -8, -1, 2], ["-12", "-11", "-10", "-9", "-1", "0", "1"]),
    ([9, 11], ["9", "00"]),
]


@pytest.mark.parametrize(("bounds", "indexes"), BOUNDS)
@pytest.mark.parametrize(
    ("pattern", "before", "after"),
    [
        ("%s", "", ""),
        ("node%s", "node", ""),
        ("n%s-ib0", "n", "-ib0"),
        ("%%%s%%", "%", "%"),
        ("%%s%s%%s", "%s", "%s"),
        ("é%sé", "é", "é"),
        ("日%s本", "日", "本"),
        ("\U0001f600%s", "\U0001f600", ""),
    ],
)
def test_names_of_a_pattern(namer, intervals, bounds, indexes, pattern, before, after):
    runs = intervals.from_bounds(bounds)
    assert list(namer.Namer(pattern, runs)) == [before + index + after for index in indexes]


def test_names_do_not_change_while_they_are_read(namer, intervals):
    runs = intervals.from_bounds([0, 5])
    reader = iter(namer.Namer("n%s", runs))
    assert next(reader) == "n0"
    runs.insert(5, 9)
    runs.erase(1, 3)
    assert list(reader) == ["n1", "n2", "n3", "n4"]


@pytest.fixture
def patterns(intervals):
    indexes = intervals.RunSet.__new__(intervals.RunSet)
    indexes._runs = intervals.from_bounds([1, 4])
    indexes._autostep = None
    return {"n%s": indexes, "login": None, "a%sb%s": object()}


def test_contains(names, patterns):
    known = {"n1": True, "n4": False, "n01": False, "x1": False, "login": True, "log": False}
    unclear = ["a1b2", " n1", "n1 ", "n[1]", "n1,n2", "@g", "", "n" + "1" * 19]
    answers = {**known, **dict.fromkeys(unclear)}
    assert {text: names.contains(patterns, text) for text in answers} == answers


def test_insert(names, patterns):
    assert names.insert(patterns, "n4") is True
    assert names.insert(patterns, "n01") is True
    assert names.insert(patterns, "login") is True
    assert patterns["n%s"]._runs.fold() == "1-4,01"
    for text in ("x1", "x", "a1b2", " n5", "n5 ", "n[5]", "@g", "n5,n6", ""):
        assert names.insert(patterns, text) is False
    assert patterns["n%s"]._runs.fold() == "1-4,01"
    assert len(patterns) == 3


def test_erase(names, patterns):
    for text in ("n4", "x1", "x", "a1b2", " n1", "n[1]", ""):
        assert names.erase(patterns, text) is False
    assert names.erase(patterns, "n2") is True
    assert patterns["n%s"]._runs.fold() == "1,3"
    assert names.erase(patterns, "n1") is True
    assert names.erase(patterns, "n3") is True
    assert "n%s" not in patterns
    assert names.erase(patterns, "login") is True
    assert "login" not in patterns


@pytest.mark.parametrize("reader", ["read_list", "read_names", "read_text", "read_item"])
@pytest.mark.parametrize("start", [-1, -(2**63), 2**63 - 1, 5])
def test_reading_begins_within_what_is_read(names, reader, start):
    given = ["n1", "n2"] if reader in ("read_list", "read_names") else "n1,n"
    if start > 0 and type(given) is list:
        # Nothing is left to read, which is no error.
        assert getattr(names.Names(), reader)(given, start) == len(given)
        return
    with pytest.raises(IndexError, match="a position"):
        getattr(names.Names(), reader)(given, start)
