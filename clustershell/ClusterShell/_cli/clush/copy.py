"""Files to copy: what is there to copy, and where copies go."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable


def missing_source(sources: Iterable[str]) -> str | None:
    """Return what is wrong with `sources`, local files or directories to copy; or None."""
    for source in sources:
        if not os.path.exists(source):
            return f'ERROR: file "{source}" not found'
    return None


def missing_directory(dests: Iterable[str]) -> str | None:
    """Return what is wrong with `dests`, local directories to copy to; or None."""
    for dest in dests:
        if not os.path.exists(dest):
            return f'ERROR: directory "{dest}" not found'
        if not os.path.isdir(dest):
            return f'ERROR: destination "{dest}" is not a directory'
    return None


def usual_destinations(sources: Iterable[str], reverse: bool) -> list[str]:
    """Return where each of `sources` is copied to unless said otherwise: its own directory.

    :param reverse: whether they are copied from the nodes.
    """
    dests = [os.path.dirname(os.path.abspath(source)) for source in sources]
    return dests if reverse else [os.path.join(dest, "") for dest in dests]
