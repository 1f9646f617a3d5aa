"""Reads pickles as data: a machine of its own that calls nothing the sender names.

``pickle.Unpickler`` does what a pickle says: it calls, imports, sets attributes of
whatever it has made, hashes structures without end.  What arrives from another host
is read here instead, without a table of kinds as scalars and built-in containers only.
"""

from __future__ import annotations

from ClusterShell._tree.machine import SCALARS, Foreign, Kind, Machine, PayloadError
from ClusterShell._tree.opcodes import OPERATIONS

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

__all__ = ["Kind", "PayloadError", "load", "load_settings"]

#: Containers within containers, and values in all of them, repeated ones counted again.
MOST_DEPTH = 64
MOST_VALUES = 2_000_000

_CONTAINERS = (list, tuple, set, frozenset, dict)
_LEAVES = (*SCALARS, bytearray, complex)


def _values(value: Any, left: int = MOST_VALUES) -> Iterator[Any]:
    """Iterate over *value* and what is in it; raise PayloadError if that is too much.

    Values that occur many times are counted as often as whoever walks over the value
    would come to them.

    :param left: how many there may be
    """
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
            yield one
            left -= 1
            if len(below) > left:
                raise PayloadError("too many values for a message")
        if not below:
            return
        level = below
    raise PayloadError("values are nested too deeply for a message")


def _check(value: Any, allowed: tuple[type, ...]) -> None:
    """Raise PayloadError unless *value* is data of bounded size."""
    for one in _values(value):
        kind = type(one)
        if kind not in _CONTAINERS and kind not in _LEAVES and kind not in allowed:
            name = getattr(one, "name", kind.__name__)
            raise PayloadError(f"{name} is not allowed in a message")


def _leave_out(infos: dict[Any, Any]) -> list[str]:
    """Delete from *infos* what holds something Foreign; return the keys, as text."""
    left = MOST_VALUES
    found = []
    for pair in list(infos.items()):
        foreign = False
        for one in _values(pair, left):
            left -= 1
            foreign = foreign or type(one) in (Foreign, Kind)
        if foreign:
            del infos[pair[0]]
            found.append(str(getattr(pair[0], "name", pair[0])))
    return found


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
    return _checked(Machine(data, kinds or {}, raw_strings), allowed)[0]


def load_settings(
    data: bytes, kinds: Mapping[tuple[str, str], Kind], allowed: tuple[type, ...], key: str
) -> tuple[Any, list[str]]:
    """Return the value of *data*, as ``load()``, but settings of classes that are not allowed.

    :param key: where in the value, a dictionary, that of settings is
    :return: the value without them, and which these were
    :raises PayloadError: no pickle, or what is not allowed elsewhere
    """
    return _checked(Machine(data, kinds, False, tolerant=True), allowed, key)


def _checked(
    machine: Machine, allowed: tuple[type, ...], key: str | None = None
) -> tuple[Any, list[str]]:
    """Return the value that *machine* reads, and the settings that were left out."""
    value = machine.run(OPERATIONS)
    for _, kind in machine.unbuilt.values():
        if kind.call is None:
            raise PayloadError(f"{kind.name} without its state in a message")
    infos = value.get(key) if type(value) is dict else None
    left_out = _leave_out(infos) if type(infos) is dict else []
    _check(value, allowed)
    return value, left_out
