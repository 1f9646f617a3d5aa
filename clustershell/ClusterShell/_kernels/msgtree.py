# cython: wraparound=False, auto_pickle=False
"""Where message lines are kept: a radix tree of lines.

The messages of all keys form a tree whose edges are lines; messages that begin
alike share their beginning.  Chains of lines without a branch are one block
(kernel ``blocks``), so text that differs is stored once, back to back, and text
that agrees is recognised by comparing bytes in place.  Every leaf holds the
end of at least one key's message; hence there are fewer than two blocks per
key, however many lines there are.

**Other code in between.**  To look up a key may run code of the user, and so may
making an object (the collector) and giving one up (a finaliser).  That code, or
another thread, may add to the tree at work, or clear it.  So a method takes root,
blocks and positions at once and goes on with these, whatever becomes of the tree.
"""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled import elements
    from cython.cimports.ClusterShell._compiled.blocks import (
        Block,
        Position,
        claim,
        followers,
        line_of,
        position_at,
        settle,
    )
    from cython.cimports.ClusterShell._compiled.branches import add_labelled, add_run, step
    from cython.cimports.ClusterShell._compiled.elements import LineElement
    from cython.cimports.ClusterShell._compiled.trunks import Sources, Trunk
    from cython.cimports.cpython.bytes import (
        PyBytes_AS_STRING,
        PyBytes_CheckExact,
        PyBytes_GET_SIZE,
    )
    from cython.cimports.cpython.dict import PyDict_Next
    from cython.cimports.cpython.ref import Py_REFCNT, PyObject
    from cython.cimports.libc.string import memchr, memcmp
else:
    from ClusterShell._kernels import elements
    from ClusterShell._kernels.blocks import (
        Block,
        Position,
        claim,
        followers,
        line_of,
        plain,
        position_at,
        settle,
    )
    from ClusterShell._kernels.branches import add_labelled, add_run, line_at, step
    from ClusterShell._kernels.elements import LineElement
    from ClusterShell._kernels.trunks import Trunk

_NEWLINE = cython.declare(cython.int, 10)
# Of a tree of more keys, elements are not kept after a walk.
_MANY = cython.declare(cython.Py_ssize_t, 5000)


