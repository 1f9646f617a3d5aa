"""Gathering of message lines that many keys have in common.

A :class:`MsgTree` maps keys (nodes, workers, ...) to messages of many lines.
Text that several keys have in common is kept once, and asking for the distinct
messages is asking which keys ended at the same place of the tree::

    >>> tree = MsgTree()
    >>> for node in "n1", "n2", "n3":
    ...     tree.add(node, b"Linux")
    >>> tree.add("n3", b"tainted")
    >>> for message, nodes in tree.walk():
    ...     print(nodes, message.message())
    ['n1', 'n2'] b'Linux'
    ['n3'] b'Linux\\ntainted'
"""

from __future__ import annotations

import copyreg

from ClusterShell._accel import blocks as _blocks
from ClusterShell._accel import elements as _elements
from ClusterShell._accel import msgtree as _msgtree
from ClusterShell._accel import trunks as _trunks
from ClusterShell._lazy import lazy_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from typing import Any, Optional

    _Match = Optional[Callable[[Any], Any]]

__all__ = [
    "MODE_DEFER",
    "MODE_SHIFT",
    "MODE_TRACE",
    "MsgTree",
    "MsgTreeElem",
]

__getattr__ = lazy_names(globals(), {"filterfalse": "itertools", "sys": None})

_FUNCTION = type(lazy_names)

#: Keys are worked out when the tree is first walked (the default).
MODE_DEFER = 0
#: Keys are known at any time.
MODE_SHIFT = 1
#: Keys are known for each line, not only for the last of each message.
MODE_TRACE = 2


