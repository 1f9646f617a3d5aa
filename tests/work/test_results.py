"""What a program asks a worker about its nodes."""

import inspect

import pytest

from ClusterShell._work.results import NodeResults, Results
from ClusterShell.Worker.Exec import ExecWorker
from ClusterShell.Worker.Popen import WorkerPopen
from ClusterShell.Worker.Worker import WorkerError
from tests.fixtures.task import Trace

QUESTIONS = [
    (owner, name)
    for owner in (Results, NodeResults)
    for name, value in vars(owner).items()
    if callable(value) and not name.startswith("_")
]


@pytest.mark.parametrize(("owner", "name"), QUESTIONS)
def test_without_a_task(owner, name):
    """Nothing can be asked before the worker is scheduled."""
    if owner is Results:
        worker = WorkerPopen("true", handler=None)
    else:
        worker = ExecWorker("n1", handler=None, command="true")
    question = getattr(worker, name)
    needed = [
        "n1"
        for parameter in inspect.signature(question).parameters.values()
        if parameter.default is parameter.empty
    ]
    with pytest.raises(WorkerError, match="not task bound"):
        list(question(*needed))


def test_answers(task):
    worker = task.run("echo %h; echo oops >&2; exit %n", nodes="n[1-2]", stderr=True)
    assert [(bytes(msg), str(nodes)) for msg, nodes in worker.iter_errors()] == [
        (b"oops", "n[1-2]")
    ]
    assert [(bytes(msg), str(nodes)) for msg, nodes in worker.iter_buffers(["n2"])] == [
        (b"n2", "n2")
    ]
    assert sorted((node, bytes(msg)) for node, msg in worker.iter_node_buffers()) == [
        ("n1", b"n1"),
        ("n2", b"n2"),
    ]
    assert sorted((rc, str(nodes)) for rc, nodes in worker.iter_retcodes()) == [
        (0, "n1"),
        (1, "n2"),
    ]
    with pytest.raises(KeyError, match="n3"):
        worker.node_retcode("n3")


def test_forgotten(task):
    def expire(worker, *_):
        if len(trace.of("read")) == 2:
            worker._engine_clients()[0].set_nextfire(0)

    trace = Trace(read=expire)
    command = "echo x; echo y >&2; exec sleep 60"
    worker = task.run(command, nodes="n1", handler=trace, stderr=True, timeout=60)
    assert (worker.num_timeout(), worker.read("n1")) == (1, b"x")
    worker.forget_results()
    assert (worker.num_timeout(), worker.read("n1"), worker.node_error("n1")) == (0, None, None)
