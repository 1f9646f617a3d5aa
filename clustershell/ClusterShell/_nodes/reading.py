"""From texts and lists of names to the patterns of a node set (see :mod:`patterns`).

What is plain is read by the kernel :mod:`names`, which says where it stopped; from
there on :mod:`scanner` reads, which knows the whole grammar.  So a text is read once.

Groups and wildcards are questions to an *engine* (see
:class:`ClusterShell.NodeSet.ParsingEngine`).  The text of a group may name other
groups, and so on.  Every text being read is a generator on a stack of ours, so groups
may be nested as deep as anybody likes, and one that contains itself is recognised.
"""

from ClusterShell._accel import names as kernel
from ClusterShell._groups import asking
from ClusterShell._nodes import patterns, scanner
from ClusterShell._nodes.errors import BadText
from ClusterShell.RangeSet import AUTOSTEP_DISABLED, RangeSet, RangeSetND

_OPERATIONS = {"!": patterns.subtract, "&": patterns.intersect, "^": patterns.toggle}


def _collected(names, autostep):
    """Return the patterns of what the kernel has read."""
    if autostep is None or not names.have_indexes():
        return names.patterns(RangeSet, AUTOSTEP_DISABLED, RangeSetND._from_boxes)
    return names.patterns(
        RangeSet, int(autostep) - 1, lambda boxes: RangeSetND._from_boxes(boxes, autostep)
    )


def _apply(found, operator, operand):
    """Change patterns as an operator says; the operand is given away."""
    if operator == ",":
        patterns.update(found, operand, False)
    else:
        _OPERATIONS[operator](found, operand)


# -- one text


def read(text, autostep, engine, namespace=None, wildcards=True):
    """Return the patterns of a text; see :func:`rest` for the arguments."""
    found, end = beginning(text, autostep)
    if end != len(text):
        found = rest(text, end, found, autostep, engine, namespace, wildcards)
    return found


def beginning(text, autostep):
    """Read a text as far as it is plain and has no operator but the comma.

    Returns the patterns read and what :meth:`Names.read_text` of the kernel tells.
    """
    names = kernel.Names()
    end = names.read_text(text, 0)
    return _collected(names, autostep), end


def _plain(text, end, found, autostep):
    """Read on as far as items are plain; ``found`` and ``end`` are from :func:`beginning`.

    Returns the patterns, where the rest begins, and the operator before it.
    """
    while end < 0:
        operator, at = text[~end], ~end + 1
        names = kernel.Names()
        end = names.read_text(text, at) if operator == "," else names.read_item(text, at)
        if end == at:
            return found, at, operator
        _apply(found, operator, _collected(names, autostep))
    return found, end, ","


def rest(text, end, found, autostep, engine, namespace=None, wildcards=True):
    """Return the patterns of a text whose beginning has been read.

    end, found: from :func:`beginning`.
    engine: function that returns the engine, called for the first question to it.
    namespace: the source of groups written without one, None for the default.
    wildcards: false where ``*`` and ``?`` are characters of names.

    Raises BadText, and what the engine raises.
    """
    found, at, operator = _plain(text, end, found, autostep)
    if at == len(text):
        return found
    context = autostep, engine, wildcards
    stack = [(None, namespace, _steps(text, at, operator, found, namespace, *context))]
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
                asking.note_origin(exc, engine().group_resolver, source, group)
            raise
        name = full_name(group, source)
        if name in being_read:
            raise BadText(name, "circular reference to group")
        being_read.add(name)
        inner, source = engine().parse_group_string(group, source)
        found, end = beginning(inner, autostep)
        found, at, operator = _plain(inner, end, found, autostep)
        stack.append((name, source, _steps(inner, at, operator, found, source, *context)))
        answer = None
    return answer


def full_name(group, namespace):
    """Return the text of a group, ``@group``, as seen from outside its source."""
    return group if not namespace or ":" in group else f"@{namespace}:{group[1:]}"


def _steps(text, at, operator, found, namespace, autostep, engine, wildcards):
    """Generate the groups needed, ``(group, namespace)``, each answered by its patterns.

    Returns the patterns of the text.
    """
    for code, pattern, indexes in items(text, autostep, at, operator):
        operand = {pattern: indexes}
        if pattern[0] == "@" and engine().group_resolver is not None:
            groups = list(patterns.names(operand, BadText))
            operand = {}
            for group in groups:
                patterns.update(operand, (yield group, namespace), False)
        elif wildcards and ("*" in pattern or "?" in pattern) and engine().node_wc:
            operand = _matching(operand, autostep, engine, namespace)
        _apply(found, code, operand)
    return found


def items(text, autostep, start=0, operator=","):
    """Yield operator, pattern and indexes of each item of text[start:].

    operator: the one before the first.
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


def _indexes(axes, autostep):
    """Return the indexes of a pattern, from a range set for each axis."""
    if len(axes) < 2:
        return axes[0] if axes else None
    return RangeSetND([axes], None, autostep, copy_rangeset=False)


def _matching(operand, autostep, engine, namespace):
    """Return those of all nodes whose names match the names of ``operand``."""
    resolver = engine().group_resolver
    if resolver is None:
        return operand
    from fnmatch import filter as matching

    nodes = {}
    texts = engine().all_nodes(namespace)
    with asking.reading_answer(resolver, namespace, "*"):
        for text in texts:
            # In the nodes of groups wildcards are names: there is no end otherwise.
            patterns.update(nodes, read(text, autostep, engine, namespace, False), False)
    names = list(patterns.names(nodes, BadText))
    wildcards = patterns.names(operand, BadText)
    return read_names(
        [name for wildcard in wildcards for name in matching(names, wildcard)], autostep
    )


# -- names in which no character is special


def read_name(text, autostep):
    """Return pattern and indexes of a name; raises BadText."""
    name = text.strip()
    if not name:
        raise BadText(name, "parse error")
    axes = []
    pattern = scanner.split_digits(name.replace("%", "%%"), axes)
    scanner.read_axes(axes, autostep)
    return pattern, _indexes(axes, autostep)


def read_names(texts, autostep):
    """Return the patterns of a list of names; raises BadText."""
    names = kernel.Names()
    others = {}
    at = 0
    while True:
        at = names.read_names(texts, at)
        if at == len(texts):
            break
        pattern, indexes = read_name(texts[at], autostep)
        patterns.update(others, {pattern: indexes}, False)
        at += 1
    found = _collected(names, autostep)
    patterns.update(found, others, False)
    return found


# -- many texts


def add_all(others, autostep, add, absorb):
    """Add each of a list of texts and node sets, what is plain in one go.

    add: called with each that is not.
    absorb: called with the patterns of the plain ones before, when one is refused too.
    """
    names = kernel.Names()
    at = 0
    try:
        while True:
            at = names.read_list(others, at)
            if at == len(others):
                break
            add(others[at])
            at += 1
    finally:
        absorb(_collected(names, autostep))
