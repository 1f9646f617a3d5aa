"""ClusterShell.Runs: clush's way of running for programs, and inside an asyncio loop."""

import asyncio
import sys
import threading
import time

import pytest

from ClusterShell._records import store
from ClusterShell._task import aio
from ClusterShell.Engine.Engine import FANOUT_UNLIMITED
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Runs import Event, _Handler, arun, events, run
from ClusterShell.Task import _getshorthostname, task_self
from ClusterShell.Worker.Ssh import WorkerSsh
from tests.fixtures import gateway

#: One of them for what is not about pollers; the others in the slow part.
POLLERS = ["epoll", *(pytest.param(name, marks=pytest.mark.slow) for name in ("poll", "select"))]


class TestRun:
    def test_result(self, task):
        result = run("echo out-%h; echo err >&2; exit %n", "n[1-3]")
        assert (str(result.ok), str(result.failed), str(result.skipped)) == ("n1", "n[2-3]", "")
        assert result.codes == {"n1": 0, "n2": 1, "n3": 2}
        assert (result.output("n2"), result.errors("n2")) == (b"out-n2\n", b"err\n")
        assert result.duration > 0

    def test_gathered(self, task):
        result = run("case %h in n3) printf x;; *) echo same;; esac", NodeSet("n[1-3]"))
        found = [(data, str(nodes)) for data, nodes in result.gathered()]
        assert found == [(b"same\n", "n[1-2]"), (b"x", "n3")]

    def test_batches_progress_and_an_end(self, task):
        seen = []
        result = run(
            "[ %h != n3 ]", "n[1-6]", batch="34%", fail_fast=1,
            progress=lambda done, total: seen.append((done, total)),
        )  # fmt: skip
        assert seen[:3] == [(1, 6), (2, 6), (3, 6)]
        assert str(result.failed) == "n3"
        assert set(result.skipped) >= {"n5", "n6"} - set(result.ok)
        assert len(result.ok) + len(result.skipped) == 5

    @pytest.mark.parametrize("fanout", [1, 5, FANOUT_UNLIMITED])
    def test_batches_hold_at_any_fanout(self, task, monkeypatch, fanout):
        most, pickup = [], _Handler.ev_pickup

        def counted(handler, worker, node):
            pickup(handler, worker, node)
            most.append(len(handler.outcomes.starts) - len(handler.outcomes.ends))

        monkeypatch.setattr(_Handler, "ev_pickup", counted)
        task.set_info("fanout", fanout)
        assert str(run("true", "n[1-6]", batch=2).ok) == "n[1-6]"
        assert max(most) == (1 if fanout == 1 else 2)

    def test_all_may_run_where_the_fanout_is_unlimited(self, task):
        task.set_info("fanout", FANOUT_UNLIMITED)
        result = run("[ %h != n3 ]", "n[1-6]", fail_fast=2)
        assert (str(result.ok), str(result.failed)) == ("n[1-2,4-6]", "n3")

    def test_timeout(self, task):
        assert str(run("sleep 60", "n1", timeout=0.2).timeouts) == "n1"

    def test_record(self, task, tmp_path, monkeypatch):
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        run("false", "n[1-2]")
        with pytest.raises(store.RecordError):
            store.load()
        run("false", "n[1-2]", record=True)
        assert str(NodeSet("@run:failed")) == "n[1-2]"

    @pytest.mark.parametrize("kwargs", [{"batch": 0}, {"fail_fast": "x"}, {"batch": "0%"}])
    def test_mistakes(self, task, kwargs):
        with pytest.raises(ValueError):
            run("true", "n1", **kwargs)
        with pytest.raises(TypeError, match="no such option: bach"):
            run("true", "n1", bach=1)
        with pytest.raises(ValueError, match="no node"):
            run("true", "")


