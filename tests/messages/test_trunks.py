"""Elements of a message tree: kept while keys stay, grown when looked at, freed with their tree."""

import gc
import weakref

import pytest

from ClusterShell import _accel
from ClusterShell.MsgTree import MODE_TRACE, MsgTree, MsgTreeElem


def test_places_and_elements_of_a_trunk(kernel):
    trunks, lines, branches = kernel("trunks"), kernel("blocks"), kernel("branches")
    elements = kernel("elements")
    trunk = trunks.Trunk(1)
    top = lines.Position(trunk.root, 0)
    trunk.positions["n"] = branches.step_from(trunk.blocks, top, b"one")
    trunk.positions["m"] = branches.step_from(trunk.blocks, trunk.positions["n"], b"two")
    assert [keys for keys, *_ in trunk.ends(None)] == [["n"], ["m"]]
    assert [(keys, depth) for keys, _, depth in trunk.places(None)] == [(["n", "m"], 1), (["m"], 2)]
    assert trunk.depth() == 2
    elem = elements.element(elements.LineElement, trunk, trunk.positions["n"])
    assert (list(elem), elem.message(), len(elem), elem[0]) == ([b"one"], b"one", 3, b"one")
    assert lines.followers(trunk.positions["n"]) == 1
    assert lines.line_of(trunk.positions["m"]) == b"two"
    assert list(elem.append(b"three", "k")) == [b"one", b"three"]
    assert [key for _, _, key in trunk.log] == ["k"]


def test_a_line_appended_again(kernel):
    """It is the same place, wherever that is by now, in a tree that has not grown."""
    elements = kernel("elements")
    trunk = kernel("trunks").Trunk(1)
    top = elements.element(elements.LineElement, trunk, kernel("blocks").Position(trunk.root, 0))
    model = {}
    for round_ in range(3):
        for path in (b"abc", b"abd", b"a", b"bc", b"abce", b"ax"):
            elem = top
            for byte in path:
                elem = elem.append(bytes([byte]))
            assert b"".join(elem) == path
            place = elements.place_of(elem)
            assert round_ == 0 or place == elements.place_of(model[path])
            model[path] = elem
    assert all(b"".join(elem) == path for path, elem in model.items())
    assert len(trunk.blocks) == 7
    one, other = top.append(b"a"), top.append(b"a")
    assert one is not other
    for line in (b"b", b"b", b"new", b"new"):
        with pytest.raises(TypeError, match="unhashable"):
            one.append(line, [])
        one.append(line, "k")
    assert [key for _, _, key in trunk.log] == ["k"] * 4


@pytest.mark.parametrize(
    "lines", [(b"a", b"a\nb", b"a\nc"), (b"a", (3, "a")), (b"x", b"y", b"y\nz")]
)
def test_blocks_in_a_circle(kernel, lines):
    """A list in which a block is what is above it is no tree's."""
    blocks, branches = kernel("blocks"), kernel("branches")
    trunk = kernel("trunks").Trunk(1)
    for line in lines:
        place = blocks.Position(trunk.root, 0)
        for part in line.split(b"\n") if type(line) is bytes else [line]:
            place = branches.step_from(trunk.blocks, place, part)
    below = [block for block in trunk.blocks if block.parent >= 0]
    assert below
    for block in below:
        circle = [block] * len(trunk.blocks)
        for call in (blocks.message_lines, blocks.message_text):
            with pytest.raises(ValueError, match="circle"):
                call(circle, blocks.Position(block, block.size))
        with pytest.raises(ValueError, match="circle"):
            blocks.walk(circle)


def test_an_element_made_again_after_lines_were_appended():
    root = MsgTreeElem()
    root.append(b"a").append(b"x")
    root.append(b"a")
    root.__init__(b"b")
    assert list(root.append(b"a")) == [b"b", b"a"]
    assert root.append(b"a").children == {}


def test_which_sources_are_asked_for(kernel):
    Sources = kernel("trunks").Sources
    one, other = object(), object()
    pairs = [(one, "a"), (other, "a"), (one, "b"), [other, "b"]]

    def found(*asked):
        match = Sources(*asked)
        return [number for number, pair in enumerate(pairs) if match(pair)]

    assert found(None, None) == [0, 1, 2, 3]
    assert found(one, None) == [0, 2]
    assert found(None, ["b"]) == found(None, "b", True) == [2, 3]
    assert found(other, {"a"}) == [1]
    assert found(one, ()) == []
    assert found(None, iter("ab")) == [0]  # which is used up on the way
    with pytest.raises(TypeError):
        found(None, 5)
    for source in (None, 5, (), ("a",)):
        with pytest.raises((TypeError, IndexError)):
            Sources(one, "a", True)(source)


