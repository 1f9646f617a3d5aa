"""A task's loop inside a running asyncio loop."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Callable

#: Turns that may be taken before others in the asyncio loop get theirs.
_TURNS = 16

#: Seconds between looks where no descriptor tells that there is something to do.
_LOOK = 0.02


class _Idle(BaseException):
    """Nothing can be done now; *delay* says for how many seconds, negative for ever.

    Leaves the loop of the engine, which keeps all its state; no handler catches it.
    """

    def __init__(self, delay: float) -> None:
        BaseException.__init__(self)
        self.delay = delay


class Attached:
    """The loop of *task*, attached to the asyncio loop that runs."""

    def __init__(self, task: Any) -> None:
        self._engine = engine = task._engine
        self._loop = asyncio.get_running_loop()
        self._wait = engine._wait
        self._turns = 0
        self._timer: asyncio.TimerHandle | None = None
        self._waiters: set[asyncio.Future[None]] = set()
        #: How many use it.
        self.users = 0
        epoll = getattr(engine, "epolling", None)
        self._fd = -1 if epoll is None else epoll.fileno()
        engine.running = True
        engine._wait = self._ready
        if self._fd >= 0:
            self._loop.add_reader(self._fd, self._turn)

    def _ready(self, delay: float) -> list[tuple[int, int]]:
        """Return what is ready now, in place of waiting for it."""
        found = list(self._wait(0))
        self._turns += 1
        if self._turns > _TURNS:
            if found:
                # They are told of again.
                raise _Idle(0)
            raise _Idle(delay)
        if not found and delay != 0:
            raise _Idle(delay)
        return found

    def _turn(self) -> None:
        """Do what can be done, and come back when there is more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._turns = 0
        try:
            self._engine.runloop(None)
        except _Idle as idle:
            delay = idle.delay
            if self._fd < 0:
                delay = _LOOK if delay < 0 else min(delay, _LOOK)
            if delay >= 0:
                self._timer = self._loop.call_later(delay, self._turn)
        except Exception as exc:
            error = exc
            try:
                # Handlers of what is ended here may raise as well.
                self._engine.clear()
            except Exception as later:
                error = later
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_exception(error)

    def prepare(self, schedule: Callable[[], Any]) -> Any:
        """Call a function that schedules work, of which nothing starts yet; return its result."""
        self._engine.running = False
        try:
            return schedule()
        finally:
            self._engine.running = True

    async def until_closed(self, worker: Any, handler: Any) -> None:
        """Wait until *worker* has ended, which *handler* is told of.

        :raises Exception: whatever a handler, or the engine, has raised
        """
        over: asyncio.Future[None] = self._loop.create_future()

        def ended() -> None:
            if not over.done():
                over.set_result(None)

        handler.ended = ended
        self._waiters.add(over)
        self._engine.start_ports()
        self._engine.start_clients()
        self._timer = self._timer or self._loop.call_soon(self._turn)  # type: ignore[assignment]
        try:
            await over
        except asyncio.CancelledError:
            worker.abort()
            raise
        finally:
            self._waiters.discard(over)

    def close(self) -> None:
        """Leave the asyncio loop."""
        if self._timer is not None:
            self._timer.cancel()
        if self._fd >= 0:
            self._loop.remove_reader(self._fd)
        engine = self._engine
        engine._wait = self._wait
        engine.running = False
        engine.clear()
        engine.run(None)  # tidies up


_attached: dict[Any, Attached] = {}


@contextmanager
def attached(task: Any) -> Iterator[Attached]:
    """Return a context in which the loop of *task* runs inside the asyncio loop.

    :raises RuntimeError: the loop of the task runs otherwise
    """
    loop = _attached.get(task)
    if loop is None:
        if task.running():
            raise RuntimeError("the task runs already")
        loop = _attached[task] = Attached(task)
    loop.users += 1
    try:
        yield loop
    finally:
        loop.users -= 1
        if not loop.users:
            del _attached[task]
            loop.close()
