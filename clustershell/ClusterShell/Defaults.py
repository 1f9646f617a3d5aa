"""Library-wide defaults, read from ``defaults.conf`` and changed by programs.

:data:`DEFAULTS` is what the rest of the library reads.  The configuration
files behind it are opened when a default is first asked for, so that importing
the library touches no file, and a program may report what is wrong with one.
"""

from __future__ import annotations, print_function

import os
import sys

from ClusterShell._lazy import lazy_names

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Collection
    from configparser import ConfigParser
    from typing import Any, Callable

    _Getter = Callable[[ConfigParser, str, str], Any]

__all__ = [
    "CFG_SECTION_ENGINE",
    "CFG_SECTION_NODESET",
    "CFG_SECTION_TASK_DEFAULT",
    "CFG_SECTION_TASK_INFO",
    "DEFAULTS",
    "Defaults",
    "config_paths",
    "os",
    "print_function",
    "sys",
]

__getattr__ = lazy_names(
    globals(),
    {
        "ConfigParser": "configparser",
        "NoOptionError": "configparser",
        "NoSectionError": "configparser",
    },
)

CFG_SECTION_TASK_DEFAULT = "task.default"
CFG_SECTION_TASK_INFO = "task.info"
CFG_SECTION_NODESET = "nodeset"
CFG_SECTION_ENGINE = "engine"


def _task_print_debug(task: Any, line: Any) -> None:
    """Print a debug line on standard output: the default ``print_debug``."""
    print(line)


def _load_workerclass(workername: str) -> type:
    """Return the worker class called ``workername``.

    The name is short (``ssh``, for ``ClusterShell.Worker.Ssh``) or the full
    name of a module that offers its class as ``WORKER_CLASS``.

    Raises ImportError when there is no such module, AttributeError when it
    has no ``WORKER_CLASS``.
    """
    name = "ClusterShell.Worker." + workername.capitalize()
    try:
        __import__(name)
    except ModuleNotFoundError as exc:
        # A worker module that lacks a library of its own must not be taken
        # for a missing worker module.
        if exc.name is None or not (name + ".").startswith(exc.name + "."):
            raise
        name = workername
        __import__(name)
    return sys.modules[name].WORKER_CLASS


def _local_workerclass(defaults: Defaults) -> type:
    """Return the class of workers that run commands on this machine."""
    return _load_workerclass(defaults.local_workername)


def _distant_workerclass(defaults: Defaults) -> type:
    """Return the class of workers that run commands on other machines."""
    return _load_workerclass(defaults.distant_workername)


def _read_integer_tuple(parser: ConfigParser, section: str, option: str) -> tuple[int, ...]:
    """Read integers separated by commas; empty items count for nothing."""
    return tuple(int(item) for item in parser.get(section, option).split(",") if item.strip())


def _getter(method: str) -> _Getter:
    """Return a reader of options that calls ``method`` of the parser."""
    return lambda parser, section, option: getattr(parser, method)(section, option)


_TEXT = _getter("get")
_BOOLEAN = _getter("getboolean")
_INTEGER = _getter("getint")
_FLOAT = _getter("getfloat")


