"""The options of the commands, as data: what OptionParser and the quick reader know of them.

An option is a pair: its names, and attributes as :class:`optparse.Option` has
them.  ``help`` may be HIDDEN, ``type`` one of ours (``autostep``, ``safestring``, ...).
Options that several commands have are declared once.

Two attributes are our own.  ``whole``: no abbreviation of the name means this option, so
that those of other options mean what they meant before there was this one.  ``bare``:
the value that the option has when none is given; another one follows ``=``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Table = tuple[tuple[tuple[str, ...], dict[str, Any]], ...]

#: Values of ``--color`` and ``--interpret-keys``; empty means "as configured".
THREE_CHOICES = ["", "never", "always", "auto"]

# Spelled out, not asked from the engine factory: nodeset and clubak start
# without loading any engine.
ENGINES = ["auto", "epoll", "poll", "select"]

#: In place of a help text: the option is not shown.
HIDDEN = "SUPPRESSHELP"


def take(*names: str, **attrs: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Declare an option with a value."""
    return names, attrs


def switch(
    *names: str, dest: str, help: str, **attrs: Any
) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Declare an option without a value, ``None`` (or ``default=``) unless given."""
    return names, {"action": "store_true", "dest": dest, "help": help, **attrs}


def added(*names: str, **attrs: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Declare an option that the released package does not have; a switch without *metavar*."""
    if "metavar" not in attrs:
        attrs = {"action": "store_true", **attrs}
    return names, {"whole": True, **attrs}


AXIS = take(
    "--axis", dest="axis", metavar="RANGESET", help="fold along these axes only (1 is the first)"
)
PICK = take(
    "--pick", type="int", dest="pick", metavar="N", help="keep N of the nodes, chosen at random"
)
SEED = added(
    "--seed", dest="seed", metavar="TEXT", help="choose the same nodes for --pick each time"
)
DEBUG = switch("-d", "--debug", dest="debug", help="say everything, for debugging")
QUIET = switch("-q", "--quiet", dest="quiet", help="say only what is essential")
VERBOSE = switch("-v", "--verbose", dest="verbose", help="say more about what is going on")
PROGRESS = switch("-P", "--progress", dest="progress", help="show the progress of the run")
MAXRC = switch("-S", "--maxrc", dest="maxrc", help="exit with the largest return code")
SEPARATOR = take(
    "-S", "--separator", dest="separator", default=":",
    help="what stands between the node and the text of a line (default: ':')",
)  # fmt: skip

CLUSH_CONFIG = (
    take("--conf", dest="conf", metavar="FILE", help="read FILE as clush.conf(5)"),
    take("-O", "--option", action="append", dest="option", default=[], metavar="KEY=VALUE",
          help="set a clush.conf(5) setting for this run; may be repeated"),
)  # fmt: skip

GROUPSOURCE = take("-s", "--groupsource", type="safestring", dest="groupsource", metavar="SOURCE",
                     help="group source to look groups up in, see groups.conf(5)")  # fmt: skip
GROUPSCONF = take(
    "--groupsconf", dest="groupsconf", metavar="FILE", help="read FILE as groups.conf(5)"
)

NODES = (
    take("-w", action="append", type="safestring", dest="nodes", help="run on these nodes"),
    take("-x", action="append", type="safestring", dest="exclude", metavar="NODES",
          help="leave these nodes out"),
    switch("-a", "--all", dest="nodes_all", help="run on all nodes"),
    take("-g", "--group", action="append", type="safestring", dest="group",
          help="run on the nodes of a group"),
    take("-X", action="append", type="safestring", dest="exgroup", metavar="GROUP",
          help="leave the nodes of this group out"),
    take("-E", "--engine", choices=ENGINES, dest="engine", default="auto", help=HIDDEN),
    take("--hostfile", "--machinefile", action="append", dest="hostfile", default=[],
          metavar="FILE", help="read target nodes from FILE"),
    take("--topology", dest="topofile", default=None, metavar="FILE",
          help="read the tree of gateways from FILE"),
    PICK,
    SEED,
    added("--limit", type="int", dest="limit", metavar="N", help="keep the first N of the nodes"),
)  # fmt: skip

