"""Gathering messages and showing them, in one process; commands are in ``tools``."""

import io
import weakref
from types import SimpleNamespace

from benchmarks.workloads import workload

GROUP = "MsgTree and gathered output"


@workload(GROUP, "10,000 keys × 100 identical lines, one add() a line", must=2, aim=3)
def add_identical(scale):
    from ClusterShell.MsgTree import MsgTree

    keys = [f"node{number}" for number in range(int(10_000 * scale))]
    lines = [b"line %d of some usual output" % number for number in range(100)]

    def run():
        tree = MsgTree()
        add = tree.add
        for line in lines:
            for key in keys:
                add(key, line)
        return tree

    return run


@workload(
    GROUP,
    "128 keys × 1,000 unique lines",
    must=3,
    aim=6,
    bound="half the memory of the peer; aim: a quarter",
)
def add_unique(scale):
    from ClusterShell.MsgTree import MsgTree

    keys = [f"node{number}" for number in range(128)]
    count = int(1_000 * scale)
    lines = [[b"%s: line %d" % (key.encode(), number) for number in range(count)] for key in keys]

    def run():
        tree = MsgTree()
        for key, said in zip(keys, lines):
            for line in said:
                tree.add(key, line)
        return tree

    return run


@workload(GROUP, "walk 5,000 messages of 50 lines that differ in the last", must=1)
def walk_messages(scale):
    from ClusterShell.MsgTree import MsgTree

    lines = [b"line %d of some usual output" % number for number in range(49)]

    def prepare():
        tree = MsgTree()
        for key in range(int(5_000 * scale)):
            for line in lines:
                tree.add(key, line)
            tree.add(key, b"%d" % key)
        return tree

    def run(tree):
        return [(bytes(message), keys) for message, keys in tree.walk()]

    return prepare, run


@workload(GROUP, "trace mode: add and walk 64 keys × 500 lines that part half-way", must=1)
def trace(scale):
    from ClusterShell.MsgTree import MODE_TRACE, MsgTree

    count = int(500 * scale)
    same = [b"line %d of some usual output" % number for number in range(count // 2)]

    def run():
        tree = MsgTree(MODE_TRACE)
        for key in range(64):
            for line in same:
                tree.add(key, line)
            for number in range(count - len(same)):
                tree.add(key, b"%d of %d" % (number, key % 8))
        return list(tree.walk_trace())

    return run


_OFF = (
    "diff", "gatherall", "gather", "line_mode", "regroup", "groupsource", "groupbase", "quiet",
    "verbose", "debug", "maxrc", "outdir", "errdir",
)  # fmt: skip


def display_for(**chosen):
    """Return a Display for *chosen* options, writing where nothing is kept."""
    from ClusterShell.CLI.Display import Display

    options = SimpleNamespace(label=True, whencolor="never", literal=False)
    for name in _OFF:
        setattr(options, name, chosen.get(name, False))
    display = Display(options)
    display.out = open("/dev/null", "w", buffering=1)  # noqa: SIM115 (for as long)
    weakref.finalize(display, display.out.close)
    return display


@workload(GROUP, "print 100,000 labelled lines, one print_line() each", must=1)
def print_lines(scale):
    display = display_for()
    lines = [(f"node{number % 100}", b"line %d" % number) for number in range(int(1e5 * scale))]

    def run():
        for node, line in lines:
            display.print_line(node, line)

    return run


def printing(display, keys, lines_of):
    """Return a function that prints the output of *keys* nodes, gathered.

    :param lines_of: gives the lines of a node, whose number it is called with
    """
    from ClusterShell.MsgTree import MsgTree
    from ClusterShell.NodeSet import NodeSet

    tree = MsgTree()
    for key in range(keys):
        for line in lines_of(key):
            tree.add(f"node{key}", line)
    messages = [(NodeSet.fromlist(keys), message) for message, keys in tree.walk()]

    def run():
        display.flush()
        for nodes, message in messages:
            display.print_gather(nodes, message)

    return run


@workload(GROUP, "print 100 messages of 10,000 lines, line by line (-bL)", must=20)
def print_gathered_lines(scale):
    numbers = range(int(10_000 * scale))
    display = display_for(line_mode=True, gather=True)
    return printing(display, 100, lambda key: (b"%d of %d" % (number, key) for number in numbers))


@workload(GROUP, "differences between 200 messages of 200 lines (--diff)", must=1)
def print_differences(scale):
    lines = [b"line %d" % number for number in range(200)]
    display = display_for(diff=True)
    return printing(
        display, int(200 * scale), lambda key: [*lines[:key], b"changed", *lines[key + 1 :]]
    )


def labelled_lines(scale, same):
    """Return 111,600 lines of 124 nodes as clush and pdsh print them, interleaved."""
    text = io.BytesIO()
    for number in range(int(900 * scale)):
        for node in range(124):
            if same:
                text.write(b"node%d: line %d of some usual output\n" % (node, number))
            else:
                text.write(
                    b"node%d: line %d of output that is different on %d\n" % (node, number, node)
                )
    return text.getvalue()
