"""What gateways cost where connections are real: one sshd of this machine is all nodes.

    python -m benchmarks.over_ssh [--nodes 1200] [--rounds 3] [--leaves 10000] [--python PYTHON]

Runs a command on nodes whose names do not fold, without gateways and through four of them, in
turns, and prints the seconds of both and the median of their ratios, which is to be at most
1.1; then a command on many leaves that four gateways run themselves, with the memory that a
leaf needs at the head node.  PYTHON has the package to measure, by default this one's.

Needs Debian's ``openssh-server`` and ``openssh-client``, and a machine that does nothing else: a
connection costs the same with and without gateways, a tenth of a second of one core.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.environments import ROOT
from benchmarks.workloads.tree import FANOUT, names
from tests.fixtures.sshd import running_sshd

#: Most times that commands may take through gateways what they take without.
MOST = 1.1

GATEWAYS = "gw[1-4]"


def run(options: str, topology: str, nodes: str, remote: bool) -> dict[str, float]:
    """Run a command on *nodes* as a program of a user does; return seconds and bytes.

    :param options: for ssh
    :param topology: file of the routes; empty without gateways
    """
    from ClusterShell.NodeSet import NodeSet
    from ClusterShell.Task import task_self

    task = task_self()
    task.set_info("fanout", FANOUT)
    task.set_info("ssh_options", options)
    if topology:
        task.load_topology(topology)
    count = len(NodeSet(nodes))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    task.run("true", nodes=nodes, tree=bool(topology), **({} if remote else {"remote": False}))
    seconds = time.perf_counter() - started
    codes = [(rc, len(keys)) for rc, keys in task.iter_retcodes()]
    assert codes == [(0, count)], codes
    kept = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"seconds": seconds, "bytes": kept * 1024 / count}


def measure(python: str, options: str, topology: str, nodes: str, remote: bool) -> dict[str, float]:
    """Return what ``run()`` does in a process of *python*."""
    program = (
        "import sys, json; from benchmarks.over_ssh import run; "
        "json.dump(run(*json.load(sys.stdin)), sys.stdout)"
    )
    done = subprocess.run(
        [python, "-c", program],
        input=json.dumps([options, topology, nodes, remote]),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "CLUSTERSHELL_GW_PYTHON_EXECUTABLE": python,
            "CLUSTERSHELL_GW_LOG_DIR": "/nonexistent",
        },
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def written(path: Path, nodes: str) -> str:
    """Write the routes to *nodes* behind four gateways to *path*; return its name."""
    here = os.uname().nodename.split(".")[0]
    path.write_text(f"[routes]\n{here}: {GATEWAYS}\n{GATEWAYS}: {nodes}\n")
    return str(path)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.over_ssh",
        description=__doc__.partition("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--nodes", type=int, default=1_200, help="reached with and without gateways, in turns")
    add("--rounds", type=int, default=3, help="how many turns")
    add("--leaves", type=int, default=10_000, help="nodes of the command that gateways run")
    add("--python", default=sys.executable, help="has the package to measure")
    options = parser.parse_args()
    ratios = []
    with tempfile.TemporaryDirectory() as name, running_sshd(name) as server:
        folder = Path(name)
        nodes = names(options.nodes)
        routes = written(folder / "routes", nodes)
        for number in range(options.rounds):
            turn = ["", routes] if number % 2 == 0 else [routes, ""]
            took = {
                topology: measure(options.python, server.options, topology, nodes, True)["seconds"]
                for topology in turn
            }
            ratios.append(took[routes] / took[""])
            print(
                f"{options.nodes} names over ssh: {took['']:.1f} s flat, {took[routes]:.1f} s "
                f"through 4 gateways, ratio {ratios[-1]:.2f}",
                flush=True,
            )
        if options.leaves:
            leaves = f"n[1-{options.leaves}]"
            routes = written(folder / "leaves", leaves)
            found = measure(options.python, server.options, routes, leaves, False)
            print(
                f"{options.leaves} leaves that 4 gateways run: {found['seconds']:.1f} s, "
                f"{found['bytes']:.0f} bytes of the head node for each"
            )
    if ratios:
        print(f"median ratio {statistics.median(ratios):.2f}, at most {MOST}")
        return int(statistics.median(ratios) > MOST)
    return 0


if __name__ == "__main__":
    sys.exit(main())
