"""clush: run commands on many nodes, or copy files to or from them, and show
what came back.

The classes here are the event handlers that show output: line by line
(:class:`DirectOutputHandler`), gathered (:class:`GatherOutputHandler`), sorted
by node (:class:`SortedOutputHandler`) or gathered line by line while commands
run (:class:`LiveGatherOutputHandler`).  They take the lines of one read at a
time (``_ev_text``); ``ev_read``, one line at a time, does the same for workers
that give single lines, and for subclasses.
"""

from __future__ import annotations

import os
import sys
from _signal import SIGUSR1  # type: ignore[import-not-found]  # signal is slow to import

from ClusterShell._cli import levels
from ClusterShell._cli.clush.observed import Observed
from ClusterShell._cli.clush.progress import ProgressLine
from ClusterShell._cli.clush.run import Run
from ClusterShell._cli.messages import complain
from ClusterShell._cli.sink import is_terminal
from ClusterShell._lazy import import_module, lazy_names
from ClusterShell.Event import EventHandler

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, NoReturn

__all__ = [
    "CopyOutputHandler",
    "DirectOutputDirHandler",
    "DirectOutputHandler",
    "DirectProgressOutputHandler",
    "EventHandler",
    "GatherOutputHandler",
    "LiveGatherOutputHandler",
    "OutputHandler",
    "RunTimer",
    "SortedOutputHandler",
    "StdInputHandler",
    "UpdatePromptException",
    "ask_pass",
    "bind_stdin",
    "clush_excepthook",
    "clush_exit",
    "get_history_file",
    "main",
    "os",
    "raw_input",
    "readline_setup",
    "run_command",
    "run_copy",
    "run_rcopy",
    "set_fdlimit",
    "signal_handler",
    "sys",
    "ttyloop",
]

__getattr__ = lazy_names(
    globals(),
    {
        "ClushConfig": "ClusterShell.CLI.Config",
        "ClushConfigError": "ClusterShell.CLI.Config",
        "DEFAULTS": "ClusterShell.Defaults",
        "Display": "ClusterShell.CLI.Display",
        "GENERIC_ERRORS": "ClusterShell.CLI.Error",
        "MsgTree": "ClusterShell.MsgTree",
        "NodeSet": "ClusterShell.NodeSet",
        "NodeSetParseError": "ClusterShell.NodeSet",
        "OptionParser": "ClusterShell.CLI.OptionParser",
        "RESOLVER_NOGROUP": "ClusterShell.NodeSet",
        "Task": "ClusterShell.Task",
        "VERB_DEBUG": "ClusterShell.CLI.Display",
        "VERB_QUIET": "ClusterShell.CLI.Display",
        "VERB_STD": "ClusterShell.CLI.Display",
        "VERB_VERB": "ClusterShell.CLI.Display",
        "_load_workerclass": "ClusterShell.Defaults",
        "abspath": "os.path",
        "bufnodeset_cmpkey": "ClusterShell.CLI.Utils",
        "dirname": "os.path",
        "exists": "os.path",
        "getpass": None,
        "handle_generic_error": "ClusterShell.CLI.Error",
        "human_bi_bytes_unit": "ClusterShell.CLI.Utils",
        "isdir": "os.path",
        "join": "os.path",
        "logging": None,
        "parse_fold_axis": "ClusterShell.CLI.Utils",
        "print_function": "__future__",
        "random": None,
        "resource": None,
        "set_std_group_resolver_config": "ClusterShell.NodeSet",
        "shlex": None,
        "signal": None,
        "std_group_resolver": "ClusterShell.NodeSet",
        "sys_stdin": "ClusterShell.CLI.Display",
        "task_self": "ClusterShell.Task",
        "threading": None,
        "time": None,
    },
)

# What main() and ttyloop() take from this module when they need it, so that it
# can be replaced: ask_pass, raw_input, _load_workerclass.
_here = sys.modules[__name__]

raw_input = input

_SHOW_PROGRESS = levels.STD, levels.VERB  # those that show the progress of gathering unasked


class UpdatePromptException(Exception):
    """SIGUSR1 has come: what the terminal shows is to be brought up to date."""


