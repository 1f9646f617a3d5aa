"""The progress of a run, in one line that is written again and again."""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


class ProgressLine:
    """How many nodes of *total* are done, on standard error.

    :param task: the task that runs
    :param total: number of nodes
    :param prog: name of the program; None for the name it was called by
    """

    #: Whether the line is also written where standard error is no terminal.
    everywhere = False

    #: Returns what is to be said of the time left, if anything is.
    estimate: Any = None

    def __init__(self, task: Any, total: int, prog: str | None = None) -> None:
        self.task = task
        self.total = total
        self.cnt_last = -1
        self.tslen = len(str(self.total))
        self.wholelen = 0
        self.started = False
        self.start_time = 0.0
        self.bytes_written = 0
        self._prog = prog if prog else os.path.basename(sys.argv[0])

    def set_dirty(self) -> None:
        """Have the line written again at the next occasion."""
        self.cnt_last = -1

    def erase_line(self) -> None:
        """Take the line away."""
        if self.wholelen:
            self._write(" " * (self.wholelen + 1) + "\r")
            self.wholelen = 0
        self.set_dirty()

    def update(self) -> None:
        """Write the line if what it says has changed."""
        count = self.total - len(self.task._engine._clients)
        written = ""
        gateways = self.task.gateways
        if gateways:
            from ClusterShell._tree.gateways import remote_nodes

            count += len(gateways) - sum(1 for _ in remote_nodes(self.task))
            written = f" gw {len(gateways)}"
        if self.bytes_written > 0:
            from ClusterShell._cli.helpers import size_text

            seconds = time.time() - self.start_time
            rate = self.bytes_written / seconds if seconds > 0 else self.bytes_written
            written += f" write: {size_text(rate)}/s"
        elif count == self.cnt_last and self.estimate is None:
            return
        if self.estimate is not None:
            written += self.estimate()
        self.cnt_last = count
        line = f"{self._prog}: {count:{self.tslen}}/{self.total}{written}"
        # A shorter line would leave the end of the last one behind.
        blanks = max(self.wholelen - len(line), 0)
        self._write(line + " " * blanks + "\r")
        self.wholelen = len(line)
        self.started = True

    def finalize(self, force_cr: bool) -> None:
        """Take the line away for good.

        :param force_cr: whether the cursor may stand elsewhere, as at a prompt
        """
        if self.started:
            self.erase_line()
        self.started = False

    def _write(self, text: str) -> None:
        if sys.stderr is not None and (self.everywhere or sys.stderr.isatty()):
            try:
                sys.stderr.write(text)
                sys.stderr.flush()
            except OSError:
                pass
