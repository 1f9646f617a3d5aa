"""Costs that are counted, not timed: they are the same on every machine.

Python calls per line of output, system calls per command and per line, memory
blocks allocated for a text.  A count is a difference between two sizes of the
same work, so that start-up is not in it, rounded to a whole number.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

from benchmarks.environments import ROOT, module_output

#: Waiting depends on timing; every other system call is the program's doing.
WAITING = {"epoll_wait", "epoll_pwait", "poll", "ppoll", "select", "pselect6"}


def python_calls(run: Any) -> int:
    """Return how many Python functions ``run()`` enters."""
    calls = 0

    def profiler(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(profiler)
    try:
        run()
    finally:
        sys.setprofile(None)
    return calls


def gather(lines: int, handler: Any = None) -> None:
    from ClusterShell.Task import task_self

    task = task_self()
    task.shell(f"seq 1 {lines}", handler=handler)
    task.resume()


def calls_per_line() -> dict[str, int]:
    from ClusterShell.Event import EventHandler

    class Reader(EventHandler):
        def ev_read(self, worker: Any, node: Any, sname: Any, msg: Any) -> None:
            pass

    few, many = 10_000, 110_000
    gather(10)
    found = {}
    for name, handler in (("gathered", None), ("read by a handler", Reader())):
        difference = python_calls(lambda: gather(many, handler)) - python_calls(  # noqa: B023
            lambda: gather(few, handler)  # noqa: B023
        )
        found[f"Python calls per line {name}"] = round(difference / (many - few))
    return found


def blocks_of_text() -> dict[str, int]:
    """Return the memory blocks that ``str()`` of one long range leaves and their size."""
    from ClusterShell.RangeSet import RangeSet

    ranges = RangeSet("0-999999")
    str(ranges)
    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    text = str(ranges)
    after = tracemalloc.take_snapshot()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    filters = [tracemalloc.Filter(False, tracemalloc.__file__)]
    statistics = after.filter_traces(filters).compare_to(before.filter_traces(filters), "filename")
    blocks = sum(statistic.count_diff for statistic in statistics)
    assert text == "0-999999"
    return {"memory blocks kept by str() of a range of a million": blocks}


def system_calls(code: str) -> int:
    """Return the system calls of a Python program, without those that wait."""
    with tempfile.NamedTemporaryFile("r") as trace:
        command = ["strace", "-c", "-o", trace.name, sys.executable, "-c", code]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        total = 0
        for line in trace.read().splitlines():
            fields = line.split()
            if len(fields) >= 5 and fields[0].replace(".", "").isdigit() and fields[-1] != "total":
                total += int(fields[3]) if fields[-1] not in WAITING else 0
    return total


COMMANDS = """
from ClusterShell.Task import task_self
task = task_self()
task.set_info("fanout", 16)
task.set_default("distant_workername", "exec")
task.run("echo one", nodes="n[1-{commands}]")
"""

LINES = """
from ClusterShell.Task import task_self
task_self().run("seq 1 {lines}")
"""


def system_calls_each() -> dict[str, int]:
    few, many = 100, 300
    commands = system_calls(COMMANDS.format(commands=many)) - system_calls(
        COMMANDS.format(commands=few)
    )
    short, long = 1_000, 401_000
    lines = system_calls(LINES.format(lines=long)) - system_calls(LINES.format(lines=short))
    return {
        "system calls per command": round(commands / (many - few)),
        "system calls per line": round(lines / (long - short)),
    }


def measure() -> dict[str, int]:
    found = {**blocks_of_text(), **calls_per_line()}
    if shutil.which("strace"):
        found.update(system_calls_each())
    return found


def compare(found: dict[str, int], recorded: dict[str, int]) -> list[str]:
    """Return the counts that are higher than recorded, one line each."""
    return [
        f"{name}: {value:g}, recorded {recorded[name]:g}"
        for name, value in found.items()
        if name in recorded and value > recorded[name]
    ]


def run(python: Path) -> dict[str, int]:
    """Count on the ClusterShell that ``python`` imports."""
    return json.loads(module_output(python, "benchmarks.counts"))


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
