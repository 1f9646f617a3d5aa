"""The kernel ``nodes``: the base classes of node sets, and what derived classes replace."""

import copy
import gc
import pickle

import pytest

from ClusterShell import _accel
from ClusterShell._nodes import bases
from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet, NodeSetBase, NodeSetError
from ClusterShell.RangeSet import RangeSet


@pytest.fixture
def sets(kernel):
    """Return classes of sets without and with text, of names without numbers."""
    nodes = kernel("nodes")

    class Plain(nodes.PatternSet):
        __hash__ = None

        def __init__(self, *names):
            self._autostep = None
            self._patterns = dict.fromkeys(names)

    class Text(nodes.TextSet, Plain):
        pass

    return Plain, Text


def test_the_life_in_use():
    assert bases.PatternSet is _accel.nodes.PatternSet
    assert NodeSet.__mro__[1:] == (bases.TextSet, NodeSetBase, bases.PatternSet, object)


@pytest.mark.parametrize("which", [0, 1])
def test_operations(sets, which):
    left, right = sets[which]("a", "b"), sets[1]("b", "c")
    for name, expected in (
        ("__or__", "abc"), ("__and__", "b"), ("__sub__", "a"), ("__xor__", "ac"),
        ("union", "abc"), ("intersection", "b"),
        ("difference", "a"), ("symmetric_difference", "ac"),
    ):  # fmt: skip
        made = getattr(left, name)(right)
        assert type(made) is sets[which]
        assert sorted(made._patterns) == list(expected), name
    assert sorted(left._patterns) == ["a", "b"]
    for name, expected in (("ior", "abc"), ("iand", "b"), ("isub", "a"), ("ixor", "ac")):
        made = left.copy()
        assert getattr(made, f"__{name}__")(right) is made
        assert sorted(made._patterns) == list(expected)


def test_comparisons(sets):
    small, large = sets[1]("a"), sets[1]("a", "b")
    assert small < large > small <= large >= small != large
    assert small == sets[0]("a")
    assert not small != sets[1]("a")  # noqa: SIM202
    assert small in large
    assert large not in small
    assert (len(large), bool(large), bool(sets[1]())) == (2, True, False)
    assert small != 1
    for name in ("__lt__", "__le__", "__gt__", "__ge__", "__ior__"):
        with pytest.raises(TypeError, match="between NodeSetBase"):
            getattr(small, name)({"a"})
    with pytest.raises(TypeError):
        small | {"a"}


def test_what_a_derived_class_replaces_is_used(sets):
    class Mine(sets[1]):
        def __eq__(self, other):
            return False

        __hash__ = None

        def copy(self):
            return sets[1]("copied")

        def update(self, other):
            self._patterns["updated"] = None

        def issuperset(self, other):
            return "yes"

    mine = Mine("a")
    assert mine != mine
    assert sorted((mine | mine)._patterns) == ["a", "copied"]
    mine.add("x")
    mine |= mine
    assert sorted(mine._patterns) == ["a", "updated"]
    mine._patterns.clear()
    mine.updaten([sets[0]("z")])
    assert sorted(mine._patterns) == ["updated"]
    assert (sets[0]() in mine) is True
    assert (mine >= mine) == "yes"


def test_attributes_of_programs_are_copied(sets):
    for cls in sets:
        nodes = cls("a")
        nodes.note = ["x"]
        assert nodes.copy().note is nodes.note
        assert nodes.copy()._patterns is not nodes._patterns
        assert vars(nodes.copy()) == vars(nodes)


def test_without_a_constructor(sets):
    for cls in sets:
        made = cls.__new__(cls)
        assert vars(made) == {}
        for call in (len, bool, cls.copy, lambda x: x | x, lambda x: x == x, cls.clear):
            with pytest.raises(AttributeError):
                call(made)
        assert object.__new__(cls).__dict__ == {}


def test_a_dictionary_that_is_replaced(sets):
    nodes = sets[1]("a")
    nodes.__dict__ = {"_patterns": {"b": None}, "_autostep": 3}
    assert ("b" in nodes._patterns, len(nodes), nodes.get_autostep()) == (True, 1, 3)
    nodes.__dict__.clear()
    with pytest.raises(AttributeError):
        len(nodes)


def test_indexes_and_none():
    with pytest.raises(NodeSetError, match="Invalid operation"):
        NodeSetBase("a", None).update(NodeSetBase("a", RangeSet("1")))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_name_no_kernel(protocol):
    for nodes in (
        NodeSet("a[1-3],b", resolver=RESOLVER_NOGROUP), NodeSetBase("n%s", RangeSet("1-3")),
    ):  # fmt: skip
        pickled = pickle.dumps(nodes, protocol)
        assert b"nodes\n" not in pickled
        assert b"_compiled" not in pickled
        assert b"_kernels" not in pickled
        assert pickle.loads(pickled) == nodes
        assert copy.deepcopy(nodes) == nodes


def test_a_dictionary_outlives_its_set(sets):
    for cls in sets:
        assert vars(cls("a"))["_patterns"] == {"a": None}


def test_in_circles(sets):
    seen = []

    class Mine(sets[1]):
        def __del__(self):
            seen.append(sorted(vars(self)))

    class Watcher:
        def __del__(self):
            # Maybe after what it looks at has been cleared.
            self.nodes.note = seen.append("watched")

    for _ in range(3):
        nodes = Mine("a")
        nodes.itself, nodes.watcher = nodes, Watcher()
        nodes.watcher.nodes = nodes
        del nodes
        gc.collect()
    assert seen.count("watched") == 3
    assert len(seen) == 6


@pytest.mark.parametrize("patterns", [None, 5])
def test_patterns_that_are_none_are_refused(sets, patterns):
    """Compiled, None would pass for a dictionary, and end the interpreter."""
    _, Text = sets

    def other():
        made = Text("a")
        made._patterns = patterns
        return made

    for call in (
        lambda: "a" in other(),
        lambda: Text("a") in other(),
        lambda: other().update("b"),
        lambda: other().update(Text("b")),
        lambda: Text("b").update(other()),
        lambda: Text("b").issuperset(other()),
        lambda: Text("b").symmetric_difference_update(other()),
        lambda: other().difference_update("a"),
        lambda: other() | Text("b"),
        lambda: Text("b") & other(),
        lambda: other().copy()._count(),
    ):
        with pytest.raises((TypeError, AttributeError, ValueError)):
            call()


def test_what_a_derived_class_reads_is_checked(sets):
    _, Text = sets

    class Mine(Text):
        def _rest(self, other, found, end):
            return None

    made = Mine("a")
    for call in (lambda: made.update("@group"), lambda: made.issubset("x & y")):
        with pytest.raises((TypeError, AttributeError)):
            call()


def test_what_makes_indexes_of_boxes_is_called(kernel):
    with pytest.raises(TypeError, match="is called"):
        kernel("nodes").know(RangeSet, [])


@pytest.mark.parametrize("name", ["__ror__", "__rand__", "__rsub__", "__rxor__"])
def test_operators_are_not_reflected(sets, name):
    """As in the released package: compiled, an operator would be both."""
    for made in (sets[0]("a"), sets[1]("a"), NodeSetBase(), NodeSet("a")):
        assert not hasattr(made, name)
    with pytest.raises(TypeError, match="unsupported operand"):
        {"a"} | sets[1]("a")

    class Mine(sets[1]):
        def __ror__(self, other):
            return "mine"

    assert {"a"} | Mine("a") == "mine"
