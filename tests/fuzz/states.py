"""Every object of a run in every state it can be in, and what each of its methods does there.

Objects are workers of each class, their clients, tasks, timers, ports and streams; states
are those a program can come upon them in, from never scheduled to of a task that is gone.
All combinations are compared with the released package::

    python -m tests.fuzz.states --peer PYTHON [--part N/M] [-k PATTERN] [--show NAME]
"""

import os
import sys
import threading
from functools import partial

from ClusterShell.Engine.Engine import EngineTimer
from ClusterShell.Task import Task, task_self
from ClusterShell.Worker.EngineClient import (
    EngineClient,
    EngineClientStream,
    EngineClientStreamDict,
    EnginePort,
)
from ClusterShell.Worker.Exec import ExecWorker
from tests.fuzz import events
from tests.fuzz.events import WORKERS, Doing
from tests.fuzz.forks import main, paced

# -- what is asked, and what is done: name of a method or attribute, and its arguments

KEYS = ((), ("n1",), ("k",), ("zz",), (None,), (5,))
SOME = ((), (["n1"],), (["zz"],), ([],), ("n1",), (("n1", "k"),), (None,))

ASKED_OF_WORKERS = {
    "read": (*KEYS, ("n1", "stderr"), (None, "stderr"), (None, "zz")),
    "node_buffer": KEYS,
    "node_error": KEYS,
    "node_error_buffer": KEYS,
    "node_retcode": KEYS,
    "node_rc": KEYS,
    "retcode": ((),),
    "error": ((),),
    "did_timeout": ((),),
    "num_timeout": ((),),
    "iter_buffers": SOME,
    "iter_errors": SOME,
    "iter_node_buffers": SOME,
    "iter_node_errors": SOME,
    "iter_retcodes": SOME,
    "iter_node_retcodes": ((),),
    "iter_keys_timeout": ((),),
    "_task_bound_check": ((),),
}
ATTRIBUTES_OF_WORKERS = (
    "started",
    "current_node",
    "current_msg",
    "current_errmsg",
    "current_rc",
    "current_sname",
    "nodes",
    "command",
    "source",
    "key",
    "metaworker",
    "_fanout",
    "_update_task_rc",
    "SNAME_STDIN",
)
ASKED_OF_CLIENTS = {"is_valid": ((),), "__repr__": ((),)}
ATTRIBUTES_OF_CLIENTS = (
    "registered",
    "delayable",
    "autoclose",
    "key",
    "fire_delay",
    "interval",
    "rank",
)
ASKED_OF_TASKS = {
    "default": (("fanout",), ("stderr",), ("zz",), ("zz", 5)),
    "info": (("fanout",), ("zz",), ("zz", 5)),
    "key_buffer": KEYS,
    "node_buffer": KEYS,
    "key_error": KEYS,
    "node_error": KEYS,
    "key_retcode": KEYS,
    "node_retcode": KEYS,
    "iter_buffers": SOME,
    "iter_errors": SOME,
    "iter_retcodes": SOME,
    "iter_keys_timeout": ((),),
    "num_timeout": ((),),
    "max_retcode": ((),),
    "running": ((),),
}
ATTRIBUTES_OF_TASKS = ("topology", "timeout", "router", "gateways")

DONE_TO_WORKERS = (
    ("abort",),
    ("write", b"more\n"),
    ("write", b""),
    ("write", "text"),
    ("write", b"more\n", "zz"),
    ("write", b"more\n", "stdout"),
    ("set_write_eof",),
    ("set_write_eof", "zz"),
    ("set_write_eof", "stdout"),
    ("flush_buffers",),
    ("flush_errors",),
    ("set_key", "other"),
    ("reader_fileno",),
    ("writer_fileno",),
    ("error_fileno",),
)
DONE_TO_CLIENTS = (
    ("abort",),
    ("invalidate",),
    ("set_nextfire", 0.05),
    ("set_nextfire", -1),
    ("_close_stream", "stdout"),
    ("_close_stream", "zz"),
    ("_set_write_eof", "zz"),
    ("_write", "zz", b"x"),
)


def _asked(t, thing, questions, attributes, prefix=""):
    """Note what all *questions* get, and the *attributes*."""
    for name in attributes:
        t.attempt(prefix + name, lambda n=name: _value(t, getattr(thing, n)))
    for name, cases in questions.items():
        for args in cases:
            t.attempt(f"{prefix}{name}{args}", lambda n=name, a=args: _ask(t, thing, n, a))


