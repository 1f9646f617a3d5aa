"""Worker that runs one local command without a node."""

from __future__ import annotations

from ClusterShell._work.emit import invoke
from ClusterShell.Worker.Worker import StreamClient, WorkerSimple

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


__all__ = ["PopenClient", "StreamClient", "WORKER_CLASS", "WorkerPopen", "WorkerSimple"]


class PopenClient(StreamClient):
    """Client that runs the command of a WorkerPopen."""

    __slots__ = ("popen", "rc")

    def __init__(
        self, worker: Any, key: Any, stderr: bool, timeout: float | None, autoclose: bool
    ) -> None:
        StreamClient.__init__(self, worker, key, stderr, timeout, autoclose)
        self.popen: Any = None
        self.rc: int | None = None
        # Written to before it starts, the client keeps what is written.
        self.streams.set_writer(worker.SNAME_STDIN, None, retain=True)

    def _start(self) -> Any:
        """Start the command under the shell."""
        assert self.worker is not None
        worker = self.worker
        task = worker.task
        if task.info("debug", False):
            task.info("print_debug")(task, f"POPEN: {worker.command}")
        self._exec_nonblock(worker.command, shell=True)
        worker._on_start(self.key)
        return self

    def _start_failed(self, exc: Any) -> None:
        """No resources, and nothing runs whose end would free some: the command has failed."""
        worker = self.worker
        worker._on_start(self.key)
        sname = worker.SNAME_STDERR if self._stderr else worker.SNAME_STDOUT
        worker._on_msgline(self.key, f"cannot start: {exc.strerror}".encode(), sname)
        self.rc = 255
        self.streams.clear()
        self._report(False)

    def _close(self, abort: bool, timeout: bool) -> None:
        """End the process if *abort*, and tell of its end."""
        rc = self._end_process(abort)
        self.streams.clear()
        if rc is not None:
            self.rc = rc if rc >= 0 else 128 - rc
        elif timeout:
            assert abort, "abort flag not set on timeout"
            self.worker._on_timeout(self.key)
        self._report(timeout)

    def _report(self, timeout: bool) -> None:
        worker = self.worker
        if not worker.started:
            return
        if self.rc is not None:
            worker._on_close(self.key, self.rc)
        worker._emit_close(timeout)


class WorkerPopen(WorkerSimple):
    """Worker that runs *command* under ``/bin/sh``.

    :param key: what results are kept under, by default the worker itself
    :param handler: EventHandler or None
    :param stderr: whether standard error is a stream of its own
    :param timeout: seconds after which the command is aborted, None or negative for none
    :param autoclose: whether the loop may end while the command still runs
    """

    def __init__(
        self,
        command: Any,
        key: Any = None,
        handler: Any = None,
        stderr: bool = False,
        timeout: float | None = -1,
        autoclose: bool = False,
    ) -> None:
        WorkerSimple.__init__(
            self,
            None,
            None,
            None,
            key,
            handler,
            stderr,
            timeout,
            autoclose,
            client_class=PopenClient,
        )
        self.command = command
        if not self.command:
            raise ValueError("missing command parameter in WorkerPopen constructor")
        self.key = key

    def _on_close(self, key: Any, rc: int | None = None) -> None:
        """The command has ended with exit code *rc*."""
        self.current_rc = rc
        if self._update_task_rc:
            self._results().set_code(self, key, rc)
        if self.eh is not None:
            invoke(self.eh.ev_hup, 2, self, key, rc)

    def retcode(self) -> int | None:
        """Return the exit code, None while the command runs (or if it was aborted)."""
        return self.clients[0].rc


#: What ``worker="popen"`` loads from this module.
WORKER_CLASS = WorkerPopen
