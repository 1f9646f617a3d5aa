"""The comparison with pyroaring: its mechanics, with plain sets in place of bitmaps."""

import subprocess
import sys

import pytest

from benchmarks import roaring

SMALL = {"40 of 100": (40, 100), "30 of 10**9": (30, 10**9)}


def test_every_operation_has_a_row_of_each_size():
    rows = list(roaring.rows(set, SMALL, 1))
    wanted = [(size, name) for size in SMALL for name in [*roaring.OPERATIONS, "build"]]
    assert [(row.size, row.operation) for row in rows] == wanted
    assert all(row.ours >= 0 and row.other > 0 for row in rows)
    assert f"{rows[0].ratio:.2f}" in roaring.line(rows[0])


def test_other_results_are_an_error():
    with pytest.raises(AssertionError, match="40 of 100"):
        list(roaring.rows(lambda numbers: set(numbers[1:]), SMALL, 1))


def test_without_pyroaring_nothing_is_compared_and_that_is_said(monkeypatch, capsys):
    monkeypatch.setattr(roaring.importlib.util, "find_spec", lambda name: None)
    assert roaring.main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("SKIPPED: pyroaring is not installed")


def test_it_is_a_command():
    command = [sys.executable, "-m", "benchmarks.roaring", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "--rounds" in done.stdout
