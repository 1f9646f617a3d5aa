"""Timers of an engine: a heap of firing times with lazy removal."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from time import monotonic

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from ClusterShell._engine.client import Timed


class TimerCase:
    """One armed firing of a client; ``client`` is None once disarmed."""

    __slots__ = ("client", "fire_date", "serial")

    def __init__(self, client: Timed, fire_date: float, serial: int):
        self.client: Timed | None = client
        self.fire_date = fire_date
        self.serial = serial

    def __lt__(self, other: TimerCase) -> bool:
        # Equal dates fire in the order in which they were armed.
        return (self.fire_date, self.serial) < (other.fire_date, other.serial)


class TimerQueue:
    """Queue of the armed timers of *engine*.

    Disarming only marks an entry; marked entries leave the heap when they reach
    its top, or all together when they outnumber the armed ones, so that many
    commands with a long timeout do not pile up behind one another.
    """

    __slots__ = ("__weakref__", "_engine", "_serial", "armed_count", "deadline", "timers")

    def __init__(self, engine: Any):
        self._engine = engine
        self.timers: list[TimerCase] = []
        self.armed_count = 0
        #: When the run is to end, if it is.
        self.deadline: float | None = None
        self._serial = 0

    def __len__(self) -> int:
        return self.armed_count

    def schedule(self, client: Timed) -> None:
        """Arm *client* to fire in ``client.fire_delay`` seconds from now."""
        self._arm(client, monotonic() + client.fire_delay, 0 if client.autoclose else 1)

    def reschedule(self, client: Timed) -> None:
        """Arm *client* anew, from now, or disarm it where its delay is negative.

        Does nothing if it is not armed.
        """
        case = client._timercase
        if case is None or case.client is None:
            return  # or firing right now: _fire() arms it again with the new delay
        self.invalidate(client)
        if client.fire_delay >= 0.0:
            self.schedule(client)

    def _arm(self, client: Timed, fire_date: float, held: int) -> None:
        self._serial += 1
        case = TimerCase(client, fire_date, self._serial)
        # No call in between, so that no interrupt leaves one counted and not the other.
        self.armed_count += 1
        self._engine.evlooprefcnt += held
        client._timercase = case
        heappush(self.timers, case)

    def invalidate(self, client: Timed) -> None:
        """Disarm *client*; one that is not armed has no delay nor interval any more."""
        case = client._timercase
        client._timercase = None
        # One that fires right now is not armed: fire_expired has taken it out.
        if case is None or case.client is None:
            client.fire_delay = client.interval = -1.0
            return
        case.client = None
        self.armed_count -= 1
        if not client.autoclose:
            self._engine.evlooprefcnt -= 1
        if len(self.timers) > 64 and len(self.timers) > 2 * self.armed_count:
            self.timers = [case for case in self.timers if case.client is not None]
            heapify(self.timers)

    def _drop_disarmed(self) -> None:
        timers = self.timers
        while timers and timers[0].client is None:
            heappop(timers)

    def fire_expired(self) -> None:
        """Fire what was due when the call began; repeating timers are armed again.

        A timer armed by a handler meanwhile waits for the next call, so a handler
        that re-arms with no delay cannot keep the streams from being served.
        """
        self._drop_disarmed()
        now = monotonic()
        last = self._serial
        while self.timers and self.timers[0].fire_date <= now:
            case = self.timers[0]
            if case.serial > last:
                break
            heappop(self.timers)
            if case.client is not None:
                self._fire(case)
            self._drop_disarmed()

    def _fire(self, case: TimerCase) -> None:
        client: Any = case.client
        case.client = None
        self.armed_count -= 1
        held = not client.autoclose
        client.fire_delay = -1.0
        again = -1.0
        try:
            client._fire()
            # The handler may have given a new delay, or another interval.
            if client.fire_delay >= 0.0:
                again = client.fire_delay
            elif client.interval > 0.0:
                again = client.interval
        finally:
            if client._timercase is case and again >= 0.0:
                self._arm(client, monotonic() + again, 0)
            else:
                if client._timercase is case:
                    client._timercase = None
                if held:
                    self._engine.evlooprefcnt -= 1

    def nextfire_delay(self) -> float:
        """Return the seconds until the next firing, 0 if it is due, -1 if none is armed."""
        self._drop_disarmed()
        if not self.timers:
            return -1.0
        return max(0.0, self.timers[0].fire_date - monotonic())

    def clients(self) -> list[Timed]:
        """Return what is armed."""
        return [case.client for case in self.timers if case.client is not None]

    def clear(self) -> None:
        """Disarm all timers."""
        for client in self.clients():
            self.invalidate(client)
        self.timers = []