class MsgTreeElem(_elements.LineElement):  # type: ignore[name-defined]
    """A line of a message tree and, with the lines above it, a message.

    This is what the methods of :class:`MsgTree` return for a message.  Iterate
    over it for its lines, convert it to bytes for its text.  Two elements are
    equal if their texts are; an element also compares with bytes::

        >>> tree = MsgTree()
        >>> tree.add("n1", b"one")
        >>> tree.add("n1", b"two")
        >>> list(tree["n1"])
        [b'one', b'two']
        >>> bytes(tree["n1"])
        b'one\\ntwo'
        >>> tree["n1"] == b"one\\ntwo"
        True
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self,
        msgline: bytes | None = None,
        parent: MsgTreeElem | None = None,
        trace: bool = False,
    ) -> None:
        """Begin a tree of elements of its own.

        :param msgline: the line of this element, None for the root of a tree.
        :param parent: element whose lines come before this one.
        :param trace: if true, a key appended below is also kept here.
        """
        self._asked = msgline, parent, bool(trace)
        self._position = None

    def __eq__(self, other: object) -> bool:
        """Compare whole messages; anything that has a bytes value can be compared."""
        if isinstance(other, MsgTreeElem):
            return self.message() == other.message()
        if isinstance(other, (bytes, bytearray, memoryview)):
            return self.message() == bytes(other)
        return NotImplemented

    def __str__(self) -> str:
        """Raise TypeError: the encoding of a message is not known here."""
        raise TypeError("cannot get string from MsgTreeElem, use bytes instead")

    if TYPE_CHECKING:  # the kernel's
        _asked: tuple[bytes | None, MsgTreeElem | None, bool] | None
        _position: Any
        _trunk: Any

        def __len__(self) -> int: ...
        def __getitem__(self, i: Any) -> Any: ...
        def __iter__(self) -> Iterator[bytes]: ...
        def __bytes__(self) -> bytes: ...
        def lines(self) -> Iterator[bytes]: ...
        def splitlines(self) -> Iterator[bytes]: ...
        def message(self) -> bytes: ...
        def append(self, msgline: bytes, key: Hashable | None = None) -> MsgTreeElem: ...

    @property
    def msgline(self) -> bytes | None:
        """The line of this element, None for the root."""
        return _blocks.line_of(_blocks.Position(*_elements.place_of(self)))

    @property
    def parent(self) -> MsgTreeElem | None:
        """The element of the line above, None for the root."""
        if self._asked is not None and self._asked[1] is not None:
            return self._asked[1]
        block, offset = _elements.place_of(self)
        if offset:
            return _elements.sibling(self, block, block.before(offset))
        if block.parent < 0:
            return None
        above = self._trunk.blocks[block.parent]
        return _elements.sibling(self, above, above.size)

    @property
    def children(self) -> dict[bytes, MsgTreeElem]:
        """The elements of the lines that follow this one, by line."""
        block, offset = _elements.place_of(self)
        if offset < block.size:
            stop = block.after(offset)
            return {block.read(offset, stop)[0]: _elements.sibling(self, block, stop)}
        below = (block.children or {}).items()
        return {line: _elements.sibling(self, child, 0) for line, child in below}

    @property
    def keys(self) -> set | None:
        """The keys whose message ends here, or, tracing, passes here; None if there are none.

        As long as the tree defers working them out, only those given by :meth:`append`.
        """
        place = _elements.place_of(self)
        return set(_messages().keys_at(self._trunk, place)) or None

    def __reduce__(self) -> tuple:
        """Pickle as the message alone, apart from its tree."""
        return _message_of, (list(self.lines()),)


def _messages() -> Any:
    """Return what knows keys of elements; most trees are never asked for these."""
    from ClusterShell._messages import places

    return places


def _message_of(lines: Iterable[bytes]) -> MsgTreeElem:
    """Return an element that stands for a message of *lines*."""
    elem = MsgTreeElem()
    for line in lines:
        elem = elem.append(line)
    return elem


class MsgTree(_msgtree.LineTree):  # type: ignore[name-defined]
    """Maps keys to messages of many lines, given line by line.

    A key is anything hashable.  Lines are bytes without their newline.  Memory
    grows with the text that differs, not with the number of keys that have it.
    Keys come back in the order in which they first had a line.
    """

    if TYPE_CHECKING:  # the kernel's

        def add(self, key: Hashable, msgline: bytes) -> None: ...
        def get(self, key: Hashable, default: Any = None) -> Any: ...
        def __getitem__(self, key: Hashable) -> MsgTreeElem: ...
        def __len__(self) -> int: ...
        def __iter__(self) -> Iterator[Hashable]: ...
        def keys(self) -> Iterator[Hashable]: ...

    _element = MsgTreeElem

    def __init__(self, mode: int = MODE_DEFER) -> None:
        """Make an empty tree.

        :param mode: MODE_DEFER (the default) and MODE_SHIFT keep, for each key, where
            its message ends; they differ only in when the keys of an element
            can be looked at (``MsgTreeElem.keys``): after the first walk, or
            at any time.  MODE_TRACE makes each line of the tree known with all
            keys that have it, for :meth:`walk` and :meth:`walk_trace`.
        """
        self._reset(mode)

    def clear(self) -> None:
        """Remove all keys and messages."""
        self._reset(self.mode)

    def _update_keys(self) -> None:
        """Make the keys of each element known from now on."""
        if self.trunk.log is not None:
            self._work_off()
        if self.trunk.mode == MODE_DEFER:
            self.trunk.mode = MODE_SHIFT

    def items(
        self, match: _Match = None, mapper: Callable[[Any], Any] | None = None
    ) -> Iterator[tuple[Any, MsgTreeElem]]:
        """Iterate over (key, message), in the order in which keys first had a line.

        Arguments are those of :meth:`walk`.
        """
        if match is None or type(match) is _trunks.Sources:
            return self.pairs(match, mapper)
        return self._items_chosen(match, mapper)

    def _items_chosen(
        self, match: Callable[[Any], Any], mapper: Callable[[Any], Any] | None
    ) -> Iterator[tuple[Any, MsgTreeElem]]:
        """Iterate over the same; a caller's function costs twice as much from a kernel."""
        trunk = self.trunk
        for key, position in trunk.positions.copy().items():
            if match(key):
                message = self.message_at(trunk, position)
                yield (key if mapper is None else mapper(key)), message

    def remove(self, match: _Match = None) -> None:
        """Forget the keys for which *match* is true, or all keys.

        Example::

            >>> from ClusterShell.MsgTree import MsgTree
            >>> tree = MsgTree()
            >>> for number in range(6):
            ...     tree.add(number, b"line")
            >>> tree.remove(lambda key: key > 3)
            >>> list(tree)
            [0, 1, 2, 3]
        """
        trunk = self.trunk
        if trunk.log is not None or trunk.given is not None:
            self._forget(match)
        keys = None
        if match is not None:
            keys = [key for key in list(self.trunk.positions) if match(key)]
        self.forget_keys(keys)

    def messages(self, match: _Match = None) -> Iterator[MsgTreeElem]:
        """Iterate over the distinct messages of the keys for which *match* is true."""
        return (elem for elem, _ in self.walk(match))

    def walk(
        self, match: _Match = None, mapper: Callable[[Any], Any] | None = None
    ) -> Iterator[tuple[MsgTreeElem, list]]:
        """Iterate over (message, keys), for each distinct message, keys being a list.

        Only keys for which *match* is true are considered, and *mapper*, if
        given, makes what is returned for a key.  With MODE_TRACE, the
        beginnings of a message are messages too.
        """
        trunk = self.trunk
        if trunk.log is not None or trunk.given is not None:
            return self._walk_given(match, mapper)
        walk = self.walk_lines if trunk.mode == MODE_TRACE else self.walk_ends
        if (match is None or type(match) is _trunks.Sources) and type(mapper) is not _FUNCTION:
            return walk(match, mapper)
        return self._walk_chosen(walk, match, mapper)

    def _walk_chosen(
        self, walk: Callable, match: _Match, mapper: Callable[[Any], Any] | None
    ) -> Iterator[tuple[MsgTreeElem, list]]:
        """Iterate over the same; a caller's function costs twice as much from a kernel."""
        for elem, keys in walk(self._pairs(match)):
            yield elem, (keys if mapper is None else [mapper(key) for key in keys])

    def _pairs(self, match: _Match) -> Any:
        """Return the keys for which *match* is true, and their positions, for a kernel."""
        if match is None or type(match) is _trunks.Sources:
            return match
        # A copy: the function may change what it copies.
        return [pair for pair in self.trunk.positions.copy().items() if match(pair[0])]

    def _walk_given(
        self, match: _Match, mapper: Callable[[Any], Any] | None
    ) -> Iterator[tuple[MsgTreeElem, list]]:
        """Iterate over (message, keys), where keys were given to elements."""
        self._update_keys()
        trunk = self.trunk
        for keys, position in _messages().places(trunk, match):
            elem = _elements.element(MsgTreeElem, trunk, position)
            yield elem, list(map(mapper, keys)) if mapper is not None else list(keys)

    def walk_trace(
        self, match: _Match = None, mapper: Callable[[Any], Any] | None = None
    ) -> Iterator[tuple[bytes | None, list, int, int]]:
        """Iterate over (line, keys, depth, number of children), for each line of the tree.

        The depth of a first line is 1.  Arguments are those of :meth:`walk`.
        Only with MODE_TRACE.
        """
        trunk = self.trunk
        if trunk.log is None and trunk.given is None:
            return self._rows(match, mapper)
        return self._trace_given(match, mapper)

    def _rows(
        self, match: _Match, mapper: Callable[[Any], Any] | None
    ) -> Iterator[tuple[bytes | None, list, int, int]]:
        """Iterate over the same, where they were not."""
        assert self.mode == MODE_TRACE, "walk_trace() is only callable in trace mode"
        yield from self.walk_rows(self._pairs(match), mapper)

    def _trace_given(
        self, match: _Match, mapper: Callable[[Any], Any] | None
    ) -> Iterator[tuple[bytes | None, list, int, int]]:
        """Iterate over the same, where keys were given to elements."""
        trunk = self.trunk
        assert trunk.mode == MODE_TRACE, "walk_trace() is only callable in trace mode"
        for keys, position in _messages().places(trunk, match):
            names = list(map(mapper, keys)) if mapper is not None else list(keys)
            depth = len(_blocks.message_lines(trunk.blocks, position))
            yield _blocks.line_of(position), names, depth, _blocks.followers(position)

    def _work_off(self) -> None:
        """Have elements have the keys that they were given."""
        _messages().settled(self.trunk)

    def _forget(self, match: _Match) -> None:
        """Have elements no more have the keys that they were given, if these match."""
        given = _messages().settled(self.trunk)
        if self.mode != MODE_DEFER:
            keys = [key for _, key in given.more]
            given.forget(keys if match is None else filter(match, keys))

    def _depth(self) -> int:
        """Return the number of lines of the longest message."""
        return self.trunk.depth()

    def __reduce__(self) -> tuple:
        """Pickle as keys and lines; messages that are the same are pickled once."""
        messages: dict[tuple, list[bytes]] = {}
        entries = []
        trunk = self.trunk
        # A copy: other code, the collector's or a thread's, may change what it copies.
        for key, position in trunk.positions.copy().items():
            _blocks.settle(position)
            place = position.block.number, position.offset
            if place not in messages:
                messages[place] = _blocks.message_lines(trunk.blocks, position)
            entries.append((key, messages[place]))
        return copyreg.__newobj__, (type(self),), ({"mode": trunk.mode, **self.__dict__}, entries)  # type: ignore[attr-defined]

    def __setstate__(self, state: tuple[dict, list]) -> None:
        """Restore what :meth:`__reduce__` has saved."""
        attributes, entries = state
        attributes = dict(attributes)
        self._reset(attributes.pop("mode", MODE_DEFER))
        self.__dict__.update(attributes)
        for key, lines in entries:
            for line in lines:
                self.add(key, line)
