"""Several workers at one gateway: what ends with one of them, and what goes on for the others."""

import sys
from pathlib import Path

import pytest

from ClusterShell.Event import EventHandler
from ClusterShell.Worker.Tree import TreeWorker
from tests.fixtures.gateway import SERVE
from tests.fixtures.tree import LOST, SERVED, TreeTrace, fresh_tree


@pytest.fixture
def one_gateway(tmp_path, monkeypatch):
    with fresh_tree(tmp_path, monkeypatch, "gw1\ngw1: n[1-8]\n") as tree:
        yield tree


@pytest.fixture
def two_levels(tmp_path, monkeypatch):
    with fresh_tree(tmp_path, monkeypatch, "gw1\ngw1: gw2\ngw2: n[1-8]\n") as tree:
        yield tree


def pids(folder):
    """Return the ids of the processes that have noted them there."""
    texts = [path.read_text() for path in folder.glob("pid.*")]
    return [int(text) for text in texts if text.endswith("\n")]


def ended(pid):
    """Return whether the process *pid* has ended; a zombie is reaped when there is time."""
    try:
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def waits(folder):
    """Return a command that notes its process and stays."""
    return f"echo $$ > {folder}/pid.%h; echo up; exec sleep 600"


@pytest.mark.parametrize("remote", [True, False])
@pytest.mark.parametrize("levels", ["one_gateway", "two_levels"])
def test_commands_of_an_aborted_worker_are_ended(levels, remote, request, tmp_path):
    tree = request.getfixturevalue(levels)
    tree.real_gateways(sys.executable)
    tree.task.set_info("grooming_delay", 0)
    left, stays = TreeTrace(), TreeTrace()
    command = waits(tmp_path) if not remote else waits(tmp_path).replace("%h", "$FAKE_HOST")
    aborted = tree.task.shell(command, nodes="n[1-3]", handler=left, remote=remote)
    found = []

    def look(timer):
        """Abort one worker once its commands run; let the other end when they have ended."""
        if not found and len(pids(tmp_path)) == 3:
            found.extend(pids(tmp_path))
            aborted.abort()
        elif found and all(map(ended, found)):
            timer.invalidate()
            (tmp_path / "go").touch()

    timer = EventHandler()
    timer.ev_timer = look
    tree.task.timer(0.1, timer, interval=0.1)
    wait = f"while [ ! -e {tmp_path}/go ]; do sleep 0.05; done; echo a"
    tree.task.shell(wait, nodes="n4", handler=stays, remote=remote)
    tree.task.resume(30)
    assert stays.told("n4") == SERVED
    assert len(found) == 3
    assert sorted(left.of("hup")) == [(f"n{index}", LOST) for index in (1, 2, 3)]
    assert left.events[-1] == ("close", False)


def test_a_released_gateway_serves_the_others(one_gateway, peer_python, tmp_path):
    """It does not know how to end commands: they stay, and nobody is disturbed."""
    one_gateway.real_gateways(peer_python)
    one_gateway.task.set_info("grooming_delay", 0)
    left, stays = TreeTrace(), TreeTrace()
    aborted = one_gateway.task.shell("echo up; exec sleep 4", nodes="n1", handler=left)
    left.extra["read"] = lambda *_: aborted.abort()
    one_gateway.task.shell("sleep 1; cat; echo a", nodes="n2", handler=stays, stdin=False)
    one_gateway.task.resume(30)
    assert stays.told("n2") == SERVED
    assert left.told("n1")[-1] == ("hup", LOST)


def test_gateways_are_told_whose_commands_end(one_gateway):
    one_gateway.gateways(
        "setup(); first = recv(); second = recv(); third = recv(); ret(second, 0); recv()"
    )
    _, stays = one_gateway.run_two("n[1-2]", "n3")
    assert stays.of("hup") == [("n3", 0)]
    actions = [entry[2:4] for entry in one_gateway.received() if entry[1] == "CTL"]
    assert actions == [("shell", "n[1-2]"), ("shell", "n3"), ("abort", "n[1-2]")]


