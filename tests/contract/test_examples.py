"""The programs of doc/examples run, and do what they say."""

import os
import subprocess
import sys

import pytest

from tests import ROOT

EXAMPLES = ROOT / "doc" / "examples"


@pytest.fixture
def example(tmp_path):
    """Return a function that runs a program, with this machine for all nodes."""
    (tmp_path / "defaults.conf").write_text("[task.default]\ndistant_workername: exec\n")

    def example(name, *args, **env):
        done = subprocess.run(
            [sys.executable, str(EXAMPLES / name), *args],
            env={**os.environ, "CLUSTERSHELL_CFGDIR": str(tmp_path), **env},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout, done.stderr

    return example


def test_differs(example):
    command = "case %h in n3) echo other;; *) echo same;; esac"
    assert example("differs.py", "n[1-5]", command) == (
        1,
        "n[1-2,4-5] (4)\nsame\nn3 (1)\nother\n",
        "",
    )
    assert example("differs.py", "n[1-2]", "echo same") == (0, "n[1-2] (2)\nsame\n", "")


def test_watch(example):
    command = "[ %h != n2 ] || echo error: planted; sleep 60"
    assert example("watch.py", "n[1-3]", command) == (
        1,
        "n2: error: planted\n",
        "ended because of n2\n",
    )
    assert example("watch.py", "n1", "echo fine") == (0, "n1: fine\n", "")


def test_groups_of_hosts(example, tmp_path):
    hosts = tmp_path / "hosts"
    hosts.write_text(
        "127.0.0.1 localhost\n10.0.0.1 n1 n1.site # groups: gpu io\n10.0.0.2 n2 # groups: gpu\n"
    )
    program = f"{sys.executable} {EXAMPLES / 'hosts_groups.py'}"
    (tmp_path / "groups.conf").write_text(
        "[Main]\ndefault: hosts\n[hosts]\n"
        f"map: {program} map $GROUP\nlist: {program} list\nall: {program} all\n"
    )
    for args, expected in (
        (("-f", "@gpu"), "n[1-2]\n"),
        (("-f", "@io"), "n1\n"),
        (("-l",), "@gpu\n@io\n"),
        (("-f", "@*"), "localhost,n[1-2]\n"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ClusterShell.CLI.Nodeset", *args],
            env={**os.environ, "CLUSTERSHELL_CFGDIR": str(tmp_path), "HOSTS": str(hosts)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == expected


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_says_how_it_is_called(example, path):
    code, out, err = example(path.name)
    assert (code, out) == (1, "")
    assert path.name in err