def _ask(t, thing, name, args):
    return _value(t, getattr(thing, name)(*args))


def _value(t, value):
    """Return *value* as it is compared: in no order where the package promises none."""
    if hasattr(value, "__next__"):
        found = []
        for item in value:
            if isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], list):
                item = (item[0], sorted(item[1], key=repr))
            found.append(t.plain(item))
        return sorted(found, key=repr)
    return value


def ask(t, worker):
    """Ask the worker, and its clients."""
    _asked(t, worker, ASKED_OF_WORKERS, ATTRIBUTES_OF_WORKERS)
    for client in worker._engine_clients():
        _asked(t, client, ASKED_OF_CLIENTS, ATTRIBUTES_OF_CLIENTS, "client.")
        t.attempt("streams", lambda c=client: {n: [s.evmask, s.eof] for n, s in c.streams.items()})


def done(name, *args):
    """Return what does one thing to a worker."""

    def do(t, worker):
        t.attempt(name, lambda: _ask(t, worker, name, args))

    do.__name__ = "-".join(map(str, (name, *args)))
    return do


def done_to_clients(name, *args):
    """Return what does one thing to a worker's client."""

    def do(t, worker):
        client = next(iter(worker._engine_clients()))
        t.attempt("client." + name, lambda: _ask(t, client, name, map(paced, args)))

    do.__name__ = "client-" + "-".join(map(str, (name, *args)))
    return do


def schedule(t, worker):
    t.attempt("schedule", task_self().schedule, worker)


def own_fanout(t, worker):
    t.attempt("_fanout", setattr, worker, "_fanout", 2)


WHAT_WITH_WORKERS = (
    ask,
    schedule,
    own_fanout,
    *(done(*what) for what in DONE_TO_WORKERS),
    *(done_to_clients(*what) for what in DONE_TO_CLIENTS),
)

# -- states of workers


def _end(t, worker):
    """Run what is left; note the results."""
    t.attempt("resume", task_self().resume, paced(5.0))
    events._results(t, worker)


def _scheduled(kind, t, **settings):
    """Return a worker of the task."""
    worker = t.known(WORKERS[kind](t, Doing(t), **settings), "worker")
    task_self().schedule(worker)
    return worker


def new(kind, what, t):
    worker = t.known(WORKERS[kind](t, Doing(t)), "worker")
    what(t, worker)
    t.attempt("schedule", task_self().schedule, worker)
    _end(t, worker)


def scheduled(kind, what, t):
    worker = _scheduled(kind, t)
    what(t, worker)
    _end(t, worker)


def pending(kind, what, t):
    """Behind another, which has the only place."""
    task_self().set_info("fanout", 1)
    task_self().shell(f"sleep {paced(0.5)}", key="first")
    worker = t.known(WORKERS[kind](t, Doing(t)), "worker")
    task_self().set_info("fanout", 1)
    task_self().schedule(worker)
    task_self().timer(events.MIDDLE, Doing(t, "ev_timer", 1, lambda t, timer: what(t, worker)))
    _end(t, worker)


def _within(event, nth=1):
    def state(kind, what, t):
        worker = t.known(WORKERS[kind](t, Doing(t, event, nth, what)), "worker")
        task_self().schedule(worker)
        _end(t, worker)

    state.__name__ = event[3:]
    return state


def between(kind, what, t):
    """Running, from a timer."""
    worker = _scheduled(kind, t)
    task_self().timer(events.MIDDLE, Doing(t, "ev_timer", 1, lambda t, timer: what(t, worker)))
    _end(t, worker)


def ended(kind, what, t):
    worker = _scheduled(kind, t)
    t.attempt("resume", task_self().resume, paced(5.0))
    what(t, worker)
    _end(t, worker)


def long_ended(kind, what, t):
    """Another run has followed."""
    worker = _scheduled(kind, t)
    t.attempt("resume", task_self().resume, paced(5.0))
    task_self().run("echo next", key="next")
    what(t, worker)
    _end(t, worker)


def aborted(kind, what, t):
    worker = _scheduled(kind, t)
    task_self().timer(events.MIDDLE, Doing(t, "ev_timer", 1, lambda t, timer: worker.abort()))
    t.attempt("resume", task_self().resume, paced(5.0))
    what(t, worker)
    _end(t, worker)


