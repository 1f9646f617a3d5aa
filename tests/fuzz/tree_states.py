"""Workers over gateways that fail at random moments, aborted at random moments.

    python -m tests.fuzz.tree_states [--count 200] [--seed 1]

Whatever happens: a worker starts once and closes once, last; a node is picked up at most
once and has at most one end; what has started has ended when the run is over; no gateway
is left; the next run works.
"""

import argparse
import contextlib
import os
import random
import sys
import tempfile
from collections import Counter

from ClusterShell.Event import EventHandler
from ClusterShell.Propagation import RouteResolvingError
from ClusterShell.Task import TimeoutError as TaskTimeout
from ClusterShell.Topology import TopologyError
from tests.fixtures.gateway import SERVE
from tests.fixtures.tree import TreeTrace, fresh_tree

#: What gateways do; {wait} is a random time.
SCRIPTS = (
    SERVE,
    "sleep({wait}); fail('ouch', 3)",
    "fail('ouch', 0)",
    "raw(b'Welcome\\n'); recv()",
    "setup(); sleep({wait}); fail('ouch', 3)",
    "setup(); msg = recv(); out(msg, b'x'); sleep({wait}); fail('ouch', 3)",
    "setup(); msg = recv(); ret(msg, 0, msg.target.split(',')[0] + (']' if ',' in msg.target "
    "and '[' in msg.target else '')); sleep({wait}); raw(b'</channel>')",
    "setup(); msg = recv(); send('TIM', srcid=msg.srcid, nodes=msg.target); recv(); recv()",
    "setup(); msg = recv(); send('OUT', b'x', srcid=msg.srcid, nodes='zz'); recv()",
    "setup(); msg = recv(); out(msg, b'a\\nb\\nc'); sleep({wait}); ret(msg, 1); recv(); recv()",
    "hello(); send('ERR', reason='no'); recv()",
    "setup(); recv(); sleep({wait}); send('ERR', reason='no'); recv()",
)
EVENTS = ("start", "pickup", "read", "hup", "routing", "written", "timer", None, None)


def script(rng):
    """Return what the two gateways do."""
    first, second = (rng.choice(SCRIPTS).format(wait=round(rng.random() / 3, 2)) for _ in range(2))

    def block(text):
        return "\n".join("    " + line for line in text.strip("\n").split("\n"))

    return f"if HOST == 'gw1':\n{block(first)}\nelse:\n{block(second)}"


def faults(trace, ended):
    """Return what is wrong with the story of one worker; *ended* unless the run was cut short."""
    names = trace.names()
    found = []
    if names.count("start") > 1 or names.count("close") > 1:
        found.append("started or closed twice")
    if "close" in names and names[-1] != "close":
        found.append("told of something after its end")
    if names and names[0] != "start":
        found.append("told of something before its start")
    if ended and "start" in names and "close" not in names:
        found.append("never closed")
    for event in ("pickup", "hup"):
        twice = [
            node for node, count in Counter(n for n, *_ in trace.of(event)).items() if count > 1
        ]
        if twice:
            found.append(f"{event} twice: {twice}")
    return found


def one(seed, folder, patch):
    """Run one program; return what is wrong."""
    rng = random.Random(seed)
    found = []
    with fresh_tree(folder, patch) as tree:
        tree.gateways(script(rng))
        tree.task.set_info("connect_timeout", 1)
        traces, workers = [], []
        for _ in range(rng.choice((1, 1, 2, 3))):
            trace = TreeTrace()
            nodes = rng.choice(("n1", "n[1-4]", "n[1-8]", "n[1-3],x1", "x1"))
            # A gateway serves its first worker only: the others run out of time.
            command = "sleep 0.1; echo x"
            worker = tree.task.shell(command, nodes=nodes, handler=trace, timeout=1.5)
            if rng.random() < 0.4:
                worker.write(b"input")
                worker.set_write_eof()
            traces.append(trace)
            workers.append(worker)
        for trace in traces:
            event, victim = rng.choice(EVENTS), rng.choice(workers)
            if event == "timer":
                handler = EventHandler()
                handler.ev_timer = lambda _, victim=victim: victim.abort()
                tree.task.timer(rng.random(), handler)
            elif event:
                trace.extra[event] = lambda *_, victim=victim: victim.abort()
        ended = True
        try:
            tree.task.resume(15)
        except (RouteResolvingError, TopologyError):
            ended = False
        except TaskTimeout:
            return [f"seed {seed}: hangs"]
        for trace in traces:
            found += faults(trace, ended)
        if tree.task.gateways:
            found.append("a gateway is left")
        _, trace = tree.run("echo x", nodes="x1")
        if ("hup", "x1", 0) not in trace.events:
            found.append("the next run does not work")
    return [f"seed {seed}: {text}" for text in found]


class Patch:
    """Changes of the environment, as pytest makes them."""

    def setenv(self, name, value):
        """Set a variable."""
        os.environ[name] = value

    def delenv(self, name, raising=True):
        """Delete a variable."""
        os.environ.pop(name, None)


def main():
    """Run many programs; exit with 1 if something is wrong with one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    wrong = []
    for seed in range(args.seed, args.seed + args.count):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(sys.stdout):
            for text in one(seed, folder, Patch()):
                print(text, flush=True)
                wrong.append(text)
    print(f"{args.count} programs, {len(wrong)} faults")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
