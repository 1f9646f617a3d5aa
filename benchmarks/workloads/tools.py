"""Whole processes of the commands, from start to exit."""

import random
import sys
import tempfile
from pathlib import Path

from benchmarks.workloads import Command, command, reference, sized, workload
from benchmarks.workloads.messages import labelled_lines

# clubak, with Debian's dshbak beside it.

GATHERED = "MsgTree and gathered output"


def _beside_dshbak(row, same):
    """Register a row of clubak, with dshbak beside it."""

    @workload(GATHERED, row, bound="time and memory at most 1.2 × dshbak -c")
    def clubak(scale):
        return Command([command("clubak"), "-b"], labelled_lines(scale, same=same))

    @reference(GATHERED, row, "dshbak -c", needs="dshbak", must=0.83)
    def dshbak(scale):
        return Command(["dshbak", "-c"], labelled_lines(scale, same=same))


_beside_dshbak("clubak -b, 111,600 lines of 124 nodes, same output", same=True)
_beside_dshbak("clubak -b, 111,600 lines of 124 nodes, all different", same=False)


@workload(GATHERED, "clubak -bL, 111,600 lines of 124 nodes, all different", must=1)
def clubak_line_mode(scale):
    return Command([command("clubak"), "-bL"], labelled_lines(scale, same=False))


@workload(GATHERED, "clubak -T, 111,600 lines of 124 nodes, same output", must=1)
def clubak_tree(scale):
    return Command([command("clubak"), "-T"], labelled_lines(scale, same=True))


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
    return Command([command("nodeset"), "-f", "node[1-10]"], b"")


@reference(NODESETS, "nodeset -f node[1-10], whole process", "bare Python", "python3", must=0.5)
@reference("Engine and clush", "clush --version, whole process", "bare Python", "python3", must=0.5)
def bare_python(scale):
    return Command([sys.executable, "-c", "pass"], b"")


@workload(NODESETS, "cluset -f of 100,000 names on stdin, whole process", must=10, aim=20)
def cluset_names(scale):
    count = sized(100_000, scale)
    numbers = random.Random(4).sample(range(10 * count), count)
    names = "".join(f"node{number}\n" for number in numbers)
    return Command([command("cluset"), "-f"], names.encode())


@workload(
    NODESETS,
    "cluset -f of 1,000,000 names on stdin, whole process",
    bound="under 1.5 s and 150 MiB",
    peer=False,
)
def cluset_million(scale):
    numbers = list(range(sized(1_000_000, scale)))
    random.Random(5).shuffle(numbers)
    names = "".join(f"node{number}\n" for number in numbers)
    return Command([command("cluset"), "-f"], names.encode())


@workload(
    NODESETS,
    "nodeset -r of 2,000 nodes against 20,000 YAML groups, whole process",
    bound="under 0.4 s (aim 0.2 s)",
    peer=False,
)
def regroup_by_file(scale):
    folder = tempfile.TemporaryDirectory()
    configuration = Path(folder.name, "groups.conf")
    configuration.write_text(f"[Main]\ndefault: racks\nautodir: {folder.name}\n")
    rng = random.Random(6)
    lines = ["racks:"]
    for number in range(sized(20_000, scale)):
        first = rng.randrange(1, 2_000)
        lines.append(f"  g{number}: node[{first}-{min(first + rng.randrange(50), 2_000)}]")
    Path(folder.name, "racks.yaml").write_text("\n".join(lines) + "\n")
    setting = f"CLUSTERSHELL_CFGDIR={folder.name}"
    made = Command(["env", setting, command("nodeset"), "-r", "node[1-2000]"], b"")
    made.folder = folder  # for as long
    return made


# clush, with Debian's pdsh beside it.

CLUSH = "Engine and clush"
MANY = "clush -R exec -f 64 -w n[1-1000] true"
LABELLED = "clush -R exec -w n[1-100] seq 1 10000"
GATHER = "clush -R exec -b -w n[1-100] seq 1 10000"


#: Commands at a time: the same for every tool, whose defaults differ.
FANOUT = "64"


def _clush(*args):
    return Command([command("clush"), "-n", "-R", "exec", "-f", FANOUT, *args], b"")


def _pdsh(arguments, then=""):
    return Command(["sh", "-c", f"pdsh -R exec -f {FANOUT} {arguments}{then}"], b"")


@workload(CLUSH, MANY, must=2.5)
def clush_many(scale):
    return _clush("-w", f"n[1-{sized(1000, scale)}]", "true")


@reference(CLUSH, MANY, "pdsh", needs="pdsh", must=3)
def pdsh_many(scale):
    return _pdsh(f"-w n[1-{sized(1000, scale)}] true")


@workload(CLUSH, LABELLED, must=1)
def clush_labelled(scale):
    return _clush("-w", "n[1-100]", "seq", "1", f"{sized(10_000, scale)}")


@reference(CLUSH, LABELLED, "pdsh", needs="pdsh", must=1)
def pdsh_labelled(scale):
    return _pdsh(f"-w n[1-100] seq 1 {sized(10_000, scale)}")


@workload(CLUSH, GATHER, must=1)
def clush_gather(scale):
    return _clush("-b", "-w", "n[1-100]", "seq", "1", f"{sized(10_000, scale)}")


@reference(CLUSH, GATHER, "pdsh + dshbak", needs="dshbak", must=3)
def pdsh_gather(scale):
    return _pdsh(f"-w n[1-100] seq 1 {sized(10_000, scale)}", " | dshbak -c")


@workload(CLUSH, "clush -R exec -bL -w n[1-100] seq 1 2000", must=20)
def clush_live(scale):
    return _clush("-b", "-L", "-w", "n[1-100]", "seq", "1", f"{sized(2_000, scale)}")


@workload(CLUSH, "clush -R exec -f 64 -b -w n[1-1000] true", must=1)
def clush_gather_few(scale):
    return _clush("-b", "-w", f"n[1-{sized(1000, scale)}]", "true")


@workload(
    CLUSH,
    "clush -R exec -f 64 -b -w n[1-50000] true",
    bound="time per node within 15 % of 1,000 nodes, and 150 MiB",
    peer=False,
)
def clush_gather_most(scale):
    return _clush("-b", "-w", f"n[1-{sized(50_000, scale)}]", "true")


@workload(CLUSH, "clush --version, whole process", must=1, bound="under 40 ms")
def clush_start(scale):
    return Command([command("clush"), "--version"], b"")
