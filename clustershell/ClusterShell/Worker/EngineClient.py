"""What an engine serves: clients with named streams, and ports between threads.

A client is like a process: it is started and closed, read from and written to.
It may have any number of streams, by name.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress

from ClusterShell._accel import streams as _kernel
from ClusterShell._engine.monitor import Bell, Message, MessageQueue
from ClusterShell._lazy import import_module, lazy_names
from ClusterShell._work.buffers import Stream, Streams
from ClusterShell._work.spawn import ProcessClient
from ClusterShell.Defaults import DEFAULTS
from ClusterShell.Engine.Engine import E_READ, E_WRITE, EngineBaseTimer

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ClusterShell._engine.client import Client

__all__ = [
    "DEFAULTS",
    "E_READ",
    "E_WRITE",
    "EngineBaseTimer",
    "EngineClient",
    "EngineClientEOF",
    "EngineClientError",
    "EngineClientException",
    "EngineClientNotSupportedError",
    "EngineClientStream",
    "EngineClientStreamDict",
    "EnginePort",
    "errno",
    "os",
]

_SUBPROCESS = "ClusterShell.Worker.fastsubprocess"

__getattr__ = lazy_names(
    globals(),
    {
        "LOGGER": lambda: _logger(),
        **dict.fromkeys(("PIPE", "Popen", "STDOUT", "set_nonblock_flag"), _SUBPROCESS),
        **dict.fromkeys(("logging", "queue", "threading")),
    },
)

# Readiness as poll(2) tells it: what can be read or written, and what has ended.
_READABLE = 0x1 | 0x2  # POLLIN, POLLPRI
_WRITABLE = 0x4  # POLLOUT
_ENDED = 0x8 | 0x10 | 0x20  # POLLERR, POLLHUP, POLLNVAL


class EngineClientException(Exception):
    """Base of the exceptions of clients."""


class EngineClientEOF(EngineClientException):
    """A stream of the client has reached its end."""


class EngineClientError(EngineClientException):
    """The client cannot do what is asked."""


class EngineClientNotSupportedError(EngineClientError):
    """This kind of client does not offer the operation."""


class EngineClientStream(Stream):
    """One stream of a client: a descriptor and what is read or to be written.

    :param sfile: a file object or descriptor, or None for now
    :param evmask: what it is for: ``E_READ``, ``E_WRITE``
    """

    __slots__ = ()

    def __init__(self, name: str, sfile: Any = None, evmask: int = 0) -> None:
        Stream.__init__(self, name)
        if sfile is not None or evmask:
            self.set_file(sfile, evmask)


class EngineClientStreamDict(Streams):
    """The streams of a client by name."""

    __slots__ = ()

    _kind = EngineClientStream


class EngineClient(EngineBaseTimer, ProcessClient):
    """Base of the clients of an engine; its timer is the client's timeout.

    :param worker: parent worker, or None
    :param key: what results of this client are kept under (a node name, say)
    :param stderr: whether standard error is a stream of its own
    :param timeout: seconds after which the engine aborts the client; None or negative
        for no limit
    :param autoclose: whether the loop may end while this client still runs
    """

    __slots__ = (
        "_reg_epoch",
        "_reg_group",
        "_stderr",
        "delayable",
        "key",
        "registered",
        "streams",
        "worker",
    )

    def __init__(
        self, worker: Any, key: Any, stderr: bool, timeout: float | None, autoclose: bool
    ) -> None:
        EngineBaseTimer.__init__(self, timeout, -1, autoclose)
        self._reg_epoch = 0
        self._reg_group = None
        self.registered = False
        self.delayable = True
        self.worker = worker
        self.key = worker if key is None else key
        self._stderr = stderr
        self.streams = EngineClientStreamDict()

    def __repr__(self) -> str:
        kind = type(self)
        return f"<{kind.__module__}.{kind.__name__} instance at 0x{id(self):x} key {self.key!r}>"

    #: What has to be unchanged for the engine to read in place of this client, if it may.
    _service: Any = None

    #: ... and for it to be written to in its place.
    _feed: Any = None

    # -- life of a client, driven by the engine

    def _fire(self) -> None:
        """The timeout is over: have the engine abort this client."""
        if self._engine is not None:
            self._engine.remove(self, abort=True, did_timeout=True)

    def _start(self) -> Any:
        """Start; return self.  StarvedError has it called again when others have ended."""
        raise NotImplementedError("Derived classes must implement.")

    def _exited(self) -> Any:
        """Return whether closing this client will not have to wait for a process."""
        popen = getattr(self, "popen", None)
        return popen is None or popen.poll() is not None

    def _start_failed(self, exc: Any) -> None:
        """:meth:`_start` failed with StarvedError *exc* for good: report it for this client."""
        raise exc

    def _discard(self) -> None:
        """Undo whatever a start has done, without events; called by the engine."""
        self._end_process(True)
        self.streams.clear()

    def _close(self, abort: bool, timeout: bool) -> None:
        """Close all streams; called by the engine once, after it has unregistered this client.

        :param abort: end it, whatever it is doing
        :param timeout: the reason is a timeout
        """
        self.streams.clear()

    def _snoop(self) -> None:
        """The loop is about to begin; called by the engine on clients without a fanout."""

    def _close_stream(self, sname: str, abort: bool = False) -> None:
        """Close stream *sname*, after handing out what it has buffered unless aborted."""
        stream = self.streams.get(sname)
        if not abort and (stream is None or stream.evmask & E_READ):
            self._flush_read(sname)
        # Handlers called by the flush may have closed all streams.
        if sname in self.streams:
            self.streams.destroy(sname)

    def _on_ready(self, stream: Any, event: int) -> None:
        """Serve *stream*, of which poll(2) has told *event*; called by the engine."""
        if event & _READABLE:
            try:
                self._handle_read(stream.name)
            except EngineClientEOF:
                self._engine.remove_stream(self, stream)
        elif event & _ENDED and stream.evmask & E_READ:
            # Nothing can be read any more: no need to read in order to be told so.
            self._engine.remove_stream(self, stream)
        if stream.events & E_WRITE and stream.fd is not None:
            if event & _ENDED:
                # Nobody reads it any more; what was to be written has no use.
                stream.wbuf = b""
                self._drop_writer(stream)
            elif event & _WRITABLE:
                self._handle_write(stream.name)

    # -- reading

    def _set_reading(self, sname: str) -> None:
        """Ask the engine for events when stream *sname* can be read."""
        self._engine.set_reading(self, sname)

    def _set_writing(self, sname: str) -> None:
        """Ask the engine for events when stream *sname* can be written."""
        self._engine.set_writing(self, sname)

    def _read(self, sname: str, size: int = 65536) -> Any:
        """Return what one read of stream *sname* gives, up to *size* bytes.

        :raises EngineClientEOF: the end is reached
        """
        try:
            data = os.read(self.streams[sname].fd, size)
        except OSError as exc:
            if exc.errno == errno.EIO:  # a terminal whose other side is closed
                raise EngineClientEOF() from None
            raise
        if not data:
            raise EngineClientEOF()
        return data

    def _flush_read(self, sname: str) -> None:
        """Hand out what was read of stream *sname* and is not a whole line, if it has lines."""

    def _handle_read(self, sname: str) -> Any:
        """Stream *sname* can be read; called by the engine."""
        raise NotImplementedError("Derived classes must implement.")

    def _readlines(self, sname: str) -> Iterator[Any]:
        """Iterate over the lines that one read of stream *sname* completes."""
        text = self.streams[sname].complete(self._read(sname))
        yield from _kernel.split_lines(text or b"")

    # -- writing

    def _write(self, sname: str, buf: bytes) -> None:
        """Write *buf* to stream *sname*: now, as far as it goes, and the rest later.

        Without an engine (not scheduled) it is kept; where the stream is gone it is dropped.
        """
        stream = self.streams.get(sname)
        if stream is None:
            return
        stream.queue(buf)
        if self._engine is not None and stream.fd is not None and stream.to_write():
            self._handle_write(sname)

    def _set_write_eof(self, sname: str) -> None:
        """Close stream *sname* once all is written; while this starts, not one that is read."""
        stream = self.streams.get(sname)
        if stream is None:
            return
        stream.eof = True
        if (self.registered or stream.writable()) and not stream.to_write():
            self._handle_write(sname)

    def _handle_write(self, sname: str) -> None:
        """Stream *sname* can be written; called by the engine, or on a first try."""
        stream = self.streams[sname]
        written = 0
        if stream.to_write():
            try:
                written = stream.write_some()
            except BlockingIOError:
                written = 0
            except OSError as exc:
                if exc.errno != errno.EPIPE:
                    raise
                self._broken_pipe(stream, exc)
                return
        if written:
            self.worker._on_written(self.key, written, sname)
        self._after_write(stream)

    def _after_write(self, stream: Any) -> None:
        """Ask for what is to happen next to *stream*: more writing, closing, nothing."""
        if stream.fd is None or self._engine is None:
            return
        if stream.to_write():
            self._engine.modify(self, stream.name, E_WRITE, 0)
        elif stream.eof:
            self._drop_writer(stream)
        elif stream.events & E_WRITE:
            self._engine.modify(self, stream.name, 0, E_WRITE)

    def _broken_pipe(self, stream: Any, exc: Any) -> None:
        """Nobody reads *stream* any more: say so, and give up writing to it."""
        _logger().warning("%r: %s", self, exc)
        stream.wbuf = b""
        self._drop_writer(stream)

    def _drop_writer(self, stream: Any) -> None:
        if self.registered:
            self._engine.remove_stream(self, stream)
        elif stream.name in self.streams:
            self.streams.destroy(stream.name)

    def abort(self) -> None:
        """End this client now; harmless if it is closed or being closed."""
        if self._engine is not None:
            self._engine.remove(self, abort=True)


class EnginePort(EngineClient):
    """A port: delivers messages from any thread to the thread of the port's task.

    :param handler: its ``ev_msg(port, msg)`` is called for each message,
        its ``ev_port_start(port)`` when the port becomes ready
    :param autoclose: whether the loop may end while the port is open
    """

    def __init__(self, handler: Any = None, autoclose: bool = False) -> None:
        EngineClient.__init__(self, None, None, False, -1, autoclose)
        self.eh = handler
        self.key = id(self)
        # Messages are taken even if all places of the fanout are.
        self.delayable = False
        self._msgq = MessageQueue(DEFAULTS.port_qlimit)
        self._bell = Bell(self.streams)

    def __del__(self, close: Any = os.close) -> None:
        # A port that no engine has come to close: an interrupt has cut short what made it.
        # At the end of the program the names of this module may be gone.
        for stream in getattr(self, "streams", {}).values():
            fd, stream.fd = stream.fd, None
            if fd is not None:
                close(fd)

    def __repr__(self) -> str:
        fds = tuple(stream.fd for stream in self.streams.values())
        return f"<{self.__class__.__name__} at 0x{id(self)} (streams={fds})>"

    def _start(self) -> Any:
        if self.eh is not None:
            self.eh.ev_port_start(self)
        return self

    def _close(self, abort: bool, timeout: bool) -> None:
        """Close the port; who waits for an acknowledgement is let go."""
        self._bell.close()
        # From now on messages are dropped, so there is room for any number.
        self._msgq.lift_limit()
        while self._msgq:
            self._msgq.get().get()

    def _discard(self) -> None:
        self._close(True, False)

    def _snoop(self) -> None:
        """Take in what was sent before the loop began; called by the engine."""
        with suppress(BlockingIOError, EngineClientEOF):
            self._handle_read("in")

    def _handle_read(self, sname: str) -> None:
        """Deliver the messages that wait; the bytes in the pipe only tell of them."""
        self._read(sname)
        queue = self._msgq
        try:
            for _ in range(len(queue)):
                if not queue:
                    break  # the port was closed by a handler
                message = queue.get()
                if self.eh is not None:
                    self.eh.ev_msg(self, message.get())
                else:
                    message.get()
        finally:
            # A handler may have raised: the rest is delivered when the loop goes on.
            if queue:
                self._bell.ring()

    def msg(self, send_msg: Any, send_once: bool = False) -> bool:
        """Send *send_msg*; may be called from any thread.

        Waits until the message has been taken, unless *send_once* is true.
        Return False if the port is closed, else True.
        """
        if "out" not in self.streams:
            return False
        message = Message(send_msg, not send_once)
        self._msgq.put(message)
        if not self._bell.ring():
            return False
        message.sync()
        return True

    def msg_send(self, send_msg: Any) -> Any:
        """Send *send_msg* and do not wait for it to be taken; see :meth:`msg`."""
        return self.msg(send_msg, send_once=True)

    def has_messages(self) -> bool:
        """Return whether messages wait to be taken."""
        return len(self._msgq) > 0

    def lift_limit(self) -> None:
        """Let any number of messages wait."""
        self._msgq.lift_limit()


def _logger() -> Any:
    """Return this module's logger, which prints nothing where the program logs nothing."""
    logging = import_module("logging")
    logger = logging.getLogger(__name__)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger


if TYPE_CHECKING:

    def _as_engines_see_it(client: EngineClient) -> Client:
        return client
