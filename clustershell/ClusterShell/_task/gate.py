"""Who may run a task's loop when: the state shared between threads."""

from __future__ import annotations

from ClusterShell._engine.monitor import Monitor


class Gate:
    """State of one task, changed under one monitor.

    ``running``: its loop runs.  ``suspended``: its loop, or its next run, waits for a
    resume.  ``requested``: a resume was asked for and has not been served.  ``closed``:
    the task is over.
    """

    def __init__(self) -> None:
        self._monitor = Monitor()
        self._token: object = None
        self.running = False
        self.suspended = False
        self.requested = False
        self.closed = False
        self.aborting: bool | None = None
        self.timeout: float | None = None

    def enter(self, token: object, stale: bool) -> bool:
        """Claim the loop for the holder of *token*; return False if it runs already.

        :param stale: it does not, whatever we know: an interrupt cut short its end

        The token is made before: an interrupt right after the claim cannot lose it.
        """
        with self._monitor.lock:
            if self.running and not stale:
                return False
            self._token = token
            self.running = True
            self.requested = False
            return True

    def leave(self, token: object) -> None:
        """Give the loop back, if it was claimed with *token*."""
        with self._monitor.lock:
            if self._token is not token:
                return
            self._token = None
            self.running = False
            self.suspended = False
            self._monitor.changed()

    def serve(self) -> None:
        """The request needs no run."""
        with self._monitor.lock:
            self.requested = False
            self._monitor.changed()

    def again(self) -> bool:
        """Return (once) whether a resume has come since the loop was entered."""
        with self._monitor.lock:
            again, self.requested = self.requested, False
            return again

    def request(self, timeout: float | None) -> None:
        """Resume: end a suspension, else ask the task's thread for a run."""
        with self._monitor.lock:
            if self.suspended:
                self.suspended = False
            else:
                self.requested = True
                self.timeout = timeout
            self._monitor.changed()

    def request_abort(self, kill: bool) -> None:
        """Ask the task's thread, where it waits for work, to abort."""
        with self._monitor.lock:
            self.aborting = bool(kill or self.aborting)
            self._monitor.changed()

    def await_work(self) -> bool | None:
        """Wait for a request; return None for a run, or the *kill* flag of an abort."""
        self._monitor.when(lambda: self.requested or self.closed or self.aborting is not None)
        if self.closed:
            return True
        # Kept until the abort is done: who waits for us must not slip through.
        return self.aborting

    def aborted(self) -> None:
        """The abort that was asked for is done."""
        with self._monitor.lock:
            self.aborting = None
            self._monitor.changed()

    def suspend(self) -> bool:
        """Ask for a suspension; return False if the loop does not run."""
        with self._monitor.lock:
            if not self.running or self.suspended:
                return False
            self.suspended = True
            return True

    def await_resume(self) -> None:
        """Wait in the task's thread until the suspension is over, or an abort wanted."""

        def over() -> bool:
            if self.suspended and not self.closed and self.aborting is None:
                return False
            self.suspended = False
            return True

        with self._monitor.lock:
            self._monitor.changed()
        self._monitor.when(over)

    def close(self) -> None:
        """The task is over; let all go that wait for it."""
        with self._monitor.lock:
            self.closed = True
            self.requested = False
            self.suspended = False
            self._monitor.changed()

    def await_idle(self) -> None:
        """Wait until nothing runs and nothing is asked for (a suspended task is idle)."""

        def idle() -> bool:
            asked = self.requested or self.aborting is not None
            return self.closed or not (asked or (self.running and not self.suspended))

        self._monitor.when(idle)
