"""What a run that asks for nothing of this edition loads: none of what does it."""

import pytest

RUN = """\
import sys
sys.argv[0] = "clush"
from ClusterShell.CLI.Clush import main
try:
    main()
except SystemExit:
    pass
names = [name for name in sys.modules if name == "asyncio" or name.startswith("ClusterShell.")]
sys.stderr.write(" ".join(names))
"""

#: What options and settings that the released package does not have are made of.
ASKED_FOR = [
    "asyncio",
    "ClusterShell.Runs",
    "ClusterShell._records",
    "ClusterShell._task.aio",
    "ClusterShell._work.sections",
    *(f"ClusterShell._cli.{name}" for name in ("amounts", "jsonlines", "similar")),
    *(f"ClusterShell._cli.clush.{name}" for name in ("choosing", "dryrun", "extras", "jsonrun")),
    *(f"ClusterShell._cli.clush.{name}" for name in ("outcomes", "pace", "prompt", "raw")),
    *(f"ClusterShell._cli.clush.{name}" for name in ("recording", "retry", "sections", "stats")),
    "ClusterShell._cli.clush.sudocopy",
]


def loaded(run_python, *args):
    """Return which of these modules clush loads."""
    done = run_python("-c", RUN, *args)
    names = done.stderr.split()
    assert "ClusterShell._cli.clush.run" in names
    return {name for name in names for asked in ASKED_FOR if f"{name}.".startswith(f"{asked}.")}


@pytest.fixture
def clean(monkeypatch, tmp_path):
    """No configuration, and folder `d` to copy to."""
    monkeypatch.setenv("CLUSTERSHELL_CFGDIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f").write_text("text")
    (tmp_path / "d").mkdir()


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize(
    "args",
    [
        ["true"],
        ["-b", "echo x"],
        ["-Lb", "echo x; exit 1"],
        ["-L", "--diff", "echo %h"],
        ["-S", "-P", "-f1", "-u9", "--outdir", "d", "true"],
        ["--copy", "f", "--dest", "d"],
        ["--rcopy", "f", "--dest", "d"],
    ],
    ids=" ".join,
)
def test_nothing_is_loaded_for_what_was_not_asked(run_python, args):
    assert loaded(run_python, "-R", "exec", "-w", "n[1-2]", *args) == set()


@pytest.mark.usefixtures("clean")
def test_what_is_asked_for_is_seen_here(run_python):
    args = ["-R", "exec", "-w", "n1", "--batch=1", "--record", "--similar", "true"]
    names = {name.rpartition(".")[2] for name in loaded(run_python, *args)}
    assert {"amounts", "extras", "outcomes", "pace", "recording", "store", "similar"} <= names
