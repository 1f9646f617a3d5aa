"""Names inside shell commands: where they stand, how they are quoted, when they are refused.

Worker commands (``ping -c1 %h``) and group upcalls (``sinfo -p $GROUP``) are
shell text with slots that names are put into.  A name is data: whatever it
holds, it must reach the command as characters, never as shell syntax.

:class:`ShellTemplate` reads a command once, finds for each slot the *place* it
stands in, and then puts in values at the cost of a lookup per slot::

    template = ShellTemplate(["ping -c1 ", Slot("h")])
    template.substitute({"h": "node1"})       # ping -c1 node1
    template.substitute({"h": "a;reboot"})    # ping -c1 'a;reboot'

The rules, in this order:

1. a control character is refused, and so is a leading ``-`` where it could be
   read as an option;
2. a value of letters, digits, ``_ . : + - [ ] , %`` and space, or these with ``=`` between them, is
   put in as it is, but for ``=`` where it would make an assignment;
3. a value with any other character is quoted for its place: bare, inside
   single quotes, or inside double quotes;
4. unless it is refused, because the place has no quoting that holds (backquotes,
   ``${...}``, here-documents, after a backslash) or because the text is read
   again by a second interpreter (``sh -c '...'``, ``sed 's/.../'``, ``ssh``).

``unsafe_names`` gives up the refusals for options and second interpreters;
quoting for the place remains.

Which program reads its arguments a second time cannot be known; rule 4 errs on
the side of refusing, and only ever for names that rule 2 does not let through.
"""

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple, Union

from ClusterShell._shell.scan import Context, Place, places

__all__ = ["Context", "Place", "ShellTemplate", "Slot", "UnsafeValueError", "split_slots"]

_PLAIN = re.compile(r"(?!=)[\w.:+\-\[\],% ]*(?:=[\w.:+\-\[\],% ]+)*")
# Most names: plain, one word, and neither an option nor ".." wherever they stand.
_EASY = re.compile(r"[\w:+\[][\w.:+\-\[\],%]*").fullmatch
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DOUBLE_SPECIAL = re.compile(r'([\\"$`])')


class Slot(NamedTuple):
    """A place in a command where the value called ``name`` goes.

    text: how the command writes it (``%h``, ``$NODE``), used in messages.
    """

    name: str
    text: str = ""


class Refusal(Enum):
    """Why a value is refused."""

    CONTROL = "it holds a control character"
    OPTION = "it would be read as an option"
    REREAD = "the text around it may be read by a second interpreter"
    ASSIGNMENT = "it would be read as an assignment"
    OPAQUE = "no quoting protects it where it stands"
    PATH = "it would change the path it is part of"


class UnsafeValueError(ValueError):
    """A value may not enter a shell command.

    value: the refused value.  slot: the :class:`Slot`.  reason: a :class:`Refusal`.
    """

    def __init__(self, value: str, slot: Slot, reason: Refusal):
        self.value = value
        self.slot = slot
        self.reason = reason
        place = slot.text or slot.name
        super().__init__(f"unsafe name {value!r} refused for {place}: {reason.value}")


def split_slots(text: str, pattern: "re.Pattern[str]") -> "list[Union[str, Slot]]":
    """Return ``text`` as literal parts and slots.

    Each match of ``pattern`` whose group ``slot`` took part is a slot of that
    name; one whose group ``literal`` took part stands for that literal text
    (``%%`` for ``%``); any other match stays as it is.
    """
    groups = pattern.groupindex
    parts: list[Union[str, Slot]] = []
    done = 0
    for match in pattern.finditer(text):
        name = match["slot"] if "slot" in groups else None
        literal = match["literal"] if "literal" in groups else None
        if name is not None:
            part: Union[str, Slot] = Slot(name, match.group())
        elif literal is not None:
            part = literal
        else:
            continue
        parts.append(text[done : match.start()])
        parts.append(part)
        done = match.end()
    parts.append(text[done:])
    return parts


def _refusal(value: str, place: Place, unsafe: bool, plain: bool) -> "Union[Refusal, None]":
    """Return why ``value`` may not go into ``place``, or None if it may."""
    if "\0" in value:
        return Refusal.CONTROL
    if not unsafe:
        if _CONTROL.search(value):
            return Refusal.CONTROL
        opaque = place.context is Context.OPAQUE
        if value.startswith("-") and (place.starts_word or place.reread or opaque):
            return Refusal.OPTION
        # Bare text is split into words: a later one can be an option as well.
        if place.context is Context.BARE and " -" in value:
            return Refusal.OPTION
        if place.reread and not plain:
            return Refusal.REREAD
        if "=" in value and (place.assigns or opaque):
            return Refusal.ASSIGNMENT
        if place.path and ("/" in value or value == ".."):
            return Refusal.PATH
    if place.context is Context.OPAQUE and not plain:
        return Refusal.OPAQUE
    return None


def _quote(value: str, context: Context) -> str:
    """Return ``value`` written so that the shell reads it as these characters."""
    if context is Context.DOUBLE:
        return _DOUBLE_SPECIAL.sub(r"\\\1", value)
    inside = value.replace("'", "'\\''")
    return inside if context is Context.SINGLE else "'" + inside + "'"


class ShellTemplate:
    """A shell command with slots, read once and filled many times.

    parts: literal text and :class:`Slot` objects in order (see
        :func:`split_slots`).  Literal text is shell syntax of the person who
        wrote the command and is never changed.
    """

    __slots__ = ("_literals", "places", "slots")

    def __init__(self, parts: "Iterable[Union[str, Slot]]"):
        literals = [""]
        slots = []
        for part in parts:
            if isinstance(part, Slot):
                slots.append(part)
                literals.append("")
            else:
                literals[-1] += part
        self._literals = tuple(literals)
        #: The slots, in order.
        self.slots = tuple(slots)
        #: The place of each slot.
        self.places = places(self._literals)

    def substitute(self, values: Mapping[str, object], unsafe_names: bool = False) -> str:
        """Return the command with each slot replaced by its value.

        :param values: for each slot name its value, put in as ``str()`` gives it.
        :param unsafe_names: do not refuse options, nor text that is read twice.
        :raises UnsafeValueError: a value is refused
        :raises KeyError: a value is missing
        """
        text = [self._literals[0]]
        for slot, place, literal in zip(self.slots, self.places, self._literals[1:]):
            value = str(values[slot.name])
            text.append(value if _EASY(value) else self._checked(value, slot, place, unsafe_names))
            text.append(literal)
        return "".join(text)

    @staticmethod
    def _checked(value: str, slot: Slot, place: Place, unsafe_names: bool) -> str:
        """Return what stands for ``value``; raise UnsafeValueError if nothing does."""
        plain = _PLAIN.fullmatch(value) is not None
        reason = _refusal(value, place, unsafe_names, plain)
        if reason is not None:
            raise UnsafeValueError(value, slot, reason)
        return value if plain else _quote(value, place.context)
