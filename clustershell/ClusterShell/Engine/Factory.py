"""Choice of an engine by name."""

from __future__ import annotations

from ClusterShell._lazy import import_module, lazy_names
from ClusterShell.Engine.Engine import EngineNotSupportedError
from ClusterShell.Engine.EPoll import EngineEPoll
from ClusterShell.Engine.Poll import EnginePoll
from ClusterShell.Engine.Select import EngineSelect

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "EngineEPoll",
    "EngineNotSupportedError",
    "EnginePoll",
    "EngineSelect",
    "PreferredEngine",
]

__getattr__ = lazy_names(globals(), {"logging": None})


class PreferredEngine:
    """Factory: ``PreferredEngine(hint, info)`` returns a new engine.

    :param hint: ``"epoll"``, ``"poll"``, ``"select"``, or ``"auto"`` for the first of
        them that this system offers
    :param info: dictionary of the task's info settings
    :raises KeyError: no engine has that name
    :raises EngineNotSupportedError: no engine works on this system
    """

    engines = {
        EngineEPoll.identifier: EngineEPoll,
        EnginePoll.identifier: EnginePoll,
        EngineSelect.identifier: EngineSelect,
    }

    def __new__(cls, hint: str | None, info: dict[str, Any]) -> Any:
        if hint and hint != "auto":
            try:
                preferred = cls.engines[hint]
            except KeyError:
                _logger().critical("Invalid engine identifier: %s", hint)
                raise
            candidates = [preferred] + [e for e in cls.engines.values() if e is not preferred]
        else:
            candidates = list(cls.engines.values())
        for candidate in candidates:
            try:
                return candidate(info)
            except EngineNotSupportedError as exc:
                _logger().debug("%s not supported here: %s", candidate.identifier, exc)
        raise EngineNotSupportedError(hint)


def _logger() -> Any:
    return import_module("logging").getLogger(__name__)
