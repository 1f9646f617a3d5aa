"""Record what clubak prints: ``python -m tests.recorded.clubak.record PYTHON > transcripts.json``.

PYTHON is the interpreter of an environment with the released package.  Also
gives the run of one case to the tests (:func:`run`).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

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


def main():
    rows = []
    for name, args, text in cases():
        out, err, code = run(sys.argv[1], args, text)
        rows.append({"name": name, "args": args, "in": text, "out": out, "err": err, "code": code})
    json.dump(rows, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
