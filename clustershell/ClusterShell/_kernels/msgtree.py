# cython: wraparound=False, auto_pickle=False
"""Where message lines are kept: a radix tree of lines.

The messages of all keys form a tree whose edges are lines; messages that begin
alike share their beginning.  Chains of lines without a branch are one
:class:`Block`, so text that differs is stored once, back to back, and text
that agrees is recognised by comparing bytes in place.  Every leaf holds the
end of at least one key's message; hence there are fewer than two blocks per
key, however many lines there are.

A key's message is the path from the root block to the key's
:class:`Position`: a block and an offset into it.  Compiled, a block's lines
are raw text, each ended by a newline, and offsets count bytes; interpreted,
they are a list and offsets count lines.  Nothing above the storage primitives
knows which.

A block that must branch in its middle is cut there.  Positions beyond the cut
are not searched for: the block remembers what was cut off, and a position
follows that trail when it is next used (:func:`settle`).  Blocks name their
parents by number, not by reference, so that a tree is freed as soon as nobody
holds it, without waiting for the cycle collector, which knows nothing of the
memory behind a block.

**Other code in between.**  To look up a key, or a line that is no bytes, may run
code of the user, and so may making an object (the collector) and giving one up
(a finaliser).  That code, or another thread, may add to the tree at work, or
clear it.  So a method takes root, blocks and positions at once and goes on with
these, whatever becomes of the tree (:meth:`LineTree._trunk`); what changes a
block makes its objects first, looks whether all is as it was, and then changes
it in one go (:meth:`LineTree._branch`, :meth:`LineTree._cut`).
"""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.cpython.bytes import (
        PyBytes_AS_STRING,
        PyBytes_CheckExact,
        PyBytes_FromStringAndSize,
        PyBytes_GET_SIZE,
    )
    from cython.cimports.libc.stdlib import free, realloc
    from cython.cimports.libc.string import memchr, memcmp, memcpy, memmove

else:
    from _thread import RLock

    def _one_at_a_time(function):
        """Return *function*, which other threads wait for; its own thread may call it again."""
        lock = RLock()

        def call(*args):
            with lock:
                return function(*args)

        return call


_NEWLINE = cython.declare(cython.int, 10)
_RETURN = cython.declare(cython.int, 13)


