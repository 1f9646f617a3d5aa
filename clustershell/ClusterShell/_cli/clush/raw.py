"""``clush --raw``: output as it comes, byte for byte."""

from __future__ import annotations

import binascii
import shlex
from contextlib import suppress

from ClusterShell._cli.clush.report import report_exit
from ClusterShell._cli.levels import QUIET

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

#: Runs a command, its output in base64, and exits as it does.
_ENCODING = (
    "{ { { { %s; echo $? >&3; } | base64 -w 65536 >&4; } 3>&1; } | { read rc; exit $rc; }; } 4>&1"
)


def encoded(command: str) -> str:
    """Return the command that does what *command* does, and sends its output in base64.

    Gateways hand on lines: of other output they do not tell whether the last line ended.
    """
    return f"exec sh -c {shlex.quote(_ENCODING % f'sh -c {shlex.quote(command)}')}"


class RawRun:
    """Hands on what the nodes of a run send.

    :param display: the Display; a terminal gets control characters in visible form
    :param encoded: whether output comes in base64
    """

    def __init__(self, display: Any, encoded: bool) -> None:
        self._display = display
        self._encoded = encoded

    def data(self, node: str, sname: str, data: bytes) -> None:
        """*node* has sent *data* on the stream *sname*."""
        if sname == "stderr":
            self._display.write_error(data)
            return
        if self._encoded:
            with suppress(binascii.Error):  # or it has not come from our command
                data = b"".join(map(binascii.a2b_base64, data.split()))
        self._display.write(self._display.content(data))

    def ended(self, node: str, rc: int | None, copied: Any) -> None:
        """*node* has ended with exit code *rc*."""
        report_exit(self._display, "clush", node, rc or 0)

    def timed_out(self, node: str, copied: object = None) -> None:
        """*node* has run out of time."""
        self._display.vprint_err(QUIET, f"clush: {node}: command timeout")
