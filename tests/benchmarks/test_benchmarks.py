"""The benchmark product: statistics, gate, page and README section."""

import json
import math
import random
import shutil
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import (
    counts,
    gate,
    growth,
    measure,
    plan,
    record,
    selftest,
    workloads,
)
from benchmarks.__main__ import arguments, worse
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


def recorded(median):
    return {"rows": [row(median)]}


def falls(entry, before, *retries):
    answers = list(retries)
    return gate.falls([entry], recorded(before), lambda key, rounds: answers.pop(0))


def test_a_fall_by_more_than_a_quarter_is_named():
    low = row(10 / 1.4)
    (fall,) = falls(low, 10.0, low, low)
    assert "Sets: union <of> two [compiled]" in str(fall)
    assert "10x recorded, 7.14x now" in str(fall)


def test_a_fall_within_the_noise_of_the_run_is_not():
    noisy = row(7.2, noise=0.2)
    assert falls(noisy, 10.0, noisy, noisy) == []


def test_a_suspect_is_measured_again_and_cleared():
    assert falls(row(7.0), 10.0, row(9.9)) == []


def test_no_alarm_from_noise_alone():
    """Ten runs of a hundred rows whose rounds scatter by 10 %."""
    random.seed(20)

    def noisy(rounds):
        ratios = [10 * random.lognormvariate(0, 0.1) for _ in range(rounds)]
        return row(10, ratios={"compiled": measure.summary(ratios)})

    alarms = [
        fall
        for _ in range(1000)
        for fall in gate.falls([noisy(7)], recorded(10.0), lambda key, rounds: noisy(rounds))
    ]
    assert alarms == []


def test_a_slowdown_of_forty_percent_is_found_through_noise():
    random.seed(21)

    def slowed(rounds):
        ratios = [10 / 1.4 * random.lognormvariate(0, 0.03) for _ in range(rounds)]
        return row(10, ratios={"compiled": measure.summary(ratios)})

    caught = sum(
        bool(gate.falls([slowed(7)], recorded(10.0), lambda key, rounds: slowed(rounds)))
        for _ in range(100)
    )
    assert caught == 100


def test_a_ratio_that_is_no_longer_measured_is_named():
    text = "Sets: union <of> two [compiled]: recorded, but not measured"
    assert gate.missing(recorded(10.0), [row(10, ratios={})], whole=True) == [text]
    assert gate.missing(recorded(10.0), [row(10)], whole=True) == []


def test_a_program_that_is_not_installed_is_not_missed():
    with_pdsh = {"rows": [row(10, ratios={"pdsh": {"median": 3, "noise": 0, "rounds": 7}})]}
    assert gate.missing(with_pdsh, [row(10, ratios={}, absent=["pdsh"])], whole=True) == []


def test_a_row_that_is_gone_is_named_by_a_whole_run_only():
    text = "Sets: union <of> two: recorded, but there is no such row"
    assert gate.missing(recorded(10.0), [], whole=True) == [text]
    assert gate.missing(recorded(10.0), [], whole=False) == []


@pytest.mark.parametrize("power", [0, 0.5, 1, 1.2, 2])
def test_fitted_exponent(power):
    sizes = (1000, 3000, 10_000, 100_000)
    assert growth.exponent(sizes, [size**power for size in sizes]) == pytest.approx(power)


def test_counts_may_fall_but_not_rise_nor_go():
    before = {"calls": 3, "kept": 1}
    assert counts.compare({"calls": 2, "kept": 1, "new": 9}, before) == []
    assert counts.compare({"calls": 4, "kept": 1}, before) == ["calls: 4, recorded 3"]
    assert counts.compare({"calls": 3}, before) == ["kept: recorded, but not counted"]
    assert counts.compare({}, before) == []  # a run that was not to count


def test_summary_of_rounds():
    found = measure.summary([10.0, 11.0, 9.0, 10.0, 10.5])
    assert found["median"] == 10.0
    assert found["rounds"] == 5
    assert 0 < found["noise"] < 0.1
    assert math.isclose(measure.summary([4.0] * 3)["noise"], 0.0)


def test_planting_a_slowdown_keeps_what_a_function_does():
    source = (
        "import functools\n"
        "class Runs:\n"
        "    @functools.lru_cache\n"
        "    def union(self, other: int, more=1) -> int:\n"
        '        """Add."""\n'
        "        return other + more\n"
        "    def after(self):\n"
        "        return 7\n"
    )
    slowed = selftest.plant(source, "Runs.union", 0.4)
    names = {}
    exec(slowed, names)
    runs = names["Runs"]()
    assert (runs.union(2, more=3), runs.after()) == (5, 7)
    assert runs.union.cache_info().currsize == 1
    assert runs.union_as_written(2) == 3


