"""Compare range sets with the released package, program by program.

A program builds a few RangeSet objects, changes and combines them, with each
other and with plain sets, and reads them in every way there is.  Programs are
drawn at random and run in three processes: ours compiled, ours interpreted,
and the release.  All that they read is compared, folded text and errors
included; ours are compared with Python's own sets on the way::

    python -m tests.fuzz.differential.ranges --count 200000 --seed 1 --peer PYTHON

prints a summary, and each program that differs, cut down to what still does.
Without ``--peer`` only the two lives are compared.  Where the release is known
to misbehave, programs keep out of its way; see ``Program``.
"""

import argparse
import copy
import json
import os
import pickle
import random
import re
import subprocess
import sys
import time
from pathlib import Path

NAMES = ("a", "b", "c")


# -- drawing programs


class Program:
    """A random program: a list of statements, each a list of plain values.

    It avoids what is documented as different: padded negative numbers,
    elements to add that are no numbers or not strings, digits of other scripts
    and signs as elements, ranges in which the release takes the first number
    for a sign (``1-2-3``), white space before a step, and frozen sets as right
    operands.
    """

    def __init__(self, rng):
        self.rng = rng
        large = (10**17 - 5, 10**18 - 5, 10**19 - 5, 2**62 - 4)
        self.base = rng.choice((0, 0, 0, 0, 0, 5, 95, 990, rng.choice(large)))
        self.span = rng.choice((4, 12, 12, 30, 120))
        self.pads = rng.choice(((0,), (0,), (0, 2), (2,), (0, 2, 3), (3,)))
        self.minus = False
        self.signs = 0.3 if rng.random() < 0.1 and self.base < 1000 else 0
        self.statements = [self.new(name) for name in NAMES]
        for _ in range(rng.randint(1, 8)):
            self.statements.append(self.statement())
        self.statements.extend(["read", name, "all"] for name in NAMES)

    def value(self):
        return self.base + self.rng.randrange(self.span)

    def number(self):
        if self.rng.random() < self.signs:
            self.minus = True
            return str(-self.rng.randrange(1, 15))
        return str(self.value()).zfill(self.rng.choice(self.pads))

    def range(self):
        rng = self.rng
        first = self.value()
        last = first + rng.choice((0, 0, 0, 1, 1, 2, 3, 5, 9, 20))
        pad = rng.choice(self.pads)
        if rng.random() < self.signs:
            self.minus = True
            return f"-{rng.randrange(1, 15)}-{rng.randrange(15)}"
        if pad and len(str(last).zfill(pad)) != len(str(first).zfill(pad)):
            pad = 0
        if first == last and rng.random() < 0.9:
            return str(first).zfill(pad)
        text = f"{str(first).zfill(pad)}-{str(last).zfill(pad)}"
        return text + rng.choice(("", "", "", "/2", "/3", "/1", "/10"))

    def pattern(self):
        return ",".join(self.range() for _ in range(self.rng.choice((1, 1, 2, 3, 5, 8))))

    def odd_pattern(self):
        """Return a text that is probably no pattern."""
        rng = self.rng
        alphabet = rng.choice(("0129-/, ", "01-,/ +_a", "0-1/\u0663\u0660 -,x.", "10-"))
        text = "".join(rng.choice(alphabet) for _ in range(rng.randint(0, 7)))
        self.minus = self.minus or "-" in text
        # What the release reads "1-2-3" as, or trips over "1-2-3-4-5" with.
        if any(part.count("-") > 1 and part.strip()[:1] != "-" for part in text.split(",")):
            text = "1-" + text.replace("-", "")
        elif any(part.count("-") > 2 for part in text.split(",")):
            text = text.replace("-", "")
        # The release counts white space before a step as a digit: to it, "011 /1"
        # is "0011".
        return re.sub(" +/", "/", text)

    def elements(self):
        return [self.number() for _ in range(self.rng.choice((0, 1, 1, 2, 4, 9)))]

    def maybe_elements(self):
        odd = ["x", "", "+5", "1_0", "-", "05", " 7", "7"]
        return self.elements() + self.rng.sample(odd, self.rng.choice((0, 0, 1, 2)))

    def autostep(self):
        return self.rng.choice((None, None, None, 2, 3, 3, 4, 5, 1, 0))

    def name(self):
        return self.rng.choice(NAMES)

    def new(self, name):
        kind = self.rng.choice(("text",) * 6 + ("list", "fromlist", "none", "odd"))
        if kind == "odd":
            return ["new", name, self.odd_pattern(), self.autostep()]
        if kind == "none":
            return ["new", name, None, self.autostep()]
        if kind == "text":
            return ["new", name, self.pattern(), self.autostep()]
        if kind == "list":
            return ["new", name, self.elements() + [self.value()], self.autostep()]
        patterns = [self.pattern() for _ in range(self.rng.randint(0, 4))]
        return ["fromlist", name, patterns, self.autostep()]

    def bound(self):
        return self.rng.choice((None, None, 0, 1, 2, 3, 7, 50, -1, -2, -5, -50))

    def statement(self):
        return self.rng.choice(STATEMENTS)(self, self.rng)


