"""Starting a worker that decides how to reach its nodes when the task runs."""

from __future__ import annotations

from ClusterShell.Engine.Engine import FANOUT_UNLIMITED
from ClusterShell.Worker.EngineClient import EngineClient

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


class _NoFanout:
    """Stands for a worker whose clients start at once."""

    _fanout = FANOUT_UNLIMITED


class Launcher(EngineClient):
    """Client without streams, which is over as soon as it has started its *worker*."""

    __slots__ = ("_launched",)

    def __init__(self, worker: Any) -> None:
        EngineClient.__init__(self, _NoFanout(), worker, False, None, True)
        self._launched = worker

    def _start(self) -> Launcher:
        try:
            self._launched._start()
        except BaseException:
            # Who has scheduled the worker may go on with others.
            self.abort()
            raise
        return self

    def _close(self, abort: bool, timeout: bool) -> None:
        """There is nothing to close."""
