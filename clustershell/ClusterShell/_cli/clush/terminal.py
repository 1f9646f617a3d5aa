"""clush at a terminal: the prompt, the status of a run, Ctrl-C.

The task runs in a thread of its own; the main thread reads what is typed.
When a run is over, the task's thread wakes the main thread up with SIGUSR1.
"""

from __future__ import annotations

import os
import signal
import threading
import time

from ClusterShell._cli import levels
from ClusterShell._cli.clush.report import nodeset
from ClusterShell._cli.clush.run import progress_of
from ClusterShell._cli.clush.signals import Ended
from ClusterShell._cli.errors import explain, generic_errors
from ClusterShell._cli.messages import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ClusterShell._cli.clush.run import Run

PROMPT = "clush> "


class History:
    """The last `size` lines typed (all if it is not positive), kept in the file at `path`."""

    def __init__(self, path: str, size: int) -> None:
        self._path = path
        self._size = size
        self._failed = False

    def save(self) -> None:
        """Keep what has been typed so far; say so once if that fails."""
        import readline

        if self._failed:
            return
        readline.set_history_length(self._size if self._size > 0 else -1)
        try:
            readline.write_history_file(self._path)
        except OSError as exc:
            self._failed = True
            complain(f"Warning: history is not kept: {exc}")


def await_line(stream: Any) -> str:
    """Return an empty text when a line has been typed at `stream`, a terminal.

    input() would write out what the streams hold first, and readline would wait for the
    terminal to have shown all; where output never ends no signal is heard meanwhile.

    :raises EOFError: the input has ended
    :raises OSError: the terminal is gone
    """
    import select

    fd = stream.fileno()
    select.select([fd], [], [])
    if not os.read(fd, 4096):
        raise EOFError
    return ""


