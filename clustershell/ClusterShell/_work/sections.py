"""Settings of a task that are others for some nodes."""

from __future__ import annotations

from functools import lru_cache

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


@lru_cache(maxsize=4)
def _by_node(sections: tuple[Any, ...]) -> dict[str, dict[str, Any]]:
    from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

    found: dict[str, dict[str, Any]] = {}
    for nodes, pairs in sections:
        for node in NodeSet(nodes, resolver=RESOLVER_NOGROUP):
            found.setdefault(node, {}).update(pairs)
    return found


def settings_of(sections: tuple[Any, ...], node: Any) -> dict[str, Any]:
    """Return the settings of *node*; of several sections, the last counts.

    :param sections: pairs of the text of a node set and of pairs (setting, value)
    """
    return _by_node(sections).get(node, {})
