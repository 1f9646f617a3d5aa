"""Pickles of old releases: a line for each release.

Releases before 1.9 ran on Python 2 only; the programs here run under any.
"""

import contextlib
import json
import subprocess

from tests.recorded import FOLDER, Recorder, load

VERSION = "import ClusterShell; print(ClusterShell.__version__)"


class Pickles(Recorder):
    keys = ("release",)
    times = 1
    keeps = True

    def __init__(self, name):
        self.program = FOLDER / "pickles" / f"{name}.py"
        self.file = f"pickles/{name}.jsonl"

    def cases(self, peer):
        release = subprocess.check_output([peer, "-c", VERSION], text=True).strip()
        known = [line["release"] for line in load(self.file)]
        return [{"release": name} for name in dict.fromkeys([*known, release])]

    @contextlib.contextmanager
    def player(self, peer):
        yield lambda case: {"rows": json.loads(subprocess.check_output([peer, self.program]))}


RECORDERS = [Pickles(name) for name in ("nodesets", "rangesets", "vectors")]
