# cython: initializedcheck=False
"""From descriptors to lines to handlers: what happens for every event of the loop.

A :class:`Dispatcher` waits and reads; what it has read becomes lines in the
:class:`StreamBuffers` of the stream, and the :class:`Outlet` of the worker hands these to the
handler and to the results.  All of it is done here only for clients and workers that have
said, by a :class:`Service`, which of their methods would do the same, and whose methods
these still are; others get their hooks called.

**Other code in between.**  Handlers may do anything: close the stream that was read, remove
its client, set another handler, start others whose descriptors have the same numbers, fork,
raise.  What is read is out of the buffer before the first of them runs, and after each
nothing is taken for granted: events are looked up by descriptor when their turn comes.
"""

import os

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.streams import (
        EAGAIN,
        EINTR,
        PyErr_CheckSignals,
        PyMem_Free,
        PyMem_Malloc,
        streams_own,
        streams_tag,
        streams_wait,
        streams_write,
        system_read,
        type_lookup,
    )
    from cython.cimports.cpython.bytes import (
        PyBytes_AS_STRING,
        PyBytes_FromStringAndSize,
        PyBytes_GET_SIZE,
    )
    from cython.cimports.libc.string import memchr

#: Readiness as poll(2) tells it: what can be read, and what has ended.
_READABLE = cython.declare(cython.int, 0x1 | 0x2)  # POLLIN, POLLPRI
_ENDED = cython.declare(cython.int, 0x8 | 0x10 | 0x20)  # POLLERR, POLLHUP, POLLNVAL

#: What an engine watches a stream for that is only read.
_E_READ = cython.declare(cython.int, 0x1)

#: ... and once it has something to write.
_E_WRITE = cython.declare(cython.int, 0x2)

#: Most bytes of one read.
_READ_SIZE = cython.declare(cython.int, 65536)

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

    if cython.compiled:
        fd = cython.declare(object, visibility="public")
        evmask = cython.declare(object, visibility="public")
        events = cython.declare(object, visibility="public")
        # Read, and not yet a whole line: pieces, so that a long line is joined once.
        _rchunks: list
        # To be written: whole buffers as given, so that many streams share one, and
        # how much of the first is written.
        _wchunks: list
        _wdone: cython.Py_ssize_t
    else:
        __slots__ = ("_rchunks", "_wchunks", "_wdone", "events", "evmask", "fd")

    def __cinit__(self):
        self.fd = None
        self.evmask = self.events = 0
        self._rchunks = []
        self._wchunks = None
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
        return b"".join(self._rchunks)

    @rbuf.setter
    def rbuf(self, data: object) -> None:
        self._rchunks = [data] if data else []

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
            chunks.append(data)
            return None
        rest: object = None
        if stop < len(data):
            rest = data[stop:]
            data = data[:stop]
        if chunks:
            self._rchunks = []
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
    def to_write(self) -> cython.bint:
        """Return whether something is still to be written."""
        return self._wchunks is not None

    @cython.ccall
    def queue(self, data: object) -> object:
        """Write *data*, in bytes, after what is still to be written."""
        self._queue(data)

    @cython.cfunc
    def _queue(self, data: object) -> object:
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
        return self._write_some()

    @cython.cfunc
    def _write_some(self) -> object:
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

    if cython.compiled:
        worker = cython.declare(object, visibility="public")
        _handler = cython.declare(object, visibility="public")
        _ledger = cython.declare(object, visibility="public")
        _sets_node = cython.declare(object, visibility="public")
        _data = cython.declare(object, visibility="public")
        _text = cython.declare(object, visibility="public")
        _records = cython.declare(object, visibility="public")
        _listens = cython.declare(tuple, visibility="public")
        _old = cython.declare(object, visibility="public")
        _ev_read = cython.declare(object, visibility="public")
    else:
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
        if self._handler is None or not self._resolved()[errors]:
            self._keep(key, sname, text)
        elif errors or self._old:
            for line in split_lines(text):
                self.now().line(key, sname, line)
        else:
            self._each(key, sname, split_lines(text))

    @cython.cfunc
    def _debugs(self) -> cython.bint:
        """Return whether each line is to be printed as a debugging aid."""
        info: object = self._ledger.info
        if info is not None:
            return bool(info.get("debug"))
        return bool(self.worker.task.info("debug"))

    @cython.cfunc
    def _resolved(self) -> tuple:
        """Return whether the handler listens to (output, errors), looking but once."""
        method: object = self._handler.ev_read
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
        if ledger.settings is not None:
            if sname == "stdout":
                kept = ledger.settings.get("stdout_msgtree")
            else:
                kept = ledger.settings.get(sname + "_msgtree")
            if not kept:
                return None
            tree = ledger.trees.get(sname)
            if tree is not None:
                return tree
        return ledger.tree_or_none(sname)

    @cython.cfunc
    def _each(self, key: object, sname: object, lines: list) -> object:
        """Record each of *lines*, make it the worker's current message, call the handler."""
        worker: object = self.worker
        tree: object = self._tree(sname)
        add: object = None if tree is None else tree.add
        node: object = key if self._sets_node else worker.current_node
        source: tuple = (worker, key)
        method: object = self._handler.ev_read
        number: cython.Py_ssize_t = 0
        for line in lines:
            if add is not None:
                add(source, line)
            worker.current_node = node
            worker.current_sname = sname
            worker.current_msg = line
            method(worker, key, sname, line)
            number += 1
            if worker._outlet is not self:
                # It has set another handler, which gets the rest.
                for left in lines[number:]:
                    self.now().line(key, sname, left)
                return

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


