"""The event loop under a Task: starts clients, waits on their streams, fires timers.

An engine knows its clients by what ``_engine/client.py`` lists, not by type.
:class:`Engine` holds the one run loop; its subclasses in ``EPoll``, ``Poll`` and
``Select`` are pollers of a few methods each.
"""

from __future__ import annotations

import errno
from time import monotonic

from ClusterShell._accel import dispatch as _kernel
from ClusterShell._engine.exits import ExitQueue
from ClusterShell._engine.pending import DEFAULT_GROUP, PendingQueue, StarvedError, fanout_group
from ClusterShell._engine.timers import TimerQueue as _EngineTimerQ
from ClusterShell._lazy import import_module, lazy_names

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ClusterShell._engine.client import Client, Stream, Timed

__all__ = [
    "EPSILON",
    "E_READ",
    "E_WRITE",
    "Engine",
    "EngineAbortException",
    "EngineAlreadyRunningError",
    "EngineBaseTimer",
    "EngineException",
    "EngineIllegalOperationError",
    "EngineNotSupportedError",
    "EngineTimeoutException",
    "EngineTimer",
    "FANOUT_DEFAULT",
    "FANOUT_UNLIMITED",
    "errno",
]

__getattr__ = lazy_names(
    globals(),
    {
        "LOGGER": lambda: import_module("logging").getLogger(__name__),
        "heapq": None,
        "logging": None,
        "sys": None,
        "time": None,
        "traceback": None,
    },
)

#: Interest in, and readiness for, reading and writing.
E_READ, E_WRITE = 0x1, 0x2

#: Slack in seconds within which two dates count as the same.
EPSILON = 1.0e-3

#: Values of a worker's fanout: the task's, and none at all.
FANOUT_DEFAULT = None
FANOUT_UNLIMITED = -1

#: Seconds that one call of the poller waits at most; it could not count many more.
_LONGEST_WAIT = 1e6


class EngineException(Exception):
    """Base of the exceptions of engines."""


class EngineAbortException(EngineException):
    """Raised in the loop to abort it; ``kill`` is the argument of ``abort()``."""

    def __init__(self, kill: bool) -> None:
        EngineException.__init__(self)
        self.kill = kill


class EngineTimeoutException(EngineException):
    """The time given to ``run()`` is over."""


class EngineIllegalOperationError(EngineException):
    """The operation makes no sense in the present state."""


class EngineAlreadyRunningError(EngineIllegalOperationError):
    """``run()`` was called while the engine runs."""


class EngineNotSupportedError(EngineException):
    """This system lacks what the engine ``engineid`` needs."""

    def __init__(self, engineid: str | None) -> None:
        EngineException.__init__(self)
        self.engineid = engineid


class EngineBaseTimer:
    """What an engine can fire: a delay, and an interval if it repeats (in seconds).

    A negative delay means never; an interval repeats if it is positive.  An
    ``autoclose`` timer does not keep the loop running.
    """

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_engine",
        "_timercase",
        "autoclose",
        "fire_delay",
        "interval",
    )

    def __init__(
        self, fire_delay: float | None, interval: float = -1.0, autoclose: bool = False
    ) -> None:
        if fire_delay is None:
            self.fire_delay = -1.0
        else:
            self.fire_delay = fire_delay
        self.interval = interval
        self.autoclose = autoclose
        self._engine: Any = None
        self._timercase: Any = None

    def _set_engine(self, engine: Any) -> None:
        """Bind to *engine*; called by the engine."""
        if self._engine is not None:
            raise EngineIllegalOperationError("Already bound to engine.")
        self._engine = engine

    def invalidate(self) -> None:
        """Disarm and unbind for good; harmless when repeated."""
        if self._engine is not None:
            self._engine.timerq.invalidate(self)
            self._engine = None

    def is_valid(self) -> bool:
        """Return whether this is bound to an engine: added, and not invalidated since."""
        return self._engine is not None

    def set_nextfire(self, fire_delay: float, interval: float = -1) -> None:
        """Fire *fire_delay* seconds from now, then every *interval* seconds if positive.

        A timer that has fired, and does not repeat, is not armed any more but in its handler.

        :raises EngineIllegalOperationError: the timer was never added, or was invalidated
        """
        if not self.is_valid():
            raise EngineIllegalOperationError("Operation on invalid timer.")
        self.fire_delay = fire_delay
        self.interval = interval
        self._engine.timerq.reschedule(self)

    def _fire(self) -> None:
        """Called by the engine when the time has come."""
        raise NotImplementedError("Derived classes must implement.")


