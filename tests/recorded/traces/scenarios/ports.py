"""Messages from other threads and tasks."""

import threading

from ClusterShell.Event import EventHandler
from ClusterShell.Task import Task, task_wait
from tests.recorded.traces.recording import scenario


def _port(t, name="port", **kwargs):
    return t.known(t.task.port(**kwargs), name)


def _from_thread(function, *args):
    thread = threading.Thread(target=function, args=args)
    thread.start()
    return thread


@scenario(("text",), (5,), (None,), (("a", 1),), (b"bytes",), ({"k": [1]},))
def one_message(t, message):
    def received(port, msg):
        t.task.remove_port(port)

    port = _port(t, handler=t.handler(ev_msg=received))
    thread = _from_thread(port.msg_send, message)
    t.task.resume(5)
    thread.join()


@scenario()
def in_order(t):
    def received(port, msg):
        if msg == 9:
            t.task.abort()

    port = _port(t, handler=t.handler(ev_msg=received))
    thread = _from_thread(lambda: [port.msg_send(number) for number in range(10)])
    t.task.resume(5)
    thread.join()


@scenario()
def answered(t):
    """``msg`` waits until the message has been handled, ``msg_send`` does not."""
    order = []

    def received(port, msg):
        order.append(msg)
        if msg == "last":
            t.task.abort()

    def sender():
        t.log("msg returns", port.msg("first"), list(order))
        t.log("msg_send returns", port.msg_send("last"))

    port = _port(t, handler=t.handler(ev_msg=received))
    thread = _from_thread(sender)
    t.task.resume(5)
    thread.join()
    t.events.sort(key=str)


@scenario()
def from_a_handler_of_the_same_task(t):
    port = _port(t, handler=t.handler(ev_msg=lambda port, msg: t.task.abort()))
    t.known(
        t.task.timer(0.01, t.handler(ev_timer=lambda timer: port.msg_send("to myself"))), "timer"
    )
    t.attempt("resume", t.task.resume, 2)


@scenario()
def autoclose(t):
    """A port alone does not keep the run from ending, if it was made so."""
    _port(t, handler=t.handler(), autoclose=True)
    t.attempt("resume", t.task.resume, 2)
    t.known(t.task.shell("true", key="k", handler=t.handler()), "worker")
    t.attempt("resume", t.task.resume, 2)


@scenario()
def keeps_running(t):
    _port(t, handler=t.handler())
    t.attempt("resume", t.task.resume, 0.05)


@scenario()
def without_handler(t):
    port = _port(t)
    thread = _from_thread(port.msg_send, "to nobody")
    t.attempt("resume", t.task.resume, 0.1)
    thread.join()


@scenario()
def removed_before(t):
    port = _port(t, handler=t.handler())
    t.attempt("remove_port", t.task.remove_port, port)
    t.attempt("resume", t.task.resume, 1)


@scenario()
def removed_from_handler_of_a_worker(t):
    port = _port(t, handler=t.handler())
    t.known(
        t.task.shell(
            "true", key="k", handler=t.handler(ev_close=lambda *_: t.task.remove_port(port))
        ),
        "worker",
    )
    t.attempt("resume", t.task.resume, 2)


@scenario()
def several_ports(t):
    seen = []

    def received(port, msg):
        seen.append(msg)
        if len(seen) == 4:
            t.task.abort()

    one = _port(t, "one", handler=t.handler(ev_msg=received))
    two = _port(t, "two", handler=t.handler(ev_msg=received))
    thread = _from_thread(lambda: [port.msg(word) for word in "ab" for port in (one, two)])
    t.task.resume(5)
    thread.join()
    t.events[:2] = sorted(t.events[:2])


@scenario()
def raises(t):
    def received(port, msg):
        raise KeyError(msg)

    port = _port(t, handler=t.handler(ev_msg=received))
    thread = _from_thread(port.msg_send, "text")
    t.attempt("resume", t.task.resume, 2)
    thread.join()


@scenario()
def task_of_another_thread(t):
    """A task with a thread of its own runs what others schedule on it."""
    events = []

    class Handler(EventHandler):
        def ev_read(self, worker, node, sname, msg):
            events.append(["read", msg, threading.current_thread() is not threading.main_thread()])

        def ev_hup(self, worker, node, rc):
            events.append(["hup", rc])

    task = Task()
    task.set_default("distant_workername", "exec")
    task.shell("echo a; exit 3", key="k", handler=Handler())
    task.resume()
    task_wait()
    t.log("events", events)
    t.log("max_retcode", task.max_retcode())
    task.abort()


@scenario()
def two_tasks_talk(t):
    log = []

    class Echo(EventHandler):
        def ev_port_start(self, port):
            log.append("port start")

        def ev_msg(self, port, msg):
            log.append(msg)
            if msg == "end":
                port.task.abort()

    task = Task()
    port = task.port(handler=Echo())
    t.log("same task", port.task is task)
    task.resume()
    for word in ("one", "two", "end"):
        port.msg(word)
    task_wait()
    t.log("log", log)
