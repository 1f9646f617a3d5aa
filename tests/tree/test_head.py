"""The head node: what it makes of gateways that answer, fail, lie or say nothing."""

import os

import pytest

from ClusterShell.Event import EventHandler
from ClusterShell.Propagation import RouteResolvingError
from ClusterShell.Worker.Tree import TreeWorker
from ClusterShell.Worker.Worker import WorkerError
from tests.fixtures.gateway import SERVE
from tests.fixtures.tree import LOST, SERVED, TreeTrace, only


class TestRun:
    def test_events(self, tree):
        tree.gateways(SERVE)
        _, trace = tree.run("command", stderr=True, remote=False)
        assert trace.names()[0] == "start"
        assert trace.names()[-1] == "close"
        for node in ("n1", "n2", "n3", "n4"):
            assert trace.told(node) == SERVED
        assert len(trace.events) == 2 + 4 * 3
        assert trace.of("close") == [(False,)]
        assert tree.task.max_retcode() == 0
        assert [(bytes(msg), sorted(keys)) for msg, keys in tree.task.iter_buffers()] == [
            (b"a", ["n1", "n2", "n3", "n4"])
        ]
        assert tree.task.gateways == {}

    def test_messages(self, tree):
        tree.gateways(SERVE)
        tree.task.set_info("grooming_delay", 0.5)
        tree.task.set_info("a program's own", TreeTrace)
        tree.task.set_info("words", ["x", {"y": (1, None)}])
        worker, _ = tree.run("command %h", stderr=True, remote=False)
        shells = {entry[0]: entry for entry in tree.received() if entry[1] == "CTL"}
        assert {gateway: entry[3] for gateway, entry in shells.items()} == {
            "gw1": "n[1,3]",
            "gw2": "n[2,4]",
        }
        data = shells["gw1"][4]
        info = data.pop("taskinfo")
        assert data == {
            "cmd": "command %h",
            "invoke_gateway": worker.invoke_gateway,
            "stderr": True,
            "timeout": None,
            "remote": False,
        }
        assert info["grooming_delay"] == 0.5
        assert info["words"] == ["x", {"y": (1, None)}]
        assert not {"engine", "print_debug", "a program's own"} & info.keys()

    def test_direct_nodes_too(self, tree):
        tree.gateways(SERVE)
        _, trace = tree.run("echo $FAKE_HOST", nodes="n1,x[1-2],gw1")
        assert trace.told("n1") == SERVED
        for node in ("x1", "x2", "gw1"):
            assert trace.told(node) == [("pickup",), ("read", "stdout", node.encode()), ("hup", 0)]
        assert trace.names().count("start") == trace.names().count("close") == 1

    def test_results_of_direct_nodes_are_there_once(self, tree):
        tree.gateways(SERVE)
        tree.run("echo out; exit 3", nodes="x[1-2]")
        for pairs in (tree.task.iter_buffers(), tree.task.iter_retcodes()):
            assert [sorted(keys) for _, keys in pairs] == [["x1", "x2"]]

    def test_lines_of_many_nodes(self, one_gateway):
        one_gateway.gateways(
            "setup(); msg = recv()\nout(msg, b'one\\n\\ntwo\\r\\nx\\ry'); ret(msg, 3); recv()"
        )
        worker, trace = one_gateway.run("command", nodes="n[1-2]")
        lines = [b"one", b"", b"two", b"x\ry"]
        assert [(node, line) for node, _, line in trace.of("read")] == [
            (node, line) for line in lines for node in ("n1", "n2")
        ]
        assert bytes(worker.node_buffer("n1")) == b"\n".join(lines)

    def test_third_and_tenth_run(self, tree):
        tree.gateways(SERVE)
        for _ in range(10):
            _, trace = tree.run("command", nodes="n[1-2]")
            assert trace.told("n1") == trace.told("n2") == SERVED
            assert trace.of("close") == [(False,)]

    @pytest.mark.parametrize("version", ["1.6", "99.0+x", ""])
    def test_gateway_of_another_version(self, one_gateway, version):
        one_gateway.gateways(SERVE.replace("setup()", f"hello({version!r}); recv()"))
        _, trace = one_gateway.run("command", nodes="n1")
        assert trace.told("n1") == SERVED

    def test_several_workers_at_once(self, tree):
        tree.gateways(SERVE)
        traces = [TreeTrace() for _ in range(4)]
        for trace in traces:
            tree.task.shell("command", nodes="n[1-4]", handler=trace)
        tree.task.resume(20)
        for trace in traces:
            assert [trace.told(f"n{index}") for index in range(1, 5)] == [SERVED] * 4
        assert [entry[1] for entry in tree.received()].count("CFG") == 2  # one channel each

    def test_after_an_aborted_run(self, tree):
        tree.gateways(SERVE)
        tree.task.shell("command", nodes="n1")
        tree.task.abort()
        _, trace = tree.run("command", nodes="n2")
        assert trace.told("n2") == SERVED

    def test_topology_of_a_worker(self, tree):
        """A topology given to a worker needs none on the task."""
        tree.gateways(SERVE)
        topology, tree.task.topology = tree.task.topology, None
        trace = TreeTrace()
        tree.task.schedule(TreeWorker("n1", trace, None, command="x", topology=topology))
        tree.task.resume(20)
        assert trace.told("n1") == SERVED
        assert tree.task.router is None

    def test_autoclose(self, tree):
        tree.gateways("setup(); recv(); recv()")
        worker, trace = tree.run("command", nodes="n1", autoclose=True)
        assert "close" not in trace.names()
        worker.abort()

    def test_old_signatures(self, tree):
        tree.gateways(SERVE)
        told = []

        class Old(EventHandler):
            def ev_pickup(self, worker):
                told.append(("pickup", worker.current_node))

            def ev_read(self, worker):
                told.append(("read", worker.current_node, worker.current_msg))

            def ev_hup(self, worker):
                told.append(("hup", worker.current_node, worker.current_rc))

            def ev_close(self, worker):
                told.append("close")

        with pytest.warns(DeprecationWarning):
            tree.run("command", nodes="n1", handler=Old())
        assert told == [("pickup", "n1"), ("read", "n1", b"a"), ("hup", "n1", 0), "close"]


