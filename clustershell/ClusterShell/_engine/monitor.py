"""Waiting for other threads, in a way that an interrupt cannot upset.

Ctrl-C raises KeyboardInterrupt in the main thread between any two bytecodes.
``threading.Condition``, and with it ``queue.Queue`` and ``threading.Event``, is
entered and left by Python code: raised there, the interrupt leaves the lock taken
for ever, and every other thread hangs.  A plain lock is taken by a ``with``
statement in one step, and a SimpleQueue works in one call.
"""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress
from itertools import repeat, starmap
from queue import SimpleQueue
from threading import Lock

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, Callable


class Monitor:
    """A ``lock`` around some state, and threads that wait for changes of it.

    Who changes the state does so with the lock held, and calls :meth:`changed`
    before letting it go.
    """

    __slots__ = ("_waiting", "lock")

    def __init__(self) -> None:
        self.lock = Lock()
        self._waiting: list[SimpleQueue] = []

    def changed(self) -> None:
        """Have those that wait look again; the caller holds the lock."""
        deque(map(SimpleQueue.put, self._waiting, repeat(None)), maxlen=0)
        self._waiting = []

    def when(self, step: Callable[[], Any]) -> None:
        """Call *step* with the lock held, again after each change, until it is true."""
        while True:
            with self.lock:
                if step():
                    return
                waiter: SimpleQueue = SimpleQueue()
                self._waiting.append(waiter)
            waiter.get()


class MessageQueue:
    """Messages from any thread, at most *maxsize* at a time (0: any number)."""

    __slots__ = ("_messages", "_monitor", "maxsize")

    def __init__(self, maxsize: int) -> None:
        self.maxsize = maxsize
        self._messages: deque = deque()
        self._monitor = Monitor()

    def __len__(self) -> int:
        return len(self._messages)

    def put(self, message: Any) -> None:
        """Append *message*; wait as long as there is no room for it."""

        def step() -> bool:
            room = self.maxsize <= 0 or len(self._messages) < self.maxsize
            if room:
                self._messages.append(message)
            return room

        self._monitor.when(step)

    def lift_limit(self) -> None:
        """Let all in that wait for room, and whoever comes after them."""
        with self._monitor.lock:
            self.maxsize = 0
            self._monitor.changed()

    def get(self) -> Any:
        """Take and return the first message.

        :raises IndexError: there is none
        """
        with self._monitor.lock:
            message = self._messages.popleft()
            self._monitor.changed()
        return message


class Message:
    """A message under way, with its acknowledgement where the sender waits for one."""

    __slots__ = ("_taken", "_user_msg")

    def __init__(self, user_msg: Any, sync: bool) -> None:
        self._user_msg = user_msg
        self._taken: SimpleQueue | None = SimpleQueue() if sync else None

    def get(self) -> Any:
        """Acknowledge the message and return it."""
        if self._taken is not None:
            self._taken.put(None)
        return self._user_msg

    def sync(self) -> None:
        """Wait until the message has been taken."""
        if self._taken is not None:
            self._taken.get()


class Bell:
    """A pipe by which any thread gets the attention of a loop.

    Its ends become the *streams* ``"in"``, to be watched, and ``"out"``.
    """

    __slots__ = ("_lock", "_streams")

    def __init__(self, streams: Any) -> None:
        self._lock = Lock()
        self._streams = streams
        pipes: list[tuple[int, int]] = []
        try:
            # Into the list within one call: an interrupt cannot lose it.
            pipes.extend(starmap(os.pipe, [()]))
            ((reader, writer),) = pipes
            os.set_blocking(reader, False)
            os.set_blocking(writer, False)
            streams.set_reader("in", reader)
            streams.set_writer("out", writer)
        except BaseException:
            dict.clear(streams)
            for pipe in pipes:
                for fd in pipe:
                    os.close(fd)
            raise

    def ring(self) -> bool:
        """Make the pipe readable; return False if it is closed."""
        # Closed by its own thread meanwhile, the descriptor might be another file's.
        with self._lock:
            if "out" not in self._streams:
                return False
            with suppress(BlockingIOError):  # rung often enough
                os.write(self._streams["out"].fd, b"M")
        return True

    def close(self) -> None:
        """Close the pipe, when nobody is about to ring."""
        with self._lock:
            self._streams.clear()
