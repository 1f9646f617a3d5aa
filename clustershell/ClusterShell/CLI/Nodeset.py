"""nodeset and cluset: compute with node sets and node groups on the command line.

What a call does not use is not imported: folding names loads neither optparse
nor anything of node groups, upcalls or the event engine.
"""

from __future__ import annotations

import sys

from ClusterShell._cli.nodeset import (
    blocks,
    is_option,
    mismatch,
    parts,
    quick,
    selected,
    set_folding,
    unescape,
)
from ClusterShell._groups.errors import notices
from ClusterShell._lazy import import_module, lazy_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from ClusterShell._cli.fdio import Lines
    from ClusterShell.CLI.OptionParser import OptionParser

__all__ = [
    "command_list",
    "compute_nodeset",
    "main",
    "nodeset",
    "print_source_groups",
    "process_stdin",
    "sys",
]

__getattr__ = lazy_names(
    globals(),
    {
        "GENERIC_ERRORS": "ClusterShell.CLI.Error",
        "GroupSourceNoUpcall": "ClusterShell.NodeUtils",
        "NodeSet": "ClusterShell.NodeSet",
        "OptionParser": "ClusterShell.CLI.OptionParser",
        "RangeSet": "ClusterShell.RangeSet",
        "grouplist": "ClusterShell.NodeSet",
        "handle_generic_error": "ClusterShell.CLI.Error",
        "logging": None,
        "math": None,
        "parse_fold_axis": "ClusterShell.CLI.Utils",
        "print_function": "__future__",
        "random": None,
        "set_std_group_resolver_config": "ClusterShell.NodeSet",
        "std_group_resolver": "ClusterShell.NodeSet",
    },
)

_JSON = "ClusterShell._cli.jsonnodeset"


def make_parser() -> OptionParser:
    """Return the full option parser."""
    from ClusterShell.CLI.OptionParser import OptionParser

    parser = OptionParser("%prog [COMMAND] [OPTIONS] [ns1 [-ixX] ns2|...]")
    parser.install_groupsconf_option()
    parser.install_nodeset_commands()
    parser.install_nodeset_operations()
    parser.install_nodeset_options()
    return parser


def _fail(message: str) -> NoReturn:
    """End the program as for a wrong command line."""
    make_parser().error(message)


def _output() -> Lines:
    """Return where lines are written to."""
    from ClusterShell._cli.fdio import Lines

    return Lines(sys.stdout)


def _complain(text: str) -> None:
    from ClusterShell._cli.messages import complain

    complain(text)


def process_stdin(xsetop: Callable[[Any], Any], xsetcls: Any, autostep: int | None) -> None:
    """Read sets, several on a line, from standard input; call `xsetop` with their union.

    :param xsetop: called once, unless there are none.
    :param xsetcls: NodeSet or RangeSet.
    """
    if sys.stdin is None:
        raise OSError("standard input is closed")
    found = xsetcls(autostep=autostep)
    for words in blocks(sys.stdin):
        _add_all(found, words, autostep)
    if found:
        xsetop(found)


def _add_all(xset: Any, words: list[str], autostep: int | None) -> None:
    """Add many sets given as text."""
    if hasattr(xset, "updaten"):
        xset.updaten(words)
    else:
        for word in words:
            xset.update(xset.__class__(word, autostep=autostep))


def compute_nodeset(xset: Any, args: list[str], autostep: int | None) -> Any:
    """Apply operands and operators of the command line to `xset`; return it.

    :param args: sets to add, each of which ``-i``, ``-x`` or ``-X`` before it makes
        an operand of that operator; ``-`` stands for standard input.  Emptied.
    """
    operators = {
        "-i": xset.intersection_update,
        "--intersection": xset.intersection_update,
        "-x": xset.difference_update,
        "--exclude": xset.difference_update,
        "-X": xset.symmetric_difference_update,
        "--xor": xset.symmetric_difference_update,
    }
    words = args[::-1]
    args.clear()
    plain: list[str] = []
    while words:
        operand = words.pop()
        operator = operators.get(operand)
        if operator or operand == "-":
            _add_all(xset, plain, autostep)
            plain = []
            if operator:
                if not words:
                    raise IndexError(f"{operand} needs a node set after it")
                operand = words.pop()
            _apply(xset, operator or xset.update, operand, autostep)
        else:
            # What a shell puts in place of "$(...)" may be several lines.
            plain += operand.splitlines()
    _add_all(xset, plain, autostep)
    return xset


def _apply(xset: Any, operator: Callable[[Any], Any], operand: str, autostep: int | None) -> None:
    """Call `operator`, a method of `xset`, with an operand given as text."""
    if operand == "-":
        process_stdin(operator, xset.__class__, autostep)
    else:
        union = xset.__class__(autostep=autostep)
        _add_all(union, operand.splitlines(), autostep)
        operator(union)


