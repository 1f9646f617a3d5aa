"""Node sets and range sets that somebody has put into themselves: no deeper than Python goes."""

import itertools

import pytest

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet, NodeSetBase
from ClusterShell.RangeSet import RangeSet

MAKERS = {
    "node set": lambda: NodeSet("n[1-5],a", resolver=RESOLVER_NOGROUP),
    "several axes": lambda: NodeSet("n[1-5]x[1-3],a", resolver=RESOLVER_NOGROUP),
    "base": lambda: NodeSetBase("n%s", RangeSet("1-5")),
}
PATTERNS = {
    "one": lambda nodes: {"n%s": nodes, "a": None},
    "two": lambda nodes: {"n%sx%s": nodes},
    "both": lambda nodes: {"n%s": nodes, "n%sx%s": nodes, "b": nodes},
}
#: What every object has, and no node set changes.
OF_OBJECTS = set(dir(object)) - {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"}


def raised(call, *operands):
    """Call something, and go through some of what it returns; return the exception, or None."""
    try:
        made = call(*operands)
        if hasattr(made, "__next__"):
            list(itertools.islice(made, 20))
    except Exception as error:
        return error
    return None


@pytest.mark.parametrize("patterns", PATTERNS.values(), ids=PATTERNS)
@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_every_method_ends(make, patterns):
    """A call that does not would end the interpreter with the stack, or stand."""

    def looped():
        made = make()
        made._patterns = patterns(made)
        return made

    too_deep = set()
    for name in sorted(set(dir(make())) - OF_OBJECTS):
        if not callable(getattr(make(), name)):
            continue
        same = looped()
        # Called of and with the same, another like it, and of a plain set with it.
        errors = [
            *(raised(getattr(looped(), name), *some) for some in ((), (make(),), ("n1",))),
            raised(getattr(looped(), name), ["n1"]),
            raised(getattr(same, name), same),
            raised(getattr(looped(), name), looped()),
            raised(getattr(make(), name), looped()),
        ]
        if any(isinstance(error, RecursionError) for error in errors):
            too_deep.add(name)
    assert {"__len__", "_count", "copy", "union"} <= too_deep


def test_what_is_raised():
    nodes = MAKERS["node set"]()
    nodes._patterns = {"n%s": nodes}
    for call in (len, list, NodeSet.copy, NodeSet._count):
        with pytest.raises(RecursionError):
            call(nodes)
    deep = {"n%s": RangeSet("1-2")}
    for _ in range(100_000):
        outer = MAKERS["base"]()
        outer._patterns = deep
        deep = {"n%s": outer}
    with pytest.raises(RecursionError):
        len(outer)


def test_a_range_set_of_itself():
    mine = RangeSet("1-5")
    mine._runs = mine
    for call in (
        mine.copy,
        *(
            lambda method=method: getattr(mine, method)(mine)
            for method in ("issubset", "isdisjoint")
        ),
        lambda: mine in mine,
        lambda: mine <= RangeSet("1"),
    ):
        with pytest.raises((AttributeError, RecursionError, TypeError)):
            call()
