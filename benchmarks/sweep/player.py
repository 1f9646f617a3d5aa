"""The cases of the sweep inside a measured process: tried once, then timed in turns."""

from __future__ import annotations

import gc
import itertools
import signal
import time
from typing import Any

from benchmarks import sweep

#: A single measurement repeats calls until about this long, seconds of processor time.
TARGET = 0.002
#: States that are prepared at once, where each call needs one of its own.
STATES = 64
#: A call that takes longer is interrupted, seconds.
LONGEST = 2.0


class _TookTooLong(BaseException):
    """Not to be caught by what is measured."""


def _late(*_: Any) -> None:
    raise _TookTooLong


class Player:
    """Holds the cases that were prepared last."""

    def __init__(self) -> None:
        self._cases = {case.key: case for case in sweep.cases()}
        self._timed: dict[str, tuple[sweep.Timed, int]] = {}

    def prepare(self, keys: list[str]) -> list[str | None]:
        """Try the cases once each; return for each why it cannot be measured, or None."""
        self._timed.clear()
        signal.signal(signal.SIGALRM, _late)
        answers = [self._try(key) for key in keys]
        gc.collect()
        gc.freeze()
        return answers

    def _try(self, key: str) -> str | None:
        signal.setitimer(signal.ITIMER_REAL, LONGEST)
        try:
            timed = self._cases[key].make()
            state = timed.prepare() if timed.prepare else None
            started = time.thread_time()
            if timed.run(state) is NotImplemented:
                return "refused: NotImplemented"
            took = time.thread_time() - started
            self._timed[key] = timed, 1 if took > TARGET else self._loops(timed)
        except _TookTooLong:
            return f"over {LONGEST:g} s"
        except Exception as exc:  # what it refuses is no row; the measuring side decides
            return f"refused: {type(exc).__name__}: {exc}"[:200]
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return None

    @staticmethod
    def _loops(timed: sweep.Timed) -> int:
        """Return how often to repeat a call, from what a few of them take."""
        if not timed.prepare:
            took = min(once(timed, 1), once(timed, 3))
            return max(1, min(int(TARGET / max(took, 1e-8)), 20_000))
        begun = time.perf_counter()
        took = min(once(timed, 1), once(timed, 2))
        whole = (time.perf_counter() - begun) / 3
        return max(1, min(int(TARGET / max(took, 1e-8)), int(3 * TARGET / whole), STATES))

    def once(self, key: str) -> None:
        """Run a case that was prepared."""
        timed, _ = self._timed[key]
        timed.run(timed.prepare() if timed.prepare else None)

    def time(self, keys: list[str]) -> list[float]:
        """Return the processor time of one operation of each case, seconds."""
        return [once(*self._timed[key]) / self._timed[key][0].count for key in keys]


def once(timed: sweep.Timed, loops: int) -> float:
    """Return the processor time of a run, the mean of some."""
    run, clock = timed.run, time.thread_time
    if timed.prepare is None:
        started = clock()
        for state in itertools.repeat(None, loops):
            run(state)
        return (clock() - started) / loops
    states = [timed.prepare() for _ in range(loops)]
    started = clock()
    for state in states:
        run(state)
    return (clock() - started) / loops
