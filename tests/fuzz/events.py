"""Every event of every kind of worker, timer and port, and what a handler may do in it.

A program starts one piece of work, and the first (or second) time an event comes its
handler does one thing; the trace holds all events, what the thing returned or raised, and
what can be asked for afterwards.  All combinations are compared with the released package::

    python -m tests.fuzz.events --peer PYTHON [--part N/M] [-k PATTERN] [--show NAME]
"""

import os
import subprocess
import sys
from collections import Counter
from functools import partial

from ClusterShell.Task import task_self
from ClusterShell.Worker.EngineClient import EnginePort
from ClusterShell.Worker.Exec import ExecWorker
from ClusterShell.Worker.Pdsh import WorkerPdsh
from ClusterShell.Worker.Popen import WorkerPopen
from ClusterShell.Worker.Rsh import WorkerRsh
from ClusterShell.Worker.Ssh import WorkerSsh
from ClusterShell.Worker.Worker import StreamWorker, WorkerSimple
from tests.fixtures.noting import Noting
from tests.fuzz import forks
from tests.fuzz.forks import main, paced

#: When timers and timeouts come: in the middle of a pause of every program.
MIDDLE = paced(0.22)

_SHORT, _PAUSE = paced(0.04), paced(0.3)

#: Says something on both streams, pauses, reads a line, says it, and fails.
COMMAND = (
    f"sleep {_SHORT}; echo a; sleep {_SHORT}; echo b >&2; sleep {_PAUSE}; "
    f"read x; sleep {_SHORT}; echo got $x; exit 3"
)

#: A line in two pieces, one in one, and a rest without an end.
FEED = (
    f"sleep {_SHORT}; printf a; sleep {_SHORT}; echo a; sleep {_PAUSE}; "
    f"echo b; printf c; sleep {_SHORT}"
)

#: Two nodes: the second begins when the first has long ended.
TWO = f"test %h = n1 || sleep {paced(0.6)}; " + COMMAND

REMOTE = '#!/bin/sh\nfor last; do :; done\nexec /bin/sh -c "$last"\n'
RSH = '#!/bin/sh\nshift\neval "$1 $2"\n'
PDSH = f"""#!/bin/sh
echo n1: a; sleep {_SHORT}; echo n1: b >&2; sleep {_PAUSE}
echo pdsh@here: n1: ssh exited with exit code 3 >&2; sleep {_SHORT}; echo n2: c; sleep {_SHORT}
"""


def _script(t, name, text):
    path = t.tmp / name
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def _written(worker):
    worker.write(b"in\n")
    worker.set_write_eof()
    return worker


def popen(t, handler, **more):
    return _written(WorkerPopen(COMMAND, key="k", handler=handler, stderr=True, **more))


def one(t, handler, **more):
    return _written(ExecWorker("n1", handler=handler, command=COMMAND, stderr=True, **more))


def two(t, handler, **more):
    return _written(ExecWorker("n[1-2]", handler=handler, command=TWO, stderr=True, **more))


def queued(t, handler, **more):
    task_self().set_info("fanout", 1)
    return _written(ExecWorker("n[1-2]", handler=handler, command=COMMAND, stderr=True, **more))


def hosts(t, handler, **more):
    command = COMMAND.replace("echo a", "echo %hosts")
    return _written(ExecWorker("n[1-2]", handler=handler, command=command, stderr=True, **more))


def ssh(t, handler, **more):
    task_self().set_info("ssh_path", _script(t, "ssh", REMOTE))
    return _written(WorkerSsh("n1", handler=handler, command=COMMAND, stderr=True, **more))


def rsh(t, handler, **more):
    task_self().set_info("rsh_path", _script(t, "rsh", RSH))
    return _written(WorkerRsh("n1", handler=handler, command=COMMAND, stderr=True, **more))


def pdsh(t, handler, **more):
    task_self().set_info("pdsh_path", _script(t, "pdsh", PDSH))
    return WorkerPdsh("n[1-2]", handler=handler, command="x", stderr=True, **more)


def copy(t, handler, **more):
    (t.tmp / "file").write_text("x")
    more.setdefault("timeout", None)
    return ExecWorker(
        "n[1-2]", handler=handler, source=str(t.tmp / "file"), dest=str(t.tmp / "dest"), **more
    )


