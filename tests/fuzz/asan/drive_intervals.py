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


# About as many keys as it takes to be an array of bounds, parts or bits, in
# windows of about as many words.
COUNTS = (0, 1, 20, 32, 33, 64, 65, 120, 256, 257, 300, 1250, 3000)
SPANS = (30, 200, 64 * 4, 1000, 4096, 20_000, 64 * 600)
FAR = (10**5, 10**9, 10**15)


class Scattered(Sequence):
    """As its base, on sets about where they become bits, parts or runs."""

    def __init__(self, rng):
        self.rng = rng
        self.span = rng.choice(SPANS)
        self.base = rng.choice((0, 0, 0, -5, 105, 1100, -3000, LIMIT - self.span - 5))
        self.far = rng.random() < 0.15 and self.base < 2000
        self.sets = [self.made() for _ in range(3)]

    def key(self):
        key = self.base + self.rng.randrange(self.span)
        return key + self.rng.choice(FAR) if self.far and self.rng.random() < 0.02 else key

    def made(self):
        """Return a set, made in any way, and its plain model."""
        count = min(self.rng.choice((*COUNTS, self.span // 16, self.span // 3)), 3000)
        if self.rng.random() < 0.2:
            step = self.rng.choice((1, 2, 3, 64, 65))
            keys = list(range(self.base, self.base + self.span, step))[:count]
        else:
            keys = [self.key() for _ in range(count)]
        if self.rng.random() < 0.7:
            return intervals.from_keys(keys), set(keys)
        return intervals.from_runs([(key, key + 1) for key in keys]), set(keys)

    def edit(self, runs, plain):
        for _ in range(self.rng.choice((1, 1, 5, 40, 700))):
            super().edit(runs, plain)

    def rank(self, runs, plain):
        if plain:
            ordered = sorted(plain)
            rank = self.rng.randrange(len(ordered))
            assert runs.select(rank) == ordered[rank]
            assert runs.rank(ordered[rank]) == rank
            stop, step = rank + self.rng.choice((0, 1, 100, 5000)), self.rng.choice((1, 2, 5, 70))
            part = intervals.from_keys(ordered[rank:stop:step])
            assert runs.slice(rank, stop, step).equals(part)
        assert runs.copy().equals(runs)

    def ask(self, runs, plain):
        super().ask(runs, plain)
        other, model = self.rng.choice(self.sets)
        assert runs.isdisjoint(other) is plain.isdisjoint(model)
        assert runs.issubset(runs.union(other))

    def run(self, length):
        super().run(length)
        for runs, plain in self.sets:
            bounds = runs.bounds()
            assert all(lo < hi for lo, hi in zip(bounds, bounds[1:]))
            assert sum(bounds[1::2]) - sum(bounds[::2]) == len(plain)


def garbage(rng):
    """Read what is probably no range set."""
    text = "".join(rng.choice("0123456789,,--/ +_\u0663x") for _ in range(rng.randrange(40)))
    try:
        indexes = RangeSet(text)
    except (RangeSetParseError, AssertionError):  # the second of more than may be kept one by one
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
        if done % 16 == 0:
            Scattered(rng).run(rng.choice((3, 8)))
        if done % 8 == 0:
            one_by_one(rng, rng.choice((4, 40)) if done % 4000 else 3000)
    print(f"intervals: {done + 1} sequences of operations")


main()
