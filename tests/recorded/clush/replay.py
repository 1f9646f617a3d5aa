"""Replaying cases, a hundred times faster than one process each."""

import json
import subprocess
import sys
from pathlib import Path

from tests.recorded.clush import world

HERE = Path(__file__).parent


def patient(args):
    """Return arguments in which a short limit of commands is longer.

    What is said does not hold it, and what ends in time has to do so on a loaded machine, too.
    """
    limits = {"0.4": "1.5", "1": "3", "1.1": "4"}
    return [
        limits.get(arg, arg) if before == "-u" else arg for before, arg in zip(["", *args], args)
    ]


class Replayer:
    """Runs clush in forks of one process that has loaded it; `base` is where the world is."""

    def __init__(self, base):
        self.base = base
        self.server = subprocess.Popen(
            [sys.executable, HERE / "forkserver.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=world.environment(base),
            preexec_fn=world.limit_files,
            text=True,
        )

    def streams(self, case, work):
        """Run `case` in directory `work`; return (exit code, output, errors)."""
        streams = {name: self.base / name for name in ("stdin", "out", "err")}
        for path in streams.values():
            path.write_bytes(b"")
        streams["stdin"].write_bytes(case.get("stdin", "").encode("latin-1"))
        job = {name: str(path) for name, path in streams.items()}
        job.update(args=patient(case["args"]), cwd=str(work))
        job["env"] = world.environment(self.base, case.get("env"))
        print(json.dumps(job), file=self.server.stdin, flush=True)
        code = int(self.server.stdout.readline())
        return code, streams["out"].read_bytes(), streams["err"].read_bytes()

    def run(self, case, work):
        """Run `case` in directory `work`; return the outcome as it is recorded."""
        return world.outcome(*self.streams(case, work), self.base)

    def close(self):
        self.server.stdin.close()
        self.server.stdout.close()
        assert self.server.wait(10) == 0
