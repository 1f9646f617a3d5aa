"""What tree mode stands on: messages, routes, workers for nodes that need no gateway."""

import pytest

from ClusterShell.Event import EventHandler
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Propagation import PropagationTreeRouter, RouteResolvingError
from ClusterShell.Task import _getshorthostname, task_self, task_terminate
from ClusterShell.Topology import TopologyGraph
from ClusterShell.Worker.Exec import ExecWorker
from ClusterShell.Worker.Tree import TreeWorker


def tree(*routes, root="admin"):
    graph = TopologyGraph()
    for src, dst in routes:
        graph.add_route(NodeSet(src), NodeSet(dst))
    return graph.to_tree(root)


class TestRouter:
    @pytest.fixture
    def router(self):
        made = tree(("admin", "gw[0-1],local[1-2]"), ("gw[0-1]", "n[0-9]"), ("n[0-1]", "deep[1-2]"))
        return PropagationTreeRouter("admin", made, fanout=4)

    def test_neighbours(self, router):
        assert router.next_hop("gw0") == "gw0"
        assert router.next_hop("local1") == "local1"

    def test_nodes_are_shared_out(self, router):
        gateways = [router.next_hop(f"n{index}") for index in range(4)]
        assert sorted(gateways) == ["gw0", "gw0", "gw1", "gw1"]
        assert router.next_hop("deep1") in ("gw0", "gw1")
        assert sum(router.nodes_fanin.values()) == 5

    def test_dispatch(self, router):
        pairs = [(str(gw), str(nodes)) for gw, nodes in router.dispatch(NodeSet("n[0-3],local1,x"))]
        assert sorted(nodes for _, nodes in pairs[:4]) == ["n0", "n1", "n2", "n3"]
        assert {gw for gw, _ in pairs[:4]} == {"gw0", "gw1"}
        assert pairs[4:] == [("local1,x", "local1,x")]

    def test_unreachable(self, router):
        router.mark_unreachable("gw0")
        assert {str(gw) for gw, _ in router.dispatch(NodeSet("n[0-9]"))} == {"gw1"}
        with pytest.raises(RouteResolvingError, match="^Invalid destination: gw0, host is unreach"):
            router.next_hop("gw0")
        router.mark_unreachable("gw1")
        with pytest.raises(RouteResolvingError, match="^No route available to n1$"):
            list(router.dispatch(NodeSet("n1")))

    def test_no_way(self, router):
        with pytest.raises(RouteResolvingError, match="^No route from admin to host zz$"):
            router.next_hop("zz")
        with pytest.raises(RouteResolvingError, match="^Invalid resolution request: "):
            router.next_hop("admin")
        with pytest.raises(RouteResolvingError, match="^Invalid root or gateway node: zz$"):
            PropagationTreeRouter("zz", router.topology)


class Log(EventHandler):
    def __init__(self):
        self.events = []

    def ev_start(self, worker):
        self.events.append(("start", worker))

    def ev_pickup(self, worker, node):
        self.events.append(("pickup", worker, node))

    def ev_read(self, worker, node, sname, msg):
        self.events.append((sname, worker, node, msg))

    def ev_hup(self, worker, node, rc):
        self.events.append(("hup", worker, node, rc))

    def ev_close(self, worker, timedout):
        self.events.append(("close", worker, timedout))


class TestWorker:
    @pytest.fixture
    def task(self, tmp_path):
        path = tmp_path / "topology.conf"
        path.write_text(f"[routes]\n{_getshorthostname()}: gw[0-1],near[1-3]\ngw[0-1]: n[0-9]\n")
        task = task_self()
        task.set_default("distant_workername", "exec")
        task.load_topology(str(path))
        yield task
        task_terminate()

    def test_nodes_next_to_this_one(self, task):
        log = Log()
        worker = task.shell("echo %h; exit 3", nodes="near1", handler=log)
        assert type(worker) is TreeWorker
        task.resume(10)
        assert log.events == [
            ("start", worker),
            ("pickup", worker, "near1"),
            ("stdout", worker, "near1", b"near1"),
            ("hup", worker, "near1", 3),
            ("close", worker, False),
        ]
        assert [(bytes(buf), list(keys)) for buf, keys in task.iter_buffers()] == [
            (b"near1", ["near1"])
        ]
        assert worker.node_retcode("near1") == task.max_retcode() == 3

    def test_nodes_outside_the_topology(self, task):
        worker = task.shell("echo %h", nodes="x[1-3],gw0", tree=True)
        task.resume(10)
        assert sorted(bytes(buf) for buf, _ in worker.iter_buffers()) == [
            b"gw0",
            b"x1",
            b"x2",
            b"x3",
        ]

    def test_standard_input_before_and_after_scheduling(self, task):
        worker = TreeWorker(NodeSet("near[1-2]"), None, 5, command="cat")
        worker.write(b"one\n")
        task.schedule(worker)
        worker.write(b"two\n")
        worker.set_write_eof()
        task.resume(10)
        assert [bytes(buf) for buf, _ in worker.iter_buffers()] == [b"one\ntwo"]

    def test_timeout_and_abort(self, task):
        log = Log()
        worker = task.shell("exec sleep 30", nodes="near1", handler=log, timeout=0.2)
        task.resume(10)
        assert log.events[-1] == ("close", worker, True)
        assert list(worker.iter_keys_timeout()) == ["near1"]
        log = Log()
        worker = task.shell("echo a; exec sleep 30", nodes="near1", handler=log)
        log.ev_read = lambda *_: worker.abort()
        task.resume(10)
        assert log.events[-1] == ("close", worker, False)

    @pytest.mark.parametrize("how", ["argument", "default"])
    def test_not_in_a_tree(self, task, how):
        if how == "default":
            task.set_default("auto_tree", False)
        worker = task.shell("echo %h", nodes="n1", **({"tree": False} if how == "argument" else {}))
        assert type(worker) is ExecWorker
        task.resume(10)
        assert bytes(worker.node_buffer("n1")) == b"n1"

    def test_copy(self, task, tmp_path):
        (tmp_path / "file").write_text("text")
        task.copy(str(tmp_path / "file"), str(tmp_path / "copy.%h"), nodes="near1")
        task.resume(10)
        assert (tmp_path / "copy.near1").read_text() == "text"

    def test_nothing_to_do(self):
        with pytest.raises(ValueError, match="^missing command or source"):
            TreeWorker("n1", None, None)
