# cython: initializedcheck=False
"""From bytes to lines to handlers, and what waits to be written.

What is read of a stream becomes lines in its :class:`StreamBuffers`, and the :class:`Outlet`
of the worker hands these to the handler and to the results.

**Other code in between.**  Handlers may do anything: close the stream that was read, remove
its client, set another handler, fork, raise.  What is handed to them is out of the buffers
before the first of them runs.
"""

import os

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.attributes import Attribute, item
    from cython.cimports.ClusterShell._compiled.streams import (
        EAGAIN,
        streams_write,
    )
    from cython.cimports.cpython.bytes import (
        PyBytes_AS_STRING,
        PyBytes_FromStringAndSize,
        PyBytes_GET_SIZE,
    )
    from cython.cimports.libc.string import memchr

if cython.compiled:
    # Of ledgers.
    _info = cython.declare(Attribute, Attribute("info"))
    _settings = cython.declare(Attribute, Attribute("settings"))
    _trees = cython.declare(Attribute, Attribute("trees"))
    # Of workers.
    _outlet = cython.declare(Attribute, Attribute("_outlet"))
    _node = cython.declare(Attribute, Attribute("current_node"))
    _sname = cython.declare(Attribute, Attribute("current_sname"))
    _msg = cython.declare(Attribute, Attribute("current_msg"))

#: Buffers that wait to be written to one stream before they are joined.
_MOST_CHUNKS = cython.declare(cython.int, 64)


def split_lines(text: bytes) -> list:
    """Return the lines of *text*, which ends in a newline or is empty.

    A line ends at a newline; one carriage return right before it is dropped.
    """
    lines: list = []
    if cython.compiled:
        if text is None:
            raise TypeError("text must be bytes, not None")
        start: cython.p_char = PyBytes_AS_STRING(text)
        left: cython.Py_ssize_t = PyBytes_GET_SIZE(text)
        found: cython.p_char
        size: cython.Py_ssize_t
        while left > 0:
            found = cython.cast(cython.p_char, memchr(start, 10, left))
            if found == cython.NULL:
                break
            size = found - start
            left -= size + 1
            if size > 0 and start[size - 1] == 13:
                lines.append(PyBytes_FromStringAndSize(start, size - 1))
            else:
                lines.append(PyBytes_FromStringAndSize(start, size))
            start = found + 1
    else:
        lines = text.split(b"\n")
        lines.pop()
        if b"\r" in text:
            lines = [line[:-1] if line.endswith(b"\r") else line for line in lines]
    return lines