@cython.final
@cython.cclass
class Block:
    """Lines that follow one another without a branch, then the children.

    first: the line leading here from the parent, None for the root.  It is
        also the key in the parent's ``children``.  The only line that may be
        something else than bytes without a newline.
    number, parent: index of this block, and of the block above it, in the
        tree's list of blocks; the root's parent is -1.
    children: dict of first line to Block in order of arrival; None for a leaf.
    size: offset of the end of the lines held here, ``first`` not counted.
    cut, rest: if the block was cut, the offset where the text of what was cut
        off begins, and the block that has it now.
    """

    if cython.compiled:
        first = cython.declare(object, visibility="readonly")
        number = cython.declare(cython.Py_ssize_t, visibility="readonly")
        parent = cython.declare(cython.Py_ssize_t, visibility="readonly")
        children = cython.declare(dict, visibility="readonly")
        size = cython.declare(cython.Py_ssize_t, visibility="readonly")
        cut: cython.Py_ssize_t
        rest: "Block"
        # The text begins somewhere in the memory held: see _cut().
        text: cython.p_char
        memory: cython.p_char
        room: cython.Py_ssize_t

    else:
        __slots__ = ("first", "number", "parent", "children", "size", "cut", "rest", "text")

    def __cinit__(
        self, first: object, number: cython.Py_ssize_t, parent: cython.Py_ssize_t
    ) -> None:
        self.first = first
        self.number = number
        self.parent = parent
        self.children = None
        self.size = 0
        self.cut = 0
        self.rest = None
        if not cython.compiled:
            self.text = []

    if cython.compiled:

        def __dealloc__(self):
            free(self.memory)

        @cython.cfunc
        @cython.exceptval(-1)
        def reserve(self, more: cython.Py_ssize_t) -> cython.int:
            """Make room for *more* bytes behind the text."""
            need: cython.Py_ssize_t = self.size + more
            if need > self.room:
                # Most messages are a line or two: the first text gets what it
                # needs; one that grows again is likely to go on.
                self.resize(need + (need >> 2) if self.size else need)
            return 0

        @cython.cfunc
        @cython.exceptval(-1)
        def resize(self, room: cython.Py_ssize_t) -> cython.int:
            """Hold the text in memory of its own, *room* bytes from where it begins."""
            shift: cython.Py_ssize_t = self.text - self.memory if self.memory else 0
            memory: cython.p_char
            if room == 0:
                free(self.memory)
                self.memory = self.text = cython.NULL
            else:
                if shift:
                    memmove(self.memory, self.text, self.size)
                    self.text = self.memory
                    self.room += shift
                memory = cython.cast(cython.p_char, realloc(self.memory, room))
                if memory == cython.NULL:
                    if room > self.room:
                        raise MemoryError()
                    return 0  # giving back can wait
                self.memory = self.text = memory
            self.room = room
            return 0

        @cython.cfunc
        @cython.exceptval(-1)
        def check(self, start: cython.Py_ssize_t, stop: cython.Py_ssize_t) -> cython.int:
            """Raise IndexError unless *start* and *stop* bound a part of the text."""
            if start < 0 or stop > self.size or start > stop:
                raise IndexError("offset out of the text of this block")
            return 0

        def read(self, start: cython.Py_ssize_t, stop: cython.Py_ssize_t) -> list:
            """Return the lines held here between two offsets, ``first`` not counted."""
            self.check(start, stop)
            if start == stop:
                return []
            return PyBytes_FromStringAndSize(self.text + start, stop - start - 1).split(b"\n")

        def count(self, stop: cython.Py_ssize_t) -> int:
            """Return how many lines there are up to the offset *stop*."""
            lines: cython.Py_ssize_t = 0
            i: cython.Py_ssize_t
            self.check(0, stop)
            for i in range(stop):
                lines += self.text[i] == _NEWLINE
            return lines

        def before(self, offset: cython.Py_ssize_t) -> int:
            """Return where the line that ends at *offset* begins."""
            self.check(1, offset)
            offset -= 1
            while offset > 0 and self.text[offset - 1] != _NEWLINE:
                offset -= 1
            return offset

        def after(self, offset: cython.Py_ssize_t) -> int:
            """Return where the line that begins at *offset* ends."""
            self.check(offset, self.size - 1)
            return _line_end(self.text, offset, self.size) + 1

    else:

        def read(self, start: int, stop: int) -> list:
            """Return the lines held here between two offsets, ``first`` not counted."""
            return self.text[start:stop]

        def count(self, stop: int) -> int:
            """Return how many lines there are up to the offset *stop*."""
            return stop

        def before(self, offset: int) -> int:
            """Return where the line that ends at *offset* begins."""
            return offset - 1

        def after(self, offset: int) -> int:
            """Return where the line that begins at *offset* ends."""
            return offset + 1


@cython.final
@cython.no_gc
@cython.cclass
class Position:
    """Where the message of a key ends: behind the line that ends at *offset* of *block*."""

    if cython.compiled:
        block = cython.declare(Block, visibility="readonly")
        offset = cython.declare(cython.Py_ssize_t, visibility="readonly")
    else:
        __slots__ = ("block", "offset")

    def __cinit__(self, block: Block, offset: cython.Py_ssize_t) -> None:
        if offset < 0:
            raise IndexError("offset out of the text of this block")
        self.block = block
        self.offset = offset


@cython.ccall
def settle(pos: Position) -> Position:
    """Follow the cuts made since *pos* was last used; return *pos*."""
    while pos.offset > pos.block.size:
        if pos.block.rest is not None:
            pos.offset -= pos.block.cut
            pos.block = pos.block.rest
        elif cython.compiled:
            raise IndexError("offset out of the text of this block")
        else:
            # Two threads have moved it at a time.
            pos.offset = pos.block.size
    return pos


@cython.cfunc
def _numbered(blocks: list, number: cython.Py_ssize_t) -> Block:
    """Return a block by number; IndexError if there is none."""
    if not 0 <= number < len(blocks):
        raise IndexError("a block of another tree")
    block: Block = blocks[number]
    if block is None:
        raise IndexError("a block of another tree")
    return block


