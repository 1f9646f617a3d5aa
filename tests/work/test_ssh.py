"""WorkerSsh against a real sshd: commands, failures, host names."""

import os
import platform
import time

import pytest

from ClusterShell.Event import EventHandler
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import task_self, task_terminate
from ClusterShell.Worker.Ssh import WorkerSsh
from tests.fixtures.sshd import descendants
from tests.fixtures.task import Log, logged

pytestmark = pytest.mark.sshd


@pytest.fixture
def task(sshd):
    task = task_self()
    task.set_info("ssh_options", sshd.options)
    yield task
    task_terminate()


def run(task, command, nodes="n1", **kwargs):
    """Run a command; return the worker and its events."""
    return logged(task, WorkerSsh, command, nodes, **kwargs)


def ssh_processes():
    """Return our children that run ssh."""
    found = []
    for pid in descendants(os.getpid()):
        try:
            with open(f"/proc/{pid}/comm") as name:
                if name.read() == "ssh\n":
                    found.append(pid)
        except OSError:
            continue  # it has just ended
    return found


class TestCommands:
    def test_the_example_of_the_documentation(self, task):
        task.run("/bin/uname -r", nodes="n[1-3]")
        found = [(str(NodeSet.fromlist(keys)), bytes(buf)) for buf, keys in task.iter_buffers()]
        assert found == [("n[1-3]", platform.release().encode())]

    def test_events(self, task):
        _, events = run(task, "echo a; printf b; exit 3")
        assert events == [
            "start",
            ("pickup", "n1"),
            ("stdout", "n1", b"a"),
            ("stdout", "n1", b"b"),
            ("hup", "n1", 3),
            ("close", False),
        ]

    @pytest.mark.parametrize("stderr", [True, False])
    def test_standard_error(self, task, stderr):
        worker, events = run(task, "echo out; sleep 0.1; echo err >&2", stderr=stderr)
        assert ("stderr" if stderr else "stdout", "n1", b"err") in events
        assert bytes(worker.node_buffer("n1")) == (b"out" if stderr else b"out\nerr")
        assert bytes(worker.node_error("n1") or b"") == (b"err" if stderr else b"")

    def test_the_command_is_for_the_remote_shell(self, task, sshd):
        worker, _ = run(task, "echo \"$HOME\" '%h' %%; cd /; pwd | cat")
        assert bytes(worker.node_buffer("n1")).decode() == f"{sshd.home} %h %%\n/"

    def test_standard_input(self, task):
        worker = task.shell("cat; echo end", nodes="n[1-2]")
        worker.write(b"one\ntwo\n")
        worker.set_write_eof()
        task.resume(30)
        assert {bytes(buf) for buf, _ in worker.iter_buffers()} == {b"one\ntwo\nend"}
        assert task.max_retcode() == 0

    def test_exit_codes_by_node(self, task):
        task.set_info("fanout", 2)
        worker, _ = run(task, "case $SSH_CONNECTION in *) exit 4;; esac", nodes="n[1-5]")
        assert [(rc, str(NodeSet.fromlist(nodes))) for rc, nodes in worker.iter_retcodes()] == [
            (4, "n[1-5]")
        ]

    @pytest.mark.slow
    def test_200_nodes_twice(self, task):
        task.set_info("fanout", 64)
        for _ in range(2):
            task.run("uname -r", nodes="n[1-200]", stderr=True)
            found = [(bytes(buf), len(keys)) for buf, keys in task.iter_buffers()]
            assert found == [(platform.release().encode(), 200)]
            assert list(task.iter_errors()) == []
            assert task.max_retcode() == 0
        assert ssh_processes() == []


