"""Which gateway serves which node: what lies behind groups, and fair shares of it."""

from __future__ import annotations

import heapq

from ClusterShell.NodeSet import NodeSet

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def nodes_below(group: Any) -> NodeSet:
    """Return all nodes that are reached through the node group *group*."""
    found = NodeSet()
    left = list(group.children())
    while left:
        below = left.pop()
        found.add(below.nodeset)
        left.extend(below.children())
    return found


def depth_below(group: Any) -> int:
    """Return how many hops *group* is from the farthest node behind it."""
    depth = 0
    level = list(group.children())
    while level:
        depth += 1
        level = [below for member in level for below in member.children()]
    return depth


def share_out(
    nodes: Iterable[str], gateways: Iterable[str], loads: dict[str, int]
) -> dict[str, list[str]]:
    """Give each of *nodes* to the gateway that has the fewest; return node names by gateway.

    :param gateways: who may serve; the first of those with the fewest nodes is taken
    :param loads: how many nodes each has already; brought up to date
    """
    heap = [(loads.get(gateway, 0), rank, gateway) for rank, gateway in enumerate(gateways)]
    heapq.heapify(heap)
    shares: dict[str, list[str]] = {}
    for node in nodes:
        load, rank, gateway = heap[0]
        share = shares.get(gateway)
        if share is None:
            share = shares[gateway] = []
        share.append(node)
        heapq.heapreplace(heap, (load + 1, rank, gateway))
    for load, _rank, gateway in heap:
        loads[gateway] = load
    return shares
