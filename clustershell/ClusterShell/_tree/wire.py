"""Objects on the wire between a head node and its gateways.

They travel as pickles in base64, which gateways of other releases understand.  What
arrives is never unpickled: it is read as data (see ``pickles``), from a gateway as
scalars only, from a head node as topologies, node sets and built-in containers.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from importlib import import_module

from ClusterShell._tree.machine import Kind, PayloadError, hashable
from ClusterShell._tree.pickles import load, load_settings

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "MOST_PAYLOAD",
    "PayloadError",
    "decode",
    "decode_command",
    "decode_scalar",
    "encode",
    "encode_bytes",
    "in_lines",
]

#: Characters of a payload.
MOST_PAYLOAD = 256 << 20

#: Single elements that all range sets of a payload may need, where they have steps.
MOST_STEPPED = 1_000_000

#: Vectors that all range sets in several axes of a payload may have.
MOST_VECTORS = 100_000


def in_lines(text: bytes, width: int) -> bytes:
    """Return *text* in lines of *width* characters."""
    if len(text) <= width:
        return text
    return b"\n".join(text[start : start + width] for start in range(0, len(text), width))


def encode(obj: Any, protocol: int, width: int) -> bytes:
    """Return *obj* as text in lines of *width* characters."""
    if type(obj) is bytes and protocol == 4:
        return in_lines(encode_bytes(obj), width)
    return in_lines(b2a_base64(import_module("pickle").dumps(obj, protocol), newline=False), width)


def encode_bytes(data: bytes) -> bytes:
    """Return what protocol 4 makes of *data*, as text in one line."""
    size = len(data)
    if size < 256:
        head = b"\x80\x04\x95%bC%c" % ((size + 4).to_bytes(8, "little"), size)
    elif size < 65536:
        head = b"\x80\x04\x95%bB%b" % (
            (size + 7).to_bytes(8, "little"),
            size.to_bytes(4, "little"),
        )
    elif size < 1 << 32:  # so large, it stands outside of frames
        head = b"\x80\x04B" + size.to_bytes(4, "little")
    else:
        head = b"\x80\x04\x8e" + size.to_bytes(8, "little")
    return b2a_base64(b"%b%b\x94." % (head, data), newline=False)


def _raw(text: bytes | None) -> bytes:
    """Return what *text* stands for."""
    if text is None:
        raise PayloadError("argument should be a bytes-like object or ASCII string, not 'NoneType'")
    if len(text) > MOST_PAYLOAD:
        raise PayloadError("payload too large")
    return a2b_base64(text)


def decode_scalar(text: bytes | None) -> bytes | str | int | None:
    """Return the bytes, text, integer or None that *text*, from a gateway, holds.

    :raises binascii.Error: *text* is no base64
    :raises PayloadError: it is None, or no pickle, or one of something else
    """
    raw = _raw(text)
    # Nearly all that comes: bytes in protocol 4, as ``encode_bytes`` writes them.
    if raw[:2] == b"\x80\x04" and raw[-2:] == b"\x94.":
        at = 11 if raw[2:3] == b"\x95" else 2
        width = {67: 1, 66: 4}.get(raw[at], 0) if len(raw) > at else 0
        start = at + 1 + width
        if width and int.from_bytes(raw[at + 1 : start], "little") == len(raw) - start - 2:
            return raw[start:-2]
    value = load(raw, _BYTES, raw_strings=True)
    if type(value) not in (bytes, str, int, type(None)):
        raise PayloadError(f"{type(value).__name__} is not allowed in a message")
    return value


def decode(text: bytes | None) -> Any:
    """Return the object that *text*, from a head node, holds.

    Node sets in it ask no source of groups, whatever they are called.

    :raises binascii.Error: *text* is no base64
    :raises PayloadError: it is None, or no pickle, or one of what is not allowed
    """
    raw = _raw(text)
    if b"ClusterShell" not in raw:
        return load(raw, _BUILTINS)
    kinds = _Objects()
    return load(raw, kinds.table, kinds.types)


def decode_command(text: bytes | None) -> tuple[Any, list[str]]:
    """Return what ``decode()`` does, for a command, and the names of settings left out.

    A program may have given its task any objects as settings.  Head nodes of other releases
    send these, too; here nobody asks for them, and they do not keep the command from running.

    :raises PayloadError: as for ``decode()``, but of what is among the settings
    """
    raw = _raw(text)
    if b"ClusterShell" not in raw:
        return load_settings(raw, _BUILTINS, (), "taskinfo")
    kinds = _Objects()
    return load_settings(raw, kinds.table, kinds.types, "taskinfo")


def _made_of(types: tuple[type, ...], make: Any) -> Any:
    """Return a function that makes a container of what is in a built-in one."""

    def made(parts: Any = ()) -> Any:
        if type(parts) not in types:
            return None
        return make(map(hashable, parts))

    return made


def _bytes_of_text(text: Any, encoding: Any = "latin1") -> bytes | None:
    """Bytes up to protocol 2: text of as many characters."""
    if type(text) is not str or encoding not in ("latin1", "latin-1"):
        return None
    try:
        return text.encode("latin1")
    except UnicodeEncodeError as exc:
        raise PayloadError(str(exc)) from None


def _empty_bytes() -> bytes:
    return b""


def _bytearray(data: Any = b"", encoding: Any = "latin1") -> bytearray | None:
    made = _bytes_of_text(data, encoding) if type(data) is str else data
    return bytearray(made) if type(made) is bytes else None


def _complex(real: Any, imag: Any) -> complex | None:
    return complex(real, imag) if type(real) is type(imag) is float else None


_RECONSTRUCTOR = Kind("_reconstructor")

_BUILTINS = {
    (module, kind.name): kind
    for module in ("builtins", "__builtin__")
    for kind in (
        Kind("set", call=_made_of((list, tuple, set), set)),
        Kind("frozenset", call=_made_of((list, tuple, set), frozenset)),
        Kind("bytearray", call=_bytearray),
        Kind("bytes", call=_empty_bytes),
        Kind("complex", call=_complex),
        Kind("object"),
    )
}
_BUILTINS["_codecs", "encode"] = Kind("encode", call=_bytes_of_text)

#: What bytes are made of up to protocol 2.
_BYTES = {key: _BUILTINS[key] for key in (("__builtin__", "bytes"), ("_codecs", "encode"))}

_BUILTINS["copyreg", "_reconstructor"] = _RECONSTRUCTOR
_BUILTINS["copy_reg", "_reconstructor"] = _RECONSTRUCTOR


def _optional(state: dict[str, Any], name: str, types: tuple[type, ...]) -> Any:
    """Return one value of a state, None if it is not there."""
    value = state.get(name)
    if value is not None and type(value) not in types:
        raise PayloadError(f"{name} is a {type(value).__name__} in a message")
    return value


def _autostep(state: dict[str, Any], never: float | None = 1e100) -> Any:
    """Return from how many elements on a set is written with steps; *never* by default."""
    value = _optional(state, "_autostep", (int, float))
    if value is None:
        return never
    if not 0 <= value <= 1e100:
        raise PayloadError("_autostep is out of range in a message")
    return value


class _Objects:
    """Makes the objects of one payload, and counts what they need."""

    def __init__(self) -> None:
        from ClusterShell.NodeSet import NodeSet
        from ClusterShell.RangeSet import RangeSet, RangeSetND
        from ClusterShell.Topology import TopologyNodeGroup, TopologyTree

        self.types = (NodeSet, RangeSet, RangeSetND, TopologyNodeGroup, TopologyTree)
        self._nodeset: Any = NodeSet
        self._rangeset: Any = RangeSet
        self._nd: Any = RangeSetND
        self._group: Any = TopologyNodeGroup
        self._stepped = self._vectors = 0
        self.table = {
            **_BUILTINS,
            ("ClusterShell.RangeSet", "RangeSet"): Kind(
                "RangeSet", call=self._make_rangeset, build=self._rangeset_state
            ),
            ("ClusterShell.RangeSet", "RangeSetND"): _blank(RangeSetND, self._nd_state),
            ("ClusterShell.NodeSet", "NodeSet"): _blank(NodeSet, self._nodeset_state),
            ("ClusterShell.Topology", "TopologyNodeGroup"): _blank(
                TopologyNodeGroup, self._group_state
            ),
            ("ClusterShell.Topology", "TopologyTree"): _blank(TopologyTree, self._tree_state),
        }

    def _make_rangeset(self, text: Any = None) -> Any:
        if text is None:
            return self._rangeset()
        if type(text) is not str or not re.fullmatch(r"[0-9,/-]+", text):
            return None
        for first, last, step in re.findall(r"(\d+)-(\d+)/(\d+)", text):
            if max(map(len, (first, last, step))) > 100:
                return None
            self._stepped += (int(last) - int(first)) // max(int(step), 1)
            if self._stepped > MOST_STEPPED:
                raise PayloadError("a range set is too large for a message")
        try:
            return self._rangeset(text)
        except Exception as exc:
            raise PayloadError(str(exc)) from None

    def _rangeset_state(self, made: Any, state: dict[str, Any]) -> None:
        made.__setstate__(
            {
                "_autostep": _autostep(state),
                "padding": _optional(state, "padding", (int,)),
                "_version": 4,
            }
        )

    def _nd_state(self, made: Any, state: dict[str, Any]) -> None:
        vectors = _optional(state, "_veclist", (list,)) or []
        self._vectors += len(vectors)
        if self._vectors > MOST_VECTORS:
            raise PayloadError("a node set is too large for a message")
        for vector in vectors:
            axes = len(vectors[0]) if type(vector) is type(vectors[0]) is list else 0
            if not 0 < len(vector) == axes < 100 or {type(axis) for axis in vector} != {
                self._rangeset
            }:
                raise PayloadError("a vector is malformed in a message")
        made.__setstate__(
            {
                "_veclist": list(vectors),
                "_dirty": state.get("_dirty") is not False,
                "_autostep": _autostep(state),
                "_multivar_hint": state.get("_multivar_hint") is True,
            }
        )

    def _nodeset_state(self, made: Any, state: dict[str, Any]) -> None:
        patterns: Any = _optional(state, "_patterns", (dict,)) or {}
        indexes: Any
        for pattern, indexes in patterns.items():
            axes = pattern.replace("%%", "").count("%s") if type(pattern) is str else -1
            expected: Any = (type(None), self._rangeset, self._nd, type)[min(axes, 2)]
            if type(indexes) is not expected or (expected is self._nd and indexes.dim() != axes):
                raise PayloadError("a node set is malformed in a message")
        fold_axis = _optional(state, "fold_axis", (int, tuple, list))
        if type(fold_axis) in (tuple, list) and any(type(axis) is not int for axis in fold_axis):
            raise PayloadError("fold_axis is malformed in a message")
        made.__setstate__(
            {
                "_autostep": _autostep(state, None),
                "_length": 0,
                "_patterns": dict(patterns),
                "fold_axis": fold_axis,
                "_version": 2,
            }
        )

    def _group_state(self, made: Any, state: dict[str, Any]) -> None:
        children = _optional(state, "_children", (list,)) or []
        vars(made).update(
            nodeset=_optional(state, "nodeset", (self._nodeset,)),
            parent=_optional(state, "parent", (self._group,)),
            _children=list(children),
            _children_len=_optional(state, "_children_len", (int,)) or 0,
            _children_ns=_optional(state, "_children_ns", (self._nodeset,)),
        )

    def _tree_state(self, made: Any, state: dict[str, Any]) -> None:
        """Take a tree that is one: what walks over it comes to an end."""
        root = _optional(state, "root", (self._group,))
        groups = _optional(state, "groups", (list,)) or []
        seen: set[int] = set()
        left = [root] if root is not None else []
        while left:
            one = left.pop()
            if type(one) is not self._group or id(one) in seen or vars(one).get("nodeset") is None:
                raise PayloadError("a topology is malformed in a message")
            seen.add(id(one))
            left.extend(one._children)
        if any(id(one) not in seen for one in groups):
            raise PayloadError("a topology is malformed in a message")
        vars(made).update(root=root, groups=list(groups))


def _blank(cls: Any, build: Any) -> Kind:
    """Return the kind of *cls*, whose instances are made without a call of it."""

    def new() -> Any:
        return cls.__new__(cls)

    return Kind(cls.__name__, new=new, build=build)
