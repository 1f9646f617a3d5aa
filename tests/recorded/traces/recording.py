"""What a scenario gets, and how its trace is written down.

A trace is what a program could see: which methods of its handler were called,
in which order, with which arguments, what calls returned or raised, and which
warnings were given.  It is plain JSON, and it does not depend on the machine,
on timing, or on the order of unordered things.
"""

import contextlib
import hashlib
import inspect
import os
import shutil
import signal
import tempfile
import warnings
from pathlib import Path

from ClusterShell.Event import EventHandler
from ClusterShell.Task import task_self, task_terminate

#: Name of a scenario -> function and how its events are written down.
SCENARIOS = {}

#: A scenario that takes longer has hung.
LIMIT = 20


def scenario(*params, names=None, by_node=False, slow=False):
    """Register a function as one scenario, or as one for each of ``params``.

    params: argument tuples; each makes a scenario of its own.
    names: what to call them, in place of their numbers.
    by_node: several commands run at the same time, so that only the order of
        the events of each node is part of the trace.
    slow: left out of the quick subset.
    """

    def register(function):
        cases = params or ((),)
        for index, args in enumerate(cases):
            name = function.__module__.rpartition(".")[2] + "." + function.__name__
            if params:
                name += f"[{names[index] if names else index}]"
            if name in SCENARIOS:
                raise ValueError(f"two scenarios are called {name}")
            SCENARIOS[name] = (function, args, by_node, slow)
        return function

    return register


class HangError(BaseException):
    """Not an Exception: nothing on the way may take it for one of its own."""


