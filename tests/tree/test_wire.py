"""Payloads of messages: what they may hold, and that nothing else does anything."""

import base64
import os
import pickle
import struct
import subprocess
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import SimpleNamespace

import pytest

from ClusterShell import Communication as comm
from ClusterShell import NodeSet as nodeset_module
from ClusterShell import Topology as topology_module
from ClusterShell._tree import pickles, wire
from ClusterShell.NodeSet import NodeSet
from ClusterShell.RangeSet import RangeSet, RangeSetND
from ClusterShell.Topology import TopologyGraph, TopologyNodeGroup, TopologyTree
from ClusterShell.Worker.Exec import ExecWorker
from tests.recorded import load


def tree(*routes, root="admin"):
    graph = TopologyGraph()
    for src, dst in routes:
        graph.add_route(NodeSet(src), NodeSet(dst))
    return graph.to_tree(root)


def text_of(raw):
    return base64.b64encode(raw)


class Evil:
    def __reduce__(self):
        return os.system, ("touch planted",)


class Colour(Enum):
    RED = 1


class ListOfOurs(list):
    pass


def short(text):
    """Return the operation that pushes *text*."""
    return b"\x8c" + bytes([len(text)]) + text.encode()


def name(module, attribute):
    return b"\x80\x04" + short(module) + short(attribute) + b"\x93"


def integer(value):
    size = value.bit_length() // 8 + 1
    return b"\x8a" + bytes([size]) + value.to_bytes(size, "little", signed=True)


def call(module, attribute, *arguments):
    return name(module, attribute) + b"(" + b"".join(arguments) + b"tR."


VALUES = [
    {"a": [1, 2.5, None, True, b"x", "y", (1, {2}), frozenset((3,))]},
    [],
    {},
    (),
    set(),
    -(1 << 62),
    1 << 70,
    "é" * 300,
    b"\xff" * 70000,
    bytearray(b"abc"),
    1j,
    float("inf"),
    {1: (2, 3, 4, 5), (1, "a"): {}},
]


