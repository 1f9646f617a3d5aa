"""What node sets make of arguments that are large or odd."""

import pytest

import ClusterShell.NodeSet as module
from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet, NodeSetParseRangeError
from ClusterShell.NodeUtils import GroupResolver, GroupSource

HUNDRED = "9" * 100
MORE = "9" * 101


class Falsy:
    def __bool__(self):
        return False

    def __eq__(self, other):
        return False

    __hash__ = None


@pytest.fixture
def _standard(monkeypatch):
    source = GroupSource("s", {"all": "n[1-9]", "g": "n[1-3]"})
    monkeypatch.setattr(
        module, "RESOLVER_STD_GROUP", GroupResolver(default_source=source), raising=False
    )


@pytest.mark.parametrize(
    "resolver", [None, 0, False, "", [], Falsy()], ids=lambda given: type(given).__name__
)
@pytest.mark.usefixtures("_standard")
def test_what_is_false_stands_for_the_standard_resolver(resolver):
    assert str(NodeSet("@g", resolver=resolver)) == "n[1-3]"
    assert str(NodeSet.fromall(resolver=resolver)) == "n[1-9]"
    assert NodeSet("n[1-3]", resolver=resolver).regroup() == "@g"


@pytest.mark.parametrize("make", [NodeSet, lambda *a, **k: NodeSet.fromlist([*a], **k)])
def test_autostep_matters_where_there_are_indexes(make):
    for nodes in (make(autostep="x"), make("login", autostep="x")):
        assert nodes.autostep == "x"
    for name in ("n1", "n1x2", "n[1-3]"):
        with pytest.raises(ValueError, match="invalid literal"):
            make(name, autostep="x")
    assert str(make("n1,n3,n5", autostep="3", resolver=RESOLVER_NOGROUP)) == "n[1-5/2]"


@pytest.mark.parametrize(
    "name", ["n" + HUNDRED, "n0" + HUNDRED, f"n[{HUNDRED}]", "n1" + "0" * 100, "n[1,5]" + "9" * 99]
)
def test_numbers_of_a_hundred_digits(name):
    assert len(NodeSet(name, resolver=RESOLVER_NOGROUP)) in (1, 2)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("n" + MORE, "invalid rangeset index"),
        ("n0" + MORE, "invalid rangeset index"),
        ("n1x" + MORE, "invalid rangeset index"),
        (f"n1x{MORE},a", "invalid rangeset index"),
        ("n" + "9" * 4301, "invalid rangeset index"),
        ("n\u0661" + MORE, "invalid rangeset index"),
        (f"n[{MORE}]", "invalid values in range"),
        (f"n[{MORE}-5]", "invalid values in range"),
        (f"n[1-5]{MORE}", "invalid values in range"),
        ("n[" + "9" * 4301 + "]", "cannot convert string to integer"),
    ],
)
def test_numbers_of_more_digits_are_refused(name, reason):
    nodes = NodeSet("n1", resolver=RESOLVER_NOGROUP)
    for call in (
        lambda: NodeSet(name, resolver=RESOLVER_NOGROUP),
        lambda: NodeSet("a," + name, resolver=RESOLVER_NOGROUP),
        lambda: NodeSet.fromlist(["a", name], resolver=RESOLVER_NOGROUP),
        lambda: nodes.add(name),
        lambda: nodes.remove(name),
        lambda: nodes.index(name),
        lambda: name in nodes,
    ):
        with pytest.raises(NodeSetParseRangeError, match=reason):
            call()
    assert str(nodes) == "n1"


def test_names_of_a_list_are_refused_alike():
    with pytest.raises(NodeSetParseRangeError, match="invalid rangeset index"):
        NodeSet._fromlist1(["n" + MORE])
