"""MsgTree: the message of each key, and who has the same, against a plain dictionary."""

import copy
import gc
import pickle
import random
import weakref

import pytest

from ClusterShell import MsgTree as msgtree_module
from ClusterShell.MsgTree import MODE_DEFER, MODE_SHIFT, MODE_TRACE, MsgTree, MsgTreeElem

MODES = [MODE_DEFER, MODE_SHIFT, MODE_TRACE]


@pytest.fixture(params=MODES, ids=["defer", "shift", "trace"])
def mode(request):
    return request.param


@pytest.fixture
def tree_class(kernel):
    """MsgTree on the kernel of one life, whichever life the library uses."""
    lines = kernel("blocks")

    class Tree(kernel("msgtree").LineTree):
        def __init__(self):
            self._reset(0)

        def message(self, key):
            position = lines.settle(self.trunk.positions[key])
            block, stop = position.block, position.offset
            parts = []
            while True:
                parts[:0] = block.read(0, stop)
                if block.first is not None:
                    parts.insert(0, block.first)
                if block.parent < 0:
                    return parts
                block = self.trunk.blocks[block.parent]
                stop = block.size

        def place(self, key):
            position = lines.settle(self.trunk.positions[key])
            return position.block.number, position.offset

        def check(self):
            """Every block is where its number says, and its parent lists it."""
            for number, block in enumerate(self.trunk.blocks):
                assert block.number == number
                assert block.children is None or block.children
                if block is self.trunk.root:
                    assert block.parent == -1
                else:
                    assert self.trunk.blocks[block.parent].children[block.first] is block
            assert len(self.trunk.blocks) <= max(1, 2 * len(self.trunk.positions))

    return Tree


# Few different lines, so that messages agree for long and part often; some
# that begin alike, some that are no plain text.
PLAIN = [b"a", b"b", b"", b"ab", b"a" * 300, b"\r", b"\x00", b"\xff\xfe", b"a\r"]
ODD = [b"a\nb", b"\n", "a", 3, ("a", b"b")]


def random_lines(rng, alphabet, most):
    return [rng.choice(alphabet) for _ in range(rng.randrange(most))]


@pytest.mark.parametrize("seed", range(60))
def test_random_lines_against_dictionary(tree_class, seed):
    rng = random.Random(seed)
    alphabet = rng.sample(PLAIN, rng.randrange(1, 5)) + rng.sample(ODD, seed % 3)
    tree, model = tree_class(), {}
    for _ in range(400):
        key = rng.randrange(1, 9)
        if rng.random() < 0.7:
            line = rng.choice(alphabet)
            tree.add(key, line)
            model.setdefault(key, []).append(line)
        else:
            plain = [line for line in alphabet if type(line) is bytes and b"\n" not in line]
            lines = random_lines(rng, [line for line in plain if line[-1:] != b"\r"] or [b"z"], 9)
            text = b"".join(line + b"\n" for line in lines)
            assert tree.add_text(key, text) == len(text)
            if lines:
                model.setdefault(key, []).extend(lines)
    assert list(tree.trunk.positions) == list(model)
    for key, lines in model.items():
        assert tree.message(key) == lines
    for one in model:
        for other in model:
            assert (tree.place(one) == tree.place(other)) == (model[one] == model[other])
    if not any(line in ODD for line in alphabet):
        tree.check()


@pytest.mark.parametrize("seed", range(20))
def test_random_followers_against_dictionary(tree_class, seed):
    """Keys that repeat a long message up to some place and part there."""
    rng = random.Random(seed)
    master = [b"line %d" % number for number in range(rng.randrange(1, 400))]
    tree, model = tree_class(), {}
    progress = dict.fromkeys(range(30), 0)
    while progress:
        key = rng.choice(list(progress))
        start = progress[key]
        stop = min(start + rng.randrange(1, 60), len(master))
        lines = master[start:stop]
        if rng.random() < 0.2:
            lines = [*lines[: rng.randrange(len(lines) + 1)], b"parted %d" % rng.randrange(3)]
            del progress[key]
        elif stop == len(master):
            del progress[key]
        else:
            progress[key] = stop
        tree.add_text(key, b"\n".join(lines) + b"\n")
        model.setdefault(key, []).extend(lines)
    assert {key: tree.message(key) for key in model} == model
    tree.check()


