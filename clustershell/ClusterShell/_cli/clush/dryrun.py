"""What a run would do: ``--dry-run``."""

from __future__ import annotations

import shlex

from ClusterShell._cli.jsonlines import line

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


def _argv(task: Any, cls: Any, node: str, **kwargs: Any) -> list[str]:
    """Return the words of the command that a worker would run for *node*.

    :raises ValueError: a name cannot be put into it
    """
    worker = cls(node, handler=None, stderr=True, **kwargs)
    worker._set_task(task)
    (client,) = worker._engine_clients()
    command = client._build_cmd()[0]
    return ["sh", "-c", command] if isinstance(command, str) else list(command)


def _routes(task: Any, nodes: Any) -> tuple[Any, dict[str, str]]:
    """Return the nodes that are reached directly, and those behind each gateway next to us."""
    from ClusterShell._cli.clush.report import nodeset

    direct, shares = task._default_router().shares(nodes)
    return direct, {gateway: str(nodeset(names)) for gateway, names in shares.items()}


def _work(words: list[str], dests: list[str] | None, options: Any) -> list[dict[str, Any]]:
    """Return the arguments of each worker of the run."""
    if not (options.copy or options.rcopy):
        return [{"command": " ".join(words)}]
    kind = {"preserve": options.preserve_flag, "reverse": bool(options.rcopy)}
    if options.sudo:
        kind["sudo"] = True
    return [{"source": source, "dest": dest, **kind} for source, dest in zip(words, dests or ())]


def _example(run: Any, work: dict[str, Any]) -> tuple[str, list[str]]:
    """Return a node, or a gateway, and the words of the command that would be run for it."""
    task = run.task
    node = run.nodes[0]
    if "sudo" in work:
        copy = work["source"], work["dest"], work["preserve"]
        work = {"command": run.extras.sudo.dry(*copy)}
    cls = task.default("distant_worker" if run.remote or "source" in work else "local_worker")
    if run.tree:
        direct, routes = _routes(task, run.nodes)
        if not direct:
            from ClusterShell._tree.invoke import gateway_command

            gateway = next(iter(routes))
            return gateway, _argv(
                task, task.default("distant_worker"), gateway, command=gateway_command()
            )
        node = direct[0]
    return node, _argv(task, cls, node, **work)


def plan(
    run: Any, options: Any, words: list[str], dests: list[str] | None, fanout: int
) -> dict[str, Any]:
    """Return what *run* would do.

    :param words: the command, or the sources of a copy
    :param dests: where each of them is copied to, None for commands
    :raises ValueError: a name cannot be put into a command
    """
    works = _work(words, dests, options)
    if options.expand:
        run.task.set_info("expand", str(run.nodes))
    direct, routes = _routes(run.task, run.nodes) if run.tree else (run.nodes, {})
    size = options.batch.of(len(run.nodes)) if options.batch else len(run.nodes)
    starts = range(0, len(run.nodes), size)
    timeout = run.task.info("connect_timeout")
    return {
        "type": "plan",
        "nodes": str(run.nodes),
        "count": len(run.nodes),
        "work": works,
        "worker": options.worker or run.task.default("distant_workername"),
        "fanout": fanout,
        "connect_timeout": timeout if timeout and timeout > 0 else None,
        "command_timeout": run.timeout if run.timeout > 0 else None,
        "direct": str(direct),
        "gateways": routes,
        "batches": [str(run.nodes[start : start + size]) for start in starts],
        "examples": [
            {"node": node, "argv": argv} for node, argv in (_example(run, work) for work in works)
        ],
    }


def _time(value: float | None) -> str:
    return "none" if value is None else f"{value:g} s"


def _lines(found: dict[str, Any]) -> list[str]:
    """Return a plan as text."""
    lines = [f"nodes: {found['nodes']} ({found['count']})"]
    for work in found["work"]:
        if "command" in work:
            lines.append(f"command: {work['command']}")
        else:
            verb = "fetch" if work["reverse"] else "copy"
            rights = " with sudo" if "sudo" in work else ""
            lines.append(f"{verb}{rights}: {work['source']} to {work['dest']}")
    lines.append(f"worker: {found['worker']}, fanout {found['fanout']}")
    limits = _time(found["connect_timeout"]), _time(found["command_timeout"])
    lines.append("timeouts: connect {}, command {}".format(*limits))
    if found["gateways"]:
        lines += [f"through {gw}: {nodes}" for gw, nodes in found["gateways"].items()]
        if found["direct"]:
            lines.append(f"directly: {found['direct']}")
    if len(found["batches"]) > 1:
        lines += [f"batch {i}: {nodes}" for i, nodes in enumerate(found["batches"], 1)]
    for example in found["examples"]:
        lines.append(f"for {example['node']}: {shlex.join(example['argv'])}")
    return lines


def show(run: Any, options: Any, words: list[str], dests: list[str] | None) -> None:
    """Print what *run* would do; arguments as for :func:`plan`."""
    found = plan(run, options, words, dests, run.task.info("fanout"))
    if options.json:
        run.display.write(line(found) + "\n")
        return
    for text in _lines(found):
        run.display.write(run.display.shown(text), "\n")
