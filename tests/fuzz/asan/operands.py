"""Operands that call back, lie and raise, whatever they are asked for.

Each belongs to a *world*, whose ``poke()`` does something to the objects at work, and
whose ``lie(answer)`` returns what is to be answered: mostly that, now and then
something of another kind, or it raises.
"""

from ClusterShell._compiled.streams import Outlet, StreamBuffers
from ClusterShell.RangeSet import RangeSet

TEXTS = ["1", "07", "1-5", "3-9/2", "1,3,5-7", "", "x", "-4", "5-1", "00-12", "9-11", "1" * 19]
NAMES = ["n1", "n[1-5]", "a", "n[1-3]x[1-2]", "n1x2", "n[1-9]!n3", "b%", "n[", "n1 , n2", "é4"]


class Hostile:
    """An object that calls back whatever it is asked for."""

    def __init__(self, world):
        self.world = world
        self.value = world.rng.randrange(3)

    def _answer(self, answer):
        self.world.poke()
        return self.world.lie(answer)

    def _maybe(self, other=None):
        return self._answer(self.world.rng.random() < 0.5)

    def __hash__(self):
        return self._answer(self.value & 1)

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __ne__ = __contains__ = _maybe

    def __index__(self):
        return self._answer(self.value)

    __int__ = __len__ = __length_hint__ = __index__

    def __float__(self):
        return self._answer(1.0)

    def __bool__(self):
        return self._answer(bool(self.value & 1))

    def __str__(self):
        return self._answer(str(self.value))

    __repr__ = __fspath__ = __str__

    def __format__(self, spec):
        return self._answer(str(self.value))

    def __bytes__(self):
        return self._answer(b"a\nb\n")

    def __iter__(self):
        return self._answer(iter([self.value, "5", Hostile(self.world)][: self.value + 1]))

    def __next__(self):
        if self.world.rng.random() < 0.3:
            raise StopIteration
        return self._answer("3")

    def __getitem__(self, index):
        self.world.poke()
        if type(index) is int and index > 2:
            raise IndexError
        return self.world.lie("1")

    def __setitem__(self, index, value):
        self.world.poke()

    __delitem__ = __setitem__

    def keys(self):
        return self._answer(["n%s", "m%s"])

    def __call__(self, *args, **kwargs):
        return self._answer(self.world.rng.random() < 0.7)

    def _operation(self, other):
        return self._answer(self.world.argument(False, 2))

    __or__ = __ror__ = __and__ = __rand__ = __sub__ = __rsub__ = __xor__ = __rxor__ = _operation
    __ior__ = __iand__ = __isub__ = __ixor__ = __add__ = __radd__ = __mod__ = __rmod__ = _operation

    def __getattr__(self, name):
        if name.startswith("__") or name == "world":
            raise AttributeError(name)
        self.world.poke()
        return self.world.lie(
            self.world.rng.choice((self.value, self, [1, 3], lambda *args: [1, 5]))
        )

    def __del__(self):
        self.world.poke()


class HostileOutlet(Outlet):
    """An outlet whose part that is not the kernel's calls back."""

    def __new__(cls, world, worker, handler):
        made = Outlet.__new__(cls, worker, None, Hostile(world), world.rng.random() < 0.5)
        made.world = world
        made._handler = handler
        return made

    def resolve(self, method):
        self.world.poke()
        return self.world.lie((self.world.rng.random() < 0.3, (True, True)))

    def now(self):
        self.world.poke()
        return self.world.lie(self)

    def line(self, *args):
        self.world.poke()

    debug = line


class HostileStream(StreamBuffers):
    """A stream whose name calls back."""

    world = None

    @property
    def name(self):
        if self.world is None:
            return "stdout"
        self.world.poke()
        return self.world.lie(self.world.rng.choice(("stdout", "stderr")))


#: Calls are counted by the names of classes: as those of the kernel's.
HostileOutlet.__name__ = Outlet.__name__
HostileStream.__name__ = StreamBuffers.__name__


