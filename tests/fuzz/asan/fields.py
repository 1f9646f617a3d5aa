"""Where the sets of random programs lie, prepared; and what they must be, in two ways.

A set is one of *places*: as a bitmap, which is one integer of Python, so that a
step of a model is one operation, or, for some of the programs, as a plain set.
"""

import random
from functools import cached_property
from itertools import accumulate, compress

from ClusterShell._kernels.keys import text_of

_ones = getattr(int, "bit_count", None) or (lambda number: bin(number).count("1"))
_AS_FLAGS = bytes.maketrans(b"01", b"\0\1")


class Bitmap:
    """A set of places as an integer."""

    empty = 0

    def of(places):
        digits = bytearray(b"0") * (max(places, default=0) + 1)
        for place in places:
            digits[-1 - place] = 49
        return int(digits, 2)

    def span(start, stop):
        return (1 << stop) - (1 << start)

    def has(model, place):
        return model >> place & 1 == 1

    def before(model, place):
        return _ones(model & ((1 << place) - 1))

    def next(model, place):
        """Return the first place of a set that is not before *place*; the last if there is none."""
        rest = model >> place
        return place + (rest & -rest).bit_length() - 1 if rest else model.bit_length() - 1

    def edges(model):
        return model ^ (model << 1)

    def flags(model):
        """Return a byte for each place, 1 where it is in the set."""
        return bin(model)[:1:-1].encode().translate(_AS_FLAGS)

    size = staticmethod(_ones)


class Plain:
    """The same as a plain set."""

    empty = frozenset()
    of = frozenset

    def span(start, stop):
        return frozenset(range(start, stop))

    def has(model, place):
        return place in model

    def before(model, place):
        return sum(other < place for other in model)

    def next(model, place):
        return min((other for other in model if other >= place), default=max(model))

    def edges(model):
        return model ^ {place + 1 for place in model}

    def flags(model):
        flags = bytearray(max(model, default=-1) + 1)
        for place in model:
            flags[place] = 1
        return flags

    size = len


