"""Compare sets of vectors with the released package, program by program.

A program builds a few RangeSetND objects, changes and combines them, and reads
them in every way there is.  Programs are drawn at random, run here and in a
process of the release, and all they read is compared, folded text included::

    python -m tests.fuzz.differential.nd --count 200000 --seed 1 --peer PYTHON

prints a summary and each program, cut down to what still differs.  Where the
release is known to misbehave, programs keep out of its way; see ``Program``.
"""

import argparse
import copy
import json
import os
import pickle
import random
import signal
import subprocess
import sys
import time

#: Seconds a program may take in the release.
LIMIT = 20

NAMES = ("a", "b", "c")


class Program:
    """A random program: a list of statements, each a list of plain values.

    It avoids what is documented as different: sets of vectors of different
    lengths, ``x.update(x)`` (the release never returns), padded negative
    indexes, contiguous parts with -1 (an error there), tuples as operand of
    ``in``, and comparisons of vectors of length 1 before they are folded (the
    release may take a part for the whole).
    """

    def __init__(self, rng):
        self.rng = rng
        # Programs about autostep: few indexes, whose vectors meet all the time.
        self.stepped = rng.random() < 0.1
        self.dim = rng.choice((1, 2, 2) if self.stepped else (1, 2, 2, 2, 3, 3, 4))
        wide = (5, 6) if self.stepped else (2, 3, 4, 6, 12, 13, 105)
        self.wide = [rng.choice(wide) for _ in range(self.dim)]
        self.pad = [rng.choice((0, 0, 0, 2, 3)) for _ in range(self.dim)]
        self.mixed = rng.random() < 0.15
        self.negative = rng.random() < 0.03
        self.statements = [self.new(name) for name in NAMES]
        for _ in range(rng.randint(1, 8)):
            statement = self.statement()
            if self.dim == 1 and (statement[0] == "compare" or "strict" in statement):
                self.statements.extend(["read", name, "len"] for name in NAMES)
            self.statements.append(statement)
        for name in NAMES:
            self.statements.extend((["read", name, "str"], ["read", name, "steps"]))

    def number(self, axis):
        rng = self.rng
        value = rng.randrange(self.wide[axis])
        if self.negative and not self.pad[axis] and rng.random() < 0.4:
            return str(-value)
        pad = rng.choice((0, 1, 2, 3)) if self.mixed else self.pad[axis]
        return str(value).zfill(pad)

    def ranges(self, axis):
        rng = self.rng
        items = []
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            first = rng.randrange(self.wide[axis])
            last = min(first + rng.choice((0, 0, 1, 2, 3, 5)), self.wide[axis] - 1)
            pad = rng.choice((0, 1, 2, 3)) if self.mixed else self.pad[axis]
            pad = pad if pad > 1 else 0
            step = rng.choice(("", "", "", "/2"))
            if first == last:
                items.append(str(first).zfill(pad))
            elif pad > 1 or len(str(first)) <= len(str(last)):
                items.append(f"{str(first).zfill(pad)}-{str(last).zfill(pad)}{step}")
        return ",".join(items) or "0"

    def autostep(self):
        return self.rng.choice((None, 3) if self.stepped else (None, None, None, 3, 3, 4, 5))

    def new(self, name):
        rng = self.rng
        kind = rng.choice(("points", "boxes", "boxes", "sets", "ints", "few", "grid"))
        kind = rng.choice(("boxes", "few", "sets")) if self.stepped else kind
        axes = range(self.dim)
        count = rng.choice((1, 2, 3, 5, 8))
        if kind == "points":
            vectors = [[self.number(a) for a in axes] for _ in range(rng.choice((5, 20, 60)))]
        elif kind == "ints":
            vectors = [[rng.randrange(self.wide[a]) for a in axes] for _ in range(3 * count)]
        elif kind == "grid":
            sides = [range(min(self.wide[a], 4)) for a in axes]
            vectors = [[]]
            for side in sides:
                vectors = [[*v, str(n)] for v in vectors for n in side]
            rng.shuffle(vectors)
            vectors = vectors[: rng.choice((7, 50, 300))]
        elif kind == "few":
            vectors = [[self.ranges(a) for a in axes]]
        else:
            vectors = [[self.ranges(a) for a in axes] for _ in range(count)]
        if kind == "sets":
            vectors = [[[text, self.autostep()] for text in vector] for vector in vectors]
        pads = self.pad if rng.random() < 0.5 and not self.negative else None
        return ["new", name, vectors, pads, self.autostep()]

    def statement(self):
        rng = self.rng
        one, two, three = rng.choice(NAMES), rng.choice(NAMES), rng.choice(NAMES)
        roll = rng.random() * (0.6 if self.stepped else 1)
        if roll < 0.25:
            return ["set", three, one, rng.choice("|&-^"), two]
        if roll < 0.45:
            others = [name for name in NAMES if name != one]
            method = rng.choice(
                ("update", "union_update", "difference_update", "intersection_update")
                + ("symmetric_difference_update", "strict", "|=", "&=", "-=", "^=")
            )
            return ["change", one, method, rng.choice(others)]
        if roll < 0.50:
            return ["autostep", one, self.autostep()]
        if roll < 0.55:
            return ["copy", two, one, rng.choice(("copy", "copy.copy", "deepcopy", "pickle"))]
        if roll < 0.60:
            return ["section", two, one, self.slice()]
        if roll < 0.75:
            return ["compare", one, rng.choice(("==", "!=", "<", "<=", ">", ">=", "in")), two]
        if roll < 0.80:
            return ["at", one, rng.randint(-30, 30)]
        if roll < 0.86:
            element = [self.number(a) for a in range(self.dim)]
            return ["index", one, element, *rng.choice(([], [], [rng.randint(-9, 9)], [1, -2]))]
        if roll < 0.88:
            return ["member", one, self.ranges(0)]
        what = rng.choice(READS)
        return ["read", one, "list" if self.negative and what == "contiguous" else what]

    def slice(self):
        rng = self.rng
        bounds = [rng.choice((None, rng.randint(-40, 40), rng.randint(0, 9))) for _ in range(2)]
        return [*bounds, rng.choice((None, None, 1, 2, 3, -1, -2))]


