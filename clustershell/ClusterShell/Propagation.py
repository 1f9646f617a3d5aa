"""Which gateway leads to which node, and the channel to a gateway."""

from __future__ import annotations

from collections import deque

from ClusterShell._lazy import lazy_names
from ClusterShell._tree.invoke import is_data
from ClusterShell._tree.replies import BadReply, Replies
from ClusterShell._tree.router import depth_below, nodes_below, share_out
from ClusterShell._tree.watch import Watch, setup_limit, silence_limit
from ClusterShell.Communication import (
    ENCODING,
    Channel,
    ConfigurationMessage,
    ControlMessage,
    EndMessage,
    ErrorMessage,
    MessageProcessingError,
    StartMessage,
    StdErrMessage,
)
from ClusterShell.Defaults import DEFAULTS
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Topology import TopologyError

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

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
    "RouteResolvingError",
    "StartMessage",
    "StdErrMessage",
    "TopologyError",
    "deque",
]

__getattr__ = lazy_names(
    globals(),
    {
        **dict.fromkeys(
            ("RetcodeMessage", "RoutedMessageBase", "RoutingMessage", "StdOutMessage"),
            "ClusterShell.Communication",
        ),
        "TimeoutMessage": "ClusterShell.Communication",
        "logging": None,
    },
)


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
        self.table = [(nodes_below(below), below.nodeset) for below in group.children()]

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

    def shares(self, dst: NodeSet) -> tuple[NodeSet, dict[str, list[str]]]:
        """Return what of ``dst`` needs no gateway, and the names of the others by gateway.

        The same as ``dispatch()``, in a time that follows the number of nodes only.

        Raises RouteResolvingError when all gateways to a node are unreachable.
        """
        direct = NodeSet(dst)
        shares: dict[str, list[str]] = {}
        for network, gateways in self.table:
            behind = network & direct
            if not behind:
                continue
            direct.difference_update(behind)
            usable = gateways - self._unreachable_hosts
            if not usable:
                raise RouteResolvingError(f"No route available to {behind[0]}")
            shares.update(share_out(behind, usable, self.nodes_fanin))
        return direct, shares

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
        usable = candidates - self._unreachable_hosts
        return min(usable, key=lambda node: self.nodes_fanin.get(node, 0), default=None)


#: Most bytes of input in one message: several workers share a channel fairly.
_INPUT_PART = 64 * 1024


