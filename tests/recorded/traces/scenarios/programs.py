"""Workers that run ssh, rsh and pdsh: how these are called and understood.

Scripts stand for the programs.
"""

from ClusterShell.Worker.Pdsh import WorkerPdsh
from ClusterShell.Worker.Rsh import WorkerRsh
from ClusterShell.Worker.Ssh import WorkerSsh
from tests.recorded.traces.recording import scenario

WORKERS = {"ssh": WorkerSsh, "rsh": WorkerRsh, "pdsh": WorkerPdsh}
COPIES = {"ssh": "scp", "rsh": "rcp", "pdsh": "pdcp"}

#: Prints its arguments, one in each line, so that pdsh's worker reads them too.
SHOW = 'for word in "$0" "$@"; do echo "n1: $word"; done\necho "n1: env $PDSH_SSH_ARGS_APPEND"\n'

SETTINGS = [
    {},
    {"{p}_options": "-a 'b c'"},
    {"{p}_user": "user"},
    {"connect_timeout": 0},
    {"connect_timeout": 2.9},
    {"command_timeout": 7},
    {"fanout": 3},
    {"{p}_options": "", "{p}_user": ""},
]


def _start(t, kind, settings, **kwargs):
    for name, value in settings.items():
        t.task.set_info(name.format(p=kind, c=COPIES[kind]), value)
    worker = WORKERS[kind](kwargs.pop("nodes", "n1"), handler=t.handler(), timeout=5, **kwargs)
    t.task.schedule(t.known(worker, "worker"))
    t.attempt("resume", t.task.resume, 8)


@scenario(*[(kind, case) for kind in WORKERS for case in SETTINGS])
def command_line(t, kind, settings):
    settings = {"{p}_path": t.script(SHOW) + " -extra", **settings}
    _start(t, kind, settings, command="a 'b' $c")


COPY_SETTINGS = [
    {},
    {"{p}_options": "-a"},
    {"{c}_options": "-b", "{p}_options": "-a"},
    {"{p}_user": "user"},
    {"{c}_user": "other", "{p}_user": "user"},
    {"connect_timeout": 0},
]


@scenario(*[(kind, case) for kind in WORKERS for case in COPY_SETTINGS])
def copy_command_line(t, kind, settings):
    settings = {"{c}_path": t.script(SHOW), **settings}
    _start(t, kind, settings, source="/nonexistent/file", dest="/some/where")


@scenario(
    *[
        (kind, folder, preserve, reverse)
        for kind in WORKERS
        for folder in (False, True)
        for preserve in (False, True)
        for reverse in (False, True)
    ]
)
def kinds_of_copies(t, kind, folder, preserve, reverse):
    path = t.script(SHOW)
    settings = {"{c}_path": path, "rpdcp_path": path}
    source = t.tmp / "source"
    if folder:
        source.mkdir()
    _start(
        t, kind, settings, source=str(source), dest=str(t.tmp), preserve=preserve, reverse=reverse
    )


@scenario(*[(kind,) for kind in WORKERS], names=list(WORKERS))
def through_the_task(t, kind):
    """By the name of the worker."""
    t.task.set_default("distant_workername", kind)
    t.task.set_info(f"{kind}_path", t.script("exit 0"))
    t.attempt("shell", lambda: type(t.task.shell("true", nodes="n1")).__name__)
    t.attempt("resume", t.task.resume, 5)
    t.results()


@scenario(*[(kind, code) for kind in ("ssh", "rsh") for code in (0, 3, 255)])
def exit_codes(t, kind, code):
    _start(t, kind, {"{p}_path": t.script(f"echo out; exit {code}")}, command="true")
    t.results()


def _each(texts):
    """Return the decorator of a scenario of each text, with standard error apart, and merged."""
    return scenario(
        *[(text, stderr) for text in texts.values() for stderr in (False, True)],
        names=[f"{name}-{kind}" for name in texts for kind in ("merged", "apart")],
    )


RSH = {
    "mark": "echo a; echo 'XXRETCODE: 3'",
    "mark-zero": "echo a; echo 'XXRETCODE: 0'",
    "mark-and-code": "echo 'XXRETCODE: 3'; exit 4",
    "no-mark": "echo a",
    "mark-only": "printf 'XXRETCODE: 5'",
    "not-a-mark": "echo 'XXRETCODE: x'; echo 'XXRETCODE:3'; echo 'XXRETCODE: 3x'",
    "mark-in-the-middle": "echo 'XXRETCODE: 3'; echo after",
    "two-marks": "echo 'XXRETCODE: 3'; echo 'XXRETCODE: 5'",
    "mark-on-stderr": "echo 'XXRETCODE: 3' >&2",
}


