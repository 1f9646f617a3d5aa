"""The stage of the hostile driver: objects, and what is done to them."""

import _testcapi
import copy
import faulthandler
import itertools
import os
import threading
from contextlib import suppress

from tests.fuzz.asan.arguments import ERRORS, Arguments, is_large
from tests.fuzz.asan.operands import HostileOutlet, HostileRangeSet, HostileStream
from tests.fuzz.asan.surface import (
    ATTRIBUTES,
    CLASSES,
    FUNCTIONS,
    METHODS,
    Calls,
    attributes_of,
    methods_of,
)

#: Arguments of these are not to be vast: what they make is gone through one by one.
MAKERS = {"add_range", "fromone", "insert", "from_numbers", "from_runs", "from_bounds", "add"}
MAKERS |= {"pipes", "start", "open"}

#: In a session nobody calls back after so many calls.
MOST_CALLS = 3000

#: So many bytes in use are more than all the objects at hand can be worth.
TOO_MUCH = 2 << 30

CALLS = Calls()
STAGE = {*CLASSES, HostileRangeSet, HostileOutlet, HostileStream}

#: Attributes that hold state, and which the class of an object does not tell.
STATE = ("_autostep", "_patterns", "_length", "_resolver", "mode", "_given")

#: Descriptors from here on are the driver's own; those below, but for the standard ones, are
#: left over by what was called.
OWN = 400


class World(Arguments):
    """The objects at hand, and what is done to them."""

    def __init__(self, seed):
        super().__init__(seed)
        self.calls = 0
        self.depth = threading.local()
        self.at_work = []
        self.iterators = []
        self.chance = self.rng.choice((0.05, 0.3, 0.8))
        #: Tells if allocations may fail.
        self.failing = False
        for _ in range(6):
            self.pool.append(self.fresh())

    def poke(self):
        """What a hostile operand does when it is asked: call back."""
        depth = getattr(self.depth, "value", 0)
        if depth > 2 or self.calls > MOST_CALLS or self.rng.random() > self.chance:
            return
        self.depth.value = depth + 1
        try:
            if self.rng.random() < 0.2:
                self.spoil()
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
        if way < 0.2:
            function = CALLS.rarest(FUNCTIONS, rng, lambda of: (of.__module__, of.__name__))
            kind, name = function.__module__, function.__name__
        else:
            if way < 0.25:
                target = self.odd(target)
            elif way < 0.3:
                self.attribute(target)
            names = METHODS.get(type(target))
            if names is None:
                names = METHODS[type(target)] = methods_of(type(target))
            kind = type(target).__name__
            name = CALLS.rarest(names, rng, lambda name: (kind, name))
            function = getattr(target, name)
        made_hostile = self.hostile
        args = self.arguments(kind, name)
        CALLS.note(kind, name, self.hostile > made_hostile)
        self.calls += 1
        self.at_work.append(target)
        try:
            made = self.made_by(function, args)
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

    def arguments(self, kind, name):
        """Return arguments for a call: such as it asks for, or any."""
        if name == "turns":
            # Others might have it wait for ever.
            return self.of_turns()
        vast = name not in MAKERS
        parameters = CALLS.parameters.get((kind, name))
        if parameters and self.rng.random() < 0.6:
            return self.for_parameters(parameters, vast)
        return [self.argument(vast) for _ in range(self.rng.choice((0, 1, 1, 1, 2, 2, 3)))]

    def made_by(self, function, args):
        """Call a function, perhaps where an allocation fails or the stack ends soon."""
        way = self.rng.random()
        if self.failing and way < 0.3 and not getattr(self.depth, "value", 0):
            first = self.rng.randrange(1, self.rng.choice((10, 300)))
            _testcapi.set_nomemory(first, first + 1)
            try:
                return function(*args)
            finally:
                _testcapi.remove_mem_hooks()
        if way < 0.02:
            return deep_down(self.rng.randrange(330), function, args)
        made = function(*args)
        if hasattr(made, "__next__"):
            if len(self.iterators) < 6:
                self.iterators.append(made)
            made = list(itertools.islice(made, self.rng.choice((1, 50))))
        return made

    def go_on(self):
        """Go on with an iterator, whatever has happened to what it goes through."""
        at = self.rng.randrange(len(self.iterators))
        self.calls += 1
        try:
            for made in itertools.islice(self.iterators[at], self.rng.choice((1, 2, 50))):
                self.keep(made)
        except Exception:
            del self.iterators[at : at + 1]
        if self.rng.random() < 0.2:
            del self.iterators[at : at + 1]

    def keep(self, made):
        if type(made) in (list, tuple) and made:
            made = made[self.rng.randrange(len(made))]
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

    def attribute(self, target):
        """Read an attribute of an object, put something else in it, or delete it."""
        rng = self.rng
        kind = type(target).__name__
        names = ATTRIBUTES.get(type(target))
        if names is None:
            names = ATTRIBUTES[type(target)] = attributes_of(type(target))
        names = [*names, *getattr(target, "__dict__", ())] or STATE
        name = CALLS.rarest(names, rng, lambda name: (kind, name))
        if rng.random() < 0.1:
            name = rng.choice(STATE)
        CALLS.note(kind, name, False)
        self.calls += 1
        way = rng.random()
        try:
            if way < 0.5:
                self.keep(getattr(target, name))
            elif way < 0.95:
                made = rng.choice((self.fresh, self.operand, lambda: self.argument(False, 1)))
                # Numbers of very many digits take very long.
                setattr(target, name, self.number(False) if name == "padding" else made())
            else:
                delattr(target, name)
        except Exception:
            return

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

    def step(self):
        """Do one thing."""
        try:
            if self.iterators and self.rng.random() < 0.1:
                self.go_on()
            else:
                self.call()
        except ERRORS:
            # An operand that lies, when it was to become a part of another.
            return

    def tidy(self):
        """Put what has grown too large off the stage, and now and then anything else."""
        for at, thing in enumerate(self.pool):
            if is_large(thing):
                self.pool[at] = self.fresh()
        if self.rng.random() < 0.1:
            self.pool[self.rng.randrange(len(self.pool))] = self.fresh()
        del self.at_work[:]
        self.epolls.clear()
        os.closerange(3, OWN)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                continue


def deep_down(levels, function, args):
    """Call a function so many levels further down the stack."""
    return function(*args) if levels <= 0 else deep_down(levels - 1, function, args)


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
