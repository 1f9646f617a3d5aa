"""Hostile keys, elements, operands, states and threads, against all kernels and value classes.

Everything here is called in ways its authors did not think of: operands whose ``__eq__``,
``__hash__``, ``__index__``, ``__str__``, ``__iter__``, ``__del__``... call back into the very
object at work, with the collector running at each allocation and calling back as well,
from several threads that are switched all the time; objects that were made without their
constructor, made again, or restored from a state that something was done to.

Exceptions are fine, whatever they are; crashes, reports of the sanitizers and standing
still are not.  Prints how many calls were made.
"""

import copy
import faulthandler
import gc
import importlib
import itertools
import os
import pickle
import random
import sys
import threading

from ClusterShell import _accel
from ClusterShell.MsgTree import MsgTree, MsgTreeElem
from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet, NodeSetBase
from ClusterShell.RangeSet import RangeSet, RangeSetND
from tests.fuzz.asan.rounds import rounds

#: A session that takes longer than this stands still.
PATIENCE = 300

KERNELS = [importlib.import_module(f"ClusterShell._compiled.{name}") for name in _accel.KERNELS]

TEXTS = ["1", "07", "1-5", "3-9/2", "1,3,5-7", "", "x", "-4", "5-1", "00-12", "9-11", "1" * 19]
NAMES = ["n1", "n[1-5]", "a", "n[1-3]x[1-2]", "n1x2", "n[1-9]!n3", "b%", "n[", "n1 , n2", "é4"]
LINES = [b"a", b"b", b"", b"ab", b"a\nb", b"c" * 300, "x", 3, None, bytearray(b"a"), b"\xff"]

#: Methods of lists, dicts and the like that are no business of ours, or end the process.
SKIPPED = {"__class__", "__init_subclass__", "__subclasshook__", "__getattribute__", "__dir__"}
SKIPPED |= {"__delattr__", "__setattr__", "__sizeof__", "__class_getitem__"}

#: Arguments of these are not to be vast: what they make is gone through one by one.
MAKERS = {"add_range", "fromone", "insert", "from_numbers", "from_runs", "from_bounds", "add"}

#: In a session nobody calls back after so many calls.
MOST_CALLS = 3000

#: So many bytes in use are more than all the objects at hand can be worth.
TOO_MUCH = 2 << 30

#: Sets larger than this leave the stage.
LARGE = 20_000


