"""Steps of random programs on sets of keys.

Each is a function of the field of the sets, the sets, a byte that says which ones,
and sixteen bits of chance.
"""

from itertools import compress
from operator import and_, or_, xor

from tests.fuzz.asan.observed import FORMS


def without(a, b):
    return a ^ (a & b)


class Kept:
    """A set of places, in some lives, and its model."""

    def __init__(self, model, places, lives):
        self.model = model
        self.places = places
        self.lives = lives
        self.forms = {}
        self.asked = False

    def like(self, places, lives):
        return Kept(self.model, places, lives)

    def check(self, field):
        expected = field.bounds(self.model, self.places)
        size = self.model.size(self.places) * field.width
        for runs in self.lives:
            assert runs.bounds() == expected
            assert runs.count() == size

        if self.asked:
            self.ask(field)

    def ask(self, field):
        """Check the elements, which are kept where they are often asked for."""
        texts = list(compress(field.texts, self.model.flags(self.places)))
        for life, runs in zip(field.lives, self.lives):
            own = life.over(runs)
            assert list(own) == texts
            if field.negative:  # such elements are left to a derived class
                continue
            assert own.__ror__(set()) == set(texts)
            assert own.__rsub__(set(texts)) == set()

    def told(self, field):
        bounds = field.bounds(self.model, self.places)
        forms = [FORMS[life.form(runs)] for life, runs in zip(field.lives, self.lives) if life.form]
        return f"{' / '.join(forms)}: {len(bounds)} bounds {bounds[:8]} ... {bounds[-2:]}"


# -- makers: functions of a life, its rank and a shape


def kept(life, rank, shape):
    return shape.made[rank][0].copy()


def flat(life, rank, shape):
    return shape.made[rank][1].copy()


def of_bounds(life, rank, shape):
    return life.from_bounds(shape.bounds)


def of_runs(life, rank, shape):
    if shape.numbers is None:
        return life.from_runs(shape.pairs)
    return life.from_numbers(shape.numbers, shape.width)


def of_keys(life, rank, shape):
    """Make a set of keys, which are kept as bits where that is what suits them."""
    made = life.from_keys(shape.keys)
    if life.form:
        assert (life.words(made) >= 0) is shape.scattered
    return made


def fresh(life, rank, shape):
    """Make a set in the way that its shape is for."""
    return (of_keys, of_runs, of_keys, of_bounds)[shape.rank & 3](life, rank, shape)


MAKERS = (kept, kept, kept, kept, flat, flat, flat, fresh)


# -- which sets, and where


def pair(sets, who):
    """Return two of the sets, once in a while the same one twice."""
    count = len(sets)
    first = who % count
    second = first + 1 + (who >> 2 & 1) % (count - 1) if who & 28 < 28 else first
    return sets[first], sets[second % count]


# From a run to what is put beside it, about a word away.
BESIDE = (0, 1, 2, 62, 63, 64, 65, 128)
LENGTHS = (1, 2, 3, 31, 63, 64, 65, 1000)


def place_of(field, kept, chance):
    """Return any place, or one at an end of the set, or where it begins or ends."""
    place = (chance & 2047) % field.size
    how = chance >> 13
    if how < 4 or not kept.places:
        return place
    if how < 6:
        beside = BESIDE[chance & 7] if field.dense else chance & 3
        if how == 4:
            place = kept.model.next(kept.places, field.size) + 1 + beside
        else:
            place = kept.model.next(kept.places, 0) - 1 - beside
    else:
        place = kept.model.next(kept.places, place) + how - 6
    return min(max(place, 0), field.size - 1)


# -- steps with two sets


def combining(name, operation):
    def combine(field, sets, who, chance):
        x, y = pair(sets, who)
        lives = [getattr(a, name)(b) for a, b in zip(x.lives, y.lives)]
        sets[(who >> 5) % len(sets)] = x.like(operation(x.places, y.places), lives)

    return combine


def changing(name, operation):
    def change(field, sets, who, chance):
        x, y = pair(sets, who)
        for a, b in zip(x.lives, y.lives):
            getattr(a, name)(b)
        x.places = operation(x.places, y.places)

    return change