@cython.cfunc
@cython.exceptval(-1)
def _claim(blocks: list, pos: Position) -> cython.int:
    """Raise an exception if *pos*, which comes from a caller, is not in a tree."""
    if pos is None:
        raise TypeError("a position, not None")
    block: Block = settle(pos).block
    if block.number >= len(blocks) or blocks[block.number] is not block:
        raise ValueError("a position in another tree")
    return 0


if cython.compiled:

    def message_lines(blocks: list, pos: Position) -> list:
        """Return the lines of the message that ends at *pos*."""
        block: Block = settle(pos).block
        stop: cython.Py_ssize_t = pos.offset
        lines: list
        text = _message_text(blocks, block, stop)
        if text is not None:
            return text.split(b"\n")
        lines = block.read(0, stop)
        while True:
            if block.first is not None:
                lines.insert(0, block.first)
            if block.parent < 0:
                return lines
            block = _numbered(blocks, block.parent)
            lines[:0] = block.read(0, block.size)

    def message_text(blocks: list, pos: Position) -> bytes:
        """Return the same lines joined by newlines."""
        settle(pos)
        text = _message_text(blocks, pos.block, pos.offset)
        return b"\n".join(message_lines(blocks, pos)) if text is None else text

    @cython.cfunc
    def _message_text(blocks: list, block: Block, stop: cython.Py_ssize_t) -> object:
        """Return the lines joined by newlines; None if some are no plain text, or there is none."""
        size: cython.Py_ssize_t = 0
        end: cython.Py_ssize_t = stop
        above: Block = block
        text: cython.p_char
        block.check(0, stop)
        while True:
            size += end
            if above.parent < 0:
                break
            if not _plain(above.first):
                return None
            size += PyBytes_GET_SIZE(above.first) + 1
            above = _numbered(blocks, above.parent)
            end = above.size
        if size == 0:
            return None
        # From the last line to the first; the newline of the last one is left out.
        message: bytes = PyBytes_FromStringAndSize(cython.NULL, size - 1)
        text = PyBytes_AS_STRING(message)
        above = block
        end = stop
        while True:
            if end:
                size -= end
                memcpy(text + size, above.text, end - 1)
                if above is not block:
                    text[size + end - 1] = _NEWLINE
            if above.parent < 0:
                return message
            size -= PyBytes_GET_SIZE(above.first) + 1
            memcpy(text + size, PyBytes_AS_STRING(above.first), PyBytes_GET_SIZE(above.first))
            if stop or above is not block:
                text[size + PyBytes_GET_SIZE(above.first)] = _NEWLINE
            above = _numbered(blocks, above.parent)
            end = above.size

else:

    def message_lines(blocks, pos):
        """Return the lines of the message that ends at *pos*."""
        block = settle(pos).block
        stop = pos.offset
        path = []
        while True:
            path.append((block, stop))
            if block.parent < 0:
                break
            block = _numbered(blocks, block.parent)
            stop = block.size
        lines = []
        for block, stop in reversed(path):
            if block.first is not None:
                lines.append(block.first)
            lines += block.text[:stop]
        return lines

    def message_text(blocks, pos):
        """Return the same lines joined by newlines."""
        return b"\n".join(message_lines(blocks, pos))


