"""Reads pickles as data: a machine of its own that calls nothing the sender names.

``pickle.Unpickler`` does what a pickle says: it calls, imports, sets attributes of
whatever it has made, hashes structures without end.  What arrives from another host
is read here instead, without a table of kinds as scalars and built-in containers only.
"""

from __future__ import annotations

from ClusterShell._tree.machine import SCALARS, Kind, Machine, PayloadError
from ClusterShell._tree.opcodes import OPERATIONS

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["Kind", "PayloadError", "load"]

#: Containers within containers, and values in all of them, repeated ones counted again.
MOST_DEPTH = 64
MOST_VALUES = 2_000_000

_LEAVES = (*SCALARS, bytearray, complex)


def _check(value: Any, allowed: tuple[type, ...]) -> None:
    """Raise PayloadError unless *value* is data of bounded size.

    Values that occur many times are counted as often as whoever walks over the value
    would come to them.
    """
    left = MOST_VALUES
    level: list[Any] = [value]
    for _ in range(MOST_DEPTH):
        below: list[Any] = []
        for one in level:
            kind = type(one)
            if kind in (list, tuple, set, frozenset):
                below.extend(one)
            elif kind is dict:
                below.extend(one)
                below.extend(one.values())
            elif kind not in _LEAVES and kind not in allowed:
                raise PayloadError(
                    f"{getattr(one, 'name', kind.__name__)} is not allowed in a message"
                )
            left -= 1
            if len(below) > left:
                raise PayloadError("too many values for a message")
        if not below:
            return
        level = below
    raise PayloadError("values are nested too deeply for a message")


def load(
    data: bytes,
    kinds: Mapping[tuple[str, str], Kind] | None = None,
    allowed: tuple[type, ...] = (),
    raw_strings: bool = False,
) -> Any:
    """Return the value that the pickle *data* holds.

    :param kinds: (module, name) in a pickle -> what may be made of it
    :param allowed: types that may come out besides scalars and built-in containers
    :param raw_strings: strings of Python 2 are bytes, not ASCII text
    :raises PayloadError: no pickle, or what is not allowed
    """
    machine = Machine(data, kinds or {}, raw_strings)
    value = machine.run(OPERATIONS)
    for _, kind in machine.unbuilt.values():
        if kind.call is None:
            raise PayloadError(f"{kind.name} without its state in a message")
    _check(value, allowed)
    return value
