"""What this edition adds, over a real sshd and through gateways: that it is the same there.

Records, JSON, batches, ``--fail-fast``, ``--raw``, ``--expand`` and ``--sudo`` have such tests
beside their others.
"""

import os
import re

import pytest

from tests.fixtures.commands import objects
from tests.recorded.clush import terminal

RULE = "-" * 15

#: Says the name of the node, whichever way it is reached.
NAMES = {"ssh": "%h", "gateways": "$FAKE_HOST"}


class Way:
    """A way to nodes, and how a command finds the name of its node there."""

    def __init__(self, commands, name, options):
        self.commands = commands
        self.options = (*options, "--expand") if name == "ssh" else options
        self.node = NAMES[name]

    def clush(self, *args, **kwargs):
        """Run clush; ``%h`` in *args* is the node."""
        args = [arg.replace("%h", self.node) for arg in args]
        return self.commands.run("clush", *self.options, *args, **kwargs)


@pytest.fixture(params=["ssh", "gateways"])
def way(request, commands):
    if request.param == "ssh":
        return Way(commands, "ssh", commands.over_ssh(request.getfixturevalue("sshd")))
    return Way(commands, "gateways", commands.tree())


pytestmark = [pytest.mark.sshd, pytest.mark.lengthy]


def test_choosing_nodes(way):
    """Only those that are left are reached."""
    (way.commands.config / "clush.conf").write_text("[Main]\nexclude: n[3,7]\n")
    args = ("-L", "-w", "n[1-8]", "-w", "/[2-7]$/", "-x", "/4/", "--limit=3", "echo I am %h")
    code, out, err = way.clush(*args)
    assert (code, out) == (0, "n2: I am n2\nn5: I am n5\nn6: I am n6\n")
    assert err == "clush: 2 nodes left out by exclude of clush.conf: n[3,7]\n"


def test_what_happened(way):
    code, out, err = way.clush("--stats", "-w", "n[1-3]", "[ %h != n2 ]")
    assert (code, out) == (0, "")
    assert "2 ok, 1 failed" in err
    _, out, _ = way.clush("--stats", "--json", "-w", "n[1-3]", "[ %h != n2 ]")
    *nodes, summary = objects(out)
    assert (summary["ok"], summary["failed"]) == ("n[1,3]", "n2")
    assert set(summary["durations"]) == {"min", "median", "p95", "max"}
    took = {fields["node"]: fields["duration"] for fields in nodes}
    assert took == {fields["node"]: fields["duration"] for fields in summary["slowest"]}


def test_a_dry_run_tells_the_command_that_would_be_run(way):
    """And reaches nobody; what it has printed does what the run would have done."""
    code, out, err = way.clush("--dry-run", "-w", "n[1-2]", "touch touched; echo done")
    assert (code, err) == (0, "")
    assert not (way.commands.folder / "touched").exists()
    node, command = re.search("^for (.*?): (.*)$", out, re.MULTILINE).groups()
    if node == "n1":
        done = way.commands.sh(command)
        assert (done.returncode, done.stdout) == (0, b"done\n")
    else:
        # A gateway, which is told nothing.
        done = way.commands.sh(command)
        assert done.stdout.startswith(b"<?xml version=")


def test_similar(way):
    args = ("-w", "n[1-4]", "--similar", "--diff", "echo %h up 12 days; [ %h != n4 ] || echo no")
    code, out, err = way.clush(*args)
    assert (code, err) == (0, "")
    assert out == "--- n[1-3] (3)\n+++ n4\n@@ -1 +1,2 @@\n <name> up <number> days\n+no\n"


def test_settings_of_some_nodes(commands, sshd, tmp_path):
    """The nodes of a section are reached as it says: another key, and with it nobody."""
    (commands.config / "clush.conf").write_text(
        f"[ssh n[2-3]]\noptions: -i {sshd.folder}/unknown_key -F {tmp_path}/config\nuser: nobody\n"
        "[ssh n3]\ncommand_timeout: 0.5\nuser: root\n"
        f"options: -F {sshd.config} -oSetEnv=X=1\n"
    )
    text = sshd.config.read_text().replace(f"IdentityFile {sshd.folder}/user_key", "")
    (tmp_path / "config").write_text(text)
    args = ("-O", f"ssh_options={sshd.options}", "-S", "-w", "n[1-3]", "--json", "sleep 1; echo hi")
    code, out, err = commands.run("clush", *args)
    found = {fields["node"]: fields for fields in objects(out)[:-1]}
    assert code == 255
    assert (found["n1"]["rc"], found["n1"]["stdout"]) == (0, "hi\n")
    assert (found["n2"]["state"], found["n2"]["rc"]) == ("unreachable", 255)
    assert "nobody" in found["n2"]["stderr"]
    assert found["n3"]["state"] == "timeout"


def test_the_environment_has_options(commands, sshd, tmp_path):
    env = {"CLUSH_SSH_ARGS": sshd.options}
    assert commands.run("clush", "-w", "n1", "echo a", env=env) == (0, "n1: a\n", "")
    (tmp_path / "file").write_text("text")
    args = ("-w", "n1", "--copy", "file", "--dest", f"{tmp_path}/copy")
    assert commands.run("clush", *args, env=env) == (0, "", "")
    assert (tmp_path / "copy").read_text() == "text"


def test_a_session(way):
    """``!!``, ``=b`` and settings of the prompt."""
    options = [*way.options, "-O", "prompt_extras=yes", "-w", "n[1-2]"]
    commands = way.commands
    env = {**commands.env, "TERM": "dumb", "INPUTRC": "/dev/null"}
    shown = terminal.Terminal(commands.argv("clush", *options), commands.folder, env)
    try:
        shown.wait_for("clush> ")
        for line, answers in (
            ("echo same; exit 3", ["n1: same", "exited with exit code 3"]),
            ("=b", [f"n[1-2] (2)\r\n{RULE}\r\nsame", "n[1-2] (2): exited with exit code 3"]),
            (".timeout 0.5", []),
            ("sleep 60", ["command timeout"]),
            ("!!", ["sleep 60", "command timeout"]),
        ):
            shown.type(line + "\n")
            for text in (*answers, "clush> "):
                shown.wait_for(text)
        shown.type("quit\n")
        assert shown.finish() == 0
    finally:
        shown.close()


def test_a_run_that_ends_early(way):
    """Ctrl-C: nodes were interrupted, however they are reached, and each is told of once."""
    args = ["--json", "--record", "-w", "n[1-3]", "[ %h = n1 ] || sleep 60"]
    code, out = way.commands.interrupted(*way.options, *(a.replace("%h", way.node) for a in args))
    *nodes, summary = objects(out)
    assert code == 130
    assert sorted(fields["node"] for fields in nodes) == ["n1", "n2", "n3"]
    assert (summary["ok"], summary["interrupted"]) == ("n1", "n[2-3]")
    assert way.commands.nodeset("-f", "@run:interrupted")[1] == "n[2-3]\n"
    assert os.listdir(way.commands.records) != []
