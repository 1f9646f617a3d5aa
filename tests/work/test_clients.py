"""Clients and streams: what programs derive from, and own pipes that hold no text up."""

import logging
import os

import pytest

from ClusterShell.NodeSet import NodeSet
from ClusterShell.Worker.EngineClient import (
    E_READ,
    EngineClient,
    EngineClientEOF,
    EngineClientStreamDict,
)
from ClusterShell.Worker.Exec import ExecWorker
from ClusterShell.Worker.Pdsh import WorkerPdsh
from ClusterShell.Worker.Popen import WorkerPopen
from ClusterShell.Worker.Rsh import WorkerRsh
from ClusterShell.Worker.Ssh import WorkerSsh
from ClusterShell.Worker.Worker import StreamWorker, Worker, WorkerError
from tests.fixtures.task import Trace

LONG = "x" * 70_000


class LeastClient(EngineClient):
    """As little as a program may write: what it starts, reads and closes."""

    def __init__(self, worker, fd):
        EngineClient.__init__(self, worker, "k", False, -1, False)
        self.file = fd
        self.seen = []

    def _start(self):
        self.streams.set_reader("in", self.file)
        return self

    def _handle_read(self, sname):
        self.seen.extend(self._readlines(sname))

    def _close(self, abort, timeout):
        EngineClient._close(self, abort, timeout)
        self.seen.append("closed")


class TestDerived:
    def test_with_the_least(self, task):
        reader, writer = os.pipe()
        os.write(writer, b"a\nb\nrest")
        os.close(writer)
        client = LeastClient(Worker(None), reader)
        task._engine.add(client)
        task.resume(30)
        assert client.seen == [b"a", b"b", "closed"]
        assert not client.streams
        with pytest.raises(OSError):
            os.fstat(reader)

    def test_base_methods(self):
        """They are callable from overrides, on streams that are not there as well."""
        client = EngineClient(None, "k", False, -1, False)
        assert client._close(False, False) is None
        assert client._close_stream("gone") is None
        assert client._flush_read("gone") is None
        assert client._write("gone", b"x") is None
        assert client._set_write_eof("gone") is None
        for name, args in (("_start", ()), ("_handle_read", ("gone",))):
            with pytest.raises(NotImplementedError):
                getattr(client, name)(*args)

    def test_lines_are_read_when_asked_for(self, task):
        reader, writer = os.pipe()
        os.close(writer)
        client = EngineClient(None, "k", False, -1, False)
        client.streams.set_reader("in", reader)
        lines = client._readlines("in")
        with pytest.raises(EngineClientEOF):
            next(lines)
        client.streams.clear()

    def test_stream_that_was_set(self):
        streams = EngineClientStreamDict()
        stream = streams.set_stream("x", None, E_READ)
        assert stream is streams["x"]
        assert streams.set_stream("x", None) is stream
        assert streams.set_reader("y", None) is None
        assert streams.set_writer("z", None) is None


class TestStreamsInTime:
    def _accepted(self, worker, name):
        """Return whether *worker* takes another stream of *name*."""
        fds = os.pipe()
        try:
            worker.set_reader(name, fds[0], closefd=False)
            worker.set_writer(name + "w", fds[1], closefd=False)
        except WorkerError as exc:
            assert str(exc) == "cannot add new stream at runtime"
            with pytest.raises(WorkerError):
                worker.set_writer(name + "w", fds[1])
            for fd in fds:
                os.close(fd)
            return False
        worker.clients[0].streams[name].retain = False
        worker.clients[0].streams[name + "w"].retain = False
        return True

    def test_until_it_runs(self, task):
        """Streams come before the engine watches them; later ones would never be watched."""
        accepted = {}

        def note(when):
            return lambda worker, *_: accepted.update({when: self._accepted(worker, when)})

        reader, writer = os.pipe()
        os.write(writer, b"x\n")
        os.close(writer)
        worker = StreamWorker(Trace(start=note("start"), read=note("read")))
        worker.set_reader("in", reader)
        note("made")(worker)
        task.schedule(worker)
        note("scheduled")(worker)
        task.resume(30)
        assert accepted == {"made": True, "scheduled": True, "start": True, "read": False}


