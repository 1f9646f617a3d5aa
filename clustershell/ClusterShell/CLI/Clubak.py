"""clubak: gather and format lines that are labelled with their node.

Reads lines of the form "node: output", as clush and pdsh print them, from
standard input and shows them as ``clush -b`` would have.  See clubak(1).
"""

from __future__ import annotations

import sys

from ClusterShell._cli.errors import generic_errors, is_too_large
from ClusterShell._cli.groups import use_configuration
from ClusterShell._cli.messages import complain
from ClusterShell._groups.errors import notices
from ClusterShell._lazy import lazy_names
from ClusterShell.CLI.Display import VERB_DEBUG, VERB_VERB, Display, sys_stdin
from ClusterShell.CLI.Error import handle_generic_error
from ClusterShell.CLI.OptionParser import OptionParser
from ClusterShell.CLI.Utils import nodeset_cmpkey, parse_fold_axis
from ClusterShell.MsgTree import MODE_DEFER, MODE_TRACE, MsgTree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = [
    "MODE_DEFER",
    "MODE_TRACE",
    "Display",
    "MsgTree",
    "OptionParser",
    "clubak",
    "display",
    "display_tree",
    "handle_generic_error",
    "main",
    "nodeset_cmpkey",
    "parse_fold_axis",
    "sys",
    "sys_stdin",
]

__getattr__ = lazy_names(
    globals(),
    {
        "DEFAULTS": "ClusterShell.Defaults",
        "GENERIC_ERRORS": "ClusterShell.CLI.Error",
        "NodeSet": "ClusterShell.NodeSet",
        "NodeSetParseError": "ClusterShell.NodeSet",
        "THREE_CHOICES": "ClusterShell.CLI.Display",
        "print_function": "__future__",
        "set_std_group_resolver_config": "ClusterShell.NodeSet",
    },
)


def _nodeset(keys: Iterable[str]) -> Any:
    """Return the node set of *keys*."""
    from ClusterShell.NodeSet import NodeSet

    return NodeSet.fromlist(keys)


def display_tree(tree: MsgTree, disp: Display, out: Any) -> None:
    """Show *tree*, whose mode is MODE_TRACE, as a tree on the text stream *out*.

    Lines that some nodes have in common stand before those in which they
    differ, which are indented.
    """
    if out is not disp.out:
        disp.out = out
    # How far headers of a depth are indented, as the first of that depth was.
    indents: dict[int, int] = {}
    indent = -2
    siblings = [2]  # by depth, how many lines follow the last line seen
    for line, keys, depth, below in tree.walk_trace():
        branched = depth == 1 or siblings[depth - 1] > 1
        del siblings[depth:]
        siblings.append(below)
        if branched:
            indent = indents.setdefault(depth, indent + 2)
            nodeset = _nodeset(keys)
            if disp.line_mode:
                disp.write(f"{disp.shown(str(nodeset))}:\n")
            else:
                disp.write(disp.format_header(nodeset, indent))
        disp.write(b" " * indent, disp.content(line or b""), b"\n")


def display(
    tree: MsgTree, disp: Display, gather: bool, trace_mode: bool, enable_nodeset_key: bool
) -> None:
    """Show *tree*.

    :param gather: whether nodes that have the same message are shown together.
    :param trace_mode: show a tree instead; see :func:`display_tree`.
    :param enable_nodeset_key: whether keys are names of nodes.
    """
    with disp.hold():
        if trace_mode:
            display_tree(tree, disp, disp.out)
        elif not enable_nodeset_key:
            if gather:
                for msg, keys in tree.walk():
                    disp.print_gather_keys(keys, msg)
            else:
                for key, msg in tree.items():
                    disp.print_gather_keys([key], msg)
        elif gather:
            pairs: Any = ((_nodeset(keys), msg) for msg, keys in tree.walk())
            if disp.similar is not None:
                merged = disp.similar.merge(
                    ((msg, nodes) for nodes, msg in pairs), disp.shows_differences
                )
                pairs = ((nodes, msg) for msg, nodes in merged)
            for nodeset, msg in sorted(pairs, key=lambda pair: nodeset_cmpkey(pair[0])):
                disp.print_gather(nodeset, msg)
        else:
            for node in _nodeset(tree):
                disp.print_gather_keys([node], tree[node])
        disp.flush()


