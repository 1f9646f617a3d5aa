"""Record the transcripts: what the released clush does with every case.

    python -m tests.recorded.clush.record --peer /path/to/clush [--sessions | --remote] [--keep]

writes ``transcripts.json``, ``sessions.json`` for the terminal sessions or
``remote.json`` for the command lines that go through sshd, beside this file.
Everything is run three times; what differs between the runs (after what has no
order is taken out) is reported and left out.  With ``--keep`` what has been
recorded before is not run again.
"""

import argparse
import contextlib
import json
import sys
import tempfile
from pathlib import Path

from tests.fixtures.sshd import running_sshd
from tests.recorded.clush import cases, remote, terminal, world

HERE = Path(__file__).resolve().parent


def record(run, comparable, case):
    """Return the outcome of `case`, or None if it is not the same every time."""
    outcomes = []
    for _ in range(3):
        with tempfile.TemporaryDirectory(prefix="clush-") as base:
            outcomes.append(run(case, base))
    seen = {repr(comparable(case, outcome)) for outcome in outcomes}
    return outcomes[0] if len(seen) == 1 else None


@contextlib.contextmanager
def runner(module, command):
    """Give a function of (case, base) that runs a case of `module`."""
    if module is not remote:
        yield lambda case, base: module.run(command, case, base)
        return
    with tempfile.TemporaryDirectory() as folder, running_sshd(folder) as server:
        yield lambda case, base: remote.run(command, case, server, base)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", required=True)
    parser.add_argument("--sessions", action="store_true")
    parser.add_argument("--remote", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    if options.sessions:
        module, todo, target = terminal, terminal.all_sessions(), "sessions.json"
    elif options.remote:
        module, todo, target = remote, remote.all_cases(), "remote.json"
    else:
        module, todo, target = world, cases.all_cases(), "transcripts.json"
    known = {}
    if options.keep and (HERE / target).exists():
        for entry in json.loads((HERE / target).read_text()):
            result = entry.pop("result")
            known[json.dumps(entry, sort_keys=True)] = result
    recorded, unstable = [], 0
    with runner(module, [options.peer]) as run:
        for case in todo:
            key = json.dumps(case, sort_keys=True)
            if key in known:
                recorded.append({**case, "result": known[key]})
                continue
            try:
                result = record(run, module.comparable, case)
            except AssertionError as exc:
                result = None
                print(exc, file=sys.stderr)
            if result is None:
                unstable += 1
                print("unstable:", case, file=sys.stderr)
            else:
                recorded.append({**case, "result": result})
    text = ",\n".join(json.dumps(entry, sort_keys=True) for entry in recorded)
    (HERE / target).write_text(f"[\n{text}\n]\n")
    print(f"{len(recorded)} recorded, {unstable} unstable")


if __name__ == "__main__":
    main()
