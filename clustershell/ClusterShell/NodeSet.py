"""Sets of node names, in the folded notation of clusters.

A :class:`NodeSet` is written as text, computes like a set, and is printed
folded, in the shortest form of its numbered names::

    >>> nodes = NodeSet("node[1-5],login1")
    >>> nodes.update("node6")
    >>> print(nodes - NodeSet("node2"), len(nodes))
    login1,node[1,3-6] 7

Texts know four operators, evaluated from left to right: ``,`` (union), ``!``
(difference), ``&`` (intersection), ``^`` (symmetric difference); names may
have several numbers (``rack[1-2]node[01-40]``), groups of nodes are written
``@group`` or ``@source:group``, and ``*`` and ``?`` match the names of all
nodes::

    >>> print(NodeSet("rack[1-2]node[1-3]!rack1node2", resolver=RESOLVER_NOGROUP))
    rack2node[1-3],rack1node[1,3]

Groups come from a resolver (:mod:`ClusterShell.NodeUtils`), by default the one
of ``groups.conf``, which is read when the first group is met.
"""

from __future__ import annotations

import sys

from ClusterShell import _accel
from ClusterShell._groups import asking
from ClusterShell._groups.errors import QueryFailed, ResolverError, Unanswered
from ClusterShell._lazy import LazyAttribute, import_module, lazy_names
from ClusterShell._nodes import folding, patterns, reading
from ClusterShell._nodes.bases import PatternSet, Reduced, TextSet
from ClusterShell._nodes.errors import BadText
from ClusterShell.Defaults import DEFAULTS, config_paths
from ClusterShell.RangeSet import AUTOSTEP_DISABLED, RangeSet, RangeSetND, RangeSetParseError

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from typing import Any, Union, overload

    from typing_extensions import Self

    from ClusterShell._nodes.patterns import Indexes, Patterns
    from ClusterShell.NodeUtils import GroupResolver

    #: What methods of NodeSet take for a set of nodes.
    Operand = Union[str, "NodeSetBase", None]
    #: A resolver of groups, or one of the RESOLVER_ constants.
    Resolver = Union[GroupResolver, int, None]

basestring = str

__all__ = [
    "AUTOSTEP_DISABLED",
    "DEFAULTS",
    "ILLEGAL_GROUP_CHARS",
    "NOGROUP_RESOLVER",
    "NodeSet",
    "NodeSetBase",
    "NodeSetError",
    "NodeSetException",
    "NodeSetExternalError",
    "NodeSetParseError",
    "NodeSetParseRangeError",
    "ParsingEngine",
    "RESOLVER_NOGROUP",
    "RESOLVER_NOINIT",
    "RangeSet",
    "RangeSetND",
    "RangeSetParseError",
    "basestring",
    "config_paths",
    "expand",
    "fold",
    "grouplist",
    "set_std_group_resolver",
    "set_std_group_resolver_config",
    "std_group_resolver",
    "sys",
]

__getattr__ = lazy_names(
    globals(),
    {
        "DEF_GROUPS_CONFIGS": lambda: config_paths("groups.conf"),
        "NodeUtils": lambda: import_module("ClusterShell.NodeUtils"),
        "RESOLVER_STD_GROUP": lambda: _default_resolver(),
        "STD_GROUP_RESOLVER": lambda: _default_resolver(),
        "_DEF_RESOLVER_STD_GROUP": lambda: _default_resolver(),
        "fnmatch": None,
        "re": None,
        "string": None,
    },
)

#: As ``resolver``: ``@`` begins a name like any other, ``*`` is no wildcard.
RESOLVER_NOGROUP = NOGROUP_RESOLVER = -1
#: As ``resolver``: as above, and the constructor leaves the set empty, whatever it is given.
RESOLVER_NOINIT = -2
#: Characters that the name of a group cannot have.
ILLEGAL_GROUP_CHARS = set("@,!&^*")


class NodeSetException(Exception):
    """Base of the exceptions of this module."""


class NodeSetError(NodeSetException):
    """An operation that cannot be done."""


