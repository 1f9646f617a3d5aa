"""The lines of a message: those of a list, whenever they are asked for."""

import contextlib
import itertools
import operator

import pytest

from ClusterShell.MsgTree import MsgTree


@pytest.mark.parametrize("odd", ["a text", b"a\nb", 7], ids=repr)
@pytest.mark.parametrize("size", range(5))
def test_lines_and_items_are_those_of_a_list(kernel, size, odd):
    trunks, lines, branches = kernel("trunks"), kernel("blocks"), kernel("branches")
    elements = kernel("elements")
    for said in itertools.product([b"", b"one", odd], repeat=size):
        trunk = trunks.Trunk(1)
        pos = lines.Position(trunk.root, 0)
        for line in said:
            pos = branches.step_from(trunk.blocks, pos, line)
        elem = elements.element(elements.LineElement, trunk, pos)
        model = list(said)
        assert list(elem) == list(elem.lines()) == list(elem.splitlines()) == model
        bounds = [None, *range(-size - 1, size + 2), 1 << 70, -(1 << 70)]
        for start, stop, step in itertools.product(bounds, bounds, [None, 1, -1, 2]):
            assert elem[start:stop:step] == model[start:stop:step]
        odd_ones = [True, 1 << 60, (1 << 63) - 1, 1 << 70, None, "1"]
        for number in (*range(-size - 1, size + 2), *odd_ones):
            try:
                found = model[number]
            except (IndexError, TypeError) as error:
                with pytest.raises(type(error), match=str(error)):
                    elem[number]
            else:
                assert elem[number] == found
        with pytest.raises(ValueError, match="step cannot be zero"):
            elem[::0]


def test_lines_to_come_are_those_of_before():
    tree = MsgTree()
    for line in b"one", b"two", b"three":
        tree.add("n", line)
    lines = tree["n"].lines()
    assert operator.length_hint(lines) == 3
    assert next(lines) == b"one"
    tree.add("m", b"one")
    tree.add("m", b"other")
    tree.clear()
    assert operator.length_hint(lines) == 2
    assert list(lines) == [b"two", b"three"]
    assert operator.length_hint(lines) == 0
    assert list(lines) == []
    with contextlib.suppress(TypeError):
        assert list(type(lines)()) == []
