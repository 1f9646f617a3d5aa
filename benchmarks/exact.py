"""Exact costs of the rows that start no processes: counted, not timed.

==============  ===================================================  ==================
kind            what                                                 counted by
==============  ===================================================  ==================
calls           Python functions entered                             sys.setprofile()
allocations     calls of malloc and its kin, Python's own included   a preloaded library
system calls    but for those that only get memory                   strace
instructions    of the machine                                       valgrind's callgrind
==============  ===================================================  ==================

Each row runs small, a few times before it counts, in one process for each kind, with
Python's collector of cycles at rest.  The counts are the same on every machine, though not
for every Python, and instructions not for every compiler and C library (:func:`tools`).

``python -m benchmarks.exact KIND`` is that process; :func:`run` starts them.
"""

from __future__ import annotations

import ast
import ctypes
import gc
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks import sweep, workloads
from benchmarks.counts import python_calls
from benchmarks.environments import ROOT

#: Part of its size at which a row is counted.
SCALE = 0.02
#: Runs of a row before the one that counts.
WARMING = 3

#: Tables whose rows start processes: what these do depends on when they do it.
PROCESSES = ("Engine and clush", "Trees of gateways")

#: Shapes of the sweep that are counted: of each operation, by every way, the smallest.
SHAPES = ("six", "constant axis", "few", "equal, MODE_DEFER")

#: System calls that get memory (which allocations tell) or that come from the reading of clocks.
MEMORY = {"brk", "mmap", "munmap", "mremap", "madvise", "mprotect", "clock_gettime"}

Run = Callable[[], object]
Count = Callable[[str, Run], None]


def rows() -> Iterator[tuple[str, Callable[[], tuple[Run, Callable[[Any], object]]]]]:
    """Yield the name of each row that is counted, and what makes (prepare, run) for it."""
    for row in workloads.load():
        if row.group not in PROCESSES:
            yield row.key, lambda row=row: _made(row)
    for case in sweep.cases():
        if case.shape in SHAPES and case.group != "Task":
            yield case.key, lambda case=case: _timed(case)


def _made(row: workloads.Workload) -> tuple[Run, Callable[[Any], object]]:
    made = row.make(SCALE)
    if isinstance(made, workloads.Command):
        raise TypeError("a process has no counts")
    return workloads.pair(made)


def _timed(case: sweep.Case) -> tuple[Run, Callable[[Any], object]]:
    timed = case.make()
    return timed.prepare or (lambda: None), timed.run


def each(count: Count) -> None:
    """Run every row a few times, then have one run of it counted.

    A row that raises, or is whole commands, has no counts.
    """
    for name, make in rows():
        with suppress(Exception):
            _one(name, make, count)


def _one(name: str, make: Callable[[], tuple[Run, Callable[[Any], object]]], count: Count) -> None:
    prepare, run = make()
    if any(run(prepare()) is NotImplemented for _ in range(WARMING)):
        return
    state = prepare()
    gc.collect()
    gc.disable()
    try:
        count(name, lambda: run(state))
    finally:
        gc.enable()


def _calls() -> None:
    found: dict[str, int] = {}
    each(lambda name, run: found.update({name: python_calls(run) - 1}))
    json.dump(found, sys.stdout)


def _allocations() -> None:
    calls = ctypes.c_long.in_dll(ctypes.CDLL(None), "allocation_calls")
    found: dict[str, int] = {}

    def count(name: str, run: Run) -> None:
        before = calls.value
        run()
        found[name] = calls.value - before

    count("", lambda: None)
    count("", lambda: None)
    nothing = found.pop("")
    each(count)
    json.dump({name: value - nothing for name, value in found.items()}, sys.stdout)


def _system_calls() -> None:
    """Mark, for who reads the trace, where a row begins and ends."""

    def count(name: str, run: Run) -> None:
        with suppress(OSError):
            os.write(-1, f"<{name}>".encode())
        run()
        with suppress(OSError):
            os.write(-1, b"<>")

    each(count)