class Text(str):
    """Is equal to what begins alike, and has a hash of its own."""

    def __eq__(self, other):
        return isinstance(other, str) and other[:1] == self[:1]

    __hash__ = str.__hash__


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset, dict.fromkeys])
@pytest.mark.parametrize(
    "keys", [["n1", "n3", "n5"], ["n1", "n1", "n1", 7], [Text("n"), "x", "y"], ["no", "such", "k"]]
)
def test_sources_of_some_keys_are_those_of_a_function(kernel, keys, kind):
    made = kernel("msgtree").LineTree()
    made._reset(0)
    for number, key in enumerate([*(f"n{n}" for n in range(8)), 7, Text("n9"), None, ("n1",)]):
        made.add(("w", key), b"%d" % (number % 3))
    keys = kind(keys)
    pairs = [pair for pair in made.trunk.positions.items() if pair[0][1] in keys]
    for match in (kernel("trunks").Sources(None, keys), kernel("trunks").Sources("w", keys)):
        found = [end[0] for end in made.trunk.ends(match)]
        assert found == [end[0] for end in made.trunk.ends(pairs)]


def test_other_code_while_sources_are_matched():
    """What a container and a key do when they are compared: the tree is emptied, or an error."""
    trunks = _accel.trunks
    tree = MsgTree()

    class Clearing:
        def __eq__(self, other):
            tree.clear()
            return True

        __hash__ = None

        def __contains__(self, key):
            tree.clear()
            tree.add((None, "new"), b"new")
            return key != "n2"

    class Failing:
        def __contains__(self, key):
            raise ValueError("asked")

    for asked in [(None, Clearing(), True), (None, Clearing())]:
        for read in (tree.walk, tree.items, tree.messages):
            tree.clear()
            for number in range(4):
                tree.add((None, f"n{number}"), b"line %d" % number)
            found = list(read(trunks.Sources(*asked)))
            assert len(found) == (4 if len(asked) == 3 else 3)
        tree.clear()
        tree.add((None, "n"), b"x")
        tree.remove(trunks.Sources(None, ["n"]))
        assert len(tree) == 0
    tree.add((None, "n"), b"x")
    for read in (tree.walk, tree.items, tree.messages):
        with pytest.raises(ValueError, match="asked"):
            list(read(trunks.Sources(None, Failing())))
    tree.add(("n", 1), b"y")
    assert [keys for _, keys in tree.walk(trunks.Sources("n", None))] == [[("n", 1)]]


def test_items_are_read_when_they_are_asked_for():
    tree = MsgTree()
    found = tree.items(mapper=str.upper)
    tree.add("a", b"x")
    tree.add("b", b"x")
    assert next(found)[0] == "A"
    tree.add("b", b"y")
    tree.add("c", b"z")
    assert [(key, bytes(message)) for key, message in found] == [("B", b"x\ny")]

    def failing(key):
        if key == "b":
            raise ValueError(key)
        return key

    for asked in ({"mapper": failing}, {"match": failing}):
        found = tree.items(**asked)
        assert next(found)[0] == "a"
        with pytest.raises(ValueError, match="b"):
            next(found)
        assert list(found) == []


def test_an_element_without_a_place(kernel):
    elements = kernel("elements")
    elem = elements.LineElement()
    for ask in (len, bytes, list, elements.place_of, lambda elem: elem.append(b"x")):
        with pytest.raises(AttributeError):
            ask(elem)
    elem._asked = ({}, None, False)
    with pytest.raises(AttributeError):
        bytes(elem)


@pytest.mark.parametrize("kind", [type(_ for _ in ()), int, type, None, 5])
def test_classes_that_are_none_of_elements(kernel, kind):
    trunks, lines = kernel("trunks"), kernel("blocks")
    trunk = trunks.Trunk(0)
    with pytest.raises((TypeError, AttributeError)):
        kernel("elements").element(kind, trunk, lines.Position(trunk.root, 0))


def test_an_element_is_kept_until_its_key_moves_on():
    tree = MsgTree()
    for key in "ab":
        tree.add(key, b"x")
    kept = tree["a"]
    assert (tree.get("a") is kept, dict(tree.items())["a"] is kept) == (True, True)
    assert [elem is kept for elem, _ in tree.walk()] == [elem is kept for elem in tree.messages()]
    assert next(tree.walk())[0] is kept
    walk = tree.walk()
    next(walk)
    tree.add("b", b"z")
    assert (next(tree.walk(lambda key: key == "b"))[0] is kept, tree["a"] is kept) == (False, True)
    tree.add("a", b"y")
    assert (bytes(kept), bytes(tree["a"])) == (b"x", b"x\ny")
    tree.clear()
    tree.add("a", b"z")
    assert (bytes(kept), bytes(tree["a"])) == (b"x", b"z")


def test_elements_of_keys_that_are_gone_are_not_kept():
    tree = MsgTree()
    gone = []
    for number in range(100):
        tree.add(number, b"x")
        gone.append(weakref.ref(tree[number]))
        tree.remove(lambda key, number=number: key == number)
    assert not any(ref() for ref in gone)


