"""Node sets and groups: which groups hold which nodes, and which cover a set."""

from contextlib import contextmanager


def sorted_groups(names):
    """Return names of groups in the order of folded text."""
    from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

    return list(NodeSet._fromlist1(names, resolver=RESOLVER_NOGROUP))


@contextmanager
def unknown_source(error):
    """Turn the exception for an unknown source of groups into ``error``."""
    from ClusterShell.NodeUtils import GroupResolverSourceError

    try:
        yield
    except GroupResolverSourceError as exc:
        raise error(f"Group source error ({type(exc).__name__}: {exc})") from exc


def all_nodes(resolver, namespace, error):
    """Return texts of all nodes of a source, from all its groups if need be.

    Raises ``error`` where the source offers neither.
    """
    from ClusterShell.NodeUtils import GroupSourceNoUpcall

    try:
        return resolver.all_nodes(namespace)
    except GroupSourceNoUpcall:
        pass
    try:
        found = {}
        for group in sorted_groups(resolver.grouplist(namespace)):
            found.update(dict.fromkeys(resolver.group_nodes(group, namespace)))
        return list(found)
    except GroupSourceNoUpcall as exc:
        raise error("Not enough working methods (all or map + list) to get all nodes") from exc


def groups_of(nodes, resolver, namespace):
    """Return the pairs of name and node set of the groups that have some of ``nodes``."""
    from ClusterShell.NodeSet import NodeSet
    from ClusterShell.NodeUtils import GroupSourceError

    try:
        names = resolver.grouplist(namespace)
    except GroupSourceError:
        names = None
    if resolver.has_node_groups(namespace) and (names is None or len(nodes) < len(names)):
        found = {}
        for node in nodes:
            found.update(dict.fromkeys(resolver.node_groups(node, namespace)))
        names = list(found)
    pairs = []
    for name in names or ():
        group = NodeSet.fromlist(resolver.group_nodes(name, namespace), resolver=resolver)
        if any_common(nodes, group):
            pairs.append((name, group))
    return pairs


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
