# cython: wraparound=False, auto_pickle=False
"""The lines of a message, made of its text as they are asked for.

Compiled, the text of a message is copied out of the tree in one go; whatever becomes of
the tree, the lines to come are those of that text.  A message with a line that is no
plain text is a list of lines, as it is interpreted.
"""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.blocks import Position, plain_text, settle
    from cython.cimports.cpython.bytes import (
        PyBytes_AS_STRING,
        PyBytes_FromStringAndSize,
        PyBytes_GET_SIZE,
    )
    from cython.cimports.cpython.long import PyLong_AsLongAndOverflow, PyLong_CheckExact
    from cython.cimports.cpython.slice import PySlice_Unpack
    from cython.cimports.libc.string import memchr, memcmp

    from ClusterShell._compiled.blocks import message_lines

    _NEWLINE = cython.declare(cython.int, 10)
    _MOST = cython.declare(cython.Py_ssize_t, 1 << 60)

    @cython.final
    @cython.internal
    @cython.no_gc
    @cython.freelist(8)
    @cython.cclass
    class _Lines:
        """An iterator over the lines of a text.

        at: where the next line begins; past the end of the text if there is none.
        """

        text = cython.declare(bytes)
        at = cython.declare(cython.Py_ssize_t)

        def __iter__(self):
            return self

        def __next__(self):
            start: cython.Py_ssize_t = self.at
            if self.text is None or start > PyBytes_GET_SIZE(self.text):
                raise StopIteration
            stop: cython.Py_ssize_t = _line_stop(self.text, start)
            self.at = stop + 1
            return PyBytes_FromStringAndSize(PyBytes_AS_STRING(self.text) + start, stop - start)

        def __length_hint__(self):
            if self.text is None or self.at > PyBytes_GET_SIZE(self.text):
                return 0
            return self.text.count(b"\n", self.at) + 1

    @cython.cfunc
    @cython.exceptval(check=False)
    def _line_stop(text: bytes, start: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return where the line that begins at *start* ends."""
        size: cython.Py_ssize_t = PyBytes_GET_SIZE(text)
        begin: cython.p_char = PyBytes_AS_STRING(text)
        found: cython.p_char = cython.cast(
            cython.p_char, memchr(begin + start, _NEWLINE, size - start)
        )
        return size if found == cython.NULL else found - begin

    @cython.cfunc
    def lines_of(blocks: list, pos: Position) -> object:
        """Return an iterator over the lines of the message that ends at *pos*."""
        settle(pos)
        text = plain_text(blocks, pos.block, pos.offset)
        if text is None:
            return iter(message_lines(blocks, pos))
        lines: _Lines = _Lines.__new__(_Lines)
        lines.text = text
        lines.at = 0
        return lines

    @cython.cfunc
    def item_of(blocks: list, pos: Position, i: object) -> object:
        """Return line number *i* of that message, or the list of lines of a slice."""
        start: cython.Py_ssize_t = 0
        stop: cython.Py_ssize_t = 0
        step: cython.Py_ssize_t = 1
        overflow: cython.int = 0
        found: list
        if type(i) is slice:
            PySlice_Unpack(i, cython.address(start), cython.address(stop), cython.address(step))
        elif PyLong_CheckExact(i):
            start = PyLong_AsLongAndOverflow(i, cython.address(overflow))
            stop = start + 1 if start >= 0 and start < _MOST else 0
        settle(pos)
        text = plain_text(blocks, pos.block, pos.offset)
        # What counts from the end, and what is an error, is the list's.
        if text is None or step != 1 or start < 0 or stop <= 0:
            return message_lines(blocks, pos)[i]
        found = _between(text, start, stop)
        if type(i) is slice:
            return found
        return found[0] if found else message_lines(blocks, pos)[i]

    @cython.cfunc
    def _between(text: bytes, start: cython.Py_ssize_t, stop: cython.Py_ssize_t) -> list:
        """Return the lines of a text from number *start* on, those before number *stop*."""
        found: list = []
        at: cython.Py_ssize_t = 0
        end: cython.Py_ssize_t
        number: cython.Py_ssize_t = 0
        while number < stop and at <= PyBytes_GET_SIZE(text):
            end = _line_stop(text, at)
            if number >= start:
                line = PyBytes_FromStringAndSize(PyBytes_AS_STRING(text) + at, end - at)
                found.append(line)
            at = end + 1
            number += 1
        return found

    @cython.cfunc
    @cython.exceptval(check=False)
    def find(
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

else:
    from ClusterShell._kernels.blocks import message_lines

    def lines_of(blocks, pos):
        """Return an iterator over the lines of the message that ends at *pos*."""
        return iter(message_lines(blocks, pos))

    def item_of(blocks, pos, i):
        """Return line number *i* of that message, or the list of lines of a slice."""
        return message_lines(blocks, pos)[i]
