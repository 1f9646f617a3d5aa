"""Copies with the local worker, which runs cp."""

import os

from ClusterShell.Worker.Exec import ExecWorker
from tests.recorded.traces.recording import scenario


def _tree(t):
    source = t.tmp / "source"
    (source / "sub").mkdir(parents=True)
    (source / "file").write_text("text\n")
    (source / "sub" / "other").write_text("more\n")
    os.utime(source / "file", (1_000_000_000, 1_000_000_000))
    (t.tmp / "dest").mkdir()
    return source


def _listing(t):
    return sorted(str(path.relative_to(t.tmp)) for path in (t.tmp / "dest").rglob("*"))


@scenario(("file", ""), ("file", "name"), ("sub", ""), ("", ""), ("none", ""))
def to_a_node(t, source, dest):
    tree = _tree(t)
    worker = t.task.copy(str(tree / source), str(t.tmp / "dest" / dest), "n1", handler=t.handler())
    t.known(worker, "worker")
    t.task.resume(5)
    t.log("retcode", t.task.max_retcode())
    t.log("listing", _listing(t))
    t.events[:] = [event for event in t.events if event[0] != "ev_read"]  # words of cp


@scenario((True,), (False,))
def preserving(t, preserve):
    tree = _tree(t)
    t.task.copy(str(tree / "file"), str(t.tmp / "dest"), "n1", preserve=preserve)
    t.task.resume(5)
    t.log("old", os.stat(t.tmp / "dest" / "file").st_mtime == 1_000_000_000)


@scenario(("file",), ("none",))
def from_a_node(t, source):
    tree = _tree(t)
    worker = t.attempt(
        "rcopy",
        lambda: t.known(
            t.task.rcopy(str(tree / source), str(t.tmp / "dest"), "n1", handler=t.handler()),
            "worker",
        ),
    )
    t.attempt("resume", t.task.resume, 5)
    t.log("worker", worker is not None)
    t.log("listing", _listing(t))
    t.events[:] = [event for event in t.events if event[0] != "ev_read"]


@scenario()
def from_a_node_into_no_folder(t):
    tree = _tree(t)
    t.attempt(
        "rcopy", lambda: type(t.task.rcopy(str(tree / "file"), str(t.tmp / "none"), "n1")).__name__
    )


@scenario(
    ({"source": "a"},),
    ({"dest": "b"},),
    ({"source": None, "dest": "b"},),
    ({},),
    ({"command": ""},),
    ({"command": None},),
    ({"command": "true", "source": "a", "dest": "b"},),
)
def arguments(t, kwargs):
    t.attempt("worker", lambda: type(ExecWorker("n1", handler=None, **kwargs)).__name__)


@scenario()
def substituted(t):
    """%h stands for the node in paths too."""
    tree = _tree(t)
    t.task.copy(str(tree / "file"), str(t.tmp / "dest" / "copy.%h"), "n[1-2]")
    t.task.resume(5)
    t.log("listing", _listing(t))
    t.log("max_retcode", t.task.max_retcode())
