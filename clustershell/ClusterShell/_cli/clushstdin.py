"""Forwarding standard input to all nodes, at the pace of the slowest that runs."""

from __future__ import annotations

import os
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: How many bytes are read at a time.
CHUNK = 64 * 1024

#: How many bytes may be on the way to a running node before reading pauses.
WINDOW = 1024 * 1024


class Flow:
    """Says when more input may be read.

    Input is let in while every running node has received all of it but
    ``WINDOW`` bytes.  Nodes that have not started yet cannot take part: they
    get all of the input from memory when they start, where it is kept once.
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


def forward(stream: Any, port: Any, flow: Flow | None) -> None:
    """Send what `stream` (of bytes) gives, and None at its end, to `port`.

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
            data = stream.read(CHUNK) if fd is None else os.read(fd, CHUNK)
        except (OSError, ValueError):
            data = b""
        if isinstance(data, str):
            data = data.encode()
        if not port.msg(data or None) or not data:
            return
