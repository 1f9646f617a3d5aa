"""Workers of tasks that have a topology: nodes next to this one, nodes behind gateways."""

from __future__ import annotations

from ClusterShell._lazy import lazy_names
from ClusterShell.Event import EventHandler
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Propagation import PropagationTreeRouter
from ClusterShell.Worker.EngineClient import EnginePort
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
            for node in worker.iter_keys_timeout():
                self.metaworker._on_node_timeout(node)
        self.metaworker._check_fini()


class TreeWorker(DistantWorker):
    """Worker of a task with a topology, for nodes next to this one.

    Such nodes are served as without a topology, by workers of the task's
    ``distant_worker``, or ``local_worker`` with ``remote=False``.  Nodes behind
    gateways cannot be served by this release: scheduling raises WorkerError.

    nodes, handler, timeout, command, source, dest, stderr, preserve, reverse: as
        for ExecWorker.
    topology, newroot: another tree than the task's, and the node to start from.
    """

    UNTAR_CMD_FMT = "tar -xf - -C '%s'"
    TAR_CMD_FMT = (
        "tar -cf - -C '%s' "
        '--transform "s,^\\([^/]*\\)[/]*,\\1.$(hostname -s)/," '
        "'%s' | base64 -w 65536"
    )

    _check_fini = ExecWorker._check_fini
    _on_node_timeout = ExecWorker._on_node_timeout

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
        #: How a gateway is started.
        self.invoke_gateway = "python -m ClusterShell.Gateway -Bu"
        self.metahandler = MetaWorkerEventHandler(self)
        self.router: PropagationTreeRouter | None = None
        #: Gateway -> nodes that are served through it.
        self.gwtargets: dict[str, NodeSet] = {}
        self._topology = kwargs.get("topology")
        self._newroot = kwargs.get("newroot")
        self._options = {key: kwargs[key] for key in ("autoclose",) if key in kwargs}
        self._clients: list[Any] = []
        self._start_count = 0
        self._close_count = 0
        self._has_timeout = False
        # What is asked for before there are clients.
        self._to_write: list[bytes] = []
        self._eof = False

    def _set_task(self, task: Any) -> None:
        """Bind to a task, whose topology decides how the nodes are reached.

        Raises WorkerError when some are behind gateways.
        """
        DistantWorker._set_task(self, task)
        self._launch(self.nodes)

    def _launch(self, nodes: NodeSet) -> None:
        """Make the clients of ``nodes``."""
        direct = self._distribute(self.task.info("fanout"), nodes)
        if self.gwtargets:
            gateways, behind = NodeSet(), NodeSet()
            for gateway, targets in self.gwtargets.items():
                gateways.add(gateway)
                behind.add(targets)
            raise WorkerError(
                f"{behind}: commands through gateways ({gateways}) are not supported by this "
                "release; use tree=False to connect to them from here"
            )
        name = "distant_worker" if self.remote else "local_worker"
        worker = self.task.default(name)(
            direct,
            handler=None,
            timeout=self.timeout,
            command=self.command,
            source=self.source,
            dest=self.dest,
            stderr=self.stderr,
            preserve=self.preserve,
            reverse=self.reverse,
            **self._options,
        )
        self._clients = list(worker._engine_clients())
        for client in self._clients:
            client.worker = self
        for buf in self._to_write:
            self.write(buf)
        if self._eof:
            self.set_write_eof()

    def _distribute(self, fanout: int, dst_nodeset: NodeSet) -> NodeSet:
        """Fill ``gwtargets``; return the nodes that need no gateway."""
        if self._topology is not None:
            root = self._newroot or str(self._topology.root.nodeset)
            self.router = PropagationTreeRouter(root, self._topology, fanout)
        else:
            self.router = self.task._default_router()
        direct = NodeSet()
        self.gwtargets = {}
        for gateway, targets in self.router.dispatch(dst_nodeset):
            if gateway == targets:
                direct.add(targets)
            else:
                self.gwtargets.setdefault(str(gateway), NodeSet()).add(targets)
        return direct

    def _relaunch(self, previous_gateway: str) -> None:
        """A gateway is gone: serve its nodes in another way."""
        raise WorkerError(f"gateway {previous_gateway} is gone")

    def _engine_clients(self) -> list[Any]:
        """Return the clients, which the task's engine runs."""
        return self._clients

    def write(self, buf: bytes) -> None:
        """Write to the standard input of all commands."""
        if self.task is None:
            self._to_write.append(buf)
        else:
            ExecWorker.write(self, buf)  # type: ignore[arg-type]

    def set_write_eof(self) -> None:
        """Close the standard input of all commands, once all is written."""
        if self.task is None:
            self._eof = True
        else:
            ExecWorker.set_write_eof(self)  # type: ignore[arg-type]

    def abort(self) -> None:
        """End all commands that run, and start no more."""
        for client in self._clients:
            client.abort()


#: The name before version 1.6.
WorkerTree = TreeWorker
