"""Signals are noticed at once, whatever the main thread waits for.

Python runs handlers in the main thread only.  A signal that the kernel gives to
another thread, or that comes just before the main thread begins to wait, does not
end that wait: Ctrl-C would do nothing until a line is typed or an output comes.  So
a thread listens for signals and interrupts the main thread until it has looked.
"""

from __future__ import annotations

import os
import signal
import threading
import time

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

#: Interrupts what the main thread waits for, and has no meaning of its own.
_NUDGE = signal.SIGURG

#: Seconds between two nudges.
_PAUSE = 0.02


class _Listener:
    """Has the main thread notice signals; one for the process, for good."""

    def __init__(self) -> None:
        self._main = threading.main_thread().ident or 0
        self._noticed = 0
        self._heard, told = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(told, False)
        signal.signal(_NUDGE, self._notice)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        threading.Thread(target=self._listen, name="signals", daemon=True).start()

    def _notice(self, signum: int, frame: Any) -> None:
        # Handlers run in the order of signal numbers: those of Ctrl-C and SIGUSR1
        # have had their turn before this one, or have it next.
        self._noticed += 1

    def _listen(self) -> None:
        while True:
            numbers = os.read(self._heard, 4096)
            if set(numbers) <= {_NUDGE}:
                continue
            seen = self._noticed
            while self._noticed == seen:
                signal.pthread_kill(self._main, _NUDGE)
                time.sleep(_PAUSE)


_listener: _Listener | None = None


def notice_signals() -> None:
    """Have signals noticed at once from now on; for the main thread."""
    global _listener
    if _listener is None and threading.current_thread() is threading.main_thread():
        _listener = _Listener()
