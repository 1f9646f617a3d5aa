"""The operations that there are: public names as recorded, and the special methods."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from benchmarks.environments import ROOT

RECORDED = ROOT / "tests" / "recorded" / "surface" / "surface.json"

#: Classes that are swept whole: name -> module.
CLASSES = {
    "RangeSet": "RangeSet",
    "RangeSetND": "RangeSet",
    "NodeSet": "NodeSet",
    "MsgTree": "MsgTree",
    "MsgTreeElem": "MsgTree",
}

#: Functions of modules that are operations; the others say where groups come from.
FUNCTIONS = {"NodeSet": ("expand", "fold", "grouplist")}

#: What gives results -> its module, and starts of the names by which it does.
RESULTS = {
    "Task": ("Task", ("iter_", "node_", "key_", "max_", "num_", "flush_")),
    "DistantWorker": (
        "Worker.Worker",
        ("iter_", "node_", "num_", "flush_", "did_", "read"),
    ),
}

#: Special methods that make every object an object, and are no operation of a class.
NO_OPERATIONS = {
    "__class_getitem__", "__dict__", "__doc__", "__getattribute__", "__init_subclass__",
    "__module__", "__new__", "__sizeof__", "__subclasshook__", "__weakref__",
}  # fmt: skip

_COMPARING = ("__eq__", "__ge__", "__gt__", "__le__", "__lt__", "__ne__")
_ALGEBRA = tuple(f"__{kind}{name}__" for kind in ("", "i") for name in ("and", "or", "sub", "xor"))

#: Special methods of the released package's classes (a test looks whether it has more).
SPECIAL = {
    "RangeSet": (
        *("__contains__", "__copy__", "__getitem__", "__hash__", "__init__", "__iter__"),
        *("__len__", "__reduce__", "__repr__", "__setstate__", "__str__", *_COMPARING, *_ALGEBRA),
        *("__rand__", "__ror__", "__rsub__", "__rxor__"),
    ),
    "RangeSetND": (
        *("__bool__", "__contains__", "__copy__", "__getitem__", "__hash__", "__init__"),
        *("__iter__", "__len__", "__nonzero__", "__str__", *_COMPARING, *_ALGEBRA),
    ),
    "NodeSet": (
        *("__contains__", "__copy__", "__getitem__", "__getstate__", "__hash__", "__init__"),
        *("__iter__", "__len__", "__setstate__", "__str__", *_COMPARING, *_ALGEBRA),
    ),
    "MsgTree": ("__getitem__", "__init__", "__iter__", "__len__"),
    "MsgTreeElem": (
        *("__bytes__", "__eq__", "__getitem__", "__hash__", "__init__", "__iter__"),
        *("__len__", "__str__"),
    ),
}


def recorded() -> dict[str, Any]:
    return json.loads(RECORDED.read_text())


def operations() -> Iterator[str]:
    """Yield the name of every operation, such as ``RangeSet.union`` or ``fold``."""
    modules = recorded()
    for name, module in CLASSES.items():
        for member in modules[module]["names"][name]["members"]:
            yield f"{name}.{member}"
        for special in SPECIAL[name]:
            yield f"{name}.{special}"
    for module, names in FUNCTIONS.items():
        yield from (name for name in modules[module]["names"] if name in names)
    for name, (module, starts) in RESULTS.items():
        for member in modules[module]["names"][name]["members"]:
            if member.startswith(starts):
                yield f"{name}.{member}"
