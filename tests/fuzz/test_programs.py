"""A few of the programs of :mod:`tests.fuzz.programs`, and what it does with a difference."""

import pytest

from tests.fuzz.programs import __main__ as programs
from tests.fuzz.programs.domains import Domain


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("library", 150),
        pytest.param("commands", 60, marks=pytest.mark.slow),
    ],
)
def test_like_the_release(peer_python, kind, count):
    told = []
    counts = programs.compare(peer_python, kind, count, 7, tell=told.append)
    assert told == []
    assert sum(counts.values()) >= count * 2 / 3
    assert all(reason for _, reason in counts)


def test_a_difference_is_made_smaller_and_told(monkeypatch):
    """A list differs that holds a number over 50: the smallest is one such number."""
    domain = Domain("library", lambda rng: [rng.randrange(100) for _ in range(5)], None)
    monkeypatch.setattr(programs, "DOMAINS", {"numbers": domain})
    told = []
    comparison = programs.Comparison("python", told.append)

    def verdicts(pairs):
        return [(None, 1, 2) if max(numbers) > 50 else "same" for _, numbers in pairs]

    monkeypatch.setattr(comparison, "verdicts", verdicts)
    comparison.round({"numbers": domain}, "1", 30)
    assert told == ['["numbers", [0, 0, 0, 0, 51]]\n    peer 1\n    ours 2']
    assert comparison.counts["numbers", None] > 0


def test_a_reason_is_a_reason_for_one_answer():
    domain = Domain("library", None, None, lambda program, theirs, ours: None)
    assert domain.explain([], ["took too long"], [1])
    assert domain.explain([], [1], ["took too long"]) is None
