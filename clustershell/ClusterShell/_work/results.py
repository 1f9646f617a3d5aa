"""What a program asks a worker about its nodes: output, exit codes, timeouts."""

from __future__ import annotations

from ClusterShell.NodeSet import NodeSet

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, Union

    from ClusterShell.MsgTree import MsgTreeElem

    #: Nodes whose results are asked for, all if None.
    Names = Union[Iterable[str], None]


class Results:
    """Results of a worker; part of :class:`ClusterShell.Worker.Worker.Worker`."""

    task: Any
    SNAME_STDOUT: str
    SNAME_STDERR: str

    def _task_bound_check(self) -> None:
        """Raise an error if there is no task."""
        raise NotImplementedError("Derived classes must implement.")

    def _results(self) -> Any:
        """Return the ledger of the task, in which the results are.

        :raises WorkerError: not bound to a task
        """
        self._task_bound_check()
        return self.task._ledger

    def did_timeout(self) -> bool:
        """Return whether a client of this worker ran into its timeout."""
        return self in self._results().late

    def read(self, node: Any = None, sname: str = "stdout") -> bytes | None:
        """Return what stream *sname* of *node* (or of the worker's key) has sent so far."""
        return self._results().message(self, node, sname)

    def flush_buffers(self) -> None:
        """Forget the recorded output of this worker."""
        self._results().flush(self.SNAME_STDOUT, self)

    def flush_errors(self) -> None:
        """Forget the recorded error output of this worker."""
        self._results().flush(self.SNAME_STDERR, self)

    def forget_results(self) -> None:
        """Forget the output, the error output and the timeouts of this worker."""
        self.flush_buffers()
        self.flush_errors()
        self._results().forget_timeouts(self)


class NodeResults(Results):
    """Results of a worker whose keys are names of nodes; part of ``DistantWorker``."""

    def node_buffer(self, node: str) -> bytes | None:
        """Return the output of *node*."""
        return self.read(node, self.SNAME_STDOUT)

    def node_error(self, node: str) -> bytes | None:
        """Return the error output of *node*."""
        return self.read(node, self.SNAME_STDERR)

    node_error_buffer = node_error

    def node_retcode(self, node: str) -> int | None:
        """Return the exit code of *node*.

        :raises KeyError: unknown node, or its command has not ended
        """
        self._task_bound_check()
        try:
            return self.task._ledger.codes[self][node]
        except KeyError:
            raise KeyError(node) from None

    node_rc = node_retcode

    def iter_buffers(self, match_keys: Names = None) -> Iterator[tuple[MsgTreeElem, NodeSet]]:
        """Iterate over (output, NodeSet of the nodes that sent it)."""
        return self._gathered(self.SNAME_STDOUT, match_keys)

    def iter_errors(self, match_keys: Names = None) -> Iterator[tuple[MsgTreeElem, NodeSet]]:
        """Iterate over (error output, NodeSet of the nodes that sent it)."""
        return self._gathered(self.SNAME_STDERR, match_keys)

    def _gathered(self, sname: str, match_keys: Names) -> Iterator[tuple[MsgTreeElem, NodeSet]]:
        ledger = self._results()
        tree = ledger.tree(sname)
        for msg, keys in ledger.matched(tree.walk, match_keys, self):
            yield msg, NodeSet.fromlist(keys)

    def iter_node_buffers(self, match_keys: Names = None) -> Iterator[tuple[str, MsgTreeElem]]:
        """Iterate over (node, output)."""
        return self._by_node(self.SNAME_STDOUT, match_keys)

    def iter_node_errors(self, match_keys: Names = None) -> Iterator[tuple[str, MsgTreeElem]]:
        """Iterate over (node, error output)."""
        return self._by_node(self.SNAME_STDERR, match_keys)

    def _by_node(self, sname: str, match_keys: Names) -> Iterator[tuple[str, MsgTreeElem]]:
        ledger = self._results()
        return ledger.matched(ledger.tree(sname).items, match_keys, self)

    def iter_retcodes(self, match_keys: Names = None) -> Iterator[tuple[int, NodeSet]]:
        """Iterate over (exit code, NodeSet of the nodes whose commands ended with it)."""
        for rc, keys in self._results().keys_of_worker(self, match_keys).items():
            yield rc, NodeSet.fromlist(keys)

    def iter_node_retcodes(self) -> Iterator[tuple[str, int | None]]:
        """Iterate over (node, exit code)."""
        self._task_bound_check()
        return _pairs(self.task._ledger, self)

    def num_timeout(self) -> int:
        """Return the number of nodes that ran into their timeout."""
        self._task_bound_check()
        return len(self.task._ledger.late.get(self, ()))

    def iter_keys_timeout(self) -> Iterator[str]:
        """Iterate over the nodes that ran into their timeout."""
        self._task_bound_check()
        return _late(self.task._ledger, self)


# Read when they are first asked: what has come until then is among the results.


def _pairs(ledger: Any, worker: Any) -> Iterator[tuple[str, int | None]]:
    if worker in ledger.codes:
        yield from ledger.codes[worker].items()


def _late(ledger: Any, worker: Any) -> Iterator[str]:
    late = ledger.late
    if worker in late:
        yield from late[worker]
