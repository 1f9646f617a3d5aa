# cython: wraparound=False, auto_pickle=False
"""Elements of a tree of lines: what is said at a place, and lines added below it.

**Other code in between.**  What holds for the tree (kernel ``msgtree``) holds here.
"""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.blocks import Block, Position, position_at, settle
    from cython.cimports.ClusterShell._compiled.branches import step, step_from
    from cython.cimports.ClusterShell._compiled.texts import item_of, lines_of
    from cython.cimports.ClusterShell._compiled.trunks import Trunk
    from cython.cimports.cpython.object import PyObject, PyTypeObject

    from ClusterShell._compiled.blocks import message_text
else:
    from ClusterShell._kernels.blocks import Block, Position, message_text, position_at, settle
    from ClusterShell._kernels.branches import known_below, step, step_from
    from ClusterShell._kernels.texts import item_of, lines_of
    from ClusterShell._kernels.trunks import Trunk

# Modes of a tree whose keys are known at any time, and known for each line.
_SHIFT = cython.declare(object, 1)
_TRACE = cython.declare(object, 2)
_NOTHING = cython.declare(tuple, ())


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
        return item_of(_trunk_of(self).blocks, pos, i)

    def __iter__(self):
        """Iterate over the lines of the message."""
        pos = _place(self)
        return lines_of(_trunk_of(self).blocks, pos)

    def lines(self):
        """Return an iterator over the lines of the message, without their newlines."""
        pos = _place(self)
        return lines_of(_trunk_of(self).blocks, pos)

    def splitlines(self):
        """Return an iterator over the lines of the message, without their newlines."""
        pos = _place(self)
        return lines_of(_trunk_of(self).blocks, pos)

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
