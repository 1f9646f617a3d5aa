"""The one place that chooses between the two lives of the kernels.

Every kernel of :data:`KERNELS` exists interpreted, in ``ClusterShell._kernels``,
and, where the build had a C compiler, compiled from the same source, in
``ClusterShell._compiled``.  Either all of them are used compiled or none is:
kernels share C types, and a mixed set would be a third life that no test runs.

Take a kernel as an attribute; it is imported when first asked for::

    from ClusterShell._accel import intervals

``CLUSTERSHELL_PURE_PYTHON=1`` in the environment chooses the interpreted life.
``python -m ClusterShell._accel`` says which life is in use, and why; ``clush -d``
says so where it is not the one that was asked for.
"""

import os
import sys
from _imp import extension_suffixes

from ClusterShell._lazy import import_module

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from types import ModuleType

#: Names of all kernels, in the order in which they may import one another.
KERNELS: tuple[str, ...] = (
    "longs",
    "keys",
    "rangetext",
    "parts",
    "bits",
    "sweeps",
    "keyset",
    "intervals",
    "operands",
    "plains",
    "runset",
    "boxes",
    "axes",
    "rows",
    "folder",
    "vectors",
    "names",
    "namer",
    "algebra",
    "nodes",
    "blocks",
    "texts",
    "branches",
    "trunks",
    "elements",
    "msgtree",
    "attributes",
    "streams",
    "dispatch",
    "spawn",
)

_PACKAGE_DIR = os.path.dirname(os.path.abspath(__file__))
_COMPILED_DIR = os.path.join(_PACKAGE_DIR, "_compiled")
#: As much of a shared object as holds its header and the names that it exports.
_BEGINNING = 16384


def _outdated(paths: dict[str, str]) -> list[str]:
    """Return the kernels whose files were not built from the sources as these are now.

    Only a source tree in use (an editable installation) can have such.
    """
    root = os.path.dirname(os.path.dirname(_PACKAGE_DIR))
    if not os.path.exists(os.path.join(root, "setup.py")):
        return []
    from ClusterShell._kernels import _stamp

    stamps = _stamp.stamps(tuple(paths))
    return [name for name, path in paths.items() if not _stamp.carries(path, stamps[name])]


def _look_at(name: str) -> tuple[str, bytes, bool]:
    """Return path, kind and completeness of a kernel's shared object; no path where it has none.

    The kind is how ELF files of a machine begin; it is empty where the file is
    none, cannot be read or does not export the kernel.
    """
    for suffix in extension_suffixes():
        path = os.path.join(_COMPILED_DIR, name + suffix)
        try:
            stream = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        except OSError:
            return path, b"", True
        try:
            text, size = os.read(stream, _BEGINNING), os.fstat(stream).st_size
        except OSError:
            return path, b"", True
        finally:
            os.close(stream)
        if text[:4] != b"\x7fELF":
            return path, b"", True
        exported = b"PyInit_%s\0" % name.encode() in text
        return path, text[:20] if exported else b"", size >= _segments_end(text)
    return "", b"", False


def _segments_end(header: bytes) -> int:
    """Return how long an ELF file has to be to hold all that is loaded of it."""
    wide = header[4:5] == b"\2"
    place, number = (header[32:40], header[56:58]) if wide else (header[28:32], header[44:46])
    words = 7 if wide else 8  # for each segment
    start = int.from_bytes(place, sys.byteorder)
    size = int.from_bytes(number, sys.byteorder) * words * (8 if wide else 4)
    table = memoryview(header[start : start + size])
    if len(table) < size:
        return sys.maxsize
    values = (table.cast("Q") if wide else table.cast("I")).tolist()
    # The second word is where a segment begins, the fifth how long it is.
    return max(map(int.__add__, values[1::words], values[4::words]), default=0)


def _unusable(kinds: dict[str, bytes]) -> str:
    """Return the first kernel that does not load, and why; nothing where all do.

    Loading all kernels would tell, and take longer than the rest of a short
    command.  So one is loaded, and the others pass that look like it; of those
    that do not, loading tells.
    """
    sample = b""
    for name, kind in kinds.items():
        if not kind or kind != sample:
            try:
                import_module("ClusterShell._compiled." + name)
            except ImportError as exc:
                return f"{name} cannot be loaded: {exc}"
            sample = sample or kind
    return ""


def _note() -> str:
    """Return why the build made no kernels, where it has left a note."""
    try:
        with open(os.path.join(_COMPILED_DIR, "NOT_BUILT"), encoding="utf-8") as stream:
            return stream.readline().strip()
    except (OSError, ValueError):
        return ""


def wants_interpreted() -> bool:
    """Return whether the environment asks for the interpreted life."""
    return os.environ.get("CLUSTERSHELL_PURE_PYTHON", "") not in ("", "0")


def _choose() -> tuple[bool, str]:
    """Return whether to use the compiled life, and the reason in words."""
    if wants_interpreted():
        return False, "CLUSTERSHELL_PURE_PYTHON is set"
    files = {name: _look_at(name) for name in KERNELS}
    missing = [name for name, (path, _, _) in files.items() if not path]
    if missing:
        return False, _note() or "not built for this Python: " + ", ".join(missing)
    outdated = _outdated({name: path for name, (path, _, _) in files.items()})
    if outdated:
        return False, "not built since its source changed: " + ", ".join(outdated)
    # The loader trusts a file to be as long as it says, and kills the process.
    short = [name for name, (_, _, complete) in files.items() if not complete]
    if short:
        return False, f"{short[0]} cannot be loaded: the file is cut short"
    # Another libc, another machine, another file: find out before any is in use.
    fault = _unusable({name: kind for name, (_, kind, _) in files.items()})
    if fault:
        return False, fault
    return True, "all kernels are built"


COMPILED, REASON = _choose()


def __getattr__(name: str) -> "ModuleType":
    if name not in KERNELS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = _load(name)
    globals()[name] = module
    return module


def _load(name: str) -> "ModuleType":
    """Return a kernel in the life in use, which the first one to be taken can still change."""
    global COMPILED, REASON
    if COMPILED:
        try:
            return import_module("ClusterShell._compiled." + name)
        except ImportError as exc:
            text = f"{name} cannot be loaded: {exc}"
            if any(kernel in globals() for kernel in KERNELS):
                advice = "install ClusterShell again or set CLUSTERSHELL_PURE_PYTHON=1"
                raise ImportError(f"kernel {text} ({advice})", name=exc.name) from exc
            COMPILED, REASON = False, text
    return interpreted(name)


def interpreted(name: str) -> "ModuleType":
    """Return the interpreted life of a kernel: its integers have no limit."""
    return import_module("ClusterShell._kernels." + name)


def life() -> str:
    """Return ``"compiled"`` or ``"interpreted"``, the life in use."""
    return "compiled" if COMPILED else "interpreted"


if __name__ == "__main__":
    print(f"ClusterShell kernels: {life()} ({REASON})")
    sys.exit(0)