@cython.cclass
class StreamBuffers:
    """The two buffers of a stream, whose descriptor is ``fd``, None once it is closed.

    ``evmask`` is what it is for, ``events`` what the engine watches it for.
    """

    if not cython.compiled:
        __slots__ = ("_rchunks", "_wchunks", "_wdone", "events", "evmask", "fd")

    def __cinit__(self):
        self.fd = None
        self.evmask = self.events = 0
        self._rchunks = self._wchunks = None
        self._wdone = 0

    def hold(self, fd: object, evmask: object) -> None:
        """Be the stream of the descriptor *fd*, for *evmask*."""
        self.fd = fd
        self.evmask = evmask

    def give_up(self) -> object:
        """Have no descriptor any more; return the one there was."""
        fd = self.fd
        self.fd = None
        return fd

    @property
    def rbuf(self) -> bytes:
        """What was read and is not yet a whole line."""
        return b"".join(self._rchunks or ())

    @rbuf.setter
    def rbuf(self, data: object) -> None:
        self._rchunks = [data] if data else None

    @cython.ccall
    def complete(self, data: object) -> object:
        """Return the whole lines that *data*, just read, completes; None if it does none.

        They are in one piece that ends in a newline; the rest is kept.
        """
        stop: cython.Py_ssize_t = 0
        chunks: list = self._rchunks
        if cython.compiled and type(data) is bytes:
            stop = PyBytes_GET_SIZE(data)
            if stop and PyBytes_AS_STRING(data)[stop - 1] != 10:
                stop = 0
        if not stop:
            stop = data.rfind(b"\n") + 1
        if not stop:
            if chunks is None:
                self._rchunks = [data]
            else:
                chunks.append(data)
            return None
        rest: object = None
        if stop < len(data):
            rest = data[stop:]
            data = data[:stop]
        if chunks is not None:
            self._rchunks = None
            data = b"".join([*chunks, data])
        if rest is not None:
            self._rchunks = [rest]
        return data

    @property
    def wbuf(self) -> bytes:
        """What is still to be written."""
        if not self._wchunks:
            return b""
        return b"".join([memoryview(self._wchunks[0])[self._wdone :], *self._wchunks[1:]])

    @wbuf.setter
    def wbuf(self, data: object) -> None:
        self._wchunks = [data] if data else None
        self._wdone = 0

    @cython.ccall
    @cython.exceptval(-1, check=False)
    def to_write(self) -> cython.bint:
        """Return whether something is still to be written."""
        return self._wchunks is not None

    @cython.ccall
    def queue(self, data: object) -> object:
        """Write *data*, in bytes, after what is still to be written."""
        if not isinstance(data, bytes):
            data = b"" + data
        if not data:
            return
        if self._wchunks is None:
            self._wchunks = [data]
        elif len(self._wchunks) < _MOST_CHUNKS:
            self._wchunks.append(data)
        else:
            self._wchunks[1:] = [b"".join([*self._wchunks[1:], data])]

    @cython.ccall
    def write_some(self) -> object:
        """Write as much as the descriptor takes now; return the number of bytes."""
        chunks: list = self._wchunks
        if self._wdone:
            written = os.writev(self.fd, [memoryview(chunks[0])[self._wdone :], *chunks[1:]])
        elif len(chunks) == 1:
            written = _write(self.fd, chunks[0])
        else:
            written = os.writev(self.fd, chunks)
        done: cython.Py_ssize_t = self._wdone + written
        while chunks and done >= len(chunks[0]):
            done -= len(chunks.pop(0))
        self._wdone = done
        if not chunks:
            self._wchunks = None
        return written


@cython.cfunc
def _write(fd: object, data: object) -> object:
    """Write *data* to *fd* in one call; return how much of it was taken."""
    if cython.compiled and type(data) is bytes:
        number: cython.int = fd
        size: cython.Py_ssize_t = PyBytes_GET_SIZE(data)
        start: cython.p_char = PyBytes_AS_STRING(data)
        with cython.nogil:
            size = streams_write(number, start, size)
        if size >= 0:
            return size
        if size == -EAGAIN:
            raise BlockingIOError(EAGAIN, os.strerror(EAGAIN))
    # What failed is done again: the error is then Python's, as is waiting out a signal.
    return os.write(fd, data)


