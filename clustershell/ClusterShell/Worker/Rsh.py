"""Run commands with rsh, copy files with rcp: one process for each node."""

from __future__ import annotations

import re

from ClusterShell._lazy import lazy_names
from ClusterShell._work.operands import check_host, copy_flags, copy_operands, words
from ClusterShell.Worker.Exec import CopyClient, ExecClient, ExecWorker

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "CopyClient",
    "ExecClient",
    "ExecWorker",
    "RcpClient",
    "RshClient",
    "WORKER_CLASS",
    "WorkerRsh",
    "re",
]

__getattr__ = lazy_names(globals(), {"os": None, "shlex": None})


#: rsh does not tell the exit code of the remote command, so that the command
#: prints it.  Where its output has no final newline, the mark follows that.
_MARK = re.compile(rb"XXRETCODE: (\d{1,9})\Z")


class RshClient(ExecClient):
    """The rsh of one node.

    Settings of the task: ``rsh_path`` (a command, with options if need be),
    ``rsh_options``, ``rsh_user``.
    """

    #: The exit code of the remote command, once it is known.
    rsh_rc: int | None = None

    def _build_cmd(self) -> tuple[list[str], None]:
        """Return the words of the command and its environment (our own)."""
        info = self.worker.task.info
        argv = words(info, "rsh_path", "rsh")
        argv += words(info, "rsh_options")
        user = info("rsh_user")
        if user:
            argv += ["-l", user]
        argv.append(check_host(self.key, "rsh"))
        argv += [self._remote_command(), "; echo XXRETCODE: $?"]
        return argv, None

    def _on_nodeset_msgline(self, nodes: Any, msg: bytes, sname: str) -> None:
        """Pass on a line of output, without the mark."""
        mark = _MARK.search(msg)
        if mark is not None:
            self.rsh_rc = int(mark[1])
            msg = msg[: mark.start()]
            if not msg:
                return
        ExecClient._on_nodeset_msgline(self, nodes, msg, sname)

    def _on_nodeset_close(self, nodes: Any, rc: int | None) -> None:
        """Pass on the exit code: that of rsh, if it failed, or the command's."""
        if not rc and self.rsh_rc is not None:
            rc = self.rsh_rc
        ExecClient._on_nodeset_close(self, nodes, rc)


class RcpClient(CopyClient):
    """The rcp of one node.

    Settings of the task: ``rcp_path``, ``rcp_options`` or else
    ``rsh_options``, ``rsh_user``.
    """

    __slots__ = ()

    def _build_cmd(self) -> tuple[list[str], None]:
        """Return the words of the command and its environment (our own)."""
        info = self.worker.task.info
        argv = words(info, "rcp_path", "rcp")
        argv += words(info, "rcp_options" if info("rcp_options") else "rsh_options")
        argv += copy_flags(self)
        user = info("rsh_user")
        host = check_host(self.key, "rcp", ":")
        return [*argv, *copy_operands(self, host, user)], None


class WorkerRsh(ExecWorker):
    """Run a command on nodes with rsh, or copy to and from them with rcp.

    Arguments as for ExecWorker, host names and copies as for WorkerSsh.
    """

    SHELL_CLASS = RshClient
    COPY_CLASS = RcpClient
    _RUNS_FOR_ALL = False


#: What makes this a worker module.
WORKER_CLASS = WorkerRsh
