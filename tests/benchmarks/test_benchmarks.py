"""The benchmark product: measuring, the command, and the history."""

import json
import math
import shutil
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import growth, history, measure, plan, readme, workloads
from benchmarks.__main__ import arguments
from benchmarks.process import Failed, Process, TookTooLong


def row(median, noise=0.01, **extra):
    ratios = {"compiled": {"median": median, "noise": noise, "rounds": 7}}
    column = {"seconds": 0.001, "rounds": [0.001], "note": "", "peak": 2048, "kept": 4}
    entry = {
        "group": "Sets",
        "row": "union <of> two",
        "must": 6.0,
        "aim": 20.0,
        "bound": "",
        "columns": {"compiled": column, "peer": {**column, "seconds": 0.02}},
        "ratios": ratios,
        "absent": [],
    }
    return {**entry, **extra}


@pytest.mark.parametrize("power", [0, 0.5, 1, 1.2, 2])
def test_fitted_exponent(power):
    sizes = (1000, 3000, 10_000, 100_000)
    assert growth.exponent(sizes, [size**power for size in sizes]) == pytest.approx(power)


def test_summary_of_rounds():
    found = measure.summary([10.0, 11.0, 9.0, 10.0, 10.5])
    assert found["median"] == 10.0
    assert found["rounds"] == 5
    assert 0 < found["noise"] < 0.1
    assert math.isclose(measure.summary([4.0] * 3)["noise"], 0.0)


# Measuring: a row that fails takes no other with it, and is named.


class Fake:
    """A subject that takes a given time, or raises what it is given."""

    def __init__(self, seconds, **answers):
        self.seconds, self.answers = seconds, answers

    def ask(self, op, **fields):
        answer = self.answers.get(op, {"seconds": self.seconds, "elapsed": self.seconds})
        if isinstance(answer, Exception):
            raise answer
        return answer


ROW = workloads.Workload("Sets", "union", lambda scale: None, 6.0, None, "", True)


def measured(**subjects):
    return measure.measure_row(ROW, subjects, memory=False)


def test_rounds_of_quick_and_of_slow_rows():
    quick = measured(compiled=Fake(0.5), peer=Fake(4.0))
    assert len(quick["columns"]["peer"]["rounds"]) == measure.ROUNDS == 7
    assert quick["ratios"]["compiled"]["median"] == 8
    slow = measured(compiled=Fake(0.5), peer=Fake(5.5))
    assert len(slow["columns"]["peer"]["rounds"]) == measure.SLOW_ROUNDS == 3


def test_peer_that_takes_too_long_is_cut_off_and_has_no_ratio():
    late = measured(compiled=Fake(0.5), peer=Fake(0, time=TookTooLong("over")))
    assert late["columns"]["peer"]["note"] == "over 60 s"
    assert late["columns"]["compiled"]["seconds"] == 0.5
    assert late["ratios"] == {} and measure.failures(late) == []


@pytest.mark.parametrize("op", ["prepare", "time"])
def test_failure_of_one_subject_is_named_and_leaves_the_others(op):
    failing = Fake(0.5, **{op: Failed("ValueError: no")})
    found = measured(compiled=failing, interpreted=Fake(1.0), peer=Fake(2.0))
    (text,) = measure.failures(found)
    assert text.startswith("Sets: union [compiled]: warm up: ValueError: no")
    assert found["columns"]["compiled"]["note"] == "failed"
    assert found["ratios"]["interpreted"]["median"] == 2
    assert "compiled" not in found["ratios"]


def test_our_own_row_that_takes_too_long_is_a_failure():
    late = measured(compiled=Fake(0, time=TookTooLong("time: no answer")), peer=Fake(2.0))
    assert measure.failures(late) == ["Sets: union [compiled]: time: no answer"]


#: A row that needs nothing of ClusterShell.
BARE = {
    "key": "NodeSet and groups: nodeset -f node[1-10], whole process",
    "reference": "bare Python",
    "scale": 1,
}


@pytest.fixture
def subject():
    process = Process(Path(sys.executable))
    yield process
    process.close()


