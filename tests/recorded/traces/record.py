"""Traces of the released package on its pollers.

Each scenario runs in a process of its own: after some of them the package cannot start
commands any more.
"""

import contextlib
import itertools
import json
import subprocess

from tests import ROOT
from tests.recorded import Recorder
from tests.recorded.traces import recording, scenarios  # noqa: F401  (registers them)

PROGRAM = "tests.recorded.traces.run"
ENGINES = ("epoll", "poll", "select", "epoll")


class Traces(Recorder):
    file = "traces/traces.jsonl"
    keys = ("name",)
    times = len(ENGINES)

    def cases(self, peer):
        return [{"name": name} for name in sorted(recording.SCENARIOS)]

    @contextlib.contextmanager
    def player(self, peer):
        engines = itertools.cycle(ENGINES)

        def play(case):
            name = case["name"]
            command = [peer, "-m", PROGRAM, "--engine", next(engines), name]
            return {"trace": json.loads(subprocess.check_output(command, cwd=ROOT))[name]}

        yield play


RECORDERS = [Traces()]
