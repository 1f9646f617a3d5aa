"""What a handler listens to, and with which signatures."""

from __future__ import annotations

from ClusterShell.Event import EventHandler

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


def argument_count(method: Any) -> int:
    """Return the number of named positional parameters of *method*, ``self`` included."""
    function = getattr(method, "__func__", method)
    code = getattr(function, "__code__", None)
    if code is not None:
        return code.co_argcount
    from inspect import getfullargspec

    return len(getfullargspec(method).args)


def warn_old_signature(method: Any) -> None:
    """Warn that *method*, bound to a handler, has a signature from before version 1.8."""
    import warnings

    warnings.warn(
        f"{method.__self__} should use new {method.__func__.__name__}() signature",
        DeprecationWarning,
        stacklevel=3,
    )


def listens(handler: Any, sname: str) -> bool:
    """Return whether *handler* does anything with a line of stream *sname*."""
    try:
        if handler.ev_read.__func__ is not EventHandler.ev_read:
            return True
        return sname == "stderr" and handler.ev_error.__func__ is not EventHandler.ev_error
    except AttributeError:
        return True