def make_parser() -> OptionParser:
    """Return the parser of the command line."""
    parser = OptionParser("%prog [options]")
    parser.install_groupsconf_option()
    parser.install_display_options(
        verbose_options=True, separator_option=True, dshbak_compat=True, msgtree_mode=True
    )
    return parser


def _parse_options() -> tuple[Any, Display]:
    """Return the options of the command line and a Display for them."""
    parser = make_parser()
    options = parser.parse_args()[0]
    if not options.quiet:
        notices.heard_by(lambda text: complain(f"WARNING: {text}"))
    if options.groupsconf:
        use_configuration(options.groupsconf, notices.tell)
    if options.axis:
        from ClusterShell.Defaults import DEFAULTS

        DEFAULTS.fold_axis = parse_fold_axis(options.axis)
    if options.fast_mode and (options.trace_mode or options.line_mode):
        parser.error("incompatible tree options")
    if options.json and (
        options.trace_mode or options.line_mode or options.diff or options.similar
    ):
        parser.error("--json shows output in a way of its own (no -T, -L, --diff, --similar)")
    try:
        return options, Display(options)
    except ValueError as exc:
        parser.error(f"option mismatch ({exc})")
        raise  # not reached: error() exits


def clubak() -> None:
    """Run the command; raises what ends it with an error, SystemExit for a wrong option."""
    from ClusterShell._cli.clubak import LabelledInput, show_input

    options, disp = _parse_options()
    tree = MsgTree(MODE_TRACE if options.trace_mode else MODE_DEFER)
    source = LabelledInput(
        tree,
        options.separator,
        nodesets=options.interpret_keys in ("auto", "always"),
        strict=options.interpret_keys == "always",
        echo=show_input(disp) if disp.verbosity >= VERB_VERB else None,
    )
    source.add(sys_stdin())
    if options.fast_mode:
        tree = _flat(tree)
    if disp.verbosity >= VERB_DEBUG:
        disp.vprint_err(
            VERB_DEBUG,
            f"clubak: line_mode={disp.line_mode} gather={bool(disp.gather)} "
            f"tree_depth={tree._depth()}",
        )
    for directory in (options.outdir, options.errdir):
        if directory:
            _write_files(tree, directory)
    if options.json:
        from ClusterShell._cli.jsonclubak import show

        with disp.hold():
            show(tree, disp.write, disp.gather, _nodeset if source.nodesets else None)
    else:
        display(tree, disp, disp.gather or disp.regroup, options.trace_mode, source.nodesets)
    if disp.failed:  # what was meant for standard error has not been told
        sys.exit(1)


def _flat(tree: MsgTree) -> MsgTree:
    """Return a tree in which each message of *tree* is one line.

    What -F is for: messages that are no node's come in the order of a tree
    without branches.
    """
    flat = MsgTree()
    for key, msg in tree.items():
        flat.add(key, bytes(msg))
    return flat


def _write_files(tree: MsgTree, directory: str) -> None:
    """Write the output of each node to a file of its name in *directory*."""
    from ClusterShell._cli.nodefiles import NodeFiles

    files = NodeFiles(directory)
    for key, msg in tree.items():
        files.write(key, bytes(msg) + b"\n")
    files.close()


def main() -> None:
    """Run the command and exit."""
    try:
        clubak()
    except generic_errors() as exc:
        sys.exit(handle_generic_error(exc))
    except (AssertionError, MemoryError) as exc:
        if not is_too_large(exc):
            raise
        sys.exit(handle_generic_error(exc))
    finally:
        notices.heard_by(None)
    sys.exit(0)


if __name__ == "__main__":
    main()
