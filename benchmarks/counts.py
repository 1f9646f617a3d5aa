"""Costs that are counted, not timed: they are the same on every machine.

Python calls per line of output, system calls per command and per line: the
difference between two sizes of the same work, so that start-up is not in it,
divided by the difference in size and rounded, so that neither is how the system
cut the output into reads.  And allocations, see :mod:`benchmarks.allocations`.

They are the same on every machine, but not for every Python, nor in both lives.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import allocations
from benchmarks.environments import ROOT, module

#: Waiting depends on timing; every other system call is the program's doing.
WAITING = {"waitid", "epoll_wait", "epoll_pwait", "poll", "ppoll", "select", "pselect6"}


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


def command_calls(main: Any, argv: list[str], text: bytes = b"") -> int:
    """Return how many Python functions a command enters, run in this process."""
    kept = sys.argv, sys.stdin, sys.stdout
    with tempfile.TemporaryFile() as source, open(os.devnull, "w") as sink:
        source.write(text)
        source.seek(0)
        sys.argv, sys.stdin, sys.stdout = argv, io.TextIOWrapper(source), sink
        try:
            return python_calls(lambda: _main(main))
        finally:
            sys.argv, sys.stdin, sys.stdout = kept


def _main(main: Any) -> None:
    try:
        main()
    except SystemExit as exc:
        assert not exc.code, exc.code


def calls_per_printed_line() -> dict[str, int]:
    """Return the Python calls per line of what ``clubak`` reads and prints."""
    from ClusterShell.CLI.Clubak import main

    few, many = 1_000, 21_000
    found = {}
    for option in ("-b", "-L"):
        entered = []
        for size in (10, few, many):
            text = b"".join([b"node%d: line %d\n" % (n % 10, n) for n in range(size)])
            entered.append(command_calls(main, ["clubak", option], text))
        found[f"Python calls per line of clubak {option}"] = round(
            (entered[2] - entered[1]) / (many - few)
        )
    return found


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


# All commands have ended before the first is looked at: one that is about to end when
# its output does costs some calls more, and how many are is a matter of time.
COMMANDS = """
import os
from ClusterShell.Event import EventHandler
from ClusterShell.Task import task_self
from ClusterShell.Worker.Exec import ExecWorker

class AllEnded(EventHandler):
    started = 0

    def ev_pickup(self, worker, node):
        self.started += 1
        if self.started == len(worker.nodes):
            for client in worker._engine_clients():
                os.waitid(os.P_PID, client.popen.pid, os.WEXITED | os.WNOWAIT)

task = task_self()
task.set_info("fanout", {commands})
task.schedule(ExecWorker("n[1-{commands}]", handler=AllEnded(), command="{command}"))
task.resume()
"""

LINES = """
from ClusterShell.Task import task_self
task_self().run("seq 1 {lines}")
"""


def system_calls_each() -> dict[str, int]:
    few, many = 50, 150
    of_commands = [
        system_calls(COMMANDS.format(commands=count, command="echo one")) for count in (few, many)
    ]
    short, long = 1_000, 401_000
    lines = system_calls(LINES.format(lines=long)) - system_calls(LINES.format(lines=short))
    return {
        "system calls per command": round((of_commands[1] - of_commands[0]) / (many - few)),
        "system calls per line": round(lines / (long - short)),
    }


def measure() -> dict[str, int]:
    found = {**calls_per_line(), **calls_per_printed_line()}
    if shutil.which("strace"):
        found.update(system_calls_each())
    return found


def compare(found: dict[str, int], recorded: dict[str, int]) -> list[str]:
    """Return the counts that are higher than recorded, or are no longer made, one line each."""
    higher = [
        f"{name}: {value:g}, recorded {recorded[name]:g}"
        for name, value in found.items()
        if name in recorded and value > recorded[name]
    ]
    gone = set(recorded) - set(found) if found else set()
    return higher + [f"{name}: recorded, but not counted" for name in sorted(gone)]


def run(python: Path) -> dict[str, int]:
    """Count on the ClusterShell that ``python`` imports."""
    return {**allocations.run(python), **json.loads(module(python, "benchmarks.counts"))}


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