#: Processes that nobody waits for.
_KEPT = []


def _fed(text):
    """Return the reading end of a pipe that a process writes to."""
    reader, writer = os.pipe()
    _KEPT.append(subprocess.Popen(["/bin/sh", "-c", text], stdout=writer, close_fds=True))
    os.close(writer)
    return reader


def _drained():
    """Return the writing end of a pipe that a process reads from."""
    reader, writer = os.pipe()
    _KEPT.append(subprocess.Popen(["cat"], stdin=reader, stdout=subprocess.DEVNULL))
    os.close(reader)
    return writer


def stream(t, handler, **more):
    worker = StreamWorker(handler, key="k", **more)
    worker.set_reader(
        "in",
        _fed(FEED),
    )
    worker.set_writer("out", _drained(), retain=False)
    worker.write(b"hello\n", "out")
    return worker


def writer(t, handler, **more):
    worker = StreamWorker(handler, key="k", **more)
    worker.set_writer("out", _drained())
    worker.write(b"hello\n", "out")
    worker.set_write_eof("out")
    return worker


def simple(t, handler, **more):
    return _written(
        WorkerSimple(
            os.fdopen(
                _fed(FEED),
                "rb",
            ),
            os.fdopen(_drained(), "wb"),
            os.fdopen(_fed(f"sleep {_SHORT}; echo e; sleep {_PAUSE}"), "rb"),
            "k",
            handler,
            **more,
        )
    )


class _Hooked(ExecWorker):
    """A worker of the kind programs derive: it counts, and passes on."""

    def _on_node_msgline(self, node, msg, sname):
        ExecWorker._on_node_msgline(self, node, b"<" + msg + b">", sname)


def derived(t, handler, **more):
    return _written(_Hooked("n1", handler=handler, command=COMMAND, stderr=True, **more))


WORKERS = {
    f.__name__: f
    for f in (popen, one, two, queued, hosts, ssh, rsh, pdsh, copy, stream, writer, simple, derived)
}
EVENTS = ("ev_start", "ev_pickup", "ev_read", "ev_written", "ev_hup", "ev_close")


class Doing(Noting):
    """Notes every event, and does *action* the *nth* time that *event* comes."""

    def __init__(self, t, event=None, nth=1, action=None):
        self.t = t
        self.event = event
        self.left = nth
        self.action = action

    def _note(self, name, source, *args):
        # The released package gives a stream worker's client to ev_close.
        source = getattr(source, "worker", None) or source
        self.t.log(name, source, *args)
        if name == self.event:
            self.left -= 1
            if not self.left:
                self.action(self.t, source)


# -- what a handler may do; *source* is the worker, timer or port of the event


def abort(t, source):
    t.attempt("abort", source.abort)


def abort_twice(t, source):
    abort(t, source)
    abort(t, source)


def abort_other(t, source):
    t.attempt("abort other", t.other.abort)


def abort_task(t, source):
    t.attempt("abort task", task_self().abort)


def abort_task_raw(t, source):
    task_self().abort()


def kill_task_raw(t, source):
    task_self().abort(kill=True)


def write(t, source):
    t.attempt("write", source.write, b"more\n")


def write_much(t, source):
    t.attempt("write", source.write, b"x" * 300000 + b"\n")


def write_none(t, source):
    t.attempt("write", source.write, b"")


def write_text(t, source):
    t.attempt("write", source.write, "text\n")


def write_eof(t, source):
    t.attempt("set_write_eof", source.set_write_eof)


def write_after_eof(t, source):
    t.attempt("set_write_eof", source.set_write_eof)
    t.attempt("write", source.write, b"late\n")


def eof_of_none(t, source):
    t.attempt("set_write_eof", source.set_write_eof, "nosuch")


def schedule_another(t, source):
    new = ExecWorker("m1", handler=Doing(t), command="echo new")
    t.known(new, "new")
    t.attempt("schedule", task_self().schedule, new)


def shell_another(t, source):
    t.known(t.attempt("shell", task_self().shell, "echo new", key="m", handler=Doing(t)), "new")


def schedule_again(t, source):
    t.attempt("schedule", task_self().schedule, source)


def default_tree_off(t, source):
    t.attempt("set_default", task_self().set_default, "stdout_msgtree", False)


def default_stderr(t, source):
    t.attempt("set_default", task_self().set_default, "stderr", True)


