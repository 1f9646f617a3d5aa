"""WorkerPdsh with Debian's pdsh: local commands, and nodes behind a real sshd."""

import os
import time

import pytest

from ClusterShell._work.pdsh import Ended, Output, Trouble, parse
from ClusterShell.Event import EventHandler
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import task_self, task_terminate
from ClusterShell.Worker.EngineClient import EngineClientNotSupportedError
from ClusterShell.Worker.Pdsh import WorkerPdsh
from ClusterShell.Worker.Worker import WorkerError
from tests.fixtures.task import Log, logged


@pytest.fixture
def task(monkeypatch):
    """A task whose pdsh runs commands on this machine."""
    monkeypatch.setenv("PDSH_RCMD_TYPE", "exec")
    task = task_self()
    task.set_default("distant_workername", "pdsh")
    yield task
    task_terminate()


@pytest.fixture
def ssh_task(task, sshd, monkeypatch):
    monkeypatch.setenv("PDSH_RCMD_TYPE", "ssh")
    monkeypatch.setenv("PDSH_SSH_ARGS", f"{sshd.options} -l%u %h")
    return task


def run(task, command, nodes="n[1-3]", **kwargs):
    return logged(task, WorkerPdsh, command, nodes, **kwargs)


@pytest.fixture
def script(tmp_path):
    """Return a function that makes a command of one word, as local pdsh needs."""

    def make(text):
        path = tmp_path / "script"
        path.write_text("#!/bin/sh\n" + text + "\n")
        path.chmod(0o755)
        return str(path)

    return make


def retcodes(worker):
    return {rc: str(NodeSet.fromlist(nodes)) for rc, nodes in worker.iter_retcodes()}


class TestParse:
    @pytest.mark.parametrize(
        ("line", "event"),
        [
            (b"n1: text", Output("n1", b"text")),
            (b"n1: ", Output("n1", b"")),
            (b"n1:", Output("n1", b"")),
            (b"n1: a: b ", Output("n1", b"a: b ")),
            (b"n1: \xff", Output("n1", b"\xff")),
            (b"pdsh@here: n1: ssh exited with exit code 3", Ended("n1", 3)),
            (
                b"pdsh@here: n1: sh killed by signal 9",
                Trouble("n1", b"sh killed by signal 9", None),
            ),
            (b"pdsh@here: n1: connect: refused", Trouble("n1", b"connect: refused", None)),
            (b"pdsh@here: interrupt", None),
            (b"no node at all", None),
            (b"", None),
        ],
    )
    def test_of_commands(self, line, event):
        assert parse(line, "pdsh") == event

    @pytest.mark.parametrize("program", ["pdcp", "rpdcp"])
    def test_of_copies(self, program):
        line = f"{program}@here: n1: can't stat /x".encode()
        assert parse(line, "pdcp") == Trouble("n1", b"can't stat /x", 2)


