"""The streams of a client."""

from __future__ import annotations

import os

from ClusterShell._accel import attributes, dispatch, streams
from ClusterShell.Engine.Engine import E_READ, E_WRITE

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


#: The hooks of a client by which it reads a stream.
READING = ("_on_ready", "_handle_read", "_read", "_readlines")

_Buffers: Any = streams.StreamBuffers


def feed(client: type, worker: type, stream: type, unheard: Any) -> Any:
    """Return what says whether the kernel may write in place of a *client* and its *worker*.

    :param unheard: hooks of a handler that need not be told
    """
    return dispatch.Feed(
        attributes.Hooks(client, "_write", "_handle_write", "_after_write"),
        attributes.Hooks(worker, "_on_written", "_emitter"),
        attributes.Hooks(stream, "queue", "write_some", "to_write"),
        unheard,
    )


class Stream(_Buffers):
    """A stream of a client: a descriptor with its buffers, as an engine watches it."""

    __slots__ = ("closefd", "eof", "name", "new_events", "retain")

    def __init__(self, name: str) -> None:
        _Buffers.__init__(self)
        self.name = name
        self.eof = False
        #: What the engine is asked to watch it for.
        self.new_events = 0
        self.retain = self.closefd = True

    def set_file(
        self, sfile: Any, evmask: int = 0, retain: bool = True, closefd: bool = True
    ) -> None:
        """Use *sfile*, a file object or descriptor, for *evmask* (``E_READ``, ``E_WRITE``).

        The file object itself is not kept: the caller must, until the stream is closed.
        """
        if type(sfile) is not int and hasattr(sfile, "fileno"):
            sfile = sfile.fileno()
        self.hold(sfile, evmask)
        self.retain = retain
        self.closefd = closefd

    def __repr__(self) -> str:
        name = self.__class__.__name__
        sizes = f"rbuflen={len(self.rbuf)} wbuflen={len(self.wbuf)}"
        flags = f"eof={self.eof:d} evmask=0x{self.evmask:x}"
        return f"<{name} at 0x{id(self)} (name={self.name} fd={self.fd} {sizes} {flags})>"

    def close(self) -> None:
        """Close the descriptor, if it is ours to close."""
        fd = self.give_up()
        if fd is not None and self.closefd:
            os.close(fd)

    def readable(self) -> bool:
        """Return whether this is set up for reading."""
        return bool(self.evmask & E_READ)

    def writable(self) -> bool:
        """Return whether this is set up for writing."""
        return bool(self.evmask & E_WRITE)


class Streams(dict):
    """The streams of a client by name: what asks for them, and closes them."""

    __slots__ = ()

    #: What the streams are.
    _kind: type[Stream] = Stream

    def set_stream(
        self,
        sname: str,
        sfile: Any = None,
        evmask: int = 0,
        retain: bool = True,
        closefd: bool = True,
    ) -> Any:
        """Add stream *sname*, or change its file and settings if it is there; return it."""
        stream = self.get(sname)
        if stream is None:
            stream = self[sname] = self._kind(sname)
        stream.set_file(sfile, evmask, retain, closefd)
        return stream

    def set_reader(
        self, sname: str, sfile: Any = None, retain: bool = True, closefd: bool = True
    ) -> None:
        """Add or change a stream to read from; see :meth:`set_stream`."""
        self.set_stream(sname, sfile, E_READ, retain, closefd)

    def set_writer(
        self, sname: str, sfile: Any = None, retain: bool = True, closefd: bool = True
    ) -> None:
        """Add or change a stream to write to; see :meth:`set_stream`."""
        self.set_stream(sname, sfile, E_WRITE, retain, closefd)

    def destroy(self, key: Any) -> None:
        """Close stream *key* and forget it."""
        self[key].close()
        dict.__delitem__(self, key)

    def __delitem__(self, key: Any) -> None:
        self.destroy(key)

    def clear(self) -> None:
        """Close and forget all streams."""
        for stream in self.values():
            stream.close()
        dict.clear(self)

    def active_readers(self) -> Any:
        """Iterate over the open streams set up for reading."""
        return (stream for stream in self.readers() if stream.fd is not None)

    def readers(self) -> Any:
        """Iterate over all streams set up for reading."""
        return (stream for stream in self.values() if stream.evmask & E_READ)

    def active_writers(self) -> Any:
        """Iterate over the open streams set up for writing."""
        return (stream for stream in self.writers() if stream.fd is not None)

    def writers(self) -> Any:
        """Iterate over all streams set up for writing."""
        return (stream for stream in self.values() if stream.evmask & E_WRITE)

    def retained(self) -> bool:
        """Return whether a stream is left that keeps the client alive."""
        for stream in self.values():  # noqa: SIM110 (called for every stream's end)
            if stream.fd is not None and stream.retain:
                return True
        return False
