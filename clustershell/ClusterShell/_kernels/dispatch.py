# cython: initializedcheck=False, auto_pickle=False
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
    from cython.cimports.ClusterShell._compiled.attributes import (
        Attribute,
        Hooks,
        attributes_tag,
        attributes_version,
        item,
    )
    from cython.cimports.ClusterShell._compiled.dispatch import (
        EINTR,
        PyErr_CheckSignals,
        PyMem_Free,
        PyMem_Malloc,
        dispatch_now,
        dispatch_wait,
        system_read,
    )
    from cython.cimports.ClusterShell._compiled.streams import Outlet, StreamBuffers
    from cython.cimports.cpython.bytes import PyBytes_FromStringAndSize
else:
    from ClusterShell._kernels.attributes import Hooks
    from ClusterShell._kernels.streams import Outlet, StreamBuffers

if cython.compiled:
    # Of clients, and of workers.
    _worker = cython.declare(Attribute, Attribute("worker"))
    _key = cython.declare(Attribute, Attribute("key"))
    _streams = cython.declare(Attribute, Attribute("streams"))
    _service = cython.declare(Attribute, Attribute("_service", True))
    _feed = cython.declare(Attribute, Attribute("_feed"))
    _epoch = cython.declare(Attribute, Attribute("_reg_epoch"))
    _engine = cython.declare(Attribute, Attribute("_engine"))
    _outlet = cython.declare(Attribute, Attribute("_outlet"))
    # Of streams.
    _name = cython.declare(Attribute, Attribute("name"))
    _eof = cython.declare(Attribute, Attribute("eof"))
    # Of engines.
    _epolling = cython.declare(Attribute, Attribute("epolling"))
    _registered = cython.declare(Attribute, Attribute("reg_clifds"))
    _count = cython.declare(Attribute, Attribute("_current_loopcnt"))
    _held = cython.declare(Attribute, Attribute("evlooprefcnt"))
    _info = cython.declare(Attribute, Attribute("info"))
    _timerq = cython.declare(Attribute, Attribute("timerq"))
    _timers = cython.declare(Attribute, Attribute("timers"))
    _deadline = cython.declare(Attribute, Attribute("deadline"))
    _unwatched = cython.declare(Attribute, Attribute("unwatched"))
    _killed = cython.declare(Attribute, Attribute("killed"))

