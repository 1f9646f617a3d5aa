"""Lets a slow reader slow down those that write, in place of keeping what they write."""

from __future__ import annotations

from ClusterShell.Engine.Engine import E_READ

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Throttle"]

#: Bytes on their way above which nothing more is read, and below which it is again.
HIGH = 1 << 20
LOW = 1 << 18


class Throttle:
    """Counts bytes on their way out, and stops reading from clients while they are many.

    :param task: whose clients are held
    :param spared: worker whose streams are read nevertheless
    """

    def __init__(self, task: Any, spared: Any) -> None:
        self._engine = task._engine
        self._spared = spared
        self._on_their_way = 0
        self._held: dict[int, tuple[Any, Any]] = {}

    def sent(self, size: int) -> None:
        """*size* bytes are to be written."""
        self._on_their_way += size
        if self._on_their_way > HIGH:
            self._hold()

    def written(self, size: int) -> None:
        """*size* bytes have been written."""
        self._on_their_way -= size
        if self._held and self._on_their_way < LOW:
            self._release()

    def _hold(self) -> None:
        """Read from no client any more; those that have started meanwhile included."""
        for client in self._engine.clients():
            if not client.registered or client.worker is self._spared:
                continue
            for stream in client.streams.active_readers():
                if stream.events & E_READ:
                    self._engine.modify(client, stream.name, 0, E_READ)
                    self._held[id(stream)] = (client, stream)

    def _release(self) -> None:
        held, self._held = self._held, {}
        for client, stream in held.values():
            # It may have been closed, for a timeout say, and its name taken anew.
            if client.registered and client.streams.get(stream.name) is stream:
                self._engine.set_reading(client, stream.name)