def test_every_planted_function_is_there():
    for spot in selftest.PLANTS:
        source = (selftest.environments.ROOT / selftest.KERNELS / f"{spot.kernel}.py").read_text()
        slowed = selftest.plant(source, spot.function, selftest.SLOWDOWN)
        compile(slowed, spot.kernel, "exec")
        assert slowed.count("_as_written(") == 2


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


def test_plan_adds_up_what_the_record_tells():
    known = {"rows": [{**row(5.0), "took": 100.0}], "took": {"environments": 20.0, "growth": 30.0}}
    rows = [ROW._replace(row="union <of> two"), ROW._replace(group="Trees", row="new")]
    made = plan.Plan(rows, known, growth=True, counts=False)
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


def test_growth_is_measured_at_three_sizes_at_least():
    operation = growth.Growth("x", (100, 200, 400, 800), 9, lambda size: (int, lambda _: 0))
    few, all_of_them = growth.measure(operation, largest=100), growth.measure(operation)
    assert (few["sizes"], few["limit"]) == ([100, 200, 400], 9 + growth.SLACK)
    assert (all_of_them["sizes"], all_of_them["limit"]) == ([100, 200, 400, 800], 9)


def test_growth_that_fails_is_named():
    found = growth.run_one(Path(sys.executable), "no such operation")
    assert found == {"name": "no such operation", "failure": "KeyError: 'no such operation'"}


def test_counts_of_another_python_are_not_compared(capsys):
    known = {"about": {"python": "3.11.7"}, "counts": {"calls": 1}}
    same = {"about": {"python": "3.11.2"}, "counts": {"calls": 2}, "growth": []}
    assert worse(same, known) == ["calls: 2, recorded 1"]
    assert worse({**same, "about": {"python": "3.12.1"}}, known) == []
    assert "counts not compared: recorded on Python 3.11.7" in capsys.readouterr().out


class FakeRun:
    """A run that has measured what it is given."""

    result: dict = {}

    def __init__(self, options, known):
        self.plan = plan.Plan([], record.EMPTY, growth=False, counts=False)

    def measure(self):
        return self.result

    def again(self, key, rounds):
        return next(found for found in self.result["rows"] if gate.key(found) == key)

    def close(self):
        self.closed = True


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Return a function: run the command on rows and options; give status and record."""
    about = {
        "date": "d", "machine": "m", "python": "3.11.7", "ours": "1", "peer": "1", "scale": 1.0,
        "rounds": 7, "memory": True,
    }  # fmt: skip
    path = tmp_path / "record.json"
    rendered = []
    monkeypatch.setattr(command, "Run", FakeRun)
    monkeypatch.setattr(command.signal, "signal", lambda *args: None)
    monkeypatch.setattr(record, "render", rendered.append)

    def go(rows, *options, before=None):
        if before:
            path.write_text(json.dumps({**record.EMPTY, "about": about, "rows": before}))
        result = {**record.EMPTY, "about": about, "rows": rows, "took": {"all": 1.0}}
        monkeypatch.setattr(FakeRun, "result", result)
        status = command.main([f"--output={tmp_path}", f"--record={path}", *options])
        assert json.loads((tmp_path / "result.json").read_text())["rows"] == rows
        assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")
        return status, json.loads(path.read_text()) if path.exists() else None, rendered

    return go


def failed_row():
    column = {"seconds": None, "rounds": [], "note": "failed", "failure": "ValueError: no"}
    return row(10, row="broken", columns={"compiled": column}, ratios={})


def test_a_run_as_fast_as_the_record_passes(run, capsys):
    status, _, rendered = run([row(9.5)], before=[row(10.0)])
    assert (status, rendered) == (0, [])
    assert "WORSE" not in capsys.readouterr().out


def test_a_run_with_a_fall_names_it_and_fails(run, capsys):
    status, kept, _ = run([row(7.0)], before=[row(10.0)])
    assert status == 1 and kept["rows"][0]["ratios"]["compiled"]["median"] == 10
    assert "WORSE: Sets: union <of> two [compiled]: 10x recorded, 7x now" in capsys.readouterr().out


def test_a_row_that_failed_is_named_and_the_others_are_compared(run, capsys):
    status, _, _ = run([failed_row(), row(7.0)], before=[row(10.0)])
    out = capsys.readouterr().out
    assert status == 1
    assert "FAILED: Sets: broken [compiled]: ValueError: no" in out
    assert "WORSE: Sets: union <of> two [compiled]: 10x recorded, 7x now" in out


def test_an_update_keeps_what_was_measured_and_names_what_failed(run, capsys):
    status, kept, rendered = run([failed_row(), row(10.0)], "--update")
    assert status == 1 and len(rendered) == 1
    assert "FAILED: Sets: broken" in capsys.readouterr().out
    assert [entry["row"] for entry in kept["rows"]] == ["broken", "union <of> two"]
    assert "rounds" not in kept["rows"][1]["columns"]["compiled"]
    assert run([row(10.0)], "--update")[0] == 0
