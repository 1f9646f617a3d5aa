"""Workloads of the table "RangeSetND and nD node sets".

Folding is lazy, so each one ends in reading: the text, or the length.
"""

import random

from benchmarks.workloads import workload

GROUP = "RangeSetND and nD node sets"


def _fold(names):
    from ClusterShell.NodeSet import NodeSet

    return lambda: str(NodeSet.fromlist(names))


def _scattered(scale, count, shape, name):
    """Return *count* names out of the grid of a shape, for points of that grid."""
    rng = random.Random(count)
    total = 1
    for width in shape:
        total *= width
    names = []
    for number in rng.sample(range(total), max(2, int(count * scale))):
        point = []
        for width in reversed(shape):
            number, index = divmod(number, width)
            point.append(index)
        names.append(name % tuple(reversed(point)))
    return names


@workload(GROUP, "fold a full 100x100 grid given as 10,000 names", must=20, aim=60)
def grid(scale):
    side = max(2, int(100 * scale**0.5))
    return _fold([f"r{a}n{b}" for a in range(side) for b in range(side)])


@workload(GROUP, "fold 3,000 random points of 200x200", must=15, aim=40)
def points_of_a_square(scale):
    return _fold(_scattered(scale, 3000, (200, 200), "r%dn%d"))


@workload(GROUP, "fold 4,000 random points of 40x40x40", must=500, aim=2000)
def points_of_a_cube(scale):
    return _fold(_scattered(scale, 4000, (40, 40, 40), "r%dc%dn%d"))


@workload(GROUP, "fold 9,472 x[2000-2073]c[0-7]s[0-7]b[0-1] names", must=25, aim=60)
def four_dimensions(scale):
    cabinets = range(2000, 2000 + max(2, int(74 * scale)))
    return _fold(
        [
            f"x{x}c{c}s{s}b{b}"
            for x in cabinets
            for c in range(8)
            for s in range(8)
            for b in range(2)
        ]
    )


@workload(
    GROUP,
    "fold 100,000 scattered x[1000-8999]c[0-7]s[0-7]b[0-1] names",
    bound="under 1.5 s",
    peer=False,
)
def scattered_four_dimensions(scale):
    names = _scattered(scale, 100_000, (8000, 8, 8, 2), "%d,%d,%d,%d")
    points = [name.split(",") for name in names]
    return _fold([f"x{1000 + int(x)}c{c}s{s}b{b}" for x, c, s, b in points])


@workload(GROUP, "two overlapping 300x300 boxes", must=250, aim=1000)
def overlapping_boxes(scale):
    from ClusterShell.NodeSet import NodeSet

    side = max(4, int(300 * scale))
    last, half = side - 1, side // 2
    text = f"r[0-{last}]n[0-{last}],r[{half}-{half + last}]n[{half}-{half + last}]"
    return lambda: str(NodeSet(text))


@workload(
    GROUP,
    "100x100x100 box minus 8 nodes, then len()",
    bound="under 5 ms",
    peer=False,
)
def box_with_holes(scale):
    from ClusterShell.NodeSet import NodeSet

    rng = random.Random(8)
    last = max(9, int(100 * scale) - 1)
    text = f"r[0-{last}]c[0-{last}]n[0-{last}]"
    holes = [tuple(rng.randint(0, last) for _ in range(3)) for _ in range(8)]
    gone = ",".join([f"r{r}c{c}n{n}" for r, c, n in holes])
    return lambda: len(NodeSet(text) - NodeSet(gone))


@workload(
    GROUP, "union and fold of r[0-19]c[0-39]n[0-9] and r[10-29]c[20-59]n[0-9]", must=100, aim=500
)
def union_of_boxes(scale):
    from ClusterShell.NodeSet import NodeSet

    last = max(1, int(10 * scale) - 1)
    one, two = NodeSet(f"r[0-19]c[0-39]n[0-{last}]"), NodeSet(f"r[10-29]c[20-59]n[0-{last}]")
    return lambda: str(one | two)
