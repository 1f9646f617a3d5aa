# cython: wraparound=False, auto_pickle=False
"""Trees of lines as their elements know them: where messages end, and which keys are there.

A :class:`Trunk` is a tree from one clearing to the next, with the positions of the
keys in it.  Elements (kernel ``elements``) hold the trunk, and it holds no elements: the
tree keeps those that it has made for its keys.  So all is freed as soon as nobody holds
it, without waiting for the cycle collector.

**Other code in between.**  What holds for the tree (kernel ``msgtree``) holds here.
"""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.blocks import (
        Block,
        Position,
        go_down,
        over,
        position_at,
        settle,
        walk_from,
    )
else:
    from ClusterShell._kernels.blocks import (
        Block,
        Position,
        go_down,
        over,
        position_at,
        settle,
        walk_from,
    )

# About what a block takes beside its text; what is little memory.
_HEAD = cython.declare(cython.Py_ssize_t, 100)
_LITTLE = cython.declare(cython.Py_ssize_t, 1 << 18)
_TEXT = cython.declare(set, {str})


@cython.final
@cython.cclass
class Sources:
    """What is asked for of a tree whose keys are pairs of worker and key: a *match*.

    worker: whose pairs, None for those of all.
    keys: a container of the keys, None for all; if *single* is true, what they equal.
    names: the same keys, if that is a list or tuple of texts: to look one up costs less.
    """

    if not cython.compiled:
        __slots__ = ("keys", "names", "single", "worker")

    def __cinit__(self, worker: object, keys: object, single: cython.bint = False) -> None:
        self.worker = worker
        self.keys = keys
        self.single = single
        self.names = None

    def __call__(self, source):
        """Return whether a pair is asked for."""
        return self.has(source)

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def gather(self) -> cython.int:
        """Set *names*, of keys as they are now."""
        self.names = None
        if not self.single and type(self.keys) in (list, tuple):
            if len(self.keys) > 2 and {*map(type, self.keys)} == _TEXT:
                self.names = {*self.keys}
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def has(self, source) -> cython.bint:
        """Return the same."""
        key = source[1]
        if self.single:
            if type(key) is str and type(self.keys) is str:
                if not cython.cast(str, key) == cython.cast(str, self.keys):
                    return False
            elif not key == self.keys:
                return False
        elif self.names is not None and type(key) is str:
            if key not in self.names:
                return False
        elif self.keys is not None and key not in self.keys:
            return False
        return self.worker is None or source[0] is self.worker


@cython.final
@cython.cclass
class Trunk:
    """The blocks of a tree, and the positions of the keys in it.

    root, blocks: the block without a parent, and all blocks by number.
    positions: dict of key to Position, in order of arrival.
    mode: of the tree.
    log: what elements were told of keys and nobody has looked at yet: (position above,
        position of the element, key); None if there is nothing.
    given: how keys of elements differ from those of the tree, None if they do not.

    The log is worked off before keys of the tree move.
    """

    if not cython.compiled:
        __slots__ = ("blocks", "given", "log", "mode", "positions", "root")

    def __cinit__(self, mode: object) -> None:
        self.mode = mode
        self.root = Block(None, 0, -1)
        self.blocks = [self.root]
        self.positions = {}
        self.log = None
        self.given = None

    @cython.cfunc
    @cython.exceptval(check=False)
    def untouched(self) -> cython.bint:
        """Tell whether nothing has been done to this tree."""
        return (
            len(self.positions) == 0
            and self.root.children is None
            and self.root.size == 0
            and self.log is None
            and self.given is None
        )

    @cython.cfunc
    @cython.exceptval(check=False)
    def little(self) -> cython.bint:
        """Tell whether the blocks hold little memory, and bytes alone.

        Interpreted, to ask costs as much as to free them.
        """
        if not cython.compiled:
            return False
        block: Block
        room: cython.Py_ssize_t = 0
        for found in self.blocks:
            if type(found) is not Block:
                return False
            block = found
            room += _HEAD + block.room
            if block.first is not None:
                if type(block.first) is not bytes:
                    return False
                room += len(cython.cast(bytes, block.first))
            if room > _LITTLE:
                return False
        return True

    def ends(self, match) -> list:
        """Return (keys, place, position) for each place where messages end.

        The position is that of the first of the keys, and moves with it.  Places are in the
        order of a walk.

        :param match: which keys are considered: all if None, sources, or (key, position) pairs
        """
        block: Block
        ends: _Ends = _Ends()
        chosen: Sources
        if type(match) is list:
            for key, found in match:
                ends.add(key, found)
        else:
            chosen = match
            if chosen is not None:
                chosen.gather()
            # A copy: other code may change what it copies.
            for key, found in self.positions.copy().items():
                if chosen is None or chosen.has(key):
                    ends.add(key, found)
        if len(ends.first) == 1 and ends.others is None:
            return list(ends.first.values())
        ordered: list = []
        for found in walk_from(self.root):
            block = found
            place = ends.first.get(block)
            if place is not None:
                ordered.append(place)
                if ends.others is not None and block in ends.others:
                    more = [place, *ends.others[block].values()]
                    ordered[len(ordered) - 1 :] = sorted(more, key=_offset_of)
        return ordered

    def places(self, match) -> list:
        """Return (keys, position, depth) for each line that keys have; see ``ends()``.

        Lines that have the same keys share the list.  The depth of a first line is 1.
        """
        pos: Position
        block: Block
        depth: cython.Py_ssize_t
        steps: cython.Py_ssize_t
        passing: dict = {}
        places: list = []
        chosen: Sources = None
        pairs = match
        if type(match) is not list:
            chosen = match
            pairs = list(self.positions.copy().items())
        for key, found in pairs:
            if chosen is not None and not chosen.has(key):
                continue
            pos = found
            if pos is None:
                continue
            block = settle(pos).block
            _pass(passing, block, pos.offset, key)
            steps = 0
            while block.parent >= 0:
                block = over(self.blocks, block, steps)
                _pass(passing, block, block.size, key)
                steps += 1
        blocks: list = [self.root]
        depths: list = [0]
        while blocks:
            block, depth = blocks.pop(), depths.pop()
            through = passing.get(block)
            if through is not None:
                _lines_passed(places, block, through, depth)
            go_down(blocks, depths, block, depth)
        return places

    def depth(self) -> int:
        """Return the number of lines of the longest message."""
        deepest: cython.Py_ssize_t = 0
        blocks: list = [self.root]
        depths: list = [0]
        while blocks:
            deepest = max(deepest, go_down(blocks, depths, blocks.pop(), depths.pop()))
        return deepest


