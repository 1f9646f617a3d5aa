"""From texts and lists of names to the patterns of a node set (see :mod:`patterns`).

What is plain is read by the kernel :mod:`names`, which says where it stopped; from
there on :mod:`scanner` reads, which knows the whole grammar.  So a text is read once.
"""

from __future__ import annotations

from ClusterShell._accel import names as kernel
from ClusterShell._accel import nodes as bases
from ClusterShell._groups import asking
from ClusterShell._nodes import patterns, scanner
from ClusterShell._nodes.errors import BadText
from ClusterShell.RangeSet import RangeSet, RangeSetND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from typing import Any, Optional

    from ClusterShell._nodes.patterns import Indexes, Patterns

    #: A group to be read, and the source of groups written without one.
    Question = tuple[str, Optional[str]]
    Steps = Generator[Question, Any, Patterns]

_OPERATIONS: dict[str, Callable[[Patterns, Patterns], None]] = {
    "!": patterns.subtract,
    "&": patterns.intersect,
    "^": patterns.toggle,
}

bases.know(RangeSet, RangeSetND._from_boxes)
beginning: Callable[[str, int | None], tuple[Patterns, int]] = bases.beginning
collected = bases.collected


def _apply(found: Patterns, operator: str, operand: Patterns) -> None:
    """Change patterns as an operator says; the operand is given away."""
    if operator == ",":
        patterns.update(found, operand, False)
    else:
        _OPERATIONS[operator](found, operand)


# -- one text


def _plain(text: str, found: Patterns, end: int, autostep: int | None) -> tuple[Patterns, int, str]:
    """Read on behind the beginning as far as items are plain.

    Returns the patterns, where the rest begins, and the operator before it.
    """
    while end < 0:
        operator, at = text[~end], ~end + 1
        names = kernel.Names()
        end = names.read_text(text, at) if operator == "," else names.read_item(text, at)
        if end == at:
            return found, at, operator
        _apply(found, operator, collected(names, autostep))
    return found, end, ","


def items(
    text: str, autostep: int | None, start: int = 0, operator: str = ","
) -> Iterator[tuple[str, str, Indexes]]:
    """Yield operator, pattern and indexes of each item of text[start:].

    :param operator: the one before the first
    :raises BadText: the text is malformed
    """
    tail = text[start:]
    if not tail.strip():
        return
    try:
        if scanner.closes_early(tail) and "]" in text[:start]:
            # Refused where the last bracket was read, before any group is asked for.
            tail, operator = text, ","
        for code, pattern, axes in scanner.scan(tail, autostep, operator):
            yield code, pattern, _indexes(axes, autostep)
    except BadText:
        # Some faults are told by what stands before them.
        for _ in scanner.scan(text, autostep):
            pass
        raise


def _indexes(axes: list[Any], autostep: int | None) -> Indexes:
    """Return the indexes of a pattern, from a range set for each axis."""
    if len(axes) < 2:
        return axes[0] if axes else None
    return RangeSetND([axes], None, autostep, copy_rangeset=False)


