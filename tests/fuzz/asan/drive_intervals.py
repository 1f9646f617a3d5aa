"""Random sets of keys in the compiled kernels, against plain sets."""

import random
import sys

from ClusterShell._compiled import intervals
from ClusterShell.RangeSet import RangeSet, RangeSetParseError
from tests.fuzz.asan.rounds import rounds

# Where digits run out, where elements get more of them, and where keys end.
LIMIT = 1111111111111111110
BASES = (0, 0, 0, 0, -5, 105, 1100, LIMIT - 30)

CHANGES = ("update", "difference_update", "intersection_update", "symmetric_difference_update")
COMBINATIONS = ("union", "difference", "intersection", "symmetric_difference")


class Sequence:
    """A few operations on three sets, and the plain sets they must be."""

    def __init__(self, rng, size):
        self.rng = rng
        self.base = rng.choice(BASES)
        self.span = 2 * size
        self.sets = []
        for _ in range(3):
            keys = [self.key() for _ in range(rng.randrange(size))]
            self.sets.append((intervals.from_keys(keys), set(keys)))

    def key(self):
        return self.base + self.rng.randrange(
            min(self.span, 30) if self.base > 10**9 else self.span
        )

    def run(self, length):
        steps = (self.edit, self.change, self.combine, self.ask, self.rank, self.text)
        for _ in range(length):
            self.rng.choice(steps)(*self.rng.choice(self.sets))
        for runs, plain in self.sets:
            assert runs.count() == len(plain)
            assert runs.slice(0, 10**6).texts() == [intervals.text_of(key) for key in sorted(plain)]

    def edit(self, runs, plain):
        lo = self.key()
        hi = min(lo + self.rng.choice((1, 1, 1, 2, 7, self.span // 2)), LIMIT)
        if self.rng.random() < 0.6:
            runs.insert(lo, hi)
            plain.update(range(lo, hi))
        else:
            runs.erase(lo, hi)
            plain.difference_update(range(lo, hi))

    def change(self, runs, plain):
        name = self.rng.choice(CHANGES)
        other, model = self.rng.choice(self.sets)
        getattr(runs, name)(other)
        getattr(plain, name)(model)

    def combine(self, runs, plain):
        name = self.rng.choice(COMBINATIONS)
        other, model = self.rng.choice(self.sets)
        made = getattr(runs, name)(other), getattr(plain, name)(model)
        self.sets[self.rng.randrange(3)] = made

    def ask(self, runs, plain):
        other, model = self.rng.choice(self.sets)
        key = self.key()
        assert runs.contains(key) is (key in plain)
        assert runs.issubset(other) is plain.issubset(model)
        assert runs.equals(other) is (plain == model)

    def rank(self, runs, plain):
        if plain:
            rank = self.rng.randrange(len(plain))
            assert runs.rank(runs.select(rank)) == rank
            part = runs.slice(rank, rank + self.rng.randrange(20), self.rng.choice((1, 2, 5)))
            assert part.issubset(runs)

    def text(self, runs, plain):
        text = runs.fold(self.rng.choice((None, 0, 2, 3)))
        if plain and min(plain) >= 0:
            assert intervals.read(text).equals(runs)
        runs.padding()
        runs.texts("a" * self.rng.randrange(9), "\u00e9")


def garbage(rng):
    """Read what is probably no range set."""
    text = "".join(rng.choice("0123456789,,--/ +_\u0663x") for _ in range(rng.randrange(40)))
    try:
        indexes = RangeSet(text)
    except RangeSetParseError:
        return
    if len(indexes) < 10**5:
        assert len(list(indexes)) == len(indexes)


def one_by_one(rng, size):
    """Add elements one by one, between questions that put them in their places."""
    indexes = RangeSet(f"1-{size}/2")
    plain = set(indexes)
    for _ in range(rng.randrange(2 * size)):
        element = str(rng.randrange(2 * size)).zfill(rng.choice((0, 0, 3, 25)))
        if rng.random() < 0.9:
            indexes.add(element)
            plain.add(element)
        else:
            indexes.discard(element)
            plain.discard(element)
        if rng.random() < 0.1:
            assert len(indexes) == len(plain)
        other = str(rng.randrange(size))
        assert (other in indexes) is (other in plain)
    assert set(indexes) == plain


def main():
    rng = random.Random(int(sys.argv[2]))
    done = 0
    for done in rounds(short=6000):
        # Now and then a set so long that it is kept in parts.
        if done % 5000 == 4999:
            Sequence(rng, 3000).run(200)
        else:
            Sequence(rng, rng.choice((2, 8, 30))).run(6)
        if done % 4 == 0:
            garbage(rng)
        if done % 8 == 0:
            one_by_one(rng, rng.choice((4, 40)) if done % 4000 else 3000)
    print(f"intervals: {done + 1} sequences of operations")


main()
