"""What a run of clush does besides showing output, where that is asked for.

A run that asks for none of it has no :class:`Extras`, and loads none of these modules.
"""

from __future__ import annotations

import os
from contextlib import suppress

from ClusterShell._cli import levels
from ClusterShell._cli.clush.outcomes import NO_GATEWAY, OK, SKIPPED, Outcomes, lost_codes

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, Callable


class Watch:
    """Is told what becomes of the nodes of one run, and tells those that want to know.

    :param outcomes: takes note of it
    :param watchers: objects with some of the methods ``ended(node, rc, copied)``,
        ``timed_out(node, copied)``, ``data(node, sname, data)`` and ``over()``
    :param ending: returns whether the run has been asked to end
    """

    def __init__(
        self, outcomes: Outcomes, watchers: list[Any], ending: Callable[[], Any] = bool
    ) -> None:
        self.outcomes = outcomes
        self._ending = ending
        self._ended = [w.ended for w in watchers if hasattr(w, "ended")]
        self._timed_out = [w.timed_out for w in watchers if hasattr(w, "timed_out")]
        self._data = [w.data for w in watchers if hasattr(w, "data")]
        self._over = [w.over for w in watchers if hasattr(w, "over")]
        self._is_over = False
        #: By worker, what decides when its nodes are started.
        self.paces: dict[Any, Any] = {}
        #: Returns what is to be said of the time left, if that is asked for.
        self.estimate: Callable[[], str] | None = None

    @property
    def takes_data(self) -> bool:
        """Whether somebody wants to know what the nodes send."""
        return bool(self._data)

    def at_end(self, call: Callable[[], None]) -> None:
        """Call a function when the run is over, before the others are told."""
        self._over.insert(0, call)

    def started(self, node: str) -> None:
        """The command of *node* has started."""
        self.outcomes.started(node)

    def data(self, node: str, sname: str, data: bytes) -> None:
        """*node* has sent *data* on the stream *sname*."""
        for take in self._data:
            take(node, sname, data)

    def ended(self, worker: Any, node: str, rc: int | None) -> None:
        """The command of *node* has ended with exit code *rc*."""
        if rc == NO_GATEWAY and self._ending():
            return  # its gateway has ended as it was told: the node was interrupted
        self.outcomes.ended(node, rc)
        for tell in self._ended:
            tell(node, rc, _copied(worker))
        if worker in self.paces:
            self.paces[worker].ended(bool(rc))

    def timed_out(self, worker: Any, node: str) -> None:
        """The command of *node* has run into its timeout."""
        self.outcomes.timed_out(node)
        for tell in self._timed_out:
            tell(node, _copied(worker))
        if worker in self.paces:
            self.paces[worker].ended(True)

    def over(self) -> None:
        """The run is over, by itself or otherwise."""
        if not self._is_over:
            self._is_over = True
            self.outcomes.over()
            for tell in self._over:
                tell()


def _copied(worker: Any) -> tuple[str, str] | None:
    """Return what *worker* copies, and where to; None for commands."""
    source = getattr(worker, "source", None)
    return (source, worker.dest) if source else None


