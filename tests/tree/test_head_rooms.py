"""The rooms of the head node one by one: routes, input, limits, settings."""

import io
from types import SimpleNamespace

import pytest

from ClusterShell._tree import copies, direct, feed, gateways, replies, watch
from ClusterShell._tree.invoke import is_data
from ClusterShell._tree.router import depth_below, nodes_below, share_out
from ClusterShell.Engine.Engine import FANOUT_UNLIMITED
from ClusterShell.Event import EventHandler
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Topology import TopologyGraph
from ClusterShell.Worker.Tree import Launcher


def tree(root, *routes):
    graph = TopologyGraph()
    for src, dst in routes:
        graph.add_route(NodeSet(src), NodeSet(dst))
    return graph.to_tree(root)


class TestRouter:
    def test_below(self):
        top = tree("r", ("r", "a[1-2]"), ("a1", "b[1-3]"), ("b1", "c")).root
        assert str(nodes_below(top)) == "a[1-2],b[1-3],c"
        assert depth_below(top) == 3
        assert [depth_below(group) for group in top.children()] == [0, 2]

    def test_shares(self):
        loads = {"g2": 2}
        shares = share_out([f"n{index}" for index in range(6)], ["g1", "g2"], loads)
        assert shares == {"g1": ["n0", "n1", "n2", "n4"], "g2": ["n3", "n5"]}
        assert loads == {"g1": 4, "g2": 4}


class Channel:
    """Takes what a feeder sends."""

    gateway = "g"

    def __init__(self, worker=None, at_once=True):
        self.sent = []
        self.broadcast = None
        self.at_once = at_once

    def write(self, nodes, part, worker):
        self.sent.append(part)
        if self.at_once:
            self.broadcast.written("g", nodes, len(part))

    def set_write_eof(self, nodes, worker):
        self.sent.append(None)


class TestFeed:
    def broadcast(self, **kwargs):
        made, channel = feed.Broadcast(None), Channel(**kwargs)
        channel.broadcast = made
        return made, channel

    def test_all_and_the_end(self):
        made, channel = self.broadcast()
        made.source.append(b"x" * (3 * feed.PART + 1))
        made.start(channel, NodeSet("n1"))
        made.source.append(b"yz")
        made.source.eof = True
        made.go_on()
        made.go_on()
        assert channel.sent[-1] is None
        assert b"".join(channel.sent[:-1]) == b"x" * (3 * feed.PART + 1) + b"yz"
        assert max(map(len, channel.sent[:-1])) == feed.PART

    def test_window(self):
        made, channel = self.broadcast(at_once=False)
        nodes = NodeSet("n1")
        made.source.append(b"x" * (4 * feed.WINDOW))
        made.start(channel, nodes)
        assert sum(map(len, channel.sent)) == feed.WINDOW
        made.written("g", nodes, feed.PART)
        assert sum(map(len, channel.sent)) == feed.WINDOW + feed.PART

    def test_what_all_have_is_forgotten(self):
        made, first = self.broadcast()
        made.source.append(b"one")
        made.start(first, NodeSet("n1"))
        made.trim({"g", "other"})  # which is not set up
        assert made.source.part(0) == b"one"
        made.trim({"g"})
        made.source.append(b"two")
        assert made.source.part(1) == b"two"
        made.trim(set())
        assert made.source.part(2) is None

    def test_what_others_behind_the_same_gateway_need_is_kept(self):
        made, channel = self.broadcast()
        made.source.append(b"one")
        made.expect(["g", "other"])
        made.expect(["g"])  # for nodes that come another way
        made.start(channel, NodeSet("n1"))
        made.trim({"g"})
        made.start(channel, NodeSet("n2"))
        assert channel.sent == [b"one", b"one"]
        made.trim({"g"})
        made.source.forget(1)  # has been
        assert made.source.part(1) is None

    def test_nothing_after_the_stop(self):
        made, channel = self.broadcast()
        made.start(channel, NodeSet("n1"))
        made.stop("g")
        made.source.append(b"late")
        made.go_on()
        assert channel.sent == []

    def test_a_file(self):
        stored = feed.Stored(io.BytesIO(b"x" * (feed.PART + 5)))
        assert [len(stored.part(0)), len(stored.part(1)), stored.part(2)] == [feed.PART, 5, None]


