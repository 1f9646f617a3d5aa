"""The command-line options of clush, clubak, nodeset and cluset.

Options are declared in tables, one for each group of ``--help``; a tool installs
the groups it needs, so that an option shared by several tools is declared once::

    parser = OptionParser("%prog [options] command")
    parser.install_nodes_options()
    options, args = parser.parse_args()

Parsing stops at the first operand: what follows is the remote command, with
options of its own.
"""

from __future__ import annotations

import optparse
import sys
from optparse import SUPPRESS_HELP

from ClusterShell import __version__
from ClusterShell._lazy import lazy_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

__all__ = [
    "Option",
    "OptionParser",
    "THREE_CHOICES",
    "check_autostep",
    "check_safestring",
    "optparse",
]

__getattr__ = lazy_names(
    globals(),
    {
        "PreferredEngine": "ClusterShell.Engine.Factory",
        "copy": "copy",
    },
)

#: Values of ``--color`` and ``--interpret-keys``; empty means "as configured".
THREE_CHOICES = ["", "never", "always", "auto"]

# Spelled out, not asked from the engine factory: nodeset and clubak start
# without loading any engine.
_ENGINES = ["auto", "epoll", "poll", "select"]


def check_autostep(option: Any, opt: str, value: str) -> str | int | float:
    """Return an autostep value as ``"auto"``, an int, or a float for ``N%``."""
    try:
        if value == "auto":
            return value
        if value.endswith("%"):
            return float(value[:-1]) / 100.0
        return int(value)
    except ValueError:
        raise optparse.OptionValueError(
            f"option {opt}: invalid value: {value!r}, "
            "should be node count, node percentage or 'auto'"
        ) from None


def check_safestring(option: Any, opt: str, value: str) -> str:
    """Return `value` unless it is empty or looks like a forgotten argument."""
    if not value or value.startswith("-"):
        raise optparse.OptionValueError(f"option {opt}: invalid value: {value!r}")
    return value


class Option(optparse.Option):
    """An option that also knows the types ``autostep`` and ``safestring``."""

    TYPES = (*optparse.Option.TYPES, "autostep", "safestring")
    TYPE_CHECKER = {
        **optparse.Option.TYPE_CHECKER,
        "autostep": check_autostep,
        "safestring": check_safestring,
    }


def _take(*names, **attrs):
    """Declare an option with a value; `attrs` as for :class:`optparse.Option`."""
    return names, attrs


def _switch(*names, dest, help, **attrs):
    """Declare an option without a value, ``None`` (or ``default=``) unless given."""
    return names, {"action": "store_true", "dest": dest, "help": help, **attrs}


_AXIS = _take(
    "--axis", dest="axis", metavar="RANGESET", help="fold along these axes only (1 is the first)"
)
_PICK = _take(
    "--pick", type="int", dest="pick", metavar="N", help="keep N of the nodes, chosen at random"
)
_DEBUG = _switch("-d", "--debug", dest="debug", help="say everything, for debugging")
_QUIET = _switch("-q", "--quiet", dest="quiet", help="say only what is essential")
_VERBOSE = _switch("-v", "--verbose", dest="verbose", help="say more about what is going on")
_PROGRESS = _switch("-P", "--progress", dest="progress", help="show the progress of the run")
_MAXRC = _switch("-S", "--maxrc", dest="maxrc", help="exit with the largest return code")
_SEPARATOR = _take(
    "-S", "--separator", dest="separator", default=":",
    help="what stands between the node and the text of a line (default: ':')",
)  # fmt: skip

_CLUSH_CONFIG = (
    _take("--conf", dest="conf", metavar="FILE", help="read FILE as clush.conf(5)"),
    _take("-O", "--option", action="append", dest="option", default=[], metavar="KEY=VALUE",
          help="set a clush.conf(5) setting for this run; may be repeated"),
)  # fmt: skip

_GROUPSOURCE = _take("-s", "--groupsource", type="safestring", dest="groupsource",
                     help="group source to look groups up in, see groups.conf(5)")  # fmt: skip
_GROUPSCONF = _take(
    "--groupsconf", dest="groupsconf", metavar="FILE", help="read FILE as groups.conf(5)"
)

_NODES = (
    _take("-w", action="append", type="safestring", dest="nodes", help="run on these nodes"),
    _take("-x", action="append", type="safestring", dest="exclude", metavar="NODES",
          help="leave these nodes out"),
    _switch("-a", "--all", dest="nodes_all", help="run on all nodes"),
    _take("-g", "--group", action="append", type="safestring", dest="group",
          help="run on the nodes of a group"),
    _take("-X", action="append", type="safestring", dest="exgroup", metavar="GROUP",
          help="leave the nodes of this group out"),
    _take("-E", "--engine", choices=_ENGINES, dest="engine", default="auto", help=SUPPRESS_HELP),
    _take("--hostfile", "--machinefile", action="append", dest="hostfile", default=[],
          metavar="FILE", help="read target nodes from FILE"),
    _take("--topology", dest="topofile", default=None, metavar="FILE",
          help="read the tree of gateways from FILE"),
    _PICK,
)  # fmt: skip

