"""Gateways that die, lie or send what nobody asked for."""

import pytest

from ClusterShell.Propagation import RouteResolvingError
from ClusterShell.Topology import TopologyError
from tests.fixtures.gateway import SERVE
from tests.fixtures.tree import LOST, SERVED, TreeTrace, fresh_tree, only


class TestLostGateways:
    def rerouted(self, trace):
        return [arg for (arg,) in trace.of("routing")]

    def test_dead_before_it_is_set_up(self, tree):
        tree.gateways(only("gw1", "fail('ouch', 3)"))
        worker, trace = tree.run("command")
        assert trace.events[0] == ("start",)
        told = [event for event in trace.events if event[1:2] not in [("n2",), ("n4",)]]
        assert told[1:3] == [
            ("read", "gw1", "stderr", b"ouch"),
            ("routing", {"event": "reroute", "gateway": "gw1", "targets": "n[1,3]"}),
        ]
        assert [trace.told(f"n{index}") for index in range(1, 5)] == [SERVED] * 4
        assert bytes(worker.node_error("gw1")) == b"ouch"
        # It is not asked again in the life of the task.
        assert str(tree.task.router._unreachable_hosts) == "gw1"
        _, trace = tree.run("command")
        assert self.rerouted(trace) == []

    def test_aborted_by_the_handler_that_is_told(self, tree):
        tree.gateways("if HOST == 'gw1': fail('ouch', 3)\nsetup(); recv(); recv()")
        trace = TreeTrace(routing=lambda worker, _: worker.abort())
        tree.run("command", handler=trace)
        assert sorted(trace.of("hup")) == [(f"n{index}", LOST) for index in range(1, 5)]
        assert trace.events[-1] == ("close", False)

    @pytest.mark.parametrize("code", [0, 3])
    def test_killed_after_it_is_set_up(self, tree, code):
        tree.gateways(
            only(
                "gw1",
                "setup(); msg = recv(); out(msg, b'foo', 'n1'); ret(msg, 2, 'n1')\n"
                f"sleep(0.3); fail('ouch', {code})",
            )
        )
        _, trace = tree.run("command")
        assert trace.told("n1") == [("pickup",), ("read", "stdout", b"foo"), ("hup", 2)]
        assert trace.told("n3") == [("pickup",), ("hup", LOST)]
        assert trace.told("n2") == trace.told("n4") == SERVED
        assert self.rerouted(trace) == []
        assert str(tree.task.router._unreachable_hosts) == ("gw1" if code else "")

    @pytest.mark.parametrize("script", ["fail('ouch', 0)", "raw(b'Welcome!\\n'); setup(); recv()"])
    def test_no_channel_and_no_error(self, tree, script):
        tree.gateways(only("gw1", script))
        _, trace = tree.run("command")
        assert trace.told("n1") == trace.told("n3") == [("hup", LOST)]
        assert trace.told("n2") == SERVED
        assert self.rerouted(trace) == []
        assert len(trace.told("gw1")) == 1

    def test_banner_on_standard_error(self, tree):
        tree.gateways("import sys; print('Welcome!', file=sys.stderr)\n" + SERVE)
        _, trace = tree.run("command", nodes="n1")
        assert trace.told("n1") == SERVED
        assert trace.told("gw1") == [("read", "stderr", b"Welcome!")]

    def test_all_gone(self, tree):
        tree.gateways("fail('ouch', 1)")
        trace = TreeTrace()
        tree.task.shell("command", nodes="n[1-4]", handler=trace)
        with pytest.raises(RouteResolvingError, match="^No route available to n1$"):
            tree.task.resume(20)
        assert len(self.rerouted(trace)) == 2
        assert not {"pickup", "hup", "close"} & set(trace.names())
        assert tree.task.gateways == {}
        with pytest.raises(RouteResolvingError, match="^No route available to n1$"):
            tree.run("command")
        # Nodes that need no gateway are still served.
        _, trace = tree.run("echo a", nodes="x1")
        assert trace.told("x1") == SERVED

    def test_name_that_cannot_be_that_of_a_host(self, tmp_path, monkeypatch):
        with fresh_tree(tmp_path, monkeypatch, "-oFoo,gw2\n-oFoo,gw2: n[1-8]\n") as tree:
            tree.gateways(SERVE)
            _, trace = tree.run("command", nodes="n[1-2]")
            assert trace.told("n1") == trace.told("n2") == SERVED
            assert [arg["gateway"] for arg in self.rerouted(trace)] == ["-oFoo"]

    def test_error_before_it_is_set_up(self, tree):
        tree.gateways(only("gw1", "hello(); send('ERR', reason='bad <thing>'); recv(); recv()"))
        _, trace = tree.run("command")
        assert trace.told("gw1") == [("read", "stderr", b"bad <thing>")]
        assert trace.told("n1") == [("hup", LOST)]
        assert trace.told("n2") == SERVED

    @pytest.mark.parametrize("reason", ["bad thing", ""])
    def test_error_after_it_is_set_up(self, tree, reason):
        error = f"if HOST == 'gw1': send('ERR', reason={reason!r})"
        tree.gateways(f"setup(); recv()\n{error}\nrecv()")
        trace = TreeTrace()
        tree.task.shell("command", nodes="n[1-4]", handler=trace)
        with pytest.raises(TopologyError, match=f"^gw1: {reason}$"):
            tree.task.resume(20)
        assert sorted(trace.of("hup")) == [(f"n{index}", LOST) for index in range(1, 5)]
        assert trace.events[-1] == ("close", False)

    def test_reroute_far_away(self, one_gateway):
        one_gateway.gateways(
            "setup(); msg = recv()\n"
            "send('RTR', srcid=msg.srcid, event='reroute', gateway='gw1', targets='n1')\n"
            "ret(msg, 0); recv()"
        )
        _, trace = one_gateway.run("command", nodes="n[1-2]")
        assert self.rerouted(trace) == [{"event": "reroute", "gateway": "gw1", "targets": "n1"}]


