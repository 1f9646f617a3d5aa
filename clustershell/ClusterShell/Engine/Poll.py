"""Engine on ``poll(2)``, for systems without epoll."""

from __future__ import annotations

import errno
import select

from ClusterShell._lazy import ABOVE, import_module, lazy_names
from ClusterShell.Engine.Engine import E_READ, E_WRITE, Engine, EngineNotSupportedError

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "E_READ",
    "E_WRITE",
    "Engine",
    "EngineNotSupportedError",
    "EnginePoll",
    "errno",
    "select",
]

__getattr__ = lazy_names(
    globals(),
    {
        **ABOVE,
        "EngineTimeoutException": "ClusterShell.Engine.Engine",
        "EngineException": "ClusterShell.Engine.Engine",
        "logging": None,
        "time": None,
    },
)


class EnginePoll(Engine):
    """Poller over a :class:`select.poll` object, kept in ``polling``."""

    identifier = "poll"

    def __init__(self, info: dict[str, Any]) -> None:
        Engine.__init__(self, info)
        try:
            self.polling = select.poll()
        except AttributeError:
            raise EngineNotSupportedError(EnginePoll.identifier) from None

    def _register_specific(self, fd: int, event: int) -> None:
        self.polling.register(fd, _mask(event))

    def _unregister_specific(self, fd: int, ev_is_set: int) -> None:
        if ev_is_set:
            try:  # noqa: SIM105 (suppress() costs more)
                self.polling.unregister(fd)
            except KeyError:
                pass  # an interrupt came before it was registered

    def _watch_nothing(self) -> None:
        self.polling = select.poll()

    def _modify_specific(self, fd: int, event: int, setvalue: bool) -> None:
        self.polling.modify(fd, _mask(event) if setvalue else 0)

    def _wait(self, delay: float) -> list[tuple[int, int]]:
        try:
            # Rounded up: a wait that ends before its timer is due would be done again.
            return self.polling.poll(None if delay < 0 else int(delay * 1000.0 + 0.999))
        except OSError as exc:
            if exc.errno == errno.EINVAL:  # more descriptors than may be open
                logging = import_module("logging")
                logging.getLogger(__name__).error("Increase RLIMIT_NOFILE?")
            raise


def _mask(event: int) -> int:
    return (select.POLLIN if event & E_READ else 0) | (select.POLLOUT if event & E_WRITE else 0)
