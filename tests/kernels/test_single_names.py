"""Names in which no character is special: what the kernel reads of them, and what sets hold."""

import random

import pytest

from ClusterShell.NodeSet import (
    RESOLVER_NOGROUP,
    NodeSet,
    NodeSetBase,
    NodeSetParseError,
    ParsingEngine,
)

#: A name, and its pattern and numbers.
PLAIN = [
    ("a1", "a%s", ["1"]),
    ("@g1", "@g%s", ["1"]),
    ("@s:g", "@s:g", []),
    ("@@s", "@@s", []),
    ("a,b", "a,b", []),
    ("a1,a2", "a%s,a%s", ["1", "2"]),
    (",", ",", []),
    ("[", "[", []),
    ("n[1-2]", "n[%s-%s]", ["1", "2"]),
    ("n[1-2", "n[%s-%s", ["1", "2"]),
    ("n1-2]", "n%s-%s]", ["1", "2"]),
    ("[]", "[]", []),
    ("*", "*", []),
    ("a?1", "a?%s", ["1"]),
    ("a!b1", "a!b%s", ["1"]),
    ("a&b", "a&b", []),
    ("a^01", "a^%s", ["01"]),
    ("!", "!", []),
    (" a 1 ", "a %s", ["1"]),
    ("\ta\x1f", "a", []),
    ("%", "%%", []),
    ("%s1", "%%s%s", ["1"]),
    ("%d&7%", "%%d&%s%%", ["7"]),
    ("é@1", "é@%s", ["1"]),
    ("0", "%s", ["0"]),
    ("\x00", "\x00", []),
    ("a" * 239 + "*", "a" * 239 + "*", []),
]
#: Names that the kernel leaves to others.
LEFT = ["a٣", "\xa0a", "a\u2003b", "a" * 241, "a" + "1" * 19, "²\xa0"]


def patterns_of(names, intervals, found):
    """Return the numbers of each pattern that Names have read."""
    vectors = []

    def of_boxes(boxes):
        vectors.extend([runs.fold() for runs in sides] for sides in boxes.sides())
        return vectors

    read = found.patterns(intervals.RunSet, None, of_boxes)
    return {
        pattern: [indexes._runs.fold()] if isinstance(indexes, intervals.RunSet) else indexes
        for pattern, indexes in read.items()
    }


@pytest.mark.parametrize(("name", "pattern", "numbers"), PLAIN)
def test_kernel_reads(names, intervals, name, pattern, numbers):
    found = names.Names()
    assert found.read_names([name], 0) == 1
    expected = numbers if len(numbers) < 2 else [numbers]
    assert patterns_of(names, intervals, found) == {pattern: expected or None}


@pytest.mark.parametrize("name", [*LEFT, "", "  ", None, 1, b"a"])
def test_kernel_leaves(names, intervals, name):
    found = names.Names()
    assert found.read_names(["a1", name, "a2"], 0) == 1
    assert found.read_names(["a1", name, "a2"], 2) == 3
    assert patterns_of(names, intervals, found) == {"a%s": ["1-2"]}


@pytest.mark.parametrize("name", [name for name, _, _ in PLAIN] + LEFT[:4])
def test_set_of_a_name(name):
    nodes = NodeSet._fromlist1([name, "other1", name], resolver=RESOLVER_NOGROUP)
    assert sorted(nodes) == sorted([name.strip().replace("٣", "3"), "other1"])
    alone = NodeSetBase()
    for text in (name, "other1"):
        alone.update(ParsingEngine(None).parse_string_single(text, None))
    assert nodes._patterns == alone._patterns
    assert str(nodes) == str(alone)


@pytest.mark.parametrize("autostep", [None, 3])
@pytest.mark.parametrize("kind", [list, tuple, iter, dict.fromkeys])
def test_sets_of_all_names(autostep, kind):
    texts = [name for name, _, _ in PLAIN] + LEFT[:4]
    texts += [f"@x{i}" for i in range(1, 10, 2)] + [f"r{i},{j}" for i in "12" for j in "34"]
    random.Random(1).shuffle(texts)
    nodes = NodeSet._fromlist1(kind(texts), autostep, RESOLVER_NOGROUP)
    alone = NodeSetBase(autostep=autostep)
    for text in texts:
        alone.update(ParsingEngine(None).parse_string_single(text, autostep))
    assert nodes == alone
    assert str(nodes) == str(alone)
    assert {p: r and r.autostep for p, r in nodes._patterns.items()} == {
        p: r and r.autostep for p, r in alone._patterns.items()
    }


@pytest.mark.parametrize("texts", [[""], ["a", " "], ["a", "\xa0"]])
def test_no_name(texts):
    with pytest.raises(NodeSetParseError, match="^parse error$"):
        NodeSet._fromlist1(texts)


@pytest.mark.parametrize("value", [None, 1, b"a", ["a"]])
def test_what_is_no_text(value):
    with pytest.raises((AttributeError, TypeError)):
        NodeSet._fromlist1(["a", value])


def test_each_name_is_read_once(monkeypatch):
    """No Python code runs for a name that the kernel reads."""
    monkeypatch.setattr(ParsingEngine, "parse_string_single", None)
    texts = [f"node{i}" for i in range(1000)] + ["@a", "b,c", "d[1]"]
    assert len(NodeSet._fromlist1(texts)) == 1003


def test_nodes_of_a_set():
    nodes = NodeSet("a[1-3],b1c[2-3],login", resolver=RESOLVER_NOGROUP)
    assert NodeSet._fromlist1(nodes) == nodes