class Terminal:
    """The loop that reads from the terminal, for one command or for many.

    :param nodes: NodeSet of the targets; commands that begin with ``@ + -`` change it.
    :param display: the Display; ``=`` switches its ``gather``.
    :param read: function of a prompt that returns a line, or raises EOFError.  Without a prompt
        it does not matter what the line is.
    :param start: function of (command, nodes) that starts a run; nodes is None for a
        command that runs here.
    :param run: the run of the moment, whose task has a thread of its own; Ctrl-C ends it.
    :param wakeup: the exception that SIGUSR1 raises while ``reading`` is true.
    """

    def __init__(
        self,
        nodes: Any,
        display: Any,
        read: Callable[[str], str],
        start: Callable[[str, Any], None],
        run: Run,
        wakeup: type[Exception],
    ) -> None:
        self._nodes = nodes
        self._display = display
        self._read = read
        self._start = start
        self._run = run
        self._wakeup = wakeup
        #: Takes lines that are more than commands and nodes, where that is asked for.
        self.extras: Any = None
        #: Whether a signal may raise just now.
        self.reading = False
        #: Whether SIGUSR1 has come while something was being typed.
        self.woken = False
        #: Whether a run is being watched, whose end is to be told.
        self.watching = False

    def wake(self) -> None:
        """Tell the main thread that the run is over; for another thread.

        The signal is repeated until it is noticed: one that comes when
        reading is about to begin, but does not wait yet, would be noticed only
        after something is typed.
        """
        main = threading.main_thread().ident or 0
        while self.watching:
            signal.pthread_kill(main, signal.SIGUSR1)
            time.sleep(0.05)

    def watch(self) -> bool:
        """Wait until the run is over; show its status each time Enter is pressed.

        Return False if the input ended first.  Raises KeyboardInterrupt.
        """
        self.watching = True
        try:
            while self._run.going():
                try:
                    self._read_line("")
                    self._show_status()
                except self._wakeup:
                    continue
                except EOFError:
                    self._show("")
                    return False
        finally:
            self.reading = self.watching = False
        # Ctrl-C reaches the commands, too: it may be their end that is told first.
        self._run.check()
        return True

    def _read_line(self, prompt: str) -> str:
        """Return a line that is typed; signals may raise meanwhile, and only then."""
        self.woken = False
        try:
            self.reading = True
            self._run.endings.check()
            return self._read(prompt)
        except KeyboardInterrupt:
            # What input() says, too, where it has dropped the exception of another signal.
            self._run.endings.check()
            if self.woken:
                raise self._wakeup() from None
            raise
        except SystemError as exc:
            # Two signals at once: input() runs the second handler while the
            # exception of the first is set, and reports that as this error.
            if isinstance(exc.__cause__, (KeyboardInterrupt, Ended, self._wakeup)):
                raise exc.__cause__ from None
            raise
        finally:
            self.reading = False

    def interact(self, history: History) -> None:
        """Read commands, keep them in `history` and run them until ``quit`` or the end of input.

        Raises KeyboardInterrupt if Ctrl-C is pressed at the prompt.
        """
        self._show("Enter 'quit' to leave this interactive mode")
        self._show_nodes()
        while True:
            try:
                line = self._read_line(PROMPT)
            except EOFError:
                self._show("")
                return
            except self._wakeup:
                continue
            if line.lower() == "quit":
                return
            if self.extras is not None:
                line = self.extras.take(line) or ""
            if line and line[0] not in "?@+-=!" and self._nodes:
                history.save()
            if line and not self._dispatch(line):
                return

    def _dispatch(self, line: str) -> bool:
        """Do what `line` asks for; return False if the input has ended meanwhile."""
        if line == "?":
            self._show_nodes()
        elif line[0] in "@+-":
            self._change_nodes(line)
        elif line == "=":
            self._display.gather = not self._display.gather
            kind = "gathered" if self._display.gather else "standard"
            self._show(f"Switching to {kind} output format")
        elif line[0] == "!":
            if line[1:].strip():
                return self._run_and_watch(line[1:], None)
            self._complain("no command after '!'")
        elif self._nodes:
            return self._run_and_watch(line, self._nodes)
        else:
            self._complain("no node to run on")
        return True

    def _run_and_watch(self, command: str, nodes: Any) -> bool:
        """Run `command` and wait for it; Ctrl-C ends it, and not this loop."""
        self._start(command, nodes)
        try:
            return self.watch()
        except KeyboardInterrupt:
            self._run.end()
            self._run.endings.settled()
        except generic_errors() as exc:
            if exc is not self._run.failure:
                raise
            # A wrong placeholder, say: no reason to leave.
            explain(exc)
            self._run.replace_task()
        return True

    def _change_nodes(self, line: str) -> None:
        from ClusterShell.NodeSet import NodeSet, NodeSetParseError

        try:
            if line[0] == "+":
                self._nodes.update(NodeSet(line[1:]))
            elif line[0] == "-":
                self._nodes.difference_update(NodeSet(line[1:]))
            else:
                nodes = NodeSet(line[1:])
                self._nodes.clear()
                self._nodes.update(nodes)
        except NodeSetParseError:
            self._complain("nodeset parse error (ignoring)")
        except generic_errors() as exc:
            # An unknown group, say: worth a line, and no reason to leave.
            explain(exc)
        self._show_nodes()

    def _show_status(self) -> None:
        if not self._run.going():
            return
        started, waiting = progress_of(self._run.task)
        show = self._display.vprint_err
        show(0, "clush: interrupt (^C to abort task)")
        show(0, f"clush: in progress({len(started)}): {nodeset(started)}")
        if waiting:
            show(0, f"clush: pending({len(waiting)}): {nodeset(waiting)}")

    def _show(self, text: str) -> None:
        self._display.vprint(levels.STD, text)

    def _show_nodes(self) -> None:
        self._display.vprint(levels.QUIET, f"Working with nodes: {self._nodes}")

    def _complain(self, text: str) -> None:
        self._display.vprint_err(levels.QUIET, f"clush: {text}")
