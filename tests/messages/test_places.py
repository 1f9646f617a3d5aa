"""Places of keys in a message tree: of each line, and of keys that elements were given."""

from ClusterShell._messages.places import Given, line_places, place_of
from ClusterShell.MsgTree import MsgTree


def tree_of(lines):
    tree = MsgTree()
    for key, line in lines:
        tree.add(key, line)
    return tree


def test_lines_of_a_block():
    tree = tree_of([("n1", b"a"), ("n2", b"a"), ("n1", b"b"), ("n1", b"c")])
    ends = [(tree.position(key).offset, key) for key in ("n1", "n2")]
    places = line_places(tree.position("n1").block, ends)
    assert [keys for keys, _ in places] == [["n1", "n2"], ["n1"], ["n1"]]
    offsets = [position.offset for _, position in places]
    assert offsets == sorted(offsets)
    assert offsets[-1] == tree.position("n1").offset


def test_given_keys():
    tree = tree_of([("n1", b"a"), ("n2", b"a"), ("n1", b"b")])
    above, below = tree.position("n2"), tree.position("n1")
    given = Given(tree.blocks)
    given.take(above, "n2")
    given.more.append((above, "k"))
    assert given.keys_at(place_of(above), ["n2", "n3"]) == ["n3", "k"]
    assert given.keys_at(place_of(below), ["n1"]) == ["n1"]
    assert [keys for keys, _ in given.merged([(["n1"], below)], None)] == [["n1"], ["k"]]
    assert [keys for keys, _ in given.merged([], lambda key: key != "k")] == []
    given.forget(["k"])
    assert given.merged([(["n2"], above)], None) == []