def _instructions() -> None:
    library = ctypes.CDLL(os.environ["BENCHMARKS_CALLGRIND"])

    def count(name: str, run: Run) -> None:
        text = name.encode()
        library.counting_start()
        run()
        library.counting_stop(text)

    count("nothing", lambda: None)
    count("nothing", lambda: None)
    each(count)


KINDS: dict[str, Callable[[], None]] = {
    "calls": _calls,
    "allocations": _allocations,
    "system calls": _system_calls,
    "instructions": _instructions,
}


def _process(python: Path, kind: str, *before: str, **env: str) -> str:
    done = subprocess.run(
        [*before, str(python), "-m", "benchmarks.exact", kind],
        check=True, capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0", **env},
    )  # fmt: skip
    return done.stdout


def _traced(text: str) -> dict[str, int]:
    """Return the system calls between the marks of a trace."""
    found: dict[str, int] = {}
    name = ""
    for line in text.splitlines():
        mark = re.match(r'write\(-1, "<(.*?)>"', line)
        if mark:
            name = mark.group(1).encode("latin-1").decode("unicode_escape")
            name = name.encode("latin-1").decode()
            if name:
                found[name] = 0
        elif name:
            found[name] += line.partition("(")[0] not in MEMORY
    return found


def _dumped(folder: Path) -> dict[str, int]:
    """Return the instructions of each row, from what callgrind has dumped."""
    found: dict[str, int] = {}
    for path in sorted(folder.glob("out.*"), key=lambda path: int(path.suffix[1:])):
        text = path.read_text()
        name = re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.MULTILINE)
        total = re.search(r"^totals: (\d+)$", text, re.MULTILINE)
        if name and total:
            found[name.group(1)] = int(total.group(1))
    nothing = found.pop("nothing", 0)
    return {name: total - nothing for name, total in found.items()}


def count(python: Path, kind: str, layout: int = 0) -> dict[str, int]:
    """Count one kind on the ClusterShell that ``python`` imports; nothing without the tool.

    :param layout: for another number than 0 all objects lie elsewhere in memory: CPython's cache of
        attributes of classes goes by addresses, and a row costs more where two collide.
    """
    # They are the first objects that a Python makes of what it is given.
    laid_out = {f"BENCHMARKS_LAYOUT_{n}": "x" * n for n in range(37 * layout)}
    with tempfile.TemporaryDirectory() as scratch:
        if kind == "allocations":
            library = workloads.built("allocations", scratch, "-shared", "-fPIC", "-fno-builtin")
            return json.loads(_process(python, kind, LD_PRELOAD=library, PYTHONMALLOC="malloc"))
        if kind == "system calls":
            if not shutil.which("strace"):
                return {}
            trace = Path(scratch, "trace")
            _process(python, kind, "strace", "-s", "300", "-o", str(trace))
            return _traced(trace.read_text())
        if kind == "instructions":
            if not shutil.which("valgrind"):
                return {}
            library = workloads.built("callgrind", scratch, "-shared", "-fPIC")
            tool = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "-q"]
            tool.append(f"--callgrind-out-file={scratch}/out")
            _process(python, kind, *tool, BENCHMARKS_CALLGRIND=library, **laid_out)
            return _dumped(Path(scratch))
        return json.loads(_process(python, kind))


def run(python: Path) -> dict[str, dict[str, int]]:
    """Count everything; return kind -> count, by row."""
    found: dict[str, dict[str, int]] = {}
    for kind in KINDS:
        for name, value in count(python, kind).items():
            found.setdefault(name, {})[kind] = value
    return found


def tools(python: Path) -> dict[str, str]:
    """Return what the counts of a machine depend on: Python, its compiler, the C library."""
    code = "import platform as p; print([p.python_version(), p.python_compiler()])"
    version, compiler = ast.literal_eval(
        subprocess.check_output([str(python), "-c", code], text=True)
    )
    cc = subprocess.run(["cc", "-dumpfullversion"], capture_output=True, text=True).stdout.strip()
    return {
        "python": version,
        "compilers": f"{compiler}, kernels: {cc}",
        "libc": " ".join(platform.libc_ver()),
    }


if __name__ == "__main__":
    KINDS[sys.argv[1]]()