class OutputHandler(Observed):
    """Base of the handlers that show what the nodes of a run send.

    :param prog: name of the program, shown in front of its own messages; None for
        the name it was called by.
    """

    def __init__(self, prog: str | None = None) -> None:
        Observed.__init__(self, prog)

    def runtimer_init(self, task: Any, ntotal: int = 0) -> None:
        """Show the progress of a run on `ntotal` nodes from now on."""
        self._runtimer = task.timer(
            1.33, RunTimer(task, ntotal, prog=self._prog), interval=1.0 / 3.0, autoclose=True
        )

    def _runtimer_finalize(self, worker: Any) -> None:
        """Show the progress for the last time."""
        if self._runtimer:
            self._runtimer.eh.finalize(_run.interactive)
            self._runtimer.invalidate()
            self._runtimer = None

    def update_prompt(self, worker: Any) -> None:
        """Tell the thread that watches the terminal, if any, that the run is over."""
        _run.over(worker.task)

    def ev_start(self, worker: Any) -> None:
        """Begin to measure."""
        if self._runtimer:
            from time import time

            self._runtimer.eh.start_time = time()

    def ev_written(self, worker: Any, node: Any, sname: str, size: int) -> None:
        """Count what was sent to `node`."""
        if self._runtimer:
            self._runtimer.eh.bytes_written += size
        if self._flow is not None:
            self._flow.written(node, size)

    def ev_close(self, worker: Any, timedout: bool) -> None:
        """End the run with its last worker."""
        self._workers -= 1
        if self._workers > 0:
            return
        self._close()
        self.update_prompt(worker)

    def _ev_routing(self, worker: Any, arg: dict[str, Any]) -> None:
        """Say that nodes are reached in another way, and have the counts shown again."""
        self._runtimer_set_dirty()
        display = getattr(self, "_display", None)
        if display is not None and arg.get("event") == "reroute":
            from ClusterShell._cli.clush.report import report_reroute

            report_reroute(display, self._prog, arg["targets"], arg["gateway"])

    def show_interrupted(self, worker: Any) -> bool:
        """Show, after Ctrl-C, what there is; return whether unfinished nodes are to be named."""
        self._runtimer_clean()
        return False


class SilentOutputHandler(OutputHandler):
    """Shows nothing: output is for who watches the run."""

    _ev_records = False

    def _ev_text(self, worker: Any, node: Any, sname: str, text: bytes) -> None:
        pass

    def ev_close(self, worker: Any, timedout: bool) -> None:
        """Take the progress line away."""
        if self._workers == 1:
            self._runtimer_finalize(worker)
        OutputHandler.ev_close(self, worker, timedout)


