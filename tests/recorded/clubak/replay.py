"""Run clubak on every case of standard input, a JSON list; print the results as JSON.

Imports the library once and forks for each case: what is tested is what clubak
prints, not how fast Python starts.
"""

import json
import os
import sys
import tempfile
import traceback
from contextlib import ExitStack
from importlib import import_module

from tests.recorded.clubak.record import ENVIRONMENT, HERE


def child(args):
    """Run clubak as the process would; never returns."""
    sys.argv = ["clubak", *(arg.replace("GROUPS", str(HERE)) for arg in args)]
    # The streams that the parent has, on other descriptors now.
    sys.stdout.reconfigure(encoding="utf-8", errors="strict")
    code = 1
    try:
        from ClusterShell.CLI.Clubak import main

        main()
    except SystemExit as exc:
        code = exc.code
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def run(row):
    """Return [stdout, stderr, exit code] of one case."""
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        return run_on(row, files)


def run_on(row, files):
    """Run one case with *files* as its standard streams."""
    files[0].write(row["in"].encode("utf-8", "surrogateescape"))
    files[0].seek(0)
    pid = os.fork()
    if not pid:
        for number, file in enumerate(files):
            os.dup2(file.fileno(), number)
        child(row["args"])
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    texts = []
    for file in files[1:]:
        file.seek(0)
        text = file.read().decode("utf-8", "surrogateescape")
        texts.append(text.replace(str(HERE), "GROUPS"))
    return [*texts, code]


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
