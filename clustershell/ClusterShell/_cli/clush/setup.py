"""From the command line and the configuration of clush to nodes and a task."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from ClusterShell import _accel
from ClusterShell._cli import levels
from ClusterShell._cli.clush.report import nodeset
from ClusterShell._cli.colors import run_color
from ClusterShell._cli.fdio import check_listable
from ClusterShell._cli.sink import is_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from ClusterShell._cli.clush.run import Run


#: Seconds that nobody waits for, and more than the system can count.
_FOR_EVER = 1e9


class BadSetting(Exception):
    """A setting that cannot be used: its section, its name (both may be None), what is wrong."""


#: Options that ask for more of a run than to show its output.
_EXTRAS = (
    *("json", "batch", "batch_pause", "fail_fast", "success", "stats"),
    *("dry_run", "expand", "raw", "sudo"),
)


def add_options(parser: Any) -> Any:
    """Return *parser*, an OptionParser, with the options of clush."""
    parser.add_option(
        "-n",
        "--nostdin",
        action="store_true",
        dest="nostdin",
        help="do not forward standard input",
    )
    parser.install_groupsconf_option()
    parser.install_clush_config_options()
    parser.install_nodes_options()
    parser.install_display_options(verbose_options=True)
    parser.install_filecopy_options()
    parser.install_connector_options()
    parser.install_run_options()
    return parser


def prepare(
    parser: Any, options: Any, config: Any, make_display: Callable[..., Any]
) -> tuple[Any, Any]:
    """Return (display, nodes) as the options ask for; or end with a usage error.

    :param make_display: the class Display
    """
    if config.verbosity >= levels.DEBUG:
        import logging

        logging.basicConfig(level=logging.DEBUG)
        logging.debug("clush: STARTING DEBUG")
        log = logging.getLogger("ClusterShell._accel")
        log.debug("kernels: %s (%s)", _accel.life(), _accel.REASON)
    try:
        display = make_display(options, config, color=run_color(options, config))
    except ValueError as exc:
        parser.error(f"option mismatch ({exc})")
    if options.json or options.raw:
        display.vprint = display.vprint_err  # standard output is for results only
    _warn_of(options, config, display)
    nodes = select_nodes(options, parser.error, display)
    if config.exclude:
        from ClusterShell._cli.clush.choosing import leave_out

        leave_out(nodes, config.exclude, lambda text: display.vprint_err(levels.STD, text))
    if options.axis:
        from ClusterShell._cli.helpers import fold_axis
        from ClusterShell.Defaults import DEFAULTS

        DEFAULTS.fold_axis = nodes.fold_axis = fold_axis(options.axis)
    if not nodes:
        parser.error("No node to run on.")
    if options.limit is not None:
        if options.limit < 1:
            parser.error(f"--limit: {options.limit}: not a number of nodes")
        nodes = nodes[: options.limit]
    picked = pick_nodes(nodes, options.pick, options.seed)
    check_listable(picked)
    if picked is not nodes and display.verbosity >= levels.VERB:
        text = display.shown(f"Picked random nodes: {picked}")
        display.write(display.COLOR_RESULT_FMT % text, "\n")
    return display, picked


def _warn_of(options: Any, config: Any, display: Any) -> None:
    """Warn of what is hardly meant, now and, about groups, later; take groups where asked to."""
    from ClusterShell._cli.clush.doubts import doubts
    from ClusterShell._groups.errors import notices

    notices.heard_by(lambda text: display.vprint_err(levels.STD, f"WARNING: {text}"))
    for text in doubts(options, config):
        notices.tell(text)
    if options.groupsconf:
        from ClusterShell._cli.groups import use_configuration

        use_configuration(options.groupsconf, notices.tell)


def in_foreground(stream: Any) -> bool:
    """Return whether `stream` is a terminal that this process may read from now.

    One in the background of its terminal would be stopped, and one of another session
    gets no Ctrl-C.
    """
    if not is_terminal(stream):
        return False
    try:
        return os.tcgetpgrp(stream.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


def interaction(
    parser: Any, options: Any, display: Any, commanded: bool, attended: bool
) -> tuple[bool, bool]:
    """Return (whether a user attends, whether standard input is forwarded).

    :param commanded: whether it has been said what to do, so that nobody is to be asked.
    :param attended: whether a user is to be taken to attend in any case.

    Ends with a usage error where there is nobody to ask.

    :raises BadSetting: there is no terminal to ask at
    """
    asked = in_foreground(sys.stdin)
    if options.nostdin and asked and not commanded:
        parser.error("illegal option `--nostdin' in that case")
    forwarded = False
    if not options.nostdin and sys.stdin is not None:
        attended = attended or (asked and in_foreground(sys.stdout))
        forwarded = not attended and not is_terminal(sys.stdin)
    display.vprint(levels.DEBUG, f"User interaction: {attended}")
    display.vprint(levels.DEBUG, f"Create STDIN worker: {forwarded}")
    if asked and not attended and not commanded:
        raise BadSetting(None, None, "interactive mode requires a tty")
    return attended, forwarded


def make_run(
    run: Run, parser: Any, options: Any, words: list[str], config: Any, program: Any
) -> tuple[bool, list[str]]:
    """Set up *run*, which has a display and nodes, and make its task.

    Returns whether a user is to attend, and where copies are put, if any are made.

    :param words: the operands, in front of which the prefix of the mode is put
    :param program: the module of the public names, some of which programs replace
    :raises BadSetting: it cannot be done so
    """
    display = run.display
    commanded = bool(words or options.copy or options.rcopy)
    attended, run.forwarded = interaction(
        parser, options, display, commanded, hasattr(program, "_f_user_interaction")
    )
    run.interactive = attended and not commanded
    prefix, asks = enter_mode(config, options, display)
    run.prefix = " ".join(prefix)
    run.password = program.ask_pass() if asks else None
    if config.record != "no" or any(getattr(options, name) for name in _EXTRAS):
        from ClusterShell._cli.clush.extras import make_extras

        run.extras = make_extras(run, parser, options, config, words)
    if run.interactive:
        run.history_size = config.getint("Main", "history_size")
        run.prompt_extras = config.prompt_extras
    task = make_task(
        options,
        config,
        display,
        attended,
        not attended and not commanded,
        lambda name: program._load_workerclass(name),
    )
    run.host(task)
    if any(section.startswith("ssh ") for section in config.sections()):
        from ClusterShell._cli.clush.sections import sections_of

        task.set_info("ssh_sections", sections_of(config, options, run.nodes, BadSetting))
    if not options.sudo:
        words[:0] = prefix
    text, dests = operation(parser, options, words)
    run.timeout = _seconds_allowed(config.command_timeout)
    run.remote = options.remote != "no"
    run.tree = tree_mode(task, options, display)
    show_plan(config, display, run.nodes, text, task.topology if run.tree else None)
    return attended, dests


def _seconds_allowed(timeout: float) -> float:
    """Return the timeout of commands: none where none, 0 or for ever is configured."""
    return timeout if 0 < timeout < _FOR_EVER else -1


def enter_mode(config: Any, options: Any, display: Any) -> tuple[list[str], bool]:
    """Put the run mode into force.

    Return the words to put before every command, and whether a password is to
    be asked for.
    """
    if options.mode:
        display.vprint(levels.DEBUG, f"ClushConfig parsed: {config.parsed}")
        display.vprint(levels.DEBUG, f"Available run modes: {' '.join(config.modes())}")
        config.set_mode(options.mode)
        display.vprint(levels.DEBUG, f"[{config.mode}] run mode activated")
    prefix = []
    if config.command_prefix:
        from ClusterShell._config.ini import words

        prefix = words(config.command_prefix, "command_prefix")
        display.vprint(levels.DEBUG, f"[{config.mode}] command prefix: {prefix}")
    asks = config.password_prompt
    if asks:
        display.vprint(levels.DEBUG, f"[{config.mode}] password prompt enabled")
    return prefix, asks


def operation(parser: Any, options: Any, args: list[str]) -> tuple[str, list[str]]:
    """Return what is to be done, in words for -d, and where copies are put (if any)."""
    if not (options.copy or options.rcopy):
        return f'command="{" ".join(args)}"', []
    if not args:
        parser.error("--[r]copy option requires at least one argument")
    if options.dest_path:
        dests = [options.dest_path] * len(args)
    else:
        from ClusterShell._cli.clush.copy import usual_destinations

        dests = usual_destinations(args, bool(options.rcopy))
    verb = "copy" if options.copy else "rcopy"
    return f"{verb} sources={args} dest={dests}", dests


def default_tree(task: Any) -> bool:
    """Return whether commands of *task* go through gateways unless told otherwise."""
    return task._default_tree_is_enabled()


def tree_mode(task: Any, options: Any, display: Any) -> bool:
    """Return whether nodes are reached through gateways, and give `task` their tree.

    A worker that is asked for reaches its nodes itself.

    Raises TopologyError for a malformed file.
    """
    if options.worker:
        return False
    if options.topofile:
        task.load_topology(options.topofile)
    elif not default_tree(task):
        return False
    # The root is no gateway.
    count = task.topology.inner_node_count() - len(task.topology.root.nodeset)
    display.vprint_err(levels.VERB, f"clush: enabling tree topology ({count} gateways)")
    return True


def show_plan(config: Any, display: Any, nodes: Any, text: str, topology: Any = None) -> None:
    """Show, for debugging, what is about to be done, the timeouts it has, and the tree."""
    timeouts = f"timeout conn={config.connect_timeout:.1f} cmd={config.command_timeout:.1f}"
    display.vprint(
        levels.DEBUG, f"clush: nodeset={nodes} fanout={config.fanout} [{timeouts}] {text}"
    )
    if topology is not None:
        rule = (display.COLOR_RESULT_FMT % "-") * 15
        display.vprint(levels.DEBUG, f"{rule}\n{display.COLOR_RESULT_FMT % topology}{rule}")


def select_nodes(options: Any, fail: Any, display: Any) -> Any:
    """Return the NodeSet that the options select, which may be empty.

    :param fail: function of a line that ends clush where a pattern cannot be read.
    :param display: told, for debugging, what each option has selected, and where the shell
        seems to have expanded a node set that was meant for clush.
    """
    from ClusterShell.NodeSet import NodeSet, std_group_resolver

    if options.groupsource:
        # Asked for by name: it has to be there.
        std_group_resolver().default_source_name = options.groupsource
    nodes = NodeSet._fromlist1(getattr(options, "retried", ()))
    excluded = NodeSet()
    for flag, texts in (("-w", options.nodes), ("-x", options.exclude)):
        for text in texts or ():
            if os.path.exists(text):
                what = f"using '{flag} {text}' and local path '{text}' exists"
                display.vprint_err(levels.STD, f"Warning: {what}, was it expanded by the shell?")
    patterns: dict[str, list[str]] = {"-w": [], "-x": []}
    for flag, chosen, texts in (("-w", nodes, options.nodes), ("-x", excluded, options.exclude)):
        for text in texts or ():
            if len(text) > 2 and text[0] == text[-1] == "/":
                patterns[flag].append(text)
            else:
                chosen.update(text)
    for path in options.hostfile:
        listed = _read_hostfile(path)
        display.vprint_err(levels.DEBUG, f"Using nodeset {listed} from hostfile {path}")
        nodes.update(listed)
    for done, flag, chosen, selected in _selections(options, nodes, excluded):
        display.vprint(levels.DEBUG, f"{done} nodes from option {flag}: {selected}")
        chosen.update(selected)
    if patterns["-w"] or patterns["-x"]:
        from ClusterShell._cli.clush.choosing import choose

        nodes = choose(nodes, patterns["-w"], patterns["-x"], fail)
    nodes.difference_update(excluded)
    return nodes


def _selections(options: Any, nodes: Any, excluded: Any) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield (what is done, by which option, the set that changes, the nodes) of -a, -g and -X."""
    from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

    if options.nodes_all:
        yield "Adding", "-a", nodes, NodeSet.fromall()
    for flag, done, chosen, values in (
        ("-g", "Adding", nodes, options.group),
        ("-X", "Excluding", excluded, options.exgroup),
    ):
        # The names of groups are a node set themselves, with its operators.
        for name in NodeSet.fromlist(values or (), resolver=RESOLVER_NOGROUP):
            yield done, f"{flag} {name}", chosen, NodeSet(f"@{name}")