class Reader:
    """Reads texts, with the groups and wildcards of an engine.

    The text of a group may name other groups, and so on.  Every text being read is a
    generator on a stack of ours, so groups may be nested as deep as anybody likes, and one
    that contains itself is recognised.

    :param engine: function that returns the :class:`ClusterShell.NodeSet.ParsingEngine`;
        called for the first question to it
    :param wildcards: false where ``*`` and ``?`` are characters of names
    """

    def __init__(
        self, autostep: int | None, engine: Callable[[], Any], wildcards: bool = True
    ) -> None:
        self.autostep = autostep
        self.engine = engine
        self.wildcards = wildcards

    def read(self, text: str, namespace: str | None = None) -> Patterns:
        """Return the patterns of a text; the arguments are those of :meth:`rest`."""
        found, end = beginning(text, self.autostep)
        return found if end == len(text) else self.rest(text, found, end, namespace)

    def rest(self, text: str, found: Patterns, end: int, namespace: str | None = None) -> Patterns:
        """Return the patterns of a text whose :func:`beginning` has been read.

        :param namespace: the source of groups written without one, None for the default
        :raises BadText: the text, or that of a group, is malformed, or a group contains itself
        """
        found, at, operator = _plain(text, found, end, self.autostep)
        if at == len(text):
            return found
        return self._answered(namespace, self._steps(text, found, at, operator, namespace))

    def _answered(self, namespace: str | None, steps: Steps) -> Patterns:
        """Return what *steps* return, once all their questions are answered."""
        stack: list[tuple[str | None, str | None, Steps]] = [(None, namespace, steps)]
        being_read: set[str | None] = set()
        answer = None
        while stack:
            try:
                group, source = stack[-1][2].send(answer)
            except StopIteration as stop:
                answer = stop.value
                being_read.discard(stack.pop()[0])
                continue
            except Exception as exc:
                self._note_origin(exc, *stack[-1][:2])
                raise
            name = full_name(group, source)
            if name in being_read:
                raise BadText(name, "circular reference to group")
            being_read.add(name)
            text, source = self.engine().parse_group_string(group, source)
            rest = _plain(text, *beginning(text, self.autostep), self.autostep)
            stack.append((name, source, self._steps(text, *rest, source)))
            answer = None
        return answer or {}

    def _note_origin(self, exc: Exception, name: str | None, source: str | None) -> None:
        """Note in an exception of which group the text at fault is."""
        if name is not None:
            group = None if name.startswith("@@") else name.rpartition(":")[2].lstrip("@")
            asking.note_origin(exc, self.engine().group_resolver, source, group)

    def _steps(
        self, text: str, found: Patterns, at: int, operator: str, namespace: str | None
    ) -> Steps:
        """Generate the groups needed, each answered by its patterns; return those of the text."""
        for code, pattern, indexes in items(text, self.autostep, at, operator):
            operand = {pattern: indexes}
            if pattern[0] == "@" and self.engine().group_resolver is not None:
                groups = list(patterns.names(operand))
                operand = {}
                for group in groups:
                    patterns.update(operand, (yield group, namespace), False)
            elif self.wildcards and ("*" in pattern or "?" in pattern) and self.engine().node_wc:
                operand = self._matching(operand, namespace)
            _apply(found, code, operand)
        return found

    def _matching(self, operand: Patterns, namespace: str | None) -> Patterns:
        """Return those of all nodes whose names match the names of *operand*."""
        engine = self.engine()
        if engine.group_resolver is None:
            return operand
        from fnmatch import filter as matching

        # In the nodes of groups wildcards are names: there is no end otherwise.
        reader = Reader(self.autostep, self.engine, wildcards=False)
        nodes: Patterns = {}
        texts = engine.all_nodes(namespace)
        with asking.reading_answer(engine.group_resolver, namespace, "*"):
            for text in texts:
                patterns.update(nodes, reader.read(text, namespace), False)
        names = list(patterns.names(nodes))
        found: list[str] = []
        for wildcard in patterns.names(operand):
            found += matching(names, wildcard)
        return read_names(found, self.autostep)


def full_name(group: str, namespace: str | None) -> str:
    """Return the text of a group, ``@group``, as seen from outside its source."""
    return group if not namespace or ":" in group else f"@{namespace}:{group[1:]}"


# -- names in which no character is special


def _read_name(text: str, autostep: int | None) -> Patterns:
    """Return the patterns of a name."""
    name = text.strip()
    if not name:
        raise BadText(name, "parse error")
    axes: list[Any] = []
    pattern = scanner.split_digits(name.replace("%", "%%"), axes)
    scanner.read_axes(axes, autostep)
    return {pattern: _indexes(axes, autostep)}


def read_names(texts: list[str], autostep: int | None) -> Patterns:
    """Return the patterns of a list of names.

    :raises BadText: a name is empty, or has a number that is too large
    """
    names = kernel.Names()
    others: Patterns = {}
    at = 0
    while True:
        at = names.read_names(texts, at)
        if at == len(texts):
            break
        patterns.update(others, _read_name(texts[at], autostep), False)
        at += 1
    found = collected(names, autostep)
    patterns.update(found, others, False)
    return found