BINARY_TEXTS = ("|", "&", "-", "^", "|=", "&=", "-=", "^=")
ADDING = ("union", "symmetric_difference", "update", "union_update", "symmetric_difference_update")
KEEPING = ("intersection", "difference", "intersection_update", "difference_update", "isdisjoint")
COMPARING = ("==", "!=", "<", "<=", ">", ">=", "issubset", "issuperset")
COPYING = ("copy", "copy.copy", "deepcopy", "pickle", "again")


def draw_remove(p, r):
    element = r.choice((p.number(), p.value(), "x", "1-2"))
    return [r.choice(("remove", "discard")), p.name(), element, r.choice((0, 0, 2))]


def draw_padding(p, r):
    # Negative numbers take no padding.
    return (
        ["clear", p.name()] if p.minus else ["padding", p.name(), r.choice((None, 0, 1, 2, 3, 5))]
    )


def draw_read(p, r):
    # The release cannot tell the contiguous parts of some negative numbers.
    what = ("str", "list", "len", "slices", "intiter", "padding", "dim", "contiguous")
    return ["read", p.name(), r.choice(what[: len(what) - p.minus])]


def draw_burst(p, r):
    return ["burst", p.name(), p.elements(), p.elements()]


def draw_add_range(p, r):
    return ["add_range", p.name(), p.value(), p.value(), r.choice((1, 1, 2, 3)), r.choice((0, 2))]


def draw_contains(p, r):
    return ["contains", p.name(), r.choice((p.number(), p.value(), "x", "", "+1", p.name() * 2))]


def draw_slice(p, r):
    step = r.choice((None, 1, 2, 3, -1, -2, 7, 0))
    return ["slice", p.name(), p.name(), p.bound(), p.bound(), step]


def draw_index(p, r):
    element = r.choice((p.number(), p.value(), "x"))
    return ["index", p.name(), element, p.bound() or 0, p.bound()]


def draw_add(p, r):
    return ["add", p.name(), r.choice((p.number(), p.value())), r.choice((0, 0, 2, 3))]


def draw_fromone(p, r):
    return ["fromone", p.name(), r.choice((p.value(), p.number())), r.choice((0, 1, 2, 4))]


def draw_operator(p, r):
    return ["operator", p.name(), r.choice(BINARY_TEXTS), p.name(), p.name()]


def draw_plain(p, r):
    return ["plain", p.name(), r.choice(BINARY_TEXTS), p.elements(), r.random() < 0.5]


def draw_keeping(p, r):
    return ["method", p.name(), r.choice(KEEPING), r.choice((p.name(), p.maybe_elements()))]


STATEMENTS = (
    lambda p, r: p.new(p.name()),
    draw_fromone,
    lambda p, r: ["copy", p.name(), p.name(), r.choice(COPYING)],
    draw_add,
    draw_add,
    draw_burst,
    draw_burst,
    draw_add_range,
    draw_remove,
    lambda p, r: ["clear", p.name()],
    draw_padding,
    lambda p, r: ["autostep", p.name(), p.autostep()],
    lambda p, r: ["method", p.name(), r.choice(ADDING), r.choice((p.name(), p.elements()))],
    draw_keeping,
    lambda p, r: ["strict", p.name(), p.name()],
    lambda p, r: ["updaten", p.name(), [p.pattern() for _ in range(r.randint(0, 3))]],
    draw_operator,
    draw_operator,
    draw_plain,
    lambda p, r: ["compare", p.name(), r.choice(COMPARING), r.choice((p.name(), p.elements()))],
    lambda p, r: ["wrong", p.name(), r.choice((*BINARY_TEXTS, "<=", "<", "issubset"))],
    draw_read,
    draw_contains,
    lambda p, r: ["item", p.name(), r.choice((p.bound() or 0, r.randrange(40) - 10))],
    draw_slice,
    lambda p, r: ["split", p.name(), r.choice((1, 2, 3, 5, 50))],
    draw_index,
)


