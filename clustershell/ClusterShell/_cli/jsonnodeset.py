"""``nodeset --json``: each result an object of its own."""

from __future__ import annotations

from ClusterShell._cli.fdio import check_listable
from ClusterShell._cli.jsonlines import line

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


def of_set(options: Any, xset: Any) -> str:
    """Return the line that tells of a set, as the command in *options* asks."""
    if options.count:
        return line({"count": len(xset)})
    if options.expand:
        check_listable(xset)
        names = [options.output_format % name for name in xset]
        return line({"nodes": names, "count": len(names)})
    if options.regroup:
        text = xset.regroup(options.groupsource, noprefix=options.groupbase)
        return line({"groups": options.output_format % text, "count": len(xset)})
    text = options.output_format % str(xset) if options.rangeset else str(xset)
    return line({"nodes": text, "count": len(xset)})


def of_group(name: str, level: int, nodes: Any, total: int | None = None) -> str:
    """Return the line that tells of a group, with its nodes where *level* is 2 or more.

    :param total: size of the group of which they are a part
    """
    fields: dict[str, Any] = {"group": name}
    if level > 1:
        fields.update(nodes=str(nodes), count=len(nodes))
    if level > 2 and total is not None:
        fields["total"] = total
    return line(fields)
