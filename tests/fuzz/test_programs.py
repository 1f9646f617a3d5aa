"""A few of the programs of :mod:`tests.fuzz.programs`, and what it does with a difference."""

import json
import signal

import pytest

from tests.fuzz.programs import __main__ as programs
from tests.fuzz.programs import server
from tests.fuzz.programs.domains import Domain


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("library", 150),
        pytest.param("commands", 60, marks=pytest.mark.slow),
        pytest.param("processes", 60, marks=pytest.mark.slow),
        pytest.param("gateways", 6, marks=pytest.mark.slow),
    ],
)
def test_like_the_release(peer_python, kind, count):
    told = []
    counts = programs.compare(peer_python, kind, count, 7, tell=told.append)
    assert told == []
    assert sum(counts.values()) == count
    assert all(reason for _, reason in counts)


class Pretended:
    """Stands for both packages: they differ on lists that hold a number over 50."""

    def __init__(self, peer):
        self.given = []

    def send(self, programs, whole=True):
        self.given = programs

    def receive(self):
        return [(1, 2 if max(numbers) > 50 else 1) for _, numbers in self.given]

    def ask(self, programs):
        self.send(programs)
        return self.receive()

    def close(self):
        pass


def numbers(chance):
    return [chance.randrange(100) for _ in range(5)]


@pytest.fixture
def pretended(monkeypatch):
    monkeypatch.setattr(programs, "Pair", Pretended)
    monkeypatch.setattr(programs, "DOMAINS", {"numbers": Domain("library", numbers, None)})


def test_a_difference_is_made_smaller_and_told(pretended):
    told = []
    counts = programs.compare("python", "library", 30, 1, tell=told.append)
    assert set(told) == {'["numbers", [0, 0, 0, 0, 51]]\n    peer 1\n    ours 2'}
    assert counts["numbers", None] > 0
    assert sum(counts.values()) == 30


def test_the_same_seed_draws_the_same_programs(pretended):
    one, other = (programs.Comparison("python", "library", 3) for _ in range(2))
    assert list(one.batches(40)) == list(other.batches(40))
    assert list(programs.Comparison("python", "library", 4).batches(40)) != list(other.batches(40))


def test_seeds_that_are_recorded_are_not_run_again(pretended, tmp_path, monkeypatch, capsys):
    results = tmp_path / "results"
    words = ["programs", "--peer=python", "--count=9", "--seed=4", f"--record={results}"]
    monkeypatch.setattr("sys.argv", [*words, "--seeds=2"])
    assert programs.main() == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("18 programs, ")
    first = results.read_text()
    assert [json.loads(line)["seed"] for line in first.splitlines()] == [4, 5]
    monkeypatch.setattr("sys.argv", [*words, "--seeds=3"])
    programs.main()
    assert capsys.readouterr().out.splitlines()[-1].startswith("27 programs, ")
    assert results.read_text().startswith(first)
    assert [json.loads(line)["seed"] for line in results.read_text().splitlines()] == [4, 5, 6]


def test_the_processor_is_what_a_program_of_the_library_may_use(monkeypatch):
    def compute(program):
        while True:
            pass

    monkeypatch.setitem(server.DOMAINS, "endless", Domain("library", None, compute))
    monkeypatch.setattr(server, "PROCESSOR", {"library": 0.01})
    kept = [(number, signal.signal(number, server.give_up)) for number in server.GIVING_UP]
    try:
        assert server.answer("endless", []) == ["took too long"]
    finally:
        for number, handler in kept:
            signal.signal(number, handler)


def test_a_reason_is_a_reason_for_one_answer():
    domain = Domain("library", None, None, lambda program, theirs, ours: None)
    assert domain.explain([], ["took too long"], [1])
    assert domain.explain([], [1], ["took too long"]) is None


class Recalling(Pretended):
    """Stands for both packages: one of them answers otherwise after the first time."""

    odd = 0
    asked = 0

    def send(self, programs, whole=True):
        self.given, self.whole = programs, whole

    def receive(self):
        Recalling.asked += 1
        both = [0, 0]
        both[self.odd] = int(Recalling.asked == 1)
        told = both if self.whole else [*map(server.digest, both)]
        return [tuple(told) for _ in self.given]


@pytest.mark.parametrize("kind", ["library", "processes"])
@pytest.mark.parametrize("odd", [0, 1])
def test_only_the_released_package_may_answer_otherwise_the_next_time(monkeypatch, kind, odd):
    monkeypatch.setattr(programs, "Pair", Recalling)
    monkeypatch.setattr(programs, "DOMAINS", {"numbers": Domain(kind, numbers, None)})
    monkeypatch.setattr(Recalling, "odd", odd)
    monkeypatch.setattr(Recalling, "asked", 0)
    counts = programs.compare("python", kind, 1, 1, tell=lambda text: None)
    ((_, reason),) = counts
    assert bool(reason) == (odd == 0)