#: Of clush: how runs go on, and what becomes of their outcome.
RUNS = (
    added("--fail-fast", dest="fail_fast", type="amount", metavar="N|P%", bare="1",
          help="start no more nodes once so many have failed (one, if no number is given)"),
    added("--batch", dest="batch", type="amount", metavar="N|P%",
          help="run on so many nodes, then on the next ones"),
    added("--batch-pause", dest="batch_pause", type="float", metavar="SECONDS",
          help="wait between two batches"),
    added("--success", dest="success", type="amount", metavar="N|P%",
          help="exit with 0 if so many nodes have succeeded, else with 1 at least"),
    added("--record", dest="record", metavar="yes|no|output", bare="yes",
          help="keep a record of this run for the group source run (with its output)"),
    added("--retry-failed", dest="retry_failed", default=False,
          help="run on the nodes that have failed in the last recorded run, by default the "
               "same command"),
    added("--expand", dest="expand", default=False,
          help="put names in place of %h, %hosts, %n and %rank of the command, as -R exec does"),
    added("--raw", dest="raw", default=False,
          help="hand on output as it comes, unchanged and without names of nodes"),
    added("--stats", dest="stats", default=False,
          help="say at the end how long nodes took, and with -P how long the rest may take"),
    added("--dry-run", dest="dry_run", default=False,
          help="print what would be done, and do nothing"),
)  # fmt: skip

LAYOUT = (
    switch("-G", "--groupbase", dest="groupbase", default=False,
            help="show groups without the name of their source"),
    switch("-L", dest="line_mode", help="no header blocks: lines ordered by node"),
    take("-N", action="store_false", dest="label", default=True,
          help="do not label output lines"),
)  # fmt: skip
GATHER_HELP = "merge nodes with the same output"
GATHER = switch("-b", "--dshbak", dest="gather", help=GATHER_HELP)
GATHER_DSHBAK = switch("-b", "-c", "--dshbak", dest="gather", help=GATHER_HELP)
GATHER_MORE = (
    switch("-B", dest="gatherall", default=False, help="like -b, standard error included"),
    switch("-r", "--regroup", dest="regroup", default=False,
            help="show nodes as groups where possible"),
    AXIS,
)  # fmt: skip
MSGTREE = (
    switch("-F", "--fast", dest="fast_mode", help="faster, with more memory"),
    switch("-T", "--tree", dest="trace_mode", help="show messages as traced in the tree"),
    take("--interpret-keys", choices=THREE_CHOICES, dest="interpret_keys", metavar="WHEN",
          default="auto", help="read keys as node sets (never, always or auto)"),
)  # fmt: skip
FORMAT = (
    take("--color", choices=THREE_CHOICES, dest="whencolor", metavar="WHEN",
          help="use colors (never, always or auto)"),
    added("--literal", dest="literal", default=False,
          help="pass control characters of the output on to the terminal"),
    added("--json", dest="json", default=False,
          help="write results as JSON, one object a line"),
    added("--similar", dest="similar", type="masks", metavar="KINDS", bare="name,date,number",
          help="gather outputs that differ only in what is masked: name, date, number, /REGEX/"),
    switch("--diff", dest="diff", help="show how the outputs of nodes differ"),
    take("--outdir", dest="outdir", metavar="DIR",
          help="write standard output to one file a node here"),
    take("--errdir", dest="errdir", metavar="DIR",
          help="write standard error to one file a node here"),
)  # fmt: skip

COPIES = (
    switch("-c", "--copy", dest="copy", help="copy local files or directories to the nodes"),
    switch("--rcopy", dest="rcopy", help="copy files or directories from the nodes"),
)
FILECOPY = (
    take("--dest", dest="dest_path", metavar="PATH", help="where copies are put"),
    switch("-p", dest="preserve_flag", help="keep times and modes of files"),
    added("--sudo", dest="sudo", default=False,
          help="copy with root's rights on the nodes, by sudo or what the run mode has for it"),
)  # fmt: skip

