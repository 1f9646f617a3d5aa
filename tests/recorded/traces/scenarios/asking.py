"""Results of a task and of a worker, asked for in every way."""

from tests.recorded.traces.recording import scenario

COMMAND = "test %h = n3 || echo same; test %h != n2 || echo more; sleep 0.02; echo err >&2; exit %n"


def _run(t, stderr=True, nodes="n[1-4]"):
    worker = t.known(t.task.shell(COMMAND, nodes=nodes, stderr=stderr), "worker")
    t.task.resume()
    return worker


def _pairs(items):
    return sorted([bytes(buf), sorted(map(str, keys))] for buf, keys in items)


TASK = ("key_buffer", "node_buffer", "key_error", "node_error", "key_retcode", "node_retcode")


@scenario(*[(name,) for name in TASK], names=TASK)
def task_about_a_node(t, name):
    _run(t)
    for node in ("n1", "n3", "n9", "", None):
        t.attempt(node, lambda node=node: _plain(getattr(t.task, name)(node)))


WORKER = ("node_buffer", "node_error", "node_error_buffer", "node_retcode", "node_rc", "read")


@scenario(*[(name,) for name in WORKER], names=WORKER)
def worker_about_a_node(t, name):
    worker = _run(t)
    for node in ("n1", "n3", "n9", "", None):
        t.attempt(node, lambda node=node: _plain(getattr(worker, name)(node)))


def _plain(value):
    return value if value is None or isinstance(value, (int, str)) else bytes(value)


@scenario(
    ("task", "iter_buffers"),
    ("task", "iter_errors"),
    ("worker", "iter_buffers"),
    ("worker", "iter_errors"),
)
def messages(t, of, name):
    worker = _run(t)
    method = getattr({"task": t.task, "worker": worker}[of], name)
    t.attempt("all", lambda: _pairs(method()))
    for keys in (["n1", "n2"], ["n9"], [], ("n4",), {"n2"}, "n1"):
        t.attempt(keys, lambda keys=keys: _pairs(method(keys)))
        t.attempt([keys, "by name"], lambda keys=keys: _pairs(method(match_keys=keys)))


@scenario(("iter_node_buffers",), ("iter_node_errors",))
def messages_by_node(t, name):
    worker = _run(t)
    for keys in (None, ["n1", "n2"], ["n9"], []):
        t.attempt(
            keys,
            lambda keys=keys: sorted([key, bytes(buf)] for key, buf in getattr(worker, name)(keys)),
        )


@scenario(("task",), ("worker",))
def retcodes(t, of):
    worker = _run(t)
    source = {"task": t.task, "worker": worker}[of]
    for keys in (None, ["n1", "n2"], ["n9"], []):
        t.attempt(
            keys,
            lambda keys=keys: sorted(
                [rc, sorted(nodes)] for rc, nodes in source.iter_retcodes(keys)
            ),
        )


@scenario()
def retcodes_by_node(t):
    worker = _run(t)
    t.attempt("iter_node_retcodes", lambda: sorted(map(list, worker.iter_node_retcodes())))


@scenario(
    ("task", "flush_buffers"),
    ("task", "flush_errors"),
    ("worker", "flush_buffers"),
    ("worker", "flush_errors"),
)
def forgetting(t, of, name):
    worker = _run(t)
    t.attempt(name, getattr({"task": t.task, "worker": worker}[of], name))
    t.results()
    t.results(worker)


@scenario(by_node=True)
def forgetting_one_worker(t):
    one = t.known(t.task.shell("echo one", nodes="n[1-2]"), "one")
    two = t.known(t.task.shell("echo two", nodes="n[2-3]"), "two")
    t.task.resume()
    one.flush_buffers()
    t.results()
    t.results(one)
    t.results(two)


@scenario()
def two_workers_one_node(t):
    """What the task says about a node is about both."""
    for word, code in (("one", 3), ("two", 5)):
        t.known(t.task.shell(f"echo {word}; exit {code}", nodes="n1"), word)
        t.task.resume()
        t.results()
    t.known(t.task.shell("echo a; exit 2", nodes="n1"), "a")
    t.known(t.task.shell("echo b; exit 4", nodes="n1"), "b")
    t.task.resume()
    t.attempt("key_retcode", t.task.key_retcode, "n1")
    t.attempt("node_retcode", t.task.node_retcode, "n1")
    t.attempt("retcodes", lambda: sorted([rc, keys] for rc, keys in t.task.iter_retcodes()))
    t.attempt("max_retcode", t.task.max_retcode)


@scenario()
def nothing_has_run(t):
    t.results()
    for name in TASK:
        t.attempt(name, getattr(t.task, name), "n1")


@scenario()
def worker_not_run_yet(t):
    worker = t.task.shell("echo a", nodes="n[1-2]")
    t.results(worker)
    t.attempt("node_buffer", worker.node_buffer, "n1")
    t.attempt("node_retcode", worker.node_retcode, "n1")
    t.attempt("did_timeout", worker.did_timeout)


@scenario()
def worker_without_task(t):
    from ClusterShell.Worker.Exec import ExecWorker

    worker = ExecWorker("n1", handler=None, command="echo a")
    for name in ("node_buffer", "node_retcode", "read"):
        t.attempt(name, getattr(worker, name), "n1")
    t.attempt("did_timeout", worker.did_timeout)
    t.attempt("flush_buffers", worker.flush_buffers)
    t.attempt("abort", worker.abort)


@scenario()
def results_of_the_last_run_only(t):
    t.task.run("echo one; exit 1", nodes="n1")
    t.results()
    t.task.run("echo two", nodes="n2")
    t.results()


@scenario()
def while_running(t):
    """Asked for from within handlers."""

    def ask(worker, *_):
        t.attempt("node_buffer", lambda: bytes(worker.node_buffer("n1")))
        t.attempt("max_retcode", t.task.max_retcode)
        t.attempt("node_retcode", worker.node_retcode, "n1")

    handler = t.handler(ev_start=ask, ev_read=ask, ev_hup=ask, ev_close=ask)
    t.known(
        t.task.shell("echo a; sleep 0.03; echo b; exit 3", nodes="n1", handler=handler), "worker"
    )
    t.task.resume()


@scenario()
def local_worker(t):
    worker = t.known(
        t.task.shell("echo a; sleep 0.02; echo e >&2; exit 3", key="k", stderr=True), "worker"
    )
    t.task.resume()
    for name in (
        "retcode",
        "read",
        "error",
        "did_timeout",
        "reader_fileno",
        "error_fileno",
        "writer_fileno",
    ):
        t.attempt(name, getattr(worker, name))
    t.attempt("read stderr", lambda: worker.read(sname="stderr"))
    t.attempt("read none", lambda: worker.read(sname="none"))


@scenario(("nodes", "n1"), ("nodes", "n[1-3]"), ("key", "k"), ("key", None), names=list("abcd"))
def attributes(t, where, value):
    worker = t.task.shell("true", **{where: value})
    t.log("class", type(worker).__name__)
    for name in (
        "command",
        "key",
        "source",
        "dest",
        "last_read",
        "started",
        "current_rc",
        "current_node",
    ):
        t.attempt(name, lambda name=name: getattr(worker, name))
    t.attempt("nodes", lambda: str(worker.nodes))
    t.log("task", worker.task is t.task, worker.eh)
    t.task.resume()
    t.log("started", worker.started)
