"""Handlers with signatures of before version 1.8, and the warnings they give."""

from ClusterShell.Event import EventHandler
from tests.recorded.traces.recording import _make_handler, scenario

OLD = {
    "ev_start": lambda self, worker: None,
    "ev_pickup": lambda self, worker: None,
    "ev_read": lambda self, worker: None,
    "ev_error": lambda self, worker: None,
    "ev_written": lambda self, worker, node, sname, size: None,
    "ev_hup": lambda self, worker: None,
    "ev_timeout": lambda self, worker: None,
    "ev_close": lambda self, worker: None,
}
NEW = {
    "ev_pickup": lambda self, worker, node: None,
    "ev_read": lambda self, worker, node, sname, msg: None,
    "ev_hup": lambda self, worker, node, rc: None,
    "ev_close": lambda self, worker, timedout: None,
}
ATTRIBUTES = ("current_node", "current_msg", "current_errmsg", "current_rc", "current_sname")


def _state(t):
    """Return hooks that add what a worker says about itself at each event."""

    def state(worker, *_):
        t.log("current", *[getattr(worker, name, "absent") for name in ATTRIBUTES])

    return dict.fromkeys(OLD, state)


COMMANDS = {
    "output": ("echo a; exit 2", {}),
    "errors": ("echo e >&2; sleep 0.02; echo a", {"stderr": True}),
    "merged": ("echo e >&2", {}),
    "timeout": ("echo a; sleep 5", {"timeout": 0.15}),
    "nothing": ("true", {}),
}


def _cases():
    return [(*case, where) for case in COMMANDS.values() for where in ("nodes", "key")]


def _names():
    return [f"{name}-{where}" for name in COMMANDS for where in ("nodes", "key")]


def _run(t, handler, command, kwargs, where):
    t.log("before")
    worker = t.task.shell(command, handler=handler, **{where: "n1"}, **kwargs)
    t.known(worker, "worker")
    t.log("scheduled")
    t.task.resume()
    t.results()


@scenario(*_cases(), names=_names())
def all_old(t, command, kwargs, where):
    _run(t, _make_handler(t, EventHandler, _state(t), OLD), command, kwargs, where)


@scenario(*_cases(), names=_names())
def new_with_state(t, command, kwargs, where):
    _run(t, t.handler(**_state(t)), command, kwargs, where)


@scenario(
    *[(name, kind) for name in OLD for kind in ("output", "errors", "timeout")],
    names=[f"{name}-{kind}" for name in OLD for kind in ("output", "errors", "timeout")],
)
def one_old(t, name, kind):
    """A handler that has only one method, of the old kind."""
    command, kwargs = COMMANDS[kind]
    handler = _make_handler(t, EventHandler, _state(t), {name: OLD[name]})
    _run(t, handler, command, kwargs, "nodes")


@scenario(
    *[(name, kind) for name in NEW for kind in ("output", "timeout")],
    names=[f"{name}-{kind}" for name in NEW for kind in ("output", "timeout")],
)
def one_old_among_new(t, name, kind):
    command, kwargs = COMMANDS[kind]
    handler = _make_handler(t, EventHandler, _state(t), {**NEW, name: OLD[name]})
    _run(t, handler, command, kwargs, "nodes")


@scenario(("ev_error",), ("ev_timeout",))
def new_and_removed(t, name):
    """``ev_error`` and ``ev_timeout`` beside methods of the new kind."""
    for kind in ("errors", "timeout"):
        command, kwargs = COMMANDS[kind]
        handler = _make_handler(t, EventHandler, _state(t), {**NEW, name: OLD[name]})
        _run(t, handler, command, kwargs, "nodes")


@scenario()
def twice(t):
    """The warnings of one handler on two workers."""
    handler = _make_handler(t, EventHandler, {}, {"ev_read": OLD["ev_read"]})
    for _ in range(2):
        _run(t, handler, "echo a", {}, "nodes")


@scenario()
def variable_arguments(t):
    class Handler(EventHandler):
        def ev_pickup(self, *args):
            t.log("ev_pickup", len(args))

        def ev_read(self, *args):
            t.log("ev_read", len(args))

        def ev_hup(self, *args, **kwargs):
            t.log("ev_hup", len(args), len(kwargs))

        def ev_close(self, worker, *args):
            t.log("ev_close", len(args))

    _run(t, Handler(), "echo a", {}, "nodes")


@scenario()
def default_arguments(t):
    class Handler(EventHandler):
        def ev_read(self, worker, node=None, sname=None, msg=None):
            t.log("ev_read", node, sname, msg)

        def ev_hup(self, worker, node="none", rc="none"):
            t.log("ev_hup", node, rc)

        def ev_close(self, worker, timedout="none"):
            t.log("ev_close", timedout)

    _run(t, Handler(), "echo a; exit 1", {}, "nodes")


@scenario()
def instance_attributes(t):
    """Methods put on the object, not on its class."""
    handler = EventHandler()
    handler.ev_read = lambda worker, node, sname, msg: t.log("ev_read", node, sname, msg)
    handler.ev_hup = lambda worker, node, rc: t.log("ev_hup", node, rc)
    _run(t, handler, "echo a; exit 1", {}, "nodes")


@scenario()
def instance_attributes_old(t):
    handler = EventHandler()
    handler.ev_read = lambda worker: t.log("ev_read", worker.current_node, worker.current_msg)
    handler.ev_hup = lambda worker: t.log("ev_hup", worker.current_node, worker.current_rc)
    _run(t, handler, "echo a; exit 1", {}, "nodes")


@scenario()
def static_and_class_methods(t):
    class Handler(EventHandler):
        @staticmethod
        def ev_read(worker, node, sname, msg):
            t.log("ev_read", node, sname, msg)

        @classmethod
        def ev_hup(cls, worker, node, rc):
            t.log("ev_hup", node, rc)

    _run(t, Handler(), "echo a; exit 1", {}, "nodes")


@scenario()
def not_a_subclass(t):
    """Any object with methods of these names."""

    class Handler:
        def ev_start(self, worker):
            t.log("ev_start")

        def ev_read(self, worker, node, sname, msg):
            t.log("ev_read", msg)

    t.attempt("run", lambda: _run(t, Handler(), "echo a; exit 1", {}, "nodes"))


@scenario()
def mixed_methods(t):
    """A method inherited from another class that is no handler."""

    class Reader:
        def ev_read(self, worker, node, sname, msg):
            t.log("ev_read", msg)

    class Handler(Reader, EventHandler):
        pass

    _run(t, Handler(), "echo a; exit 1", {}, "nodes")
