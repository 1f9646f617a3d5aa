"""What a program asks a worker about its nodes: output, exit codes, timeouts."""

from __future__ import annotations

from ClusterShell.NodeSet import NodeSet

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ClusterShell.MsgTree import MsgTreeElem


class Results:
    """Results of a worker; part of :class:`Worker`."""

    task: Any
    SNAME_STDOUT: str
    SNAME_STDERR: str

    def _task_bound_check(self) -> None:
        """Raise an error if there is no task."""
        raise NotImplementedError("Derived classes must implement.")

    def did_timeout(self) -> bool:
        """Return whether a client of this worker ran into its timeout."""
        self._task_bound_check()
        return self.task._ledger.count_timed_out(self) > 0

    def read(self, node: Any = None, sname: str = "stdout") -> bytes | None:
        """Return what stream *sname* of *node* (or of the worker's key) has sent so far."""
        self._task_bound_check()
        return self.task._ledger.message(self, node, sname)

    def flush_buffers(self) -> None:
        """Forget the recorded output of this worker."""
        self._task_bound_check()
        self.task._ledger.flush(self.SNAME_STDOUT, self)

    def flush_errors(self) -> None:
        """Forget the recorded error output of this worker."""
        self._task_bound_check()
        self.task._ledger.flush(self.SNAME_STDERR, self)


class NodeResults(Results):
    """Results of a worker whose keys are names of nodes; part of :class:`DistantWorker`."""

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
            return self.task._ledger.code(self, node)
        except KeyError:
            raise KeyError(node) from None

    node_rc = node_retcode

    def iter_buffers(
        self, match_keys: Iterable[str] | None = None
    ) -> Iterator[tuple[MsgTreeElem, NodeSet]]:
        """Iterate over (output, NodeSet of the nodes that sent it)."""
        self._task_bound_check()
        ledger = self.task._ledger
        tree = ledger.tree(self.SNAME_STDOUT)
        for msg, keys in ledger.matched(tree.walk, match_keys, self):
            yield msg, NodeSet.fromlist(keys)

    def iter_errors(
        self, match_keys: Iterable[str] | None = None
    ) -> Iterator[tuple[MsgTreeElem, NodeSet]]:
        """Iterate over (error output, NodeSet of the nodes that sent it)."""
        self._task_bound_check()
        ledger = self.task._ledger
        tree = ledger.tree(self.SNAME_STDERR)
        for msg, keys in ledger.matched(tree.walk, match_keys, self):
            yield msg, NodeSet.fromlist(keys)

    def iter_node_buffers(
        self, match_keys: Iterable[str] | None = None
    ) -> Iterator[tuple[str, MsgTreeElem]]:
        """Iterate over (node, output)."""
        self._task_bound_check()
        ledger = self.task._ledger
        return ledger.matched(ledger.tree(self.SNAME_STDOUT).items, match_keys, self)

    def iter_node_errors(
        self, match_keys: Iterable[str] | None = None
    ) -> Iterator[tuple[str, MsgTreeElem]]:
        """Iterate over (node, error output)."""
        self._task_bound_check()
        ledger = self.task._ledger
        return ledger.matched(ledger.tree(self.SNAME_STDERR).items, match_keys, self)

    def iter_retcodes(
        self, match_keys: Iterable[str] | None = None
    ) -> Iterator[tuple[int, NodeSet]]:
        """Iterate over (exit code, NodeSet of the nodes whose commands ended with it)."""
        self._task_bound_check()
        for rc, keys in self.task._ledger.keys_by_code(self, match_keys):
            yield rc, NodeSet.fromlist(keys)

    def iter_node_retcodes(self) -> Iterator[tuple[str, int | None]]:
        """Iterate over (node, exit code)."""
        self._task_bound_check()
        return self.task._ledger.codes_by_key(self)

    def num_timeout(self) -> int:
        """Return the number of nodes that ran into their timeout."""
        self._task_bound_check()
        return self.task._ledger.count_timed_out(self)

    def iter_keys_timeout(self) -> Iterator[str]:
        """Iterate over the nodes that ran into their timeout."""
        self._task_bound_check()
        return self.task._ledger.timed_out(self)
