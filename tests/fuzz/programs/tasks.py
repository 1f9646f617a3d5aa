"""Programs of tasks: a few workers, what their handlers do, timers, messages, threads.

Nothing in a program depends on which of two processes is faster: handlers act where the
order is given, input goes to commands that read it, and what is seen is told by stream,
node and worker.
"""

import json
import os
import re
import shutil
import threading

from tests.fuzz.programs import workers
from tests.fuzz.programs.workers import COPYING, STREAMS, WAITING

#: Commands that read nothing, and such that read all their input.
PLAIN = [
    "true", "echo a", "exit 3", "echo a; echo b", "echo a; exit 255", "printf x", "echo e >&2",
    "echo %h", "echo %hosts", "echo %rank; exit 1", "seq 3", "printf 'a\\n\\nb'", "kill -9 $$",
    "echo a; echo e >&2; exit 2", "printf '\\0\\377\\n'", "nosuchcommand 2>/dev/null", "echo %%",
    "printf 'a\\r\\nb\\r'", "seq 2000 | tail -1",
]  # fmt: skip
READING = ["cat", "cat; echo end", "cat >&2; exit 4", "wc -c", "while read l; do echo =$l; done"]

NODES = ["n1", "n[1-2]", "n[1-3]", "a,b7", "x[1-2]y1"]
EVENTS = ["ev_start", "ev_pickup", "ev_read", "ev_written", "ev_hup", "ev_close"]

KINDS = [
    "popen", "popen", "exec", "exec", "exec", "exec", "shell", "shell", "ssh", "rsh", "stream",
    "copy", "pdsh", "pipe", "simple", "task copy", "task rcopy", "scp",
]  # fmt: skip

TREE_OFF = ["set_default", "stdout_msgtree", False]

#: What only one worker does: where it ends the run, or asks, how far others are is chance.
ALONE = [["raise"], ["abort task"], ["info", "fanout"], TREE_OFF]

#: What timers do when they go off, or before.
TIMERS = ["once", "once", "interval", "again", "never"]

#: What a handler may do whatever its worker is.
ANYWHERE = [
    ["nothing"], ["shell", "echo new"], ["shell", "exit 7"], ["set_default", "stderr", True],
    TREE_OFF, ["set_info", "fanout", 1], ["set_info", "zz", 5],
    ["ask"], ["timer"], ["port"], ["no handler"], ["info", "fanout"],
]  # fmt: skip


def draw(rng):
    """Return a random program."""
    program = {
        "fanout": rng.choice([64, 64, 64, 1, 2]),
        "stderr": rng.random() < 0.5,
        "trees": rng.choice([None, None, None, "stdout_msgtree", "stderr_msgtree"]),
        "thread": rng.random() < 0.15,
        "ends": rng.choice(["join", "wait"]),
        "timers": [rng.choice(TIMERS) for _ in range(rng.choice([0, 0, 0, 1, 3]))],
        "questions": workers.draw_questions(rng),
        "messages": rng.choice([0, 0, 0, 1, 3]),
        "again": rng.random() < 0.2,
        "work": [draw_worker(rng) for _ in range(rng.choice([1, 1, 1, 2, 3]))],
    }
    ending = [work["action"] in (["raise"], ["abort task"]) for work in program["work"]]
    if any(ending):  # results of a thread that has failed, and how far timers are, are chance
        program.update(thread=False, timers=[], messages=0)
    if len(program["work"]) > 1:
        for work in program["work"]:
            if work["action"][0] == "ask" or work["action"] in ALONE:
                work.update(action=["nothing"], command="true", input=None, timeout=None)
    return program


