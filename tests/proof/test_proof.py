"""The table of the proof can fail, and says what did."""

import json
import subprocess
import sys

import pytest

from tests import ROOT
from tests.proof import __main__ as command
from tests.proof import clients
from tests.proof.environments import CheckFailed, Environment, interpreters, run


def test_a_check_that_does_not_hold_is_named_and_the_others_are_made(capsys):
    def fails():
        raise CheckFailed("one differs\nin detail")

    assert command.table({"first": fails, "second": lambda: "2 alike"}) == 1
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert "FAILS" in lines[0] and lines[0].endswith("one differs")
    assert "holds" in lines[1] and lines[1].endswith("2 alike")
    assert lines[2] == "1 passed, 1 failed"
    assert "in detail" in err


def test_all_rows_hold(capsys):
    assert command.table({"only": lambda: "seen"}) == 0
    assert capsys.readouterr().out.endswith("1 passed, 0 failed\n")


def test_an_unknown_row_is_refused():
    done = subprocess.run(
        [sys.executable, "-m", "tests.proof", "nosuch"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "no row 'nosuch'; there are surface, " in done.stderr


class Recorded(clients.Clients):
    """Clients whose tests are not run: their outcomes are given."""

    def __init__(self, released, ours):
        super().__init__(None, "released", "ours")
        self.given = {"released": released, "ours": ours}

    def install(self, client):
        pass

    def source(self, client):
        return None

    def outcomes(self, environment, source, tests):
        return self.given[environment]


@pytest.mark.parametrize("seen", [{"a": "failure"}, {}, {"a": "passed", "b": "passed"}])
def test_a_client_whose_test_ends_otherwise_is_found(seen):
    with pytest.raises(CheckFailed, match=r"1 tests of x==1 differ\n[ab]: "):
        Recorded({"a": "passed"}, seen).same_outcomes("x==1", "tests")


@pytest.mark.parametrize(
    ("text", "expanded", "refused"),
    [
        ("nid[51-53-22-26,0124]", ["ValueError", "invalid nodespec"], True),
        ("nid[51-53,0124]", ["ValueError", "invalid nodespec"], False),
        ("nid[51-53-22]", ["nid51"], False),
    ],
)
def test_only_ranges_of_three_numbers_may_be_refused(text, expanded, refused):
    answer = json.dumps([text, sorted(expanded), ""])
    assert clients.refused_range(answer) == refused


@pytest.mark.lengthy
def test_outcomes_are_those_of_pytest(tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "def test_a(): pass\n"
        "def test_b(): assert 0\n"
        "@pytest.mark.parametrize('x', ['<>&\"'])\n"
        "def test_c(x): pytest.skip('no')\n"
    )
    subject = clients.Clients(tmp_path, None, None)

    class Here(Environment):
        python = sys.executable

    assert subject.outcomes(Here(tmp_path), tmp_path, "test_it.py") == {
        "test_it::test_a": "passed",
        "test_it::test_b": "failure",
        'test_it::test_c[<>&"]': "skipped",
    }


def test_a_command_that_fails_or_hangs_is_a_failed_check():
    with pytest.raises(CheckFailed, match="exit code 3\nwhy"):
        run(sys.executable, "-c", "print('why'); raise SystemExit(3)")
    with pytest.raises(CheckFailed, match="no end within 0 s"):
        run(sys.executable, "-c", "import time; time.sleep(60)", timeout=0.1)


def test_this_python_is_among_those_found():
    assert interpreters()["{}.{}".format(*sys.version_info)] == sys.executable