def fanout_up(t, source):
    t.attempt("set_info", task_self().set_info, "fanout", 3)


def fanout_one(t, source):
    t.attempt("set_info", task_self().set_info, "fanout", 1)


def own_fanout(t, source):
    t.attempt("_fanout", setattr, source, "_fanout", 5)


def raise_value(t, source):
    raise ValueError("from the handler")


def raise_os(t, source):
    raise OSError(24, "made up")


def raise_exit(t, source):
    raise SystemExit(3)


def raise_interrupt(t, source):
    raise KeyboardInterrupt


def run_again(t, source):
    t.attempt("resume", task_self().resume)


def run_command(t, source):
    t.attempt("run", task_self().run, "echo inner", key="i", handler=Doing(t))


def suspend(t, source):
    t.attempt("suspend", task_self().suspend)


def join(t, source):
    t.attempt("join", task_self().join)


def no_handler(t, source):
    source.eh = None


def other_handler(t, source):
    source.eh = Doing(t)


def set_key(t, source):
    t.attempt("set_key", lambda: source.set_key("other"))


def late_reader(t, source):
    t.attempt("set_reader", lambda: source.set_reader("late", os.pipe()[0]))


def late_writer(t, source):
    t.attempt("set_writer", lambda: source.set_writer("late", os.pipe()[1]))


def ask(t, source):
    for name in ("read", "did_timeout", "node_buffer", "node_retcode", "num_timeout"):
        for args in ((), ("n1",)):
            t.attempt(f"{name}{args}", lambda n=name, a=args: getattr(source, n)(*a))
    for name in ("current_node", "current_msg", "current_errmsg", "current_rc", "current_sname"):
        t.attempt(name, lambda n=name: getattr(source, n))
    t.attempt("running", task_self().running)
    t.attempt("buffers", lambda: [[m, sorted(map(str, k))] for m, k in task_self().iter_buffers()])


def flush(t, source):
    t.attempt("flush_buffers", source.flush_buffers)
    t.attempt("flush_errors", source.flush_errors)


def add_timer(t, source):
    t.known(t.attempt("timer", task_self().timer, paced(0.01), Doing(t)), "new timer")


def add_autoclosing(t, source):
    t.attempt("timer", task_self().timer, paced(0.01), Doing(t), autoclose=True)


def add_port(t, source):
    port = t.attempt("port", task_self().port, Doing(t), autoclose=True)
    t.known(port, "new port")
    t.attempt("msg_send", port.msg_send, "hello")


def invalidate(t, source):
    t.attempt("invalidate", source.invalidate)


def rearm(t, source):
    t.attempt("set_nextfire", source.set_nextfire, paced(0.01))


def rearm_often(t, source):
    t.attempt("set_nextfire", source.set_nextfire, paced(0.01), paced(0.02))


def disarm(t, source):
    t.attempt("set_nextfire", source.set_nextfire, -1)


def add_again(t, source):
    t.attempt("add_timer", task_self()._engine.add_timer, source)


def remove_timer(t, source):
    t.attempt("remove_timer", task_self()._engine.remove_timer, source)


def remove_port(t, source):
    t.attempt("remove_port", task_self().remove_port, source)


def message_more(t, source):
    t.attempt("msg_send", source.msg_send, "more")


def message_wait_closed(t, source):
    t.attempt("remove_port", task_self().remove_port, source)
    t.attempt("msg", source.msg, "nobody")


def nothing(*_):
    pass


ANYWHERE = (
    nothing, abort_other, abort_task, abort_task_raw, kill_task_raw, schedule_another,
    shell_another,
    default_tree_off, default_stderr, fanout_up, fanout_one, raise_value, raise_os, raise_exit,
    raise_interrupt, run_again, run_command, suspend, join, no_handler, other_handler, add_timer,
    add_autoclosing, add_port,
)  # fmt: skip
OF_WORKERS = (
    abort, abort_twice, write, write_much, write_none, write_text, write_eof, write_after_eof,
    eof_of_none, schedule_again, own_fanout, set_key, late_reader, late_writer, ask, flush,
)  # fmt: skip
OF_TIMERS = (invalidate, rearm, rearm_often, disarm, add_again, remove_timer)
OF_PORTS = (remove_port, message_more, message_wait_closed, abort, abort_twice)