def test_add_text_splits_lines(tree_class):
    tree = tree_class()
    assert tree.add_text("n", b"one\ntwo\r\n\r\n\nfour\rs\r\r\nrest") == 21
    assert tree.message("n") == [b"one", b"two", b"", b"", b"four\rs\r"]
    assert tree.add_text("n", b"no newline") == 0
    assert tree.add_text("n", b"skipped\nlast\n", 8) == 13
    assert tree.message("n")[-1] == b"last"
    assert tree.add_text("new", b"nothing complete", 3) == 3
    assert tree.add_text("new", b"") == 0
    assert "new" not in tree.trunk.positions
    with pytest.raises(IndexError):
        tree.add_text("n", b"a\n", -1)
    assert tree.add_text("n", b"a\n", 99) == 99
    assert tree.add_text("buffer", memoryview(bytearray(b"a\nb"))) == 2
    assert tree.message("buffer") == [b"a"]


def test_add_labelled(tree_class):
    tree = tree_class()
    routes = {b"a": [tree.position("a")], b"both ": [tree.position("a"), tree.position("b")]}
    data = b"a:one\nboth :two\r\r\na:\nb:new\na:three\n"
    stop = tree.add_labelled(data, 0, b":", routes)
    assert data[stop:] == b"b:new\na:three\n"
    routes[b"b"] = [tree.position("b")]
    assert tree.add_labelled(data, stop, b":", routes) == len(data)
    assert tree.message("a") == [b"one", b"two", b"", b"three"]
    assert tree.message("b") == [b"two", b"new"]
    assert tree.add_labelled(b"a->x\na:y\na-x->z\n", 0, b"->", routes) == 5
    assert tree.add_labelled(b"a\n", 0, b":", routes) == 0
    assert tree.add_labelled(b"a:x\n", 4, b":", routes) == 4
    for wrong in [(b"", 0, b":"), (b"a:x", 0, b":"), (b"a:x\n", 0, b""), (b"a:x\n", -1, b":")]:
        with pytest.raises(ValueError):
            tree.add_labelled(*wrong, routes)
    assert tree.message("a")[-2:] == [b"three", b"x"]


@pytest.mark.parametrize("seed", range(20))
def test_random_labelled_lines_against_dictionary(tree_class, seed):
    rng = random.Random(seed)
    separator = rng.choice([b":", b": ", b"->", b"\xc3\xa9"])
    tree, model, routes = tree_class(), {}, {}
    for _ in range(30):
        rows = [
            (b"n%d" % rng.randrange(9), rng.choice([b"a", b"", b"b" * 50, b"\0", b":x", b"->"]))
            for _ in range(rng.randrange(1, 30))
        ]
        data = b"".join(key + separator + text + b"\n" for key, text in rows)
        start = 0
        while start < len(data):
            start = tree.add_labelled(data, start, separator, routes)
            if start < len(data):
                label = data[start:].split(separator)[0]
                routes[label] = [tree.position(label)]
        for key, text in rows:
            model.setdefault(key, []).append(text)
    assert {key: tree.message(key) for key in model} == model
    tree.check()


def test_cut_far_from_the_end_is_cheap(tree_class):
    """Each of many keys leaves one long message near its beginning."""
    tree = tree_class()
    tree.add_text("long", b"".join(b"%d\n" % number for number in range(20000)))
    for key in range(300):
        for number in range(key):
            tree.add(key, b"%d" % number)
        tree.add(key, b"end")
    assert len(tree.message("long")) == 20000
    assert tree.message(299) == [*(b"%d" % number for number in range(299)), b"end"]
    tree.check()


