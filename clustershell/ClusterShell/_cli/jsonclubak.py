"""``clubak --json``: an object for each node, or for each group of nodes with the same output."""

from __future__ import annotations

from ClusterShell._cli.jsonlines import line, output

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


def show(
    tree: Any,
    write: Callable[[str], Any],
    gather: bool,
    node_set: Callable[[Iterable[str]], Any] | None,
) -> None:
    """Write the messages of *tree*, and a summary.

    :param gather: whether nodes that have the same message are one object
    :param node_set: function that returns the node set of keys, None if they are no nodes
    """
    count = 0
    if gather:
        groups = []
        for message, keys in tree.walk():
            names = list(keys) if node_set is None else node_set(keys)
            groups.append((names, bytes(message) + b"\n"))
        if node_set is not None:
            groups.sort(key=lambda group: (-len(group[0]), group[0][0]))
        for names, data in groups:
            count += len(names)
            shown = names if node_set is None else str(names)
            fields = {"type": "group", "nodes": shown, "count": len(names)}
            write(line({**fields, **output("stdout", data)}) + "\n")
    else:
        for node in tree if node_set is None else node_set(tree):
            count += 1
            data = bytes(tree[node]) + b"\n"
            write(line({"type": "node", "node": node, **output("stdout", data)}) + "\n")
    everything = list(tree) if node_set is None else str(node_set(tree))
    write(line({"type": "summary", "nodes": everything, "count": count}) + "\n")