class TestInput:
    ECHO = """
setup()
data, shells = {}, []
while True:
    msg = recv()
    if msg is None:
        break
    if msg.action == "shell":
        shells.append(msg)
    elif msg.action == "write":
        data.setdefault(msg.target, []).append(msg.data["buf"])
    else:
        out(msg, b"%d" % sum(map(len, data.get(msg.target, []))))
        ret(msg, 0)
"""

    def written(self, trace, node):
        return sum(size for name, _, size in trace.of("written") if name == node)

    def test_before_and_while_it_runs(self, tree):
        tree.gateways(self.ECHO)
        trace = TreeTrace()
        worker = TreeWorker("n[1-2],x1", trace, None, command="wc -c")
        for _ in range(300):
            worker.write(b"1234567890")
        tree.task.schedule(worker)
        worker.write(b"x" * 200_000)
        handler = EventHandler()
        handler.ev_timer = lambda _: worker.set_write_eof()

        def write_more(*_):
            worker.write(b"y")
            if trace.names().count("pickup") == 3:
                tree.task.timer(0.2, handler)

        trace.extra["pickup"] = write_more
        tree.task.resume(20)
        total = 3000 + 200_000 + 3
        for node in ("n1", "n2", "x1"):
            assert trace.told(node)[-2:] == [("read", "stdout", b"%d" % total), ("hup", 0)]
            assert self.written(trace, node) == total

    @pytest.mark.parametrize("delays", [(0.3, 0), (0, 0.5)], ids=["late", "before the other"])
    def test_nodes_that_are_rerouted(self, tree, delays):
        first, second = delays
        script = f"if HOST == 'gw1':\n    sleep({first}); fail('gone', 1)\nsleep({second})\n"
        tree.gateways(script + self.ECHO.lstrip("\n"))
        trace = TreeTrace()
        worker = tree.task.shell("wc -c", nodes="n[1-4]", handler=trace)
        worker.write(b"12345")
        worker.set_write_eof()
        tree.task.resume(20)
        for index in range(1, 5):
            assert ("read", "stdout", b"5") in trace.told(f"n{index}")
        assert trace.names().count("pickup") == 4
        writes = [entry[3] for entry in tree.received() if entry[2] == "write"]
        assert sorted(writes) == ["n[1,3]", "n[2,4]"]  # to each once

    @pytest.mark.lengthy
    def test_a_gateway_that_takes_nothing_keeps_no_memory_busy(self, one_gateway):
        """What waits is what the program writes: at most the window is under way."""
        one_gateway.gateways("setup(); recv(); sleep(1); fail('gone', 1)")
        trace = TreeTrace()
        worker = one_gateway.task.shell("cat", nodes="n1", handler=trace)
        worker.write(b"x" * (8 << 20))
        one_gateway.task.resume(20)
        assert self.written(trace, "n1") < 2 << 20
        assert trace.told("n1")[-1] == ("hup", LOST)