class NodeSetParseError(NodeSetError):
    """A text that is no node set.

    ``part`` is the part of it at fault.  ``origin`` is what a source of groups was asked for
    where it gave the text, ``@source:group``, ``@source:*`` or ``@@source``; None otherwise.
    """

    origin: str | None = None

    def __init__(self, part: object, msg: str) -> None:
        NodeSetError.__init__(self, f'{msg}: "{part}"' if part else msg)
        self.part = part

    def __reduce__(self) -> tuple[Any, ...]:
        # Built from other arguments than the message it shows.
        return type(self).__new__, (type(self), *self.args), self.__dict__


class NodeSetParseRangeError(NodeSetParseError):
    """What stands between brackets is no range set; ``part`` says why."""

    def __init__(self, rset_exc: Exception) -> None:
        NodeSetParseError.__init__(self, str(rset_exc), "bad range")


class NodeSetExternalError(NodeSetError):
    """A source of node groups failed, or there is none."""


def _public(exc: BadText) -> NodeSetParseError:
    """Return the public exception for a text that the room of node sets refuses."""
    error = NodeSetParseError(exc.part, exc.reason)
    if exc.fault is not None:
        error = NodeSetParseRangeError(exc.fault)
    error.origin = exc.origin
    return error


def _wrapped(read: Callable[..., Patterns], *args: Any) -> NodeSetBase:
    """Return the NodeSetBase of the patterns that a reader gives for these arguments."""
    nodes = NodeSetBase()
    try:
        nodes._patterns = read(*args)
    except BadText as exc:
        raise _public(exc) from exc.fault
    return nodes


#: Instead of a resolver: the one of ``groups.conf``, to be made when needed.
_UNREAD = object()


