"""Kernels ``boxes`` and ``vectors``: algebra against Python sets, folding against its rules.

The rules are written down here a second time, naively: every element, every
pair.  What the kernels return must agree box by box.
"""

import itertools
import random

import pytest


class Lab:
    """Sets of vectors of texts, and the kernels of one life."""

    def __init__(self, kernel):
        self.intervals = kernel("intervals")
        self.boxes = kernel("boxes")
        self.rows = kernel("rows")
        self.vectors = kernel("vectors")

    def make(self, boxes):
        """Return the kernel's boxes for boxes given as iterables of texts per axis."""
        made = self.boxes.Boxes(len(boxes[0]) if boxes else 2)
        for sides in boxes:
            made.add([self.runs(side) for side in sides])
        return made

    def runs(self, texts):
        return self.intervals.from_keys([self.intervals.key_of(text) for text in texts])

    def sides(self, made):
        return [tuple(tuple(runs.texts()) for runs in sides) for sides in made.sides()]

    def elements(self, made):
        """Return the elements of boxes, in order."""
        return [e for sides in self.sides(made) for e in itertools.product(*sides)]


@pytest.fixture
def lab(kernel):
    return Lab(kernel)


def elements_of(boxes):
    return {element for sides in boxes for element in itertools.product(*sides)}


def random_boxes(rng, dim, count=None, wide=8, pad=(0,)):
    """Return overlapping boxes, each a tuple of tuples of texts."""

    def side(axis):
        size = rng.choice((1, 1, 2, 3))
        return tuple({str(rng.randrange(wide)).zfill(rng.choice(pad)) for _ in range(size)})

    return [tuple(map(side, range(dim))) for _ in range(count or rng.randint(1, 12))]


def text_order(text):
    return len(text), text


def naive_fold(elements):
    """Return the boxes that folding leaves, found pair by pair."""
    return naive_join([tuple((text,) for text in element) for element in elements])


def naive_join(boxes):
    """Join disjoint boxes, each with the next first, then with any other."""

    def place(box):
        size = 1
        for side in box:
            size *= len(side)
        return -size, tuple((-len(side), side[0], side[-1]) for side in box)

    def join(one, two):
        axes = [a for a in range(len(one)) if one[a] != two[a]]
        if len(axes) != 1:
            return None
        a = axes[0]
        side = tuple(sorted(one[a] + two[a], key=text_order))
        return (*one[:a], side, *one[a + 1 :])

    for reach in (1, len(boxes)):
        size = -1
        while size != len(boxes):
            size = len(boxes)
            boxes.sort(key=place)
            at = 0
            while at < len(boxes):
                other = at + 1
                while other < min(len(boxes), at + 1 + reach):
                    joined = join(boxes[at], boxes[other])
                    if joined:
                        boxes[at] = joined
                        del boxes[other]
                    else:
                        other += 1
                at += 1
    return boxes


@pytest.mark.parametrize("dim", [2, 3, 4])
@pytest.mark.parametrize("pad", [(0,), (0, 2, 3)])
def test_fold_joins_as_the_rules_say(lab, dim, pad):
    rng = random.Random(dim)
    for wide in (3, 5, 12):
        for _ in range(40):
            boxes = random_boxes(rng, dim, wide=wide, pad=pad)
            made = lab.make(boxes)
            if made.varying() >= 0 or made.size == 1:
                continue
            assert lab.sides(lab.vectors.fold(made)) == naive_fold(elements_of(boxes))


def test_fold_of_scattered_points(lab):
    rng = random.Random(5)
    points = {tuple(str(rng.randrange(wide)) for wide in (9, 30, 4)) for _ in range(300)}
    made = lab.make([tuple((text,) for text in point) for point in points])
    assert lab.sides(lab.vectors.fold(made)) == naive_fold(points)


def test_a_single_element_joins_the_first_of_the_next_row(lab):
    points = [("1", "5"), ("2", "5"), ("2", "6")]
    made = lab.make([tuple((text,) for text in point) for point in points])
    assert lab.sides(lab.vectors.fold(made)) == [(("1", "2"), ("5",)), (("2",), ("6",))]