def draw_worker(rng):
    """Return a worker of a program, and what its handler does."""
    kind = rng.choice(KINDS)
    reading = rng.random() < 0.3
    work = {
        "kind": kind,
        "nodes": rng.choice(NODES),
        "command": rng.choice(READING if reading else PLAIN),
        "input": [rng.choice(["in\n", "", "x" * 3000 + "\n", "no end"]) for _ in range(2)],
        "event": rng.choice(EVENTS),
        "nth": rng.choice([1, 1, 2]),
        "action": rng.choice(ANYWHERE),
        "timeout": None,
        "stderr": rng.choice([None, True, False]),
    }
    if not reading:
        work["input"] = None
    one = kind == "popen" or work["nodes"] == "n1"
    if work["action"] in (["ask"], ["no handler"], TREE_OFF) and not one:
        work["action"] = ["nothing"]  # which node it is, and what others do, is chance
    chance = rng.random()
    if work["action"] in (["no handler"], TREE_OFF) and work["event"] == "ev_read":
        work["event"] = "ev_hup"  # of lines that have come at once, how many are told differs
    if kind == "pdsh":
        work["input"] = None
        work["command"] = rng.choice(PLAIN)
    if kind in STREAMS or kind in COPYING:
        if kind in COPYING and kind != "task rcopy":
            work["nodes"] = "n1"  # two copies to one place may meet
        if work["action"] == ["ask"]:
            work["action"] = ["nothing"]  # the released package gives ev_close another object
        return work
    if reading and chance < 0.3 and work["event"] in ("ev_start", "ev_pickup"):
        work.update(nth=1, action=["write", rng.choice(["more\n", "", "y" * 70000])])
    elif one and chance < 0.1:
        work.update(command=WAITING, event="ev_read", nth=1, action=["abort"], input=None)
    elif one and chance < 0.2:
        work.update(event=rng.choice(["ev_hup", "ev_close"]), nth=1, action=["raise"])
    elif one and chance < 0.25:
        work.update(command=WAITING, event="ev_read", nth=1, action=["abort task"], input=None)
    elif chance < 0.3:
        work.update(command="exec sleep 9", timeout=0.05, input=None)
    elif one and chance < 0.4:
        work.update(event=rng.choice(["ev_start", "ev_close"]), nth=1)
        work.update(action=["ask", *rng.choice(workers.AT_ENDS)])
    return work


class Trace:
    """What a program has seen."""

    def __init__(self):
        self.events = []
        self.names = {}
        #: Whose handler is at work.
        self.actor = None

    def log(self, *event):
        """Add one event."""
        self.events.append(self.plain(list(event)))

    def known(self, thing, name):
        """Give an object its name in the trace; return it."""
        self.names[id(thing)] = (name, thing)
        return thing

    def attempt(self, what, function, *args, **kwargs):
        """Add what a call returns or raises; return its value."""
        actor = self.actor
        try:
            value = function(*args, **kwargs)
        except Exception as exc:
            self.log("does", actor, what, "raises", type(exc).__name__)
            return None
        self.log("does", actor, what, value)
        return value

    def plain(self, value):
        """Return a value as JSON holds it, without what is of this run only."""
        if id(value) in self.names:
            return "<" + self.names[id(value)][0] + ">"
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, bytes):
            return "b:" + value.decode("latin-1")
        if isinstance(value, (list, tuple)):
            return [self.plain(item) for item in value]
        if type(value).__name__ == "MsgTreeElem":
            return "m:" + value.message().decode("latin-1")
        return str(value) if type(value).__name__ == "NodeSet" else type(value).__name__


def handler_class():
    """Return the class of handlers; it is made when the package is there."""
    from tests.fixtures.noting import Noting

    class Handler(Noting):
        """Notes every event, and does one thing in one of them."""

        def __init__(self, run, name, work=None):
            self.run = run
            self.name = f"<{name}>"
            self.work = work
            self.left = work["nth"] if work else 0

        def _note(self, name, source, *args):
            self.run.trace.log(name, self.name, *args)
            if self.work and name == self.work["event"]:
                self.left -= 1
                if not self.left:
                    # What it does may have others act meanwhile.
                    before, self.run.trace.actor = self.run.trace.actor, self.name
                    self.run.act(source, *self.work["action"])
                    self.run.trace.actor = before

        def ev_written(self, worker, node, sname, size):
            key = self.name, node, sname
            self.run.written[key] = self.run.written.get(key, 0) + size

        def ev_port_start(self, port):
            """Not noted."""

    return Handler


