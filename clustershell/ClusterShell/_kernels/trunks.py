# cython: wraparound=False, auto_pickle=False
"""Trees of lines as their elements know them: where messages end, and what is said there.

A :class:`Trunk` is a tree from one clearing to the next, with the positions of the
keys in it.  Elements hold the trunk, and it holds no elements: the tree keeps those
that it has made for its keys.  So all is freed as soon as nobody holds it, without
waiting for the cycle collector.

**Other code in between.**  What holds for the tree (kernel ``msgtree``) holds here.
"""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.blocks import (
        Block,
        Position,
        Sources,
        go_down,
        numbered,
        position_at,
        settle,
        walk_from,
    )
    from cython.cimports.ClusterShell._compiled.branches import keys_at, step, step_from
    from cython.cimports.cpython.object import PyObject, PyTypeObject

    from ClusterShell._compiled.blocks import message_lines, message_text
else:
    from ClusterShell._kernels.blocks import (
        Block,
        Position,
        Sources,
        go_down,
        message_lines,
        message_text,
        numbered,
        position_at,
        settle,
        walk_from,
    )
    from ClusterShell._kernels.branches import keys_at, known_below, step, step_from

# Modes of a tree whose keys are known at any time, and known for each line.
_SHIFT = cython.declare(object, 1)
_TRACE = cython.declare(object, 2)
_NOTHING = cython.declare(tuple, ())


@cython.final
@cython.cclass
class Trunk:
    """The blocks of a tree, and the positions of the keys in it.

    root, blocks: the block without a parent, and all blocks by number.
    positions: dict of key to Position, in order of arrival.
    mode: of the tree.
    log: what elements were told of keys and nobody has looked at yet: (position above,
        position of the element, key); None if there is nothing.
    given: how keys of elements differ from those of the tree, None if they do not.

    The log is worked off before keys of the tree move.
    """

    if not cython.compiled:
        __slots__ = ("blocks", "given", "log", "mode", "positions", "root")

    def __cinit__(self, mode: object) -> None:
        self.mode = mode
        self.root = Block(None, 0, -1)
        self.blocks = [self.root]
        self.positions = {}
        self.log = None
        self.given = None

    def ends(self, match) -> list:
        """Return (keys, position) for each place where messages end, in the order of a walk.

        :param match: if not None, only keys for which it is true are considered.
        """
        pos: Position
        block: Block = None
        offset: cython.Py_ssize_t = -1
        keys: list = []
        by_block: dict = {}
        ends: list = []
        chosen: Sources = match if type(match) is Sources else None
        # A copy: other code may change what it copies.
        for key, found in self.positions.copy().items():
            if chosen is not None:
                if not chosen.has(key):
                    continue
            elif match is not None and not match(key):
                continue
            pos = found
            if pos is None:
                continue
            settle(pos)
            # Keys whose messages are the same tend to come together.
            if pos.block is not block or pos.offset != offset:
                block = pos.block
                offset = pos.offset
                keys = keys_at(by_block, block, offset)
            keys.append(key)
        for found in walk_from(self.root):
            block = found
            at = by_block.get(block)
            if type(at) is tuple:
                ends.append((at[1], position_at(block, at[0])))
            elif at is not None:
                for offset, keys in sorted(at.items()):
                    ends.append((keys, position_at(block, offset)))
        return ends

    def places(self, match) -> list:
        """Return (keys, position, depth) for each line that matching keys have.

        Lines that have the same keys share the list.  The depth of a first line is 1.
        """
        pos: Position
        block: Block
        depth: cython.Py_ssize_t
        passing: dict = {}
        places: list = []
        for key, found in self.positions.copy().items():
            if match is not None and not match(key):
                continue
            pos = found
            if pos is None:
                continue
            block = settle(pos).block
            _pass(passing, block, pos.offset, key)
            while block.parent >= 0:
                block = numbered(self.blocks, block.parent)
                _pass(passing, block, block.size, key)
        blocks: list = [self.root]
        depths: list = [0]
        while blocks:
            block, depth = blocks.pop(), depths.pop()
            through = passing.get(block)
            if through is not None:
                _lines_passed(places, block, through, depth)
            go_down(blocks, depths, block, depth)
        return places

    def depth(self) -> int:
        """Return the number of lines of the longest message."""
        deepest: cython.Py_ssize_t = 0
        blocks: list = [self.root]
        depths: list = [0]
        while blocks:
            deepest = max(deepest, go_down(blocks, depths, blocks.pop(), depths.pop()))
        return deepest


