"""Run commands with ssh, copy files with scp: one process for each node."""

from __future__ import annotations

from ClusterShell._lazy import lazy_names
from ClusterShell._work.operands import (
    check_host,
    copy_operands,
    seconds,
    words,
)
from ClusterShell.Worker.Exec import CopyClient, ExecClient, ExecWorker

__all__ = [
    "CopyClient",
    "ExecClient",
    "ExecWorker",
    "ScpClient",
    "SshClient",
    "WORKER_CLASS",
    "WorkerSsh",
]

__getattr__ = lazy_names(globals(), {"os": None, "shlex": None})


class SshClient(ExecClient):
    """The ssh of one node.

    Settings of the task: ``ssh_path`` (a command, with options if need be),
    ``ssh_options``, ``ssh_user``, ``connect_timeout`` in seconds.
    """

    __slots__ = ()

    def _build_cmd(self) -> tuple[list[str], None]:
        """Return the words of the command and its environment (our own)."""
        info = self.worker.task.info
        argv = words(info, "ssh_path", "ssh")
        # First come the user's: ssh takes the first value of an option.
        argv += words(info, "ssh_options")
        argv += ["-oForwardAgent=no", "-oForwardX11=no"]
        user = info("ssh_user")
        if user:
            argv += ["-l", user]
        timeout = seconds(info("connect_timeout", 0))
        if timeout:
            argv.append(f"-oConnectTimeout={timeout}")
        # Nobody is there to type a password or to accept a host key.
        argv.append("-oBatchMode=yes")
        argv.append(check_host(self.key, "ssh"))
        argv.append(self._remote_command())
        return argv, None


class ScpClient(CopyClient):
    """The scp of one node.

    Settings of the task: ``scp_path``, ``scp_options`` or else
    ``ssh_options``, ``scp_user`` or else ``ssh_user``, ``connect_timeout``.
    """

    __slots__ = ()

    def _build_cmd(self) -> tuple[list[str], None]:
        """Return the words of the command and its environment (our own)."""
        info = self.worker.task.info
        argv = words(info, "scp_path", "scp")
        argv += words(info, "scp_options" if info("scp_options") else "ssh_options")
        if self.isdir:
            argv.append("-r")
        if self.preserve:
            argv.append("-p")
        timeout = seconds(info("connect_timeout", 0))
        if timeout:
            argv.append(f"-oConnectTimeout={timeout}")
        user = info("scp_user") or info("ssh_user")
        # In brackets a name may hold colons, as the ones of IPv6 do.
        host = f"[{check_host(self.key, 'scp', '[]')}]"
        return [*argv, *copy_operands(self, host, user)], None


class WorkerSsh(ExecWorker):
    """Run a command on nodes with ssh, or copy to and from them with scp.

    Arguments as for ExecWorker.  With ``reverse=True`` a copy fetches
    ``source`` from each node into ``dest``, a folder, as ``NAME.NODE``.

    A node whose name could be read as anything but the name of a host (an
    option, a path, shell syntax) is not connected to: its command fails with
    exit code 255 and a message on its standard error that tells why.
    """

    SHELL_CLASS = SshClient
    COPY_CLASS = ScpClient
    _RUNS_FOR_ALL = False


#: What makes this a worker module.
WORKER_CLASS = WorkerSsh