READS = ("str", "veclist", "raw", "list", "len", "bool", "dim", "pads", "autostep")
READS += ("vectors", "contiguous", "iter_padding", "steps")


class Machine:
    """Runs programs with the ClusterShell that this interpreter imports."""

    def __init__(self):
        from ClusterShell.RangeSet import RangeSet, RangeSetND

        self.range_set, self.set = RangeSet, RangeSetND

    def run(self, program):
        """Return what each statement gave: a text, or the exception it raised."""
        self.names = {}
        results = []
        for statement in program:
            try:
                results.append(getattr(self, "do_" + statement[0])(*statement[1:]))
            except Exception as exc:
                results.append(f"{type(exc).__name__}: {exc}")
        return results

    def do_new(self, name, vectors, pads, autostep):
        vectors = [
            [self.range_set(*axis) if isinstance(axis, list) else axis for axis in vector]
            for vector in vectors
        ]
        self.names[name] = self.set(vectors, pads, autostep)

    def do_set(self, name, one, sign, two):
        one, two = self.names[one], self.names[two]
        done = {"|": one.__or__, "&": one.__and__, "-": one.__sub__, "^": one.__xor__}
        self.names[name] = done[sign](two)

    def do_change(self, one, method, two):
        one, two = self.names[one], self.names[two]
        if method == "strict":
            one.difference_update(two, strict=True)
        elif method in ("|=", "&=", "-=", "^="):
            words = {"|=": "__ior__", "&=": "__iand__", "-=": "__isub__", "^=": "__ixor__"}
            return str(getattr(one, words[method])(two) is one)
        else:
            return str(getattr(one, method)(two))

    def do_autostep(self, one, value):
        self.names[one].autostep = value

    def do_copy(self, name, one, how):
        one = self.names[one]
        ways = {
            "copy": lambda: one.copy(),
            "copy.copy": lambda: copy.copy(one),
            "deepcopy": lambda: copy.deepcopy(one),
            "pickle": lambda: pickle.loads(pickle.dumps(one, 2)),
        }
        self.names[name] = ways[how]()

    def do_section(self, name, one, bounds):
        self.names[name] = self.names[one][slice(*bounds)]

    def do_compare(self, one, sign, two):
        one, two = self.names[one], self.names[two]
        done = {
            "==": lambda: one == two,
            "!=": lambda: one != two,
            "<": lambda: one < two,
            "<=": lambda: one <= two,
            ">": lambda: one > two,
            ">=": lambda: one >= two,
            "in": lambda: two in one,
        }
        return str(done[sign]())

    def do_at(self, one, index):
        return str(self.names[one][index])

    def do_index(self, one, element, *bounds):
        return str(self.names[one].index(element, *bounds))

    def do_member(self, one, text):
        return str(text in self.names[one])

    def do_read(self, one, what):
        one = self.names[one]
        ways = {
            "str": lambda: str(one),
            "veclist": lambda: texts(one.veclist),
            # Not folded: the boxes may differ, their elements may not.
            "raw": lambda: str(bool(one._veclist)),
            "list": lambda: str(list(one)),
            "len": lambda: str(len(one)),
            "bool": lambda: str(bool(one)),
            "dim": lambda: str(one.dim()),
            "pads": lambda: str(one.pads()),
            "autostep": lambda: str(one.autostep),
            "vectors": lambda: texts(one.vectors()),
            "contiguous": lambda: str([str(part) for part in one.contiguous()]),
            "iter_padding": lambda: str(list(one.iter_padding())),
            "steps": lambda: str([[axis.autostep for axis in v] for v in one.veclist]),
        }
        return ways[what]()


