"""Timers, and the timeouts of commands and runs."""

import time

import pytest

from ClusterShell.Engine.Engine import EngineIllegalOperationError, EngineTimer
from ClusterShell.Task import TimeoutError
from tests.fixtures.task import Trace


class TestTimers:
    def test_once(self, task):
        trace = Trace()
        started = time.monotonic()
        task.timer(0.05, trace)
        task.resume(30)
        assert trace.names() == ["timer"]
        assert time.monotonic() - started > 0.04  # not before its time

    def test_repeats_until_invalidated(self, task):
        def fired(timer):
            if len(trace.events) == 3:
                timer.invalidate()

        trace = Trace(timer=fired)
        timer = task.timer(0.01, trace, interval=0.01)
        task.resume()
        assert trace.names() == ["timer"] * 3
        assert not timer.is_valid()
        with pytest.raises(EngineIllegalOperationError):
            timer.set_nextfire(1)

    def test_armed_again_from_its_handler(self, task):
        def fired(timer):
            if len(trace.events) < 4:
                timer.set_nextfire(0.005)

        trace = Trace(timer=fired)
        task.timer(0.005, trace)
        task.resume()
        assert trace.names() == ["timer"] * 4

    def test_autoclose_does_not_hold_the_loop(self, task):
        trace = Trace()
        timer = task.timer(60, trace, autoclose=True)
        task.run("true", nodes="n1")
        assert trace.events == []
        assert not timer.is_valid()

    def test_no_delay_does_not_starve_the_streams(self, task):
        """A timer that is always due must let output through."""
        done = []
        timer = task.timer(0, Trace(timer=lambda timer: done or timer.set_nextfire(0)), interval=-1)
        task.run("sleep 0.05", nodes="n1", handler=Trace(close=lambda *_: done.append(1)))
        assert done and timer.is_valid()

    def test_many_disarmed_leave_the_heap(self, task):
        timers = [task.timer(1000, Trace()) for _ in range(2000)]
        for timer in timers:
            timer.invalidate()
        assert len(task._engine.timerq) == 0
        assert len(task._engine.timerq.timers) <= 64
        task.resume()  # returns at once

    @pytest.mark.parametrize("fire", [0, 0.01])
    def test_interval_of_zero_repeats_nothing(self, task, fire):
        trace = Trace()
        timer = task.timer(fire, trace, interval=0)
        task.resume()
        assert trace.names() == ["timer"]
        assert timer.is_valid()

    def test_delays_as_its_handler_sees_them(self, task):
        """Firing, a timer has no delay: one that the handler sets comes before the interval."""
        seen = []

        def fired(timer):
            seen.append((timer.fire_delay, timer.interval))
            if len(seen) == 1:
                timer.interval = 0.02
            elif len(seen) == 2:
                timer.set_nextfire(0.01, interval=0.03)
            elif len(seen) == 4:
                timer.invalidate()
                seen.append((timer.fire_delay, timer.interval))

        timer = task.timer(0.01, Trace(timer=fired), interval=0.01)
        task.resume()
        assert seen == [(-1.0, 0.01), (-1.0, 0.02), (-1.0, 0.03), (-1.0, 0.03), (-1.0, -1.0)]
        assert (timer.fire_delay, timer.interval) == (-1.0, -1.0)

    def test_delays_of_what_is_disarmed(self, task):
        """What is not armed loses delay and interval, what is keeps them, as ever."""
        timer = task.timer(60, Trace(), interval=2)
        delays = [(timer.fire_delay, timer.interval)]
        for disarm in (
            task._engine.remove_timer,
            task._engine.remove_timer,
            EngineTimer.invalidate,
        ):
            disarm(timer)
            delays.append((timer.fire_delay, timer.interval))
        assert delays == [(60, 2), (60, 2), (-1.0, -1.0), (-1.0, -1.0)]
        timer = task.timer(60, Trace(), interval=2)
        timer.invalidate()
        assert (timer.fire_delay, timer.interval, timer.is_valid()) == (60, 2, False)

    def test_delays_of_ended_clients(self, task):
        worker = task.shell("true", timeout=60)
        (client,) = worker._engine_clients()
        assert (client.fire_delay, client.interval) == (60, -1)
        task.resume(20)
        assert (client.fire_delay, client.interval, client.is_valid()) == (-1.0, -1.0, False)

    def test_added_again_by_its_handler(self, task):
        def fired(timer):
            timer.invalidate()
            if len(trace.events) < 3:
                timer.fire_delay = 0.01
                task._engine.add_timer(timer)

        trace = Trace(timer=fired)
        task.timer(0.01, trace)
        task.resume()
        assert trace.names() == ["timer"] * 3
        assert task._engine.evlooprefcnt == 0

    def test_handler_that_fails(self, task):
        def fail(timer):
            raise LookupError

        task.timer(0.01, Trace(timer=fail), interval=0.01)
        with pytest.raises(LookupError):
            task.resume()
        task.resume(5)  # the timer is over: returns at once
        assert task._engine.evlooprefcnt == 0


class TestTimeouts:
    @pytest.mark.parametrize("where", ["nodes", "key"])
    @pytest.mark.parametrize("timeout", [0, 0.0])
    def test_zero_ends_a_command_at_once(self, task, where, timeout):
        trace = Trace()
        task.shell("sleep 30", handler=trace, timeout=timeout, **{where: "n1"})
        task.resume(20)
        assert trace.names() == ["start", "pickup", "close"]
        assert trace.of("close") == [(True,)]
        assert list(task.iter_keys_timeout()) == ["n1"]
        assert task.max_retcode() is None

    def test_zero_of_more_commands_than_the_fanout(self, task):
        task.set_info("fanout", 2)
        trace = Trace()
        task.shell("sleep 30", nodes="n[1-5]", handler=trace, timeout=0)
        task.resume(20)
        assert len(trace.of("pickup")) == 5
        assert task.num_timeout() == 5

    @pytest.mark.parametrize("timeout", [None, -1, -0.5])
    def test_none(self, task, timeout):
        task.run("sleep 0.05; echo a", nodes="n1", timeout=timeout)
        assert task.max_retcode() == 0

    @pytest.mark.parametrize("timeout", [None, 0, -1])
    def test_none_of_a_run(self, task, timeout):
        task.shell("sleep 0.05; echo a", nodes="n1")
        task.resume(timeout)
        assert task.max_retcode() == 0

    def test_of_the_run(self, task):
        worker = task.shell("sleep 30", nodes="n[1-2]")
        with pytest.raises(TimeoutError):
            task.resume(0.1)
        assert worker.num_timeout() == 2
        assert task._engine.evlooprefcnt == 0
