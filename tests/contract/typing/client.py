"""A program as its users write them; it has to pass ``mypy --strict`` without ``Any``."""

from collections.abc import Iterator
from typing import Optional

from ClusterShell.Defaults import DEFAULTS
from ClusterShell.Event import EventHandler
from ClusterShell.MsgTree import MODE_TRACE, MsgTree, MsgTreeElem
from ClusterShell.NodeSet import (
    RESOLVER_NOGROUP,
    NodeSet,
    NodeSetParseError,
    expand,
    fold,
    grouplist,
)
from ClusterShell.RangeSet import RangeSet, RangeSetND, RangeSetParseError
from ClusterShell.Task import Task, TimeoutError, task_cleanup, task_self, task_wait
from ClusterShell.Worker.Exec import ExecWorker


def racks(text: str) -> Optional[NodeSet]:
    try:
        return NodeSet(text, autostep=3, resolver=RESOLVER_NOGROUP, fold_axis=(0,))
    except NodeSetParseError as exc:
        print(exc, exc.origin or "")
        return None


def compute(nodes: NodeSet) -> int:
    nodes.add("node7")
    nodes.update(NodeSet("node[8-9]"))
    nodes.remove("node7")
    rest: NodeSet = nodes.union("node10") - NodeSet.fromlist(["node8", nodes])
    rest |= nodes & nodes.copy() ^ nodes.difference("node9")
    first: str = rest[0]
    half: NodeSet = rest[:5]
    parts: list[str] = [str(part) for part in half.split(2)]
    if first in nodes and rest <= nodes or rest.issubset("node[1-99]"):
        print(parts, nodes.index(first), sorted(rest), rest.regroup(noprefix=True))
    for group, (members, common) in nodes.groups("rack").items():
        print(group, len(members), len(common), grouplist("rack"))
    by_node: Iterator[NodeSet] = nodes.nsiter()
    return len(expand("node[1-5]")) + len(fold("node1")) + len(list(by_node)) + bool(nodes)


def numbers(pattern: str) -> RangeSet:
    try:
        ranges = RangeSet(pattern, autostep=3)
    except RangeSetParseError as exc:
        raise SystemExit(str(exc)) from exc
    ranges.add(5)
    ranges.add_range(1, 10, step=2, pad=3)
    ranges.update(["1", "2"])
    last: str = ranges[-1]
    total = sum(ranges.intiter()) + len(ranges) + (last in ranges)
    both: RangeSet = ranges | RangeSet.fromlist(["1-3", ranges])
    grid = RangeSetND([("0-3", "1"), (both, 7)])
    cell: tuple[str, ...] = grid[0]
    print(total, ranges.padding, cell, [str(part) for part in both.contiguous()])
    return both[1:3]


class Gather(EventHandler):
    def __init__(self) -> None:
        self.tree = MsgTree(MODE_TRACE)

    def ev_read(self, worker: object, node: str, sname: str, msg: bytes) -> None:
        self.tree.add(node, msg)

    def ev_hup(self, worker: object, node: str, rc: Optional[int]) -> None:
        if rc:
            print(f"{node}: {rc}")

    def show(self) -> None:
        element: MsgTreeElem
        for element in self.tree.messages():
            print(len(element), element.message().decode())
        print(NodeSet.fromlist(map(str, self.tree.keys())), self.tree["node1"])


def everywhere(task: Task, nodes: NodeSet) -> Optional[int]:
    handler = Gather()
    task.set_info("fanout", 64)
    task.set_default("stderr", True)
    worker = task.shell("uname -r", nodes=nodes, handler=handler, timeout=5.0, stderr=True)
    task.copy("/etc/hosts", "/tmp/hosts", nodes=nodes, preserve=True)
    task.rcopy("/etc/hosts", "/tmp", nodes="node[1-2]", handler=handler)
    local = task.shell("date", key="here", handler=handler)
    timer = task.timer(5.0, handler, interval=1.0, autoclose=True)
    timer.invalidate()
    port = task.port(handler, autoclose=True)
    sent: bool = port.msg_send(b"message")
    try:
        task.resume(timeout=60.0)
    except TimeoutError as exc:
        print(exc, sent)
    for output, names in task.iter_buffers():
        print(NodeSet.fromlist(names), output.message().decode())
    for rc, names in task.iter_retcodes():
        print(rc, ",".join(names), worker.node_retcode(names[0]))
    for output, part in worker.iter_buffers(nodes):
        print(part | nodes, output.lines(), local.read())
    late: list[str] = list(task.iter_keys_timeout())
    text: bytes = task.node_buffer("node1")
    print(late, text, task.num_timeout(), worker.did_timeout(), worker.num_timeout())
    return task.max_retcode()


def by_itself(nodes: str) -> None:
    task = task_self()
    worker = ExecWorker(nodes, handler=Gather(), timeout=1, command="echo %h")
    task.schedule(worker)
    ended = task.run("hostname", nodes=nodes)
    worker.write(b"input\n")
    worker.set_write_eof()
    worker.abort()
    task.suspend()
    task.abort(kill=True)
    print(DEFAULTS.fanout + 1, ended is worker)
    task_wait()
    task_cleanup()
