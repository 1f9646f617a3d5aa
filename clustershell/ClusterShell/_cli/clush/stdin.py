"""Forwarding standard input to all nodes, at the pace of the slowest that runs.

Every node gets all of the input, whenever it starts.  What is kept for those that
have not started is kept once, and on disk if it is much.
"""

from __future__ import annotations

import os
import stat
import threading
from contextlib import suppress

from ClusterShell._cli import fdio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ClusterShell._cli.clush.run import Run

#: How many bytes are read at a time.
CHUNK = 64 * 1024

#: How many bytes a node that is behind is given at a time.
_PART = 256 * 1024

#: How many bytes may be on the way to a running node before reading pauses.
WINDOW = 1024 * 1024


class Flow:
    """Says when more input may be read.

    Input is let in while every running node has received all of it but
    ``WINDOW`` bytes.
    """

    def __init__(self) -> None:
        self._sent = 0
        self._received: dict[str, int] = {}
        self._slow: set[str] = set()
        self._gate = threading.Event()
        self._gate.set()

    def wait(self) -> None:
        """Return when more input may be read; for the thread that reads."""
        self._gate.wait()

    def started(self, node: str) -> None:
        """Take note that `node` runs."""
        self._received[node] = 0
        if self._sent > WINDOW:
            self._slow.add(node)
            self._gate.clear()

    def sent(self, size: int) -> None:
        """Take note that `size` more bytes are on the way."""
        self._sent += size
        limit = self._sent - WINDOW
        if limit > 0:
            self._slow.update(node for node, got in self._received.items() if got < limit)
            if self._slow:
                self._gate.clear()

    def written(self, node: str, size: int) -> None:
        """Take note that `node` has received `size` more bytes."""
        got = self._received.get(node, 0) + size
        self._received[node] = got
        if node in self._slow and got >= self._sent - WINDOW:
            self._release(node)

    def ended(self, node: str) -> None:
        """Take note that `node` takes nothing any more."""
        self._received.pop(node, None)
        self._release(node)

    def close(self) -> None:
        """Let the reader go on, whatever is on the way."""
        self._received.clear()
        self._slow.clear()
        self._gate.set()

    def _release(self, node: str) -> None:
        self._slow.discard(node)
        if not self._slow:
            self._gate.set()


class Spool:
    """Input that is kept: in memory while it is short, then in a temporary file."""

    def __init__(self) -> None:
        self._start = bytearray()
        self._file: Any = None

    def append(self, data: bytes) -> None:
        """Keep `data`, too; raises OSError where the disk is full."""
        if self._file is None and len(self._start) + len(data) <= WINDOW:
            self._start += data
            return
        if self._file is None:
            from tempfile import TemporaryFile

            self._file = TemporaryFile()  # noqa: SIM115 (see close)
            self._file.write(self._start)
            self._start.clear()
        self._file.write(data)
        self._file.flush()

    def read(self, offset: int, size: int) -> bytes:
        """Return up to `size` of the bytes kept, from `offset` on."""
        if self._file is not None:
            return os.pread(self._file.fileno(), size, offset)
        return bytes(self._start[offset : offset + size])

    def close(self) -> None:
        """Forget it all."""
        self._start.clear()
        if self._file is not None:
            self._file.close()


class SameFile:
    """Input that need not be kept: it comes from a file, which can be read again."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._begin = os.lseek(fd, 0, os.SEEK_CUR)

    def append(self, data: bytes) -> None:
        """It is there already."""

    def read(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from `offset` on; see :class:`Spool`."""
        return os.pread(self._fd, size, self._begin + offset)

    def close(self) -> None:
        """The file stays as it is."""


def make_store(stream: Any) -> Spool | SameFile:
    """Return what keeps the input that `stream` is about to give."""
    try:
        fd = stream.fileno()
        if stat.S_ISREG(os.fstat(fd).st_mode):
            return SameFile(fd)
    except (AttributeError, OSError, ValueError):
        pass  # no descriptor: whatever it is, it is read once
    return Spool()


#: The name of the client that stands for all nodes.
_ALL = "*"


