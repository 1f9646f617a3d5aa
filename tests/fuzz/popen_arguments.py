"""Every argument of ``fastsubprocess.Popen`` with values of every kind, right or wrong.

What comes of each is compared with the released package::

    python -m tests.fuzz.popen_arguments --peer PYTHON
"""

import argparse
import io
import os
import re
import select
import sys
from collections import Counter

from ClusterShell.Worker import fastsubprocess
from tests import ROOT
from tests.fuzz.served import Side, serve

COMMAND = "echo out; echo err >&2; exit 4"
BASES = {
    "words": {"args": ["sh", "-c", COMMAND], "stdout": -1, "stderr": -1},
    "shell": {"args": COMMAND, "shell": True, "stdout": -1, "stderr": -1},
    "plain": {"args": ["true"]},
}
ARGUMENTS = [
    "args", "bufsize", "executable", "stdin", "stdout", "stderr", "preexec_fn", "shell", "cwd",
    "env", "universal_newlines",
]  # fmt: skip


class Text(str):
    """Text of a class of its own."""


class Index:
    def __index__(self):
        return 1


class File:
    def __init__(self, number):
        self.number = number

    def fileno(self):
        return self.number


class Name:
    def __init__(self, name):
        self.name = name

    def __fspath__(self):
        return self.name


class Words:
    def __iter__(self):
        return iter(["echo", "words"])


class Mapping:
    def keys(self):
        raise KeyError("keys")


def fails():
    raise RuntimeError("fails")


def ends():
    raise SystemExit(3)


# A descriptor of a folder, and one of a file, have the same numbers on both sides.
FOLDER, FILE = 200, 201

VALUES = [
    None, True, False, 0, 1, 2, 3, -1, -2, -3, FOLDER, FILE, 2**31, 2**70, -(2**70), 2.5,
    float("nan"), 1j, ..., "", "x", "/", "/nonexistent", "/bin/sh", "true", "echo a", Text("/"),
    "a\0b", "a\udcff", "a\ud800", b"", b"/", b"/bin/sh", b"echo a", bytearray(b"/"),
    memoryview(b"/"), [], ["x"], [5], [None], [[]], [""], ["nope"], ["a\0"], ["echo", "a"],
    [b"echo", b"b"], [b"echo", 5], (), ("echo", "b"), {}, {"A": "1"}, {"A": 5}, {5: "A"},
    {b"A": b"1"}, {"A=": "1"}, {"A\0": "1"}, {"": "1"}, {b"": b"1"}, {"PATH": "/bin"},
    {"PATH": 5}, {"PATH": "a\0"}, {None: None}, {"x"}, frozenset("x"), range(2), object(), Index(),
    File(FILE), File("x"), File(None), File(-1), Name("/"), Name(b"/"), Name(5), Words(),
    Mapping(), int, fails, ends, len, os.environ, io.StringIO("x"), io.BytesIO(b"x"),
]  # fmt: skip


def cases():
    """Return all cases: a way to call, an argument, and the number of its value."""
    return [
        [base, argument, number]
        for base in BASES
        for argument in ARGUMENTS
        for number in range(len(VALUES))
    ]


def _all_of(fd):
    """Return what comes from *fd*, which does not block."""
    found = b""
    while fd is not None:
        if not select.select([fd], [], [], 10)[0]:
            return "no end"
        data = os.read(fd, 65536)
        found += data
        if not data:
            os.close(fd)
            return found.decode("latin-1")
    return None


def run(case):
    """Return what comes of a case."""
    base, argument, number = case
    value = VALUES[number]
    before = os.listdir("/proc/self/fd")
    try:
        process = fastsubprocess.Popen(**{**BASES[base], argument: value})
    except Exception as exc:
        after = os.listdir("/proc/self/fd")
        return [
            "raises",
            type(exc).__name__,
            re.sub("0x[0-9a-f]+", "0x", str(exc)),
            len(after) - len(before),
        ]
    if process.stdin is not None:
        os.close(process.stdin)
    texts = [_all_of(process.stdout), _all_of(process.stderr)]
    return ["ran", process.wait(), *texts]


def explain(case, ours, peer):
    """Return why the answers may differ, "" if they do not, None if there is no reason."""
    if ours == peer:
        return ""
    argument, value = case[1], VALUES[case[2]]
    if ours[:3] == peer[:3] and ours[0] == "raises" and ours[3] == 0 < peer[3]:
        return "the released package leaves pipes open where a call fails"
    if argument in ("stdin", "stdout", "stderr") and value in (0, 1, 2) and peer[0] == "ran":
        # True is one of them.
        return "the released package closes a stream that is given for another one"
    return None


def compare(peer, part, show):
    """Compare every *part*-th case; return how many there were, by what came of them."""
    counts = Counter()
    sides = [
        Side(sys.executable, "tests.fuzz.popen_arguments", ROOT / "clustershell", **_life()),
        Side(peer, "tests.fuzz.popen_arguments"),
    ]
    try:
        for case in cases()[::part]:
            ours, peers = (side.ask(case) for side in sides)
            why = explain(case, ours, peers)
            if why is None:
                show(f"{case[:2]} {VALUES[case[2]]!r}\n  ours {ours}\n  peer {peers}")
            counts["unexplained" if why is None else why or "equal"] += 1
    finally:
        for side in sides:
            side.close()
    return counts


def _life():
    return {key: os.environ[key] for key in ("CLUSTERSHELL_PURE_PYTHON",) if key in os.environ}


def _prepare():
    """Have descriptors that cases are about, none of which cases and answers come by."""
    sys.stdin, sys.stdout = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    os.dup2(os.open("/", os.O_RDONLY), FOLDER)
    for number in (0, 1, FILE):
        os.dup2(os.open(os.devnull, os.O_RDWR), number)


def main():
    """Answer cases, or compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peer", default=os.environ.get("CLUSTERSHELL_PEER_PYTHON"))
    parser.add_argument("--serve", action="store_true", help="answer cases")
    options = parser.parse_args()
    if options.serve:
        _prepare()
        serve(run)
        return
    if not options.peer:
        parser.error("--peer PYTHON is needed")
    counts = compare(options.peer, 1, print)
    for why, count in counts.most_common():
        print(f"{count:6d}  {why}")
    sys.exit("unexplained" in counts)


if __name__ == "__main__":
    main()
