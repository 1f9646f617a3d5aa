"""How long a gateway may be silent before it counts as gone."""

from __future__ import annotations

from time import monotonic

from ClusterShell.Event import EventHandler

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Callable

#: Seconds for what has no limit of its own: messages under way, a busy gateway.
_SLACK = 10.0


def setup_limit(info: Any) -> float | None:
    """Return the most seconds a gateway may take to be set up, None for any.

    :param info: function that gives the settings of the task

    Once ``connect_timeout`` for the connection, once more for Python to start.
    """
    timeout = float(info("connect_timeout", 0) or 0)
    return 2 * timeout if timeout > 0 else None


def silence_limit(timeouts: Iterable[float | None], hops: int, info: Any) -> float | None:
    """Return the most seconds a gateway may be silent, None for any.

    :param timeouts: those of the workers it serves
    :param hops: from the gateway to the farthest node behind it

    A command that ran out of time is reported when its time is over; each hop may take
    its time to connect.  One command without a limit may keep the others waiting.
    """
    longest = 0.0
    for timeout in timeouts:
        if timeout is None or timeout <= 0:
            return None
        longest = max(longest, timeout)
    if not longest:
        return None
    slack = float(info("connect_timeout", 0) or 0) or _SLACK
    return longest + slack * max(hops, 1)


class Watch(EventHandler):
    """Calls *expired* when nothing has been heard for too long.

    A message costs the reading of a clock: the timer finds out by itself that it has
    come too early.
    """

    def __init__(self, task: Any, expired: Callable[[float], None]) -> None:
        self._task = task
        self._expired = expired
        self._timer: Any = None
        self._limit: float | None = None
        self._heard = 0.0

    def heard(self) -> None:
        """The gateway has said something."""
        self._heard = monotonic()

    def limit(self, seconds: float | None) -> None:
        """From now on *seconds* may pass in silence, any number of them if None."""
        self._limit = seconds
        self.heard()
        if self._timer is not None:
            self._timer.invalidate()
            self._timer = None
        if seconds is not None:
            self._timer = self._task.timer(seconds, self, autoclose=True)

    def ev_timer(self, timer: Any) -> None:
        """Look whether the time is really over."""
        if timer is not self._timer or self._limit is None:
            return
        left = self._heard + self._limit - monotonic()
        if left > 0:
            timer.set_nextfire(left)
            return
        limit = self._limit
        self.limit(None)
        self._expired(limit)
