"""The prompt with ``prompt_extras``: help, Tab, ``!!``, settings, the last result."""

import pytest

from ClusterShell._cli.clush.prompt import HELP, PromptExtras
from ClusterShell.NodeSet import NodeSet
from tests.recorded.clush import terminal, world

GROUPS = "[Main]\ndefault: x\n[x]\nlist: echo gpu cpu\nmap: echo n[1-2]\n"


@pytest.fixture
def session(commands):
    """Return a function that starts clush at a terminal."""
    started = []

    def start(*args, extras=True):
        (commands.config / "groups.conf").write_text(GROUPS)
        env = {**commands.env, "TERM": "dumb", "INPUTRC": "/dev/null"}
        more = ("-O", "prompt_extras=yes") if extras else ()
        argv = commands.argv("clush", "-R", "exec", *more, *args)
        started.append(terminal.Terminal(argv, world.make(commands.folder / "base"), env))
        started[-1].wait_for("clush> ")
        return started[-1]

    yield start
    for shown in started:
        shown.close()


def test_a_session(session):
    shown = session("-w", "n[1-2]")
    shown.type("help\n")
    for line in ("!!  ", ".timeout N", "Tab completes", "clush> "):
        shown.wait_for(line)
    shown.type("echo same\n")
    shown.wait_for(": same")
    shown.wait_for("clush> ")
    shown.type("=b\n")
    shown.wait_for("n[1-2] (2)")
    shown.wait_for("same")
    shown.wait_for("clush> ")
    shown.type("!!\n")
    shown.wait_for("n[1-2] (2)")
    shown.wait_for("clush> ")
    shown.type(".timeout 0.5\n")
    shown.wait_for("clush> ")
    shown.type("sleep 60\n")
    shown.wait_for("command timeout")
    shown.wait_for("clush> ")
    shown.type(".\n")
    shown.wait_for(".timeout 0.5")
    shown.wait_for("clush> ")
    shown.type(".fanout x\n")
    shown.wait_for("clush: .fanout: invalid value: x")
    shown.wait_for("clush> ")
    shown.type(".nope 1\n")
    shown.wait_for("no such setting: .nope 1")
    shown.wait_for("clush> ")
    shown.type("quit\n")
    assert shown.finish() == 0


def test_completion(session):
    shown = session("-w", "longname[1-2],login5")
    shown.type("@@g\t")
    shown.wait_for("@@gpu")
    shown.type("\n")
    shown.wait_for("Working with nodes: n[1-2]")
    shown.wait_for("clush> ")
    shown.type("hel\t\n")
    shown.wait_for("run it on the nodes")
    shown.wait_for("clush> ")
    shown.type("quit\n")
    assert shown.finish() == 0


def test_not_unless_asked_for(session):
    shown = session("-w", "n1", extras=False)
    shown.type(".timeout 5\n")
    shown.wait_for("exited with exit code 127")
    shown.wait_for("clush> ")
    shown.type("quit\n")
    assert shown.finish() == 0


def test_nothing_to_repeat_or_show():
    said = []

    class Display:
        @staticmethod
        def vprint_err(level, text):
            said.append(text)

    class Run:
        display, worker = Display, None

    extras = PromptExtras(Run, NodeSet("n1"))
    assert extras.take("!!") is None
    assert extras.take("=b") is None
    assert said == ["clush: no line to repeat", "clush: no result to show"]
    assert extras.take(" uname ") == "uname"
    assert extras.take("@n1") == "@n1"
    assert all(len(line) < 80 for line in HELP.splitlines())
