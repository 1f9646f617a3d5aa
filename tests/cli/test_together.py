"""Additions of this edition in each other's company, and in bad times.

``python -m tests.fuzz.together`` tries all pairs; these are the kinds that were at fault, and a few
of the pairs.
"""

import os
import random
import signal

import pytest

from tests.fixtures.commands import objects
from tests.fuzz import together
from tests.recorded.clush import terminal

NODES = ["n1", "n2", "n3"]


@pytest.mark.parametrize("way", ["exec", "gateways"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_is_known_at_an_end_is_told(commands, number, way):
    """Of each node once, and kept; who waits behind a gateway has not failed by itself."""
    options = ("-R", "exec") if way == "exec" else commands.tree()
    node = "%h" if way == "exec" else "$FAKE_HOST"
    command = f"[ {node} = n1 ] || sleep 60"
    args = ("--json", "--record", "-w", "n[1-3]", command)
    code, out = commands.interrupted(*options, *args, number=number)
    *nodes, summary = objects(out)
    assert code == (130 if number == signal.SIGINT else -signal.SIGTERM)
    assert sorted(fields["node"] for fields in nodes) == NODES
    assert (summary["ok"], summary["interrupted"]) == ("n1", "n[2-3]")
    assert commands.nodeset("-f", "@run:interrupted")[1] == "n[2-3]\n"


@pytest.mark.parametrize("args", [["--json", "-v"], ["--json", "-d"], ["--json", "-b", "-d"]])
def test_only_results_are_on_standard_output(commands, args):
    _, out, err = commands.clush(*args, "-w", "n[1-3]", "true")
    assert objects(out)[-1]["ok"] == "n[1-3]"
    assert ("clush: nodeset=n[1-3]" in err) == ("-d" in args)


def test_bytes_stay_bytes_when_debugging(commands):
    code, out, err = commands.clush("-d", "--raw", "-w", "n1", "printf x")
    assert (code, out) == (0, "x")
    assert "EXECCLIENT: printf x" in err


@pytest.mark.lengthy
def test_two_copies_of_which_one_is_late(commands):
    """Each is told of, with its source, and a node is ok only with both."""
    (commands.folder / "cp").write_text("#!/bin/sh\ncase $* in *b*) exec sleep 60;; esac\n")
    (commands.folder / "cp").chmod(0o755)
    for name in ("a", "b"):
        (commands.folder / name).write_text(name)
    (commands.folder / "to").mkdir()
    env = {"PATH": f"{commands.folder}:{os.environ['PATH']}"}
    args = ("--json", "-u", "1", "-w", "n[1-2]", "--copy", "a", "b", "--dest", "to")
    code, out, _ = commands.clush(*args, env=env)
    *results, summary = objects(out)
    assert sorted((o["node"], o["source"], o["state"]) for o in results) == [
        ("n1", "a", "ok"), ("n1", "b", "timeout"), ("n2", "a", "ok"), ("n2", "b", "timeout"),
    ]  # fmt: skip
    assert (summary["ok"], summary["timeout"]) == ("", "n[1-2]")


def test_copies_that_are_interrupted(commands):
    (commands.folder / "cp").write_text("#!/bin/sh\ncase $* in *b*) exec sleep 60;; esac\n")
    (commands.folder / "cp").chmod(0o755)
    for name in ("a", "b"):
        (commands.folder / name).write_text(name)
    (commands.folder / "to").mkdir()
    commands.env["PATH"] = f"{commands.folder}:{os.environ['PATH']}"
    args = ("--json", "--record", "-w", "n1", "--copy", "a", "b", "--dest", "to")
    code, out = commands.interrupted("-R", "exec", *args)
    *results, summary = objects(out)
    assert code == 130
    assert [(o.get("source"), o["state"]) for o in results] == [("a", "ok"), (None, "interrupted")]
    assert (summary["ok"], summary["interrupted"]) == ("", "n1")
    assert commands.nodeset("-f", "@run:failed")[1] == "n1\n"


@pytest.mark.parametrize("session", [True, False], ids=["session", "command"])
def test_batches_at_a_terminal(commands, session):
    """There the task runs in a thread of its own, which begins at once."""
    command = "echo I am %h; [ %h != n2 ]"
    args = ["-R", "exec", "-v", "--batch=1", "--fail-fast", "-w", "n[1-4]"]
    env = {**commands.env, "TERM": "dumb"}
    words = commands.argv("clush", *args, *([] if session else [command]))
    shown = terminal.Terminal(words, commands.folder, env)
    try:
        if session:
            shown.wait_for("clush> ")
            shown.type(command + "\n")
        shown.wait_for("n[3-4] (2): not started after 1 failures")
        if session:
            shown.wait_for("clush> ")
            shown.type("quit\n")
        assert shown.finish() == 1
    finally:
        shown.close()
    text = shown.output.decode()
    assert [text.count(f"n{number}: I am n{number}\r\n") for number in range(1, 5)] == [1, 1, 0, 0]


@pytest.mark.lengthy
@pytest.mark.parametrize("names", random.Random(7).sample(together.all_of(2), 6), ids=",".join)
def test_some_pairs(names, tmp_path):
    assert together.run(names, tmp_path).faults == []
