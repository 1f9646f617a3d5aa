"""How each node of a run fares, and when: what records, JSON and statistics are made of."""

from __future__ import annotations

import time

from ClusterShell._cli.clush.report import nodeset

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

#: What a node may have come to, each node to one of them.
OK = "ok"
FAILED = "failed"  # it has exited with another code than 0
TIMEOUT = "timeout"
UNREACHABLE = "unreachable"
INTERRUPTED = "interrupted"  # it had not ended when the run did
SKIPPED = "skipped"  # it was never started
STATES = (OK, FAILED, TIMEOUT, UNREACHABLE, INTERRUPTED, SKIPPED)

#: Exit code with which ssh says that it has failed itself.
_NO_CONNECTION = 255
#: Exit code of a node whose gateway is gone.
NO_GATEWAY = 76

#: Workers whose exit code 255 means that the node was not reached.
_CONNECTING = {"ClusterShell.Worker.Ssh", "ClusterShell.Worker.Pdsh"}


def lost_codes(worker_class: Any, tree: bool) -> frozenset[int]:
    """Return the exit codes that say that a node was not reached.

    :param worker_class: class of the workers that reach nodes
    :param tree: whether there are gateways
    """
    connecting = any(cls.__module__ in _CONNECTING for cls in worker_class.__mro__)
    codes = {_NO_CONNECTION} if connecting else set()
    return frozenset(codes | {NO_GATEWAY} if tree else codes)


def signal_of(rc: int | None) -> int | None:
    """Return the number of the signal that *rc*, as shells give it, tells of; else None."""
    return rc - 128 if rc is not None and 128 < rc <= 192 else None


def result(state: str, rc: int | None) -> dict[str, Any]:
    """Return the fields of JSON that tell how a command has ended."""
    return {
        "state": state,
        "rc": rc,
        "signal": signal_of(rc),
        "timed_out": state == TIMEOUT,
        "unreachable": state == UNREACHABLE,
    }


class Outcomes:
    """Takes note of the start and the end of every node of a run.

    :param nodes: NodeSet of all nodes, started or not
    :param lost: exit codes that mean that a node was not reached
    :param parts: how many commands, or copies, there are for each node
    """

    def __init__(self, nodes: Any, lost: Iterable[int] = (), parts: int = 1) -> None:
        self.nodes = nodes.copy()
        self._parts = parts
        self._ended: dict[str, int] = {}
        self._names: tuple[str, ...] | None = None
        self._lost = frozenset(lost)
        #: Date of the beginning, in seconds since 1970, and how long the run took, when it is over.
        self.start = time.time()
        self.duration: float | None = None
        self._began = time.monotonic()
        #: Seconds after the beginning, by node.
        self.starts: dict[str, float] = {}
        self.ends: dict[str, float] = {}
        self.codes: dict[str, int | None] = {}
        self.late: dict[str, None] = {}
        #: Nodes that have come to something else than success, as each of them ends.
        self.failures = 0

    @property
    def names(self) -> tuple[str, ...]:
        """All nodes, in order."""
        if self._names is None:
            self._names = tuple(self.nodes)
        return self._names

    def now(self) -> float:
        """Return the seconds since the beginning."""
        return time.monotonic() - self._began

    def started(self, node: str) -> None:
        """The command of *node* has started."""
        self.starts.setdefault(node, self.now())

    def ended(self, node: str, rc: int | None) -> None:
        """The command of *node* has ended; the worst of several counts."""
        before = self.codes.get(node)
        if before:
            rc = max(before, rc or 0)
        elif rc and node not in self.late:
            self.failures += 1
        self.codes[node] = rc
        self.ends[node] = self.now()
        if self._parts > 1:
            self._ended[node] = self._ended.get(node, 0) + 1

    def timed_out(self, node: str) -> None:
        """The command of *node* has run into its timeout."""
        if node not in self.late:
            self.failures += not self.codes.get(node)
            self.late[node] = None
            self.ends[node] = self.now()

    def over(self) -> None:
        """The run is over."""
        if self.duration is None:
            self.duration = self.now()

    def state(self, node: str) -> str:
        """Return what *node* has come to, one of STATES."""
        if node in self.late:
            return TIMEOUT
        if node in self.codes:
            if not self.codes[node] and self._ended.get(node, self._parts) < self._parts:
                return INTERRUPTED
            return self.state_of_code(self.codes[node])
        return INTERRUPTED if node in self.starts else SKIPPED

    def state_of_code(self, rc: int | None) -> str:
        """Return what the exit code of a command that has ended means."""
        if not rc:
            return OK
        return UNREACHABLE if rc in self._lost else FAILED

    def took(self, node: str) -> float | None:
        """Return the seconds that *node* took, None if it has not ended."""
        end = self.ends.get(node)
        return None if end is None else end - self.starts.get(node, 0.0)

    def by_state(self) -> dict[str, Any]:
        """Return the NodeSet of each state."""
        groups: dict[str, list[str]] = {state: [] for state in STATES}
        for (state, _), names in self._results().items():
            groups[state] += names
        return _node_sets(self.nodes, groups)

    def by_result(self) -> dict[tuple[str, int | None], Any]:
        """Return the NodeSet of each (state, exit code)."""
        return _node_sets(self.nodes, self._results())

    def _results(self) -> dict[tuple[str, int | None], list[str]]:
        """Return the names of the nodes of each (state, exit code)."""
        late, codes = self.late, self.codes
        by_code: dict[int | None, list[str]] = {}
        rest: dict[tuple[str, int | None], list[str]] = {}
        for node in self.names:
            if self._parts == 1 and node in codes and node not in late:
                by_code.setdefault(codes[node], []).append(node)
            else:
                rest.setdefault((self.state(node), codes.get(node)), []).append(node)
        ended: dict[tuple[str, int | None], list[str]] = {
            (self.state_of_code(rc), rc): names for rc, names in by_code.items()
        }
        return {**ended, **rest}


def _node_sets(nodes: Any, groups: dict[Any, list[str]]) -> dict[Any, Any]:
    """Return the NodeSet of each of *groups*, which hold each of *nodes* once.

    Most of the nodes are in one of them as a rule: it is what the others leave, which costs
    less than to read all these names.  (Where names have several numbers, it costs more.)
    """
    largest = max(groups, key=lambda key: len(groups[key]))
    if any(pattern.count("%s") > 1 for pattern in nodes._patterns):
        return {key: nodeset(names) for key, names in groups.items()}
    found = {key: nodeset(names) for key, names in groups.items() if key != largest}
    found[largest] = nodes.copy()
    for key in groups:
        if key != largest:
            found[largest].difference_update(found[key])
    return {key: found[key] for key in groups}
