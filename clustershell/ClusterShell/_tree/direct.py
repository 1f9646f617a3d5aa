"""The nodes of a tree worker that need no gateway."""

from __future__ import annotations

from ClusterShell._work.clients import Clients

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


class DirectClients:
    """Clients of a worker of the task's class that report to a tree worker."""

    def __init__(self, metaworker: Any) -> None:
        self._metaworker = metaworker
        self._clients: Any = Clients()

    def __len__(self) -> int:
        return len(self._clients)

    def start(self, nodes: Any, source: Any) -> None:
        """Start the clients of *nodes*, and give them the input that *source* has."""
        meta = self._metaworker
        task = meta.task
        cls = task.default("distant_worker" if meta.remote else "local_worker")
        # Clients of a foreign class may know more about their worker than any worker has.
        shared = cls.__module__.startswith("ClusterShell.")
        worker = cls(
            nodes,
            handler=None if shared else meta.metahandler,
            timeout=meta.timeout,
            command=meta.command,
            source=meta.source,
            dest=meta.dest,
            # Copies tell of errors only.
            stderr=meta.stderr or meta.command is None,
            preserve=meta.preserve,
            reverse=meta.reverse,
            autoclose=meta.autoclose,
        )
        if shared:
            self._clients = Clients(worker._engine_clients())
            self._clients.of_worker(meta)
        else:
            worker._update_task_rc = False
            self._clients = _Foreign(worker)
        if meta.command is not None:
            self._feed(source)
        if shared:
            for client in self._clients:
                task._engine.add(client)
        else:
            task.schedule(worker)

    def _feed(self, source: Any) -> None:
        index = 0
        while (part := source.part(index)) is not None:
            self.write(part)
            index += 1
        if source.eof:
            self.set_write_eof()

    def write(self, buf: bytes) -> None:
        """Write to the standard input of all."""
        self._clients.write(buf, self._metaworker.SNAME_STDIN)

    def set_write_eof(self) -> None:
        """Close the standard input of all, once all is written."""
        self._clients.set_write_eof(self._metaworker.SNAME_STDIN)

    def abort(self) -> None:
        """End all that run, and start no more."""
        self._clients.abort()


class _Foreign:
    """Stands for the clients of a worker of a class that is not ours."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker

    def __len__(self) -> int:
        return 1

    def write(self, buf: bytes, sname: str) -> None:
        self._worker.write(buf)

    def set_write_eof(self, sname: str) -> None:
        self._worker.set_write_eof()

    def abort(self) -> None:
        self._worker.abort()
