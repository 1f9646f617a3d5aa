"""Whole processes of the commands, from start to exit."""

import random
import subprocess
import sys
import tempfile

from benchmarks.workloads import command, reference, workload
from benchmarks.workloads.messages import labelled_lines


def _filter(argv, text):
    """Return a callable that runs *argv* on *text* as standard input."""
    source = tempfile.TemporaryFile()  # noqa: SIM115 (as long as the callable)
    source.write(text)

    def run():
        source.seek(0)
        subprocess.run(argv, stdin=source, stdout=subprocess.DEVNULL, check=True)

    return run


# clubak, with Debian's dshbak beside it.

GATHERED = "MsgTree and gathered output"
SAME = "clubak -b, 111,600 lines of 124 nodes, same output"
DIFFERENT = "clubak -b, 111,600 lines of 124 nodes, all different"
BESIDE_DSHBAK = "time and memory at most 1.2 × dshbak -c"


@workload(GATHERED, SAME, bound=BESIDE_DSHBAK)
def clubak_same(scale):
    return _filter([command("clubak"), "-b"], labelled_lines(scale, same=True))


@reference(GATHERED, SAME, "dshbak -c", needs="dshbak", must=0.83)
def dshbak_same(scale):
    return _filter(["dshbak", "-c"], labelled_lines(scale, same=True))


@workload(GATHERED, DIFFERENT, bound=BESIDE_DSHBAK)
def clubak_different(scale):
    return _filter([command("clubak"), "-b"], labelled_lines(scale, same=False))


@reference(GATHERED, DIFFERENT, "dshbak -c", needs="dshbak", must=0.83)
def dshbak_different(scale):
    return _filter(["dshbak", "-c"], labelled_lines(scale, same=False))


@workload(GATHERED, "clubak -bL, 111,600 lines of 124 nodes, all different", must=1)
def clubak_line_mode(scale):
    return _filter([command("clubak"), "-bL"], labelled_lines(scale, same=False))


@workload(GATHERED, "clubak -T, 111,600 lines of 124 nodes, same output", must=1)
def clubak_tree(scale):
    return _filter([command("clubak"), "-T"], labelled_lines(scale, same=True))


# nodeset and cluset.

NODESETS = "NodeSet and groups"


@workload(
    NODESETS,
    "nodeset -f node[1-10], whole process",
    must=2.33,
    aim=2.9,
    bound="under 30 ms (aim 24 ms) with pip's own launcher, where bare Python takes 10 ms",
)
def nodeset_start(scale):
    return _filter([command("nodeset"), "-f", "node[1-10]"], b"")


@reference(NODESETS, "nodeset -f node[1-10], whole process", "bare Python", needs="python3")
def bare_python(scale):
    return _filter([sys.executable, "-c", "pass"], b"")


@workload(NODESETS, "cluset -f of 100,000 names on stdin, whole process", must=10, aim=20)
def cluset_names(scale):
    count = int(100_000 * scale)
    numbers = random.Random(4).sample(range(10 * count), count)
    names = "".join(f"node{number}\n" for number in numbers)
    return _filter([command("cluset"), "-f"], names.encode())


@workload(
    NODESETS,
    "cluset -f of 1,000,000 names on stdin, whole process",
    bound="under 1.5 s and 150 MiB",
    peer=False,
)
def cluset_million(scale):
    numbers = list(range(int(1_000_000 * scale)))
    random.Random(5).shuffle(numbers)
    names = "".join(f"node{number}\n" for number in numbers)
    return _filter([command("cluset"), "-f"], names.encode())