class World:
    """The objects at hand, and what is done to them."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.calls = 0
        self.depth = threading.local()
        self.at_work = []
        self.pool = []
        self.chance = self.rng.choice((0.05, 0.3, 0.8))
        for _ in range(6):
            self.pool.append(self.fresh())

    def fresh(self):
        rng = self.rng
        return rng.choice(
            (
                lambda: RangeSet(rng.choice(TEXTS[:5]), rng.choice((None, 3))),
                lambda: RangeSet([rng.randrange(2000) * 2 for _ in range(rng.choice((3, 900)))]),
                lambda: RangeSetND([rng.sample(TEXTS[:5], 2) for _ in range(rng.randrange(5))]),
                lambda: RangeSetND([[str(k % 7), str(k // 7)] for k in range(rng.randrange(40))]),
                lambda: NodeSet(rng.choice(NAMES[:5]), resolver=RESOLVER_NOGROUP),
                lambda: NodeSet.fromlist(rng.sample(NAMES[:6], 3), resolver=RESOLVER_NOGROUP),
                lambda: NodeSetBase("n%s", RangeSet("1-3")),
                lambda: MsgTree(rng.randrange(3)),
                self.tree,
                lambda: MsgTreeElem(b"one"),
                lambda: KERNEL["msgtree"].LineTree(),
                lambda: KERNEL["intervals"].from_keys([rng.randrange(99) for _ in range(20)]),
                lambda: KERNEL["boxes"].Boxes(rng.randrange(4)),
                lambda: KERNEL["names"].Names(),
                lambda: KERNEL["names"].Namer("n%s", KERNEL["intervals"].from_keys([1, 5, 12])),
            )
        )()

    def tree(self):
        tree = MsgTree(self.rng.randrange(3))
        for _ in range(self.rng.randrange(20)):
            tree.add(self.rng.randrange(4), self.rng.choice(LINES[:6]))
        return tree

    # -- arguments

    def number(self, vast=True):
        if vast and self.rng.random() < 0.05:
            return self.rng.choice((2**62, 2**63 - 1, 2**63, -(2**63), 2**70, 10**18, -1))
        return self.rng.randrange(-3, 30)

    def argument(self, vast=True, deep=0):
        rng = self.rng
        way = rng.randrange(16 if deep < 2 else 8)
        if way < 2:
            return self.number(vast)
        if way < 4:
            return rng.choice((rng.choice(TEXTS), rng.choice(NAMES)))
        if way == 4:
            return rng.choice(LINES)
        if way == 5:
            return rng.choice((None, True, 0, 1.5, float("nan"), object, Ellipsis, b"1", ()))
        if way == 6:
            thing = rng.choice(self.pool)
            return self.fresh() if is_large(thing) else thing
        if way == 7:
            return rng.choice((Hostile, HostileInt, HostileText, HostileBytes))(self)
        if way == 8:
            return HostileSet(self, self.elements(vast, deep))
        if way == 9:
            return HostileRangeSet.of(self)
        if way == 10:
            return slice(self.number(vast), self.number(vast), rng.choice((None, 1, 2, -1, 0)))
        if way == 11:
            return (element for element in self.elements(vast, deep))
        if way == 12:
            return {self.key(): element for element in self.elements(vast, deep)}
        kind = rng.choice((list, tuple, list, iter))
        return kind(self.elements(vast, deep))

    def elements(self, vast, deep):
        return [self.argument(vast, deep + 1) for _ in range(self.rng.choice((0, 1, 2, 3, 5)))]

    def key(self):
        return self.rng.choice((Hostile(self), self.rng.randrange(4), "n1", HostileText(self)))

    # -- calls

    def poke(self):
        """What a hostile operand does when it is asked: call back."""
        depth = getattr(self.depth, "value", 0)
        if depth > 2 or self.calls > MOST_CALLS or self.rng.random() > self.chance:
            return
        self.depth.value = depth + 1
        try:
            target = self.at_work[-1] if self.at_work and self.rng.random() < 0.7 else None
            self.call(target)
        except Exception:
            # The exception of an inner call is none of the outer one.
            pass
        finally:
            self.depth.value = depth

    def call(self, target=None):
        """Call something of an object, or a function of a kernel."""
        rng = self.rng
        if target is None:
            target = rng.choice(self.pool)
        if is_large(target):
            return
        way = rng.random()
        if way < 0.1:
            function = rng.choice(FUNCTIONS)
        elif way < 0.15:
            target = self.odd(target)
            function = None
        else:
            function = None
        if function is None:
            names = METHODS.get(type(target))
            if names is None:
                names = METHODS[type(target)] = methods_of(type(target))
            name = rng.choice(names)
            function = getattr(target, name)
        else:
            name = function.__name__
        args = [self.argument(name not in MAKERS) for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3)))]
        self.calls += 1
        self.at_work.append(target)
        try:
            made = function(*args)
            if hasattr(made, "__next__"):
                made = list(itertools.islice(made, 50))
        except MemoryError:
            made = None
            if resident() > TOO_MUCH:
                end_of_memory(target, name, args)
        except Exception:
            made = None
        finally:
            if self.at_work:
                self.at_work.pop()
        self.keep(made)

    def keep(self, made):
        if type(made) in STAGE and not is_large(made):
            if len(self.pool) < 12:
                self.pool.append(made)
            else:
                self.pool[self.rng.randrange(len(self.pool))] = made

    def odd(self, target):
        """Return an object of the kind of *target* that was not made as it should be."""
        cls = type(target)
        way = self.rng.randrange(5)
        self.calls += 1
        try:
            if way == 0:
                return cls.__new__(cls)
            if way == 1:
                target.__init__(*self.elements(False, 1))
                return target
            if way == 2:
                return copy.copy(target)
            state = target.__reduce_ex__(self.rng.choice((2, 4)))
            made = cls.__new__(cls)
            made.__setstate__(self.spoilt(state[2] if len(state) > 2 else {}))
            return made
        except Exception:
            return target

    def spoilt(self, state, deep=0):
        """Return a state with something else in some places of it."""
        if self.rng.random() < 0.15:
            return self.argument(False, 2)
        if type(state) is dict and deep < 4:
            spoilt = {key: self.spoilt(value, deep + 1) for key, value in state.items()}
            if self.rng.random() < 0.1:
                spoilt.pop(next(iter(spoilt), None), None)
            return spoilt
        if type(state) in (list, tuple) and deep < 4:
            return type(state)(self.spoilt(item, deep + 1) for item in state)
        return state

    def tidy(self):
        """Put what has grown too large off the stage."""
        for at, thing in enumerate(self.pool):
            if is_large(thing):
                self.pool[at] = self.fresh()
        del self.at_work[:]


def is_large(thing):
    """Return whether to go through *thing* one by one would take long."""
    try:
        if isinstance(thing, (RangeSet, RangeSetND)):
            return thing._count() > LARGE
        if isinstance(thing, NodeSetBase):
            return len(thing) > LARGE
        if isinstance(thing, KERNEL["intervals"].Runs):
            return thing.count() > LARGE
        if isinstance(thing, KERNEL["boxes"].Boxes):
            return len(thing) > 300 or thing.count() > LARGE
        if isinstance(thing, (MsgTree, KERNEL["msgtree"].LineTree)):
            return len(thing.blocks) > 500
    except Exception:
        return True
    return False


def resident():
    """Return how many bytes of this process are in memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def end_of_memory(target, name, args):
    """Say which call has taken all memory, and end."""
    kinds = [arg if type(arg) is int else type(arg).__name__ for arg in args]
    print(f"hostile: no memory left after {name} of {type(target).__name__}, {kinds}", flush=True)
    faulthandler.dump_traceback(all_threads=True)
    os._exit(1)


