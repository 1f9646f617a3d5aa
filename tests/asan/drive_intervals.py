"""Random sets of keys in the compiled kernels, against plain sets.

Runs for so many seconds, or, with a third argument, that many sequences of
operations, however long they take.
"""

import random
import sys
import time

from ClusterShell._compiled import intervals
from ClusterShell.RangeSet import RangeSet, RangeSetParseError

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


def main():
    seconds, seed = float(sys.argv[1]), int(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else None
    rng = random.Random(seed)
    stop = time.monotonic() + seconds
    done = 0
    while done < count if count else time.monotonic() < stop:
        # Now and then a set so long that it is kept in parts.
        if done % 5000 == 4999:
            Sequence(rng, 3000).run(200)
        else:
            Sequence(rng, rng.choice((2, 8, 30))).run(6)
        if done % 4 == 0:
            garbage(rng)
        done += 1
    print(f"intervals: {done} sequences of operations")


main()
