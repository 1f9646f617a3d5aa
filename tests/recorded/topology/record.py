"""Pickles of a topology tree, as they travel to gateways."""

import base64
import contextlib
import subprocess

from tests.recorded import Recorder

ROUTES = [
    ("admin", "gw[0-1]"),
    ("gw0", "n[0-9]"),
    ("gw1", "sub[01-02]"),
    ("sub[01-02]", "m[1-3]-ib0,x"),
]

CODE = """
import pickle, sys
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Topology import TopologyGraph
graph = TopologyGraph()
for source, target in ROUTES:
    graph.add_route(NodeSet(source), NodeSet(target))
sys.stdout.buffer.write(pickle.dumps(graph.to_tree("admin"), int(sys.argv[1])))
"""


class Trees(Recorder):
    file = "topology/pickles.jsonl"
    keys = ("protocol",)

    def cases(self, peer):
        return [{"protocol": protocol} for protocol in (2, 4)]

    @contextlib.contextmanager
    def player(self, peer):
        code = CODE.replace("ROUTES", repr(ROUTES))

        def play(case):
            pickled = subprocess.check_output([peer, "-c", code, str(case["protocol"])])
            return {"pickle": base64.b64encode(pickled).decode()}

        yield play


RECORDERS = [Trees()]