class Hostile:
    """An object that calls back whatever it is asked for."""

    def __init__(self, world):
        self.world = world
        self.value = world.rng.randrange(3)

    def __hash__(self):
        self.world.poke()
        return self.value & 1

    def __eq__(self, other):
        self.world.poke()
        return self.world.rng.random() < 0.5

    def __lt__(self, other):
        self.world.poke()
        return self.world.rng.random() < 0.5

    __le__ = __gt__ = __ge__ = __ne__ = __lt__

    def __index__(self):
        self.world.poke()
        return self.value

    __int__ = __len__ = __index__

    def __float__(self):
        self.world.poke()
        return 1.0

    def __bool__(self):
        self.world.poke()
        return bool(self.value & 1)

    def __str__(self):
        self.world.poke()
        return str(self.value)

    __repr__ = __str__

    def __bytes__(self):
        self.world.poke()
        return b"a\nb\n"

    def __iter__(self):
        self.world.poke()
        return iter([self.value, "5", Hostile(self.world)][: self.value + 1])

    def __getitem__(self, index):
        self.world.poke()
        if index > 2:
            raise IndexError
        return str(index)

    def __call__(self, *args):
        self.world.poke()
        return self.world.rng.random() < 0.7

    def __getattr__(self, name):
        if name.startswith("__") or name == "world":
            raise AttributeError(name)
        self.world.poke()
        return self.world.rng.choice((self.value, self, [1, 3], lambda *args: [1, 5]))

    def __del__(self):
        self.world.poke()


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
        return int.__index__(self)

    def __eq__(self, other):
        self.world.poke()
        return int.__eq__(self, other)

    def __hash__(self):
        self.world.poke()
        return 1

    def __add__(self, other):
        self.world.poke()
        return self.world.number()

    __radd__ = __sub__ = __rsub__ = __mod__ = __floordiv__ = __add__

    def __str__(self):
        self.world.poke()
        return self.world.rng.choice(TEXTS)


class HostileText(str):
    def __new__(cls, world):
        made = str.__new__(cls, world.rng.choice(TEXTS + NAMES))
        made.world = world
        return made

    def __eq__(self, other):
        self.world.poke()
        return str.__eq__(self, other)

    def __hash__(self):
        self.world.poke()
        return str.__hash__(self)

    def __len__(self):
        self.world.poke()
        return 2

    def __getitem__(self, index):
        self.world.poke()
        return str.__getitem__(self, index)

    def strip(self, *args):
        self.world.poke()
        return self

    def split(self, *args):
        self.world.poke()
        return ["1", "x"]