def compare(field, sets, who, chance):
    x, y = pair(sets, who)
    common = x.places & y.places
    for a, b in zip(x.lives, y.lives):
        assert a.equals(b) is (x.places == y.places)
        assert a.issubset(b) is (x.places == common)
        assert a.isdisjoint(b) is (not common)


def copy(field, sets, who, chance):
    x, y = pair(sets, who)
    sets[(who >> 5) % len(sets)] = x.like(x.places, [runs.copy() for runs in x.lives])


# -- edits


def put(field, kept, start, stop, member):
    """Put the places from *start* to before *stop* in, or take them out."""
    span = kept.model.span(start, stop)
    if not member:
        kept.places = without(kept.places, span)
        for runs in kept.lives:
            runs.erase(field.starts[start], field.starts[stop])
    elif not span & field.guarded[kept.model]:
        kept.places |= span
        for runs in kept.lives:
            runs.insert(field.starts[start], field.stops[stop - 1])


def insert(field, sets, who, chance):
    x = sets[who % len(sets)]
    place = place_of(field, x, chance)
    put(field, x, place, place + 1, True)


def erase(field, sets, who, chance):
    x = sets[who % len(sets)]
    place = place_of(field, x, chance)
    put(field, x, place, place + 1, False)


def insert_run(field, sets, who, chance):
    x = sets[who % len(sets)]
    place = place_of(field, x, chance)
    length = LENGTHS[who >> 5] if field.dense else 1
    put(field, x, place, min(place + length, field.size), True)


def erase_run(field, sets, who, chance):
    x = sets[who % len(sets)]
    place = place_of(field, x, chance)
    put(field, x, place, min(place + LENGTHS[who >> 5], field.size), False)


def row(field, sets, who, chance):
    """Change several places that do not touch: so many bounds more, or fewer."""
    x = sets[who % len(sets)]
    first = place_of(field, x, chance)
    many = 400 if field.long and who & 28 == 0 else 2 + (who >> 4)
    member = not x.model.has(x.places, first)
    for place in range(first, min(first + (1 + field.dense) * many, field.size), 1 + field.dense):
        put(field, x, place, place + 1, member)


def again(field, sets, who, chance):
    """Change one place as often as it takes to look again at what suits the set."""
    x = sets[who % len(sets)]
    place = place_of(field, x, chance)
    for _ in range(350 if field.long and who & 28 == 0 else 20):
        put(field, x, place, place + 1, True)
        put(field, x, place, place + 1, False)


def wait(field, sets, who, chance):
    """Add keys one by one as texts, which may wait in the interpreted life."""
    x = sets[who % len(sets)]
    first = place_of(field, x, chance)
    for place in range(first, min(first + 2 * (1 + (who >> 4)), field.size), 2):
        if field.width > 1 or x.model.has(field.guarded[x.model], place):
            continue
        x.places |= x.model.span(place, place + 1)
        for runs in x.lives:
            if hasattr(runs, "put"):
                runs.put(field.starts[place], field.texts[place])
            else:
                runs.insert(field.starts[place], field.stops[place])


def pop(field, sets, who, chance):
    x = sets[who % len(sets)]
    if not x.places:
        for runs in x.lives:
            refused(KeyError, runs.pop)
        return
    last = x.model.next(x.places, field.size)
    x.places = without(x.places, x.model.span(last, last + 1))
    for runs in x.lives:
        assert runs.pop() == field.last_texts[last]
        for _ in range(field.width - 1):
            runs.pop()


def refused(error, function, *arguments):
    try:
        function(*arguments)
    except error:
        return
    raise AssertionError("not refused")


# -- questions


def contains(field, sets, who, chance):
    x = sets[who % len(sets)]
    place = place_of(field, x, chance)
    member = x.model.has(x.places, place)
    start, stop = field.starts[place], field.stops[place]
    for runs in x.lives:
        assert runs.contains(start) is member
        assert runs.contains(stop - 1) is member
        if not field.dense:
            assert not runs.contains(start - 1)
            assert not runs.contains(stop)