def test_the_only_worker_ends_the_gateway_in_place_of_its_commands(one_gateway):
    one_gateway.gateways("setup(); msg = recv(); out(msg, b'x'); recv()")
    trace = TreeTrace()
    worker = one_gateway.task.shell("x", nodes="n1", handler=trace)
    trace.extra["read"] = lambda *_: worker.abort()
    one_gateway.task.resume(20)
    assert trace.told("n1")[-1] == ("hup", LOST)
    assert [entry[2] for entry in one_gateway.received() if entry[1] == "CTL"] == ["shell"]


class TestTopologies:
    """Of several topologies in one task, some name the same gateway."""

    def other(self, tree, routes):
        tree.task.topology, kept = None, tree.task.topology
        path = tree.folder / "other.conf"
        path.write_text(tree.topology.read_text().replace("n[1-8]", routes))
        tree.task.load_topology(str(path))
        other, tree.task.topology = tree.task.topology, kept
        return other

    def run_on_both(self, tree, command):
        """Run *command* on a node of each; return what became of it."""
        other = self.other(tree, "m[1-8]")
        traces = TreeTrace(), TreeTrace()
        tree.task.schedule(TreeWorker("n1", traces[0], None, command=command))
        tree.task.schedule(TreeWorker("m1", traces[1], None, command=command, topology=other))
        tree.task.resume(30)
        return traces

    def test_each_is_served_by_its_own(self, one_gateway):
        one_gateway.gateways(SERVE)
        other = self.other(one_gateway, "m[1-8]")
        traces = [TreeTrace() for _ in range(4)]
        for trace, nodes, topology in zip(
            traces, ("n1", "m1", "m2", "n2"), (None, other, other, None)
        ):
            worker = TreeWorker(nodes, trace, None, command="x", topology=topology)
            one_gateway.task.schedule(worker)
        one_gateway.task.resume(20)
        for trace, node in zip(traces, ("n1", "m1", "m2", "n2")):
            assert trace.told(node) == SERVED
            assert trace.of("close") == [(False,)]
        assert [entry[1] for entry in one_gateway.received()].count("CFG") == 2
        assert one_gateway.task.gateways == {}

    def test_behind_real_gateways(self, one_gateway):
        """They would not find a node of another topology."""
        one_gateway.real_gateways(sys.executable)
        traces = self.run_on_both(one_gateway, "echo a")
        assert [traces[0].told("n1"), traces[1].told("m1")] == [SERVED, SERVED]

    def test_one_dies(self, one_gateway):
        """The other, of the same name, goes on."""
        one_gateway.gateways(
            "setup(); msg = recv()\n"
            "if msg.target == 'n1': fail('ouch', 3)\n"
            "sleep(0.5); out(msg, b'a'); ret(msg, 0); recv()"
        )
        traces = self.run_on_both(one_gateway, "x")
        assert traces[0].told("n1") == [("pickup",), ("hup", LOST)]
        assert traces[1].told("m1") == SERVED
        assert one_gateway.task.gateways == {}

    def test_aborted(self, one_gateway):
        one_gateway.gateways("setup(); msg = recv(); out(msg, b'x'); recv()")
        other = self.other(one_gateway, "m[1-8]")
        traces = TreeTrace(), TreeTrace()
        workers = []
        for trace, node, topology in zip(traces, ("n1", "m1"), (None, other)):
            trace.extra["read"] = lambda worker, *_: worker.abort()
            worker = TreeWorker(node, trace, None, command="x", topology=topology)
            workers.append(worker)
            one_gateway.task.schedule(worker)
        one_gateway.task.resume(20)
        assert traces[0].told("n1")[-1] == traces[1].told("m1")[-1] == ("hup", LOST)
        assert one_gateway.task.gateways == {}