def aborted_early(kind, what, t):
    """Before it was run."""
    worker = _scheduled(kind, t)
    worker.abort()
    what(t, worker)
    _end(t, worker)


def task_aborted(kind, what, t):
    worker = _scheduled(kind, t)
    task_self().timer(events.MIDDLE, Doing(t, "ev_timer", 1, lambda t, timer: task_self().abort()))
    t.attempt("resume", task_self().resume, paced(5.0))
    what(t, worker)
    _end(t, worker)


def task_killed(kind, what, t):
    worker = _scheduled(kind, t)
    t.attempt("resume", task_self().resume, paced(5.0))
    task_self().abort(kill=True)
    what(t, worker)
    _end(t, worker)


def timed_out(kind, what, t):
    worker = _scheduled(kind, t, timeout=events.MIDDLE)
    t.attempt("resume", task_self().resume, paced(5.0))
    what(t, worker)
    _end(t, worker)


def run_timed_out(kind, what, t):
    worker = _scheduled(kind, t)
    t.attempt("resume", task_self().resume, events.MIDDLE)
    what(t, worker)
    _end(t, worker)


def elsewhere(kind, what, t):
    """Of another thread's task, whose run is over."""
    other = Task()
    worker = t.known(WORKERS[kind](t, Doing(t)), "worker")
    other.schedule(worker)
    other.resume()
    other.join()
    what(t, worker)
    other.abort(kill=True)
    other.join()


STATES_OF_WORKERS = (
    new, scheduled, pending, _within("ev_start"), _within("ev_pickup"), _within("ev_read"),
    _within("ev_written"), _within("ev_hup"), _within("ev_close"), between, ended, long_ended,
    aborted, aborted_early, task_aborted, task_killed, timed_out, run_timed_out, elsewhere,
)  # fmt: skip

# -- tasks


def ask_task(t, task):
    _asked(t, task, ASKED_OF_TASKS, ATTRIBUTES_OF_TASKS)


def _task(name, *args, **kwargs):
    def do(t, task):
        t.attempt(name, lambda: _value(t, getattr(task, name)(*map(paced, args), **kwargs)))

    do.__name__ = "-".join(map(str, (name, *args, *kwargs)))
    return do


def class_wait(t, task):
    t.attempt("wait", Task.wait, threading.current_thread())


WHAT_WITH_TASKS = (
    ask_task,
    class_wait,
    _task("flush_buffers"),
    _task("flush_errors"),
    _task("join"),
    _task("suspend"),
    _task("resume"),
    _task("resume", 0.01),
    _task("resume", -1),
    _task("resume", "5"),
    _task("run"),
    _task("run", 0.01),
    _task("run", "echo x", key="x"),
    _task("abort"),
    _task("abort", True),
    _task("set_default", "stderr", True),
    _task("set_default", "engine", "select"),
    _task("set_default", "local_workername", "nosuch"),
    _task("set_info", "fanout", 2),
    _task("set_info", "zz", 2),
    _task("shell", "echo x"),
    _task("shell", "echo x", nodes="n1", key="k"),
    _task("shell", "echo x", nodes="n[1-", remote=False),
    _task("copy", "/nonexistent", "/tmp/x", None),
    _task("timer", -1, None),
    _task("timer", 0.01, None),
    _task("port"),
    _task("port", None, True),
    _task("remove_port", None),
    _task("schedule", None),
    _task("load_topology", "/nonexistent"),
)


def task_new(what, t):
    task = t.known(task_self(), "task")
    what(t, task)
    t.attempt("resume", task_self().resume, paced(5.0))
    events._results(t, None)


def _task_busy(what, t, event):
    task = t.known(task_self(), "task")
    handler = Doing(t, event, 1, lambda t, source: what(t, task))
    task.schedule(events.one(t, handler))
    t.attempt("resume", task.resume, paced(5.0))
    events._results(t, None)


def task_scheduled(what, t):
    task = t.known(task_self(), "task")
    task.schedule(events.one(t, Doing(t)))
    what(t, task)
    t.attempt("resume", task_self().resume, paced(5.0))
    events._results(t, None)


def task_starting(what, t):
    _task_busy(what, t, "ev_start")


def task_reading(what, t):
    _task_busy(what, t, "ev_read")


def task_closing(what, t):
    _task_busy(what, t, "ev_close")


def task_ended(what, t):
    task = t.known(task_self(), "task")
    task.schedule(events.one(t, Doing(t)))
    t.attempt("resume", task.resume, paced(5.0))
    what(t, task)
    events._results(t, None)


