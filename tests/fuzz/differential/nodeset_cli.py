"""Compare nodeset with the released package on random command lines.

    python -m tests.fuzz.differential.nodeset_cli --count 20000 --seed 1 --peer PYTHON

runs each command line here and in the environment of PYTHON (ClusterShell
1.10.1), with the configurations of tests/recorded/nodeset, and prints a
summary and every command line whose output, errors or exit code differ, cut
down to the words that make the difference.  Words that differ on purpose
(doc/differences.md) are not drawn.
"""

import argparse
import contextlib
import io
import json
import os
import random
import re
import sys

from tests import ROOT
from tests.fuzz.served import Side, serve

CONFIGS = ROOT / "tests" / "recorded" / "nodeset" / "etc"

COMMANDS = ["-c", "-e", "-f", "-f", "-f", "-r", "-l", "-ll", "-lll", "-L", "-LL", "-LLL"]
COMMANDS += ["--list-sources", "--completion", "--index=n2", "--index=cn4"]
OPTIONS = [
    "-R", "-G", "-q", "-a", "--contiguous", "--split=2", "--split=3", "--split=7", "-I0", "-I1-2",
    "-I0-9/2", "-I3,1", "--axis=1", "--axis=2", "--axis=-1", "--axis=1-2", "--autostep=2",
    "--autostep=3", "--autostep=4", "--autostep=auto", "--autostep=50%", "--autostep=30%", "-S,",
    "-S\\n", "-S|", "-O<%s>", "-O%s.x", "-s cabs", "-s svc", "-s cpu", "-s local", "-s nolist",
    "-s dump", "-x n2", "-i n[1-9]", "-X n[2-5]", "-x cn4", "-i cn[0-9]", "-x @io", "-X @oss",
]  # fmt: skip
NODES = [
    "n1", "n2", "n3", "n[1-5]", "n[2-10/2]", "n[1-3,7,9]", "n01", "n[001-010]", "m", "m3x", "n5x2",
    "x[1-3]y[1-3]", "x2y[2-4]", "x1y1", "x[1,3,5]y[2,4,6]z1", "cn4", "cn[0-9]", "cn[30-40]", "@io",
    "@oss", "@adm", "@cabs:cab1", "@cabs:cab[2-3]", "@svc:gpu", "@dump:one", "@cpu:old", "@*",
    "@cabs:*", "@@cabs", "cn*", "cn?", "*[4-5]", "cn[1-2]?", "n1,n2", "n[1-9]!n3", "n[1-9]&n[5-20]",
    "n[1-9]^n[5-20]", "n1!n1", "@io!cn5", "@all&@cabs:new", "a b", "n[", "n]", "n[1-", "n[3-1]",
    "n,,m", "!n", "n!", "", " ", "[1-3]", "1", "[01-03]x", "@nosuch:x", "@nosuch", "@", "a.b1.c",
    "fe80::1", "10.0.0.[1-9]", "a%b", "%s1", "n[1-2]%",
]  # fmt: skip
NUMBERS = [
    "1",
    "2-5",
    "1-9/2",
    "3,7",
    "001-003",
    "10",
    "0",
    "1-",
    "x",
    "5-3",
    "1-3/0",
    "",
    "-",
    "7-8",
]
OPERATORS = ["-x", "-i", "-X", "--exclude", "--intersection", "--xor"]


def draw(rng):
    """Return a random case: configuration, arguments, standard input."""
    args = []
    for option in rng.sample(OPTIONS, rng.choice((0, 0, 1, 1, 2, 3))):
        args += option.split(" ") if option.startswith(("-s ", "-x ", "-i ", "-X ")) else [option]
    args.insert(0, rng.choice(COMMANDS))
    if rng.random() < 0.03:
        args.append(rng.choice(COMMANDS))
    words = NUMBERS if "-R" in args and rng.random() < 0.9 else NODES
    operands = []
    for _ in range(rng.choice((0, 1, 1, 2, 3, 5))):
        if operands and rng.random() < 0.3:
            operands.append(rng.choice(OPERATORS))
        operands.append("-" if rng.random() < 0.06 else rng.choice(words))
    lines = []
    for _ in range(rng.choice((0, 1, 2, 4))):
        line = " ".join(rng.choice(words) for _ in range(rng.randrange(4)))
        lines.append(line + rng.choice(("", "", " ", " # n9", "#")) + "\n")
    return [rng.choice(("cluster", "cluster", "manual")), args + operands, "".join(lines)]


def prepare(case):
    """Set the groups of a case; return what has to be called."""
    from ClusterShell import NodeSet
    from ClusterShell.CLI import Nodeset

    conf = str(CONFIGS / case[0] / "groups.conf")
    NodeSet.set_std_group_resolver_config(conf, NodeSet.ILLEGAL_GROUP_CHARS)
    return Nodeset.main


def run(case):
    """Run one case in this process; return exit code, output and errors."""
    main = prepare(case)
    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["nodeset", *case[1]]
    before, sys.stdin = sys.stdin, io.StringIO(case[2])
    code = None
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as exc:
            code = exc.code
        except Exception as exc:  # a traceback, for the user
            code = 1
            err.write(f"Traceback: {type(exc).__name__}\n")
        finally:
            sys.stdin = before
    return [code, out.getvalue(), err.getvalue()]


def start(python, path=None):
    """Return a process that answers cases with one of the packages."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return Side(
        python, "tests.fuzz.differential.nodeset_cli", path, **{**env, "PYTHONHASHSEED": "0"}
    )


def deliberate(case, peers, ours):
    """Return why answers may differ, None if they may not."""
    args = case[1]
    if "Traceback" in peers[2] and "Traceback" not in ours[2]:
        return "the released package ends with a traceback"
    if "for group source None" in peers[2]:
        return "the source is named"
    if "-G" in args and ("-LL" in args or "-LLL" in args):
        return "the nodes of a group are asked of its own source"
    return None


#: What ours says more on standard error: see doc/differences.md.
SAID_MORE = re.compile(
    r'^WARNING: group source ".*" has no group ".*"\n| \(group source "[^"\n]+"\)$', re.MULTILINE
)


def differ(case, sides):
    ours, peers = (side.ask(case) for side in sides)
    less = [*ours[:2], SAID_MORE.sub("", ours[2])]
    return None if peers in (ours, less) or deliberate(case, peers, ours) else (ours, peers)


def shrink(case, sides):
    """Return the case without the words that make no difference."""
    found = True
    while found:
        found = False
        config, args, text = case
        smaller = [[config, args[:i] + args[i + 1 :], text] for i in range(len(args))]
        lines = text.splitlines(keepends=True)
        smaller += [[config, args, "".join(lines[:i] + lines[i + 1 :])] for i in range(len(lines))]
        for candidate in smaller:
            if differ(candidate, sides):
                case, found = candidate, True
                break
    return case


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer", default=os.environ.get("CLUSTERSHELL_PEER_PYTHON"))
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(run)
        return
    if not options.peer:
        parser.error("--peer PYTHON is needed")
    sides = [start(sys.executable, ROOT / "clustershell"), start(options.peer)]
    rng = random.Random(options.seed)
    seen = {}
    for _ in range(options.count):
        case = draw(rng)
        if differ(case, sides):
            case = shrink(case, sides)
            if json.dumps(case) not in seen:
                seen[json.dumps(case)] = differ(case, sides)
                ours, peers = seen[json.dumps(case)]
                print(f"{case}\n    ours  {ours}\n    peer  {peers}")
    print(f"{options.count} command lines, {len(seen)} kinds of difference")
    sys.exit(bool(seen))


if __name__ == "__main__":
    main()
