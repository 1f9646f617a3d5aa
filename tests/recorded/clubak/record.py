"""What clubak prints; the run of one case (:func:`run`) is for the tests as well."""

import contextlib
import os
import subprocess
from pathlib import Path

from tests.recorded import Recorder
from tests.recorded.clubak.cases import cases

HERE = Path(__file__).resolve().parent

CODE = """
import sys
sys.argv[0] = "clubak"
from ClusterShell.CLI.Clubak import main
main()
"""

# The order of a set of strings is no part of a transcript; see test_clubak.
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
    "LC_ALL": "C.UTF-8",
    "COLUMNS": "80",
    "PYTHONHASHSEED": "0",
    "CLUSTERSHELL_CFGDIR": str(HERE),
    "HOME": "/nonexistent",
}


def run(python, args, text, extra_environment=()):
    """Run one case; return (stdout, stderr, exit code)."""
    args = [arg.replace("GROUPS", str(HERE)) for arg in args]
    done = subprocess.run(
        [python, "-c", CODE, *args],
        input=text.encode("utf-8", "surrogateescape"),
        capture_output=True,
        env={**ENVIRONMENT, **dict(extra_environment)},
        timeout=60,
    )
    out, err = (
        data.decode("utf-8", "surrogateescape").replace(str(HERE), "GROUPS")
        for data in (done.stdout, done.stderr)
    )
    if err.startswith("Traceback"):
        err = err.splitlines()[-1] + "\n"  # where it happened is no part of a transcript
    return out, err, done.returncode


class Transcripts(Recorder):
    file = "clubak/transcripts.jsonl"
    keys = ("name", "args", "in")
    times = 1

    def cases(self, peer):
        return [{"name": name, "args": args, "in": text} for name, args, text in cases()]

    @contextlib.contextmanager
    def player(self, peer):
        def play(case):
            out, err, code = run(peer, case["args"], case["in"])
            return {"out": out, "err": err, "code": code}

        yield play


RECORDERS = [Transcripts()]