def test_deep_elements_that_a_caller_makes():
    elem = MsgTreeElem()
    for number in range(5000):
        elem = MsgTreeElem(b"%d" % number, elem)
    assert list(elem)[::4999] == [b"0", b"4999"]
    assert (elem.msgline, elem.parent.msgline) == (b"4999", b"4998")
    elem.__init__(b"anew", trace=True)
    assert (list(elem), elem.append(b"x", "k").keys) == ([b"anew"], {"k"})


@pytest.mark.parametrize("match", [None, lambda key: key == "b"])
def test_rows_of_a_trace(match):
    tree = MsgTree(MODE_TRACE)
    for key, line in (("a", b"x"), ("b", b"x"), ("b", b"y")):
        tree.add(key, line)
    both = ["a", "b"] if match is None else ["b"]
    rows = [(b"x", both, 1, 1), (b"y", ["b"], 2, 0)]
    assert list(tree.walk_trace(match)) == rows
    assert [(bytes(elem), keys) for elem, keys in tree.walk(match, str)] == [
        (b"x", both),
        (b"x\ny", ["b"]),
    ]


def test_an_element_that_is_made_of_itself():
    elem = MsgTreeElem(b"x")
    elem.__init__(b"y", elem)
    with pytest.raises(ValueError, match="above itself"):
        bytes(elem)
    elem.__init__(b"z", trace=elem.parent is elem)
    assert bytes(elem) == b"z"


class Mortal:
    """A key, or a line, that can be seen to be gone."""


def blocks_kept(kind):
    gc.collect()
    return sum(type(one) is kind for one in gc.get_objects())


@pytest.mark.parametrize("lines", [[b"one", b"two"], [b"x" * 100000] * 3, ["odd", b"two"]])
def test_what_a_cleared_tree_keeps(kernel, lines):
    """Keys go at once; few small blocks wait for the next line, and for that alone."""
    made = kernel("msgtree").LineTree()
    made._reset(0)
    kind = kernel("blocks").Block
    before = blocks_kept(kind)
    for _ in range(20):
        keys = [Mortal() for _ in range(12)]
        gone = [weakref.ref(key) for key in keys]
        for number, key in enumerate(keys):
            for line in (*lines, b"of %d" % number):
                made.add(key, line)
        del key, keys
        made._reset(0)
        assert not any(ref() for ref in gone)
        assert len(made) == 0
        waiting = blocks_kept(kind) - before
        assert (waiting > 0) == (lines[0] == b"one" and "_compiled" in kind.__module__)
        assert waiting < 30
    made.position("new")
    assert blocks_kept(kind) == before
    made._reset(0)
    made.add("new", b"x")
    assert blocks_kept(kind) == before


def test_a_line_that_is_an_object_goes_with_its_tree(kernel):
    made = kernel("msgtree").LineTree()
    made._reset(0)
    line = Mortal()
    made.add("n", b"first")
    made.add("n", line)
    gone = weakref.ref(line)
    del line
    made._reset(0)
    assert gone() is None


def test_an_element_of_an_empty_tree_is_of_that_tree(kernel):
    made = kernel("msgtree").LineTree()
    for mode in (0, 2, 1):
        made._reset(mode)
        assert (made.mode, len(made)) == (mode, 0)
    elements, trunk = kernel("elements"), made.trunk
    root = elements.element(elements.LineElement, trunk, kernel("blocks").Position(trunk.root, 0))
    del trunk
    made._reset(0)
    made.add("n", b"x")
    assert list(root.append(b"y")) == [b"y"]
    assert made.trunk.depth() == 1
    assert len(made.trunk.blocks) == 1


def test_a_line_below_an_element_of_a_cleared_tree_may_die_in_the_next_add():
    tree = MsgTree()
    seen = []

    class Dying:
        def __del__(self):
            seen.append(len(tree))
            tree.add("last words", b"farewell")
            tree.clear()

    for _ in range(3):
        tree.add("n", b"x")
        element = tree["n"]
        tree.clear()
        element.append(Dying())
        del element
        gc.collect()
        tree.add("m", b"y")
        assert list(tree["m"]) == [b"y"]
        tree.clear()
    assert len(seen) == 3


def test_an_iterator_over_pairs_that_is_asked_while_it_is_at_work(kernel):
    class Tree(kernel("msgtree").LineTree):
        _element = kernel("elements").LineElement

    made = Tree()
    made._reset(0)
    for key in "abc":
        made.add(key, b"of " + key.encode())
    seen = []

    def again(key):
        with pytest.raises((ValueError, StopIteration)):
            next(pairs)
        seen.append(key)
        return key.upper()

    pairs = made.pairs(None, again)
    assert iter(pairs) is pairs
    said = {"A": b"of a", "B": b"of b", "C": b"of c"}
    assert [(key, bytes(elem)) for key, elem in pairs] == list(said.items())
    assert seen == ["a", "b", "c"]
    assert list(pairs) == []
    pairs = made.pairs()
    assert next(pairs)[0] == "a"
    pairs.close()
    assert list(pairs) == []
