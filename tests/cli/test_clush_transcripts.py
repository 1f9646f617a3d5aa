"""clush does what the released clush was recorded doing, command line by command line."""

import re

import pytest

from tests.recorded import load
from tests.recorded.clush import world
from tests.recorded.clush.replay import Replayer

TRANSCRIPTS = load("clush/transcripts.jsonl")


@pytest.fixture(scope="module")
def replayer(tmp_path_factory):
    replayer = Replayer(tmp_path_factory.mktemp("clush"))
    yield replayer
    replayer.close()


#: What ours says about what it does not know.
HINT = re.compile(
    r' \(did you mean "\S+"\?\)$|^WARNING: (--conf: |unknown setting ).*\n', re.MULTILINE
)


def test_there_are_enough():
    assert len(TRANSCRIPTS) >= 400


def test_no_path_of_this_machine_is_recorded():
    """Nor where the release is installed that was recorded."""
    said = (
        b"ClushConfig parsed: ['/etc/clustershell/clush.conf', '/a b/etc/clustershell/clush.conf', "
    )
    said += b"'/tmp/x/cfg/clush.conf']\n"
    neutral = world.outcome(0, said, b"", "/tmp/x")["out"]
    assert neutral == (
        "ClushConfig parsed: ['/etc/clustershell/clush.conf', "
        "'{PREFIX}/etc/clustershell/clush.conf', '{BASE}/cfg/clush.conf']\n"
    )
    installed = [
        found
        for case in TRANSCRIPTS
        for found in re.findall(r"'([^']+)/etc/clustershell/clush.conf'", case["result"]["out"])
    ]
    assert set(installed) == {"{PREFIX}"}


def params():
    """Yield each case, one in sixteen of them for the fast part of the suite."""
    for number, case in enumerate(TRANSCRIPTS):
        marks = [pytest.mark.slow] if number % 16 else []
        yield pytest.param(case, marks=marks, id=" ".join(case["args"])[:60])


@pytest.mark.parametrize("case", list(params()))
def test_transcript(case, replayer):
    result = replayer.run(case, world.make(replayer.base))
    result["err"] = HINT.sub("", result["err"])
    assert world.comparable(case, result) == world.comparable(case, case["result"])