def test_first_means_first_as_text(lab):
    points = [("1", "10"), ("2", "9"), ("2", "10")]
    made = lab.make([tuple((text,) for text in point) for point in points])
    assert lab.sides(lab.vectors.fold(made)) == [(("1", "2"), ("10",)), (("2",), ("9",))]


def test_boxes_that_differ_in_one_axis_fold_into_one(lab):
    made = lab.make([(("1", "2"), ("7",)), (("2", "3"), ("7",)), (("9",), ("7",))])
    assert made.varying() == 0
    assert lab.sides(lab.vectors.fold(made)) == [(("1", "2", "3", "9"), ("7",))]


def test_empty_sides_hold_no_elements(lab):
    made = lab.make([((), ("1",)), (("2",), ("3",)), (("4",), ("5",))])
    assert lab.elements(lab.vectors.fold(made)) == [("2", "3"), ("4", "5")]
    assert lab.make([((), ("1",))]).count() == 0
    assert lab.rows.covers(lab.make([(("1",), ("1",))]), lab.make([((), ("1",))]))


def test_many_elements_fold_by_what_tells_them_apart(lab):
    """A million elements in few boxes cost like few elements."""
    side = tuple(map(str, range(1200)))
    holes = [(("3",), ("4",), ("5",)), (("3",), ("700",), ("800",))]
    rest = lab.rows.difference(lab.make([(side, side, side)]), lab.make(holes))
    both = lab.make([(side, side, side)])
    both.extend(lab.make([(side[:600], side, side)]))
    for made, count in ((rest, 1200**3 - 2), (both, 1200**3)):
        folded = lab.vectors.fold(made)
        assert folded.disjoint and folded.count() == count
    assert folded.size == 1
    assert lab.vectors.fold(rest).size <= 5


