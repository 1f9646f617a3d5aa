"""Compare nodeset, cluset and clubak with the released package on pairs of their options.

    python -m tests.fuzz.tools.pairs --peer PYTHON [--part 1/50]

runs every option with every value of interest beside every other, here and in
the environment of PYTHON (ClusterShell 1.10.1), and prints counts: equal, the
same but for a reason that is given, and the command lines that differ without.
``--part`` takes a share of the pairs, another with each ``--seed``.
"""

import contextlib
import io
import os
import random
import sys

from tests import ROOT
from tests.fuzz.served import Side, serve
from tests.fuzz.tools.differences import reason, run_command

NODESET = {
    "": [
        "-c",
        "-e",
        "-f",
        "-r",
        "-l",
        "-ll",
        "-lll",
        "-L",
        "-LL",
        "--list-sources",
        "--groupsources",
    ],
    " ": [
        "--completion",
        "-a",
        "-q",
        "-R",
        "-G",
        "--contiguous",
        "--version",
        "--fo",
        "--in",
        "-z",
    ],
    "-s": ["cabs", "nosuch", "", "-f", "nolist"],
    "--groupsconf": ["/nonexistent", ""],
    "--index": ["n2", "x", "", "n[1-2]", "@io", "3"],
    "-x": ["n2", "", "n[", "-", "2"],
    "-i": ["n[1-3]", "", "@nosuch", "2"],
    "-X": ["n[4-7]", "@cabs:*", "4"],
    "--autostep": ["3", "0", "-1", "2", "x", "auto", "50%", "x%", "1.5", ""],
    "-S": [",", "\\n", "", "\\", "'"],
    "-O": ["%s-ib", "<%s>", "%d", "%", "", "%s%s", "%%"],
    "-I": ["0", "1-2", "x", "", "99", "0-9/2", "-1"],
    "--split": ["2", "0", "-1", "x", "", "010", "1000"],
    "--axis": ["1", "2", "-1", "x", "", "0", "1-2", "99"],
    "--pick": ["0", "-1", "x", "", "999"],
}
CLUBAK = {
    "": [
        "-b",
        "-c",
        "-B",
        "-L",
        "-N",
        "-G",
        "-r",
        "-q",
        "-v",
        "-d",
        "-F",
        "-T",
        "--diff",
        "--dshbak",
    ],
    " ": ["--regroup", "--fast", "--tree", "--version", "--int", "--co", "-z", "extra"],
    "-s": ["cabs", "nosuch", "", "-b"],
    "-S": [":", "", "->", " ", "x", "::"],
    "--axis": ["1", "2", "-1", "x", "", "0", "7"],
    "--interpret-keys": ["never", "always", "auto", "", "x"],
    "--color": ["never", "always", "auto", "", "x"],
    "--groupsconf": ["/nonexistent", ""],
}
OPERANDS = ["n[1-5]", "x[1-3]y[1-2] n9", "cn4 @io", "1-5", "", "n[", "n1 -x n1", "n[1-9] -i @io -f"]
WORDS = ["", "n[1-5] n9\nx1y1 # n8\n", "1-5 7\n", "n[\n"]
LINES = [
    "n1: a\nn2: a\nn3: b\nn[4-5]: b\n",
    "x1y1: a\nx1y2: b\n@io: c\nn1:\n",
    "host one: a\nn1: b\n[odd: c\n",
    "no label\n",
    "n1->a: b\nn2 -> c\n",
    "",
]


def options(table):
    """Return every option of a table with each of its values, as lists of words."""
    found = []
    for name, values in table.items():
        for value in values:
            found.append([name, value] if name.strip() else [value])
    return found


