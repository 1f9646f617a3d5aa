"""Starting the process of a client, or one line of output where it cannot be started."""

from __future__ import annotations

import errno
import os

from ClusterShell._accel import spawn as _kernel
from ClusterShell._engine.pending import StarvedError
from ClusterShell._work.process import Process

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_SHELL = "/bin/sh"

_spawner = _kernel.Spawner()

#: Errors that go away when other processes end.
OUT_OF_RESOURCES = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM)

#: Exit code of a command that could not be started.
CANNOT_START = 255

#: Most bytes of a text of ours in an empty pipe, which takes a page (4 KiB) at the least.
_LONGEST_TEXT = 1024


def start_process(
    process: Process,
    command: str | Sequence[str],
    shell: bool,
    env: dict[str, str] | None,
    separate_stderr: bool,
    fd_limit: int = 0,
) -> None:
    """Start *command* as *process*, connected to ``process.pipes``.

    :param command: a list of arguments; a string is a program without any
    :param shell: run it under ``/bin/sh``: a string, or a string and its ``$0``, ``$1``, ...
    :param env: variables to add to the environment
    :param separate_stderr: standard error gets a pipe of its own
    :param fd_limit: descriptors from this number on cannot be used; 0 for no limit
    :raises StarvedError: no descriptor or process is left (see ``OUT_OF_RESOURCES``)

    A command that cannot be executed becomes a process that has ended with
    ``CANNOT_START`` and one line of (error) output that says why.
    """
    argv: Any = (command,) if isinstance(command, str) else command
    if shell:
        argv = (_SHELL, "-c", *argv)
    number = 3 if separate_stderr else 2
    try:
        _spawner.start(process.pids, process.pipes, argv, _environment(env), number, fd_limit)
    except (OSError, TypeError, ValueError) as exc:  # words that are no text, a NUL in them
        _raise_starved(exc)
        _tell(process, cannot_start_text(argv[0], exc), number, fd_limit)


def fail_process(process: Process, text: str, separate_stderr: bool, fd_limit: int = 0) -> None:
    """Make *process* one that could not be started: it says *text* and has ended."""
    line = _bounded(os.fsencode(text)) + b"\n"
    _tell(process, line, 3 if separate_stderr else 2, fd_limit)


def _raise_starved(exc: Exception) -> None:
    """Raise StarvedError where *exc* says that resources are short."""
    if isinstance(exc, OSError) and exc.errno in OUT_OF_RESOURCES:
        raise StarvedError(exc.errno, exc.strerror) from None


def _tell(process: Process, line: bytes, number: int, fd_limit: int) -> None:
    """Give *process*, which has ended, pipes from which *line* can be read."""
    try:
        _spawner.pipes(process.pipes, line, number, fd_limit)
    except OSError as exc:
        _raise_starved(exc)
        raise
    process.returncode = CANNOT_START


def cannot_start_text(program: str, exc: Exception) -> bytes:
    """Return the line of output that stands for a command that cannot be executed."""
    reason = os.fsencode(f": {getattr(exc, 'strerror', None) or exc}")
    return _bounded(os.fsencode(program)) + _bounded(reason) + b"\n"


def _bounded(text: bytes) -> bytes:
    """Return *text*, without its middle if it is long.

    Who writes it is also who reads it: what does not fit into an empty pipe would wait
    for itself.
    """
    if len(text) <= _LONGEST_TEXT:
        return text
    half = _LONGEST_TEXT // 2
    return text[:half] + b"..." + text[-half:]


def _environment(env: dict[str, str] | None) -> Any:
    """Return our environment, with the variables of *env* added, for a child."""
    # The dictionary of bytes behind os.environ is what the system call wants; going
    # through os.environ decodes and encodes every variable for every command.
    environ = getattr(os.environ, "_data", os.environ)
    if not env:
        return environ
    return {**environ, **{os.fsencode(name): os.fsencode(env[name]) for name in env}}


class ProcessClient:
    """The process of a client, whose standard streams are streams of the client."""

    __slots__ = ()

    if TYPE_CHECKING:
        _engine: Any
        _stderr: bool
        popen: Any
        streams: Any
        worker: Any

    def _exec_nonblock(
        self, commandlist: Any, shell: bool = False, env: dict[str, str] | None = None
    ) -> Any:
        """Start a command; its standard streams become streams of this client.

        :param commandlist: the command, a string if *shell* is true, else a list
        :param shell: run it under ``/bin/sh``
        :param env: variables to add to the environment
        :return: the process, with ``pid``, ``poll()``, ``wait()`` and ``kill()``
        """
        process: Any = Process()
        self.popen = process
        start_process(process, commandlist, shell, env, self._stderr, self._fd_limit())
        process.connect(self.streams, self.worker, self._stderr)
        return process

    def _fail_nonblock(self, text: str) -> None:
        """Stand in for a command that is not to be started: one line *text*, then the end."""
        process: Any = Process()
        self.popen = process
        fail_process(process, text, self._stderr, self._fd_limit())
        process.connect(self.streams, self.worker, self._stderr)

    def _end_process(self, abort: bool) -> Any:
        """Return the exit code of the process if it has ended; else end it if *abort*."""
        process = getattr(self, "popen", None)
        if process is None:
            return None
        rc = process.end(abort)
        if rc is None:
            self.worker.task._engine.reap_later(process)
        return rc

    def _fd_limit(self) -> Any:
        """Return the first descriptor the engine cannot watch, 0 if there is none."""
        return self._engine.fd_limit if self._engine is not None else 0
