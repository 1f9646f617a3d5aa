"""Arguments for the kernels of processes and descriptors, with which these do no harm."""

import os
import select
import time

from tests.fuzz.asan.operands import Hostile, HostileOutlet, HostileStream
from tests.fuzz.asan.surface import KERNEL

DATA = [b"n1: a\nn2: b\n", b"a\nb", b"\n\n", b"x" * 200 + b"\n", b"", b"n1:\n:a\n"]

#: What an operand raises instead of an answer.
ERRORS = (TypeError, ValueError, KeyError, IndexError, AttributeError, RuntimeError)
ERRORS += (StopIteration, OverflowError, MemoryError, RecursionError, ZeroDivisionError)


class OfTheSystem:
    """Makes them; the derived class has what is drawn by chance, and makes all other arguments."""

    def objects_of_the_system(self):
        """Return what makes objects of these kernels."""
        streams, dispatch, spawn = (KERNEL[name] for name in ("streams", "dispatch", "spawn"))
        return (
            self.stream,
            lambda: HostileOutlet(self, self.operand(Hostile), self.operand(Hostile)),
            lambda: streams.Outlet(self.operand(Hostile), None, self.operand(Hostile), 1),
            lambda: self.hooks(HostileStream),
            self.service,
            self.feed,
            lambda: dispatch.Dispatcher(),
            lambda: KERNEL["attributes"].Attribute("value"),
            lambda: spawn.Spawner(),
            lambda: spawn._Pipes(),
        )

    def of_the_system(self):
        """Return what makes arguments for kernels of processes and descriptors."""
        rng = self.rng
        streams = KERNEL["streams"]
        return {
            "pids": self.empty,
            "pipes": self.empty,
            "ours": self.empty,
            "argv": self.words,
            "environment": lambda: rng.choice((os.environ.copy, self.table))(),
            "number": lambda: rng.choice((2, 3, 2, 3, self.number(False))),
            "fd_limit": lambda: rng.choice((0, 0, 5, 200, self.number())),
            "events": lambda: [(self.number(), rng.randrange(64)) for _ in range(rng.randrange(4))],
            "registered": self.registered,
            "clients": self.writers,
            "sname": lambda: rng.choice(("stdin", "stdin", self.key())),
            "client": lambda: self.hooks(Hostile) if rng.random() < 0.8 else self.operand(),
            "stream": lambda: rng.choice(
                (self.stream, self.operand, lambda: self.hooks(Hostile))
            )(),
            "owner": lambda: rng.choice((Hostile, streams.StreamBuffers, HostileOutlet)),
        }

    def stream(self):
        """Return a stream that is only read, of a pipe that has something, or of any descriptor."""
        made = HostileStream()
        made.world = self
        odd = (self.number(False), self.number(), None, "1", self.operand())
        fd = self.pipe() if self.rng.random() < 0.7 else self.rng.choice(odd)
        made.hold(fd, 1)
        made.events = 1
        return made

    def pipe(self):
        """Return the reading end of a pipe that has something, or has ended."""
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        os.write(writer, self.rng.choice(DATA))
        if self.rng.random() < 0.3:
            os.close(writer)
        return reader

    def service(self):
        """Return a service for hostile clients, workers and streams as they are."""
        hooks = [self.hooks(cls) for cls in (Hostile, Hostile, HostileStream)]
        return KERNEL["dispatch"].Service(*hooks, False, self.rng.choice(ERRORS))

    def feed(self):
        """Return what writes for hostile clients, workers and streams as they are."""
        hooks = [self.hooks(cls) for cls in (Hostile, Hostile, HostileStream, Hostile)]
        return KERNEL["dispatch"].Feed(*hooks)

    def hooks(self, cls):
        """Return some hooks of a class."""
        return KERNEL["attributes"].Hooks(cls, *self.rng.sample(dir(cls), self.rng.randrange(3)))

    def served(self, thing):
        """Make of *thing*, hostile, a client of the kernel with a worker; return it."""
        thing.key = self.key()
        thing._reg_epoch = self.number()
        thing.worker = self.operand(Hostile)
        thing.worker._outlet = HostileOutlet(self, thing.worker, self.operand(Hostile))
        if self.rng.random() < 0.8:
            thing._service = self.service()
        return thing

    def writers(self):
        """Return clients with a pipe to write to that has room, is full, or has no reader."""
        made = []
        for _ in range(self.rng.randrange(4)):
            stream = HostileStream()
            stream.world = self
            reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
            ends = self.rng.random()
            if ends < 0.2:
                os.close(reader)
            elif ends < 0.4:
                os.write(writer, bytes(1 << 16))
            stream.hold(writer, 4)
            client = self.served(self.operand(Hostile))
            client.streams = {"stdin": stream}
            client._feed = self.feed() if self.rng.random() < 0.8 else None
            made.append(client)
        return made

    def registered(self):
        """Return a table of clients and streams by descriptor."""
        made = {}
        for _ in range(self.rng.randrange(4)):
            stream = self.stream()
            number = stream.fd if type(stream.fd) is int else self.number()
            made[number] = (self.served(self.operand(Hostile)), stream)
        if self.rng.random() < 0.2:
            made[self.number()] = self.argument(False, 2)
        return self.share(made)

    def of_turns(self):
        """Return arguments for turns of a loop that waits for milliseconds."""
        rng = self.rng
        engine, exits, timerq = (self.operand(Hostile) for _ in range(3))
        engine.reg_clifds = self.registered()
        engine.epolling = epoll = select.epoll()
        self.epolls = [*self.epolls[-3:], epoll]
        for fd in engine.reg_clifds:
            try:
                epoll.register(fd, rng.choice((1, 5, 0)))
            except (OSError, TypeError, ValueError, OverflowError):
                continue
        engine._current_loopcnt = self.number()
        engine.evlooprefcnt = rng.choice((0, 1, 1, self.number(), self.operand()))
        engine.info = rng.choice(({"fanout": 64}, self.table(), self.operand()))
        engine.timerq = timerq
        exits.unwatched, exits.killed = {}, []
        timerq.deadline = time.monotonic() + 0.003
        timer = self.operand(Hostile)
        timer.client, timer.fire_date = rng.choice((None, timer)), rng.choice((0, 1e9, timer))
        timerq.timers = rng.choice(([], [timer], self.elements(False, 1)))
        delay = rng.choice((0, 0.001))
        return [engine, exits, rng.choice((64, self.number())), delay, self.hooks(Hostile)]

    def empty(self):
        """Return a list to put something in, seldom an empty one."""
        return self.share([] if self.rng.random() < 0.8 else self.elements(False, 1))

    def words(self):
        """Return the words of a command."""
        rng = self.rng
        program = rng.choice(("/bin/true", b"/bin/true", "true", "/nowhere/at all", self.text()))
        words = [program, *(self.text() for _ in range(rng.randrange(3)))]
        if rng.random() < 0.3:
            words[rng.randrange(len(words))] = self.operand()
        return rng.choice((self.share, tuple))(words)
