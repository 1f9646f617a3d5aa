# cython: initializedcheck=False
"""Turns of the loop, reading and writing in place of clients.

A :class:`Dispatcher` waits and reads; what it has read becomes lines in the
:class:`StreamBuffers` of the stream, and the :class:`Outlet` of the worker hands these to the
handler and to the results.  :func:`write_to` writes to clients.  All of it is done here only
for clients and workers that have said, by a :class:`Service` or a :class:`Feed`, which of their
methods would do the same, and whose methods these still are (:class:`Hooks`); others get their
hooks called.

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
    from cython.cimports.ClusterShell._compiled.dispatch import (
        EINTR,
        PyErr_CheckSignals,
        PyMem_Free,
        PyMem_Malloc,
        dispatch_own,
        dispatch_tag,
        dispatch_wait,
        system_read,
        type_lookup,
    )
    from cython.cimports.ClusterShell._compiled.streams import Outlet, StreamBuffers
    from cython.cimports.cpython.bytes import PyBytes_FromStringAndSize
else:
    from ClusterShell._kernels.streams import Outlet, StreamBuffers

#: Readiness as poll(2) tells it: what can be read, and what has ended.
_READABLE = cython.declare(cython.int, 0x1 | 0x2)  # POLLIN, POLLPRI
_ENDED = cython.declare(cython.int, 0x8 | 0x10 | 0x20)  # POLLERR, POLLHUP, POLLNVAL

#: What an engine watches a stream for that is only read.
_E_READ = cython.declare(cython.int, 0x1)

#: ... and once it has something to write.
_E_WRITE = cython.declare(cython.int, 0x2)

#: Most bytes of one read.
_READ_SIZE = cython.declare(cython.int, 65536)


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
            tag: cython.uint = dispatch_tag(kind)
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
            self._tag = dispatch_tag(kind)
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
    own: cython.p_void = dispatch_own(obj)
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
        StreamBuffers.queue(buffers, data)
        if client._engine is None or buffers.fd is None or not StreamBuffers.to_write(buffers):
            return True
        try:
            written = StreamBuffers.write_some(buffers)
        except BlockingIOError:
            written = 0
        except OSError:
            client._handle_write(sname)  # fails in the same way, and knows what to do
            return True
        if written:
            self._tell(worker, client.key, sname, written)
        if buffers.fd is None:
            return True
        if StreamBuffers.to_write(buffers):
            if client._engine is not None:
                client._engine.modify(client, stream.name, _E_WRITE, 0)
        elif stream.eof or stream.events & _E_WRITE:
            client._handle_write(sname)  # which finds nothing to write, and goes on
        return True

    @cython.cfunc
    def _tell(self, worker: object, key: object, sname: object, written: object) -> object:
        """Tell *worker*, and a handler that listens, of what was written."""
        outlet: Outlet = worker._outlet
        if outlet is None:
            outlet = worker._emitter()
        handler: object = outlet.wrote(key, sname)
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

        def turns(self, engine: object, exits: object, fanout: object, hooks: Hooks) -> None:
            """Take turns of the loop of *engine*, with no limit, while it has nothing else to do.

            :param exits: processes whose ends it waits for
            :param fanout: what it goes by
            :param hooks: of the engine, which have to be unchanged
            """
            epolling: object = engine.epolling
            while True:
                self._turn(epolling.fileno(), -1.0, engine.reg_clifds, engine._current_loopcnt)
                if engine.epolling is not epolling or not hooks.unchanged(engine):
                    return
                if not self._goes_on(engine, exits, fanout):
                    return
                PyErr_CheckSignals()
                engine._current_loopcnt += 1

        @cython.cfunc
        def _goes_on(self, engine: object, exits: object, fanout: object) -> cython.bint:
            """Return whether the next turn of *engine* has only descriptors to look after."""
            if not engine.evlooprefcnt > 0:
                return False
            timerq: object = engine.timerq
            if timerq.timers or timerq.armed_count:
                return False
            if exits.unwatched or exits.killed:
                return False
            return bool(engine.info.get("fanout") == fanout)

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
                number = dispatch_wait(epoll, fds, masks, milliseconds)
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
