"""Run scenarios with the ClusterShell that this interpreter imports.

python -m tests.recorded.traces.run [--engine NAME] [--quick] [--times] [NAME ...]
"""

import argparse
import json
import os
import sys
import time

from ClusterShell.Defaults import DEFAULTS
from tests.recorded.traces import recording, scenarios  # noqa: F401  (registers them)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--quick", action="store_true", help="leave out the slow ones")
    parser.add_argument("--times", action="store_true", help="print how long each takes")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    DEFAULTS.engine = options.engine
    # Commands of "nodes" run on this machine.
    DEFAULTS.distant_workername = "exec"
    names = options.names or [
        name
        for name, (_, _, _, slow) in recording.SCENARIOS.items()
        if not slow or not options.quick
    ]
    # Only traces go to standard output, whatever a scenario prints.
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    traces = {}
    for name in names:
        begin = time.monotonic()
        traces[name] = recording.record(name)
        if options.times:
            print(f"{time.monotonic() - begin:6.2f} {name}", file=sys.stderr)
    json.dump(traces, output)
    output.close()
    # A thread that a scenario has left behind must not keep this process.
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
