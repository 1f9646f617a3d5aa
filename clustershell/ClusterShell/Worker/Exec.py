"""Workers that run local processes, one for each node of a node set.

``ExecWorker`` is also the base of the workers that reach nodes through a command
(``ssh``, ``rsh``, ``pdsh``): a client class of theirs mostly only builds that command.
"""

from __future__ import annotations

import os

from ClusterShell._accel import attributes
from ClusterShell._accel import dispatch as _kernel
from ClusterShell._accel import namer as _namer  # noqa: F401  (now: later rights may be gone)
from ClusterShell._lazy import lazy_names
from ClusterShell._work.buffers import READING
from ClusterShell._work.clients import Clients
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Worker.EngineClient import EngineClient, EngineClientEOF, EngineClientStream
from ClusterShell.Worker.Worker import FEED, DistantWorker, WorkerError

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


__all__ = [
    "CopyClient",
    "DistantWorker",
    "EngineClient",
    "ExecClient",
    "ExecWorker",
    "NodeSet",
    "WORKER_CLASS",
    "WorkerError",
    "os",
]

__getattr__ = lazy_names(globals(), {"Template": "string"})

#: Exit code of a command that could not be started.
_CANNOT_START = 255


class ExecClient(EngineClient):
    """Client that runs one command for one node (or, in subclasses, for several).

    :param node: node name, or NodeSet; the key of this client's results
    :param command: command with ``%`` keywords
    :param rank: index of the node in the worker's node set
    """

    __slots__ = ("command", "popen", "rank")

    def __init__(
        self,
        node: Any,
        command: Any,
        worker: Any,
        stderr: bool,
        timeout: float | None,
        autoclose: bool = False,
        rank: int | None = None,
    ) -> None:
        EngineClient.__init__(self, worker, node, stderr, timeout, autoclose)
        self.rank = rank
        self.command = command
        self.popen: Any = None
        # Written to before it starts, a client keeps what is written.
        self.streams.set_writer(worker.SNAME_STDIN, None, retain=True)

    def _build_cmd(self) -> Any:
        """Return the command, a string for the shell or a list, and additional environment.

        :raises UnsafeValueError: a name cannot be put where the command has a keyword
        """
        if not isinstance(self.command, str):
            raise TypeError(f"a command is a string, not {self.command!r}")
        if "%" not in self.command:
            return self.command, None
        # Imported only where needed, for programs that start often.
        from ClusterShell._work.command import expand_command

        unsafe = getattr(self.worker, "unsafe_names", False)
        return expand_command(self.command, self.key, self.rank, unsafe), None

    def _remote_command(self) -> str:
        """Return the command for a shell of the node; see :func:`remote_command`."""
        info = self.worker.task.info
        if not info("expand"):
            return str(self.command)
        from ClusterShell._work.command import remote_command

        unsafe = getattr(self.worker, "unsafe_names", False)
        return remote_command(self.command, self.key, info, unsafe)

    def _start(self) -> Any:
        """Start the command."""
        task = self.worker.task
        try:
            command, env = self._build_cmd()
        except ValueError as exc:
            self._refuse(exc)
        else:
            if task.info("debug", False):
                name = self.__class__.__name__.upper().rsplit(".", 1)[-1]
                task.info("print_debug")(task, f"{name}: {_shown(command)}")
            self._exec_nonblock(command, shell=isinstance(command, str), env=env)
        self._on_nodeset_start(self.key)
        return self

    def _refuse(self, exc: Any) -> None:
        """The command could not be built: fail for a name that may not be put into it."""
        from ClusterShell._work.command import KeywordError, UnsafeValueError

        if isinstance(exc, KeywordError):
            raise WorkerError(str(exc)) from None
        if not isinstance(exc, UnsafeValueError):
            raise exc
        self._fail_nonblock(str(exc))

    def _start_failed(self, exc: Any) -> None:
        """No resources, and nothing runs whose end would free some: the command has failed."""
        self._on_nodeset_start(self.key)
        sname = self.worker.SNAME_STDERR if self._stderr else self.worker.SNAME_STDOUT
        text = os.fsencode(f"cannot start: {exc.strerror}")
        for node in _each(self.key):
            self.worker._on_node_msgline(node, text, sname)
        self._on_nodeset_close(self.key, _CANNOT_START)
        self.streams.clear()
        self.worker._check_fini()

    def _close(self, abort: bool, timeout: bool) -> None:
        """End the process if *abort*, and tell of its end."""
        rc = self._end_process(abort)
        self.streams.clear()
        if rc is not None and self.worker.started:
            self._on_nodeset_close(self.key, rc if rc >= 0 else 128 - rc)
        elif timeout:
            assert abort, "abort flag not set on timeout"
            for node in _each(self.key):
                self.worker._on_node_timeout(node)
        self.worker._check_fini()

    # Some clients stand for many nodes.

    def _on_nodeset_start(self, nodes: Any) -> None:
        """Tell of the start for each of *nodes*."""
        for node in _each(nodes):
            self.worker._on_start(node)

    def _on_nodeset_close(self, nodes: Any, rc: int | None) -> None:
        """Tell of the end, with exit code *rc*, for each of *nodes*."""
        for node in _each(nodes):
            self.worker._on_node_close(node, rc)

    def _on_nodeset_msgline(self, nodes: Any, msg: bytes, sname: str) -> None:
        """Tell of line *msg* on stream *sname* for each of *nodes*."""
        for node in _each(nodes):
            self.worker._on_node_msgline(node, msg, sname)

    def _flush_read(self, sname: str) -> None:
        """Hand out what is left without an end of line."""
        stream = self.streams[sname]
        rest = stream.rbuf
        if rest and stream.readable():
            stream.rbuf = b""
            if self._delivers_reads():
                self.worker._emitter().line(self.key, sname, rest)
            else:
                self._on_nodeset_msgline(self.key, rest, sname)

    def _delivers_reads(self) -> Any:
        """Return whether a read is handed out as a whole: nobody asks for single lines."""
        return (
            _LINES.unchanged(self)
            and _NODE_LINES.unchanged(self.worker)
            and isinstance(self.key, str)
        )

    def _handle_read(self, sname: str) -> None:
        """Take in what stream *sname* has, and hand out the lines it completes."""
        worker = self.worker
        if self._delivers_reads():
            worker._emitter().read(self.key, sname, self.streams[sname], self._read(sname))
            return
        debug = worker.task.info("debug", False)
        for line in self._readlines(sname):
            if debug:
                self._debug_line(line)
            self._on_nodeset_msgline(self.key, line, sname)

    def _debug_line(self, line: bytes) -> None:
        """Print *line* as a debugging aid."""
        self.worker._emitter().debug(self.key, line)


