"""The group source ``run``: nodes of the last runs of clush by what became of them."""

from __future__ import annotations

import re

from ClusterShell._records.store import RecordError, load

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: States of a node in a record, each with a group of its name.
_STATES = ("ok", "failed", "timeout", "unreachable", "interrupted", "skipped")

#: Those that are no failure: the group ``failed`` holds all others.
_NO_FAILURE = ("ok", "skipped")

_GROUP = re.compile(r"(?:(-[0-9]{1,9}):)?(?:(all|rc=(-?[0-9]{1,9}))|([a-z]+))")


def nodes_of(record: dict[str, Any], group: str) -> list[str]:
    """Return the node sets, as texts, of a *group* of *record*.

    :raises RecordError: there is no such group
    """
    found = _GROUP.fullmatch(group)
    if found is None or (found[4] and found[4] not in _STATES):
        groups = ", ".join((*_STATES, "all", "rc=N"))
        raise RecordError(f'no group "{group}" of a run, they are {groups} (or -2:failed, ...)')
    wanted = found[4] or found[2]
    return [
        result["nodes"]
        for result in record["results"]
        if _is_in(result["state"], result["rc"], wanted)
    ]


def _is_in(state: str, rc: int | None, wanted: str) -> bool:
    if wanted == "all":
        return True
    if wanted.startswith("rc="):
        return rc == int(wanted[3:])
    return state not in _NO_FAILURE if wanted == "failed" else state == wanted


def run_of(group: str) -> int:
    """Return which run a *group* is about, -1 for the last one.

    :raises RecordError: there is none of that number
    """
    found = _GROUP.fullmatch(group)
    return int(found[1]) if found and found[1] else -1


class RunSource:
    """Answers what a group resolver asks; see :class:`ClusterShell.NodeUtils.GroupSource`.

    :param failed: function of a text and this source that returns the exception to raise
        where there is no answer
    """

    name = "run"
    has_reverse = False

    def __init__(self, failed: Callable[[str, Any], Exception]) -> None:
        self._failed = failed

    def resolv_map(self, group: str) -> list[str]:
        """Return the nodes of *group*, such as ``failed``, ``rc=3`` or ``-2:ok``."""
        try:
            return nodes_of(load(run_of(group)), group)
        except RecordError as exc:
            raise self._failed(str(exc), self) from exc

    def resolv_list(self) -> list[str]:
        """Return the names of the groups of the last run."""
        try:
            codes = {result["rc"] for result in load()["results"]}
        except RecordError as exc:
            raise self._failed(str(exc), self) from exc
        return ["all", *_STATES, *(f"rc={rc}" for rc in codes if rc is not None)]

    def resolv_all(self) -> list[str]:
        """Return all nodes of the last run."""
        return self.resolv_map("all")

    def resolv_reverse(self, node: str) -> list[str]:
        """Tell no groups of *node*: what is listed is short."""
        raise self._failed(f"groups of {node} are not known", self)


def built_in(name: str | None, failed: Callable[[str, Any], Exception]) -> RunSource | None:
    """Return the source *name* if this is it, else None; *failed* is for the source."""
    return RunSource(failed) if name == RunSource.name else None
