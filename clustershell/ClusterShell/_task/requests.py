"""What other threads ask of a task: calls that its own thread makes."""

from __future__ import annotations

import sys

from ClusterShell.Event import EventHandler

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, Callable, TypeVar

    _Method = TypeVar("_Method", bound=Callable)


def in_task_thread(method: _Method) -> _Method:
    """Decorator: run *method* in the task's thread, later if that is not the caller's."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self._is_task_self():
            return method(self, *args, **kwargs)
        self._dispatch_port.msg_send((method, args, kwargs))
        return None

    call.__name__ = method.__name__
    call.__qualname__ = method.__qualname__
    call.__doc__ = method.__doc__
    return call  # type: ignore[return-value]


class RequestHandler(EventHandler):
    """Calls the methods of *task* that other threads have asked for."""

    def __init__(self, task: Any) -> None:
        self.task = task

    def ev_msg(self, port: Any, msg: Any) -> None:
        method, args, kwargs = msg
        method(self.task, *args, **kwargs)


def serve_all(port: Any, hook: Callable) -> None:
    """Do all that waits at *port* of a task whose thread has left; *hook* is told what fails."""
    while port.has_messages():
        try:
            port._snoop()
        except Exception:  # of one request: those behind it are done as well
            hook(*sys.exc_info())
