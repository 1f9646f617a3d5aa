"""Programs of ``fastsubprocess``: processes made, waited for, talked with and ended."""

import contextlib
import os
import signal

COMMANDS = [
    "true", "exit 3", "echo a", "echo a; exit 2", "echo e >&2", "printf x", "kill -9 $$", "cat",
    "echo $VARIABLE", "pwd", "nosuchcommand", "cat; exit 5", "seq 3000 | tail -1", "wc -c",
]  # fmt: skip
LISTS = [["true"], ["false"], ["echo", "a b"], ["sh", "-c", "exit 4"], ["nosuchcommand"], ["cat"]]
ODD = [[], "", None, 5, ["sh", "-c"]]
ENDING = ("kill", "terminate", "send_signal")

#: What the released package says of a process that is just about to fail, and this one.
ENDED = [
    [None, 255],
    [-9, 255],
    [-15, 255],
    [-1, 255],
    [["TypeError", None], None],
    ["<pid>", None],
]
ENDLESS = "exec sleep 60"

#: What is asked after the process has ended.
AFTER = [["poll"], ["wait"], ["returncode"], ["pid"], ["kill"], ["terminate"], ["send_signal", 15]]


def draw(rng):
    """Return a random program: [way, command, keywords, steps]."""
    shell = rng.random() < 0.6
    command = rng.choice(COMMANDS if shell else LISTS)
    if rng.random() < 0.06:
        command = rng.choice(ODD)
    more = {"shell": True} if shell else {}
    reads = "cat" in repr(command) or "wc" in repr(command)
    more["stdin"] = "null" if reads else rng.choice(["null", None])
    for name, values in (
        ("stdout", ["PIPE", "PIPE", "null", None]),
        ("stderr", ["PIPE", "STDOUT", "null", None]),
        ("cwd", [None, None, None, "/", "/nonexistent"]),
        ("env", [None, None, {}, {"VARIABLE": "v", "PATH": "/bin:/usr/bin"}]),
        ("bufsize", [None, None, None, 0, -1, 4096, "x"]),
        ("close_fds", [None] * 30 + [True]),
        ("executable", [None] * 12 + ["/bin/sh", "/nonexistent"]),
        ("universal_newlines", [None, None, False, True]),
    ):
        value = rng.choice(values)
        if value is not None:
            more[name] = value
    way = rng.choice(["call", "check_call", "Popen", "Popen", "Popen"])
    if way != "Popen":
        for name in ("stdout", "stderr"):  # nobody reads a pipe
            more[name] = "null" if more.get(name) == "PIPE" else more.get(name)
        return [way, command, more, []]
    if rng.random() < 0.25:
        more.update(shell=True, stdin="null", stdout="null", stderr="null", cwd="/")
        ending = rng.choice([["kill"], ["terminate"], ["send_signal", 1], ["send_signal", "x"]])
        steps = [["poll"], ending, ["kill"], ["wait"]]
        return [way, ENDLESS, more, [*steps, *rng.sample(AFTER, 3)]]
    piped = "PIPE" in more.values()
    if reads and rng.random() < 0.5:
        more["stdin"] = "PIPE"
        given = rng.choice(["", "in\n", "x" * 5000])
        return [way, command, more, [["communicate", given], *rng.sample(AFTER, 2)]]
    first = [["communicate", None]] if piped else rng.choice([[["communicate", None]], [["wait"]]])
    return [way, command, more, first + rng.sample(AFTER, rng.randrange(4))]


def explain(program, theirs, ours):
    """Return why two answers may differ, None if they may not."""
    reasons = set()
    for step, their, our in zip([[None], *program[3]], theirs, ours):
        if their == our:
            continue
        if our is None and their[0] == "ProcessLookupError" and step[0] in ENDING:
            reasons.add("what has been waited for gets no signal: its number may be another's")
        elif cannot_start(program) and [their, our] in ENDED:
            reasons.add("what cannot be executed has no process")
        elif step[0] == "communicate" and their[0] == "AttributeError":
            return "the released package cannot read or write its own pipes"
        else:
            return None
    return reasons.pop() if reasons else None


def cannot_start(program):
    """Return whether the command of a program has no folder to be in, or is none."""
    return "nosuchcommand" in program[1] or "/nonexistent" in program[2].values()


def plain(value, process=None):
    """Return a value as JSON holds it."""
    if process is not None and value == process.pid is not None:
        return "<pid>"
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return "b:" + value.decode("latin-1")
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return type(value).__name__


def run(program):
    """Run a program; return what each step of it gave."""
    from ClusterShell.Worker import fastsubprocess

    way, command, more, steps = program
    seen = []
    with open(os.devnull, "r+b") as null:
        values = {"PIPE": fastsubprocess.PIPE, "STDOUT": fastsubprocess.STDOUT, "null": null}
        known = {
            name: values[value] if isinstance(value, str) and value in values else value
            for name, value in more.items()
        }

        def note(function, *args, process=None):
            try:
                found = function(*args)
            except Exception as exc:
                seen.append([type(exc).__name__, plain(getattr(exc, "errno", None))])
                return None
            seen.append(plain(found, process))
            return found

        process = note(lambda: getattr(fastsubprocess, way)(command, **known))
        if way != "Popen" or process is None:
            return seen
        for name, *args in steps:
            value = getattr(process, name, None)
            if name == "communicate":
                given = None if args[0] is None else args[0].encode()
                note(process.communicate, given)
            else:
                note(*([value, *args] if callable(value) else [lambda v=value: v]), process=process)
        # One that is left alone has the released package refuse to make others.
        if process.pid and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            process.wait()
    return seen