_LAYOUT = (
    _switch("-G", "--groupbase", dest="groupbase", default=False,
            help="show groups without the name of their source"),
    _switch("-L", dest="line_mode", help="no header blocks: lines ordered by node"),
    _take("-N", action="store_false", dest="label", default=True,
          help="do not label output lines"),
)  # fmt: skip
_GATHER_HELP = "merge nodes with the same output"
_GATHER = _switch("-b", "--dshbak", dest="gather", help=_GATHER_HELP)
_GATHER_DSHBAK = _switch("-b", "-c", "--dshbak", dest="gather", help=_GATHER_HELP)
_GATHER_MORE = (
    _switch("-B", dest="gatherall", default=False, help="like -b, standard error included"),
    _switch("-r", "--regroup", dest="regroup", default=False,
            help="show nodes as groups where possible"),
    _AXIS,
)  # fmt: skip
_MSGTREE = (
    _switch("-F", "--fast", dest="fast_mode", help="faster, with more memory"),
    _switch("-T", "--tree", dest="trace_mode", help="show messages as traced in the tree"),
    _take("--interpret-keys", choices=THREE_CHOICES, dest="interpret_keys", default="auto",
          help="read keys as node sets (never, always or auto)"),
)  # fmt: skip
_FORMAT = (
    _take("--color", choices=THREE_CHOICES, dest="whencolor",
          help="use colors (never, always or auto)"),
    _switch("--literal", dest="literal", default=False,
            help="pass control characters of the output on to the terminal"),
    _switch("--diff", dest="diff", help="show how the outputs of nodes differ"),
    _take("--outdir", dest="outdir", help="write standard output to one file a node here"),
    _take("--errdir", dest="errdir", help="write standard error to one file a node here"),
)  # fmt: skip

_FILECOPY = (
    _take("--dest", dest="dest_path", help="where copies are put"),
    _switch("-p", dest="preserve_flag", help="keep times and modes of files"),
)

_CONNECTOR = (
    _take("-f", "--fanout", type="int", dest="fanout", help="how many nodes at a time"),
    _take("--grooming", type="float", dest="grooming_delay", help=SUPPRESS_HELP),
    _take("-l", "--user", type="safestring", dest="user", help="user on the remote nodes"),
    _take("-o", "--options", dest="options", help="more options for ssh or rsh"),
    _take("-t", "--connect_timeout", type="float", dest="connect_timeout",
          help="seconds allowed to connect to a node"),
    _take("-u", "--command_timeout", type="float", dest="command_timeout",
          help="seconds allowed to the command on a node"),
    _take("-m", "--mode", dest="mode", help="run mode, one of those defined in <confdir>/*.conf"),
    _take("-R", "--worker", dest="worker",
          help="how to reach nodes: ssh (the default), exec, rsh, pdsh or a worker module"),
    _take("--remote", dest="remote", choices=("yes", "no"),
          help="with gateways: run on the nodes (yes, the default), or on the gateways "
               "nearest to them (no)"),
)  # fmt: skip

_NODESET_COMMANDS = (
    _switch("-c", "--count", dest="count", default=False, help="print the number of nodes"),
    _switch("-e", "--expand", dest="expand", default=False, help="print every name of the set"),
    _switch("-f", "--fold", dest="fold", default=False, help="print all nodes as one folded set"),
    _take("-l", "--list", action="count", dest="list", default=False,
          help="list the groups of one source (see -s)"),
    _take("-L", "--list-all", action="count", dest="listall", default=False,
          help="list the groups of all sources"),
    _switch("-r", "--regroup", dest="regroup", default=False,
            help="print nodes as groups (see -s)"),
    _take("--index", dest="index", metavar="NODE", help="print the position of NODE in the set"),
    _switch("--list-sources", "--groupsources", dest="groupsources", default=False,
            help="list the group sources in use"),
    _switch("--completion", dest="completion", default=False, help=SUPPRESS_HELP),
)  # fmt: skip

_NODESET_OPERATIONS = (
    _take("-x", "--exclude", action="append", dest="sub_nodes", default=[],
          help="remove these nodes"),
    _take("-i", "--intersection", action="append", dest="and_nodes", default=[],
          help="keep only these nodes"),
    _take("-X", "--xor", action="append", dest="xor_nodes", default=[],
          help="keep the nodes that are in one of the two sets only"),
)  # fmt: skip

