"""From what the clients of a worker read to its handler and to the task's results."""

from __future__ import annotations

from ClusterShell._accel import streams as _kernel
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


class Emitter:
    """Hands lines of *worker* to *handler*, and to the ledger of its task.

    Made when the worker is scheduled, and anew when its handler is set.  Lines of one
    read go to the message tree in one call where no handler listens to each of them.
    Two methods of handlers, for the tools of this package, take more than a line at a
    time: ``_ev_data(worker, node, sname, data)`` every read as it is, ``_ev_text(worker,
    node, sname, text)`` the complete lines of a read, joined by newlines, instead of
    ``ev_read``.

    :param ledger: where lines are recorded
    :param sets_node: whether ``worker.current_node`` tells where a line is from
    :param now: function that returns the worker's emitter, which a handler may have changed

    What a handler with ``_ev_records = False`` takes so is not recorded.
    """

    __slots__ = (
        "_data",
        "_ev_read",
        "_handler",
        "_ledger",
        "_listens",
        "_now",
        "_old",
        "_records",
        "_sets_node",
        "_text",
        "worker",
    )

    def __init__(
        self, worker: Any, handler: Any, ledger: Any, sets_node: bool, now: Callable[[], Emitter]
    ) -> None:
        self.worker = worker
        self._handler = handler
        self._ledger = ledger
        self._sets_node = sets_node
        self._now = now
        self._data = getattr(handler, "_ev_data", None)
        self._text = getattr(handler, "_ev_text", None)
        self._records = self._text is None or getattr(handler, "_ev_records", True)
        #: Whether the handler listens to (output, errors), and the function it reads by.
        self._listens = (False, False)
        self._old = False
        self._ev_read: Any = None

    def read(self, key: Any, sname: str, stream: Any, data: bytes) -> None:
        """Hand out the lines that *data*, read from *stream*, completes."""
        if self._data is not None:
            self._data(self.worker, key, sname, data)
        text = stream.complete(data)
        if text is not None:
            self.lines(key, sname, text)

    def whole(self, key: Any, sname: str, text: bytes) -> None:
        """Hand out *text*, whole lines that came so from elsewhere."""
        if self._data is not None:
            self._data(self.worker, key, sname, text)
        self.lines(key, sname, text)

    def lines(self, key: Any, sname: str, text: bytes) -> None:
        """Hand out *text*, whole lines that end in a newline."""
        worker = self.worker
        if worker.task.info("debug"):
            for line in _kernel.split_lines(text):
                self.debug(key, line)
                self._now().line(key, sname, line)
            return
        if self._text is not None:
            self._text(worker, key, sname, self._keep(key, sname, text))
            return
        errors = sname == "stderr"
        if self._handler is None or not self._resolved()[errors]:
            self._keep(key, sname, text)
        elif errors or self._old:
            for line in _kernel.split_lines(text):
                self._now().line(key, sname, line)
        else:
            tree = self._tree(sname)
            node = key if self._sets_node else worker.current_node
            lines = _kernel.split_lines(text)
            add = None if tree is None else tree.add
            _kernel.emit_lines(worker, lines, key, node, sname, self._handler.ev_read, add)

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

    def _resolved(self) -> tuple[bool, bool]:
        """Return whether the handler listens to (output, errors), looking but once."""
        handler = self._handler
        ev_read = getattr(handler.ev_read, "__func__", handler.ev_read)
        if ev_read is not self._ev_read:
            self._ev_read = ev_read
            self._old = argument_count(handler.ev_read) == 2
            self._listens = (listens(handler, "stdout"), listens(handler, "stderr"))
        return self._listens

    def _tree(self, sname: str) -> Any:
        """Return the tree that lines of stream *sname* go to, None where they do not."""
        return self._ledger.tree_or_none(sname) if self._records else None

    def _keep(self, key: Any, sname: str, text: bytes) -> bytes:
        """Record the whole lines *text* in one call; return them joined by newlines."""
        worker = self.worker
        tree = self._tree(sname)
        if tree is not None:
            tree.add_text((worker, key), text)
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n")
        text = text[:-1]
        # What the last line, handed out by itself, would leave behind.
        if self._sets_node:
            worker.current_node = key
        worker.current_sname = sname
        last = text[text.rfind(b"\n") + 1 :]
        if sname == "stderr":
            worker.current_errmsg = last
        else:
            worker.current_msg = last
        return text