def _each(nodes: Any) -> Any:
    """Return the nodes that *nodes*, one name or a node set, stands for."""
    return (nodes,) if isinstance(nodes, str) else nodes


def _shown(command: Any) -> Any:
    return command if isinstance(command, str) else " ".join(command)


#: Hooks that take a line; where they are unchanged, nobody asks for single ones.
_LINES = attributes.Hooks(ExecClient, "_on_nodeset_msgline")
_NODE_LINES = attributes.Hooks(DistantWorker, "_on_node_msgline")

ExecClient._service = _kernel.Service(
    attributes.Hooks(ExecClient, *READING, "_on_nodeset_msgline", "_delivers_reads"),
    attributes.Hooks(DistantWorker, "_on_node_msgline", "_emitter"),
    attributes.Hooks(EngineClientStream, "complete"),
    True,
    EngineClientEOF,
)
ExecClient._feed = FEED


class CopyClient(ExecClient):
    """Client that runs ``cp`` from *source* to *dest*, or back if *reverse*."""

    __slots__ = ("dest", "isdir", "preserve", "reverse", "source")

    def __init__(
        self,
        node: Any,
        source: Any,
        dest: Any,
        worker: Any,
        stderr: bool,
        timeout: float | None,
        autoclose: bool,
        preserve: bool,
        reverse: bool,
        rank: int | None = None,
    ) -> None:
        ExecClient.__init__(self, node, None, worker, stderr, timeout, autoclose, rank)
        self.source = source
        self.dest = dest
        self.preserve = preserve
        self.reverse = reverse
        # A directory needs a recursive copy; a reverse copy may always be one.
        self.isdir = os.path.isdir(self.dest if self.reverse else self.source)
        if self.reverse and not self.isdir:
            raise ValueError("reverse copy dest must be a directory")

    def _build_cmd(self) -> Any:
        """Return the ``cp`` command."""
        from ClusterShell._work.command import expand_path
        from ClusterShell._work.operands import check_host, joined_remote, local_path

        argv = ["cp"]
        if self.isdir:
            argv.append("-r")
        if self.preserve:
            argv.append("-p")
        source = expand_path(self.source, self.key, self.rank)
        dest = expand_path(self.dest, self.key, self.rank)
        if self.reverse:
            # As files that come from many nodes are told apart by all workers.
            dest = joined_remote(source.rstrip("/"), dest, check_host(self.key, "cp"))
        return [*argv, local_path(source), local_path(dest)], None