def _read_hostfile(path: str) -> Any:
    """Return the nodes of the file at `path`: node sets separated by white space.

    ``#`` where a word begins begins a comment.
    """
    import re

    from ClusterShell.NodeSet import NodeSet

    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        text = re.sub(r"(?<!\S)#.*", "", file.read())
    return NodeSet.fromlist(text.split())


def pick_nodes(nodes: Any, count: int | None, seed: str | None = None) -> Any:
    """Return `count` of `nodes`, chosen at random; all of them if there are no more.

    :param seed: the same one chooses the same nodes
    :raises ValueError: `count` is negative
    """
    if not count or count >= len(nodes):
        return nodes
    import random

    chooser = random if seed is None else random.Random(seed)
    return nodeset(chooser.sample(list(nodes), count))


def make_task(
    options: Any,
    config: Any,
    display: Any,
    attended: bool,
    shells: bool,
    load_worker: Callable[[str], Any],
) -> Any:
    """Return the task, set up for the run; in a thread of its own if a user attends.

    :param shells: whether shells are started, and no commands.
    :param load_worker: function of a worker's name that returns its class.

    :raises BadSetting: no fanout, or a worker that cannot be loaded
    """
    from ClusterShell.Defaults import DEFAULTS
    from ClusterShell.Task import Task, task_self

    # None of it is no fanout, even where the configuration has one.
    if config.fanout < 1 or options.fanout == 0:
        raise BadSetting("Main", "fanout", "must be at least 1")
    DEFAULTS.engine = options.engine
    worker_class = None
    if options.worker:
        try:
            worker_class = load_worker(options.worker)
        except (ImportError, AttributeError):
            raise BadSetting(None, None, f"Could not load worker '{options.worker}'") from None
    task = Task() if attended else task_self()
    if worker_class is not None:
        # Copies keep the worker for other hosts in any case.
        role = "local_worker" if options.remote == "no" else "distant_worker"
        task.set_default(role, worker_class)
    task.set_default("stderr", not options.gatherall)
    task.set_default("stdout_msgtree", display.gather or display.line_mode)
    task.set_default("stderr_msgtree", False)
    _set_infos(task, config, display, options.grooming_delay, shells)
    if config.verbosity >= levels.DEBUG:
        task.set_info("print_debug", lambda task, line: display.vprint(levels.DEBUG, line))
    return task


