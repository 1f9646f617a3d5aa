"""The sweep: every operation there is, by ways that are told apart, held beside the peer."""

import os
import subprocess
import sys

import pytest

from benchmarks import sweep
from benchmarks.sweep import measure, player, ranges, sets, summary, surface

CASES = list(sweep.cases())


def test_every_operation_of_the_surface_has_cases():
    assert {case.operation for case in CASES} == set(surface.operations())


def test_an_operation_that_has_no_ways_is_an_error(monkeypatch):
    monkeypatch.setattr(surface, "operations", lambda: iter(["RangeSet.a_new_one"]))
    with pytest.raises(KeyError, match="a_new_one"):
        list(sets.cases(ranges.kind(), ranges.table()))


def test_special_methods_are_those_of_the_released_package():
    peer = os.environ.get("CLUSTERSHELL_PEER_PYTHON")
    if not peer:
        pytest.skip("CLUSTERSHELL_PEER_PYTHON names no Python with the released package")
    code = """if True:
        import importlib, json, sys
        found = {}
        for name, module in json.loads(sys.argv[1]).items():
            cls = getattr(importlib.import_module("ClusterShell." + module), name)
            found[name] = sorted(
                member for member in dir(cls)
                if member.startswith("__")
                and getattr(cls, member) is not getattr(object, member, None)
            )
        print(json.dumps(found))"""
    asked = surface.json.dumps(surface.CLASSES)
    said = subprocess.check_output([peer, "-c", code, asked], text=True)
    for name, members in surface.json.loads(said).items():
        assert set(members) - surface.NO_OPERATIONS <= set(surface.SPECIAL[name]), name


def test_cases_are_named_once_and_are_many():
    assert len({case.key for case in CASES}) == len(CASES) > 5_000
    assert {case.group for case in CASES} > {"RangeSet", "RangeSetND", "NodeSet", "MsgTree", "Task"}


def test_every_operation_can_be_done_here_by_some_way():
    """On the smallest shape of each; what all of them refuse would never be measured."""
    small = ("six", "constant axis", "few", "equal, MODE_DEFER", "equal", "nothing", "any")
    keys = [case.key for case in CASES if case.shape in small]
    trying = player.Player()
    done = set()
    for key in keys:
        operation = summary.way_of(key).partition(", ")[0]
        if operation not in done and not trying._try(key):
            done.add(operation)
    assert set(surface.operations()) - done == {
        "MsgTree.walk_trace",  # of another mode only
        "MsgTreeElem.__str__",  # it has bytes
        *(f"{name}.__hash__" for name in ("RangeSet", "RangeSetND", "NodeSet", "MsgTreeElem")),
    }


def test_what_is_refused_is_no_row_and_what_ours_refuses_is_a_failure():
    class Fake:
        def __init__(self, refused):
            self.refused = refused

        def ask(self, op, keys, limit=0):
            if op == "try_cases":
                return {"refused": [self.refused.get(key) for key in keys]}
            return {"seconds": [1e-6] * len(keys)}

    subjects = {
        "compiled": Fake({"b": "refused: TypeError", "c": "refused: TypeError"}),
        "peer": Fake({"b": "refused: TypeError"}),
    }
    rows = measure.measure(["a", "b", "c"], subjects)
    assert [row.key for row in rows] == ["a", "c"]
    assert rows[0].ratio("compiled") == 1 and len(rows[0].rounds["peer"]) == 3 + 4
    assert rows[1].failures == {"compiled": "refused: TypeError"}
    assert "c [compiled]" in summary.summary(rows)["failures"][0]


class Hanging:
    """A process that is cut off at the case ``"hangs"``, and knows what it was asked for last."""

    hangs_at = "try_cases"

    def __init__(self):
        self.held = ()

    def ask(self, op, keys, limit=0):
        if op == "try_cases":
            self.held = keys
        assert set(keys) <= set(self.held)
        if op == self.hangs_at and "hangs" in keys:
            self.held = ()
            raise measure.TookTooLong("no answer")
        return {"refused": [None] * len(keys), "seconds": [1e-6] * len(keys)}


def test_a_process_that_is_cut_off_holds_the_other_cases_again():
    rows = measure.measure(["a", "hangs", "b"], {"compiled": Hanging()}, more=0)
    assert [len(row.rounds.get("compiled", ())) for row in rows] == [3, 0, 3]
    assert [row.failures for row in rows] == [{}, {"compiled": "ended: no answer"}, {}]


def test_a_process_that_is_cut_off_while_it_measures_is_asked_no_more():
    process = Hanging()
    process.hangs_at = "time_cases"
    rows = measure.measure(["a", "hangs"], {"compiled": process}, more=0)
    assert [row.rounds for row in rows] == [{}, {}]
    assert [row.failures for row in rows] == [{"compiled": "ended: no answer"}] * 2


@pytest.mark.parametrize(
    ("ours", "peer", "slow"),
    [(10.9, 10, False), (11.2, 10, True), (0.19, 0.1, False), (0.21, 0.1, True)],
)
def test_what_is_slower_than_the_peer(ours, peer, slow):
    row = measure.Row("x", {"compiled": [ours / 1e6] * 3, "peer": [peer / 1e6] * 3}, {})
    assert measure.is_slow(row) is slow


def test_a_case_that_is_late_is_interrupted(monkeypatch):
    trying = player.Player()
    endless = sweep.Timed(lambda _: [None for _ in iter(int, 1)])
    trying._cases = {"endless": sweep.Case("x", "y", "z", lambda: endless)}
    monkeypatch.setattr(player, "LONGEST", 0.05)
    monkeypatch.setattr(player.gc, "freeze", lambda: None)
    assert trying.prepare(["endless"]) == ["over 0.05 s"]


def test_states_are_fresh_for_what_edits():
    (case,) = [c for c in CASES if c.key == "sweep: RangeSet.clear, whole: six"]
    timed = case.make()
    states = [timed.prepare() for _ in range(2)]
    timed.run(states[0])
    assert [len(state) for state in states] == [0, 6]
    assert player.once(timed, 3) > 0


def test_what_is_known_to_be_slower_is_sorted_and_there():
    known = summary.KNOWN.read_text().splitlines()
    assert known == sorted(set(known))
    assert set(known) <= {summary.way_of(case.key) for case in CASES}


def test_distribution_counts_every_row_once():
    assert sum(summary.bins([0.05, 0.91, 1.0, 5e5])) == 4
    assert summary.bins([0.05])[0] == summary.bins([5e5])[-1] == 1


def test_the_command_ends_with_one_where_something_new_is_slow(monkeypatch, capsys):
    from benchmarks.sweep import __main__ as command

    row = measure.Row("sweep: RangeSet.add, int: six", {"compiled": [3.0], "peer": [1.0]}, {})

    class Fake:
        def __init__(self, *args):
            pass

        def ask(self, op):
            return {"life": "compiled"}

        def close(self):
            pass

    monkeypatch.setattr(command, "Process", Fake)
    monkeypatch.setattr(command.measure, "run", lambda made, keys: iter([row]))
    monkeypatch.setattr(command.measure, "confirm", lambda keys, made: [row])
    monkeypatch.setattr(command.sys, "argv", ["sweep", "--peer", sys.executable, "--sample", "1"])
    for known, status in ((set(), 1), ({"RangeSet.add, int"}, 0)):
        monkeypatch.setattr(summary, "known", lambda known=known: known)
        assert command.main() == status
    assert "SLOWER than the released package: RangeSet.add, int" in capsys.readouterr().out
