"""The cases of the results of a task, and of a worker."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from benchmarks.sweep import Case, Timed, surface
from benchmarks.sweep.sets import consume

NODES = [f"node{n}" for n in range(1, 49)]
SOME = NODES[:8]

#: Shape -> shell command whose output and status the nodes give, and its timeout.
COMMANDS = {
    "equal": ("seq 1 20; seq 1 3 >&2; exit 3", None),
    "different": ("seq 1 20; echo %h; echo %h >&2; exit $((%n %% 4))", None),
    "late": ("echo some; echo error >&2; test $((%n %% 4)) != 0 || exec sleep 60", 0.5),
    "nothing": ("exit 0", None),
}
#: The shape of what empties results: again and again, there is nothing.
EMPTIED = "nothing"

Call = Callable[[Any], Any]


def _run(shape: str, made: dict[str, Any], ran: threading.Event, end: threading.Event) -> None:
    from ClusterShell.Task import task_self
    from ClusterShell.Worker.Exec import ExecWorker

    try:
        task = task_self()
        task.set_default("stderr", True)
        command, timeout = COMMANDS[shape]
        nodes = ",".join(NODES if shape != EMPTIED else NODES[:1])
        worker = ExecWorker(nodes, handler=None, command=command, stderr=True, timeout=timeout)
        task.schedule(worker)
        task.resume()
        made[shape] = task, worker
    finally:
        ran.set()
    end.wait()


@lru_cache(maxsize=1)
def ran() -> dict[str, tuple[Any, Any]]:
    """Return task and worker of each shape, that have run.

    A thread has one task, with the results of its last run: each has its own thread, one
    after the other, as processes that fork may not come out of several threads at a time.
    That may take longer than what is measured, which is interrupted then.
    """
    signal.setitimer(signal.ITIMER_REAL, 0)
    made: dict[str, Any] = {}
    end = threading.Event()
    threads = []
    for shape in COMMANDS:
        done = threading.Event()
        threads.append(threading.Thread(target=_run, args=(shape, made, done, end)))
        threads[-1].start()
        done.wait()
    end.set()
    for thread in threads:
        thread.join()
    return made


def _read(found: Any) -> list[Any]:
    return [(bytes(message), list(nodes)) for message, nodes in found]


def _each(name: str, **more: Any) -> Call:
    def run(of: Any) -> None:
        call = getattr(of, name)
        for node in NODES:
            call(node, **more)

    return run


def _iterating(name: str) -> dict[str, Call]:
    ways: dict[str, Call] = {"all": lambda of: consume(getattr(of, name)())}
    if name.startswith("iter_keys") or name == "iter_node_retcodes":
        return ways
    kinds = {"match_keys": list(SOME), "set": set(SOME), "tuple": tuple(SOME)}
    for kind, keys in kinds.items():
        ways[kind] = lambda of, k=keys: consume(getattr(of, name)(match_keys=k))
    if "retcodes" not in name:
        ways["read"] = lambda of: _read(getattr(of, name)())
    return ways


def _ways(name: str) -> dict[str, Call]:
    """Return the ways of a result, chosen by its name."""
    if name.startswith("iter_"):
        return _iterating(name)
    if name == "read":
        return {
            "each node": _each(name),
            "errors": lambda of: [of.read(node, "stderr") for node in NODES],
        }
    if name.startswith(("node_", "key_")):
        return {"each node": _each(name)}
    return {"whole": lambda of: getattr(of, name)()}


def _case(call: Call, shape: str, kind: int) -> Timed:
    made = ran()[shape][kind]
    return Timed(lambda _: call(made))


def cases() -> Iterator[Case]:
    for operation in surface.operations():
        group, _, name = operation.partition(".")
        if group not in surface.RESULTS:
            continue
        kind = list(surface.RESULTS).index(group)
        shapes = [EMPTIED] if name.startswith("flush") else [s for s in COMMANDS if s != EMPTIED]
        for shape in shapes:
            for way, call in _ways(name).items():
                made = lambda c=call, s=shape, k=kind: _case(c, s, k)  # noqa: E731
                yield Case(operation, way, shape, made)
