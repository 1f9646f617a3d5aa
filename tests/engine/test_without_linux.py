"""The package where only what every system has is there (a Mac, a BSD)."""

import os

import pytest

from tests import ROOT

WITHOUT = str(ROOT / "tests" / "fixtures" / "without_linux")


@pytest.fixture
def elsewhere(run_python):
    """Return ``run_python`` for such a system."""

    def run(*args):
        path = os.pathsep.join([WITHOUT, *filter(None, [os.environ.get("PYTHONPATH")])])
        return run_python(*args, env={"PYTHONPATH": path})

    return run


def test_names_are_gone(elsewhere):
    script = (
        "import os, resource, select, signal\n"
        "print([hasattr(os, 'pipe2'), hasattr(os, 'pidfd_open'), hasattr(select, 'epoll'),\n"
        "       hasattr(signal, 'pidfd_send_signal'), hasattr(resource, 'prlimit')])\n"
    )
    assert elsewhere("-c", script).stdout == str([False] * 5) + "\n"


@pytest.mark.parametrize("engine", ["auto", "epoll", "poll", "select"])
def test_commands_run(elsewhere, engine):
    """Commands that end, hang, are killed and close their output, under what pollers there are."""
    script = (
        "import sys\n"
        "from ClusterShell.Defaults import DEFAULTS\n"
        "from ClusterShell.Task import task_self\n"
        "DEFAULTS.engine = sys.argv[1]\n"
        "task = task_self()\n"
        "worker = task.shell('read x; echo $x', nodes='n[1-3]', remote=False)\n"
        "worker.write(b'a\\n')\n"
        "task.shell('exec >&- 2>&-; sleep 0.1; exit 4', key='closed')\n"
        "task.shell('sleep 60', key='long', timeout=0.2)\n"
        "task.resume()\n"
        "print(task.info('engine'), task.key_buffer('n2'), task.key_retcode('closed'),\n"
        "      list(task.iter_keys_timeout()))\n"
    )
    done = elsewhere("-c", script, engine)
    name = "select" if engine == "select" else "poll"
    assert (done.stdout, done.stderr) == (f"{name} b'a' 4 ['long']\n", "")


@pytest.mark.parametrize(
    ("module", "args", "out"),
    [
        ("Nodeset", ("-f", "n1", "n2"), "n[1-2]\n"),
        ("Clush", ("-R", "exec", "-b", "-w", "n[1-2]", "echo", "a"), "a\n"),
        ("Clush", ("-R", "exec", "-w", "n1", "echo", "%h"), "n1: n1\n"),
        ("Clubak", ("-h",), "Usage"),
    ],
)
def test_programs(elsewhere, module, args, out):
    done = elsewhere("-m", f"ClusterShell.CLI.{module}", *args)
    assert out.lower() in done.stdout.lower()
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


def test_processes_end_without_pidfd(elsewhere):
    script = (
        "from ClusterShell.Task import task_self\n"
        "task = task_self()\n"
        "task.run('exec >&- 2>&-; sleep 0.05; exit 3', nodes='n[1-20]', remote=False)\n"
        "print(sorted((rc, len(keys)) for rc, keys in task.iter_retcodes()))\n"
    )
    assert elsewhere("-c", script).stdout == "[(3, 20)]\n"


def test_options_of_some_systems():
    """``setsid`` of posix_spawn is no option on a Mac."""
    for path in (ROOT / "clustershell").rglob("*.py"):
        assert "setsid" not in path.read_text(), path