def task_timed_out(what, t):
    task = t.known(task_self(), "task")
    task.schedule(events.one(t, Doing(t)))
    t.attempt("resume", task.resume, events.MIDDLE)
    what(t, task)
    events._results(t, None)


def task_abort(what, t):
    task = t.known(task_self(), "task")
    task.schedule(events.one(t, Doing(t)))
    task.abort()
    what(t, task)
    events._results(t, None)


def task_kill(what, t):
    task = t.known(task_self(), "task")
    task.schedule(events.one(t, Doing(t)))
    task.abort(kill=True)
    what(t, task)


def task_after_raise(what, t):
    task = t.known(task_self(), "task")
    task.schedule(events.one(t, Doing(t, "ev_read", 1, events.raise_value)))
    t.attempt("resume", task.resume, paced(5.0))
    what(t, task)
    events._results(t, None)


def _other(t):
    other = t.known(Task(), "task")
    other.excepthook = lambda kind, value, tb: t.log("hook", t.error(value))
    return other


def _leave(t, other):
    """Note how another thread's task is left, and end it."""
    other.join()
    t.attempt("key_buffer", other.key_buffer, "n1")
    t.attempt("max_retcode", other.max_retcode)
    other.abort(kill=True)
    other.thread.join(5)
    t.log("alive", other.thread.is_alive())


def other_new(what, t):
    other = _other(t)
    what(t, other)
    _leave(t, other)


def other_scheduled(what, t):
    other = _other(t)
    other.schedule(events.one(t, None))
    what(t, other)
    other.resume()
    _leave(t, other)


def _scheduled_there(t):
    other = _other(t)
    other.schedule(events.one(t, Doing(t)))
    return other


def _running_there(t):
    other = _other(t)
    reading = threading.Event()
    other.schedule(events.one(t, Doing(t, "ev_read", 1, lambda t, source: reading.set())))
    other.resume()
    reading.wait(5)
    return other


def _ended_there(t):
    other = _scheduled_there(t)
    other.resume()
    other.join()
    return other


def other_running(what, t):
    other = _running_there(t)
    what(t, other)
    _leave(t, other)


def other_suspended(what, t):
    other = _running_there(t)
    t.attempt("suspend", other.suspend)
    what(t, other)
    other.resume()
    _leave(t, other)


def other_ended(what, t):
    other = _ended_there(t)
    what(t, other)
    _leave(t, other)


def other_failed(what, t):
    other = _other(t)
    other.schedule(events.one(t, Doing(t, "ev_read", 1, events.raise_value)))
    other.resume()
    other.thread.join(5)
    what(t, other)


def _used_again(t, other):
    """Schedule work, run it, and note how another thread's task is left."""
    t.attempt("schedule", other.schedule, events.one(t, Doing(t)))
    t.attempt("resume", other.resume)
    _leave(t, other)


def _then_aborted(name, made, **how):
    """Return a state: the task that *made* returns, aborted, which is used again afterwards."""

    def state(what, t):
        other = made(t)
        other.abort(**how)
        what(t, other)
        _used_again(t, other)

    state.__name__ = name
    return state


other_aborted = _then_aborted("other_aborted", _other)
other_killed = _then_aborted("other_killed", _other, kill=True)
other_aborted_scheduled = _then_aborted("other_aborted_scheduled", _scheduled_there)
other_aborted_running = _then_aborted("other_aborted_running", _running_there)
other_aborted_ended = _then_aborted("other_aborted_ended", _ended_there)
other_killed_ended = _then_aborted("other_killed_ended", _ended_there, kill=True)


def other_gone(what, t):
    """The task of a thread that has ended without ending its task."""

    def live():
        t.known(task_self(), "task").schedule(events.one(t, Doing(t)))
        found.append(task_self())
        task_self().resume()

    found = []
    thread = threading.Thread(target=live)
    thread.start()
    thread.join()
    what(t, found[0])
    t.attempt("abort", found[0].abort)
    t.attempt("kill", found[0].abort, True)


STATES_OF_TASKS = (
    task_new, task_scheduled, task_starting, task_reading, task_closing, task_ended,
    task_timed_out, task_abort, task_kill, task_after_raise, other_new, other_scheduled,
    other_running, other_suspended, other_ended, other_failed, other_aborted, other_killed,
    other_aborted_scheduled, other_aborted_running, other_aborted_ended, other_killed_ended,
    other_gone,
)  # fmt: skip