class Defaults:
    """Values that tasks and node sets take where the program says nothing.

    Each is an attribute, to be read at any time and changed, for most of them
    before the first task or node set is made:

    - node sets: ``fold_axis`` (tuple of axis numbers, empty for all axes);
    - tasks: ``stderr``, ``stdin``, ``stdout_msgtree``, ``stderr_msgtree``,
      ``auto_tree`` (booleans), ``engine``, ``local_workername``,
      ``distant_workername`` (strings), ``debug`` (boolean), ``print_debug``
      (function of task and line), ``fanout`` (integer), ``grooming_delay``,
      ``connect_timeout``, ``command_timeout`` (seconds);
    - engine: ``port_qlimit`` (messages that may wait on a port).

    All but ``print_debug`` may stand in ``defaults.conf``, in the section
    ``[nodeset]``, ``[task.default]``, ``[task.info]`` or ``[engine]``.

    >>> defaults = Defaults([])
    >>> defaults.fanout
    64
    >>> defaults.fanout = 128
    >>> defaults.fanout
    128

    Reading or setting an unknown default raises AttributeError.
    """

    _TASK_DEFAULT: dict[str, Any] = {
        "stderr": False,
        "stdin": True,
        "stdout_msgtree": True,
        "stderr_msgtree": True,
        "engine": "auto",
        "port_qlimit": 100,
        "auto_tree": True,
        "local_workername": "exec",
        "distant_workername": "ssh",
    }
    _TASK_DEFAULT_CONVERTERS: dict[str, _Getter] = {
        "stderr": _BOOLEAN,
        "stdin": _BOOLEAN,
        "stdout_msgtree": _BOOLEAN,
        "stderr_msgtree": _BOOLEAN,
        "engine": _TEXT,
        "port_qlimit": _INTEGER,
        "auto_tree": _BOOLEAN,
        "local_workername": _TEXT,
        "distant_workername": _TEXT,
    }
    _TASK_INFO: dict[str, Any] = {
        "debug": False,
        "print_debug": _task_print_debug,
        "fanout": 64,
        "grooming_delay": 0.25,
        "connect_timeout": 10,
        "command_timeout": 0,
    }
    _TASK_INFO_CONVERTERS: dict[str, _Getter] = {
        "debug": _BOOLEAN,
        "fanout": _INTEGER,
        "grooming_delay": _FLOAT,
        "connect_timeout": _FLOAT,
        "command_timeout": _FLOAT,
    }
    if TYPE_CHECKING:  # what the tables have
        stderr: bool
        stdin: bool
        stdout_msgtree: bool
        stderr_msgtree: bool
        engine: str
        port_qlimit: int
        auto_tree: bool
        local_workername: str
        distant_workername: str
        debug: bool
        print_debug: Callable[[Any, str], None]
        fanout: int
        grooming_delay: float
        connect_timeout: float
        command_timeout: float
        fold_axis: Collection[int]

    #: Settings of a task that are not sent to gateways.
    _TASK_INFO_PKEYS_BL = ["engine", "print_debug"]
    _NODESET: dict[str, Any] = {"fold_axis": ()}
    _NODESET_CONVERTERS: dict[str, _Getter] = {"fold_axis": _read_integer_tuple}
    _ENGINE: dict[str, Any] = {"port_qlimit": 100}
    _ENGINE_CONVERTERS: dict[str, _Getter] = {"port_qlimit": _INTEGER}

    #: Where the values live: in this order a name is looked up.
    _STORES = ("_task_default", "_task_info", "_nodeset", "_engine")
    _ATTRIBUTES = frozenset((*_STORES, "_task_info_pkeys_bl", "_filenames"))

    def __init__(self, filenames: Any) -> None:
        """Take the defaults, as changed by the existing ones of ``filenames``.

        Later files win.  Raises configparser.Error for a malformed file and
        ValueError for a malformed value.
        """
        self._filenames = filenames
        self._load()

    @classmethod
    def _deferred(cls, filenames: list[str]) -> Defaults:
        """Return defaults that read ``filenames`` when first asked for a value."""
        self = cls.__new__(cls)
        self._filenames = filenames
        return self

    def _load(self) -> None:
        # Parsed first: a file that raises leaves the object as it was, and
        # the next use raises again.
        parser = _parse(self._filenames)
        self._task_default = self._TASK_DEFAULT.copy()
        self._task_info = self._TASK_INFO.copy()
        self._task_info_pkeys_bl = self._TASK_INFO_PKEYS_BL[:]
        self._nodeset = self._NODESET.copy()
        self._engine = self._ENGINE.copy()
        if parser is not None:
            try:
                self._parse_config(parser)
            except BaseException:
                for name in (*self._STORES, "_task_info_pkeys_bl"):
                    delattr(self, name)
                raise

    def _parse_config(self, config: ConfigParser) -> None:
        """Take the values that ``config`` has for us."""
        for section, store, converters in (
            (CFG_SECTION_TASK_DEFAULT, self._task_default, self._TASK_DEFAULT_CONVERTERS),
            (CFG_SECTION_TASK_INFO, self._task_info, self._TASK_INFO_CONVERTERS),
            (CFG_SECTION_NODESET, self._nodeset, self._NODESET_CONVERTERS),
            (CFG_SECTION_ENGINE, self._engine, self._ENGINE_CONVERTERS),
        ):
            for option, convert in converters.items():
                if not config.has_option(section, option):
                    continue
                try:
                    store[option] = convert(config, section, option)
                except ValueError as exc:
                    raise ValueError(f"[{section}] {option}: {exc}") from exc

    def _store_of(self, name: str) -> dict[str, Any]:
        """Return the store that gives the value of the default ``name``."""
        if name == "port_qlimit":
            # Its section was [task.default] before 1.8, and still counts
            # there as long as [engine] leaves it at the built-in value.
            if self._engine[name] == self._ENGINE[name]:
                return self._task_default
            return self._engine
        for store in self._STORES:
            values = getattr(self, store)
            if name in values:
                return values
        raise AttributeError(name)

    def __getattr__(self, name: str) -> Any:
        # Reached for what is no attribute: defaults, and the stores before
        # the files are read.
        if name in self._STORES or name == "_task_info_pkeys_bl":
            if "_filenames" not in self.__dict__:  # being copied or unpickled
                raise AttributeError(name)
            self._load()
            return self.__dict__[name]
        if name.startswith("_"):
            raise AttributeError(name)
        return self._store_of(name)[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._ATTRIBUTES:
            object.__setattr__(self, name, value)
        elif name == "port_qlimit":
            self._engine[name] = value
        else:
            self._store_of(name)[name] = value


def _parse(filenames: Any) -> ConfigParser | None:
    """Return a parser that has read ``filenames``, or None if none exists."""
    if isinstance(filenames, str):
        filenames = [filenames]
    present = [name for name in filenames if os.path.exists(name)]
    if not present:
        return None
    from configparser import ConfigParser

    parser = ConfigParser()
    parser.read(present)
    return parser


def _prefix(path: str) -> str | None:
    """Return the prefix that a module of the package is installed below, if it is.

    A system-wide ``pip install`` leaves Python's own prefix to the distribution and has
    another, ``/usr/local``.  What the tools read has to be where pip puts it.
    """
    site = os.path.dirname(os.path.dirname(path))
    if os.path.basename(site) not in ("site-packages", "dist-packages"):
        return None
    return os.path.dirname(os.path.dirname(os.path.dirname(site)))


def config_paths(config_name: str) -> list[str]:
    """Return where a configuration file may be; the last existing one wins.

    These are the prefix that the package is installed below where that is not Python's
    own, the system's folder, the one of ``pip install --user``, the one of the Python
    prefix (a virtual environment), the user's own, and ``$CLUSTERSHELL_CFGDIR`` where
    that is set.
    """
    home = os.environ.get("XDG_CONFIG_HOME", os.path.expanduser("~/.config"))
    paths = [
        os.path.join("/etc/clustershell", config_name),
        os.path.join(os.path.expanduser("~/.local/etc/clustershell"), config_name),
        os.path.join(sys.prefix, "etc", "clustershell", config_name),
        os.path.join(home, "clustershell", config_name),
    ]
    prefix = _prefix(os.path.abspath(__file__))
    installed = os.path.join(prefix or sys.prefix, "etc", "clustershell", config_name)
    if installed not in paths:
        paths.insert(0, installed)
    if "CLUSTERSHELL_CFGDIR" in os.environ:
        paths.append(os.path.join(os.environ["CLUSTERSHELL_CFGDIR"], config_name))
    return paths


#: The defaults the whole library reads.
DEFAULTS = Defaults._deferred(config_paths("defaults.conf"))
