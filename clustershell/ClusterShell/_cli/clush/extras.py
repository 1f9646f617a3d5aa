"""What a run of clush does besides showing output, where that is asked for.

A run that asks for none of it has no :class:`Extras`, and loads none of these modules.
"""

from __future__ import annotations

from ClusterShell._cli import levels
from ClusterShell._cli.clush.outcomes import Outcomes, lost_codes

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


class Watch:
    """Is told what becomes of the nodes of one run, and tells those that want to know.

    :param outcomes: takes note of it
    :param watchers: objects with some of the methods ``ended(node, rc, copied)``,
        ``timed_out(node)``, ``data(node, sname, data)`` and ``over()``
    """

    def __init__(self, outcomes: Outcomes, watchers: list[Any]) -> None:
        self.outcomes = outcomes
        self._ended = [w.ended for w in watchers if hasattr(w, "ended")]
        self._timed_out = [w.timed_out for w in watchers if hasattr(w, "timed_out")]
        self._data = [w.data for w in watchers if hasattr(w, "data")]
        self._over = [w.over for w in watchers if hasattr(w, "over")]
        self._is_over = False

    @property
    def takes_data(self) -> bool:
        """Whether somebody wants to know what the nodes send."""
        return bool(self._data)

    def started(self, node: str) -> None:
        """The command of *node* has started."""
        self.outcomes.started(node)

    def data(self, node: str, sname: str, data: bytes) -> None:
        """*node* has sent *data* on the stream *sname*."""
        for take in self._data:
            take(node, sname, data)

    def ended(self, worker: Any, node: str, rc: int | None) -> None:
        """The command of *node* has ended with exit code *rc*."""
        self.outcomes.ended(node, rc)
        source = getattr(worker, "source", None)
        copied = (source, worker.dest) if source else None
        for tell in self._ended:
            tell(node, rc, copied)

    def timed_out(self, node: str) -> None:
        """The command of *node* has run into its timeout."""
        self.outcomes.timed_out(node)
        for tell in self._timed_out:
            tell(node)

    def over(self) -> None:
        """The run is over, by itself or otherwise."""
        if not self._is_over:
            self._is_over = True
            self.outcomes.over()
            for tell in self._over:
                tell()


class Extras:
    """What is asked for, and the watch of the run of the moment.

    :param options: those of the command line
    :param config: the ClushConfig
    :param display: the Display
    :param words: the command, or the sources of a copy
    """

    def __init__(self, options: Any, config: Any, display: Any, words: list[str]) -> None:
        self._options = options
        self._display = display
        self._words = words
        self._record = config.record
        self._watch: Watch | None = None
        #: Whether output is shown in no usual way.
        self.silent = bool(options.json)

    def watch(self, task: Any, nodes: Any, command: str | None, tree: bool) -> Watch:
        """Return the watch of the run that begins.

        :param nodes: NodeSet of its nodes
        :param command: what is run on them, None for copies
        :param tree: whether there are gateways
        """
        outcomes = Outcomes(nodes, lost_codes(task.default("distant_worker"), tree))
        watchers: list[Any] = []
        if self._options.json:
            from ClusterShell._cli.clush.jsonrun import JsonRun

            gathered = bool(self._display.gather)
            watchers.append(JsonRun(outcomes, self._display.write, command, gathered))
        if self._record != "no":
            watchers.append(self._recorder(outcomes, command))
        self._watch = Watch(outcomes, watchers)
        return self._watch

    def _recorder(self, outcomes: Outcomes, command: str | None) -> Any:
        from ClusterShell._cli.clush.recording import OutputRecorder, Recorder

        options = self._options
        what = {
            # As given: a mode may put words before it.
            "command": " ".join(self._words) if command is not None and self._words else command,
            "copy": "copy" if options.copy else "rcopy" if options.rcopy else None,
            "sources": self._words if command is None else None,
            "dest": options.dest_path,
            "worker": options.worker,
        }
        kind = OutputRecorder if self._record == "output" else Recorder
        return kind(outcomes, what, lambda text: self._display.vprint_err(levels.QUIET, text))

    def interrupted(self) -> None:
        """The run ends before its end."""
        if self._watch is not None:
            self._watch.over()


def make_extras(run: Any, parser: Any, options: Any, config: Any, words: list[str]) -> Extras:
    """Return what is asked of *run* besides its output; or end with a usage error.

    :param words: the command, or the sources of a copy
    """
    if options.json:
        if options.diff or options.line_mode:
            parser.error("--json shows output in a way of its own (no --diff, no -L)")
        if run.interactive:
            parser.error("--json needs a command")
    return Extras(options, config, run.display, list(words))