@cython.final
@cython.cclass
class _Passing:
    """The keys that have lines of a block, and the offsets up to which they have them."""

    if cython.compiled:
        offsets = cython.declare(list)
        keys = cython.declare(list)
        shortest = cython.declare(cython.Py_ssize_t)
        longest = cython.declare(cython.Py_ssize_t)
    else:
        __slots__ = ("keys", "longest", "offsets", "shortest")

    def __cinit__(self, offset: cython.Py_ssize_t, key: object) -> None:
        self.offsets = [offset]
        self.keys = [key]
        self.shortest = self.longest = offset


@cython.cfunc
@cython.exceptval(-1, check=False)
def _pass(passing: dict, block: Block, offset: cython.Py_ssize_t, key: object) -> cython.int:
    """Note that the lines of a block up to an offset are a key's."""
    through: _Passing = passing.get(block)
    if through is None:
        passing[block] = _Passing(offset, key)
        return 0
    through.offsets.append(offset)
    through.keys.append(key)
    through.shortest = min(through.shortest, offset)
    through.longest = max(through.longest, offset)
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _lines_passed(
    places: list, block: Block, through: _Passing, depth: cython.Py_ssize_t
) -> cython.int:
    """Add to *places* the lines of a block that keys have; *depth* is that of the first."""
    start: cython.Py_ssize_t = 0
    offsets: list = through.offsets
    keys: list = through.keys
    shortest: cython.Py_ssize_t = through.shortest
    offset: cython.Py_ssize_t = 0
    # The root has no line of its own.
    if block.parent >= 0:
        places.append((keys, position_at(block, 0), depth))
    while offset < through.longest:
        if offset - start < block.size:
            offset = start + block.after(offset - start)
        elif block.rest is not None:  # cut meanwhile: the offsets are from before
            start += block.cut
            offset = start
            block = block.rest
        else:
            break
        if offset > shortest:
            kept = [pair for pair in zip(offsets, keys) if pair[0] >= offset]
            offsets = [end for end, _ in kept]
            keys = [key for _, key in kept]
            shortest = min(offsets)
        depth += 1
        places.append((keys, position_at(block, offset - start), depth))
    return 0


# -- elements


@cython.cclass
class LineElement:
    """A place in a tree of lines, and the message that ends there.

    _trunk: the tree.
    _position: the place, not that of a key: it does not move on.
    _asked: (line, parent, trace) of an element that a caller has made.  It gets its tree,
        of these lines alone, when that is first looked at.
    _below: of the interpreted life: (line, position, place above) last appended, or None.
    """

    if not cython.compiled:
        _trunk = _position = _asked = _below = None

    def __len__(self):
        """Return the length of the whole message in bytes."""
        return len(self.message())

    def __getitem__(self, i):
        """Return line number *i*, or the list of lines of a slice."""
        pos = _place(self)
        return message_lines(_trunk_of(self).blocks, pos)[i]

    def __iter__(self):
        """Iterate over the lines of the message."""
        pos = _place(self)
        return iter(message_lines(_trunk_of(self).blocks, pos))

    def lines(self):
        """Return an iterator over the lines of the message, without their newlines."""
        pos = _place(self)
        return iter(message_lines(_trunk_of(self).blocks, pos))

    def splitlines(self):
        """Return an iterator over the lines of the message, without their newlines."""
        pos = _place(self)
        return iter(message_lines(_trunk_of(self).blocks, pos))

    def message(self):
        """Return the whole message: its lines joined by newlines."""
        pos = _place(self)
        return message_text(_trunk_of(self).blocks, pos)

    def __bytes__(self):
        """Return the whole message: its lines joined by newlines."""
        pos = _place(self)
        return message_text(_trunk_of(self).blocks, pos)

    def append(self, msgline, key=None):
        """Add a line below this element and return its element.

        A *key* that is not None is listed there from now on; if it was here before, it
        stays listed here only when tracing.  The tree's own keys stay where they are.
        """
        if not cython.compiled and type(msgline) is bytes and self._position is not None:
            below = self._below
            if below is None or below[0] != msgline or below[2] is not self._position:
                self._below = below = known_below(self._position, msgline)
            if below is not None and self._trunk is not None:
                if key is not None:
                    hash(key)
                    _note(self._trunk, self._position, below[1], key)
                return element_at(type(self), self._trunk, below[1])
        pos: Position = _place(self)
        trunk: Trunk = _trunk_of(self)
        elem: LineElement
        if key is not None:  # what cannot be looked up is refused before anything changes
            hash(msgline)
            hash(key)
        if msgline is None:  # begins a tree of its own
            elem = element_at(type(self), None, None)
            elem._asked = (None, None, False)
            pos = _place(elem)
            trunk = _trunk_of(elem)
        else:
            pos = step_from(trunk.blocks, pos, msgline)
            elem = element_at(type(self), trunk, pos)
        if key is not None:
            _note(trunk, pos if msgline is None else self._position, pos, key)
        return elem


