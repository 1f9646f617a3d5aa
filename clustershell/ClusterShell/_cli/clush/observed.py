"""What all handlers of clush do besides showing output: input, files, and who watches the run."""

from __future__ import annotations

import os
import sys

from ClusterShell._cli import levels
from ClusterShell.Event import EventHandler

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self


class Observed(EventHandler):
    """Base of the handlers of a run.

    :param prog: name of the program, None for the name it was called by
    """

    #: Takes ``(worker, node, sname, text)``: lines joined by newlines.  None
    #: where a subclass wants single lines (see ``__init_subclass__``).
    _ev_text: Any = None

    #: Takes ``(worker, node, sname, data)``: what each read gave, as it is.
    _ev_data = None

    #: Whether lines are recorded; where they are not, nobody wants them once data was taken.
    _ev_records = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "ev_read" in cls.__dict__ and "_ev_text" not in cls.__dict__:
            cls._ev_text = None

    def __init__(self, prog: str | None = None) -> None:
        EventHandler.__init__(self)
        self._runtimer: Any = None
        self._prog = prog if prog else os.path.basename(sys.argv[0])
        #: Flow of the standard input of this run, if it has any.
        self._flow: Any = None
        #: Files of output, if any are wanted.
        self._files: Any = None
        #: Set when the run is being ended by Ctrl-C.
        self._interrupted = False
        #: How many workers have not ended yet.
        self._workers = 1
        #: Is told what becomes of each node, where that is asked for.
        self._watch: Any = None

    def ev_pickup(self, worker: Any, node: Any) -> None:
        """Count `node` in for standard input."""
        if self._flow is not None:
            self._flow.started(node)
        if self._watch is not None:
            self._watch.started(node)

    def ev_hup(self, worker: Any, node: Any, rc: int | None) -> None:
        """Let go of what `node` needed."""
        if self._flow is not None:
            self._flow.ended(node)
        if self._watch is not None:
            self._watch.ended(worker, node, rc)

    def _ev_late(self, worker: Any, node: Any) -> None:
        """`node` has run out of time."""
        if self._watch is not None:
            self._watch.timed_out(worker, node)

    def _close(self) -> None:
        """Let go of what the run needed."""
        for part in (self._flow, self._files):
            if part is not None:
                part.close()
        if self._watch is not None:
            self._watch.over()

    def _runtimer_clean(self) -> None:
        """Take the progress line away: something else is about to be shown."""
        if self._runtimer:
            self._runtimer.eh.erase_line()

    def _runtimer_set_dirty(self) -> None:
        """Have the progress line shown again though its counts are the same."""
        if self._runtimer:
            self._runtimer.eh.set_dirty()

    def feed_from(self, worker: Any, stream: Any, display: Any) -> None:
        """Give *worker* what *stream* has, at the pace its clients take it, where that can be."""
        from ClusterShell._cli.clush.stdin import make_feed

        self._flow = make_feed(
            worker,
            stream,
            lambda text: display.vprint_err(levels.QUIET, f"{self._prog}: {text}"),
        )

    def save_output(self, display: Any) -> None:
        """Write all output to the files that `display` asks for, if it does, as well."""
        from ClusterShell._cli.clush.files import files_of

        self._files = files_of(display, self._prog)
        if self._files is not None:
            self._ev_data = self._save_data

    def _save_data(self, worker: Any, node: Any, sname: str, data: bytes) -> bool:
        if self._files is not None:
            self._files.write(node, sname, data)
        if self._watch is not None:
            self._watch.data(node, sname, data)
        return not self._ev_records  # a line may be as long as a disk

    def watched_by(self, watch: Any) -> Self:
        """Tell `watch` of nodes, and of their output if it wants to know; return this handler."""
        self._watch = watch
        if self._runtimer is not None:
            self._runtimer.eh.estimate = watch.estimate
        if watch.takes_data:
            self._ev_data = self._save_data
        return self
