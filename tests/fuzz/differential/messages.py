"""Compare message trees and clubak with the released package, case by case.

A case of trees is a list of calls on a MsgTree; all that can be read from it
is compared.  A case of clubak is a command line and an input; what it prints
and its exit code are compared.  Both are drawn at random, run here and in a
process of the release::

    python -m tests.fuzz.differential.messages --count 20000 --seed 1 --peer PYTHON

prints a summary and each case that differs, cut down to what still differs.
Where the two differ on purpose (doc/differences.md), cases keep out of the way.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys

from tests import ROOT
from tests.fixtures.forked import finish, run_forked

LINES = ["a", "b", "", "ab", "a b", " a", "\u00e9", "x" * 80, "\0", "a\tb"]
KEYS = ["n1", "n2", "n3", "n10", "m", "n1x2", "n2x2"]
LABELS = ["n1", "n2", "n10", "n[1-3]", "n[2,4]", "x1y[1-2]", "x2y1", " n7 ", "m", "n01", "n1,m"]
ODD_LABELS = ["n[1", "a b", "n[2-1]", "n1/2-"]
SEPARATORS = [":", ": ", "->", "="]
OPTIONS = [
    "-b", "-B", "-c", "-L", "-N", "-q", "-v", "-d", "-T", "-F", "-G", "--diff", "--axis=1",
    "--axis=2", "--color=always", "--color=never", "--interpret-keys=never",
    "--interpret-keys=always", "--dshbak",
]  # fmt: skip


def draw_tree(rng):
    """Return a random case of trees: [mode, calls]."""
    lines = rng.sample(LINES, rng.randrange(1, 5))
    keys = rng.sample(KEYS, rng.randrange(1, len(KEYS)))
    calls = []
    for _ in range(rng.randrange(60)):
        kind = rng.random()
        if kind < 0.9:
            calls.append(["add", rng.choice(keys), rng.choice(lines)])
        elif kind < 0.95:
            calls.append(["remove", rng.choice(keys)])
        else:
            calls.append([rng.choice(["walk", "clear", "depth"])])
    return [rng.randrange(3), calls]


def run_tree(case):
    """Run a case of trees; return what was read."""
    from ClusterShell.MsgTree import MsgTree

    mode, calls = case
    tree = MsgTree(mode)
    seen = []
    for name, *args in calls:
        if name == "add":
            tree.add(args[0], args[1].encode())
        elif name == "remove":
            tree.remove(lambda key, gone=args[0]: key == gone)
        elif name == "walk":
            list(tree.walk())
        elif name == "clear":
            tree.clear()
        else:
            seen.append(tree._depth())

    def text(elem):
        return elem.message().decode("latin-1")

    for match in (None, lambda key: key < "n2"):
        seen.append([[text(elem), sorted(keys)] for elem, keys in tree.walk(match)])
        seen.append([text(elem) for elem in tree.messages(match)])
        seen.append([[key, text(elem)] for key, elem in tree.items(match, str.upper)])
        if mode == 2:
            seen.append(
                [
                    [line.decode("latin-1"), sorted(keys), depth, below]
                    for line, keys, depth, below in tree.walk_trace(match)
                ]
            )
    seen.append([len(tree), list(tree), list(tree.keys()), tree._depth(), tree.mode])
    for key in KEYS:
        elem = tree.get(key)
        seen.append(elem is not None and [len(elem), [line.decode("latin-1") for line in elem]])
    return seen


def draw_clubak(rng):
    """Return a random case of clubak: [arguments, input]."""
    args = rng.sample(OPTIONS, rng.choice((0, 1, 1, 2, 2, 3, 4)))
    if "--diff" in args:
        # Compared as one line with -F; refused with -L, before or after reading.
        args = [arg for arg in args if arg not in ("-F", "-L")]
    separator = rng.choice(SEPARATORS)
    if separator != ":" or rng.random() < 0.1:
        args += ["-S", separator]
    labels = rng.sample(LABELS, rng.randrange(1, 6))
    if rng.random() < 0.15:
        labels.append(rng.choice(ODD_LABELS))
    lines = rng.sample(LINES, rng.randrange(1, 4))
    text = ""
    for _ in range(rng.randrange(25)):
        text += rng.choice(labels) + separator + rng.choice(lines)
        text += "\r\n" if rng.random() < 0.05 else "\n"
    if rng.random() < 0.05:
        text += rng.choice(["no label\n", "\n", separator + "x\n", "n1", "n1" + separator])
    return [args, text]


def run_clubak(case):
    """Run clubak in a child process; return what it printed, and its exit code."""
    from ClusterShell.CLI import Clubak  # noqa: F401  (once for all children)

    args, text = case
    code, *texts = run_forked(lambda: child(args), text)
    if "Traceback" in texts[1]:
        texts[1] = texts[1].splitlines()[-1]
    return [unordered(texts[0]), texts[1], code]


def child(args):
    """Run clubak as the process would; never returns."""
    from ClusterShell.CLI.Clubak import main

    sys.argv = ["clubak", *args]
    finish(main)


def unordered(text):
    """Return *text* with comma-separated labels sorted: their order has no meaning."""
    lines = []
    for line in re.sub(r"\x1b\[\d*m", "", text).split("\n"):
        mark, names, rest = re.fullmatch(r"([-+]{3} |)(.*?)( \(\d+\)|: ?.*|)", line, re.S).groups()
        names = ",".join(sorted(re.split(r",(?![^\[]*\])", names)))
        lines.append(mark + names + rest)
    return "\n".join(lines)


KINDS = {"tree": (draw_tree, run_tree), "clubak": (draw_clubak, run_clubak)}


def serve():
    """Answer cases, one a line, on standard input and output."""
    answers = os.fdopen(os.dup(1), "w")
    import ClusterShell.CLI.Clubak
    import ClusterShell.NodeSet  # noqa: F401 (before the first fork)

    for line in sys.stdin:
        kind, case = json.loads(line)
        try:
            answer = KINDS[kind][1](case)
        except Exception as exc:  # part of what is compared
            answer = type(exc).__name__
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


#: What the released package says of a line without separator, before it quotes the line.
UNPACKED = "clubak: not enough values to unpack (expected 2, got 1): "


def released(args, text):
    """Return *text* of ours as the released package has it: ours says what is missing."""
    pairs = zip(args, [*args[1:], ""])
    given = [arg[2:] or following for arg, following in pairs if arg.startswith("-S")]
    separator = given[-1] if given else ":"
    return text.replace(f'clubak: no separator "{separator}" (see -S) in this line: ', UNPACKED)


class Side:
    """A process that runs cases."""

    def __init__(self, python, ours):
        self.ours = ours
        environment = dict(os.environ)
        if not ours:
            environment.pop("PYTHONPATH", None)
        # One seed: the order of sets must not change from case to case.
        self.process = subprocess.Popen(
            [python, "-m", "tests.fuzz.differential.messages", "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**environment, "PYTHONHASHSEED": "0"},
        )

    def run(self, kind, case):
        self.process.stdin.write(json.dumps([kind, case]) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if kind == "clubak" and self.ours and isinstance(answer[1], str):
            answer[1] = released(case[0], answer[1])
        return answer


def smaller(kind, case):
    """Yield cases that lack a part of *case*."""
    first, second = case
    if kind == "tree":
        for i in range(len(second)):
            yield [first, second[:i] + second[i + 1 :]]
        return
    for i in range(len(first)):
        if not first[i].startswith("-S") and (i == 0 or first[i - 1] != "-S"):
            yield [first[:i] + first[i + 1 :], second]
    lines = second.splitlines(keepends=True)
    for i in range(len(lines)):
        yield [first, "".join(lines[:i] + lines[i + 1 :])]


def shrink(ours, theirs, kind, case):
    """Return the smallest case found that still differs."""
    while True:
        for candidate in smaller(kind, case):
            if ours.run(kind, candidate) != theirs.run(kind, candidate):
                case = candidate
                break
        else:
            return case


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=1000, help="number of cases of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer", help="interpreter that has the released package")
    parser.add_argument("--kind", choices=sorted(KINDS), help="only these cases")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return 0
    ours, theirs = Side(sys.executable, True), Side(options.peer, False)
    found = 0
    for kind in [options.kind] if options.kind else sorted(KINDS):
        differ = 0
        for number in range(options.count):
            case = KINDS[kind][0](random.Random(f"{kind} {options.seed} {number}"))
            if ours.run(kind, case) != theirs.run(kind, case):
                differ += 1
                if differ <= 20:
                    case = shrink(ours, theirs, kind, case)
                    print(f"{kind} {number}: {json.dumps(case)}")
                    print(f"  ours:   {json.dumps(ours.run(kind, case))}")
                    print(f"  theirs: {json.dumps(theirs.run(kind, case))}")
        print(f"{kind}: {options.count} cases, {differ} differ")
        found += differ
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
