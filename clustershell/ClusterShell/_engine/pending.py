"""Clients that wait to be started, in order of arrival, within their fanouts."""

from __future__ import annotations

from collections import deque

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Set
    from typing import Any, Callable

    from ClusterShell._engine.client import Client

#: Group of all clients whose worker has no fanout of its own.
DEFAULT_GROUP = "default"


def fanout_group(client: Client) -> Any:
    """Return what *client* shares its fanout with: its worker, or the whole task."""
    worker = client.worker
    if worker is None or worker._fanout is None:
        return DEFAULT_GROUP
    return worker


class StarvedError(OSError):
    """No descriptor, process or memory is left to start a client: it may wait for some.

    A class of its own, since handlers that are called while a client starts may raise
    the same errors for reasons of theirs.
    """


class PendingQueue:
    """Queue of clients by fanout group.

    A group is looked at only when something about it has changed (a client came
    in, a place became free, a fanout was set), so the cost of starting a client
    does not depend on how many others wait.

    :param members: the clients of the engine; one that has left waits no more
    :param has_place: function that tells whether the fanout of a client leaves room for it
    """

    __slots__ = ("_groups", "_has_place", "_members", "_ready")

    def __init__(self, members: Set[Client], has_place: Callable[[Client], bool]) -> None:
        self._members = members
        self._has_place = has_place
        self._groups: dict[Any, deque] = {}
        self._ready: dict[Any, None] = {}

    def append(self, client: Client) -> None:
        """Queue *client* last of its group."""
        group = fanout_group(client)
        queue = self._groups.get(group)
        if queue is None:
            queue = self._groups[group] = deque()
        queue.append(client)
        self._ready[group] = None

    def put_back(self, client: Client) -> None:
        """Queue *client*, which could not be started, first of its group."""
        self._groups.setdefault(fanout_group(client), deque()).appendleft(client)

    def wake(self, group: Any) -> None:
        """A place has become free in *group*."""
        if group in self._groups:
            self._ready[group] = None

    def wake_all(self) -> None:
        """Fanouts may have changed: look at all groups again."""
        self._ready = dict.fromkeys(self._groups)

    def refile(self, worker: Any) -> None:
        """The fanout of *worker* was set: move its waiting clients where they belong."""
        for group, queue in list(self._groups.items()):
            if group is worker and worker._fanout is not None:
                self._ready[group] = None  # they are where they belong
                continue
            moved = [client for client in queue if client.worker is worker]
            if moved:
                kept = [client for client in queue if client.worker is not worker]
                queue.clear()
                queue.extend(kept)
                for client in moved:
                    self.append(client)

    def next(self) -> Client | None:
        """Take and return the next client that may be started now, or None."""
        while self._ready:
            group = next(iter(self._ready))
            queue = self._groups.get(group)
            while queue:
                client = queue[0]
                if client not in self._members:
                    queue.popleft()  # removed while it waited
                elif self._has_place(client):
                    return queue.popleft()
                else:
                    break
            if not queue:
                self._groups.pop(group, None)
            del self._ready[group]
        return None

    def clear(self) -> None:
        """Forget all."""
        self._groups.clear()
        self._ready.clear()