class EngineTimer(EngineBaseTimer):
    """A timer as returned by ``Task.timer()``: calls ``handler.ev_timer(timer)``.

    A timer is not a real-time mechanism: it fires when the loop next looks at
    the clock.
    """

    def __init__(
        self, fire_delay: float | None, interval: float, autoclose: bool, handler: Any
    ) -> None:
        EngineBaseTimer.__init__(self, fire_delay, interval, autoclose)
        self.eh = handler
        assert self.eh is not None, "An event handler is needed for timer."

    def _fire(self) -> None:
        self.eh.ev_timer(self)


class Engine:
    """Base of the engines; ``info`` is the dictionary of the task's info settings.

    The loop runs as long as ``evlooprefcnt`` is positive: it counts the registered
    streams and the armed timers that are not *autoclose*.
    """

    identifier = "(none)"

    #: Whether a descriptor that is closed stays watched until it is unregistered.
    watches_closed = True

    #: First descriptor that cannot be watched; 0 if there is none.
    fd_limit = 0

    def __init__(self, info: dict[str, Any]) -> None:
        self.info = info
        info["engine"] = self.identifier
        self._clients: set[Client] = set()
        self._ports: set[Client] = set()
        self._reg_stats: dict[Any, int] = {}
        self.reg_clifds: dict[int, tuple[Client, Stream]] = {}
        self._prev_fanout: int | None = 0
        self._current_loopcnt = 0
        self.timerq = _EngineTimerQ(self)
        self.evlooprefcnt = 0
        self.running = False
        self._pending = PendingQueue(self._clients, self._can_register)
        self._exits = ExitQueue(self)
        self._dispatcher = _kernel.Dispatcher()
        self._holding = False  # no client is started while this is true
        self._clearing = False
        self._starting: Client | None = None

    def release(self) -> None:
        """Give back what the poller holds; the engine is of no use afterwards."""

    # -- clients

    def clients(self) -> set[Client]:
        """Return a copy of the set of clients."""
        return self._clients.copy()

    def ports(self) -> set[Client]:
        """Return a copy of the set of ports (and other clients without fanout)."""
        return self._ports.copy()

    def _fd2client(self, fd: int) -> tuple[Any, Any]:
        """Return the client and stream that *fd* belongs to, or (None, None)."""
        return self.reg_clifds.get(fd, (None, None))

    def _can_register(self, client: Client) -> bool:
        """Return whether the fanout of *client* leaves room for it."""
        if not client.delayable:
            return True
        group = fanout_group(client)
        limit = self.info["fanout"] if group is DEFAULT_GROUP else group._fanout
        return limit == FANOUT_UNLIMITED or self._reg_stats.get(group, 0) < limit

    def _update_reg_stats(self, client: Client, offset: int) -> None:
        """Count *client* in (1) or out (-1) of its fanout group."""
        group = client._reg_group if offset < 0 else fanout_group(client)
        client._reg_group = group
        count = self._reg_stats.get(group, 0) + offset
        if count or group is DEFAULT_GROUP:
            self._reg_stats[group] = count
        else:
            del self._reg_stats[group]
        if offset < 0:
            self._pending.wake(group)

    def add(self, client: Client) -> None:
        """Add *client*; while the engine runs, start it at once if its fanout allows."""
        client._set_engine(self)
        if client.delayable:
            self._clients.add(client)
            self._pending.append(client)
            if self.running:
                self.start_clients()
        else:
            self._ports.add(client)
            if self.running:
                self._start_one(client)

    def _remove(self, client: Client, abort: bool, did_timeout: bool = False) -> None:
        """Take *client* out and close it; does nothing if it is not one of ours."""
        members = self._clients if client.delayable else self._ports
        if client not in members:
            return
        # A client that has not come to be registered closes without events, unless
        # it aborts itself from a handler of its start.
        close = client.registered or (client is self._starting and not self._clearing)
        try:
            members.discard(client)
            self._release(client)
            if close:
                client._close(abort=abort, timeout=did_timeout)
            else:
                client._discard()
        except BaseException:
            # A handler has failed, or an interrupt has come: nobody will close it later.
            self._release(client)
            client._discard()
            raise

    def _release(self, client: Client) -> None:
        """Watch nothing of *client* any more."""
        self._exits.forget(client)
        if client.registered:
            self.unregister(client)
        client.invalidate()

    def remove(self, client: Client, abort: bool = False, did_timeout: bool = False) -> None:
        """Remove and close *client*, then start those that waited for its place.

        Buffers are not flushed.  Unless aborted, what still runs is closed when it has ended.
        """
        if not abort and not client._exited():
            self._exits.watch(client)
            return
        waited = not client.registered
        self._remove(client, abort, did_timeout)
        if self.running and not waited:
            self.start_clients()

    def remove_stream(self, client: Client, stream: Stream) -> None:
        """Flush and close *stream*; with the last retained one goes its client.

        Does nothing if the stream is not registered.
        """
        if not self.unregister_stream(client, stream):
            return
        client._close_stream(stream.name)
        # Flushing calls handlers, which may have removed the client.
        if client.registered and not client.streams.retained():
            self.remove(client)

    def clear(self, did_timeout: bool = False, clear_ports: bool = False) -> None:
        """Abort and remove all clients (and ports); buffers are not flushed.

        An exception of a handler, or an interrupt, leaves only when all is done, lest
        processes stay behind.
        """
        self._holding = self._clearing = True
        error = None
        try:
            self._pending.clear()
            # Handlers of what is closed may add more, which is closed as well.
            while self._clients or (clear_ports and self._ports):
                for client in [*self._clients, *(self._ports if clear_ports else ())]:
                    try:
                        self._remove(client, True, did_timeout)
                    except BaseException as exc:
                        error = error or exc
        finally:
            self._holding = self._clearing = False
            self._exits.reap()
        if error is not None:
            raise error

    # -- registration

    def register(self, client: Client) -> None:
        """Count the started *client* in and watch its streams and its timeout."""
        client.registered = True
        client._reg_epoch = self._current_loopcnt
        if client.delayable:
            self._update_reg_stats(client, 1)
        held = 0 if client.autoclose else 1
        for stream in client.streams.values():
            if stream.fd is None:
                continue
            self.reg_clifds[stream.fd] = (client, stream)
            self.evlooprefcnt += held
            # A writer is watched only while it has something to write.
            wanted = stream.evmask & E_READ
            if stream.to_write() or (stream.eof and stream.evmask & E_WRITE):
                wanted |= E_WRITE
            self.set_events(client, stream, wanted)
        if client.fire_delay is not None and client.fire_delay >= 0:
            self.timerq.schedule(client)

    def unregister_stream(self, client: Client, stream: Stream) -> bool:
        """Stop watching *stream*; return whether it was registered."""
        fd = stream.fd
        if fd is None or self.reg_clifds.get(fd, (None, None))[1] is not stream:
            return False
        del self.reg_clifds[fd]
        if not client.autoclose:
            self.evlooprefcnt -= 1
        events, stream.events = stream.events, 0
        self._unregister_specific(fd, events)
        return True

    def unregister(self, client: Client) -> None:
        """Undo :meth:`register`, for what is still registered."""
        self.timerq.invalidate(client)
        for stream in client.streams.values():
            self.unregister_stream(client, stream)
        client.registered = False
        if client.delayable:
            self._update_reg_stats(client, -1)

    def set_events(self, client: Client, stream: Stream, events: int | None = None) -> None:
        """Watch *stream* for *events*, by default for those wanted in ``new_events``."""
        if events is None:
            events = stream.new_events
        stream.new_events = events
        if events == stream.events:
            return
        before, stream.events = stream.events, events
        if not before:
            self._register_specific(stream.fd, events)
        elif not events:
            self._unregister_specific(stream.fd, before)
        else:
            self._modify_specific(stream.fd, events, True)

    def modify(self, client: Client, sname: str, setmask: int, clearmask: int) -> None:
        """Add *setmask* to, and take *clearmask* from, what stream *sname* waits for."""
        stream = client.streams[sname]
        if stream.fd in self.reg_clifds:
            self.set_events(client, stream, (stream.events & ~clearmask) | setmask)

    def set_reading(self, client: Client, sname: str) -> None:
        """Watch stream *sname* of *client* for reading."""
        self.modify(client, sname, E_READ, 0)

    def set_writing(self, client: Client, sname: str) -> None:
        """Watch stream *sname* of *client* for writing."""
        self.modify(client, sname, E_WRITE, 0)

    # -- what a poller implements

    def _register_specific(self, fd: int, event: int) -> None:
        """Start watching *fd* for *event* (``E_READ``, ``E_WRITE`` or both)."""
        raise NotImplementedError("Derived classes must implement.")

    def _unregister_specific(self, fd: int, ev_is_set: int) -> None:
        """Stop watching *fd*; *ev_is_set* is 0 when it was not watched."""
        raise NotImplementedError("Derived classes must implement.")

    def _modify_specific(self, fd: int, event: int, setvalue: bool) -> None:
        """Watch the already watched *fd* for *event* from now on."""
        raise NotImplementedError("Derived classes must implement.")

    def _wait(self, delay: float) -> Iterable[tuple[int, int]]:
        """Wait up to *delay* seconds (-1: for ever); return (fd, mask of poll(2)) pairs."""
        raise NotImplementedError("Derived classes must implement.")

    def _watch_nothing(self) -> None:
        """Forget all that is watched, closed descriptors included."""

    # -- timers

    def add_timer(self, timer: Timed) -> None:
        """Bind and arm *timer*.

        :raises EngineIllegalOperationError: it has been added before
        """
        timer._set_engine(self)
        if timer.fire_delay >= 0.0:
            self.timerq.schedule(timer)

    def remove_timer(self, timer: Timed) -> None:
        """Disarm *timer* for good."""
        self.timerq.invalidate(timer)

    def fire_timers(self) -> None:
        """Fire the timers that are due."""
        if self.timerq.armed_count:
            self.timerq.fire_expired()

    # -- starting

    def fanout_changed(self, worker: Any) -> None:
        """The fanout of *worker* was set: its waiting clients go by the new one."""
        self._pending.refile(worker)
        if self.running:
            self.start_clients()

    def start_ports(self) -> None:
        """Start and register all ports that have not been."""
        for port in self._ports.copy():
            if not port.registered:
                self._start_one(port)

    def start_clients(self) -> None:
        """Start waiting clients as far as fanouts and the system's resources allow.

        Called again from a handler of a client being started, it leaves the work
        to the call already under way.
        """
        if self._holding:
            return
        self._holding = True
        try:
            while True:
                client = self._pending.next()
                if client is None or not self._start_one(client):
                    break
        finally:
            self._holding = False

    def _start_one(self, client: Client) -> bool:
        """Start and register *client*; return False if resources are short."""
        outer, self._starting = self._starting, client
        try:
            client._start()
        except StarvedError as exc:
            return self._starved(client, exc)
        finally:
            self._starting = outer
        if client in self._clients or client in self._ports:
            self.register(client)
            if not client.streams.retained():
                self.remove(client)  # it had nothing to wait for
        return True

    def _starved(self, client: Client, exc: OSError) -> bool:
        """No descriptor or process for *client*: it waits, or fails if nothing else runs."""
        if any(count > 0 for count in self._reg_stats.values()):
            # The end of any client brings us back here, by the group it wakes.
            self._pending.put_back(client)
            return False
        self._clients.discard(client)
        client.invalidate()
        client._start_failed(exc)
        return True

    # -- running

    def run(self, timeout: float | None) -> None:
        """Run until nothing is left that keeps the loop.

        :param timeout: most seconds to run; None, 0 or less for no limit
        :raises EngineTimeoutException: that time is over; all clients were aborted
        :raises EngineAlreadyRunningError: called from within the loop
        """
        if self.running:
            raise EngineAlreadyRunningError()
        try:
            self.running = True
            self._prev_fanout = self.info["fanout"]
            self.start_ports()
            self.snoop_ports()
            self.start_clients()
            self.runloop(timeout)
        except EngineTimeoutException:
            self.clear(did_timeout=True)
            raise
        except BaseException:
            self.clear()
            self._recount()
            raise
        finally:
            try:
                self._exits.reap()
                # An autoclosing client that is left goes on in the next run; its timer too.
                for timer in self.timerq.clients():
                    if isinstance(timer, EngineTimer):
                        timer.invalidate()
            finally:
                self._prev_fanout = 0
                self.running = False

    def _recount(self) -> None:
        """Count anew what an interrupt may have left half counted; no client is left."""
        self._reg_stats.clear()
        armed = self.timerq.clients()
        self.timerq.armed_count = len(armed)
        watched = [client for client, _stream in self.reg_clifds.values()]
        self.evlooprefcnt = sum(1 for client in watched + armed if not client.autoclose)
        if self.watches_closed:
            self._watch_nothing()
            for fd, (_client, stream) in self.reg_clifds.items():
                if stream.events:
                    self._register_specific(fd, stream.events)

    def snoop_ports(self) -> None:
        """Take in messages that reached the ports before the loop began."""
        for port in self._ports.copy():
            if port in self._ports and port.registered:
                port._snoop()

    def runloop(self, timeout: float | None) -> None:
        """Serve streams and timers as long as something keeps the loop."""
        most = timeout if timeout and self.evlooprefcnt > 0 and timeout > 0 else None
        deadline = self.timerq.deadline = None if most is None else monotonic() + most
        while self.evlooprefcnt > 0:
            self._current_loopcnt += 1
            delay = self.timerq.nextfire_delay() if self.timerq.timers else -1.0
            if self._exits.unwatched:
                delay = self._exits.limit(delay)
            if deadline is not None:
                left = deadline - monotonic()
                if left <= 0:
                    raise EngineTimeoutException()
                delay = left if delay < 0 else min(delay, left)
            self._turn(delay if delay < _LONGEST_WAIT else _LONGEST_WAIT)
            if self.timerq.armed_count and self.evlooprefcnt > 0:
                # Else the last command has ended, and autoclosing timers too.
                self.fire_timers()
            if self._exits.unwatched or self._exits.killed:
                self._exits.poll()
            fanout = self.info.get("fanout")
            if fanout != self._prev_fanout:
                self._prev_fanout = fanout
                self._pending.wake_all()
                self.start_clients()

    def _turn(self, delay: float) -> None:
        """Wait up to *delay* seconds, and hand out what is ready."""
        try:
            events = self._wait(delay)
        except InterruptedError as exc:
            if exc.errno != errno.EINTR:  # what a signal's handler has raised
                raise
            return
        self._dispatch(events)

    def _dispatch(self, events: Iterable[tuple[int, int]]) -> None:
        """Hand each of *events* to the client it is for."""
        self._dispatcher.dispatch(events, self.reg_clifds, self._current_loopcnt)

    def reap_later(self, process: Any) -> None:
        """Take over the killed *process*, which nobody will ask for again."""
        self._exits.adopt(process)

    def abort(self, kill: bool) -> None:
        """Leave the loop: by an exception if it runs, else by clearing all."""
        if self.running:
            raise EngineAbortException(kill)
        self.clear(clear_ports=kill)

    def exited(self) -> bool:
        """Return False, as ever: no engine has told of a loop that it has left."""
        return False

    def _debug(self, s: str) -> None:
        """Hook for verbose debugging of the library; does nothing."""