class PropagationChannel(Channel):
    """The head node's end of the channel to ``gateway``.

    What workers ask for waits until the gateway is set up.  Nothing that comes from the
    gateway is trusted: what is not an answer to what was asked closes the channel, with
    an error in the gateway's name.
    """

    def __init__(self, task: Any, gateway: str) -> None:
        Channel.__init__(self, initiator=True)
        self.task = task
        self.gateway = gateway
        #: The tree that the gateway is told of.
        self.topology: Any = None
        #: Workers of the head node, by the number that messages about them carry.
        self.workers: dict[int, Any] = {}
        self._rc: int | None = None
        self._ended = False
        self._lost = False
        self._queue: deque[tuple[Any, Any, Any]] = deque()
        self._replies = Replies(gateway, self.workers)
        self._watch = Watch(task, self._silent)
        # Input under way: (bytes sent up to its end, worker, nodes, size).
        self._under_way: deque[tuple[int, Any, Any, int]] = deque()
        self._sent = self._written = 0

    # -- sending

    def _write(self, data: bytes) -> None:
        self._sent += len(data)
        super()._write(data)

    def start(self) -> None:
        """Open the channel and configure the gateway."""
        self._init()
        self._open()
        message = ConfigurationMessage(self.gateway)
        message.data_encode(self.topology)
        self.send(message)
        self._watch.limit(setup_limit(self.task.info))

    def send_queued(self, ctl: Any, pickup_worker: Any = None, pickup_nodes: Any = None) -> None:
        """Send a control message once the channel is set up.

        Then ``pickup_nodes`` are picked up by ``pickup_worker``.
        """
        self._queue.append((ctl, pickup_worker, pickup_nodes))
        if self.setup:
            self.send_dequeue()

    def send_dequeue(self) -> None:
        """Send what has waited for the channel."""
        queue = self._queue
        while queue and not self._ended:
            ctl, worker, nodes = queue.popleft()
            if worker is None:
                self.send(ctl)
            elif worker.waits_for(self.gateway):
                self.send(ctl)
                worker.on_remote_start(nodes, self)

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
        """Run ``command`` of ``worker`` on ``nodes`` behind the gateway."""
        self.workers[worker.srcid] = worker
        message = ControlMessage(worker.srcid)
        message.action = "shell"
        message.target = str(nodes)
        message.data_encode(
            {
                "cmd": command,
                "invoke_gateway": gw_invoke_cmd,
                "taskinfo": self._task_info(),
                "stderr": stderr,
                "timeout": timeout,
                "remote": remote,
            }
        )
        self.send_queued(message, worker, nodes)
        if self.setup:
            self._watch.limit(self._silence_limit())

    def write(self, nodes: Any, buf: bytes, worker: Any) -> None:
        """Write to the commands of ``worker`` behind the gateway."""
        for start in range(0, len(buf), _INPUT_PART):
            part = bytes(buf[start : start + _INPUT_PART])
            message = self._control("write", nodes, worker)
            message.data_encode({"buf": part})
            data = message.xml() + b"\n"
            # First noted: it may be written, and told so, at once.
            self._under_way.append((self._sent + len(data), worker, nodes, len(part)))
            self._write(data)

    def set_write_eof(self, nodes: Any, worker: Any) -> None:
        """Close the standard input of the commands of ``worker`` behind the gateway."""
        self.send(self._control("eof", nodes, worker))

    def abort(self, nodes: Any, worker: Any) -> None:
        """End the commands of ``worker``, which runs no more; those of others go on.

        Gateways of other releases do not know how, and let them run.
        """
        if self.setup and any(not other.over for other in self.workers.values() if other != worker):
            self.send(self._control("abort", nodes, worker))

    def _control(self, action: str, nodes: Any, worker: Any) -> ControlMessage:
        message = ControlMessage(worker.srcid)
        message.action = action
        message.target = str(nodes)
        return message

    def _task_info(self) -> dict[str, Any]:
        """Return the settings of the task that gateways are to know, as far as they can."""
        info = {}
        for key, value in self.task._info.items():
            if key in DEFAULTS._task_info_pkeys_bl:
                continue
            if is_data(value):
                info[key] = value
            else:
                self.logger.debug("setting %s is not sent to %s", key, self.gateway)
        return info

    # -- events of the worker that runs the gateway

    def ev_written(self, worker: Any, node: Any, sname: str, size: int) -> None:
        """Tell of the input that is on its way now."""
        self._written += size
        under_way = self._under_way
        while under_way and under_way[0][0] <= self._written:
            _end, metaworker, nodes, length = under_way.popleft()
            metaworker.on_remote_written(nodes, length, self.gateway)

    def ev_hup(self, worker: Any, node: Any, rc: int | None) -> None:
        """The gateway has ended with exit code ``rc``."""
        self._rc = rc

    def ev_close(self, worker: Any, timedout: bool) -> None:
        """The gateway is gone: what it was to do fails, or goes another way."""
        self._ended = True
        self._watch.limit(None)
        # One that could not be started, or told so, has done nothing yet.
        failed = self._rc not in (None, 0) or self._lost
        reroute = failed and not self.setup
        metaworkers = self.task._pchannel_close(self.gateway, worker)
        if failed:
            for metaworker in metaworkers:
                metaworker.router.mark_unreachable(self.gateway)
        for metaworker in metaworkers:
            if reroute:
                metaworker._relaunch(self.gateway)
            else:
                metaworker._gateway_abort(self.gateway)

    # -- receiving

    def recv(self, msg: Any) -> None:
        """A message has arrived from the gateway."""
        if self._ended:
            return
        self._watch.heard()
        if msg.type == StdErrMessage.ident and msg.srcid == 0:
            # Of the gateway itself: what its ssh says, or what is wrong with the channel.
            self._report_stderr(self.gateway, msg.data_decode())
        elif msg.type == EndMessage.ident:
            self._fail("channel closed by gateway")
        elif self.setup:
            self.recv_ctl(msg)
        elif self.opened:
            self.recv_cfg(msg)
        elif msg.type == StartMessage.ident:
            self.opened = True
        else:
            self._fail(f"unexpected message: {msg}")

    def recv_cfg(self, msg: Any) -> None:
        """A message has arrived while the channel is being set up."""
        if msg.type == "ACK":
            self.setup = True
            self._watch.limit(self._silence_limit())
            self.send_dequeue()
        elif msg.type == ErrorMessage.ident:
            self._fail(msg.reason)
        else:
            self._fail(f"unexpected message: {msg}")

    def recv_ctl(self, msg: Any) -> None:
        """A message has arrived about a command.

        Raises TopologyError for an error of the gateway itself.
        """
        if msg.type == ErrorMessage.ident:
            raise TopologyError(f"{self.gateway}: {msg.reason}")
        try:
            answer = self._replies.read(msg)
        except (BadReply, MessageProcessingError) as exc:
            self._fail(str(exc))
            return
        if answer is not None:
            answer()

    def _report_stderr(self, nodeset: Any, buf: Any) -> None:
        """The gateway itself has something to say: tell all its workers, line by line."""
        for worker in list(self.workers.values()):
            for line in buf.split(b"\n"):
                if not worker.over:
                    worker._on_node_msgline(nodeset, line, worker.SNAME_STDERR)

    def _fail(self, reason: str) -> None:
        """Tell the workers why, and end the gateway."""
        self._report_stderr(self.gateway, reason.encode(ENCODING, "backslashreplace"))
        self._ended = True
        self.worker.abort()

    # -- silence

    def _silence_limit(self) -> float | None:
        timeouts = [worker.timeout for worker in self.workers.values() if not worker.over]
        return silence_limit(timeouts, self._hops(), self.task.info)

    def _hops(self) -> int:
        return depth_below(self.topology.find_nodegroup(self.gateway))

    def _silent(self, limit: float) -> None:
        """Nothing has come for too long."""
        self._lost = True
        reason = f"no answer from gateway in {limit:g} seconds"
        self._report_stderr(self.gateway, reason.encode())
        self._ended = True
        if self.setup:
            for worker in list(self.workers.values()):
                for node in sorted(worker.gwtargets.get(self.gateway, ())):
                    worker._on_remote_node_timeout(node, self.gateway)
        self.worker.abort()