def cases():
    """Return all cases: command, arguments, standard input."""
    found = []
    nodeset = options(NODESET)
    for number, (one, other) in enumerate((a, b) for a in nodeset for b in nodeset):
        rng = random.Random(number)
        base = rng.choice([[], ["-f"], ["-e"]])
        args = [*base, *one, *other, *rng.choice(OPERANDS).split()]
        found.append({"command": "Nodeset", "args": args, "stdin": rng.choice(WORDS)})
    clubak = options(CLUBAK)
    for number, (one, other) in enumerate((a, b) for a in clubak for b in clubak):
        text = random.Random(number).choice(LINES)
        found.append({"command": "Clubak", "args": [*one, *other], "stdin": text})
    return found


def run(case):
    """Run one case in this process; return exit code, output and errors."""
    import logging
    from importlib import import_module

    from ClusterShell import NodeSet
    from ClusterShell.Defaults import DEFAULTS

    module = import_module("ClusterShell.CLI." + case["command"])
    NodeSet.set_std_group_resolver_config(case["conf"], NodeSet.ILLEGAL_GROUP_CHARS)
    DEFAULTS.fold_axis = ()
    logging.root.handlers.clear()
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    sys.argv = [case["command"].lower(), *case["args"]]
    sys.stdin = io.TextIOWrapper(io.BytesIO(case["stdin"].encode()), "utf-8")
    code = None
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            module.main()
        except SystemExit as exc:
            code = exc.code
        except Exception as exc:  # a traceback, for the user
            code = 1
            err.write(f"Traceback: {type(exc).__name__}: {exc}\n")
    return [code, *(stream.buffer.getvalue().decode() for stream in (out, err))]


def start(python, path=None):
    """Return a process that answers cases with one of the packages."""
    kept = {name: os.environ.get(name, "") for name in ("PATH", "CLUSTERSHELL_PURE_PYTHON")}
    return Side(python, "tests.fuzz.tools.pairs", path, HOME="/none", **kept)


def by_key(text):
    """Return the words of a text and of the lists in it, sorted."""
    return sorted(text.replace(",", " ").split())


def _neighbours(words):
    """Return the pairs of words that stand side by side."""
    return [words[n : n + 2] for n in range(len(words))]


REASONS = {
    "a quote is a separator like any other": lambda case, ours, peer: (
        "'" in case["args"] and "invalid separator" in peer[2]
    ),
    "the nodes of a group are asked of its own source": lambda case, ours, peer: (
        "-G" in case["args"] and case["args"].count("-LL") > 0
    ),
    "the order of keys that are no nodes is free": lambda case, ours, peer: (
        ("never" in case["args"] or ["--interpret-keys", ""] in _neighbours(case["args"]))
        and [ours[0], *map(by_key, ours[1:])] == [peer[0], *map(by_key, peer[1:])]
    ),
    "lines of labels without nodes are kept": lambda case, ours, peer: (
        case["command"] == "Clubak" and len(ours[1]) > len(peer[1]) and "@" in case["stdin"]
    ),
    "messages are compared line by line with -F, too": lambda case, ours, peer: (
        case["command"] == "Clubak" and {"--diff"} < set(case["args"]) & {"--diff", "-F", "--fast"}
    ),
}


def compare(peer, part, seed, show):
    """Compare; return how many command lines there were, by what came of them."""
    conf = ROOT / "tests" / "recorded" / "nodeset" / "etc" / "cluster" / "groups.conf"
    sides = [start(sys.executable, ROOT / "clustershell"), start(peer)]
    chosen = cases()
    if part != 1:
        chosen = random.Random(seed).sample(chosen, int(len(chosen) * part))
    counts = {}
    for case in chosen:
        case["conf"] = str(conf)
        ours, peers = (side.ask(case) for side in sides)
        why = reason(case, ours, peers, REASONS)
        if why is None:
            show(f"{case['command']} {case['args']} < {case['stdin']!r}\n  {ours}\n  {peers}")
            why = "unexplained"
        counts[why or "equal"] = counts.get(why or "equal", 0) + 1
    for side in sides:
        side.close()
    return counts


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        serve(run)
    else:
        run_command(compare, __doc__)