def test_what_a_failing_workload_said_is_told(subject, capfd):
    with pytest.raises(Failed, match="StopIteration") as failed:
        subject.ask("prepare", key="no such row", scale=1)
    assert "Traceback" not in str(failed.value).split("\n")[0]
    assert "\n    StopIteration" in str(failed.value)
    assert capfd.readouterr().err == ""


def test_a_subject_that_ended_is_replaced(subject):
    subject._process.kill()
    subject._process.wait()
    with pytest.raises(Failed, match="its process ended"):
        subject.ask("prepare", **BARE)
    assert subject.ask("prepare", **BARE) == {"ok": True}


def test_a_subject_that_is_late_is_replaced(subject):
    with pytest.raises(TookTooLong):
        subject.ask("prepare", **BARE, limit=0)
    assert subject.ask("prepare", **BARE) == {"ok": True}


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler is installed")
def test_memory_of_a_whole_command():
    code = "x = bytearray(64 << 20)"
    made = workloads.Command([sys.executable, "-c", code], b"")
    assert 64 << 10 < made.peak() < 160 << 10
    with pytest.raises(workloads.subprocess.CalledProcessError):
        workloads.Command([sys.executable, "-c", "raise SystemExit(3)"], b"").peak()


# The command.


def test_only_a_whole_run_becomes_the_record(capsys):
    for part in (["--only", "x"], ["--no-memory"], ["--no-growth"], ["--scale=0.1"], ["--short"]):
        with pytest.raises(SystemExit) as ended:
            arguments(["--update", *part])
        assert ended.value.code == 2
    assert "--update takes a whole run" in capsys.readouterr().err
    assert arguments(["--update"]).update


def test_counts_are_left_out_of_the_short_form_only(capsys):
    for part in ([], ["--update-counts"], ["--short", "--update-counts"]):
        with pytest.raises(SystemExit) as ended:
            arguments(["--no-counts", *part])
        assert ended.value.code == 2
    assert "--no-counts goes with --short" in capsys.readouterr().err
    assert arguments(["--short", "--no-counts"]).no_counts


def test_plan_adds_up_what_the_last_run_tells():
    known = {"rows": [{**row(5.0), "took": 100.0}], "took": {"environments": 20.0, "growth": 30.0}}
    rows = [ROW._replace(row="union <of> two"), ROW._replace(group="Trees", row="new")]
    made = plan.Plan(rows, known, ["growth"])
    assert made.parts == {"environments": 20, "Sets": 100, "Trees": 10, "growth": 30}
    assert str(made).startswith("plan: 2:40 minutes (environments 0:20, Sets 1:40, Trees 0:10")
    assert made.at("Trees") == "[0:00, 0:40 to go]"


def test_rows_and_operations_are_named_once():
    names = [made.key for made in workloads.load()]
    assert len(names) == len(set(names)) > 70
    tables = [made.group for made in workloads.load()]
    assert list(dict.fromkeys(tables)) == [
        table for n, table in enumerate(tables) if n == 0 or tables[n - 1] != table
    ]
    assert all(other.key in names for other in workloads.REFERENCES)


def timed(monkeypatch, *answers):
    """Let growth.seconds() give these functions' values of the size, one a call."""
    left = list(answers)
    monkeypatch.setattr(growth, "seconds", lambda operation, size: left.pop(0)(size))
    operation = growth.Growth("sum", (100, 200, 400), 1.15, lambda size: (None, None))
    return growth.measure(operation), len(left)


def test_growth_that_keeps_its_promise_is_measured_once(monkeypatch):
    found, left = timed(monkeypatch, *[lambda size: size] * 12)
    assert found["holds"] and found["exponent"] == pytest.approx(1)
    assert (found["sizes"], found["seconds"], left) == ([100, 200, 400], [100, 200, 400], 9)


def test_growth_that_does_not_is_measured_again_and_the_least_times_count(monkeypatch):
    disturbed = [lambda size: size, lambda size: size, lambda size: 9 * size]
    found, left = timed(monkeypatch, *disturbed, *[lambda size: size] * 9)
    assert found["holds"] and left == 6
    found, left = timed(monkeypatch, *[lambda size: size**2] * 12)
    assert not found["holds"] and found["exponent"] == pytest.approx(2) and left == 0


