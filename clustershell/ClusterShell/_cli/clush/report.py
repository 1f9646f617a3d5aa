"""What is said about results: gathered output, exit codes, timeouts."""

from __future__ import annotations

from operator import itemgetter

from ClusterShell._cli import levels

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


def is_local(worker: Any) -> bool:
    """Return whether `worker` runs one command, here, and has no nodes to tell of."""
    return not hasattr(worker, "iter_retcodes")


def nodeset(nodes: Iterable[str]) -> Any:
    """Return the NodeSet of `nodes`, names that are not to be read."""
    from ClusterShell.NodeSet import NodeSet

    return NodeSet._fromlist1(nodes)


def report_exit(display: Any, prog: str, nodes: object, rc: int) -> None:
    """Say that `nodes` exited with `rc`; not when quiet about what -S tells."""
    if rc > 0:
        level = levels.STD if display.maxrc else levels.QUIET
        display.vprint_err(level, f"{prog}: {nodes}: exited with exit code {rc}")


def report_timeouts(display: Any, prog: str, worker: Any) -> None:
    """Say which nodes ran out of time, if any did."""
    nodes = worker.key if is_local(worker) else nodeset(worker.iter_keys_timeout())
    if nodes:
        display.vprint_err(levels.QUIET, f"{prog}: {nodes}: command timeout")


def report_failures(display: Any, prog: str, worker: Any) -> None:
    """Tell of failures and timeouts, nodes with the same one together."""
    for rc, nodes in worker.iter_retcodes():
        if rc:
            count = ""
            if display.verbosity >= levels.STD and len(nodes) > 1:
                count = f" ({len(nodes)})"
            report_exit(display, prog, f"{nodes}{count}", rc)
    report_timeouts(display, prog, worker)


def compared_nodes(worker: Any, interrupted: bool) -> Iterator[Any]:
    """Yield sets of nodes whose output is compared: those with the same exit code, 0 first.

    Those that ran out of time come last, as far as they have sent anything.

    :param interrupted: after Ctrl-C all nodes that have sent anything are compared
    """
    if interrupted:
        yield _senders(worker.iter_buffers())
        return
    for _, nodes in sorted(worker.iter_retcodes(), key=itemgetter(0)):
        yield nodes
    late = nodeset(worker.iter_keys_timeout())
    if late:
        yield _senders(worker.iter_buffers(late))


def _senders(buffers: Iterable[tuple[Any, Any]]) -> Any:
    nodes = nodeset(())
    for _, keys in buffers:
        nodes.update(keys)
    return nodes


def show_gathered(display: Any, worker: Any, nodes: Any) -> None:
    """Show the output of `nodes`, a NodeSet, the same output once."""
    from ClusterShell.CLI.Utils import bufnodeset_cmpkey

    buffers = sorted(worker.iter_buffers(nodes), key=bufnodeset_cmpkey)
    for buf, senders in buffers:
        display.print_gather(senders, buf)
    if sum(len(senders) for _, senders in buffers) < len(nodes):
        display.print_gather_finalize(nodes - _senders(buffers))


def show_sorted(display: Any, worker: Any, nodes: Any) -> None:
    """Show the output of `nodes`, a NodeSet, in the order of nodes."""
    texts = {key: buf for buf, keys in worker.iter_buffers(nodes) for key in keys}
    for node in nodeset(texts):
        display.print_gather(nodeset((node,)), texts[node])
