"""What nodeset imports: the modules a short call is made of, and no others.

Starting is most of what such a call costs; the few milliseconds of each module
that nobody uses are paid by every shell script that folds a name.
"""

import json

import pytest

RUN = """\
import sys
before = set(sys.modules)
sys.argv = ["nodeset", *sys.argv[1:]]
from ClusterShell.CLI.Nodeset import main
try:
    main()
except SystemExit:
    pass
loaded = sorted(set(sys.modules) - before)
import json
print(json.dumps(loaded))
"""

#: Of ours, what folding plain names may load; machinery below a kernel aside.
FOLDING = {
    "ClusterShell",
    "ClusterShell.CLI",
    "ClusterShell.CLI.Nodeset",
    "ClusterShell.Defaults",
    "ClusterShell.NodeSet",
    "ClusterShell.NodeUtils",
    "ClusterShell.RangeSet",
    "ClusterShell._accel",
    "ClusterShell._cli",
    "ClusterShell._cli.fdio",
    "ClusterShell._cli.options",
    "ClusterShell._cli.nodeset",
    "ClusterShell._lazy",
}
ROOMS = (
    "ClusterShell._compiled",
    "ClusterShell._groups",
    "ClusterShell._kernels",
    "ClusterShell._nodes",
    "ClusterShell._ranges",
)

#: Of others, what it may not.
HEAVY = {
    "argparse",
    "ast",
    "asyncio",
    "collections",
    "collections.abc",
    "configparser",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "gettext",
    "importlib",
    "importlib.machinery",
    "inspect",
    "json",
    "locale",
    "logging",
    "optparse",
    "pathlib",
    "pickle",
    "random",
    "re",
    "selectors",
    "shlex",
    "signal",
    "socket",
    "string",
    "subprocess",
    "tempfile",
    "textwrap",
    "threading",
    "traceback",
    "types",
    "typing",
    "warnings",
    "yaml",
}


@pytest.fixture
def loaded(run_python, monkeypatch, tmp_path):
    """Return a function giving output and loaded modules of a run of nodeset."""
    monkeypatch.setenv("CLUSTERSHELL_CFGDIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))

    def loaded(*args):
        done = run_python("-c", RUN, *args)
        assert done.stderr == ""
        *output, modules = done.stdout.splitlines()
        return output, set(json.loads(modules))

    return loaded


def foreign(modules):
    """Return the modules of ours that folding plain names has no use for."""
    ours = {name for name in modules if name.partition(".")[0] == "ClusterShell"}
    return {
        name
        for name in ours - FOLDING
        if not any(name == room or name.startswith(room + ".") for room in ROOMS)
    }


@pytest.mark.parametrize(
    "args, output",
    [
        (["-f", "node[1-10]"], ["node[1-10]"]),
        (["-c", "node[1-10]", "-x", "node2"], ["9"]),
        (["-e", "-S", ",", "node[1-3]"], ["node1,node2,node3"]),
        (["--split=2", "-O", "<%s>", "-f", "a1", "a2"], ["<a1>", "<a2>"]),
        (["-R", "-f", "1", "2-4"], ["1-4"]),
        (["-I", "0", "-f", "x[1-3]y[1-3]"], ["x1y1"]),
    ],
)
def test_plain_calls(loaded, args, output):
    said, modules = loaded(*args)
    assert said == output
    assert foreign(modules) == set()
    assert modules & HEAVY == set()


def test_version_of_clush(run_python):
    run = RUN.replace("Nodeset", "Clush").replace('"nodeset"', '"clush"')
    said, _kernels, modules = run_python("-c", run, "--version").stdout.splitlines()
    assert said.startswith("clush ")
    assert set(json.loads(modules)) & HEAVY == set()


def test_upcalls_and_group_files_are_for_groups(loaded):
    _, modules = loaded("-f", "node[1-10]")
    rooms = {name for name in modules if name.startswith("ClusterShell._groups.")}
    assert rooms == {"ClusterShell._groups.asking", "ClusterShell._groups.errors"}


def test_vectors_are_for_names_of_several_numbers(loaded):
    kernels = {f"ClusterShell.{life}.boxes" for life in ("_compiled", "_kernels")}
    for name, those in (("node[1-10]", set()), ("node[1-10],r1n1", kernels)):
        _, modules = loaded("-f", name)
        assert len(modules & kernels) == bool(those)


def test_one_group_loads_no_other_kind_of_source(loaded, tmp_path):
    (tmp_path / "groups.conf").write_text("[Main]\ndefault: x\n[x]\nmap: echo node[1-3]\n")
    said, modules = loaded("-f", "@g")
    assert said == ["node[1-3]"]
    assert {"subprocess", "configparser"} <= modules
    assert modules & {"yaml", "optparse", "logging", "ClusterShell._groups.yamlfile"} == set()
    assert foreign(modules) == {
        "ClusterShell._config",
        "ClusterShell._config.ini",
        "ClusterShell._shell",
        "ClusterShell._shell.scan",
        "ClusterShell._shell.template",
    }


def test_an_import_too_much_is_found(loaded):
    """The checks above would fail where they have to."""
    _, modules = loaded("--spl=2", "-f", "node[1-10]")
    assert "optparse" in modules & HEAVY
    assert foreign(modules) == {"ClusterShell.CLI.OptionParser"}