# -- running programs


class Interpreter:
    """Runs programs on the RangeSet of this process.

    check: compare each set with a plain set that went through the same.
    """

    def __init__(self, check):
        from ClusterShell import RangeSet as module

        self.cls = module.RangeSet
        self.check = check

    def run(self, program):
        self.sets = {name: self.cls() for name in NAMES}
        self.mirror = {name: set() for name in NAMES}
        seen = []
        for statement in program:
            try:
                result = getattr(self, "do_" + statement[0].replace("-", "_"))(*statement[1:])
            except Exception as exc:
                result = self.error(exc)
            seen.append(result)
            if self.check and statement[0] != "burst":
                self.compare()
        return seen

    @staticmethod
    def error(exc):
        name = type(exc).__name__
        if name in ("RangeSetParseError", "RangeSetPaddingError"):
            return [name, exc.part, str(exc)]
        return [name, str(exc) if name in ("KeyError", "IndexError") else ""]

    def compare(self):
        """Compare all sets with their mirrors; the text must read back as the set."""
        for name in NAMES:
            ours, plain = self.sets[name], self.mirror[name]
            listed = list(ours)
            assert listed == sorted(plain, key=sort_key), (name, listed, plain)
            assert len(ours) == len(plain)
            if listed:
                assert list(self.cls(str(ours))) == listed, (name, str(ours))

    def put(self, name, made):
        self.sets[name] = made
        self.mirror[name] = set(made)
        return self.show(name)

    def show(self, name):
        made = self.sets[name]
        return [type(made).__name__, str(made), len(made), made.autostep]

    def value(self, made):
        if isinstance(made, (set, frozenset)) and not isinstance(made, self.cls):
            return [type(made).__name__, sorted(made)]
        if isinstance(made, self.cls):
            return ["RangeSet", str(made), list(made), made.autostep, made.padding]
        return made

    def operand(self, operand):
        return self.sets[operand] if isinstance(operand, str) else operand

    # -- one method per kind of statement

    def do_new(self, name, pattern, autostep):
        return self.put(name, self.cls(pattern, autostep=autostep))

    def do_fromlist(self, name, patterns, autostep):
        return self.put(name, self.cls.fromlist(patterns, autostep=autostep))

    def do_fromone(self, name, index, pad):
        return self.put(name, self.cls.fromone(index, pad))

    def do_copy(self, name, other, how):
        old = self.sets[other]
        if how == "copy":
            made = old.copy()
        elif how == "copy.copy":
            made = copy.copy(old)
        elif how == "deepcopy":
            made = copy.deepcopy(old)
        elif how == "pickle":
            made = pickle.loads(pickle.dumps(old, 2))
        elif old:
            made = self.cls(old, autostep=3)
        else:
            # The release reads the text of an empty set, which is no pattern.
            made = self.cls(None, autostep=3)
        self.put(name, made)
        if how in ("deepcopy", "pickle"):
            return self.show(name)[:3]
        return self.show(name)

    def do_add(self, name, element, pad):
        self.sets[name].add(element, pad)
        text = element if isinstance(element, str) else str(element).zfill(pad)
        self.mirror[name].add(text)
        return self.show(name)

    def do_burst(self, name, added, asked):
        """Add elements one by one, asking for nothing but elements before the next statement."""
        for text in added:
            self.sets[name].add(text)
            self.mirror[name].add(text)
        found = [text in self.sets[name] for text in asked]
        if self.check:
            assert found == [text in self.mirror[name] for text in asked]
        return found

    def do_add_range(self, name, start, stop, step, pad):
        self.sets[name].add_range(start, stop, step, pad)
        self.mirror[name].update(str(n).zfill(pad) for n in range(start, stop, step))
        return self.show(name)

    def do_remove(self, name, element, pad):
        self.sets[name].remove(element, pad)
        self.mirror[name].remove(element if isinstance(element, str) else str(element).zfill(pad))
        return self.show(name)

    def do_discard(self, name, element, pad):
        self.sets[name].discard(element, pad)
        self.mirror[name].discard(element if isinstance(element, str) else str(element).zfill(pad))
        return self.show(name)

    def do_clear(self, name):
        self.sets[name].clear()
        self.mirror[name].clear()
        return self.show(name)

    def do_padding(self, name, padding):
        self.sets[name].padding = padding
        width = padding or 1
        self.mirror[name] = {str(int(text)).zfill(width) for text in self.mirror[name]}
        return self.show(name)

    def do_autostep(self, name, autostep):
        self.sets[name].autostep = autostep
        return self.show(name)

    def do_method(self, name, method, operand):
        other = self.operand(operand)
        plain = self.mirror[operand] if isinstance(operand, str) else set(operand)
        result = getattr(self.sets[name], method)(other)
        in_place = {"union_update": "update"}.get(method, method)
        expected = getattr(self.mirror[name], in_place)(plain)
        if self.check and result is not None:
            assert set(result) == expected if expected not in (True, False) else result == expected
        return [self.value(result), self.show(name)]

    def do_strict(self, name, operand):
        try:
            self.sets[name].difference_update(self.sets[operand], strict=True)
        except KeyError as exc:
            # Which one of those missing is told, is not the same in two runs.
            assert exc.args[0] in self.mirror[operand] - self.mirror[name]
            return "KeyError"
        self.mirror[name] -= self.mirror[operand]
        return self.show(name)

    def do_updaten(self, name, patterns):
        self.sets[name].updaten(patterns)
        for pattern in patterns:
            self.mirror[name].update(self.cls(pattern))
        return self.show(name)

    def do_operator(self, target, operator, left, right):
        a, b = self.sets[left], self.sets[right]
        plain = set(self.mirror[left])
        plain = apply(plain, operator.rstrip("="), self.mirror[right])
        made = apply(a, operator, b)
        if operator.endswith("="):
            self.mirror[left] = plain
            return self.show(left)
        self.sets[target] = made
        self.mirror[target] = plain
        return self.show(target)

    def do_plain(self, name, operator, elements, on_left):
        if on_left:
            return self.value(apply(set(elements), operator, self.sets[name]))
        made = apply(self.sets[name], operator, set(elements))
        plain = apply(set(self.mirror[name]), operator.rstrip("="), set(elements))
        if operator.endswith("="):
            self.mirror[name] = plain
        elif self.check:
            assert set(made) == plain
        return [self.value(made), self.show(name)]

    def do_compare(self, name, how, operand):
        other = self.operand(operand)
        other = set(other) if isinstance(other, list) else other
        plain = self.mirror[operand] if isinstance(operand, str) else set(operand)
        result = compare(self.sets[name], how, other)
        if self.check:
            assert result == compare(self.mirror[name], how, plain)
        return result

    def do_wrong(self, name, operator):
        apply_or_compare = compare if operator[0] in "<i" else apply
        return self.value(apply_or_compare(self.sets[name], operator, ["1"]))

    def do_read(self, name, what):
        made = self.sets[name]
        return READERS[what](made)

    def do_contains(self, name, element):
        if element in (other * 2 for other in NAMES):
            return self.sets[element[0]] in self.sets[name]
        return element in self.sets[name]

    def do_item(self, name, index):
        return self.sets[name][index]

    def do_slice(self, target, name, start, stop, step):
        return self.put(target, self.sets[name][start:stop:step])

    def do_split(self, name, parts):
        return [self.value(part) for part in self.sets[name].split(parts)]

    def do_index(self, name, element, start, stop):
        return self.sets[name].index(element, start, stop)


