"""What the command-line tools say about errors, and the exit code they give.

A tool catches the errors that are its user's to solve, and ends with what
:func:`explain` returns::

    try:
        work()
    except generic_errors() as exc:
        sys.exit(explain(exc))

Any other exception is a defect and shows its traceback.
"""

from __future__ import annotations

import errno
import os
import signal
import sys

from ClusterShell._cli.messages import complain
from ClusterShell._lazy import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Where each error class is defined, and what is said about it after the name
# of the program.  A class stands before its bases.  The modules are loaded
# when asked for: no tool should pay for an engine only to name its errors.
MESSAGES = (
    ("configparser", "Error", "{exc}"),
    ("ClusterShell.Engine.Engine", "EngineNotSupportedError",
     "I/O events engine '{exc.engineid}' not supported on this host"),
    ("ClusterShell.Worker.EngineClient", "EngineClientError", "EngineClientError: {exc}"),
    ("ClusterShell.NodeSet", "NodeSetExternalError", "External error: {exc}"),
    ("ClusterShell.NodeSet", "NodeSetParseError", "Parse error: {exc}"),
    ("ClusterShell.RangeSet", "RangeSetParseError", "Parse error: {exc}"),
    ("ClusterShell.NodeUtils", "GroupResolverConfigError", "Group resolver error: {exc}"),
    ("ClusterShell.NodeUtils", "GroupResolverIllegalCharError",
     'Illegal group character: "{exc}"'),
    ("ClusterShell.NodeUtils", "GroupResolverSourceError", 'Unknown group source: "{exc}"'),
    ("ClusterShell.NodeUtils", "GroupSourceNoUpcall",
     'No {exc} upcall defined for group source "{exc.group_source.name}"'),
    ("ClusterShell.NodeUtils", "GroupSourceError", "Group error: {exc}"),
    ("ClusterShell.Propagation", "RouteResolvingError", "TREE MODE: {exc}"),
    ("ClusterShell.Topology", "TopologyError", "TREE MODE: {exc}"),
    ("ClusterShell.Worker.Worker", "WorkerError", "{exc}"),
)  # fmt: skip

_BUILTIN_ERRORS = (TypeError, OSError, KeyboardInterrupt, ValueError)


def explained(exc: BaseException, status: int) -> int:
    """Return what :func:`explain` does, *status* if nobody is there to be told."""
    try:
        return explain(exc)
    except OSError:
        return status


def all_errors() -> tuple[type[BaseException], ...]:
    """Return the classes of all errors that are the user's to solve."""
    return (*(getattr(import_module(mod), cls) for mod, cls, _ in MESSAGES), *_BUILTIN_ERRORS)


def _loaded_errors() -> Iterator[tuple[type[BaseException], str]]:
    """Yield (class, message) for the classes that can have been raised so far."""
    for modname, clsname, message in MESSAGES:
        cls = getattr(sys.modules.get(modname), clsname, None)
        if cls is not None:
            yield cls, message


def generic_errors() -> tuple[type[BaseException], ...]:
    """Return those of ``GENERIC_ERRORS`` whose modules are loaded.

    No other can have been raised, and an ``except`` clause that asks here
    loads nothing.
    """
    return tuple(cls for cls, _ in _loaded_errors()) + _BUILTIN_ERRORS


def is_too_large(exc: BaseException) -> bool:
    """Return whether *exc* is about a set with more elements than can be counted or listed."""
    if isinstance(exc, AssertionError):
        return str(exc) == "range too large"
    return isinstance(exc, MemoryError)


def explain(excobj: BaseException) -> int:
    """Print the line that explains `excobj` to stderr; return the exit code.

    `excobj` is an instance of one of ``GENERIC_ERRORS``.  A broken pipe is
    the reader's choice and says nothing.
    """
    for cls, message in _loaded_errors():
        if isinstance(excobj, cls):
            text = message.format(exc=excobj)
            complain(f"{os.path.basename(sys.argv[0])}: {text}{_from_group_source(excobj, text)}")
            return 1
    if isinstance(excobj, KeyboardInterrupt):
        return 128 + signal.SIGINT
    if isinstance(excobj, OSError):
        _explain_oserror(excobj)
        return 1
    if is_too_large(excobj):
        complain(f"{os.path.basename(sys.argv[0])}: range too large")
        return 1
    assert isinstance(excobj, (TypeError, ValueError)), "wrong GENERIC_ERRORS"
    complain(f"{os.path.basename(sys.argv[0])}: {excobj}")
    return 1


def _from_group_source(exc: BaseException | None, text: str) -> str:
    """Return what to add to the text of an error so that the group source at fault is named."""
    while exc is not None:
        origin = getattr(exc, "origin", None)
        if origin is not None:
            return f" (in the answer to {origin})"
        name = getattr(getattr(exc, "group_source", None), "name", None)
        if name is not None and f'"{name}"' not in text and f"{name}:" not in text:
            return f' (group source "{name}")'
        exc = exc.__cause__
    return ""


def _explain_oserror(exc: OSError) -> None:
    if exc.errno == errno.EPIPE:
        # Its name is known: the module of this error table in the released package.
        import_module("logging").getLogger("ClusterShell.CLI.Error").debug(exc)
        return
    complain(f"ERROR: {exc}")
    if exc.errno == errno.EMFILE:
        from resource import RLIMIT_NOFILE, getrlimit

        soft, hard = getrlimit(RLIMIT_NOFILE)
        complain(f"ERROR: maximum number of open file descriptors: soft={soft} hard={hard}")
