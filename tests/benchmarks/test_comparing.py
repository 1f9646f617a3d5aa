"""Two trees against each other: builds, doubt, what a diff touches, and which commit it was."""

import random
import subprocess
from pathlib import Path

import pytest

from benchmarks import (
    against,
    bisecting,
    builds,
    comparing,
    counted,
    counts,
    doubt,
    exact,
    plants,
    sweep,
    traces,
    workloads,
)
from benchmarks.__main__ import arguments
from benchmarks.environments import ROOT

# Doubt.


def decided(true, noise, rng):
    """Return the verdict on a row, as a comparison comes to it."""
    ratios = [true * rng.lognormvariate(0, noise)]
    suspected = doubt.suspect([rng.lognormvariate(0, noise) for _ in range(80)])
    while doubt.verdict(ratios, suspected) == doubt.DOUBTFUL and len(ratios) < doubt.LIMIT:
        ratios.append(true * rng.lognormvariate(0, noise))
    return doubt.verdict(ratios, suspected)


@pytest.mark.parametrize("noise", [0.002, 0.01, 0.03])
def test_equal_trees_are_never_told_apart_and_ten_percent_always(noise):
    rng = random.Random(1)
    same = [decided(1.0, noise, rng) for _ in range(2_000)]
    assert same.count(doubt.SLOWER) == 0
    slower = [decided(1.1, noise, rng) for _ in range(300)]
    assert slower.count(doubt.SLOWER) >= 297


def test_much_noise_leaves_doubt():
    """A row that is slower is not cleared, though it may look faster at first; none is accused."""
    rng = random.Random(1)
    found = [decided(1.1, 0.06, rng) for _ in range(300)]
    assert found.count(doubt.SLOWER) + found.count(doubt.DOUBTFUL) >= 290
    assert [decided(1.0, 0.06, rng) for _ in range(500)].count(doubt.SLOWER) == 0


def test_rounds_follow_the_processor(monkeypatch):
    """What others do to the clock on the wall makes neither rounds fewer nor calls."""
    asked = []
    for elapsed in (0.02, 0.2):

        def ask(self, op, elapsed=elapsed, **fields):
            self.asked += 1
            return {"seconds": 0.02, "processor": 0.02, "elapsed": elapsed, "effort": 0.02}

        monkeypatch.setattr(Side, "ask", ask)
        sides = {name: Side(0.02) for name in against.SIDES}
        assert against.measure_row("Sets: union", sides, 1.0).ratios == [1.0]
        asked.append([side.asked for side in sides.values()])
    assert asked[0] == asked[1]


def test_short_calls_have_more_rounds_and_less_trust(monkeypatch):
    """Timed one by one, they deviate by as much as a slowdown that is to be named."""
    asked = {}
    for processor in (0.00002, 0.01):

        def ask(self, op, processor=processor, **fields):
            self.asked += 1
            return {"seconds": processor, "processor": processor, "elapsed": 0.01, "effort": 0.01}

        monkeypatch.setattr(Side, "ask", ask)
        sides = {name: Side(0.01) for name in against.SIDES}
        found = against.measure_row("Sets: union", sides, 1.0)
        asked[processor] = sides["old"].asked
        looks_faster = found._replace(ratios=[0.98])
        wanted = doubt.DOUBTFUL if processor < against.SHORT else doubt.SAME
        assert looks_faster.verdict == wanted
    assert asked[0.00002] - asked[0.01] == against.MOST - against.ROUNDS


def test_a_single_comparison_names_nothing():
    assert doubt.verdict([1.5]) == doubt.DOUBTFUL
    assert doubt.verdict([1.5, 1.0, 1.01]) == doubt.SAME
    assert doubt.verdict([1.12, 1.11, 1.13, 1.12, 1.11]) == doubt.SLOWER
    assert doubt.verdict([0.9]) == doubt.DOUBTFUL
    assert doubt.verdict([0.9, 0.91]) == doubt.FASTER
    assert doubt.verdict([0.9, 1.0]) == doubt.SAME
    assert doubt.verdict([0.6, 1.12, 1.11, 1.13, 1.12, 1.11]) == doubt.SLOWER


def test_bounds_hold_a_value_far_off():
    found = doubt.estimate([1.10, 1.11, 1.12, 1.10, 1.11, 1.09, 1.12, 1.10, 1.11, 1.9, 1.1, 1.12])
    assert 1.05 < found.low < found.ratio < found.high < 1.2
    assert str(doubt.estimate([1.25])) == "1.250"


# Builds.