class Recorder:
    """The trace of one scenario, and the tools to write it."""

    def __init__(self):
        self.events = []
        self.tmp = Path(tempfile.mkdtemp())
        self.task = task_self()
        # No scenario connects to another machine.
        for program in ("ssh", "scp", "rsh", "rcp", "pdsh", "pdcp", "rpdcp"):
            self.task.set_info(f"{program}_path", "/nonexistent/" + program)
        self._workers = {}

    # -- what a scenario calls

    def log(self, *event):
        """Add one event."""
        self.events.append(self.plain(list(event)))

    def known(self, worker, name):
        """Give a worker, timer or port the name it has in the trace."""
        self._workers[id(worker)] = (name, worker)
        return worker

    def attempt(self, what, function, *args, **kwargs):
        """Add what a call returns or raises; return its value."""
        try:
            value = function(*args, **kwargs)
        except Exception as exc:
            self.log(what, "raises", self.error(exc))
            return None
        self.log(what, value)
        return value

    def handler(self, base=None, **hooks):
        """Return a handler that adds all events, and then calls ``hooks``.

        hooks: by name of the event, functions of its arguments.
        """
        return _make_handler(self, base or EventHandler, hooks, NEW_STYLE)

    def script(self, text, name="script"):
        """Return the path of an executable shell script."""
        path = self.tmp / name
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return str(path)

    def results(self, of=None):
        """Add everything that the task, or one worker, can be asked about."""
        of = of or self.task
        for method in ("iter_buffers", "iter_errors"):
            if hasattr(of, method):
                self.attempt(
                    method,
                    lambda m=method: sorted(
                        [bytes(buf), sorted(map(str, keys))] for buf, keys in getattr(of, m)()
                    ),
                )
        if hasattr(of, "iter_retcodes"):
            self.attempt(
                "iter_retcodes",
                lambda: sorted([rc, sorted(map(str, keys))] for rc, keys in of.iter_retcodes()),
            )
        if hasattr(of, "max_retcode"):
            self.attempt("max_retcode", of.max_retcode)
        if hasattr(of, "num_timeout"):
            self.attempt("num_timeout", of.num_timeout)
            self.attempt("iter_keys_timeout", lambda: sorted(map(str, of.iter_keys_timeout())))

    # -- how values are written

    def error(self, exc):
        """Return an exception as its class, and its text where that is interface."""
        if isinstance(exc, TypeError):  # texts of the interpreter
            return type(exc).__name__
        return f"{type(exc).__name__}: {self.plain(str(exc))}"

    def plain(self, value):
        """Return ``value`` as JSON holds it."""
        if id(value) in self._workers:
            return "<" + self._workers[id(value)][0] + ">"
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, (bytes, bytearray)):
            return "b:" + self._text(bytes(value).decode("latin-1"))
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {str(key): self.plain(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.plain(item) for item in value]
        if isinstance(value, (set, frozenset)):
            return sorted(self.plain(item) for item in value)
        return type(value).__name__

    def _text(self, text):
        """Return ``text`` without what changes, in place of a long one its digest."""
        text = text.replace(str(self.tmp), "$TMP")
        if len(text) <= 400:
            return text
        return f"{len(text)} characters, sha1 {hashlib.sha1(text.encode()).hexdigest()}"


NEW_STYLE = {
    "ev_start": lambda self, worker: None,
    "ev_pickup": lambda self, worker, node: None,
    "ev_read": lambda self, worker, node, sname, msg: None,
    "ev_written": lambda self, worker, node, sname, size: None,
    "ev_hup": lambda self, worker, node, rc: None,
    "ev_close": lambda self, worker, timedout: None,
    "ev_timer": lambda self, timer: None,
    "ev_port_start": lambda self, port: None,
    "ev_msg": lambda self, port, msg: None,
}


def _make_handler(recorder, base, hooks, events):
    """Return an object of a new subclass of ``base`` that has methods ``events``."""

    def method(name, template):
        parameters = list(inspect.signature(template).parameters)[1:]
        source = f"def {name}(self, {', '.join(parameters)}): call({', '.join(parameters)})"

        def call(*args):
            recorder.log(name, *args)
            if name in hooks:
                hooks[name](*args)

        names = {"call": call}
        exec(source, names)
        return names[name]

    return type("Handler", (base,), {name: method(name, events[name]) for name in events})()


def _grouped(events):
    """Return events by the worker and node they are about, the others in order.

    Which of several running commands is heard of first depends on timing, and
    in which order they are started is not promised either.
    """
    about_nodes = {"ev_pickup", "ev_read", "ev_written", "ev_hup"}
    about_workers = {"ev_start", "ev_close"}
    groups = {}
    frame = []
    for event in events:
        if event[0] in about_nodes:
            groups.setdefault(f"{event[1]} {event[2]}", []).append(event)
        elif event[0] in about_workers:
            groups.setdefault(event[1], []).append(event)
        else:
            frame.append(event)
    return [frame, sorted(groups.items())]


def _merged_writes(events):
    """Return events with the sizes of consecutive writes added up.

    How much a pipe takes at once depends on the speed of its reader.
    """
    merged = []
    for event in events:
        last = merged[-1] if merged else [None]
        if event[0] == "ev_written" == last[0] and event[:4] == last[:4]:
            merged[-1] = [*last[:4], last[4] + event[4]]
        else:
            merged.append(event)
    return merged


@contextlib.contextmanager
def _time_limit(seconds):
    def hang(signum, frame):
        raise HangError(f"nothing has happened for {seconds} s")

    previous = signal.signal(signal.SIGALRM, hang)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def record(name):
    """Run one scenario from a clean state and return its trace."""
    function, args, by_node, _ = SCENARIOS[name]
    recorder = Recorder()
    start = os.getcwd()

    def showwarning(message, category, *_, **__):
        recorder.log("warning", category.__name__)

    try:
        with warnings.catch_warnings(), _time_limit(LIMIT):
            warnings.simplefilter("always")
            warnings.showwarning = showwarning
            try:
                function(recorder, *args)
            except Exception as exc:
                recorder.log("scenario raises", recorder.error(exc))
    except HangError:
        recorder.log("hangs")
    finally:
        os.chdir(start)
        shutil.rmtree(recorder.tmp)
        _clean_up()
    events = _merged_writes(recorder.events)
    return _grouped(events) if by_node else events


def _clean_up():
    """Leave no task behind; one that is beyond repair must not stop the others."""
    with contextlib.suppress(Exception), _time_limit(LIMIT):
        task_self().abort(kill=True)
    with contextlib.suppress(Exception, HangError), _time_limit(LIMIT):
        task_terminate()
