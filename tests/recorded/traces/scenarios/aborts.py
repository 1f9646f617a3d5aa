"""Runs and commands that are given up."""

from tests.recorded.traces.recording import scenario

COMMAND = "echo a; exec sleep 5"
WHERE = ("nodes", "key")


def _names(*lists):
    names = [""]
    for items in lists:
        names = [f"{name}-{item}".lstrip("-") for name in names for item in items]
    return names


def _cases(*lists):
    cases = [()]
    for items in lists:
        cases = [(*case, item) for case in cases for item in items]
    return cases


EVENTS = ("ev_start", "ev_pickup", "ev_read")


@scenario(*_cases(EVENTS, WHERE), names=_names(EVENTS, WHERE))
def worker_from(t, event, where):
    """The worker aborts itself."""
    handler = t.handler(**{event: lambda worker, *_: worker.abort()})
    worker = t.known(t.task.shell(COMMAND, handler=handler, **{where: "n1"}), "worker")
    t.attempt("resume", t.task.resume, 3)
    t.results()
    t.log("did_timeout", worker.did_timeout())


@scenario(*_cases(EVENTS, WHERE), names=_names(EVENTS, WHERE))
def task_from(t, event, where):
    """The task aborts itself; it can be used again."""
    handler = t.handler(**{event: lambda *_: t.task.abort()})
    t.known(t.task.shell(COMMAND, handler=handler, **{where: "n1"}), "worker")
    t.attempt("resume", t.task.resume, 3)
    t.results()
    t.known(t.task.shell("echo b", handler=t.handler(), **{where: "n2"}), "next")
    t.attempt("resume", t.task.resume, 3)
    t.results()


@scenario(*_cases(EVENTS, WHERE), names=_names(EVENTS, WHERE))
def task_killed_from(t, event, where):
    """The task aborts and forgets everything."""
    handler = t.handler(**{event: lambda *_: t.task.abort(kill=True)})
    t.known(t.task.shell(COMMAND, handler=handler, **{where: "n1"}), "worker")
    t.attempt("resume", t.task.resume, 3)
    t.results()


@scenario(("ev_hup",), ("ev_close",))
def worker_at_its_end(t, event):
    handler = t.handler(**{event: lambda worker, *_: worker.abort()})
    for where in WHERE:
        t.known(t.task.shell("echo a; exit 2", handler=handler, **{where: "n1"}), "worker")
        t.attempt("resume", t.task.resume, 3)
    t.results()


@scenario(("ev_hup",), ("ev_close",))
def task_at_the_end(t, event):
    handler = t.handler(**{event: lambda *_: t.task.abort()})
    for where in WHERE:
        t.known(t.task.shell("echo a; exit 2", handler=handler, **{where: "n1"}), "worker")
        t.attempt("resume", t.task.resume, 3)
        t.results()


@scenario()
def worker_before_the_run(t):
    for where in WHERE:
        worker = t.known(t.task.shell(COMMAND, handler=t.handler(), **{where: "n1"}), "worker")
        t.attempt("abort", worker.abort)
        t.attempt("resume", t.task.resume, 3)
        t.results()


@scenario()
def worker_after_the_run(t):
    for where in WHERE:
        worker = t.known(t.task.shell("true", handler=t.handler(), **{where: "n1"}), "worker")
        t.attempt("resume", t.task.resume, 3)
        t.attempt("abort", worker.abort)
        t.results()


@scenario()
def task_before_the_run(t):
    t.known(t.task.shell(COMMAND, handler=t.handler(), nodes="n1"), "worker")
    t.attempt("abort", t.task.abort)
    t.attempt("resume", t.task.resume, 3)
    t.results()


@scenario(by_node=True)
def another_worker(t):
    other = t.known(t.task.shell("exec sleep 5", handler=t.handler(), key="other"), "other")
    t.known(
        t.task.shell(
            "sleep 0.05; echo a", key="k", handler=t.handler(ev_read=lambda *_: other.abort())
        ),
        "worker",
    )
    t.attempt("resume", t.task.resume, 3)
    t.results()


@scenario(by_node=True)
def each_other(t):
    """Each of two workers ends the other one when it closes."""
    workers = {}
    for mine, other in (("one", "two"), ("two", "one")):
        handler = t.handler(ev_close=lambda worker, timedout, other=other: workers[other].abort())
        workers[mine] = t.known(t.task.shell("exec sleep 5", key=mine, handler=handler), mine)
    t.task.timer(0.05, t.handler(ev_timer=lambda timer: workers["one"].abort()))
    t.attempt("resume", t.task.resume, 3)
    t.results()


@scenario(by_node=True)
def nodes_still_waiting(t):
    """Those that the fanout had not let start."""
    t.task.set_info("fanout", 1)
    handler = t.handler(
        ev_hup=lambda worker, node, rc: worker.abort() if len(seen) else seen.append(1)
    )
    seen = []
    t.known(t.task.shell("echo a", handler=handler, nodes="n[1-4]"), "worker")
    t.attempt("resume", t.task.resume, 3)
    t.log("started", sorted({"ev_pickup"} & {event[0] for event in t.events}))
    t.events[:] = [event for event in t.events if event[0] in ("ev_start", "ev_close", "resume")]


@scenario()
def twice(t):
    def abort(worker, *_):
        worker.abort()
        worker.abort()

    for where in WHERE:
        t.known(t.task.shell(COMMAND, handler=t.handler(ev_read=abort), **{where: "n1"}), "worker")
        t.attempt("resume", t.task.resume, 3)


@scenario()
def from_another_thread(t):
    import threading

    t.known(t.task.shell(COMMAND, key="k", handler=t.handler()), "worker")
    timer = threading.Timer(0.1, t.task.abort)
    timer.start()
    t.attempt("resume", t.task.resume, 3)
    timer.join()
    t.results()


@scenario()
def unfinished_line(t):
    for where in WHERE:
        worker = t.known(
            t.task.shell(
                "printf abc; echo e >&2; exec sleep 5",
                stderr=True,
                handler=t.handler(ev_read=lambda worker, *_: worker.abort()),
                **{where: "n1"},
            ),
            "worker",
        )
        t.attempt("resume", t.task.resume, 3)
        t.results()
        t.attempt("read", worker.read, "n1")
