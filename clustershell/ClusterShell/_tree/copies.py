"""What a tree worker copies to and from nodes behind gateways."""

from __future__ import annotations

import os

from ClusterShell._tree import archive
from ClusterShell._tree.feed import Stored

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


class Sending:
    """A copy whose ``input`` is all there is to it."""

    input: Any

    def takes(self, sname: str) -> bool:
        """Return whether the output on stream *sname* is for us: it is the user's."""
        return False

    def drop(self, node: str) -> None:
        """*node* has not ended well; nothing is kept of it."""

    def ended(self, node: str) -> str | None:
        """*node* has ended; return what has gone wrong here."""
        return None

    def close(self) -> None:
        """All is over."""
        self.input.close()


class CopyTo(Sending):
    """A copy of *source* to *dest*: an archive that is the input of a command.

    :raises OSError: the source cannot be read
    """

    def __init__(self, source: str, dest: str, command: str) -> None:
        folder, name = archive.copy_target(source, dest)
        self.command = command % archive.quoted(folder)
        self.input = Stored(archive.pack(source, name))


class CopyFrom:
    """A copy of *source* into folder *dest*: archives that are the output of a command.

    :raises OSError: the folder is missing and cannot be made
    """

    def __init__(self, source: str, dest: str, command: str) -> None:
        folder, name = archive.rcopy_source(source)
        self.command = command % (archive.quoted(folder), archive.quoted(name))
        self.input: Any = None
        self._collector = archive.Collector(name, dest)
        if not os.path.exists(dest):
            os.makedirs(dest)

    def takes(self, sname: str) -> bool:
        """Return whether the output on stream *sname* is for us."""
        return sname == "stdout"

    def add(self, node: str, data: bytes) -> None:
        """Keep *data* from *node*."""
        self._collector.add(node, data)

    def drop(self, node: str) -> None:
        """*node* has not ended well: forget what it has sent."""
        self._collector.drop(node)

    def ended(self, node: str) -> str | None:
        """*node* has sent all: unpack it; return what has gone wrong."""
        try:
            self._collector.unpack(node)
        except (archive.ArchiveError, OSError) as exc:
            return str(exc)
        return None

    def close(self) -> None:
        """All is over."""
        self._collector.close()


def prepare(source: str, dest: str, command: str, reverse: bool) -> CopyTo | CopyFrom:
    """Return a copy of *source* to *dest*, with the format *command* of what runs on nodes.

    :raises OSError: the source cannot be read, or the destination not be made
    """
    return (CopyFrom if reverse else CopyTo)(source, dest, command)
