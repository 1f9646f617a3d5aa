"""Workers for local commands and for streams."""

import os
import warnings

import pytest

from ClusterShell.Event import EventHandler
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Worker.Exec import ExecClient, ExecWorker
from ClusterShell.Worker.Popen import WorkerPopen
from ClusterShell.Worker.Worker import StreamWorker, WorkerError, WorkerSimple
from tests.fixtures.task import Trace


class TestKeywords:
    @pytest.mark.parametrize(
        ("command", "expected"),
        [
            ("echo %h %host %n %rank", b"n2 n2 1 1"),
            ("echo %{h}-%h-x", b"n2-n2-x"),
            ("echo 100%% %%h", b"100% %h"),
            ("echo '%h' \"%h\"", b"n2 n2"),
        ],
    )
    def test_of_a_node(self, task, command, expected):
        task.run(command, nodes="n[1-2]")
        assert task.node_buffer("n2") == expected

    def test_all_nodes_in_one_command(self, task, tmp_path):
        """With ``%hosts`` the command runs once, and its results are those of every node."""
        trace = Trace()
        worker = task.run(
            f"echo %hosts; echo x >> {tmp_path}/runs; exit 3", nodes="n[1-3]", handler=trace
        )
        assert (tmp_path / "runs").read_text() == "x\n"
        assert len(worker._engine_clients()) == 1
        assert dict(trace.of("hup")) == {"n1": 3, "n2": 3, "n3": 3}
        assert task.node_buffer("n2") == b"n[1-3]"

    def test_all_nodes_time_out(self, task):
        task.run("echo %hosts; sleep 30", nodes="n[1-2]", timeout=0.1)
        assert set(task.iter_keys_timeout()) == {"n1", "n2"}

    @pytest.mark.parametrize(
        ("command", "message"),
        [
            ("echo %x", "'x' is not a valid pattern, use '%%' to escape '%'"),
            ("echo 5%", "Invalid placeholder in string: line 1, col 7 is not a valid pattern"),
        ],
    )
    def test_unknown(self, task, command, message):
        with pytest.raises(WorkerError) as caught:
            task.run(command, nodes="n1")
        assert str(caught.value).startswith(message)

    def test_hostile_name(self, task, tmp_path):
        """A name is data: it reaches the command as characters, or the command fails."""
        target = tmp_path / "made"
        evil = f"n$(touch {target})"
        worker = ExecWorker(NodeSet(), handler=None, command="echo %h")
        worker.nodes = [evil]
        worker._add_client(evil, rank=0)
        task.schedule(worker)
        task.resume()
        assert not target.exists()
        assert task.node_buffer(evil) == evil.encode()
        # No quoting holds below a program that reads its argument again.
        worker = ExecWorker(NodeSet(), handler=None, command='sh -c "echo %h"')
        worker._add_client(evil, rank=0)
        task.schedule(worker)
        task.resume()
        assert not target.exists()
        assert task.node_retcode(evil) == 255
        assert b"unsafe name" in task.node_buffer(evil)