# -- timers and ports


def _timer(name, *args):
    def do(t, timer):
        t.attempt(name, lambda: getattr(timer, name)(*map(paced, args)))
        t.attempt("is_valid", timer.is_valid)
        t.log("timer", timer.fire_delay, timer.interval, timer.autoclose)
        t.log("held", task_self()._engine.evlooprefcnt)

    do.__name__ = "-".join(map(str, (name, *args)))
    return do


def timer_add(t, timer):
    t.attempt("add_timer", task_self()._engine.add_timer, timer)


def timer_remove(t, timer):
    t.attempt("remove_timer", task_self()._engine.remove_timer, timer)


WHAT_WITH_TIMERS = (
    _timer("is_valid"),
    _timer("invalidate"),
    _timer("set_nextfire", 0.02),
    _timer("set_nextfire", 0.02, 0.03),
    _timer("set_nextfire", -1),
    _timer("set_nextfire", 0),
    timer_add,
    timer_remove,
)


def _timer_end(t, timer, seconds=0.2):
    """Run on; a repeating timer is ended by another."""
    task_self().timer(paced(seconds), Doing(t, "ev_timer", 1, lambda t, _: timer.invalidate()))
    t.attempt("resume", task_self().resume, paced(5.0))
    t.attempt("is_valid", timer.is_valid)
    t.log("left", task_self()._engine.evlooprefcnt)


def timer_new(autoclose, interval, what, t):
    timer = t.known(EngineTimer(paced(0.03), paced(interval), autoclose, Doing(t)), "timer")
    what(t, timer)
    t.attempt("add_timer", task_self()._engine.add_timer, timer)
    _timer_end(t, timer)


def _armed(t, delay, autoclose, interval, handler):
    """Return a timer of the task."""
    timer = task_self().timer(paced(delay), handler, interval=paced(interval), autoclose=autoclose)
    return t.known(timer, "timer")


def timer_armed(autoclose, interval, what, t):
    timer = _armed(t, 0.03, autoclose, interval, Doing(t))
    what(t, timer)
    _timer_end(t, timer)


def timer_armed_while_running(autoclose, interval, what, t):
    timer = _armed(t, 0.08, autoclose, interval, Doing(t))
    task_self().timer(paced(0.03), Doing(t, "ev_timer", 1, lambda t, _: what(t, timer)))
    _timer_end(t, timer)


def timer_firing(autoclose, interval, what, t):
    handler = Doing(t, "ev_timer", 1, what)
    timer = _armed(t, 0.03, autoclose, interval, handler)
    _timer_end(t, timer)


def timer_fired(autoclose, interval, what, t):
    timer = _armed(t, 0.02, autoclose, interval, Doing(t))
    task_self().timer(paced(0.07), Doing(t, "ev_timer", 1, lambda t, _: what(t, timer)))
    _timer_end(t, timer)


def timer_invalid(autoclose, interval, what, t):
    timer = _armed(t, 0.02, autoclose, interval, Doing(t))
    timer.invalidate()
    what(t, timer)
    _timer_end(t, timer)


def timer_after_run(autoclose, interval, what, t):
    timer = _armed(t, 0.02, autoclose, interval, Doing(t))
    _timer_end(t, timer, 0.06)
    what(t, timer)
    _timer_end(t, timer)


def timer_left_over(autoclose, interval, what, t):
    """The run ended before it was due."""
    timer = _armed(t, 0.5, True, interval, Doing(t))
    task_self().run("true", key="k")
    what(t, timer)
    _timer_end(t, timer)


def timer_of_aborted(autoclose, interval, what, t):
    timer = _armed(t, 0.1, autoclose, interval, Doing(t))
    task_self().timer(paced(0.03), Doing(t, "ev_timer", 1, lambda t, _: task_self().abort()))
    t.attempt("resume", task_self().resume, paced(5.0))
    what(t, timer)
    _timer_end(t, timer)


STATES_OF_TIMERS = (
    timer_new, timer_armed, timer_armed_while_running, timer_firing, timer_fired, timer_invalid,
    timer_after_run, timer_left_over, timer_of_aborted,
)  # fmt: skip


def _port(name, *args):
    def do(t, port):
        t.attempt(name, lambda: getattr(port, name)(*args))

    do.__name__ = "-".join(map(str, (name, *args)))
    return do