@cython.cclass
class Hooks:
    """Methods *names* of the class *owner*, to see whether an object still has the same."""

    if cython.compiled:
        _names: tuple
        _functions: tuple
        # The class last found unchanged, by its number: most objects are of the same.
        _tag: cython.uint
    else:
        __slots__ = ("_functions", "_names")

    def __cinit__(self, owner: type, *names: str):
        self._names = names
        self._functions = tuple([_found(owner, name) for name in names])

    @cython.ccall
    def unchanged(self, obj: object) -> cython.bint:
        """Return whether *obj* has these methods: none overridden, replaced, or set on it."""
        own: dict = _own(obj)
        if own:
            for name in self._names:
                if name in own:
                    return False
        return self._inherited(type(obj))

    @cython.cfunc
    def _inherited(self, kind: type) -> cython.bint:
        """Return whether the class *kind* has these methods."""
        at: cython.Py_ssize_t
        if cython.compiled:
            tag: cython.uint = streams_tag(kind)
            if tag and tag == self._tag:
                return True
        for at in range(len(self._names)):
            if cython.compiled:
                if type_lookup(kind, self._names[at]) != cython.cast(
                    cython.p_void, self._functions[at]
                ):
                    return False
            elif _found(kind, self._names[at]) is not self._functions[at]:
                return False
        if cython.compiled:
            self._tag = streams_tag(kind)
        return True


@cython.cfunc
def _found(owner: type, name: str) -> object:
    """Return what an attribute *name* of an instance of *owner* is made from, None if nothing."""
    if not cython.compiled:
        return getattr(owner, name, None)
    found: cython.p_void = type_lookup(owner, name)
    return None if found == cython.NULL else cython.cast(object, found)


@cython.cfunc
def _own(obj: object) -> dict:
    """Return the attributes that *obj* has of its own, None where it can have none."""
    if not cython.compiled:
        return getattr(obj, "__dict__", None)
    own: cython.p_void = streams_own(obj)
    return None if own == cython.NULL else cython.cast(object, own)


