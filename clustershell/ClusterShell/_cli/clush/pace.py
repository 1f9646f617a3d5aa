"""Runs that do not start all nodes as soon as they can: in batches, or not after failures."""

from __future__ import annotations

from ClusterShell.Engine.Engine import FANOUT_UNLIMITED
from ClusterShell.Event import EventHandler
from ClusterShell.Worker.Tree import TreeWorker

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, Callable


class _Direct:
    """Paces a worker with a client for each node, by its fanout.

    :param fanout: that of its task
    :raises ValueError: it has none for each node
    """

    def __init__(self, worker: Any, fanout: int) -> None:
        self._worker = worker
        self._fanout = fanout
        if len(worker._engine_clients()) != len(worker.nodes):
            raise ValueError("batches and --fail-fast need a process for each node")

    def allow(self, count: int) -> None:
        """Let at most *count* commands run."""
        unlimited = self._fanout == FANOUT_UNLIMITED
        self._worker._fanout = count if unlimited else min(self._fanout, count)

    def launch(self, nodes: Any) -> None:
        """They wait already."""

    def stop(self) -> None:
        """Start no more commands; those that run go on."""
        worker = self._worker
        worker._fanout = 0
        members = worker.task._engine.clients()
        clients = worker._engine_clients()
        waiting = {client for client in clients if client in members and not client.registered}
        # The worker ends with the last of those that are left.
        clients[:] = [client for client in clients if client not in waiting]
        for client in waiting:
            client.abort()


class _Tree:
    """Paces a worker that has gateways, which start what they are given."""

    def __init__(self, worker: PacedTreeWorker) -> None:
        self._worker = worker

    def allow(self, count: int) -> None:
        """Those that have been launched may run."""

    def launch(self, nodes: Any) -> None:
        """Start the commands of *nodes*."""
        self._worker.launch(nodes)

    def stop(self) -> None:
        """Start no more commands; those that run go on."""
        self._worker.waiting = False


class PacedTreeWorker(TreeWorker):
    """Worker of a task with a topology that serves its nodes in parts.

    Arguments as for TreeWorker.  The nodes of the first part are set as *first* before the
    task runs; it ends with the last part once *waiting* is false.
    """

    def __init__(self, nodes: Any, handler: Any, timeout: Any, **kwargs: Any) -> None:
        TreeWorker.__init__(self, nodes, handler, timeout, **kwargs)
        #: Nodes to begin with.
        self.first: Any = self.nodes
        #: Whether there are more.
        self.waiting = False

    def _start(self) -> None:
        everything, self.nodes = self.nodes, self.first
        try:
            TreeWorker._start(self)
        finally:
            self.nodes = everything

    def launch(self, nodes: Any) -> None:
        """Start the commands of *nodes*; those of earlier parts have ended."""
        # The last of them is about to be counted.
        self._close_count -= len(self._direct)
        self._direct = type(self._direct)(self)
        if self._hold is not None:
            self._hold.invalidate()
        direct = self._distribute(self.task.info("fanout"), nodes)
        if self._copy is None:
            self._prepare_copy()
        self._launch(direct)

    def _end(self) -> None:
        if not self.waiting:
            TreeWorker._end(self)

    def _trim_input(self) -> None:
        # Who starts later gets all of it.
        if not self.waiting:
            TreeWorker._trim_input(self)

    def abort(self) -> None:
        """End all commands that run, and start no more."""
        self.waiting = False
        TreeWorker.abort(self)