class TestExec:
    def test_events_in_order(self, task):
        trace = Trace()
        task.run("echo a; exit 4", nodes="n1", handler=trace)
        assert trace.events == [
            ("start",),
            ("pickup", "n1"),
            ("read", "n1", "stdout", b"a"),
            ("hup", "n1", 4),
            ("close", False),
        ]

    def test_streams_apart(self, task):
        worker = task.run("echo a; echo b >&2", nodes="n1", stderr=True)
        assert (worker.node_buffer("n1"), worker.node_error("n1")) == (b"a", b"b")
        assert [(bytes(buf), str(nodes)) for buf, nodes in worker.iter_errors()] == [(b"b", "n1")]

    def test_input(self, task):
        trace = Trace()
        worker = task.shell("cat", nodes="n[1-2]", handler=trace)
        worker.write(b"one\n")
        worker.write(b"two\n")
        worker.set_write_eof()
        task.resume()
        assert task.node_buffer("n2") == b"one\ntwo"
        assert sorted(trace.of("written")) == [("n1", "stdin", 8), ("n2", "stdin", 8)]

    def test_long_input(self, task):
        data = os.urandom(1 << 20)
        worker = task.shell("cksum", nodes="n[1-3]")
        worker.write(data[: 1 << 19])
        worker.write(bytearray(data[1 << 19 :]))
        worker.set_write_eof()
        task.resume()
        ((message, nodes),) = task.iter_buffers()
        assert len(nodes) == 3
        assert message.message().split()[1] == b"1048576"

    def test_many_small_writes(self, task):
        worker = task.shell("cat", nodes="n1")
        for number in range(1000):
            worker.write(b"%d\n" % number)
        worker.set_write_eof()
        task.resume()
        assert task.node_buffer("n1") == b"\n".join(b"%d" % number for number in range(1000))

    def test_no_input(self, task):
        task.run("cat; echo end", nodes="n1", stdin=False)
        assert task.node_buffer("n1") == b"end"

    def test_nobody_reads_the_input(self, task):
        worker = task.shell("exec <&-; sleep 0.1; echo on", nodes="n1")
        worker.write(b"x" * 500_000)
        worker.set_write_eof()
        task.resume()
        assert task.node_buffer("n1") == b"on"

    def test_missing_program(self, task):
        class Client(ExecClient):
            def _build_cmd(self):
                return ["/none/such", self.key], None

        class Worker(ExecWorker):
            SHELL_CLASS = Client

        trace = Trace()
        task.schedule(Worker("n1", handler=trace, command="x", stderr=True))
        task.resume()
        assert trace.events == [
            ("start",),
            ("pickup", "n1"),
            ("read", "n1", "stderr", b"/none/such: No such file or directory"),
            ("hup", "n1", 255),
            ("close", False),
        ]

    def test_environment_of_the_client(self, task, monkeypatch):
        class Client(ExecClient):
            def _build_cmd(self):
                return "echo $OURS $THEIRS", {"THEIRS": "added"}

        class Worker(ExecWorker):
            SHELL_CLASS = Client

        monkeypatch.setenv("OURS", "kept")
        task.schedule(Worker("n1", handler=None, command="x"))
        task.resume()
        assert task.node_buffer("n1") == b"kept added"

    def test_process_is_as_from_fork(self, task, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        mask = os.umask(0o027)
        try:
            task.run("pwd; umask; cut -d ' ' -f 5,6 /proc/$$/stat", nodes="n1")
        finally:
            os.umask(mask)
        pwd, umask, ids = task.node_buffer("n1").split(b"\n")
        assert (pwd, umask) == (os.fsencode(tmp_path), b"0027")
        assert ids.split() == [b"%d" % os.getpgrp(), b"%d" % os.getsid(0)]

    def test_one_shell(self, task):
        """The shell that runs the command is our own child."""
        task.run("echo $PPID", nodes="n1")
        assert task.node_buffer("n1") == b"%d" % os.getpid()

    def test_standard_descriptors_closed_in_the_parent(self, run_python):
        text = """
import os
os.close(0), os.close(1)
from ClusterShell.Task import task_self
worker = task_self().shell("cat; echo out; echo err >&2", stderr=True)
worker.write(b"in\\n")
worker.set_write_eof()
task_self().resume()
os.write(2, worker.read() + b"|" + worker.error())
"""
        assert run_python("-c", text).stderr == "in\nout|err"

    def test_copy(self, task, tmp_path):
        source = tmp_path / "source"
        source.write_text("text")
        (tmp_path / "back").mkdir()
        task.copy(str(source), f"{tmp_path}/copy.%h", nodes="n[1-2]")
        task.resume()
        assert (tmp_path / "copy.n2").read_text() == "text"
        task.rcopy(str(source), f"{tmp_path}/back", nodes="n[1-2]")
        task.resume()
        assert sorted(os.listdir(tmp_path / "back")) == ["source.n1", "source.n2"]

    def test_arguments(self, task):
        with pytest.raises(ValueError, match="missing command or source"):
            ExecWorker("n1", handler=None)
        with pytest.raises(ValueError, match="must be a directory"):
            task.rcopy("/etc/hosts", "/none/such", nodes="n1")
        worker = ExecWorker("n1", handler=None, command="true")
        with pytest.raises(WorkerError, match="not task bound"):
            worker.read("n1")
        task.schedule(worker)
        with pytest.raises(WorkerError, match="already been scheduled"):
            task.schedule(worker)


class TestHandlers:
    def test_old_signatures(self, task):
        class Old(EventHandler):
            def __init__(self):
                self.seen = []

            def ev_pickup(self, worker):
                self.seen.append(("pickup", worker.current_node))

            def ev_read(self, worker):
                self.seen.append(("read", worker.current_node, worker.current_msg))

            def ev_error(self, worker):
                self.seen.append(("error", worker.current_errmsg))

            def ev_hup(self, worker):
                self.seen.append(("hup", worker.current_rc))

            def ev_close(self, worker):
                self.seen.append(("close", worker.did_timeout()))

        handler = Old()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            task.run(
                "echo a; sleep 0.05; echo b >&2; exit 3", nodes="n1", handler=handler, stderr=True
            )
        assert handler.seen == [
            ("pickup", "n1"),
            ("read", "n1", b"a"),
            ("error", b"b"),
            ("hup", 3),
            ("close", False),
        ]
        old = [str(warning.message).partition(" should ")[2] for warning in caught]
        assert old == [
            f"use new {name}() signature"
            for name in ("ev_pickup", "ev_read", "ev_read", "ev_hup", "ev_close")
        ]

    def test_timeout_event_of_old(self, task):
        class Handler(Trace):
            def ev_timeout(self, worker):
                self.note("timeout", worker)

        handler = Handler()
        task.run("sleep 30", nodes="n1", handler=handler, timeout=0.05)
        assert handler.names() == ["start", "pickup", "timeout", "close"]

    def test_lines_in_one_call(self, task):
        """The tools' handlers take all lines of a read at once, and the bytes as read."""

        class Handler(EventHandler):
            def __init__(self):
                self.text, self.data = [], []

            def ev_read(self, *_):
                raise AssertionError("not called for a handler with _ev_text")

            def _ev_text(self, worker, node, sname, text):
                self.text.append((node, sname, text))

            def _ev_data(self, worker, node, sname, data):
                self.data.append(data)

        handler = Handler()
        task.run(r"printf 'a\r\n\nb\nrest'", nodes="n1", handler=handler)
        assert handler.text == [("n1", "stdout", b"a\n\nb"), ("n1", "stdout", b"rest")]
        assert b"".join(handler.data) == b"a\r\n\nb\nrest"

    def test_overridden_worker_method_sees_every_line(self, task):
        class Worker(ExecWorker):
            def _on_node_msgline(self, node, msg, sname):
                ExecWorker._on_node_msgline(self, node, b"<" + msg + b">", sname)

        task.schedule(Worker("n1", handler=None, command="echo a; echo b"))
        task.resume()
        assert task.node_buffer("n1") == b"<a>\n<b>"


class TestPopen:
    def test_results(self, task):
        worker = task.run("echo a; echo b >&2; exit 4", key="k", stderr=True)
        assert (worker.read(), worker.error(), worker.retcode()) == (b"a", b"b", 4)
        assert task.key_retcode("k") == 4

    def test_key_is_the_worker(self, task):
        worker = task.run("echo a")
        ((_, keys),) = task.iter_buffers()
        assert keys == [worker]

    def test_timeout(self, task):
        worker = task.run("sleep 30", timeout=0.05)
        assert worker.did_timeout()
        assert worker.retcode() is None

    def test_words_for_the_shell(self, task):
        """As with subprocess, a list is a script and its parameters."""
        assert task.run(["echo $0 $1", "x", "y"]).read() == b"x y"

    @pytest.mark.parametrize("command", [b"true", ["true", 5], "true\0"])
    def test_command_that_is_no_text(self, task, command):
        task.shell("echo a", key="other")
        worker = task.run(command)
        assert worker.retcode() == 255
        assert worker.read().startswith(b"/bin/sh: ")
        assert task.key_buffer("other") == b"a"

    def test_missing_command(self):
        with pytest.raises(ValueError, match="missing command"):
            WorkerPopen("")


class TestStreams:
    def test_named(self, task):
        ours, theirs = os.pipe()
        back, forth = os.pipe()
        trace = Trace()
        worker = StreamWorker(handler=trace)
        worker.set_reader("up", ours)
        worker.set_writer("down", forth)
        worker.set_key("k")
        task.schedule(worker)
        worker.write(b"hello", "down")
        worker.set_write_eof("down")
        os.write(theirs, b"one\ntwo")
        os.close(theirs)
        task.resume()
        assert os.read(back, 100) == b"hello"
        os.close(back)
        assert trace.of("read") == [("k", "up", b"one"), ("k", "up", b"two")]
        assert trace.names()[-2:] == ["hup", "close"]

    def test_close_names_the_worker(self, task):
        """``ev_close`` gets the worker, as documented, not its client."""
        closed = []
        ours, theirs = os.pipe()
        os.close(theirs)
        worker = StreamWorker(handler=Trace(close=lambda source, _: closed.append(source)))
        worker.set_reader("up", ours)
        task.schedule(worker)
        task.resume()
        assert closed == [worker]

    def test_files_of_the_program_stay_open(self, task):
        ours, theirs = os.pipe()
        os.write(theirs, b"a\n")
        os.close(theirs)
        with os.fdopen(ours, "rb") as reader:
            worker = WorkerSimple(reader, None, None, "k", None, closefd=False)
            assert worker.reader_fileno() == ours
            task.schedule(worker)
            task.resume()
            assert worker.read() == b"a"
            os.fstat(ours)

    def test_a_terminal_whose_other_side_is_closed(self, task):
        leader, follower = os.openpty()
        os.write(follower, b"a\n")
        worker = StreamWorker(handler=None, key="k")
        worker.set_reader("stdout", leader)
        task.schedule(worker)
        os.close(follower)
        task.resume(5)
        assert worker.read() == b"a"

    def test_no_stream_at_all(self, task):
        trace = Trace()
        task.schedule(StreamWorker(handler=trace, key="k"))
        task.resume()
        assert trace.names() == ["start", "pickup", "hup", "close"]


class TestCurrent:
    def test_node_of_a_stream_worker(self, task):
        """A worker on streams is about its key from its start on; one on files never is."""
        seen = {}
        for kind in (StreamWorker, WorkerSimple):
            ours, theirs = os.pipe()
            os.write(theirs, b"a\n")
            os.close(theirs)
            trace = Trace(
                start=lambda worker: seen.setdefault(type(worker), [worker.current_node]),
                close=lambda worker, _: seen[type(worker)].append(worker.current_node),
            )
            if kind is WorkerSimple:
                worker = WorkerSimple(ours, None, None, "k", trace)
            else:
                worker = StreamWorker(trace, key="k")
                worker.set_reader("stdout", ours)
            task.schedule(worker)
            task.resume(30)
        assert seen == {StreamWorker: ["k", "k"], WorkerSimple: [None, None]}

    def test_output_is_that_of_the_key(self, task):
        worker = task.run("echo a", key="k")
        assert worker.read() == worker.read("k") == b"a"
        assert worker.read("other") is None
