# cython: wraparound=False, auto_pickle=False
"""Blocks of message lines: what a tree of lines is made of, and how messages are read from it.

A block is a chain of lines without a branch.  Compiled, its lines are raw text,
each ended by a newline, and offsets count bytes; interpreted, they are a list and
offsets count lines.  Nothing above the storage primitives knows which.

A key's message is the path from the root block to the key's :class:`Position`: a
block and an offset into it.  Blocks name their parents by number, not by
reference, so that a tree is freed as soon as nobody holds it, without waiting for
the cycle collector, which knows nothing of the memory behind a block.
"""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.cpython.bytes import (
        PyBytes_AS_STRING,
        PyBytes_FromStringAndSize,
        PyBytes_GET_SIZE,
    )
    from cython.cimports.libc.stdlib import free, realloc
    from cython.cimports.libc.string import memcpy, memmove
else:

    def plain(msgline):
        """Tell whether *msgline* can be stored as text: what is not is looked up by its hash."""
        return type(msgline) is bytes


_NEWLINE = cython.declare(cython.int, 10)


@cython.final
@cython.freelist(64)
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

    if not cython.compiled:
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
        @cython.exceptval(-1, check=False)
        def reserve(self, more: cython.Py_ssize_t) -> cython.int:
            """Make room for *more* bytes behind the text."""
            need: cython.Py_ssize_t = self.size + more
            if need > self.room:
                # Most messages are a line or two: the first text gets what it
                # needs; one that grows again is likely to go on.
                self.resize(need + (need >> 2) if self.size else need)
            return 0

        @cython.cfunc
        @cython.exceptval(-1, check=False)
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
        @cython.exceptval(-1, check=False)
        def check(self, start: cython.Py_ssize_t, stop: cython.Py_ssize_t) -> cython.int:
            """Raise IndexError unless *start* and *stop* bound a part of the text."""
            if start < 0 or stop > self.size or start > stop:
                raise IndexError("offset out of the text of this block")
            return 0

        @cython.ccall
        def read(self, start: cython.Py_ssize_t, stop: cython.Py_ssize_t) -> list:
            """Return the lines held here between two offsets, ``first`` not counted."""
            end: cython.Py_ssize_t
            lines: list = []
            self.check(start, stop)
            while start < stop:
                end = line_end(self.text, start, stop)  # noqa: F821 (of the .pxd)
                line = PyBytes_FromStringAndSize(self.text + start, end - start)
                lines.append(line)
                start = end + 1
            return lines

        @cython.ccall
        @cython.exceptval(-1, check=False)
        def count(self, stop: cython.Py_ssize_t) -> cython.Py_ssize_t:
            """Return how many lines there are up to the offset *stop*."""
            lines: cython.Py_ssize_t = 0
            i: cython.Py_ssize_t
            self.check(0, stop)
            for i in range(stop):
                lines += self.text[i] == _NEWLINE
            return lines

        @cython.ccall
        @cython.exceptval(-1, check=False)
        def before(self, offset: cython.Py_ssize_t) -> cython.Py_ssize_t:
            """Return where the line that ends at *offset* begins."""
            self.check(1, offset)
            offset -= 1
            while offset > 0 and self.text[offset - 1] != _NEWLINE:
                offset -= 1
            return offset

        @cython.ccall
        @cython.exceptval(-1, check=False)
        def after(self, offset: cython.Py_ssize_t) -> cython.Py_ssize_t:
            """Return where the line that begins at *offset* ends."""
            self.check(offset, self.size - 1)
            return line_end(self.text, offset, self.size) + 1  # noqa: F821 (of the .pxd)

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


# A block of no tree, where a position is before it gets its place.
_NOWHERE = cython.declare(Block, Block(None, 0, -1))


@cython.final
@cython.no_gc
@cython.freelist(64)
@cython.cclass
class Position:
    """Where the message of a key ends: behind the line that ends at *offset* of *block*.

    slot: where the tree keeps the element that it has last made of it; negative for nowhere.
    """

    if not cython.compiled:
        __slots__ = ("block", "offset", "slot")

    def __cinit__(self, block: Block = None, offset: cython.Py_ssize_t = 0) -> None:
        if offset < 0:
            raise IndexError("offset out of the text of this block")
        self.block = _NOWHERE if block is None else block
        self.offset = offset
        self.slot = -1


