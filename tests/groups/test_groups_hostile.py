"""Hostile names on every route from where names are written to the command they are put in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ClusterShell

CLUSH = [sys.executable, "-c", "import sys; sys.argv[0] = 'clush'\n"
         "from ClusterShell.CLI.Clush import main; main()"]  # fmt: skip

API = """
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import task_self
from ClusterShell.Worker.Exec import ExecWorker
nodes = NodeSet()
for name in open("names").read().split():
    nodes.update(name)
task_self().set_default("distant_worker", ExecWorker)
task_self().run("echo =%h", nodes=nodes)
for node in nodes:
    print(node + ": " + str(task_self().node_buffer(node).decode()))
"""

#: Names that would make a file, were they read by a shell; nothing in them parts a node set.
NAMES = [
    "n$(touch${IFS}made)",
    "n`touch${IFS}made`",
    "n;touch${IFS}made;",
    "n|tee${IFS}made",
    "n>made",
    "n'$(touch${IFS}made)'",
    'n"$(touch${IFS}made)"',
    "n\\$(touch${IFS}made)",
    "n#made",
    "../made",
    "~root",
    "é$IFS",
]


@pytest.fixture
def place(tmp_path):
    """Return a directory with the names in a host file, a group file and a YAML file."""
    (tmp_path / "names").write_text("\n".join(NAMES) + "\n")
    (tmp_path / "groups").write_text("evil: " + " ".join(NAMES) + "\n")
    quoted = "".join("    - '" + name.replace("'", "''") + "'\n" for name in NAMES)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "yaml.yaml").write_text("yaml:\n  evil:\n" + quoted)
    (tmp_path / "groups.conf").write_text(
        "[Main]\nautodir: $CFGDIR/d\n[file]\nmap: sed -n 's/^$GROUP: //p' $CFGDIR/groups\n"
    )
    return tmp_path


ROUTES = {
    "command line": [*CLUSH, "-w", ",".join(NAMES)],
    "host file": [*CLUSH, "--hostfile", "names"],
    "group file": [*CLUSH, "-w", "@file:evil"],
    "yaml": [*CLUSH, "-w", "@yaml:evil"],
    "api": [sys.executable, "-c", API],
}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_names_reach_a_command_as_characters(place, route, quote):
    command = f"echo {quote}=%h{quote}"
    args = ROUTES[route]
    if route == "api":
        args = [text.replace("echo =%h", command.replace('"', r"\"")) for text in args]
    else:
        args = [*args, "-R", "exec", command]
    before = sorted(os.listdir(place))
    done = subprocess.run(
        args,
        cwd=place,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(ClusterShell.__file__).parent.parent),
            "CLUSTERSHELL_PURE_PYTHON": os.environ.get("CLUSTERSHELL_PURE_PYTHON", ""),
            "CLUSTERSHELL_CFGDIR": str(place),
            "HOME": str(place),
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.splitlines()) == sorted(f"{name}: ={name}" for name in NAMES)
    assert sorted(os.listdir(place)) == before
    assert not (place.parent / "made").exists()