def test_a_build_is_known_by_its_sources_alone(tmp_path):
    for name in ("one", "two"):
        folder = tmp_path / name / "clustershell"
        folder.mkdir(parents=True)
        (folder / "a.py").write_text("x = 1\n")
        (tmp_path / name / "setup.py").write_text("")
    (tmp_path / "two" / "README.md").write_text("anything")
    (tmp_path / "two" / "clustershell" / "a.so").write_text("built")
    keys = [builds.key(tmp_path / name) for name in ("one", "two")]
    assert keys[0] == keys[1]
    (tmp_path / "two" / "clustershell" / "a.py").write_text("x = 2\n")
    assert builds.key(tmp_path / "two") != keys[0]


def made(calls):
    def make(folder, tree):
        calls.append(tree)
        (folder / "bin").mkdir(parents=True)

    return make


def test_what_is_built_already_is_there_at_once(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(builds, "_make", made(calls))
    wheel = tmp_path / "a.whl"
    wheel.write_bytes(b"1")
    found = [builds.build(what, tmp_path / "cache") for what in (str(wheel), str(wheel))]
    assert found[0] == found[1] and len(calls) == 1
    wheel.write_bytes(b"2")
    assert builds.build(str(wheel), tmp_path / "cache").key != found[0].key
    with pytest.raises(builds.NoSuchTree):
        builds.build("no-such-revision", tmp_path / "cache")


def test_only_the_newest_builds_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(builds, "_make", made([]))
    monkeypatch.setattr(builds, "KEPT", 2)
    names = []
    for number in range(4):
        wheel = tmp_path / "a.whl"
        wheel.write_text(str(number))
        names.append(builds.build(str(wheel), tmp_path / "cache").key)
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == sorted(names[-2:])


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Return a function that runs git in a repository of three commits, as builds does."""

    def git(*args):
        names = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
        done = subprocess.run(
            ["git", *names, "-C", tmp_path, *args], check=True, capture_output=True, text=True
        )
        return done.stdout.rstrip("\n")

    git("init", "-q", "-b", "main")
    for number in range(3):
        (tmp_path / "setup.py").write_text(str(number))
        git("add", ".")
        git("commit", "-q", "-m", f"commit {number}")
    monkeypatch.setattr(builds, "git", git)
    monkeypatch.setattr(bisecting, "git", git)
    return git


def test_what_is_compared_with_by_default(repository):
    assert builds.base() == "HEAD~1"
    repository("switch", "-q", "-c", "work")
    repository("commit", "-q", "--allow-empty", "-m", "more")
    assert builds.base() == repository("rev-parse", "main")
    repository("tag", "v1")
    assert builds.base() == "v1"


# What a diff touches.


def test_every_row_and_operation_has_been_traced():
    recorded = traces.read()
    assert {row.key for row in workloads.load()} <= set(recorded)
    assert {traces.name_of(case.key) for case in sweep.cases()} <= set(recorded)
    text = traces.RECORDED.read_text()
    assert text == traces.lines(recorded)
    package = ROOT / traces.PACKAGE
    union = recorded["RangeSet: union of sparse sets of 100,000"]
    assert union and all((package / module).exists() for module in union)


def test_rows_that_a_diff_touches(monkeypatch, capsys):
    monkeypatch.setattr(
        traces, "read", lambda: {"a": ["RangeSet.py"], "b": ["_kernels/names.py"], "sweep: X.y": []}
    )
    keys = ["a", "b", "new", "sweep: X.y, way: shape"]

    def touched(*files):
        return list(traces.touched(keys, files))

    package = traces.PACKAGE
    assert touched(f"{package}RangeSet.py") == ["a", "new"]
    assert touched(f"{package}_compiled/names.pxd") == ["b", "new"]
    assert touched("setup.py") == keys
    assert touched("doc/index.md") == ["new"]
    assert touched(f"{package}Task.py") == ["new"]
    assert "no row was seen in Task.py" in capsys.readouterr().out


def test_rows_to_compare(monkeypatch):
    monkeypatch.setattr(traces, "changed_files", lambda base: ["setup.py"])
    options = arguments(["--against", "--only", "RangeSet.union,", "--no-tables", "--changed"])
    keys = comparing.keys(options, "HEAD")
    assert len(keys) > 50 and all(key.startswith("sweep: RangeSet.union,") for key in keys)


def test_a_sample_has_rows_of_the_tables_and_of_the_sweep():
    keys = [f"table: {n}" for n in range(9)] + [f"sweep: {n}" for n in range(100)]
    found = comparing.mixed(list(keys))
    assert sorted(found) == sorted(keys) and found != keys
    assert [key.startswith("table") for key in found[:22]] == [True, *[False] * 20, True]


# A comparison.


class Side:
    """A subject of a given speed."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.asked = 0

    def ask(self, op, **fields):
        self.asked += 1
        return dict.fromkeys(("seconds", "processor", "elapsed", "effort"), self.seconds)

    def close(self):
        pass


def comparison(monkeypatch, old, new):
    sides = iter([old, new] * doubt.LIMIT)
    monkeypatch.setattr(against, "Process", lambda python, env: Side(next(sides)))
    build = builds.Build("HEAD", "0", Path("python"))
    return against.Comparison(build, build, tell=lambda text: None).run(["Sets: union"])


def test_a_row_that_is_slower_is_named_and_ends_with_one(monkeypatch, capsys):
    found = comparison(monkeypatch, 0.01, 0.0111)
    assert [row.verdict for row in found] == [doubt.SLOWER]
    assert len(found[0].ratios) == doubt.FEWEST
    assert against.report(found, 0.0, print) == 1
    assert "SLOWER: Sets: union: 1.110 (1.110 to 1.110) of 10 ms" in capsys.readouterr().out


def test_a_row_that_is_not_is_measured_once(monkeypatch, capsys):
    found = comparison(monkeypatch, 0.01, 0.0101)
    assert [len(row.ratios) for row in found] == [1]
    assert against.report(found, 0.0, print) == 0
    assert "SLOWER" not in capsys.readouterr().out
    text = against.as_json(builds.Build("a", "1", Path()), builds.Build("b", "2", Path()), found)
    assert text.splitlines()[0] == '{"new": ["b", "2"], "old": ["a", "1"]}'


def failing(seconds):
    """Return a subject's answer that raises on one of that speed."""

    def ask(self, op, **fields):
        if self.seconds == seconds:
            raise against.Failed("ValueError: no\n  more")
        return dict.fromkeys(("seconds", "processor", "elapsed", "effort"), 0.1)

    return ask


def test_a_row_that_the_old_tree_has_not_is_left_out(monkeypatch):
    monkeypatch.setattr(Side, "ask", failing(0.01))
    assert comparison(monkeypatch, 0.01, 0.02) == []


def test_a_row_that_fails_is_named(monkeypatch, capsys):
    monkeypatch.setattr(Side, "ask", failing(0.02))
    found = comparison(monkeypatch, 0.01, 0.02)
    assert against.report(found, 0.0, print) == 1
    assert "FAILED: Sets: union: ValueError: no\n" in capsys.readouterr().out


# Which commit it was.


def test_the_first_bad_commit_is_found(repository, monkeypatch):
    found = bisecting.commits("HEAD~2", "HEAD")
    assert len(found) == 2
    for number in range(9):
        asked = []
        first = bisecting.first(list(range(9)), lambda n: asked.append(n) or n >= number)  # noqa: B023
        assert first == number and len(asked) <= 4


def test_a_row_that_is_not_slower_is_not_searched(repository, monkeypatch):
    monkeypatch.setattr(bisecting, "build", lambda what: builds.Build(what, what, Path()))
    slow = [False]

    class Fake:
        def __init__(self, old, new, **settings):
            pass

        def run(self, keys):
            ratios = [1.2] * 5 if slow[0] else [1.0]
            return [against.Found(keys[0], ratios)]

    monkeypatch.setattr(bisecting, "Comparison", Fake)
    with pytest.raises(bisecting.NotSlower):
        bisecting.bisect("row", "HEAD~2", "HEAD")
    slow[0] = True
    assert bisecting.bisect("row", "HEAD~2", "HEAD") == repository("rev-parse", "HEAD~1")


# Planted slowdowns.


def test_a_planted_function_does_what_it_did(monkeypatch):
    source = (
        '"""A module."""\n'
        "import functools\n"
        "class Runs:\n"
        "    @functools.lru_cache\n"
        "    def union(self, other: int, more=1) -> int:\n"
        '        """Add."""\n'
        "        return other + more\n"
        "if True:\n"
        "    def after():\n"
        "        return 7\n"
        "else:\n"
        "    def after():\n"
        "        return 8\n"
    )
    for number in ("0", "3"):
        for function in ("Runs.union", "after"):
            spot = plants.Plant("the sets' own", "x.py", function, "row")
            assert spot.variable == "BENCHMARKS_PLANT_THE_SETS_OWN"
            monkeypatch.setenv(spot.variable, number)
            slowed = plants.planted(source, spot)
            names = {}
            exec(slowed, names)
            runs = names["Runs"]()
            assert (runs.union(2, more=3), names["after"]()) == (5, 7)
            assert names[f"_{spot.variable}_NUMBER"] == int(number)
            assert slowed.count("for _planted") == (2 if function == "after" else 1)


def test_every_plant_is_there_and_every_kernel_has_one():
    keys = {row.key for row in workloads.load()} | {case.key for case in sweep.cases()}
    for spot in plants.PLANTS:
        source = (ROOT / plants.PACKAGE / spot.file).read_text()
        compile(plants.planted(source, spot), spot.file, "exec")
        assert spot.row in keys, spot
    folder = ROOT / plants.PACKAGE / "_kernels"
    kernels = {path.stem for path in folder.glob("[a-z]*.py")}
    assert kernels <= {spot.name for spot in plants.PLANTS}
    with pytest.raises(LookupError):
        plants.planted("", plants.PLANTS[0])


# Counts.


def test_named_counts_may_fall_but_not_rise_nor_go():
    before = {"calls": 3, "kept": 1}
    assert counts.compare({"calls": 2, "kept": 1, "new": 9}, before) == []
    assert counts.compare({"calls": 4, "kept": 1}, before) == ["calls: 4, recorded 3"]
    assert counts.compare({"calls": 3}, before) == ["kept: recorded, but not counted"]


TOOLS = {"python": "3.11.7", "compilers": "gcc 12", "libc": "glibc 2.36"}


def counted_as(**figures):
    return {"tools": TOOLS, "named": {}, "rows": {"union": figures}}


def compared(found, recorded):
    return list(counted.compare(found, recorded))


def test_a_rise_of_two_percent_is_named():
    before = counted_as(calls=100, instructions=100_000)
    assert compared(counted_as(calls=102, instructions=102_000), before) == []
    assert compared(counted_as(calls=103, instructions=90_000), before) == [
        "union: 103 calls, recorded 100"
    ]
    assert compared(counted_as(calls=1, instructions=102_200), before) == [
        "union: 102,200 instructions, recorded 100,000"
    ]
    assert compared({**before, "rows": {}}, before) == ["union: recorded, but not counted"]


@pytest.mark.parametrize("again, layouts", [([95_000], 1), ([110_000, 95_000], 2)])
def test_instructions_that_rise_only_where_objects_lie_so_are_not_named(
    monkeypatch, again, layouts
):
    asked = []

    def count(python, kind, layout):
        asked.append((kind, layout))
        return {"union": again[layout - 1]}

    monkeypatch.setattr(exact, "count", count)
    found = counted_as(calls=1, instructions=120_000)
    assert counted.risen(None, found, counted_as(calls=1, instructions=100_000)) == []
    assert asked == [("instructions", 1), ("instructions", 2)][:layouts]
    assert found == counted_as(calls=1, instructions=95_000)


def test_instructions_that_rise_wherever_objects_lie_are_named(monkeypatch):
    monkeypatch.setattr(exact, "count", lambda python, kind, layout: {"union": 150_000})
    found = counted_as(calls=2, instructions=120_000)
    assert counted.risen(None, found, counted_as(calls=1, instructions=100_000)) == [
        "union: 2 calls, recorded 1",
        "union: 120,000 instructions, recorded 100,000",
    ]


def test_the_most_instructions_are_recorded(monkeypatch):
    elsewhere = {1: {"union": 90}, 2: {"union": 120}}
    monkeypatch.setattr(counted, "run", lambda python: counted_as(calls=1, instructions=100))
    monkeypatch.setattr(exact, "count", lambda python, kind, layout: elsewhere[layout])
    assert counted.for_record(None) == counted_as(calls=1, instructions=120)


def test_calls_that_rise_are_not_counted_again(monkeypatch):
    monkeypatch.setattr(exact, "count", None)
    told = counted.risen(None, counted_as(calls=2), counted_as(calls=1))
    assert told == ["union: 2 calls, recorded 1"]


def test_what_was_counted_with_other_tools_is_not_compared(capsys):
    before = counted_as(calls=1, instructions=1)
    other = {**counted_as(calls=2, instructions=1_000), "tools": {**TOOLS, "libc": "glibc 2.37"}}
    assert compared(other, before) == ["union: 2 calls, recorded 1"]
    assert "instructions not compared" in capsys.readouterr().out
    newer = {**other, "tools": {**TOOLS, "python": "3.12.1"}}
    assert compared(newer, before) == []


def test_counts_are_read_as_they_are_written(tmp_path):
    made = {**counted_as(calls=1), "named": {"b": 2, "a": 1}}
    path = tmp_path / "counts.jsonl"
    path.write_text(counted.lines(made))
    assert counted.read(path) == made
    assert counted.RECORDED.read_text() == counted.lines(counted.read())


def test_system_calls_are_those_between_the_marks():
    trace = (
        'read(0, "x", 1) = 0\nwrite(-1, "<a \\303\\227 b>", 9) = -1\nmmap(NULL) = 0\nread(0) = 1\n'
        'write(-1, "<>", 2) = -1\nread(0) = 1\n'
    )
    assert exact._traced(trace) == {"a × b": 1}


def test_rows_that_are_counted_are_those_without_processes():
    names = [name for name, _ in exact.rows()]
    assert len(set(names)) == len(names) > 600
    assert not any(name.startswith(exact.PROCESSES) for name in names)
