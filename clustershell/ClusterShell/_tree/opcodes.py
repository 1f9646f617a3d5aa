"""The operations of a pickle, by their codes; ``pickletools`` documents each."""

from __future__ import annotations

from struct import Struct

from ClusterShell._tree.machine import Machine, PayloadError, hashable

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["OPERATIONS"]

#: Bytes of one integer.
MOST_INT = 256

_MOST_SIZE = (1 << 63) - 1

_BYTE = Struct("<B").unpack_from
_UINT2 = Struct("<H").unpack_from
_INT4 = Struct("<i").unpack_from
_UINT4 = Struct("<I").unpack_from
_UINT8 = Struct("<Q").unpack_from
_FLOAT = Struct(">d").unpack_from


def _integer(data: bytes) -> int:
    if len(data) > MOST_INT:
        raise PayloadError("an integer is too large for a message")
    return int.from_bytes(data, "little", signed=True)


def _decimal(text: bytes) -> int:
    if len(text) > 2 * MOST_INT:
        raise PayloadError("an integer is too large for a message")
    try:
        return int(text, 0 if text[:1] == b"0" and len(text) > 1 and text[1:2] in b"xXoObB" else 10)
    except ValueError as exc:
        raise PayloadError(str(exc)) from None


def _int(m: Machine) -> None:
    text = m.line()
    m.stack.append(
        {b"00": False, b"01": True}.get(text) if text in (b"00", b"01") else _decimal(text)
    )


def _long(m: Machine) -> None:
    text = m.line()
    m.stack.append(_decimal(text[:-1] if text.endswith(b"L") else text))


def _long4(m: Machine) -> None:
    size = m.number(_INT4, 4)
    if size < 0:
        raise PayloadError("LONG pickle has negative byte count")
    m.stack.append(_integer(m.take(size)))


def _float_text(m: Machine) -> None:
    try:
        m.stack.append(float(m.line()))
    except ValueError as exc:
        raise PayloadError(str(exc)) from None


def _string(m: Machine) -> None:
    text = m.line().rstrip()
    if len(text) < 2 or text[:1] != text[-1:] or text[:1] not in (b"'", b'"'):
        raise PayloadError("the STRING opcode argument must be quoted")
    from codecs import escape_decode

    try:
        m.push_string(escape_decode(text[1:-1])[0])
    except ValueError as exc:
        raise PayloadError(str(exc)) from None


def _binstring(m: Machine) -> None:
    size = m.number(_INT4, 4)
    if size < 0:
        raise PayloadError("BINSTRING pickle has negative byte count")
    m.push_string(m.take(size))


def _unicode(m: Machine) -> None:
    m.push_text(m.line(), "raw-unicode-escape")


def _proto(m: Machine) -> None:
    version = m.number(_BYTE, 1)
    if version > 5:
        raise PayloadError(f"unsupported pickle protocol: {version}")


def _frame(m: Machine) -> None:
    size = m.number(_UINT8, 8)
    if size > _MOST_SIZE:
        raise PayloadError(f"FRAME length exceeds system's maximum of {_MOST_SIZE} bytes")
    if m.at + size > len(m.data):
        raise PayloadError("pickle data was truncated")


def _global(m: Machine) -> None:
    module, name = m.line(), m.line()
    try:
        m.push_kind(module.decode(), name.decode())
    except UnicodeDecodeError as exc:
        raise PayloadError(str(exc)) from None


def _stack_global(m: Machine) -> None:
    name, module = m.pop(), m.pop()
    m.push_kind(module, name)


def _tuple(size: int) -> Callable[[Machine], None]:
    def make(m: Machine) -> None:
        parts = [m.pop() for _ in range(size)]
        m.stack.append(tuple(reversed(parts)))

    return make


def _append(m: Machine) -> None:
    value = m.pop()
    m.top(list).append(value)


def _appends(m: Machine) -> None:
    values = m.pop_mark()
    m.top(list).extend(values)


def _dict(m: Machine) -> None:
    values = m.pop_mark()
    made: dict[Any, Any] = {}
    m.set_items(made, values)
    m.stack.append(made)


def _setitem(m: Machine) -> None:
    value, key = m.pop(), m.pop()
    m.set_items(m.top(dict), [key, value])


def _setitems(m: Machine) -> None:
    values = m.pop_mark()
    m.set_items(m.top(dict), values)


