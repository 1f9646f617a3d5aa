"""Signals: what asks clush to end does so once, and is noticed at once.

Python runs handlers in the main thread only.  A signal that the kernel gives to
another thread, or that comes just before the main thread begins to wait, does not
end that wait: Ctrl-C would do nothing until a line is typed or an output comes.  So
a thread listens for signals and interrupts the main thread until it has looked.

An exception that a handler raises comes between any two steps of the main thread.
While that ends a run, a second one would leave it half done.  So Ctrl-C raises once;
it is obeyed again, without any ceremony, when the end takes too long.

input() writes out what the streams hold before it reads, and drops what is raised
meanwhile.  So an exception that should have ended what is being typed, and has not, is
raised again.
"""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # without its enumerations
import os
import time

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: What asks for an end.  SIGUSR1 is repeated by who sends it, and needs no help.
_ENDINGS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}

#: Interrupts what the main thread waits for, and has no meaning of its own.
WAKE_SIGNAL = signal.SIGURG

#: Seconds between two nudges.
_PAUSE = 0.02

#: Seconds after which an exception that has not ended reading is raised again.
_RAISE_AGAIN = 0.25

#: Seconds an end may take before Ctrl-C, pressed again, cuts it short.
GRACE_PERIOD = 1.0


class Ended(BaseException):
    """A signal, ``signum``, that ends the program: SIGTERM, SIGHUP."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


class Endings:
    """What Ctrl-C, SIGTERM and SIGHUP ask for.

    :param may_raise: function that tells whether the main thread may be interrupted with an
        exception just now; if not, it will call :meth:`check` soon.
    :param leave: function of a signal's number that ends the program on the spot.
    :param reading: function that tells whether the main thread waits for what is typed.
    """

    def __init__(
        self,
        may_raise: Callable[[], bool],
        leave: Callable[[int], None],
        reading: Callable[[], bool] = lambda: False,
    ) -> None:
        self._may_raise = may_raise
        self._leave = leave
        self._reading = reading
        self._since = 0.0
        self._raised = 0.0
        #: The signal that asks for an end; 0 for none.
        self.asked = 0

    def listen(self) -> None:
        """Obey these signals from now on, those excepted that somebody else takes or ignores."""
        for signum, usual in (
            (signal.SIGINT, signal.default_int_handler),
            (signal.SIGTERM, signal.SIG_DFL),
            (signal.SIGHUP, signal.SIG_DFL),
        ):
            if signal.getsignal(signum) == usual:
                signal.signal(signum, self._handle)

    def check(self) -> None:
        """Raise what was asked for: KeyboardInterrupt for Ctrl-C, or Ended."""
        if self.asked:
            self._raised = time.monotonic()
        if self.asked == signal.SIGINT:
            raise KeyboardInterrupt
        if self.asked:
            raise Ended(self.asked)

    def fatal(self) -> bool:
        """Return whether a signal other than Ctrl-C asks for the end."""
        return self.asked not in (0, signal.SIGINT)

    @property
    def unheard(self) -> bool:
        """Whether what was asked for has not ended reading, though it should have."""
        late = time.monotonic() - self._raised > _RAISE_AGAIN
        return bool(self.asked) and self._reading() and late

    def remind(self) -> None:
        """Raise again what was asked for and not heard."""
        if self.unheard:
            self.check()

    def settled(self) -> None:
        """What was asked for is done; the next signal asks anew."""
        self.asked = 0

    def _handle(self, signum: int, frame: Any) -> None:
        if not self.asked:
            self._since = time.monotonic()
            self.asked = signum
            if self._may_raise():
                self.check()
        elif signum != signal.SIGINT or time.monotonic() - self._since > GRACE_PERIOD:
            self._leave(signum)


class _Listener:
    """Has the main thread notice signals; one for the process, for good."""

    def __init__(self, endings: Endings) -> None:
        import threading

        self._endings = endings
        self._main = threading.main_thread().ident or 0
        self._noticed = 0
        self._heard, told = os.pipe()
        os.set_blocking(told, False)
        signal.signal(WAKE_SIGNAL, self._notice)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        threading.Thread(target=self._listen, name="signals", daemon=True).start()

    def _notice(self, signum: int, frame: Any) -> None:
        # Handlers run in the order of signal numbers: that of Ctrl-C has had its turn
        # before this one, or has it next.
        self._noticed += 1
        self._endings.remind()

    def _listen(self) -> None:
        while True:
            numbers = os.read(self._heard, 4096)
            if _ENDINGS.isdisjoint(numbers):
                continue
            seen = self._noticed
            while self._noticed == seen or self._endings.asked:
                if self._noticed == seen or self._endings.unheard:
                    signal.pthread_kill(self._main, WAKE_SIGNAL)
                time.sleep(_PAUSE)


_listener: _Listener | None = None


def notice_signals(endings: Endings) -> None:
    """Have signals noticed at once from now on, those of `endings`; for the main thread."""
    global _listener
    import threading  # takes its time, and `clush --version` needs none

    if _listener is None and threading.current_thread() is threading.main_thread():
        _listener = _Listener(endings)
