"""The way of a text to a node set: read once, and straight through few files."""

from types import SimpleNamespace

import pytest

from ClusterShell._accel import names as kernel
from ClusterShell._accel import nodes
from ClusterShell._nodes import reading, scanner
from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet, NodeSetParseError, ParsingEngine
from ClusterShell.NodeUtils import GroupResolver, GroupSource
from tests.fixtures.counting import walked


@pytest.mark.parametrize(
    ("text", "calls", "crossings"),
    [
        ("node[1-5,8],login1", 5, 4),
        ("node[1-5]!node2", 11, 10),
        ("node[1-5]!node2!node3", 13, 14),
        ("node[1-5],a&node2", 14, 13),
        ("r[1-2]n[1-4]", 55, 25),
    ],
)
def test_calls_of_a_text(text, calls, crossings):
    NodeSet(text, resolver=RESOLVER_NOGROUP)  # what is loaded late is there
    counts = walked(lambda: NodeSet(text, resolver=RESOLVER_NOGROUP))
    assert counts.calls <= calls
    assert counts.crossings <= crossings


def test_calls_of_folding():
    nodes = NodeSet("node[1-5,8],login1", resolver=RESOLVER_NOGROUP)
    counts = walked(lambda: str(nodes))
    assert counts.calls <= 8
    assert counts.crossings <= 9


@pytest.fixture
def spans(monkeypatch):
    """Return the list of what has been read: text, where it begins and ends, and by whom."""
    read = []

    class Names:
        def __init__(self):
            self.names = kernel.Names()
            self.patterns = self.names.patterns
            self.have_indexes = self.names.have_indexes
            self.read_names = self.names.read_names

        def read_text(self, text, start):
            return self.note(text, start, self.names.read_text(text, start))

        def read_item(self, text, start):
            return self.note(text, start, self.names.read_item(text, start))

        def note(self, text, start, end):
            read.append((text, start, ~end if end < 0 else end))
            return end

    def beginning(text, autostep):
        found, end = nodes.beginning(text, autostep)
        read.append((text, 0, ~end if end < 0 else end))
        return found, end

    def collected(names, autostep):
        return nodes.collected(getattr(names, "names", names), autostep)

    def scan(text, autostep, operator=","):
        read.append((text, 0, len(text)))
        return scanner_scan(text, autostep, operator)

    scanner_scan = scanner.scan
    monkeypatch.setattr(reading, "kernel", SimpleNamespace(Names=Names))
    monkeypatch.setattr(reading, "beginning", beginning)
    monkeypatch.setattr(reading, "collected", collected)
    monkeypatch.setattr(scanner, "scan", scan)
    return read


@pytest.mark.parametrize(
    "text",
    [
        "node[1-5]!node2",
        "a1,a2,a3",
        "a[1-3]!a2,b1&a[1-9]^c,d",
        "a1,b[1-2]c[3-4],d",
        "a1!b[1-2]c[3-4]&d",
        "a[1-2]!@g,b1",
        "a1&a*",
        " a1 ! a2 , b[1-2]x3 ",
    ],
)
def test_a_text_is_read_once(spans, text):
    resolver = GroupResolver(GroupSource("s", {"g": "x1", "all": "a1"}, "a1"))
    ParsingEngine(resolver).parse_string(text, None)
    rest = text
    for read, start, end in spans:
        if rest and text.endswith(read):
            start += len(text) - len(read)
            end += len(text) - len(read)
            # Nothing that was read before, but the operator between items.
            assert len(text) - len(rest) <= start <= len(text) - len(rest) + 1
            rest = text[end:]
    assert rest == ""


def test_a_fault_is_told_by_what_stands_before(spans):
    with pytest.raises(NodeSetParseError, match="illegal closing bracket"):
        NodeSet("a[1-2],b]", resolver=RESOLVER_NOGROUP)
    assert spans[-1] == ("a[1-2],b]", 0, 9)
