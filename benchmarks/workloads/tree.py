"""Trees of gateways, all of the package that is measured, through the public Task API.

In place of ssh there is a shell that runs the command here: what is measured is what
head and gateways do, not what connections cost.
"""

import os
import shutil
import sys
import tempfile
import weakref
from pathlib import Path

from benchmarks.workloads import sized, workload

GROUP = "Trees of gateways"
FLAT = "1,200 names that do not fold, without gateways"

FANOUT = 64

SSH = """\
#!/bin/sh
while getopts F:l:o: _; do :; done
shift $OPTIND
exec /bin/sh -c "$*"
"""


class Tree:
    """A task of its own for each run, with a topology of *routes* below this machine."""

    def __init__(self, *routes: str) -> None:
        from ClusterShell.Task import _getshorthostname

        folder = Path(tempfile.mkdtemp())
        weakref.finalize(self, shutil.rmtree, folder)  # as long as the callable
        self._ssh = folder / "ssh"
        self._ssh.write_text(SSH)
        self._ssh.chmod(0o755)
        self._topology = folder / "topology.conf"
        self._topology.write_text("\n".join(["[routes]", f"{_getshorthostname()}: {routes[0]}"]))
        with self._topology.open("a") as file:
            file.write("\n" + "\n".join(routes[1:]) + "\n")

    def run(self, command, nodes, codes=0, tree=True, **settings):
        """Run *command* on *nodes*; return the number of lines that came."""
        from ClusterShell.Task import task_self, task_terminate

        os.environ["CLUSTERSHELL_GW_PYTHON_EXECUTABLE"] = sys.executable
        task_terminate()
        task = task_self()
        task.set_info("fanout", FANOUT)
        task.set_info("ssh_path", str(self._ssh))
        task.set_info("grooming_delay", settings.pop("grooming_delay", 0.25))
        if tree:
            task.load_topology(str(self._topology))
        worker = task.shell(command, nodes=nodes, tree=tree, **settings)
        task.resume()
        assert task.max_retcode() == codes, [rc for rc, _nodes in task.iter_retcodes()]
        lines = sum(bytes(text).count(b"\n") + 1 for text, _nodes in worker.iter_buffers())
        task_terminate()
        return lines


def names(count):
    """Return names that do not fold."""
    return ",".join(f"n{index}x{index * 7 % 1000}" for index in range(count))


@workload(GROUP, FLAT, must=1)
def flat(scale):
    nodes, made = names(sized(1_200, scale)), Tree("gw", "gw: n")
    return lambda: made.run("true", nodes, tree=False)


@workload(
    GROUP,
    "1,200 names that do not fold, through 4 gateways",
    must=1,
    bound="at most 1.1 × the time without gateways",
)
def through_gateways(scale):
    nodes = names(sized(1_200, scale))
    made = Tree("gw[1-4]", f"gw[1-4]: {nodes}")
    return lambda: made.run("true", nodes)


@workload(GROUP, "1,000 leaves behind 2 gateways, run on these", must=1, aim=2)
def on_gateways(scale):
    count = sized(1_000, scale)
    made = Tree("gw[1-2]", f"gw[1-2]: n[1-{count}]")
    return lambda: made.run("true", f"n[1-{count}]", remote=False)


def relayed(levels, **settings):
    """Return the workload that relays lines over *levels* of gateways."""

    def make(scale):
        count = sized(100_000, scale)
        below = [f"gw{level}: gw{level + 1}" for level in range(1, levels)]
        made = Tree("gw1", *below, f"gw{levels}: n[1-2]")

        def run():
            assert made.run(f"seq 1 {count}", "n1", remote=False, **settings) == count

        return run

    return make


workload(GROUP, "100,000 lines through one gateway", must=5)(relayed(1))
workload(GROUP, "100,000 lines through one gateway, no grooming", must=5)(
    relayed(1, grooming_delay=0)
)
workload(GROUP, "100,000 lines through two gateways", must=5)(relayed(2))
workload(GROUP, "100,000 lines through two gateways, no grooming", must=5)(
    relayed(2, grooming_delay=0)
)


STALLED = "100,000 lines through one gateway, to a head node that stalls for a second"


@workload(GROUP, STALLED, must=1, bound="memory: 30 MiB at the head node")
def stalled(scale):
    import time

    from ClusterShell.Event import EventHandler

    class Stalls(EventHandler):
        """Stands for a terminal that shows nothing more for a while."""

        count = 0

        def ev_read(self, worker, node, sname, msg):
            self.count += 1
            if self.count == 1:
                time.sleep(1)

    count = sized(100_000, scale)
    made = Tree("gw1", "gw1: n[1-2]")

    def run():
        handler = Stalls()
        made.run(f"seq 1 {count}", "n1", remote=False, handler=handler, grooming_delay=0)
        assert handler.count == count

    return run


@workload(
    GROUP,
    "10,000 leaves behind 4 gateways, run on these",
    bound="2 KiB a node at the head",
    peer=False,
)
def many_leaves(scale):
    count = sized(10_000, scale)
    made = Tree("gw[1-4]", f"gw[1-4]: n[1-{count}]")
    return lambda: made.run("true", f"n[1-{count}]", remote=False)
