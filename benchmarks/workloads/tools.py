"""Whole processes of the commands, from start to exit."""

import subprocess
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
