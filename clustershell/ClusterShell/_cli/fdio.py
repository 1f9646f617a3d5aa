"""Reading and writing descriptors of any kind: those that do not block are waited for.

Whoever shares a terminal or a pipe with us may make it non-blocking (ssh does);
nothing is lost or cut short for that.
"""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def descriptor(stream: Any) -> int:
    """Return the descriptor that *stream*, of text or bytes, reads or writes, -1 if none.

    A stream that changes what goes through it, a compressed file say, has none
    in this sense.
    """
    buffer = getattr(stream, "buffer", stream)
    raw = getattr(buffer, "raw", buffer)
    return raw.fileno() if isinstance(raw, io.FileIO) else -1


def read(fd: int, size: int) -> bytes:
    """Return at most *size* bytes as soon as there are some; none at the end.

    :raises OSError: it cannot be read.
    """
    while True:
        try:
            return os.read(fd, size)
        except BlockingIOError:
            _wait(fd, writing=False)


def write(fd: int, data: bytes) -> None:
    """Write all of *data*.

    :raises OSError: it cannot be written.
    """
    left: bytes | memoryview = data
    while left:
        try:
            size = os.write(fd, left)
        except BlockingIOError:
            _wait(fd, writing=True)
        else:
            if size == len(left):
                return
            left = memoryview(left)[size:]


def _wait(fd: int, writing: bool) -> None:
    """Wait until *fd* can be read or written."""
    import select

    poll = select.poll()
    poll.register(fd, select.POLLOUT if writing else select.POLLIN)
    poll.poll()


def check_listable(elements: Any) -> None:
    """Check that *elements*, a set, are few enough to be listed.

    :raises AssertionError: they are not; the text is that of ranges which cannot be counted.
    """
    if len(elements) >= 10**9:
        raise AssertionError("range too large")


def encode(text: str, encoding: str) -> bytes:
    """Return *text* as bytes; bytes that came in as text come out again."""
    try:
        return text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return text.encode(encoding, "backslashreplace")


class Lines:
    """Lines of text for *stream*, written when there are many, or on leaving the context.

    ``shown`` is the function of a text that returns what a terminal is to get
    of it, None where the stream is no terminal.  Without a stream nothing is
    written.
    """

    _LIMIT = 64 * 1024

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._held: list[str] = []
        self._size = 0
        self.shown = None
        if stream is not None and stream.isatty():
            from ClusterShell._cli.controls import visible

            self.shown = visible

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()

    def say(self, text: str) -> None:
        """Write a line, without control characters to a terminal."""
        self.write(self.shown(text) if self.shown else text)

    def write(self, text: str) -> None:
        """Write a line as it is."""
        self._held.append(text)
        self._size += len(text) + 1
        if self._size >= self._LIMIT:
            self._flush()

    def _flush(self) -> None:
        if not self._held:
            return
        text = "\n".join([*self._held, ""])
        self._held, self._size = [], 0
        if self._stream is None:
            return
        fd = descriptor(self._stream)
        if fd < 0:
            self._stream.write(text)
        else:
            self._stream.flush()  # what was printed before
            write(fd, encode(text, self._stream.encoding))


def texts(stream: Any, size: int) -> Iterator[str]:
    """Yield what comes from *stream*, a text stream, about *size* characters at a time.

    An empty text comes last.

    :raises OSError: it cannot be read.
    :raises UnicodeDecodeError: it is no text.
    """
    fd = descriptor(stream)
    if fd < 0:
        text = " "
        while text:
            text = stream.read(size)
            yield text
        return
    import codecs

    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(stream.encoding)(stream.errors), translate=True
    )
    parts: list[str] = []
    held = 0
    data = b" "
    while data:
        data = read(fd, size)
        parts.append(decoder.decode(data, final=not data))
        held += len(parts[-1])
        if held >= size or (held and not data):
            yield "".join(parts)
            parts, held = [], 0
    yield ""


def drop_output() -> None:
    """Let nothing be written at exit to an output that has failed."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