class Pace:
    """How fast the nodes of one worker are started, and whether at all.

    :param worker: a worker that is not scheduled yet, or at least has not started
    :param fanout: how many nodes of its task run at the same time
    :param size: nodes that run before others are started; None or FANOUT_UNLIMITED for all
    :param limit: how many failures there may be before no more are started, None for any number
    :param pause: seconds between batches
    :param tell: function of a line, told when a batch begins
    """

    def __init__(
        self,
        worker: Any,
        fanout: int,
        size: int | None,
        limit: int | None,
        pause: float,
        tell: Callable[[str], None],
    ) -> None:
        self._worker = worker
        self._nodes = worker.nodes
        if size is None or size == FANOUT_UNLIMITED:
            size = len(self._nodes)
        self._size = min(size, len(self._nodes))
        self._limit = limit
        self._pause = pause
        self._tell = tell
        self._done = 0
        self._failed = 0
        self._end = self._size
        #: Whether no more nodes are started, though there are some.
        self.stopped = False
        self._means: Any = None
        if isinstance(worker, PacedTreeWorker):
            worker.first = self._nodes[: self._end]
            worker.waiting = self._end < len(self._nodes)
            self._means = _Tree(worker)
        else:
            self._means = _Direct(worker, fanout)
        self._means.allow(self._end)
        self._announce(0)

    def ended(self, failed: bool) -> None:
        """A node has ended."""
        self._done += 1
        self._failed += failed
        left = self._end < len(self._nodes) or self._done < self._end
        if self._limit is not None and self._failed >= self._limit and left and not self.stopped:
            self.stopped = True
            self._means.stop()
        if self.stopped:
            return
        if self._done < self._end:
            self._means.allow(self._end - self._done)
        elif self._end < len(self._nodes):
            self._means.allow(0)
            if self._pause > 0:
                self._worker.task.timer(self._pause, _Resume(self._go_on))
            else:
                self._go_on()

    def _go_on(self) -> None:
        """Begin the next batch."""
        start, self._end = self._end, min(self._end + self._size, len(self._nodes))
        self._announce(start)
        if isinstance(self._worker, PacedTreeWorker):
            self._worker.waiting = self._end < len(self._nodes)
        self._means.launch(self._nodes[start : self._end])
        self._means.allow(self._end - start)

    def _announce(self, start: int) -> None:
        if self._size < len(self._nodes):
            total = -(-len(self._nodes) // self._size)
            nodes = self._nodes[start : self._end]
            self._tell(f"batch {start // self._size + 1} of {total}: {nodes} ({len(nodes)})")


class _Resume(EventHandler):
    """Calls a function when a pause is over."""

    def __init__(self, resume: Callable[[], None]) -> None:
        self._resume = resume

    def ev_timer(self, timer: Any) -> None:
        """Begin the next batch."""
        self._resume()


def pace_of(
    worker: Any,
    fanout: int,
    batch: Any,
    fail_fast: Any,
    pause: float,
    tell: Callable[[str], None],
) -> Pace:
    """Return how fast the nodes of *worker* are started.

    :param batch: Amount of them at a time, None for as many as there are
    :param fail_fast: Amount of failures after which no more are started, None for any number

    For the others see :class:`Pace`.
    """
    total = len(worker.nodes)
    size = None if batch is None else batch.of(total)
    if size is None and isinstance(worker, PacedTreeWorker):
        size = fanout  # gateways start what they are given
    limit = None if fail_fast is None else fail_fast.of(total)
    return Pace(worker, fanout, size, limit, pause, tell)


def paced(
    task: Any,
    start: Any,
    tree: bool,
    args: Any,
    kwargs: dict[str, Any],
    prepare: Callable[[Any], None],
) -> Any:
    """Schedule and return a worker that can be paced.

    :param start: a method of *task*: ``shell``, ``copy`` or ``rcopy``
    :param args, kwargs: its arguments
    :param prepare: called with the worker before it is scheduled: the task may have a thread
        of its own, in which it starts at once
    """
    kwargs = {"stderr": task.default("stderr"), **kwargs}
    kwargs.pop("tree", None)
    if len(args) == 1:
        kwargs["command"] = args[0]
    else:
        kwargs.update(source=args[0], dest=args[1], nodes=args[2], reverse=start == task.rcopy)
    nodes, handler, timeout = (kwargs.pop(name) for name in ("nodes", "handler", "timeout"))
    cls = PacedTreeWorker
    if not tree:
        remote = kwargs.pop("remote", True) or "source" in kwargs
        cls = task.default("distant_worker" if remote else "local_worker")
    worker = cls(nodes, handler=handler, timeout=timeout, **kwargs)
    prepare(worker)
    task.schedule(worker)
    return worker
