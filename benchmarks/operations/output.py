"""Operations on commands and their output: gathering, showing, starting."""

import random
from typing import Any

from benchmarks.growth import LINEAR, SORTING, Timed, growth

LINES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
COMMANDS = (250, 500, 1_000, 2_000)


# Messages.


def labelled(size: int, same: bool) -> list[tuple[str, bytes]]:
    """Return n lines of 100 nodes, the nodes in turns."""
    start = random.randrange(10**6)
    return [
        (f"node{n % 100}", b"line %d" % (start + (n // 100 if same else n))) for n in range(size)
    ]


def gathered(lines: list[tuple[str, bytes]]) -> Any:
    from ClusterShell.MsgTree import MsgTree

    tree = MsgTree()
    for key, line in lines:
        tree.add(key, line)
    return tree


@growth("MsgTree: add n lines that are the same on all nodes", LINES, LINEAR)
def add_same(size: int) -> Timed:
    return (lambda: labelled(size, True)), gathered


@growth("MsgTree: add n lines that are different on all nodes", LINES, LINEAR)
def add_different(size: int) -> Timed:
    return (lambda: labelled(size, False)), gathered


@growth("MsgTree: walk n lines that are different on all nodes", LINES, LINEAR)
def walk(size: int) -> Timed:
    read = lambda tree: [(bytes(message), keys) for message, keys in tree.walk()]  # noqa: E731
    return (lambda: gathered(labelled(size, False))), read


@growth("MsgTree: walk n messages of three lines", (3_000, 10_000, 30_000, 100_000), SORTING)
def walk_messages(size: int) -> Timed:
    def prepare() -> Any:
        lines = [(key, b"line %d" % line) for key in range(size) for line in range(2)]
        return gathered([*lines, *[(key, b"%d" % key) for key in range(size)]])

    return prepare, (lambda tree: [(bytes(message), keys) for message, keys in tree.walk()])


@growth("Display: print n labelled lines", LINES, LINEAR)
def print_lines(size: int) -> Timed:
    from benchmarks.workloads.messages import display_for

    display = display_for()

    def run(lines: Any) -> None:
        for node, line in lines:
            display.print_line(node, line)

    return (lambda: labelled(size, False)), run


# Engine: time of this process, not of the commands.


def command_on(nodes: str, command: str, handler: Any = None) -> Any:
    from ClusterShell.Task import task_self
    from ClusterShell.Worker.Exec import ExecWorker

    task = task_self()
    task.set_info("fanout", 64)
    task.schedule(ExecWorker(nodes, handler=handler, command=command))
    task.resume()
    assert task.max_retcode() == 0
    return task


@growth("Engine: n commands, 64 at a time, the others pending", COMMANDS, LINEAR)
def pending(size: int) -> Timed:
    return (lambda: f"node[1-{size}]"), (lambda nodes: command_on(nodes, "true"))


@growth("Engine: gather n lines", LINES, LINEAR)
def gather(size: int) -> Timed:
    def run(first: int) -> Any:
        task = command_on("node1", f"seq {first} {first + size - 1}")
        return [bytes(message) for message, _ in task.iter_buffers()]

    return (lambda: random.randrange(10**6, 10**7)), run


@growth("Engine: n lines, one ev_read each", LINES, LINEAR)
def read_lines(size: int) -> Timed:
    from ClusterShell.Event import EventHandler

    class Reader(EventHandler):
        def ev_read(self, worker: Any, node: Any, sname: Any, msg: Any) -> None:
            pass

    command = f"seq 1000000 {999_999 + size}"
    return Reader, (lambda reader: command_on("node1", command, reader))


@growth("Engine: n KiB of input to 8 commands", (1_024, 4_096, 16_384), LINEAR)
def broadcast(size: int) -> Timed:
    from ClusterShell.Task import task_self
    from ClusterShell.Worker.Exec import ExecWorker

    def run(data: bytes) -> None:
        worker = ExecWorker("node[1-8]", handler=None, command="cat >/dev/null")
        task_self().schedule(worker)
        worker.write(data)
        worker.set_write_eof()
        task_self().resume()

    return (lambda: random.randbytes(size << 10)), run
