"""Run commands with ssh, copy files with scp: one process for each node."""

from __future__ import annotations

from ClusterShell._lazy import lazy_names
from ClusterShell._work.operands import check_host, copy_flags, copy_operands, seconds, words
from ClusterShell.Worker.Exec import CopyClient, ExecClient, ExecWorker

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

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


class _Sections(ExecClient):
    """A client whose settings may be others for its node than for the rest.

    The setting ``ssh_sections`` of the task holds pairs: the text of a node set, and pairs of
    a setting and its value for these nodes.
    """

    __slots__ = ()

    def _info(self) -> Any:
        """Return the function of the name of a setting that returns its value for this node."""
        info = self.worker.task.info
        sections = info("ssh_sections")
        if not sections:
            return info
        from ClusterShell._work.sections import settings_of

        own = settings_of(sections, self.key)
        if own.get("command_timeout", 0) > 0:
            self.fire_delay = own["command_timeout"]
        return lambda key, default=None: own[key] if key in own else info(key, default)


class SshClient(_Sections):
    """The ssh of one node.

    Settings of the task: ``ssh_path`` (a command, with options if need be),
    ``ssh_options``, ``ssh_user``, ``connect_timeout`` in seconds.
    """

    __slots__ = ()

    def _build_cmd(self) -> tuple[list[str], None]:
        """Return the words of the command and its environment (our own)."""
        info = self._info()
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


class ScpClient(CopyClient, _Sections):
    """The scp of one node.

    Settings of the task: ``scp_path``, ``scp_options`` or else
    ``ssh_options``, ``scp_user`` or else ``ssh_user``, ``connect_timeout``.
    """

    __slots__ = ()

    def _build_cmd(self) -> tuple[list[str], None]:
        """Return the words of the command and its environment (our own)."""
        info = self._info()
        argv = words(info, "scp_path", "scp")
        argv += words(info, "scp_options" if info("scp_options") else "ssh_options")
        argv += copy_flags(self)
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