class Run:
    """One program at work."""

    Handler = None

    #: It has hung if it takes longer.
    SECONDS = 8

    def __init__(self, program, folder):
        from ClusterShell.Task import Task, task_self

        Run.Handler = Run.Handler or handler_class()
        self.program = program
        self.folder = folder
        self.trace = Trace()
        self.written = {}
        #: Pipes to be read when all have ended.
        self.ends = []
        self.task = Task() if program["thread"] else task_self()
        self.trace.known(self.task, "task")

    def act(self, source, what, *args):
        """Do what a handler is to do."""
        trace, task = self.trace, self.task
        if what == "raise":
            trace.actor = None
            raise ValueError("from the handler")
        if what in ("write", "abort"):
            data = [arg.encode() for arg in args]
            trace.attempt(what, getattr(source, what), *data)
        elif what == "abort task":
            trace.actor = None
            task.abort()  # raises what ends the run
        elif what == "shell":
            new = f"new of {trace.actor}"
            task.shell(*args, key=new, handler=self.Handler(self, new), stdin=False)
        elif what in ("set_default", "set_info", "info"):
            trace.attempt(what, getattr(task, what), *args)
        elif what == "no handler":
            source.eh = None
        elif what == "timer":
            task.timer(0.001, self.Handler(self, "new timer"))
        elif what == "port":
            port = task.port(self.Handler(self, "new port"), autoclose=True)
            trace.attempt("msg_send", port.msg_send, "hello", False)
        elif what in ("invalidate", "set_nextfire"):
            trace.attempt(what, getattr(source, what), *args)
            trace.attempt("is_valid", source.is_valid)
        elif what == "ask" and args:
            workers.ask(trace, source, [args])
        elif what == "ask":
            for name in ("current_node", "current_rc", "current_sname", "started"):
                trace.attempt(name, getattr, source, name, "none")
            trace.attempt("running", task.running)

    def worker(self, work, name):
        """Return a worker of the program, scheduled."""
        more = {"handler": self.Handler(self, name, work), "timeout": work["timeout"]}
        if work["stderr"] is not None:
            more["stderr"] = work["stderr"]
        if work["input"] is None:
            more["stdin"] = work["command"] == WAITING
        return workers.make(self, work, name, more)

    def folder_of(self, name):
        """Return a folder for what a worker makes."""
        folder = os.path.join(self.folder, "made", name)
        os.makedirs(folder, exist_ok=True)
        return folder

    def timer(self, number, way):
        """Make a timer of the program."""
        work = {"event": "ev_timer", "nth": 1, "action": ["nothing"]}
        interval = -1
        if way == "interval":
            interval = 0.002
            work.update(nth=3, action=["invalidate"])
        elif way == "again":
            work.update(action=["set_nextfire", 0.001])
        handler = self.Handler(self, f"timer{number}", work)
        timer = self.task.timer(0.002 * number, handler, interval)
        if way == "never":
            self.trace.attempt("is_valid", timer.is_valid)
            timer.invalidate()
            self.trace.attempt("is_valid", timer.is_valid)

    def start(self):
        """Make all that the program is of."""
        task, program = self.task, self.program
        task.set_info("fanout", program["fanout"])
        shutil.rmtree(os.path.join(self.folder, "made"), ignore_errors=True)
        for name in workers.STAND_INS:
            task.set_info(name + "_path", os.path.join(self.folder, name))
        task.set_default("stderr", program["stderr"])
        for name in ("stdout_msgtree", "stderr_msgtree"):
            task.set_default(name, name != program["trees"])
        task.set_default("stdin", True)
        for number, way in enumerate(program["timers"]):
            self.timer(number, way)
        if program["messages"]:
            port = task.port(self.Handler(self, "port"), autoclose=True)
            for number in range(program["messages"]):
                port.msg_send(f"message {number}", False)
        made = []
        for number, work in enumerate(program["work"]):
            worker = self.worker(work, f"worker{number}")
            self.trace.known(worker, f"worker{number}")
            made.append(worker)
            if work["kind"] not in (*STREAMS, *COPYING, "pdsh"):
                if work["input"] is not None:
                    for text in work["input"]:
                        worker.write(text.encode())
                if work["command"] != WAITING and work["action"][0] != "write":
                    worker.set_write_eof()
        return made

    def results(self, made):
        """Note all that can be asked for afterwards."""
        trace, task = self.trace, self.task
        for one in (task, *made):
            name = trace.plain(one)
            for what in ("iter_buffers", "iter_errors", "iter_retcodes"):
                if hasattr(one, what):
                    trace.attempt(name + what, grouped, trace, getattr(one, what))
        trace.attempt("max_retcode", task.max_retcode)
        trace.attempt("timeouts", lambda: sorted(map(str, task.iter_keys_timeout())))
        trace.attempt("left", lambda: [task._engine.evlooprefcnt, len(task._engine._clients)])
        for end in self.ends:
            with os.fdopen(end) as file:
                trace.attempt("written", file.read)
        trace.log("does", None, "files", files(os.path.join(self.folder, "made")))
        of_workers, of_task, of_engine = self.program["questions"]
        for one in made:
            workers.ask(trace, one, of_workers)
        workers.ask(trace, task, of_task)
        workers.ask(trace, trace.known(task._engine, "engine"), of_engine)

    def __call__(self):
        """Run; return what was seen, by what it is about."""
        from ClusterShell.Task import task_wait

        made = self.start()
        for work, worker in zip(self.program["work"], made):
            if work["action"][0] == "write":
                self.close_in(worker, work)
        if self.program["thread"]:
            self.task.excepthook = lambda kind, *_: self.trace.log("hook", kind.__name__)
            self.task.resume()
            if self.program["ends"] == "join":
                self.task.join()
            else:
                task_wait()
        else:
            self.trace.attempt("resume", self.task.resume, self.SECONDS)
        self.results(made)
        if self.program["again"]:
            self.trace.attempt("run", self.task.run, "echo again", key="again", stdin=False)
            self.trace.attempt("again", self.task.key_buffer, "again")
        sizes = [[self.trace.plain(list(key)), size] for key, size in self.written.items()]
        return [by_subject(self.trace.events), sorted(sizes, key=repr)]

    def close_in(self, worker, work):
        """End the input of a worker that is written to by its handler."""
        act, self.act = self.act, None

        def then(source, *action):
            act(source, *action)
            if action[0] == "write":
                source.set_write_eof()

        self.act = then


