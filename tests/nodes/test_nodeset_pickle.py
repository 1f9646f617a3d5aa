"""Pickles of node sets: ours, the peer's, and those of old releases."""

import base64
import copy
import copyreg
import pickle
import pickletools
import subprocess
import sys

import pytest

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet, NodeSetBase
from ClusterShell.RangeSet import RangeSet, RangeSetND
from tests.recorded import load

RELEASES = {line["release"]: line["rows"] for line in load("pickles/nodesets.jsonl")}

TEXTS = [
    "",
    "login",
    "node[1-5,8]",
    "node[001-010],adm[1-2],login",
    "n[9-11]-ib0",
    "x[1-3]y[01-02],z",
    "n%1,é[1-3],n%%s",
    "n99999999999999999999",
]


def folded(text, autostep=None):
    return str(NodeSet(text, autostep=autostep, resolver=RESOLVER_NOGROUP))


@pytest.mark.parametrize("release", sorted(RELEASES))
def test_states_of_old_releases(release):
    rows = RELEASES[release]
    assert len(rows) >= 22
    for text, autostep, _, data in rows:
        nodes = pickle.loads(base64.b64decode(data))
        length = len(nodes)
        assert str(nodes) == folded(text, autostep)
        assert nodes.autostep == autostep
        # Alive, not just printable.
        nodes.update("more[1-3]")
        assert len(nodes) == length + 3
        assert "more2" in nodes


def test_one_index_of_old_releases_becomes_several():
    """Before 1.7 ``10.0.0.1`` was pattern ``10.0.0.%s``: it must meet new names."""
    (data,) = (row[3] for row in RELEASES["1.6"] if row[0].startswith("10.") and row[2] == 2)
    nodes = pickle.loads(base64.b64decode(data))
    assert nodes == NodeSet("10.0.0.[1-2]")
    assert "10.0.0.2" in nodes


@pytest.mark.parametrize("protocol", range(5))
@pytest.mark.parametrize("text", TEXTS)
def test_round_trip(text, protocol):
    nodes = NodeSet(text, autostep=3, resolver=RESOLVER_NOGROUP)
    twin = pickle.loads(pickle.dumps(nodes, protocol))
    assert twin == nodes
    assert str(twin) == str(nodes)
    assert twin.autostep == 3
    assert type(twin) is NodeSet
    twin.update("extra")
    assert "extra" not in nodes


def test_state_is_the_one_of_version_2():
    """What tree mode sends to a gateway that runs the released package."""
    state = NodeSet("a[1-5],b,c[1-2]x3", fold_axis=(0,)).__getstate__()
    assert state.pop("_version") == 2
    patterns = state.pop("_patterns")
    assert state == {"_autostep": None, "_length": 0, "fold_axis": (0,)}
    assert {key: type(value) for key, value in patterns.items()} == {
        "a%s": RangeSet,
        "b": type(None),
        "c%sx%s": RangeSetND,
    }


def test_only_public_classes_are_named():
    data = pickle.dumps(NodeSet("a[1-5],b,c[1-2]x3"), 2)
    named = {arg for op, arg, _ in pickletools.genops(data) if op.name == "GLOBAL"}
    assert named == {
        "ClusterShell.NodeSet NodeSet",
        "ClusterShell.RangeSet RangeSet",
        "ClusterShell.RangeSet RangeSetND",
    }


def test_unpickled_set_resolves_no_group():
    nodes = pickle.loads(pickle.dumps(NodeSet("a1", resolver=RESOLVER_NOGROUP)))
    nodes.update("@group")
    assert str(nodes) == "@group,a1"


class Sub(NodeSet):
    pass


class Own(NodeSet):
    def __reduce__(self):
        return (*super().__reduce__()[:2], {"own": True})


@pytest.mark.parametrize(
    "nodes", [NodeSet("n[1-3],a"), NodeSetBase("n%s", RangeSet("1-5")), NodeSetBase(), Sub("n1x2")]
)
def test_reduced_as_any_object(nodes):
    assert nodes.__reduce__() == (
        copyreg._reconstructor,
        (type(nodes), object, None),
        nodes.__getstate__() if isinstance(nodes, NodeSet) else vars(nodes),
    )
    assert type(nodes).__reduce__ is object.__reduce__
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        reduced = nodes.__reduce_ex__(protocol)
        assert reduced[0] is (copyreg.__newobj__ if protocol > 1 else copyreg._reconstructor)
        assert pickle.loads(pickle.dumps(nodes, protocol)) == nodes
    for copied in (copy.copy(nodes), copy.deepcopy(nodes)):
        assert copied == nodes
        assert type(copied) is type(nodes)


def test_what_a_derived_class_reduces_to():
    nodes = Own("n[1-3]")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert nodes.__reduce_ex__(protocol)[1:] == ((Own, object, None), {"own": True})


EXCHANGE = """
import base64, pickle, sys
from ClusterShell.NodeSet import NodeSet
for line in sys.stdin:
    nodes = pickle.loads(base64.b64decode(line))
    nodes.update("extra[1-3]")
    print(base64.b64encode(pickle.dumps(nodes, 4)).decode(), str(nodes))
"""


def test_exchange_with_the_peer(peer_python):
    sets = [NodeSet(text, resolver=RESOLVER_NOGROUP) for text in TEXTS]
    lines = [base64.b64encode(pickle.dumps(nodes, 4)).decode() for nodes in sets]
    done = subprocess.run(
        [peer_python, "-c", EXCHANGE],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={"PYTHONIOENCODING": "utf-8"},
    )
    answers = done.stdout.splitlines()
    assert len(answers) == len(sets)
    for nodes, answer in zip(sets, answers):
        data, text = answer.split(" ", 1)
        nodes.update("extra[1-3]")
        assert text == str(nodes)
        assert pickle.loads(base64.b64decode(data)) == nodes


def test_unpickling_imports_no_group_machinery():
    code = (
        "import pickle, sys; from ClusterShell.NodeSet import NodeSet;"
        "pickle.loads(pickle.dumps(NodeSet('node[1-5]')));"
        "sys.exit('ClusterShell.NodeUtils' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
