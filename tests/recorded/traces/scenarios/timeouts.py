"""Commands and runs that take too long."""

from functools import partial

from tests.recorded.traces.recording import scenario

scenario = partial(scenario, slow=True)

SLOW = "echo a; exec sleep 5"


@scenario(
    ("nodes", 0.15),
    ("key", 0.15),
    ("nodes", 0.0),
    ("nodes", -1),
    ("nodes", None),
    names=["nodes", "key", "zero", "negative", "none"],
)
def of_one_command(t, where, timeout):
    command = "echo a" if timeout is None or timeout < 0 else SLOW if timeout else "exec sleep 5"
    worker = t.task.shell(command, handler=t.handler(), timeout=timeout, **{where: "n1"})
    t.known(worker, "worker")
    t.task.resume()
    t.results()
    t.attempt("did_timeout", worker.did_timeout)
    t.attempt("node_retcode", t.task.node_retcode, "n1")


@scenario(by_node=True)
def of_some_nodes(t):
    worker = t.task.shell(
        "echo %h; test %n = 1 || exec sleep 5", nodes="n[1-3]", handler=t.handler(), timeout=0.3
    )
    t.known(worker, "worker")
    t.task.resume()
    t.results()
    t.results(worker)
    t.attempt("did_timeout", worker.did_timeout)


@scenario(
    ("printf abc; exec sleep 5", 0.15, {"nodes": "n1"}),
    ("printf abc; exec sleep 5", 0.15, {"key": "k"}),
    ("echo a; sleep 0.02; echo e >&2; exec sleep 5", 0.2, {"nodes": "n1", "stderr": True}),
    ("sleep 5; true", 0.15, {"nodes": "n1"}),
    ("trap '' TERM; echo a; exec sleep 5", 0.2, {"nodes": "n1"}),
    names=[
        "unfinished_line",
        "unfinished_line_local",
        "separate_errors",
        "grandchild_keeps_the_pipe",
        "ignores_sigterm",
    ],
)
def ended(t, command, timeout, kwargs):
    t.task.shell(command, handler=t.handler(), timeout=timeout, **kwargs)
    t.task.resume()
    t.results()


@scenario(("command_timeout",), ("connect_timeout",))
def of_the_task(t, name):
    """Settings of the task; an ExecWorker has no connections."""
    t.task.set_info(name, 0.15)
    t.task.shell("echo a; exec sleep 0.3", nodes="n1", handler=t.handler())
    t.task.resume()
    t.results()


@scenario((0.1,), (0,), (None,), (-1,), (5,))
def of_the_run(t, timeout):
    """``resume(timeout)`` is about the whole run."""
    t.task.shell("echo a; exec sleep 0.3", nodes="n1", handler=t.handler())
    t.attempt("resume", t.task.resume, timeout)
    t.results()


@scenario(by_node=True)
def of_the_run_with_several(t):
    t.task.shell("echo a; test %n = 0 || exec sleep 5", nodes="n[1-3]", handler=t.handler())
    t.attempt("resume", t.task.resume, 0.3)
    t.results()


@scenario()
def of_the_run_then_another(t):
    t.task.shell(SLOW, nodes="n1", handler=t.handler())
    t.attempt("resume", t.task.resume, 0.15)
    t.task.shell("echo b", nodes="n2", handler=t.handler())
    t.attempt("resume", t.task.resume, 5)
    t.results()


@scenario()
def run_with_timeout(t):
    """``run(command, timeout=...)`` is about the command."""
    t.attempt(
        "run",
        lambda: t.known(t.task.run(SLOW, nodes="n1", handler=t.handler(), timeout=0.15), "worker"),
    )
    t.results()


@scenario()
def run_without_command(t):
    t.task.shell(SLOW, nodes="n1", handler=t.handler())
    t.attempt("run", lambda: t.task.run(timeout=0.15))
    t.results()


@scenario(by_node=True)
def after_it_had_ended(t):
    t.task.shell("echo a", nodes="n1", handler=t.handler(), timeout=0.2)
    t.task.shell("exec sleep 0.4", nodes="n2", handler=t.handler())
    t.task.resume()
    t.results()


@scenario()
def next_run_starts_afresh(t):
    t.task.run("exec sleep 5", nodes="n1", timeout=0.1)
    t.results()
    t.task.run("echo a", nodes="n2")
    t.results()


@scenario(by_node=True)
def queued_command_has_its_own_time(t):
    """Waiting for the fanout does not count."""
    t.task.set_info("fanout", 1)
    t.task.shell("exec sleep 0.3", nodes="n1", handler=t.handler(), timeout=0.5)
    t.task.shell("exec sleep 0.3", nodes="n2", handler=t.handler(), timeout=0.5)
    t.task.resume()
    t.results()
