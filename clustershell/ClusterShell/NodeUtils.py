"""Node groups: where they are defined, and how they are resolved.

A *group source* knows the nodes of the groups of one namespace.  A *group
resolver* holds several of them, one of which is the default.  NodeSet asks a
resolver whenever it meets ``@group`` or ``@source:group``::

    >>> racks = GroupSource("racks", {"r1": "n[1-20]", "r2": "n[21-40]"})
    >>> resolver = GroupResolver(racks)
    >>> resolver.group_nodes("r1")
    ['n[1-20]']
    >>> resolver.grouplist("racks")
    ['r1', 'r2']

GroupResolverConfig reads its sources from groups.conf(5): upcalls (external
commands) and group files.  Nothing is read before the first question is asked.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import RLock
from collections.abc import Iterator

from ClusterShell._groups import answers, errors
from ClusterShell._groups.answers import cached, keep
from ClusterShell._groups.errors import notices
from ClusterShell._lazy import import_module, lazy_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from configparser import ConfigParser
    from typing import Any, Callable, Union

    Answer = Union[str, list[str]]

    from ClusterShell._groups.upcalls import UpcallText

# Held while a resolver is set up: threads share the standard one.
_INIT_LOCK = RLock()

#: Seconds an answer stays in memory where the source does not say.
_DEFAULT_CACHE_TIME = 3600

__all__ = [
    "FileGroupSource",
    "GroupResolver",
    "GroupResolverConfig",
    "GroupResolverConfigError",
    "GroupResolverError",
    "GroupResolverIllegalCharError",
    "GroupResolverSourceError",
    "GroupSource",
    "GroupSourceError",
    "GroupSourceNoUpcall",
    "GroupSourceQueryFailed",
    "UpcallGroupSource",
    "YAMLGroupLoader",
    "basestring",
    "os",
    "time",
]

__getattr__ = lazy_names(
    globals(),
    {
        "ConfigParser": "configparser",
        "DEVNULL": "subprocess",
        "LOGGER": lambda: import_module("logging").getLogger(__name__),
        "NoOptionError": "configparser",
        "NoSectionError": "configparser",
        "PIPE": "subprocess",
        "Popen": "subprocess",
        "Template": "string",
        "errno": None,
        "glob": None,
        "logging": None,
        "shlex": None,
        "warnings": None,
        "wraps": "functools",
    },
)

basestring = str


def _debug(message: str, *args: object) -> None:
    """Log for debugging; where nobody has loaded logging, nobody listens."""
    if "logging" in sys.modules:
        sys.modules["logging"].getLogger(__name__).debug(message, *args)


class GroupSourceError(errors.SourceError):
    """Base of the errors of a group source, found in ``group_source``."""

    def __init__(self, message: str, group_source: Any) -> None:
        Exception.__init__(self, message)
        self.group_source = group_source


class GroupSourceNoUpcall(GroupSourceError, errors.NoAnswer):
    """The source has no way to answer this kind of question."""


class GroupSourceQueryFailed(GroupSourceError, errors.QueryFailed):
    """The source has tried to answer and failed."""


class GroupResolverError(errors.ResolverError):
    """Base of the errors of a group resolver."""


class GroupResolverSourceError(GroupResolverError, errors.NoSuchSource):
    """There is no group source of that name."""


class GroupResolverIllegalCharError(GroupResolverError):
    """The name of a group holds a character that node set expressions use."""


class GroupResolverConfigError(GroupResolverError):
    """The configuration of node groups is wrong."""


class GroupSource:
    """Groups held in memory; also the interface of all group sources.

    :param name: the namespace, as in ``@name:group``.
    :param groups: nodes (a node set string, or a list of them) of each group.
    :param allgroups: all nodes, as a node set string.

    A source of another kind overrides the four ``resolv_`` methods, and sets
    ``has_reverse`` where it can tell the groups of a node.  Answers are strings
    (words, on one line or several) or lists of strings.
    """

    def __init__(
        self, name: str, groups: dict[str, Any] | None = None, allgroups: str | None = None
    ) -> None:
        self.name = name
        self.groups = groups or {}
        self.allgroups = allgroups
        self.has_reverse = False

    def resolv_map(self, group: str) -> Answer:
        """Return the nodes of a group, ``""`` for an unknown one."""
        return self.groups.get(group, "")

    def resolv_list(self) -> Answer:
        """Return the names of all groups."""
        return list(self.groups)

    def resolv_all(self) -> Answer:
        """Return all nodes; raise GroupSourceNoUpcall if not known."""
        if self.allgroups is None:
            raise GroupSourceNoUpcall("All groups info not available", self)
        return self.allgroups

    def resolv_reverse(self, node: str) -> Answer:
        """Return the names of the groups of a node; raise GroupSourceNoUpcall if not known."""
        raise GroupSourceNoUpcall("Not implemented", self)


class FileGroupSource(GroupSource):
    """Groups of a file, which a loader reads again from time to time.

    :param loader: any object whose ``groups(name)`` returns a dictionary as
        GroupSource takes it, such as YAMLGroupLoader.

    A group called ``all`` stands for all nodes of the source.
    """

    def __init__(self, name: str, loader: Any) -> None:
        # No call of the base: groups and allgroups are properties here.
        self.name = name
        self.loader = loader
        self.has_reverse = False

    @property
    def groups(self) -> dict[str, Any]:  # type: ignore[override]
        """The groups as they are in the file now."""
        return self.loader.groups(self.name)

    @property
    def allgroups(self) -> Any:  # type: ignore[override]
        """The group ``all``, None if there is none."""
        return self.groups.get("all")


class UpcallGroupSource(GroupSource):
    """Groups that external commands know.

    :param map_upcall: prints the nodes of ``$GROUP``.
    :param all_upcall: prints all nodes.
    :param list_upcall: prints all groups.
    :param reverse_upcall: prints the groups of ``$NODE``.
    :param cfgdir: directory the commands run in, and ``$CFGDIR`` in them.
    :param cache_time: seconds an answer is kept (default 3600; 0: not at all).
    :param mapall_upcall: prints a ``group: nodes`` line for each group; one call then
        answers for map and list.  map remains for groups that it leaves out.
    :param unsafe_names: put any name into commands, quoted for its place, where
        otherwise some are refused (see ClusterShell._shell.template).
    :param timeout: seconds a command may take, None for any time.

    Words in the output are separated by white space.  A command that exits with
    another status than 0 raises GroupSourceQueryFailed.
    """

    def __init__(
        self,
        name: str,
        map_upcall: str | None = None,
        all_upcall: str | None = None,
        list_upcall: str | None = None,
        reverse_upcall: str | None = None,
        cfgdir: str | None = None,
        cache_time: float | None = None,
        mapall_upcall: str | None = None,
        *,
        unsafe_names: bool = False,
        timeout: float | None = None,
    ) -> None:
        GroupSource.__init__(self, name)
        self.verbosity = 0  # deprecated
        self.cfgdir = cfgdir
        upcalls = {"map": map_upcall, "all": all_upcall, "list": list_upcall}
        upcalls.update(reverse=reverse_upcall, mapall=mapall_upcall)
        #: The command for each question that can be asked.
        self.upcalls = {key: text for key, text in upcalls.items() if text}
        self.has_reverse = "reverse" in self.upcalls
        self.cache_time = _DEFAULT_CACHE_TIME if cache_time is None else cache_time
        self.unsafe_names = unsafe_names
        self.timeout = timeout
        self._texts: dict[tuple[object, ...], UpcallText] = {}
        self._cache: dict[str, Any] = {}
        self.clear_cache()

    @property
    def logger(self) -> logging.Logger:
        """The logger of this module."""
        return __getattr__("LOGGER")

    def clear_cache(self) -> None:
        """Forget all answers."""
        self._cache = {"map": {}, "reverse": {}}

    def _fail(self, message: str) -> GroupSourceQueryFailed:
        return GroupSourceQueryFailed(message, self)

    def _upcall_read(self, cmdtpl: str, args: dict[str, Any] = {}) -> str:  # noqa: B006 (never changed)
        """Run the upcall called `cmdtpl` with the variables `args`; return its output."""
        from ClusterShell._groups.upcalls import UpcallFailed, UpcallText, run
        from ClusterShell._shell.template import UnsafeValueError

        text = self.upcalls[cmdtpl]
        key = (text, args.get("CFGDIR"), *args)
        template = self._texts.get(key)
        if template is None:
            template = self._texts[key] = UpcallText(text, args)
        try:
            command = template.command(args, self.unsafe_names)
            _debug("EXEC '%s'", command)
            output = run(command, self.cfgdir, self.timeout)
        except UnsafeValueError as exc:
            raise self._fail(f"{self.name}: {cmdtpl}: {exc}") from exc
        except UpcallFailed as exc:
            _debug("READ '%s'", exc.output)
            _debug("ERROR '%s' %s", exc.command, exc.reason)
            raise self._fail(str(exc)) from exc
        _debug("READ '%s'", output)
        return output

    def _upcall_cache(self, upcall: str, cache: dict[str, Any], key: str, **args: Any) -> Answer:
        """Return the answer in `cache` under `key`; ask `upcall` where it is none or old."""
        if not self.upcalls.get(upcall):
            raise GroupSourceNoUpcall(upcall, self)
        answer = cached(cache, key)
        if answer is None:
            answer = self._upcall_read(upcall, {**args, **self._constants()})
            keep(cache, key, answer, self.cache_time)
        return answer

    def _constants(self) -> dict[str, Any]:
        """Return the variables that every upcall may use."""
        return {"CFGDIR": self.cfgdir, "SOURCE": self.name}

    def _mapall_answers(self, upcall: str) -> bool:
        """Return whether questions for `upcall` go to mapall first.

        Where nothing is kept, asking for all groups to learn of one would be a
        waste if there is a command for just that.
        """
        return "mapall" in self.upcalls and (self.cache_time > 0 or upcall not in self.upcalls)

    def _populate_from_mapall(self) -> dict[str, Any] | None:
        """Return the nodes of each group by mapall, as the cache has it or asked anew.

        Fills the cache for map and list.  A failure leaves it as it was.
        """
        from ClusterShell._groups.upcalls import BadAnswer, read_mapall

        if cached(self._cache, "mapall") is not None:
            return None
        output = self._upcall_read("mapall", self._constants())
        try:
            groups = read_mapall(output)
        except BadAnswer as exc:
            raise self._fail(str(exc)) from exc
        for group, nodes in groups.items():
            keep(self._cache["map"], group, nodes, self.cache_time)
        keep(self._cache, "list", " ".join(groups), self.cache_time)
        keep(self._cache, "mapall", output, self.cache_time)
        return groups

    def resolv_map(self, group: str) -> Answer:
        """Return the nodes of a group."""
        if self._mapall_answers("map"):
            groups = self._populate_from_mapall()
            if groups is not None and group in groups:
                return groups[group]
            answer = cached(self._cache["map"], group)
            if answer is not None:
                return answer
            if "map" not in self.upcalls:
                return ""
        return self._upcall_cache("map", self._cache["map"], group, GROUP=group)

    def resolv_list(self) -> Answer:
        """Return the names of all groups."""
        if self._mapall_answers("list"):
            groups = self._populate_from_mapall()
            return self._cache["list"][0] if groups is None else " ".join(groups)
        return self._upcall_cache("list", self._cache, "list")

    def resolv_all(self) -> Answer:
        """Return all nodes."""
        return self._upcall_cache("all", self._cache, "all")

    def resolv_reverse(self, node: str) -> Answer:
        """Return the names of the groups of a node."""
        node = str(node)
        return self._upcall_cache("reverse", self._cache["reverse"], node, NODE=node)


class YAMLGroupLoader:
    """Group sources of a YAML file; iterating gives a FileGroupSource for each.

    :param filename: the file, read at once and, when asked for groups more than
        cache_time seconds (default 3600) later, again.

    Raises OSError where the file cannot be read, GroupResolverConfigError where
    its content is wrong.
    """

    def __init__(self, filename: str, cache_time: float | None = None) -> None:
        self.cache_time = _DEFAULT_CACHE_TIME if cache_time is None else cache_time
        self.cache_expiry = 0.0
        self.filename = filename
        self._groups: dict[str, dict[str, Any]] = {}
        self._load()
        #: The sources, by name, as they were in the file when first read.
        self.sources = {name: FileGroupSource(name, self) for name in self._groups}

    def _load(self) -> None:
        try:
            from ClusterShell._groups.yamlfile import BadGroupFile, read_group_file
        except ImportError as exc:
            message = f"{exc} (Disable autodir or install PyYAML!)"
            raise GroupResolverConfigError(message) from exc

        try:
            # A source that has left the file keeps the groups it had.
            self._groups.update(read_group_file(self.filename))
        except BadGroupFile as exc:
            raise GroupResolverConfigError(f"{self.filename}: {exc}") from exc
        self.cache_expiry = time.time() + self.cache_time

    def __iter__(self) -> Iterator[FileGroupSource]:
        return iter(self.sources.values())

    def groups(self, sourcename: str) -> dict[str, Any]:
        """Return the groups of a source, as a dictionary."""
        if self.cache_expiry < time.time():
            self._load()
        return self._groups[sourcename]


def _lacks(source: Any, group: str) -> bool:
    """Return whether a source, known to hold all its groups itself, has none of that name."""
    if isinstance(source, UpcallGroupSource):
        return "map" not in source.upcalls
    in_memory = getattr(type(source), "resolv_map", None) is GroupSource.resolv_map
    return in_memory and group not in source.groups


class GroupResolver:
    """Several group sources behind one set of questions.

    :param default_source: the source asked where no namespace is given.
    :param illegal_chars: characters that no group name may hold.

    A ``namespace`` argument is the name of a source.  Methods raise
    GroupResolverSourceError for an unknown one (or where there is no default),
    and let through what the source raises.
    """

    def __init__(self, default_source: Any = None, illegal_chars: set[str] | None = None) -> None:
        self._sources: dict[str, Any] = {}
        self._default_source = default_source
        self._initialized = False
        self._initializing = False
        self.illegal_chars = illegal_chars or set()

    def init(func: Callable[..., Any]) -> Callable[..., Any]:  # type: ignore[misc]
        """Decorate a method that needs the sources to be known."""

        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            if not self._initialized:
                with _INIT_LOCK:
                    # Setting up may itself ask, for instance to add sources.
                    if not self._initialized and not self._initializing:
                        self._initializing = True
                        try:
                            # After an error the next question meets it again.
                            self._late_init()
                            self._initialized = True
                        finally:
                            self._initializing = False
            return func(self, *args, **kwargs)

        method.__name__ = func.__name__
        method.__qualname__ = func.__qualname__
        method.__doc__ = func.__doc__
        method.__wrapped__ = func  # type: ignore[attr-defined]
        return method

    def _late_init(self) -> None:
        """Set up what the first question needs."""
        if self._default_source:
            self._sources[self._default_source.name] = self._default_source

    @init
    def set_verbosity(self, value: int) -> None:
        """Do nothing of use (deprecated; use logging)."""
        import warnings

        warnings.warn(
            "set_verbosity() is deprecated; use logging instead", DeprecationWarning, stacklevel=3
        )
        for source in self._sources.values():
            source.verbosity = value

    @init
    def add_source(self, group_source: Any) -> None:
        """Add a source; raise ValueError where there is one of its name."""
        if group_source.name in self._sources:
            raise ValueError(f"GroupSource '{group_source.name}': name collision")
        self._sources[group_source.name] = group_source

    @init
    def sources(self) -> list[str]:
        """Return the names of all sources, the default one first."""
        names = list(self._sources)
        if self._default_source:
            names.remove(self._default_source.name)
            names.insert(0, self._default_source.name)
        return names

    def _get_default_source_name(self) -> str | None:
        return self._default_source and self._default_source.name

    def _set_default_source_name(self, sourcename: str) -> None:
        source = self._sources.get(sourcename) or self._built_in(sourcename)
        if source is None:
            raise GroupResolverSourceError(sourcename)
        self._default_source = self._sources[sourcename] = source

    default_source_name = property(
        init(_get_default_source_name),
        init(_set_default_source_name),
        doc="Name of the default source, None if there is none.",
    )

    @init
    def _source(self, namespace: str | None) -> Any:
        """Return the source of that name, the default one for an empty name."""
        source = self._sources.get(namespace) if namespace else self._default_source
        if not source and not (source := self._built_in(namespace)):
            raise GroupResolverSourceError(namespace or "<default>")
        return source

    #: Returns the source of a name that no configuration defines, None if there is none.
    _built_in: Any = staticmethod(lambda name: None)

    def _list_nodes(self, source: Any, what: str, *args: Any) -> list[str]:
        """Return what the source answers as a list of node set strings."""
        answer = getattr(source, "resolv_" + what)(*args)
        if isinstance(answer, str):
            return answer.split()
        fail = answers.not_text(GroupSourceQueryFailed, source, args[0] if args else what)
        if isinstance(answer, list):
            # Items may be parts of one expression: they make one string.
            for item in answer:
                if not isinstance(item, str):
                    raise fail(item)
            return ",".join(answer).split()
        return list(answers.words(answer, fail))

    def _list_groups(self, source: Any, what: str, *args: Any) -> list[str]:
        """Return what the source answers as a list of valid group names.

        Others are left out where somebody is told of it.
        """
        answer = getattr(source, "resolv_" + what)(*args)
        heard = notices.listener is not None
        if isinstance(answer, dict):
            answer = list(answer)
        if heard and isinstance(answer, list):
            answer = answers.without_blanks(source.name, answer)
        groups = list(answers.words(answer, answers.not_text(GroupSourceQueryFailed, source, what)))
        if heard:
            return answers.legal(source.name, groups, self.illegal_chars)
        illegal = [char for group in groups for char in group if char in self.illegal_chars]
        if illegal:
            raise GroupResolverIllegalCharError(" ".join(dict.fromkeys(illegal)))
        return groups

    def group_nodes(self, group: str, namespace: str | None = None) -> list[str]:
        """Return the nodes of a group, as a list of node set strings."""
        source = self._source(namespace)
        nodes = self._list_nodes(source, "map", group)
        if not nodes and notices.listener is not None and _lacks(source, group):
            notices.tell(f'group source "{source.name}" has no group "{group}"')
        return nodes

    def all_nodes(self, namespace: str | None = None) -> list[str]:
        """Return all nodes of a source, as a list of node set strings."""
        return self._list_nodes(self._source(namespace), "all")

    def grouplist(self, namespace: str | None = None) -> list[str]:
        """Return the names of all groups of a source."""
        return self._list_groups(self._source(namespace), "list")

    def has_node_groups(self, namespace: str | None = None) -> bool:
        """Return whether the source can tell the groups of a node."""
        try:
            return bool(getattr(self._source(namespace), "has_reverse", False))
        except GroupResolverSourceError:
            return False

    def node_groups(self, node: str, namespace: str | None = None) -> list[str]:
        """Return the names of the groups of a node."""
        return self._list_groups(self._source(namespace), "reverse", node)


class GroupResolverConfig(GroupResolver):
    """A resolver whose sources come from groups.conf(5).

    :param filenames: the configuration file, or several, the most important last.
    :param illegal_chars: characters that no group name may hold.

    Missing and unreadable files are no error: without any there are no sources.
    The first question may raise GroupResolverConfigError, or configparser.Error
    for a file that is no configuration file.
    """

    SECTION_MAIN = "Main"

    def __init__(self, filenames: Any, illegal_chars: set[str] | None = None) -> None:
        GroupResolver.__init__(self, illegal_chars=illegal_chars)
        self.filenames = filenames
        self._config: ConfigParser | None = None

    @property
    def config(self) -> ConfigParser:
        """The main configuration, as read so far."""
        if self._config is None:
            from ClusterShell._groups.conf import new_parser

            self._config = new_parser()
        return self._config

    def _late_init(self) -> None:
        from ClusterShell._groups import conf

        self._sources.clear()
        self._default_source = None
        self._config = conf.new_parser()
        parsed = self._config.read(self.filenames)
        if not parsed:
            _debug("No configuration of node groups: %s", self.filenames)
            return
        cfgdir = os.path.dirname(parsed[-1])
        try:
            for directory, filename in conf.files(self._config, ".conf", cfgdir):
                extra = conf.new_parser()
                if extra.read(filename):
                    self._add_sections(extra, directory)
            for _, filename in conf.files(self._config, ".yaml", cfgdir):
                self._add_group_file(filename)
        except NotADirectoryError as exc:
            raise GroupResolverConfigError(str(exc)) from exc
        self._add_sections(self._config, cfgdir)
        self._choose_default()

    def _built_in(self, name: str | None) -> Any:
        records = import_module("ClusterShell._records.source")
        return records.built_in(name, GroupSourceQueryFailed)

    def _choose_default(self) -> None:
        """Make the configured source the default, or else the first one."""
        name = self.config.get(self.SECTION_MAIN, "default", fallback="")
        if name:
            if name not in self._sources:
                raise GroupResolverConfigError(f'Default group source not found: "{name}"')
            self._default_source = self._sources[name]
        elif self._sources:
            self._default_source = next(iter(self._sources.values()))

    def _add_sections(self, config: Any, cfgdir: str) -> None:
        """Add the sources that the sections of a configuration define."""
        from ClusterShell._groups.conf import upcall_settings

        for section in config.sections():
            if section == self.SECTION_MAIN:
                continue
            try:
                settings = upcall_settings(config, section)
                # "[slurmpart,sp]" defines two sources.
                for name in section.split(","):
                    self.add_source(UpcallGroupSource(name, cfgdir=cfgdir, **settings))
            except ValueError as exc:
                raise GroupResolverConfigError(str(exc)) from exc

    def _add_group_file(self, filename: str) -> None:
        """Add the sources of a group file, if it can be read."""
        try:
            loader = YAMLGroupLoader(filename)
        except OSError as exc:
            _debug("Ignoring %s: %s", filename, exc)
            return
        for source in loader:
            self.add_source(source)