def test_offsets_are_checked(kernel):
    """Compiled code must not read beyond the text, whatever it is asked."""
    lines = kernel("blocks")
    tree = kernel("msgtree").LineTree()
    tree._reset(0)
    tree.add_text("n", b"one\ntwo\n")
    block = tree.trunk.root
    assert block.read(0, block.size) == [b"one", b"two"]
    if lines.__name__.startswith("ClusterShell._compiled"):
        for start, stop in [(-1, 3), (0, 99), (5, 4)]:
            with pytest.raises(IndexError):
                block.read(start, stop)
        for call in (block.count, block.before):
            with pytest.raises(IndexError):
                call(99)
        with pytest.raises(IndexError):
            block.after(block.size)
        for call in (lines.message_text, lines.message_lines):
            for offset in (-1, 99):
                with pytest.raises(IndexError):
                    call(tree.trunk.blocks, lines.Position(block, offset))
        for offset in (-1, 99):
            with pytest.raises(IndexError):
                kernel("branches").step_from(tree.trunk.blocks, lines.Position(block, offset), b"x")


def test_unhashable_changes_nothing(tree_class):
    tree = tree_class()
    tree.add("n", b"one")
    with pytest.raises(TypeError):
        tree.add([], b"one")
    for line in ([], bytearray(b"x")):
        with pytest.raises(TypeError):
            tree.add("n", line)
        with pytest.raises(TypeError):
            tree.add("new", line)
    assert tree.message("n") == [b"one"]
    assert list(tree.trunk.positions) == ["n"]


def model_trees(seed, mode):
    """Return a random MsgTree and the dictionary of lines it stands for."""
    rng = random.Random(seed)
    tree, model = MsgTree(mode), {}
    for _ in range(rng.randrange(200)):
        key = f"n{rng.randrange(12)}"
        line = rng.choice([b"a", b"b", b"", b"c"][: rng.randrange(1, 5)])
        tree.add(key, line)
        model.setdefault(key, []).append(line)
        if rng.random() < 0.02:
            list(tree.walk())
        if rng.random() < 0.02:
            gone = rng.choice(list(model))
            tree.remove(lambda key, gone=gone: key == gone)
            del model[gone]
    return tree, model


def expected_walk(model):
    """Return {lines: keys} for the ends of the messages."""
    ends = {}
    for key, lines in model.items():
        ends.setdefault(tuple(lines), []).append(key)
    return ends


def expected_trace(model):
    """Return {lines: keys} for each beginning of the messages."""
    ends = {}
    for key, lines in model.items():
        for stop in range(1, len(lines) + 1):
            ends.setdefault(tuple(lines[:stop]), []).append(key)
    return ends


@pytest.mark.parametrize("seed", range(40))
def test_walk_against_dictionary(mode, seed):
    tree, model = model_trees(seed, mode)
    assert len(tree) == len(model)
    assert list(tree) == list(tree.keys()) == list(model)
    expected = expected_trace(model) if mode == MODE_TRACE else expected_walk(model)
    got = {tuple(elem.lines()): keys for elem, keys in tree.walk()}
    assert got == expected
    assert [b"\n".join(lines) for lines in got] == [elem.message() for elem in tree.messages()]
    some = {key: lines for key, lines in model.items() if key > "n4"}
    expected = expected_trace(some) if mode == MODE_TRACE else expected_walk(some)
    mapped = {lines: [key.upper() for key in keys] for lines, keys in expected.items()}
    got = {tuple(elem.lines()): keys for elem, keys in tree.walk(lambda key: key > "n4", str.upper)}
    assert got == mapped
    assert [(key, list(elem)) for key, elem in tree.items(lambda key: key > "n4", str.upper)] == [
        (key.upper(), lines) for key, lines in some.items()
    ]