@cython.final
@cython.cclass
class _Ends:
    """Where messages end: (keys, place, position of the first key).

    first: by block, the place where a key ended first.
    others: by block, those at other offsets, by offset; None if there are none.
    block, offset, keys: the place of the last key.
    """

    if cython.compiled:
        first = cython.declare(dict)
        others = cython.declare(dict)
        keys = cython.declare(list)
        block = cython.declare(Block)
        offset = cython.declare(cython.Py_ssize_t)
    else:
        __slots__ = ("block", "first", "keys", "offset", "others")

    def __cinit__(self) -> None:
        self.first = {}
        self.others = None
        self.keys = None
        self.block = None
        self.offset = -1

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def add(self, key: object, pos: Position) -> cython.int:
        """Have the message of a key end at its position."""
        if pos is None:
            return 0
        if pos.offset > pos.block.size:
            settle(pos)
        # Keys whose messages are the same tend to come together.
        if pos.block is not self.block or pos.offset != self.offset:
            return self.begin(key, pos)
        self.keys.append(key)
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def begin(self, key: object, pos: Position) -> cython.int:
        """Do the same, at another place than that of the last key."""
        block: Block = pos.block
        offset: cython.Py_ssize_t = pos.offset
        place: Position = position_at(block, offset)
        keys: list = [key]
        made: tuple = (keys, place, pos)
        found: tuple = self.first.setdefault(block, made)
        if found is not made:
            place = found[1]
            if place.offset != offset:
                if self.others is None:
                    self.others = {}
                found = self.others.setdefault(block, {}).setdefault(offset, made)
            keys = found[0]
            if found is not made:
                keys.append(key)
        self.block = block
        self.offset = offset
        self.keys = keys
        return 0


def _offset_of(end):
    """Return the offset of a place where messages end."""
    place: Position = end[1]
    return place.offset


@cython.final
@cython.cclass
class _Passing:
    """The keys that have lines of a block, and the offsets up to which they have them."""

    if cython.compiled:
        offsets = cython.declare(list)
        keys = cython.declare(list)
        shortest = cython.declare(cython.Py_ssize_t)
        longest = cython.declare(cython.Py_ssize_t)
    else:
        __slots__ = ("keys", "longest", "offsets", "shortest")

    def __cinit__(self, offset: cython.Py_ssize_t, key: object) -> None:
        self.offsets = [offset]
        self.keys = [key]
        self.shortest = self.longest = offset


@cython.cfunc
@cython.exceptval(-1, check=False)
def _pass(passing: dict, block: Block, offset: cython.Py_ssize_t, key: object) -> cython.int:
    """Note that the lines of a block up to an offset are a key's."""
    through: _Passing = passing.get(block)
    if through is None:
        passing[block] = _Passing(offset, key)
        return 0
    through.offsets.append(offset)
    through.keys.append(key)
    through.shortest = min(through.shortest, offset)
    through.longest = max(through.longest, offset)
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _lines_passed(
    places: list, block: Block, through: _Passing, depth: cython.Py_ssize_t
) -> cython.int:
    """Add to *places* the lines of a block that keys have; *depth* is that of the first."""
    start: cython.Py_ssize_t = 0
    offsets: list = through.offsets
    keys: list = through.keys
    shortest: cython.Py_ssize_t = through.shortest
    offset: cython.Py_ssize_t = 0
    # The root has no line of its own.
    if block.parent >= 0:
        places.append((keys, position_at(block, 0), depth))
    while offset < through.longest:
        if offset - start < block.size:
            offset = start + block.after(offset - start)
        elif block.rest is not None:  # cut meanwhile: the offsets are from before
            start += block.cut
            offset = start
            block = block.rest
        else:
            break
        if offset > shortest:
            kept = [pair for pair in zip(offsets, keys) if pair[0] >= offset]
            offsets = [end for end, _ in kept]
            keys = [key for _, key in kept]
            shortest = min(offsets)
        depth += 1
        places.append((keys, position_at(block, offset - start), depth))
    return 0
