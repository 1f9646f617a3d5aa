"""clush through a real sshd does what the released clush was recorded doing."""

import pytest

from tests.recorded import load
from tests.recorded.clush import remote
from tests.recorded.clush.replay import Replayer

RECORDED = load("clush/remote.jsonl")

pytestmark = pytest.mark.sshd


@pytest.fixture(scope="module")
def replayer(tmp_path_factory):
    replayer = Replayer(tmp_path_factory.mktemp("clush"))
    yield replayer
    replayer.close()


def test_there_are_enough():
    assert len(RECORDED) >= 150


def params():
    """Yield each case, one in twenty of them for the fast part of the suite."""
    for number, case in enumerate(RECORDED):
        marks = [pytest.mark.slow] if number % 20 else []
        yield pytest.param(case, marks=marks, id=" ".join(case["args"])[:60])


@pytest.mark.parametrize("case", list(params()))
def test_transcript(case, sshd, replayer):
    work = remote.prepare(sshd, replayer.base)
    args = [remote.fill(arg, sshd, replayer.base) for arg in case["args"]]
    streams = replayer.streams({**case, "args": args}, work)
    result = remote.outcome(*streams, sshd, replayer.base)
    assert remote.comparable(case, result) == remote.comparable(case, case["result"])