_NODESET_OPTIONS = (
    _switch("-a", "--all", dest="all", help="begin with all nodes of the group source"),
    _take("--autostep", type="autostep", dest="autostep",
          help="fold as a-b/step from this many nodes on: a number, a percentage or 'auto'"),
    _DEBUG,
    _QUIET,
    _switch("-R", "--rangeset", dest="rangeset", help="work on bare ranges such as 1,5,18-31"),
    _switch("-G", "--groupbase", dest="groupbase", help="show groups without their source"),
    _take("-S", "--separator", dest="separator", default=" ",
          help="what stands between expanded nodes (default: ' ')"),
    _take("-O", "--output-format", dest="output_format", metavar="FORMAT", default="%s",
          help="how each result is printed (default: '%s')"),
    _take("-I", "--slice", dest="slice_rangeset", help="keep the nodes at these positions"),
    _take("--split", dest="maxsplit", type="int", help="print this many subsets"),
    _switch("--contiguous", dest="contiguous", help="print one subset for each run of nodes"),
    _AXIS,
    _PICK,
)  # fmt: skip


class OptionParser(optparse.OptionParser):
    """Option parser of the ClusterShell tools.

    usage: the usage line, as in :class:`optparse.OptionParser`.
    kwargs: passed on; the version and the option class are set here.
    """

    def __init__(self, usage: str, **kwargs: Any) -> None:
        optparse.OptionParser.__init__(
            self, usage, version=f"%prog {__version__}", option_class=Option, **kwargs
        )
        self.disable_interspersed_args()
        self._install(self, (_GROUPSOURCE,))

    def get_version(self) -> str:
        """Return the version, and on a second line which life the kernels have, and why."""
        from ClusterShell import _accel

        version = optparse.OptionParser.get_version(self)
        return f"{version}\nkernels: {_accel.life()} ({_accel.REASON})"

    def error(self, msg: str) -> NoReturn:
        """End the program with exit code 2, with the usage line and *msg* on standard error."""
        if sys.stderr is None:
            self.exit(2)
        unknown = msg.partition("no such option: ")[2]
        if unknown.startswith("--"):
            from ClusterShell._cli.messages import nearest

            msg += nearest(unknown, self._long_opt)
        if sys.stderr.isatty():
            from ClusterShell._cli.sink import visible

            msg = visible(msg)
        optparse.OptionParser.error(self, msg)

    def _install(self, container, table):
        for names, attrs in table:
            # Parsers share the tables: no parser may append to a default of them.
            if attrs.get("default") == []:
                attrs = {**attrs, "default": []}
            container.add_option(*names, **attrs)

    def _install_group(self, title, *tables):
        group = optparse.OptionGroup(self, title)
        for table in tables:
            self._install(group, table)
        self.add_option_group(group)

    def install_clush_config_options(self) -> None:
        """Install the options that choose and override clush.conf(5)."""
        self._install(self, _CLUSH_CONFIG)

    def install_groupsconf_option(self) -> None:
        """Install the option that chooses groups.conf(5)."""
        self._install(self, (_GROUPSCONF,))

    def install_nodes_options(self) -> None:
        """Install the options that select the target nodes."""
        self._install_group("Selecting target nodes", _NODES)

    def install_display_options(
        self,
        debug_option: bool = True,
        verbose_options: bool = False,
        separator_option: bool = False,
        dshbak_compat: bool = False,
        msgtree_mode: bool = False,
    ) -> None:
        """Install the options that say how output is shown.

        debug_option: whether to offer -d.
        verbose_options: whether to offer -q and -v.
        separator_option: whether -S takes a separator (clubak), instead of
            asking for the largest return code (clush).
        dshbak_compat: whether -c means -b, as in dshbak; there is no -P then.
        msgtree_mode: whether to offer the modes of the message tree (clubak).
        """
        self._install_group(
            "Output behaviour",
            (_QUIET, _VERBOSE) if verbose_options else (),
            (_DEBUG,) if debug_option else (),
            _LAYOUT,
            (_GATHER_DSHBAK,) if dshbak_compat else (_PROGRESS, _GATHER),
            _GATHER_MORE,
            (_SEPARATOR if separator_option else _MAXRC,),
            _MSGTREE if msgtree_mode else (),
            _FORMAT,
        )

    def _copy_callback(self, option, opt_str, value, parser):
        """Note that files are copied; from here on, options may follow operands."""
        setattr(parser.values, option.dest, True)
        parser.enable_interspersed_args()

    def install_filecopy_options(self) -> None:
        """Install the options that copy files instead of running a command."""
        copies = tuple(
            _take(*names, action="callback", callback=self._copy_callback, dest=dest, help=text)
            for names, dest, text in (
                (("-c", "--copy"), "copy", "copy local files or directories to the nodes"),
                (("--rcopy",), "rcopy", "copy files or directories from the nodes"),
            )
        )
        self._install_group("File copying", copies, _FILECOPY)

    def install_connector_options(self) -> None:
        """Install the options that say how nodes are reached."""
        self._install_group("Connection options", _CONNECTOR)

    def install_nodeset_commands(self) -> None:
        """Install the options that say what nodeset does."""
        self._install_group("Commands", _NODESET_COMMANDS)

    def install_nodeset_operations(self) -> None:
        """Install the set operators of nodeset."""
        self._install_group("Operations", _NODESET_OPERATIONS)

    def install_nodeset_options(self) -> None:
        """Install the remaining options of nodeset."""
        self._install_group("Options", _NODESET_OPTIONS)
