"""Node sets and groups: which groups hold which nodes, and which cover a set."""

import sys
from contextlib import contextmanager


def grouplist(resolver, namespace):
    """Return the names of the groups of a source in the order of folded text.

    What a source lists is read as node sets are: ``rack[1-3]`` names three groups.
    """
    from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

    names = resolver.grouplist(namespace)
    with reading_answer(resolver, namespace):
        return list(NodeSet.fromlist(names, resolver=RESOLVER_NOGROUP))


@contextmanager
def reading_answer(resolver, source, group=None):
    """Around the reading of what a group source told: errors note what it was asked for.

    source: its name, None for the default source.
    group: the group whose nodes it told, ``*`` for all nodes, None for its groups.
    """
    try:
        yield
    except Exception as exc:
        note_origin(exc, resolver, source, group)
        raise


def note_origin(exc, resolver, source, group):
    """Note in an exception, if a NodeSetParseError, whose answer cannot be read.

    In groups within groups the innermost answer is at fault.
    """
    from ClusterShell.NodeSet import NodeSetParseError

    if isinstance(exc, NodeSetParseError) and exc.origin is None:
        source = source or resolver.default_source_name
        exc.origin = f"@@{source}" if group is None else f"@{source}:{group}"


def is_failed_query(exc):
    """Tell whether an exception is that of a source of groups that failed."""
    module = sys.modules.get("ClusterShell.NodeUtils")
    return module is not None and isinstance(exc, module.GroupSourceQueryFailed)


def is_unknown_source(exc):
    """Tell whether an exception is about a source of groups that is not there."""
    module = sys.modules.get("ClusterShell.NodeUtils")
    return module is not None and isinstance(exc, module.GroupResolverSourceError)


def all_nodes(resolver, namespace):
    """Return texts of all nodes of a source, from all its groups if need be.

    Raises NodeSetExternalError where the source offers neither, or fails to
    tell all nodes.
    """
    from ClusterShell.NodeSet import NodeSetExternalError
    from ClusterShell.NodeUtils import GroupSourceNoUpcall, GroupSourceQueryFailed

    try:
        return resolver.all_nodes(namespace)
    except GroupSourceNoUpcall:
        pass
    except GroupSourceQueryFailed as exc:
        raise NodeSetExternalError(f"Failed to get all nodes: {exc}") from exc
    try:
        found = {}
        for group in grouplist(resolver, namespace):
            found.update(dict.fromkeys(resolver.group_nodes(group, namespace)))
        return list(found)
    except GroupSourceNoUpcall as exc:
        msg = "Not enough working methods (all or map + list) to get all nodes"
        raise NodeSetExternalError(msg) from exc


def groups_of(nodes, resolver, namespace):
    """Return the pairs of name and node set of the groups that have some of ``nodes``.

    Raises NodeSetExternalError where the source fails.
    """
    from ClusterShell.NodeSet import NodeSet, NodeSetExternalError
    from ClusterShell.NodeUtils import GroupSourceError, GroupSourceQueryFailed

    try:
        names = grouplist(resolver, namespace)
    except GroupSourceError:
        names = None
    reverse = resolver.has_node_groups(namespace) and (names is None or len(nodes) <= len(names))
    if reverse:
        names = _groups_by_node(nodes, resolver, namespace)
    pairs = []
    for name in names or ():
        try:
            texts = resolver.group_nodes(name, namespace)
        except GroupSourceQueryFailed as exc:
            if reverse:
                raise
            msg = f"Unable to map a group previously listed\n\tFailed command: {exc}"
            raise NodeSetExternalError(msg) from exc
        with reading_answer(resolver, namespace, name):
            group = NodeSet.fromlist(texts, resolver=resolver)
        # A source is believed in what it says of a node.
        if reverse or any_common(nodes, group):
            pairs.append((name, group))
    return pairs


def _groups_by_node(nodes, resolver, namespace):
    """Return the names of the groups of ``nodes``, in order of arrival."""
    from ClusterShell.NodeSet import NodeSetExternalError
    from ClusterShell.NodeUtils import GroupSourceQueryFailed

    found = {}
    try:
        for node in nodes:
            found.update(dict.fromkeys(resolver.node_groups(node, namespace)))
    except GroupSourceQueryFailed as exc:
        raise NodeSetExternalError(f"Group source query failed: {exc}") from exc
    return list(found)


def any_common(nodes, others):
    """Tell whether two node sets have a node in common."""
    for pattern, rangeset in others._patterns.items():
        if pattern in nodes._patterns:
            mine = nodes._patterns[pattern]
            if mine is None or mine & rangeset:
                return True
    return False


def cover(nodes, groups, overlap):
    """Choose groups that together have no node outside ``nodes``.

    ``groups`` are pairs of name and node set.  The largest group that fits
    comes first, then by name.  Returns the names and the set of nodes left.
    """
    rest = nodes.copy()
    chosen = []
    for name, group in sorted(groups, key=lambda pair: (-len(pair[1]), pair[0])):
        if not rest:
            break
        if group and (nodes if overlap else rest).issuperset(group):
            chosen.append(name)
            rest.difference_update(group)
    return chosen, rest
