"""Elements of a message tree: kept while keys stay, grown when looked at, freed with their tree."""

import weakref

import pytest

from ClusterShell.MsgTree import MODE_TRACE, MsgTree, MsgTreeElem


def test_places_and_elements_of_a_trunk(kernel):
    trunks, lines, branches = kernel("trunks"), kernel("blocks"), kernel("branches")
    trunk = trunks.Trunk(1)
    top = lines.Position(trunk.root, 0)
    trunk.positions["n"] = branches.step_from(trunk.blocks, top, b"one")
    trunk.positions["m"] = branches.step_from(trunk.blocks, trunk.positions["n"], b"two")
    assert [keys for keys, _ in trunk.ends(None)] == [["n"], ["m"]]
    assert [(keys, depth) for keys, _, depth in trunk.places(None)] == [(["n", "m"], 1), (["m"], 2)]
    assert trunk.depth() == 2
    elem = trunks.element(trunks.LineElement, trunk, trunk.positions["n"])
    assert (list(elem), elem.message(), len(elem), elem[0]) == ([b"one"], b"one", 3, b"one")
    assert trunks.followers(trunk.positions["n"]) == 1
    assert trunks.line_of(trunk.positions["m"]) == b"two"
    assert list(elem.append(b"three", "k")) == [b"one", b"three"]
    assert [key for _, _, key in trunk.log] == ["k"]


def test_an_element_without_a_place(kernel):
    trunks = kernel("trunks")
    elem = trunks.LineElement()
    for ask in (len, bytes, list, trunks.place_of, lambda elem: elem.append(b"x")):
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
        trunks.element(kind, trunk, lines.Position(trunk.root, 0))


def test_an_element_is_kept_until_its_key_moves_on():
    tree = MsgTree()
    for key in "ab":
        tree.add(key, b"x")
    kept = tree["a"]
    assert (tree.get("a") is kept, dict(tree.items())["a"] is kept) == (True, True)
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