def _set_infos(
    task: Any, config: Any, display: Any, grooming_delay: float | None, shells: bool
) -> None:
    """Give `task` the settings of the configuration.

    :param shells: whether shells are started, and no commands.
    """
    task.set_info("debug", config.verbosity >= levels.DEBUG)
    task.set_info("fanout", config.fanout)
    if grooming_delay:
        if config.verbosity >= levels.VERB and sys.stderr is not None:
            text = f"Grooming delay: {grooming_delay:f}"
            with suppress(OSError):
                # In colour, whatever the display does.
                print(type(display).COLOR_RESULT_FMT % text, file=sys.stderr)
        task.set_info("grooming_delay", grooming_delay)
    more = os.environ.get("CLUSH_SSH_ARGS")
    for program in ("ssh", "scp", "rsh"):
        for key in (f"{program}_user", f"{program}_path", f"{program}_options"):
            value = getattr(config, key, None)
            if more and key in ("ssh_options", "scp_options") and (value or key == "ssh_options"):
                value = f"{value or ''} {more}".strip()
            if value:
                task.set_info(key, value)
    if config.rcp_path:
        task.set_info("rcp_path", config.rcp_path)
    if shells:
        # Without a command it is a shell that reads what we read: it needs no terminal.
        task.set_info("ssh_options", f"{task.info('ssh_options') or ''} -T".strip())
    task.set_info("connect_timeout", config.connect_timeout)
    task.set_info("command_timeout", config.command_timeout)
