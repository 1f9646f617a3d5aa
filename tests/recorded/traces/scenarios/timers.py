"""Timers of a task."""

from tests.recorded.traces.recording import scenario


def _timer(t, name, *args, **kwargs):
    return t.known(t.task.timer(*args, **kwargs), name)


@scenario((0.02,), (0,), (0.0001,))
def one_shot(t, delay):
    timer = _timer(t, "timer", delay, t.handler())
    t.log("is_valid", timer.is_valid())
    t.task.resume()
    t.log("is_valid", timer.is_valid())


@scenario((-1,), (-0.5,))
def never(t, delay):
    timer = t.attempt("timer", lambda: _timer(t, "timer", delay, t.handler()))
    t.attempt("is_valid", lambda: timer.is_valid())
    t.attempt("resume", t.task.resume, 0.1)


@scenario()
def without_handler(t):
    t.attempt("timer", lambda: _timer(t, "timer", 0.01, None))
    t.attempt("resume", t.task.resume, 1)


@scenario()
def in_order_of_time(t):
    handler = t.handler()
    for name, delay in (("late", 0.3), ("early", 0.02), ("middle", 0.15)):
        _timer(t, name, delay, handler)
    t.task.resume()


@scenario((1,), (3,))
def repeating(t, times):
    left = [times]

    def fired(timer):
        left[0] -= 1
        if not left[0]:
            timer.invalidate()
        t.log("is_valid", timer.is_valid())

    _timer(t, "timer", 0.02, t.handler(ev_timer=fired), interval=0.02)
    t.task.resume()


@scenario((-1.0,), (0.02,))
def autoclose_beside_a_command(t, interval):
    """It fires while something else runs, and does not keep the run from ending."""
    _timer(t, "timer", 0.03, t.handler(), interval=interval, autoclose=True)
    t.task.shell("exec sleep 0.2", key="k")
    t.task.resume()
    t.events[:] = [["fired", len(t.events) >= 1, len(t.events) > 1]]


@scenario()
def autoclose_alone(t):
    timer = _timer(t, "timer", 5, t.handler(), autoclose=True)
    t.task.resume()
    t.log("is_valid", timer.is_valid())


@scenario()
def autoclose_with_another(t):
    _timer(t, "closed", 5, t.handler(), autoclose=True)
    _timer(t, "fires", 0.03, t.handler())
    t.task.resume()


@scenario()
def run_out_of_time(t):
    timer = _timer(t, "timer", 5, t.handler())
    t.attempt("resume", t.task.resume, 0.3)
    t.log("is_valid", timer.is_valid())


@scenario()
def invalidated_before(t):
    timer = _timer(t, "timer", 0.02, t.handler())
    timer.invalidate()
    t.log("is_valid", timer.is_valid())
    t.task.resume()


@scenario()
def invalidated_twice(t):
    timer = _timer(t, "timer", 0.02, t.handler())
    timer.invalidate()
    t.attempt("invalidate", timer.invalidate)
    t.task.resume()


@scenario()
def invalidated_after(t):
    timer = _timer(t, "timer", 0.01, t.handler())
    t.task.resume()
    t.attempt("invalidate", timer.invalidate)
    t.log("is_valid", timer.is_valid())


@scenario()
def one_invalidates_another(t):
    second = _timer(t, "second", 0.08, t.handler())
    _timer(t, "first", 0.02, t.handler(ev_timer=lambda timer: second.invalidate()))
    t.task.resume()
    t.log("is_valid", second.is_valid())


@scenario()
def rearmed_when_fired(t):
    left = [2]

    def fired(timer):
        if left[0]:
            left[0] -= 1
            timer.set_nextfire(0.02)

    timer = _timer(t, "timer", 0.02, t.handler(ev_timer=fired))
    t.task.resume()
    t.log("is_valid", timer.is_valid())


@scenario()
def rearmed_by_another(t):
    """A timer that would have been last is now first."""
    last = _timer(t, "last", 5, t.handler())
    _timer(t, "first", 0.02, t.handler(ev_timer=lambda timer: last.set_nextfire(0.02)))
    t.task.resume()


@scenario()
def put_off_by_another(t):
    postponed = _timer(t, "postponed", 0.06, t.handler())
    _timer(t, "first", 0.02, t.handler(ev_timer=lambda timer: postponed.set_nextfire(0.1)))
    _timer(t, "middle", 0.08, t.handler())
    t.task.resume()


@scenario()
def rearmed_with_interval(t):
    left = [3]

    def fired(timer):
        left[0] -= 1
        if left[0] == 2:
            timer.set_nextfire(0.01, interval=0.01)
        if not left[0]:
            timer.invalidate()

    _timer(t, "timer", 0.01, t.handler(ev_timer=fired))
    t.task.resume()


@scenario()
def rearmed_when_invalid(t):
    timer = _timer(t, "timer", 0.02, t.handler())
    timer.invalidate()
    t.attempt("set_nextfire", timer.set_nextfire, 0.02)
    t.log("is_valid", timer.is_valid())
    t.task.resume()


@scenario()
def made_when_fired(t):
    def fired(timer):
        _timer(t, "second", 0.01, t.handler())

    _timer(t, "first", 0.01, t.handler(ev_timer=fired))
    t.task.resume()


@scenario()
def starts_a_command(t):
    handler = t.handler()
    _timer(
        t,
        "timer",
        0.01,
        t.handler(
            ev_timer=lambda timer: t.known(
                t.task.shell("echo a", key="k", handler=handler), "worker"
            )
        ),
    )
    t.task.resume()


@scenario()
def made_by_a_command(t):
    def over(worker, *_):
        _timer(t, "timer", 0.01, t.handler())

    t.known(t.task.shell("true", key="k", handler=t.handler(ev_close=over)), "worker")
    t.task.resume()


@scenario()
def aborts_the_run(t):
    _timer(t, "timer", 0.02, t.handler(ev_timer=lambda timer: t.task.abort()))
    t.known(t.task.shell("exec sleep 5", key="k", handler=t.handler()), "worker")
    t.task.resume()
    t.results()


@scenario()
def raises(t):
    def fired(timer):
        raise ValueError("from the handler")

    _timer(t, "timer", 0.02, t.handler(ev_timer=fired))
    t.attempt("resume", t.task.resume, 1)
    t.attempt("resume", t.task.resume, 0.1)


@scenario()
def attributes(t):
    timer = _timer(t, "timer", 0.5, t.handler(), interval=2.5, autoclose=True)
    t.log("attributes", timer.fire_delay, timer.interval, timer.autoclose)
    timer.set_nextfire(0.7)
    t.log("attributes", timer.fire_delay, timer.interval)
    timer.set_nextfire(0.8, interval=3)
    t.log("attributes", timer.fire_delay, timer.interval)
    timer.invalidate()
    t.log("attributes", timer.fire_delay, timer.interval)


@scenario()
def second_run(t):
    _timer(t, "one", 0.01, t.handler())
    t.task.resume()
    _timer(t, "two", 0.01, t.handler())
    t.task.resume()