def _grouped(t, pairs):
    return sorted([t.plain(value), sorted(map(str, keys))] for value, keys in pairs)


def _results(t, worker):
    """Note all that can be asked for after a run, and that the task still works."""
    task = task_self()
    for name in ("iter_buffers", "iter_errors", "iter_retcodes"):
        t.attempt(name, lambda n=name: _grouped(t, getattr(task, n)()))
    t.attempt("max_retcode", task.max_retcode)
    t.attempt("timeouts", lambda: sorted(map(str, task.iter_keys_timeout())))
    if worker is not None:
        t.attempt("started", lambda: worker.started)
        t.attempt("did_timeout", worker.did_timeout)
    t.attempt("again", task.run, "echo again", key="again")
    t.attempt("buffer", task.key_buffer, "again")
    t.log("left", task._engine.evlooprefcnt, len(task._engine._clients))


def _other(t):
    """A worker that runs beside the one at work, and takes longer."""
    task = task_self()
    t.other = task.shell(f"sleep {paced(1.2)}; echo other", key="other", stdin=False)
    t.known(t.other, "other")


def work(kind, event, nth, action, t):
    """A worker whose handler does *action* in *event*."""
    _other(t)
    worker = t.known(WORKERS[kind](t, Doing(t, event, nth, action)), "worker")
    t.attempt("schedule", task_self().schedule, worker)
    t.attempt("resume", task_self().resume, paced(5.0))
    _results(t, worker)


def _done_to(kind, t, arrange):
    """A worker that something is done to which *arrange* makes for it."""
    _other(t)
    worker = t.known(WORKERS[kind](t, Doing(t)), "worker")
    t.attempt("schedule", task_self().schedule, worker)
    arrange(worker)
    t.attempt("resume", task_self().resume, paced(5.0))
    _results(t, worker)


def late(kind, action, t):
    """A worker that a timer does *action* to, before it starts and while it runs."""

    def arrange(worker):
        handler = Doing(t, "ev_timer", 1, lambda t, timer: action(t, worker))
        t.known(task_self().timer(MIDDLE, handler), "timer")

    _done_to(kind, t, arrange)


def early(kind, action, t):
    """A worker that a message does *action* to before it starts.

    The released package takes in messages before or after the first start, by chance, ours
    before; at the slowest pace after, so that both are compared.
    """
    if hasattr(EnginePort, "_snoop") and max(forks.PACES) == forks.PACE:
        EnginePort._snoop = nothing

    def arrange(worker):
        handler = Doing(t, "ev_msg", 1, lambda t, port: action(t, worker))
        t.known(task_self().port(handler, autoclose=True), "port").msg_send("now")

    _done_to(kind, t, arrange)


def timed(kind, action, t):
    """A worker that runs into its timeout; *action* in its ev_close."""
    _other(t)
    worker = t.known(WORKERS[kind](t, Doing(t, "ev_close", 1, action), timeout=MIDDLE), "worker")
    t.attempt("schedule", task_self().schedule, worker)
    t.attempt("resume", task_self().resume, paced(5.0))
    _results(t, worker)


def ended(kind, action, t):
    """The run's time is over while the worker works; *action* in its ev_close."""
    worker = t.known(WORKERS[kind](t, Doing(t, "ev_close", 1, action)), "worker")
    t.other = worker
    t.attempt("schedule", task_self().schedule, worker)
    t.attempt("resume", task_self().resume, MIDDLE)
    _results(t, worker)


def timers(interval, autoclose, nth, action, t):
    """A timer whose handler does *action*."""
    _other(t)
    handler = Doing(t, "ev_timer", nth, action)
    timer = t.known(
        task_self().timer(paced(0.05), handler, interval=paced(interval), autoclose=autoclose),
        "timer",
    )
    if interval > 0:

        def end(t, source):
            t.attempt("invalidate", timer.invalidate)

        t.known(task_self().timer(paced(0.28), Doing(t, "ev_timer", 1, end)), "last")
    t.attempt("resume", task_self().resume, paced(5.0))
    t.attempt("is_valid", timer.is_valid)
    _results(t, None)