def texts(vectors):
    return str([[str(axis) for axis in vector] for vector in vectors])


class TooLong(BaseException):
    """The program is given up: no error that the package could catch."""


def give_up(signum, frame):
    raise TooLong


def serve():
    """Run programs from standard input, a line each, until it ends; null: it took too long."""
    signal.signal(signal.SIGALRM, give_up)
    print(where(), flush=True)
    machine = Machine()
    for line in sys.stdin:
        signal.alarm(LIMIT)
        try:
            results = machine.run(json.loads(line))
        except TooLong:
            results = None
        finally:
            signal.alarm(0)
        print(json.dumps(results), flush=True)


def where():
    """Return the directory this interpreter imports ClusterShell from."""
    import ClusterShell

    return os.path.dirname(ClusterShell.__file__)


class Peer:
    """A process that runs programs with the release."""

    def __init__(self, python):
        # Without -E, PYTHONPATH would lead it to our package as well.
        self.process = subprocess.Popen(
            [python, "-E", __file__, "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self.process.stdout.readline() == where() + "\n":
            raise SystemExit(f"{python} imports the package under test, not the release")

    def run(self, program):
        self.process.stdin.write(json.dumps(program) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def difference(program, machine, peer):
    """Return "" for equal answers, "autostep" for a documented difference, "unfinished"
    where the release takes too long, else "answers".

    Sets without autostep are not folded before they meet one that has it; the
    release has folded some, and the vectors then may have the autostep of the
    other set.  Where only that differs, not even the text does.
    """
    ours, theirs = machine.run(program), peer.run(program)
    if ours == theirs:
        return ""
    if theirs is None:
        return "unfinished"
    reads_steps = [statement[0] == "read" and statement[2] == "steps" for statement in program]
    same = all(a == b for a, b, steps in zip(ours, theirs, reads_steps) if not steps)
    return "autostep" if same and mixes_autosteps(program) else "answers"


def differs(program, machine, peer):
    return difference(program, machine, peer) == "answers"


def mixes_autosteps(program):
    """Tell whether a program has sets or axes with autostep, and such without."""
    found = {statement[2] for statement in program if statement[0] == "autostep"}
    for _, _, vectors, _, autostep in (s for s in program if s[0] == "new"):
        found.add(autostep)
        found.update(axis[1] for vector in vectors for axis in vector if isinstance(axis, list))
    return None in found and len(found) > 1


def shrunk(program, machine, peer):
    """Return the program without all statements and vectors it can do without."""
    size = None
    while size != (size := len(json.dumps(program))):
        for at in reversed(range(len(program))):
            less = program[:at] + program[at + 1 :]
            if program[at][0] != "new" and differs(less, machine, peer):
                program = less
        for at, statement in enumerate(program):
            if statement[0] != "new":
                continue
            for vector in reversed(statement[2]):
                fewer = [other for other in statement[2] if other is not vector]
                changed = [*statement[:2], fewer, *statement[3:]]
                less = [*program[:at], changed, *program[at + 1 :]]
                if fewer and differs(less, machine, peer):
                    program, statement = less, changed
    return program


def compare(count, seed, peer_python, report=print):
    """Run *count* programs; report those that differ, each shrunk.

    Returns how many there are, how many differ as documented, and how many the release
    did not finish.
    """
    machine, peer = Machine(), Peer(peer_python)
    found = explained = unfinished = 0
    try:
        for number in range(count):
            program = Program(random.Random(f"{seed}/{number}")).statements
            kind = difference(program, machine, peer)
            explained += kind == "autostep"
            if kind == "unfinished":
                unfinished += 1
                report(f"program {seed}/{number}: the release takes over {LIMIT} s")
            if kind != "answers":
                continue
            found += 1
            program = shrunk(program, machine, peer)
            report(f"program {seed}/{number}:")
            for line in zip(program, machine.run(program), peer.run(program)):
                report(f"  {line[0]}\n    ours: {line[1]!r}\n    peer: {line[2]!r}")
    finally:
        peer.close()
    return found, explained, unfinished


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=3000, help="programs to run")
    parser.add_argument("--seed", default="1", help="the programs are drawn from it")
    parser.add_argument("--peer", help="interpreter of an environment that holds the release")
    parser.add_argument("--serve", action="store_true", help="run programs from standard input")
    options = parser.parse_args()
    if options.serve:
        serve()
        return 0
    start = time.time()
    peer = options.peer or sys.executable
    found, explained, unfinished = compare(options.count, options.seed, peer)
    spent = time.time() - start
    print(
        f"{options.count} programs, seed {options.seed}: {found} differ,"
        f" {explained} as documented, {unfinished} unfinished there ({spent:.0f} s)"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
