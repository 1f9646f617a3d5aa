"""What the tools say on standard error."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def complain(text: str) -> None:
    """Print *text*, a line, on standard error.

    On a terminal control characters in it are made visible: it may quote names
    and values from anywhere.  Where standard error is closed, or cannot be
    written, nobody is told.
    """
    stream = sys.stderr
    if stream is None:
        return
    try:
        if stream.isatty():
            from ClusterShell._cli.controls import visible

            text = visible(text)
        print(text, file=stream, flush=True)
    except (OSError, ValueError):
        pass


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint at the one of the *known* words that *word* may stand for, or ``""``.

    >>> nearest("fnout", ["fanout", "ssh_path"])
    ' (did you mean "fanout"?)'
    """
    import difflib

    found = difflib.get_close_matches(word, known, 1)
    return f' (did you mean "{found[0]}"?)' if found else ""
