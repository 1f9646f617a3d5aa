"""Programs of tasks whose nodes are behind gateways, which run on this machine."""

import functools
import os
import socket
import sys

from tests.fuzz.programs import tasks, workers
from tests.fuzz.programs.forking import Forking

#: Routes below this host.
TOPOLOGIES = [
    [["HERE", "g1"], ["g1", "n[1-9]"]],
    [["HERE", "g[1-2]"], ["g[1-2]", "n[1-9]"]],
    [["HERE", "g[1-2]"], ["g1", "n[1-4]"], ["g2", "n[5-9]"]],
    [["HERE", "g1"], ["g1", "h1"], ["h1", "n[1-9]"]],
]

NODES = ["n1", "n[1-3]", "n[3-6]", "n[1-2],d1", "d[1-2]"]

#: Commands that need no more of a node than its name.
COMMANDS = [
    "true", "echo a", "exit 3", "echo a; echo b", "printf x", "echo e >&2", "echo %h",
    "echo a; echo e >&2; exit 2", "seq 300", "printf 'a\\n\\nb\\n'",
]  # fmt: skip


def draw(rng):
    """Return a random program."""
    works = []
    for _ in range(rng.choice([1, 1, 2])):
        reading = rng.random() < 0.3
        works.append(
            {
                "kind": "tree",
                "nodes": rng.choice(NODES),
                "command": rng.choice(["cat", "wc -c"] if reading else COMMANDS),
                "input": ["in\n", rng.choice(["", "x" * 3000 + "\n"])] if reading else None,
                "event": rng.choice(["ev_start", "ev_close"]),
                "nth": 1,
                "action": rng.choice([["nothing"], ["nothing"], ["timer"], ["info", "fanout"]]),
                "timeout": None,
                "stderr": rng.choice([True, False]),
            }
        )
    if len(works) > 1:
        # Gateways of the released package give input to the newest worker only.
        for work in works:
            if work["input"]:
                work.update(command="true", input=None)
    fanout = rng.choice([64, 64, 2])
    if fanout < 64:
        for work in works:  # the released package does not tell of all starts
            work["event"] = "ev_close"
    return {
        "routes": rng.choice(TOPOLOGIES),
        "afresh": rng.random() < 0.1,
        "file": rng.random() < 0.3,
        "fanout": fanout,
        "stderr": rng.random() < 0.5,
        "trees": None,
        "thread": False,
        "timers": [],
        "ends": "join",
        "questions": workers.draw_questions_of_trees(rng),
        "messages": 0,
        "again": False,
        "work": works,
    }


def explain(program, theirs, ours):
    """Return why two answers may differ, None if they may not."""
    once = without_repetition(theirs)
    if once == ours:
        return "the released package has the results of nodes next to this one twice"
    if program["fanout"] < 64 and without_starts(once) == without_starts(ours):
        return "the released package does not tell of starts that have waited for their turn"
    if shuffled(once) == shuffled(ours):
        return "which worker's output of a node comes first is chance"
    return tasks.explain(program, theirs, ours)


def shuffled(answer):
    """Return an answer in which what a node has written has its bytes in order."""
    if len(answer) != 2 or not isinstance(answer[0], dict):
        return None
    told = [
        [*event[:-1], sorted(event[-1])] if "<task>node_buffer[" in str(event[2]) else event
        for event in answer[0].get('["does", null]', ())
    ]
    return {**answer[0], '["does", null]': told}, answer[1]


def without_repetition(answer):
    """Return an answer in which a task has results of direct nodes as often as its workers."""
    if len(answer) != 2 or not isinstance(answer[0], dict):
        return answer
    seen = {subject: [list(event) for event in events] for subject, events in answer[0].items()}
    told = seen.get('["does", null]', ())
    for event in told:
        if event[2].startswith("<task>iter_"):
            kind = event[2].removeprefix("<task>")
            workers = [e[3] for e in told if e[2].endswith(f">{kind}") and e is not event]
            event[3] = [[value, _once(keys, value, workers)] for value, keys in event[3]]
    return [seen, answer[1]]


def _once(keys, value, workers):
    """Return keys with a direct node as often as workers have this value of it."""
    direct = [key for key in keys if key.startswith("d")]
    told = [key for pairs in workers for other, nodes in pairs if other == value for key in nodes]
    if all(direct.count(key) == 2 * told.count(key) for key in set(direct)):
        return sorted([*direct[::2], *(key for key in keys if key not in direct)])
    return keys


def without_starts(answer):
    """Return an answer without what tells of starts."""
    if len(answer) != 2 or not isinstance(answer[0], dict):
        return None
    kept = {
        subject: [event for event in events if event[0] not in ("ev_start", "ev_pickup")]
        for subject, events in answer[0].items()
    }
    return {subject: events for subject, events in kept.items() if events}, answer[1]


@functools.cache
def forking(folder):
    """Return what makes the gateways of all programs of this process."""
    return Forking(folder)


class Run(tasks.Run):
    """One program at work."""

    SECONDS = 80

    def start(self):
        """Set the topology, then make all that the program is of."""
        from ClusterShell.NodeSet import NodeSet
        from ClusterShell.Topology import TopologyGraph

        here = socket.gethostname()
        routes = [[end.replace("HERE", here) for end in ends] for ends in self.program["routes"]]
        if self.program["file"]:
            path = os.path.join(self.folder, "topology.conf")
            with open(path, "w") as file:
                file.write("[routes]\n" + "".join(f"{a}: {b}\n" for a, b in routes))
            self.trace.attempt("load_topology", self.task.load_topology, path)
        else:
            graph = TopologyGraph()
            for ends in routes:
                graph.add_route(*map(NodeSet, ends))
            self.task.topology = graph.to_tree(here)
        self.task.set_default("auto_tree", True)
        python = sys.executable if self.program["afresh"] else forking(self.folder).python
        os.environ["CLUSTERSHELL_GW_PYTHON_EXECUTABLE"] = python
        return super().start()


class Runner(tasks.Runner):
    """Runs programs, one after the other, in this process."""

    Run = Run