@cython.cclass
class LineTree:
    """A tree of message lines and the positions of the keys in it.

    trunk: the lines and positions.
    made: elements of positions, kept as long as these do not move: a message that is
        asked for again and again is one object.
    stale: the blocks of the tree before it was cleared last, if they are few and of bytes
        alone: to free them costs more than all else, and waits for the next line.  Compiled.

    The derived class has that of elements, *_element*, and tells by ``_update_keys()``
    that keys of elements are to be known from now on; ``_work_off()`` and ``_forget()``
    are about keys that elements were given.
    """

    if cython.compiled:
        trunk = cython.declare(Trunk, visibility="readonly")
        made = cython.declare(list)
        stale = cython.declare(list)

        def __cinit__(self):
            self._reset(0)

    else:
        __slots__ = ("made", "stale", "trunk")

    @cython.ccall
    def _reset(self, mode):
        """Start an empty tree; elements of the old one stay as they are."""
        if cython.compiled:
            old: Trunk = self.trunk
            # A tree that nobody has used, or knows: one reference is that here.
            if old is not None and Py_REFCNT(old) == 2 and old.untouched():
                old.mode = mode
                return
        trunk: Trunk = Trunk(mode)
        made: list = []
        if cython.compiled:
            # Given up when all is new: keys may have finalisers.
            held = (self.trunk, self.made, self.stale)
            old = held[0]
            self.trunk = trunk
            self.made = made
            self.stale = None if old is None or not old.little() else old.blocks
            del old, held
        else:
            self.trunk = trunk
            self.made = made
            self.stale = None

    @cython.cfunc
    def _let_go(self):
        """Free the blocks of the tree before it was cleared."""
        stale = self.stale
        self.stale = None
        del stale

    def __len__(self):
        """Return the number of keys."""
        return len(self.trunk.positions)

    def keys(self):
        """Return an iterator over the keys."""
        return iter(self.trunk.positions)

    def __iter__(self):
        """Return an iterator over the keys."""
        return iter(self.trunk.positions)

    @property
    def mode(self):
        """When keys are worked out: one of MODE_DEFER, MODE_SHIFT and MODE_TRACE."""
        return self.trunk.mode

    @mode.setter
    def mode(self, mode):
        self.trunk.mode = mode

    def add(self, key, msgline):
        """Add a line, in bytes and without its newline, to the message of *key*."""
        pos: Position
        block: Block
        offset: cython.Py_ssize_t
        if self.stale is not None:
            self._let_go()
        trunk: Trunk = self.trunk
        if trunk.log is not None:
            self._work_off()
        found = trunk.positions.get(key)
        if self.trunk is not trunk:
            # The look-up has cleared the tree: the line goes to the new one.
            trunk = self.trunk
            found = trunk.positions.get(key)
        if found is None:
            pos = position_at(trunk.root, 0)
            step(trunk.blocks, pos, msgline)
            trunk.positions[key] = pos
            return
        pos = found
        block = pos.block
        offset = pos.offset
        if cython.compiled:
            size: cython.Py_ssize_t
            # The line that another key had at this place: the common case.
            if offset < block.size and PyBytes_CheckExact(msgline):
                size = PyBytes_GET_SIZE(msgline)
                if (
                    size < block.size - offset
                    and block.text[offset + size] == _NEWLINE
                    and memcmp(block.text + offset, PyBytes_AS_STRING(msgline), size) == 0
                    and memchr(PyBytes_AS_STRING(msgline), _NEWLINE, size) == cython.NULL
                ):
                    pos.offset = offset + size + 1
                    return
        elif offset < block.size and plain(msgline) and line_at(block, offset) == msgline:
            pos.offset = offset + 1
            return
        step(trunk.blocks, pos, msgline)

    def add_text(self, key, data, start: cython.Py_ssize_t = 0):
        """Add all complete lines of ``data[start:]``, bytes as read, to the message of *key*.

        Lines end at a newline, which is dropped together with one carriage
        return before it.  Return the index at which the incomplete last line
        begins; nothing of that is added.
        """
        stop: cython.Py_ssize_t
        if start < 0:
            raise IndexError("negative start")
        if type(data) is not bytes:
            data = bytes(data)
        stop = data.rfind(b"\n") + 1
        if stop <= start:
            return start
        trunk: Trunk = self.trunk
        if trunk.log is not None:
            self._work_off()
        pos: Position = self.position(key)
        if self.trunk is not trunk:
            # The look-up has cleared the tree: the text goes to the new one.
            trunk = self.trunk
            pos = self.position(key)
        blocks: list = trunk.blocks
        claim(blocks, pos)
        if data.find(b"\r\n", start, stop) >= 0:
            text: bytes = data[start:stop].replace(b"\r\n", b"\n")
            add_run(blocks, pos, text, 0, len(text))
        else:
            add_run(blocks, pos, data, start, stop)
        return stop

    def add_labelled(self, data: bytes, start: cython.Py_ssize_t, separator: bytes, routes: dict):
        """Add the lines of ``data[start:]``, each of the form label, separator, text.

        *data* ends in a newline.  *routes* is a dict of label to the list
        of the positions to which its text goes.  Carriage returns at the
        end of a line are dropped.  Return where the first line begins that
        has no separator or a label without a route; the length of *data*
        if there is none.
        """
        if self.trunk.log is not None:
            self._work_off()
        return add_labelled(self.trunk.blocks, data, start, separator, routes)

    @cython.ccall
    def position(self, key) -> Position:
        """Return the position of *key*, which gets an empty message if it has none."""
        if self.stale is not None:
            self._let_go()
        trunk: Trunk = self.trunk
        found = trunk.positions.get(key)
        if found is None:
            found = position_at(trunk.root, 0)
            found = trunk.positions.setdefault(key, found)
        return found

    def get(self, key, default=None):
        """Return the message of *key*, or *default* if it has none."""
        found = self._found(key)
        return default if found is None else found

    def __getitem__(self, key):
        """Return the message of *key*; raise KeyError if it has none."""
        found = self._found(key)
        if found is None:
            raise KeyError(key)
        return found

    @cython.cfunc
    def _found(self, key) -> object:
        """Return the element of *key*, None if it has none."""
        trunk: Trunk = self.trunk
        found = trunk.positions.get(key)
        return None if found is None else self._message(trunk, found, found)

    def message_at(self, trunk: Trunk, pos: Position):
        """Return the element of a key's position."""
        if trunk is None or pos is None:
            raise TypeError("a trunk and a position, not None")
        return self._message(trunk, pos, pos)

    @cython.cfunc
    def _message(self, trunk: Trunk, pos: Position, place: Position) -> object:
        """Return the element of a place where a key's position is, or was.

        It is the one made before, if that has not moved.  The place becomes its own, if it
        is not the key's.
        """
        elem: LineElement
        made: list = self.made
        slot: cython.Py_ssize_t = pos.slot
        if 0 <= slot < len(made):
            elem = made[slot]
            if elements.stands(elem, trunk, place):
                return elem
        settle(place)
        if place is pos:
            place = position_at(pos.block, pos.offset)
        elif len(trunk.positions) > _MANY:
            return elements.element_at(self._element, trunk, place)  # for this walk alone
        elem = elements.element_at(self._element, trunk, place)
        made = self.made  # anew: other code may have come between
        if 0 <= slot < len(made):
            made[slot] = elem
        elif len(made) > 2 * len(trunk.positions):
            self.made = [elem]  # mostly of keys that are gone
            pos.slot = 0
        else:
            pos.slot = len(made)
            made.append(elem)
        return elem

    def forget_keys(self, keys):
        """Forget keys, all of them if *keys* is None."""
        positions: dict = self.trunk.positions
        if keys is None:
            positions.clear()
        else:
            for key in keys:
                positions.pop(key, None)  # it may have gone meanwhile
        self.made = []

    def pairs(self, match=None, mapper=None):
        """Return an iterator over (key, message).

        :param match: None, or what sources are asked for
        """
        if cython.compiled:
            pairs: _Pairs = _Pairs.__new__(_Pairs)
            pairs.tree = self
            pairs.trunk = self.trunk
            pairs.match = match
            pairs.mapper = mapper
            return pairs
        return _pairs(self, self.trunk, match, mapper)

    def walk_ends(self, match=None, mapper=None):
        """Iterate over (message, keys), for each distinct message; see ``Trunk.ends()``."""
        self._update_keys()
        trunk: Trunk = self.trunk
        for keys, place, pos in trunk.ends(match):
            elem = self._message(trunk, pos, place)
            yield elem, (keys if mapper is None else list(map(mapper, keys)))

    def walk_lines(self, match=None, mapper=None):
        """Iterate over (message, keys) for each line of the tree; see ``Trunk.places()``."""
        trunk: Trunk = self.trunk
        kind = self._element
        for keys, pos, _ in trunk.places(match):
            elem = elements.element_at(kind, trunk, pos)
            yield elem, (list(keys) if mapper is None else list(map(mapper, keys)))

    def walk_rows(self, match=None, mapper=None):
        """Iterate over (line, keys, depth, number of children); see ``Trunk.places()``."""
        trunk: Trunk = self.trunk
        assert trunk.mode == 2, "walk_trace() is only callable in trace mode"
        for keys, pos, depth in trunk.places(match):
            names = list(keys) if mapper is None else list(map(mapper, keys))
            yield line_of(pos), names, depth, followers(pos)