def ports(event, nth, action, t):
    """A port whose handler does *action*."""
    _other(t)
    port = t.known(task_self().port(Doing(t, event, nth, action), autoclose=True), "port")
    for message in ("one", "two", "three"):
        port.msg_send(message)
    t.attempt("resume", task_self().resume, paced(5.0))
    _results(t, None)
    t.attempt("msg_send", port.msg_send, "four")


def _programs():
    found = {}

    def add(name, function, *args):
        found[name] = partial(function, *args)

    for kind in WORKERS:
        for action in (*ANYWHERE, *OF_WORKERS):
            for event in EVENTS:
                for nth in (1, 2) if event in ("ev_read", "ev_pickup", "ev_hup") else (1,):
                    add(f"{kind}-{event}{nth}-{action.__name__}", work, kind, event, nth, action)
            add(f"{kind}-late-{action.__name__}", late, kind, action)
            add(f"{kind}-early-{action.__name__}", early, kind, action)
            add(f"{kind}-timed-{action.__name__}", timed, kind, action)
            add(f"{kind}-ended-{action.__name__}", ended, kind, action)
    for action in (*ANYWHERE, *OF_TIMERS):
        for interval in (-1.0, 0.1):
            for autoclose in (False, True):
                for nth in (1, 2) if interval > 0 else (1,):
                    name = f"timer-{interval}-{autoclose:d}-{nth}-{action.__name__}"
                    add(name, timers, interval, autoclose, nth, action)
    for action in (*ANYWHERE, *OF_PORTS):
        for event, nth in (("ev_port_start", 1), ("ev_msg", 1), ("ev_msg", 2)):
            add(f"port-{event}{nth}-{action.__name__}", ports, event, nth, action)
    return found


PROGRAMS = _programs()

#: Errors that no handler of ours raises: they come from within the library.
INTERNAL = (
    "AssertionError: ",
    "RuntimeError",
    "AttributeError",
    "KeyError",
    "TypeError",
)

_BAD_FD = "OSError: [Errno 9] Bad file descriptor"

_PARSER = "EngineClientError: Pdsh parser error: "

#: What a trace must hold in any case, by what is wrong where it does not.
RUNS = ("resume", "program raises", "again")


def fault(trace):
    """Return what is wrong with *trace* by itself, or None."""
    if trace[-1] in (["hangs"], ["dies"]):
        return trace[-1][0]
    closed = set()
    started = set()
    for event in trace:
        if event[0] in RUNS and event[1:2] == ["raises"] and event[2] in INTERNAL:
            return f"{event[0]} raises {event[2]}"
        if event[0] == "program raises" and event[1] in INTERNAL:
            return f"program raises {event[1]}"
        if event[0].startswith("ev_") and event[1] in ("<worker>", "<new>"):
            if event[1] in closed and event[0] != "ev_read":  # lines of the same read
                return f"{event[0]} after ev_close"
            if event[0] == "ev_start":
                started.add(event[1])
            elif event[0] == "ev_close":
                closed.add(event[1])
    return None


def raised(trace):
    """Return what *trace* tells to have been raised, in the words of :func:`fault`."""
    return {f"{e[0]} raises {e[2]}" for e in trace if e[1:2] == ["raises"]}


_CODES = ("iter_retcodes", "max_retcode", "node_retcode", "node_rc", "iter_node_retcodes")

#: What tells of a run that has been refused, and has cleared results, or has not.
_REFUSED = ("iter_buffers", "iter_errors", "timeouts", "did_timeout", *_CODES)

#: What tells, after these actions, whether another worker has come first.
_EARLIER = {"ask": ("buffers", "current_node"), "default_tree_off": ("iter_buffers",)}


def equal_but(theirs, ours, *names):
    """Return whether two of the traces are the same but for the events of some names.

    A name stands for a question with any arguments.
    """
    rest = [
        [forks.by_subject([e for e in trace if asked(e) not in names]) for trace in side]
        for side in (theirs, ours)
    ]
    return any(one in rest[1] for one in rest[0])


def asked(event):
    """Return the name of *event*, without the arguments that a question was asked with."""
    return event[0].partition("(")[0]


def by_chance(trace):
    """Return whether the first node that starts is n2, as it is now and then with the peer."""
    return next((e for e in trace if e[0] == "ev_pickup"), ["", "", "n1"])[2] == "n2"


def _but_of(trace, source):
    """Return *trace* without the events of *source*."""
    return [e for e in trace if e[1:2] != [source] or not e[0].startswith("ev_")]


