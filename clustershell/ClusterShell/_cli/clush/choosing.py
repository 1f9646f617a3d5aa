"""Choosing nodes by patterns, and leaving out those that the configuration names."""

from __future__ import annotations

import re

from ClusterShell._cli.clush.report import nodeset
from ClusterShell._cli.fdio import check_listable

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, Callable


def searches(patterns: list[str]) -> list[Callable[[str], Any]]:
    """Return what tells whether a name holds what each ``/expression/`` describes.

    :raises ValueError: one is no expression
    """
    found: list[Callable[[str], Any]] = []
    for text in patterns:
        try:
            found.append(re.compile(text[1:-1]).search)
        except (re.error, OverflowError, RecursionError) as exc:
            raise ValueError(f"{text}: not a regular expression: {exc}") from None
    return found


def choose(nodes: Any, wanted: list[str], unwanted: list[str], fail: Callable[[str], Any]) -> Any:
    """Return those of *nodes*, or of all nodes if there are none, that patterns leave.

    :param wanted: patterns, each of which is found in the name of a node that is kept
    :param unwanted: patterns, none of which is
    :param fail: function of a line, called where a pattern cannot be read
    """
    try:
        keeps, drops = searches(wanted), searches(unwanted)
    except ValueError as exc:
        fail(str(exc))
        raise
    if not nodes and keeps:
        nodes = type(nodes).fromall()
    check_listable(nodes)
    return nodeset(
        node
        for node in nodes
        if all(keep(node) for keep in keeps) and not any(drop(node) for drop in drops)
    )


def leave_out(nodes: Any, text: str, say: Callable[[str], Any]) -> None:
    """Remove from *nodes* the node set *text*, that of ``exclude`` in the configuration.

    :param say: told of how many they are, if there are any
    """
    from ClusterShell.NodeSet import NodeSet

    found = nodes & NodeSet(text)
    if found:
        nodes.difference_update(found)
        say(f"clush: {len(found)} nodes left out by exclude of clush.conf: {found}")