if cython.compiled:

    @cython.final
    @cython.internal
    @cython.freelist(8)
    @cython.cclass
    class _Pairs:
        """An iterator over (key, message); it ends with the first error, as a generator does.

        positions, at: where the keys were when the first was asked for, and how far it is.
        trunk: None at the end, and while other code runs.
        """

        tree = cython.declare(LineTree)
        trunk = cython.declare(Trunk)
        positions = cython.declare(dict)
        match = cython.declare(Sources)
        mapper = cython.declare(object)
        at = cython.declare(cython.Py_ssize_t)

        def __iter__(self):
            return self

        def __next__(self):
            trunk: Trunk = self.trunk
            name: cython.pointer[PyObject] = cython.NULL
            found: cython.pointer[PyObject] = cython.NULL
            if trunk is None:
                raise StopIteration
            self.trunk = None
            if self.positions is None:
                # A copy: other code may change what it copies.
                self.positions = trunk.positions.copy()
                self.at = 0
            positions: dict = self.positions
            while PyDict_Next(
                positions, cython.address(self.at), cython.address(name), cython.address(found)
            ):
                key = cython.cast(object, name)
                pos: Position = cython.cast(object, found)
                if self.match is not None and not self.match.has(key):
                    continue
                if pos is None:
                    raise TypeError("a position, not None")
                message = self.tree._message(trunk, pos, pos)
                if self.mapper is not None:
                    key = self.mapper(key)
                self.trunk = trunk
                return key, message
            self.positions = None
            raise StopIteration

        def close(self):
            """Have no more follow."""
            self.trunk = None

else:

    def _pairs(tree, trunk, match, mapper):
        """Iterate over (key, message)."""
        # A copy: other code may change what it copies.
        for key, pos in trunk.positions.copy().items():
            if match is not None and not match.has(key):
                continue
            if pos is None:
                raise TypeError("a position, not None")
            message = tree._message(trunk, pos, pos)
            yield (key if mapper is None else mapper(key)), message