@cython.cclass
class LineTree:
    """A tree of message lines and the positions of the keys in it.

    root, blocks: the block without a parent, and all blocks by number.
    positions: dict of key to Position, in order of arrival.
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
            _step(blocks, pos, msgline)
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
        elif offset < block.size and _plain(msgline) and _line_at(block, offset) == msgline:
            pos.offset = offset + 1
            return
        _step(blocks, pos, msgline)

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
        _claim(blocks, pos)
        if data.find(b"\r\n", start, stop) >= 0:
            text: bytes = data[start:stop].replace(b"\r\n", b"\n")
            _add_run(blocks, pos, text, 0, len(text))
        else:
            _add_run(blocks, pos, data, start, stop)
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
                end = _line_end(text, start, stop)
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
                        _claim(blocks, pos)
                begin += width
                length = end - begin
                while length > 0 and text[begin + length - 1] == _RETURN:
                    length -= 1
                for pos in route:
                    if pos is not None:
                        _step_text(blocks, pos, text + begin, length)
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
                    if pos.offset < block.size and _line_at(block, pos.offset) == text:
                        pos.offset += 1
                    else:
                        _claim(blocks, pos)
                        _step(blocks, pos, text)
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

    def find(self, key):
        """Return the blocks of the tree, and the position of *key* for the caller to keep.

        None if it has none.
        """
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
        return blocks, Position(pos.block, pos.offset)

    def ends(self, match) -> tuple:
        """Return (keys, position) for each place where messages end, in the order of a walk.

        match: if not None, only keys for which it is true are considered.

        The blocks of the tree they are in come first, the list of them second.
        """
        pos: Position
        root: Block
        blocks: list
        positions: dict
        block: Block
        by_block: dict = {}
        by_offset: dict
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
            number = settle(pos).block.number
            offset = pos.offset
            at = by_block.get(number)
            if at is None:
                by_block[number] = {offset: [key]}
            elif offset in at:
                at[offset].append(key)
            else:
                at[offset] = [key]
        for found in _walk(root):
            block = found
            at = by_block.get(block.number)
            if at is not None:
                by_offset = at
                for offset in sorted(by_offset):
                    ends.append((by_offset[offset], Position(block, offset)))
        return blocks, ends


def step_from(blocks: list, place: Position, msgline) -> Position:
    """Return the position one line below a place in a tree, made if need be."""
    pos: Position = Position(place.block, place.offset)
    _claim(blocks, pos)
    _step(blocks, pos, msgline)
    return pos


def walk(blocks: list) -> list:
    """Return the blocks of a tree, parents first, later children before earlier ones."""
    block: Block = _numbered(blocks, 0)
    # A root that was cut gave its number away.
    while block.parent >= 0:
        block = _numbered(blocks, block.parent)
    return _walk(block)


@cython.cfunc
def _walk(root: Block) -> list:
    """Return a block and all below it, parents first, later children before earlier ones."""
    block: Block
    stack: list = [root]
    blocks: list = []
    while stack:
        block = stack.pop()
        if block is None:
            raise TypeError("a block, not None")
        blocks.append(block)
        if block.children is not None:
            stack.extend(block.children.values())
    return blocks


# -- Moving a position down the tree


@cython.cfunc
@cython.exceptval(-1)
def _add_run(
    blocks: list, pos: Position, data: bytes, start: cython.Py_ssize_t, stop: cython.Py_ssize_t
) -> cython.int:
    """Move *pos* over the lines of ``data[start:stop]``, each ended by a newline."""
    block: Block
    matched: cython.Py_ssize_t
    if cython.compiled:
        text: cython.p_char = PyBytes_AS_STRING(data)
        lines: cython.p_char = text + start
        stop -= start
    else:
        lines = data[start : stop - 1].split(b"\n")
        stop = len(lines)
    start = 0
    while start < stop:
        if pos.offset > pos.block.size:
            settle(pos)
        block = pos.block
        if pos.offset < block.size:
            matched = _agree(block, pos.offset, lines, start, stop)
            pos.offset += matched
            start += matched
            if start == stop or pos.offset == block.size:
                continue
        elif block.children is None:
            _append(block, lines, start, stop)
            pos.offset = block.size
            break
        if cython.compiled:
            matched = _line_end(lines, start, stop)
            _branch(blocks, pos, PyBytes_FromStringAndSize(lines + start, matched - start))
            start = matched + 1
        else:
            _branch(blocks, pos, lines[start])
            start += 1
    return 0


@cython.cfunc
@cython.exceptval(-1)
def _step(blocks: list, pos: Position, msgline: object) -> cython.int:
    """Move *pos* over one line, whatever it is."""
    block: Block
    if cython.compiled:
        if _plain(msgline):
            return _step_text(blocks, pos, PyBytes_AS_STRING(msgline), PyBytes_GET_SIZE(msgline))
    else:
        # Looked at before it is called: this is once for each line.
        block = settle(pos).block if pos.offset > pos.block.size else pos.block
        offset = pos.offset
        if offset < block.size:
            if _plain(msgline) and _line_at(block, offset) == msgline:
                pos.offset = offset + 1
                return 0
        elif block.children is None and _plain(msgline):
            _append_line(block, msgline)
            pos.offset = block.size
            return 0
    _branch(blocks, pos, msgline)
    return 0


@cython.cfunc
@cython.exceptval(-1)
def _branch(blocks: list, pos: Position, msgline: object) -> cython.int:
    """Move *pos* to the child that begins with *msgline*, made if need be."""
    block: Block
    child: Block = None
    children: dict
    fresh: dict = None
    hash(msgline)  # what cannot be looked up is refused before anything changes
    while True:
        # Anew after each step that other code may have come between.
        _claim(blocks, pos)
        block = pos.block
        if pos.offset < block.size:
            _cut(blocks, block, pos.offset)
            continue
        children = block.children
        if child is None:
            found = None if children is None else children.get(msgline)
            if found is not None:
                break
            child = Block(msgline, 0, -1)
        elif children is not None:
            found = children.setdefault(msgline, child)
            break
        elif fresh is None:
            fresh = {}
        else:
            block.children = fresh
    if found is child:
        # As soon as it is to be found.  What was cut meanwhile took its children along.
        while block.children is not children and block.rest is not None:
            block = block.rest
        child.number = len(blocks)
        child.parent = block.number
        blocks.append(child)
    else:
        child = found
    pos.block = child
    pos.offset = 0
    return 0


@cython.cfunc
@cython.exceptval(-1)
def _cut(blocks: list, head: Block, offset: cython.Py_ssize_t) -> cython.int:
    """End *head* at *offset*; what follows becomes its only child.

    The tail takes the number over, so that its children need no new
    parent.  Does nothing if *head* was cut meanwhile.
    """
    tail: Block
    below: dict
    size: cython.Py_ssize_t = head.size
    number: cython.Py_ssize_t = head.number
    begin: cython.Py_ssize_t
    if cython.compiled:
        begin = _line_end(head.text, offset, size) + 1
        first = PyBytes_FromStringAndSize(head.text + offset, begin - 1 - offset)
    else:
        begin = offset + 1
        first = head.text[offset]
    tail = Block(first, number, 0)
    below = {first: tail}
    if head.size < size or head.number != number:
        return 0
    tail.parent = len(blocks)
    blocks.append(head)
    _divide(head, tail, offset, begin)
    tail.cut = head.cut - begin
    tail.rest = head.rest
    tail.children = head.children
    head.children = below
    head.number = tail.parent
    head.cut = begin
    head.rest = tail
    blocks[number] = tail
    return 0


if cython.compiled:

    @cython.cfunc
    @cython.exceptval(-1)
    def _step_text(
        blocks: list, pos: Position, line: cython.p_char, size: cython.Py_ssize_t
    ) -> cython.int:
        """Move *pos* over one line of *size* bytes without a newline."""
        block: Block = settle(pos).block
        if pos.offset < block.size:
            if (
                size < block.size - pos.offset
                and block.text[pos.offset + size] == _NEWLINE
                and memcmp(block.text + pos.offset, line, size) == 0
            ):
                pos.offset += size + 1
                return 0
        elif block.children is None:
            _append_line(block, line, size)
            pos.offset = block.size
            return 0
        _branch(blocks, pos, PyBytes_FromStringAndSize(line, size))
        return 0

    @cython.cfunc
    @cython.inline
    def _line_end(
        text: cython.p_char, start: cython.Py_ssize_t, stop: cython.Py_ssize_t
    ) -> cython.Py_ssize_t:
        """Return the index of the next newline; there is one before *stop*."""
        newline: cython.p_char = cython.cast(
            cython.p_char, memchr(text + start, _NEWLINE, stop - start)
        )
        return newline - text

    @cython.cfunc
    def _agree(
        block: Block,
        offset: cython.Py_ssize_t,
        lines: cython.p_char,
        start: cython.Py_ssize_t,
        stop: cython.Py_ssize_t,
    ) -> cython.Py_ssize_t:
        """Return over how many bytes, in whole lines, block and lines agree."""
        left: cython.p_char = block.text + offset
        right: cython.p_char = lines + start
        most: cython.Py_ssize_t = min(block.size - offset, stop - start)
        same: cython.Py_ssize_t = 0
        while same + 256 <= most and memcmp(left + same, right + same, 256) == 0:
            same += 256
        while same < most and left[same] == right[same]:
            same += 1
        while same > 0 and left[same - 1] != _NEWLINE:
            same -= 1
        return same

    @cython.cfunc
    @cython.exceptval(-1)
    def _append(
        block: Block, lines: cython.p_char, start: cython.Py_ssize_t, stop: cython.Py_ssize_t
    ) -> cython.int:
        """Add ``lines[start:stop]``, whole lines, to a leaf."""
        block.reserve(stop - start)
        memcpy(block.text + block.size, lines + start, stop - start)
        block.size += stop - start
        return 0

    @cython.cfunc
    @cython.exceptval(-1)
    def _append_line(block: Block, line: cython.p_char, size: cython.Py_ssize_t) -> cython.int:
        """Add one line of *size* bytes to a leaf."""
        block.reserve(size + 1)
        memcpy(block.text + block.size, line, size)
        block.text[block.size + size] = _NEWLINE
        block.size += size + 1
        return 0

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

    @cython.cfunc
    def _plain(msgline: object) -> cython.bint:
        """Tell whether *msgline* can be stored as text."""
        return (
            PyBytes_CheckExact(msgline)
            and memchr(PyBytes_AS_STRING(msgline), _NEWLINE, PyBytes_GET_SIZE(msgline))
            == cython.NULL
        )

    @cython.cfunc
    @cython.exceptval(-1)
    def _divide(
        head: Block, tail: Block, offset: cython.Py_ssize_t, begin: cython.Py_ssize_t
    ) -> cython.int:
        """Keep the text before *offset* in *head*, give what is behind *begin* to *tail*.

        Copies the shorter part, so that cutting a long text again and again
        near its beginning costs little.  What then lies unused before the
        tail's text is given back as soon as it is the larger share.
        """
        rest: cython.Py_ssize_t = head.size - begin
        if rest <= offset:
            tail.resize(rest)
            if rest:
                memcpy(tail.text, head.text + begin, rest)
            tail.size = rest
            head.size = offset
            head.resize(offset)
            return 0
        tail.resize(offset)
        if offset:
            memcpy(tail.text, head.text, offset)
        tail.memory, head.memory = head.memory, tail.memory
        tail.text, head.text = head.text + begin, head.memory
        tail.room, head.room = head.room - begin, offset
        tail.size = rest
        head.size = offset
        if tail.text - tail.memory > rest:
            tail.resize(rest)
        return 0

else:
    # Compiled, no other thread comes between where nothing is looked up or made.
    _branch = _one_at_a_time(_branch)

    def _line_at(block, offset):
        """Return the line that begins at *offset*, None if it was cut off meanwhile."""
        try:
            return block.text[offset]
        except IndexError:
            return None

    def _agree(block, offset, lines, start, stop):
        """Return over how many lines block and lines agree."""
        text = block.text
        most = min(block.size - offset, stop - start)
        if text[offset : offset + most] == lines[start : start + most]:
            return most
        same = 0
        for mine, line in zip(text[offset : offset + most], lines[start : start + most]):
            if mine != line:
                break
            same += 1
        return same

    def _append(block, lines, start, stop):
        """Add ``lines[start:stop]`` to a leaf."""
        block.text += lines[start:stop]
        block.size = len(block.text)

    def _append_line(block, msgline):
        """Add one line to a leaf."""
        block.text.append(msgline)
        block.size = len(block.text)

    def _plain(msgline):
        """Tell whether *msgline* can be stored as text: what is not is looked up by its hash."""
        return type(msgline) is bytes

    def _divide(head, tail, offset, begin):
        """Keep the lines before *offset* in *head*, give those from *begin* on to *tail*."""
        if head.size - begin <= offset:
            tail.text = head.text[begin:]
            del head.text[offset:]
        else:
            tail.text = head.text
            head.text = tail.text[:offset]
            del tail.text[:begin]
        tail.size = head.size - begin
        head.size = offset
