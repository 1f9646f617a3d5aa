"""Configuration of clush: clush.conf(5), the run modes, the command line.

A setting is looked up, the first found wins, in the section of the run mode,
in what the command line set, in the configuration files, in the defaults.
"""

from __future__ import annotations

import os
from configparser import ConfigParser, NoOptionError, NoSectionError

from ClusterShell._cli.levels import DEBUG as VERB_DEBUG
from ClusterShell._cli.levels import QUIET as VERB_QUIET
from ClusterShell._cli.levels import STD as VERB_STD
from ClusterShell._cli.levels import VERB as VERB_VERB
from ClusterShell._cli.options import THREE_CHOICES
from ClusterShell._config import ini
from ClusterShell._lazy import lazy_names
from ClusterShell.Defaults import DEFAULTS, config_paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

__all__ = [
    "ClushConfig",
    "ClushConfigError",
    "ConfigParser",
    "DEFAULTS",
    "NoOptionError",
    "NoSectionError",
    "THREE_CHOICES",
    "VERB_DEBUG",
    "VERB_QUIET",
    "VERB_STD",
    "VERB_VERB",
    "config_paths",
    "os",
]

__getattr__ = lazy_names(globals(), {"Template": "string", "glob": None, "shlex": None})


class ClushConfigError(Exception):
    """A setting of clush cannot be used.

    :ivar section: section of the setting, None if it has none.
    :ivar option: name of the setting, None if the error is about no single one.
    :ivar msg: what is wrong with it.
    """

    def __init__(
        self, section: str | None = None, option: str | None = None, msg: object = None
    ) -> None:
        Exception.__init__(self)
        self.section = section
        self.option = option
        self.msg = msg

    def __str__(self) -> str:
        text = str(self.msg or "")
        if self.section and self.option:
            return f"(Config {self.section}.{self.option}): {text}"
        return text