def print_source_groups(source: str | None, level: int, xset: Any, opts: Any) -> None:
    """Print the groups of a source: all of them, or those that nodes of `xset` are in.

    :param source: its name, None for the default source.
    :param level: 1 for names only, 2 with nodes, 3 with their number as well.
    :param opts: the options of the command line.
    """
    with _output() as out:
        if xset or opts.all or opts.and_nodes or opts.sub_nodes or opts.xor_nodes:
            found = xset.groups(source, noprefix=opts.groupbase)
            for group, (group_nodes, common) in sorted(found.items()):
                texts = [group, str(common), f"{len(common)}/{len(group_nodes)}"]
                if getattr(opts, "json", False):
                    out.write(import_module(_JSON).of_group(group, level, common, len(group_nodes)))
                else:
                    out.say(" ".join(texts[:level]))
            return
        from ClusterShell.NodeSet import NodeSet, grouplist

        prefix = f"@{source}:" if source else "@"
        for group in grouplist(source):
            shown = "@" + group if opts.groupbase else prefix + group
            nodes = NodeSet(prefix + group) if level > 1 else ()
            if getattr(opts, "json", False):
                out.write(import_module(_JSON).of_group(shown, level, nodes))
            else:
                out.say(" ".join([shown, str(nodes), str(len(nodes))][:level]))


def command_list(options: Any, xset: Any, group_resolver: Any) -> None:
    """Run ``-l`` or ``-L``."""
    level = min(options.list or options.listall, 3)
    if not options.listall:
        print_source_groups(options.groupsource, level, xset, options)
        return
    from ClusterShell.NodeUtils import GroupSourceNoUpcall

    for name in group_resolver.sources():
        # The groups of the default source are shown without its name.
        source = None if name == group_resolver.default_source_name else name
        try:
            print_source_groups(source, level, xset, options)
        except GroupSourceNoUpcall as exc:
            _complain(f"Warning: No {exc} upcall defined for group source {name}")


def _warn_of(options: Any, args: list[str]) -> None:
    """Say what is valid on the command line and hardly meant."""
    if options.maxsplit is not None and options.maxsplit < 0:
        _warn(options, f"--split={options.maxsplit} ignored: not a number of subsets")
    if sys.argv[1:][-len(args) - 1 : -len(args)] == ["--"]:
        return
    for word in args:
        if is_option(word):
            _warn(options, f"{word} is taken as a node: options go before the first node set")


def _resolver(options: Any) -> Any:
    """Return the group resolver that the options ask for, set up."""
    from ClusterShell.NodeSet import std_group_resolver

    if options.groupsconf:
        from ClusterShell._cli.groups import use_configuration

        use_configuration(options.groupsconf, lambda text: _warn(options, text))
    resolver = std_group_resolver()
    if options.groupsource:
        if options.rangeset:
            _warn(options, f'option group source "{options.groupsource}" ignored')
        resolver.default_source_name = options.groupsource
    return resolver


def _list_sources(options: Any, resolver: Any) -> None:
    """Run ``--list-sources``."""
    with _output() as out:
        for source in resolver.sources():
            default = source == resolver.default_source_name and not options.quiet
            if options.json:
                out.write(import_module(_JSON).line({"source": source, "default": default}))
            else:
                out.say(source + " (default)" if default else source)


def _complete(options: Any, resolver: Any) -> None:
    """Print the groups that a shell may complete ``@`` to."""
    from ClusterShell.NodeSet import grouplist

    prefix = "@"
    with _output() as out:
        if not options.groupsource:
            for source in resolver.sources():
                out.say(f"@{source}:")
        elif not options.groupbase:
            prefix = f"@{options.groupsource}:"
        for group in grouplist(options.groupsource):
            out.say(prefix + group)


def _warn(options: Any, message: str) -> None:
    if not options.quiet:
        _complain(f"WARNING: {message}")


def _first_operand(options: Any, args: list[str], xset: Any, autostep: int | None) -> None:
    """Put into `xset` what the options before the operands say."""
    if options.all:
        from ClusterShell.NodeSet import NodeSet

        xset.update(NodeSet.fromall(groupsource=options.groupsource, autostep=autostep))
    elif not args and not (options.list or options.listall or options.completion):
        process_stdin(xset.update, xset.__class__, autostep)
    operations = [
        (xset.intersection_update, options.and_nodes),
        (xset.difference_update, options.sub_nodes),
        (xset.symmetric_difference_update, options.xor_nodes),
    ]
    if not xset and any(operands for _, operands in operations):
        _warn(options, "empty left operand for set operation")
    for operator, operands in operations:
        for operand in operands:
            if operand == "-":
                process_stdin(operator, xset.__class__, autostep)
            else:
                operator(xset.__class__(operand, autostep=autostep))


