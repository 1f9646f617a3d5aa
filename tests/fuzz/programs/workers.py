"""The workers of programs, what stands for their remote commands, and what can be asked of them."""

import os

from tests.fuzz.events import REMOTE, RSH

#: Waits for input that never comes, after one line.
WAITING = "echo a; read x"

#: A copy of the last operand but one to the last, of which either has a node's name before it.
SCP = """#!/bin/sh
for last; do from=$to; to=$last; done
exec cp -r "${from#*:}" "${to#*:}"
"""

#: Runs the command for one node after the other; all lines it passes on have an end.
PDSH = r"""#!/bin/sh
while [ $# -gt 1 ]; do
    case $1 in
        -w*) nodes=${1#-w}; nodes=${nodes# };;
    esac
    shift
done
case $nodes in
    'n[1-2]') nodes=n1,n2;;
    'n[1-3]') nodes=n1,n2,n3;;
    'x[1-2]y1') nodes=x1y1,x2y1;;
esac
code=$(mktemp)
for node in $(echo $nodes | tr , ' '); do
    { { sh -c "$1" 3>&-; echo $? >$code; } 2>&1 >&3 3>&- | sed "s/^/$node: /;\$a\\" >&2; } 3>&1 |
        sed "s/^/$node: /;\$a\\"
    read result <$code
    [ $result = 0 ] || echo "pdsh@here: $node: ssh exited with exit code $result" >&2
done
rm $code
"""

STAND_INS = {"ssh": REMOTE, "rsh": RSH, "scp": SCP, "pdsh": PDSH}

#: Those that copy, those that are given streams, and those that are given input.
COPYING = ("copy", "task copy", "task rcopy", "scp")
STREAMS = ("stream", "pipe", "simple")

#: What workers, tasks and engines can be asked for afterwards; also what they have not.
OF_WORKERS = [
    ["read"], ["read", "n1"], ["read", "n1", "stderr"], ["node_buffer", "n1"], ["node_error", "n1"],
    ["node_error_buffer", "n2"], ["node_retcode", "n1"], ["node_rc", "n2"], ["num_timeout"],
    ["did_timeout"], ["iter_keys_timeout"], ["iter_node_buffers"], ["iter_node_errors"],
    ["iter_node_retcodes"], ["retcode"], ["error"], ["reader_fileno"], ["writer_fileno"],
    ["error_fileno"], ["flush_buffers"], ["flush_errors"], ["abort"], ["set_key", "other"],
    ["node_buffer", "nosuch"], ["read", "nosuch"], ["iter_buffers", ["n1"]], ["last_read"],
    ["last_error"], ["last_retcode"], ["last_node"], ["current_node"], ["current_rc"],
]  # fmt: skip
#: How questions about the last event begin.
OF_LAST = ("last", "current")
OF_TASKS = [
    ["key_error", "k"], ["key_error", "n1"], ["node_error", "n1"], ["key_retcode", "k"],
    ["key_retcode", "nosuch"], ["node_retcode", "n1"], ["node_buffer", "n1"], ["num_timeout"],
    ["iter_keys_timeout"], ["running"], ["flush_buffers"], ["flush_errors"], ["key_buffer", "k"],
    ["iter_buffers", ["n1"]], ["iter_retcodes", ["n1", "k"]], ["default", "stderr"],
    ["info", "fanout"], ["default", "nosuch", 5], ["info", "nosuch"], ["max_retcode"],
    ["default_excepthook", ValueError.__name__], ["remove_port", None],
]  # fmt: skip
OF_ENGINES = [["clients"], ["ports"], ["exited"], ["running"], ["evlooprefcnt"]]

#: What can be asked for in a handler at its start or end, where only one node is.
AT_ENDS = [
    ["read"], ["read", "n1"], ["node_buffer", "n1"], ["node_error", "n1"], ["node_retcode", "n1"],
    ["num_timeout"], ["did_timeout"], ["retcode"], ["flush_buffers"], ["iter_node_buffers"],
]  # fmt: skip


def draw_questions(rng):
    """Return what is asked of workers, the task and its engine when all have ended."""
    lists = (OF_WORKERS, rng.randrange(5)), (OF_TASKS, rng.randrange(5)), (OF_ENGINES, 1)
    return [rng.sample(questions, number) for questions, number in lists]