#: What a gateway sends, and what the head says to it (a part of it).
HOSTILE = [
    ('raw(b\'<message type="XXX" msgid="1"></message>\\n\')', "Unknown message type XXX"),
    ("raw(b'</foo>\\n')", "mismatched tag"),
    ("send('OUT', b'q', srcid=99, nodes='n1')", "is for an unknown worker: 99"),
    ("send('OUT', b'q', srcid=msg.srcid, nodes='zz')", "not asked for: zz"),
    ("send('OUT', b'q', srcid=msg.srcid, nodes='n[1,9]')", "not asked for: n9"),
    ("send('OUT', b'q', srcid=msg.srcid, nodes='n[1-99999999]')", "not asked for: n[2,4-99999999]"),
    ("send('OUT', b'q', srcid=msg.srcid, nodes='gw1')", "not asked for: gw1"),
    ("send('SER', b'q', srcid=msg.srcid, nodes='gw2')", "not asked for: gw2"),
    ("send('OUT', b'q', srcid=msg.srcid, nodes='n[1')", "has bad nodes"),
    ("send('OUT', b'q', srcid=msg.srcid, nodes='@*')", "message OUT"),
    ("send('OUT', 'text', srcid=msg.srcid, nodes='n1')", "message OUT has a payload of type str"),
    ("send('OUT', 5, srcid=msg.srcid, nodes='n1')", "message OUT has a payload of type int"),
    ("send('OUT', srcid=msg.srcid, nodes='n1')", "Message OUT has an invalid payload"),
    ("send('RET', srcid=msg.srcid, nodes='n1')", 'missing key "retcode"'),
    ("ret(msg, 'x')", "invalid literal"),
    ("ret(msg, 1 << 40)", "message RET has an exit code out of range"),
    ("ret(msg, 0, 'zz')", "not asked for: zz"),
    ("send('TIM', srcid=msg.srcid, nodes='zz')", "not asked for: zz"),
    ("send('RTR', srcid=msg.srcid, event='e', gateway='g', targets='zz')", "not asked for: zz"),
    ("send('RTR', srcid=msg.srcid, event='e', gateway='g', targets='n1')", "not asked for: g"),
    ("send('ACK', ack='x')", "invalid literal"),
    ("raw(b'</channel>\\n'); recv()", "channel closed by gateway"),
]


class TestHostileGateways:
    @pytest.mark.parametrize(("sends", "says"), HOSTILE)
    def test_closes_its_channel_only(self, tree, sends, says):
        tree.gateways(only("gw1", f"setup(); msg = recv(); {sends}; sleep(0.1); ret(msg, 0)"))
        worker, trace = tree.run("command")
        assert says.encode() in bytes(worker.node_error("gw1"))
        assert trace.told("n1") == trace.told("n3") == [("pickup",), ("hup", LOST)]
        assert trace.told("n2") == trace.told("n4") == SERVED
        assert trace.events[-1] == ("close", False)
        assert not trace.told("zz") + trace.told("n9")

    @pytest.mark.parametrize(
        "sends",
        [
            "raw(b'garbage\\n')",
            "send('CFG', 5, gateway='g')",
            "send('CTL', 5, srcid=msg.srcid, action='shell', target='n1')",
            "send('ACK', ack=12345)",
            "out(msg, b'', ''); ret(msg, 0, '')",
        ],
    )
    def test_harmless(self, one_gateway, sends):
        one_gateway.gateways(f"setup(); msg = recv(); {sends}; out(msg, b'a'); ret(msg, 0); recv()")
        _, trace = one_gateway.run("command", nodes="n1")
        assert trace.told("n1") == SERVED

    def test_ended_twice(self, one_gateway):
        one_gateway.gateways(
            "setup(); msg = recv(); ret(msg, 0, 'n1'); ret(msg, 3, 'n1')\n"
            "send('TIM', srcid=msg.srcid, nodes='n1'); ret(msg, 0, 'n2'); recv()"
        )
        worker, trace = one_gateway.run("command", nodes="n[1-2]")
        assert sorted(trace.of("hup")) == [("n1", 0), ("n2", 0)]
        assert list(worker.iter_keys_timeout()) == []

    def test_before_it_is_set_up(self, tree):
        tree.gateways(
            only(
                "gw1",
                "hello(); ret(recv.__class__ and __import__('types')."
                "SimpleNamespace(srcid=1, target='n1'), 0); recv(); recv()",
            )
        )
        _, trace = tree.run("command")
        assert trace.told("n1") == [("hup", LOST)]
        assert trace.told("n2") == SERVED
