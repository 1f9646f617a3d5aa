"""clush does what the released clush was recorded doing, command line by command line."""

import json
from pathlib import Path

import pytest

from tests.transcripts.clush import world
from tests.transcripts.clush.replay import Replayer

HERE = Path(__file__).parent / "transcripts" / "clush"
TRANSCRIPTS = json.loads((HERE / "transcripts.json").read_text())


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
    result = replayer.run(case, world.make(replayer.base))
    assert world.comparable(case, result) == world.comparable(case, case["result"])
