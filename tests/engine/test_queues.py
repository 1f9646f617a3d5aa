"""What waits: clients for a place in their fanout, and for their process to end."""

from types import SimpleNamespace

from ClusterShell._engine.exits import ExitQueue
from ClusterShell._engine.pending import DEFAULT_GROUP, PendingQueue, fanout_group


class Places:
    """As many places as there are, for each group."""

    def __init__(self, **free):
        self.free = free

    def __call__(self, client):
        left = self.free.get(str(fanout_group(client)), 1)
        return left > 0


class Worker:
    def __init__(self, name, fanout=None):
        self.name, self._fanout = name, fanout

    def __repr__(self):
        return self.name


def client(name, worker=None):
    return SimpleNamespace(name=name, worker=worker)


class Queue:
    def __init__(self, places=None):
        self.members = []
        self.queue = PendingQueue(self.members, places or Places())

    def add(self, *clients):
        for one in clients:
            self.members.append(one)
            self.queue.append(one)

    def all(self):
        return [one.name for one in iter(self.queue.next, None)]


def test_clients_start_in_order_of_arrival():
    queue = Queue()
    queue.add(client("a"), client("b"), client("c"))
    assert queue.all() == ["a", "b", "c"]
    assert queue.all() == []


def test_a_client_that_has_left_waits_no_more():
    queue = Queue()
    queue.add(client("a"), client("b"))
    del queue.members[0]
    assert queue.all() == ["b"]


def test_a_worker_with_a_fanout_waits_by_itself():
    full, other = Worker("full", 1), Worker("other")
    queue = Queue(places := Places(full=0))
    assert fanout_group(client("x", other)) == DEFAULT_GROUP
    queue.add(client("a", full), client("b", other), client("c"))
    assert queue.all() == ["b", "c"]
    places.free["full"] = 1
    assert queue.all() == []  # nobody has said so
    queue.queue.wake(full)
    assert queue.all() == ["a"]


def test_one_that_could_not_start_is_the_next():
    queue = Queue()
    queue.add(client("a"), client("b"))
    first = queue.queue.next()
    queue.queue.put_back(first)
    queue.queue.wake(DEFAULT_GROUP)
    assert queue.all() == ["a", "b"]


def test_a_fanout_that_is_set_late_moves_those_that_wait():
    worker = Worker("worker")
    queue = Queue(Places(worker=0))
    queue.add(client("a", worker), client("b"))
    worker._fanout = 4
    queue.queue.refile(worker)
    assert queue.all() == ["b"]
    queue.queue.clear()
    queue.queue.wake_all()
    assert queue.all() == []


class Engine:
    evlooprefcnt = 0
    _current_loopcnt = 7

    def __init__(self):
        self.reg_clifds = {}
        self.removed = []

    def remove(self, client):
        self.removed.append(client)


class Process:
    """Ends when it has been asked so many times."""

    pid = 1

    def __init__(self, looks):
        self.looks = looks

    def poll(self):
        self.looks -= 1
        return 0 if self.looks <= 0 else None


class Ending:
    autoclose = False

    def __init__(self, looks):
        self.popen = Process(looks)

    def _exited(self):
        return self.popen.poll() is not None


def test_processes_are_looked_at_where_nothing_tells_of_them(monkeypatch):
    monkeypatch.setattr("ClusterShell._engine.exits._PIDFD_OPEN", None)
    engine, slow, quick = Engine(), Ending(3), Ending(1)
    queue = ExitQueue(engine)
    queue.watch(slow)
    queue.watch(slow)
    queue.watch(quick)
    assert engine.evlooprefcnt == 2
    assert 0 < queue.limit(-1) < queue.limit(-1) <= queue.limit(100) < 1
    assert queue.limit(0.0001) == 0.0001
    queue.poll()
    assert engine.removed == [quick]
    for one in (quick, slow, slow):
        queue.forget(one)
    assert (engine.evlooprefcnt, queue.limit(5)) == (0, 5)


def test_killed_processes_are_reaped():
    queue = ExitQueue(Engine())
    queue.adopt(Process(1))  # has ended
    assert queue.killed == []
    queue.adopt(Process(5))
    queue.poll()
    assert len(queue.killed) == 1
    queue.reap()
    assert queue.killed == []
