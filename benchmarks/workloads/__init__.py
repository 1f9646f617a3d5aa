"""The workloads: what is measured, written once, for every subject.

A workload uses nothing but the public ClusterShell API, so the same file runs
on our compiled life, on our interpreted life and on the released peer.  It is
a function of the scale that returns the timed callable::

    @workload("RangeSet", "parse 0-999999", must=1000)
    def parse_dense(scale):
        from ClusterShell.RangeSet import RangeSet

        text = f"0-{int(1_000_000 * scale) - 1}"
        return lambda: RangeSet(text)

Where each timed call needs fresh state (because it changes it, or because a
branch predictor would learn it), return a pair ``(prepare, run)``: ``run`` is
timed with what ``prepare()``, untimed, has just returned.

Import ClusterShell inside the function: one process measures one subject.
Commands are found beside the running interpreter, with :func:`command`, and a
row that runs one returns a :class:`Command`, so that its memory can be read.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Optional

#: Modules of rows, in the order in which tables are printed.
MODULES = ("ranges", "nd", "nodesets", "messages", "engine", "tree", "tools", "records")

Make = Callable[[float], object]


class Workload(NamedTuple):
    """One row of the performance tables.

    group: title of the table it stands in.
    row: what is done, in the words of the table.
    make: function of the scale (1.0 is the size named in ``row``) that returns
        the callable to time, or a pair of (prepare, run).
    must: smallest accepted ratio peer time / our time, compiled; None where the
        bound is not a ratio (then ``bound`` says what it is).
    aim: ratio to aim for, None where the table names none.
    bound: a bound that is not a ratio, in words; empty otherwise.
    peer: False where the released peer cannot run it in reasonable time.
    """

    group: str
    row: str
    make: Make
    must: Optional[float]
    aim: Optional[float]
    bound: str
    peer: bool

    @property
    def key(self) -> str:
        """The row's name across runs and in the committed record."""
        return f"{self.group}: {self.row}"


class Reference(NamedTuple):
    """The same work done by a program that is not ClusterShell.

    name: column title, such as ``pdsh``.
    key: key of the workload it stands beside.
    make: as in :class:`Workload`.
    needs: program that must be installed, else the column stays empty.
    must: smallest accepted ratio reference time / our time, compiled, or None.
    """

    name: str
    key: str
    make: Make
    needs: str
    must: Optional[float]


REGISTRY: list[Workload] = []
REFERENCES: list[Reference] = []


def workload(
    group: str,
    row: str,
    must: Optional[float] = None,
    aim: Optional[float] = None,
    bound: str = "",
    peer: bool = True,
) -> Callable[[Make], Make]:
    """Register the decorated function as one row; see :class:`Workload`."""

    def register(make: Make) -> Make:
        REGISTRY.append(Workload(group, row, make, must, aim, bound, peer))
        return make

    return register


def reference(
    group: str, row: str, name: str, needs: str, must: Optional[float] = None
) -> Callable[[Make], Make]:
    """Register the decorated function as a column beside one row."""

    def register(make: Make) -> Make:
        REFERENCES.append(Reference(name, f"{group}: {row}", make, needs, must))
        return make

    return register


def load() -> list[Workload]:
    """Import every module of rows and return the rows, those of a table together."""
    for name in MODULES:
        import_module("benchmarks.workloads." + name)
    tables = list(dict.fromkeys(row.group for row in REGISTRY))
    return sorted(REGISTRY, key=lambda row: tables.index(row.group))


def command(name: str) -> str:
    """Return the path of a command installed beside the running interpreter."""
    return os.path.join(os.path.dirname(sys.executable), name)


class Command:
    """A callable that runs a command on some text as its standard input."""

    def __init__(self, argv: list[str], text: bytes) -> None:
        self.argv = argv
        #: Processor time of all runs so far, seconds.
        self.processor = 0.0
        self._source = tempfile.TemporaryFile()  # noqa: SIM115 (as long as the callable)
        weakref.finalize(self, self._source.close)
        self._source.write(text)

    def __call__(self) -> None:
        """Run the command; its output goes nowhere."""
        self._source.seek(0)
        with subprocess.Popen(self.argv, stdin=self._source, stdout=subprocess.DEVNULL) as process:
            # Ended, but still there to be asked: its own time, without that of its children.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            with open(f"/proc/{process.pid}/schedstat") as file:
                self.processor += int(file.read().split()[0]) / 1e9
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, self.argv)

    def peak(self) -> int:
        """Run the command; return the greatest resident memory of its processes, KiB.

        Between it and this process stands a small program: the memory of the
        process that starts a command counts as the command's own.
        """
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder, "answer")
            self._source.seek(0)
            subprocess.run(
                [built("peak", folder), answer, *self.argv],
                stdin=self._source,
                stdout=subprocess.DEVNULL,
                check=True,
            )
            return int(answer.read_text())


#: Tables whose rows work in processes below this one, too: gateways.
SHARED = ("Trees of gateways",)


def processor_clock(made: object, key: str) -> Callable[[], float]:
    """Return the clock of what does the work of a row: a command, or this process."""
    if isinstance(made, Command):
        return lambda: made.processor
    if key.startswith(SHARED):
        return with_children
    return time.process_time


def with_children() -> float:
    """Return the processor time of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def sized(size: int, scale: float) -> int:
    """Return a size at some scale, one at least."""
    return max(1, int(size * scale))


def built(name: str, folder: str, *options: str) -> str:
    """Compile a C program of this project into a folder; return its path."""
    program = os.path.join(folder, name)
    source = Path(__file__).parent.parent / f"{name}.c"
    subprocess.run(["cc", "-O2", *options, "-o", program, source], check=True)
    return program


def pair(made: object) -> tuple[Callable[[], object], Callable[[object], object]]:
    """Return what a workload's function gave as (prepare, run), always."""
    if isinstance(made, tuple):
        return made
    assert callable(made)
    return (lambda: None), (lambda _nothing: made())
