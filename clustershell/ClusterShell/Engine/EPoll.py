"""Engine on Linux ``epoll(7)``: waiting costs what is ready, not what is open."""

from __future__ import annotations

import select

from ClusterShell._accel import attributes, dispatch
from ClusterShell._lazy import ABOVE, lazy_names
from ClusterShell.Engine.Engine import E_READ, E_WRITE, Engine, EngineNotSupportedError

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = ["E_READ", "E_WRITE", "Engine", "EngineEPoll", "EngineNotSupportedError", "select"]

__getattr__ = lazy_names(
    globals(),
    {**ABOVE, "EngineTimeoutException": "ClusterShell.Engine.Engine", "errno": None, "time": None},
)


class EngineEPoll(Engine):
    """Poller over a :class:`select.epoll` object, kept in ``epolling``."""

    identifier = "epoll"
    watches_closed = False

    def __init__(self, info: dict[str, Any]) -> None:
        Engine.__init__(self, info)
        try:
            self.epolling = select.epoll()
        except AttributeError:
            raise EngineNotSupportedError(EngineEPoll.identifier) from None

    def release(self) -> None:
        self.epolling.close()

    def _register_specific(self, fd: int, event: int) -> None:
        self.epolling.register(fd, _mask(event))

    def _unregister_specific(self, fd: int, ev_is_set: int) -> None:
        if ev_is_set:
            try:  # noqa: SIM105 (suppress() costs more)
                self.epolling.unregister(fd)
            except FileNotFoundError:
                pass  # an interrupt came before it was registered

    def _modify_specific(self, fd: int, event: int, setvalue: bool) -> None:
        self.epolling.modify(fd, _mask(event) if setvalue else 0)

    def _wait(self, delay: float) -> list[tuple[int, int]]:
        return self.epolling.poll(delay, _MAX_EVENTS)

    def _turn(self, delay: float) -> None:
        """Wait up to *delay* seconds, and hand out what is ready: compiled, in one call.

        It takes the turns that follow, too, until the loop has more to do than to wait.
        """
        if not (_WAITS and _WAITING.unchanged(self) and type(self.epolling) is select.epoll):
            Engine._turn(self, delay)
        else:
            self._dispatcher.turns(self, self._exits, self._prev_fanout, delay, _WAITING)


#: Whether the kernel can wait, and what has to be unchanged for it to do so.
_WAITS = hasattr(dispatch.Dispatcher, "turns")
_WAITING = attributes.Hooks(EngineEPoll, "_wait", "_dispatch", "_turn", "runloop", "fire_timers")


#: Events taken in one wait; more are left for the next, so timers stay in time.
_MAX_EVENTS = 512


def _mask(event: int) -> int:
    return (select.EPOLLIN if event & E_READ else 0) | (select.EPOLLOUT if event & E_WRITE else 0)
