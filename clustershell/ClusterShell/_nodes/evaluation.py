"""Evaluation of texts that hold groups and wildcards.

The text of a group may name other groups, and so on.  Every text being read is
a generator on a stack of ours, so groups may be nested as deep as anybody
likes, and one that contains itself is recognised.
"""

from ClusterShell._groups import asking
from ClusterShell._nodes import reading


def full_name(group, namespace):
    """Return the text of a group, ``@group``, as seen from outside its source."""
    return group if not namespace or ":" in group else f"@{namespace}:{group[1:]}"


def evaluate(engine, text, autostep, namespace):
    """Return the NodeSetBase of a text; see :class:`ClusterShell.NodeSet.ParsingEngine`.

    engine: the ParsingEngine, asked for the texts of groups.
    namespace: source of the groups written without one, None for the default.
    """
    stack = [(None, namespace, _steps(engine, text, autostep, namespace))]
    being_read = set()
    answer = None
    while stack:
        try:
            group, source = stack[-1][2].send(answer)
        except StopIteration as stop:
            answer = stop.value
            being_read.discard(stack.pop()[0])
            continue
        except Exception as exc:
            name, source, _ = stack[-1]
            if name is not None:
                group = None if name.startswith("@@") else name.rpartition(":")[2].lstrip("@")
                asking.note_origin(exc, engine.group_resolver, source, group)
            raise
        name = full_name(group, source)
        if name in being_read:
            raise _circular(name)
        being_read.add(name)
        inner, source = engine.parse_group_string(group, source)
        stack.append((name, source, _steps(engine, inner, autostep, source)))
        answer = None
    return answer


def _circular(name):
    from ClusterShell.NodeSet import NodeSetParseError

    return NodeSetParseError(name, "circular reference to group")


def _steps(engine, text, autostep, namespace):
    """Generate the groups needed, ``(group, namespace)``, each answered by its nodes.

    Returns the nodes of ``text``.
    """
    from ClusterShell.NodeSet import NodeSetBase

    result = NodeSetBase()
    result._patterns, at = reading.plain_beginning(text, autostep)
    for operation, pattern, rangeset in engine._scan_string(text, autostep, at):
        nodes = NodeSetBase(pattern, rangeset, False)
        if pattern[0] == "@" and engine.group_resolver is not None:
            groups = list(nodes)
            nodes = NodeSetBase()
            for group in groups:
                nodes.update((yield group, namespace))
        elif ("*" in pattern or "?" in pattern) and engine.node_wc:
            nodes = _matching(engine, nodes, autostep, namespace)
        getattr(result, operation)(nodes)
    return result


def _matching(engine, wildcards, autostep, namespace):
    """Return those of all nodes whose names match the names of ``wildcards``."""
    if engine.group_resolver is None:
        return wildcards
    from fnmatch import filter as matching

    from ClusterShell.NodeSet import NodeSetBase, ParsingEngine

    # In the nodes of groups wildcards are names: there is no end otherwise.
    literal = ParsingEngine(engine.group_resolver, node_wildcard_enable=False)
    nodes = NodeSetBase()
    texts = engine.all_nodes(namespace)
    with asking.reading_answer(engine.group_resolver, namespace, "*"):
        for text in texts:
            nodes.update(literal.parse_string(text, autostep, namespace))
    names = list(nodes)
    result = NodeSetBase()
    for wildcard in wildcards:
        for name in matching(names, wildcard):
            result.update(engine.parse_string_single(name, autostep))
    return result