def port_ask(t, port):
    for name in ("registered", "delayable", "autoclose", "fire_delay"):
        t.attempt(name, lambda n=name: getattr(port, n))
    t.attempt("is_valid", port.is_valid)
    t.attempt("streams", lambda: {n: [s.evmask, s.eof] for n, s in port.streams.items()})


def port_remove(t, port):
    t.attempt("remove_port", task_self().remove_port, port)


def port_add(t, port):
    t.attempt("add", task_self()._engine.add, port)


WHAT_WITH_PORTS = (
    port_ask,
    _port("msg_send", "sent"),
    _port("msg_send", None),
    _port("abort"),
    _port("invalidate"),
    port_remove,
    port_add,
)


def _port_end(t, port):
    task_self().timer(paced(0.1), Doing(t))
    t.attempt("resume", task_self().resume, paced(5.0))
    t.attempt("msg_send", port.msg_send, "late")
    t.log("left", task_self()._engine.evlooprefcnt)


def port_new(what, t):
    port = t.known(EnginePort(Doing(t), autoclose=True), "port")
    what(t, port)
    t.attempt("add", task_self()._engine.add, port)
    _port_end(t, port)


def port_added(what, t):
    port = t.known(task_self().port(Doing(t), autoclose=True), "port")
    what(t, port)
    _port_end(t, port)


def port_starting(what, t):
    handler = Doing(t, "ev_port_start", 1, what)
    port = t.known(task_self().port(handler, autoclose=True), "port")
    _port_end(t, port)


def port_taking(what, t):
    handler = Doing(t, "ev_msg", 1, what)
    port = t.known(task_self().port(handler, autoclose=True), "port")
    port.msg_send("first")
    port.msg_send("second")
    _port_end(t, port)


def port_idle(what, t):
    port = t.known(task_self().port(Doing(t), autoclose=True), "port")
    task_self().timer(paced(0.03), Doing(t, "ev_timer", 1, lambda t, _: what(t, port)))
    _port_end(t, port)


def port_removed(what, t):
    port = t.known(task_self().port(Doing(t), autoclose=True), "port")
    task_self().remove_port(port)
    what(t, port)
    _port_end(t, port)


def port_after_run(what, t):
    port = t.known(task_self().port(Doing(t), autoclose=True), "port")
    task_self().run("true", key="k")
    what(t, port)
    _port_end(t, port)


def port_of_aborted(what, t):
    port = t.known(task_self().port(Doing(t), autoclose=True), "port")
    task_self().abort()
    what(t, port)
    _port_end(t, port)


def port_of_killed(what, t):
    port = t.known(task_self().port(Doing(t), autoclose=True), "port")
    task_self().abort(kill=True)
    what(t, port)
    _port_end(t, port)


STATES_OF_PORTS = (
    port_new, port_added, port_starting, port_taking, port_idle, port_removed, port_after_run,
    port_of_aborted, port_of_killed,
)  # fmt: skip

# -- streams, and classes that programs derive with the least


def streams(t):
    """A stream, and a dictionary of streams, through all their methods."""
    reader, writer = os.pipe()
    stream = EngineClientStream("s", reader, 1)
    for name in ("name", "evmask", "eof", "events", "new_events", "retain", "closefd"):
        t.attempt(name, lambda n=name: getattr(stream, n))
    for name, args in (
        ("readable", ()), ("writable", ()), ("set_file", (writer, 2)), ("readable", ()),
        ("writable", ()), ("set_file", (None,)), ("close", ()), ("close", ()),
        ("set_file", (reader, 1, False, False)), ("close", ()), ("set_file", ("text",)),
    ):  # fmt: skip
        t.attempt(name, getattr(stream, name), *args)
    for args in ((), ("s",), ("s", None, 3), ("s", reader, 3)):
        t.attempt("new", lambda a=args: repr(EngineClientStream(*a)))


def stream_dict(t):
    table = EngineClientStreamDict()
    reader, writer = os.pipe()
    for name, args in (
        ("set_reader", ("r", reader)), ("set_writer", ("w", writer)), ("set_stream", ("n",)),
        ("readers", ()), ("writers", ()), ("active_readers", ()), ("active_writers", ()),
        ("retained", ()), ("set_reader", ("r", None)), ("active_readers", ()),
        ("destroy", ("zz",)), ("destroy", ("w",)), ("retained", ()), ("get", ("w",)),
        ("__delitem__", ("n",)), ("clear", ()), ("clear", ()), ("__len__", ()),
    ):  # fmt: skip
        t.attempt(name, lambda n=name, a=args: _ask(t, table, n, a))
    t.attempt("open", os.fstat, writer)


