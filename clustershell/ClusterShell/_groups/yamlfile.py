"""Group files: YAML dictionaries of sources, of groups, of nodes.

::

    racks:
        rack1: 'node[1-20]'
        rack2: ['node[21-40]', 'spare1']
"""

from __future__ import annotations

import re

import yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# The C reader is several times faster; the Python one words its errors the
# way people have come to know them, so it reads a bad file once more.
_FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_REREAD_SIZE = 1 << 16
_DEEP = 100


class BadGroupFile(Exception):
    """A group file is not what it has to be; its text says why."""


def read_group_file(filename: str) -> dict[str, dict[str, Any]]:
    """Return the groups of each source of a YAML file.

    Values are as in the file; only names are checked.  Raises OSError where
    the file cannot be read, BadGroupFile where its content is wrong.
    """
    try:
        with open(filename, encoding="utf-8") as stream:
            text = stream.read()
        content = _parse(text, filename)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as exc:
        raise BadGroupFile(str(exc)) from exc
    if not isinstance(content, dict):
        raise BadGroupFile("invalid content (base is not a dict)")
    for source, groups in content.items():
        if not isinstance(source, str):
            raise BadGroupFile(f"group source {source} not a string (add quotes?)")
        if not isinstance(groups, dict):
            raise BadGroupFile(f"invalid content (group source '{source}' is not a dict)")
        for group in groups:
            if not isinstance(group, str):
                raise BadGroupFile(f"{source}: group name {group} not a string (add quotes?)")
    return content


class _NotPlain(Exception):
    """There is more in a file than dictionaries and lists of texts."""


class _PlainReader:
    """Reads a file in which there is nothing but dictionaries and lists of texts.

    That is what group files are.  A loader asks its resolver and its constructors, which are
    Python, about every single one of their names.
    """

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        #: For each first character, what a text beginning with it is matched with: it is one
        #: unless it could be a number, a date, a truth value or nothing.
        self._others = _FastLoader.yaml_implicit_resolvers
        if None in self._others or _FastLoader.yaml_path_resolvers:
            raise _NotPlain

    def read(self) -> dict[str, Any]:
        """Return the only document; raise _NotPlain unless it is such a dictionary."""
        for kind in (yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.MappingStartEvent):
            event = next(self._events)
            if event.__class__ is not kind:
                raise _NotPlain
        content = self._value(event)
        next(self._events)
        if next(self._events).__class__ is not yaml.StreamEndEvent:
            raise _NotPlain
        return content

    def _value(self, event: Any) -> Any:
        kind = event.__class__
        if kind is yaml.AliasEvent or event.anchor is not None or event.tag is not None:
            raise _NotPlain
        if kind is yaml.ScalarEvent:
            return self._text(event)
        take, value, text = self._events.__next__, self._value, self._text
        if kind is yaml.SequenceStartEvent:
            items = []
            event = take()
            while event.__class__ is not yaml.SequenceEndEvent:
                items.append(value(event))
                event = take()
            return items
        found = {}
        event = take()
        while event.__class__ is not yaml.MappingEndEvent:
            if event.__class__ is not yaml.ScalarEvent or event.tag is not None or event.anchor:
                raise _NotPlain
            key = text(event)
            found[key] = value(take())
            event = take()
        return found

    def _text(self, event: Any) -> str:
        text: str = event.value
        if event.implicit[0]:
            for _, other in self._others.get(text[:1], ()):
                if other.match(text):
                    raise _NotPlain
        return text


def _parse(text: str, filename: str) -> object:
    if _FastLoader is not yaml.SafeLoader and not _is_deep(text):
        try:
            try:
                return _PlainReader(yaml.parse(text, Loader=_FastLoader)).read()
            except _NotPlain:
                return yaml.load(text, Loader=_FastLoader)
        except yaml.YAMLError:
            if len(text) > _REREAD_SIZE:
                raise
    with open(filename, encoding="utf-8") as stream:
        return yaml.safe_load(stream)


def _is_deep(text: str) -> bool:
    """Tell whether collections are nested so deeply that the C reader might run out of stack.

    Three levels make a group file; the Python reader raises an error instead.
    """
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest > _DEEP or re.search(rf"(?:[-?:] ){{{_DEEP}}}", text) is not None