class TestLimits:
    @pytest.mark.parametrize(
        ("timeouts", "hops", "connect", "limit"),
        [
            ([5, 3], 1, 10, 15),
            ([5], 3, 10, 35),
            ([5], 0, 10, 15),
            ([5], 1, 0, 15),
            ([5, None], 1, 10, None),
            ([0], 1, 10, None),
            ([], 1, 10, None),
        ],
    )
    def test_silence(self, timeouts, hops, connect, limit):
        def info(key, default=None):
            return connect

        assert watch.silence_limit(timeouts, hops, info) == limit

    @pytest.mark.parametrize(("connect", "limit"), [(10, 20), (0.5, 1), (0, None), (None, None)])
    def test_setup(self, connect, limit):
        assert watch.setup_limit(lambda key, default: connect) == limit


class Odd(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        (1, True),
        (None, True),
        ({"a": [1, (2.5, b"x"), {3}, frozenset((True,))]}, True),
        (Odd("x"), False),
        ([Odd("x")], False),
        ({"a": object()}, False),
        ({(1, 2): 3}, False),
        (EventHandler, False),
        (len, False),
    ],
)
def test_settings_that_gateways_get(value, fits):
    assert is_data(value) is fits


def test_settings_without_end():
    endless = []
    endless.append(endless)
    assert not is_data(endless)


class TestReplies:
    def read(self, nodes, kind="RET"):
        worker = SimpleNamespace(
            srcid=1,
            over=False,
            SNAME_STDERR="stderr",
            asked={"g": NodeSet("n[1-3]")},
            topology=tree("r", ("r", "g"), ("g", "h,n[1-3]"), ("h", "m")),
            waits_for=lambda gateway, node: node == "n1",
            on_remote_output=lambda names, sname, data, gateway: told.append(list(names)),
            _on_remote_node_close=lambda node, rc, gateway: told.append(node),
        )
        told = []
        msg = SimpleNamespace(
            type=kind, srcid=1, nodes=nodes, retcode=0, data_decode=lambda: b"text"
        )
        replies.Replies("g", {1: worker}).read(msg)()
        return told

    def test_nodes(self):
        assert self.read("n1") == ["n1"]
        assert self.read("n[1-3]") == ["n1", "n2", "n3"]

    def test_gateways_speak_on_standard_error(self):
        assert self.read("g,h,m", "SER") == [["g", "h", "m"]]
        with pytest.raises(replies.BadReply):
            self.read("h")

    def test_no_group_is_looked_up(self):
        with pytest.raises(replies.BadReply):
            self.read("@all")


def test_launching_takes_no_place():
    started = []
    worker = SimpleNamespace(_start=lambda: started.append(1))
    client = Launcher(worker)
    assert client._start() is client
    assert client.worker._fanout == FANOUT_UNLIMITED
    assert started == [1]


def test_direct_clients_of_a_foreign_class(tmp_path, monkeypatch):
    """A worker of another package keeps its own clients, and reports to the tree worker."""
    from ClusterShell.Worker.Exec import ExecWorker
    from tests.fixtures.tree import TreeTrace, fresh_tree

    class Foreign(ExecWorker):
        pass

    assert not Foreign.__module__.startswith("ClusterShell.")
    with fresh_tree(tmp_path, monkeypatch) as made:
        made.task.set_default("distant_worker", Foreign)
        trace = TreeTrace()
        worker = made.task.shell("cat; exit 3", nodes="x[1-2]", handler=trace)
        worker.write(b"text")
        worker.set_write_eof()
        made.task.resume(20)
        assert isinstance(worker._direct, direct.DirectClients)
        for node in ("x1", "x2"):
            assert [event for event in trace.told(node) if event[0] != "written"] == [
                ("pickup",),
                ("read", "stdout", b"text"),
                ("hup", 3),
            ]
        assert trace.events[-1] == ("close", False)
        # Results are kept once.
        assert [sorted(keys) for _, keys in made.task.iter_buffers()] == [["x1", "x2"]]
        assert [sorted(keys) for _, keys in made.task.iter_retcodes()] == [["x1", "x2"]]
        made.task.shell("sleep 60", nodes="x1", timeout=0.2)
        made.task.resume(20)
        assert list(made.task.iter_keys_timeout()) == ["x1"]


def test_gateways_of_no_task():
    task = SimpleNamespace(gateways={})
    worker = SimpleNamespace(topology=None, eh=SimpleNamespace(topology=None))
    gateways.release(task, "g", worker)
    assert gateways.forget(task, "g", worker) == []
    assert gateways.channel_to(task, "g", worker) is None


def test_copies_of_what_cannot_be_had(tmp_path):
    with pytest.raises(FileNotFoundError):
        copies.prepare(str(tmp_path / "none"), "/tmp/x", "%s", False)
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory"):
        copies.prepare("/x", str(tmp_path / "file" / "below"), "%s %s", True)