@cython.cclass
class Service:
    """What a class of clients needs to be unchanged for its streams to be read here.

    :param client: hooks of the client, by which it would read
    :param worker: hooks of its worker, by which this would be told of lines
    :param stream: hooks of the stream
    :param names: whether the key has to be the name of one node
    :param end: exception that ends the stream
    """

    if cython.compiled:
        _end: type
        _client: Hooks
        _worker: Hooks
        _stream: Hooks
        _names: cython.bint
    else:
        __slots__ = ("_client", "_end", "_names", "_stream", "_worker")

    def __cinit__(self, client: Hooks, worker: Hooks, stream: Hooks, names: cython.bint, end: type):
        self._end = end
        self._client = client
        self._worker = worker
        self._stream = stream
        self._names = names

    @cython.ccall
    def applies(self, client: object, worker: object, stream: object) -> cython.bint:
        """Return whether *stream* of *client* can be read here."""
        return (
            self._client.unchanged(client)
            and self._worker.unchanged(worker)
            and self._stream.unchanged(stream)
            and (not self._names or isinstance(client.key, str))
        )


@cython.cclass
class Feed:
    """What of a client has to be unchanged for its streams to be written to here.

    :param client: hooks by which the client would write
    :param worker: hooks of its worker, by which this would be told of it
    :param stream: hooks of the stream
    :param handler: hooks of a handler that is not to be told
    """

    if cython.compiled:
        _client: Hooks
        _worker: Hooks
        _stream: Hooks
        _handler: Hooks
    else:
        __slots__ = ("_client", "_handler", "_stream", "_worker")

    def __cinit__(self, client: Hooks, worker: Hooks, stream: Hooks, handler: Hooks):
        self._client = client
        self._worker = worker
        self._stream = stream
        self._handler = handler

    @cython.cfunc
    def _write(self, client: object, stream: object, sname: object, data: object) -> cython.bint:
        """Do what the client's hooks would; return False if they have to."""
        if not isinstance(stream, StreamBuffers) or not self._stream.unchanged(stream):
            return False
        worker: object = client.worker
        if not self._client.unchanged(client) or not self._worker.unchanged(worker):
            return False
        buffers: StreamBuffers = stream
        buffers._queue(data)
        if client._engine is None or buffers.fd is None or buffers._wchunks is None:
            return True
        try:
            written = buffers._write_some()
        except BlockingIOError:
            written = 0
        except OSError:
            client._handle_write(sname)  # fails in the same way, and knows what to do
            return True
        if written:
            self._tell(worker, client.key, sname, written)
        if buffers._wchunks is not None or stream.eof or stream.events & _E_WRITE:
            client._after_write(stream)
        return True

    @cython.cfunc
    def _tell(self, worker: object, key: object, sname: object, written: object) -> object:
        """Tell *worker*, and a handler that listens, of what was written."""
        outlet: Outlet = worker._outlet
        if outlet is None:
            outlet = worker._emitter()
        if outlet._sets_node:
            worker.current_node = key
        worker.current_sname = sname
        handler: object = outlet._handler
        if handler is not None and not self._handler.unchanged(handler):
            handler.ev_written(worker, key, sname, written)


@cython.ccall
def write_to(clients: object, sname: object, data: object) -> object:
    """Write *data* to stream *sname* of all *clients* that have it."""
    for client in clients:
        stream = client.streams.get(sname)
        if stream is None:
            continue
        if cython.compiled:
            feed: object = client._feed
            if feed is not None and cython.cast(Feed, feed, typecheck=True)._write(
                client, stream, sname, data
            ):
                continue
        client._write(sname, data)


