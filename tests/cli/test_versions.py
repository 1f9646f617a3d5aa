"""``--version`` and ``clush -d``: which release this is, and which life its kernels have."""

import pytest

import ClusterShell
from ClusterShell import _accel
from ClusterShell._cli import version

TOOLS = {"clush": "Clush", "clubak": "Clubak", "nodeset": "Nodeset", "cluset": "Nodeset"}


def start(tool, *args):
    code = f"import sys; sys.argv[0] = {tool!r}; from ClusterShell.CLI.{TOOLS[tool]} import main"
    return ["-c", code + "; main()", *args]


@pytest.mark.parametrize("tool", TOOLS)
def test_the_second_line_of_the_version_names_the_life(tool, run_python):
    done = run_python(*start(tool, "--version"))
    kernels = f"kernels: {_accel.life()} ({_accel.REASON})"
    assert version.kernels() == kernels
    assert done.stdout == f"{tool} {ClusterShell.__version__}\n{kernels}\n"
    assert (done.returncode, done.stderr) == (0, "")


def test_the_parser_says_the_same(run_python):
    """clush tells its version without one where nothing else is asked for."""
    alone, parsed = (run_python(*start("clush", *args)) for args in (["--version"], ["--vers"]))
    assert (alone.stdout, alone.stderr, alone.returncode) == (
        parsed.stdout,
        parsed.stderr,
        parsed.returncode,
    )


def test_the_interpreted_life_says_why(run_python):
    done = run_python(*start("clush", "--version"), env={"CLUSTERSHELL_PURE_PYTHON": "1"})
    assert done.stdout.endswith("\nkernels: interpreted (CLUSTERSHELL_PURE_PYTHON is set)\n")


def test_debugging_names_the_life(run_python):
    done = run_python(*start("clush", "-d", "-R", "exec", "-w", "n1", "true"))
    kernels = f"kernels: {_accel.life()} ({_accel.REASON})"
    assert f"DEBUG:ClusterShell._accel:{kernels}\n" in done.stderr
