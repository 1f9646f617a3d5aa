"""Runs on many nodes as clush makes them, for programs: at once, or inside a running asyncio loop.

A run has batches, an end after failures, gathered output, progress and a record, where they
are asked for::

    from ClusterShell.Runs import run

    result = run("uname -r", nodes="node[1-100]", batch=10, fail_fast=3)
    for output, nodes in result.gathered():
        print(nodes, output.decode())
    print("failed:", result.failed, "not started:", result.skipped)

:func:`arun` does the same inside a running asyncio loop, without a thread, and :func:`events`
tells what happens while it does::

    async for event in events("make -j8", nodes="build[1-4]"):
        if event.kind == "output":
            print(event.node, event.data)

Settings of ssh, gateways and so on are those of the task of the calling thread,
:func:`ClusterShell.Task.task_self`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict

from ClusterShell._cli.clush.outcomes import Outcomes, lost_codes
from ClusterShell._cli.clush.report import nodeset
from ClusterShell.Event import EventHandler
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import task_self

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import Any

    from typing_extensions import Unpack

__all__ = ["Event", "Options", "Result", "arun", "events", "run"]


class Options(TypedDict, total=False):
    """What may be asked of a run."""

    #: Seconds allowed to the command on a node.
    timeout: float | None
    #: Nodes at a time, a number or a percentage such as ``"10%"``, and seconds between batches.
    batch: int | str | None
    batch_pause: float
    #: Start no more nodes once so many have failed, a number or a percentage.
    fail_fast: int | str | None
    #: Whether the run is kept for the group source ``run``.
    record: bool
    #: Called with the numbers of nodes that have ended, and of all.
    progress: Callable[[int, int], object] | None


class Event(NamedTuple):
    """Something that has happened to a node.

    ``kind`` is ``start``, ``output``, ``error`` (``data`` holds what was sent, as it came),
    ``end`` (``rc`` is the exit code) or ``timeout``.
    """

    kind: str
    node: str
    data: bytes = b""
    rc: int | None = None


class Result:
    """What has become of the nodes of a run; made by :func:`run` and :func:`arun`."""

    def __init__(self, outcomes: Outcomes, output: dict[tuple[str, str], list[bytes]]) -> None:
        states = outcomes.by_state()
        #: All nodes.
        self.nodes: NodeSet = outcomes.nodes
        #: Nodes whose command has exited with 0.
        self.ok: NodeSet = states["ok"]
        #: Nodes that were started and are not ok: with another exit code, too late, ...
        self.failed: NodeSet = (
            states["failed"] | states["timeout"] | states["unreachable"] | states["interrupted"]
        )
        #: Those of them that have run out of time, and those that were not reached.
        self.timeouts: NodeSet = states["timeout"]
        self.unreachable: NodeSet = states["unreachable"]
        #: Nodes that were never started.
        self.skipped: NodeSet = states["skipped"]
        #: Exit code of each node that has ended.
        self.codes: dict[str, int | None] = dict(outcomes.codes)
        #: Seconds that the run took.
        self.duration: float = outcomes.duration or 0.0
        self._output = {key: b"".join(parts) for key, parts in output.items()}

    def output(self, node: str) -> bytes:
        """Return what *node* has sent, byte for byte."""
        return self._output.get((node, "stdout"), b"")

    def errors(self, node: str) -> bytes:
        """Return what *node* has sent on standard error."""
        return self._output.get((node, "stderr"), b"")

    def gathered(self) -> list[tuple[bytes, NodeSet]]:
        """Return each output with the nodes that sent it, those of most nodes first."""
        groups: dict[bytes, list[str]] = {}
        for node in self.nodes - self.skipped:
            groups.setdefault(self.output(node), []).append(node)
        pairs = [(data, nodeset(nodes)) for data, nodes in groups.items()]
        return sorted(pairs, key=lambda pair: (-len(pair[1]), pair[1][0]))


class _Handler(EventHandler):
    """Takes note of what happens to the nodes of one run, and tells of it."""

    _ev_records = False

    def __init__(self, outcomes: Outcomes, tell: Callable[[Event], object] | None) -> None:
        self.outcomes = outcomes
        self.output: dict[tuple[str, str], list[bytes]] = {}
        self.pace: Any = None
        #: Called at the end.
        self.ended: Callable[[], object] = lambda: None
        self.progress: Callable[[int, int], object] | None = None
        self._tell = tell

    def ev_pickup(self, worker: Any, node: str) -> None:
        """Take note that *node* has started."""
        self.outcomes.started(node)
        if self._tell is not None:
            self._tell(Event("start", node))

    def _ev_data(self, worker: Any, node: str, sname: str, data: bytes) -> bool:
        if self._tell is None:
            self.output.setdefault((node, sname), []).append(data)
        else:
            self._tell(Event("error" if sname == "stderr" else "output", node, data))
        return True  # no lines are wanted

    def _ev_text(self, worker: Any, node: str, sname: str, text: bytes) -> None:
        """Lines have been taken as data."""

    def ev_hup(self, worker: Any, node: str, rc: int | None) -> None:
        """Take note that *node* has ended."""
        self.outcomes.ended(node, rc)
        if self._tell is not None:
            self._tell(Event("end", node, rc=rc))
        self._one_less(bool(rc))

    def _ev_late(self, worker: Any, node: str) -> None:
        self.outcomes.timed_out(node)
        if self._tell is not None:
            self._tell(Event("timeout", node))
        self._one_less(True)

    def _one_less(self, failed: bool) -> None:
        if self.progress is not None:
            self.progress(len(self.outcomes.ends), len(self.outcomes.nodes))
        if self.pace is not None:
            self.pace.ended(failed)

    def ev_close(self, worker: Any, timedout: bool) -> None:
        """The run is over."""
        self.outcomes.over()
        self.ended()


class _Run:
    """One run: its worker is scheduled when this is made.

    Arguments as for :func:`run`.
    """

    def __init__(
        self,
        command: str,
        nodes: NodeSet | str,
        tell: Callable[[Event], object] | None,
        options: Options,
    ) -> None:
        from ClusterShell._cli.amounts import Amount
        from ClusterShell._cli.clush.setup import default_tree

        unknown = options.keys() - Options.__annotations__.keys()
        if unknown:
            raise TypeError(f"no such option: {', '.join(sorted(unknown))}")
        self.task = task_self()
        targets = NodeSet(nodes) if isinstance(nodes, str) else nodes
        if not targets:
            raise ValueError("no node to run on")
        amounts = {
            name: None if value is None else Amount(str(value))
            for name, value in (
                ("batch", options.get("batch")),
                ("fail_fast", options.get("fail_fast")),
            )
        }
        tree = default_tree(self.task)
        self._record = options.get("record", False)
        self._what = {"command": command, "copy": None, "sources": None, "dest": None}
        outcomes = Outcomes(targets, lost_codes(self.task.default("distant_worker"), tree))
        self.handler = _Handler(outcomes, tell)
        self.handler.progress = options.get("progress")
        kwargs: dict[str, Any] = {
            "nodes": targets,
            "handler": self.handler,
            "timeout": options.get("timeout"),
            "stderr": True,
            "stdin": False,
            "tree": tree,
        }
        if any(amounts.values()):
            self.worker = self._paced(
                command, amounts, tree, kwargs, options.get("batch_pause", 0.0)
            )
        else:
            self.worker = self.task.shell(command, **kwargs)

    def _paced(
        self, command: str, amounts: dict[str, Any], tree: bool, kwargs: Any, pause: float
    ) -> Any:
        from ClusterShell._cli.clush.pace import pace_of, paced

        del kwargs["stdin"]
        batch, fail_fast = amounts["batch"], amounts["fail_fast"]
        fanout = self.task.info("fanout")

        def prepare(worker: Any) -> None:
            self.handler.pace = pace_of(worker, fanout, batch, fail_fast, pause, lambda text: None)
            worker.set_write_eof()

        return paced(self.task, self.task.shell, tree, (command,), kwargs, prepare)

    def result(self) -> Result:
        """Return what has become of it; keep a record if that is asked for."""
        outcomes = self.handler.outcomes
        outcomes.over()
        if self._record:
            import warnings

            from ClusterShell._cli.clush.recording import Recorder

            Recorder(outcomes, {**self._what, "worker": None}, warnings.warn).over()
        return Result(outcomes, self.handler.output)


def run(command: str, nodes: NodeSet | str, **options: Unpack[Options]) -> Result:
    """Run *command* on *nodes* and return what has become of it.

    :param options: see :class:`Options`
    :raises ValueError: a number is none, or there is no node
    :raises TypeError: there is no such option
    """
    made = _Run(command, nodes, None, options)
    made.task.resume()
    return made.result()


async def arun(command: str, nodes: NodeSet | str, **options: Unpack[Options]) -> Result:
    """Run *command* inside the running asyncio loop; arguments as for :func:`run`.

    Several may run at the same time and share the fanout of the task.  Where the awaiting
    task is cancelled, the commands are ended.
    """
    from ClusterShell._task.aio import attached

    with attached(task_self()) as loop:
        made = loop.prepare(lambda: _Run(command, nodes, None, options))
        await loop.until_closed(made.worker, made.handler)
    return made.result()


async def events(
    command: str, nodes: NodeSet | str, **options: Unpack[Options]
) -> AsyncIterator[Event]:
    """Run *command* inside the running asyncio loop; iterate over what happens.

    Arguments as for :func:`run`.
    """
    import asyncio

    from ClusterShell._task.aio import attached

    queue: asyncio.Queue[Event | None] = asyncio.Queue()
    with attached(task_self()) as loop:
        made = loop.prepare(lambda: _Run(command, nodes, queue.put_nowait, options))
        over = asyncio.ensure_future(loop.until_closed(made.worker, made.handler))
        over.add_done_callback(lambda future: queue.put_nowait(None))
        try:
            while (event := await queue.get()) is not None:
                yield event
            await over
        finally:
            over.cancel()