def _without_idle(trace):
    """Return *trace* without the starts of nodes of which nothing else is told."""
    told = Counter(e[2] for e in trace if e[0] in ("ev_pickup", "ev_read", "ev_hup"))
    return [e for e in trace if e[0] != "ev_pickup" or told[e[2]] > 1]


def _nameless(trace):
    """Return *trace* with a worker that is added told by its class in all events."""
    return [["WorkerPopen" if part == "<new>" else part for part in event] for event in trace]


def explain(name, theirs, ours):
    """Return why the traces *theirs* and *ours* of program *name* may differ, or None."""
    common = set.intersection(*map(raised, theirs)) if theirs else set()
    if {fault(trace) for trace in ours} - common - {None}:
        return None
    kind, action = name.partition("-")[0], name.rpartition("-")[2]
    faults = [fault(trace) for trace in theirs]
    if all(faults):
        return "the released package hangs or fails in itself: " + faults[-1]
    late = "-ended-" in name and action in ("schedule_another", "shell_another")
    if late and all(e[1] != "<new>" for trace in ours for e in trace if e[0][:3] == "ev_"):
        return "what is scheduled while a run that is over is torn down does not start"
    if (
        action == "run_command"
        and "-ended-" in name
        and equal_but(
            *[[_but_of(trace, "WorkerPopen") for trace in side] for side in (theirs, ours)],
            *_REFUSED,
        )
    ):
        return "what is scheduled while a run that is over is torn down does not start"
    if kind in ("queued", "two", "copy"):
        # Judged by those in which the nodes start in order, if there are any.
        theirs = [trace for trace in theirs if not by_chance(trace)]
        if all(map(fault, theirs)):
            return "the released package starts the nodes in an order that is by chance"
    if kind == "queued" and "abort" in name:
        busy = [[_without_idle(trace) for trace in side] for side in (theirs, ours)]
        if equal_but(*busy, "current_node"):
            return "the released package starts what waits while it aborts the worker"
        if equal_but(*busy, "current_node", "ev_close"):
            return "the released package has no end of a worker whose nodes waited when aborted"
    if kind == "queued" and equal_but(theirs, ours, *_EARLIER.get(action, ())):
        return "the released package starts the workers in an order that is by chance"
    nameless = [[_nameless(trace) for trace in side] for side in (theirs, ours)]
    if kind == "queued" and action.endswith("_another") and equal_but(*nameless):
        return "the released package starts what a handler of a start adds beyond the fanout"
    lost = all(trace[-1][0] == "left" and any(trace[-1][2:]) for trace in theirs)
    behind = ("iter_buffers", "iter_retcodes") if kind == "queued" else ()
    if action == "own_fanout" and lost and equal_but(theirs, ours, "buffer", "left", *behind):
        return "the released package miscounts what runs when a fanout is set, and runs no more"
    if all(["resume", "raises", _BAD_FD] in trace for trace in theirs):
        return "the released package writes to a descriptor that a handler has had closed"
    unread = [[e for e in trace if e[2:] and str(e[2]).startswith(_PARSER)] for trace in theirs]
    raw = action in ("abort_task_raw", "kill_task_raw") or "raise_" in name
    if kind == "pdsh" and raw and all(unread):
        return "the released package takes what a handler raises for a line it cannot read"
    if kind == "pdsh" and equal_but(theirs, ours, "ev_hup", "current_node", *_CODES):
        return "pdsh tells exit codes only of commands that have ended by themselves"
    other = ("iter_buffers", "iter_retcodes", "max_retcode") if kind == "queued" else ()
    if other and "raise_" in name and equal_but(theirs, ours, *other):
        return "whether the other worker has ended before one's handler raises is chance"
    if "ev_start" in name and equal_but(theirs, ours, "started", *other):
        return "a worker whose ev_start has failed has not started"
    if name.startswith("port-ev_msg") and equal_but(theirs, ours, "ev_msg"):
        return "messages behind one whose handler has failed are not lost"
    if action in ("run_again", "run_command") and equal_but(theirs, ours, *_REFUSED):
        return "a run that is refused because another is going on leaves that one's results"
    return None


if __name__ == "__main__":
    sys.exit(main("tests.fuzz.events", PROGRAMS, explain))
