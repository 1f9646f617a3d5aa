"""Tasks: settings, results, aborts."""

import pytest

from ClusterShell.Defaults import Defaults
from ClusterShell.MsgTree import MsgTree
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import (
    TaskMsgTreeError,
    task_self,
    task_terminate,
)
from ClusterShell.Worker.Exec import ExecWorker
from ClusterShell.Worker.Popen import WorkerPopen
from ClusterShell.Worker.Ssh import WorkerSsh
from tests.fixtures.task import Trace


def gathered(pairs):
    return {bytes(buffer): str(NodeSet.fromlist(nodes)) for buffer, nodes in pairs}


class TestSettings:
    def test_default(self, task):
        assert task.default("stderr") is False
        assert task.default("none of ours") is None
        assert task.default("none of ours", 3) == 3
        task.set_default("mine", "x")
        assert task.default("mine") == "x"

    def test_info(self, task):
        assert task.info("fanout") == 64
        assert task.info("engine") == task._engine.identifier
        task.set_info("fanout", 2)
        assert task.info("fanout") == 2
        assert task._info["fanout"] == 2

    def test_worker_by_name(self, task):
        task.set_default("distant_workername", "ssh")
        assert task.default("distant_worker") is WorkerSsh
        with pytest.raises(ImportError):
            task.set_default("distant_workername", "no_such_module")

    def test_worker_of_this_machine(self, task):
        task.set_default("distant_workername", "ssh")
        assert type(task.shell("true", nodes="n1", remote=False)) is ExecWorker
        # Copies are for other hosts, as in the released package.
        assert type(task.copy("/dev/null", "/dev/null", "n1", remote=False)) is WorkerSsh
        assert type(task.rcopy("/dev/null", "/tmp", "n1", remote=False)) is WorkerSsh
        assert type(task.shell("true")) is WorkerPopen

    def test_defaults_of_the_program(self):
        task_terminate()
        defaults = Defaults([])
        defaults.fanout = 3
        defaults.stderr = True
        task = task_self(defaults)
        assert (task.info("fanout"), task.default("stderr")) == (3, True)
        task_terminate()

    def test_debug_lines(self, task):
        lines = []
        task.set_info("debug", True)
        task.set_info("print_debug", lambda owner, line: lines.append((owner is task, line)))
        task.run("echo %h", nodes="n1")
        task.run("echo z")
        assert lines == [
            (True, "EXECCLIENT: echo n1"),
            (True, "n1: b'n1'"),
            (True, "POPEN: echo z"),
            (True, "LINE b'z'"),
        ]


class TestResults:
    def test_messages(self, task):
        task.run("echo all; test %n = 1 && echo one; echo bad >&2", nodes="n[1-3]", stderr=True)
        assert gathered(task.iter_buffers()) == {b"all": "n[1,3]", b"all\none": "n2"}
        assert gathered(task.iter_errors()) == {b"bad": "n[1-3]"}
        assert gathered(task.iter_buffers(["n2"])) == {b"all\none": "n2"}
        with pytest.raises(TypeError, match="container of keys"):
            task.iter_buffers("n2")
        assert task.node_buffer("n2") == task.key_buffer("n2") == b"all\none"
        assert task.node_error("n1") == task.key_error("n1") == b"bad"
        assert task.node_buffer("n9") == b""

    def test_exit_codes(self, task):
        worker = task.shell("exit %n", nodes="n[0-2]")
        task.run("kill -9 $$", key="local")
        assert {rc: set(keys) for rc, keys in task.iter_retcodes()} == {
            0: {"n0"},
            1: {"n1"},
            2: {"n2"},
            137: {"local"},
        }
        assert task.max_retcode() == 137
        assert task.node_retcode("n2") == task.key_retcode("n2") == 2
        assert dict(worker.iter_node_retcodes()) == {"n0": 0, "n1": 1, "n2": 2}
        with pytest.raises(KeyError):
            task.node_retcode("n9")

    def test_greatest_code_of_a_key(self, task):
        for code in (2, 5, 1):
            task.shell(f"exit {code}", key="k")
        task.resume()
        assert task.key_retcode("k") == 5

    def test_timeouts(self, task):
        task.shell("sleep 30", nodes="n[1-2]", timeout=0.05)
        task.shell("true", nodes="n3", timeout=5)
        task.resume()
        assert task.num_timeout() == 2
        assert set(task.iter_keys_timeout()) == {"n1", "n2"}
        assert task.max_retcode() == 0

    def test_next_run_starts_anew(self, task):
        task.run("echo a; exit 3", nodes="n1")
        task.run("true", nodes="n2")
        assert list(task.iter_buffers()) == []
        assert task.max_retcode() == 0

    def test_flush(self, task):
        task.run("echo a; echo b >&2", nodes="n1", stderr=True)
        task.flush_buffers()
        assert list(task.iter_buffers()) == []
        assert task.node_error("n1") == b"b"
        task.flush_errors()
        assert list(task.iter_errors()) == []

    def test_not_kept(self, task):
        task.set_default("stdout_msgtree", False)
        trace = Trace()
        task.run("echo a", nodes="n1", handler=trace)
        assert trace.of("read") == [("n1", "stdout", b"a")]
        with pytest.raises(TaskMsgTreeError, match="stdout_msgtree not set"):
            task.iter_buffers()

    def test_same_tree_whether_or_not_a_handler_listens(self, task):
        """Gathered at once or line by line, messages are the same."""
        command = r"printf 'a\r\nb\n\nc\rd\ne'; sleep 0.05; printf 'f\nlast'"
        task.run(command, nodes="n1")
        silent = task.node_buffer("n1")
        task.run(command, nodes="n1", handler=Trace())
        assert task.node_buffer("n1") == silent == b"a\nb\n\nc\rd\nef\nlast"
        assert isinstance(task._msgtrees["stdout"], MsgTree)


class TestAbort:
    def test_keeps_the_task(self, task):
        trace = Trace(read=lambda worker, *_: worker.task.abort())
        task.run("echo a; sleep 30", nodes="n1", handler=trace)
        assert trace.names() == ["start", "pickup", "read", "close"]
        assert task_self() is task
        task.run("exit 2", nodes="n1")
        assert task.max_retcode() == 2

    def test_kill_unbinds(self, task):
        trace = Trace(read=lambda worker, *_: worker.task.abort(kill=True))
        task.run("echo a; sleep 30", nodes="n1", handler=trace)
        assert task_self() is not task

    def test_before_the_run(self, task):
        task.shell("echo a", nodes="n1")
        task.abort()
        task.resume()
        assert task.max_retcode() is None

    @pytest.mark.parametrize("where", ["start", "pickup"])
    def test_worker_from_its_start(self, task, where):
        trace = Trace(**{where: lambda worker, *_: worker.abort()})
        task.shell("sleep 60", nodes="n1", handler=trace)
        task.resume(30)  # it does not wait for the command
        assert trace.names()[-1] == "close"