class ClushConfig(ConfigParser):
    """Settings of clush, one property each.

    :param options: what the option parser returned.
    :param filename: configuration file to read instead of the usual ones; a file that
        cannot be read is taken as empty, as the usual ones may be missing.

    Raises ClushConfigError for a malformed ``-O``, configparser.Error for a
    malformed file; a malformed value raises when it is asked for.
    """

    MAIN_SECTION = "Main"
    MAIN_DEFAULTS = {
        "fanout": f"{DEFAULTS.fanout}",
        "connect_timeout": f"{DEFAULTS.connect_timeout:f}",
        "command_timeout": f"{DEFAULTS.command_timeout:f}",
        "history_size": "100",
        "color": THREE_CHOICES[0],
        "verbosity": f"{VERB_STD}",
        "node_count": "yes",
        "maxrc": "no",
        "fd_max": "8192",
        "command_prefix": "",
        "password_prompt": "no",
    }
    #: Settings that have no value by default.
    _OTHER_SETTINGS = (
        *("confdir", "ssh_user", "ssh_path", "ssh_options", "scp_path", "scp_options"),
        *("rsh_path", "rcp_path", "rsh_options"),
        *("record", "exclude", "prompt_extras"),
    )

    def __init__(self, options: Any, filename: str | None = None) -> None:
        ConfigParser.__init__(self)
        self.mode: str | None = None
        # Before reading: a [DEFAULT] section of a file does not replace them.
        self[self.MAIN_SECTION] = self.MAIN_DEFAULTS
        files = [filename] if filename else config_paths("clush.conf")
        #: The files read, in the order of reading.
        self.parsed = self.read(files)
        if self.parsed:
            self._read_confdir()
        self._set_options(options)

    def _read_confdir(self) -> None:
        """Read the ``*.conf`` files of the directories that ``confdir`` names."""
        try:
            confdir = self.get(self.MAIN_SECTION, "confdir")
        except (NoSectionError, NoOptionError):
            return
        cfgdir = os.path.dirname(os.path.abspath(self.parsed[-1]))
        try:
            for folder in ini.folders(confdir, "confdir", cfgdir):
                self.parsed += self.read(ini.files(folder, ".conf"))
        except NotADirectoryError as exc:
            raise ClushConfigError(msg=exc) from exc

    def _set_options(self, options: Any) -> None:
        """Enter what the command line says; ``-O`` beats options of their own."""
        verbosity = None
        for given, level in (
            (options.debug, VERB_DEBUG),
            (options.verbose, VERB_VERB),
            (options.quiet, VERB_QUIET),
        ):
            if given:
                verbosity = str(level)
                break
        for key, value in (
            ("verbosity", verbosity),
            ("fanout", options.fanout),
            ("connect_timeout", options.connect_timeout),
            ("command_timeout", options.command_timeout),
            ("ssh_user", options.user),
            ("ssh_options", options.options),
            ("color", options.whencolor),
            ("maxrc", options.maxrc),
            ("record", getattr(options, "record", None)),
        ):
            if value:
                self._set_main(key, value)
        for text in options.option:
            key, sep, value = text.partition("=")
            try:
                if not sep:
                    raise ValueError(text)
                self._set_main(key, value)
            except ValueError:
                raise ClushConfigError(
                    self.MAIN_SECTION, text, "invalid -O/--option value"
                ) from None

    def _set_main(self, option: str, value: Any) -> None:
        """Set `option` of the main section to `value`, of any type."""
        self.set(self.MAIN_SECTION, option, str(value))

    def _getx(self, xtype: str, section: str, option: str) -> Any:
        """Return a value as `xtype` ("int", "float" or "boolean").

        Raises ClushConfigError if it is missing or malformed.
        """
        try:
            return getattr(ConfigParser, "get" + xtype)(self, section, option)
        except (ValueError, TypeError, NoSectionError, NoOptionError) as exc:
            raise ClushConfigError(section, option, exc) from exc

    # The signatures are narrower than those of ConfigParser: no fallback, and
    # errors that name the setting.
    def getboolean(  # type: ignore[override]
        self, section: str, option: str
    ) -> bool:
        """Return a boolean; raise ClushConfigError if missing or malformed."""
        return self._getx("boolean", section, option)

    def getfloat(  # type: ignore[override]
        self, section: str, option: str
    ) -> float:
        """Return a float; raise ClushConfigError if missing or malformed."""
        return self._getx("float", section, option)

    def getint(  # type: ignore[override]
        self, section: str, option: str
    ) -> int:
        """Return an int; raise ClushConfigError if missing or malformed."""
        return self._getx("int", section, option)

    def _get_optional(self, section: str, option: str) -> str | None:
        """Return the text of a setting, None if it is not set."""
        try:
            return self.get(section, option)
        except (NoSectionError, NoOptionError):
            return None

    def _in_mode(self, getter: Callable[..., Any], option: str) -> tuple[bool, Any]:
        """Return (True, value) if the present mode sets `option`, else (False, None).

        Raises ValueError if `getter`, a method of ConfigParser, does.
        """
        section = f"mode:{self.mode}"
        if self.mode is None or not self.has_option(section, option):
            return False, None
        return True, getter(self, section, option)

    def _getboolean_mode_optional(self, option: str) -> bool:
        found, value = self._in_mode(ConfigParser.getboolean, option)
        return value if found else self.getboolean(self.MAIN_SECTION, option)

    def _getint_mode_optional(self, option: str) -> int:
        found, value = self._in_mode(ConfigParser.getint, option)
        return value if found else self.getint(self.MAIN_SECTION, option)

    def _getfloat_mode_optional(self, option: str) -> float:
        found, value = self._in_mode(ConfigParser.getfloat, option)
        return value if found else self.getfloat(self.MAIN_SECTION, option)

    def _get_mode_optional(self, option: str) -> Any:
        found, value = self._in_mode(ConfigParser.get, option)
        return value if found else self._get_optional(self.MAIN_SECTION, option)

    @property
    def verbosity(self) -> int:
        """How much to say: VERB_QUIET to VERB_DEBUG; malformed means quiet."""
        try:
            return self.getint(self.MAIN_SECTION, "verbosity")
        except ClushConfigError:
            return VERB_QUIET

    @property
    def fanout(self) -> int:
        """How many nodes at a time."""
        return self._getint_mode_optional("fanout")

    @property
    def connect_timeout(self) -> float:
        """Seconds allowed to connect to a node, as a float."""
        return self._getfloat_mode_optional("connect_timeout")

    @property
    def command_timeout(self) -> float:
        """Seconds allowed to the command, as a float; 0 means for ever."""
        return self._getfloat_mode_optional("command_timeout")

    @property
    def ssh_user(self) -> str | None:
        """Remote user, or None."""
        return self._get_mode_optional("ssh_user")

    @property
    def ssh_path(self) -> str | None:
        """The ssh command, or None."""
        return self._get_mode_optional("ssh_path")

    @property
    def ssh_options(self) -> str | None:
        """More options for ssh, or None."""
        return self._get_mode_optional("ssh_options")

    @property
    def scp_path(self) -> str | None:
        """The scp command, or None."""
        return self._get_mode_optional("scp_path")

    @property
    def scp_options(self) -> str | None:
        """More options for scp, or None."""
        return self._get_mode_optional("scp_options")

    @property
    def rsh_path(self) -> str | None:
        """The rsh command, or None."""
        return self._get_mode_optional("rsh_path")

    @property
    def rcp_path(self) -> str | None:
        """The rcp command, or None."""
        return self._get_mode_optional("rcp_path")

    @property
    def rsh_options(self) -> str | None:
        """More options for rsh, or None."""
        return self._get_mode_optional("rsh_options")

    @property
    def color(self) -> str:
        """When to use colors: one of THREE_CHOICES."""
        value = self._get_mode_optional("color")
        if value not in THREE_CHOICES:
            raise ClushConfigError(
                self.mode or self.MAIN_SECTION, "color", f"choose from {THREE_CHOICES}"
            )
        return value

    @property
    def node_count(self) -> bool:
        """Whether the header of a gathered block tells the number of its nodes."""
        return self._getboolean_mode_optional("node_count")

    @property
    def maxrc(self) -> bool:
        """Whether clush exits with the largest return code."""
        return self._getboolean_mode_optional("maxrc")

    @property
    def prompt_extras(self) -> bool:
        """Whether the prompt knows more than the released one: help, Tab, settings."""
        if not self.has_option(self.MAIN_SECTION, "prompt_extras"):
            return False
        return self.getboolean(self.MAIN_SECTION, "prompt_extras")

    @property
    def exclude(self) -> str | None:
        """Node set of nodes that are left out, or None; modes notwithstanding."""
        return self._get_optional(self.MAIN_SECTION, "exclude")

    @property
    def record(self) -> str:
        """Whether runs are recorded: ``no``, ``yes``, or ``output`` for their output as well."""
        value = self._get_mode_optional("record") or "no"
        if value == "output":
            return value
        try:
            return "yes" if self.BOOLEAN_STATES[value.lower()] else "no"
        except KeyError:
            reason = f"choose from no, yes, output, not {value!r}"
            raise ClushConfigError(self.mode or self.MAIN_SECTION, "record", reason) from None

    @property
    def fd_max(self) -> int:
        """Ceiling of open file descriptors, modes notwithstanding."""
        return self.getint(self.MAIN_SECTION, "fd_max")

    def unknown_settings(self) -> Iterator[tuple[str, str, list[str]]]:
        """Yield (section, name, known names) for each setting that clush does not know."""
        for section in self.sections():
            mode = section.startswith("mode:")
            if mode or section == self.MAIN_SECTION:
                known = [*self.MAIN_DEFAULTS, *self._OTHER_SETTINGS]
            elif section.startswith("ssh "):
                from ClusterShell._cli.clush.sections import SETTINGS

                known = list(SETTINGS)
            else:
                continue
            for option in self.options(section):
                if option not in known and option not in self.defaults():
                    yield section, option, known

    def unknown_sections(self) -> Iterator[str]:
        """Yield the names of the sections that clush does not read."""
        for section in self.sections():
            if section != self.MAIN_SECTION and not section.startswith(("mode:", "ssh ")):
                yield section

    def modes(self) -> Iterator[str]:
        """Yield the names of the run modes defined."""
        for section in self.sections():
            if section.startswith("mode:"):
                yield section[5:]

    def set_mode(self, mode: str) -> None:
        """Let the settings of `mode` win; raise ClushConfigError if there is none such."""
        modes = list(self.modes())
        if mode not in modes:
            available = " ".join(modes) or "none, see confdir in clush.conf(5)"
            raise ClushConfigError(msg=f'invalid mode "{mode}" (available: {available})')
        self.mode = mode

    @property
    def command_prefix(self) -> str:
        """What is put before every command, or an empty string."""
        return self._get_mode_optional("command_prefix")

    @property
    def password_prompt(self) -> bool:
        """Whether to ask for a password, passed to the commands on standard input."""
        return self._getboolean_mode_optional("password_prompt")