def _additems(m: Machine) -> None:
    values = m.pop_mark()
    m.top(set).update(map(hashable, values))


def _pop(m: Machine) -> None:
    if m.marks and m.marks[-1] == len(m.stack):
        m.marks.pop()
    else:
        m.pop()


def _dup(m: Machine) -> None:
    value = m.pop()
    m.stack += [value, value]


def _index_of(text: bytes) -> int:
    if not text.isdigit() or len(text) > 20:
        raise PayloadError("could not convert string to int")
    return int(text)


def _persistent(m: Machine) -> None:
    raise PayloadError(
        "A load persistent id instruction was encountered, but no persistent_load function "
        "was specified."
    )


def _out_of_band(m: Machine) -> None:
    raise PayloadError(
        "pickle stream refers to out-of-band data but no *buffers* argument was given"
    )


def _sized(unpack: Any, size: int, put: Callable[[Machine, bytes], None]) -> Any:
    """Return the operation that reads a length, then as many bytes."""
    return lambda m: put(m, m.take(m.number(unpack, size)))


def _constant(value: Any) -> Callable[[Machine], None]:
    return lambda m: m.stack.append(value)


def _of_number(unpack: Any, size: int, use: Callable[[Machine, int], None]) -> Any:
    return lambda m: use(m, m.number(unpack, size))


def _push(m: Machine, value: Any) -> None:
    m.stack.append(value)


OPERATIONS: dict[int, Callable[[Machine], Any]] = {
    ord(code): operation
    for code, operation in {
        "(": lambda m: m.marks.append(len(m.stack)),
        "0": _pop,
        "1": lambda m: m.pop_mark(),
        "2": _dup,
        "N": _constant(None),
        "\x88": _constant(True),
        "\x89": _constant(False),
        "I": _int,
        "J": _of_number(_INT4, 4, _push),
        "K": _of_number(_BYTE, 1, _push),
        "M": _of_number(_UINT2, 2, _push),
        "L": _long,
        "\x8a": _sized(_BYTE, 1, lambda m, data: m.stack.append(_integer(data))),
        "\x8b": _long4,
        "F": _float_text,
        "G": _of_number(_FLOAT, 8, _push),
        "S": _string,
        "T": _binstring,
        "U": _sized(_BYTE, 1, Machine.push_string),
        "V": _unicode,
        "X": _sized(_UINT4, 4, Machine.push_text),
        "\x8c": _sized(_BYTE, 1, Machine.push_text),
        "\x8d": _sized(_UINT8, 8, Machine.push_text),
        "B": _sized(_UINT4, 4, _push),
        "C": _sized(_BYTE, 1, _push),
        "\x8e": _sized(_UINT8, 8, _push),
        "\x96": _sized(_UINT8, 8, lambda m, data: m.stack.append(bytearray(data))),
        "]": lambda m: m.stack.append([]),
        "}": lambda m: m.stack.append({}),
        ")": _constant(()),
        "\x8f": lambda m: m.stack.append(set()),
        "l": lambda m: m.stack.append(m.pop_mark()),
        "d": _dict,
        "t": lambda m: m.stack.append(tuple(m.pop_mark())),
        "\x85": _tuple(1),
        "\x86": _tuple(2),
        "\x87": _tuple(3),
        "\x91": lambda m: m.stack.append(frozenset(map(hashable, m.pop_mark()))),
        "a": _append,
        "e": _appends,
        "s": _setitem,
        "u": _setitems,
        "\x90": _additems,
        "p": lambda m: m.remember(_index_of(m.line())),
        "q": _of_number(_BYTE, 1, Machine.remember),
        "r": _of_number(_UINT4, 4, Machine.remember),
        "\x94": lambda m: m.remember(len(m.memo)),
        "g": lambda m: m.recall(_index_of(m.line())),
        "h": _of_number(_BYTE, 1, Machine.recall),
        "j": _of_number(_UINT4, 4, Machine.recall),
        "\x80": _proto,
        "\x95": _frame,
        "c": _global,
        "\x93": _stack_global,
        "R": Machine.reduce,
        "\x81": Machine.newobj,
        "b": Machine.build,
        "P": _persistent,
        "Q": _persistent,
        "\x97": _out_of_band,
    }.items()
}