class NodeSetBase(PatternSet):
    """A set of node names, without text input and groups.

    Names that differ in their numbers only share a *pattern*: ``node1`` and
    ``node22`` are ``node%s`` with indexes 1 and 22.

    :param pattern: the pattern of the first names, nothing for an empty set
    :param rangeset: their indexes, a RangeSet (one ``%s``), a RangeSetND (several) or None
    :param copy_rangeset: false where the caller gives *rangeset* away
    :param autostep: number of indexes from which ``1,3,5`` is printed ``1-5/2``; None for never
    :param fold_axis: numbers of the axes that may be folded in print; None for the default of
        ``defaults.conf``, normally all

    Operands of every method are NodeSetBase objects.  Binary operators raise
    TypeError for anything else.

    >>> nodes = NodeSetBase("node%s", RangeSet("1-3,7"))
    >>> str(nodes), len(nodes), list(nodes)[-1]
    ('node[1-3,7]', 4, 'node7')
    """

    __hash__ = None  # type: ignore[assignment]
    __reduce__ = Reduced()

    def __init__(
        self,
        pattern: str | None = None,
        rangeset: Any = None,
        copy_rangeset: bool = True,
        autostep: int | None = None,
        fold_axis: Collection[int] | None = None,
    ) -> None:
        self._autostep = autostep
        self._length = 0
        self._patterns: Patterns = {}
        if fold_axis is None:
            fold_axis = DEFAULTS._nodeset["fold_axis"] or None
        self.fold_axis = fold_axis
        if pattern:
            if not rangeset and not isinstance(rangeset, (RangeSet, RangeSetND)):
                rangeset = None
            self._add(pattern, rangeset, copy_rangeset)
        elif rangeset:
            raise ValueError("missing pattern")

    def set_autostep(self, val: Any) -> None:
        """Set the number of indexes from which steps are printed, None for never."""
        self._autostep = None if val is None else int(val)
        patterns.step(self._patterns, self._autostep)

    autostep = property(PatternSet.get_autostep, set_autostep)

    def _iter(self) -> Iterator[tuple[str, tuple[str, ...] | None, int | None]]:
        """Yield pattern, indexes (a tuple, or None) and autostep of each node."""
        for pattern, indexes in patterns.elements(self._patterns):
            if isinstance(indexes, str):
                indexes = (indexes,)
            yield pattern, tuple(indexes) or None, self._autostep

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of all nodes, in the order of folded text."""
        return patterns.names(self._patterns)

    striter = __iter__

    def nsiter(self) -> Iterator[Self]:
        """Iterate over the nodes, each as a set of its own, of this class."""
        for pattern, indexes in patterns.elements(self._patterns):
            if not indexes:
                yield self._single(pattern, None)
            elif isinstance(indexes, str):
                yield self._single(pattern, RangeSet(indexes))
            else:
                vector = [RangeSet(index) for index in indexes]
                yield self._single(pattern, RangeSetND([vector], copy_rangeset=False))

    def contiguous(self) -> Iterator[Self]:
        """Iterate over the parts that print as one range, each as a set."""
        for pattern, rangeset in patterns.ordered(self._patterns):
            if rangeset:
                for part in rangeset.contiguous():
                    yield self._single(pattern, part)
            else:
                yield self._single(pattern, None)

    def _single(self, pattern: str, rangeset: Any) -> Self:
        part = self.__class__()
        part._patterns[pattern] = rangeset
        return part

    def __str__(self) -> str:
        """Return the folded text."""
        return folding.folded(self._patterns, self.fold_axis, NodeSetParseError)

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> str: ...
        @overload
        def __getitem__(self, index: slice) -> NodeSetBase: ...

    def __getitem__(self, index: int | slice) -> Any:
        """Return the name at *index*, or the set of the nodes of a slice.

        Positions are those of iteration.  A slice is a set, so its order is lost.  Raises
        IndexError, also for bounds with a negative step, and TypeError for what is no integer.
        """
        if isinstance(index, slice):
            part = NodeSetBase(autostep=self._autostep)
            part._patterns = patterns.sliced(self._patterns, index)
            return part
        if not isinstance(index, int):
            raise TypeError("NodeSet indices must be integers")
        return patterns.at(self._patterns, index)

    def index(self, other: Any, start: int = 0, stop: int | None = None) -> int:
        """Return the position of the only node of *other*.

        Raises ValueError where *other* is not one node, or is not found at
        a position from *start* to before *stop*.
        """
        self._binary_sanity_check(other)
        if patterns.size(other._patterns) != 1:
            raise ValueError("index() argument must be a single node")
        at = _accel.namer.position(self._patterns, other._patterns)
        if at < 0:
            raise ValueError(f"'{other}' is not in nodeset")
        if start.__class__ is not int or start or stop is not None:
            lo, hi, _ = slice(start, stop).indices(self._count())
            if not lo <= at < hi:
                raise ValueError(f"'{other}' is not in nodeset")
        return at

    def _add(self, pat: str, rangeset: Any, copy_rangeset: bool = True) -> None:
        """Add nodes given by pattern and indexes.

        Raises NodeSetError where one of old and new indexes is None.
        """
        self._merge({pat: rangeset}, copy_rangeset)

    def _mismatch(self) -> None:
        raise NodeSetError("Invalid operation") from None


class ParsingEngine:
    """Makes node sets of text, with the groups of one resolver.

    :param group_resolver: a GroupResolver, or None: ``@`` begins a name then
    :param node_wildcard_enable: whether ``*`` and ``?`` match names of nodes
    """

    OP_CODES = {
        ",": "update",
        "!": "difference_update",
        "&": "intersection_update",
        "^": "symmetric_difference_update",
    }
    OP_CODES_PAT = "[,!\\&\\^]"
    BRACKET_OPEN = "["
    BRACKET_CLOSE = "]"

    def __init__(self, group_resolver: Any, node_wildcard_enable: bool = True) -> None:
        if group_resolver is not _UNREAD:
            self.group_resolver = group_resolver
        self.node_wc = node_wildcard_enable

    @LazyAttribute
    def group_resolver(self) -> Any:
        return _default_resolver()

    def parse(self, nsobj: Operand, autostep: int | None) -> NodeSetBase:
        """Return the NodeSetBase of a text, a NodeSetBase, or None (no node).

        Raises NodeSetParseError for a malformed text, TypeError for any other
        type, and what the resolver raises.
        """
        if isinstance(nsobj, NodeSetBase):
            return nsobj
        if isinstance(nsobj, str):
            try:
                return self.parse_string(nsobj, autostep)
            except QueryFailed as exc:
                raise NodeSetParseError(nsobj, str(exc)) from exc
        if nsobj is None:
            return NodeSetBase()
        raise TypeError(f"Unsupported NodeSet input {type(nsobj)}")

    def parse_string(
        self, nsstr: str, autostep: int | None, namespace: str | None = None
    ) -> NodeSetBase:
        """Return the NodeSetBase of a text.

        *namespace* is the source of groups written without one.
        """
        # Kernels take plain texts, not those of classes derived from str.
        text = nsstr if nsstr.__class__ is str else str.__str__(nsstr)
        return _wrapped(reading.Reader(autostep, lambda: self).read, text, namespace)

    def parse_string_single(self, nsstr: str, autostep: int | None) -> NodeSetBase:
        """Return the NodeSetBase of one name, in which no character is special."""
        return _wrapped(reading.read_names, [nsstr], autostep)

    def parse_group(
        self, group: str, namespace: str | None = None, autostep: int | None = None
    ) -> NodeSetBase:
        """Return the NodeSetBase of the nodes of a group, given by its bare name."""
        assert self.group_resolver is not None
        nodes = ",".join(self.group_resolver.group_nodes(group, namespace))
        return self.parse_string(nodes, autostep, namespace)

    def parse_group_string(
        self, nodegroup: str, namespace: str | None = None
    ) -> tuple[str, str | None]:
        """Return what ``@group``, ``@source:group``, ``@*`` or ``@@source`` stands for.

        The result is a text of nodes or, for ``@@``, of group names, and the
        source of the groups in it.
        """
        found, source = asking.answer_of(self, nodegroup, namespace)
        return ",".join(found), source

    def grouplist(self, namespace: str | None = None) -> list[str]:
        """Return the sorted names of the groups of a source."""
        return asking.grouplist(self.group_resolver, namespace, _read_names)

    def all_nodes(self, namespace: str | None = None) -> list[str]:
        """Return texts of all nodes of a source.

        Raises NodeSetExternalError where the source cannot tell.
        """
        assert self.group_resolver is not None
        try:
            return asking.all_nodes(self.group_resolver, namespace, _read_names)
        except Unanswered as exc:
            raise NodeSetExternalError(str(exc)) from exc.__cause__

    def _scan_string(self, nsstr: str, autostep: int | None) -> Iterator[tuple[str, str, Indexes]]:
        """Yield method name, pattern and indexes for each item of a text."""
        try:
            for operator, pattern, rangeset in reading.items(nsstr, autostep):
                yield self.OP_CODES[operator], pattern, rangeset
        except BadText as exc:
            raise _public(exc) from exc.fault


class NodeSet(TextSet, NodeSetBase):
    """A set of nodes, made of text.

    :param nodes: a text (see the module), another set, or None for no node
    :param autostep: number of indexes from which ``1,3,5`` is printed ``1-5/2``; None for never
    :param resolver: the GroupResolver that knows groups; None for the one of ``groups.conf``,
        :data:`RESOLVER_NOGROUP` for none at all
    :param fold_axis: numbers of the axes that may be folded in print; None for the default of
        ``defaults.conf``, normally all
    :raises NodeSetParseError: a text is malformed; so do methods
    :raises TypeError: an operand is of another type
    :raises GroupSourceError: a source of groups fails

    Methods take as operands what the constructor takes as *nodes*; operators take node sets
    only.  A set is not hashable.

    >>> nodes = NodeSet("node[9-12]", resolver=RESOLVER_NOGROUP)
    >>> "node10" in nodes, nodes[0], nodes.index("node12")
    (True, 'node9', 3)
    >>> [str(part) for part in nodes.split(3)]
    ['node[9-10]', 'node11', 'node12']
    """

    _VERSION = 2

    def __init__(
        self,
        nodes: Operand = None,
        autostep: int | None = None,
        resolver: Resolver = None,
        fold_axis: Collection[int] | None = None,
    ) -> None:
        self._autostep = autostep
        self._length = 0
        self._patterns: Patterns = {}
        if fold_axis is None:
            fold_axis = DEFAULTS._nodeset["fold_axis"] or None
        self.fold_axis = fold_axis
        resolver = resolver or globals().get("RESOLVER_STD_GROUP")
        if resolver:
            nogroup = resolver in (RESOLVER_NOGROUP, RESOLVER_NOINIT)
            self._resolver = None if nogroup else resolver
            if nogroup and resolver == RESOLVER_NOINIT:
                nodes = None  # a set that is to be filled by other means
        if nodes is not None:
            self.update(nodes)

    @LazyAttribute
    def _resolver(self) -> Any:
        return _default_resolver()

    @LazyAttribute
    def _parser(self) -> ParsingEngine:
        return ParsingEngine(self.__dict__.get("_resolver", _UNREAD))

    @classmethod
    def _fromlist1(
        cls, nodelist: Iterable[str], autostep: int | None = None, resolver: Resolver = None
    ) -> NodeSet:
        """Return the set of a list of names, in which no character is special."""
        result = NodeSet(None, autostep, resolver)
        result._patterns = _wrapped(reading.read_names, list(nodelist), autostep)._patterns
        return result

    @classmethod
    def fromlist(
        cls, nodelist: Iterable[Operand], autostep: int | None = None, resolver: Resolver = None
    ) -> NodeSet:
        """Return the union of an iterable of texts or node sets."""
        result = NodeSet(autostep=autostep, resolver=resolver)
        result.updaten(nodelist)
        return result

    @classmethod
    def fromall(
        cls, groupsource: str | None = None, autostep: int | None = None, resolver: Resolver = None
    ) -> NodeSet:
        """Return all nodes of a source of groups.

        Raises NodeSetExternalError where there is no resolver, or the source does not know.
        """
        result = NodeSet(autostep=autostep, resolver=resolver)
        if result._resolver is None:
            raise NodeSetExternalError("Group resolver is not defined")
        try:
            texts = result._parser.all_nodes(groupsource)
            with asking.reading_answer(result._resolver, groupsource, "*"):
                result.updaten(texts)
        except ResolverError as exc:
            raise NodeSetExternalError(f"Group source error ({type(exc).__name__}: {exc})") from exc
        return result

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        state["_version"] = NodeSet._VERSION
        # Resolvers hold configuration and caches of one process.
        state.pop("_resolver", None)
        state.pop("_parser", None)
        return state

    def __setstate__(self, dic: dict[str, Any]) -> None:
        self.__dict__.update(dic)
        self.__dict__.setdefault("fold_axis", None)
        self._resolver = None
        if dic.get("_version", 0) < 2:
            # Releases before 1.7 knew one index a name: "rack1node%s".
            texts = [
                folding.folded({pattern: rangeset}, None, NodeSetParseError)
                for pattern, rangeset in dic["_patterns"].items()
            ]
            self._patterns = {}
            self.updaten(texts)

    copy = __copy__ = NodeSetBase.copy

    def groups(
        self, groupsource: str | None = None, noprefix: bool = False
    ) -> dict[str, tuple[NodeSet, NodeSet]]:
        """Return the groups that have nodes of this set.

        The result maps ``@group`` (``@source:group`` where a source is given,
        unless *noprefix*) to the set of all its nodes and the set of those
        that are here too.

        Raises NodeSetExternalError without a resolver.
        """
        found = self._groups(groupsource)
        prefix = "@" if noprefix or not groupsource else f"@{groupsource}:"
        return {prefix + group: (nodes, self.intersection(nodes)) for group, nodes in found}

    def _groups(self, groupsource: str | None) -> list[tuple[str, NodeSet]]:
        """Return the pairs of name and nodes of groups with nodes of this set."""
        if self._resolver is None:
            raise NodeSetExternalError("No node group resolver")
        try:
            return asking.groups_of(self, self._resolver, groupsource, _read_names)
        except Unanswered as exc:
            raise NodeSetExternalError(str(exc)) from exc.__cause__

    def regroup(
        self,
        groupsource: str | None = None,
        autostep: int | None = None,
        overlap: bool = False,
        noprefix: bool = False,
    ) -> str:
        """Return a text that names whole groups where it can.

        The largest groups come first; with *overlap*, nodes may belong to
        several of the groups named.  Nodes left over follow the groups.

        Raises NodeSetExternalError without a resolver.
        """
        chosen, rest = asking.cover(self, self._groups(groupsource), overlap)
        if chosen and autostep is not None:
            autostep = int(autostep)
        prefix = "@" if noprefix or not groupsource else f"@{groupsource}:"
        names = NodeSet._fromlist1([prefix + group for group in chosen], autostep, RESOLVER_NOGROUP)
        return ",".join([text for text in (str(names), str(rest)) if text])

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> str: ...
        @overload
        def __getitem__(self, index: slice) -> NodeSet: ...

    def __getitem__(self, index: int | slice) -> Any:
        if not isinstance(index, slice):
            return NodeSetBase.__getitem__(self, index)
        part = NodeSet(autostep=self._autostep)
        part._patterns = patterns.sliced(self._patterns, index)
        return part

    def index(self, other: Operand, start: int = 0, stop: int | None = None) -> int:
        """Return the position of the only node of *other*.

        Raises ValueError where *other* is not one node, or is not found at
        a position from *start* to before *stop*.
        """
        wanted = self._operand(other)
        if start.__class__ is int and not start and stop is None and patterns.size(wanted) == 1:
            at: int = _accel.namer.position(self._patterns, wanted)
            if at >= 0:
                return at
        return NodeSetBase.index(self, self._parser.parse(other, self._autostep), start, stop)

    def split(self, nbr: int) -> Iterator[NodeSet]:
        """Iterate over *nbr* sets of about equal size that make up this one."""
        assert nbr > 0
        length = self._count()
        size, larger = divmod(length, nbr)
        sizes = (size + (part < larger) for part in range(min(nbr, length)))
        for share in patterns.shares(self._patterns, sizes):
            part = NodeSet(autostep=self._autostep)
            part._patterns = share
            yield part

    def _rest(self, text: str, found: Patterns, end: int) -> Patterns:
        """Return the patterns of a text whose beginning has been read."""
        reader = reading.Reader(self._autostep, lambda: self._parser)
        try:
            found = reader.rest(text, found, end)
        except BadText as exc:
            raise _public(exc) from exc.fault
        except QueryFailed as exc:
            raise NodeSetParseError(text, str(exc)) from exc
        if self._autostep is not None:
            # Those that an operator has made may have lost it.
            patterns.step(found, self._autostep)
        return found


def expand(pat: Operand) -> list[str]:
    """Return the list of the names that a text stands for.

    >>> expand("node[1-3]")
    ['node1', 'node2', 'node3']
    """
    return list(NodeSet(pat))


def fold(pat: Operand) -> str:
    """Return a text folded.

    >>> fold("node1,node2,node3")
    'node[1-3]'
    """
    return str(NodeSet(pat))


def _read_names(texts: Iterable[str], resolver: Any = RESOLVER_NOGROUP) -> NodeSet:
    """Return the NodeSet of texts that a source of groups has told."""
    return NodeSet.fromlist(texts, resolver=resolver)


def grouplist(namespace: str | None = None, resolver: Any = None) -> list[str]:
    """Return the sorted names of the groups of a source, the default one for None."""
    return ParsingEngine(resolver or std_group_resolver()).grouplist(namespace)


def _default_resolver() -> Any:
    """Return the resolver of ``groups.conf``, made when first asked for."""
    names = globals()
    if "_DEF_RESOLVER_STD_GROUP" not in names:
        from ClusterShell.NodeUtils import GroupResolverConfig

        names["_DEF_RESOLVER_STD_GROUP"] = GroupResolverConfig(
            config_paths("groups.conf"), ILLEGAL_GROUP_CHARS
        )
    return names["_DEF_RESOLVER_STD_GROUP"]


def std_group_resolver() -> Any:
    """Return the resolver of sets that name no other."""
    return globals().get("RESOLVER_STD_GROUP") or _default_resolver()


def set_std_group_resolver(new_resolver: Any) -> None:
    """Set the resolver of sets made from now on; None for that of ``groups.conf``."""
    globals()["RESOLVER_STD_GROUP"] = new_resolver or _default_resolver()


def set_std_group_resolver_config(groupsconf: Any, illegal_chars: Any = None) -> None:
    """Let sets made from now on take groups from another ``groups.conf``, if one is named."""
    if not groupsconf:
        return
    from ClusterShell.NodeUtils import GroupResolverConfig

    set_std_group_resolver(GroupResolverConfig(groupsconf, illegal_chars or ILLEGAL_GROUP_CHARS))