class DirectOutputHandler(OutputHandler):
    """Shows lines as they come.

    :param display: the Display to show them on.
    """

    def __init__(self, display: Any, prog: str | None = None) -> None:
        OutputHandler.__init__(self, prog=prog)
        self._display = display

    def _ev_text(self, worker: Any, node: Any, sname: str, text: bytes) -> None:
        self._display.print_text(node, text, error=sname == worker.SNAME_STDERR)

    def ev_read(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        """Show one line."""
        if sname == worker.SNAME_STDERR:
            self._display.print_line_error(node, msg)
        else:
            self._display.print_line(node, msg)

    def ev_hup(self, worker: Any, node: Any, rc: int | None) -> None:
        """Say so if the command has failed."""
        OutputHandler.ev_hup(self, worker, node, rc)
        if rc:
            from ClusterShell._cli.clush.report import report_exit

            self._runtimer_clean()
            report_exit(self._display, self._prog, node, rc)

    def ev_close(self, worker: Any, timedout: bool) -> None:
        """Say which nodes ran out of time."""
        self._runtimer_clean()
        if timedout:
            from ClusterShell._cli.clush.report import report_timeouts

            report_timeouts(self._display, self._prog, worker)
        OutputHandler.ev_close(self, worker, timedout)


class DirectProgressOutputHandler(DirectOutputHandler):
    """Shows lines as they come, and the progress of the run below them."""

    def _ev_text(self, worker: Any, node: Any, sname: str, text: bytes) -> None:
        self._runtimer_clean()
        DirectOutputHandler._ev_text(self, worker, node, sname, text)

    def ev_read(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        """Show one line, in place of the progress line."""
        self._runtimer_clean()
        DirectOutputHandler.ev_read(self, worker, node, sname, msg)

    def ev_close(self, worker: Any, timedout: bool) -> None:
        """Take the progress line away."""
        self._runtimer_clean()
        DirectOutputHandler.ev_close(self, worker, timedout)


class DirectOutputDirHandler(DirectProgressOutputHandler):
    """Shows lines as they come, and writes them to one file a node as well.

    :param ns: NodeSet of all nodes of the run.

    The directories are those of the display (``outdir``, ``errdir``); they are
    made here.  Raises OSError if that fails.
    """

    def __init__(self, display: Any, ns: Any, prog: str | None = None) -> None:
        DirectProgressOutputHandler.__init__(self, display, prog=prog)
        self.save_output(display)

    def ev_read(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        """Show and write one line."""
        self._files.write(node, sname, msg + b"\n")
        DirectProgressOutputHandler.ev_read(self, worker, node, sname, msg)

    # The bytes of the read have been written (_ev_data) when its lines come.
    _ev_text = DirectProgressOutputHandler._ev_text


class CopyOutputHandler(DirectProgressOutputHandler):
    """Shows the messages of copies, and which copies have been made.

    :param reverse: whether files are copied from the nodes.
    """

    def __init__(self, display: Any, reverse: bool = False, prog: str | None = None) -> None:
        DirectProgressOutputHandler.__init__(self, display, prog=prog)
        self.reverse = reverse

    def ev_close(self, worker: Any, timedout: bool) -> None:
        """Say, when verbose, what was copied where."""
        from ClusterShell._cli.clush.report import report_copies

        if self._workers == 1:
            self._runtimer_finalize(worker)
        self._runtimer_clean()
        report_copies(self._display, worker, self.reverse)
        DirectProgressOutputHandler.ev_close(self, worker, timedout)


class GatherOutputHandler(OutputHandler):
    """Shows the output of all nodes at the end, nodes with the same output together."""

    def __init__(self, display: Any, prog: str | None = None) -> None:
        OutputHandler.__init__(self, prog=prog)
        self._display = display

    def _ev_text(self, worker: Any, node: Any, sname: str, text: bytes) -> None:
        if sname == worker.SNAME_STDERR:
            self._runtimer_clean()
            self._display.print_text(node, text, error=True)
        elif self._display.verbosity == levels.VERB:
            self._runtimer_clean()
            self._display.print_text(node, text)

    def ev_read(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        """Show a line that is not gathered, or any line when verbose."""
        self._ev_text_of_line(worker, node, sname, msg)

    def _ev_text_of_line(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        if self._files is not None:
            self._files.write(node, sname, msg + b"\n")
        GatherOutputHandler._ev_text(self, worker, node, sname, msg)

    def ev_close(self, worker: Any, timedout: bool) -> None:
        """Show what was gathered, then failures."""
        with _run.report():
            self._show_results(worker)
            OutputHandler.ev_close(self, worker, timedout)

    def _show_results(self, worker: Any) -> None:
        """Show what there is, from all nodes, and which failed."""
        from ClusterShell._cli.clush.report import compared, report_failures

        self._runtimer_finalize(worker)
        results = list(worker.iter_retcodes())
        with self._display.hold():
            for buffers, nodes in compared(worker, results, self._interrupted):
                self._show(buffers, nodes)
            self._display.flush()
        report_failures(self._display, self._prog, worker, results)

    def _show(self, buffers: Iterable[tuple[Any, Any]], nodes: Any) -> None:
        """Show messages with their nodes; `nodes` are all that these are from, or None."""
        from ClusterShell._cli.clush.report import show_gathered

        show_gathered(self._display, buffers, nodes)

    def show_interrupted(self, worker: Any) -> bool:
        self._display.vprint_err(levels.QUIET, "Warning: Caught keyboard interrupt!")
        self._interrupted = True
        self._show_results(worker)
        return True


class SortedOutputHandler(GatherOutputHandler):
    """Shows the output of all nodes at the end, one node after the other."""

    def _show(self, buffers: Iterable[tuple[Any, Any]], nodes: Any) -> None:
        from ClusterShell._cli.clush.report import show_sorted

        show_sorted(self._display, buffers)


class LiveGatherOutputHandler(GatherOutputHandler):
    """Shows lines as soon as all nodes have got that far, the same lines together.

    :param nodes: NodeSet of all nodes of the run.
    """

    def __init__(self, display: Any, nodes: Any, prog: str | None = None) -> None:
        from ClusterShell._cli.clush.live import LiveLines
        from ClusterShell._cli.helpers import rank
        from ClusterShell.NodeSet import NodeSet

        assert nodes is not None, "cannot gather local command"
        GatherOutputHandler.__init__(self, display, prog=prog)
        self._nodes = NodeSet(nodes)
        self._nodesets: dict[tuple[str, ...], Any] = {}
        self._live = LiveLines(
            self._nodes, self._show_lines, lambda names: rank(self._nodeset(names))
        )

    def _nodeset(self, names: tuple[str, ...]) -> Any:
        nodeset = self._nodesets.get(names)
        if nodeset is None:
            from ClusterShell.NodeSet import NodeSet

            nodeset = self._nodesets[names] = NodeSet._fromlist1(names)
        return nodeset

    def _show_lines(self, names: tuple[str, ...], text: bytes) -> None:
        self._runtimer_clean()
        self._display.print_gather(self._nodeset(names), text)

    def _ev_text(self, worker: Any, node: Any, sname: str, text: bytes) -> None:
        if sname == worker.SNAME_STDERR:
            GatherOutputHandler._ev_text(self, worker, node, sname, text)
        else:
            with self._display.hold():
                self._live.add(node, text)

    def ev_read(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        """Take in one line."""
        if self._files is not None:
            self._files.write(node, sname, msg + b"\n")
        self._ev_live(worker, node, sname, msg)

    def _ev_live(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        LiveGatherOutputHandler._ev_text(self, worker, node, sname, msg)

    def ev_hup(self, worker: Any, node: Any, rc: int | None) -> None:
        """Stop waiting for lines of `node`."""
        GatherOutputHandler.ev_hup(self, worker, node, rc)
        with self._display.hold():
            self._live.close(node)

    def _show_results(self, worker: Any) -> None:
        """Show the lines that wait for other nodes, and which nodes failed."""
        from ClusterShell._cli.clush.report import report_failures

        with self._display.hold():
            self._live.finish()
        self._runtimer_finalize(worker)
        self._display.flush()
        report_failures(self._display, self._prog, worker, list(worker.iter_retcodes()))


class RunTimer(ProgressLine, EventHandler):
    """Shows the progress of a run on standard error, in one line that it rewrites.

    Nothing is shown where standard error is no terminal, unless that was asked for.
    """

    def ev_timer(self, timer: Any) -> None:
        """Bring the line up to date."""
        self.update()


class StdInputHandler(EventHandler):
    """Writes what it is sent to the commands of a worker.

    :param worker: the worker; ``None`` as a message ends its standard input.
    """

    def __init__(self, worker: Any) -> None:
        EventHandler.__init__(self)
        self.master_worker = worker

    def ev_msg(self, port: Any, msg: bytes | None) -> None:
        """Pass on bytes, or the end of them."""
        worker = self.master_worker
        flow = getattr(worker.eh, "_flow", None)
        if msg:
            (worker.write if flow is None else flow.send)(msg)
            return
        (worker.set_write_eof if flow is None else flow.end)()
        worker.task.remove_port(port)


def _stdin_thread_start(stdin_port: Any, display: Any) -> None:
    """Read standard input, and send it to `stdin_port`, until its end."""
    from ClusterShell._cli.clush.stdin import forward
    from ClusterShell.CLI.Display import sys_stdin

    worker = stdin_port.eh.master_worker
    flow = getattr(worker.eh, "_flow", None)
    forward(sys_stdin(), stdin_port, flow, lambda text: display.vprint(levels.VERB, text))


def bind_stdin(worker: Any, display: Any) -> None:
    """Have `worker` forward standard input to its commands, at the pace they take it."""
    import threading

    from ClusterShell.CLI.Display import sys_stdin

    assert not sys.stdin.isatty()
    if isinstance(worker.eh, OutputHandler):
        worker.eh.feed_from(worker, sys_stdin(), display)
    port = worker.task.port(handler=StdInputHandler(worker), autoclose=True)
    # A daemon: it may wait for input that never comes.
    threading.Thread(
        target=_stdin_thread_start, args=(port, display), name="stdin", daemon=True
    ).start()


def _feed(worker: Any, bind: Callable[[], None] | None = None) -> None:
    """Give `worker` what the run has for its standard input."""
    from ClusterShell._cli.clush.stdin import feed

    feed(_run, worker, bind)


#: The handler of each way to show output: (gathered, line by line) -> class.
_GATHERING = {
    (True, True): LiveGatherOutputHandler,
    (False, True): SortedOutputHandler,
    (True, False): GatherOutputHandler,
}


def _output_handler(task: Any, nodes: Any, display: Any) -> Any:
    """Return the handler that shows the output of a run on `nodes` (None: a local one)."""
    if nodes is None:
        return DirectOutputHandler(display)
    asked = display.progress and display.verbosity > levels.QUIET
    cls = _GATHERING.get((bool(display.gather), bool(display.line_mode)))
    handler: Any
    if _run.extras is not None and _run.extras.silent:
        cls, handler = None, SilentOutputHandler()
        handler.save_output(display)
    elif cls is not None:
        handler = cls(display, nodes) if cls is LiveGatherOutputHandler else cls(display)
        handler.save_output(display)
    elif display.outdir or display.errdir:
        handler = DirectOutputDirHandler(display, nodes)
    else:
        handler = (DirectProgressOutputHandler if asked else DirectOutputHandler)(display)
    if asked or (cls is not None and display.verbosity in _SHOW_PROGRESS):
        handler.runtimer_init(task, len(nodes))
        handler._runtimer.eh.everywhere = asked
    return handler


def run_command(
    task: Any, cmd: str, ns: Any, timeout: float | None, display: Any, remote: bool, trytree: bool
) -> Any:
    """Run `cmd` on `ns` and show its output.

    :param task: the task, with all its settings.
    :param ns: NodeSet of the targets, or None to run `cmd` here.
    :param timeout: seconds allowed to the command, or None.
    :param display: the Display.
    :param remote: whether gateways run the commands of nodes behind them.
    :param trytree: whether nodes are reached through gateways.

    Returns the worker when the run is over; at once if the task runs in
    another thread.
    """
    _run.begin(task)
    handler = _output_handler(task, ns, display)
    gathers = isinstance(handler, GatherOutputHandler) or (_run.prompt_extras and ns is not None)
    task.set_default("stdout_msgtree", gathers and not isinstance(handler, LiveGatherOutputHandler))
    kwargs = {} if ns is None else {"nodes": ns, "remote": remote, "tree": trytree}
    shell = task.shell
    if _run.extras is not None and ns is not None:
        handler.watched_by(_run.extras.watch(task, ns, cmd, trytree))
        shell = _run.extras.paced(task, shell, trytree)
        cmd = _run.extras.command(task, ns, cmd, trytree)
    worker = shell(cmd, handler=handler, timeout=timeout, **kwargs)
    if ns is None:
        worker.set_key("LOCAL")
    _feed(worker, lambda: bind_stdin(worker, display))
    task.resume()
    return worker


def _end_with(text: str | None, display: Any, task: Any) -> None:
    """End clush, with a message, unless `text` is None."""
    if text is not None:
        display.vprint_err(levels.QUIET, text)
        clush_exit(1, task)


def _copies(
    task: Any,
    copy: Any,
    sources: list[str],
    dests: list[str],
    ns: Any,
    display: Any,
    **settings: Any,
) -> None:
    """Copy each of `sources` to its one of `dests` with `copy`, task.copy or task.rcopy."""
    extras = _run.extras
    handler: Any
    if extras is not None and extras.silent:
        handler = SilentOutputHandler()
    else:
        handler = CopyOutputHandler(display, copy == task.rcopy)
    if display.verbosity in _SHOW_PROGRESS:
        handler.runtimer_init(task, len(ns) * len(sources))
    if extras is not None:
        handler.watched_by(extras.watch(task, ns, None, _run.tree))
        copy = extras.paced(task, copy, _run.tree)
    handler._workers = len(sources)
    for source, dest in zip(sources, dests):
        _feed(copy(source, dest, ns, handler=handler, tree=_run.tree, **settings))
    task.resume()


def run_copy(
    task: Any,
    sources: list[str],
    dests: list[str],
    ns: Any,
    timeout: float | None,
    preserve_flag: bool,
    display: Any,
) -> None:
    """Copy each of `sources`, local files or directories, to its one of `dests` on `ns`.

    :param preserve_flag: whether to keep times and modes.  For the other parameters
    see :func:`run_command`.
    """
    from ClusterShell._cli.clush.copy import missing_source

    _run.begin(task)
    _end_with(missing_source(sources), display, task)
    _copies(task, task.copy, sources, dests, ns, display, timeout=timeout, preserve=preserve_flag)


def run_rcopy(
    task: Any,
    sources: list[str],
    dests: list[str],
    ns: Any,
    timeout: float | None,
    preserve_flag: bool,
    display: Any,
) -> None:
    """Copy each of `sources`, files or directories on `ns`, to its one of `dests` here.

    For the parameters see :func:`run_copy`.
    """
    from ClusterShell._cli.clush.copy import missing_directory

    _run.begin(task)
    _end_with(missing_directory(dests), display, task)
    settings = {"timeout": timeout, "preserve": preserve_flag, "stderr": True}
    _copies(task, task.rcopy, sources, dests, ns, display, **settings)


def get_history_file() -> str:
    """Return the path of the file that keeps what was typed."""
    return os.path.expanduser("~/.clush_history")


def readline_setup() -> None:
    """Have what is typed edited and kept by readline."""
    import readline

    readline.parse_and_bind("tab: complete")
    readline.set_completer_delims("")
    try:
        readline.read_history_file(get_history_file())
    except FileNotFoundError:
        pass  # this is the first session
    except OSError as exc:
        complain(f"Warning: no history of earlier sessions: {exc}")


def ttyloop(
    task: Any, nodeset: Any, timeout: float | None, display: Any, remote: bool, trytree: bool
) -> bool:
    """Attend to the terminal until the run is over, or, if none is, converse.

    The task runs in a thread of its own.  For the parameters see
    :func:`run_command`.  Returns whether the input ended while a command ran.
    Raises KeyboardInterrupt for Ctrl-C at the prompt, or while a command runs
    that was given on the command line.
    """
    from ClusterShell._cli.clush.terminal import History, Terminal, await_line

    def start(command: str, nodes: Any) -> None:
        if _run.prefix and nodes is not None:
            command = f"{_run.prefix} {command}"
        limit = timeout if extras is None or extras.timeout is None else extras.timeout
        args = (command, nodes, limit, display, remote, trytree)
        _run.worker = run_command(_run.task, *args)

    def read(prompt: str) -> str:
        # It may be replaced at any time, and is asked every time then.
        if prompt or _here.raw_input is not input or not is_terminal(sys.stdin):
            return _here.raw_input(prompt)
        return await_line(sys.stdin)

    _run.visit(task)
    _run.terminal = terminal = Terminal(nodeset, display, read, start, _run, UpdatePromptException)
    extras = None
    if not _run.interactive:
        return not terminal.watch()
    readline_setup()
    if _run.prompt_extras:
        from ClusterShell._cli.clush.prompt import install

        extras = terminal.extras = install(_run, nodeset)
    terminal.interact(History(get_history_file(), _run.history_size))
    return True


_run = Run()


def signal_handler(signum: int, frame: Any) -> None:
    """Raise UpdatePromptException for SIGUSR1 while something is being typed."""
    terminal = _run.terminal
    # What ends the program comes first: one exception would replace the other.
    if signum != SIGUSR1 or _run.endings.asked:
        return
    if terminal is None:
        if not _run.attended:
            raise UpdatePromptException()
    elif terminal.reading:
        terminal.woken = True
        raise UpdatePromptException()


def set_fdlimit(fd_max: int, display: Any) -> None:
    """Set the soft limit of open files to `fd_max`.

    It is at most the hard limit, and at least what it takes to run one command.
    """
    from ClusterShell._cli.clush.limits import set_limit

    set_limit(fd_max, display)


def clush_exit(status: int, task: Any = None) -> NoReturn:
    """End with exit code `status`: by SystemExit after ending `task`, or else at once."""
    if task is not None:
        task.abort()
        if not task._is_task_self():
            # Its loop first, which ends anyway, then its thread.
            task.join()
            task.abort(kill=True)
            task.join()
        sys.exit(status)
    from contextlib import suppress

    for stream in (sys.stdout, sys.stderr):
        # It may be closed, or nobody may read it: no reason to stay.
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(status)


def clush_excepthook(extype: type[BaseException], exp: BaseException, traceback: Any) -> None:
    """End after an exception: with a line for those that are the user's business."""
    status = 1
    try:
        from ClusterShell._cli.clush.ending import status_after
        from ClusterShell.CLI.Config import ClushConfigError

        status = status_after(_run, ClushConfigError, exp)
    except OSError as exc:
        from ClusterShell._cli.errors import explained

        status = explained(exc, status)
    except Exception:
        sys.__excepthook__(*sys.exc_info())
    finally:
        # Left to itself, the program would wait for the thread of its task.
        _run.kill()
        clush_exit(status)


def ask_pass() -> str:
    """Return the password that the user is asked for."""
    import getpass

    try:
        return getpass.getpass()
    except EOFError:
        from ClusterShell.CLI.Config import ClushConfigError

        raise ClushConfigError(msg="no password given") from None


def _perform(options: Any, words: list[str], dests: list[str]) -> None:
    """Start what is to be done; it is over on return unless a user attends."""
    task, nodes, display, timeout = _run.task, _run.nodes, _run.display, _run.timeout
    if options.copy:
        run_copy(task, words, dests, nodes, timeout, options.preserve_flag, display)
    elif options.rcopy:
        run_rcopy(task, words, dests, nodes, timeout, options.preserve_flag, display)
    else:
        args = (" ".join(words), nodes, timeout, display, _run.remote, _run.tree)
        _run.worker = run_command(task, *args)


def main() -> None:
    """Run clush with the command line in ``sys.argv``; ends with SystemExit.

    Exceptions that are the user's business leave it, for :func:`clush_excepthook`,
    which it installs.
    """
    if sys.argv[1:] == ["--version"]:
        from ClusterShell._cli.version import show_version

        show_version()
    from ClusterShell._cli.clush import setup
    from ClusterShell._cli.clush.signals import notice_signals
    from ClusterShell.CLI.OptionParser import OptionParser

    sys.excepthook = clush_excepthook
    parser = setup.add_options(OptionParser("%prog [options] command"))
    options, words = parser.parse_args()
    if options.retry_failed:
        from ClusterShell._cli.clush.retry import retried

        words = retried(parser, options, words)
    _run.endings.listen()
    from ClusterShell.CLI.Config import ClushConfig, ClushConfigError
    from ClusterShell.CLI.Display import Display

    import_module("ClusterShell._cli.clush.ending")  # while there is a descriptor left to do it
    config = ClushConfig(options, options.conf)
    display, nodes = setup.prepare(parser, options, config, Display)
    _run.display, _run.nodes = display, nodes
    display.outlive(_run.output_failed)
    set_fdlimit(config.fd_max, display)
    try:
        attended, dests = setup.make_run(_run, parser, options, words, config, _here)
    except setup.BadSetting as exc:
        raise ClushConfigError(*exc.args) from None
    if options.dry_run:
        from ClusterShell._cli.clush.dryrun import show

        show(_run, options, words, dests)
        clush_exit(0, _run.task)
    if attended:
        import_module("signal").signal(SIGUSR1, signal_handler)
    notice_signals(_run.endings)
    if attended:
        _run.attend()
    if not _run.interactive:
        _perform(options, words, dests)
    left_early = attended and ttyloop(
        _run.task, nodes, _run.timeout, display, _run.remote, _run.tree
    )
    given_up = left_early and not _run.interactive
    clush_exit(0 if given_up else _run.exit_code(config.maxrc), _run.task)


if __name__ == "__main__":
    main()
