"""Print the public surface of the ClusterShell that this interpreter imports, as JSON.

For each module: its star names, and for each public class or function the
parameters (name, kind, default); for classes also the public members, and the
modules where classes and exceptions live with the names of their bases.
"""

import importlib
import inspect
import json
import sys

MODULES = [
    "RangeSet",
    "NodeSet",
    "NodeUtils",
    "MsgTree",
    "Event",
    "Defaults",
    "Task",
    "Topology",
    "Communication",
    "Propagation",
    "Gateway",
    "Engine.Engine",
    "Engine.EPoll",
    "Engine.Poll",
    "Engine.Select",
    "Engine.Factory",
    "Worker.EngineClient",
    "Worker.Worker",
    "Worker.Exec",
    "Worker.Popen",
    "Worker.Ssh",
    "Worker.Rsh",
    "Worker.Pdsh",
    "Worker.Tree",
    "Worker.fastsubprocess",
    "CLI.Clush",
    "CLI.Clubak",
    "CLI.Nodeset",
    "CLI.Config",
    "CLI.Display",
    "CLI.Error",
    "CLI.OptionParser",
    "CLI.Utils",
]


def default_text(value):
    """Return a default as text that does not change from run to run."""
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    text = repr(value)
    return type(value).__name__ if " at 0x" in text else text


def parameters(function):
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    return [
        [p.name, p.kind.name, None if p.default is p.empty else default_text(p.default)]
        for p in signature.parameters.values()
    ]


def own(obj):
    return (getattr(obj, "__module__", None) or "").startswith("ClusterShell")


def describe_member(cls, name):
    raw = inspect.getattr_static(cls, name)
    if isinstance(raw, property):
        return {"kind": "property", "settable": raw.fset is not None}
    value = getattr(cls, name)
    if isinstance(raw, (staticmethod, classmethod)):
        return {"kind": type(raw).__name__, "parameters": parameters(value)}
    if callable(value):
        return {"kind": "method", "parameters": parameters(value)}
    return {"kind": "attribute"}


def describe(obj, module_name):
    """Describe what a name of a module stands for; in full only where it is at home."""
    home = getattr(obj, "__module__", None) or ""
    if own(obj) and home != module_name:
        return {"kind": "alias", "module": home}
    if inspect.isclass(obj):
        members = {
            name: describe_member(obj, name)
            for name in dir(obj)
            if not name.startswith("_")
            and not (issubclass(obj, BaseException) and name in dir(Exception))
        }
        return {
            "kind": "class",
            "module": obj.__module__,
            "bases": [base.__name__ for base in obj.__mro__[1:-1]],
            "parameters": parameters(obj) if own(obj) else None,
            "members": members if own(obj) else {},
        }
    if inspect.isroutine(obj):
        return {"kind": "function", "parameters": parameters(obj) if own(obj) else None}
    if inspect.ismodule(obj):
        return {"kind": "module"}
    return {"kind": "value", "type": type(obj).__name__}


def describe_module(name):
    module = importlib.import_module("ClusterShell." + name)
    star = {}
    exec(f"from ClusterShell.{name} import *", star)
    star.pop("__builtins__")
    return {
        "star": sorted(star),
        "names": {key: describe(value, module.__name__) for key, value in sorted(star.items())},
        "own": sorted(
            key
            for key, value in vars(module).items()
            if not key.startswith("__") and getattr(value, "__module__", None) == module.__name__
        ),
    }


def main():
    found = {name: describe_module(name) for name in MODULES}
    json.dump(
        {
            name: {
                "head": {"own": module["own"], "star": module["star"]},
                "names": dict(sorted(module["names"].items())),
            }
            for name, module in found.items()
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
