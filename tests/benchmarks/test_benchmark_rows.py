"""What is measured: every documented row, with a bound that is checked, and footprints."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import environments, footprint, promises, workloads

# Every row of the document on performance has its workloads.

DOCUMENTED = {
    "RangeSet": [
        "parse 0-999999", "parse 0-299999/3", "parse 10,000 ranges", "parse 20,000 single numbers",
        "build from a shuffled list of 100,000 ints", "str() of 100,000: dense",
        "str() of 100,000: sparse", "str() of 100,000: padded step 2",
        "str() of 100,000: autostep=3", "iterate 100,000 as strings: dense",
        "iterate 100,000 as strings: sparse", "iterate 100,000 as strings: padded",
        "rs[50000] on 0-99999", 'rs.index("77777") on 0-99999', "rs[10:99990:7] on 0-99999",
        "split(32) of 100,000", "union, dense 100k", "intersection, dense 100k",
        "difference, dense 100k", "xor, dense 100k", "true issubset, dense 100k",
        "union of sparse sets of 100,000", "intersection of sparse sets of 100,000",
        "difference of sparse sets of 100,000", "xor of sparse sets of 100,000",
        "20,000 random add, each followed by a test", "pickle and unpickle 100,000 sparse",
        "20,000 x (a | b, a & b, a - b) on sets of 6", '10,000 x str(RangeSet("1-5,8,10-12"))',
    ],
    "RangeSetND and nD node sets": [
        "fold a full 100x100 grid given as 10,000 names", "fold 3,000 random points of 200x200",
        "fold 4,000 random points of 40x40x40",
        "fold 9,472 x[2000-2073]c[0-7]s[0-7]b[0-1] names",
        "fold 100,000 scattered x[1000-8999]c[0-7]s[0-7]b[0-1] names",
        "two overlapping 300x300 boxes", "100x100x100 box minus 8 nodes, then len()",
        "union and fold of r[0-19]c[0-39]n[0-9] and r[10-29]c[20-59]n[0-9]",
    ],
    "NodeSet and groups": [
        "fromlist of 20,000 names: one prefix", "fromlist of 20,000 names: 50 prefixes",
        "str(fromlist()) of 100,000 shuffled names",
        "the same names joined by commas, parsed as one string (20,000)", "parse node[0-99999]",
        "parse a folded string of 100,000 sparse indexes", "expand 100,000 names, plain",
        "expand 100,000 names, padded with a suffix", "ns[50000]", "split(32) of 100,000",
        "union of 100,000", "difference of 100,000", "9,000 × remove of one node",
        "20,000 × add of one node, shuffled", '2,000 × "node54321" in ns',
        '3,000 × str(NodeSet("node[1-5,8],login1"))',
        "regroup() of 5,000 nodes against 2,000 groups of 50",
        "nodeset -f node[1-10], whole process",
        "nodeset -r of 2,000 nodes against 20,000 YAML groups, whole process",
        "cluset -f of 100,000 names on stdin, whole process",
    ],
    "MsgTree and gathered output": [
        "10,000 keys × 100 identical lines, one add() a line", "128 keys × 1,000 unique lines",
        "clubak -b, 111,600 lines of 124 nodes, same output",
        "clubak -b, 111,600 lines of 124 nodes, all different",
    ],
    "Engine and clush": [
        "1,000 local true, fanout 64, through Task", "500 local true from a parent holding 400 MiB",
        "20,000 local true pending at fanout 64", "100,000 lines of 64 bytes, one ev_read each",
        "gather 100 commands × 10,000 lines and read it back",
        "4 MiB of stdin broadcast to 8 commands", "clush -R exec -f 64 -w n[1-1000] true",
        "clush -R exec -w n[1-100] seq 1 10000", "clush -R exec -b -w n[1-100] seq 1 10000",
        "clush -R exec -bL -w n[1-100] seq 1 2000",
        "clush -b over 10,000 local nodes: from the last end to the last printed line",
        "clush -R exec -f 64 -b -w n[1-50000] true",
    ],
}  # fmt: skip


@pytest.mark.parametrize("group", DOCUMENTED)
def test_every_documented_row_is_measured(group):
    rows = {made.row: made for made in workloads.load() if made.group == group}
    assert set(DOCUMENTED[group]) <= set(rows)
    for name in DOCUMENTED[group]:
        made = rows[name]
        assert made.must or made.bound, name
        bounded = {bound.key for bound in promises.BOUNDS}
        beside = {other.key for other in workloads.REFERENCES if other.must}
        assert made.must or made.key in bounded | beside, f"{name}: its bound is not checked"


def test_bounds_are_of_rows_and_columns_that_there_are():
    keys = {made.key for made in workloads.load()}
    others = {other.name for other in workloads.REFERENCES} | {"peer", ""} | keys
    for bound in promises.BOUNDS:
        assert bound.key in keys and bound.than in others, bound
    assert keys >= promises.SPARSE_ROWS
    assert [made.limit for made in footprint.FOOTPRINTS.values()] == [6.0, 3.0]


def test_the_last_end_is_timed_by_itself(capfd):
    """All that is printed is printed in what is timed, each time anew."""
    key = "Engine and clush: clush -b over 10,000 local nodes: from the last end to the last"
    (made,) = [made for made in workloads.load() if made.key.startswith(key)]
    prepare, run = workloads.pair(made.make(0.0005))
    line = "-" * 15
    for _ in range(2):
        state = prepare()
        assert capfd.readouterr() == ("", "")
        run(state)
        assert capfd.readouterr() == (f"{line}\nnode[1-5] (5)\n{line}\nthe same\n", "")


def test_footprint_is_the_slope_between_two_numbers(monkeypatch):
    answers = {"1000": "20000", "4000": "23000"}
    monkeypatch.setattr(footprint, "module", lambda *args, limit: answers[args[3]])
    wanted = footprint.FOOTPRINTS["memory per command in flight"]
    found = footprint.measure(Path(sys.executable), wanted)
    assert found["each"] == 1.0 and found["kib"] == [20000, 23000]


def test_memory_is_read_with_commands_pending():
    program = "from benchmarks import footprint; print(footprint.memory(300, False) > 1000)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=environments.ROOT
    )
    assert done.stdout == "True\n", done.stderr
