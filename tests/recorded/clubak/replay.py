"""Run clubak on every case of standard input, a JSON list; print the results as JSON.

Imports the library once and forks for each case: what is tested is what clubak
prints, not how fast Python starts.
"""

import json
import os
import sys
from importlib import import_module

from tests.fixtures.forked import finish, run_forked
from tests.recorded.clubak.record import ENVIRONMENT, HERE


def child(args):
    """Run clubak as the process would; never returns."""
    sys.argv = ["clubak", *(arg.replace("GROUPS", str(HERE)) for arg in args)]
    # The streams that the parent has, on other descriptors now.
    sys.stdout.reconfigure(encoding="utf-8", errors="strict")
    from ClusterShell.CLI.Clubak import main

    finish(main)


def run(row):
    """Return [stdout, stderr, exit code] of one case."""
    code, *texts = run_forked(lambda: child(row["args"]), row["in"])
    return [*(text.replace(str(HERE), "GROUPS") for text in texts), code]


def main():
    os.environ.update(ENVIRONMENT)  # before anything is configured from it
    # What each case would load for itself, before the first fork.
    for name in ("_cli.clubak", "CLI.Clubak", "Defaults", "NodeSet", "NodeUtils"):
        import_module("ClusterShell." + name)
    for name in ("configparser", "difflib", "optparse", "subprocess"):
        import_module(name)

    rows = json.load(sys.stdin)
    results = [run(row) for row in rows]
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