@_each(RSH)
def rsh_exit_codes(t, text, stderr):
    _start(t, "rsh", {"{p}_path": t.script(text)}, command="true", stderr=stderr)
    t.results()


PDSH = {
    "output": "echo 'n1: a'; echo 'n2: b'; echo 'n1: '",
    "colons": "echo 'n1: a: b'; echo 'n1:  c'",
    "one-silent": "echo 'n1: a'",
    "stranger": "echo 'x9: a'",
    "carriage-return": "printf 'n1: a\\r\\n'",
    "binary": "printf 'n1: \\377\\n'",
    "errors": "echo 'n1: e' >&2",
    "codes": "echo 'pdsh@here: n1: ssh exited with exit code 3' >&2",
    "two-codes": "echo 'pdsh@here: n2: ssh exited with exit code 3' >&2; sleep 0.02;"
    "echo 'pdsh@here: n1: ssh exited with exit code 4' >&2",
    "other-program": "echo 'pdsh@here: n1: rsh exited with exit code 3' >&2",
    "code-then-more": "echo 'pdsh@here: n1: ssh exited with exit code 3' >&2; sleep 0.02;"
    "echo 'n2: a'",
    "stranger-ends": "echo 'pdsh@here: x9: ssh exited with exit code 3' >&2",
    "about-nobody": "echo 'pdsh@here: interrupt (one more within 1 sec to abort)' >&2",
    "fails": "echo 'n1: a'; exit 1",
}


@_each(PDSH)
def pdsh_lines(t, text, stderr):
    _start(t, "pdsh", {"{p}_path": t.script(text)}, nodes="n[1-2]", command="true", stderr=stderr)
    t.results()


@scenario()
def pdsh_out_of_time(t):
    text = "echo 'n1: a'; echo 'pdsh@here: n1: ssh exited with exit code 2' >&2; exec sleep 5"
    t.task.set_info("pdsh_path", t.script(text))
    worker = WorkerPdsh("n[1-3]", handler=t.handler(), timeout=0.3, command="true")
    t.task.schedule(t.known(worker, "worker"))
    t.task.resume(5)
    t.results()


@scenario(("write", b"a"), ("set_write_eof",), names=["write", "end"])
def pdsh_cannot_be_written_to(t, name, *args):
    worker = WorkerPdsh("n1", handler=None, timeout=5, command="true")
    t.task.schedule(worker)
    t.attempt(name, getattr(worker, name), *args)


@scenario(("n[1-2],m[01-02],x",), ("n[1-3]-ib0",), ("a[1-2]b[1-2]",), ("n[8-10,009]",))
def pdsh_node_sets(t, nodes):
    t.task.set_info("pdsh_path", t.script(SHOW))
    worker = WorkerPdsh(nodes, handler=t.handler(), timeout=5, command="true")
    t.task.schedule(t.known(worker, "worker"))
    t.task.resume(5)
    t.events[:] = [event for event in t.events if event[0] == "ev_read"]


@scenario(*[(kind,) for kind in ("ssh", "rsh")], names=["ssh", "rsh"])
def stdin(t, kind):
    t.task.set_info(f"{kind}_path", t.script("cat"))
    worker = WORKERS[kind]("n1", handler=t.handler(), timeout=5, command="true")
    t.task.schedule(t.known(worker, "worker"))
    worker.write(b"a\nb\n")
    worker.set_write_eof()
    t.task.resume(5)


@scenario(*[(kind,) for kind in WORKERS], names=list(WORKERS))
def debug_lines(t, kind):
    lines = []
    t.task.set_info("debug", True)
    t.task.set_info("print_debug", lambda task, line: lines.append(line))
    _start(
        t,
        kind,
        {"{p}_path": t.script("echo 'n1: a'; echo 'n1: e' >&2; exit 0")},
        command="true",
        stderr=True,
    )
    _start(t, kind, {"{c}_path": t.script("exit 0", "copier")}, source="/none", dest="/some")
    t.log("lines", sorted(lines))
    t.events[:] = [event for event in t.events if event[0] != "ev_read"]


@scenario(*[(kind,) for kind in WORKERS], names=list(WORKERS))
def quotation_not_closed(t, kind):
    t.task.set_info(f"{kind}_path", "a 'b")
    worker = WORKERS[kind]("n1", handler=t.handler(), timeout=5, command="true")
    t.attempt("schedule", t.task.schedule, t.known(worker, "worker"))
    t.attempt("resume", t.task.resume, 5)
