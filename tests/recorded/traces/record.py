"""Record the traces of the released package into ``peer.json``.

    python -m tests.recorded.traces.record PYTHON [NAME ...]

PYTHON is an interpreter that has the released package.  Each scenario runs in
a process of its own (after some of them the package cannot start commands any
more), and several times: a trace that is not the same each time is no trace.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from tests import ROOT

HERE = Path(__file__).resolve().parent
ENGINES = ("epoll", "poll", "select", "epoll")


def traces(python, engine, names):
    """Return what one run of all scenarios gives."""
    done = subprocess.run(
        [python, "-m", "tests.recorded.traces.run", "--isolate", "--engine", engine, *names],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    path = HERE / "peer.json"
    recorded = json.loads(path.read_text()) if path.exists() and options.names else {}
    found = [traces(options.python, engine, options.names) for engine in ENGINES]
    unstable = 0
    for name in found[0]:
        if all(run[name] == found[0][name] for run in found):
            recorded[name] = found[0][name]
        else:
            unstable += 1
            print(f"not the same each time: {name}", *(run[name] for run in found), sep="\n  ")
    lines = (f"{json.dumps(name)}: {json.dumps(recorded[name])}" for name in sorted(recorded))
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(recorded)} traces recorded, {unstable} not the same each time")
    return bool(unstable)


if __name__ == "__main__":
    sys.exit(main())
