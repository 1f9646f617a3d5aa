"""Starting commands and taking in their output, through the public Task API."""

import tempfile
from functools import partial

from benchmarks.workloads import Command, built, reference, sized, workload

GROUP = "Engine and clush"
START = "1,000 local true, fanout 64, through Task"

FANOUT = 64


def run_on(count, command, handler=None, **settings):
    """Run *command* in the name of *count* nodes and return the task."""
    from ClusterShell.Task import task_self
    from ClusterShell.Worker.Exec import ExecWorker

    task = task_self()
    task.set_info("fanout", FANOUT)
    task.schedule(ExecWorker(f"node[1-{count}]", handler=handler, command=command, **settings))
    task.resume()
    assert task.max_retcode() == 0, [rc for rc, nodes in task.iter_retcodes()]
    return task


@workload(GROUP, START, must=3)
def start_true(scale):
    return partial(run_on, sized(1_000, scale), "true")


@reference(GROUP, START, "C loop", needs="cc", must=0.93)
def start_in_c(scale):
    folder = tempfile.TemporaryDirectory()
    loop = built("spawnloop", folder.name)
    made = Command([loop, str(sized(1_000, scale)), str(FANOUT), "true"], b"")
    made.folder = folder  # for as long
    return made


@workload(
    GROUP,
    "500 local true from a parent holding 400 MiB",
    must=12,
    bound="at most 1.3 × our own time from a small parent",
)
def start_from_large_parent(scale):
    count = sized(500, scale)
    ballast = bytearray(400 << 20)
    ballast[:: 1 << 12] = b"x" * len(ballast[:: 1 << 12])  # every page is really there

    def run(_ballast=ballast):
        run_on(count, "true")

    return run


@workload(GROUP, "500 local true from a small parent", must=1)
def start_from_small_parent(scale):
    return partial(run_on, sized(500, scale), "true")


@workload(
    GROUP,
    "20,000 local true pending at fanout 64",
    bound="time per command within 15 % of 1,000 pending",
    peer=False,
)
def start_with_many_pending(scale):
    return partial(run_on, sized(20_000, scale), "true")


@workload(GROUP, "100,000 lines of 64 bytes, one ev_read each", must=5, aim=10)
def read_lines(scale):
    from ClusterShell.Event import EventHandler

    class Reader(EventHandler):
        lines = 0

        def ev_read(self, worker, node, sname, msg):
            self.lines += 1

    count = sized(100_000, scale)

    def run():
        reader = Reader()
        run_on(1, f"yes {'x' * 63} 2>/dev/null | head -n {count}", reader)
        assert reader.lines == count

    return run


@workload(GROUP, "10,000 lines answered by the handler, 200 processes in turn", must=2)
def answer_lines(scale):
    from ClusterShell.Event import EventHandler
    from ClusterShell.Task import task_self
    from ClusterShell.Worker.Exec import ExecWorker

    count = sized(10_000, scale)

    class Passer(EventHandler):
        left = count

        def ev_read(self, worker, node, sname, msg):
            Passer.left -= 1
            if Passer.left > 0:
                worker.following.write(msg + b"\n")
            elif not Passer.left:
                for each in worker.ring:
                    each.set_write_eof()

    def run():
        task = task_self()
        task.set_info("fanout", 200)
        Passer.left = count
        ring = [ExecWorker(f"n{at}", handler=Passer(), command="exec cat") for at in range(200)]
        for at, worker in enumerate(ring):
            worker.ring, worker.following = ring, ring[at - 1]
            task.schedule(worker)
        ring[0].write(b"a line\n")
        task.resume()
        assert Passer.left == 0

    return run


@workload(GROUP, "gather 100 commands × 10,000 lines and read it back", must=6, aim=12)
def gather(scale):
    count = sized(10_000, scale)

    def run():
        task = run_on(100, f"seq 1 {count}")
        ((message, nodes),) = task.iter_buffers()
        assert len(nodes) == 100
        return message.message()

    return run


@workload(
    GROUP, "4 MiB of stdin broadcast to 8 commands", must=2, aim=3, bound="adds at most 8 MiB"
)
def broadcast(scale):
    from ClusterShell.Task import task_self
    from ClusterShell.Worker.Exec import ExecWorker

    data = bytes(int(4 * scale * (1 << 20)))

    def run():
        worker = ExecWorker("node[1-8]", handler=None, command="cat >/dev/null")
        task_self().schedule(worker)
        worker.write(data)
        worker.set_write_eof()
        task_self().resume()

    return run


@workload(
    GROUP,
    "clush -b over 10,000 local nodes: from the last end to the last printed line",
    bound="under 10 ms",
)
def gathered_at_the_end(scale):
    from ClusterShell.CLI.Clush import GatherOutputHandler
    from ClusterShell.CLI.Display import Display
    from ClusterShell.CLI.OptionParser import OptionParser
    from ClusterShell.Task import task_self
    from ClusterShell.Worker.Exec import ExecWorker

    parser = OptionParser("clush")
    parser.install_display_options(verbose_options=True)
    options, _ = parser.parse_args(["-b"])
    count = sized(10_000, scale)

    class Ended(GatherOutputHandler):
        """Has all ends but the last event, which is timed by itself."""

        def ev_close(self, worker, timedout):
            self.last = partial(GatherOutputHandler.ev_close, self, worker, timedout)

    def prepare():
        handler = Ended(Display(options))
        # One process in the name of all: its end is that of each of them.
        task_self().schedule(
            ExecWorker(f"node[1-{count}]", handler=handler, command="echo the same; : %hosts")
        )
        task_self().resume()
        return handler

    return prepare, lambda handler: handler.last()
