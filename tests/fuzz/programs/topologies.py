"""Programs on topologies: routes, files, and what is asked of the trees they make."""

import tempfile

NODES = ["r", "g1", "g[1-2]", "g[3-4]", "g3", "n[1-3]", "n[1-9]", "n[4-6]", "n1", "m", "x[1-2]y1"]
APART = ["r", "g[1-2]", "g[3-4]", "n[1-3]", "n[4-6]", "m", "x[1-2]y1"]
ODD = ["n[", "", "@nosuch", "5", "=", "#"]
EMPTY = ["AssertionError", "empty nodeset in child"]
ROOTS = ["r", "g1", "g[1-2]", "n1", "m", "nosuch", "x1y1"]


def draw(rng):
    """Return a random program: [way, routes, roots]."""
    routes = []
    nodes = APART if rng.random() < 0.85 else NODES
    for _ in range(rng.randrange(1, 6)):
        ends = [rng.choice(ODD if rng.random() < 0.03 else nodes) for _ in range(2)]
        routes.append(ends)
    way = rng.choice(["add", "add", "file", "file", "section"])
    return [way, routes, [rng.choice(ROOTS) for _ in range(rng.randrange(1, 4))]]


def explain(program, theirs, ours):
    """Return why two answers may differ, None if they may not."""
    differing = [pair for pair in zip(theirs, ours) if pair[0] != pair[1]]
    if len(theirs) == len(ours) and all(
        one == EMPTY and isinstance(other, list) and other[0] == "TopologyError"
        for one, other in differing
    ):
        return "of a route of no nodes and a wrong root, the other one is named"
    if len(theirs) == len(ours) and all(undrawn(*pair) for pair in differing):
        return "where a root that is below others stands among its siblings in a drawing"
    if program[0] != "add" and all(
        isinstance(answer, list) and len(answer) == 2 and answer[0].endswith("Error")
        for answer in [*theirs, *ours]
    ):
        return "of several faults of a file, another one is named"
    if (
        differing
        and "Loop detected!" in str(differing[0][1])
        and "Loop" not in str(differing[0][0])
    ):
        return "routes of which some nodes lead back to their start are refused"
    if not any(end in NODES and end not in APART for ends in program[1] for end in ends):
        return None
    # Trees may differ, what is refused may not.
    if [type(answer) for answer in theirs] == [type(answer) for answer in ours]:
        return "routes whose ends overlap in part: the released package has groups twice"
    return None


def undrawn(one, other):
    """Return whether two trees differ in their drawings only."""
    trees = isinstance(one, list) and isinstance(other, list)
    return trees and len(one) == len(other) == 7 and one[1:] == other[1:]


def outcome(function, *args):
    """Return what a call returns, or class and text of what it raises."""
    try:
        return function(*args)
    except Exception as exc:
        return [type(exc).__name__, str(exc)]


def described(tree):
    """Return all that a tree tells."""
    return [
        str(tree),
        [str(group.nodeset) for group in tree.groups],
        [str(group.parent and group.parent.nodeset) for group in tree.groups],
        [str(group.children_ns()) for group in tree.groups],
        tree.inner_node_count(),
        tree.leaf_node_count(),
        [
            outcome(lambda n=n: str(tree.find_nodegroup(n).nodeset))
            for n in ("r", "g1", "n1", "n5", "m", "nosuch")
        ],
    ]


def run(program):
    """Run a program; return what was read."""
    from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet
    from ClusterShell.Topology import TopologyGraph, TopologyParser

    way, routes, roots = program
    seen = []
    # One graph or file for each root: the released package makes but one good tree of it.
    if way == "add":
        for root in roots:
            graph = TopologyGraph()
            for ends in routes:

                def add(graph=graph, ends=ends):
                    graph.add_route(*(NodeSet(end, resolver=RESOLVER_NOGROUP) for end in ends))

                seen.append(outcome(add))
            seen.append(outcome(str, graph))
            for node in ("r", "g1", "n1", "nosuch"):
                seen.append(outcome(lambda n=node, g=graph: str(g.dest(n))))
            seen.append(outcome(lambda r=root, g=graph: described(g.to_tree(r))))
        return seen
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        section = "routes" if way == "file" else "Main"
        file.write(f"[{section}]\n" + "".join(f"{a}: {b}\n" for a, b in routes))
        file.flush()
        for root in roots:
            try:
                parser = TopologyParser(file.name)
            except Exception as exc:
                seen.append([type(exc).__name__, str(exc).replace(file.name, "FILE")])
            else:
                seen.append(outcome(lambda r=root, p=parser: described(p.tree(r))))
    return seen
