"""Run commands with pdsh, copy files with pdcp: one process for all nodes."""

from __future__ import annotations

from ClusterShell._lazy import LazyAttribute, lazy_names
from ClusterShell._shell.template import UnsafeValueError
from ClusterShell._work.operands import check_host, local_path, own_operand, seconds, words
from ClusterShell._work.pdsh import Ended, Output, Trouble, parse
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Worker.EngineClient import EngineClientError, EngineClientNotSupportedError
from ClusterShell.Worker.Exec import CopyClient, ExecClient, ExecWorker
from ClusterShell.Worker.Worker import WorkerError

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "CopyClient",
    "EngineClientError",
    "EngineClientNotSupportedError",
    "ExecClient",
    "ExecWorker",
    "NodeSet",
    "PdcpClient",
    "PdshClient",
    "WORKER_CLASS",
    "WorkerError",
    "WorkerPdsh",
]

__getattr__ = lazy_names(globals(), {"errno": None, "os": None, "shlex": None})


#: What pdsh would not read as part of a host name.
_RESERVED = ":@^[] "


class PdshClient(ExecClient):
    """The pdsh of all nodes of a worker; its ``key`` is their node set.

    Settings of the task: ``pdsh_path`` (a command, with options if need be),
    ``fanout``, ``connect_timeout`` and ``command_timeout`` in seconds.
    """

    MODE = "pdsh"

    @LazyAttribute
    def _closed_nodes(self) -> NodeSet:
        """Nodes whose end pdsh, or pdcp, has already reported."""
        return NodeSet()

    def _targets(self) -> str:
        """Return all nodes as pdsh reads them, in one word with their option."""
        nodes = self.key.copy()
        # pdsh knows no steps.
        nodes.autostep = None
        return f"-w {nodes}"

    def _build_cmd(self) -> tuple[list[str], dict[str, str] | None]:
        """Return the words of the command and what it adds to the environment."""
        info = self.worker.task.info
        argv = words(info, "pdsh_path", "pdsh")
        argv += ["-b", f"-f {info('fanout')}"]
        command_timeout = seconds(info("command_timeout", 0))
        if command_timeout:
            argv.append(f"-u {command_timeout}")
        argv += [self._targets(), str(self.command)]
        env = {}
        connect_timeout = seconds(info("connect_timeout", 0))
        if connect_timeout:
            env["PDSH_SSH_ARGS_APPEND"] = f"-o ConnectTimeout={connect_timeout}"
        return argv, env

    def _close(self, abort: bool, timeout: bool) -> None:
        """End pdsh if ``abort``, and tell of the end for the nodes it has not told of.

        Raises WorkerError if pdsh itself has failed.
        """
        rc = self._end_process(abort)
        self.streams.clear()
        if rc is not None and rc > 0:
            raise WorkerError(f"Cannot run pdsh (error {rc})")
        left = [node for node in self.key if node not in self._closed_nodes]
        if timeout:
            for node in left:
                self.worker._on_node_timeout(node)
        elif rc is not None and self.worker.started:
            # pdsh tells of failures only.
            for node in left:
                self.worker._on_node_close(node, 128 - rc if rc else 0)
        self.worker._check_fini()

    def _parse_line(self, line: bytes, sname: str) -> None:
        """Take in one line that pdsh has written on ``sname``."""
        event = parse(line, self.MODE)
        if isinstance(event, Output):
            self.worker._on_node_msgline(event.node, event.text, sname)
        elif isinstance(event, Ended):
            self._node_ended(event.node, event.rc)
        elif isinstance(event, Trouble) and event.node in self.key:
            # Its own words about one node: without them nobody would know
            # why that node has no output.
            self.worker._on_node_msgline(event.node, event.text, sname)
            if event.rc is not None:
                self._node_ended(event.node, event.rc)

    def _node_ended(self, node: str, rc: int) -> None:
        """Tell of the end of the command of ``node``, once."""
        if node not in self._closed_nodes:
            self._closed_nodes.add(node)
            self.worker._on_node_close(node, rc)

    def _on_nodeset_msgline(self, nodes: Any, msg: bytes, sname: str) -> None:
        """Take in the line *msg*, which tells itself which of *nodes* it is about."""
        task = self.worker.task
        if task.info("debug", False):
            where = "@STDERR" if sname == self.worker.SNAME_STDERR else ""
            task.info("print_debug")(task, f"PDSH{where}: {msg!r}")
        self._parse_line(msg, sname)

    def _flush_read(self, sname: str) -> None:
        """Hand out what is left without an end of line; nothing of a stream that is not there."""
        if sname in self.streams:
            super()._flush_read(sname)

    def _debug_line(self, line: bytes) -> None:
        """Print nothing yet: with the stream it is from, the line is printed when taken in."""


