"""What is said about results: gathered output, exit codes, timeouts."""

from __future__ import annotations

from operator import itemgetter

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_QUIET, _STD = 0, 1  # levels of verbosity, as in Display


def say_exit(display: Any, prog: str, nodes: object, rc: int) -> None:
    """Say that `nodes` exited with `rc`; not when quiet about what -S tells."""
    if rc > 0:
        level = _STD if display.maxrc else _QUIET
        display.vprint_err(level, f"{prog}: {nodes}: exited with exit code {rc}")


def say_timeout(display: Any, prog: str, worker: Any) -> None:
    """Say which nodes ran out of time, if any did."""
    from ClusterShell.NodeSet import NodeSet

    nodes = NodeSet._fromlist1(worker.iter_keys_timeout())
    if nodes:
        display.vprint_err(_QUIET, f"{prog}: {nodes}: command timeout")


def say_failures(display: Any, prog: str, worker: Any) -> None:
    """Tell of failures and timeouts, nodes with the same one together."""
    from ClusterShell.NodeSet import NodeSet

    if not hasattr(worker, "iter_retcodes"):  # a local command
        rc = worker.retcode()
        if rc:
            say_exit(display, prog, worker.key, rc)
        return
    for rc, nodes in worker.iter_retcodes():
        if rc:
            nodeset = NodeSet._fromlist1(nodes)
            count = ""
            if display.verbosity >= _STD and len(nodeset) > 1:
                count = f" ({len(nodeset)})"
            say_exit(display, prog, f"{nodeset}{count}", rc)
    say_timeout(display, prog, worker)


def compared_nodes(worker: Any, interrupted: bool) -> Iterable[list[Any]]:
    """Yield the keys of nodes whose output is compared: those with the same exit code, 0 first.

    Those that ran out of time come last, as far as they have sent anything.

    interrupted: after Ctrl-C all that have sent anything are.
    """
    if interrupted:
        yield [key for _, keys in worker.iter_buffers() for key in keys]
        return
    for _, nodes in sorted(worker.iter_retcodes(), key=itemgetter(0)):
        yield list(nodes)
    late = list(worker.iter_keys_timeout())
    if late:
        yield [key for _, keys in worker.iter_buffers(late) for key in keys]


def show_gathered(display: Any, worker: Any, nodes: list[Any]) -> None:
    """Show the output of `nodes`, keys of `worker`, the same output once."""
    from ClusterShell.CLI.Utils import bufnodeset_cmpkey
    from ClusterShell.NodeSet import NodeSet

    buffers = [(buf, NodeSet._fromlist1(keys)) for buf, keys in worker.iter_buffers(nodes)]
    shown = NodeSet()
    for buf, nodeset in sorted(buffers, key=bufnodeset_cmpkey):
        display.print_gather(nodeset, buf)
        shown.update(nodeset)
    silent = NodeSet._fromlist1(nodes) - shown
    if silent:
        display.print_gather_finalize(silent)


def show_sorted(display: Any, worker: Any, nodes: list[Any]) -> None:
    """Show the output of `nodes`, keys of `worker`, in the order of nodes."""
    from ClusterShell.NodeSet import NodeSet

    texts = {key: buf for buf, keys in worker.iter_buffers(nodes) for key in keys}
    for node in NodeSet._fromlist1(texts):
        display.print_gather(NodeSet(node), texts[node])


def show_local(display: Any, worker: Any) -> None:
    """Show the output of `worker`, a local command."""
    from ClusterShell.NodeSet import NodeSet

    text = worker.read()
    if text:
        display.print_gather(NodeSet(worker.key), text)
