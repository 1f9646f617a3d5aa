"""Trees over a real sshd on loopback: gateways of both packages, and what can go wrong."""

import contextlib
import os
import signal
import stat
import sys

import pytest

from ClusterShell.Defaults import Defaults
from ClusterShell.Event import EventHandler
from ClusterShell.Propagation import RouteResolvingError
from ClusterShell.Task import _getshorthostname, task_self, task_terminate
from tests.fixtures.tree import LOST, TreeTrace

pytestmark = [pytest.mark.sshd, pytest.mark.lengthy]


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Return a function of a server and of routes that gives a task."""

    def made(server, routes="gw1\ngw1: n[1-4]\n", python=sys.executable):
        monkeypatch.delenv("PYTHONPATH", raising=False)
        monkeypatch.setenv("CLUSTERSHELL_GW_PYTHON_EXECUTABLE", python)
        path = tmp_path / "topology.conf"
        path.write_text(f"[routes]\n{_getshorthostname()}: {routes}")
        task_terminate()
        task = task_self(Defaults([]))
        task.set_info("ssh_options", server.options)
        task.set_info("grooming_delay", 0.01)
        task.load_topology(str(path))
        return task

    yield made
    task_terminate()


@pytest.fixture(params=["ours", "released"])
def gateway_python(request):
    if request.param == "ours":
        return sys.executable
    return request.getfixturevalue("peer_python")


def run(task, command, nodes, **kwargs):
    trace = TreeTrace()
    worker = task.shell(command, nodes=nodes, handler=trace, **kwargs)
    task.resume(60)
    return worker, trace


def test_commands_and_copies(sshd, start, gateway_python, tmp_path):
    task = start(sshd, python=gateway_python)
    worker = task.shell("cat; echo err >&2; exit 3", nodes="n[1-2],x1", stderr=True)
    worker.write(b"input\n")
    worker.set_write_eof()
    task.resume(60)
    for node in ("n1", "n2", "x1"):
        assert bytes(worker.node_buffer(node)) == b"input"
        assert bytes(worker.node_error(node)) == b"err"
        assert worker.node_retcode(node) == 3

    source = tmp_path / "d"
    source.mkdir()
    (source / "file").write_bytes(b"x" * 300_000)
    (source / "file").chmod(0o664)
    (source / "link").symlink_to("file")
    task.copy(str(source), str(tmp_path / "copied"), nodes="n1")
    task.resume(60)
    assert task.max_retcode() == 0
    trace = TreeTrace()
    task.rcopy(str(tmp_path / "copied"), str(tmp_path / "in"), nodes="n[1-2]", handler=trace)
    task.resume(60)
    assert trace.of("read") == []
    for node in ("n1", "n2"):
        came = tmp_path / "in" / f"copied.{node}"
        assert (came / "file").read_bytes() == b"x" * 300_000
        assert stat.S_IMODE((came / "file").stat().st_mode) == 0o664
        assert os.readlink(came / "link") == "file"


def test_errors_of_copies(sshd, start, tmp_path):
    """Bytes on standard error, with gateways and without."""
    task = start(sshd)
    (tmp_path / "file").touch()
    trace = TreeTrace()
    task.copy(str(tmp_path / "file"), "/nonexistent/x", nodes="n1,x1", handler=trace)
    task.resume(60)
    for node in ("n1", "x1"):
        read = [event for event in trace.told(node) if event[0] == "read"]
        assert read
        assert {event[1] for event in read} == {"stderr"}
        assert any(b"No such file" in event[2] for event in read)
        assert trace.told(node)[-1][1] != 0


def test_three_levels(sshd, start, gateway_python):
    task = start(sshd, "gw1\ngw1: deep1\ndeep1: n[1-3]\n", python=gateway_python)
    worker, trace = run(task, "echo out; exit 4", "n[1-3],gw1,deep1")
    for node in ("n1", "n2", "n3", "gw1", "deep1"):
        assert trace.told(node) == [("pickup",), ("read", "stdout", b"out"), ("hup", 4)]


def test_inner_gateway_dead(sshd, start):
    """Its nodes have failed, and the reason is told; all others are served."""
    task = start(sshd, "gw1\ngw1: down1,deep1\ndown1: n[1-2]\ndeep1: n[3-4]\n")
    worker, trace = run(task, "echo out", "n[1-4]")
    for node in ("n1", "n2"):
        assert trace.told(node) == [("pickup",), ("hup", LOST)]
    for node in ("n3", "n4"):
        assert trace.told(node) == [("pickup",), ("read", "stdout", b"out"), ("hup", 0)]
    said = bytes(worker.node_error("down1"))
    assert b"Connection refused" in said
    assert b"No route available to n1" in said


def test_input_of_two_workers(sshd, start):
    """Each gets its own, though they share a gateway."""
    task = start(sshd)
    traces = TreeTrace(), TreeTrace()
    workers = [task.shell("cat", nodes="n1", handler=trace) for trace in traces]
    for worker, trace, text in zip(workers, traces, (b"first", b"second")):

        def say(_worker, _node, worker=worker, text=text):
            worker.write(text)
            worker.set_write_eof()

        trace.extra["pickup"] = say
    task.resume(60)
    assert [bytes(worker.node_buffer("n1")) for worker in workers] == [b"first", b"second"]


def test_fanout_of_one(sshd, start):
    """It counts on each gateway."""
    task = start(sshd, "gw[1-2]\ngw[1-2]: n[1-4]\n")
    task.set_info("fanout", 1)
    _, trace = run(task, "echo out", "n[1-4],x1")
    assert sorted(trace.of("hup")) == [("n1", 0), ("n2", 0), ("n3", 0), ("n4", 0), ("x1", 0)]


def test_nothing_to_fetch(sshd, start, tmp_path):
    task = start(sshd)
    trace = TreeTrace()
    task.rcopy("/nonexistent/file", str(tmp_path / "in"), nodes="n1", handler=trace)
    task.resume(60)
    assert trace.told("n1")[0] == ("pickup",)
    assert ("hup", 0) in trace.told("n1")
    assert any(b"No such file" in event[2] for event in trace.told("n1") if event[0] == "read")
    assert os.listdir(tmp_path / "in") == []


def test_refused_connection(sshd, start):
    task = start(sshd, "gw1,down1\ngw1,down1: n[1-4]\n")
    _, trace = run(task, "echo out", "n[1-4]")
    assert [arg["gateway"] for (arg,) in trace.of("routing")] == ["down1"]
    assert sorted(trace.of("hup")) == [(f"n{index}", 0) for index in range(1, 5)]


def test_no_python_on_the_gateway(sshd, start):
    task = start(sshd, python="/nonexistent/python")
    trace = TreeTrace()
    task.shell("echo out", nodes="n1", handler=trace)
    with pytest.raises(RouteResolvingError, match="No route available to n1"):
        task.resume(60)
    (said,) = trace.of("read")
    assert said[:2] == ("gw1", "stderr")
    assert b"/nonexistent/python" in said[2]


def test_no_package_on_the_gateway(sshd, start, tmp_path):
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S -E "$@"\n')
    bare.chmod(0o755)
    task = start(sshd, python=str(bare))
    trace = TreeTrace()
    task.shell("echo out", nodes="n1", handler=trace)
    with pytest.raises(RouteResolvingError):
        task.resume(60)
    assert any(b"ClusterShell" in event[2] for event in trace.of("read"))


def stop_sessions(server):
    """Stop all that the server has started: the network is cut, nobody is told."""
    for pid in server.sessions():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_lost_while_it_runs(own_sshd, start, how):
    server = own_sshd()
    task = start(server)
    task.set_info("connect_timeout", 0.5)
    ends = server.kill if how == "killed" else lambda: stop_sessions(server)
    trace = TreeTrace(pickup=lambda *_: trace.extra.pop("pickup") and task.timer(0.5, later))
    later = EventHandler()
    later.ev_timer = lambda _: ends()
    # Its set-up is not what is looked at.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ClusterShell.Propagation.setup_limit", lambda info: None)
        limit = 60 if how == "killed" else 1.5
        worker = task.shell("sleep 60", nodes="n[1-2]", handler=trace, timeout=limit)
        task.resume(60)
    if how == "killed":
        assert sorted(trace.of("hup")) == [("n1", LOST), ("n2", LOST)]
        assert trace.events[-1] == ("close", False)
    else:
        assert sorted(worker.iter_keys_timeout()) == ["n1", "n2"]
        assert trace.events[-1] == ("close", True)
    server.kill()


@pytest.mark.parametrize("gateways", [0, 4])
def test_each_node_costs_one_connection(own_sshd, start, tmp_path, gateways):
    """Names that do not fold, in messages of any number: gateways add their own only."""
    log = tmp_path / "sessions"
    command = tmp_path / "session"
    command.write_text(f'#!/bin/sh\necho >> {log}\nexec /bin/sh -c "$SSH_ORIGINAL_COMMAND"\n')
    command.chmod(0o755)
    server = own_sshd(settings=f"ForceCommand {command}")
    names = [f"n{index}x{index * 7 % 1000}" for index in range(24)]
    task = start(server, f"gw[1-4]\ngw[1-4]: {','.join(names)}\n")
    _, trace = run(task, "echo out", ",".join(names), tree=bool(gateways))
    for name in names:
        assert trace.told(name) == [("pickup",), ("read", "stdout", b"out"), ("hup", 0)]
    assert len(log.read_text().splitlines()) == len(names) + gateways


@pytest.mark.parametrize("with_leaves", [True, False])
def test_gateway_as_a_target(sshd, start, with_leaves, gateway_python):
    task = start(sshd, python=gateway_python)
    _, trace = run(task, "echo out; exit 4", "gw1,n1" if with_leaves else "gw1")
    for node in ("gw1", "n1")[: 1 + with_leaves]:
        assert trace.told(node) == [("pickup",), ("read", "stdout", b"out"), ("hup", 4)]
    assert trace.of("close") == [(False,)]


@pytest.mark.slow
@pytest.mark.parametrize("in_time", [0, 1])
def test_timeouts(sshd, start, tmp_path, in_time):
    """Of all nodes of a worker, or of all but one; another worker goes on."""
    task = start(sshd)
    trace, others = TreeTrace(), TreeTrace()
    first = f"mkdir {tmp_path}/first 2>/dev/null && exit 5; " if in_time else ""
    command = f"{first}echo early; exec sleep 60"
    worker = task.shell(command, nodes="n[1-2],x1", handler=trace, timeout=3)
    task.shell("sleep 4; echo a", nodes="n3", handler=others)
    task.resume(60)
    assert len(list(worker.iter_keys_timeout())) == 3 - in_time
    for node in worker.nodes:
        late = node in worker.iter_keys_timeout()
        rest = ("read", "stdout", b"early") if late else ("hup", 5)
        assert trace.told(node) == [("pickup",), rest]
    assert trace.of("close") == [(True,)]
    assert others.told("n3") == [("pickup",), ("read", "stdout", b"a"), ("hup", 0)]