@cython.cfunc
def _note(trunk: Trunk, above: Position, pos: Position, key: object):
    """Note that an element was given a key, if that has not been noted last."""
    log: list = trunk.log
    last: tuple
    if log is None:
        trunk.log = log = []
    elif log and trunk.mode == _TRACE:
        last = log[len(log) - 1]
        place: Position = last[1]
        if (
            last[2] is key
            and place is not None
            and place.block is pos.block
            and place.offset == pos.offset
        ):
            return
    log.append((above, pos, key))


def place_of(elem: LineElement) -> tuple:
    """Return the block that holds an element's line, and the offset of its end."""
    pos: Position = _place(elem)
    return pos.block, pos.offset


def sibling(elem: LineElement, block: Block, offset: cython.Py_ssize_t) -> LineElement:
    """Return the element at another place of the same tree."""
    return element_at(type(elem), _trunk_of(elem), Position(block, offset))


if not cython.compiled:

    def stands(elem, trunk, pos):
        """Tell if an element is of a tree and at a position there."""
        place = elem._position
        return (
            place is not None
            and place.block is pos.block
            and place.offset == pos.offset
            and elem._trunk is trunk
        )


@cython.cfunc
def _place(elem: LineElement) -> Position:
    """Return the place of an element, which has a tree from now on."""
    if elem._position is None or elem._trunk is None:
        _plant(elem)
    pos: Position = elem._position
    if pos is None:
        raise AttributeError("an element that lost its place")
    return settle(pos)


@cython.cfunc
def _trunk_of(elem: LineElement) -> Trunk:
    """Return the tree of an element that has a place."""
    trunk: Trunk = elem._trunk
    if trunk is None:
        raise AttributeError("an element that lost its tree")
    return trunk


@cython.cfunc
def _plant(elem: LineElement):
    """Give an element that a caller has made a tree of its lines."""
    lines: list = []
    seen: set = {id(elem)}
    above: LineElement
    asked = elem._asked
    if type(asked) is not tuple:
        raise AttributeError("an element that was made without its constructor")
    line, parent, trace = asked
    if line is not None:
        lines.append(line)
    # Those that have no tree either do not get one: there may be any number of them.  One
    # without a line is a root, whatever it was told of a parent: no line comes before it.
    while line is not None and isinstance(parent, LineElement):
        above = parent
        if above._position is not None or type(above._asked) is not tuple:
            break
        if id(above) in seen:
            raise ValueError("an element above itself")
        seen.add(id(above))
        line, parent, _ = above._asked
        if line is not None:
            lines.append(line)
    try:
        hash(tuple(lines))
    except TypeError:
        raise AttributeError("an element made of a line that cannot be looked up") from None
    trunk: Trunk = Trunk(_TRACE if trace is True else _SHIFT)
    pos: Position = position_at(trunk.root, 0)
    # What is no element has no lines to come before; it is but remembered.
    if line is not None and isinstance(parent, LineElement):
        for line in list(parent.lines()):
            step(trunk.blocks, pos, line)
    for line in reversed(lines):
        step(trunk.blocks, pos, line)
    if elem._position is None or elem._trunk is None:
        elem._trunk = trunk
        elem._position = pos


def element(kind, trunk: Trunk, pos: Position) -> LineElement:
    """Return the element of a class at a place."""
    if trunk is None or pos is None:
        raise TypeError("a trunk and a position, not None")
    return element_at(kind, trunk, position_at(pos.block, pos.offset))


@cython.cfunc
def element_at(kind: object, trunk: Trunk, pos: Position) -> LineElement:
    """Return the element of a class at a position, which becomes its own."""
    elem: LineElement
    if cython.compiled:
        if (
            not isinstance(kind, type)
            or cython.cast(cython.pointer[PyTypeObject], kind).tp_new == cython.NULL
        ):
            raise TypeError("no class of elements")
        elem = cython.cast(cython.pointer[PyTypeObject], kind).tp_new(
            kind,
            cython.cast(cython.pointer[PyObject], _NOTHING),
            cython.NULL,
        )
    else:
        elem = kind.__new__(kind)
    if elem is None:
        raise TypeError("a class that makes no objects")
    elem._trunk = trunk
    elem._position = pos
    return elem
