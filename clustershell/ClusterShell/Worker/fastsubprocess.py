"""A small subprocess module whose pipes are plain non-blocking descriptors.

Kept for programs that use it; the workers start their processes in another way.
It is a thin layer over the standard library's ``subprocess``.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess

from ClusterShell._work.spawn import CANNOT_START, OUT_OF_RESOURCES

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, Callable

__all__ = ["CalledProcessError", "PIPE", "Popen", "STDOUT", "call", "check_call"]

PIPE = -1
STDOUT = -2

#: Kept for programs that read it; it limits nothing.
MAXFD = 20000

basestring = str

_READ_SIZE = 65536

_NO_DESCRIPTOR = -3


def set_nonblock_flag(fd: int) -> None:
    """Make *fd* non-blocking."""
    os.set_blocking(fd, False)


class CalledProcessError(Exception):
    """The command of :func:`check_call` ended with exit code ``returncode``, not zero."""

    def __init__(self, returncode: int, cmd: Any):
        Exception.__init__(self, returncode, cmd)
        self.returncode = returncode
        self.cmd = cmd

    def __str__(self) -> str:
        return f"Command '{self.cmd}' returned non-zero exit status {self.returncode}"


def call(*popenargs: Any, **kwargs: Any) -> int:
    """Run a command, wait for its end and return its exit code; arguments of :class:`Popen`."""
    return Popen(*popenargs, **kwargs).wait()


def check_call(*popenargs: Any, **kwargs: Any) -> int:
    """As :func:`call`, but raise CalledProcessError unless the exit code is zero."""
    returncode = call(*popenargs, **kwargs)
    if returncode:
        raise CalledProcessError(returncode, kwargs.get("args") or popenargs[0])
    return returncode


class Popen:
    """A child process; ``stdin``, ``stdout`` and ``stderr`` are our descriptors, or None.

    Arguments are those of ``subprocess.Popen``.  ``returncode`` is None while the
    process runs, negative for a signal, 255 if the command could not be executed.
    """

    def __init__(
        self,
        args: Any,
        bufsize: int = 0,
        executable: str | None = None,
        stdin: Any = None,
        stdout: Any = None,
        stderr: Any = None,
        preexec_fn: Callable[[], Any] | None = None,
        shell: bool = False,
        cwd: str | None = None,
        env: dict[str, str] | None = None,
        universal_newlines: bool = False,
    ):
        self._process: subprocess.Popen | None = None
        self._failed: int | None = None
        if not isinstance(bufsize, int):
            raise TypeError("bufsize must be an integer")
        args = [args] if isinstance(args, str) else list(args)
        if executable is None and not shell:
            executable = args[0]
        self.universal_newlines = universal_newlines
        streams = [_descriptor(end) for end in (stdin, stdout, stderr)]
        theirs: list[int] = []
        self.stdin = self.stdout = self.stderr = None
        started = False
        try:
            self.stdin = self._pipe(streams[0], theirs, 1)
            self.stdout = self._pipe(streams[1], theirs, 0)
            self.stderr = self._pipe(streams[2], theirs, 0)
            ends = iter(list(theirs))
            given = [next(ends) if end == PIPE else end for end in streams]
            self._start(args, given, preexec_fn, cwd, executable=executable, shell=shell, env=env)
            started = True
        finally:
            for fd in theirs if started else theirs + self._ours():
                os.close(fd)

    def _start(
        self, args: Any, streams: list[Any], preexec_fn: Any, cwd: Any, **options: Any
    ) -> None:
        """Start the process; whatever is wrong with its command makes exit code 255.

        :raises OSError: there is no process to be had, or no descriptor
        """
        if cwd is not None and not isinstance(cwd, (str, bytes)):
            preexec_fn, cwd = _inside(cwd, preexec_fn), None
        try:
            if any(end is not None and end <= _NO_DESCRIPTOR for end in streams):
                raise ValueError("no descriptor")  # it has a meaning to subprocess
            if any(not name for name in options["env"] or ()):
                raise ValueError("a variable without a name")
            self._process = subprocess.Popen(
                args,
                stdin=streams[0],
                stdout=streams[1],
                stderr=streams[2],
                preexec_fn=preexec_fn or None,
                close_fds=False,
                cwd=cwd,
                restore_signals=False,
                **options,
            )
        except Exception as exc:
            if _is_shortage(exc):
                raise
            # What is wrong with a command is known to the process that was to run it.
            self._failed = CANNOT_START

    def _ours(self) -> list[int]:
        """Return our ends of pipes."""
        return [fd for fd in (self.stdin, self.stdout, self.stderr) if fd is not None]

    @staticmethod
    def _pipe(end: Any, theirs: list[int], ours: int) -> int | None:
        """Make a pipe if *end* is PIPE; return our end, non-blocking, and list the child's."""
        if end != PIPE:
            return None
        pair = os.pipe()
        theirs.append(pair[1 - ours])
        set_nonblock_flag(pair[ours])
        return pair[ours]

    @property
    def pid(self) -> int | None:
        """Process id, None if the command could not be executed."""
        return self._process.pid if self._process is not None else None

    @property
    def returncode(self) -> int | None:
        """Exit code as last seen by :meth:`poll` or :meth:`wait`."""
        return self._process.returncode if self._process is not None else self._failed

    def poll(self) -> int | None:
        """Return the exit code if the process has ended, else None."""
        return self._process.poll() if self._process is not None else self._failed

    def wait(self) -> int:
        """Wait for the end of the process and return its exit code."""
        return self._process.wait() if self._process is not None else CANNOT_START

    def communicate(self, input: bytes | str | None = None) -> tuple[Any, Any]:
        """Write *input*, read all output, wait; return what came from stdout and stderr."""
        rest = input.encode() if isinstance(input, str) else input or b""
        chunks: dict[int, list[bytes]] = {
            fd: [] for fd in (self.stdout, self.stderr) if fd is not None
        }
        reading, writing = list(chunks), [self.stdin] if self.stdin is not None else []
        while reading or writing:
            readable, writable, _ = select.select(reading, writing, [])
            for fd in readable:
                data = os.read(fd, _READ_SIZE)
                chunks[fd].append(data)
                if not data:
                    reading.remove(fd)
                    os.close(fd)
            for fd in writable:
                rest = self._write_some(fd, rest)
                if not rest:
                    writing.remove(fd)
                    os.close(fd)
        self.wait()
        output = [None if fd is None else b"".join(chunks[fd]) for fd in (self.stdout, self.stderr)]
        self.stdin = self.stdout = self.stderr = None
        if self.universal_newlines:
            return _translate(output[0]), _translate(output[1])
        return output[0], output[1]

    @staticmethod
    def _write_some(fd: int, data: bytes) -> bytes:
        """Write what goes of *data* and return the rest; nothing if nobody reads it."""
        try:
            return data[os.write(fd, data[:_READ_SIZE]) :]
        except BrokenPipeError:
            return b""

    def send_signal(self, sig: int) -> None:
        """Send signal *sig* to the process."""
        if self._process is not None:
            self._process.send_signal(sig)

    def terminate(self) -> None:
        """Send SIGTERM to the process."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL to the process."""
        self.send_signal(signal.SIGKILL)


def _descriptor(end: Any) -> int | None:
    """Return the number of *end*, which may be a file; what a closed one has is no PIPE."""
    if end is None or isinstance(end, int):
        return end
    number = end.fileno()
    return _NO_DESCRIPTOR if isinstance(number, int) and number < 0 else number


def _inside(cwd: Any, preexec_fn: Any) -> Callable[[], None]:
    """Return a function for the new process: go to *cwd*, a descriptor, say, then as before."""

    def prepare() -> None:
        os.chdir(cwd)
        if preexec_fn:
            preexec_fn()

    return prepare


def _is_shortage(exc: Exception) -> bool:
    """Return whether there was no process, memory or descriptor; one that runs names its file."""
    return isinstance(exc, OSError) and exc.filename is None and exc.errno in OUT_OF_RESOURCES


def _translate(text: bytes | None) -> str | None:
    if text is None:
        return None
    return text.decode(errors="surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