@pytest.mark.parametrize("seed", range(20))
def test_walk_trace_against_dictionary(seed):
    tree, model = model_trees(seed, MODE_TRACE)
    rows, path = [], []
    for line, keys, depth, children in tree.walk_trace():
        path[depth - 1 :] = [line]
        rows.append((tuple(path), keys))
        if children == 0:
            assert all(model[key] == path for key in keys)
    assert dict(rows) == expected_trace(model)
    assert len(rows) == len(dict(rows))
    assert tree._depth() >= max((len(lines) for lines in model.values()), default=0)


def test_walk_order():
    """The message found first comes last, and a message before what continues it."""
    tree = MsgTree()
    for key, lines in [("a", "xy"), ("b", "x"), ("c", "z"), ("d", ""), ("e", "xq"), ("f", "xyz")]:
        for line in lines or [""]:
            tree.add(key, line.encode())
    assert [(elem.message(), keys) for elem, keys in tree.walk()] == [
        (b"", ["d"]),
        (b"z", ["c"]),
        (b"x", ["b"]),
        (b"x\nq", ["e"]),
        (b"x\ny", ["a"]),
        (b"x\ny\nz", ["f"]),
    ]


def test_walk_trace_rows():
    tree = MsgTree(MODE_TRACE)
    for key, line in [("a", b"x"), ("b", b"x"), ("a", b"y"), ("c", b"z"), ("b", b"y"), ("e", b"")]:
        tree.add(key, line)
    assert list(tree.walk_trace()) == [
        (b"", ["e"], 1, 0),
        (b"z", ["c"], 1, 0),
        (b"x", ["a", "b"], 1, 1),
        (b"y", ["a", "b"], 2, 0),
    ]
    assert list(tree.walk_trace(lambda key: key == "a", lambda key: key * 2)) == [
        (b"x", ["aa"], 1, 1),
        (b"y", ["aa"], 2, 0),
    ]


def test_walk_trace_needs_trace_mode():
    with pytest.raises(AssertionError, match="only callable in trace mode"):
        list(MsgTree().walk_trace())


def test_lines_added_while_walking(mode):
    tree = MsgTree(mode)
    tree.add_text("a", b"1\n2\n3\n4\n")
    tree.add_text("b", b"1\n2\n3\n4\n")
    seen = []
    for count, (elem, _keys) in enumerate(tree.walk()):
        tree.add(f"new{count}", b"1")
        tree.add(f"new{count}", b"other")
        seen.append(elem.message())
    assert seen[-1] == b"1\n2\n3\n4"
    assert bytes(tree["new0"]) == b"1\nother"


def test_mapping_methods(mode):
    tree = MsgTree(mode)
    tree.add("n1", b"one")
    tree.add(key="n2", msgline=b"two")
    assert tree["n1"].message() == b"one"
    with pytest.raises(KeyError):
        tree["n3"]
    assert tree.get("n3") is None
    assert tree.get("n3", 7) == 7
    assert tree.get("n2") == b"two"
    assert "n2" in tree
    tree.remove()
    assert len(tree) == 0
    assert not tree
    tree.add("n1", b"again")
    assert bytes(tree["n1"]) == b"again"
    tree.clear()
    assert list(tree) == []


def test_mode_after_walk():
    tree = MsgTree()
    assert tree.mode == MODE_DEFER
    tree.add("n", b"x")
    assert tree["n"].keys is None
    list(tree.walk())
    assert tree.mode == MODE_SHIFT
    assert tree["n"].keys == {"n"}


