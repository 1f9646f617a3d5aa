"""Memory of one more command, in flight or pending: the slope between two numbers.

Each number of commands is a process of its own, whose resident memory is read
when that many commands run, or wait behind one that does.
"""

import gc
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.environments import module
from benchmarks.subject import give_back, resident

#: A measurement that takes longer than this has failed, seconds.
LONGEST = 120.0


class Footprint(NamedTuple):
    """A slope: between which numbers of commands, and how steep it may be, KiB.

    flying: whether all of them run at once, or one runs and the others wait.
    """

    name: str
    few: int
    many: int
    flying: bool
    limit: float


FOOTPRINTS = {
    made.name: made
    for made in (
        Footprint("memory per command in flight", 1_000, 4_000, True, 6.0),
        Footprint("memory per pending command", 10_000, 50_000, False, 3.0),
    )
}


def memory(count: int, flying: bool) -> int:
    """Return this process's memory with that many commands in flight or pending, KiB."""
    from ClusterShell.Event import EventHandler
    from ClusterShell.Task import task_self
    from ClusterShell.Worker.Exec import ExecWorker

    class Watcher(EventHandler):
        started = 0
        found = 0

        def ev_pickup(self, worker: Any, node: Any) -> None:
            self.started += 1
            if self.started == (count if flying else 1):
                gc.collect()
                give_back()
                self.found = resident("VmRSS")
                worker.abort()

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    task, watcher = task_self(), Watcher()
    task.set_info("fanout", count if flying else 1)
    task.schedule(ExecWorker(f"node[1-{count}]", handler=watcher, command="exec sleep 100"))
    task.resume()
    assert watcher.found, f"only {watcher.started} of {count} commands started"
    return watcher.found


def measure(python: Path, wanted: Footprint) -> dict[str, Any]:
    """Return a slope of the ClusterShell that ``python`` imports, or its ``failure``."""
    found: dict[str, Any] = {"name": wanted.name, "limit": wanted.limit}
    found["sizes"] = [wanted.few, wanted.many]
    try:
        found["kib"] = [
            json.loads(
                module(python, "benchmarks.footprint", wanted.name, str(size), limit=LONGEST)
            )
            for size in found["sizes"]
        ]
    except subprocess.TimeoutExpired:
        return {**found, "failure": f"took longer than {LONGEST:.0f} s"}
    except subprocess.CalledProcessError as exc:
        return {**found, "failure": (exc.stderr.strip() or str(exc)).splitlines()[-1]}
    few, many = found["kib"]
    return {**found, "each": (many - few) / (wanted.many - wanted.few)}


def run(python: Path) -> list[dict[str, Any]]:
    return [measure(python, wanted) for wanted in FOOTPRINTS.values()]


if __name__ == "__main__":
    json.dump(memory(int(sys.argv[2]), FOOTPRINTS[sys.argv[1]].flying), sys.stdout)
