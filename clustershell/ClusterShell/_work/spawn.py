"""Starting processes: ``posix_spawn`` with pipes, no fork of the (large) parent.

The child gets the parent's working directory, umask, process group, session,
signal dispositions and environment, as it would from fork and exec.

An interrupt (Ctrl-C) may raise between any two bytecodes.  Descriptors and process
ids therefore go from the system call into a list that the caller already holds
within one C call (``list.extend``), so that whatever was made can be undone.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from functools import partial
from itertools import chain, starmap

from ClusterShell._engine.pending import StarvedError
from ClusterShell._work.process import Process

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_SHELL = "/bin/sh"

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
    pipes = _Pipes()
    try:
        pipes.open(3 if separate_stderr else 2, fd_limit)
        actions = [(os.POSIX_SPAWN_DUP2, end, fd) for fd, end in enumerate(pipes.theirs)]
        if not separate_stderr:
            actions.append((os.POSIX_SPAWN_DUP2, 1, 2))
        try:
            _spawn(process.pids, argv, env, actions)
        except (OSError, TypeError, ValueError) as exc:  # words that are no text, a NUL in them
            if isinstance(exc, OSError) and exc.errno in OUT_OF_RESOURCES:
                raise
            process.returncode = CANNOT_START
            os.write(pipes.theirs[-1], cannot_start_text(argv[0], exc))
        process.pipes = pipes.ours
    except BaseException as exc:
        deque(pipes.closing, maxlen=0)
        if isinstance(exc, OSError) and exc.errno in OUT_OF_RESOURCES:
            raise StarvedError(exc.errno, exc.strerror) from None
        raise
    deque(pipes.closing_theirs, maxlen=0)


def fail_process(process: Process, text: str, separate_stderr: bool, fd_limit: int = 0) -> None:
    """Make *process* one that could not be started: it says *text* and has ended."""
    pipes = _Pipes()
    try:
        pipes.open(3 if separate_stderr else 2, fd_limit)
        os.write(pipes.theirs[-1], _bounded(os.fsencode(text)) + b"\n")
        process.returncode = CANNOT_START
        process.pipes = pipes.ours
    except BaseException as exc:
        deque(pipes.closing, maxlen=0)
        if isinstance(exc, OSError) and exc.errno in OUT_OF_RESOURCES:
            raise StarvedError(exc.errno, exc.strerror) from None
        raise
    deque(pipes.closing_theirs, maxlen=0)


class _Pipes:
    """The pipes of a process: we write to the first, and read from the others.

    ``closing`` closes all descriptors when it is run through, ``closing_theirs`` the
    child's: made before there are any, each is then but one call.
    """

    __slots__ = ("closing", "closing_theirs", "ends", "ours", "theirs")

    def __init__(self) -> None:
        self.ends: list[tuple[int, int]] = []
        self.ours: list[int] = []
        self.theirs: list[int] = []
        self.closing = map(os.close, chain.from_iterable(self.ends))
        self.closing_theirs = map(os.close, self.theirs)

    def open(self, number: int, fd_limit: int) -> None:
        """Open *number* pipes, all descriptors above the standard ones, ours non-blocking."""
        ends = self.ends
        ends.extend(starmap(os.pipe, [()] * number))
        for index, pair in enumerate(ends):
            if min(pair) < 3:
                ends[index] = pair = _above_standard(pair)
            if fd_limit and max(pair) >= fd_limit:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            mine, other = pair if index else pair[::-1]
            os.set_blocking(mine, False)
            self.ours.append(mine)
            self.theirs.append(other)


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


def _above_standard(pair: tuple[int, int]) -> tuple[int, int]:
    """Move a pipe off descriptors 0 to 2, which the parent has closed."""
    import fcntl

    moved = tuple(fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 3) for fd in pair)
    for fd in pair:
        os.close(fd)
    return moved[0], moved[1]


def _spawn(
    pids: list[int],
    argv: Any,
    env: dict[str, str] | None,
    actions: list[tuple],
) -> None:
    """Append to *pids* the id of a new process."""
    spawn = partial(os.posix_spawnp, argv[0], argv, _environment(env), file_actions=actions)
    pids.extend(starmap(spawn, ((),)))


def _environment(env: dict[str, str] | None) -> Any:
    """Return our environment, with the variables of *env* added, for a child."""
    # The dictionary of bytes behind os.environ is what the system call wants; going
    # through os.environ decodes and encodes every variable for every command.
    environ = getattr(os.environ, "_data", os.environ)
    if not env:
        return environ
    return {**environ, **{os.fsencode(name): os.fsencode(env[name]) for name in env}}