class Feed:
    """Gives input to the clients of a worker, those that start later included.

    :param worker: its clients stand for one node each, or one for all nodes.
    :param kept: what keeps the input for later.
    :param complain: function of a line, called when it cannot be kept: the nodes that it was
        kept for are then ended without it.

    To be told of the worker's events; all but :meth:`wait` is for the loop.
    """

    def __init__(
        self, worker: Any, kept: Spool | SameFile, complain: Callable[[str], None]
    ) -> None:
        self._flow = Flow()
        self._sname = worker.SNAME_STDIN
        clients = worker._engine_clients()
        self._for_all = len(clients) == 1
        if self._for_all:
            self._waiting = {_ALL: clients[0]}
        else:
            self._waiting = {client.key: client for client in clients}
        #: Clients that have all of the input that there is so far.
        self._level: dict[str, Any] = {}
        #: Clients that started later, and how far they are.
        self._behind: dict[str, tuple[Any, int]] = {}
        self._kept: Spool | SameFile | None = kept
        self._complain = complain
        #: Whether there were nodes that could not be given all of the input.
        self.failed = False
        self._size = 0
        self._ended = False

    def wait(self) -> None:
        """Return when more input may be read; for the thread that reads."""
        self._flow.wait()

    def send(self, data: bytes) -> None:
        """Pass on `data`, and keep it for who is to get it later."""
        if self._waiting or self._behind:
            assert self._kept is not None
            try:
                self._kept.append(data)
            except OSError as exc:
                self._give_up(exc)
        self._size += len(data)
        self._flow.sent(len(data))
        for client in list(self._level.values()):
            if self._sname in client.streams:
                client._write(self._sname, data)

    def end(self) -> None:
        """There is no more input."""
        self._ended = True
        for client in list(self._level.values()):
            client._set_write_eof(self._sname)

    def end_at(self, size: int) -> None:
        """All of the input is kept already: `size` bytes."""
        self._size, self._ended = size, True

    def started(self, node: str) -> None:
        """Take note that `node` runs."""
        name = _ALL if self._for_all else node
        client = self._waiting.pop(name, None)
        if client is None:
            return
        self._flow.started(name)
        self._behind[name] = (client, 0)
        self._catch_up(name)

    def written(self, node: Any, size: int) -> None:
        """Take note that `node` has received `size` more bytes."""
        name = _ALL if self._for_all else node
        self._flow.written(name, size)
        if name in self._behind:
            stream = self._behind[name][0].streams.get(self._sname)
            if stream is not None and not stream.to_write():
                self._catch_up(name)

    def ended(self, node: str) -> None:
        """Take note that `node` takes nothing any more."""
        if self._for_all:
            return  # others of its nodes may go on
        for clients in (self._waiting, self._level, self._behind):
            clients.pop(node, None)
        self._flow.ended(node)
        self._forget()

    def close(self) -> None:
        """Let the reader go on, whatever is on the way."""
        for clients in (self._waiting, self._level, self._behind):
            clients.clear()
        self._flow.close()
        self._forget()

    def _catch_up(self, name: str) -> None:
        """Give the next part of what was kept to a client that is behind."""
        client, offset = self._behind[name]
        stream = client.streams.get(self._sname)
        assert self._kept is not None
        # Not more than has been sent: a file has all of the input from the start.
        data = self._kept.read(offset, min(_PART, self._size - offset))
        if stream is not None and data:
            # Only queued: it is sent when the loop gets round to it.
            stream.queue(data)
            self._behind[name] = (client, offset + len(data))
        if not data or offset + len(data) >= self._size:
            del self._behind[name]
            self._level[name] = client
            self._forget()
            if self._ended and stream is not None:
                stream.eof = True

    def _give_up(self, exc: OSError) -> None:
        """End the nodes that the input cannot be kept for: part of it is no input."""
        from ClusterShell._cli.clush.report import nodeset

        behind = {name: client for name, (client, _) in self._behind.items()}
        lost = {**self._waiting, **behind}
        self._waiting.clear()
        self._behind.clear()
        self._forget()
        self.failed = True
        names = "all nodes" if _ALL in lost else nodeset(lost)
        self._complain(f"{names}: standard input cannot be kept: {exc}")
        for client in lost.values():
            client.abort()

    def _forget(self) -> None:
        """Let go of what was kept when nobody will want it."""
        if self._kept is not None and not self._waiting and not self._behind:
            self._kept.close()
            self._kept = None


class TreeFeed:
    """Gives input to a worker that keeps it itself for its nodes behind gateways.

    As :class:`Feed`; what is on the way to a gateway counts for each of its nodes.
    """

    def __init__(self, worker: Any) -> None:
        flow = self._flow = Flow()
        self._worker = worker
        self.failed = False
        self.wait, self.started, self.written = flow.wait, flow.started, flow.written
        self.ended, self.close = flow.ended, flow.close

    def send(self, data: bytes) -> None:
        """Pass on `data`."""
        self._flow.sent(len(data))
        self._worker.write(data)

    def end(self) -> None:
        """There is no more input."""
        self._worker.set_write_eof()


def make_feed(worker: Any, stream: Any, complain: Callable[[str], None]) -> Feed | TreeFeed | None:
    """Return the feed from `stream` for `worker`; None if its clients cannot be fed singly.

    A worker with a way of its own to write, or to refuse that, is asked each time.
    """
    from ClusterShell.Worker.Exec import ExecWorker

    if hasattr(worker, "gwtargets"):
        return TreeFeed(worker)
    for name in ("write", "set_write_eof"):
        if getattr(type(worker), name, None) is not getattr(ExecWorker, name):
            return None
    clients = worker._engine_clients()
    nodes = {client.key for client in clients if isinstance(client.key, str)}
    if len(clients) != 1 and len(nodes) != len(clients):
        return None
    if not all(hasattr(client, "_write") for client in clients):
        return None
    return Feed(worker, make_store(stream), complain)


def feed(run: Run, worker: Any, bind: Callable[[], None] | None) -> None:
    """Give *worker* its standard input: the password if there is one, and ours.

    :param bind: function that has ours forwarded; None where it is not wanted
    """
    if run.password is not None:
        worker.write(run.password.encode("utf-8", "surrogateescape") + b"\n")
    if bind is not None and run.forwarded:
        bind()
        return
    from ClusterShell.Worker.EngineClient import EngineClientNotSupportedError

    with suppress(EngineClientNotSupportedError):  # it has no standard input to end
        worker.set_write_eof()


def forward(
    stream: Any, port: Any, flow: Feed | TreeFeed | None, tell: Callable[[str], None]
) -> None:
    """Send what `stream` (of bytes) gives, and None at its end, to `port`.

    :param tell: function of a line, called when it cannot be read

    For a thread of its own: reading waits for input, and sending for the loop.
    """
    try:
        fd = stream.fileno()
    except (AttributeError, OSError, ValueError):
        fd = None
    while True:
        if flow is not None:
            flow.wait()
        try:
            # Not through the stream's buffer: it waits until it is full.
            data = stream.read(CHUNK) if fd is None else fdio.read(fd, CHUNK)
        except (OSError, ValueError) as exc:
            tell(f"stdin: {exc}")
            data = b""
        if isinstance(data, str):
            data = data.encode()
        if not port.msg(data or None) or not data:
            return