def steps(made):
    return [(one.start, one.stop, one.step) for one in made.slices()]


READERS = {
    "str": str,
    "list": lambda made: [list(made), list(made.striter())],
    "len": lambda made: [len(made), bool(made)],
    "slices": steps,
    "contiguous": lambda made: [[str(one), list(one), one.autostep] for one in made.contiguous()],
    "intiter": lambda made: list(made.intiter()),
    "padding": lambda made: made.padding,
    "dim": lambda made: made.dim(),
    "all": lambda made: [repr(made), list(made), made.padding, made.autostep, steps(made)],
}


def sort_key(text):
    if text.startswith("-"):
        return (int(text), "")
    return (len(text), text)


def apply(a, operator, b):
    """Return the result of a set operator, in-place ones included."""
    if operator == "|=":
        a |= b
    elif operator == "&=":
        a &= b
    elif operator == "-=":
        a -= b
    elif operator == "^=":
        a ^= b
    else:
        return BINARY[operator](a, b)
    return a


BINARY = {
    "|": lambda a, b: a | b,
    "&": lambda a, b: a & b,
    "-": lambda a, b: a - b,
    "^": lambda a, b: a ^ b,
}

COMPARISONS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "issubset": lambda a, b: a.issubset(b),
    "issuperset": lambda a, b: a.issuperset(b),
}