class TestObjects:
    @pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
    @pytest.mark.parametrize("protocol", range(6))
    def test_built_in(self, value, protocol):
        found = wire.decode(text_of(pickle.dumps(value, protocol)))
        assert (found, type(found)) == (value, type(value))

    @pytest.mark.parametrize(
        "value",
        [
            NodeSet("n[1-10]-ib[0-1],x"),
            NodeSet("n[1-10]"),
            NodeSet("a%b[1-2]"),
            NodeSet(),
            NodeSet("r[1-9]n[01-10]", autostep=3),
            RangeSet("1-10/2"),
            RangeSet("007,1-5"),
            RangeSet(),
            RangeSetND([["1-3", "4"], ["7", "8-9"]]),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("protocol", range(2, 6))
    def test_sets(self, value, protocol):
        found = wire.decode(text_of(pickle.dumps(value, protocol)))
        assert (found, str(found), type(found)) == (value, str(value), type(value))
        assert found.autostep == value.autostep

    @pytest.mark.parametrize("protocol", range(6))
    def test_topology(self, protocol):
        made = tree(("admin", "gw[0-1]"), ("gw0", "n[1-3]"), ("gw1", "sub"), ("sub", "x,m[1-2]"))
        found = wire.decode(text_of(pickle.dumps(made, protocol)))
        assert str(found) == str(made)
        assert [str(group) for group in found] == [str(group) for group in made]
        assert str(found.find_nodegroup("m1").parent) == str(made.find_nodegroup("sub"))
        assert str(found.root.children_ns()) == "gw[0-1]"

    @pytest.mark.parametrize("line", load("topology/pickles.jsonl"), ids=str)
    def test_topology_of_the_released_package(self, line):
        assert str(wire.decode(line["pickle"].encode())).startswith("admin\n|- gw0\n|  `- n[0-9]\n")

    def test_read_by_the_released_package(self, peer_python):
        made = tree(("admin", "gw"), ("gw", "n[1-3],x[1-2]y[3-4]"))
        text = wire.encode([made, NodeSet("r[1-3]n[1-2]"), b"x", {"a": 1}], 4, 65536)
        code = (
            "import sys, base64, pickle\n"
            "made = pickle.loads(base64.b64decode(sys.stdin.buffer.read()))\n"
            "print(*made, sep='\\n')"
        )
        done = subprocess.run(
            [peer_python, "-c", code], input=text, capture_output=True, env={}, cwd="/"
        )
        assert done.stderr == b""
        assert done.stdout.decode() == f"{made}\nr[1-3]n[1-2]\nb'x'\n{{'a': 1}}\n"

    def test_groups_are_not_asked_for(self, monkeypatch):
        def asked(*_):
            raise AssertionError("a source of groups has been asked")

        made = NodeSet._fromlist1(["@src:grp"], resolver=nodeset_module.RESOLVER_NOGROUP)
        monkeypatch.setattr(nodeset_module, "std_group_resolver", asked)
        found = wire.decode(wire.encode(made, 4, 65536))
        assert list(found) == ["@src:grp"]
        found.add("@src:other")
        assert len(found) == 2

    @pytest.mark.parametrize(
        "value", [Evil(), os.system, eval, getattr, subprocess.Popen, pickles.load, ExecWorker]
    )
    @pytest.mark.parametrize("protocol", range(6))
    def test_nothing_else(self, value, protocol, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        text = text_of(pickle.dumps(value, protocol))
        for decode in (wire.decode, wire.decode_scalar):
            with pytest.raises(wire.PayloadError, match="is not allowed in a message"):
                decode(text)
        message = comm.ControlMessage()
        message.data = text
        with pytest.raises(comm.MessageProcessingError, match="is not allowed"):
            message.data_decode()
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize(
        "cls", [TopologyTree, TopologyNodeGroup, NodeSet, RangeSet, RangeSetND, set]
    )
    def test_classes_do_not_come_out(self, cls):
        before = dict(vars(cls))
        raw = name(cls.__module__, cls.__name__)
        for rest in (b".", b"]\x94h\x00a.", b"}" + short("find_nodegroup") + b"K\x2asb."):
            with pytest.raises(wire.PayloadError):
                wire.decode(text_of(raw + rest))
        state = raw + b"N}" + short("__init__") + b"K\x2as\x86b."
        with pytest.raises(wire.PayloadError):
            wire.decode(text_of(state))
        assert dict(vars(cls)) == before

    @pytest.mark.parametrize("protocol", range(2, 6))
    @pytest.mark.parametrize(
        "value",
        [
            Evil(),
            os.system,
            NodeSet,
            ExecWorker,
            Decimal("1.5"),
            {Decimal(1)},
            [{"deep": (date(2020, 1, 1),)}],
            OrderedDict(a=1),
            Counter("aab"),
            defaultdict(list, a=[1]),
            deque([1, 2]),
            Path("/x"),
            Colour.RED,
            SimpleNamespace(a=1),
            ListOfOurs([1, 2]),
            ValueError("x"),
        ],
    )
    def test_settings_of_other_classes(self, value, protocol, tmp_path, monkeypatch):
        """Head nodes of other releases send them: they are left out, and nothing is called."""
        monkeypatch.chdir(tmp_path)
        settings = {"first": [1], "x": value, "last": NodeSet("a")}
        text = text_of(pickle.dumps({"cmd": "x", "taskinfo": settings}, protocol))
        decoded, left_out = wire.decode_command(text)
        assert decoded == {"cmd": "x", "taskinfo": {"first": [1], "last": NodeSet("a")}}
        assert left_out == ["x"]
        assert os.listdir(tmp_path) == []
        for elsewhere in ({"cmd": value, "taskinfo": {}}, {"taskinfo": value}, value):
            with pytest.raises(wire.PayloadError, match="is not allowed in a message"):
                wire.decode_command(text_of(pickle.dumps(elsewhere, protocol)))

    def test_settings_under_a_key_of_another_class(self):
        text = text_of(pickle.dumps({"taskinfo": {Decimal(1): 1, "a": 2}}, 4))
        assert wire.decode_command(text) == ({"taskinfo": {"a": 2}}, ["decimal.Decimal"])

    def test_scalars_only_from_a_gateway(self):
        for value in (b"", b"x" * 300, b"x" * 70000, "é", 5, None):
            for protocol in range(6):
                assert wire.decode_scalar(text_of(pickle.dumps(value, protocol))) == value
        for value in ([], {}, (), 1.5, True, set(), bytearray(), NodeSet("a"), [b"x"]):
            for protocol in range(2, 6):
                with pytest.raises(wire.PayloadError, match="is not allowed in a message"):
                    wire.decode_scalar(text_of(pickle.dumps(value, protocol)))

    def test_output_of_python_2(self):
        assert wire.decode_scalar(text_of(b"\x80\x02U\x04a\xff\ncq\x00.")) == b"a\xff\nc"


BOMBS = {
    "two gigabytes": call("builtins", "bytes", integer(2 << 30)),
    "a terabyte": call("builtins", "bytearray", integer(10**12)),
    "set of a range set": name("builtins", "set")
    + call("ClusterShell.RangeSet", "RangeSet", short("0-99999999"))[:-1]
    + b"\x85R.",
    "range with steps": call("ClusterShell.RangeSet", "RangeSet", short("0-999999999/2")),
    "many ranges with steps": name("ClusterShell.RangeSet", "RangeSet")
    + b"".join(b"h\x00" for _ in ())
    + short(",".join(f"{n}000000-{n}999999/2" for n in range(1, 12)))
    + b"\x85R.",
    "node set from text": call("ClusterShell.NodeSet", "NodeSet", short("@zz:all")),
    "long integer": b"\x80\x02\x8b" + struct.pack("<i", 1 << 20) + b"\x7f" * (1 << 20) + b".",
    "decimal integer": b"I" + b"9" * 100_000 + b"\n.",
    "tuples within tuples, shared": b"\x80\x04K\x01\x85\x94"
    + b"".join(b"h" + bytes([index]) + b"\x86\x94" for index in range(40))
    + b".",
    "lists within lists": b"\x80\x04" + b"]" * 10**5 + b"a" * (10**5 - 1) + b".",
    "tuples within tuples": b"\x80\x04)" + b"\x85" * 10**5 + b".",
    "deep key": b"\x80\x04})" + b"\x85" * 10**5 + b"Ns.",
    "list in itself": b"\x80\x04]\x94h\x00a.",
    "frame beyond the end": b"\x80\x04\x95" + b"\xff" * 7 + b"\x7fN.",
    "text beyond the end": b"\x80\x04\x8d" + b"\xff" * 7 + b"\x7f.",
    "bytes beyond the end": b"\x80\x04\x8e" + struct.pack("<Q", 1 << 40) + b".",
    "punycode": call(
        "_codecs", "encode", b"X" + struct.pack("<I", 4) + "éé".encode(), short("punycode")
    ),
    "codec that is a module": call("_codecs", "encode", b"C\x01a", short("os.path")),
    "attribute of what is allowed": name("ClusterShell.NodeSet", "NodeSet.__init__") + b".",
    "extension": b"\x80\x02\x82\x01.",
    "persistent": b"Pabc\n.",
    "instance": b"(S'touch x'\nios\nsystem\n.",
    "object without a state": name("ClusterShell.NodeSet", "NodeSet") + b")\x81.",
    "object without a state in a list": b"]" + name("ClusterShell.NodeSet", "NodeSet") + b")\x81a.",
    "stack underflow": b"\x80\x04a.",
    "no mark": b"\x80\x04e.",
    "no end": b"\x80\x04N",
    "empty": b"",
}


class TestBounds:
    @pytest.mark.parametrize("case", BOMBS)
    def test_refused(self, case):
        for decode in (wire.decode, wire.decode_command, wire.decode_scalar):
            with pytest.raises(wire.PayloadError):
                decode(text_of(BOMBS[case]))

    def test_settings_that_never_end(self):
        """What is left out is walked over, too."""
        value = [Decimal(1)]
        for _ in range(40):
            value = [value, value]
        text = text_of(pickle.dumps({"taskinfo": {"a": value, "b": value}}))
        with pytest.raises(wire.PayloadError, match="^too many values"):
            wire.decode_command(text)

    @pytest.mark.parametrize("raw", [b"\x80\x04K\x01r\xff\xff\xff\x7f.", b"K\x01p99999999999\n."])
    def test_memo_costs_what_is_in_it(self, raw):
        assert wire.decode(text_of(raw)) == 1

    def test_payload_is_bounded(self, monkeypatch):
        monkeypatch.setattr(wire, "MOST_PAYLOAD", 100)
        for decode in (wire.decode, wire.decode_scalar):
            with pytest.raises(wire.PayloadError, match="^payload too large$"):
                decode(wire.encode_bytes(b"x" * 100))

    def test_steps_are_bounded(self, monkeypatch):
        monkeypatch.setattr("ClusterShell._tree.machine.MOST_OPERATIONS", 100)
        with pytest.raises(wire.PayloadError, match="^too many values"):
            wire.decode(text_of(pickle.dumps(list(range(100)))))

    @pytest.mark.parametrize(
        "change",
        [
            lambda t: t.root._children.append(t.root),
            lambda t: t.root._children.append(t.root._children[0]),
            lambda t: setattr(t.root, "nodeset", None),
            lambda t: setattr(t.root, "nodeset", "n[1-2]"),
            lambda t: setattr(t.root, "parent", 5),
            lambda t: setattr(t.root, "_children", {}),
            lambda t: t.root._children.append("x"),
            lambda t: setattr(t, "root", "x"),
            lambda t: t.groups.append(TopologyNodeGroup(NodeSet("y"))),
            lambda t: t.groups.append("x"),
        ],
    )
    def test_topology_that_is_no_tree(self, change):
        made = tree(("admin", "gw"), ("gw", "n[1-3]"))
        change(made)
        with pytest.raises(wire.PayloadError):
            wire.decode(text_of(pickle.dumps(made)))

    @pytest.mark.parametrize(
        "state",
        [
            {"_patterns": {"n%s": None}},
            {"_patterns": {"n": RangeSet("1")}},
            {"_patterns": {"n%s": RangeSetND([["1", "2"]])}},
            {"_patterns": {"n%s%s%s": RangeSetND([["1", "2"]])}},
            {"_patterns": {5: None}},
            {"_patterns": []},
            {"_patterns": {}, "_autostep": "x"},
            {"_patterns": {}, "_autostep": -1},
            {"_patterns": {}, "_autostep": float("nan")},
            {"_patterns": {}, "fold_axis": ["x"]},
        ],
    )
    def test_malformed_node_set(self, state):
        # All but the end of the pickle of the state, with its state, is that of an object.
        raw = b"\x80\x04" + name("ClusterShell.NodeSet", "NodeSet")[2:] + b")\x81"
        raw += pickle.dumps(state, 2)[2:-1] + b"b."
        with pytest.raises(wire.PayloadError, match="in a message$"):
            wire.decode(text_of(raw))


@pytest.mark.parametrize("module", [topology_module, nodeset_module])
def test_modules_are_as_before(module):
    assert module.NodeSet is NodeSet
