"""What commands print and return, seen by handlers and asked for afterwards."""

from tests.recorded.traces.recording import scenario

COMMANDS = {
    "nothing": "true",
    "fails": "false",
    "code": "exit 3",
    "line": "echo a",
    "lines": "echo a; echo b; echo a",
    "unfinished": "printf a",
    "unfinished-second": "printf 'a\\nb'",
    "empty-lines": "printf '\\n\\na\\n\\n'",
    "carriage-returns": "printf 'a\\r\\nb\\r\\n'",
    "carriage-return-inside": "printf 'a\\rb\\n\\r\\n\\rc\\r\\r\\n'",
    "unfinished-carriage-return": "printf 'a\\r'",
    "blanks": "printf ' a \\n\\t\\n'",
    "binary": "printf '\\000\\377\\001\\n\\200'",
    "utf8": "printf 'caf\\303\\251\\n'",
    "other-line-ends": "printf 'a\\013b\\014c\\035d\\302\\205e\\n'",
    "errors": "echo e >&2",
    "both": "echo a; sleep 0.02; echo e >&2; sleep 0.02; echo b",
    "errors-unfinished": "printf e >&2; exit 2",
    "not-found": "/nonexistent/command",
    "killed": "kill -9 $$",
    "terminated": "kill -15 $$",
    "large-code": "exit 256",
    "closes-output": "echo a; exec >&- 2>&-; sleep 0.02; exit 4",
    "background": "sleep 0.05 & echo a",
    "long-line": "head -c 100000 /dev/zero | tr '\\0' x",
    "many-lines": "seq 1 300",
    "shell": 'a=1; for i in 1 2; do echo "$a$i"; done | sort -r',
    "exit-after-lines": "echo a; echo b; exit 7",
}


def _params():
    """Return each command with standard error apart, and merged."""
    return [(command, stderr) for command in COMMANDS.values() for stderr in (False, True)]


def _names():
    return [f"{name}-{kind}" for name in COMMANDS for kind in ("merged", "apart")]


def _run(t, command, **kwargs):
    """Run a command that a handler listens to; return its worker."""
    worker = t.task.shell(command, handler=t.handler(), **kwargs)
    t.known(worker, "worker")
    t.task.resume()
    t.results()
    return worker


@scenario(*_params(), names=_names())
def nodes(t, command, stderr):
    """An ExecWorker of one node."""
    _run(t, command, nodes="n1", stderr=stderr)


@scenario(*_params(), names=_names())
def local(t, command, stderr):
    """A WorkerPopen."""
    worker = _run(t, command, key="key", stderr=stderr)
    t.attempt("retcode", worker.retcode)
    t.attempt("read", worker.read)
    t.attempt("error", worker.error)


@scenario(*_params()[:12], names=_names()[:12])
def gathered(t, command, stderr):
    """No handler at all."""
    t.known(t.task.shell(command, nodes="n1", stderr=stderr), "worker")
    t.task.resume()
    t.results()


@scenario(("a",), (0,), (7,), (None,), (b"k",), (("x", 1),), ("",))
def keys(t, key):
    """Keys of local commands may be any object."""
    worker = t.known(t.task.shell("echo out; exit 5", key=key, handler=t.handler()), "worker")
    t.task.resume()
    t.attempt("key_buffer", lambda: bytes(t.task.key_buffer(key if key is not None else worker)))
    t.attempt("key_retcode", t.task.key_retcode, key if key is not None else worker)
    t.attempt("max_retcode", t.task.max_retcode)


@scenario(by_node=True)
def several_nodes(t):
    t.results(_run(t, "echo %h; exit %n", nodes="n[1-5]"))


@scenario(by_node=True)
def several_nodes_same_output(t):
    command = "echo same; sleep 0.1; echo e >&2"
    t.results(_run(t, command, nodes="n[1-5],x", stderr=True))


@scenario(by_node=True)
def several_workers(t):
    for name in ("one", "two"):
        t.known(t.task.shell(f"echo {name}", nodes="n[1-2]", handler=t.handler()), name)
    t.task.resume()
    t.results()


@scenario(
    ("echo %h",),
    ("echo %host",),
    ("echo %hosts",),
    ("echo %n",),
    ("echo %rank",),
    ("echo %%h",),
    ("echo %% %x %",),
    ("echo %h%n %h.%rank",),
    ("echo '%h' \"%host\"",),
    ("printf '%s\\n' %h",),
    ("date +%Y >/dev/null; echo %hello",),
    ("echo %H %N",),
    ("echo %{h}",),
    by_node=True,
)
def substituted(t, command):
    """What stands for the node in a command."""
    t.task.shell(command, nodes="n[8-10]", handler=t.handler())
    t.task.resume()


@scenario(("n1",), ("a,b",), ("n[1-2]-ib0",), ("a.b.c",), ("n001",), by_node=True)
def node_names(t, nodes):
    t.task.shell("echo %h", nodes=nodes, handler=t.handler())
    t.task.resume()
    t.results()


@scenario((True,), (False,))
def no_stdin(t, stdin):
    """``stdin=False`` gives commands /dev/null."""
    t.task.shell("cat; echo end", nodes="n1", handler=t.handler(), stdin=stdin, timeout=0.3)
    t.task.resume()
    t.results()


@scenario(("stdout_msgtree",), ("stderr_msgtree",), ("stdin",), ("stderr",))
def task_defaults(t, name):
    """Each switch of the task, off and on."""
    for value in (False, True):
        t.task.set_default(name, value)
        t.task.shell("echo a; sleep 0.02; echo e >&2", nodes="n1", handler=t.handler(), timeout=0.5)
        t.task.resume()
        t.results()
        t.attempt("node_buffer", t.task.node_buffer, "n1")
        t.attempt("node_error", t.task.node_error, "n1")
