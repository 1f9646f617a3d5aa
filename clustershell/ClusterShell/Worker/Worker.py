"""Workers: one piece of work of a task, on one or many targets.

``DistantWorker`` is the base of workers with nodes (``Exec``, ``Ssh``, ``Rsh``, ``Pdsh``,
``Tree``); ``StreamWorker`` works on descriptors the program already has.
"""

from __future__ import annotations

from ClusterShell._accel import attributes
from ClusterShell._accel import dispatch as _kernel
from ClusterShell._accel import streams as _streams
from ClusterShell._lazy import lazy_names
from ClusterShell._work.buffers import READING, feed
from ClusterShell._work.emit import UNHEARD, Emitter, invoke
from ClusterShell._work.results import NodeResults, Results
from ClusterShell.Engine.Engine import E_WRITE, FANOUT_DEFAULT, FANOUT_UNLIMITED
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Worker.EngineClient import EngineClient, EngineClientEOF, EngineClientStream

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from ClusterShell.Event import EventHandler

__all__ = [
    "DistantWorker",
    "EngineClient",
    "FANOUT_DEFAULT",
    "FANOUT_UNLIMITED",
    "NodeSet",
    "StreamClient",
    "StreamWorker",
    "Worker",
    "WorkerBadArgumentError",
    "WorkerError",
    "WorkerException",
    "WorkerSimple",
]

__getattr__ = lazy_names(globals(), {"getfullargspec": "inspect", "warnings": None})


class WorkerException(Exception):
    """Base of the exceptions of workers."""


class WorkerError(WorkerException):
    """The worker cannot do what is asked."""


#: Former name of what constructors raise for bad arguments.
WorkerBadArgumentError = ValueError


#: Calls a method of a handler, also one with an old signature; known to programs.
_eh_sigspec_invoke_compat = invoke


class Worker(Results):
    """Base of all workers.

    :param handler: EventHandler to tell of events, or None

    A worker may be scheduled once, with ``task.schedule()``; ``task.shell()`` and the
    like make and schedule one.  The ``current_*`` attributes hold what the event being
    handled is about.
    """

    #: Names of the standard streams.
    SNAME_STDIN = "stdin"
    SNAME_STDOUT = "stdout"
    SNAME_STDERR = "stderr"

    def __init__(self, handler: Any) -> None:
        self.__handler = handler
        self._outlet: Emitter | None = None
        self.__fanout: int | None = FANOUT_DEFAULT
        self._update_task_rc = True
        self.task: Any = None
        self.started = False
        self._finished = False
        self.metaworker: Any = None
        self.metarefcnt = 0
        self.current_node: Any = None
        self.current_msg: bytes | None = None
        self.current_errmsg: bytes | None = None
        self.current_rc: int | None = 0
        self.current_sname: str | None = None

    @property
    def eh(self) -> EventHandler | None:
        """The EventHandler that is told of events, or None; may be set at any time."""
        return self.__handler

    @eh.setter
    def eh(self, handler: EventHandler | None) -> None:
        self.__handler = handler
        self._outlet = None

    @property
    def _fanout(self) -> int | None:
        """Most clients of this worker at a time; FANOUT_DEFAULT to share the task's."""
        return self.__fanout

    @_fanout.setter
    def _fanout(self, value: int | None) -> None:
        self.__fanout = value
        if self.task is not None:
            self.task._engine.fanout_changed(self)

    def _set_task(self, task: Any) -> None:
        """Bind to *task*; called by ``task.schedule()``."""
        if self.task is not None:
            raise WorkerError("worker has already been scheduled")
        self.task = task
        self._outlet = None

    def _task_bound_check(self) -> None:
        """:raises WorkerError: not bound to a task"""
        if not self.task:
            raise WorkerError("worker is not task bound")

    def _engine_clients(self) -> list[Any]:
        """Return the engine clients that do the work."""
        raise NotImplementedError("Derived classes must implement.")

    # -- events

    def _start_once(self) -> None:
        """The first client has started."""
        self.started = True
        if self.eh is not None:
            try:
                self.eh.ev_start(self)
            except BaseException:
                self.started = False  # there will be no ev_close
                raise

    def _on_start(self, key: Any) -> None:
        """The client of *key* has started."""
        self.current_node = key
        if not self.started:
            self._start_once()
        if self.eh is not None and not self._finished:
            self.current_node = key
            invoke(self.eh.ev_pickup, 2, self, key)

    def _on_close(self, key: Any, rc: int | None = None) -> None:
        """The client of *key* has ended by itself, with exit code *rc* if it has one."""
        self.current_node = key
        self.current_rc = rc
        if self.eh is not None:
            invoke(self.eh.ev_hup, 2, self, key, rc)

    def _on_written(self, key: Any, bytes_count: int, sname: str) -> None:
        """*bytes_count* bytes have been written to stream *sname* of *key*."""
        if self._sets_node:
            self.current_node = key
        self.current_sname = sname
        handler = self.__handler
        if handler is not None:
            handler.ev_written(self, key, sname, bytes_count)

    def _emit_close(self, timedout: bool) -> None:
        """The work is over; called once by the last client."""
        self._finished = True
        if self.eh is None:
            return
        if timedout and hasattr(self.eh, "ev_timeout"):
            self._emit_timeout()
        invoke(self.eh.ev_close, 2, self, timedout)

    def _emit_timeout(self) -> None:
        """Call the ev_timeout that handlers had before version 1.9."""
        self.eh.ev_timeout(self)  # type: ignore[union-attr]

    def _emitter(self) -> Emitter:
        """Return what hands out the lines of this worker, to the handler it has now."""
        outlet = self._outlet
        if outlet is None:
            ledger = None if self.task is None else self._results()
            outlet = self._outlet = Emitter(self, self.__handler, ledger, self._sets_node)
        return outlet

    #: Whether ``current_node`` tells where a line is from.
    _sets_node = True

    def abort(self) -> None:
        """Abort all that this worker does; harmless if it has ended."""
        raise NotImplementedError("Derived classes must implement.")


