"""What the command-line tools say about errors, and the exit code they give.

A tool catches the errors that are its user's to solve, and ends with what
:func:`handle_generic_error` returns::

    try:
        work()
    except generic_errors() as exc:
        sys.exit(handle_generic_error(exc))

Any other exception is a defect and shows its traceback.
"""

import errno
import os
import signal
import sys
from importlib import import_module

from ClusterShell._cli.messages import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import configparser
    import logging
    from resource import RLIMIT_NOFILE, getrlimit

    from ClusterShell.Engine.Engine import EngineNotSupportedError
    from ClusterShell.NodeSet import NodeSetExternalError, NodeSetParseError
    from ClusterShell.NodeUtils import (
        GroupResolverConfigError,
        GroupResolverIllegalCharError,
        GroupResolverSourceError,
        GroupSourceError,
        GroupSourceNoUpcall,
    )
    from ClusterShell.Propagation import RouteResolvingError
    from ClusterShell.RangeSet import RangeSetParseError
    from ClusterShell.Topology import TopologyError
    from ClusterShell.Worker.EngineClient import EngineClientError
    from ClusterShell.Worker.Worker import WorkerError

    GENERIC_ERRORS: tuple[type[BaseException], ...]
    LOGGER: logging.Logger
    print_function: object

__all__ = [
    "EngineClientError",
    "EngineNotSupportedError",
    "GENERIC_ERRORS",
    "GroupResolverConfigError",
    "GroupResolverIllegalCharError",
    "GroupResolverSourceError",
    "GroupSourceError",
    "GroupSourceNoUpcall",
    "LOGGER",
    "NodeSetExternalError",
    "NodeSetParseError",
    "RLIMIT_NOFILE",
    "RangeSetParseError",
    "RouteResolvingError",
    "TopologyError",
    "WorkerError",
    "configparser",
    "errno",
    "getrlimit",
    "handle_generic_error",
    "logging",
    "os",
    "print_function",
    "signal",
    "sys",
]

# Where each error class is defined, and what is said about it after the name
# of the program.  A class stands before its bases.  The modules are loaded
# when asked for: no tool should pay for an engine only to name its errors.
_MESSAGES = (
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


def __getattr__(name):
    if name == "GENERIC_ERRORS":
        value = tuple(getattr(import_module(mod), cls) for mod, cls, _ in _MESSAGES)
        value += _BUILTIN_ERRORS
    elif name == "LOGGER":
        import logging

        value = logging.getLogger(__name__)
    elif name in ("configparser", "logging"):
        value = import_module(name)
    elif name in ("RLIMIT_NOFILE", "getrlimit"):
        value = getattr(import_module("resource"), name)
    elif name == "print_function":
        value = getattr(import_module("__future__"), name)
    else:
        for modname, clsname, _ in _MESSAGES:
            if name == clsname != "Error":
                value = getattr(import_module(modname), name)
                break
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def _loaded_errors():
    """Yield (class, message) for the classes that can have been raised so far."""
    for modname, clsname, message in _MESSAGES:
        cls = getattr(sys.modules.get(modname), clsname, None)
        if cls is not None:
            yield cls, message


def generic_errors():
    """Return those of ``GENERIC_ERRORS`` whose modules are loaded.

    No other can have been raised, and an ``except`` clause that asks here
    loads nothing.
    """
    return tuple(cls for cls, _ in _loaded_errors()) + _BUILTIN_ERRORS


def handle_generic_error(excobj):
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
    assert isinstance(excobj, (TypeError, ValueError)), "wrong GENERIC_ERRORS"
    complain(f"{os.path.basename(sys.argv[0])}: {excobj}")
    return 1


def _from_group_source(exc, text):
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


def _explain_oserror(exc):
    if exc.errno == errno.EPIPE:
        __getattr__("LOGGER").debug(exc)
        return
    complain(f"ERROR: {exc}")
    if exc.errno == errno.EMFILE:
        from resource import RLIMIT_NOFILE, getrlimit

        soft, hard = getrlimit(RLIMIT_NOFILE)
        complain(f"ERROR: maximum number of open file descriptors: soft={soft} hard={hard}")
