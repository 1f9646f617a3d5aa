"""Tasks: settings, runs in runs, errors, what is started when."""

from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import Task, task_cleanup, task_self, task_terminate, task_wait
from ClusterShell.Worker.Exec import ExecWorker
from ClusterShell.Worker.Popen import WorkerPopen
from ClusterShell.Worker.Worker import FANOUT_UNLIMITED
from tests.recorded.traces.recording import scenario


def _setting(t, kind, name, value):
    """Read a setting, with and without a fallback, set it, and read it again."""
    read = getattr(t.task, kind)
    t.attempt(kind, read, name)
    t.attempt(kind, read, name, "fallback")
    t.attempt(f"set_{kind}", getattr(t.task, f"set_{kind}"), name, value)
    t.attempt(kind, read, name)


@scenario(
    ("stderr",),
    ("stdin",),
    ("stdout_msgtree",),
    ("stderr_msgtree",),
    ("auto_tree",),
    ("local_workername",),
    ("unknown",),
)
def default(t, name):
    _setting(t, "default", name, 5)


@scenario(
    ("fanout",),
    ("grooming_delay",),
    ("connect_timeout",),
    ("command_timeout",),
    ("debug",),
    ("unknown",),
)
def info(t, name):
    _setting(t, "info", name, 0)


@scenario(
    ({},),
    ({"nodes": "n1", "key": "k"},),
    ({"nodes": ""},),
    ({"nodes": None},),
    ({"nodes": "n["},),
    ({"nodes": NodeSet("n[1-2]")},),
    ({"nodes": ["n1"]},),
    ({"nodes": "n1", "stderr": True, "timeout": 5, "tree": False, "remote": True},),
    ({"key": "k", "timeout": 5, "stderr": True, "autoclose": True},),
    ({"nodes": "n1", "unknown": 1},),
    ({"key": "k", "unknown": 1},),
    ({"nodes": "n1", "handler": None},),
    ({"nodes": "n1", "tree": True},),
    ({"nodes": "n1", "worker": "exec"},),
)
def arguments_of_shell(t, kwargs):
    def shell():
        worker = t.task.shell("echo a; exit 1", **kwargs)
        t.log("worker", type(worker).__name__)
        t.task.resume(5)

    t.attempt("shell", shell)
    t.attempt("max_retcode", t.task.max_retcode)
    t.attempt("buffers", lambda: sorted(bytes(buf) for buf, _ in t.task.iter_buffers()))


@scenario((None,), ("",), (5,), (b"echo a",), (["echo", "a"],), slow=True)
def commands_that_are_no_text(t, command):
    for where in ("nodes", "key"):
        t.attempt(
            "shell",
            lambda where=where: (
                type(
                    t.task.shell(command, **{where: "n1"}, handler=t.handler(), stdin=False)
                ).__name__
            ),
        )
        t.attempt("resume", t.task.resume, 0.3)
    t.attempt("max_retcode", t.task.max_retcode)


@scenario(("ev_start",), ("ev_pickup",), ("ev_read",), ("ev_hup",), ("ev_close",))
def handler_raises(t, event):
    def fail(*_):
        raise RuntimeError("from " + event)

    for where in ("nodes", "key"):
        command = "echo a; sleep 0.05; exit 2"
        t.known(
            t.task.shell(command, handler=t.handler(**{event: fail}), **{where: "n1"}), "worker"
        )
        t.attempt("resume", t.task.resume, 3)
        t.log("running", t.task.running())
    t.known(t.task.shell("echo b", key="k", handler=t.handler()), "next")
    t.attempt("resume", t.task.resume, 3)


@scenario(("ev_read",), ("ev_hup",), ("ev_close",))
def schedules_another(t, event):
    """A handler starts the next command."""
    done = []

    def start(*_):
        if not done:
            done.append(1)
            t.known(t.task.shell("echo b", key="second", handler=t.handler()), "second")

    t.known(t.task.shell("echo a", key="first", handler=t.handler(**{event: start})), "first")
    t.task.resume()
    t.events[:] = sorted([event[0]] for event in t.events)
    t.results()


@scenario()
def chain(t):
    """Each command starts the next one when it has ended."""
    left = ["b", "c", "d"]

    def following(worker, timedout):
        if left:
            word = left.pop(0)
            t.known(t.task.shell(f"echo {word}", nodes=word, handler=handler), word)

    handler = t.handler(ev_close=following)
    t.known(t.task.shell("echo a", nodes="a", handler=handler), "a")
    t.task.resume()
    t.results()


@scenario(("resume",), ("run",))
def run_within_a_run(t, name):
    def again(*_):
        t.attempt(name, getattr(t.task, name))

    t.known(t.task.shell("echo a", key="k", handler=t.handler(ev_read=again)), "worker")
    t.attempt("outer", t.task.resume, 3)
    t.results()


@scenario()
def scheduled_twice(t):
    worker = t.known(WorkerPopen("echo a", key="k", handler=t.handler()), "worker")
    t.attempt("schedule", t.task.schedule, worker)
    t.attempt("schedule", t.task.schedule, worker)
    t.attempt("resume", t.task.resume, 3)


@scenario()
def scheduled_again_after_its_end(t):
    for worker in (
        WorkerPopen("echo a", key="k", handler=t.handler()),
        ExecWorker("n1", command="echo a", handler=t.handler(), timeout=5),
    ):
        t.known(worker, "worker")
        t.task.schedule(worker)
        t.task.resume()
        t.attempt("schedule", t.task.schedule, worker)
        t.attempt("resume", t.task.resume, 3)


