"""What a gateway answers, checked against what it was asked.

Nothing here trusts the gateway: it speaks of the workers it serves only, and of their
targets that it was given.
"""

from __future__ import annotations

from functools import partial

from ClusterShell._tree.router import nodes_below
from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet, NodeSetException

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, Callable

#: Names in the sets that are remembered, as read, for the messages that follow.
_MOST_NAMES = 20_000

#: Exit codes that a gateway may report; those of processes are far below.
_MOST_RC = 1 << 31


def _of_each(names: Any, report: Callable[..., None], *args: Any) -> None:
    for node in names:
        report(node, *args)


class BadReply(Exception):
    """A gateway has sent what does not answer what it was asked."""


class Replies:
    """Reads the messages of one gateway about workers."""

    def __init__(self, gateway: str, workers: dict[int, Any]) -> None:
        """
        :param gateway: its name
        :param workers: those that it serves, by number
        """
        self._gateway = gateway
        self._workers = workers
        # (worker, text) -> the names that this text stands for.
        self._names: dict[tuple[int, str], list[str]] = {}
        self._count = 0

    def read(self, msg: Any) -> Callable[[], None] | None:
        """Check message *msg*; return what passes it on to its worker, None if nothing does.

        :raises BadReply: it answers nothing that was asked
        """
        reader = self._READERS.get(msg.type)
        if reader is None:
            return None  # an acknowledgement, or what only gateways are told
        worker = self._workers.get(msg.srcid)
        if worker is None:
            raise BadReply(f"message {msg.type} is for an unknown worker: {msg.srcid}")
        if worker.over:
            return None  # it was under way when the worker ended
        return reader(self, worker, msg)

    def _output(self, worker: Any, msg: Any, sname: str) -> Callable[[], None]:
        data = msg.data_decode()
        if not isinstance(data, bytes):
            raise BadReply(f"message {msg.type} has a payload of type {type(data).__name__}")
        names = self._read_names(worker, msg.nodes, msg.type, sname == worker.SNAME_STDERR)
        return partial(worker.on_remote_output, names, sname, data, self._gateway)

    def _stdout(self, worker: Any, msg: Any) -> Callable[[], None]:
        return self._output(worker, msg, worker.SNAME_STDOUT)

    def _stderr(self, worker: Any, msg: Any) -> Callable[[], None]:
        return self._output(worker, msg, worker.SNAME_STDERR)

    def _retcode(self, worker: Any, msg: Any) -> Callable[[], None]:
        rc = msg.retcode
        if not -_MOST_RC < rc < _MOST_RC:
            raise BadReply("message RET has an exit code out of range")
        names = self._read_names(worker, msg.nodes, msg.type)
        return partial(_of_each, names, worker._on_remote_node_close, rc, self._gateway)

    def _timeout(self, worker: Any, msg: Any) -> Callable[[], None]:
        names = self._read_names(worker, msg.nodes, msg.type)
        return partial(_of_each, names, worker._on_remote_node_timeout, self._gateway)

    def _routing(self, worker: Any, msg: Any) -> Callable[[], None]:
        self._read_names(worker, msg.targets, msg.type)
        self._read_names(worker, msg.gateway, msg.type, True)
        arg = {"event": msg.event, "gateway": msg.gateway, "targets": msg.targets}
        return partial(worker._on_routing_event, arg)

    _READERS = {
        "OUT": _stdout,
        "SER": _stderr,
        "RET": _retcode,
        "TIM": _timeout,
        "RTR": _routing,
    }

    def _read_names(self, worker: Any, text: str, kind: str, of_gateways: bool = False) -> Any:
        """Return the names in *text*.

        :param of_gateways: the gateways behind this one may have something to say, too
        """
        if worker.waits_for(self._gateway, text):
            return (text,)
        names = self._names.get((worker.srcid, text))
        if names is not None:
            return names
        try:
            nodes = NodeSet(text, resolver=RESOLVER_NOGROUP)
        except NodeSetException as exc:
            raise BadReply(f"message {kind} has bad nodes: {exc}") from None
        unknown = nodes - worker.asked[self._gateway]
        if of_gateways and unknown:
            group = worker.topology.find_nodegroup(self._gateway)
            unknown -= nodes_below(group) | NodeSet(self._gateway)
        if unknown:
            raise BadReply(f"message {kind} is about nodes that were not asked for: {unknown}")
        names = list(nodes)
        self._count += len(names)
        if self._count > _MOST_NAMES:
            self._names.clear()
            self._count = len(names)
        self._names[worker.srcid, text] = names
        return names