@pytest.mark.pdsh
class TestLocal:
    def test_events(self, task, script):
        worker, events = run(task, script("echo a"), nodes="n[1-2]")
        assert events[:3] == ["start", ("pickup", "n1"), ("pickup", "n2")]
        assert sorted(events[3:5]) == [("stdout", "n1", b"a"), ("stdout", "n2", b"a")]
        assert events[5:] == [("hup", "n1", 0), ("hup", "n2", 0), ("close", False)]
        assert retcodes(worker) == {0: "n[1-2]"}

    def test_exit_codes(self, task, script):
        worker, events = run(task, script("exit 3"))
        assert retcodes(worker) == {3: "n[1-3]"}
        assert sum(event[0] == "hup" for event in events) == 3

    @pytest.mark.parametrize("stderr", [True, False])
    def test_standard_error(self, task, script, stderr):
        command = script("echo out; sleep 0.1; echo err >&2")
        worker, _ = run(task, command, "n1", stderr=stderr)
        assert bytes(worker.node_buffer("n1")) == (b"out" if stderr else b"out\nerr")
        assert bytes(worker.node_error("n1") or b"") == (b"err" if stderr else b"")

    def test_last_line_without_an_end(self, task, script):
        worker, _ = run(task, script("printf a"), "n1")
        assert bytes(worker.node_buffer("n1")) == b"a"

    def test_what_pdsh_says_about_a_node_is_shown(self, task, script):
        worker, _ = run(task, script("kill -9 $$"), "n1", stderr=True)
        assert bytes(worker.node_error("n1")).endswith(b" killed by signal 9")

    def test_steps(self, task, script):
        """pdsh knows no steps in node sets."""
        worker, _ = run(task, script("echo a"), nodes=NodeSet("n[0-10/2]", autostep=3))
        assert retcodes(worker) == {0: str(NodeSet("n[0-10/2]"))}
        assert len(dict(worker.iter_node_buffers())) == 6

    def test_timeout(self, task, script):
        begin = time.monotonic()
        worker, events = run(task, script("echo a; exec sleep 30"), timeout=1)
        assert time.monotonic() - begin < 25
        assert sorted(worker.iter_keys_timeout()) == ["n1", "n2", "n3"]
        assert events[-1] == ("close", True)
        assert not any(event[0] == "hup" for event in events)

    def test_abort(self, task, script):
        """Commands that were ended did not succeed: they have no exit code."""
        log = Log()
        worker = task.shell(script("echo a; exec sleep 30"), nodes="n1", handler=log)
        log.ev_read = lambda *_: worker.abort()
        task.resume(30)
        assert log.events[-1] == ("close", False)
        assert list(worker.iter_retcodes()) == []

    def test_pdsh_fails(self, task):
        task.set_info("pdsh_path", "pdsh -R no-such-module")
        with pytest.raises(WorkerError, match=r"^Cannot run pdsh \(error 1\)$"):
            run(task, "true")

    def test_missing_program(self, task):
        task.set_info("pdsh_path", "/nonexistent/pdsh")
        with pytest.raises(WorkerError, match=r"^Cannot run pdsh \(error 255\)$"):
            run(task, "true")

    def test_no_standard_input(self, task):
        worker = task.shell("cat", nodes="n1")
        for call in (lambda: worker.write(b"a"), worker.set_write_eof):
            with pytest.raises(
                EngineClientNotSupportedError,
                match="^writing to stdin is not supported by pdsh worker$",
            ):
                call()

    def test_closing_a_stream_that_is_not_there(self, task):
        worker = task.shell("cat", nodes="n1")
        (client,) = worker._engine_clients()
        assert client._close_stream("nosuch") is None

    @pytest.mark.parametrize("name", ["-n1", "exec:x", "a/b", "user@n2", "a b"])
    def test_names_that_mean_something_to_pdsh(self, task, script, name):
        """They are left out; the others run."""
        nodes = NodeSet("n1,n3")
        nodes.update(NodeSet.fromlist([name], resolver=None))
        worker, events = run(task, script("echo a"), nodes=nodes, stderr=True)
        assert worker.node_retcode(name) == 255
        error = bytes(worker.node_error(name)).decode()
        assert error.startswith(f"unsafe name {name!r} refused for pdsh host name: ")
        assert [bytes(buf) for buf, _ in worker.iter_buffers(["n1", "n3"])] == [b"a"]
        assert retcodes(worker)[0] == "n[1,3]"
        assert events.count(("close", False)) == 1

    def test_only_such_names(self, task):
        nodes = NodeSet.fromlist(["-n1"], resolver=None)
        worker, events = run(task, "echo a", nodes=nodes)
        assert worker.node_retcode("-n1") == 255
        assert events[-1] == ("close", False)


@pytest.mark.pdsh
class TestHandlersThatRaise:
    def test_at_the_end_of_a_node(self, task):
        class Raising(EventHandler):
            def ev_hup(self, worker, node, rc):
                raise ValueError("from the handler")

        task.shell("true", nodes="n1", handler=Raising())
        with pytest.raises(ValueError, match="from the handler"):
            task.resume()
        assert list(task.iter_retcodes()) == [(0, ["n1"])]

    def test_at_the_start(self, task):
        class Writing(EventHandler):
            def ev_start(self, worker):
                worker.write(b"more")

        worker = task.shell("true", nodes="n1", handler=Writing())
        with pytest.raises(EngineClientNotSupportedError):
            task.resume()
        assert worker.abort() is None
        assert list(task.iter_retcodes()) == []


@pytest.mark.pdsh
@pytest.mark.sshd
class TestSsh:
    def test_command(self, ssh_task, sshd):
        worker, _ = run(ssh_task, "echo $HOME; exit 5")
        assert [bytes(buf).decode() for buf, _ in worker.iter_buffers()] == [str(sshd.home)]
        assert retcodes(worker) == {5: "n[1-3]"}

    def test_unreachable(self, ssh_task):
        worker, _ = run(ssh_task, "echo a", nodes="n1,down1", stderr=True)
        assert retcodes(worker) == {0: "n1", 255: "down1"}
        assert b"Connection refused" in bytes(worker.node_error("down1"))

    def test_copies(self, ssh_task, tmp_path):
        (tmp_path / "file").write_text("text\n")
        (tmp_path / "dest").mkdir()
        worker = ssh_task.copy(str(tmp_path / "file"), str(tmp_path / "dest/copy"), nodes="n[1-2]")
        ssh_task.resume(30)
        assert retcodes(worker) == {0: "n[1-2]"}
        assert (tmp_path / "dest/copy").read_text() == "text\n"
        ssh_task.rcopy(str(tmp_path / "file"), str(tmp_path / "dest"), nodes="n[1-2]")
        ssh_task.resume(30)
        assert sorted(os.listdir(tmp_path / "dest")) == ["copy", "file.n1", "file.n2"]