@cython.cclass
class Dispatcher:
    """Hands events of a poller to the clients they are for."""

    if cython.compiled:
        _buffer: cython.p_char

        def __cinit__(self):
            self._buffer = cython.cast(cython.p_char, PyMem_Malloc(_READ_SIZE))
            if self._buffer == cython.NULL:
                raise MemoryError

        def __dealloc__(self):
            PyMem_Free(self._buffer)

        def turn(self, epoll: cython.int, delay: cython.double, registered: dict, turn: object):
            """Wait *delay* seconds (negative: for ever), less if interrupted; hand out events."""
            self._turn(epoll, delay, registered, turn)

        def turns(self, engine: object, hooks: Hooks) -> None:
            """Take turns of the loop of *engine*, with no limit, while it has nothing else to do.

            :param hooks: of the engine, which have to be unchanged
            """
            epolling: object = engine.epolling
            while True:
                self._turn(epolling.fileno(), -1.0, engine.reg_clifds, engine._current_loopcnt)
                if engine.epolling is not epolling or not hooks.unchanged(engine):
                    return
                if not self._goes_on(engine):
                    return
                PyErr_CheckSignals()
                engine._current_loopcnt += 1

        @cython.cfunc
        def _goes_on(self, engine: object) -> cython.bint:
            """Return whether the next turn of *engine* has only descriptors to look after."""
            if not engine.evlooprefcnt > 0:
                return False
            timerq: object = engine.timerq
            if timerq.timers or timerq.armed_count:
                return False
            exits: object = engine._exits
            if exits.unwatched or exits.killed:
                return False
            return bool(engine.info.get("fanout") == engine._prev_fanout)

        @cython.cfunc
        def _turn(
            self, epoll: cython.int, delay: cython.double, registered: dict, turn: object
        ) -> object:
            fds = cython.declare(cython.int[512])
            masks = cython.declare(cython.int[512])
            number: cython.int
            milliseconds: cython.int = -1
            if delay >= 0:
                # Rounded up: a wait that ends before its timer is due would be done again.
                milliseconds = cython.cast(cython.int, min(delay * 1000.0 + 0.999, 1e9))
            with cython.nogil:
                number = streams_wait(epoll, fds, masks, milliseconds)
            if number < 0:
                if number != -EINTR:
                    raise OSError(-number, os.strerror(-number))
                try:
                    PyErr_CheckSignals()
                except InterruptedError as exc:
                    if exc.errno != EINTR:
                        raise
                return
            for at in range(number):
                self._hand_out(registered.get(fds[at]), masks[at], turn)

    else:
        __slots__ = ()

    def dispatch(self, events: object, registered: dict, turn: object) -> None:
        """Hand out *events*, pairs of a descriptor and a mask of poll(2).

        :param registered: client and stream by descriptor
        :param turn: of the loop; who was registered in it has not been waited for
        """
        for fd, event in events:
            self._hand_out(registered.get(fd), event, turn)

    @cython.cfunc
    def _hand_out(self, entry: object, event: cython.int, turn: object) -> object:
        if entry is None:
            return
        client, stream = entry
        if client._reg_epoch == turn:
            return  # the descriptor was given anew since we waited
        service: object = getattr(client, "_service", None)
        if (
            service is None
            or not isinstance(stream, StreamBuffers)
            or not self._serve(service, client, stream, event)
        ):
            client._on_ready(stream, event)

    @cython.cfunc
    def _serve(
        self, service: Service, client: object, stream: StreamBuffers, event: cython.int
    ) -> cython.bint:
        """Do what the client's hooks would; return False if they have to."""
        worker: object = client.worker
        if stream.evmask != _E_READ or stream.events != _E_READ:
            return False
        if not service.applies(client, worker, stream):
            return False
        if event & _READABLE:
            data: object = self._read(stream.fd)
            if data is None:
                return False
            if data:
                outlet: Outlet = worker._outlet
                if outlet is None:
                    outlet = worker._emitter()
                try:
                    outlet.read(client.key, stream.name, stream, data)
                    return True
                except service._end:
                    pass  # as if the client's hook had said so
        elif not event & _ENDED:
            return True
        client._engine.remove_stream(client, stream)
        return True

    @cython.cfunc
    def _read(self, fd: object) -> object:
        """Return what one read gives, None where it fails."""
        if not cython.compiled:
            try:
                return os.read(fd, _READ_SIZE)
            except OSError:
                return None
        number: cython.int = fd
        size: cython.Py_ssize_t
        with cython.nogil:
            size = system_read(number, self._buffer, _READ_SIZE)
        return None if size < 0 else PyBytes_FromStringAndSize(self._buffer, size)
