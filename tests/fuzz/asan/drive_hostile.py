"""Hostile keys, elements, operands, states and threads, against all kernels and value classes.

Everything here is called in ways its authors did not think of: operands whose ``__eq__``,
``__hash__``, ``__index__``, ``__str__``, ``__iter__``, ``__del__``... call back into the very
object at work, answer what they must not, or raise; with the collector running at each
allocation and calling back as well, or with an allocation that fails; from several threads
that are switched all the time; lists and tables that change while they are read, iterators
that go on when what they go through has changed, attributes that hold something else; near
the end of the stack; objects that were made without their constructor, made again, or
restored from a state that something was done to.

Exceptions are fine, whatever they are; crashes, reports of the sanitizers and standing
still are not.  Prints how many calls were made, and fails if there is something that was
not called at all.
"""

import faulthandler
import gc
import os
import pickle
import sys

from ClusterShell import _accel
from ClusterShell.RangeSet import RangeSet
from tests.fixtures.switching import together
from tests.fuzz.asan.operands import Refusing
from tests.fuzz.asan.rounds import rounds
from tests.fuzz.asan.world import CALLS, OWN, World

#: A session that takes longer than this stands still.
PATIENCE = 300

#: After so many sessions everything has been called; what chance has left out comes in some more.
ENOUGH = 60


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
        # What is there already is not looked at each time.
        gc.freeze()
        gc.set_threshold(1)
        gc.callbacks.append(collected)
        world.chance = min(world.chance, 0.1)
    try:
        if seed % 4 == 1:
            threaded(world)
        else:
            world.failing = seed % 4 == 2
            for number in range(300):
                world.step()
                if number % 8 == 0:
                    world.tidy()
    finally:
        gc.set_threshold(700)
        gc.unfreeze()
        if collected in gc.callbacks:
            gc.callbacks.remove(collected)
    world.chance = 0
    return world.calls


def threaded(world):
    """Several threads that are switched all the time share the objects."""

    def work():
        for _ in range(100):
            try:
                world.step()
            except Exception:
                continue

    together(work, work, work)
    world.tidy()


def confine():
    """Have nothing at hand that hostile descriptors or commands could do harm with.

    Whatever is said goes to descriptors that nobody draws the number of; what is read ends.
    """
    for number in (1, 2):
        os.dup2(number, OWN + number)
    sys.stdout = os.fdopen(OWN + 1, "w", buffering=1, closefd=False)
    faulthandler.enable(OWN + 2)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.environ["PATH"] = "/nowhere"


def main():
    assert _accel.COMPILED, "not the compiled life"
    confine()
    seed = int(sys.argv[2])
    calls = done = 0
    # Finalisers raise what they like.
    sys.unraisablehook = lambda unraisable: None
    sys.setrecursionlimit(400)
    assert pickle.loads(pickle.dumps(RangeSet("1-3"))) == RangeSet("1-3")
    for done in rounds(short=ENOUGH):
        faulthandler.dump_traceback_later(PATIENCE, exit=True, file=OWN + 2)
        calls += session(seed + done)
    while ENOUGH <= done + 1 < 3 * ENOUGH and CALLS.fewer_than(1):
        faulthandler.dump_traceback_later(PATIENCE, exit=True, file=OWN + 2)
        done += 1
        calls += session(seed + done)
    faulthandler.cancel_dump_traceback_later()
    print(f"hostile: {calls} calls in {done + 1} sessions from seed {seed}, no report")
    print(f"hostile: {CALLS}")
    never = CALLS.fewer_than(1)
    if done + 1 >= ENOUGH and never:
        print("hostile: never called: " + ", ".join(never))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
