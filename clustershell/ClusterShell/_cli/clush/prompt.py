"""What can be typed at the prompt where ``prompt_extras`` of clush.conf is set."""

from __future__ import annotations

import os

from ClusterShell._cli.clush.report import compared, report_failures, show_gathered

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Callable

HELP = """\
COMMAND          run it on the nodes (Enter: status, Ctrl-C: end it)
!COMMAND         run it here
!!               the last line again
?                show the nodes
@NODES           work with these nodes: node sets, @@GROUP for a group
+NODES, -NODES   add nodes, remove nodes
=                switch between gathered and direct output
=b               show the last result again, gathered
.                show the settings
.timeout N       seconds a command may take (0: no limit)
.connect N       seconds a connection may take
.fanout N        nodes at a time
.user NAME       remote user
help             this text
quit             leave (so does the end of input)
Tab completes nodes, groups (behind @) and commands."""

#: Settings that can be typed: name -> (setting of the task, how its value is read).
_SETTINGS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "timeout": ("command_timeout", float),
    "connect": ("connect_timeout", float),
    "fanout": ("fanout", int),
    "user": ("ssh_user", str),
}

_WORDS = ("help", "quit", "!!", "=b", *(f".{name}" for name in _SETTINGS))


class PromptExtras:
    """Lines that are no commands for the nodes, besides those that always are.

    :param run: the run of the moment
    :param nodes: NodeSet of the targets
    """

    def __init__(self, run: Any, nodes: Any) -> None:
        self._run = run
        self._nodes = nodes
        self._last = ""
        #: Seconds that a command may take; None as at the start.
        self.timeout: float | None = None

    def take(self, line: str) -> str | None:
        """Return the line to go on with, or None where *line* has been dealt with."""
        display = self._run.display
        line = line.strip()
        if line == "!!":
            if not self._last:
                display.vprint_err(0, "clush: no line to repeat")
                return None
            line = self._last
            display.vprint(0, line)
        elif line:
            self._last = line
        if line in ("help", "?help"):
            display.vprint(0, HELP)
        elif line == "=b":
            self._show_again()
        elif line.startswith("."):
            self._set(line[1:].split())
        else:
            return line
        return None

    def _set(self, words: list[str]) -> None:
        """Change a setting, or show them all."""
        run = self._run
        if not words:
            for name, (key, _) in _SETTINGS.items():
                value = run.task.info(key)
                if name == "timeout":
                    value = max(run.timeout if self.timeout is None else self.timeout, 0)
                run.display.vprint(0, f".{name} {'' if value is None else value}".rstrip())
            return
        if words[0] not in _SETTINGS or len(words) != 2:
            run.display.vprint_err(0, f"clush: no such setting: .{' '.join(words)} (try help)")
            return
        key, read = _SETTINGS[words[0]]
        try:
            value = read(words[1])
            if read is not str and not 0 <= value < 1e9:
                raise ValueError
            if key == "fanout" and value < 1:
                raise ValueError
            if key == "ssh_user" and words[1].startswith("-"):
                raise ValueError
        except ValueError:
            run.display.vprint_err(0, f"clush: .{words[0]}: invalid value: {words[1]}")
            return
        if key == "command_timeout":
            self.timeout = value or -1
        run.task.set_info(key, value)

    def _show_again(self) -> None:
        """Show the last result once more, gathered."""
        run = self._run
        worker = run.worker
        if worker is None or not hasattr(worker, "iter_retcodes"):
            run.display.vprint_err(0, "clush: no result to show")
            return
        results = list(worker.iter_retcodes())
        with run.display.hold():
            for buffers, nodes in compared(worker, results, False):
                show_gathered(run.display, buffers, nodes)
            run.display.flush()
        report_failures(run.display, "clush", worker, results)

    # -- completion

    def complete(self, text: str, state: int) -> str | None:
        """Return a word that *text* may become, for readline: the one of number *state*."""
        if state == 0:
            from contextlib import suppress

            self._found: list[str] = []
            with suppress(Exception):  # a source that fails completes nothing
                self._found = sorted(set(self._choices(text)))
        return self._found[state] if state < len(self._found) else None

    def _choices(self, text: str) -> Iterator[str]:
        import readline

        head = readline.get_line_buffer()[: readline.get_begidx()]
        if text.startswith("@"):
            yield from _groups(text)
        elif head.strip() in ("", "@", "+", "-") and head.strip():
            yield from (node for node in self._nodes if node.startswith(text))
        elif head:
            yield from (node for node in self._nodes if text and node.startswith(text))
        else:
            yield from (word for word in _WORDS if word.startswith(text))
            if text and text[0] not in "@+-=!.?":
                yield from _programs(text)


def _groups(text: str) -> Iterator[str]:
    """Yield groups, and sources, that *text*, which begins with ``@``, may become."""
    from ClusterShell.NodeSet import grouplist, std_group_resolver

    begin = "@@" if text.startswith("@@") else "@"
    source, colon, _ = text[len(begin) :].partition(":")
    if colon:
        yield from _beginning(text, (f"{begin}{source}:{g}" for g in grouplist(source)))
        return
    yield from _beginning(text, (f"{begin}{g}" for g in grouplist()))
    yield from _beginning(text, (f"{begin}{s}:" for s in std_group_resolver().sources()))


def _beginning(text: str, words: Any) -> Iterator[str]:
    return (word for word in words if word.startswith(text))


def _programs(text: str) -> Iterator[str]:
    """Yield the programs of this machine whose names begin with *text*."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        yield from (name for name in names if name.startswith(text))


def install(run: Any, nodes: Any) -> PromptExtras:
    """Have Tab complete; return what takes the lines that are typed."""
    import readline

    extras = PromptExtras(run, nodes)
    readline.set_completer_delims(" \t,+")
    readline.set_completer(extras.complete)
    return extras
