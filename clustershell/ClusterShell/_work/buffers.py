"""What is read of a stream and not yet a whole line, and what is still to be written to it."""

from __future__ import annotations

import os

from ClusterShell.Engine.Engine import E_READ, E_WRITE

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

#: Buffers that wait to be written to one stream before they are joined.
_MOST_CHUNKS = 64


class StreamBuffers:
    """The two buffers of a stream, whose descriptor is ``fd``."""

    __slots__ = ("_rchunks", "_wchunks", "_wdone", "fd")

    def __init__(self) -> None:
        self.fd: Any = None
        # Read, and not yet a whole line: pieces, so that a long line is joined once.
        self._rchunks: list[bytes] = []
        # To be written: whole buffers as given, so that many streams share one, and
        # how much of the first is written.
        self._wchunks: Any = None
        self._wdone = 0

    @property
    def rbuf(self) -> bytes:
        """What was read and is not yet a whole line."""
        return b"".join(self._rchunks)

    @rbuf.setter
    def rbuf(self, data: bytes) -> None:
        self._rchunks = [data] if data else []

    def complete(self, data: bytes) -> bytes | None:
        """Return the whole lines that *data*, just read, completes; None if it does none.

        They are in one piece that ends in a newline; the rest is kept.
        """
        stop = data.rfind(b"\n") + 1
        chunks = self._rchunks
        if not stop:
            chunks.append(data)
            return None
        rest = data[stop:]
        if rest:
            data = data[:stop]
        if chunks:
            data = b"".join([*chunks, data])
            self._rchunks = []
        if rest:
            self._rchunks = [rest]
        return data

    @property
    def wbuf(self) -> bytes:
        """What is still to be written."""
        if not self._wchunks:
            return b""
        return b"".join([memoryview(self._wchunks[0])[self._wdone :], *self._wchunks[1:]])

    @wbuf.setter
    def wbuf(self, data: bytes) -> None:
        self._wchunks = [data] if data else None
        self._wdone = 0

    def to_write(self) -> bool:
        """Return whether something is still to be written."""
        return self._wchunks is not None

    def queue(self, data: bytes) -> None:
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

    def write_some(self) -> int:
        """Write as much as the descriptor takes now; return the number of bytes."""
        chunks = self._wchunks
        if self._wdone:
            written = os.writev(self.fd, [memoryview(chunks[0])[self._wdone :], *chunks[1:]])
        elif len(chunks) == 1:
            written = os.write(self.fd, chunks[0])
        else:
            written = os.writev(self.fd, chunks)
        done = self._wdone + written
        while chunks and done >= len(chunks[0]):
            done -= len(chunks.pop(0))
        self._wdone = done
        if not chunks:
            self._wchunks = None
        return written


class Stream(StreamBuffers):
    """A stream of a client: a descriptor with its buffers, as an engine watches it."""

    __slots__ = ("closefd", "eof", "events", "evmask", "name", "new_events", "retain")

    def __init__(self, name: str) -> None:
        StreamBuffers.__init__(self)
        self.name = name
        self.eof = False
        self.evmask = 0
        #: What the engine watches it for, and what it is asked to.
        self.events = self.new_events = 0
        self.retain = self.closefd = True

    def set_file(
        self, sfile: Any, evmask: int = 0, retain: bool = True, closefd: bool = True
    ) -> None:
        """Use *sfile*, a file object or descriptor, for *evmask* (``E_READ``, ``E_WRITE``).

        The file object itself is not kept: the caller must, until the stream is closed.
        """
        self.fd = sfile.fileno() if hasattr(sfile, "fileno") else sfile
        self.evmask = evmask
        self.retain = retain
        self.closefd = closefd

    def __repr__(self) -> str:
        name = self.__class__.__name__
        sizes = f"rbuflen={len(self.rbuf)} wbuflen={len(self.wbuf)}"
        flags = f"eof={self.eof:d} evmask=0x{self.evmask:x}"
        return f"<{name} at 0x{id(self)} (name={self.name} fd={self.fd} {sizes} {flags})>"

    def close(self) -> None:
        """Close the descriptor, if it is ours to close."""
        fd, self.fd = self.fd, None
        if fd is not None and self.closefd:
            os.close(fd)

    def readable(self) -> bool:
        """Return whether this is set up for reading."""
        return bool(self.evmask & E_READ)

    def writable(self) -> bool:
        """Return whether this is set up for writing."""
        return bool(self.evmask & E_WRITE)
