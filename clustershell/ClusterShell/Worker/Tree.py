"""Workers of tasks that have a topology: nodes next to this one, nodes behind gateways."""

from __future__ import annotations

from itertools import count

from ClusterShell._lazy import import_module, lazy_names
from ClusterShell._tree.direct import DirectClients
from ClusterShell._tree.feed import Broadcast
from ClusterShell._tree.gateways import channel_to
from ClusterShell._tree.invoke import gateway_command
from ClusterShell.Engine.Engine import FANOUT_UNLIMITED
from ClusterShell.Event import EventHandler
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Propagation import PropagationTreeRouter, RouteResolvingError
from ClusterShell.Worker.EngineClient import EngineClient, EnginePort
from ClusterShell.Worker.Exec import ExecWorker
from ClusterShell.Worker.Worker import DistantWorker, WorkerError

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "DistantWorker",
    "EnginePort",
    "EventHandler",
    "ExecWorker",
    "MetaWorkerEventHandler",
    "NodeSet",
    "PropagationTreeRouter",
    "TreeWorker",
    "WorkerError",
    "WorkerTree",
]

__getattr__ = lazy_names(
    globals(),
    {
        "base64": None,
        "basename": "os.path",
        "dirname": "os.path",
        "isfile": "os.path",
        "logging": None,
        "normpath": "os.path",
        "os": None,
        "sys": None,
        "tarfile": None,
        "tempfile": None,
    },
)


