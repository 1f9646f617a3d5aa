"""What keys, lines, finalisers and the collector may do to a message tree at work."""

import gc
from functools import partial

import pytest

from ClusterShell.MsgTree import MODE_TRACE, MsgTree
from tests.fixtures.switching import together


class Key:
    """All have one hash, so that each is compared with the others."""

    def __init__(self, number, act=None):
        self.number = number
        self.act = act

    def __hash__(self):
        return 1

    def __eq__(self, other):
        for key in (self, other):
            if key.act:
                key.act()
        return self.number == other.number


def acts(tree):
    return {
        "clear": tree.clear,
        "init": tree.__init__,
        "setstate": lambda: tree.__setstate__(({"mode": 0}, [("old", [b"a"])])),
        "add": lambda: tree.add("other", b"x"),
        "remove": tree.remove,
    }


@pytest.mark.parametrize("act", ["clear", "init", "setstate", "add", "remove"])
@pytest.mark.parametrize(
    "line", [b"line", "a line", memoryview(b"line")], ids=lambda line: type(line).__name__
)
def test_a_key_that_changes_the_tree_when_it_is_looked_up(act, line):
    tree = MsgTree()
    for number in range(5):
        tree.add(Key(number), line)
    key = Key(9, acts(tree)[act])
    tree.add(key, line)
    key.act = None
    assert list(tree[key]) == [line]
    assert list(tree.walk())


@pytest.mark.parametrize("act", ["clear", "init", "add"])
def test_a_key_that_changes_the_tree_when_text_is_added(act):
    tree = MsgTree()
    for number in range(5):
        tree.add_text(Key(number), b"one\ntwo\n")
    key = Key(9, acts(tree)[act])
    assert tree.add_text(key, b"one\nthree\nrest") == 10
    key.act = None
    assert list(tree[key]) == [b"one", b"three"]


def test_a_hash_that_clears_the_tree():
    class Clearing:
        def __hash__(self):
            tree.clear()
            return 7

    tree = MsgTree()
    for _ in range(3):
        tree.add(Clearing(), b"a")
    assert len(tree) <= 1


def test_a_line_that_changes_the_tree_when_it_is_looked_up():
    class Line(str):
        __hash__ = str.__hash__

        def __eq__(self, other):
            tree.add("n9", b"first")
            tree.add("n9", b"second")
            return str.__eq__(self, other)

    tree = MsgTree()
    for key in ("n1", "n2"):
        tree.add(key, b"first")
        tree.add(key, "odd")
    tree.add("n3", b"first")
    tree.add("n3", Line("odd"))
    assert [list(tree[key]) for key in ("n1", "n2", "n3")] == [[b"first", "odd"]] * 3


def test_a_finaliser_that_adds_to_the_tree_being_cleared():
    class Dying:
        def __del__(self):
            tree.add("last words", b"farewell")

    tree = MsgTree()
    tree.add(Dying(), b"a")
    tree.clear()
    gc.collect()
    assert list(tree["last words"]) == [b"farewell"]


def test_the_collector_may_call_back():
    def collected(phase, info):
        calls.append(phase)
        if len(calls) % 50 == 0:
            tree.add(len(tree), b"line%d" % (len(calls) % 5))
        if len(calls) % 3000 == 0:
            tree.clear()

    calls = []
    tree = MsgTree(MODE_TRACE)
    threshold = gc.get_threshold()
    gc.callbacks.append(collected)
    gc.set_threshold(1)
    try:
        # From 3.12 on the collector waits for the interpreter: it takes more rounds.
        for number in range(20_000):
            tree.add(number % 7, b"line%d" % (number % 5))
            list(tree.walk())
            list(tree.walk_trace())
            if number >= 90 and len(calls) > 6500:
                break
    finally:
        gc.callbacks.remove(collected)
        gc.set_threshold(*threshold)
    assert len(calls) > 6500
    assert all(list(message) for message in tree.messages())


def test_keys_that_go_while_others_are_chosen_to_go():
    tree = MsgTree()
    for number in range(4):
        tree.add(number, b"line")
    tree.remove(lambda key: tree.remove(lambda other: other == 2) or key)
    assert list(tree) == [0]


@pytest.mark.parametrize("line", [b"a0", b"a1", b"a2", b"b1"])
def test_a_walk_during_which_the_collector_cuts_a_run_of_lines(line):
    """At each moment of the walk, one after the other."""

    def collected(phase, info):
        nonlocal left
        left -= 1
        if left == 0:
            tree.add("late", line)
            tree.add("late", b"its own")

    def rows():
        return {(text, key) for text, keys, _, _ in tree.walk_trace() for key in keys}

    threshold = gc.get_threshold()
    moment = cuts = 0
    while cuts == moment:
        tree = MsgTree(MODE_TRACE)
        for number in range(40):
            for text in (b"a0", b"a1", b"a2", b"a3") if number % 2 else (b"b1", b"b2"):
                tree.add(number, text)
            tree.add(number, b"%d" % (number % 5))
        before = rows()
        depth = tree._depth()
        moment += 1
        left = moment
        gc.callbacks.append(collected)
        gc.set_threshold(1)
        try:
            seen = rows()
            assert tree._depth() == depth
        finally:
            gc.callbacks.remove(collected)
            gc.set_threshold(*threshold)
        assert before <= seen
        assert {key for _, key in seen - before} <= {"late"}
        cuts += left <= 0
    assert moment > 3


def test_threads_that_add_and_clear():
    class Rack:
        def __init__(self, number):
            self.number = number

        def __hash__(self):
            return hash(self.number)

        def __eq__(self, other):
            return self.number == other.number

    def work(clears):
        try:
            for turn in range(300):
                if clears:
                    tree.clear()
                for number in range(20):
                    tree.add(Rack(number), b"line%d" % (turn % 3))
        except Exception as exc:
            errors.append(exc)

    tree, errors = MsgTree(), []
    together(*[partial(work, clears) for clears in (0, 0, 1)])
    assert errors == []
    assert len(tree) == 20


@pytest.mark.parametrize("match", [b"", (), 0, set()], ids=repr)
def test_a_match_that_cannot_be_called_removes_nothing(match):
    tree = MsgTree()
    tree.add("n1", b"a")
    for call in (tree.remove, lambda match: list(tree.items(match)), lambda m: list(tree.walk(m))):
        with pytest.raises(TypeError):
            call(match)
    assert len(tree) == 1


def test_lines_of_all_kinds():
    """As in the released package: what is equal is the same line, what has no hash is none."""
    tree = MsgTree()
    tree.add("n1", b"a")
    for key, line in (("n2", memoryview(b"a")), ("n3", type("Line", (bytes,), {})(b"a"))):
        tree.add(key, line)
    assert [keys for _, keys in tree.walk()] == [["n1", "n2", "n3"]]
    for line in (bytearray(b"a"), [], {}):
        for key in ("n1", "n2", "new"):
            with pytest.raises(TypeError):
                tree.add(key, line)
    tree.add("n4", "a")
    assert len(list(tree.walk())) == 2