def by_subject(events):
    """Return events by the stream, the node, or else the worker or handler, they are about."""
    found = {}
    for event in events:
        kind = event[0]
        size = 3 if kind in ("ev_pickup", "ev_hup") else 4 if kind == "ev_read" else 2
        subject = event[1:size] if kind.startswith("ev_") else event[:2]
        if kind == "ev_read":
            subject = [kind, *subject]
        found.setdefault(json.dumps(subject), []).append(event)
        for other, told in found.items():
            # The end of a worker is an event of each of its nodes as well.
            if kind == "ev_close" and other.startswith(f"[{json.dumps(event[1])}, "):
                told.append(event)
    return found


#: How the released package answers an abort for the client that it has lost.
_REFUSED_ABORT = re.compile(r'(>abort\[\]"), "raises", "KeyError"\]')

_MARK = re.compile(r"XXRETCODE: \d+")

#: What no handler of a program raises.
INTERNAL = {
    "RuntimeError",
    "AttributeError",
    "KeyError",
    "TypeError",
    "AssertionError",
    "UnicodeDecodeError",
}


def explain(program, theirs, ours):
    """Return why two answers may differ, None if they may not."""
    texts = [json.dumps(answer, sort_keys=True) for answer in (theirs, ours)]
    if "rsh" in json.dumps(program) and unmarked(texts[0]) == unmarked(texts[1]):
        return "the mark of rsh's exit code is no part of a last line without an end"
    ends = [resumed(answer) for answer in (theirs, ours)]
    if ends[0] in INTERNAL and ends[1] not in INTERNAL:
        return f"the released package fails in itself: {ends[0]}"
    if ends[0] == "TimeoutError" != ends[1]:
        return "the released package hangs"
    raising = any(work["action"] == ["raise"] for work in program["work"])
    if raising and ends == ["EngineClientError", "ValueError"]:
        return "what a handler raises is told, not what the tear-down has raised after it"
    if _REFUSED_ABORT.sub(r"\1, null]", texts[0]) == texts[1]:
        return "a worker that could not be started can be aborted"
    return None


def unmarked(text):
    """Return an answer, as text, without marks of rsh; what is equal then is grouped again."""
    answer = json.loads(_MARK.sub("", text))
    if len(answer) == 2 and isinstance(answer[0], dict):
        for event in answer[0].get('["does", null]', ()):
            if event[2].endswith(("iter_buffers", "iter_errors")) and isinstance(event[3], list):
                groups = {}
                for value, keys in event[3]:
                    groups.setdefault(value, []).extend(keys)
                event[3] = sorted([value, sorted(keys)] for value, keys in groups.items())
    return answer


def resumed(answer):
    """Return the exception that the run of a program has ended with."""
    if len(answer) == 2 and isinstance(answer[0], dict):
        for event in answer[0].get('["does", null]', ()):
            if event[2] == "resume":
                return event[-1]
        for subject in answer[0]:
            if subject.startswith('["hook", '):
                return json.loads(subject)[1]
    return None


def grouped(trace, pairs):
    """Return the (value, keys) that a call of *pairs* gives, in an order of their own."""
    found = [[trace.plain(value), sorted(map(str, keys))] for value, keys in pairs()]
    return sorted(found, key=repr)


class Runner:
    """Runs programs, one after the other, in this process."""

    Run = Run

    def __init__(self):
        self.folder = None

    def __call__(self, program):
        from ClusterShell.Task import task_terminate

        if self.folder is None:
            self.folder = workers.prepare()
        run = self.Run(program, self.folder)
        try:
            return run()
        finally:
            if program["thread"]:
                run.task.abort(kill=True)
                if run.task.thread is not threading.current_thread():
                    run.task.thread.join(5)
            else:
                task_terminate()


def files(folder):
    """Return the names of all files below a folder, in order."""
    return sorted(
        os.path.relpath(os.path.join(path, name), folder)
        for path, _, names in os.walk(folder)
        for name in names
    )
