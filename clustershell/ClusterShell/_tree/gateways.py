"""The gateways of a task: one channel to each, shared by the workers that need it.

``task.gateways`` maps a gateway to a pair: the worker that runs it, and the set of
tree workers it serves.  With the last of these the gateway ends.  A gateway knows one
topology: where workers of several use the same at once, each has its own, and the key of
all but the first is a pair with the topology.
"""

from __future__ import annotations

from ClusterShell.Engine.Engine import FANOUT_UNLIMITED
from ClusterShell.NodeSet import NodeSet

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_channel_classes: dict[type, type] = {}


def _channel_class(worker_class: Any, channel: Any) -> Any:
    """Return a kind of *worker_class* whose streams have the names that channels know.

    Under these names the task keeps no messages.
    """
    made = _channel_classes.get(worker_class)
    if made is None:
        names = {
            "SNAME_STDIN": channel.SNAME_WRITER,
            "SNAME_STDOUT": channel.SNAME_READER,
            "SNAME_STDERR": channel.SNAME_ERROR,
            "__module__": worker_class.__module__,
            "__doc__": worker_class.__doc__,
        }
        made = _channel_classes[worker_class] = type(worker_class.__name__, (worker_class,), names)
    return made


def _key(task: Any, gateway: str, topology: Any) -> Any:
    """Return the key under which *gateway* serves workers of *topology*, None if it does not."""
    for key in (gateway, (gateway, topology)):
        found = task.gateways.get(key)
        if found is not None and found[0].eh.topology is topology:
            return key
    return None


def channel_to(task: Any, gateway: str, metaworker: Any, join: bool = False) -> Any:
    """Return the channel to *gateway* for *metaworker*, None if there is none.

    :param join: count *metaworker* among those that it serves
    """
    key = _key(task, gateway, metaworker.topology)
    if key is None:
        return None
    worker, metaworkers = task.gateways[key]
    if join:
        metaworkers.add(metaworker)
    return worker.eh


def open_channel(task: Any, gateway: str, metaworker: Any, channel: Any) -> Any:
    """Start *gateway* for *metaworker*, with *channel* as its handler; return its worker."""
    channel.topology = metaworker.topology
    channel.workers[metaworker.srcid] = metaworker
    cls = _channel_class(task.default("distant_worker"), channel)
    worker = cls(
        NodeSet(gateway),
        handler=channel,
        timeout=None,
        command=metaworker.invoke_gateway,
        stderr=True,
        autoclose=True,  # its tree workers hold the loop, if they are to
    )
    # Gateways are not counted: the fanout is that of their targets.
    worker._fanout = FANOUT_UNLIMITED
    worker._update_task_rc = False
    key = gateway if gateway not in task.gateways else (gateway, metaworker.topology)
    task.gateways[key] = (worker, {metaworker})
    task.schedule(worker)
    return worker


def remote_nodes(task: Any) -> Iterator[str]:
    """Iterate over the nodes behind gateways whose commands have not ended."""
    for worker, metaworkers in list(task.gateways.values()):
        for metaworker in list(metaworkers):
            yield from tuple(metaworker.gwtargets.get(worker.eh.gateway, ()))


def release(task: Any, gateway: str, metaworker: Any) -> None:
    """*metaworker* is done with *gateway*, which ends if it serves nobody else."""
    key = _key(task, gateway, metaworker.topology)
    if key is None:
        return
    worker, metaworkers = task.gateways[key]
    metaworkers.discard(metaworker)
    if not metaworkers:
        # First forgotten: whoever comes now needs a new one.
        del task.gateways[key]
        worker.abort()


def forget(task: Any, gateway: str, worker: Any) -> list[Any]:
    """The *worker* of *gateway* has ended: return the tree workers it leaves behind."""
    key = _key(task, gateway, worker.eh.topology)
    if key is None or task.gateways[key][0] is not worker:
        return []
    metaworkers = task.gateways.pop(key)[1]
    return sorted(metaworkers, key=lambda metaworker: metaworker.srcid)
