"""Many small programs on the library, each in a fork of one process that has imported it.

A program is a function of a :class:`Recorder`.  What it sees is written down as lines of
JSON while it runs, so that one that hangs or dies still leaves what it has seen so far.
The same functions run under any interpreter that imports ClusterShell::

    traces = run_forked({"name": function, ...}, jobs=4)

:func:`compare` runs the programs of a module under two interpreters.
"""

import contextlib
import fcntl
import itertools
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
import zlib
from collections import Counter
from pathlib import Path

from tests import ROOT

#: How many times slower than written programs go: what is chance at one pace is none at another.
PACE = float(os.environ.get("TESTS_FUZZ_PACE", "1"))

#: A program that takes longer has hung.
LIMIT = 6.5 * PACE

_ADDRESS = re.compile(r"0x[0-9a-f]+")
_NUMBERED = re.compile(r"\b(fd=|pid |key |loopcnt=)\d+")


def paced(value):
    """Return a time in seconds at the pace of this process, anything else as it is."""
    return value * PACE if isinstance(value, float) and value > 0 else value


class Recorder:
    """The trace of one program, and the tools to write it."""

    def __init__(self, fd):
        self._fd = fd
        self.tmp = Path(tempfile.mkdtemp())
        self._names = {}

    def log(self, *event):
        """Add one event."""
        data = json.dumps(self.plain(list(event))).encode() + b"\n"
        os.write(self._fd, data)

    def known(self, thing, name):
        """Give an object the name it has in the trace; return it."""
        self._names[id(thing)] = (name, thing)
        return thing

    def attempt(self, what, function, *args, **kwargs):
        """Add what a call returns or raises; return its value."""
        try:
            value = function(*args, **kwargs)
            self.log(what, value)
        except Exception as exc:
            self.log(what, "raises", self.error(exc))
            return None
        return value

    def error(self, exc):
        """Return an exception as its class, and its text where that is not Python's own."""
        kind = type(exc)
        if kind.__module__ == "builtins" and not isinstance(exc, (AssertionError, OSError)):
            return kind.__name__
        return f"{kind.__name__}: {self.text(str(exc))}"

    def text(self, text):
        """Return *text* without what changes from run to run."""
        text = _ADDRESS.sub("0x", text.replace(str(self.tmp), "$TMP"))
        text = _NUMBERED.sub(r"\1N", text)
        return text if len(text) <= 400 else f"{text[:100]}... ({len(text)} characters)"

    def plain(self, value, depth=0):
        """Return *value* as JSON holds it."""
        if id(value) in self._names:
            return "<" + self._names[id(value)][0] + ">"
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, (bytes, bytearray)):
            return "b:" + self.text(bytes(value).decode("latin-1"))
        if isinstance(value, str):
            return self.text(value)
        if depth > 4:
            return type(value).__name__
        if isinstance(value, dict):
            return {self.text(str(k)): self.plain(v, depth + 1) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.plain(item, depth + 1) for item in value]
        if isinstance(value, (set, frozenset)):
            return sorted((self.plain(item, depth + 1) for item in value), key=repr)
        kind = type(value).__name__
        if kind == "MsgTreeElem":
            return ["message", self.plain(value.message())]
        if kind == "NodeSet":
            return f"nodes {value}"
        if hasattr(value, "__next__"):
            return ["iterator", *sorted((self.plain(v, depth + 1) for v in value), key=repr)]
        return kind


def _child(function, fd):
    """Run one program in this process, a fork, and end it."""
    code = 1
    try:
        os.setpgid(0, 0)
        recorder = Recorder(fd)
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)

        def showwarning(message, category, *_, **__):
            recorder.log("warning", category.__name__)

        warnings.simplefilter("always")
        warnings.showwarning = showwarning
        os.chdir(recorder.tmp)
        try:
            function(recorder)
        except BaseException as exc:
            recorder.log("program raises", recorder.error(exc))
        shutil.rmtree(recorder.tmp, ignore_errors=True)
        recorder.log("end")
        code = 0
    finally:
        os._exit(code)


