"""Short random programs on two or three sets of keys, many, in both lives against bitmaps.

A program is a string of bytes: the field its sets lie in, their shapes, and steps of
four bytes each.  It is about where sets change the way they are kept (``fields``).
One that fails is told; ``--program HEX`` runs it alone and tells its steps, so
that bytes can be taken out by hand.
"""

import mmap
import os
import random
import sys
from collections import Counter
from importlib import import_module
from importlib.util import find_spec

from tests.fuzz.asan import observed
from tests.fuzz.asan.fields import Bitmap, Fields, Plain
from tests.fuzz.asan.rounds import rounds
from tests.fuzz.asan.steps import MAKERS, STEPS, Kept

# Bytes of a program: what it begins with, and a step.
HEAD = 6
STEP = 4
SIZE = HEAD + 8 * STEP

# How many steps there are.
STEPS_OF = (3, 3, 3, 4, 4, 5, 6, 8)

# Programs drawn at a time.
DRAWN = 1024

# One program of so many is also run with plain sets for a model, or watched.
PLAIN = 64
WATCHED = 16


class Life:
    """The kernels of a life, as the programs use them."""

    def __init__(self, package):
        self.name = package
        intervals = import_module(f"ClusterShell.{package}.intervals")
        self.runs = intervals.Runs
        self.set = import_module(f"ClusterShell.{package}.runset").RunSet
        for name in ("from_keys", "from_bounds", "from_runs", "from_numbers", "read"):
            setattr(self, name, getattr(intervals, name))
        self.form = self.words = None
        if package == "_kernels":
            self.form, self.words = observed.form, observed.words
        elif find_spec(f"ClusterShell.{package}.observed"):  # where it was compiled, too
            compiled = import_module(f"ClusterShell.{package}.observed")
            self.form, self.words = compiled.form, compiled.words

    def over(self, runs):
        """Return a set of elements that is made of *runs*."""
        made = self.set()
        made._runs, made._autostep = runs, None
        return made


class Programs:
    """Programs of a seed, and what was met on the way."""

    def __init__(self, lives, seed=0):
        self.lives = lives
        self.seed = seed
        self.fields = Fields(lives)
        self.met = Counter()

    def drawn(self, batch):
        rng = random.Random(f"{self.seed} {batch}")
        drawn = rng.getrandbits(8 * SIZE * DRAWN).to_bytes(SIZE * DRAWN, "little")
        return [drawn[at : at + SIZE] for at in range(0, SIZE * DRAWN, SIZE)]

    def run(self, code, number=1):
        self.steps(code, Bitmap, self.watch if number % WATCHED == 0 else None)
        if number % PLAIN == 0:
            self.steps(code, Plain)

    def steps(self, code, model, after=None):
        """Run a program; *after* is called with the sets and each step."""
        field = self.fields[code[0]]
        sets = []
        for at in range(1, 3 + (code[5] & 3 == 3)):  # two sets, or three
            shape = field.shape(code[at])
            make = MAKERS[(code[4] >> 2 * at - 2) & 7]
            lives = [make(life, rank, shape) for rank, life in enumerate(self.lives)]
            sets.append(Kept(model, shape.models[model], lives))
        if after:
            after(field, sets, None)
        stop = min(len(code), HEAD + STEP * STEPS_OF[code[5] >> 5])
        for at in range(HEAD, stop - STEP + 1, STEP):
            step = STEPS[code[at]]
            step(field, sets, code[at + 1], code[at + 2] + (code[at + 3] << 8))
            if after:
                after(field, sets, step)
        for kept in sets:
            kept.check(field)

    def watch(self, field, sets, step):
        """Count how sets are kept, and how they were before."""
        for kept in sets:
            for life, runs in zip(self.lives, kept.lives):
                if life.form:
                    form = life.form(runs)
                    self.met[life.name, kept.forms.get(life), form] += 1
                    kept.forms[life] = form

    def tell(self, code):
        """Run a program up to each of its steps: to check sets may change how they are kept."""
        told = []

        def after(field, sets, step):
            told[:] = [step.__name__ if step else "made", *(kept.told(field) for kept in sets)]

        for stop in range(HEAD, len(code) + 1, STEP):
            try:
                self.steps(code[:stop], Bitmap, after)
            finally:
                print(*told, sep="\n    ", flush=True)

    def summary(self):
        """Return lines that say how sets were kept."""
        for life in self.lives:
            if not life.form:
                continue
            forms = Counter()
            moves = Counter()
            for (name, before, form), count in self.met.items():
                if name == life.name:
                    forms[observed.FORMS[form]] += count
                    if before is not None and before != form:
                        moves[f"{observed.FORMS[before]} > {observed.FORMS[form]}"] += count
            yield f"{life.name}, in every {WATCHED}th program:"
            for found in forms, moves:
                yield "  " + ", ".join(f"{what} {count}" for what, count in found.most_common())


def drive(mark):
    programs = Programs((Life("_compiled"), Life("_kernels")), int(sys.argv[2]))
    if len(sys.argv) > 4:
        programs.tell(bytes.fromhex(sys.argv[4]))
        return
    number = -1
    for number in rounds(short=6000):
        if number % DRAWN == 0:
            drawn = programs.drawn(number // DRAWN)
            if number % 102_400 == 0 and number:
                print(f"programs: {number}", flush=True)
        mark[:SIZE] = code = drawn[number % DRAWN]
        programs.run(code, number)
    print(f"programs: {number + 1} programs", *programs.summary(), sep="\n")


def main():
    """Run programs in a child, so that the last one is known however it ends."""
    mark = mmap.mmap(-1, SIZE)
    child = os.fork()
    if not child:
        drive(mark)
        return
    status = os.waitpid(child, 0)[1]
    if status:
        print(f"programs: failed, run alone with --program {mark[:].hex()}", flush=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