class HostileBytes(bytes):
    def __new__(cls, world):
        made = bytes.__new__(cls, b"a")
        made.world = world
        return made

    def __eq__(self, other):
        self.world.poke()
        return bytes.__eq__(self, other)

    def __hash__(self):
        self.world.poke()
        return bytes.__hash__(self)


class HostileSet(set):
    def __init__(self, world, elements):
        self.world = world
        for element in elements:
            try:
                self.add(element)
            except TypeError:
                continue

    def __iter__(self):
        self.world.poke()
        return set.__iter__(self)

    def __len__(self):
        self.world.poke()
        return set.__len__(self)

    def __contains__(self, element):
        self.world.poke()
        return set.__contains__(self, element)


class HostileRangeSet(RangeSet):
    world = None

    @classmethod
    def of(cls, world):
        made = cls(world.rng.choice(TEXTS[:5]))
        made.world = world
        return made

    def __new__(cls, *args):
        if cls.refuses:
            return None
        return super().__new__(cls)

    refuses = False

    def copy(self):
        if self.world is not None:
            self.world.poke()
        return super().copy()

    def __iter__(self):
        if self.world is not None:
            self.world.poke()
        return super().__iter__()

    def __len__(self):
        if self.world is not None:
            self.world.poke()
        return super().__len__()

    def __del__(self):
        if self.world is not None:
            self.world.poke()


class Refusing(HostileRangeSet):
    """Its objects are None once it says so."""


KERNEL = dict(zip(_accel.KERNELS, KERNELS))


def methods_of(cls):
    return sorted(name for name in dir(cls) if name not in SKIPPED and callable(getattr(cls, name)))


METHODS = {}
FUNCTIONS = [
    value
    for module in KERNELS
    for name, value in sorted(vars(module).items())
    if callable(value) and not name.startswith("__")
]
STAGE = {RangeSet, RangeSetND, NodeSet, NodeSetBase, MsgTree, MsgTreeElem, HostileRangeSet}
STAGE |= {
    cls
    for module in KERNELS
    for cls in vars(module).values()
    if isinstance(cls, type) and cls.__module__.startswith("ClusterShell._compiled")
}


def refused_classes(world):
    """Operators make their results by a class that makes none."""
    left = Refusing("1-3")
    Refusing.refuses = True
    try:
        for operation in (left.__or__, left.__and__, left.__sub__, left.__xor__):
            world.calls += 1
            try:
                operation(RangeSet("2-5"))
            except Exception:
                continue
        left.copy()
    except Exception:
        return
    finally:
        Refusing.refuses = False


def session(seed):
    """Go on for a while; return how many calls that were."""
    world = World(seed)
    refused_classes(world)

    def collected(phase, info):
        world.poke()

    if seed % 3 == 0:
        gc.set_threshold(1)
        gc.callbacks.append(collected)
        world.chance = min(world.chance, 0.1)
    try:
        if seed % 4 == 1:
            threaded(world)
        else:
            for _ in range(300):
                world.call()
                world.tidy()
    finally:
        gc.set_threshold(700)
        if collected in gc.callbacks:
            gc.callbacks.remove(collected)
    world.chance = 0
    return world.calls


def threaded(world):
    """Several threads that are switched all the time share the objects."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def work():
        for _ in range(100):
            try:
                world.call()
            except Exception:
                continue

    threads = [threading.Thread(target=work) for _ in range(3)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    world.tidy()


def main():
    assert _accel.COMPILED, "not the compiled life"
    seed = int(sys.argv[2])
    calls = done = 0
    # Finalisers raise what they like.
    sys.unraisablehook = lambda unraisable: None
    sys.setrecursionlimit(400)
    assert pickle.loads(pickle.dumps(RangeSet("1-3"))) == RangeSet("1-3")
    for done in rounds(short=60):
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        calls += session(seed + done)
    faulthandler.cancel_dump_traceback_later()
    print(f"hostile: {calls} calls in {done + 1} sessions from seed {seed}, no report")


if __name__ == "__main__":
    main()