class DistantWorker(Worker, NodeResults):
    """Base of workers that work on nodes; keys are node names."""

    #: Whether one of them has run into its timeout.
    _has_timeout = False

    if TYPE_CHECKING:  # each kind has its own, and this class none

        def write(self, buf: bytes) -> None: ...

        def set_write_eof(self) -> None: ...

    def _on_node_msgline(self, node: Any, msg: bytes, sname: str) -> None:
        """Line *msg* has come from *node* on stream *sname*."""
        self._emitter().one(node, sname, msg)

    def _on_node_close(self, node: Any, rc: int | None) -> None:
        """The command of *node* has ended with exit code *rc*."""
        if self._update_task_rc:
            self._results().set_code(self, node, rc)
        self._on_close(node, rc)

    def _on_node_timeout(self, node: Any) -> None:
        """The command of *node* has run into its timeout."""
        self.current_node = node
        self._has_timeout = True
        self._results().set_timeout(self, node)
        late = getattr(self.eh, "_ev_late", None)  # for the tools of this package
        if late is not None:
            late(self, node)


class StreamClient(EngineClient):
    """The client of a StreamWorker."""

    __slots__ = ()

    def _start(self) -> Any:
        """Tell that the worker has started; the streams are open already."""
        self.worker._on_start(self.key)
        return self

    def _close(self, abort: bool, timeout: bool) -> None:
        """Close the streams and tell that the worker has ended; a timeout loses nothing read."""
        worker = self.worker
        if timeout or not abort:
            for stream in list(self.streams.readers()):
                self._flush_read(stream.name)
        self.streams.clear()
        if timeout:
            assert abort, "abort flag not set on timeout"
            worker._on_timeout(self.key)
        if worker.started:
            worker._on_close(self.key)
            worker._emit_close(timeout)

    def _handle_read(self, sname: str) -> None:
        """Take in what stream *sname* has, and hand out the lines it completes."""
        data = self._read(sname)
        worker = self.worker
        if _LINES.unchanged(worker):
            worker._emitter().read(self.key, sname, self.streams[sname], data)
            return
        for line in _streams.split_lines(self.streams[sname].complete(data) or b""):
            worker._on_msgline(self.key, line, sname)

    def _flush_read(self, sname: str) -> None:
        """Hand out what is left without an end of line."""
        stream = self.streams[sname]
        rest = stream.rbuf
        if stream.readable() and rest:
            stream.rbuf = b""
            self.worker._on_msgline(self.key, rest, sname)

    def write(self, buf: bytes, sname: str | None = None) -> None:
        """Write *buf* to stream *sname*, or to all that can be written."""
        if sname:
            _kernel.write_to([self], sname, buf)  # closed ones take nothing, and say nothing
        else:
            for stream in list(self.streams.values()):
                if stream.evmask & E_WRITE:
                    _kernel.write_to([self], stream.name, buf)

    def set_write_eof(self, sname: str | None = None) -> None:
        """Close stream *sname*, or all that can be written, once all is written."""
        if sname:
            self._set_write_eof(sname)
        else:
            for writer in list(self.streams.writers()):
                self._set_write_eof(writer.name)