class _Running:
    """One fork and what it has written so far."""

    def __init__(self, name, function):
        self.name = name
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETFL, 0)
        self.pid = os.fork()
        if not self.pid:
            os.close(reader)
            os.set_inheritable(writer, False)
            _child(function, writer)
        os.close(writer)
        self.fd = reader
        self.deadline = time.monotonic() + LIMIT
        self.data = b""

    def finish(self, hung=False):
        """End all its processes; return its trace."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
        events = [json.loads(line) for line in self.data.splitlines() if line.endswith(b"]")]
        if events and events[-1] == ["end"]:
            return events[:-1]
        return [*events, ["hangs" if hung else "dies"]]


def run_forked(programs, jobs=4):
    """Run *programs*, a dictionary of functions by name; return their traces by name."""
    waiting = list(programs.items())[::-1]
    running = {}
    traces = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            one = _Running(*waiting.pop())
            running[one.fd] = one
        ready, _, _ = select.select(list(running), [], [], 0.2)
        for fd in ready:
            data = os.read(fd, 65536)
            running[fd].data += data
            if not data or b'["end"]\n' in running[fd].data:
                one = running.pop(fd)
                traces[one.name] = one.finish()
        for fd, one in list(running.items()):
            if time.monotonic() > one.deadline:
                del running[fd]
                traces[one.name] = one.finish(hung=True)
    return traces


# -- two interpreters

#: How slow each look at a difference is.
PACES = (1, 2, 4, 4)

#: Programs that are compared at a time.
BATCH = 150


def traces_of(python, script, names, jobs, pace=1):
    """Start module *script* under *python* on the programs *names*, *pace* times slower.

    Return a function that waits for their traces and returns them.
    """
    process = subprocess.Popen(
        [python, "-m", script, "--run", "--jobs", str(jobs)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TESTS_FUZZ_PACE": str(pace), "PYTHONHASHSEED": "0"},
        cwd=ROOT,
    )
    process.stdin.write(json.dumps(names).encode())
    process.stdin.close()

    def collect():
        with process:  # waits, and closes the pipe
            data = process.stdout.read()
        if process.returncode:
            raise SystemExit(f"{python} {script}: exit code {process.returncode}")
        return json.loads(data)

    return collect


def compare(script, names, peer, explain, jobs=2, written=print, paces=PACES):
    """Compare the programs *names* of *script* here and under *peer*; return the counts.

    A difference is looked at again, slower, so that what a busy machine does is not taken
    for what the packages do: the two agree if they have one trace in common.  How often an
    event comes in a row is chance at any pace.

    :param explain: function of name, traces of the peer and ours that returns why they
        may differ, or None
    """
    seen = {name: ([], []) for name in names}
    open_names = list(names)
    counts = Counter()
    for pace in paces:
        collecting = [
            traces_of(python, script, open_names, jobs, pace) for python in (peer, sys.executable)
        ]
        for side, collect in enumerate(collecting):
            for name, trace in collect().items():
                seen[name][side].append([event for event, _ in itertools.groupby(trace)])
        hows = [agreement(*seen[name]) for name in open_names]
        counts.update(how for how in hows if how)
        open_names = [name for name, how in zip(open_names, hows) if not how]
        if pace == paces[0]:
            continue
        # At the first pace, a busy machine has had its say.
        reasons = {name: explain(name, *(side[1:] for side in seen[name])) for name in open_names}
        counts.update(f"explained: {reason}" for reason in reasons.values() if reason)
        open_names = [name for name in open_names if not reasons[name]]
        if not open_names:
            break
    for name in open_names:
        counts["unexplained"] += 1
        written(f"--- {name}")
        _show(*(side[-1] for side in seen[name]), written)
    return counts


def by_subject(trace):
    """Return the events of *trace* by the stream, the node, or else the worker, they are about.

    The end of a worker is an event of each of its nodes as well.
    """
    subjects = {}
    for event in trace:
        subject = "program"
        if event[0] in ("ev_read", "ev_written"):
            subject = json.dumps([event[0], *event[1:4]])
        elif event[0] in ("ev_pickup", "ev_hup"):
            subject = json.dumps(event[1:3])
        elif event[0].startswith("ev_"):
            subject = json.dumps(event[1])
            for other in subjects:
                if event[0] == "ev_close" and other.startswith(f"[{subject}, "):
                    subjects[other].append(event)
        subjects.setdefault(subject, []).append(event)
    return subjects


def agreement(theirs, ours):
    """Return how one of the traces *theirs* agrees with one of *ours*, None if none does."""
    if any(t in ours for t in theirs):
        return "same"
    if any(by_subject(t) == by_subject(o) for t in theirs for o in ours):
        return "same, but for which of several streams comes first"
    return None


def _show(theirs, ours, written):
    """Write what differs between two traces."""
    import difflib

    lines = [[json.dumps(event) for event in trace] for trace in (theirs, ours)]
    for line in list(difflib.unified_diff(*lines, "released", "ours", n=2, lineterm=""))[2:]:
        written("    " + line)


def some(names, share, number=1):
    """Return part *number* of *share* parts of *names*, each of all kinds and always the same."""
    return [name for name in names if zlib.crc32(name.encode()) % share == number - 1]


def main(script, programs, explain):
    """Be the command of *script*: run its programs, or compare them with the peer."""
    import argparse

    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__.partition("\n")[0])
    parser.add_argument(
        "--peer",
        default=os.environ.get("CLUSTERSHELL_PEER_PYTHON"),
        help="interpreter with the released package",
    )
    parser.add_argument("--run", action="store_true", help="run names read from stdin")
    parser.add_argument("--part", default="1/1", help="such as 3/50: the third of fifty parts")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", metavar="NAME", help="print both traces of one program")
    parser.add_argument("-k", default="", help="only names that match this pattern")
    options = parser.parse_args()
    if options.run:
        names = json.load(sys.stdin)
        json.dump(run_forked({name: programs[name] for name in names}, options.jobs), sys.stdout)
        return 0
    if options.show:
        for python in (options.peer, sys.executable):
            print("==", python)
            for event in traces_of(python, script, [options.show], 1)()[options.show]:
                print("  ", json.dumps(event))
        return 0
    wanted = re.compile(options.k)
    names = [name for name in programs if wanted.search(name)]
    number, _, share = options.part.partition("/")
    names = some(names, int(share), int(number))
    counts = Counter()
    for at in range(0, len(names), BATCH):
        batch = names[at : at + BATCH]
        counts += compare(script, batch, options.peer, explain, options.jobs)
        print(dict(counts), file=sys.stderr)
        print(f"{at + len(batch)} of {len(names)}", file=sys.stderr, flush=True)
    for what, count in sorted(counts.items()):
        print(f"{count:6} {what}")
    return int(counts["unexplained"] > 0)
