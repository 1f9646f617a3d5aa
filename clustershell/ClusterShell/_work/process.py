"""Processes of clients: their pipes until a client takes these over, and their ends."""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

#: Exit code of a process whose end somebody else has taken note of.
UNKNOWN_END = 255


class Process:
    """A child process; ``returncode`` is negative for a signal, None while it runs."""

    __slots__ = ("pids", "pipes", "returncode")

    def __init__(self) -> None:
        self.pids: list[int] = []
        #: Our ends of the pipes to standard input, output and error (if separate), until
        #: somebody takes them over.
        self.pipes: list[int] = []
        self.returncode: int | None = None

    @property
    def pid(self) -> int | None:
        """Process id, None if there is no process."""
        return self.pids[0] if self.pids else None

    def discard(self) -> None:
        """Close the pipes that nobody has taken over."""
        closing = map(os.close, self.pipes)
        self.pipes = []
        deque(closing, maxlen=0)

    def connect(self, streams: Any, worker: Any, separate_stderr: bool) -> None:
        """Make our ends of the pipes *streams* of a client of *worker*."""
        pipes = self.pipes
        try:
            streams.set_writer(worker.SNAME_STDIN, pipes[0], retain=False)
            streams.set_reader(worker.SNAME_STDOUT, pipes[1])
            if separate_stderr:
                streams.set_reader(worker.SNAME_STDERR, pipes[2])
            self.pipes = []  # no call, after which an interrupt could come
        except BaseException:  # an interrupt: discard() closes them
            for stream in streams.values():
                stream.fd = None
            raise

    def end(self, abort: bool) -> int | None:
        """Return the exit code: of a process that has ended, or, unless *abort*, when it has.

        One that still runs is killed, and None returned: somebody is to reap it later.
        """
        if self.pipes:
            self.discard()
        rc = self.returncode
        if rc is None:
            rc = self.poll()
        if rc is None:
            if not abort:
                return self.wait()
            self.kill()
        return rc

    def poll(self) -> int | None:
        """Return the exit code if the process has ended, else None."""
        if self.returncode is None and self.pids:
            self._wait(os.WNOHANG)
        return self.returncode

    def wait(self) -> int | None:
        """Wait for the end of the process and return its exit code."""
        while self.returncode is None and self.pids:
            self._wait(0)
        return self.returncode

    def _wait(self, options: int) -> None:
        try:
            pid, status = os.waitpid(self.pids[0], options)
        except ChildProcessError:
            # The host program reaps all children itself, or ignores SIGCHLD: how this
            # one ended is not known, and must not pass for success.
            self.returncode = UNKNOWN_END
        else:
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)

    def send_signal(self, sig: int) -> None:
        """Send signal *sig*, unless the process is known to have ended."""
        if self.returncode is None and self.pids:
            with suppress(ProcessLookupError):  # reaped by the host program
                os.kill(self.pids[0], sig)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(9)
