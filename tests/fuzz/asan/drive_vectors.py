"""Random sets of vectors in the compiled kernels, against sets of tuples."""

import itertools
import random
import sys

from ClusterShell._compiled import boxes, intervals, rows, vectors
from tests.fuzz.asan.rounds import rounds

# Where digits run out, and where elements get more of them.
EDGES = [0, 9, 10, 11, 109, 110, 111, 1109, 1110, (10**18 - 10) // 9 + 10**18 - 2]


class Session:
    """A few sets of one dimension, and the sets of tuples of keys they must be."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.dim = self.rng.choice((1, 2, 2, 3, 3, 4, 7))
        self.wide = self.rng.choice((2, 4, 12, 60))
        self.base = self.rng.choice((0, 0, 0, -3, *EDGES))
        self.sets = [(self.make([]), set()) for _ in range(3)]

    def key(self):
        offset = self.rng.randrange(self.wide)
        # The largest key there is has no place for more behind it.
        return self.base - offset if self.base > 10**17 else self.base + offset

    def make(self, given):
        made = boxes.Boxes(self.dim)
        for sides in given:
            made.add([intervals.from_keys(side) for side in sides])
        return made

    def side(self):
        return [self.key() for _ in range(self.rng.choice((0, 1, 1, 1, 2, 3)))]

    def new(self, at):
        given = [[self.side() for _ in range(self.dim)] for _ in range(self.rng.randrange(9))]
        self.sets[at] = self.make(given), {e for row in given for e in itertools.product(*row)}

    def points(self, at):
        made, model = self.sets[at]
        made = made.copy()
        added = [tuple(self.key() for _ in range(self.dim)) for _ in range(self.rng.randrange(40))]
        for point in added:
            made.add_vector(point)
        self.sets[at] = made, model | set(added)

    def combine(self, at):
        (left, one), (right, two) = self.rng.choice(self.sets), self.rng.choice(self.sets)
        way = self.rng.randrange(7)
        if way == 0:
            made = left.copy()
            made.extend(right)
            self.sets[at] = made, one | two
        elif way < 4:
            done = (rows.difference, boxes.subtract, rows.by_rows)[way - 1]
            args = (False,) if way == 3 else ()
            self.sets[at] = done(left, right, *args), one - two
        else:
            done = (rows.intersection, boxes.intersect, rows.by_rows)[way - 4]
            args = (True,) if way == 6 else ()
            self.sets[at] = done(left, right, *args), one & two

    def fold(self, at):
        made, model = self.sets[at]
        folded = vectors.fold(made)
        self.sets[at] = folded, model
        if folded.disjoint:
            assert folded.count() == len(model)

    def large(self, _at):
        """Fold more elements than are folded one by one; a side may be empty."""
        wide = {2: (3000, 2500), 3: (250, 220, 240)}[dim := self.rng.choice((2, 3))]
        made, apart = boxes.Boxes(dim), boxes.Boxes(dim)
        while made.size < 5 or made.count() < 1_000_000 or self.rng.random() < 0.9:
            bounds = [(self.rng.randrange(w), self.rng.randrange(1, w + 1)) for w in wide]
            one = boxes.Boxes(dim)
            one.add([intervals.from_keys(list(range(*pair))) for pair in bounds])
            made.extend(one)
            apart.extend(boxes.subtract(one, apart))
        folded = vectors.fold(made)
        assert rows.covers(folded, made) and rows.covers(made, folded)
        # As many elements as the union: none is in two boxes.
        assert folded.count() == apart.count()

    def positions(self, at):
        made, model = self.sets[at]
        made = vectors.fold(made)
        size = made.count()
        assert size == len(model)
        for position in range(0, size, 1 + size // 7):
            keys = made.at(position)
            assert keys in model and made.position(list(keys)) == position
        assert made.position([10**9] * self.dim) == -1
        start, stop = sorted(self.rng.randrange(size + 1) for _ in range(2))
        picked = range(start, stop, self.rng.choice((1, 1, 2, 5)))
        if picked:
            assert made.picked(picked).count() == len(picked)

    def compare(self, _at):
        (left, one), (right, two) = self.rng.choice(self.sets), self.rng.choice(self.sets)
        assert rows.covers(left, right) == (one >= two)

    def refused(self, at):
        made, _ = self.sets[at]
        for keys, error in (((1 << 62,) * self.dim, OverflowError), ((1,) * 9, ValueError)):
            try:
                made.add_vector(keys)
            except error:
                continue
            raise AssertionError("accepted")

    def step(self):
        at = self.rng.randrange(3)
        actions = (self.new, self.points, self.combine, self.combine, self.fold)
        if self.rng.random() < 0.002:
            self.large(at)
        self.rng.choice((*actions, self.positions, self.compare, self.refused))(at)
        made, model = self.sets[at]
        if len(model) < 300:
            found = {
                element
                for sides in made.sides()
                for element in itertools.product(*[keys_of(runs.bounds()) for runs in sides])
            }
            assert found == model


def keys_of(bounds):
    return [key for lo, hi in zip(bounds[::2], bounds[1::2]) for key in range(lo, hi)]


def main():
    seed = int(sys.argv[2])
    done = 0
    for done in rounds(short=300):
        session = Session(seed + done)
        for _ in range(30):
            session.step()
    print(f"vectors: {done + 1} sessions of 30 operations")


if __name__ == "__main__":
    main()
