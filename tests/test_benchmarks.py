"""The benchmark product: statistics, gate, page and README section."""

import math
import random

import pytest

from benchmarks import counts, gate, growth, measure, page, readme, selftest


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
    }
    return {**entry, **extra}


def record(median):
    return {"rows": {"Sets: union <of> two": row(median)}}


def falls(entry, recorded, *retries):
    answers = list(retries)
    return gate.falls([entry], record(recorded), lambda key, rounds: answers.pop(0))


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
        for fall in gate.falls([noisy(7)], record(10.0), lambda key, rounds: noisy(rounds))
    ]
    assert alarms == []


def test_a_slowdown_of_forty_percent_is_found_through_noise():
    random.seed(21)

    def slowed(rounds):
        ratios = [10 / 1.4 * random.lognormvariate(0, 0.03) for _ in range(rounds)]
        return row(10, ratios={"compiled": measure.summary(ratios)})

    caught = sum(
        bool(gate.falls([slowed(7)], record(10.0), lambda key, rounds: slowed(rounds)))
        for _ in range(100)
    )
    assert caught == 100


def test_a_row_that_is_no_longer_measured_is_named():
    assert gate.missing(record(10.0), [row(10, ratios={})]) == ["Sets: union <of> two"]


@pytest.mark.parametrize("power", [0, 0.5, 1, 1.2, 2])
def test_fitted_exponent(power):
    sizes = (1000, 3000, 10_000, 100_000)
    assert growth.exponent(sizes, [size**power for size in sizes]) == pytest.approx(power)


def test_counts_may_fall_but_not_rise():
    recorded = {"calls": 3, "gone": 1}
    assert counts.compare({"calls": 2, "new": 9}, recorded) == []
    assert counts.compare({"calls": 4}, recorded) == ["calls: 4, recorded 3"]


def test_page_escapes_and_holds_every_part():
    curve = {
        "name": "union",
        "sizes": [1000, 10_000],
        "seconds": [0.001, 0.01],
        "exponent": 1.0,
        "limit": 1.15,
        "holds": True,
    }
    about = {"date": "d", "machine": "m", "python": "3", "ours": "1+cy", "peer": "1", "scale": 1.0}
    result = {"about": about, "rows": [row(5.0)], "growth": [curve], "counts": {"calls": 3}}
    text = page.page(result)
    assert "union &lt;of&gt; two" in text
    assert "<script" not in text
    assert 'class="bad">5×' in text
    assert "<polyline" in text and "2.0 MiB" in text
    section = readme.section(result)
    assert section.startswith("- not reached: Sets, union <of> two: 5×, must be 6×")
    assert "| union <of> two | 20 ms | 1 ms | 5× | – |" in section


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