def test_element_views():
    tree = MsgTree()
    for line in (b"one", b"two", b"three"):
        tree.add("a", line)
        tree.add("b", line)
    tree.add("b", b"more")
    elem = tree["a"]
    assert len(elem) == len(b"one\ntwo\nthree")
    assert bytes(elem) == elem.message() == b"one\ntwo\nthree"
    assert list(elem) == list(elem.lines()) == list(elem.splitlines()) == [b"one", b"two", b"three"]
    assert (elem[0], elem[-1], elem[1:]) == (b"one", b"three", [b"two", b"three"])
    with pytest.raises(IndexError):
        elem[3]
    with pytest.raises(TypeError, match="use bytes instead"):
        str(elem)
    with pytest.raises(TypeError):
        hash(elem)
    assert b"two" in elem
    assert elem.msgline == b"three"
    assert elem.parent.message() == b"one\ntwo"
    assert {line: child.message() for line, child in elem.children.items()} == {
        b"more": b"one\ntwo\nthree\nmore"
    }
    assert elem.parent.parent.parent.parent is None
    assert elem.parent.parent.parent.msgline is None


def test_element_equality():
    one, two = MsgTree(), MsgTree()
    one.add("n", b"x")
    two.add("n", b"x")
    assert one["n"] == two["n"] == b"x"
    assert one["n"] == bytearray(b"x")
    assert one["n"] != b"y"
    assert one["n"] != "x"
    assert one["n"] != None  # noqa: E711 (the operator is what is tested)
    assert one["n"] != [b"x"]


def test_element_survives_cut_and_clear():
    tree = MsgTree()
    tree.add_text("a", b"1\n2\n3\n")
    elem = tree["a"]
    tree.add_text("b", b"1\nother\n")
    tree.add_text("c", b"1\n2\nmore\n")
    assert list(elem) == [b"1", b"2", b"3"]
    tree.clear()
    tree.add("a", b"new")
    assert list(elem) == [b"1", b"2", b"3"]
    assert elem.keys is None
    assert list(tree["a"]) == [b"new"]
    assert list(elem.append(b"4", "a")) == [b"1", b"2", b"3", b"4"]
    assert list(tree["a"]) == [b"new"]


def test_position_of_another_tree(tree_class, kernel):
    """What the tree does not know is refused: its blocks go by number."""
    tree, other = tree_class(), tree_class()
    for key in range(5):
        other.add(key, b"%d" % key)
    for key in range(5):
        position = other.trunk.positions[key]
        with pytest.raises(ValueError, match="another tree"):
            kernel("branches").step_from(tree.trunk.blocks, position, b"x")
        if kernel.life == "compiled":  # where memory is at stake, line by line
            with pytest.raises(ValueError, match="another tree"):
                tree.add_labelled(b"n:x\n", 0, b":", {b"n": [position]})
    tree.check()
    other.check()


def test_element_tree_of_its_own():
    root = MsgTreeElem()
    assert (len(root), bytes(root), list(root), root.parent) == (0, b"", [], None)
    assert not root
    one = root.append(b"a")
    two = one.append(b"b", "k")
    assert one.append(b"b", "k2") == two
    assert two.keys == {"k", "k2"}
    two.append(b"c", "k")
    assert two.keys == {"k2"}
    assert root.append(b"q", "k").keys == two.append(b"c").keys == {"k"}
    assert bytes(MsgTreeElem(b"q", two)) == b"a\nb\nq"
    assert MsgTreeElem(b"q", two).parent is two
    tracing = MsgTreeElem(trace=True).append(b"a", "k")
    tracing.append(b"b", "k")
    assert tracing.keys == {"k"}


