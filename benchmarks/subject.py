"""One measured process: runs workloads on the ClusterShell it can import.

Started by :mod:`benchmarks.measure` with the interpreter of the environment to
measure; requests and answers are JSON, one a line, on standard input and
output.  Standard output of the workloads themselves goes nowhere.

========== ===========================================  =======================
request    fields                                       answer
========== ===========================================  =======================
describe                                                python, version, life
prepare    key, scale, [reference]                      ok
time       loops                                        seconds, processor,
                                                        elapsed, effort (per call)
memory     key, scale, [reference]                      peak, [kept] (KiB)
try_cases  keys (of the sweep)                          refused (why, or null)
time_cases keys                                         seconds (of each)
trace      key, scale                                   modules (of the one row)
trace_cases keys                                        modules (of each)
========== ===========================================  =======================
"""

import ctypes
import functools
import gc
import json
import os
import sys
import time
import traceback
from typing import Any, Callable, Optional

from benchmarks import traces, workloads
from benchmarks.sweep.player import Player

#: Part of its size at which a row is run before its memory is measured.
WARMING = 0.01


class Subject:
    """Answers requests; holds the workload prepared last."""

    made: object
    prepare_one: Callable[[], object]
    run_one: Callable[[object], object]
    processor: Callable[[], float]

    @functools.cached_property
    def player(self) -> Player:
        return Player()

    def try_cases(self, keys: list[str]) -> dict[str, Any]:
        return {"refused": self.player.prepare(keys)}

    def time_cases(self, keys: list[str]) -> dict[str, Any]:
        return {"seconds": self.player.time(keys)}

    def trace(self, key: str, scale: float) -> dict[str, Any]:
        """Return the files of the package that a row runs, once it has run."""
        self.prepare(key, scale)
        self.run_one(self.prepare_one())
        state = self.prepare_one()
        return {"modules": [traces.traced(lambda: self.run_one(state))]}

    def trace_cases(self, keys: list[str]) -> dict[str, Any]:
        refused = self.player.prepare(keys)
        return {
            "modules": [
                [] if why else traces.traced(lambda: self.player.once(key))  # noqa: B023
                for key, why in zip(keys, refused)
            ]
        }

    def describe(self) -> dict[str, Any]:
        import ClusterShell

        try:
            from ClusterShell import _accel
        except ImportError:
            life = "peer"
        else:
            life = _accel.life()
        return {
            "python": sys.version.split()[0],
            "version": ClusterShell.__version__,
            "life": life,
        }

    def prepare(self, key: str, scale: float, reference: Optional[str] = None) -> dict[str, Any]:
        rows = workloads.load()
        if reference is None:
            make = next(row.make for row in rows if row.key == key)
        else:
            columns = workloads.REFERENCES
            make = next(col.make for col in columns if (col.key, col.name) == (key, reference))
        self.made = make(scale)
        self.prepare_one, self.run_one = workloads.pair(self.made)
        self.processor = workloads.processor_clock(self.made, key)
        return {"ok": True}

    def time(self, loops: int) -> dict[str, Any]:
        """Time ``loops`` calls, each with state of its own; return seconds a call.

        ``processor`` is the processor time of what does the work: this thread, or the
        command of a row that runs one; ``elapsed`` what all of it took, a call,
        preparation included, and ``effort`` the processor time of that.
        """
        run, prepare = self.run_one, self.prepare_one
        clock, processor = time.perf_counter, self.processor
        total = used = 0.0
        gc.collect()
        begun, effort = clock(), workloads.with_children()
        # Where no call needs a state, the clocks are read only once.
        calls = 1 if isinstance(self.made, tuple) else loops
        for _ in range(loops // calls):
            state = prepare()
            before, started = processor(), clock()
            for _ in range(calls):
                result = run(state)
            total, used = total + clock() - started, used + processor() - before
            del result, state
        effort = (workloads.with_children() - effort) / loops
        elapsed = (clock() - begun) / loops
        return {
            "seconds": total / loops,
            "processor": used / loops,
            "elapsed": elapsed,
            "effort": effort,
        }

    def memory(self, key: str, scale: float, reference: Optional[str] = None) -> dict[str, Any]:
        """Run once; return what that added to this process's resident memory.

        ``peak`` is the highest, ``kept`` what is left while the result is held.
        For a whole command, ``peak`` is all of its memory, and nothing is kept.
        To be asked of a fresh process: free memory left by other work would be
        used again, and so not be seen.  A small run goes first, so that what is
        imported or set up once is not counted.
        """
        self.prepare(key, scale * WARMING, reference)
        if isinstance(self.made, workloads.Command):
            self.prepare(key, scale, reference)
            return {"peak": self.made.peak(), "whole": True}
        self.run_one(self.prepare_one())
        self.prepare(key, scale, reference)
        state = self.prepare_one()
        gc.collect()
        give_back()
        with open("/proc/self/clear_refs", "w") as reset:
            reset.write("5")  # the high-water mark starts again from here
        before = resident("VmRSS")
        result = self.run_one(state)
        figures = {"kept": resident("VmRSS") - before, "peak": resident("VmHWM") - before}
        del result, state
        return figures


def give_back() -> None:
    """Return free memory to the system: taken again, it would not be seen."""
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):  # glibc has it
        library.malloc_trim(0)


def resident(field: str) -> int:
    """Return a figure of this process's memory in KiB (see proc(5))."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1])
    raise LookupError(field)


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    subject = Subject()
    for line in sys.stdin:
        request = json.loads(line)
        operation = request.pop("op")
        try:
            answer = getattr(subject, operation)(**request)
        except Exception as exc:  # told to the measuring side, which reports it
            traceback.print_exc()
            answer = {"error": f"{type(exc).__name__}: {exc}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
