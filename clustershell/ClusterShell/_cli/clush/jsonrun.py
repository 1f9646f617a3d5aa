"""``clush --json``: an object for each node, or for each group of nodes, and a summary."""

from __future__ import annotations

from ClusterShell._cli.clush.outcomes import (
    INTERRUPTED,
    SKIPPED,
    STATES,
    TIMEOUT,
    Outcomes,
    result,
)
from ClusterShell._cli.clush.report import nodeset
from ClusterShell._cli.jsonlines import line, output

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, Callable


def _date(seconds: float) -> float:
    return round(seconds, 6)


def summary(outcomes: Outcomes, command: str | None) -> dict[str, Any]:
    """Return the last object of a run."""
    states = outcomes.by_state()
    duration = outcomes.now() if outcomes.duration is None else outcomes.duration
    return {
        "type": "summary",
        "command": command,
        "nodes": str(outcomes.nodes),
        "count": len(outcomes.nodes),
        "start": _date(outcomes.start),
        "duration": _date(duration),
        **{state: str(states[state]) for state in STATES},
        "counts": {state: len(states[state]) for state in STATES},
    }


class JsonRun:
    """Writes the objects of a run.

    :param outcomes: what is known of its nodes
    :param write: function that is given a text to print
    :param command: the command, None for copies
    :param gathered: whether nodes with the same output are one object, at the end
    :param stats: whether the summary tells how long nodes took
    :param parts: how many objects there are to be for each node
    """

    def __init__(
        self,
        outcomes: Outcomes,
        write: Callable[[str], Any],
        command: str | None,
        gathered: bool = False,
        stats: bool = False,
        parts: int = 1,
    ) -> None:
        self._outcomes = outcomes
        self._write = write
        self._command = command
        self._gathered = gathered
        self._stats = stats
        self._output: dict[tuple[str, str], list[bytes]] = {}
        self._told: dict[str, int] = {}
        self._parts = parts
        self._groups: dict[Any, list[str]] = {}

    def data(self, node: str, sname: str, data: bytes) -> None:
        """*node* has sent *data* on the stream *sname*."""
        self._output.setdefault((node, sname), []).append(data)

    def ended(self, node: str, rc: int | None, copied: Any = None) -> None:
        """*node* has ended, with exit code *rc*; a copy with source and destination."""
        self._tell(node, rc, copied)

    def timed_out(self, node: str, copied: Any = None) -> None:
        """*node* has run into its timeout; arguments as for :meth:`ended`."""
        self._tell(node, None, copied, TIMEOUT)

    def _tell(self, node: str, rc: int | None, copied: Any, state: str = "") -> None:
        self._told[node] = self._told.get(node, 0) + 1
        stdout, stderr = (
            b"".join(self._output.pop((node, sname), ())) for sname in ("stdout", "stderr")
        )
        outcomes = self._outcomes
        if not state:
            state = outcomes.state(node) if rc is None else outcomes.state_of_code(rc)
        if self._gathered:
            self._groups.setdefault((state, rc, copied, stdout, stderr), []).append(node)
            return
        took, start = outcomes.took(node), outcomes.starts.get(node)
        times = {
            "start": None if start is None else _date(outcomes.start + start),
            "duration": None if took is None else _date(took),
        }
        self._say({"type": "node", "node": node}, (state, rc, copied, stdout, stderr), times)

    def _unfinished(self, node: str) -> str:
        """Return the state of what *node* has not ended."""
        state = self._outcomes.state(node)
        return state if state == SKIPPED else INTERRUPTED

    def _say(self, who: dict[str, Any], what: Any, times: dict[str, Any]) -> None:
        state, rc, copied, stdout, stderr = what
        copy = {} if copied is None else {"source": copied[0], "dest": copied[1]}
        fields = {**who, **result(state, rc), **times, **copy}
        fields.update(output("stdout", stdout))
        fields.update(output("stderr", stderr))
        self._write(line(fields) + "\n")

    def over(self) -> None:
        """The run is over: tell of nodes that have not ended, of groups, and of all."""
        for node in self._outcomes.names:
            if self._told.get(node, 0) < self._parts:
                self._tell(node, None, None, self._unfinished(node))
        groups = [(nodeset(nodes), what) for what, nodes in self._groups.items()]
        for nodes, what in sorted(groups, key=lambda group: (-len(group[0]), group[0][0])):
            self._say({"type": "group", "nodes": str(nodes), "count": len(nodes)}, what, {})
        fields = summary(self._outcomes, self._command)
        if self._stats:
            from ClusterShell._cli.clush.stats import fields as stats

            fields.update(stats(self._outcomes))
        self._write(line(fields) + "\n")