@scenario()
def not_a_worker(t):
    t.attempt("schedule", t.task.schedule, None)
    t.attempt("schedule", t.task.schedule, "text")


@scenario()
def nothing_to_do(t):
    t.attempt("resume", t.task.resume)
    t.attempt("run", t.task.run)
    t.attempt("join", t.task.join)
    t.log("running", t.task.running())


@scenario()
def running(t):
    handler = t.handler(ev_read=lambda *_: t.log("running", t.task.running()))
    t.log("running", t.task.running())
    t.known(t.task.shell("echo a", key="k", handler=handler), "worker")
    t.log("running", t.task.running())
    t.task.resume()
    t.log("running", t.task.running())


@scenario((1,), (2,), (8,), (FANOUT_UNLIMITED,), names=["1", "2", "8", "unlimited"], slow=True)
def fanout(t, value):
    """How many commands run at the same time."""
    now, most = [0], [0]

    def up(*_):
        now[0] += 1
        most[0] = max(most[0], now[0])

    def down(*_):
        now[0] -= 1

    handler = t.handler(ev_pickup=up, ev_hup=down)
    t.task.set_info("fanout", value if value > 0 else 1)
    worker = t.task.shell("sleep 0.05", nodes="n[1-6]", handler=handler, stdin=False)
    if value < 0:
        worker._fanout = value
    t.task.resume()
    t.events[:] = [["most at once", most[0]]]


@scenario((1,), (3,), slow=True)
def fanout_of_a_worker(t, value):
    now, most = [0], [0]

    def up(*_):
        now[0] += 1
        most[0] = max(most[0], now[0])

    worker = t.task.shell(
        "sleep 0.05",
        nodes="n[1-6]",
        handler=t.handler(ev_pickup=up, ev_hup=lambda *_: now.__setitem__(0, now[0] - 1)),
    )
    worker._fanout = value
    t.task.resume()
    t.events[:] = [["most at once", most[0]]]


@scenario(by_node=True)
def several_with_fanout_one(t):
    t.task.set_info("fanout", 1)
    for word in "abc":
        t.known(t.task.shell(f"echo {word}", key=word, handler=t.handler()), word)
    t.task.resume()


@scenario()
def events_of_a_worker_with_fanout_one(t):
    """ev_start first and once, ev_close last and once."""
    t.task.set_info("fanout", 1)
    t.known(t.task.shell("echo %h", nodes="n[1-3]", handler=t.handler()), "worker")
    t.task.resume()
    t.events[:] = [[event[0]] for event in t.events]


@scenario()
def the_task_of_this_thread(t):
    t.log("same", task_self() is t.task)
    t.attempt("another of this thread", lambda: Task(thread_id=1))
    task_terminate()
    t.log("same after task_terminate", task_self() is t.task)


@scenario()
def cleanup(t):
    t.task.shell("echo a", key="k")
    t.attempt("task_cleanup", task_cleanup)
    t.attempt("task_wait", task_wait)


@scenario()
def terminated_in_a_run(t):
    t.known(
        t.task.shell(
            "exec sleep 5", key="k", handler=t.handler(ev_start=lambda w: task_terminate())
        ),
        "worker",
    )
    t.attempt("resume", t.task.resume, 3)


@scenario()
def handler_stops_the_loop(t):
    """KeyboardInterrupt leaves the run; what was running is gone."""

    def interrupt(*_):
        raise KeyboardInterrupt

    t.known(
        t.task.shell("echo a; exec sleep 5", key="k", handler=t.handler(ev_read=interrupt)),
        "worker",
    )
    try:
        t.task.resume(3)
    except KeyboardInterrupt:
        t.log("interrupted")
    t.log("running", t.task.running())
    t.attempt("abort", t.task.abort)
    t.known(t.task.shell("echo b", key="k", handler=t.handler()), "next")
    t.attempt("resume", t.task.resume, 3)


@scenario()
def excepthook(t):
    """Errors in the thread of a task go to its hook."""
    seen = []

    def hook(exc_type, exc_value, traceback):
        seen.append([exc_type.__name__, str(exc_value)])

    def fail(*_):
        raise RuntimeError("in the thread")

    task = Task()
    task.excepthook = hook
    t.log("same", task.excepthook is hook)
    task.shell("echo a; sleep 0.05", key="k", handler=t.handler(ev_read=fail))
    task.resume()
    task_wait()
    t.log("seen", seen)
    task.abort()


@scenario()
def debug_lines(t):
    lines = []
    t.task.set_info("debug", True)
    t.task.set_info("print_debug", lambda task, line: lines.append(line))
    t.task.shell("echo a; exit 2", nodes="n1", timeout=5)
    t.task.resume()
    t.task.shell("echo a; exit 2", key="k", timeout=5)
    t.task.resume()
    t.log("lines", [line for line in lines if "pid" not in line])


@scenario()
def suspended_and_resumed(t):
    """A task of its own thread waits until resumed."""
    seen = []
    task = Task()
    task.shell("echo a", key="k", handler=t.handler(ev_hup=lambda *_: seen.append("hup")))
    t.log("seen", seen)
    t.attempt("suspend", task.suspend)
    t.log("seen", seen)
    task.resume()
    task_wait()
    t.log("seen", seen)
    task.abort()
    t.events[:] = [event for event in t.events if not event[0].startswith("ev_")]
