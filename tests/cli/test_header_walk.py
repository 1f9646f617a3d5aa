"""The way from the end of a run to the header that ``clush -b`` prints, counted."""

import io

import pytest

from ClusterShell import _accel
from ClusterShell._cli.clush.setup import add_options
from ClusterShell.CLI.Clush import GatherOutputHandler
from ClusterShell.CLI.Display import Display
from ClusterShell.CLI.OptionParser import OptionParser
from tests.fixtures.counting import walked


class Walked(GatherOutputHandler):
    """Counts the calls of what it does at the end."""

    def ev_close(self, worker, timedout):
        self.counts = walked(lambda: GatherOutputHandler.ev_close(self, worker, timedout))


def counts(task, nodes):
    """Return what the end of a run costs, and what was printed."""
    task.set_default("stdout_msgtree", True)
    options, _ = add_options(OptionParser("%prog")).parse_args(["-b", "-n"])
    display = Display(options)
    display.out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    handler = Walked(display)
    task.shell("echo a", nodes=nodes, handler=handler)
    task.resume()
    return handler.counts, display.out.buffer.getvalue().decode()


@pytest.mark.parametrize(("nodes", "count"), [("n[1-3]", 3), ("n[1-40]", 40)])
def test_calls_of_a_header(task, nodes, count):
    """One for each node, which asks whose output it is, and a number that is always the same."""
    counts(task, nodes)  # what is loaded late is there
    found, printed = counts(task, nodes)
    rule = "-" * 15
    assert printed == f"{rule}\n{nodes} ({count})\n{rule}\na\n"
    assert found.calls - count <= 104
    # Calls of kernels are crossings where there are such calls.
    assert found.crossings - count <= (60 if _accel.COMPILED else 74)