@pytest.mark.slow
def test_growth_is_measured_at_three_sizes_at_least():
    operation = growth.Growth("x", (100, 200, 400, 800), 9, lambda size: (int, lambda _: 0))
    few, all_of_them = growth.measure(operation, largest=100), growth.measure(operation)
    assert (few["sizes"], few["limit"]) == ([100, 200, 400], 9 + growth.SLACK)
    assert (all_of_them["sizes"], all_of_them["limit"]) == ([100, 200, 400, 800], 9)


def test_growth_that_fails_is_named():
    found = growth.run_one(Path(sys.executable), "no such operation")
    assert found == {"name": "no such operation", "failure": "KeyError: 'no such operation'"}


class FakeRun:
    """A run that has measured what it is given."""

    result: dict = {}

    def __init__(self, options, known):
        self.plan = plan.Plan([], history.EMPTY, [])

    def measure(self):
        return self.result

    def close(self):
        self.closed = True


ABOUT = {
    "date": "2026-01-02", "revision": "abc1234", "python": "3.11.7", "ours": "1", "peer": "1",
    "machine": {"processor": "m", "cores": 2, "memory": "1 GiB", "system": "Linux 6.1.2"},
    "scale": 1.0, "rounds": 7, "memory": True,
}  # fmt: skip


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Return a function: run the command on rows and options; give status and history."""
    path = tmp_path / "history.jsonl"
    rendered = []
    monkeypatch.setattr(command, "Run", FakeRun)
    monkeypatch.setattr(command.signal, "signal", lambda *args: None)
    monkeypatch.setattr(readme, "update", lambda record, counts: rendered.append(record))
    monkeypatch.setattr(history, "HISTORY", path)

    def go(rows, *options):
        result = {**history.EMPTY, "about": ABOUT, "rows": rows, "took": {"all": 1.0}}
        monkeypatch.setattr(FakeRun, "result", result)
        status = command.main([f"--output={tmp_path}", *options])
        assert json.loads((tmp_path / "result.json").read_text())["rows"] == rows
        assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")
        return status, path.read_text().splitlines() if path.exists() else [], rendered

    return go


def failed_row():
    column = {"seconds": None, "rounds": [], "note": "failed", "failure": "ValueError: no"}
    return row(10, row="broken", columns={"compiled": column}, ratios={})


def test_a_run_is_not_compared_with_what_another_machine_has_seen(run, capsys):
    assert run([row(10.0)], "--update")[0] == 0
    status, kept, rendered = run([row(2.0)])
    assert (status, len(kept), len(rendered)) == (0, 1, 1)
    assert "WORSE" not in capsys.readouterr().out


def test_a_row_that_failed_is_named(run, capsys):
    status, _, _ = run([failed_row(), row(7.0)])
    assert status == 1
    assert "FAILED: Sets: broken [compiled]: ValueError: no" in capsys.readouterr().out


def test_an_update_adds_a_line(run):
    key = workloads.load()[0].key
    group, _, name = key.partition(": ")
    run([row(10.0, group=group, row=name)], "--update")
    _, kept, rendered = run([row(5.0, group=group, row=name)], "--update")
    lines = [json.loads(line) for line in kept]
    assert [line["rows"][key]["ratios"]["compiled"][0] for line in lines] == [10, 5]
    assert list(lines[0]) == sorted(lines[0]) and "0.001]" not in kept[0]
    assert rendered[-1]["rows"][0]["ratios"]["compiled"]["median"] == 5
    assert rendered[-1]["rows"][0]["must"] == workloads.load()[0].must


def test_runs_are_told_apart_by_machine_but_not_by_their_kernels_last_update():
    def line(**machine):
        return {"about": {**ABOUT, "machine": {**ABOUT["machine"], **machine}}, "rows": {}}

    runs = [line(), line(processor="other"), line(system="Linux 6.1.3")]
    found = history.by_machine(runs)
    assert [len(some) for some in found.values()] == [1, 2]
    assert list(found)[-1] == history.fingerprint(runs[0])
