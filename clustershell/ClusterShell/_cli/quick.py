"""The plain case of nodeset's command line, read without optparse.

Most calls of nodeset fold a few names and end; importing optparse and building
a parser for thirty options is a good part of their time.  :func:`quick` reads a
command line as that parser would where it is plain, and otherwise returns None:
abbreviated and unknown options, values that need checking, help and errors are
the parser's.  A test compares the two.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from ClusterShell.CLI.OptionParser import OptionParser

_SWITCHES = {
    "c": "count",
    "count": "count",
    "e": "expand",
    "expand": "expand",
    "f": "fold",
    "fold": "fold",
    "r": "regroup",
    "regroup": "regroup",
    "list-sources": "groupsources",
    "groupsources": "groupsources",
    "completion": "completion",
    "a": "all",
    "all": "all",
    "d": "debug",
    "debug": "debug",
    "q": "quiet",
    "quiet": "quiet",
    "R": "rangeset",
    "rangeset": "rangeset",
    "G": "groupbase",
    "groupbase": "groupbase",
    "contiguous": "contiguous",
}
_COUNTERS = {"l": "list", "list": "list", "L": "listall", "list-all": "listall"}
_LISTS = {
    "x": "sub_nodes",
    "exclude": "sub_nodes",
    "i": "and_nodes",
    "intersection": "and_nodes",
    "X": "xor_nodes",
    "xor": "xor_nodes",
}
_TEXTS = {
    "s": "groupsource",
    "groupsource": "groupsource",
    "groupsconf": "groupsconf",
    "index": "index",
    "S": "separator",
    "separator": "separator",
    "O": "output_format",
    "output-format": "output_format",
    "I": "slice_rangeset",
    "slice": "slice_rangeset",
    "axis": "axis",
    "autostep": "autostep",
    "split": "maxsplit",
    "pick": "pick",
}
_NUMBERS = ("maxsplit", "pick")


class Options:
    """The values of all options; the class holds their defaults."""

    count = expand = fold = regroup = groupsources = completion = False
    all = debug = quiet = rangeset = groupbase = contiguous = None
    list = listall = False
    groupsource = groupsconf = index = slice_rangeset = axis = autostep = maxsplit = pick = None
    separator = " "
    output_format = "%s"

    def __init__(self):
        self.sub_nodes = []
        self.and_nodes = []
        self.xor_nodes = []


def _store(options, name, value):
    """Store the value of an option; return whether it is a plain one."""
    if name in _LISTS:
        getattr(options, _LISTS[name]).append(value)
        return True
    dest = _TEXTS[name]
    if dest == "groupsource" and (not value or value.startswith("-")):
        return False
    if dest in _NUMBERS or (dest == "autostep" and value != "auto"):
        # A leading zero makes another base.
        if not (value.isascii() and value.isdigit()) or value.startswith("0"):
            return False
        value = int(value)
    setattr(options, dest, value)
    return True


def _set(options, name):
    """Set an option that takes no value."""
    if name in _COUNTERS:
        dest = _COUNTERS[name]
        setattr(options, dest, getattr(options, dest) + 1)
    else:
        setattr(options, _SWITCHES[name], True)


def quick(argv: list[str]) -> tuple[Options, list[str]] | None:
    """Return options and operands of a plain command line, None for any other."""
    options = Options()
    rest = argv[::-1]
    while rest and len(rest[-1]) > 1 and rest[-1][0] == "-":
        word = rest.pop()
        if word == "--":
            break
        if word.startswith("--"):
            long, equals, value = word[2:].partition("=")
            names = [long]
        else:
            names, equals, value = list(word[1:]), "", ""
        while names:
            name = names.pop(0)
            if name in _SWITCHES or name in _COUNTERS:
                if equals:
                    return None
                _set(options, name)
                continue
            if name not in _TEXTS and name not in _LISTS:
                return None
            if not equals:
                # "-Xnode" or "-X node"
                if not names and not rest:
                    return None
                value = "".join(names) if names else rest.pop()
            if not _store(options, name, value):
                return None
            break
    return options, rest[::-1]


def is_option(word: str) -> bool:
    """Return whether *word*, an operand, would be an option if it stood before operands.

    The set operators go between operands.
    """
    if word.startswith("--"):
        name = word[2:].partition("=")[0]
    else:
        name = word[1:2] if word.startswith("-") else ""
    return name in _SWITCHES or name in _COUNTERS or name in _TEXTS


def parser() -> OptionParser:
    """Return the full option parser."""
    from ClusterShell.CLI.OptionParser import OptionParser

    parser = OptionParser("%prog [COMMAND] [OPTIONS] [ns1 [-ixX] ns2|...]")
    parser.install_groupsconf_option()
    parser.install_nodeset_commands()
    parser.install_nodeset_operations()
    parser.install_nodeset_options()
    return parser


def parse(argv: list[str] | None = None) -> tuple[Any, list[str]]:
    """Return options and operands; end the program for help and errors."""
    if argv is None:
        argv = sys.argv[1:]
    return quick(argv) or parser().parse_args(argv)


def fail(message: str) -> NoReturn:
    """End the program as for a wrong command line."""
    parser().error(message)


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


def _escape(match):
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
