"""What is said about results: gathered output, exit codes, timeouts."""

from __future__ import annotations

from operator import itemgetter

from ClusterShell._cli import levels

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


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
    if not hasattr(worker, "iter_retcodes"):  # it has run one command, here: no nodes
        late = worker.key
    else:
        late = nodeset(worker.iter_keys_timeout()) if worker.num_timeout() else None
    if late:
        display.vprint_err(levels.QUIET, f"{prog}: {late}: command timeout")


def report_failures(display: Any, prog: str, worker: Any, results: list[tuple[int, Any]]) -> None:
    """Tell of failures and timeouts, nodes with the same one together.

    :param results: exit codes, each with the NodeSet of the nodes that gave it
    """
    for rc, nodes in results:
        if rc:
            count = ""
            if display.verbosity >= levels.STD and len(nodes) > 1:
                count = f" ({len(nodes)})"
            report_exit(display, prog, f"{nodes}{count}", rc)
    report_timeouts(display, prog, worker)


def report_reroute(display: Any, prog: str, targets: Any, gateway: Any) -> None:
    """Say that nodes are reached in another way."""
    text = f"rerouting commands for {targets} due to the failure of gateway {gateway}"
    display.vprint_err(levels.STD, f"{prog}: {text}")


def report_copies(display: Any, worker: Any, reverse: bool) -> None:
    """Say, when verbose, which copies have been made.

    :param reverse: whether they are from the nodes
    """
    for rc, nodes in worker.iter_retcodes():
        if rc == 0:
            copies = nodeset(nodes)
            if reverse:
                text = f"{copies}:`{worker.source}' -> `{worker.dest}'"
            else:
                text = f"`{worker.source}' -> {copies}:`{worker.dest}'"
            display.vprint(levels.VERB, text)


def compared(
    worker: Any, results: list[tuple[int, Any]], interrupted: bool
) -> Iterator[tuple[Iterable[tuple[Any, Any]], Any]]:
    """Yield what is compared with each other: (messages with their nodes, all nodes or None).

    That is the output of nodes with the same exit code, 0 first, then that of nodes
    which ran out of time.  Nodes that have sent nothing count where all are given.

    :param results: as for :func:`report_failures`
    :param interrupted: after Ctrl-C the output of all nodes is compared
    """
    late = worker.num_timeout()
    if interrupted:
        yield worker.iter_buffers(), None
    elif len(results) == 1 and not late:
        # All of them: nobody need be looked for.
        yield worker.iter_buffers(), results[0][1]
    else:
        for _, nodes in sorted(results, key=itemgetter(0)):
            yield worker.iter_buffers(nodes), nodes
        if late:
            yield worker.iter_buffers(nodeset(worker.iter_keys_timeout())), None


def show_gathered(display: Any, buffers: Iterable[tuple[Any, Any]], nodes: Any) -> None:
    """Show messages with their nodes, then which of `nodes`, if they are given, had none."""
    buffers = list(buffers)
    if display.similar is not None:
        buffers[:] = display.similar.merge(buffers, display.shows_differences)
    if len(buffers) > 1:
        from ClusterShell._cli.helpers import rank

        buffers.sort(key=lambda pair: rank(pair[1]))
    for buf, senders in buffers:
        display.print_gather(senders, buf)
    if nodes is not None and display.shows_differences:
        silent = nodes.copy()
        for _, senders in buffers:
            silent.difference_update(senders)
        if silent:
            display.print_gather_finalize(silent)


def show_sorted(display: Any, buffers: Iterable[tuple[Any, Any]]) -> None:
    """Show the message of each node, in the order of nodes."""
    texts = {key: buf for buf, keys in buffers for key in keys}
    for node in nodeset(texts):
        display.print_gather(nodeset((node,)), texts[node])