class TestFailures:
    @pytest.mark.parametrize(
        ("node", "text"), [("down1", b"Connection refused"), ("badkey1", b"Permission denied")]
    )
    def test_node_that_cannot_be_reached(self, task, node, text):
        worker, events = run(task, "echo a", nodes=node + ",n1", stderr=True)
        assert text in bytes(worker.node_error(node))
        assert worker.node_retcode(node) == 255
        assert ("stdout", "n1", b"a") in events
        assert worker.node_retcode("n1") == 0

    def test_connect_timeout(self, task):
        task.set_info("connect_timeout", 1)
        begin = time.monotonic()
        worker, _ = run(task, "echo a", nodes="silent1,n1")
        assert b"timed out" in bytes(worker.node_buffer("silent1"))
        assert (worker.node_retcode("silent1"), worker.node_retcode("n1")) == (255, 0)
        assert time.monotonic() - begin < 25

    @pytest.mark.lengthy
    def test_command_timeout(self, task):
        worker, events = run(task, "echo a; exec sleep 30", timeout=2)
        assert events[-2:] == [("stdout", "n1", b"a"), ("close", True)]
        assert list(worker.iter_keys_timeout()) == ["n1"]
        assert ssh_processes() == []

    def test_abort_while_connecting(self, task):
        worker = task.shell("echo a", nodes="silent[1-3]", handler=Log())
        task.set_info("connect_timeout", 60)
        task.timer(0.3, type("T", (EventHandler,), {"ev_timer": lambda *_: worker.abort()})())
        task.resume(30)
        assert ssh_processes() == []

    def test_missing_program(self, task):
        task.set_info("ssh_path", "/nonexistent/ssh")
        worker, events = run(task, "true", nodes="n[1-2]", stderr=True)
        assert bytes(worker.node_error("n1")) == b"/nonexistent/ssh: No such file or directory"
        assert [rc for rc, _ in worker.iter_retcodes()] == [255]
        assert events[-1] == ("close", False)

    def test_unknown_user(self, task):
        task.set_info("ssh_user", "no-such-user")
        worker, _ = run(task, "true")
        assert worker.node_retcode("n1") == 255
        assert b"Permission denied" in bytes(worker.node_buffer("n1"))


class TestHostNames:
    """A name is never an option, a path or shell syntax."""

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("-oProxyCommand=touch planted", "option"),
            ("-E", "option"),
            ("user@-oProxyCommand=x", "option"),
            ("a/b", "path"),
            ("..", "path"),
            ("ssh://x:22", "path"),
            ("a;touch planted", "interpreter"),
            ("$(touch planted)", "interpreter"),
            ("`x`", "interpreter"),
            ("a\nb", "control character"),
        ],
    )
    def test_refused(self, task, tmp_path, monkeypatch, name, reason):
        monkeypatch.chdir(tmp_path)
        # Such names come from scripts and inventories, not from this syntax.
        nodes = NodeSet("n1")
        nodes.update(NodeSet.fromlist([name], resolver=None))
        assert name in list(nodes)
        worker, events = run(task, "echo a", nodes=nodes, stderr=True)
        assert worker.node_retcode(name) == 255
        error = bytes(worker.node_error(name)).decode()
        assert error.startswith(f"unsafe name {name!r} refused for ssh host name: ")
        assert reason in error
        assert ("pickup", name) in events
        assert ("stdout", "n1", b"a") in events
        assert worker.node_retcode("n1") == 0
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize(
        "name", ["n1.example.org", "N_1", "fe80::1%lo", "127.0.0.1", "user.n-1"]
    )
    def test_accepted(self, task, name):
        _, events = run(task, "echo a", nodes=name)
        assert ("stdout", name, b"a") in events

    def test_user_at_host(self, task):
        worker, _ = run(task, "id -un", nodes="no-such-user@n1")
        assert b"Permission denied" in bytes(worker.node_buffer("no-such-user@n1"))


@pytest.mark.lengthy
def test_short_connect_timeout(task):
    """ssh would take 0 for no timeout at all."""
    task.set_info("connect_timeout", 0.5)
    begin = time.monotonic()
    worker, _ = run(task, "echo a", nodes="silent1")
    assert worker.node_retcode("silent1") == 255
    assert time.monotonic() - begin < 25