def _least(base, methods):
    """A client of class *base* that overrides *methods* only."""

    def program(t):
        reader, writer = os.pipe()
        os.write(writer, b"one\ntwo\nrest")
        os.close(writer)

        class Least(base):
            def __init__(self, worker):
                base.__init__(self, worker, "k", False, -1, False)

            if "_start" in methods:

                def _start(self):
                    t.log("_start")
                    self.streams.set_reader("in", reader)
                    return self

            if "_handle_read" in methods:

                def _handle_read(self, sname):
                    t.log("_handle_read", sname, list(self._readlines(sname)))

            if "_flush_read" in methods:

                def _flush_read(self, sname):
                    t.log("_flush_read", sname, self.streams[sname].rbuf)

            if "_close" in methods:

                def _close(self, abort, timeout):
                    t.log("_close", abort, timeout)
                    t.attempt("base", base._close, self, abort, timeout)
                    t.log("streams", sorted(self.streams))

            if "_close_stream" in methods:

                def _close_stream(self, sname):
                    t.log("_close_stream", sname)
                    t.attempt("base", base._close_stream, self, sname)

        client = Least(ExecWorker("n1", handler=None, command="x"))
        t.attempt("add", task_self()._engine.add, client)
        t.attempt("resume", task_self().resume, 1)
        for method, args in (
            ("_close", (False, False)), ("_close", (True, True)), ("_close_stream", ("zz",)),
            ("_flush_read", ("zz",)), ("_write", ("zz", b"")), ("_set_write_eof", ("zz",)),
            ("abort", ()), ("is_valid", ()),
        ):  # fmt: skip
            t.attempt(method, getattr(base, method), client, *args)
        t.log("left", task_self()._engine.evlooprefcnt, len(task_self()._engine._clients))

    return program


OVERRIDES = (
    (),
    ("_start",),
    ("_start", "_handle_read"),
    ("_start", "_handle_read", "_close"),
    ("_start", "_handle_read", "_flush_read"),
    ("_start", "_handle_read", "_flush_read", "_close"),
    ("_start", "_handle_read", "_close_stream", "_close"),
)


def _programs():
    found = {"streams": streams, "stream_dict": stream_dict}
    for state in STATES_OF_WORKERS:
        for kind in WORKERS:
            for what in WHAT_WITH_WORKERS:
                if (state, kind) == (elsewhere, "pdsh"):
                    continue  # the stand-in for pdsh is a setting of this thread's task
                name = f"worker-{state.__name__}-{kind}-{what.__name__}"
                found[name] = partial(state, kind, what)
    for state in STATES_OF_TASKS:
        for what in WHAT_WITH_TASKS:
            found[f"{state.__name__}-{what.__name__}"] = partial(state, what)
    for state in STATES_OF_TIMERS:
        for what in WHAT_WITH_TIMERS:
            for autoclose in (False, True):
                for interval in (-1, 0.05):
                    name = f"{state.__name__}-{autoclose:d}-{interval}-{what.__name__}"
                    found[name] = partial(state, autoclose, interval, what)
    for state in STATES_OF_PORTS:
        for what in WHAT_WITH_PORTS:
            found[f"{state.__name__}-{what.__name__}"] = partial(state, what)
    for methods in OVERRIDES:
        found["client-" + "-".join(methods)] = _least(EngineClient, methods)
    return found


PROGRAMS = _programs()


#: Events that tell what has been gathered.
RESULTS = ("iter_buffers", "iter_errors", "iter_retcodes", "max_retcode", "timeouts")
RESULTS += ("key_buffer", "node_buffer")

#: What is asked of, or done to, streams.
OF_STREAMS = ("streams", "write", "client._close_stream", "client._write")
OF_STREAMS += ("reader_fileno", "writer_fileno", "error_fileno")

#: Errors of the released package that tell of nothing a program has done wrong.
INNER = ("AssertionError: ", "RuntimeError", "AttributeError")


def _by_kind(name):
    """Return *name* as ``events`` has it, a worker's kind first."""
    parts = name.split("-")
    return "-".join([parts[2], parts[1], *parts[3:]]) if parts[0] == "worker" else name