class Shape:
    """A set of places, prepared for makers of sets."""

    def __init__(self, field, places, rank, lives):
        self.rank = rank
        self.places = places
        self.models = {Bitmap: Bitmap.of(places), Plain: frozenset(places)}
        self.bounds = field.bounds(Bitmap, self.models[Bitmap])
        self.pairs = list(zip(self.bounds[::2], self.bounds[1::2]))[::-1]
        self.keys = [key for lo, hi in self.pairs for key in range(lo, hi)]
        random.Random(len(places)).shuffle(self.keys)
        self.numbers = None
        if self.bounds and (self.bounds[0] < 0) == (self.bounds[-1] <= 0):
            first, last = text_of(self.bounds[0]), text_of(self.bounds[-1] - 1)
            if first[0] == "-" or len(first) == len(last):
                self.width = 1 if first[0] == "-" else len(first)
                offset = self.bounds[0] - int(first)
                self.numbers = [(lo - offset, hi - 1 - offset, 1) for lo, hi in self.pairs]
        self.made = [(life.from_keys(self.keys), life.from_bounds(self.bounds)) for life in lives]

    @cached_property
    def texts(self):
        return {text_of(key) for key in self.keys}

    @cached_property
    def scattered(self):
        """Tell if the keys are many and close together: a set of them is kept as bits."""
        if len(self.keys) <= 64:
            return False
        words = (self.bounds[-1] - 1 >> 6) - (self.bounds[0] >> 6) + 1
        return words <= 16 * len(self.keys) and len(self.bounds) >= max(words // 16, 64)


class Field:
    """The places that sets of a program may have, each of *width* keys, *stride* apart.

    ``starts`` has the first key of each, ``stops`` that behind its last one.  Where
    places join, guards stay free: behind them the next place is *gap* keys farther.
    """

    def __init__(self, lives, base, places, stride=1, width=1, gap=0, bounds=()):
        self.lives = lives
        self.size = places
        self.range = list(range(places))
        self.width = width
        self.dense = stride == 1
        self.long = not self.dense and places >= 300
        self.guards = {places // 3, 2 * places // 3} if gap else set()
        steps = [stride + gap * (place in self.guards) for place in range(places + 200)]
        self.starts = list(accumulate(steps, initial=base))
        self.stops = [start + width for start in self.starts]
        self.guarded = {Bitmap: Bitmap.of(self.guards), Plain: frozenset(self.guards)}
        self.texts = [text_of(start) for start in self.starts]
        self.last_texts = [text_of(stop - 1) for stop in self.stops]
        self.negative = base < 0
        self.counts = bounds
        self.shapes = [None] * 2 * len(bounds)

    def shape(self, chance):
        """Return a prepared set."""
        at = chance % len(self.shapes)
        if self.shapes[at] is None:
            self.shapes[at] = Shape(self, self.draw(at), at, self.lives)
        return self.shapes[at]

    def draw(self, rank):
        """Return places of a set that has about so many bounds as are listed for this *rank*.

        They are at random, or as many as there may be in few words, beside others such.
        """
        rng = random.Random(f"{self.starts[0]} {self.size} {rank}")
        bounds = self.counts[rank // 2]
        step = 4 if self.dense else 2
        comb = range(rank // 2 % 2 * step // 2, self.size, step)
        if rank % 2 and bounds <= 2 * len(comb):
            places = comb[: bounds // 2]
        elif not self.dense:
            places = sorted(rng.sample(range(self.size), min(bounds // 2, self.size)))
        else:
            room = range(self.size)
            edges = sorted(rng.sample(room, min(bounds, len(room) & -2)))
            runs = zip(edges[::2], edges[1::2])
            places = [place for lo, hi in runs for place in range(lo, hi)]
        return [place for place in places if place not in self.guards]

    def bounds(self, model, places):
        """Return the bounds of the keys of a set of places."""
        if self.dense:
            return list(compress(self.starts, model.flags(model.edges(places))))
        flags = model.flags(places)
        starts = list(compress(self.starts, flags))
        bounds = starts + starts
        bounds[::2] = starts
        bounds[1::2] = compress(self.stops, flags)
        return bounds


# How many bounds: about those of a few runs beside many, of a set that may be kept as bits,
# of a part and of a long set; and some more than can be in an array on the stack.
FEW = (0, 2, 2, 4, 6, 10, 16, 20)
SOME = (0, 2, 4, 8, 32, 60, 62, 64, 64, 66, 66, 68, 96, 128)
LONG = (0, 2, 30, 32, 34, 66, 128, 254, 256, 258, 300, 508, 510, 512, 514, 514, 516, 520, 600)
# Where the keys of more digits begin, and where keys end.
DIGITS = (10, 110, 1110, 11110, 111110, 1111111110)
LIMIT = 1111111111111111110


NEAR = (0, 1, 63, 64, 65, -1, -63, -64, -65, -200, 105, 1100, *(first - 40 for first in DIGITS))
BASES = (*NEAR, 10**9, 10**15, LIMIT - 700, -LIMIT + 1, 640, 320, 4096)
# Keys from one place to the next: about eight words to a bound, and twice as many; and
# just as many, in some of the sets that have all places.
WIDE = (900, 1000, 1020, 1023, 1024, 1025, 1039, 1054, 2000, 2040, 2047, 2048, 2049, 2107)
GAPS = (64, 640, 10**4, 10**6, 10**9)


def base(number):
    return BASES[number % len(BASES)]


def few(k):
    """A few keys, in one to four words."""
    return {"base": base(k), "places": (62, 63, 64, 65, 66, 129, 200)[k % 7], "bounds": FEW}


def some(k):
    """About the bounds that make bits, in few words: up to two bounds to a key."""
    return {"base": base(k), "places": 66 + k % 5 * 2, "bounds": SOME}


def more(k):
    return {"base": base(k), "places": 160 + 40 * (k % 9), "bounds": SOME}


def words(k):
    return {"base": k * 64 - 5, "places": 1000 + 64 * k + k % 3, "bounds": (*SOME, 200, 400)}


def apart(k):
    """Words that are far apart."""
    return {"base": base(k % 16), "places": 120, "gap": GAPS[k % 5], "bounds": SOME}


def stack(k):
    """Windows about 128 words, as plain sets beside a set of keys have on the stack."""
    return {"base": 64 * k, "places": 70, "stride": 118 + k, "width": 1 + k % 3, "bounds": SOME}


def wide(k):
    """About eight words to a bound, and twice as many, in sets as full as can be."""
    places = (34, 66)[k // 14] + k % 3
    counts = (*SOME, 2 * places, 2 * places - 2, 2 * places - 4)
    given = {"stride": WIDE[k % 14], "width": 1 + k % 2}
    return {"base": k - 9, "places": places, "bounds": counts, **given}


def sparse(k):
    return {"base": k - 9, "places": 90, "stride": 10 ** (k + 3), "bounds": SOME}


def long(k):
    stride = (1024, 5000, 2048, 10**6, 700, 2 * 10**13)[k]
    return {"base": 64 - k, "places": 300, "stride": stride, "bounds": LONG}


def halved(k):
    """Room for parts that double, and for so many bounds at last that bits suit them."""
    return {
        "base": k,
        "places": 700,
        "stride": (500, 5000, 440, 600)[k],
        "bounds": (2, 66, 560, 600, 640),
    }


def full(k):
    return {"base": 640 - k, "places": 900 + 700 * k, "bounds": (*LONG, 700, 760)}


class Fields:
    """The fields of 256 programs, made as they are asked for."""

    def __init__(self, lives):
        self.lives = lives
        self.makers = [(make, number) for make, count in FIELDS.items() for number in range(count)]
        self.made = [None] * len(self.makers)

    def __getitem__(self, at):
        if self.made[at] is None:
            make, number = self.makers[at]
            self.made[at] = Field(self.lives, **make(number))
        return self.made[at]


# How many there are of each kind.
FIELDS = {
    few: 50,
    some: 74,
    more: 46,
    words: 10,
    apart: 20,
    stack: 10,
    wide: 24,
    sparse: 10,
    long: 6,
    halved: 4,
    full: 2,
}
