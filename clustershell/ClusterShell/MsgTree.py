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
from ClusterShell._accel import branches as _branches
from ClusterShell._accel import msgtree as _msgtree
from ClusterShell._lazy import lazy_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from typing import Any, Optional

    from ClusterShell._messages.places import Given

    _Match = Optional[Callable[[Any], Any]]

__all__ = [
    "MODE_DEFER",
    "MODE_SHIFT",
    "MODE_TRACE",
    "MsgTree",
    "MsgTreeElem",
]

__getattr__ = lazy_names(globals(), {"filterfalse": "itertools", "sys": None})

#: Keys are worked out when the tree is first walked (the default).
MODE_DEFER = 0
#: Keys are known at any time.
MODE_SHIFT = 1
#: Keys are known for each line, not only for the last of each message.
MODE_TRACE = 2


class MsgTreeElem(_branches.LineElement):  # type: ignore[name-defined]
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
    # The parent given when made by a caller, whose tree is another one.
    _origin: MsgTreeElem | None = None

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
        tree = MsgTree(MODE_TRACE if trace else MODE_SHIFT)
        position = _blocks.Position(tree.root, 0)
        # What is no element has no lines to come before; it is but remembered.
        lines = list(parent.lines()) if isinstance(parent, MsgTreeElem) else []
        for line in lines if msgline is None else [*lines, msgline]:
            position = _branches.step_from(tree.blocks, position, line)
        self._tree = tree
        self._blocks = tree.blocks
        self._position = position
        self._origin = parent

    @classmethod
    def _of(cls, tree: MsgTree, blocks: list, position: Any) -> MsgTreeElem:
        """Return the element of a tree at *position*, which becomes its own.

        :param blocks: those that the tree has, or had before it was cleared.
        """
        elem = cls.__new__(cls)
        elem._tree = tree
        elem._blocks = blocks
        elem._position = position
        return elem

    def _place(self) -> tuple[Any, int]:
        """Return the block that holds this element's line, and the offset of its end."""
        if self._position is None:
            raise AttributeError("an element that was made without its constructor")
        position = _blocks.settle(self._position)
        return position.block, position.offset

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
        _tree: MsgTree
        _blocks: list
        _position: Any

        def __len__(self) -> int: ...
        def __getitem__(self, i: Any) -> Any: ...
        def __iter__(self) -> Iterator[bytes]: ...
        def __bytes__(self) -> bytes: ...
        def lines(self) -> Iterator[bytes]: ...
        def splitlines(self) -> Iterator[bytes]: ...
        def message(self) -> bytes: ...
        def append(self, msgline: bytes, key: Hashable | None = None) -> MsgTreeElem: ...

    def _append(self, msgline: bytes, key: Hashable | None) -> MsgTreeElem:
        if self._tree.blocks is not self._blocks:  # cleared since
            return _message_of(self.lines()).append(msgline, key)
        if msgline is None:  # begins a tree of its own
            return MsgTreeElem()
        position = _branches.step_from(self._blocks, self._position, msgline)
        elem = self._sibling(position.block, position.offset)
        if key is not None:
            self._tree._give(self._position, position, key)
        return elem

    @property
    def msgline(self) -> bytes | None:
        """The line of this element, None for the root."""
        block, offset = self._place()
        if offset == 0:
            return block.first
        return block.read(block.before(offset), offset)[0]

    @property
    def parent(self) -> MsgTreeElem | None:
        """The element of the line above, None for the root."""
        block, offset = self._place()
        if self._origin is not None:
            return self._origin
        if offset:
            return self._sibling(block, block.before(offset))
        if block.parent < 0:
            return None
        above = self._blocks[block.parent]
        return self._sibling(above, above.size)

    @property
    def children(self) -> dict[bytes, MsgTreeElem]:
        """The elements of the lines that follow this one, by line."""
        block, offset = self._place()
        if offset < block.size:
            stop = block.after(offset)
            return {block.read(offset, stop)[0]: self._sibling(block, stop)}
        return {line: self._sibling(child, 0) for line, child in (block.children or {}).items()}

    def _count_children(self) -> int:
        """Return how many different lines follow this one."""
        block, offset = self._place()
        return 1 if offset < block.size else len(block.children or ())

    @property
    def keys(self) -> set | None:
        """The keys whose message ends here, or, tracing, passes here; None if there are none.

        As long as the tree defers working them out, only those given by :meth:`append`.
        """
        place = self._place()
        if self._tree.blocks is not self._blocks:
            return None
        return self._tree._keys_at(place) or None

    def _sibling(self, block: Any, offset: int) -> MsgTreeElem:
        """Return the element at another place of the same tree."""
        return MsgTreeElem._of(self._tree, self._blocks, _blocks.Position(block, offset))

    def __reduce__(self) -> tuple:
        """Pickle as the message alone, apart from its tree."""
        return _message_of, (list(self.lines()),)


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
        def items(
            self, match: _Match = None, mapper: Callable[[Any], Any] | None = None
        ) -> Iterator[tuple[Any, MsgTreeElem]]: ...

    _element = MsgTreeElem
    _given: Given | None = None

    def __init__(self, mode: int = MODE_DEFER) -> None:
        """Make an empty tree.

        :param mode: MODE_DEFER (the default) and MODE_SHIFT keep, for each key, where
            its message ends; they differ only in when the keys of an element
            can be looked at (``MsgTreeElem.keys``): after the first walk, or
            at any time.  MODE_TRACE makes each line of the tree known with all
            keys that have it, for :meth:`walk` and :meth:`walk_trace`.
        """
        self.mode = mode
        self._reset()

    def clear(self) -> None:
        """Remove all keys and messages."""
        self._reset()

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self.positions)

    def _update_keys(self) -> None:
        """Make the keys of each element known from now on."""
        if self.mode == MODE_DEFER:
            self.mode = MODE_SHIFT

    def keys(self) -> Iterator[Hashable]:
        """Return an iterator over the keys."""
        return iter(self.positions)

    __iter__ = keys

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
        if self.mode == MODE_TRACE or self._given is not None:
            return self._walk_lines(match, mapper)
        return self.walk_ends(match, mapper)

    def _walk_lines(
        self, match: _Match, mapper: Callable[[Any], Any] | None
    ) -> Iterator[tuple[MsgTreeElem, list]]:
        """Iterate over (message, keys) for each place of keys."""
        self._update_keys()
        blocks, places = self._places(match)
        for keys, position in places:
            elem = MsgTreeElem._of(self, blocks, position)
            yield elem, list(map(mapper, keys)) if mapper is not None else list(keys)

    def walk_trace(
        self, match: _Match = None, mapper: Callable[[Any], Any] | None = None
    ) -> Iterator[tuple[bytes | None, list, int, int]]:
        """Iterate over (line, keys, depth, number of children), for each line of the tree.

        The depth of a first line is 1.  Arguments are those of :meth:`walk`.
        Only with MODE_TRACE.
        """
        assert self.mode == MODE_TRACE, "walk_trace() is only callable in trace mode"
        blocks, places = self._places(match)
        depths = self._depths(blocks)
        last, depth = None, 0
        for keys, position in places:
            # Lines of one block come one after the other, but for those of given keys.
            block, offset = position.block, position.offset
            follows = block is last and self._given is None
            depth = depth + 1 if follows else depths[block.number] + block.count(offset)
            last = block
            elem = MsgTreeElem._of(self, blocks, position)
            names = list(map(mapper, keys)) if mapper is not None else list(keys)
            yield elem.msgline, names, depth, elem._count_children()

    def remove(self, match: _Match = None) -> None:
        """Forget the keys for which *match* is true, or all keys.

        Example::

            >>> tree = MsgTree()
            >>> for number in range(6):
            ...     tree.add(number, b"line")
            >>> tree.remove(lambda key: key > 3)
            >>> list(tree)
            [0, 1, 2, 3]
        """
        if self._given is not None and self.mode != MODE_DEFER:
            given = [key for _, key in self._given.more]
            self._given.forget(given if match is None else filter(match, given))
        for key in self._matching(match):
            del self.positions[key]

    def _matching(self, match: _Match) -> list:
        """Return the keys for which *match* is true, or all keys."""
        keys = list(self.positions)
        return keys if match is None else list(filter(match, keys))

    @staticmethod
    def _depths(blocks: list) -> dict[int, int]:
        """Return, by number of block, how many lines lead to the end of its first line."""
        depths = {-1: -1}
        for block in _blocks.walk(blocks):
            above = blocks[block.parent] if block.parent >= 0 else None
            lines = above.count(above.size) if above is not None else 0
            depths[block.number] = depths[block.parent] + lines + 1
        del depths[-1]
        return depths

    def _depth(self) -> int:
        """Return the number of lines of the longest message."""
        blocks = self.blocks
        depths = self._depths(blocks)
        return max(depths[block.number] + block.count(block.size) for block in blocks)

    def _places(self, match: _Match) -> tuple[list, list[tuple[list, Any]]]:
        """Return (keys, position), for each place where matching keys are.

        The blocks that these are in come first, the list of them second.  A place is
        where their messages end or, with MODE_TRACE, each line of them; then places that
        have the same keys share the list.
        """
        blocks, places = self._own_places(match)
        given = self._given
        if given is not None and given.blocks is blocks:
            places = given.merged(places, match)
        return blocks, places

    def _keys_at(self, place: tuple[Any, int]) -> set:
        """Return the keys at a place, as far as they are worked out."""
        found: list = []
        if self.mode != MODE_DEFER:
            for keys, position in self._own_places(None)[1]:
                if (position.block, position.offset) == place:
                    found = keys
                    break
        given = self._given
        if given is not None and given.blocks is self.blocks:
            found = given.keys_at(place, found)
        return set(found)

    def _give(self, above: Any, below: Any, key: Hashable) -> None:
        """Have *key* be at position *below*, and but for MODE_TRACE no more at *above*.

        As in the released package, where there is one key *above*, that one goes instead.
        """
        given = self._given
        if given is None or given.blocks is not self.blocks:
            from ClusterShell._messages.places import Given

            given = self._given = Given(self.blocks)
        if self.mode != MODE_TRACE:
            _blocks.settle(above)
            place = above.block, above.offset
            here = self._keys_at(place)
            if len(here) == 1:
                (key,) = here
            if key in here:
                given.take(_blocks.Position(*place), key)
        given.more.append((below, key))

    def _own_places(self, match: _Match) -> tuple[list, list[tuple[list, Any]]]:
        """Return the same but for keys that elements were given."""
        blocks = self.blocks
        if self.mode != MODE_TRACE:
            return self.ends(match)
        from ClusterShell._messages.places import line_places

        passing: dict[int, list[tuple[int, Any]]] = {}
        # A copy: other code, the collector's or a thread's, may change what it copies.
        for key, position in self.positions.copy().items():
            if match is not None and not match(key):
                continue
            block, offset = _blocks.settle(position).block, position.offset
            passing.setdefault(block.number, []).append((offset, key))
            while block.parent >= 0:
                block = blocks[block.parent]
                passing.setdefault(block.number, []).append((block.size, key))
        places: list[tuple[list, Any]] = []
        for block in _blocks.walk(blocks):
            if block.number in passing:
                places += line_places(block, passing[block.number])
        return blocks, places

    def __reduce__(self) -> tuple:
        """Pickle as keys and lines; messages that are the same are pickled once."""
        messages: dict[tuple, list[bytes]] = {}
        entries = []
        blocks = self.blocks
        # A copy: other code, the collector's or a thread's, may change what it copies.
        for key, position in self.positions.copy().items():
            _blocks.settle(position)
            place = position.block.number, position.offset
            if place not in messages:
                messages[place] = _blocks.message_lines(blocks, position)
            entries.append((key, messages[place]))
        # Positions of given keys are of this process.
        attributes = {name: value for name, value in self.__dict__.items() if name != "_given"}
        return copyreg.__newobj__, (type(self),), (attributes, entries)  # type: ignore[attr-defined]

    def __setstate__(self, state: tuple[dict, list]) -> None:
        """Restore what :meth:`__reduce__` has saved."""
        self._reset()
        attributes, entries = state
        self.__dict__.update(attributes)
        for key, lines in entries:
            for line in lines:
                self.add(key, line)
