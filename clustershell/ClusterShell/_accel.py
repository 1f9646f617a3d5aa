"""The one place that chooses between the two lives of the kernels.

Every kernel of :data:`KERNELS` exists interpreted, in ``ClusterShell._kernels``,
and, where the build had a C compiler, compiled from the same source, in
``ClusterShell._compiled``.  Either all of them are used compiled or none is:
kernels share C types, and a mixed set would be a third life that no test runs.

Take a kernel as an attribute; it is imported when first asked for::

    from ClusterShell._accel import intervals

``CLUSTERSHELL_PURE_PYTHON=1`` in the environment chooses the interpreted life.
``python -m ClusterShell._accel`` says which life is in use, and why.
"""

import os
import sys
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES
from types import ModuleType

#: Names of all kernels, in the order in which they may import one another.
KERNELS: tuple[str, ...] = (
    "longs",
    "rangetext",
    "parts",
    "sweeps",
    "intervals",
    "boxes",
    "rows",
    "folder",
    "vectors",
    "names",
    "msgtree",
    "streams",
)

_COMPILED_DIR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_compiled")


def _missing() -> list[str]:
    """Return the kernels for which this interpreter finds no compiled life."""
    try:
        present = set(os.listdir(_COMPILED_DIR))
    except OSError:
        present = set()
    return [
        name
        for name in KERNELS
        if not any(name + suffix in present for suffix in EXTENSION_SUFFIXES)
    ]


def _choose() -> tuple[bool, str]:
    """Return whether to use the compiled life, and the reason in words."""
    if os.environ.get("CLUSTERSHELL_PURE_PYTHON", "") not in ("", "0"):
        return False, "CLUSTERSHELL_PURE_PYTHON is set"
    missing = _missing()
    if missing:
        return False, "not built for this Python: " + ", ".join(missing)
    # A shared object may be there and yet not load (other libc, other
    # machine): find out on the first one, before any kernel is in use.
    for name in KERNELS[:1]:
        try:
            import_module("ClusterShell._compiled." + name)
        except ImportError as exc:
            return False, f"cannot be loaded: {exc}"
    return True, "all kernels are built"


COMPILED, REASON = _choose()

_PACKAGE = "ClusterShell._compiled." if COMPILED else "ClusterShell._kernels."


def __getattr__(name: str) -> ModuleType:
    if name not in KERNELS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(_PACKAGE + name)
    globals()[name] = module
    return module


def interpreted(name: str) -> ModuleType:
    """Return the interpreted life of a kernel: its integers have no limit."""
    return import_module("ClusterShell._kernels." + name)


def life() -> str:
    """Return ``"compiled"`` or ``"interpreted"``, the life in use."""
    return "compiled" if COMPILED else "interpreted"


if __name__ == "__main__":
    print(f"ClusterShell kernels: {life()} ({REASON})")
    sys.exit(0)