def test_keys_that_elements_are_given(mode):
    """They are of elements: the tree's own stay where they are.  One key alone is taken along."""
    tree = MsgTree(mode)
    for key, lines in {"a1": b"ab", "a2": b"ab", "b": b"a", "c": b"c"}.items():
        for line in lines:
            tree.add(key, bytes([line]))
    if mode == MODE_DEFER:
        list(tree.walk())
    above = tree["b"]
    below = above.append(b"x", "given")
    deep = tree["a1"].append(b"y", "a1")
    assert (list(tree), bytes(tree["a1"]), bytes(tree["b"])) == (
        ["a1", "a2", "b", "c"],
        b"a\nb",
        b"a",
    )
    walked = {bytes(elem): set(keys) for elem, keys in tree.walk()}
    if mode == MODE_TRACE:
        assert (above.keys, below.keys) == ({"a1", "a2", "b"}, {"given"})
        assert (deep.parent.keys, deep.keys) == ({"a1", "a2"}, {"a1"})
        assert (walked[b"a\nx"], walked[b"a\nb\ny"]) == ({"given"}, {"a1"})
        depths = {(line, depth) for line, _, depth, _ in tree.walk_trace()}
        assert depths == {(b"a", 1), (b"b", 2), (b"x", 2), (b"y", 3), (b"c", 1)}
    else:
        assert (above.keys, below.keys) == (None, {"b"})
        assert (deep.parent.keys, deep.keys) == ({"a2"}, {"a1"})
        ends = {b"a\nx": {"b"}, b"a\nb": {"a2"}, b"a\nb\ny": {"a1"}, b"c": {"c"}}
        assert walked == ends
    assert {bytes(elem) for elem, _ in tree.walk(lambda key: key == "c")} == {b"c"}
    twin = pickle.loads(pickle.dumps(tree))
    assert {key: bytes(elem) for key, elem in twin.items()} == {
        key: bytes(elem) for key, elem in tree.items()
    }
    tree.remove(lambda key: key in ("a1", "given"))
    assert not any({"a1", "given"} & set(keys) for _, keys in tree.walk())
    tree.clear()
    assert list(tree.walk()) == []


@pytest.mark.parametrize("above", [MsgTreeElem(), MsgTreeElem(b"a")])
def test_key_given_with_no_line(above):
    """It begins a tree of its own, which has that key; what cannot be looked up is refused."""
    own = above.append(None, "k")
    assert (list(own.lines()), own.keys) == ([], {"k"})
    for line in (None, b"b"):
        with pytest.raises(TypeError, match="unhashable type: 'list'"):
            above.append(line, [])
    with pytest.raises(TypeError, match="unhashable type: 'list'"):
        above.append([], {})
    assert above.keys is None


def test_given_keys_before_the_first_walk():
    """As long as keys are not worked out, elements have those that they were given."""
    tree = MsgTree()
    tree.add("n", b"a")
    elem = tree["n"].append(b"b", "k")
    assert (tree["n"].keys, elem.keys, elem.append(b"c", "m").keys, elem.keys) == (
        None,
        {"k"},
        {"k"},
        None,
    )
    assert {bytes(one): keys for one, keys in tree.walk()} == {b"a": ["n"], b"a\nb\nc": ["k"]}


def test_keys_that_are_false(mode):
    tree = MsgTree(mode)
    for key in (0, "", "n"):
        tree.add(key, b"a")
    assert [keys for _, keys in tree.walk()] == [[0, "", "n"]]


def test_element_without_its_constructor():
    """Nothing can be asked of it."""
    elem = MsgTreeElem.__new__(MsgTreeElem)
    asked = (bytes, len, list, MsgTreeElem.message, MsgTreeElem.lines, MsgTreeElem.splitlines)
    asked += (lambda elem: elem[0], lambda elem: elem.children, lambda elem: elem.parent)
    asked += (lambda elem: elem.msgline, lambda elem: elem.keys, lambda elem: elem.append(b"a"))
    for question in asked:
        with pytest.raises(AttributeError):
            question(elem)


def test_lines_that_are_not_bytes():
    """Anything hashable is kept; only joining what is not bytes fails."""
    tree = MsgTree()
    tree.add("n", "text")
    assert list(tree["n"]) == ["text"]
    with pytest.raises(TypeError):
        tree["n"].message()
    tree.add("m", b"two\nlines")
    tree.add("m", b"end")
    assert list(tree["m"]) == [b"two\nlines", b"end"]
    assert tree["m"].message() == b"two\nlines\nend"
    # None, the line of the root, leaves no trace in a message.
    for line in (b"a", None, b"b"):
        tree.add("o", line)
    assert list(tree["o"]) == [b"a", b"b"]
    tree.add("p", b"a")
    tree.add("p", None)
    assert tree["p"].message() == b"a"