def _but(theirs, ours, *names):
    """Return whether the traces are the same but for *names*, and where theirs fails inside."""
    failing = {
        events.asked(event)
        for trace in theirs
        for event in trace
        if event[1:2] == ["raises"] and event[2] in INNER
    }
    return events.equal_but(theirs, ours, *failing, *names)


def _begun(trace):
    """Return whether the worker starts before the timer that is to find it waiting."""
    begin = ["ev_start", "<worker>"]
    timer = ["ev_timer", "EngineTimer"]
    return begin in trace and (timer not in trace or trace.index(begin) < trace.index(timer))


def _used_again_by_us(what, theirs, ours):
    """Return whether only ours does what is scheduled after an abort, all else being the same.

    When the aborted task forgets its results is chance in the released package.
    """
    at = [
        [
            max((n for n, event in enumerate(trace) if event[0] == "schedule"), default=0)
            for trace in side
        ]
        for side in (theirs, ours)
    ]
    before = [[trace[:n] for trace, n in zip(*pair)] for pair in zip((theirs, ours), at)]
    after = [[trace[n:] for trace, n in zip(*pair)] for pair in zip((theirs, ours), at)]
    dropped = not any(event[0].startswith("ev_") for trace in after[0] for event in trace)
    # A port that nobody closes keeps the run going.
    ends = [["hangs"]] if what == "port" else [["alive", False]]
    done = all(
        trace[-1] in ends and any(event[0] == "ev_close" for event in trace) for trace in after[1]
    )
    asked = (*ASKED_OF_TASKS, "running") if what == "ask_task" else ("warning",)
    return dropped and done and events.equal_but(*before, *asked)


def explain(name, theirs, ours):
    """Return why the traces *theirs* and *ours* of program *name* may differ, or None."""
    state, _, what = name.partition("-")
    if state.startswith("other_aborted") and _used_again_by_us(what, theirs, ours):
        return "the released package drops what is scheduled after another thread's abort"
    if [state, what] == ["other_killed_ended", "ask_task"] and _but(
        theirs, ours, *ASKED_OF_TASKS, "running"
    ):
        return "the released package forgets some time later what an aborted task has gathered"
    found = events.explain(_by_kind(name), theirs, ours)
    failed = ["resume", "raises", "AttributeError"]
    unbound = "client-invalidate" in name and all(failed in trace for trace in ours)
    if unbound and ("-copy-" in name or all(failed in trace for trace in theirs)):
        return "a client without its engine fails, in the released package at once"
    if "-queued-client-_close_stream-std" in name and any(map(events.by_chance, theirs)):
        return "the released package starts the nodes in an order that is by chance"
    if "-pending-" in name and all(map(_begun, theirs)):
        return "the released package starts the workers in an order that is by chance"
    if found or any(events.fault(trace) for trace in ours):
        return found
    method = what.partition("-")[0]
    held = any(event[0] == "left" and event[1] for trace in theirs for event in trace)
    if held and events.equal_but(theirs, ours, "held", "left", "resume"):
        return "the released package counts what was aborted as running"
    if _but(theirs, ours):
        return "the released package fails in itself"
    if ("resume" in what or "run" in what) and events.equal_but(theirs, ours, *RESULTS):
        return "a resume that finds nothing to run, or a run going on, leaves the results"
    if method == "load_topology" and events.equal_but(theirs, ours, "warning"):
        return "the released package reads the file with a deprecated reader"
    if "aborted_early" in name and events.equal_but(theirs, ours, *OF_STREAMS):
        return "the streams of what was aborted before it started are closed"
    waiting = ("client.interval", "client.is_valid", *OF_STREAMS)
    if "-run_timed_out-queued-" in name and events.equal_but(theirs, ours, *waiting):
        return "what waits when a run's time is over is closed as well"
    wrong = what in ("remove_port-None", "schedule-None")
    if wrong and state == "other_suspended" and events.equal_but(theirs, ours, *RESULTS):
        return "results stay where a task's thread has failed"
    if wrong and events.equal_but(theirs, ours, "hook"):
        return "a hook is called for what fails in a task's thread when nothing runs"
    if state == "other_failed" and _but(theirs, ours, method, "running", *RESULTS):
        return "results stay where a task's thread has failed"
    if state == "task_kill" and _but(theirs, ours, "running"):
        return "a task that is over answers; the released package has lost its engine"
    if name == "streams":
        return "a stream is made for what it is said to be for"
    return None


if __name__ == "__main__":
    sys.exit(main("tests.fuzz.states", PROGRAMS, explain))