@pytest.mark.parametrize("task", POLLERS, indirect=True)
class TestElsewhere:
    """Over a real sshd and through gateways: at once, and inside a loop of asyncio."""

    @pytest.fixture(params=["ssh", "gateways"])
    def name(self, request, task, tmp_path, monkeypatch):
        """Return how a command finds the name of its node."""
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        if request.param == "ssh":
            task.set_default("distant_worker", WorkerSsh)
            task.set_info("ssh_options", request.getfixturevalue("sshd").options)
            return "$(echo ${SSH_CONNECTION:+reached})"
        ssh = tmp_path / "ssh"
        ssh.write_text(gateway.SSH)
        ssh.chmod(0o755)
        task.set_info("ssh_path", str(ssh))
        task.set_default("distant_worker", WorkerSsh)
        (tmp_path / "topology").write_text(
            f"[routes]\n{_getshorthostname()}: gw[1-2]\ngw[1-2]: n[1-8]\n"
        )
        task.load_topology(str(tmp_path / "topology"))
        monkeypatch.setenv("CLUSTERSHELL_GW_PYTHON_EXECUTABLE", sys.executable)
        return "$FAKE_HOST"

    @pytest.mark.sshd
    def test_run(self, name):
        seen = []
        result = run(
            f"echo {name}; echo err >&2; exit 3", "n[1-4]", batch=2, record=True,
            progress=lambda done, total: seen.append((done, total)),
        )  # fmt: skip
        assert (str(result.failed), str(result.ok)) == ("n[1-4]", "")
        assert result.codes == dict.fromkeys(("n1", "n2", "n3", "n4"), 3)
        assert result.output("n1") in (b"reached\n", b"n1\n")
        assert result.errors("n2") == b"err\n"
        assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
        assert str(NodeSet("@run:rc=3")) == "n[1-4]"

    @pytest.mark.sshd
    def test_stops(self, name):
        result = run("exit 1", "n[1-4]", batch=1, fail_fast=2)
        assert (str(result.failed), str(result.skipped)) == ("n[1-2]", "n[3-4]")

    @pytest.mark.sshd
    def test_inside_a_loop(self, name):
        async def main():
            both = await asyncio.gather(
                arun(f"echo {name}", "n[1-2]"), arun("sleep 60", "n3", timeout=0.5)
            )
            found = [event async for event in events("echo a; exit 2", "n4")]
            return (*both, found)

        done, late, found = asyncio.run(main())
        assert (str(done.ok), str(late.timeouts)) == ("n[1-2]", "n3")
        assert [event.kind for event in found] == ["start", "output", "end"]
        assert (found[1].data, found[2].rc) == (b"a\n", 2)


class TestAsync:
    def test_several_at_once_without_a_thread(self, task):
        async def main():
            ticks = []

            async def tick():
                while True:
                    await asyncio.sleep(0.01)
                    ticks.append(threading.active_count())

            ticking = asyncio.ensure_future(tick())
            first, second = await asyncio.gather(
                arun("sleep 0.3; echo %h", "n[1-3]"), arun("sleep 0.3; echo b", "m1")
            )
            ticking.cancel()
            return first, second, ticks

        before = threading.active_count()
        start = time.monotonic()
        first, second, ticks = asyncio.run(main())
        assert (str(first.ok), second.output("m1")) == ("n[1-3]", b"b\n")
        assert time.monotonic() - start >= 0.3
        assert len(ticks) > 5
        assert set(ticks) == {before}
        # The task is as it was.
        assert str(run("true", "n1").ok) == "n1"

    def test_events(self, task):
        async def main():
            return [event async for event in events("echo a; echo b >&2; exit 3", "n1")]

        found = asyncio.run(main())
        assert found[0] == Event("start", "n1")
        assert found[-1] == Event("end", "n1", rc=3)
        assert {event[:3] for event in found[1:-1]} == {
            ("output", "n1", b"a\n"), ("error", "n1", b"b\n"),
        }  # fmt: skip

    def test_events_that_nobody_waits_for(self, task):
        async def main():
            found = events("echo a; sleep 60", "n[1-2]")
            first = await found.__anext__()
            await found.aclose()
            return first

        start = time.monotonic()
        assert asyncio.run(main()).kind == "start"
        assert time.monotonic() - start < 30
        assert not task_self()._engine.clients()

    def test_cancelled(self, task):
        async def main():
            running = asyncio.ensure_future(arun("sleep 60", "n[1-3]"))
            await asyncio.sleep(0.2)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running

        asyncio.run(main())
        assert not task_self()._engine.clients()

    def test_batches_and_timeouts(self, task):
        async def main():
            return (
                await arun("true", "n[1-3]", batch=1, batch_pause=0.1),
                await arun("sleep 60", "n1", timeout=0.2),
                await arun("[ %h != n1 ]", "n[1-4]", batch=1, fail_fast=1),
            )

        paused, late, stopped = asyncio.run(main())
        assert paused.duration >= 0.2
        assert str(late.timeouts) == "n1"
        assert (str(stopped.failed), str(stopped.skipped)) == ("n1", "n[2-4]")

    def test_errors_of_what_is_called(self, task):
        def fails(done, total):
            raise KeyError("planted")

        async def main():
            with pytest.raises(KeyError, match="planted"):
                await arun("true", "n[1-2]", progress=fails)
            return await arun("true", "n1")

        assert str(asyncio.run(main()).ok) == "n1"

    def test_not_within_a_loop_of_the_task(self, task):
        class Planted:
            running = staticmethod(lambda: True)

        async def main():
            with pytest.raises(RuntimeError, match="runs already"), aio.attached(Planted()):
                pass

        asyncio.run(main())

    def test_much_output(self, task):
        async def main():
            return await arun("head -c 3000000 /dev/zero", "n[1-3]")

        result = asyncio.run(main())
        assert [len(result.output(node)) for node in result.nodes] == [3_000_000] * 3
