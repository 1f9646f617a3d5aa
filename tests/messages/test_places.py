"""Places of keys in a message tree: of each line, and of keys that elements were given."""

from ClusterShell._messages.places import Given, keys_at, place_of, places, settled
from ClusterShell.MsgTree import MODE_TRACE, MsgTree


def tree_of(lines, mode=1):
    tree = MsgTree(mode)
    for key, line in lines:
        tree.add(key, line)
    return tree


def test_lines_of_a_block():
    tree = tree_of([("n1", b"a"), ("n2", b"a"), ("n1", b"b"), ("n1", b"c")], MODE_TRACE)
    found = places(tree.trunk, None)
    assert [keys for keys, _ in found] == [["n1", "n2"], ["n1"], ["n1"]]
    assert [depth for _, _, depth in tree.trunk.places(None)] == [1, 2, 3]
    offsets = [position.offset for _, position in found]
    assert offsets == sorted(offsets)
    assert place_of(found[-1][1]) == place_of(tree.position("n1"))
    assert keys_at(tree.trunk, place_of(found[0][1])) == ["n1", "n2"]


def test_given_keys():
    tree = tree_of([("n1", b"a"), ("n2", b"a"), ("n3", b"a"), ("n1", b"b")])
    above, below = tree.position("n2"), tree.position("n1")
    own = [end[:2] for end in tree.trunk.ends(None)]
    given = Given()
    given.give([(above, below, "n2"), (below, above, "k")], own, tracing=False)
    assert given.keys_at(place_of(above), ["n2", "n3"]) == ["n3", "k"]
    assert given.keys_at(place_of(below), ["n1"]) == ["n1", "n2"]
    assert [keys for keys, _ in given.merged([(["n1"], below)], None)] == [["n1", "n2"], ["k"]]
    assert [keys for keys, _ in given.merged([], lambda key: key not in ("k", "n2"))] == []
    given.forget(["k", "n2"])
    assert given.merged([(["n2"], above)], None) == []


def test_the_only_key_above_goes_instead():
    tree = tree_of([("n1", b"a"), ("n1", b"b")])
    above = tree["n1"]
    below = above.append(b"c", "k")
    assert len(tree.trunk.log) == 1
    assert (above.keys, below.keys) == (None, {"n1"})
    assert tree.trunk.log is None


def test_keys_of_the_tree_move_on_behind_what_was_given():
    tree = tree_of([("n1", b"a"), ("n2", b"a")])
    elem = tree["n1"].append(b"b", "n1")
    tree.add("n1", b"c")
    assert (tree["n2"].keys, elem.keys, tree["n1"].keys) == ({"n2"}, {"n1"}, {"n1"})
    assert settled(tree.trunk) is tree.trunk.given


def test_what_is_given_again_is_noted_once():
    tree = tree_of([("n1", b"a")], MODE_TRACE)
    for _ in range(10):
        elem = tree["n1"].append(b"b", "k")
    assert len(tree.trunk.log) == 1
    assert elem.keys == {"k"}
