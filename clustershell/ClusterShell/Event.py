"""What a program implements to be told about workers, ports and timers."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = ["EventHandler"]


class EventHandler:
    """Base class of event handlers; every method does nothing until overridden.

    One handler object may listen to any number of workers, ports and timers.
    Methods are called from the task's loop: while one runs, nothing else of
    that task does.  An exception that leaves a method ends ``resume()``.

    The signatures before version 1.8 (``ev_pickup(worker)``, ``ev_read(worker)``,
    ``ev_hup(worker)``, ``ev_close(worker)``) and the methods ``ev_timeout(worker)``
    and ``ev_error(worker)`` are still called where a subclass defines them, with
    a DeprecationWarning where the worker is scheduled.

    >>> class Printer(EventHandler):
    ...     def ev_read(self, worker, node, sname, msg):
    ...         print(f"{node}: {msg.decode()}")
    ...     def ev_hup(self, worker, node, rc):
    ...         if rc:
    ...             print(f"{node}: exit code {rc}")
    """

    def ev_start(self, worker: Any) -> None:
        """The worker has started: first event, once for each worker."""

    def ev_pickup(self, worker: Any, node: Any) -> None:
        """The command of ``node`` (or key) has started: once for each node."""

    def ev_read(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        """A message has arrived from ``node`` on stream ``sname``.

        ``msg`` is one line without its end of line, or, for workers that do
        not work by lines, what one read returned.  ``sname`` is ``"stdout"``,
        ``"stderr"`` or the name the program gave to a stream.
        """

    def ev_error(self, worker: Any) -> None:
        """A message has arrived on standard error (deprecated).

        ``ev_read()`` with ``sname == "stderr"`` replaces it.  The message is
        ``worker.current_errmsg``, its origin ``worker.current_node``.
        """

    def ev_written(self, worker: Any, node: Any, sname: str, size: int) -> None:
        """``size`` bytes given to ``worker.write()`` were written to ``node``."""

    def ev_hup(self, worker: Any, node: Any, rc: int | None) -> None:
        """The command of ``node`` has ended with exit code ``rc``.

        ``rc`` is None where there is no exit code: the worker's kind has
        none, or the command was ended by a timeout or an abort.
        """

    def ev_close(self, worker: Any, timedout: bool) -> None:
        """The worker has finished: last event, once for each worker.

        ``timedout`` tells whether one of its commands ran out of time.
        """

    def ev_port_start(self, port: Any) -> None:
        """The port is ready to receive messages."""

    def ev_msg(self, port: Any, msg: Any) -> None:
        """``msg`` has been received on the port."""

    def ev_timer(self, timer: Any) -> None:
        """The timer has fired."""

    def _ev_routing(self, worker: Any, arg: dict[str, Any]) -> None:
        """A tree worker reports what happened on the way to its targets."""