class TestAbort:
    WAIT = "setup(); msg = recv(); out(msg, b'x'); recv(); recv()"

    @pytest.mark.parametrize("event", ["start", "pickup", "read", "timer"])
    def test_from_an_event(self, tree, event):
        tree.gateways(self.WAIT)
        trace = TreeTrace()
        worker = tree.task.shell("sleep 30", nodes="n[1-4],x1", handler=trace)
        if event == "timer":
            handler = EventHandler()
            handler.ev_timer = lambda _: worker.abort()
            tree.task.timer(0.4, handler)
        else:
            trace.extra[event] = lambda *_: worker.abort()
        tree.task.resume(20)
        for index in range(1, 5):
            assert trace.told(f"n{index}")[-1] == ("hup", LOST)
            assert worker.node_retcode(f"n{index}") == LOST
        assert trace.events[-1] == ("close", False)
        assert trace.names().count("close") == 1
        assert trace.names().count("hup") == 4
        assert tree.task.gateways == {}

    def test_of_one_gateway(self, tree):
        """Its nodes have failed, those of another go on."""
        tree.gateways(only("gw1", self.WAIT))

        def abort(worker, node, *_):
            if node == "n1":
                tree.task.gateways["gw1"][0].abort()

        _, trace = tree.run("sleep 30", handler=TreeTrace(read=abort))
        assert trace.told("n1") == [("pickup",), ("read", "stdout", b"x"), ("hup", LOST)]
        assert trace.told("n3")[-1] == ("hup", LOST)
        assert trace.told("n2") == trace.told("n4") == SERVED
        assert trace.of("close") == [(False,)]

    def test_from_its_end(self, tree):
        tree.gateways(self.WAIT)
        trace = TreeTrace()
        worker = tree.task.shell("sleep 30", nodes="n[1-4]", handler=trace)
        trace.extra["hup"] = trace.extra["read"] = lambda *_: worker.abort()
        tree.task.resume(20)
        assert sorted(trace.of("hup")) == [(f"n{index}", LOST) for index in range(1, 5)]
        assert trace.names().count("close") == 1

    def test_before_the_direct_nodes_have_started(self, tree):
        """By the handler of another worker, which starts after this one."""
        first, second = TreeTrace(), TreeTrace()
        worker = tree.task.shell("sleep 30", nodes="x[1-3]", handler=first)
        tree.task.shell("echo a", nodes="x4", handler=second)
        second.extra["start"] = lambda *_: worker.abort()
        tree.task.resume(20)
        assert first.events[0] == ("start",)
        assert first.events[-1] == ("close", False)
        assert second.told("x4") == SERVED

    def test_before_the_run(self, tree):
        tree.gateways(SERVE)
        trace = TreeTrace()
        worker = tree.task.shell("command", nodes="n1", handler=trace)
        worker.abort()
        tree.task.resume(20)
        assert trace.events == []

    def test_one_of_two_workers(self, one_gateway):
        one_gateway.gateways(
            "setup(); first = recv(); second = recv(); sleep(0.3)\n"
            "out(first, b'late'); out(second, b'a'); ret(second, 0); recv()"
        )
        gone, stays = one_gateway.run_two("n1", "n2")
        assert gone.events[-2:] == [("hup", "n1", LOST), ("close", False)]
        assert stays.told("n2") == SERVED

    def test_while_lines_are_handed_out(self, one_gateway):
        one_gateway.gateways("setup(); msg = recv(); out(msg, b'a\\nb\\nc'); recv()")
        trace = TreeTrace()
        worker = one_gateway.task.shell("x", nodes="n[1-2]", handler=trace)
        trace.extra["read"] = lambda *_: worker.abort()
        one_gateway.task.resume(20)
        assert trace.names().count("read") == 1
        assert trace.events[-1] == ("close", False)