def random_stretches(rng, wide, count):
    """Return overlapping boxes of one stretch per axis: pairs of bounds."""
    boxes = []
    for _ in range(count):
        starts = [rng.randrange(width * 2 // 3) for width in wide]
        boxes.append(
            tuple(
                (start, min(width, start + rng.randrange(width // 4, width)))
                for start, width in zip(starts, wide)
            )
        )
    return boxes


def pieces_of(boxes, cuts):
    """Return, in order, the pieces of stretches between cuts of the axes, by number."""
    places = [{bound: str(number) for number, bound in enumerate(axis)} for axis in cuts]
    numbers = [[(int(at[lo]), int(at[hi])) for at, (lo, hi) in zip(places, b)] for b in boxes]
    found = set()
    for sides in numbers:
        found.update(itertools.product(*(range(lo, hi) for lo, hi in sides)))
    ordered = sorted(found, key=lambda piece: [text_order(str(number)) for number in piece])
    return [tuple((str(number),) for number in piece) for piece in ordered]


def rows_of(boxes):
    """Return the elements of stretches joined along their last axis only, in order."""
    *heads, last = zip(*boxes)
    found = {}
    for sides in boxes:
        texts = set(map(str, range(*sides[-1])))
        for head in itertools.product(*(range(lo, hi) for lo, hi in sides[:-1])):
            found.setdefault(head, set()).update(texts)
    rows = sorted(found.items(), key=lambda row: [text_order(str(n)) for n in row[0]])
    return [
        (*((str(number),) for number in head), tuple(sorted(side, key=text_order)))
        for head, side in rows
    ]


def check_union_of_stretches(lab, boxes):
    """Fold a union of stretches; return how many boxes that leaves, disjoint and the same set."""
    made = lab.make([tuple(tuple(map(str, range(lo, hi))) for lo, hi in b) for b in boxes])
    folded = lab.vectors.fold(made)
    assert lab.rows.covers(folded, made) and lab.rows.covers(made, folded)
    sides = list(folded.sides())
    for one, two in itertools.combinations(sides, 2):
        assert any(side.isdisjoint(other) for side, other in zip(one, two))
    return folded.size


@pytest.mark.slow
@pytest.mark.parametrize("wide", [(1500, 1200), (170, 140, 120), (50, 45, 40, 45)])
def test_very_many_elements_fold_as_well_as_their_cells(lab, wide):
    """Millions of elements: no more boxes than joining pairs of what no box tells apart."""
    rng = random.Random(sum(wide))
    for _ in range(8):
        boxes = random_stretches(rng, wide, rng.randint(3, 8 if len(wide) < 4 else 5))
        cuts = [sorted({bound for side in axis for bound in side}) for axis in zip(*boxes)]
        cells = pieces_of(boxes, cuts)
        assert check_union_of_stretches(lab, boxes) <= len(naive_join(cells))


def join_as_given(boxes):
    """Join disjoint boxes, each with any after it, until no two of them can."""
    size = -1
    while size != len(boxes):
        size, at = len(boxes), 0
        while at < len(boxes):
            other = at + 1
            while other < len(boxes):
                axes = [a for a, side in enumerate(boxes[at]) if side != boxes[other][a]]
                if len(axes) == 1:
                    (a,) = axes
                    joined = boxes[at][a] | boxes.pop(other)[a]
                    boxes[at] = (*boxes[at][:a], joined, *boxes[at][a + 1 :])
                else:
                    other += 1
            at += 1
    return boxes


@pytest.mark.slow
@pytest.mark.parametrize(
    "wide, count", [((1500, 1200), 40), ((400, 350, 300), 14), ((90, 80, 90, 70), 7)]
)
def test_very_many_elements_fold_as_well_as_their_pieces(lab, wide, count):
    """No more boxes than joining what is left when each box loses what those before it have."""
    rng = random.Random(count)
    for _ in range(4):
        boxes = random_stretches(rng, wide, count)
        pieces = lab.boxes.Boxes(len(wide))
        for box in boxes:
            one = lab.make([tuple(tuple(map(str, range(lo, hi))) for lo, hi in box)])
            pieces.extend(lab.boxes.subtract(one, pieces))
        sides = [tuple(frozenset(runs.texts()) for runs in box) for box in pieces.sides()]
        assert check_union_of_stretches(lab, boxes) <= len(join_as_given(sides))


@pytest.mark.slow
def test_thousands_of_boxes_of_very_many_elements(lab):
    """More than are also cut apart in the order given; some hold nothing."""
    rng = random.Random(5)
    starts = [(rng.randrange(1950), rng.randrange(1950)) for _ in range(2100)]
    boxes = [tuple((lo, lo + rng.randrange(50)) for lo in start) for start in starts]
    rows = [bytearray(2000) for _ in range(2000)]
    for (top, bottom), (left, right) in boxes:
        for row in rows[top:bottom]:
            row[left:right] = b"x" * (right - left)
    assert any(lo == hi for box in boxes for lo, hi in box)
    made = lab.make([tuple(tuple(map(str, range(lo, hi))) for lo, hi in b) for b in boxes])
    folded = lab.vectors.fold(made)
    assert lab.rows.covers(folded, made) and lab.rows.covers(made, folded)
    # As many elements as the union has: none is in two of them.
    assert folded.count() == sum(row.count(b"x") for row in rows) > 500_000
    assert folded.size < 2500


@pytest.mark.parametrize("wide", [(500, 400), (70, 60, 50), (25, 20, 20, 20)])
def test_many_elements_fold_as_well_as_their_rows(lab, wide):
    rng = random.Random(sum(wide))
    for _ in range(2):
        boxes = random_stretches(rng, wide, 4)
        assert check_union_of_stretches(lab, boxes) <= len(naive_join(rows_of(boxes)))


def test_axes_keep_their_places_whichever_is_widest(lab):
    rng = random.Random(7)
    for shape in ((2000, 30, 40), (30, 2000, 40), (30, 40, 2000)):
        sides = [tuple(map(str, range(width))) for width in shape]
        holes = [tuple((str(rng.randrange(width)),) for width in shape) for _ in range(9)]
        rest = lab.rows.difference(lab.make([sides]), lab.make(holes))
        folded = lab.vectors.fold(rest)
        assert folded.count() == 2000 * 30 * 40 - len(set(holes))
        assert lab.rows.covers(folded, rest) and lab.rows.covers(rest, folded)
        widths = [
            sides[0].count() * sides[1].count() * sides[2].count() for sides in folded.sides()
        ]
        assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("few", [0, 4096])
def test_algebra_against_sets(lab, few, monkeypatch):
    """In pairs of boxes and by rows: the result is the same set."""
    rng = random.Random(few)
    for _ in range(150):
        dim = rng.randint(1, 4)
        one, two = (random_boxes(rng, dim, wide=6, pad=(0, 2)) for _ in range(2))
        left, right = lab.make(one), lab.make(two)
        if few:
            rest, common = lab.boxes.subtract(left, right), lab.boxes.intersect(left, right)
        else:
            rest = lab.rows.by_rows(left, right, False)
            common = lab.rows.by_rows(left, right, True)
        one, two = elements_of(one), elements_of(two)
        assert set(lab.elements(rest)) == one - two
        assert set(lab.elements(common)) == one & two
        assert lab.rows.covers(left, right) == (one >= two)
        for made in (rest, common):
            if made.disjoint:
                assert made.count() == len(set(lab.elements(made)))


def test_many_boxes_on_both_sides(lab):
    """Enough for rows to be the cheaper way."""
    rng = random.Random(9)
    one, two = (
        {(str(rng.randrange(60)), str(rng.randrange(60))) for _ in range(1500)} for _ in range(2)
    )
    left, right = (lab.make([tuple((t,) for t in point) for point in s]) for s in (one, two))
    assert set(lab.elements(lab.rows.difference(left, right))) == one - two
    assert set(lab.elements(lab.rows.intersection(left, right))) == one & two


def test_elements_by_position(lab):
    rng = random.Random(3)
    for _ in range(30):
        folded = lab.vectors.fold(lab.make(random_boxes(rng, rng.randint(1, 4))))
        elements = lab.elements(folded)
        assert folded.count() == len(elements)
        keys = [tuple(lab.intervals.key_of(text) for text in e) for e in elements]
        assert [folded.at(i) for i in range(len(keys))] == keys
        assert [folded.position(list(key)) for key in keys] == list(range(len(keys)))
        assert folded.position([10**6] * len(keys[0])) == -1


def test_elements_picked_by_positions(lab):
    rng = random.Random(4)
    for _ in range(300):
        folded = lab.vectors.fold(lab.make(random_boxes(rng, rng.randint(1, 4))))
        elements = lab.elements(folded)
        bounds = [rng.randint(0, len(elements)) for _ in range(2)]
        positions = range(min(bounds), max(bounds), rng.choice((1, 1, 2, 3)))
        if rng.random() < 0.3:
            positions = positions[::-1]
        picked = folded.picked(positions) if positions else lab.make([])
        assert sorted(lab.elements(picked)) == sorted(elements[i] for i in positions)


def test_a_stretch_is_a_few_boxes(lab):
    side = tuple(map(str, range(10)))
    made = lab.make([(side, side, side)])
    assert made.picked(range(123, 987)).size == 5


def test_keys_of_any_size():
    from ClusterShell._kernels import boxes, intervals, vectors

    keys = [intervals.key_of(str(10**30 + i)) for i in (0, 1, 5)]
    made = boxes.Boxes(2)
    for key in keys:
        made.add_vector((key, 7))
        made.add_vector((key, 8))
    folded = vectors.fold(made)
    assert [[runs.fold() for runs in sides] for sides in folded.sides()] == [
        [f"{10**30}-{10**30 + 1},{10**30 + 5}", "7-8"]
    ]
    assert folded.position([keys[2], 8]) == 5


def test_too_long_keys_are_refused_by_the_compiled_life(kernel):
    if kernel.life == "interpreted":
        pytest.skip("the interpreted life is under test")
    made = kernel("boxes").Boxes(1)
    with pytest.raises(OverflowError):
        made.add_vector((1 << 62,))
    assert made.size == 0
    made.add_vector((7,))
    assert [[runs.bounds() for runs in sides] for sides in made.sides()] == [[[7, 8]]]


def test_no_elements_without_an_axis(kernel):
    assert len(kernel("boxes").Boxes(0).with_keys(kernel("longs").Longs())) == 0


def test_vectors_of_other_length_are_refused(lab):
    made = lab.make([(("1",), ("2",))])
    with pytest.raises(ValueError, match="3 axes in a set of vectors of 2"):
        made.add([lab.runs(["1"])] * 3)
    with pytest.raises(ValueError, match="1 axes"):
        made.extend(lab.make([(("1",),)]))
    assert made.size == 1