class MetaWorkerEventHandler(EventHandler):
    """Passes the events of a worker on to the worker that it works for."""

    def __init__(self, metaworker: Any) -> None:
        self.metaworker = metaworker

    def ev_start(self, worker: Any) -> None:
        self.metaworker._start_count += 1

    def ev_pickup(self, worker: Any, node: Any) -> None:
        self.metaworker._on_start(node)

    def ev_read(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        self.metaworker._on_node_msgline(node, msg, sname)

    def ev_written(self, worker: Any, node: Any, sname: str, size: int) -> None:
        self.metaworker._on_written(node, size, sname)

    def ev_hup(self, worker: Any, node: Any, rc: int | None) -> None:
        self.metaworker._on_node_close(node, rc)

    def ev_close(self, worker: Any, timedout: bool) -> None:
        if timedout:
            for node in list(worker.iter_keys_timeout()):
                self.metaworker._on_node_timeout(node)
        # The results are those of the worker it works for.
        worker.forget_results()
        self.metaworker._check_fini()

    def _ev_routing(self, worker: Any, arg: dict[str, Any]) -> None:
        self.metaworker._on_routing_event(arg)


#: Exit code of a command whose gateway is gone (EX_PROTOCOL of sysexits.h).
_RC_LOST = 76

#: Seconds between two wake-ups of a loop that waits for gateways only.
_HOLD = 3600.0

#: Numbers of workers in messages; 0 stands for the gateway itself.
_numbers = count(1)


class _NoFanout:
    """Stands for a worker whose clients start at once."""

    _fanout = FANOUT_UNLIMITED


class Launcher(EngineClient):
    """Client without streams, which is over as soon as it has started its *worker*."""

    __slots__ = ("_launched",)

    def __init__(self, worker: Any) -> None:
        EngineClient.__init__(self, _NoFanout(), worker, False, None, True)
        self._launched = worker

    def _start(self) -> Launcher:
        try:
            self._launched._start()
        except BaseException:
            # Who has scheduled the worker may go on with others.
            self.abort()
            raise
        return self

    def _close(self, abort: bool, timeout: bool) -> None:
        """There is nothing to close."""


class TreeWorker(DistantWorker):
    """Worker of a task with a topology: some nodes are reached through gateways.

    Nodes that are next to this one, or not in the topology, are served as without one,
    by clients of the task's ``distant_worker``, or ``local_worker`` with
    ``remote=False``.  Which way a node goes is decided when the task runs.

    :param remote: whether commands run on the nodes, or in their names on the gateways
    :param autoclose: whether the loop may end while this worker still runs
    :param topology: another tree than the task's
    :param newroot: the node of it to start from

    The other parameters are those of ExecWorker.
    """

    UNTAR_CMD_FMT = "tar -xf - -C %s"
    TAR_CMD_FMT = "tar -cf - -C %s -- %s | base64 -w 65536"

    def __init__(self, nodes: Any, handler: Any, timeout: Any, **kwargs: Any) -> None:
        DistantWorker.__init__(self, handler)
        self.nodes = NodeSet(nodes)
        self.timeout = timeout
        self.command = kwargs.get("command")
        self.source = kwargs.get("source")
        self.dest = kwargs.get("dest")
        if self.command is None and not self.source:
            raise ValueError("missing command or source parameter in TreeWorker constructor")
        self.stderr = kwargs.get("stderr", False)
        self.remote = kwargs.get("remote", True)
        self.preserve = kwargs.get("preserve", False)
        self.reverse = kwargs.get("reverse", False)
        self.autoclose = bool(kwargs.get("autoclose", False))
        self.topology: Any = kwargs.get("topology")
        self._newroot = kwargs.get("newroot")
        #: How a gateway is started.
        self.invoke_gateway = gateway_command()
        self.metahandler = MetaWorkerEventHandler(self)
        self.router: PropagationTreeRouter | None = None
        #: Gateway -> names of the nodes behind it that have not ended.
        self.gwtargets: dict[str, set[str]] = {}
        #: What messages about this worker carry.
        self.srcid = next(_numbers)
        self._launcher = Launcher(self)
        self._direct = DirectClients(self)
        self._start_count = 0
        self._close_count = 0
        self._launched = self._aborted = False
        self._shares: dict[str, list[str]] = {}
        self._hold: Any = None
        #: What each gateway has been asked for.
        self.asked: dict[str, NodeSet] = {}
        self._input = Broadcast(self)
        self._copy: Any = None

    # -- start

    def _engine_clients(self) -> list[Any]:
        """Return what the task's engine runs: the rest is made when it does."""
        return [self._launcher]

    def _start(self) -> None:
        """Start the clients of nodes next to us, and the gateways to the others.

        Raises RouteResolvingError when all gateways to a node are unreachable, and
        WorkerError when there is nothing to copy.
        """
        if self.topology is None:
            self.topology = self.task.topology
        if not self.nodes:
            return
        direct = self._distribute(self.task.info("fanout"), self.nodes)
        self._prepare_copy()
        self._start_once()
        if not self._aborted:
            self._launch(direct)
        self._launched = True
        if self._aborted:
            self.abort()
        self._check_fini(count=0)

    def _distribute(self, fanout: int, dst_nodeset: NodeSet) -> NodeSet:
        """Fill ``gwtargets``; return the nodes that need no gateway."""
        if self.router is None:
            own = self._newroot or self.topology is not self.task.topology
            if own and self.topology is not None:
                root = self._newroot or str(self.topology.root.nodeset)
                self.router = PropagationTreeRouter(root, self.topology, fanout)
            else:
                self.router = self.task._default_router()
        direct, shares = self.router.shares(dst_nodeset)
        for gateway, names in shares.items():
            self.gwtargets.setdefault(gateway, set()).update(names)
            self.asked.setdefault(gateway, NodeSet()).update(NodeSet._fromlist1(names))
        self._shares = shares
        return direct

    def _prepare_copy(self) -> None:
        """Get ready for a copy to or from nodes behind gateways."""
        if self.command is not None or not self.gwtargets:
            return
        copies = import_module("ClusterShell._tree.copies")
        fmt = self.TAR_CMD_FMT if self.reverse else self.UNTAR_CMD_FMT
        try:
            self._copy = copies.prepare(self.source, self.dest, fmt, self.reverse)
        except OSError as exc:
            self.gwtargets.clear()
            raise WorkerError(str(exc)) from exc
        self._input.source = self._copy.input or self._input.source

    def _launch(self, nodes: NodeSet) -> None:
        """Start the clients of ``nodes``, and all gateways."""
        if not self.autoclose and self.gwtargets:
            self._hold = self.task.timer(_HOLD, EventHandler(), interval=_HOLD)
        if nodes:
            self._direct.start(nodes, self._input.source)
        self._launch_remote()

    def _launch_remote(self) -> None:
        """Have the gateways serve what has just been distributed to them."""
        self._input.expect(self._shares)
        for gateway, names in self._shares.items():
            self._ask(gateway, NodeSet._fromlist1(names))

    def _ask(self, gateway: str, nodes: NodeSet) -> None:
        """Have ``gateway`` serve ``nodes``."""
        channel = self.task._pchannel(gateway, self)
        # Copies tell of errors only.
        stderr = self.stderr or self.command is None
        command = self.command if self.command is not None else self._copy.command
        args = (self.timeout, stderr, self.invoke_gateway, self.remote)
        channel.shell(nodes, command, self, *args)

    def _relaunch(self, previous_gateway: str) -> None:
        """A gateway that has done nothing yet is gone: its nodes go another way.

        Raises RouteResolvingError when there is none, but on a gateway.
        """
        names = self.gwtargets.get(previous_gateway)
        if not names:
            return
        targets = NodeSet._fromlist1(sorted(names))
        event = {"event": "reroute", "gateway": previous_gateway, "targets": targets}
        self._on_routing_event(event)
        if self._aborted:
            return  # by the handler
        try:
            self._distribute(self.task.info("fanout"), targets)
        except RouteResolvingError as exc:
            if self._newroot is None:
                raise
            # A gateway tells its head node, and goes on with what it can reach.
            self._complain(previous_gateway, str(exc))
            self._gateway_abort(previous_gateway)
            return
        del self.gwtargets[previous_gateway]
        self._launch_remote()

    # -- nodes behind gateways

    @property
    def over(self) -> bool:
        """Whether the last event has been sent."""
        return self._finished

    def waits_for(self, gateway: str, node: str | None = None) -> bool:
        """Return whether *gateway* still serves *node*, or any node if None."""
        left = self.gwtargets.get(gateway, ())
        return bool(left) if node is None else node in left

    def on_remote_start(self, nodes: NodeSet, channel: Any) -> None:
        """The gateway of *channel* has been told to start the commands of *nodes*."""
        gateway = channel.gateway
        for node in nodes:
            if self.waits_for(gateway, node):
                self._on_start(node)
        if self.waits_for(gateway):
            self._input.start(channel, nodes)
            self._trim_input()

    def on_remote_output(self, names: Any, sname: str, data: bytes, gateway: str) -> None:
        """*data*, lines without the end of the last, has come from the nodes *names*."""
        if self._copy is not None and self._copy.takes(sname):
            for node in names:
                if self.waits_for(gateway, node):
                    self._copy.add(node, data)
            return
        handler = self.eh
        # A handler may end some of the nodes meanwhile.
        left = self.gwtargets.get(gateway, set())
        served = left.intersection(names) if len(names) > 1 else left
        if len(names) > 1 and handler is not None and getattr(handler, "_ev_text", None) is None:
            # A handler that listens to lines is told of each line, of all nodes in turn.
            for line in data.split(b"\n"):
                for node in names:
                    if not self._finished and (node in left or node not in served):
                        self._on_node_msgline(node, line.removesuffix(b"\r"), sname)
            return
        text = data + b"\n"
        for node in names:
            if not self._finished and (node in left or node not in served):
                self._emitter().whole(node, sname, text)

    def on_remote_written(self, nodes: Any, size: int, gateway: str) -> None:
        """*size* bytes of input are on their way to *nodes*."""
        for node in nodes:
            if self.waits_for(gateway, node):
                self._on_written(node, size, self.SNAME_STDIN)
        self._input.written(gateway, nodes, size)
        self._trim_input()

    def _on_remote_node_close(self, node: str, rc: int, gateway: str) -> None:
        """The command of *node* has ended."""
        if not self.waits_for(gateway, node):
            return
        self.gwtargets[gateway].discard(node)
        self._on_node_close(node, rc)
        if self._copy is not None and not self._finished:
            self._complain(node, self._copy.ended(node))
        self._check_fini(gateway)

    def _on_remote_node_timeout(self, node: str, gateway: str) -> None:
        """The command of *node* has run out of time."""
        if not self.waits_for(gateway, node):
            return
        self.gwtargets[gateway].discard(node)
        if self._copy is not None:
            self._copy.drop(node)
        self._on_node_timeout(node)
        self._check_fini(gateway)

    def _on_routing_event(self, arg: dict[str, Any]) -> None:
        """Tell the handler that nodes are reached in another way."""
        if self.eh is not None and hasattr(self.eh, "_ev_routing"):
            self.eh._ev_routing(self, arg)

    def _gateway_abort(self, gateway: str) -> None:
        """*gateway* is gone: the commands behind it that have not ended have failed."""
        left = self.gwtargets.get(gateway)
        if left is None:
            return
        for node in NodeSet._fromlist1(sorted(left)):
            if node in left:
                left.discard(node)
                if self._copy is not None:
                    self._copy.drop(node)
                self._on_node_close(node, _RC_LOST)
        self._check_fini(gateway)

    def _complain(self, node: str, reason: str | None) -> None:
        """Tell of *reason*, if there is one: a local error about *node*."""
        if reason is not None:
            text = reason.encode("utf-8", "surrogateescape")
            self._on_node_msgline(node, text, self.SNAME_STDERR)

    # -- end

    def _check_fini(self, gateway: str | None = None, count: int = 1) -> None:
        """A client has closed, or all nodes behind *gateway* may have ended."""
        if gateway is None:
            self._close_count += count
        elif gateway in self.gwtargets and not self.gwtargets[gateway]:
            del self.gwtargets[gateway]
            self._input.stop(gateway)
            self.task._pchannel_release(gateway, self)
        over = self._launched and not self.gwtargets and self._close_count >= len(self._direct)
        if over and not self._finished:
            self._end()

    def _end(self) -> None:
        """All is over."""
        if self._hold is not None:
            self._hold.invalidate()
        if self._copy is not None:
            self._copy.close()
        if self.metaworker is not None:
            self.metaworker._check_fini()
        self._emit_close(self._has_timeout)

    # -- for programs

    def write(self, buf: bytes) -> None:
        """Write to the standard input of all commands."""
        if not self._input.source.eof and buf:
            self._input.source.append(buf)
            self._direct.write(buf)
            self._input.go_on()
            self._trim_input()

    def set_write_eof(self) -> None:
        """Close the standard input of all commands, once all is written."""
        if not self._input.source.eof:
            self._input.source.eof = True
            self._direct.set_write_eof()
            self._input.go_on()

    def _trim_input(self) -> None:
        """Forget the input that everybody has."""
        if self._launched:
            self._input.trim(self.gwtargets.keys())

    def abort(self) -> None:
        """End all commands that run, and start no more; nodes behind gateways get code 76."""
        self._aborted = True
        if not self._launched:
            if not self.started:
                self._launcher.abort()
            return
        self._direct.abort()
        # Those that had not started have told nothing.
        self._close_count = len(self._direct)
        for gateway in list(self.gwtargets):
            self._abandon(gateway)
            self._gateway_abort(gateway)
        self._check_fini(count=0)

    def _abandon(self, gateway: str) -> None:
        """Have *gateway* end the commands that run there, if others keep it alive."""
        channel = channel_to(self.task, gateway, self)
        names = self.gwtargets.get(gateway)
        if channel is not None and names:
            channel.abort(NodeSet._fromlist1(sorted(names)), self)


#: The name before version 1.6.
WorkerTree = TreeWorker