CONNECTOR = (
    take("-f", "--fanout", type="int", dest="fanout", metavar="N", help="how many nodes at a time"),
    take("--grooming", type="float", dest="grooming_delay", help=HIDDEN),
    take("-l", "--user", type="safestring", dest="user", help="user on the remote nodes"),
    take("-o", "--options", dest="options", help="more options for ssh or rsh"),
    take("-t", "--connect_timeout", type="float", dest="connect_timeout", metavar="SECONDS",
          help="seconds allowed to connect to a node"),
    take("-u", "--command_timeout", type="float", dest="command_timeout", metavar="SECONDS",
          help="seconds allowed to the command on a node"),
    take("-m", "--mode", dest="mode", help="run mode, one of those defined in <confdir>/*.conf"),
    take("-R", "--worker", dest="worker",
          help="how to reach nodes: ssh (the default), exec, rsh, pdsh or a worker module"),
    take("--remote", dest="remote", choices=("yes", "no"), metavar="yes|no",
          help="with gateways: run on the nodes (yes, the default), or on the gateways "
               "nearest to them (no)"),
)  # fmt: skip

NODESET_COMMANDS = (
    switch("-c", "--count", dest="count", default=False, help="print the number of nodes"),
    switch("-e", "--expand", dest="expand", default=False, help="print every name of the set"),
    switch("-f", "--fold", dest="fold", default=False, help="print all nodes as one folded set"),
    take("-l", "--list", action="count", dest="list", default=False,
          help="list the groups of one source (see -s)"),
    take("-L", "--list-all", action="count", dest="listall", default=False,
          help="list the groups of all sources"),
    switch("-r", "--regroup", dest="regroup", default=False,
            help="print nodes as groups (see -s)"),
    take("--index", dest="index", metavar="NODE", help="print the position of NODE in the set"),
    switch("--list-sources", "--groupsources", dest="groupsources", default=False,
            help="list the group sources in use"),
    switch("--completion", dest="completion", default=False, help=HIDDEN),
)  # fmt: skip

NODESET_OPERATIONS = (
    take("-x", "--exclude", action="append", dest="sub_nodes", metavar="NODES", default=[],
          help="remove these nodes"),
    take("-i", "--intersection", action="append", dest="and_nodes", metavar="NODES", default=[],
          help="keep only these nodes"),
    take("-X", "--xor", action="append", dest="xor_nodes", metavar="NODES", default=[],
          help="keep the nodes that are in one of the two sets only"),
)  # fmt: skip

NODESET_OPTIONS = (
    switch("-a", "--all", dest="all", help="begin with all nodes of the group source"),
    take("--autostep", type="autostep", dest="autostep",
          help="fold as a-b/step from this many nodes on: a number, a percentage or 'auto'"),
    DEBUG,
    QUIET,
    switch("-R", "--rangeset", dest="rangeset", help="work on bare ranges such as 1,5,18-31"),
    switch("-G", "--groupbase", dest="groupbase", help="show groups without their source"),
    take("-S", "--separator", dest="separator", default=" ",
          help="what stands between expanded nodes (default: ' ')"),
    take("-O", "--output-format", dest="output_format", metavar="FORMAT", default="%s",
          help="how each result is printed (default: '%s')"),
    take("-I", "--slice", dest="slice_rangeset", metavar="RANGES",
          help="keep the nodes at these positions"),
    take("--split", dest="maxsplit", type="int", metavar="N", help="print this many subsets"),
    switch("--contiguous", dest="contiguous", help="print one subset for each run of nodes"),
    AXIS,
    PICK,
    SEED,
    added("--json", dest="json", default=False, help="print results as JSON, one object a line"),
)  # fmt: skip

#: All options of nodeset.
NODESET: Table = (
    GROUPSOURCE,
    GROUPSCONF,
    *NODESET_COMMANDS,
    *NODESET_OPERATIONS,
    *NODESET_OPTIONS,
)