#: What :meth:`Dispatcher.turns` leaves to others.
_LEAVE = cython.declare(cython.double, -2.0)

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
        if self._names:
            key: object = _key.of(client) if cython.compiled else client.key
            if not isinstance(key, str):
                return False
        return (
            self._client.unchanged(client)
            and self._worker.unchanged(worker)
            and self._stream.unchanged(stream)
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
        worker: object = _worker.of(client)
        if not self._client.unchanged(client) or not self._worker.unchanged(worker):
            return False
        buffers: StreamBuffers = stream
        StreamBuffers.queue(buffers, data)
        if _engine.of(client) is None or buffers.fd is None or not StreamBuffers.to_write(buffers):
            return True
        try:
            written = StreamBuffers.write_some(buffers)
        except BlockingIOError:
            written = 0
        except OSError:
            client._handle_write(sname)  # fails in the same way, and knows what to do
            return True
        if written:
            self._tell(worker, _key.of(client), sname, written)
        if buffers.fd is None:
            return True
        if StreamBuffers.to_write(buffers):
            if client._engine is not None:
                client._engine.modify(client, stream.name, _E_WRITE, 0)
        elif _eof.of(stream) or buffers.events & _E_WRITE:
            client._handle_write(sname)  # which finds nothing to write, and goes on
        return True

    @cython.cfunc
    def _tell(self, worker: object, key: object, sname: object, written: object) -> object:
        """Tell *worker*, and a handler that listens, of what was written."""
        outlet: Outlet = _outlet.of(worker)
        if outlet is None:
            outlet = worker._emitter()
        handler: object = outlet.wrote(key, sname)
        if handler is not None and not self._handler.unchanged(handler):
            handler.ev_written(worker, key, sname, written)


@cython.ccall
def write_to(clients: object, sname: object, data: object) -> object:
    """Write *data* to stream *sname* of all *clients* that have it."""
    for client in clients:
        if cython.compiled:
            stream: object = item(_streams.of(client), sname)
        else:
            stream = client.streams.get(sname)
        if stream is None:
            continue
        if cython.compiled:
            feed: object = _feed.of(client)
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

        def turns(
            self,
            engine: object,
            exits: object,
            fanout: object,
            delay: cython.double,
            hooks: Hooks,
        ) -> None:
            """Take turns of the loop of *engine* as long as it has but to wait and to hand out.

            :param exits: processes whose ends it waits for
            :param fanout: what it goes by
            :param delay: how long the first turn waits; negative: for ever
            :param hooks: of the engine, which have to be unchanged
            """
            epolling: object = _epolling.of(engine)
            turn: object = _count.of(engine)
            kind: type = type(engine)
            # By what numbers engine and class would be found as they were.
            version: cython.ulonglong = 0
            tag: cython.uint = 0
            info: object = None
            timerq: object = None
            registered: dict = _registered.of(engine)
            while True:
                self._turn(epolling.fileno(), delay, registered, turn)
                if delay == 0:
                    return  # something is due
                if (
                    not version
                    or version != attributes_version(engine)
                    or type(engine) is not kind
                    or tag != attributes_tag(kind)
                ):
                    tag = attributes_tag(kind)
                    version = attributes_version(engine) if tag else 0
                    if _epolling.of(engine) is not epolling or not hooks.unchanged(engine):
                        return
                    if type(engine) is not kind or not _held.of(engine) > 0:
                        return
                    info = _info.of(engine)
                    timerq = _timerq.of(engine)
                    registered = _registered.of(engine)
                if _unwatched.of(exits) or _killed.of(exits):
                    return
                wanted: object = item(info, "fanout")
                if wanted is not fanout and wanted != fanout:
                    return
                delay = self._delay(timerq)
                if delay == _LEAVE:
                    return
                PyErr_CheckSignals()
                turn = turn + 1
                known: cython.bint = version == attributes_version(engine)
                _count.put(engine, turn)
                version = attributes_version(engine) if version and known else 0

        @cython.cfunc
        @cython.exceptval(-3, check=False)
        def _delay(self, timerq: object) -> cython.double:
            """Return how long the next turn may wait; negative: for ever, or not at all."""
            deadline: object = _deadline.of(timerq)
            timers: object = _timers.of(timerq)
            if deadline is None and not timers:
                return -1.0
            now: cython.double = dispatch_now()
            first: cython.double = 1e9
            if timers:
                if timers[0].client is None:
                    return _LEAVE
                first = timers[0].fire_date - now
            if deadline is not None:
                first = min(first, deadline - now)
            return first if first > 0 else _LEAVE

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
        if cython.compiled:
            epoch: object = _epoch.of(client)
            service: object = _service.of(client)
        else:
            epoch = client._reg_epoch
            service = getattr(client, "_service", None)
        if epoch is turn or epoch == turn:
            return  # the descriptor was given anew since we waited
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
        worker: object = _worker.of(client) if cython.compiled else client.worker
        if stream.evmask != _E_READ or stream.events != _E_READ:
            return False
        if not service.applies(client, worker, stream):
            return False
        if event & _READABLE:
            data: object = self._read(stream.fd)
            if data is None:
                return False
            if data:
                outlet: Outlet = _outlet.of(worker) if cython.compiled else worker._outlet
                if outlet is None:
                    outlet = worker._emitter()
                key: object = _key.of(client) if cython.compiled else client.key
                sname: object = _name.of(stream) if cython.compiled else stream.name
                try:
                    outlet.read(key, sname, stream, data)
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
