"""Waiting for processes to end, without waiting for any one of them.

A client whose streams are all closed may have a process that lives on.  The
kernel tells of its end through a pidfd in the poller; where there is none (old
kernel, no descriptor left), the process is asked from time to time.
"""

from __future__ import annotations

import os
from contextlib import suppress
from time import monotonic, sleep

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from ClusterShell._engine.client import Client

_PIDFD_OPEN = getattr(os, "pidfd_open", None)

#: Seconds between two looks at processes that no pidfd tells of.
_FIRST_LOOK = 0.002
_LAST_LOOK = 0.05

#: Most seconds that the end of a run waits for killed processes to be reaped.
_REAP_LIMIT = 2.0


class _Watch:
    """Stands in the engine's table of descriptors for the process of one client."""

    __slots__ = ("client", "events", "fd", "name", "queue", "_reg_epoch")

    def __init__(self, queue: ExitQueue, client: Client, epoch: int):
        self.queue = queue
        self.client = client
        self.fd: int | None = None
        self.events = 0
        self.name = "exit"
        self._reg_epoch = epoch

    def _on_ready(self, stream: Any, event: int) -> None:
        self.queue.engine.remove(self.client)


class ExitQueue:
    """Clients of *engine* waiting for their process, and killed processes to reap."""

    __slots__ = ("__weakref__", "_look", "_watches", "engine", "killed", "unwatched")

    def __init__(self, engine: Any):
        self.engine = engine
        self.unwatched: dict[Any, None] = {}
        self._watches: dict[Any, _Watch] = {}
        self.killed: list[Any] = []
        self._look = _FIRST_LOOK

    def watch(self, client: Client) -> None:
        """Remove *client* from the engine as soon as its process has ended."""
        if client in self._watches:
            return
        engine = self.engine
        watch = _Watch(self, client, engine._current_loopcnt)
        self._watches[client] = watch
        if not client.autoclose:
            engine.evlooprefcnt += 1
        watch.fd = self._open(client)
        if watch.fd is None:
            self.unwatched[client] = None
            self._look = _FIRST_LOOK
        else:
            engine.reg_clifds[watch.fd] = (watch, watch)

    def _open(self, client: Client) -> int | None:
        """Return a registered pidfd for the process of *client*, None if there is none."""
        if _PIDFD_OPEN is None:
            return None
        fds: list[int] = []
        try:
            # Into the list within one call: an interrupt cannot lose it.
            fds.extend(map(_PIDFD_OPEN, (client.popen.pid,)))
            self.engine._register_specific(fds[0], 1)
        except (OSError, ValueError):
            for fd in fds:
                os.close(fd)
            return None
        except BaseException:  # an interrupt, perhaps after it was registered
            for fd in fds:
                with suppress(OSError, ValueError, KeyError):
                    self.engine._unregister_specific(fd, 1)
                os.close(fd)
            raise
        return fds[0]

    def forget(self, client: Client) -> None:
        """Stop waiting for the process of *client*; does nothing if we do not."""
        watch = self._watches.get(client)
        if watch is None:
            return
        try:
            del self._watches[client]
            if not client.autoclose:
                self.engine.evlooprefcnt -= 1
            if watch.fd is None:
                self.unwatched.pop(client, None)
            else:
                self.engine.reg_clifds.pop(watch.fd, None)
                self.engine._unregister_specific(watch.fd, 1)
        finally:
            if watch.fd is not None:
                os.close(watch.fd)

    def limit(self, delay: float) -> float:
        """Shorten *delay* (negative: for ever) where a process must be looked at sooner."""
        if not self.unwatched:
            return delay
        look = self._look
        self._look = min(2 * look, _LAST_LOOK)
        return look if delay < 0 else min(delay, look)

    def poll(self) -> None:
        """Look at the processes that no pidfd tells of."""
        if self.killed:
            self.killed = [process for process in self.killed if process.poll() is None]
        for client in list(self.unwatched):
            if client in self.unwatched and client._exited():
                self._look = _FIRST_LOOK
                self.engine.remove(client)

    def adopt(self, process: Any) -> None:
        """Reap the killed *process* later, if it was started and has not ended yet."""
        if process.pid is not None and process.poll() is None:
            self.killed.append(process)

    def reap(self) -> None:
        """Reap killed processes; gives up on those that the kernel does not let die."""
        if not self.killed:
            return
        deadline = monotonic() + _REAP_LIMIT
        pause = 0.0002
        while True:
            self.killed = [process for process in self.killed if process.poll() is None]
            if not self.killed or monotonic() >= deadline:
                return
            sleep(pause)
            pause = min(2 * pause, 0.02)
