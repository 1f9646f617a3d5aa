"""What an engine expects of its clients, their streams and its timers; for type checkers only.

Any object that has this can be given to an engine; ``EngineClient`` is the base of all
that come with the package.
"""

from __future__ import annotations

from typing import Any, Protocol


class Stream(Protocol):
    """A descriptor that an engine watches for its client."""

    name: str
    #: None once closed.
    fd: Any
    #: What it is for, what it is watched for, and what it is asked to be watched for:
    #: E_READ, E_WRITE.
    evmask: int
    events: int
    new_events: int
    #: Whether it ends, by being closed, when all is written.
    eof: bool

    def to_write(self) -> bool:
        """Return whether something is still to be written."""


class Streams(Protocol):
    """The streams of a client by name."""

    def __getitem__(self, sname: str) -> Any:
        """Return the :class:`Stream` *sname*."""

    def values(self) -> Any:
        """Return all of them."""

    def retained(self) -> bool:
        """Return whether one is left that keeps the client alive."""


class Timed(Protocol):
    """What the queue of timers fires: a timer, or a client whose time is over."""

    #: Seconds; negative means never, or not again.
    fire_delay: float
    interval: float
    #: Whether the loop may end before it fires.
    autoclose: bool
    #: Of the queue of timers: the armed firing.
    _timercase: Any

    def _set_engine(self, engine: Any) -> None:
        """Bind to *engine*."""

    def invalidate(self) -> None:
        """Disarm and unbind for good."""

    def _fire(self) -> None:
        """The time has come."""


class Client(Timed, Protocol):
    """What an engine starts, serves and closes; all of its streams are watched."""

    #: Whether it waits for a place within a fanout; ports do not.
    delayable: bool
    #: Whose fanout it shares, None for that of the task.
    worker: Any
    #: Whether it has been started, and not been closed since; kept by the engine.
    registered: bool
    #: Of the engine: turn of the loop in which it was registered, and its fanout group.
    _reg_epoch: int
    _reg_group: Any

    #: The process, if there is one: a client whose process still runs has it.
    popen: Any

    @property
    def streams(self) -> Streams:
        """What it reads from and writes to."""

    def _start(self) -> Any:
        """Start.  StarvedError has it called again when others have ended."""

    def _start_failed(self, exc: OSError) -> None:
        """Starting failed with StarvedError *exc* for good."""

    def _on_ready(self, stream: Any, event: int) -> None:
        """poll(2) has told *event* of *stream*."""

    def _close_stream(self, sname: str) -> None:
        """*sname* has ended: hand out what it has buffered, and close it."""

    def _exited(self) -> bool:
        """Return whether closing will not have to wait for a process."""

    def _close(self, abort: bool, timeout: bool) -> None:
        """End; called once, after it has been unregistered."""

    def _discard(self) -> None:
        """Undo whatever a start has done, without events."""

    def _snoop(self) -> None:
        """The loop is about to begin: take in what waits.  For clients without a fanout."""
