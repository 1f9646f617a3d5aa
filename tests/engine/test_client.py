"""The protocol of clients: all that an engine asks of what it is given."""

import os

from ClusterShell._engine import client as protocol
from ClusterShell.Engine.Engine import E_READ, EngineBaseTimer
from ClusterShell.Worker.EngineClient import EngineClient, EngineClientStream


class Streams(dict):
    def retained(self):
        return any(stream.fd is not None for stream in self.values())


class Reader(EngineBaseTimer):
    """A client of the least: what ``_engine/client.py`` lists, and no base but a timer's."""

    def __init__(self, fd):
        EngineBaseTimer.__init__(self, None)
        self.delayable = True
        self.worker = None
        self.registered = False
        self.streams = Streams(out=EngineClientStream("out", fd, E_READ))
        self.seen = []

    def _start(self):
        self.seen.append("start")

    def _start_failed(self, exc):
        raise exc

    def _on_ready(self, stream, event):
        data = os.read(stream.fd, 100)
        self.seen.append(data)
        if not data:
            self._engine.remove_stream(self, stream)

    def _close_stream(self, sname):
        self.streams[sname].close()

    def _exited(self):
        return True

    def _close(self, abort, timeout):
        self.seen.append(("close", abort, timeout))

    def _discard(self):
        self.seen.append("discard")

    def _fire(self):
        self._engine.remove(self, abort=True, did_timeout=True)


def test_object_that_has_the_protocol_is_served(task):
    ours, theirs = os.pipe()
    reader = Reader(ours)
    task._engine.add(reader)
    os.write(theirs, b"one")
    os.close(theirs)
    task.resume(30)
    assert reader.seen == ["start", b"one", b"", ("close", False, False)]


def test_its_time_is_over(task):
    ours, theirs = os.pipe()
    reader = Reader(ours)
    reader.fire_delay = 0.01
    task._engine.add(reader)
    task.resume(30)
    assert reader.seen == ["start", ("close", True, True)]
    os.close(ours)
    os.close(theirs)


def test_what_never_starts_is_discarded(task):
    ours, theirs = os.pipe()
    reader = Reader(ours)
    task._engine.add(reader)
    task.abort()
    assert reader.seen == ["discard"]
    os.close(ours)
    os.close(theirs)


def test_our_clients_have_all_of_it():
    listed = {*vars(protocol.Client), *vars(protocol.Timed), *protocol.Client.__annotations__}
    names = {name for name in listed if not name.startswith(("__", "_abc", "_is_"))}
    client = EngineClient(None, "key", False, None, False)
    assert {name for name in names if not hasattr(client, name)} == {"popen"}
