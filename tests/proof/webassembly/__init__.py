"""The suite on a Python that the npm registry has, where no other interpreter of it can be had.

It is compiled to WebAssembly, 32 bits wide: without processes and threads, so what is shown is that
sets, groups and messages work on that Python, interpreted, and on 32 bits.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests import ROOT
from tests.proof.environments import CheckFailed, Environment, clean_environ, run

#: The release of npm's pyodide; its first number is the version of Python.
PYODIDE = "pyodide@^314.0.7"

ROOMS = ["tests/ranges", "tests/messages", "tests/nodes", "tests/kernels", "tests/groups"]


def suite(folder: Path, ours: Environment, wheel: Path, rooms: list[str]) -> str:
    """Run *rooms* of the suite on *wheel*, which is interpreted; return what has passed.

    :raises CheckFailed: a test failed, or more were skipped than passed
    """
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise CheckFailed(f"{program} is not installed, which runs this Python")
    folder.mkdir(parents=True, exist_ok=True)
    run("npm", "install", "--silent", "--ignore-scripts", "--prefix", folder, PYODIDE)
    # PyYAML's extension is for another machine, and not loaded.
    ours.install("--target", folder, "--upgrade", wheel, "pytest>=8", "PyYAML")
    printed = run(
        # Trees that are deep are freed deep in the stack of calls: in kilobytes.
        *("sh", "-c", 'ulimit -s 200000 && exec node --stack-size=60000 "$@"', "node"),
        *(Path(__file__).parent / "run.mjs", ROOT, folder),
        *("-q", "-m", "not slow", "--tb=short", *rooms),
        env=clean_environ(),
        timeout=600,
    )
    last = printed.splitlines()[-1]
    counts = {
        outcome: int(number) for number, outcome in re.findall(r"(\d+) (passed|skipped)", last)
    }
    passed, skipped = counts.get("passed", 0), counts.get("skipped", 0)
    if passed <= skipped:
        raise CheckFailed(f"too few tests were run: {last}")
    return f"{passed} passed, {skipped} not for this platform"
