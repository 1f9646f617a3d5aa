"""What is recorded of the released package, and how it is recorded."""

import contextlib
import json

import pytest

from tests import recorded
from tests.recorded.__main__ import recorders

RECORDERS = recorders()


class Numbers(recorded.Recorder):
    """Cases that are 0, 1, 2; the result of 1 is not the same each time."""

    file = "numbers.jsonl"
    keys = ("number",)

    def __init__(self):
        self.played = []

    def cases(self, peer):
        return [{"number": number} for number in range(3)]

    @contextlib.contextmanager
    def player(self, peer):
        yield self.play

    def play(self, case):
        self.played.append(case["number"])
        return {"result": len(self.played) if case["number"] == 1 else peer_says(case)}


def peer_says(case):
    return f"{case['number']}!"


@pytest.fixture
def numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded, "FOLDER", tmp_path)
    return Numbers()


def test_what_is_not_the_same_each_time_is_left_out(numbers):
    said = []
    assert numbers.record("python", report=said.append) == 1
    assert recorded.load("numbers.jsonl") == [
        {"number": 0, "result": "0!"},
        {"number": 2, "result": "2!"},
    ]
    assert said[0] == "not the same each time: {'number': 1}"


def test_what_is_known_is_kept(numbers):
    numbers.record("python", report=str)
    numbers.played = []
    numbers.record("python", new=True, add=[{"number": 7}], report=str)
    assert set(numbers.played) == {1, 7}
    assert [line["number"] for line in recorded.load("numbers.jsonl")] == [0, 2, 7]


@pytest.mark.parametrize("file", [name for name in RECORDERS if name.endswith(".jsonl")])
def test_each_line_has_its_case(file):
    recorder = RECORDERS[file]
    lines = recorded.load(file)
    cases = [json.dumps(recorder.case(line), sort_keys=True) for line in lines]
    assert len(lines) > 1 and all(recorder.case(line) != line for line in lines)
    assert len(set(cases)) == len(cases)


@pytest.mark.slow
@pytest.mark.parametrize("file", ["surface/surface.json", "topology/pickles.jsonl"])
def test_recorded_anew_it_is_the_same(file, peer_python, tmp_path, monkeypatch):
    before = (recorded.FOLDER / file).read_text()
    (tmp_path / file).parent.mkdir()
    monkeypatch.setattr(recorded, "FOLDER", tmp_path)
    assert RECORDERS[file].record(peer_python, report=str) == 0
    assert (tmp_path / file).read_text() == before