def _compute(options: Any, args: list[str]) -> Any:
    """Return the set that the command line describes."""
    autostep = options.autostep if isinstance(options.autostep, int) else None
    xset: Any
    if options.rangeset:
        from ClusterShell.RangeSet import RangeSet

        xset = RangeSet(autostep=autostep)
    else:
        from ClusterShell.NodeSet import NodeSet

        xset = NodeSet(autostep=autostep)
    _first_operand(options, args, xset, autostep)
    return compute_nodeset(xset, args, autostep)


def _formatted(options: Any, xset: Any) -> Any:
    """Return the set of formatted names, where names are folded.

    ``%s-ib`` on ``node[1-2],login`` gives ``node[1-2]-ib,login-ib``.
    """
    style = options.output_format
    if not options.fold or options.rangeset or style == "%s":
        return xset
    from ClusterShell._cli.fdio import check_listable

    check_listable(xset)
    names = [style % node for node in xset]
    return xset.__class__._fromlist1(names, autostep=xset.autostep)


def _text(options: Any, xset: Any, separator: str, shown: Callable[[str], str] | None) -> str:
    """Return what is printed for a set.

    :param shown: function of a name, or names, that returns what is to be seen of it, or None.
    """
    style = options.output_format
    if options.count:
        return style % len(xset)
    if options.fold:
        text = style % str(xset) if options.rangeset else str(xset)
        return shown(text) if shown else text
    if options.regroup:
        text = xset.regroup(options.groupsource, noprefix=options.groupbase)
        return style % (shown(text) if shown else text)
    from ClusterShell._cli.fdio import check_listable

    check_listable(xset)
    names = map(shown, xset) if shown else xset
    if style == "%s":
        return separator.join(names)
    return separator.join([style % name for name in names])


def nodeset() -> None:
    """Run nodeset with the arguments of the process."""
    options: Any
    options, args = quick(sys.argv[1:]) or make_parser().parse_args()
    wrong = mismatch(options)
    if wrong:
        _fail(wrong)
    if options.debug:
        import logging

        logging.basicConfig(level=logging.DEBUG)
    notices.heard_by(lambda text: _warn(options, text))
    _warn_of(options, args)
    lists, conf = options.list or options.listall, options.groupsconf
    resolver = None
    if lists or options.groupsources or options.completion or options.groupsource or conf:
        resolver = _resolver(options)
    if options.groupsources:
        _list_sources(options, resolver)
        return
    xset = _compute(options, args)
    if lists:
        if options.rangeset and xset:
            _fail("groups of nodes are only supported in NodeSet mode")
        command_list(options, xset, resolver)
        return
    if options.completion:
        _complete(options, resolver)
    if xset or not options.completion:
        _show(options, xset)


def _show(options: Any, xset: Any) -> None:
    """Print the set that has been computed, as a whole or in parts."""
    try:
        separator = unescape(options.separator)
    except ValueError as exc:
        raise ValueError("invalid separator") from exc
    xset = selected(options, xset)
    set_folding(options, xset)
    if options.index is not None:
        operand = options.index if options.rangeset else xset.__class__(options.index)
        with _output() as out:
            index = xset.index(operand)
            data = import_module(_JSON).line({"index": index}) if options.json else None
            out.say(data or options.output_format % index)
        return
    with _output() as out:
        for part in parts(options, _formatted(options, xset)):
            if options.json:
                out.write(import_module(_JSON).of_set(options, part))
            else:
                out.write(_text(options, part, separator, out.shown))


def _collect_nothing() -> None:
    """Leave what is unreachable to the end of the process.

    To look for it, while modules are loaded and once more at exit, takes a tenth of a short
    command's time.
    """
    import atexit
    import gc

    gc.disable()
    atexit.register(gc.freeze)


def main() -> None:
    """Run nodeset; end the program with its exit code."""
    if getattr(sys.modules.get("__main__"), "main", None) is main:
        _collect_nothing()  # this command is all that the process does
    try:
        try:
            nodeset()
        finally:
            notices.heard_by(None)
        if sys.stdout is not None:
            sys.stdout.flush()
    except (AssertionError, IndexError, OverflowError, ValueError) as exc:
        _complain(f"ERROR: {exc}")
        sys.exit(1)
    except MemoryError:
        _complain("ERROR: range too large")
        sys.exit(1)
    except SystemExit:
        raise
    except BaseException as exc:
        from ClusterShell._cli.errors import explain, generic_errors

        if not isinstance(exc, generic_errors()):
            raise
        if isinstance(exc, OSError):
            from ClusterShell._cli.fdio import drop_output

            drop_output()
        sys.exit(explain(exc))
    sys.exit(0)


if __name__ == "__main__":
    main()