class TestWriting:
    def test_kept_until_scheduled(self, task):
        """Nothing is written before there is an engine to tell of it."""
        reader, writer = os.pipe()
        trace = Trace()
        worker = StreamWorker(trace, key="k")
        worker.set_writer("out", writer)
        worker.write(b"hello", "out")
        worker.set_write_eof("out")
        assert trace.events == []
        task.schedule(worker)
        task.resume(30)
        assert os.read(reader, 100) == b"hello"
        os.close(reader)
        assert trace.names() == ["start", "pickup", "written", "hup", "close"]

    @pytest.mark.parametrize("event", ["start", "pickup"])
    @pytest.mark.parametrize("sname", ["stdout", "stderr", "nosuch"])
    def test_end_of_writing_ends_no_reading_at_the_start(self, task, event, sname):
        trace = Trace(**{event: lambda worker, *_: worker.set_write_eof(sname)})
        command = "echo a; echo b >&2; sleep 0.1; echo c; echo d >&2"
        worker = ExecWorker("n1", handler=trace, command=command, stderr=True)
        task.schedule(worker)
        task.resume(30)
        assert worker.node_buffer("n1") == b"a\nc"
        assert worker.node_error("n1") == b"b\nd"
        assert task.max_retcode() == 0

    def test_end_of_writing_to_what_is_read_closes_it(self, task):
        trace = Trace(timer=lambda timer: worker.set_write_eof("stdout"))
        command = "echo a; sleep 0.4; echo b >&2"
        worker = ExecWorker("n1", handler=trace, command=command, stderr=True)
        task.schedule(worker)
        task.timer(0.2, trace)
        task.resume(30)
        assert (worker.node_buffer("n1"), worker.node_error("n1")) == (b"a", b"b")

    @pytest.mark.parametrize("configured", [False, True])
    def test_broken_pipe_prints_nothing(self, task, capfd, caplog, configured):
        """A program that logs nothing sees nothing; one that does, does."""
        logger = logging.getLogger("ClusterShell.Worker.EngineClient")
        logger.propagate = configured
        try:
            worker = task.shell("exec <&-; echo closed; sleep 0.2", nodes="n[1-3]")
            worker.eh = Trace(read=lambda worker, *_: worker.write(b"x" * 100_000))
            task.resume(30)
        finally:
            logger.propagate = True
        assert capfd.readouterr() == ("", "")
        assert bool(caplog.records) == configured

    def test_broken_pipe_of_a_program_that_logs_nothing(self, run_python):
        script = (
            "from ClusterShell.Task import task_self\n"
            "task = task_self()\n"
            "worker = task.shell('exec <&-; sleep 0.3', key='k')\n"
            "class Late:\n"
            "    def ev_timer(self, timer): worker.write(b'x' * 100000)\n"
            "task.timer(0.1, Late())\n"
            "task.resume()\n"
            "print(task.max_retcode())\n"
        )
        done = run_python("-c", script)
        assert (done.stdout, done.stderr) == ("0\n", "")


class TestLongTexts:
    """Texts of ours go through pipes of ours, which nobody empties meanwhile."""

    @pytest.mark.parametrize(
        ("worker", "settings", "node"),
        [
            (WorkerSsh, {"ssh_path": "/nonexistent/" + LONG}, "n1"),
            (WorkerSsh, {"ssh_path": "/nonexistent/" + 30 * LONG}, "n1"),
            (WorkerSsh, {"ssh_options": "-o " + 3 * LONG}, "n1"),
            (WorkerRsh, {"rsh_path": LONG}, "n1"),
            (WorkerSsh, {}, "-" + LONG),
            (WorkerRsh, {}, "-" + LONG),
            (WorkerPdsh, {}, "-" + LONG),
            (ExecWorker, {}, "n\x01" + LONG),
        ],
    )
    @pytest.mark.parametrize("stderr", [False, True])
    def test_of_what_cannot_be_started(self, task, worker, settings, node, stderr):
        for name, value in settings.items():
            task.set_info(name, value)
        work = worker(node, handler=None, command="echo %h", timeout=20, stderr=stderr)
        task.schedule(work)
        task.resume()
        assert [rc for rc, _ in task.iter_retcodes()] == [255]
        assert not list(task.iter_keys_timeout())
        texts = task.iter_errors() if stderr else task.iter_buffers()
        ((text, _),) = texts
        assert 10 < len(bytes(text.message())) < 4096

    @pytest.mark.parametrize("kind", [WorkerPopen, ExecWorker])
    def test_of_a_long_command(self, task, kind):
        command = "echo " + 50 * LONG
        if kind is WorkerPopen:
            work = WorkerPopen(command, key="n1")
        else:
            work = ExecWorker("n1", handler=None, command=command)
        task.schedule(work)
        task.resume()
        assert task.max_retcode() == 255
        assert task.key_buffer("n1") == b"/bin/sh: Argument list too long"


class TestEmptyNodeSet:
    """Work for no node is no work; to run it here instead would be a trap for root."""

    @pytest.mark.parametrize("nodes", [NodeSet(), "", [], ()])
    @pytest.mark.parametrize("tree", [False, True])
    @pytest.mark.parametrize("remote", [False, True])
    def test_runs_nothing(self, task, tmp_path, nodes, tree, remote):
        trace = Trace()
        command = f"echo ran >> {tmp_path}/ran; echo %hosts"
        with pytest.warns(UserWarning, match="empty") as warned:
            worker = task.shell(command, nodes=nodes, tree=tree, remote=remote, handler=trace)
        assert warned[0].filename == __file__
        task.resume()
        assert not worker.started
        assert trace.events == []
        assert list(task.iter_retcodes()) == []
        assert not (tmp_path / "ran").exists()

    @pytest.mark.parametrize("verb", ["copy", "rcopy"])
    def test_copies_nothing(self, task, tmp_path, verb):
        (tmp_path / "file").write_text("x")
        (tmp_path / "dest").mkdir()
        with pytest.warns(UserWarning, match="empty") as warned:
            worker = getattr(task, verb)(tmp_path / "file", str(tmp_path / "dest"), NodeSet())
        assert warned[0].filename == __file__
        task.resume()
        assert not worker.started
        assert os.listdir(tmp_path / "dest") == []

    @pytest.mark.parametrize("worker", [ExecWorker, WorkerSsh, WorkerRsh, WorkerPdsh])
    def test_workers_have_no_clients(self, worker):
        for command in ("echo %h", "echo %hosts"):
            assert not worker("", handler=None, command=command)._engine_clients()

    def test_no_nodes_stays_local(self, task):
        task.run("echo here", nodes=None, key="k")
        assert task.key_buffer("k") == b"here"

    def test_run(self, task):
        with pytest.warns(UserWarning, match="empty"):
            worker = task.run("echo here", nodes=NodeSet("n1") - NodeSet("n1"))
        assert list(task.iter_buffers()) == []
        assert not worker.started
