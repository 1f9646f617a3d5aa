"""Run very many commands and see that nothing is left of them.

    python -m tests.fuzz.soak [--count 100000] [--engine epoll]

Commands of all kinds (quick, talkative, fed with input, killed by their timeout,
closing their output early, impossible to start) run in rounds through one task.
After each round no descriptor, child process or engine client may be left, and
after the first rounds memory may not grow.  Prints one line for each tenth of
the way; exit status 1 and a line on what is left if something is.
"""

import argparse
import gc
import os
import sys
import time

from ClusterShell.Defaults import DEFAULTS
from ClusterShell.Event import EventHandler
from ClusterShell.Task import task_self
from ClusterShell.Worker.Exec import ExecClient, ExecWorker
from tests.fixtures.leftovers import children, descriptors

ROUND = 1000

#: KiB that memory may grow by after the first tenth of the way.
GROWTH = 2048


class Unstartable(ExecWorker):
    """Worker whose command does not exist."""

    class SHELL_CLASS(ExecClient):
        def _build_cmd(self):
            return ["/none/such"], None


class Counter(EventHandler):
    """Counts what is told of each command."""

    def __init__(self):
        self.picked = self.ended = self.closed = self.lines = 0

    def ev_pickup(self, worker, node):
        self.picked += 1

    def ev_read(self, worker, node, sname, msg):
        self.lines += 1

    def ev_hup(self, worker, node, rc):
        self.ended += 1

    def ev_close(self, worker, timedout):
        self.closed += 1


def resident():
    """Return this process's memory in KiB."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def one_round(task, size):
    """Run *size* commands and return an error in words, or None."""
    counter = Counter()
    special = size // 50

    def add(count, command, cls=ExecWorker, **settings):
        worker = cls(f"n[1-{count}]", handler=counter, command=command, **settings)
        task.schedule(worker)
        return worker

    add(size - 6 * special, "true")
    add(special, "seq 1 200")
    add(special, "echo a; echo b >&2; exit 3", stderr=True)
    fed = add(special, "cat")
    fed.write(b"some input\n" * 100)
    fed.set_write_eof()
    add(special, "sleep 60", timeout=0.05)
    add(special, "exec >&- 2>&-; sleep 0.02; exit 1")
    add(special, "x", cls=Unstartable)
    task.resume()
    expected = (size, size - special, 7, special * (200 + 2 + 100 + 1))
    found = (counter.picked, counter.ended, counter.closed, counter.lines)
    if found != expected:
        return f"events: {found} instead of {expected}"
    if task.num_timeout() != special or task.max_retcode() != 255:
        return f"results: {task.num_timeout()} timeouts, exit code {task.max_retcode()}"
    return None


def left_over(task, before):
    """Return what is left of a round, in words, or None."""
    gc.collect()
    if descriptors() - before:
        return f"descriptors {sorted(descriptors() - before)}"
    if children():
        return f"processes {children()}"
    engine = task._engine
    if engine._clients or engine.evlooprefcnt or len(engine.timerq):
        return f"{len(engine._clients)} clients, {engine.evlooprefcnt} holds on the loop"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--engine", default="auto")
    options = parser.parse_args()
    DEFAULTS.engine = options.engine
    task = task_self()
    one_round(task, ROUND)
    before = descriptors()
    rounds = max(10, options.count // ROUND)
    started, memory, settled = time.monotonic(), resident(), 0
    for number in range(rounds):
        error = one_round(task, ROUND) or left_over(task, before)
        if error:
            print(f"round {number}: {error}")
            return 1
        if number == rounds // 10:
            settled = resident()
        if (number + 1) % (rounds // 10) == 0:
            pace = (number + 1) * ROUND / (time.monotonic() - started)
            print(f"{(number + 1) * ROUND} commands, {pace:.0f}/s, {resident()} KiB", flush=True)
    if resident() - settled > GROWTH:
        print(f"memory grew from {memory} over {settled} to {resident()} KiB")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
