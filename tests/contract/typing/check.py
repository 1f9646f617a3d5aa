"""Check with mypy what users of the package get to see of its types.

    python tests/contract/typing/check.py

``client.py`` must pass in strict mode and without an expression of type ``Any``; in
``wrong.py`` mypy must find the lines that are marked, and no other.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent


def errors_of(name, *options):
    """Return what mypy says of a file: number and text of each line with an error."""
    command = [sys.executable, "-m", "mypy", "--config-file=", "--strict", "--no-error-summary"]
    done = subprocess.run(
        [*command, "--follow-imports=silent", "--cache-dir", os.devnull, *options, name],
        cwd=HERE,
        env={**os.environ, "MYPYPATH": str(ROOT / "clustershell")},
        capture_output=True,
        text=True,
    )
    if done.stderr or done.returncode > 1:
        sys.exit(done.stdout + done.stderr)
    found = re.findall(rf"^{name}:(\d+): (error: .*)$", done.stdout, re.MULTILINE)
    return {int(number): text for number, text in found}


def main():
    complaints = [
        f"client.py:{line}: {text}"
        for line, text in errors_of("client.py", "--disallow-any-expr").items()
    ]
    lines = (HERE / "wrong.py").read_text().splitlines()
    marked = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    found = errors_of("wrong.py")
    complaints += [f"wrong.py:{line}: nothing found" for line in sorted(marked - set(found))]
    complaints += [f"wrong.py:{line}: {found[line]}" for line in sorted(set(found) - marked)]
    print(*complaints, sep="\n", end="\n" if complaints else "")
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
