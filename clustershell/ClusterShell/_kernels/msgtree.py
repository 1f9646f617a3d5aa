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
    from cython.cimports.ClusterShell._compiled.blocks import (
        Block,
        Position,
        claim,
        line_end,
        settle,
        walk_from,
    )
    from cython.cimports.ClusterShell._compiled.branches import add_run, element_at, step, step_text
    from cython.cimports.cpython.bytes import (
        PyBytes_AS_STRING,
        PyBytes_CheckExact,
        PyBytes_FromStringAndSize,
        PyBytes_GET_SIZE,
    )
    from cython.cimports.libc.string import memchr, memcmp
else:
    from ClusterShell._kernels.blocks import (
        Block,
        Position,
        claim,
        plain,
        settle,
        walk_from,
    )
    from ClusterShell._kernels.branches import add_run, element_at, line_at, step

_NEWLINE = cython.declare(cython.int, 10)
_RETURN = cython.declare(cython.int, 13)


@cython.cclass
class LineTree:
    """A tree of message lines and the positions of the keys in it.

    root, blocks: the block without a parent, and all blocks by number.
    positions: dict of key to Position, in order of arrival.

    The derived class has that of elements, *_element*, and tells by ``_update_keys()``
    that keys of elements are to be known from now on.
    """

    if cython.compiled:
        root = cython.declare(Block, visibility="readonly")
        blocks = cython.declare(list, visibility="readonly")
        positions = cython.declare(dict, visibility="readonly")

        def __cinit__(self):
            self._reset()

    else:
        # In one slot, so that no thread sees half of a new tree.
        __slots__ = ("_trunk",)
        root = property(lambda self: self._trunk[0])
        blocks = property(lambda self: self._trunk[1])
        positions = property(lambda self: self._trunk[2])

    @cython.ccall
    def _reset(self):
        """Start an empty tree; elements of the old one stay as they are."""
        root: Block = Block(None, 0, -1)
        blocks: list = [root]
        positions: dict = {}
        if cython.compiled:
            # Given up when all three are new: keys may have finalisers.
            held = (self.root, self.blocks, self.positions)
            self.root = root
            self.blocks = blocks
            self.positions = positions
            del held
        else:
            self._trunk = (root, blocks, positions)

    def add(self, key, msgline):
        """Add a line, in bytes and without its newline, to the message of *key*."""
        pos: Position
        block: Block
        offset: cython.Py_ssize_t
        root: Block
        blocks: list
        positions: dict
        if cython.compiled:
            root = self.root
            blocks = self.blocks
            positions = self.positions
        else:
            root, blocks, positions = self._trunk
        found = positions.get(key)
        if self.positions is not positions:
            # The look-up has cleared the tree: the line goes to the new one.
            if cython.compiled:
                root = self.root
                blocks = self.blocks
                positions = self.positions
            else:
                root, blocks, positions = self._trunk
            found = positions.get(key)
        if found is None:
            pos = Position(root, 0)
            step(blocks, pos, msgline)
            positions[key] = pos
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
        step(blocks, pos, msgline)

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
        blocks: list = self.blocks
        pos: Position = self.position(key)
        if self.blocks is not blocks:
            # The look-up has cleared the tree: the text goes to the new one.
            blocks = self.blocks
            pos = self.position(key)
        claim(blocks, pos)
        if data.find(b"\r\n", start, stop) >= 0:
            text: bytes = data[start:stop].replace(b"\r\n", b"\n")
            add_run(blocks, pos, text, 0, len(text))
        else:
            add_run(blocks, pos, data, start, stop)
        return stop

    if cython.compiled:

        def add_labelled(
            self, data: bytes, start: cython.Py_ssize_t, separator: bytes, routes: dict
        ) -> int:
            """Add the lines of ``data[start:]``, each of the form label, separator, text.

            *data* ends in a newline.  *routes* is a dict of label to the list
            of the positions to which its text goes.  Carriage returns at the
            end of a line are dropped.  Return where the first line begins that
            has no separator or a label without a route; the length of *data*
            if there is none.
            """
            text: cython.p_char = PyBytes_AS_STRING(data)
            stop: cython.Py_ssize_t = PyBytes_GET_SIZE(data)
            width: cython.Py_ssize_t = PyBytes_GET_SIZE(separator)
            mark: cython.p_char
            label: cython.p_char = text
            size: cython.Py_ssize_t = -1
            begin: cython.Py_ssize_t
            end: cython.Py_ssize_t
            length: cython.Py_ssize_t
            route: list = None
            pos: Position
            blocks: list = self.blocks
            if start < 0 or start > stop or stop == 0 or text[stop - 1] != _NEWLINE or width == 0:
                raise ValueError("no whole lines, or nothing that separates")
            while start < stop:
                end = line_end(text, start, stop)
                mark = _find(text + start, end - start, PyBytes_AS_STRING(separator), width)
                if mark == cython.NULL:
                    break
                begin = mark - text
                # Lines of one label tend to come together.
                if begin - start != size or memcmp(label, text + start, size) != 0:
                    label = text + start
                    size = begin - start
                    route = routes.get(PyBytes_FromStringAndSize(label, size))
                    if route is None:
                        break
                    for pos in route:
                        claim(blocks, pos)
                begin += width
                length = end - begin
                while length > 0 and text[begin + length - 1] == _RETURN:
                    length -= 1
                for pos in route:
                    if pos is not None:
                        step_text(blocks, pos, text + begin, length)
                start = end + 1
            return start

    else:

        def add_labelled(self, data: bytes, start: int, separator: bytes, routes: dict) -> int:
            """Add the lines of ``data[start:]``, each of the form label, separator, text.

            *data* ends in a newline.  *routes* is a dict of label to the list
            of the positions to which its text goes.  Carriage returns at the
            end of a line are dropped.  Return where the first line begins that
            has no separator or a label without a route; the length of *data*
            if there is none.
            """
            if not 0 <= start <= len(data) or data[-1:] != b"\n" or not separator:
                raise ValueError("no whole lines, or nothing that separates")
            returns = b"\r" in data
            blocks = self.blocks
            for line in data[start:-1].split(b"\n") if start < len(data) else ():
                label, mark, text = line.partition(separator)
                route = routes.get(label)
                if route is None or not mark:
                    break
                if returns:
                    text = text.rstrip(b"\r")
                for pos in route:
                    block = pos.block
                    if pos.offset < block.size and line_at(block, pos.offset) == text:
                        pos.offset += 1
                    else:
                        claim(blocks, pos)
                        step(blocks, pos, text)
                start += len(line) + 1
            return start

    @cython.ccall
    def position(self, key) -> Position:
        """Return the position of *key*, which gets an empty message if it has none."""
        root: Block
        positions: dict
        if cython.compiled:
            root = self.root
            positions = self.positions
        else:
            root, _, positions = self._trunk
        found = positions.get(key)
        if found is None:
            found = Position(root, 0)
            found = positions.setdefault(key, found)
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
        pos: Position
        blocks: list
        positions: dict
        if cython.compiled:
            blocks = self.blocks
            positions = self.positions
        else:
            _, blocks, positions = self._trunk
        found = positions.get(key)
        if found is None:
            return None
        pos = found
        return element_at(self._element, self, blocks, Position(pos.block, pos.offset))

    def items(self, match=None, mapper=None):
        """Iterate over (key, message), for each key for which *match* is true.

        *mapper*, if given, makes what is returned for a key.
        """
        for key in self._matching(match):
            found = self._found(key)
            if found is None:
                raise KeyError(key)
            yield (key if mapper is None else mapper(key)), found

    def walk_ends(self, match=None, mapper=None):
        """Iterate over (message, keys), for each distinct message; see ``MsgTree.walk()``."""
        self._update_keys()
        blocks, ends = self.ends(match)
        kind = self._element
        for keys, pos in ends:
            elem = element_at(kind, self, blocks, pos)
            yield elem, (keys if mapper is None else list(map(mapper, keys)))

    def ends(self, match) -> tuple:
        """Return (keys, position) for each place where messages end, in the order of a walk.

        :param match: if not None, only keys for which it is true are considered.

        The blocks of the tree they are in come first, the list of them second.
        """
        pos: Position
        root: Block
        blocks: list
        positions: dict
        block: Block = None
        offset: cython.Py_ssize_t = -1
        keys: list = []
        by_block: dict = {}
        ends: list = []
        if cython.compiled:
            root = self.root
            blocks = self.blocks
            positions = self.positions
        else:
            root, blocks, positions = self._trunk
        # A copy: other code may change what it copies.
        for key, found in positions.copy().items():
            if match is not None and not match(key):
                continue
            pos = found
            if pos is None:
                continue
            settle(pos)
            # Keys whose messages are the same tend to come together.
            if pos.block is not block or pos.offset != offset:
                block = pos.block
                offset = pos.offset
                keys = _keys_at(by_block, block.number, offset)
            keys.append(key)
        for found in walk_from(root):
            block = found
            at = by_block.get(block.number)
            if type(at) is tuple:
                ends.append((at[1], Position(block, at[0])))
            elif at is not None:
                for offset, keys in sorted(at.items()):
                    ends.append((keys, Position(block, offset)))
        return blocks, ends


@cython.cfunc
def _keys_at(by_block: dict, number: object, offset: object) -> list:
    """Return the list of the keys at a place, made if need be.

    Most blocks have one such place, (offset, keys); of the others it is a dict.
    """
    keys: list = []
    at = by_block.setdefault(number, (offset, keys))
    if type(at) is dict:
        return at.setdefault(offset, keys)
    if at[0] == offset:
        return at[1]
    by_block[number] = {at[0]: at[1], offset: keys}
    return keys


if cython.compiled:

    @cython.cfunc
    def _find(
        text: cython.p_char,
        size: cython.Py_ssize_t,
        what: cython.p_char,
        width: cython.Py_ssize_t,
    ) -> cython.p_char:
        """Return where *what* first stands in *text*, NULL if nowhere."""
        found: cython.p_char
        while size >= width:
            found = cython.cast(cython.p_char, memchr(text, what[0], size - width + 1))
            if found == cython.NULL or memcmp(found, what, width) == 0:
                return found
            size -= found + 1 - text
            text = found + 1
        return cython.NULL