class Extras:
    """What is asked for, and the watch of the run of the moment.

    :param run: the Run
    :param options: those of the command line
    :param config: the ClushConfig
    :param words: the command, or the sources of a copy
    """

    def __init__(self, run: Any, options: Any, config: Any, words: list[str]) -> None:
        self._run = run
        self._options = options
        self._display = run.display
        self._words = words
        self._record = config.record
        self._watch: Watch | None = None
        #: Whether output is shown in no usual way.
        self.silent = bool(options.json or options.raw)
        #: Starts copies, where they need other rights.
        self.sudo: Any = None

    def watch(self, task: Any, nodes: Any, command: str | None, tree: bool) -> Watch:
        """Return the watch of the run that begins.

        :param nodes: NodeSet of its nodes
        :param command: what is run on them, None for copies
        :param tree: whether there are gateways
        """
        parts = max(1, len(self._words)) if command is None else 1
        here = self._options.remote == "no" and command is not None and not tree
        lost = lost_codes(task.default("local_worker" if here else "distant_worker"), tree)
        outcomes = Outcomes(nodes, lost, parts)
        watchers: list[Any] = []
        if self._options.json:
            from ClusterShell._cli.clush.jsonrun import JsonRun

            gathered = bool(self._display.gather)
            stats = bool(self._options.stats)
            watchers.append(JsonRun(outcomes, self._display.write, command, gathered, stats, parts))
        if self._options.raw:
            from ClusterShell._cli.clush.raw import RawRun

            watchers.append(RawRun(self._display, encoded=tree))
        if self._record != "no":
            watchers.append(self._recorder(outcomes, command))
        if self._options.stats and not self.silent:
            from ClusterShell._cli.clush.stats import Stats

            show = self._display.vprint_err
            watchers.append(Stats(outcomes, lambda text: show(levels.QUIET, text)))
        watch = self._watch = Watch(outcomes, watchers, lambda: self._run.endings.asked)
        if self._options.fail_fast is not None:
            watch.at_end(lambda: self._report_skipped(outcomes, watch))
        if self._options.stats:
            from ClusterShell._cli.clush.stats import estimate

            watch.estimate = lambda: estimate(outcomes)
        return watch

    def command(self, task: Any, nodes: Any, command: str, tree: bool) -> str:
        """Return what is to be run for *command*, and set up *task* for it."""
        if self._options.expand:
            task.set_info("expand", str(nodes))
        if self._options.raw and tree:
            from ClusterShell._cli.clush.raw import encoded

            return encoded(command)
        return command

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
        if command is None:
            what["preserve"] = bool(options.preserve_flag)
            with suppress(OSError):  # it has been removed
                what["folder"] = os.getcwd()
        if options.sudo:
            what["sudo"] = True
        kind = OutputRecorder if self._record == "output" else Recorder
        return kind(outcomes, what, lambda text: self._display.vprint_err(levels.QUIET, text))

    def paced(self, task: Any, start: Any, tree: bool) -> Any:
        """Return *start*, or what starts workers in the way, and at the pace, that is asked for.

        :param start: a method of *task*: ``shell``, ``copy`` or ``rcopy``
        """
        options = self._options
        if self.sudo is not None:
            start = self.sudo.start
        if options.batch is None and options.fail_fast is None:
            return start

        def schedule(*args: Any, **kwargs: Any) -> Any:
            from ClusterShell._cli.clush.pace import paced

            def prepare(worker: Any) -> None:
                self._set_pace(task, worker)

            if self.sudo is not None:
                return start(*args, prepare=prepare, **kwargs)
            return paced(task, start, tree, args, kwargs, prepare)

        return schedule

    def _set_pace(self, task: Any, worker: Any) -> None:
        from ClusterShell._cli.clush.pace import pace_of

        def tell(text: str) -> None:
            self._display.vprint_err(levels.VERB, f"clush: {text}")

        assert self._watch is not None
        options = self._options
        pace = pace_of(
            worker,
            task.info("fanout"),
            options.batch,
            options.fail_fast,
            options.batch_pause or 0,
            tell,
        )
        self._watch.paces[worker] = pace

    def exit_code(self, rc: int) -> int:
        """Return the exit code of clush, *rc* unless there are other rules."""
        watch = self._watch
        if watch is None:
            return rc
        stopped = any(pace.stopped for pace in watch.paces.values())
        if self._options.success is None:
            return max(rc, 1) if stopped else rc
        total = len(watch.outcomes.nodes)
        count = len(watch.outcomes.by_state()[OK])
        if count >= self._options.success.of(total):
            return 0
        text = f"clush: {count} of {total} nodes ok, less than {self._options.success}"
        self._display.vprint_err(levels.STD, text)
        return max(rc, 1)

    def _report_skipped(self, outcomes: Outcomes, watch: Watch) -> None:
        """Say which nodes have not been started."""
        if any(pace.stopped for pace in watch.paces.values()) and not self.silent:
            nodes = outcomes.by_state()[SKIPPED]
            text = f"clush: {nodes} ({len(nodes)}): not started after {outcomes.failures} failures"
            self._display.vprint_err(levels.QUIET, text)

    def interrupted(self) -> None:
        """The run ends before its end."""
        if self._watch is not None:
            self._watch.over()


def make_extras(run: Any, parser: Any, options: Any, config: Any, words: list[str]) -> Extras:
    """Return what is asked of *run* besides its output; or end with a usage error.

    :param words: the command, or the sources of a copy
    """
    if options.json:
        if options.diff or options.line_mode or options.similar:
            parser.error("--json shows output in a way of its own (no --diff, -L, --similar)")
        if run.interactive:
            parser.error("--json needs a command")
    if options.raw:
        gathers = options.gather or options.gatherall or options.diff or options.similar
        if options.json or options.line_mode or gathers:
            parser.error("--raw shows output as it comes (no -b, -B, -L, --diff, --json)")
        if run.interactive or options.copy or options.rcopy:
            parser.error("--raw needs a command")
    if run.interactive and options.dry_run:
        parser.error("--dry-run needs a command")
    if options.batch_pause is not None:
        if options.batch is None:
            parser.error("--batch-pause goes with --batch")
        if not 0 <= options.batch_pause < 1e9:
            parser.error(f"--batch-pause: {options.batch_pause:g}: not a time to wait")
    if options.worker == "pdsh" and (options.batch or options.fail_fast):
        parser.error("--batch and --fail-fast need a process for each node (no -R pdsh)")
    extras = Extras(run, options, config, list(words))
    if options.sudo:
        if not (options.copy or options.rcopy):
            parser.error("--sudo is for copies (for commands see -m and command_prefix)")
        if options.worker == "pdsh":
            parser.error("--sudo needs a process for each node (no -R pdsh)")
        from ClusterShell._cli.clush.sudocopy import SudoCopy

        extras.sudo = SudoCopy(run, options)
    return extras
