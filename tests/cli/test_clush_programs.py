"""Programs that use the functions of CLI.Clush with a task of their own."""

import subprocess
import sys

import pytest

from ClusterShell._cli.clush.run import PUBLISHED, Run
from ClusterShell.Task import Task

PROGRAM = """\
import sys
sys.argv[0] = "clush"
from ClusterShell.CLI import Clush
from ClusterShell.CLI.Display import Display
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import task_self
from ClusterShell.CLI.OptionParser import OptionParser

parser = OptionParser("x")
parser.install_display_options()
display = Display(parser.parse_args(["-b"])[0])
task = task_self()
task.set_info("fanout", 2)
from ClusterShell.Worker.Exec import ExecWorker
task.set_default("distant_worker", ExecWorker)
{settings}
Clush.run_command(task, "cat; echo end", NodeSet("n[1-2]"), 5, display, True, False)
print(task.default("USER_running"))
"""


def run(settings, stdin, python=sys.executable):
    return subprocess.run(
        [python, "-c", PROGRAM.format(settings=settings)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ('task.set_default("USER_stdin_worker", True)', ["typed", "end"]),
        ('task.set_default("USER_stdin_worker", False)', ["end"]),
        ("", ["end"]),
    ],
)
def test_settings_are_those_of_the_task(settings, lines):
    """A program says among the defaults of its task what its runs are like, as it always could."""
    done = run(settings, "typed\n")
    rule = "-" * 15
    assert done.stdout.splitlines() == [rule, "n[1-2] (2)", rule, *lines, "False"]
    assert done.stderr == ""


def test_a_run_that_made_its_task_tells_programs():
    run, task = Run(), Task()
    run.interactive, run.prefix, run.history_size = True, "sudo", 7
    run.host(task)
    run.attend()
    run.begin(task)
    told = {key: task.default(key) for key in PUBLISHED}
    assert told == {
        "USER_command_prefix": "sudo",
        "USER_handle_SIGUSR1": True,
        "USER_history_size": 7,
        "USER_interactive": True,
        "USER_password": None,
        "USER_running": True,
        "USER_stdin_worker": False,
    }
    run.over(task)
    assert task.default("USER_running") is False
    # What others write there is nothing to it: its state is its own.
    task.set_default("USER_interactive", False)
    run.begin(task)
    assert run.interactive
    task.abort(kill=True)
    task.join()


def test_the_next_task_of_a_program_inherits_nothing():
    run, one, other = Run(), Task(), Task()
    one.set_default("USER_command_prefix", "sudo")
    run.begin(one)
    assert (run.prefix, run.going()) == ("sudo", True)
    run.begin(other)
    assert run.prefix == ""
    for task in (one, other):
        task.abort(kill=True)
        task.join()
