"""Reading lines labelled with their node into a message tree."""

from __future__ import annotations

import errno

from ClusterShell._cli.fdio import check_listable, descriptor, read
from ClusterShell._cli.sink import labelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Callable

    from ClusterShell.MsgTree import MsgTree

#: How much is read at once, in bytes.
_READ_SIZE = 256 * 1024


def read_lines(stream: Any) -> Iterator[bytes]:
    """Yield what comes from *stream*, a stream of bytes, in pieces of whole lines.

    A last line without a newline gets one.  Raises OSError.
    """
    parts: list[bytes] = []
    for data in _read(stream):
        stop = data.rfind(b"\n") + 1
        if stop:
            parts.append(data[:stop])
            yield b"".join(parts)
            parts = [data[stop:]] if stop < len(data) else []
        else:
            # A long line is joined once it is complete, not read by read.
            parts.append(data)
    if parts:
        yield b"".join(parts) + b"\n"


def _read(stream: Any) -> Iterator[bytes]:
    """Yield what comes from *stream*, as soon as it comes."""
    if stream is None:
        raise OSError(errno.EBADF, "standard input is closed")
    fd = descriptor(stream)
    if fd < 0:
        yield from iter(lambda: stream.read(_READ_SIZE), b"")
    else:
        yield from iter(lambda: read(fd, _READ_SIZE), b"")


class LabelledInput:
    """Adds lines of the form label, separator, text to a message tree.

    The text of a line goes to each node of its label, which is a node set, or
    to the label itself.

    :param tree: where lines are added.
    :param separator: text between label and text.
    :param nodesets: whether labels are node sets.  Becomes false for the rest of the
        input at the first label that is none.
    :param strict: raise the error of such a label instead.
    :param echo: called with the bytes of each line read, if given.
    """

    def __init__(
        self,
        tree: MsgTree,
        separator: str,
        nodesets: bool = True,
        strict: bool = False,
        echo: Callable[[bytes], None] | None = None,
    ) -> None:
        self.nodesets = nodesets
        self._tree = tree
        self._separator = separator.encode("utf-8", "surrogateescape")
        self._strict = strict
        self._echo = echo
        self._routes: dict[bytes, list] = {}

    def add(self, stream: Any) -> None:
        """Add all lines of *stream*.

        Raises ValueError for a line without a label, the errors of NodeSet for
        a label that must be a node set and is none, and OSError.
        """
        for data in read_lines(stream):
            start = 0
            while start < len(data):
                stop = self._add_known(data, start)
                if stop < len(data):
                    self._add_route(data, stop)
                start = stop

    def _add_known(self, data: bytes, start: int) -> int:
        """Add the lines of ``data[start:]`` up to one that needs a closer look."""
        if not self._separator:
            stop = start
        else:
            stop = self._tree.add_labelled(data, start, self._separator, self._routes)
        if self._echo is not None and stop > start:
            self._echo(data[start:stop])
        return stop

    def _add_route(self, data: bytes, start: int) -> None:
        """Learn where the text of the label of the line at *start* goes."""
        line = data[start : data.index(b"\n", start)].rstrip(b"\r")
        try:
            label, _ = self._split(line)
            self._routes[label] = [self._tree.position(key) for key in self._keys(label)]
        except Exception:
            if self._echo is not None:
                self._echo(line + b"\n")
            raise

    def _split(self, line: bytes) -> list[bytes]:
        """Return label and text of *line*."""
        shown = line.decode("utf-8", "surrogateescape")
        if not self._separator:
            raise ValueError(f'empty separator: "{shown}"')
        fields = line.split(self._separator, 1)
        if len(fields) < 2:
            separator = self._separator.decode("utf-8", "surrogateescape")
            raise ValueError(f'no separator "{separator}" (see -S) in this line: "{shown}"')
        if not fields[0].strip():
            raise ValueError(f'no node found: "{shown}"')
        return fields

    def _keys(self, label: bytes) -> list[str]:
        """Return the keys that the text of *label* goes to."""
        text = label.strip().decode("utf-8", "surrogateescape")
        if not self.nodesets:
            return [text]
        if text.isalnum() and text.isascii():
            return [text]  # the name of one node
        from ClusterShell.NodeSet import NodeSet, NodeSetException

        try:
            nodes = NodeSet(text)
            check_listable(nodes)
            keys = list(nodes)
            if not keys:
                raise ValueError(f'no node found: "{text}"')
        except (NodeSetException, ValueError, AssertionError):
            if self._strict:
                raise
            self.nodesets = False
            self._routes.clear()
            return [text]
        return keys


def show_input(display: Any) -> Callable[[bytes], None]:
    """Return the function that shows the lines of the input as *display* does."""

    def echo(lines: bytes) -> None:
        if b"\r" in lines:
            lines = b"\n".join(line.rstrip(b"\r") for line in lines.split(b"\n"))
        for piece in labelled(b"INPUT ", display.content(lines[:-1])):
            display.write(piece)

    return echo
