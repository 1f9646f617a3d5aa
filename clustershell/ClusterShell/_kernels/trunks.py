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
        Sources,
        go_down,
        numbered,
        position_at,
        settle,
        walk_from,
    )
else:
    from ClusterShell._kernels.blocks import (
        Block,
        Position,
        Sources,
        go_down,
        numbered,
        position_at,
        settle,
        walk_from,
    )


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

    def ends(self, match) -> list:
        """Return (keys, position) for each place where messages end, in the order of a walk.

        :param match: if not None, only keys for which it is true are considered.
        """
        pos: Position
        block: Block = None
        offset: cython.Py_ssize_t = -1
        keys: list = []
        by_block: dict = {}
        ends: list = []
        chosen: Sources = match if type(match) is Sources else None
        # A copy: other code may change what it copies.
        for key, found in self.positions.copy().items():
            if chosen is not None:
                if not chosen.has(key):
                    continue
            elif match is not None and not match(key):
                continue
            pos = found
            if pos is None:
                continue
            settle(pos)
            # Keys whose messages are the same tend to come together.
            if pos.block is not block or pos.offset != offset:
                block = pos.block
                offset = pos.offset
                keys = _keys_at(by_block, block, offset)
            keys.append(key)
        for found in walk_from(self.root):
            block = found
            at = by_block.get(block)
            if type(at) is tuple:
                ends.append((at[1], position_at(block, at[0])))
            elif at is not None:
                for offset, keys in sorted(at.items()):
                    ends.append((keys, position_at(block, offset)))
        return ends

    def places(self, match) -> list:
        """Return (keys, position, depth) for each line that matching keys have.

        Lines that have the same keys share the list.  The depth of a first line is 1.
        """
        pos: Position
        block: Block
        depth: cython.Py_ssize_t
        passing: dict = {}
        places: list = []
        for key, found in self.positions.copy().items():
            if match is not None and not match(key):
                continue
            pos = found
            if pos is None:
                continue
            block = settle(pos).block
            _pass(passing, block, pos.offset, key)
            while block.parent >= 0:
                block = numbered(self.blocks, block.parent)
                _pass(passing, block, block.size, key)
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


@cython.cfunc
def _keys_at(by_block: dict, block: Block, offset: object) -> list:
    """Return the list of the keys at a place, made if need be.

    Most blocks have one such place, (offset, keys); of the others it is a dict.
    """
    keys: list = []
    at = by_block.setdefault(block, (offset, keys))
    if type(at) is dict:
        return at.setdefault(offset, keys)
    if at[0] == offset:
        return at[1]
    by_block[block] = {at[0]: at[1], offset: keys}
    return keys


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