class PdcpClient(CopyClient, PdshClient):
    """The pdcp, or the rpdcp of a reverse copy, of all nodes of a worker.

    Settings of the task: ``pdcp_path``, ``rpdcp_path``, ``fanout``,
    ``connect_timeout`` in seconds.
    """

    MODE = "pdcp"

    def _build_cmd(self) -> tuple[list[str], None]:
        """Return the words of the command and its environment (our own)."""
        info = self.worker.task.info
        program = "rpdcp" if self.reverse else "pdcp"
        argv = words(info, program + "_path", program)
        argv += ["-b", f"-f {info('fanout')}"]
        connect_timeout = seconds(info("connect_timeout", 0))
        if connect_timeout:
            argv.append(f"-t {connect_timeout}")
        argv.append(self._targets())
        if self.isdir:
            argv.append("-r")
        if self.preserve:
            argv.append("-p")
        if self.reverse:
            argv += [own_operand(self.source), local_path(self.dest)]
        else:
            argv += [local_path(self.source), own_operand(self.dest)]
        return argv, None


class _RefusedClient(ExecClient):
    """Stands for a node whose name pdsh must not see: its command fails."""

    __slots__ = ()

    def _build_cmd(self) -> tuple[list[str], None]:
        return [check_host(self.key, "pdsh", _RESERVED)], None


class WorkerPdsh(ExecWorker):
    """Run a command on nodes with pdsh, or copy to and from them with pdcp.

    Arguments as for ExecWorker.  One process serves all nodes: the timeout is
    that of the whole, the fanout is pdsh's, and there is no standard input.
    With ``reverse=True`` a copy fetches ``source`` from each node into
    ``dest``, a folder, as ``NAME.NODE``.

    A node whose name could be read as anything but the name of a host is left
    out: its command fails with exit code 255 and a message on its standard
    error that tells why.

    A run ends with WorkerError if pdsh cannot run.
    """

    SHELL_CLASS = PdshClient
    COPY_CLASS = PdcpClient

    def _create_clients(self, **kwargs: Any) -> None:
        """Make one client for all nodes, and one for each that is refused."""
        refused = NodeSet()
        for node in self.nodes:
            try:
                check_host(node, "pdsh", _RESERVED)
            except UnsafeValueError:
                refused.add(node)
        if len(refused) < len(self.nodes):
            self._add_client(self.nodes - refused, **kwargs)
        for node in refused:
            client = _RefusedClient(
                node, None, self, kwargs.get("stderr", False), kwargs.get("timeout")
            )
            self._clients.append(client)

    def write(self, buf: bytes) -> None:  # type: ignore[override]
        """Raise EngineClientNotSupportedError."""
        raise EngineClientNotSupportedError("writing to stdin is not supported by pdsh worker")

    def set_write_eof(self) -> None:  # type: ignore[override]
        """Raise EngineClientNotSupportedError."""
        raise EngineClientNotSupportedError("writing to stdin is not supported by pdsh worker")


#: What makes this a worker module.
WORKER_CLASS = WorkerPdsh
