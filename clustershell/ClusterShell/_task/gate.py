"""Who may run a task's loop when: the state shared between threads."""

from __future__ import annotations

from ClusterShell._engine.monitor import Monitor


class Gate:
    """State of one task, changed under one monitor.

    ``running``: its loop runs.  ``suspended``: its loop, or its next run, waits for a
    resume.  ``held``: it waits in its thread.  ``requested``: a resume was asked for and
    has not been served.  ``retired``: the thread that has left because nothing was left to
    do after an abort.  ``closed``: the task is over.

    An abort by another thread travels as a message, in the order of all that is asked for;
    the gate only has the task's thread look at its messages, if no loop does.
    """

    def __init__(self) -> None:
        self._monitor = Monitor()
        self._token: object = None
        self.running = False
        self.suspended = False
        self.held = False
        self.requested = False
        self.retired: object = None
        self.closed = False
        self._called = False
        self._looking = False
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

    def call(self, thread: object) -> bool:
        """Have the task's *thread* look at its messages; return False if it has left."""
        with self._monitor.lock:
            if self.retired is thread:
                return False
            self._called = True
            self._monitor.changed()
            return True

    def await_work(self) -> bool:
        """Wait for something to do; return whether it is to look at messages.

        Else it is a run, or the end.
        """

        def step() -> bool:
            if self._called:
                self._called = False
                self._looking = True
            return self._looking or self.requested or self.closed

        self._monitor.when(step)
        return self._looking

    def retire(self, thread: object) -> bool:
        """Have *thread* leave; return False if there is something for it to do."""
        with self._monitor.lock:
            if self.requested or self._called:
                return False
            self.retired = thread
            self._monitor.changed()
            return True

    def looked(self) -> None:
        """The messages have been looked at."""
        with self._monitor.lock:
            self._looking = False
            self._monitor.changed()

    def suspend(self) -> bool:
        """Ask for a suspension; return False if the loop does not run."""
        with self._monitor.lock:
            if not self.running or self.suspended:
                return False
            self.suspended = True
            return True

    def await_held(self) -> bool:
        """Wait until the task's thread waits, or needs not; return whether it does."""
        held = False

        def decided() -> bool:
            nonlocal held
            held = self.held
            return held or not self.suspended or not self.running or self.closed

        self._monitor.when(decided)
        return held

    def await_resume(self) -> None:
        """Wait in the task's thread until the suspension is over, or an abort wanted."""

        def over() -> bool:
            if self.suspended and not self.closed and not self._called:
                return False
            self.suspended = self.held = False
            return True

        with self._monitor.lock:
            self.held = self.suspended
            self._monitor.changed()
        try:
            self._monitor.when(over)
        finally:
            self.held = False  # an interrupt

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
            asked = self.requested or self._called or self._looking
            return self.closed or not (asked or (self.running and not self.suspended))

        self._monitor.when(idle)
