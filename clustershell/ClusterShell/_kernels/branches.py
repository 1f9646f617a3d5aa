# cython: wraparound=False, auto_pickle=False
"""Moving a position down a tree of lines, which grows and branches on the way.

A block that must branch in its middle is cut there.  Positions beyond the cut are
not searched for: the block remembers what was cut off, and a position follows that
trail when it is next used (:func:`settle`).

**Other code in between.**  To look up a line that is no bytes may run code of the
user, and so may making an object (the collector) and giving one up (a finaliser).
That code, or another thread, may add to the tree at work, or clear it.  What changes
a block makes its objects first, looks whether all is as it was, and then changes it
in one go (:func:`_branch`, :func:`_cut`).
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
        plain,
        position_at,
        settle,
    )
    from cython.cimports.ClusterShell._compiled.texts import find
    from cython.cimports.cpython.bytes import (
        PyBytes_AS_STRING,
        PyBytes_FromStringAndSize,
        PyBytes_GET_SIZE,
    )
    from cython.cimports.libc.string import memcmp, memcpy
else:
    from _thread import RLock

    from ClusterShell._kernels.blocks import (
        Block,
        Position,
        claim,
        plain,
        position_at,
        settle,
    )

    def _one_at_a_time(function):
        """Return *function*, which other threads wait for; its own thread may call it again."""
        lock = RLock()

        def call(*args):
            with lock:
                return function(*args)

        return call


_NEWLINE = cython.declare(cython.int, 10)
_RETURN = cython.declare(cython.int, 13)


@cython.ccall
def step_from(blocks: list, place: Position, msgline) -> Position:
    """Return the position one line below a place in a tree, made if need be."""
    if place is None:
        raise TypeError("a position, not None")
    pos: Position = position_at(place.block, place.offset)
    claim(blocks, pos)
    step(blocks, pos, msgline)
    return pos


@cython.cfunc
@cython.exceptval(-1, check=False)
def add_run(
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
            matched = line_end(lines, start, stop)
            _branch(blocks, pos, PyBytes_FromStringAndSize(lines + start, matched - start))
            start = matched + 1
        else:
            _branch(blocks, pos, lines[start])
            start += 1
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def step(blocks: list, pos: Position, msgline: object) -> cython.int:
    """Move *pos* over one line, whatever it is."""
    block: Block
    if cython.compiled:
        if plain(msgline):
            return step_text(blocks, pos, PyBytes_AS_STRING(msgline), PyBytes_GET_SIZE(msgline))
    else:
        # Looked at before it is called: this is once for each line.
        block = settle(pos).block if pos.offset > pos.block.size else pos.block
        offset = pos.offset
        if offset < block.size:
            if plain(msgline) and line_at(block, offset) == msgline:
                pos.offset = offset + 1
                return 0
        elif block.children is None and plain(msgline):
            _append_line(block, msgline)
            pos.offset = block.size
            return 0
    _branch(blocks, pos, msgline)
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _branch(blocks: list, pos: Position, msgline: object) -> cython.int:
    """Move *pos* to the child that begins with *msgline*, made if need be."""
    block: Block
    child: Block = None
    children: dict
    fresh: dict = None
    hash(msgline)  # what cannot be looked up is refused before anything changes
    while True:
        # Anew after each step that other code may have come between.
        claim(blocks, pos)
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
@cython.exceptval(-1, check=False)
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
        begin = line_end(head.text, offset, size) + 1
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
    @cython.exceptval(-1, check=False)
    def step_text(
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
    def add_labelled(
        blocks: list, data: bytes, start: cython.Py_ssize_t, separator: bytes, routes: dict
    ) -> object:
        """Move the positions of *routes* over lines; see ``LineTree.add_labelled()``."""
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
        if start < 0 or start > stop or stop == 0 or text[stop - 1] != _NEWLINE or width == 0:
            raise ValueError("no whole lines, or nothing that separates")
        while start < stop:
            end = line_end(text, start, stop)
            mark = find(text + start, end - start, PyBytes_AS_STRING(separator), width)
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
    @cython.exceptval(-1, check=False)
    def _append(
        block: Block, lines: cython.p_char, start: cython.Py_ssize_t, stop: cython.Py_ssize_t
    ) -> cython.int:
        """Add ``lines[start:stop]``, whole lines, to a leaf."""
        block.reserve(stop - start)
        memcpy(block.text + block.size, lines + start, stop - start)
        block.size += stop - start
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _append_line(block: Block, line: cython.p_char, size: cython.Py_ssize_t) -> cython.int:
        """Add one line of *size* bytes to a leaf."""
        block.reserve(size + 1)
        memcpy(block.text + block.size, line, size)
        block.text[block.size + size] = _NEWLINE
        block.size += size + 1
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
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

    def line_at(block, offset):
        """Return the line that begins at *offset*, None if it was cut off meanwhile."""
        try:
            return block.text[offset]
        except IndexError:
            return None

    def add_labelled(blocks, data, start, separator, routes):
        """Move the positions of *routes* over lines; see ``LineTree.add_labelled()``."""
        if not 0 <= start <= len(data) or data[-1:] != b"\n" or not separator:
            raise ValueError("no whole lines, or nothing that separates")
        returns = b"\r" in data
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

    def known_below(place, line):
        """Return (line, position, place) of bytes one line below a place, None if not there.

        Lines below a place stay there, and the position is not to be moved.
        """
        block = place.block
        offset = place.offset
        if offset < block.size:
            if line_at(block, offset) == line:
                return line, Position(block, offset + 1), place
        elif offset == block.size and block.children is not None:
            block = block.children.get(line)
            if block is not None:
                return line, Position(block, 0), place
        return None