def draw_questions_of_trees(rng):
    """Return the like for workers behind gateways: of which node is the last event is chance."""
    of_workers, of_tasks, _ = draw_questions(rng)
    kept = [question for question in of_workers if not question[0].startswith(OF_LAST)]
    return [kept, of_tasks, []]


def ask(trace, subject, questions):
    """Note what a worker, task or engine says."""
    several = len(getattr(subject, "nodes", None) or ()) > 1
    for name, *args in questions:
        if several and name.startswith(OF_LAST):
            continue  # of which node the last event is, is chance
        trace.attempt(f"{trace.plain(subject)}{name}{args}", answer, trace, subject, name, args)


def answer(trace, subject, name, args):
    """Return what an attribute is, or a method gives; of what is iterated over, all items."""
    value = getattr(subject, name)
    if callable(value):
        value = value(*args)
    if name.endswith("fileno") and value is not None:
        return "a number"
    if hasattr(value, "__next__") or isinstance(value, (set, frozenset, dict)):
        return sorted((trace.plain(item) for item in value), key=repr)
    return value


def make(run, work, name, more):
    """Return a worker of a program, scheduled.

    :param more: keywords that all workers have
    """
    task, kind = run.task, work["kind"]
    if kind in STREAMS:
        worker = on_streams(run, work, more["handler"])
        task.schedule(worker)
        return worker
    if kind == "popen":
        return task.shell(work["command"], key="k", **more)
    if kind == "shell":
        return task.shell(work["command"], nodes=work["nodes"], worker="exec", **more)
    more.pop("stdin", None)
    if kind == "tree":
        return task.shell(work["command"], nodes=work["nodes"], **more)
    source = os.path.join(run.folder, "ssh")
    if kind in ("task copy", "task rcopy", "scp"):
        more.pop("stderr", None)
        if kind != "scp":
            more["worker"] = "exec"
        if kind == "task rcopy":
            return task.rcopy(source, run.folder_of(name), work["nodes"], **more)
        return task.copy(source, os.path.join(run.folder_of(name), "to"), work["nodes"], **more)
    worker = classes()[kind](work["nodes"], **operands(run, work, name, source), **more)
    task.schedule(worker)
    return worker


def operands(run, work, name, source):
    """Return the keywords that say what a worker of nodes does."""
    if work["kind"] == "copy":
        return {"source": source, "dest": os.path.join(run.folder_of(name), "to")}
    return {"command": work["command"]}


def classes():
    """Return name -> class of the workers of nodes."""
    from ClusterShell.Worker.Exec import ExecWorker
    from ClusterShell.Worker.Pdsh import WorkerPdsh
    from ClusterShell.Worker.Rsh import WorkerRsh
    from ClusterShell.Worker.Ssh import WorkerSsh

    return {
        "exec": ExecWorker,
        "copy": ExecWorker,
        "ssh": WorkerSsh,
        "rsh": WorkerRsh,
        "pdsh": WorkerPdsh,
    }


def on_streams(run, work, handler):
    """Return a worker on pipes: one that is read, with all it has, and one that is written to."""
    from ClusterShell.Worker.Worker import StreamWorker, WorkerSimple

    reader, writer = os.pipe()
    os.write(writer, "".join(work["input"] or ["a\nb"]).encode())
    os.close(writer)
    if work["kind"] == "stream":
        worker = StreamWorker(handler, key="k")
        worker.set_reader("in", reader)
        return worker
    end, out = os.pipe()
    run.ends.append(end)
    if work["kind"] == "pipe":
        worker = StreamWorker(handler, key="k")
        worker.set_reader("in", reader)
        worker.set_writer("out", out)
        worker.write(b"given\n", "out")
        worker.set_write_eof("out")
        return worker
    # The worker closes descriptors, not files, which would close theirs once more.
    files = os.fdopen(reader, closefd=False), os.fdopen(out, "wb", closefd=False)
    worker = WorkerSimple(*files, None, "k", handler)
    worker.write(b"given\n")
    worker.set_write_eof()
    return worker


def prepare():
    """Return a folder with stand-ins for remote commands; it is left when the process ends."""
    import atexit
    import shutil
    import tempfile

    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, text in STAND_INS.items():
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o755)
    return folder
