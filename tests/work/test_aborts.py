"""Aborts of every kind of worker, in every event, twice, and from a timer."""

import os

import pytest

from ClusterShell.Worker.Exec import ExecWorker
from ClusterShell.Worker.Popen import WorkerPopen
from ClusterShell.Worker.Worker import StreamWorker, WorkerSimple
from tests.fixtures.task import Trace

#: Reads a line before it says one, and would go on for ever.
COMMAND = "read x; echo $x; exec sleep 60"


def _fed_pipe(text):
    """Return the reading end of a pipe that holds *text*, and the other, to be closed."""
    reader, writer = os.pipe()
    os.write(writer, text)
    return reader, writer


def _command(worker):
    worker.write(b"line\n")
    return worker, []


def popen(handler):
    return _command(WorkerPopen(COMMAND, key="k", handler=handler))


def nodes(handler):
    return _command(ExecWorker("n1", handler=handler, command=COMMAND))


def all_nodes(handler):
    return _command(ExecWorker("n[1-2]", handler=handler, command="echo %hosts; " + COMMAND))


def queued(handler):
    worker = ExecWorker("n[1-2]", handler=handler, command=COMMAND)
    worker._fanout = 1
    return _command(worker)


def stream(handler):
    reader, held = _fed_pipe(b"line\npart")
    drained, writer = os.pipe()
    worker = StreamWorker(handler, key="k")
    worker.set_reader("in", reader)
    worker.set_writer("out", writer)
    worker.write(b"line\n", "out")
    return worker, [held, drained]


def simple(handler):
    reader, held = _fed_pipe(b"line\npart")
    drained, writer = os.pipe()
    worker = WorkerSimple(reader, writer, None, "k", handler)
    worker.write(b"line\n")
    return worker, [held, drained]


WORKERS = (popen, nodes, all_nodes, queued, stream, simple)


def _run(task, make, handler):
    """Run the worker that *make* gives; return it."""
    worker, left = make(handler)
    handler.worker = worker
    task.schedule(worker)
    try:
        task.resume(30)
    finally:
        for fd in left:
            os.close(fd)
    return worker


def _abort_twice(worker, *_):
    worker.abort()
    worker.abort()


@pytest.mark.parametrize("make", WORKERS)
@pytest.mark.parametrize("event", ["start", "pickup", "read", "written"])
def test_from_an_event(task, make, event):
    """It ends there and then: only what one read gave may come after the one ev_close."""
    trace = Trace(**{event: _abort_twice})
    worker = _run(task, make, trace)
    assert trace.of("close") == [(False,)]
    assert set(trace.names()[trace.names().index("close") + 1 :]) <= {"read"}
    assert trace.names().index("close") > trace.names().index(event)
    assert not worker.did_timeout()
    assert task.num_timeout() == 0
    assert task._engine._clients == set()


@pytest.mark.parametrize("make", WORKERS)
@pytest.mark.parametrize("event", ["hup", "close"])
def test_at_its_end(task, make, event):
    """Where it has ended already it is harmless."""
    trace = Trace(**{event: _abort_twice, "read": lambda worker, *_: worker.abort()})
    _run(task, make, trace)
    assert trace.of("close") == [(False,)]


@pytest.mark.parametrize("make", WORKERS)
def test_from_a_timer(task, make):
    trace = Trace(timer=lambda timer: _abort_twice(trace.worker))
    task.timer(0.2, trace)
    _run(task, make, trace)
    assert trace.of("close") == [(False,)]
    assert trace.names().count("timer") == 1


def test_when_the_rest_waits(task):
    """What has begun ends with its ev_close, also where nothing of it runs."""
    trace = Trace(hup=lambda *_: task.set_info("fanout", 1))
    task.set_info("fanout", 2)
    other = task.shell("exec sleep 60", nodes="n3")
    worker = task.shell("true", nodes="n[1-2]", handler=trace)
    caller = Trace(timer=lambda timer: (_abort_twice(worker), other.abort()))
    task.timer(0.3, caller)
    task.resume(30)
    assert trace.of("close") == [(False,)]
    assert len(trace.of("pickup")) == len(trace.of("hup")) == 1


@pytest.mark.parametrize("make", WORKERS)
def test_before_it_starts(task, make):
    """Aborted by a message before the loop began it gives no event at all."""
    trace = Trace()
    caller = Trace(msg=lambda port, msg: _abort_twice(trace.worker))
    task.port(caller, autoclose=True).msg_send("now")
    worker = _run(task, make, trace)
    assert caller.of("msg") == [("now",)]
    assert trace.events == []
    assert not worker.started


@pytest.mark.parametrize("make", [stream, simple])
def test_no_unterminated_rest(task, make):
    """What has come of a line is given out at a timeout, and not after an abort."""
    trace = Trace(timer=lambda timer: trace.worker.abort())
    task.timer(0.2, trace)
    _run(task, make, trace)
    assert [msg for _, _, msg in trace.of("read")] == [b"line"]


def test_rest_at_a_timeout(task):
    reader, held = _fed_pipe(b"line\npart")
    trace = Trace()
    worker = StreamWorker(trace, key="k", timeout=0.2)
    worker.set_reader("in", reader)
    task.schedule(worker)
    task.resume(30)
    os.close(held)
    assert [msg for _, _, msg in trace.of("read")] == [b"line", b"part"]
    assert trace.of("close") == [(True,)]
    assert worker.did_timeout()
