"""nodeset's command line: read, checked, and what it says of input and output.

Most calls of nodeset fold a few names and end; importing optparse and building
a parser for thirty options is a good part of their time.  :func:`quick` reads a
command line as that parser would where it is plain, and otherwise returns None:
abbreviated and unknown options, values that need checking, help and errors are
the parser's.  A test compares the two.
"""

from __future__ import annotations

import sys

from ClusterShell._cli.options import NODESET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Match
    from typing import Any

# How much of standard input is read at a time.
_BLOCK = 1 << 20

# The attributes of each option, by each of its names.
_BY_NAME = {name: attrs for names, attrs in NODESET for name in names}


class Options:
    """The values of all options, of which none has been given yet."""

    def __init__(self) -> None:
        for _, attrs in NODESET:
            default = attrs.get("default")
            setattr(self, attrs["dest"], [] if default == [] else default)


def _store(options: Options, attrs: dict[str, Any], value: Any) -> bool:
    """Store the value of an option; return whether it is a plain one."""
    dest, kind = attrs["dest"], attrs.get("type")
    if attrs.get("action") == "append":
        getattr(options, dest).append(value)
        return True
    if kind == "safestring" and (not value or value.startswith("-")):
        return False
    if kind == "int" or (kind == "autostep" and value != "auto"):
        # A leading zero makes another base.
        if not (value.isascii() and value.isdigit()) or value.startswith("0"):
            return False
        value = int(value)
    setattr(options, dest, value)
    return True


def _set(options: Options, attrs: dict[str, Any]) -> bool:
    """Set an option if it takes no value; return whether it takes none."""
    action, dest = attrs.get("action"), attrs["dest"]
    if action == "count":
        setattr(options, dest, getattr(options, dest) + 1)
    elif action == "store_true":
        setattr(options, dest, True)
    else:
        return False
    return True


def quick(argv: list[str]) -> tuple[Options, list[str]] | None:
    """Return options and operands of a plain command line, None for any other."""
    options = Options()
    rest = argv[::-1]
    while rest and len(rest[-1]) > 1 and rest[-1][0] == "-":
        word = rest.pop()
        if word == "--":
            break
        if word.startswith("--"):
            long, equals, value = word.partition("=")
            names = [long]
        else:
            names, equals, value = ["-" + letter for letter in word[1:]], "", ""
        while names:
            attrs = _BY_NAME.get(names.pop(0))
            if attrs is None:
                return None
            if _set(options, attrs):
                if equals:
                    return None
                continue
            if not equals:
                # "-Xnode" or "-X node"
                if not names and not rest:
                    return None
                value = word[-len(names) :] if names else rest.pop()
            if not _store(options, attrs, value):
                return None
            break
    return options, rest[::-1]


def is_option(word: str) -> bool:
    """Return whether *word*, an operand, would be an option if it stood before operands.

    The set operators go between operands.
    """
    name = word.partition("=")[0] if word.startswith("--") else word[:2]
    attrs = _BY_NAME.get(name)
    return attrs is not None and attrs.get("action") != "append"


def mismatch(options: Any) -> str | None:
    """Return why the options do not go together; None if they do."""
    commands = (
        options.count,
        options.expand,
        options.fold,
        options.list,
        options.listall,
        options.regroup,
        options.groupsources,
        options.completion,
        options.index is not None,
    )
    given = sum(map(bool, commands))
    if given > 1:
        return "Multiple commands not allowed."
    if not given:
        return "No command specified."
    if options.index is not None and options.pick:
        return "--index cannot be combined with --pick"
    if options.rangeset and (options.all or options.regroup):
        return "-a/-r only supported in NodeSet mode"
    if options.maxsplit is not None and options.contiguous:
        return "incompatible splitting options (split, contiguous)"
    if options.axis and (not options.fold or options.rangeset):
        return "--axis option is only supported when folding nodeset"
    return None


def blocks(stream: Any) -> Iterator[list[str]]:
    """Yield the words of a text, many at a time; ``#`` begins a comment."""
    from ClusterShell._cli.fdio import texts

    tail = ""
    for block in texts(stream, _BLOCK):
        text = tail + block
        if block:
            # A word, or a comment, may go on in the next block.
            end = text.rfind("\n") + 1
            if not end and "#" not in text:
                end = text.rfind(" ") + 1
            text, tail = text[:end], text[end:]
        if "#" in text:
            text = "\n".join(line.partition("#")[0] for line in text.split("\n"))
        words = text.split()
        if words:
            yield words


def selected(options: Any, xset: Any) -> Any:
    """Return the part of `xset` that ``--slice`` and ``--pick`` leave."""
    if options.slice_rangeset:
        from ClusterShell.RangeSet import RangeSet

        sliced = xset.__class__(autostep=xset.autostep)
        for part in RangeSet(options.slice_rangeset).slices():
            sliced.update(xset[part])
        xset = sliced
    if options.pick and options.pick < len(xset):
        import random

        chooser = random if options.seed is None else random.Random(options.seed)
        positions = chooser.sample(range(len(xset)), options.pick)
        names = [xset[position] for position in positions]
        of_names = xset.__class__.fromlist if options.rangeset else xset.__class__._fromlist1
        xset = of_names(names, autostep=xset.autostep)
    return xset


def set_folding(options: Any, xset: Any) -> None:
    """Set how `xset` is folded."""
    if options.autostep == "auto":
        # Steps of two nodes would say less than the two names.
        xset.autostep = max(3, len(xset))
    elif isinstance(options.autostep, float):
        import math

        xset.autostep = math.ceil(len(xset) * options.autostep)
    if options.axis:
        from ClusterShell._cli.helpers import fold_axis

        xset.fold_axis = fold_axis(options.axis)


def parts(options: Any, xset: Any) -> Any:
    """Return the sets to print."""
    if xset and options.contiguous:
        return xset.contiguous()
    if xset and options.maxsplit and options.maxsplit > 1:
        return xset.split(options.maxsplit)
    return [xset]


def unescape(text: str) -> str:
    r"""Return text with its escape sequences (``\n``, ``\x41``, ...) replaced.

    They are those of Python's string literals; others stay as they are.  Raises
    ValueError where one is incomplete.
    """
    if "\\" not in text:
        return text
    import re

    pattern = (
        r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})"
        r"|N\{([^}]+)\}|(.?))"
    )
    return re.sub(pattern, _escape, text, flags=re.DOTALL)


def _escape(match: Match[str]) -> str:
    octal, name, other = match[1], match[5], match[6]
    code = match[2] or match[3] or match[4]
    if octal or code:
        number = int(octal, 8) if octal else int(code, 16)
        if number > sys.maxunicode:
            raise ValueError("no such character")
        return chr(number)
    if name:
        import unicodedata

        try:
            return unicodedata.lookup(name)
        except KeyError as exc:
            raise ValueError(exc.args[0]) from exc
    if not other or other in "xuUN":
        raise ValueError("incomplete escape sequence")
    simple = {"\n": "", "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
    return other if other in "\\'\"" else simple.get(other, match[0])
