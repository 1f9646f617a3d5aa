"""The command-line options of clush, clubak, nodeset and cluset.

Options are declared in tables (``_cli.options``), one for each group of ``--help``;
a tool installs the groups it needs::

    parser = OptionParser("%prog [options] command")
    parser.install_nodes_options()
    options, args = parser.parse_args()

Parsing stops at the first operand: what follows is the remote command, with
options of its own.
"""

from __future__ import annotations

import optparse
import sys

from ClusterShell import __version__
from ClusterShell._cli import options
from ClusterShell._cli.options import THREE_CHOICES
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


def check_amount(option: Any, opt: str, value: str) -> Any:
    """Return a number of nodes, or a percentage of all, as an Amount."""
    from ClusterShell._cli.amounts import Amount

    try:
        return Amount(value)
    except ValueError:
        raise optparse.OptionValueError(
            f"option {opt}: invalid value: {value!r}, should be a number of nodes or a percentage"
        ) from None


def check_masks(option: Any, opt: str, value: str) -> Any:
    """Return what may differ in similar outputs, as Masks."""
    from ClusterShell._cli.similar import Masks

    try:
        return Masks(value)
    except ValueError as exc:
        raise optparse.OptionValueError(f"option {opt}: invalid value: {exc}") from None


class Option(optparse.Option):
    """An option that also knows types of ours, named as the functions that check them."""

    TYPES = (*optparse.Option.TYPES, "autostep", "safestring", "amount", "masks")
    TYPE_CHECKER = {
        **optparse.Option.TYPE_CHECKER,
        "amount": check_amount,
        "autostep": check_autostep,
        "masks": check_masks,
        "safestring": check_safestring,
    }


class OptionParser(optparse.OptionParser):
    """Option parser of the ClusterShell tools.

    :param usage: the usage line, as in :class:`optparse.OptionParser`.
    :param kwargs: passed on; the version and the option class are set here.
    """

    def __init__(self, usage: str, **kwargs: Any) -> None:
        optparse.OptionParser.__init__(
            self, usage, version=f"%prog {__version__}", option_class=Option, **kwargs
        )
        self.disable_interspersed_args()
        #: Long names that nothing shorter stands for, and values of those given without one.
        self._whole: set[str] = set()
        self._bare: dict[str, str] = {}
        self._install(self, (options.GROUPSOURCE,))

    def get_version(self) -> str:
        """Return the version, and on a second line which life the kernels have, and why."""
        from ClusterShell._cli.version import kernels

        return f"{optparse.OptionParser.get_version(self)}\n{kernels()}"

    def error(self, msg: str) -> NoReturn:
        """End the program with exit code 2, with the usage line and *msg* on standard error."""
        if sys.stderr is None:
            self.exit(2)
        unknown = msg.partition("no such option: ")[2]
        if unknown.startswith("--"):
            from ClusterShell._cli.messages import nearest

            msg += nearest(unknown, self._long_opt)
        if sys.stderr.isatty():
            from ClusterShell._cli.controls import visible

            msg = visible(msg)
        optparse.OptionParser.error(self, msg)

    def _install(self, container: Any, table: Any) -> None:
        for names, attrs in table:
            # Parsers share the tables: no parser may append to a default of them.
            if attrs.get("default") == []:
                attrs = {**attrs, "default": []}
            if attrs.get("help") == options.HIDDEN:
                attrs = {**attrs, "help": optparse.SUPPRESS_HELP}
            attrs = dict(attrs)
            if attrs.pop("whole", False):
                self._whole.update(names)
            bare = attrs.pop("bare", None)
            if bare is not None:
                self._bare.update(dict.fromkeys(names, bare))
            container.add_option(*names, **attrs)

    def _match_long_opt(self, opt: str) -> str:
        """Return the option that *opt*, maybe an abbreviation, stands for."""
        if opt in self._long_opt:
            return opt
        known = {name: None for name in self._long_opt if name not in self._whole}
        return optparse._match_abbrev(opt, known)  # type: ignore[attr-defined]

    def _process_long_opt(self, rargs: list[str], values: Any) -> None:
        """Take a long option; one whose value may be left out takes it only behind ``=``."""
        if rargs[0] in self._bare:
            rargs[0] = f"{rargs[0]}={self._bare[rargs[0]]}"
        optparse.OptionParser._process_long_opt(self, rargs, values)

    def _install_group(self, title: str, *tables: Any) -> None:
        group = optparse.OptionGroup(self, title)
        for table in tables:
            self._install(group, table)
        self.add_option_group(group)

    def install_clush_config_options(self) -> None:
        """Install the options that choose and override clush.conf(5)."""
        self._install(self, options.CLUSH_CONFIG)

    def install_groupsconf_option(self) -> None:
        """Install the option that chooses groups.conf(5)."""
        self._install(self, (options.GROUPSCONF,))

    def install_nodes_options(self) -> None:
        """Install the options that select the target nodes."""
        self._install_group("Selecting target nodes", options.NODES)

    def install_display_options(
        self,
        debug_option: bool = True,
        verbose_options: bool = False,
        separator_option: bool = False,
        dshbak_compat: bool = False,
        msgtree_mode: bool = False,
    ) -> None:
        """Install the options that say how output is shown.

        :param debug_option: whether to offer -d.
        :param verbose_options: whether to offer -q and -v.
        :param separator_option: whether -S takes a separator (clubak), instead of
            asking for the largest return code (clush).
        :param dshbak_compat: whether -c means -b, as in dshbak; there is no -P then.
        :param msgtree_mode: whether to offer the modes of the message tree (clubak).
        """
        self._install_group(
            "Output behaviour",
            (options.QUIET, options.VERBOSE) if verbose_options else (),
            (options.DEBUG,) if debug_option else (),
            options.LAYOUT,
            (options.GATHER_DSHBAK,) if dshbak_compat else (options.PROGRESS, options.GATHER),
            options.GATHER_MORE,
            (options.SEPARATOR if separator_option else options.MAXRC,),
            options.MSGTREE if msgtree_mode else (),
            options.FORMAT,
        )

    def _copy_callback(self, option: Any, opt_str: str, value: Any, parser: Any) -> None:
        """Note that files are copied; from here on, options may follow operands."""
        setattr(parser.values, option.dest, True)
        parser.enable_interspersed_args()

    def install_filecopy_options(self) -> None:
        """Install the options that copy files instead of running a command."""
        copies = tuple(
            (names, {**attrs, "action": "callback", "callback": self._copy_callback})
            for names, attrs in options.COPIES
        )
        self._install_group("File copying", copies, options.FILECOPY)

    def install_connector_options(self) -> None:
        """Install the options that say how nodes are reached."""
        self._install_group("Connection options", options.CONNECTOR)

    def install_run_options(self) -> None:
        """Install the options of clush that say what becomes of the outcome of a run."""
        self._install_group("Runs", options.RUNS)

    def install_nodeset_commands(self) -> None:
        """Install the options that say what nodeset does."""
        self._install_group("Commands", options.NODESET_COMMANDS)

    def install_nodeset_operations(self) -> None:
        """Install the set operators of nodeset."""
        self._install_group("Operations", options.NODESET_OPERATIONS)

    def install_nodeset_options(self) -> None:
        """Install the remaining options of nodeset."""
        self._install_group("Options", options.NODESET_OPTIONS)