class HostileInt(int):
    def __new__(cls, world):
        made = int.__new__(cls, world.number())
        made.world = world
        return made

    def __lt__(self, other):
        self.world.poke()
        return self.world.rng.random() < 0.5

    __le__ = __gt__ = __ge__ = __lt__

    def __index__(self):
        self.world.poke()
        return self.world.lie(int.__index__(self))

    __int__ = __index__

    def __eq__(self, other):
        self.world.poke()
        return int.__eq__(self, other)

    def __hash__(self):
        self.world.poke()
        return 1

    def __add__(self, other):
        self.world.poke()
        return self.world.lie(self.world.number())

    __radd__ = __sub__ = __rsub__ = __mod__ = __floordiv__ = __neg__ = __add__

    def __str__(self):
        self.world.poke()
        return self.world.lie(self.world.rng.choice(TEXTS))


class HostileText(str):
    def __new__(cls, world):
        made = str.__new__(cls, world.rng.choice(TEXTS + NAMES))
        made.world = world
        return made

    def __eq__(self, other):
        self.world.poke()
        return str.__eq__(self, other)

    def __lt__(self, other):
        self.world.poke()
        return self.world.rng.random() < 0.5

    def __hash__(self):
        self.world.poke()
        return str.__hash__(self)

    def __len__(self):
        self.world.poke()
        return self.world.lie(2)

    def __getitem__(self, index):
        self.world.poke()
        return self.world.lie(str.__getitem__(self, index))

    def __str__(self):
        self.world.poke()
        return self.world.lie(self)

    def __mod__(self, other):
        self.world.poke()
        return self.world.lie(str.__mod__(self, other))

    def strip(self, *args):
        self.world.poke()
        return self.world.lie(self)

    def split(self, *args):
        self.world.poke()
        return self.world.lie(["1", "x"])

    rsplit = partition = rpartition = splitlines = split


class HostileBytes(bytes):
    def __new__(cls, world):
        made = bytes.__new__(cls, world.rng.choice((b"a", b"a\nb", b"n1: a\nn2: b\n")))
        made.world = world
        return made

    def __eq__(self, other):
        self.world.poke()
        return bytes.__eq__(self, other)

    def __hash__(self):
        self.world.poke()
        return bytes.__hash__(self)

    def split(self, *args):
        self.world.poke()
        return self.world.lie([b"a"])


class HostileSet(set):
    def __init__(self, world, elements):
        self.world = world
        for element in elements:
            try:
                self.add(element)
            except Exception:
                continue

    def __iter__(self):
        self.world.poke()
        return self.world.lie(set.__iter__(self))

    def __len__(self):
        self.world.poke()
        return self.world.lie(set.__len__(self))

    def __contains__(self, element):
        self.world.poke()
        return self.world.lie(set.__contains__(self, element))


class HostileList(list):
    """A list that its readers change."""

    def __init__(self, world, elements):
        self.world = world
        self.extend(elements)

    def __iter__(self):
        self.world.poke()
        return self.world.lie(list.__iter__(self))

    def __len__(self):
        self.world.poke()
        return self.world.lie(list.__len__(self))

    def __getitem__(self, index):
        self.world.poke()
        return self.world.lie(list.__getitem__(self, index))


class HostileDict(dict):
    """A table that its readers change."""

    def __init__(self, world, entries):
        self.world = world
        try:
            self.update(entries)
        except Exception:
            self.world.poke()

    def __iter__(self):
        self.world.poke()
        return self.world.lie(dict.__iter__(self))

    def __getitem__(self, key):
        self.world.poke()
        return self.world.lie(dict.__getitem__(self, key))

    def get(self, key, default=None):
        self.world.poke()
        return self.world.lie(dict.get(self, key, default))

    def items(self):
        self.world.poke()
        return self.world.lie(dict.items(self))


class HostileRangeSet(RangeSet):
    world = None
    refuses = False

    @classmethod
    def of(cls, world):
        made = cls(world.rng.choice(TEXTS[:5]))
        made.world = world
        return made

    def __new__(cls, *args):
        if cls.refuses:
            return None
        return super().__new__(cls)

    def _answer(self, answer):
        if self.world is not None:
            self.world.poke()
            return self.world.lie(answer)
        return answer

    def copy(self):
        return self._answer(super().copy())

    def __iter__(self):
        return self._answer(super().__iter__())

    def __len__(self):
        return self._answer(super().__len__())

    def __eq__(self, other):
        return self._answer(super().__eq__(other))

    __hash__ = None

    def __del__(self):
        if self.world is not None:
            self.world.poke()


class Refusing(HostileRangeSet):
    """Its objects are None once it says so."""
