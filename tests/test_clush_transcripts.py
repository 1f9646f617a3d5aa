"""clush does what the released clush was recorded doing, command line by command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.transcripts.clush import world

HERE = Path(__file__).parent / "transcripts" / "clush"
TRANSCRIPTS = json.loads((HERE / "transcripts.json").read_text())


class Replayer:
    """Runs cases in forks of one process that has loaded clush."""

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

    def run(self, case):
        work = world.make(self.base)
        streams = {name: self.base / name for name in ("stdin", "out", "err")}
        for path in streams.values():
            path.write_bytes(b"")
        streams["stdin"].write_bytes(case.get("stdin", "").encode("latin-1"))
        job = {name: str(path) for name, path in streams.items()}
        job.update(args=case["args"], cwd=str(work))
        job["env"] = world.environment(self.base, case.get("env"))
        print(json.dumps(job), file=self.server.stdin, flush=True)
        code = int(self.server.stdout.readline())
        return world.outcome(
            code, streams["out"].read_bytes(), streams["err"].read_bytes(), self.base
        )

    def close(self):
        self.server.stdin.close()
        self.server.stdout.close()
        assert self.server.wait(10) == 0


@pytest.fixture(scope="module")
def replayer(tmp_path_factory):
    replayer = Replayer(tmp_path_factory.mktemp("clush"))
    yield replayer
    replayer.close()


def test_there_are_enough():
    assert len(TRANSCRIPTS) >= 400


def params():
    """Yield each case, one in sixteen of them for the fast part of the suite."""
    for number, case in enumerate(TRANSCRIPTS):
        marks = [pytest.mark.slow] if number % 16 else []
        yield pytest.param(case, marks=marks, id=" ".join(case["args"])[:60])


@pytest.mark.parametrize("case", list(params()))
def test_transcript(case, replayer):
    result = replayer.run(case)
    assert world.comparable(case, result) == world.comparable(case, case["result"])