class ExecWorker(DistantWorker):
    """Worker that runs a local command, or a local copy, once for each node.

    With ``%hosts`` in the command, it runs once for all nodes.

    :param nodes: node set; one process each
    :param handler: EventHandler or None
    :param timeout: seconds after which each command is aborted; None for no limit
    :param command: command, in which ``%h`` and ``%host`` stand for the node,
        ``%hosts`` for the whole node set, ``%n`` and ``%rank`` for the node's index
        and ``%%`` for a percent sign
    :param source, dest: files of a copy, instead of *command*
    :param stderr: whether standard error is a stream of its own
    :param preserve, reverse: how to copy

    >>> worker = ExecWorker("node[1-4]", handler=None, command="ping -c1 %h")
    >>> len(worker.nodes)
    4
    """

    SHELL_CLASS = ExecClient
    COPY_CLASS = CopyClient

    #: Whether ``%hosts`` in the command means one process for all nodes.
    _RUNS_FOR_ALL = True

    def __init__(
        self, nodes: Any, handler: Any, timeout: float | None = None, **kwargs: Any
    ) -> None:
        DistantWorker.__init__(self, handler)
        self._close_count = 0
        self._clients = Clients()
        self.nodes = NodeSet(nodes)
        self.command = kwargs.get("command")
        self.source = kwargs.get("source")
        self.dest = kwargs.get("dest")
        self._create_clients(timeout=timeout, **kwargs)

    def _create_clients(self, **kwargs: Any) -> None:
        """Make a client for each node."""
        together = self._RUNS_FOR_ALL and self.command is not None and "%hosts" in self.command
        if together and self.nodes:
            # One command for all nodes together, whose results are those of each.
            self._add_client(self.nodes, rank=None, **kwargs)
            return
        for rank, node in enumerate(self.nodes):
            self._add_client(node, rank=rank, **kwargs)

    def _add_client(self, nodes: Any, **kwargs: Any) -> None:
        """Make the client of *nodes*: of a command, or of a copy.

        :raises ValueError: neither a command nor source and dest are given
        """
        autoclose = kwargs.get("autoclose", False)
        stderr = kwargs.get("stderr", False)
        rank = kwargs.get("rank")
        timeout = kwargs.get("timeout")
        if self.command is not None:
            client = self.SHELL_CLASS(nodes, self.command, self, stderr, timeout, autoclose, rank)
        elif self.source:
            client = self.COPY_CLASS(
                nodes,
                self.source,
                self.dest,
                self,
                stderr,
                timeout,
                autoclose,
                kwargs.get("preserve", False),
                kwargs.get("reverse", False),
                rank,
            )
        else:
            raise ValueError("missing command or source parameter in worker constructor")
        self._clients.append(client)

    def _engine_clients(self) -> Any:
        """Return the clients, one for each node."""
        return self._clients

    def write(self, buf: bytes, sname: str | None = None) -> None:
        """Write *buf* to the standard input (or stream *sname*) of all commands."""
        _kernel.write_to(self._clients, sname or self.SNAME_STDIN, buf)

    def set_write_eof(self, sname: str | None = None) -> None:
        """Close the standard input (or stream *sname*) of all commands once all is written."""
        self._clients.set_write_eof(sname or self.SNAME_STDIN)

    def abort(self) -> None:
        """End all commands that run, and start no more."""
        left = 0
        for client in self._clients:
            if client.is_valid() and not client.registered:
                told = self._close_count
                client.abort()
                left += told == self._close_count
        if left and self.started:
            # Those that waited have told of no end.
            self._check_fini(left)
        self._clients.abort()

    def _check_fini(self, count: int = 1) -> None:
        """Some clients have closed; with the last one the work is over."""
        self._close_count += count
        assert self._close_count <= len(self._clients)
        if self._close_count == len(self._clients) and self.started:
            if self.metaworker is not None:
                self.metaworker._check_fini()
            self._emit_close(self._has_timeout)


#: What ``worker="exec"`` and the like load from this module.
WORKER_CLASS = ExecWorker
