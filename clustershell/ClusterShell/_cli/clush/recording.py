"""The record of a run, which the group source ``run`` answers from."""

from __future__ import annotations

from ClusterShell._cli.clush.outcomes import Outcomes, result
from ClusterShell._cli.clush.report import nodeset
from ClusterShell._cli.jsonlines import output
from ClusterShell._records.store import RecordError, keep

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, Callable

#: Of the output of each node and stream, where it is asked for, this many bytes are kept.
OUTPUT_LIMIT = 64 * 1024


class Recorder:
    """Keeps a record of a run when it is over.

    :param outcomes: what is known of its nodes
    :param what: fields that say what was run
    :param complain: function of a text, called where the record cannot be kept
    """

    def __init__(
        self, outcomes: Outcomes, what: dict[str, Any], complain: Callable[[str], None]
    ) -> None:
        self._outcomes = outcomes
        self._what = what
        self._complain = complain

    def over(self) -> None:
        """The run is over: keep its record."""
        try:
            keep(self._fields())
        except RecordError as exc:
            self._complain(f"clush: this run is not recorded: {exc}")

    def _fields(self) -> dict[str, Any]:
        outcomes = self._outcomes
        starts, ends = outcomes.starts, outcomes.ends
        nodes = outcomes.names
        took = [ends[node] - starts.get(node, 0.0) if node in ends else None for node in nodes]
        return {
            **self._what,
            "start": round(outcomes.start, 3),
            "duration": round(outcomes.duration or 0.0, 3),
            "nodes": str(outcomes.nodes),
            "results": [
                {"nodes": str(group), **result(state, rc)}
                for (state, rc), group in outcomes.by_result().items()
            ],
            # In whole milliseconds: ten thousand numbers are written in no time.
            "start_ms": [int(starts[n] * 1000) if n in starts else None for n in nodes],
            "duration_ms": [None if t is None else int(t * 1000) for t in took],
        }


class OutputRecorder(Recorder):
    """Keeps output as well, the beginning of what each node sends."""

    def __init__(
        self, outcomes: Outcomes, what: dict[str, Any], complain: Callable[[str], None]
    ) -> None:
        Recorder.__init__(self, outcomes, what, complain)
        self._output: dict[tuple[str, str], bytes] = {}

    def data(self, node: str, sname: str, data: bytes) -> None:
        """*node* has sent *data* on the stream *sname*."""
        before = self._output.get((node, sname), b"")
        if len(before) < OUTPUT_LIMIT:
            self._output[node, sname] = (before + data)[:OUTPUT_LIMIT]

    def _fields(self) -> dict[str, Any]:
        groups: dict[tuple[str, bytes], list[str]] = {}
        for (node, sname), data in self._output.items():
            groups.setdefault((sname, data), []).append(node)
        texts = [
            {"nodes": str(nodeset(nodes)), **output(sname, data)}
            for (sname, data), nodes in groups.items()
        ]
        return {**Recorder._fields(self), "output": texts}
