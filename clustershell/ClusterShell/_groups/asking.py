"""What a node set asks of a group resolver: which groups hold which nodes, and which cover a set.

A *reader* turns what a source has told into a node set: ``reader(texts)`` where the
texts are names of groups or nodes and nothing else, ``reader(texts, resolver)``
where they may name groups of that resolver.
"""

from __future__ import annotations

from ClusterShell._groups.errors import NoAnswer, QueryFailed, SourceError, Unanswered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Reader = Callable[..., Any]


def grouplist(resolver: Any, namespace: str | None, reader: Reader) -> list[str]:
    """Return the names of the groups of a source in the order of folded text.

    What a source lists is read as node sets are: ``rack[1-3]`` names three groups.
    """
    names = resolver.grouplist(namespace)
    with reading_answer(resolver, namespace):
        return list(reader(names))


class _Noting:
    """The context that :func:`reading_answer` returns; ``contextlib`` is slow to import."""

    __slots__ = ("_about",)

    def __init__(self, *about: Any) -> None:
        self._about = about

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, exc: BaseException | None, traceback: object) -> None:
        if isinstance(exc, Exception):
            note_origin(exc, *self._about)


def reading_answer(resolver: Any, source: str | None, group: str | None = None) -> _Noting:
    """Around the reading of what a group source told: errors note what it was asked for.

    :param source: its name, None for the default source.
    :param group: the group whose nodes it told, ``*`` for all nodes, None for its groups.
    """
    return _Noting(resolver, source, group)


def note_origin(exc: Exception, resolver: Any, source: str | None, group: str | None) -> None:
    """Note in an exception that can tell its ``origin`` whose answer cannot be read.

    In groups within groups the innermost answer is at fault.
    """
    if getattr(exc, "origin", "") is None:
        source = source or resolver.default_source_name
        exc.origin = f"@@{source}" if group is None else f"@{source}:{group}"  # type: ignore[attr-defined]


def all_nodes(resolver: Any, namespace: str | None, reader: Reader) -> list[str]:
    """Return texts of all nodes of a source, from all its groups if need be.

    :raises Unanswered: the source offers neither, or fails to tell all nodes.
    """
    try:
        return resolver.all_nodes(namespace)
    except NoAnswer:
        pass
    except QueryFailed as exc:
        raise Unanswered(f"Failed to get all nodes: {exc}") from exc
    try:
        found: dict[str, None] = {}
        for group in grouplist(resolver, namespace, reader):
            found.update(dict.fromkeys(resolver.group_nodes(group, namespace)))
        return list(found)
    except NoAnswer as exc:
        msg = "Not enough working methods (all or map + list) to get all nodes"
        raise Unanswered(msg) from exc


def answer_of(asker: Any, text: str, namespace: str | None) -> tuple[list[str], str | None]:
    """Return what ``@group``, ``@source:group``, ``@*`` or ``@@source`` stands for, and the source.

    :param asker: has a ``group_resolver``, and ``all_nodes`` of a source
    """
    assert text[0] == "@", "group name must begin with @"
    assert asker.group_resolver is not None
    source, colon, group = text[1:].partition(":")
    if colon:
        namespace = source
    elif source.startswith("@"):
        return asker.group_resolver.grouplist(source[1:]), source[1:]
    else:
        group = source
    if group == "*":
        return asker.all_nodes(namespace), namespace
    return asker.group_resolver.group_nodes(group, namespace), namespace


def groups_of(
    nodes: Any, resolver: Any, namespace: str | None, reader: Reader
) -> list[tuple[str, Any]]:
    """Return the pairs of name and node set of the groups that have some of *nodes*.

    :raises Unanswered: the source fails.
    """
    try:
        names = grouplist(resolver, namespace, reader)
    except SourceError:
        names = []
    # To ask for each node is the way where there are few, or where no group is listed.
    reverse = resolver.has_node_groups(namespace) and (not names or len(nodes) <= len(names))
    if reverse:
        names = _groups_by_node(nodes, resolver, namespace)
    pairs = []
    for name in names:
        try:
            texts = resolver.group_nodes(name, namespace)
        except QueryFailed as exc:
            if reverse:
                raise
            msg = f"Unable to map a group previously listed\n\tFailed command: {exc}"
            raise Unanswered(msg) from exc
        with reading_answer(resolver, namespace, name):
            group = reader(texts, resolver)
        # A source is believed in what it says of a node.
        if reverse or any_common(nodes, group):
            pairs.append((name, group))
    return pairs


def _groups_by_node(nodes: Any, resolver: Any, namespace: str | None) -> list[str]:
    """Return the names of the groups of *nodes*, in order of arrival."""
    found: dict[str, None] = {}
    try:
        for node in nodes:
            found.update(dict.fromkeys(resolver.node_groups(node, namespace)))
    except QueryFailed as exc:
        raise Unanswered(f"Group source query failed: {exc}") from exc
    return list(found)


def any_common(nodes: Any, others: Any) -> bool:
    """Return whether two node sets have a node in common."""
    for pattern, rangeset in others._patterns.items():
        if pattern in nodes._patterns:
            mine = nodes._patterns[pattern]
            if mine is None or mine & rangeset:
                return True
    return False


def cover(nodes: Any, groups: Iterable[tuple[str, Any]], overlap: bool) -> tuple[list[str], Any]:
    """Choose groups that together have no node outside *nodes*.

    The largest group that fits comes first, then by name.

    :param groups: pairs of name and node set.
    :param overlap: whether a node may be in several of the groups chosen.
    :returns: their names and the set of nodes left.
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