def rank(field, sets, who, chance):
    x = sets[who % len(sets)]
    size = x.model.size(x.places) * field.width
    place = place_of(field, x, chance)
    if x.places and who & 32:
        place = x.model.next(x.places, place)
    member = x.model.has(x.places, place)
    before = x.model.before(x.places, place) * field.width
    key = field.stops[place] - 1
    for runs in x.lives:
        if member:
            assert runs.rank(key) == before + field.width - 1
            assert runs.select(before) == field.starts[place]
        else:
            assert runs.rank(key) == -1
        if who > 230:
            refused(IndexError, runs.select, size)


def cut(field, sets, who, chance):
    """Slice a set."""
    x = sets[who % len(sets)]
    width = field.width
    places = list(compress(field.range, x.model.flags(x.places)))
    start = (chance & 511) % (len(places) + 1)
    stop = start + LENGTHS[chance >> 9 & 7]
    step = (1, 1, 1, 2, 3, 63, 64, 100)[chance >> 12 & 7] if width == 1 else 1
    lives = [runs.slice(start * width, stop * width, step) for runs in x.lives]
    sets[(who >> 5) % len(sets)] = x.like(x.model.of(places[start:stop:step]), lives)


def read(field, sets, who, chance):
    """Fold a set, and read it again."""
    x = sets[who % len(sets)]
    if x.model.size(x.places) > 20 and who >> 5:
        return
    steps = (None, 2, 3)[chance % 3]
    texts = [runs.fold(steps) for runs in x.lives]
    assert len(set(texts)) == 1
    if not field.negative and x.places:
        lives = [life.read(texts[0]) for life in field.lives]
        sets[(who >> 3) % len(sets)] = x.like(x.places, lives)


def padding(field, sets, who, chance):
    x = sets[who % len(sets)]
    if field.width == 1 and x.model.size(x.places) < 70:
        texts = list(compress(field.texts, x.model.flags(x.places)))
        most = max((len(text) for text in texts if text[0] == "0" != text), default=None)
        for runs in x.lives:
            assert runs.texts() == texts
            assert runs.padding() == most
    else:
        assert len({runs.padding() for runs in x.lives}) == 1


# -- with plain sets


def elements(field, sets, who, chance):
    """Ask for the elements again and again, and then once more at the end of the program."""
    x = sets[who % len(sets)]
    if field.width == 1 and x.model.size(x.places) < 100:
        x.asked = True
        for _ in range(3):
            x.ask(field)


def beside(field, sets, who, chance):
    """Do something with a plain set of texts, as range sets."""
    x = sets[who % len(sets)]
    shape = field.shape(chance)
    texts, places = shape.texts, shape.models[x.model]
    if field.negative or field.width > 1 or len(texts) > 70 and who & 192:
        return
    name, operation = (("or", or_), ("and", and_), ("sub", without), ("xor", xor))[chance >> 14]
    how = chance >> 12 & 3
    both = operation(x.places, places)
    if how == 2:
        both = operation(places, x.places)
        expected = set(compress(field.texts, x.model.flags(both)))
    for rank, (life, runs) in enumerate(zip(field.lives, x.lives)):
        own = life.over(runs)
        if how == 0:
            x.lives[rank] = getattr(own, f"__{name}__")(texts)._runs
        elif how == 1:
            x.lives[rank] = getattr(own, f"__i{name}__")(texts)._runs
        elif how == 2:
            assert getattr(own, f"__r{name}__")(texts) == expected
        else:
            common = x.places & places
            assert (own == texts) is (x.places == places)
            assert (own <= texts) is (x.places == common)
            assert (own >= texts) is (places == common)
            assert own.isdisjoint(texts) is (not common)
    if how < 2:
        x.places = both


ALGEBRA = (("union", or_), ("intersection", and_), ("difference", without))
ALGEBRA = (*ALGEBRA, ("symmetric_difference", xor))

# What a byte stands for.
STEPS = [
    step
    for count, *steps in (
        (12, *(combining(name, operation) for name, operation in ALGEBRA)),
        (12, changing("update", or_)),
        (12, *(changing(f"{name}_update", operation) for name, operation in ALGEBRA[1:])),
        (22, insert),
        (14, insert_run, row),
        (16, erase),
        (12, erase_run, rank, cut, compare),
        (8, contains),
        (10, wait),
        (6, pop, beside, elements),
        (5, copy),
        (3, read),
        (1, padding, again),
    )
    for step in steps
    for _ in range(count)
]
assert len(STEPS) == 256, len(STEPS)