@cython.cfunc
def position_at(block: Block, offset: cython.Py_ssize_t) -> Position:
    """Return a position, as the class does, at a place that is known to be one."""
    if cython.compiled:
        pos: Position = Position.__new__(Position)
        pos.block = block
        pos.offset = offset
    else:
        pos = Position(block, offset)
    return pos


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
def numbered(blocks: list, number: cython.Py_ssize_t) -> Block:
    """Return a block by number; IndexError if there is none."""
    if not 0 <= number < len(blocks):
        raise IndexError("a block of another tree")
    block: Block = blocks[number]
    if block is None:
        raise IndexError("a block of another tree")
    return block


@cython.cfunc
def over(blocks: list, block: Block, steps: cython.Py_ssize_t) -> Block:
    """Return the block above one that has been come to in so many steps; ValueError in a circle."""
    if steps >= len(blocks):
        raise ValueError("blocks in a circle")
    return numbered(blocks, block.parent)


@cython.cfunc
@cython.exceptval(-1, check=False)
def claim(blocks: list, pos: Position) -> cython.int:
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
        steps: cython.Py_ssize_t = 0
        lines: list
        if block.parent >= 0:
            text = plain_text(blocks, block, stop)
            if text is not None:
                return text.split(b"\n")
        lines = block.read(0, stop)
        while True:
            if block.first is not None:
                lines.insert(0, block.first)
            if block.parent < 0:
                return lines
            block = over(blocks, block, steps)
            lines[:0] = block.read(0, block.size)
            steps += 1

    def message_text(blocks: list, pos: Position) -> bytes:
        """Return the same lines joined by newlines."""
        settle(pos)
        text = plain_text(blocks, pos.block, pos.offset)
        return b"\n".join(message_lines(blocks, pos)) if text is None else text

    @cython.cfunc
    def plain_text(blocks: list, block: Block, stop: cython.Py_ssize_t) -> object:
        """Return the lines joined by newlines; None if some are no plain text, or there is none."""
        size: cython.Py_ssize_t = 0
        end: cython.Py_ssize_t = stop
        steps: cython.Py_ssize_t = 0
        above: Block = block
        text: cython.p_char
        block.check(0, stop)
        while True:
            size += end
            if above.parent < 0:
                break
            if not plain(above.first):
                return None
            size += PyBytes_GET_SIZE(above.first) + 1
            above = over(blocks, above, steps)
            end = above.size
            steps += 1
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
            above = numbered(blocks, above.parent)
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
            block = over(blocks, block, len(path) - 1)
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


@cython.ccall
def line_of(pos: Position) -> object:
    """Return the line that ends at a place, None for the root."""
    block: Block = settle(pos).block
    if pos.offset == 0:
        return block.first
    return block.read(block.before(pos.offset), pos.offset)[0]


@cython.ccall
def followers(pos: Position) -> object:
    """Return how many different lines follow a place."""
    block: Block = settle(pos).block
    if pos.offset < block.size:
        return 1
    return 0 if block.children is None else len(block.children)


def walk(blocks: list) -> list:
    """Return the blocks of a tree, parents first, later children before earlier ones."""
    block: Block = numbered(blocks, 0)
    # A root that was cut gave its number away.
    steps: cython.Py_ssize_t = 0
    while block.parent >= 0:
        block = over(blocks, block, steps)
        steps += 1
    return walk_from(block)


@cython.cfunc
def walk_from(root: Block) -> list:
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


@cython.cfunc
@cython.exceptval(-1, check=False)
def go_down(
    blocks: list, depths: list, block: Block, depth: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    """Add the children of a block to *blocks*, and how deep each begins to *depths*.

    Blocks are walked so, and not listed before: other code may cut one meanwhile.

    :param depth: how many lines lead to the end of the block's first one.
    :returns: how many lead to its end.
    """
    size: cython.Py_ssize_t = -1
    children: dict = None
    while size != block.size:  # until both are of the same moment
        size = block.size
        children = block.children
    depth += block.count(size)
    if children is not None:
        blocks.extend(children.values())
        depths.extend([depth + 1] * (len(blocks) - len(depths)))
    return depth
