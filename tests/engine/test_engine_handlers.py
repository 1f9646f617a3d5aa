"""Engines, timers and what handlers do to them."""

import errno
import time

import pytest

from ClusterShell.Engine.Engine import (
    Engine,
    EngineIllegalOperationError,
    EngineTimer,
)
from ClusterShell.Engine.EPoll import EngineEPoll
from ClusterShell.Engine.Poll import EnginePoll
from ClusterShell.Engine.Select import EngineSelect
from tests.fixtures.task import Trace

ENGINES = (pytest.param(EngineEPoll, marks=pytest.mark.linux), EnginePoll, EngineSelect)


class TestInfo:
    @pytest.mark.parametrize("kind", (Engine, *ENGINES))
    def test_engine_names_itself(self, kind):
        info = {"engine": "other"}
        engine = kind(info)
        assert info == {"engine": kind.identifier}
        engine.release()

    @pytest.mark.parametrize("kind", ENGINES)
    def test_poller_error_leaves_the_loop(self, kind, monkeypatch):
        """Also where no fanout is known; the loop by itself starts nothing."""

        class Failing(kind):
            def _wait(self, delay):
                raise ValueError("from the poller")

        engine = Failing({})
        assert engine.runloop(0.1) is None
        engine.evlooprefcnt = 1
        with pytest.raises(ValueError, match="from the poller"):
            engine.runloop(0.1)
        with pytest.raises(KeyError, match="fanout"):
            engine.run(0.1)
        engine.release()

    @pytest.mark.parametrize("kind", ENGINES)
    def test_interrupted_wait_is_begun_anew(self, kind):
        class Interrupted(kind):
            left = 3

            def _wait(self, delay):
                if self.left:
                    self.left -= 1
                    raise InterruptedError(errno.EINTR, "made up")
                return kind._wait(self, delay)

        engine = Interrupted({"fanout": 1})
        trace = Trace()
        engine.add_timer(EngineTimer(0.01, -1, False, trace))
        engine.run(10)
        assert trace.names() == ["timer"]
        assert engine.left == 0
        engine.release()

    @pytest.mark.parametrize("timeout", ["5", "x", b"1"])
    def test_odd_timeout_with_nothing_to_run(self, task, timeout):
        assert task.resume(timeout) is None


class TestTimers:
    def test_added_once(self, task):
        trace = Trace()
        timer = task.timer(0.01, trace)
        with pytest.raises(EngineIllegalOperationError, match="Already bound to engine."):
            task._engine.add_timer(timer)
        task.resume(10)
        assert trace.names() == ["timer"]
        with pytest.raises(EngineIllegalOperationError, match="Already bound to engine."):
            task._engine.add_timer(timer)

    def test_removed_is_disarmed_only(self, task):
        trace = Trace()
        timer = task.timer(0.01, trace)
        task._engine.remove_timer(timer)
        assert timer.is_valid()
        assert task._engine.evlooprefcnt == 0
        task.resume(10)
        assert trace.events == []

    @pytest.mark.parametrize("how", ["never armed", "removed", "fired"])
    def test_is_not_armed_again(self, task, how):
        """A new delay is for a timer that waits, or fires right now."""
        trace = Trace()
        timer = EngineTimer(-1 if how == "never armed" else 0.01, -1, False, trace)
        task._engine.add_timer(timer)
        if how == "removed":
            task._engine.remove_timer(timer)
        task.resume(10)
        seen = trace.names()
        timer.set_nextfire(0.01)
        assert timer.is_valid()
        assert task._engine.evlooprefcnt == 0
        task.resume(10)
        assert trace.names() == seen

    def test_armed_again_by_its_handler(self, task):
        trace = Trace(timer=lambda timer: len(trace.events) < 3 and timer.set_nextfire(0.01))
        task.timer(0.01, trace)
        task.resume(10)
        assert trace.names() == ["timer"] * 3

    @pytest.mark.parametrize("interval", [-1, 0.01])
    @pytest.mark.parametrize("event", ["hup", "close"])
    def test_overdue_autoclosing(self, task, event, interval):
        """With the last command the run ends, whatever an autoclosing timer still wants."""
        trace = Trace()
        timer = task.timer(60, trace, interval=interval, autoclose=True)

        def fall_due(*_):
            timer.set_nextfire(0.01, interval)
            time.sleep(0.05)

        task.run("true", nodes="n1", handler=Trace(**{event: fall_due}))
        assert trace.events == []


class TestErrors:
    @pytest.mark.parametrize("event", ["start", "pickup", "read", "hup", "close"])
    @pytest.mark.parametrize("code", [errno.EMFILE, errno.EAGAIN, errno.ENOMEM])
    def test_handler_raises_what_looks_like_a_shortage(self, task, event, code):
        """It is the handler's: the command is neither put off nor said to have failed."""

        def fail(*_):
            raise OSError(code, "made up")

        trace = Trace(**{event: fail})
        with pytest.raises(OSError, match="made up"):
            task.run("echo a", nodes="n1", handler=trace)
        assert trace.names().count(event) == 1
        assert task._engine._clients == set()
        task.run("echo b", key="k")
        assert task.key_buffer("k") == b"b"
