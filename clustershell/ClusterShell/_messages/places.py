"""Places in a message tree, and the keys that are there."""

from __future__ import annotations

from ClusterShell._accel import blocks as _blocks

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from typing import Any

# Modes of trees, as in MsgTree.
MODE_DEFER, MODE_SHIFT, MODE_TRACE = 0, 1, 2


def place_of(position: Any) -> tuple[Any, int]:
    """Return block and offset of a position as they are now."""
    _blocks.settle(position)
    return position.block, position.offset


def _by_place(pairs: list[tuple[Any, Hashable]]) -> dict[tuple[Any, int], dict]:
    """Return, by place, the positions by key."""
    found: dict[tuple[Any, int], dict] = {}
    for position, key in pairs:
        found.setdefault(place_of(position), {})[key] = position
    return found


def settled(trunk: Any) -> Given | None:
    """Return how keys of elements of a tree differ from the tree's, None if they do not."""
    log = trunk.log
    if log is None:
        return trunk.given
    own = _own_places(trunk, None) if trunk.mode == MODE_SHIFT else []
    trunk.log = None
    given = trunk.given
    if given is None:
        given = trunk.given = Given()
    given.give(log, own, tracing=trunk.mode == MODE_TRACE)
    return given


def places(trunk: Any, match: Callable[[Any], Any] | None) -> list[tuple[list, Any]]:
    """Return (keys, position) for each place where matching keys are.

    A place is where their messages end or, tracing, each line of them.
    """
    given = settled(trunk)
    own = _own_places(trunk, match)
    return own if given is None else given.merged(own, match)


def keys_at(trunk: Any, place: tuple[Any, int]) -> list:
    """Return the keys at a place, as far as they are worked out."""
    given = settled(trunk)
    found: list = []
    if trunk.mode != MODE_DEFER:
        for keys, position in _own_places(trunk, None):
            if (position.block, position.offset) == place:
                found = keys
                break
    return found if given is None else given.keys_at(place, found)


def _own_places(trunk: Any, match: Callable[[Any], Any] | None) -> list[tuple[list, Any]]:
    """Return the same but for keys that elements were given."""
    pairs = None
    if match is not None:
        pairs = [pair for pair in trunk.positions.copy().items() if match(pair[0])]
    found = trunk.places(pairs) if trunk.mode == MODE_TRACE else trunk.ends(pairs)
    return [(keys, position) for keys, position, _ in found]


class Given:
    """How keys of elements differ from those of their tree.

    more, less: lists of (position, key): keys that are there besides the tree's, and keys
        of the tree's that are not.
    """

    def __init__(self) -> None:
        self.more: list[tuple[Any, Hashable]] = []
        self.less: list[tuple[Any, Hashable]] = []

    def keys_at(self, place: tuple[Any, int], keys: Iterable[Hashable]) -> list:
        """Return the keys at a place where the tree has *keys*."""
        less = [key for position, key in self.less if place_of(position) == place]
        more = [key for position, key in self.more if place_of(position) == place]
        return list(dict.fromkeys([*(key for key in keys if key not in less), *more]))

    def give(
        self, log: list[tuple[Any, Any, Hashable]], own: list[tuple[list, Any]], tracing: bool
    ) -> None:
        """Have keys be where they were given, and but for tracing no more above.

        As in the released package, where there is one key above, that one goes instead.

        :param log: (position above, position of the element, key), one after the other
        :param own: (keys, position) where the tree has keys
        """
        more, less = _by_place(self.more), _by_place(self.less)
        theirs = {place_of(position): keys for keys, position in own}
        now: dict[tuple[Any, int], dict] = {}
        for above, below, key in log:
            if not tracing:
                for place in (place_of(above), place_of(below)):
                    if place not in now:
                        now[place] = dict.fromkeys(self.keys_at(place, theirs.get(place, ())))
                place = place_of(above)
                here = now[place]
                if len(here) == 1:
                    (key,) = here
                if key in here:
                    del here[key]
                    more.get(place, {}).pop(key, None)
                    less.setdefault(place, {})[key] = _blocks.Position(*place)
                now[place_of(below)][key] = None
            more.setdefault(place_of(below), {})[key] = below
        self.more = [(at, key) for keys in more.values() for key, at in keys.items()]
        self.less = [(at, key) for keys in less.values() for key, at in keys.items()]

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
