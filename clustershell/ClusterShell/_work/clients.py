"""The clients of one worker, as many as it has nodes."""

from __future__ import annotations

from ClusterShell._accel import dispatch as _kernel

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


class Clients(list):
    """Clients of one worker, in the order in which they start."""

    def write(self, buf: bytes, sname: str) -> None:
        """Write *buf* to stream *sname* of all that have it."""
        _kernel.write_to(self, sname, buf)

    def set_write_eof(self, sname: str) -> None:
        """Close stream *sname* of all, once all is written."""
        for client in self:
            client._set_write_eof(sname)

    def abort(self) -> None:
        """End all that run, and start no more."""
        # Those that wait go first, lest they take the places of those that end.
        for client in self:
            if not client.registered:
                client.abort()
        for client in self:
            client.abort()

    def of_worker(self, worker: Any) -> None:
        """Report to *worker* from now on."""
        for client in self:
            client.worker = worker
