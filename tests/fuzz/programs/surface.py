"""Say which public callables of the released package random programs reach, and which not.

    CLUSTERSHELL_PURE_PYTHON=1 python -m tests.fuzz.programs.surface [--count N] [--seed N]

Programs of each kind run here, with this package as plain Python, whose calls can be seen.
"""

import argparse
import contextlib
import importlib
import json
import os
import sys
import tempfile
import threading
import warnings

from tests.fuzz.programs import drawing, forking
from tests.fuzz.programs.domains import DOMAINS
from tests.recorded import load

#: Programs of the other kinds, for one of the library.
SHARES = {"library": 1, "commands": 0.1, "processes": 0.05, "gateways": 0.02}


def code_of(function):
    """Return the code of a function, method or property; None for what has none."""
    if isinstance(function, property):
        function = function.fget
    function = getattr(function, "__func__", function)
    function = getattr(function, "__wrapped__", function)
    return getattr(function, "__code__", None)


def callables():
    """Return code -> names, of all that the recorded surface names and Python can see."""
    found = {}
    for module, recorded in load("surface/surface.json").items():
        home = importlib.import_module(f"ClusterShell.{module}")
        for name, item in recorded["names"].items():
            if item["kind"] == "alias" or not hasattr(home, name):
                continue
            subject = getattr(home, name)
            if item["kind"] == "function":
                found.setdefault(code_of(subject), []).append(f"{module}.{name}")
            if item["kind"] != "class":
                continue
            for member in item["members"]:
                for cls in subject.__mro__:
                    if member in vars(cls) and cls.__module__.startswith("ClusterShell."):
                        code = code_of(vars(cls)[member])
                        found.setdefault(code, []).append(f"{module}.{name}.{member}")
                        break
    found.pop(None, None)
    return found


def mark(code):
    """Return what names a code in all processes."""
    return code.co_filename, code.co_firstlineno, code.co_name


class Watch:
    """Notes the codes that are called here and in forked children, which leave by ``os._exit``."""

    def __init__(self, folder):
        self.folder = folder
        self.seen = set()
        self._leave = os._exit

    def note(self, frame, event, _arg):
        """Be the function of ``sys.setprofile``."""
        if event == "call":
            self.seen.add(frame.f_code)

    def leave(self, code):
        """Be ``os._exit``: tell what was called in this process first."""
        sys.setprofile(None)
        try:
            with open(os.path.join(self.folder, str(os.getpid())), "w") as file:
                json.dump([mark(code) for code in self.seen], file)
        finally:
            self._leave(code)

    def __enter__(self):
        os._exit = self.leave
        threading.setprofile(self.note)
        sys.setprofile(self.note)

    def __exit__(self, *raised):
        sys.setprofile(None)
        threading.setprofile(None)
        os._exit = self._leave

    def marks(self):
        """Return the marks of all codes that were called."""
        found = {mark(code) for code in self.seen}
        for name in os.listdir(self.folder):
            with open(os.path.join(self.folder, name)) as file:
                found.update(map(tuple, json.load(file)))
        return found


def begin_gateways(listening):
    """Fork what makes gateways, so that its children are watched; return what it ends with."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.dup2(reader, 0)
        os.close(writer)
        forking.serve(listening)
        os._exit(0)
    os.close(reader)
    return writer


def called(count, seed):
    """Run programs of all kinds; return the marks of the codes that were called."""
    with tempfile.TemporaryDirectory() as folder:
        watch = Watch(folder)
        forking.begin = begin_gateways
        for name, domain in DOMAINS.items():
            weights = sum(d.weight for d in DOMAINS.values() if d.kind == domain.kind)
            wanted = int(count * SHARES[domain.kind] * domain.weight / weights) + 1
            for number in range(wanted):
                program = domain.draw(drawing.Chance(f"{seed} {name} {number}"))
                with watch, contextlib.suppress(Exception):  # what they raise is no matter here
                    domain.run(program)
        return watch.marks()


def main():
    """Print the names that were not reached, and how many were."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if os.environ.get("CLUSTERSHELL_PURE_PYTHON") != "1":
        parser.error("calls of compiled kernels cannot be seen: set CLUSTERSHELL_PURE_PYTHON=1")
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w")
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    names = callables()
    seen = called(options.count, options.seed)
    for code, missed in sorted(names.items(), key=lambda item: item[1]):
        if mark(code) not in seen:
            print(", ".join(missed[:3]), file=answers)
    reached = sum(mark(code) in seen for code in names)
    print(f"{reached} of {len(names)} public callables reached", file=answers, flush=True)


if __name__ == "__main__":
    main()
