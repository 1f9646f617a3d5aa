"""Outputs that are nearly equal: ``--similar`` masks what may differ before they are compared."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DAY = rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +)?"
_CLOCK = (
    rb"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AP]M)?(?: ?(?:Z|[A-Z]{3,4}|[+-]\d{2}:?\d{2}))?\b"
)
_DATES = (
    rb"\d{4}-\d{2}-\d{2}(?:[T ]" + _CLOCK + rb")?",
    _DAY + _MONTH + rb" +\d{1,2}(?:,? +" + _CLOCK + rb")?(?:,? +\d{4})?\b",
    _DAY + rb"\d{1,2} +" + _MONTH + rb" +\d{4}(?: +" + _CLOCK + rb")?",
    rb"\d{1,2}[/.]\d{1,2}[/.]\d{4}(?: +" + _CLOCK + rb")?",
    _CLOCK,
)

#: What may be masked by its name, besides the names of nodes.
_KINDS = {
    "date": rb"(?<![\w.-])(?:" + rb"|".join(_DATES) + rb")",
    "number": rb"(?<![A-Za-z0-9_])\d+(?:[.,]\d+)*",
}
_NAME = "name"

#: What is masked where it is not said what.
USUAL = "name,date,number"


class Masks:
    """What may differ in outputs that count as similar.

    :param text: words separated by commas: ``name`` (a node's own name), ``date`` (and times),
        ``number``, or ``/EXPRESSION/``
    :raises ValueError: one is none of these; the text says so
    """

    def __init__(self, text: str) -> None:
        self._names = False
        self._masks: list[tuple[re.Pattern[bytes], bytes]] = []
        words = text.split(",")
        for word in sorted(words, key=lambda word: word in _KINDS and list(_KINDS).index(word) + 1):
            if word == _NAME:
                self._names = True
            elif word in _KINDS:
                self._masks.append((re.compile(_KINDS[word]), f"<{word}>".encode()))
            elif len(word) > 2 and word[0] == word[-1] == "/":
                self._masks.append((_expression(word), b"<...>"))
            else:
                raise ValueError(f"{word!r} is none of name, date, number, /EXPRESSION/")

    def _masked(self, data: bytes) -> bytes:
        for pattern, mask in self._masks:
            data = pattern.sub(mask, data)
        return data

    def merge(
        self, buffers: Iterable[tuple[Any, Any]], always: bool = False
    ) -> list[tuple[Any, Any]]:
        """Return messages with their nodes, those that are similar as one with its masks.

        :param buffers: messages, each with the NodeSet of its nodes
        :param always: whether also messages that are like no other show their masks, so that
            what is between masks can be compared
        """
        groups: dict[bytes, tuple[Any, list[Any], bool]] = {}
        for message, nodes in buffers:
            for text, senders in self._by_name(bytes(message), nodes):
                found = groups.get(text)
                if found is None:
                    groups[text] = (message, [senders], not always)
                else:
                    same = found[2] and found[0] is message
                    groups[text] = (found[0], [*found[1], senders], same)
        merged: list[tuple[Any, Any]] = []
        # What is equal stays together, whatever the masks made of it.
        equal: dict[int, Any] = {}
        for text, (message, parts, same) in groups.items():
            nodes = equal.get(id(message)) if same else None
            if nodes is None:
                nodes = parts.pop(0).copy()
                merged.append((message if same else text, nodes))
                if same:
                    equal[id(message)] = nodes
            for part in parts:
                nodes.update(part)
        return merged

    def _by_name(self, data: bytes, nodes: Any) -> list[tuple[bytes, Any]]:
        """Return the masked texts of a message, each with those of its *nodes* that it is from."""
        if not self._names:
            return [(self._masked(data), nodes)]
        rest, texts = nodes.copy(), []
        for node in nodes:
            names = {node.encode("utf-8", "surrogateescape")}
            names.add(next(iter(names)).partition(b".")[0])
            if any(name in data for name in names):
                words = b"|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
                own = re.sub(rb"(?<![\w-])(?:" + words + rb")(?![\w-])", b"<name>", data)
                if own != data:
                    single = type(nodes)._fromlist1((node,))
                    rest.difference_update(single)
                    texts.append((self._masked(own), single))
        if rest:
            texts.append((self._masked(data), rest))
        return texts


def _expression(word: str) -> re.Pattern[bytes]:
    try:
        return re.compile(word[1:-1].encode("utf-8", "surrogateescape"))
    except (re.error, OverflowError, RecursionError) as exc:
        raise ValueError(f"{word}: not a regular expression: {exc}") from None
