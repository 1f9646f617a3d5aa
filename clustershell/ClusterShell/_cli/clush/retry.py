"""``--retry-failed``: the nodes that failed in the last run, and what it ran."""

from __future__ import annotations

from ClusterShell._records.source import nodes_of
from ClusterShell._records.store import RecordError, load

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


def retry(options: Any, args: list[str]) -> list[str]:
    """Return *args*, or the words of the last run where they are empty.

    What the last run says of nodes and copies goes into *options*.

    :raises ValueError: there is no such run, or no node of it has failed
    """
    from ClusterShell.NodeSet import NodeSet

    try:
        record = load()
        failed = NodeSet.fromlist(nodes_of(record, "failed"))
    except RecordError as exc:
        raise ValueError(f"--retry-failed: {exc}") from exc
    if not failed:
        raise ValueError("--retry-failed: no node has failed in the last run")
    options.retried = list(failed)
    if args or options.copy or options.rcopy:
        return args
    if record.get("copy") and record.get("sources"):
        setattr(options, "copy" if record["copy"] == "copy" else "rcopy", True)
        options.dest_path = options.dest_path or record.get("dest")
        options.sudo = options.sudo or record.get("sudo") is True
        return [str(source) for source in record["sources"]]
    if not record.get("command"):
        raise ValueError("--retry-failed: the last run has no command to run again")
    return [str(record["command"])]


def retried(parser: Any, options: Any, args: list[str]) -> list[str]:
    """Return :func:`retry` of these; or end with a usage error."""
    try:
        return retry(options, args)
    except ValueError as exc:
        parser.error(str(exc))
        raise  # not reached: error() exits
