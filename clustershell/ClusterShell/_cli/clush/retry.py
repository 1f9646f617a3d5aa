"""``--retry-failed``: the nodes that failed in the last run, and what it ran."""

from __future__ import annotations

import os

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
        return _copy(options, record)
    if not record.get("command"):
        raise ValueError("--retry-failed: the last run has no command to run again")
    return [str(record["command"])]


def _copy(options: Any, record: dict[str, Any]) -> list[str]:
    """Return the sources of the copy that *record* tells of; the rest goes into *options*.

    Files of this machine are those of then, wherever this is called from.
    """
    folder = record.get("folder") or ""
    sources, dest = [str(source) for source in record["sources"]], record.get("dest")
    if record["copy"] == "copy":
        options.copy = True
        sources = [os.path.join(folder, source) for source in sources]
    else:
        options.rcopy = True
        dest = os.path.join(folder, dest) if dest else dest
    options.dest_path = options.dest_path or dest
    options.sudo = options.sudo or record.get("sudo") is True
    options.preserve_flag = options.preserve_flag or record.get("preserve") is True
    return sources


def retried(parser: Any, options: Any, args: list[str]) -> list[str]:
    """Return :func:`retry` of these; or end with a usage error."""
    try:
        return retry(options, args)
    except ValueError as exc:
        parser.error(str(exc))
        raise  # not reached: error() exits
