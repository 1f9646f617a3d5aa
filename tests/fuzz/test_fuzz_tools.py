"""The tools on pairs of options, streams of every kind and every setting: a few of each.

All of them: ``python -m tests.fuzz.tools.{pairs,streams,settings} --peer PYTHON``.
"""

import pytest

from tests.fuzz.tools import pairs, settings, streams
from tests.fuzz.tools.differences import common, reason


@pytest.mark.parametrize(
    ("module", "part", "least"),
    [
        pytest.param(pairs, 1 / 400, 29, id="pairs"),
        pytest.param(streams, 1 / 60, 20, id="streams", marks=pytest.mark.slow),
        pytest.param(settings, 1 / 100, 29, id="settings", marks=pytest.mark.slow),
    ],
)
def test_like_the_release(peer_python, module, part, least):
    differences = []
    counts = module.compare(peer_python, part, 7, differences.append)
    assert differences == []
    assert sum(counts.values()) >= least
    assert counts["equal"] >= least * 3 / 4


def test_cases_are_many():
    assert len(pairs.cases()) > 10_000
    assert len(streams.cases()) > 1_300
    assert len(settings.cases()) > 2_500


def test_what_differs_is_found_and_what_is_ours_is_not():
    case = {"args": []}
    assert reason(case, [0, "a\n", ""], [0, "a\n", ""], {}) == ""
    assert reason(case, [0, "a\n", ""], [0, "b\n", ""], {}) is None
    assert reason(case, [1, "a\n", ""], [0, "a\n", ""], {}) is None
    said = 'WARNING: group source "s" has no group "x"\nnodeset: error\n'
    assert common(said) == "nodeset: error\n"
    assert common("WARNING: something else\n") == "WARNING: something else\n"
