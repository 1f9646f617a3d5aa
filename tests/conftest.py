"""Fixtures shared by the whole suite.

Two lives: a test of a kernel takes ``kernel`` and runs once in each life, in
one process.  A test of the public API runs in the life that ``_accel`` chose;
the suite is run a second time with ``CLUSTERSHELL_PURE_PYTHON=1``.

What a machine may lack (a compiled build, openssh-server, pdsh, the released
peer) skips with a reason on a developer's machine.  Where ``CI`` is set a skip
that is not on the list below fails the run.
"""

import contextlib
import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ClusterShell.Task import Task, task_terminate
from tests.fixtures.accounts import Accounts
from tests.fixtures.commands import Commands
from tests.fixtures.leftovers import children, descriptors
from tests.fixtures.sshd import running_sshd
from tests.fixtures.task import ENGINES, fresh_task

#: Skips accepted in CI: (start of the reason, why it may happen there).
ACCEPTED_SKIPS = [
    ("the interpreted life is under test", "kernels are compared where both lives are installed"),
    ("private accounts need root", "they are put over files of /etc in a mount namespace"),
    ("not on this Python", "the other supported Pythons run the fast part only"),
    ("no headless browser is installed", "the page is checked without one too, tag by tag"),
]

# A shell without job control has what it runs in the background ignore these two, and so would
# every command of the suite, whose terminal's keys the tests press.
for number, action in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGQUIT, signal.SIG_DFL),
):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, action)

LIVES = ("compiled", "interpreted")
TOOLS = {"sshd": "/usr/sbin/sshd", "pdsh": "pdsh"}


def pytest_runtest_setup(item):
    for mark, program in TOOLS.items():
        if item.get_closest_marker(mark) and not shutil.which(program):
            pytest.skip(f"{program} is not installed")


@pytest.hookimpl(tryfirst=True)  # before what is not asked for is left out
def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("lengthy"):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if not (report.skipped and os.environ.get("CI")) or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2][len("Skipped: ") :]
    if not any(reason.startswith(start) for start, _ in ACCEPTED_SKIPS):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, which is a failure: {reason}"


@pytest.fixture(params=LIVES)
def kernel(request):
    """Return a function of a kernel's name giving it in the life under test."""
    if request.param == "compiled" and os.environ.get("CLUSTERSHELL_PURE_PYTHON", "0") != "0":
        pytest.skip("the interpreted life is under test")
    package = {"compiled": "_compiled", "interpreted": "_kernels"}[request.param]

    def load(name):
        try:
            return importlib.import_module(f"ClusterShell.{package}.{name}")
        except ImportError as exc:
            if package == "_kernels":
                raise
            pytest.skip(f"kernel {name} is not compiled here: {exc}")

    load.life = request.param
    return load


@pytest.fixture(scope="session")
def peer_python():
    """Return the interpreter of an environment that holds the released peer."""
    python = os.environ.get("CLUSTERSHELL_PEER_PYTHON")
    if not python:
        pytest.skip("CLUSTERSHELL_PEER_PYTHON does not name an environment with the peer")
    return python


@pytest.fixture
def run_python():
    """Return a function running ``python ARGS`` on the package under test."""

    def run(*args, **kwargs):
        env = dict(os.environ, **kwargs.pop("env", {}))
        kwargs.setdefault("timeout", 60)
        return subprocess.run(
            [sys.executable, *args], env=env, capture_output=True, text=True, **kwargs
        )

    return run


@pytest.fixture(autouse=True, scope="session")
def _no_topology_of_this_machine():
    """A topology cannot be overridden by an empty one: its file is not looked for."""
    mine = [path for path in Task.TOPOLOGY_CONFIGS if not path.startswith("/etc/")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Task, "TOPOLOGY_CONFIGS", mine)
        yield


@pytest.fixture(params=ENGINES)
def task(request):
    """Return a fresh task of this thread, on each poller; its nodes are this machine."""
    with fresh_task(request.param) as task:
        yield task


@pytest.fixture
def nothing_is_left():
    """Open descriptors and children are after the test what they were before it."""
    task_terminate()  # one that another test has left
    before, others = descriptors(), children()
    yield
    assert descriptors() == before
    assert children() - others == set()


@pytest.fixture
def commands(tmp_path):
    """The commands as processes, with a home and a configuration of their own."""
    return Commands(tmp_path)


@pytest.fixture(scope="session")
def sshd(tmp_path_factory):
    """The server that tests share; they leave it as they found it."""
    with running_sshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture
def own_sshd(tmp_path):
    """Return a function that starts a server which the test may kill."""
    with contextlib.ExitStack() as stack:

        def start(**kwargs):
            folder = tmp_path / f"sshd{len(os.listdir(tmp_path))}"
            folder.mkdir()
            return stack.enter_context(running_sshd(folder, **kwargs))

        yield start


@pytest.fixture(scope="session")
def accounts(tmp_path_factory):
    """The user, where this can be had: as root, and with mount namespaces."""
    if (
        os.geteuid()
        or subprocess.run(
            ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True
        ).returncode
    ):
        pytest.skip("private accounts need root and mount namespaces")
    return Accounts(tmp_path_factory.mktemp("accounts"))


@pytest.fixture
def open_folder():
    """A folder for what other users must reach.

    Not below pytest's own: whenever a run of pytest begins it takes the rights of others from
    the folder that all runs have in common.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
