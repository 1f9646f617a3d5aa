"""From what the clients of a worker read to its handler and to the task's results."""

from __future__ import annotations

from ClusterShell._accel import attributes, streams
from ClusterShell.Event import EventHandler

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, Callable


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


def invoke(method: Callable, argc_legacy: int, *args: Any) -> Any:
    """Call *method* with *args*, or with the first only if it has an old signature.

    *argc_legacy* is the number of parameters, ``self`` included, of the old signature.
    """
    if argument_count(method) == argc_legacy:
        warn_old_signature(method)
        return method(args[0])
    return method(*args)


def listens(handler: Any, sname: str) -> bool:
    """Return whether *handler* does anything with a line of stream *sname*."""
    try:
        if handler.ev_read.__func__ is not EventHandler.ev_read:
            return True
        return sname == "stderr" and handler.ev_error.__func__ is not EventHandler.ev_error
    except AttributeError:
        return True


#: What a handler does not have of its own where it need not be told of what was written.
UNHEARD = attributes.Hooks(EventHandler, "ev_written", "__getattribute__")

_Outlet: Any = streams.Outlet


class Emitter(_Outlet):
    """Hands lines of *worker* to *handler*, and to the ledger of its task.

    Made when the worker is scheduled, and anew when its handler is set.  Lines of one
    read go to the message tree in one call where no handler listens to each of them.
    Two methods of handlers, for the tools of this package, take more than a line at a
    time: ``_ev_data(worker, node, sname, data)`` every read as it is, and where it returns
    true no lines are made of it; ``_ev_text(worker,
    node, sname, text)`` the complete lines of a read, joined by newlines, instead of
    ``ev_read``.

    :param ledger: where lines are recorded
    :param sets_node: whether ``worker.current_node`` tells where a line is from

    What a handler with ``_ev_records = False`` takes so is not recorded.
    """

    __slots__ = ()

    def resolve(self, ev_read: Any) -> tuple[bool, tuple[bool, bool]]:
        """Return whether *ev_read*, by which the handler reads, is of an old signature.

        And whether the handler listens to (output, errors).
        """
        handler = self._handler
        return argument_count(ev_read) == 2, (
            listens(handler, "stdout"),
            listens(handler, "stderr"),
        )

    def whole(self, key: Any, sname: str, text: bytes) -> None:
        """Hand out *text*, whole lines that came so from elsewhere."""
        if self._data is not None:
            self._data(self.worker, key, sname, text)
        self.lines(key, sname, text)

    def line(self, key: Any, sname: str, line: bytes) -> None:
        """Hand out one *line*, to handlers of any kind."""
        worker, handler = self.worker, self._handler
        if self._sets_node:
            worker.current_node = key
        if self._records:
            self._ledger.add(worker, key, sname, line)
        worker.current_sname = sname
        if self._text is not None:
            self._text(worker, key, sname, line)
            return
        errors = sname == "stderr"
        if errors:
            worker.current_errmsg = line
        else:
            worker.current_msg = line
        if handler is None:
            return
        if errors and hasattr(handler, "ev_error"):
            handler.ev_error(worker)
        ev_read = handler.ev_read
        if argument_count(ev_read) != 2:
            ev_read(worker, key, sname, line)
            return
        warn_old_signature(ev_read)
        if not errors:  # with the old signature they are the business of ev_error only
            ev_read(worker)

    def debug(self, key: Any, line: bytes) -> None:
        """Print *line* as a debugging aid."""
        task = self.worker.task
        text = f"{key}: {line!r}" if self._sets_node else f"LINE {line!r}"
        task.info("print_debug")(task, text)

    def one(self, key: Any, sname: str, line: bytes) -> None:
        """Hand out one *line* that no read as a whole was told of."""
        if self._data is not None:
            self._data(self.worker, key, sname, line + b"\n")
        self.line(key, sname, line)