class StreamWorker(Worker):
    """Worker on streams the program has: files, pipes, sockets.

    :param handler: EventHandler or None
    :param key: what results are kept under, by default the worker itself
    :param stderr: whether there is a separate stream of errors
    :param timeout: seconds after which the worker is aborted, None or negative for none
    :param autoclose: whether the loop may end while this worker still runs

    Streams are added with :meth:`set_reader` and :meth:`set_writer` before the worker
    is scheduled.
    """

    def __init__(
        self,
        handler: Any,
        key: Any = None,
        stderr: bool = False,
        timeout: float | None = -1,
        autoclose: bool = False,
        client_class: Any = StreamClient,
    ) -> None:
        Worker.__init__(self, handler)
        if key is None:
            key = self
        self.clients = [client_class(self, key, stderr, timeout, autoclose)]

    def set_reader(self, sname: str, sfile: Any, retain: bool = True, closefd: bool = True) -> None:
        """Read lines from *sfile* as stream *sname*.

        :param retain: whether the worker lives on as long as this stream is open
        :param closefd: whether the descriptor is closed with the stream
        :raises WorkerError: the worker runs
        """
        self._streams_to_set().set_reader(sname, sfile, retain, closefd)

    def set_writer(self, sname: str, sfile: Any, retain: bool = True, closefd: bool = True) -> None:
        """Have :meth:`write` write to *sfile* as stream *sname*; see :meth:`set_reader`."""
        self._streams_to_set().set_writer(sname, sfile, retain, closefd)

    def _streams_to_set(self) -> Any:
        """Return the client's streams, which the engine does not watch yet."""
        client = self.clients[0]
        if client.registered:
            raise WorkerError("cannot add new stream at runtime")
        return client.streams

    def _engine_clients(self) -> list[Any]:
        """Return the one client."""
        return self.clients

    def set_key(self, key: Any) -> None:
        """Keep results under *key*; before anything is read."""
        self.clients[0].key = key

    _sets_node = False

    def _on_start(self, key: Any) -> None:
        """The client has started."""
        self.current_node = key
        self._tell_start(key)

    def _tell_start(self, key: Any) -> None:
        if not self.started:
            self._start_once()
        if self.eh is not None and not self._finished:
            invoke(self.eh.ev_pickup, 2, self, key)

    def _on_msgline(self, key: Any, msg: bytes, sname: str) -> None:
        """Line *msg* has come on stream *sname*."""
        self._emitter().line(key, sname, msg)

    def _emit_timeout(self) -> None:
        invoke(self.eh.ev_timeout, 2, self)  # type: ignore[union-attr]

    def _on_timeout(self, key: Any) -> None:
        """The worker has run into its timeout."""
        self._results().set_timeout(self, key)

    def abort(self) -> None:
        """End this worker now; harmless if it has ended."""
        self.clients[0].abort()

    def read(self, node: Any = None, sname: str = "stdout") -> bytes | None:
        """Return what stream *sname* has sent so far; *node* is the key, if it is given."""
        key = self.clients[0].key if node is None else node
        return self._results().message(self, key, sname)

    def write(self, buf: bytes, sname: str | None = None) -> None:
        """Write *buf* to stream *sname*, or to all that can be written."""
        self.clients[0].write(buf, sname)

    def set_write_eof(self, sname: str | None = None) -> None:
        """Close stream *sname*, or all that can be written, once all is written."""
        self.clients[0].set_write_eof(sname)


#: The hook that takes a line; where it is unchanged, nobody asks for single ones.
_LINES = attributes.Hooks(StreamWorker, "_on_msgline")

StreamClient._service = _kernel.Service(
    attributes.Hooks(StreamClient, *READING),
    attributes.Hooks(StreamWorker, "_on_msgline", "_emitter"),
    attributes.Hooks(EngineClientStream, "complete"),
    False,
    EngineClientEOF,
)
FEED = StreamClient._feed = feed(EngineClient, Worker, EngineClientStream, UNHEARD)


class WorkerSimple(StreamWorker):
    """Worker on up to three file objects, as standard streams (deprecated).

    :param file_reader: read as ``"stdout"``; None for none
    :param file_writer: written as ``"stdin"``; None for none
    :param file_error: read as ``"stderr"``; None for none
    """

    def __init__(
        self,
        file_reader: Any,
        file_writer: Any,
        file_error: Any,
        key: Any,
        handler: Any,
        stderr: bool = False,
        timeout: float | None = -1,
        autoclose: bool = False,
        closefd: bool = True,
        client_class: Any = StreamClient,
    ) -> None:
        StreamWorker.__init__(self, handler, key, stderr, timeout, autoclose, client_class)
        if file_reader:
            self.set_reader(self.SNAME_STDOUT, file_reader, closefd=closefd)
        if file_error:
            self.set_reader(self.SNAME_STDERR, file_error, closefd=closefd)
        if file_writer:
            self.set_writer(self.SNAME_STDIN, file_writer, closefd=closefd)
        # The descriptors are closed with the objects, so the objects must live.
        self._filerefs = (file_reader, file_writer, file_error)

    def error_fileno(self) -> Any:
        """Return the descriptor errors are read from."""
        return self.clients[0].streams[self.SNAME_STDERR].fd

    def reader_fileno(self) -> Any:
        """Return the descriptor output is read from."""
        return self.clients[0].streams[self.SNAME_STDOUT].fd

    def writer_fileno(self) -> Any:
        """Return the descriptor input is written to."""
        return self.clients[0].streams[self.SNAME_STDIN].fd

    def error(self) -> bytes | None:
        """Return the error output so far."""
        return self.read(sname=self.SNAME_STDERR)

    def _on_start(self, key: Any) -> None:
        self._tell_start(key)

    def _on_close(self, key: Any, rc: int | None = None) -> None:
        self.current_rc = rc
        if self.eh is not None:
            invoke(self.eh.ev_hup, 2, self, key, rc)
