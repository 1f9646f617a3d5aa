"""How output reaches the user: streams of bytes.

Remote output is bytes in no particular encoding.  Files and pipes get these
bytes; a terminal gets text in which control characters are made visible, since
a terminal obeys what it is sent.
"""

from __future__ import annotations

import errno

from ClusterShell._cli import fdio
from ClusterShell._cli.controls import CONTROLS, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

#: Output held back is written as soon as it is this large, in bytes.
_HOLD_LIMIT = 64 * 1024

#: Text is labelled in pieces of about this size, in bytes.
_PIECE = 1024 * 1024


#: The labels of so many nodes are kept at most: lines of a few come in turns.
_MOST_LABELS = 1024


class _EmptyLine(bytes):
    """As a message, one line that is empty; empty bytes are no line at all."""

    def __iter__(self) -> Iterator[Any]:
        yield b""


EMPTY_LINE = _EmptyLine()


class Sink:
    """Bytes to a text stream, in order with what is printed to the stream itself.

    :param stream: text stream such as ``sys.stdout``, None if that is closed.
    :param escape: whether control characters are to be made visible: the stream is a
        terminal, and *literal* output was not asked for.

    :param on_error: function of the OSError that the first write to fail has met, which
        returns whether to go on without this stream; each write raises otherwise.

    Each :meth:`write` is one system call where the stream is a file, a pipe or
    a terminal, and has arrived when it returns, unless output is held back.
    """

    def __init__(
        self,
        stream: Any,
        literal: bool = False,
        on_error: Callable[[OSError], bool] | None = None,
    ) -> None:
        self.stream = stream
        self.on_error = on_error
        #: The error that has ended writing.
        self.failure: OSError | None = None
        self.escape = is_terminal(stream) and not literal
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._buffer = getattr(stream, "buffer", None)
        self._fd = fdio.descriptor(stream)
        self._held: list[bytes] = []
        self._held_size = 0
        self._holding = 0
        self._labels: dict[tuple[str, str], bytes] = {}

    def encode(self, text: str) -> bytes:
        """Return *text* as bytes for this stream; bytes that came in as text come out again."""
        return fdio.encode(text, self._encoding)

    def label(self, names: str, color_fmt: str) -> bytes:
        """Return what stands before a line of the nodes *names*."""
        label = self._labels.get((names, color_fmt))
        if label is None:
            if len(self._labels) >= _MOST_LABELS:
                self._labels.clear()
            shown = visible(names) if self.escape else names
            label = self._labels[names, color_fmt] = self.encode(color_fmt % f"{shown}: ")
        return label

    def shown(self, data: bytes) -> bytes:
        """Return *data*, remote output, as it may be written."""
        if not self.escape:
            return data
        text = data.decode(self._encoding, "backslashreplace").translate(CONTROLS)
        return text.encode(self._encoding, "backslashreplace")

    def __enter__(self) -> Sink:
        """Hold back what is written until there is enough of it, or until the end."""
        self._holding += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._holding -= 1
        self.flush()

    def write(self, data: bytes) -> None:
        """Write *data*.

        Raises OSError; nothing more of what was held back is written then.
        """
        if self._holding:
            self._held.append(data)
            self._held_size += len(data)
            if self._held_size >= _HOLD_LIMIT:
                self.flush()
        elif self.failure is None:
            try:
                self._write(data)
            except OSError as exc:
                self._failed(exc)

    def flush(self) -> None:
        """Write what was held back."""
        if self._held:
            parts, self._held, self._held_size = self._held, [], 0
            if self.failure is None:
                try:
                    self._write(b"".join(parts))
                except OSError as exc:
                    self._failed(exc)

    def _failed(self, exc: OSError) -> None:
        """End writing, or raise the error that it has met."""
        if self.on_error is None or not self.on_error(exc):
            raise exc
        self.failure = exc

    def _write(self, data: bytes) -> None:
        """Write all of *data* now."""
        if self._fd >= 0:
            self.stream.flush()  # earlier prints go first
            fdio.write(self._fd, data)
            return
        if self.stream is None:
            raise OSError(errno.EBADF, "standard output is closed")
        self.stream.flush()
        if self._buffer is not None:
            self._buffer.write(data)
        else:
            self.stream.write(data.decode(self._encoding, "replace"))
        self.stream.flush()


def is_terminal(stream: Any) -> bool:
    """Tell whether *stream* is a terminal; what cannot be asked is none."""
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False


def labelled(label: bytes, text: bytes) -> Iterator[bytes]:
    """Yield *text*, lines joined by newlines, with *label* before each line.

    The last piece ends in a newline.
    """
    begin = b"\n" + label
    start = 0
    while len(text) - start > _PIECE:
        stop = text.rfind(b"\n", start, start + _PIECE)
        if stop < 0:
            stop = text.find(b"\n", start + _PIECE)
            if stop < 0:
                break
        yield label + text[start:stop].replace(b"\n", begin) + b"\n"
        start = stop + 1
    yield label + (text[start:] if start else text).replace(b"\n", begin) + b"\n"
