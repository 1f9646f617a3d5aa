"""Engine on ``select(2)``, for descriptors below its limit (1024 on most systems)."""

from __future__ import annotations

import errno
import os
import select

from ClusterShell._lazy import ABOVE, lazy_names
from ClusterShell.Engine.Engine import E_READ, E_WRITE, Engine

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = ["E_READ", "E_WRITE", "Engine", "EngineSelect", "errno", "select"]

__getattr__ = lazy_names(
    globals(),
    {
        **ABOVE,
        "EngineTimeoutException": "ClusterShell.Engine.Engine",
        "logging": None,
        "sys": None,
        "time": None,
    },
)

#: First descriptor that does not fit into an fd_set.
FD_SETSIZE = 1024

_IN, _OUT = 0x1, 0x4  # POLLIN and POLLOUT, what the loop understands


class EngineSelect(Engine):
    """Poller over :func:`select.select`; ``_fds_r`` and ``_fds_w`` are what it watches."""

    identifier = "select"
    fd_limit = FD_SETSIZE

    def __init__(self, info: dict[str, Any]) -> None:
        Engine.__init__(self, info)
        self._fds_r: set[int] = set()
        self._fds_w: set[int] = set()

    def _register_specific(self, fd: int, event: int) -> None:
        if fd >= FD_SETSIZE:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        if event & E_READ:
            self._fds_r.add(fd)
        if event & E_WRITE:
            self._fds_w.add(fd)

    def _unregister_specific(self, fd: int, ev_is_set: int) -> None:
        self._fds_r.discard(fd)
        self._fds_w.discard(fd)

    def _modify_specific(self, fd: int, event: int, setvalue: bool) -> None:
        self._unregister_specific(fd, True)
        if setvalue:
            self._register_specific(fd, event)

    def _wait(self, delay: float) -> list[tuple[int, int]]:
        reading, writing, _ = select.select(
            self._fds_r, self._fds_w, (), None if delay < 0 else delay
        )
        events = dict.fromkeys(reading, _IN)
        for fd in writing:
            events[fd] = events.get(fd, 0) | _OUT
        return list(events.items())

    def _watch_nothing(self) -> None:
        self._fds_r.clear()
        self._fds_w.clear()