@cython.cclass
class Outlet:
    """Hands lines of *worker* to *handler*, and to the *ledger* of its task.

    The hot part of an emitter, whose class says what the fields mean, and does what is rare.
    ``worker._outlet`` is the one in use: a handler may have another take its place.
    """

    if not cython.compiled:
        __slots__ = (
            "_data",
            "_ev_read",
            "_handler",
            "_ledger",
            "_listens",
            "_old",
            "_records",
            "_sets_node",
            "_text",
            "worker",
        )

    def __cinit__(self, worker: object, handler: object, ledger: object, sets_node: object):
        self.worker = worker
        self._handler = handler
        self._ledger = ledger
        self._sets_node = sets_node
        self._data = getattr(handler, "_ev_data", None)
        self._text = getattr(handler, "_ev_text", None)
        self._records = self._text is None or getattr(handler, "_ev_records", True)
        # Whether the handler listens to (output, errors), and the function it reads by.
        self._listens = (False, False)
        self._old = False
        self._ev_read = None

    @cython.ccall
    def read(self, key: object, sname: object, stream: object, data: object) -> object:
        """Hand out the lines that *data*, read from *stream*, completes, if any are wanted."""
        if self._data is not None and self._data(self.worker, key, sname, data):
            return
        text: object = stream.complete(data)
        if text is not None:
            self.lines(key, sname, text)

    @cython.ccall
    def lines(self, key: object, sname: object, text: object) -> object:
        """Hand out *text*, whole lines that end in a newline."""
        if self._debugs():
            for line in split_lines(text):
                self.debug(key, line)
                self.now().line(key, sname, line)
            return
        if self._text is not None:
            self._text(self.worker, key, sname, self._keep(key, sname, text))
            return
        errors: cython.bint = sname == "stderr"
        method: object = None if self._handler is None else self._handler.ev_read
        if self._handler is None or not self._resolved(method)[errors]:
            self._keep(key, sname, text)
        elif errors or self._old:
            for line in split_lines(text):
                self.now().line(key, sname, line)
        else:
            self._each(key, sname, method, split_lines(text))

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _debugs(self) -> cython.bint:
        """Return whether each line is to be printed as a debugging aid."""
        if cython.compiled:
            info: object = _info.of(self._ledger)
            if info is not None:
                return bool(item(info, "debug"))
        else:
            info = self._ledger.info
            if info is not None:
                return bool(info.get("debug"))
        return bool(self.worker.task.info("debug"))

    @cython.cfunc
    def _resolved(self, method: object) -> tuple:
        """Return whether the handler, which reads by *method*, listens to (output, errors)."""
        if getattr(method, "__func__", method) is not self._ev_read:
            self._ev_read = getattr(method, "__func__", method)
            self._old, self._listens = self.resolve(method)
        return self._listens

    @cython.cfunc
    def _tree(self, sname: object) -> object:
        """Return the tree that lines of stream *sname* go to, None where they do not."""
        if not self._records:
            return None
        ledger: object = self._ledger
        settings: object = _settings.of(ledger) if cython.compiled else ledger.settings
        if settings is not None:
            name: object = "stdout_msgtree" if sname == "stdout" else sname + "_msgtree"
            if not (item(settings, name) if cython.compiled else settings.get(name)):
                return None
            tree = item(_trees.of(ledger), sname) if cython.compiled else ledger.trees.get(sname)
            if tree is not None:
                return tree
        return ledger.tree_or_none(sname)

    @cython.cfunc
    def _each(self, key: object, sname: object, method: object, lines: list) -> object:
        """Record each of *lines*, make it the worker's current message, call *method* with it."""
        worker: object = self.worker
        tree: object = self._tree(sname)
        add: object = None if tree is None else tree.add
        node: object = key if self._sets_node else worker.current_node
        source: tuple = (worker, key)
        number: cython.Py_ssize_t = 0
        for line in lines:
            if add is not None:
                add(source, line)
            if cython.compiled:
                _node.keep(worker, node)
                _sname.keep(worker, sname)
                _msg.put(worker, line)
            else:
                worker.current_node = node
                worker.current_sname = sname
                worker.current_msg = line
            method(worker, key, sname, line)
            number += 1
            if (_outlet.of(worker) if cython.compiled else worker._outlet) is not self:
                # It has set another handler, which gets the rest.
                for left in lines[number:]:
                    self.now().line(key, sname, left)
                return

    @cython.cfunc
    def wrote(self, key: object, sname: object) -> object:
        """Make stream *sname* of *key*, written to, the current one; return the handler."""
        if cython.compiled:
            if self._sets_node:
                _node.keep(self.worker, key)
            _sname.put(self.worker, sname)
        return self._handler

    def now(self) -> object:
        """Return the outlet that the worker has now."""
        outlet = self.worker._outlet
        return self.worker._emitter() if outlet is None else outlet

    @cython.cfunc
    def _keep(self, key: object, sname: object, text: object) -> object:
        """Record the whole lines *text* in one call; return them joined by newlines."""
        worker: object = self.worker
        tree: object = self._tree(sname)
        if tree is not None:
            tree.add_text((worker, key), text)
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n")
        text = text[:-1]
        # What the last line, handed out by itself, would leave behind.
        if self._sets_node:
            worker.current_node = key
        worker.current_sname = sname
        last: object = text[text.rfind(b"\n") + 1 :]
        if sname == "stderr":
            worker.current_errmsg = last
        else:
            worker.current_msg = last
        return text
