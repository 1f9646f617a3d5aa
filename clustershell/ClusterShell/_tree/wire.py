"""Objects on the wire between a head node and its gateways.

They travel as pickles, which stock gateways understand.  A pickle can call
anything; what arrives is therefore read with a list of the classes that messages
hold, and with nothing else.
"""

from __future__ import annotations

import binascii
import io
import pickle
from importlib import import_module

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = ["UnpicklingError", "decode", "encode"]

UnpicklingError = pickle.UnpicklingError

#: Module -> what a message may take from it.
_ALLOWED = {
    "ClusterShell.NodeSet": {"NodeSet"},
    "ClusterShell.RangeSet": {"RangeSet", "RangeSetND"},
    "ClusterShell.Topology": {"TopologyNodeGroup", "TopologyTree"},
    "builtins": {"bytearray", "bytes", "complex", "frozenset", "object", "set", "slice"},
    "collections": {"OrderedDict", "defaultdict", "deque"},
    # Where protocol 2 puts bytes.
    "_codecs": {"encode"},
}


class _Unpickler(pickle.Unpickler):
    """Reads pickles that hold nothing but data."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "__builtin__":  # its name up to protocol 2
            module = "builtins"
        if name not in _ALLOWED.get(module, ()):
            raise UnpicklingError(f"{module}.{name} is not allowed in a message")
        return getattr(import_module(module), name)


def encode(obj: Any, protocol: int, width: int) -> bytes:
    """Return ``obj`` as text in lines of ``width`` characters."""
    text = binascii.b2a_base64(pickle.dumps(obj, protocol), newline=False)
    return b"\n".join(text[start : start + width] for start in range(0, len(text), width))


def decode(text: bytes) -> Any:
    """Return the object that ``text`` holds.

    Raises binascii.Error for what is no such text, UnpicklingError for an object
    that is not allowed, and, as unpickling does, anything for a broken one.
    """
    return _Unpickler(io.BytesIO(binascii.a2b_base64(text))).load()
