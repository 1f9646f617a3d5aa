"""Records of runs, which no other subject has."""

import os
import tempfile
import weakref

from benchmarks.workloads import sized, workload


@workload(
    "Commands",
    "keep the record of a run on 10,000 nodes",
    bound="at most 20 ms",
    peer=False,
)
def keep_record(scale):
    from ClusterShell._cli.clush.outcomes import Outcomes
    from ClusterShell._cli.clush.recording import Recorder
    from ClusterShell.NodeSet import NodeSet

    folder = tempfile.TemporaryDirectory()
    os.environ["XDG_STATE_HOME"] = folder.name
    nodes = NodeSet(f"node[1-{sized(10_000, scale)}]")
    outcomes = Outcomes(nodes)
    for index, node in enumerate(nodes):
        outcomes.started(node)
        outcomes.ended(node, 1 if index % 7 == 0 else 0)
    outcomes.over()

    def keep():
        outcomes._names = None  # as in a run that has just ended
        Recorder(outcomes, {"command": "true"}, lambda text: None).over()

    weakref.finalize(keep, folder.cleanup)
    return keep