class TestTimeout:
    @pytest.fixture(autouse=True)
    def no_limit(self, request, monkeypatch):
        """A loaded machine may take long to start a gateway."""
        if "never_set_up" not in request.node.name:
            monkeypatch.setattr("ClusterShell.Propagation.setup_limit", lambda info: None)

    def test_of_some_nodes(self, tree):
        tree.gateways(
            "setup(); msg = recv(); out(msg, b'last')\n"
            "if HOST == 'gw1': send('TIM', srcid=msg.srcid, nodes=msg.target)\n"
            "else: ret(msg, 0)\n"
            "recv()"
        )
        worker, trace = tree.run("command", timeout=20)
        assert sorted(worker.iter_keys_timeout()) == ["n1", "n3"]
        assert worker.num_timeout() == 2
        assert trace.told("n1") == [("pickup",), ("read", "stdout", b"last")]
        assert trace.told("n2")[-1] == ("hup", 0)
        assert trace.events[-1] == ("close", True)

    def test_a_gateway_that_answers_no_more(self, one_gateway):
        """Silence ends with the time of the commands and what it takes to connect."""
        one_gateway.gateways("setup(); recv(); recv()")
        one_gateway.task.set_info("connect_timeout", 0.3)
        trace = TreeTrace()
        worker = one_gateway.task.shell("x", nodes="n[1-2]", handler=trace, timeout=0.4)
        one_gateway.task.resume(20)
        assert sorted(worker.iter_keys_timeout()) == ["n1", "n2"]
        assert ("gw1", "stderr", b"no answer from gateway in 0.7 seconds") in trace.of("read")
        assert trace.events[-1] == ("close", True)

    @pytest.mark.lengthy
    def test_a_command_without_a_limit_may_take_its_time(self, one_gateway):
        one_gateway.gateways(
            "setup(); first = recv(); second = recv(); sleep(1)\n"
            "ret(first, 0); ret(second, 0); recv()"
        )
        one_gateway.task.set_info("connect_timeout", 0.3)
        traces = TreeTrace(), TreeTrace()
        for trace, timeout in zip(traces, (0.2, None)):
            one_gateway.task.shell("x", nodes="n1", handler=trace, timeout=timeout)
        one_gateway.task.resume(20)
        assert [trace.of("hup") for trace in traces] == [[("n1", 0)]] * 2

    def test_a_gateway_that_is_never_set_up(self, one_gateway):
        one_gateway.gateways("sleep(30)")
        one_gateway.task.set_info("connect_timeout", 0.1)
        trace = TreeTrace()
        one_gateway.task.shell("x", nodes="n1", handler=trace)
        with pytest.raises(RouteResolvingError, match="^No route available to n1$"):
            one_gateway.task.resume(20)
        assert trace.events == [
            ("start",),
            ("read", "gw1", "stderr", b"no answer from gateway in 0.2 seconds"),
            ("routing", {"event": "reroute", "gateway": "gw1", "targets": "n1"}),
        ]


class TestCommandOfGateways:
    def command(self, monkeypatch, **environ):
        for name in os.environ:
            if name.startswith("CLUSTERSHELL_GW") or name == "PYTHONPATH":
                monkeypatch.delenv(name)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return TreeWorker("n1", None, None, command="x").invoke_gateway

    def test_plain(self, monkeypatch):
        monkeypatch.setattr("sys.executable", "/usr/bin/python3.9")
        assert self.command(monkeypatch) == "python3.9 -m ClusterShell.Gateway -Bu"

    def test_what_is_handed_on(self, monkeypatch):
        assert self.command(
            monkeypatch,
            PYTHONPATH="/a:~/b",
            CLUSTERSHELL_GW_PYTHON_EXECUTABLE="/p",
            CLUSTERSHELL_GW_LOG_DIR="/l",
            CLUSTERSHELL_GW_LOG_LEVEL="DEBUG",
            CLUSTERSHELL_GW_B64_LINE_LENGTH="100",
            CLUSTERSHELL_GW_OTHER="1",
        ) == (
            "PYTHONPATH=/a:~/b CLUSTERSHELL_GW_PYTHON_EXECUTABLE=/p CLUSTERSHELL_GW_LOG_DIR=/l "
            "CLUSTERSHELL_GW_LOG_LEVEL=DEBUG CLUSTERSHELL_GW_B64_LINE_LENGTH=100 "
            "/p -m ClusterShell.Gateway -Bu"
        )

    def test_values_are_one_word_each(self, monkeypatch):
        command = self.command(
            monkeypatch, PYTHONPATH="/a b;$(x)", CLUSTERSHELL_GW_PYTHON_EXECUTABLE="my python"
        )
        assert command == (
            "PYTHONPATH='/a b;$(x)' CLUSTERSHELL_GW_PYTHON_EXECUTABLE='my python' "
            "'my python' -m ClusterShell.Gateway -Bu"
        )


class TestCopies:
    def test_nothing_to_copy(self, tree):
        tree.gateways(SERVE)
        trace = TreeTrace()
        tree.task.copy("/nonexistent/file", "/tmp/x", nodes="n1", handler=trace)
        with pytest.raises(WorkerError, match="No such file or directory: '/nonexistent/file'"):
            tree.task.resume(20)
        assert trace.events == []

    def test_what_comes_is_no_archive(self, one_gateway, tmp_path):
        one_gateway.gateways(
            "setup(); msg = recv()\n"
            "out(msg, b'!!!!', 'n1'); out(msg, b'YWJj', 'n2'); out(msg, b'', 'n3')\n"
            "ret(msg, 0); recv()"
        )
        trace = TreeTrace()
        one_gateway.task.rcopy("/tmp/x", str(tmp_path / "in"), nodes="n[1-4]", handler=trace)
        one_gateway.task.resume(20)
        for node in ("n1", "n2", "n3"):
            assert [event[:2] for event in trace.told(node)] == [
                ("pickup",),
                ("hup", 0),
                ("read", "stderr"),
            ]
        assert trace.told("n4") == [("pickup",), ("hup", 0)]
        assert os.listdir(tmp_path / "in") == []
