"""Which questions a node set asks of a source of groups, and what it makes of the answers."""

import pytest

from ClusterShell._groups import asking, errors
from ClusterShell.NodeSet import NodeSet
from ClusterShell.NodeUtils import (
    GroupResolver,
    GroupResolverSourceError,
    GroupSource,
    GroupSourceError,
    GroupSourceNoUpcall,
    GroupSourceQueryFailed,
)


class Source(GroupSource):
    """A source that lists what it is told to, and can tell the groups of a node."""

    def __init__(self, listed):
        GroupSource.__init__(self, "s", {"foo": "n[1-2]", "bar": "n[1-9]"})
        self.has_reverse = True
        self.listed = listed
        self.asked = []

    def resolv_list(self):
        if isinstance(self.listed, Exception):
            raise self.listed
        return self.listed

    def resolv_reverse(self, node):
        self.asked.append(node)
        return ["foo"] if node in ("n1", "n2") else []


FAILURES = [
    GroupSourceQueryFailed("x", None),
    GroupSourceNoUpcall("list", None),
    GroupSourceError("x", None),
]


@pytest.mark.parametrize("listed", ["", [], *FAILURES], ids=repr)
def test_where_no_group_is_listed_each_node_is_asked_for(listed):
    source = Source(listed)
    assert NodeSet("n[1-2]", resolver=GroupResolver(source)).regroup() == "@foo"
    assert source.asked == ["n1", "n2"]


def test_few_nodes_are_asked_for_many_by_group():
    source = Source(["foo", "bar"])
    assert NodeSet("n[1-2]", resolver=GroupResolver(source)).regroup() == "@foo"
    assert source.asked == ["n1", "n2"]
    source = Source(["foo"])
    assert NodeSet("n[1-3]", resolver=GroupResolver(source)).regroup() == "@foo,n3"
    assert source.asked == []


def test_the_room_knows_what_happened_without_the_public_exceptions():
    assert issubclass(GroupSourceQueryFailed, errors.QueryFailed)
    assert issubclass(GroupSourceNoUpcall, errors.NoAnswer)
    assert issubclass(GroupSourceError, errors.SourceError)
    assert issubclass(GroupResolverSourceError, errors.NoSuchSource)


def test_questions_take_any_reader():
    class Names(list):
        """What a reader returns has only to be iterable, for names."""

    resolver = GroupResolver(GroupSource("s", {"a": "n1", "b": "n2 n1"}))
    assert asking.grouplist(resolver, None, Names) == ["a", "b"]
    assert asking.all_nodes(resolver, None, Names) == ["n1", "n2"]
    with pytest.raises(errors.Unanswered, match="Not enough working methods"):
        asking.all_nodes(GroupResolver(Source(GroupSourceNoUpcall("list", None))), None, Names)
