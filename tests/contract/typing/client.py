"""A program as its users write them; it has to pass ``mypy --strict`` without ``Any``."""

from collections.abc import Iterator
from typing import Optional

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
