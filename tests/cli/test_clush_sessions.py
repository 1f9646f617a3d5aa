"""clush at a terminal shows what the released clush was recorded showing."""

import sys

import pytest

from tests.recorded import load
from tests.recorded.clush import terminal

SESSIONS = load("clush/sessions.jsonl")
START = "import sys; sys.argv[0] = 'clush'; from ClusterShell.CLI.Clush import main; main()"
CLUSH = [sys.executable, "-c", START]


def test_there_are_enough():
    assert len(SESSIONS) >= 40


@pytest.mark.slow
@pytest.mark.parametrize("session", SESSIONS, ids=lambda s: " ".join(s["args"][3:])[:60])
def test_session(session, tmp_path):
    result = terminal.run(CLUSH, session, tmp_path)
    assert terminal.comparable(session, result) == terminal.comparable(session, session["result"])
