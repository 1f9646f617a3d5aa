"""Which gateway leads to which node, and the channel to a gateway."""

from __future__ import annotations

import logging
from collections import deque

from ClusterShell.Communication import (
    ENCODING,
    Channel,
    ConfigurationMessage,
    ControlMessage,
    EndMessage,
    ErrorMessage,
    RetcodeMessage,
    RoutedMessageBase,
    RoutingMessage,
    StartMessage,
    StdErrMessage,
    StdOutMessage,
    TimeoutMessage,
)
from ClusterShell.Defaults import DEFAULTS
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Topology import TopologyError

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NoReturn

# Names of other modules come with a star import since the first releases.
__all__ = [
    "Channel",
    "ConfigurationMessage",
    "ControlMessage",
    "DEFAULTS",
    "ENCODING",
    "EndMessage",
    "ErrorMessage",
    "NodeSet",
    "PropagationChannel",
    "PropagationTreeRouter",
    "RetcodeMessage",
    "RouteResolvingError",
    "RoutedMessageBase",
    "RoutingMessage",
    "StartMessage",
    "StdErrMessage",
    "StdOutMessage",
    "TimeoutMessage",
    "TopologyError",
    "deque",
    "logging",
]


class RouteResolvingError(Exception):
    """There is no way to a node."""


class PropagationTreeRouter:
    """Finds the gateway through which a node is reached from ``root``.

    Of several that could serve, the one that has been given the fewest nodes is
    taken.

    fanout: kept for those who ask; routes do not depend on it.

    Raises RouteResolvingError when ``root`` is not in ``topology``.
    """

    def __init__(self, root: Any, topology: Any, fanout: int = 0) -> None:
        self.root = root
        self.topology = topology
        self.fanout = fanout
        #: How many nodes each gateway has been given.
        self.nodes_fanin: dict[str, int] = {}
        #: For each group of gateways, the nodes behind it.
        self.table: list[tuple[NodeSet, NodeSet]] = []
        self._unreachable_hosts = NodeSet()
        self.table_generate(root, topology)

    def table_generate(self, root: Any, topology: Any) -> None:
        """Make the table of what is reached through each neighbour of ``root``."""
        try:
            group = topology.find_nodegroup(root)
        except TopologyError as exc:
            raise RouteResolvingError(f"Invalid root or gateway node: {root}") from exc
        self.table = []
        for neighbour in group.children():
            behind = NodeSet()
            left = list(neighbour.children())
            while left:
                below = left.pop()
                behind.add(below.nodeset)
                left.extend(below.children())
            self.table.append((behind, neighbour.nodeset))

    def dispatch(self, dst: NodeSet) -> Iterator[tuple[Any, Any]]:
        """Yield pairs that cover ``dst``: a gateway, and what to reach through it.

        What needs no gateway comes last, paired with itself.

        Raises RouteResolvingError when all gateways to a node are unreachable.
        """
        direct = NodeSet(dst)
        for network, _ in self.table:
            behind = network & direct
            direct.difference_update(behind)
            for node in behind:
                yield self.next_hop(node), NodeSet(node)
        if direct:
            yield direct, direct

    def next_hop(self, dst: Any) -> str:
        """Return the gateway to ``dst``, or ``dst`` itself if it is a neighbour.

        Raises RouteResolvingError when it cannot be reached.
        """
        if dst == self.root:
            raise RouteResolvingError(f"Invalid resolution request: {self.root} -> {dst}")
        if dst in self._unreachable_hosts:
            raise RouteResolvingError(f"Invalid destination: {dst}, host is unreachable")
        for network, gateways in self.table:
            if dst in gateways:
                return str(dst)
            if dst in network:
                gateway = self._best_next_hop(gateways)
                if gateway is None:
                    raise RouteResolvingError(f"No route available to {dst}")
                self.nodes_fanin[gateway] = self.nodes_fanin.get(gateway, 0) + len(NodeSet(dst))
                return gateway
        raise RouteResolvingError(f"No route from {self.root} to host {dst}")

    def mark_unreachable(self, dst: Any) -> None:
        """Use the gateway ``dst`` no more."""
        self._unreachable_hosts.add(dst)

    def _best_next_hop(self, candidates: NodeSet) -> str | None:
        """Return the reachable gateway that has the fewest nodes, None if there is none."""
        usable = [node for node in candidates if node not in self._unreachable_hosts]
        return min(usable, key=lambda node: self.nodes_fanin.get(node, 0), default=None)


def _unsupported() -> NoReturn:
    raise RouteResolvingError("commands through gateways are not supported by this release")


class PropagationChannel(Channel):
    """The head node's end of the channel to ``gateway``.

    This release cannot open one: each method that would use it raises
    RouteResolvingError.
    """

    def __init__(self, task: Any, gateway: str) -> None:
        Channel.__init__(self, initiator=True)
        self.task = task
        self.gateway = gateway
        self.workers: dict[int, Any] = {}

    def send_queued(self, ctl: Any, pickup_worker: Any = None, pickup_nodes: Any = None) -> None:
        """Send a control message once the channel is set up."""
        _unsupported()

    def send_dequeue(self) -> None:
        """Send what has waited for the channel."""
        _unsupported()

    def start(self) -> None:
        """Open the channel."""
        _unsupported()

    def recv(self, msg: Any) -> None:
        """A message has arrived from the gateway."""
        _unsupported()

    def shell(
        self,
        nodes: Any,
        command: Any,
        worker: Any,
        timeout: Any,
        stderr: Any,
        gw_invoke_cmd: Any,
        remote: Any,
    ) -> None:
        """Run a command on nodes behind the gateway."""
        _unsupported()

    def write(self, nodes: Any, buf: bytes, worker: Any) -> None:
        """Write to commands behind the gateway."""
        _unsupported()

    def set_write_eof(self, nodes: Any, worker: Any) -> None:
        """Close the standard input of commands behind the gateway."""
        _unsupported()

    def recv_cfg(self, msg: Any) -> None:
        """A message has arrived while the channel is being set up."""
        _unsupported()

    def recv_ctl(self, msg: Any) -> None:
        """A message has arrived about a command."""
        _unsupported()