@pytest.mark.parametrize("protocol", range(5))
def test_pickle_and_copy(mode, protocol):
    tree, model = model_trees(3, mode)
    for other in (pickle.loads(pickle.dumps(tree, protocol)), copy.deepcopy(tree)):
        assert type(other) is MsgTree
        assert other.mode == tree.mode
        assert {key: list(elem) for key, elem in other.items()} == model
        assert list(other) == list(model)
        other.add("later", b"x")
        assert "later" not in tree
    elem = next(iter(tree.messages()))
    assert pickle.loads(pickle.dumps(elem, protocol)) == elem


def test_pickle_keeps_text_once():
    tree = MsgTree()
    for key in range(1000):
        tree.add_text(key, b"x" * 5000 + b"\n")
    assert len(pickle.dumps(tree)) < 20000


def test_subclass_keeps_class_and_attributes():
    class Tree(MsgTree):
        def __init__(self, name):
            super().__init__(MODE_TRACE)
            self.name = name

    tree = Tree("mine")
    tree.add("n", b"x")
    other = copy.copy(tree)
    assert (type(other), other.name, other.mode, bytes(other["n"])) == (
        Tree,
        "mine",
        MODE_TRACE,
        b"x",
    )


def test_tree_is_freed_without_the_collector():
    """The collector knows nothing of the memory behind a tree: nothing may wait for it."""
    gc.disable()
    try:
        tree = MsgTree()
        for key in range(50):
            tree.add_text(key, b"same\n%d\n" % key)
        list(tree.walk())
        gone = weakref.ref(tree)
        del tree
        assert gone() is None
    finally:
        gc.enable()


def test_deep_tree_is_freed():
    """A block below a block below a block: freeing must not exhaust the stack."""
    tree = MsgTree()
    for key in range(20000):
        tree.add("trunk", b"%d" % key)
    for depth in range(0, 20000, 2):
        for number in range(depth, min(depth + 1, 20000)):
            tree.add(("leaf", depth), b"x%d" % number)
    root = MsgTreeElem()
    elem = root
    for number in range(20000):
        elem.append(b"side")
        elem = elem.append(b"%d" % number)
    assert len(list(elem)) == 20000
    del root, elem, tree


def test_star_names():
    namespace = {}
    exec("from ClusterShell.MsgTree import *", namespace)
    import itertools
    import sys

    assert namespace["filterfalse"] is itertools.filterfalse
    assert namespace["sys"] is sys
    assert {"MsgTree", "MsgTreeElem", "MODE_DEFER", "MODE_SHIFT", "MODE_TRACE"} <= set(namespace)
    with pytest.raises(AttributeError):
        msgtree_module.nothing  # noqa: B018 (the access is what is tested)


def test_no_line_begins_a_message():
    tree = MsgTree()
    tree.add("n1", b"a")
    element = tree["n1"].append(None)
    assert (list(element), list(element.append(b"x"))) == ([], [b"x"])


@pytest.mark.parametrize("parent", ["1", "", [b"x"], 5])
def test_a_parent_that_is_no_element_is_but_remembered(parent):
    element = MsgTreeElem(parent=parent)
    assert (list(element), bytes(element), element.parent) == ([], b"", parent)


def test_an_element_without_a_line_is_a_root_below_any_parent():
    tree = MsgTree()
    tree.add("n1", b"a")
    above = tree["n1"]
    root = MsgTreeElem(None, above)
    assert (list(root), root.message(), root.parent is above) == ([], b"", True)
    assert list(MsgTreeElem(b"k", root)) == [b"k"]
    assert list(MsgTreeElem(b"k", root.append(b"y"))) == [b"y", b"k"]
    assert list(MsgTreeElem(b"k", MsgTreeElem(None, above))) == [b"k"]
    assert list(MsgTreeElem(b"k", MsgTreeElem(b"j", above))) == [b"a", b"j", b"k"]