def compare(a, how, b):
    return COMPARISONS[how](a, b)


# -- processes


def serve(check):
    """Run the programs of standard input, one a line, until it ends."""
    interpreter = Interpreter(check)
    for line in sys.stdin:
        try:
            result = interpreter.run(json.loads(line))
        except AssertionError as exc:
            result = ["not as plain sets", str(exc)]
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


class Subject:
    """A process that runs programs."""

    def __init__(self, python, pure=None):
        env = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
        args = [python, os.path.abspath(__file__), "--serve"]
        if pure is not None:
            package = Path(__file__).resolve().parents[3] / "clustershell"
            env["PYTHONPATH"] = str(package)
            env["CLUSTERSHELL_PURE_PYTHON"] = str(int(pure))
            args.append("--check")
        self.process = subprocess.Popen(
            args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, encoding="utf-8"
        )

    def send(self, programs):
        """Have programs run; no more at a time than a pipe holds."""
        self.process.stdin.write("".join(json.dumps(program) + "\n" for program in programs))
        self.process.stdin.flush()

    def receive(self, programs):
        """Return what each of the programs sent last read, as text."""
        return [self.process.stdout.readline() for _ in programs]

    def run(self, program):
        self.send([program])
        return self.receive([program])[0]

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def shrunk(program, subjects):
    """Return the program without the statements that do not matter, and what is read."""

    def differs(candidate):
        return len({subject.run(candidate) for subject in subjects}) > 1

    at = 0
    while at < len(program):
        shorter = program[:at] + program[at + 1 :]
        if shorter and differs(shorter):
            program = shorter
        else:
            at += 1
    return program, [json.loads(subject.run(program)) for subject in subjects]


def run(count, seed, peer, report=print):
    """Run *count* programs on all subjects; return how many differ."""
    subjects = [Subject(sys.executable, pure=False), Subject(sys.executable, pure=True)]
    if peer:
        subjects.append(Subject(peer))
    rng = random.Random(seed)
    differences = 0
    batch = 40
    try:
        for done in range(0, count, batch):
            programs = [Program(rng).statements for _ in range(min(batch, count - done))]
            for subject in subjects:
                subject.send(programs)
            results = [subject.receive(programs) for subject in subjects]
            for program, *read in zip(programs, *results):
                broken = "not as plain sets" in read[0] or "not as plain sets" in read[1]
                if len(set(read)) > 1 or broken:
                    differences += 1
                    if differences <= 20:
                        program, read = shrunk(program, subjects)
                        report(json.dumps(program, ensure_ascii=False))
                        for one in read:
                            report("    " + json.dumps(one, ensure_ascii=False))
    finally:
        for subject in subjects:
            subject.close()
    return differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer", default=os.environ.get("CLUSTERSHELL_PEER_PYTHON"))
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(args.check)
        return
    start = time.time()
    differences = run(args.count, args.seed, args.peer)
    seconds = time.time() - start
    print(f"{args.count} programs, seed {args.seed}: {differences} differ, {seconds:.0f} s")
    sys.exit(bool(differences))


if __name__ == "__main__":
    main()
