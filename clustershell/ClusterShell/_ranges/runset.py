"""The base class of range sets, of the kernel in use, and what type checkers see of it."""

from __future__ import annotations

from ClusterShell._accel import intervals

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import MutableSet
    from collections.abc import Set as AbstractSet
    from typing import Any

    from typing_extensions import Self

    class RunSet(MutableSet[str]):
        """Runs of keys and the autostep of a set, and what is done to them most often.

        Range sets are registered as MutableSet, they do not derive from it.
        """

        _runs: Any
        _autostep: Any

        def __len__(self) -> int: ...
        def __bool__(self) -> bool: ...
        def __contains__(self, element: object) -> bool: ...
        def add(self, element: str | int, pad: int = 0) -> None: ...
        def remove(self, element: str | int, pad: int = 0) -> None: ...
        def discard(self, element: str | int, pad: int = 0) -> None: ...
        def __or__(self, other: AbstractSet[Any]) -> Self: ...
        def __and__(self, other: AbstractSet[Any]) -> Self: ...
        def __sub__(self, other: AbstractSet[Any]) -> Self: ...
        def __xor__(self, other: AbstractSet[Any]) -> Self: ...

else:
    RunSet = intervals.RunSet
