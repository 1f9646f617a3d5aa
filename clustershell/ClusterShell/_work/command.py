"""The ``%`` keywords of a command, or of a file name, for many nodes."""

from __future__ import annotations

import re
from functools import lru_cache

from ClusterShell._shell.template import Refusal, ShellTemplate, Slot, UnsafeValueError

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

_NAME = "[_a-zA-Z][_a-zA-Z0-9]*"
_KEYWORD = re.compile(
    rf"%(?:(?P<percent>%)|(?P<name>{_NAME})|\{{(?P<braced>{_NAME})\}}|(?P<stray>))"
)

#: Keywords that stand for the node, and for its index.
_NODE_KEYWORDS = frozenset(("h", "host", "hosts"))
_RANK_KEYWORDS = frozenset(("n", "rank"))

_HINT = "is not a valid pattern, use '%%' to escape '%'"


class KeywordError(ValueError):
    """A ``%`` begins no keyword."""


@lru_cache(maxsize=32)
def _parts(text: str) -> tuple[str | Slot, ...]:
    """Return *text* as literal parts and keywords; raise KeywordError for any other ``%``."""
    parts: list[str | Slot] = []
    done = 0
    for match in _KEYWORD.finditer(text):
        parts.append(text[done : match.start()])
        done = match.end()
        name = match["name"] or match["braced"]
        if match["percent"]:
            parts.append("%")
        elif name in _NODE_KEYWORDS:
            parts.append(Slot("node", match.group()))
        elif name in _RANK_KEYWORDS:
            parts.append(Slot("rank", match.group()))
        elif name:
            raise KeywordError(f"'{name}' {_HINT}")
        else:
            lines = text[:done].splitlines(keepends=True)
            place = f"line {len(lines)}, col {len(lines[-1])}"
            raise KeywordError(f"Invalid placeholder in string: {place} {_HINT}")
    parts.append(text[done:])
    return tuple(parts)


@lru_cache(maxsize=32)
def _template(text: str) -> ShellTemplate:
    return ShellTemplate(_parts(text))


def expand_command(command: str, node: Any, rank: Any, unsafe: bool = False) -> str:
    """Return the shell *command* with its keywords replaced.

    ``%h``, ``%host`` and ``%hosts`` stand for *node*, quoted for the place they are in;
    ``%n`` and ``%rank`` for *rank*; ``%%`` for a percent sign.

    :param unsafe: let names through that quoting cannot protect
    :raises UnsafeValueError: *node* cannot be put where the command has a keyword
    :raises KeywordError: the command has an unknown keyword
    """
    if "%" not in command:
        return command
    return _template(command).substitute({"node": node, "rank": rank or 0}, unsafe)


@lru_cache(maxsize=32)
def _remote_template(text: str) -> ShellTemplate:
    # Here the set of all nodes is another value than the node.
    return ShellTemplate(
        Slot("hosts", part.text) if isinstance(part, Slot) and "hosts" in part.text else part
        for part in _parts(text)
    )


@lru_cache(maxsize=4)
def _ranks(nodes: str) -> dict[str, int]:
    from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

    return {node: rank for rank, node in enumerate(NodeSet(nodes, resolver=RESOLVER_NOGROUP))}


def remote_command(command: object, node: Any, info: Any, unsafe: bool = False) -> str:
    """Return the *command* for the shell of *node*, its keywords replaced where that is asked for.

    :param info: function of the name of a setting of the task; ``expand`` holds the text
        of the set of all nodes where keywords are to be replaced, ``%hosts`` by this text
    :raises UnsafeValueError: *node* cannot be put where the command has a keyword
    :raises KeywordError: the command has an unknown keyword
    """
    text = str(command)
    nodes = info("expand")
    if not nodes or "%" not in text:
        return text
    values = {"node": node, "rank": _ranks(nodes).get(node, 0), "hosts": nodes}
    return _remote_template(text).substitute(values, unsafe)


def expand_path(path: str, node: str, rank: Any) -> str:
    """Return the file name *path* with its keywords replaced, as :func:`expand_command`.

    :raises UnsafeValueError: *node* would lead to another folder
    """
    if "%" not in path:
        return path
    text = ""
    for part in _parts(path):
        if isinstance(part, str):
            text += part
        elif part.name == "rank":
            text += str(rank or 0)
        elif "/" in node or node in (".", "..") or "\0" in node:
            raise UnsafeValueError(node, part, Refusal.PATH)
        else:
            text += node
    return text
