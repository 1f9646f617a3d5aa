"""Places in a message tree, and the keys that are there."""

from __future__ import annotations

from ClusterShell._accel import blocks as _blocks

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from typing import Any


def place_of(position: Any) -> tuple[Any, int]:
    """Return block and offset of a position as they are now."""
    _blocks.settle(position)
    return position.block, position.offset


def line_places(block: Any, ends: list[tuple[int, Any]]) -> list[tuple[list, Any]]:
    """Return (keys, position) for each line of *block* that keys have.

    :param ends: offset and key, for each key, of the last line that it has there
    """
    longest = max(offset for offset, _ in ends)
    shortest = min(offset for offset, _ in ends)
    keys = [key for _, key in ends]
    offset = 0
    # The root has no line of its own.
    places = [(keys, _blocks.Position(block, 0))] if block.parent >= 0 else []
    while offset < longest:
        offset = block.after(offset)
        if offset > shortest:
            ends = [(end, key) for end, key in ends if end >= offset]
            shortest = min(end for end, _ in ends)
            keys = [key for _, key in ends]
        places.append((keys, _blocks.Position(block, offset)))
    return places


class Given:
    """How keys of elements differ from those of their tree.

    :param blocks: those of the tree, which has others once it was cleared

    more, less: lists of (position, key): keys that are there besides the tree's, and keys
        of the tree's that are not.
    """

    def __init__(self, blocks: list) -> None:
        self.blocks = blocks
        self.more: list[tuple[Any, Hashable]] = []
        self.less: list[tuple[Any, Hashable]] = []

    def keys_at(self, place: tuple[Any, int], keys: Iterable[Hashable]) -> list:
        """Return the keys at a place where the tree has *keys*."""
        less = [key for position, key in self.less if place_of(position) == place]
        more = [key for position, key in self.more if place_of(position) == place]
        return list(dict.fromkeys([*(key for key in keys if key not in less), *more]))

    def take(self, position: Any, key: Hashable) -> None:
        """Have *key* be at that position no more."""
        place = place_of(position)
        self.more = [one for one in self.more if one[1] != key or place_of(one[0]) != place]
        self.less.append((position, key))

    def forget(self, keys: Iterable[Hashable]) -> None:
        """Have *keys* be nowhere but where the tree has them."""
        gone = set(keys)
        self.more = [one for one in self.more if one[1] not in gone]

    def merged(
        self, places: list[tuple[list, Any]], match: Callable[[Any], Any] | None
    ) -> list[tuple[list, Any]]:
        """Return (keys, position) for *places*, and for those beside them where keys match."""
        there = {place_of(position): (keys, position) for keys, position in places}
        for position, _ in self.more:
            there.setdefault(place_of(position), ([], position))
        found = []
        for place, (keys, position) in there.items():
            now = [
                key
                for key in self.keys_at(place, keys)
                if key in keys or match is None or match(key)
            ]
            if now:
                found.append((now, _blocks.Position(*place_of(position))))
        return found
