"""The cases of a task's results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from benchmarks.sweep import Case, Timed, surface
from benchmarks.sweep.sets import consume

NODES = 64

#: Shape -> shell command whose output and status the nodes give.
COMMANDS = {
    "equal": "seq 1 20; seq 1 3 >&2; exit 3",
    "different": "seq 1 20; echo %h; echo %h >&2; exit $((%n %% 4))",
}


@lru_cache(maxsize=1)  # a thread has one task, with the results of its last run
def task(shape: str) -> Any:
    """Return a task that has run commands."""
    from ClusterShell.Task import task_self
    from ClusterShell.Worker.Exec import ExecWorker

    made = task_self()
    made.set_default("stderr", True)
    command = COMMANDS[shape]
    made.schedule(ExecWorker(f"node[1-{NODES}]", handler=None, command=command, stderr=True))
    made.resume()
    return made


def _read(found: Any) -> list[Any]:
    return [(bytes(message), list(nodes)) for message, nodes in found]


def _each(name: str) -> Callable[[Any], Any]:
    nodes = [f"node{n}" for n in range(1, NODES + 1)]

    def run(t: Any) -> None:
        call = getattr(t, name)
        for node in nodes:
            call(node)

    return run


def _ways(name: str) -> dict[str, Callable[[Any], Any]]:
    """Return the ways of a result, chosen by its name."""
    if name.startswith("iter_keys"):
        return {"all": lambda t: consume(getattr(t, name)())}
    if name.startswith("iter_"):
        some = [f"node{n}" for n in range(1, 9)]
        ways = {
            "all": lambda t: consume(getattr(t, name)()),
            "match_keys": lambda t: consume(getattr(t, name)(match_keys=some)),
        }
        if name != "iter_retcodes":
            ways["read"] = lambda t: _read(getattr(t, name)())
        return ways
    if name.startswith(("node_", "key_")):
        return {"each node": _each(name)}
    return {"whole": lambda t: getattr(t, name)()}


def _case(call: Callable[[Any], Any], shape: str) -> Timed:
    made = task(shape)
    return Timed(lambda _: call(made))


def cases() -> Iterator[Case]:
    # What empties the results comes last, where they are still whole.
    names = [name for name in surface.operations() if name.startswith("Task.")]
    for shape in COMMANDS:
        for operation in sorted(names, key=lambda name: ".flush" in name):
            for way, call in _ways(operation.partition(".")[2]).items():
                yield Case(operation, way, shape, lambda c=call, s=shape: _case(c, s))
