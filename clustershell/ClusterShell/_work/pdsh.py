"""What the lines mean that pdsh and pdcp write.

They write ``NODE: line`` for each line of a node's output, and, on standard
error, ``pdsh@HERE: NODE: text`` for what they have to say themselves.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Ended", "Output", "Trouble", "parse"]


class Output(NamedTuple):
    """A line of output of ``node``."""

    node: str
    text: bytes


class Ended(NamedTuple):
    """The command of ``node`` has ended with exit code ``rc``."""

    node: str
    rc: int


class Trouble(NamedTuple):
    """pdsh or pdcp complains about ``node``, whose copy ends with ``rc``, if not None."""

    node: str
    text: bytes
    rc: int | None


#: What a failed copy ends with: pdcp does not tell, ENOENT is the most likely.
_COPY_FAILED = 2

_OWN = re.compile(rb"(pdsh|r?pdcp)@[^:]+: (?:(\S+): (.*))?", re.DOTALL)
_EXITED = re.compile(rb"\S+ exited with exit code (\d+)")


def parse(line: bytes, mode: str) -> Output | Ended | Trouble | None:
    """Return what ``line`` says, or None if it is about no node.

    :param mode: ``"pdsh"`` for commands, ``"pdcp"`` for copies.
    """
    own = _OWN.match(line)
    if own is None:
        name, found, text = line.partition(b": ")
        if not found and not name.endswith(b":"):
            return None
        return Output(_decode(name if found else name[:-1]), text)
    if own[2] is None:
        return None
    node, text = _decode(own[2]), own[3]
    if mode == "pdcp":
        return Trouble(node, text, _COPY_FAILED)
    exited = _EXITED.match(text)
    if exited is not None:
        return Ended(node, int(exited[1]))
    return Trouble(node, text, None)


def _decode(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
