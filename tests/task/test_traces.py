"""Event traces of the released package, compared on every poller.

``recorded/traces/traces.jsonl`` holds what programs saw with the released package,
``differences.json`` there what they see here where that is deliberate.
"""

import json
import subprocess
import sys
from functools import lru_cache

import pytest

from tests import ROOT
from tests.recorded import load

PEER = {line["name"]: line["trace"] for line in load("traces/traces.jsonl")}
DIFFERENCES = load("traces/differences.json")
ENGINES = ("epoll", "poll", "select")


def start(engine, *args):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.recorded.traces.run", "--engine", engine, *args],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )


def finish(process):
    output = process.communicate(timeout=300)[0]
    assert process.returncode == 0
    return json.loads(output)


@lru_cache
def replayed(*engines, quick=False):
    """Return the traces of one run of the scenarios on each of ``engines``, side by side.

    Some commands are given a fraction of a second.  On a loaded machine they
    may not get as far as they should: what differs is run again by itself.
    """
    runs = [start(engine, *(["--quick"] if quick else [])) for engine in engines]
    traces = dict(zip(engines, map(finish, runs)))
    for engine in engines:
        names = list(compare(traces[engine]))
        if names:
            traces[engine].update(finish(start(engine, *names)))
    return traces


def expected(name):
    return DIFFERENCES[name]["trace"] if name in DIFFERENCES else PEER[name]


def compare(traces):
    """Return the scenarios whose trace is not the expected one, with both traces."""
    return {
        name: {"expected": expected(name), "seen": trace}
        for name, trace in traces.items()
        if trace != expected(name)
    }


@pytest.mark.lengthy
def test_quick():
    traces = replayed("auto", quick=True)["auto"]
    assert len(traces) >= 300
    assert compare(traces) == {}


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_all(engine):
    traces = replayed(*ENGINES)[engine]
    assert set(traces) == set(PEER)
    assert compare(traces) == {}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_differences_are_explained(name):
    assert DIFFERENCES[name]["why"]
    assert DIFFERENCES[name]["trace"] != PEER[name]


def test_comparison_notices(monkeypatch):
    """A trace in which one event is missing, or two are exchanged, is another trace."""
    name = "output.nodes[line-merged]"
    trace = PEER[name]
    assert compare({name: expected(name)}) == {}
    assert name in compare({name: trace[:-1]})
    assert name in compare({name: [trace[1], trace[0], *trace[2:]]})
