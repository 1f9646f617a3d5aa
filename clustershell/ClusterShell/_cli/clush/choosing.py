"""Choosing nodes by patterns, and leaving out those that the configuration names."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, Callable


def searches(patterns: list[str]) -> list[Callable[[str], Any]]:
    """Return what tells whether a name holds what each ``/expression/`` describes.

    :raises ValueError: one is no expression
    """
    found = []
    for text in patterns:
        try:
            found.append(re.compile(text[1:-1]).search)
        except (re.error, OverflowError, RecursionError) as exc:
            raise ValueError(f"{text}: not a regular expression: {exc}") from None
    return found


def leave_out(nodes: Any, text: str, say: Callable[[str], Any]) -> None:
    """Remove from *nodes* the node set *text*, that of ``exclude`` in the configuration.

    :param say: told of how many they are, if there are any
    """
    from ClusterShell.NodeSet import NodeSet

    found = nodes & NodeSet(text)
    if found:
        nodes.difference_update(found)
        say(f"clush: {len(found)} nodes left out by exclude of clush.conf: {found}")
