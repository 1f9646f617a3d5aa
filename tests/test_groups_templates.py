"""The templates of conf/: read as they are, and asked through the programs they call."""

import os
import shutil
from pathlib import Path

import pytest

from ClusterShell.NodeSet import ILLEGAL_GROUP_CHARS, NodeSet
from ClusterShell.NodeUtils import GroupResolverConfig

CONF = Path(__file__).resolve().parent.parent / "conf"
TEMPLATES = ("ansible", "genders", "slurm", "xcat")

# Answers of a Slurm cluster, by command and by the options that matter.
SINFO = """\
import sys
args = " ".join(sys.argv[1:])
if "-p debug" in args: print("n[1-2]")
elif "-p batch" in args: print("n[3-8]")
elif "-t idle" in args: print("n[1-4]")
elif "-n n1" in args: print("debug" if "%R" in args else "idle*")
elif "%R:%N" in args: print("debug:n[1-2]"); print("batch:n[3-6]"); print("batch:n[7-8]")
elif "%T:%N" in args: print("idle*:n[1-4]"); print("allocated:n[5-7]"); print("drained$:n8")
elif "%T" in args: print("idle*"); print("allocated")
elif "%N" in args: print("n[1-8]")
else: sys.exit(1)
"""
SQUEUE = """\
import sys
args = " ".join(sys.argv[1:])
if "%N" in args and "-w" not in args and ":" not in args: print("n[5-6]")
elif "%i:%N" in args: print("101:n[5-6]"); print("102:n7")
elif "%u:%N" in args: print("ann:n[5-6]"); print("bob:n7"); print("ann:n7")
elif "%a:%N" in args or "%q:%N" in args: print("physics:n[5-7]")
elif "%i" in args: print("101")
elif "%u" in args: print("ann"); print("bob")
else: sys.exit(1)
"""
SCONTROL = """\
import sys
one = "ReservationName=%s StartTime=x Nodes=%s NodeCnt=2"
found = {"maint": "n[1-2]", "school": "n[7-8]"}
for name in sys.argv[4:] or found:
    print(one % (name, found[name]))
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Return a function that puts a Python program first on the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def program(name, text):
        path = folder / name
        path.write_text(f"#!{shutil.which('python3')} -IS\n{text}")
        path.chmod(0o755)

    return program


@pytest.fixture
def enabled(tmp_path):
    """Return a function giving a resolver where a template is enabled."""

    def enabled(name):
        shutil.copytree(CONF, tmp_path / "etc", dirs_exist_ok=True)
        directory = tmp_path / "etc" / "groups.conf.d"
        (directory / f"{name}.conf.example").rename(directory / f"{name}.conf")
        return GroupResolverConfig(str(tmp_path / "etc" / "groups.conf"), ILLEGAL_GROUP_CHARS)

    return enabled


def nodes(text, resolver):
    return str(NodeSet(text, resolver=resolver))


def test_main_configuration(tmp_path):
    """An installed groups.conf answers from its own example file."""
    shutil.copytree(CONF, tmp_path / "etc")
    resolver = GroupResolverConfig(str(tmp_path / "etc" / "groups.conf"), ILLEGAL_GROUP_CHARS)
    assert resolver.default_source_name == "local"
    assert nodes("@oss,@adm", resolver) == "example[0,4-5]"
    assert nodes("@*", resolver) == "example[4-6,32-159]"
    assert resolver.grouplist() == ["adm", "oss", "mds", "io", "compute", "gpu", "all"]
    (tmp_path / "etc" / "groups").write_text("adm: old1\n")
    resolver = GroupResolverConfig(str(tmp_path / "etc" / "groups.conf"), ILLEGAL_GROUP_CHARS)
    assert nodes("@adm", resolver) == "old1"


def test_group_file(tmp_path):
    shutil.copytree(CONF, tmp_path / "etc")
    example = tmp_path / "etc" / "groups.d" / "cluster.yaml.example"
    example.rename(example.with_suffix(""))
    resolver = GroupResolverConfig(str(tmp_path / "etc" / "groups.conf"), ILLEGAL_GROUP_CHARS)
    assert resolver.sources() == ["local", "roles", "racks", "cpu"]
    assert nodes("@roles:*", resolver) == "example[2,4-5,32-159]"
    assert nodes("@cpu:hsw", resolver) == "example[64-159]"
    assert nodes("@racks:rack5", resolver) == "example[200-205,245,300,401-406]"


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_read(enabled, name):
    resolver = enabled(name)
    assert name in resolver.sources() or name + "part" in resolver.sources()
    for source in resolver.sources():
        assert not resolver._sources[source].unsafe_names


def test_genders(enabled, program, tmp_path):
    nodeattr = shutil.which("nodeattr")
    if nodeattr is None:
        pytest.skip("nodeattr is not installed")
    (tmp_path / "genders").write_text(
        "n[1-4] all,compute,rack=r1\nn[5-8] all,compute,rack=r2,gpu\nlogin1 all,login\n"
    )
    program(
        "nodeattr",
        f"import os, sys\nos.execv({nodeattr!r}, "
        f"['nodeattr', '-f', {str(tmp_path / 'genders')!r}, *sys.argv[1:]])\n",
    )
    resolver = enabled("genders")
    assert nodes("@genders:compute", resolver) == "n[1-8]"
    assert nodes("@genders:rack=r2,@genders:login", resolver) == "login1,n[5-8]"
    assert nodes("@genders:compute!@genders:gpu", resolver) == "n[1-4]"
    assert {"compute", "gpu", "login"} <= set(resolver.grouplist("genders"))


def test_slurm(enabled, program):
    program("sinfo", SINFO)
    program("squeue", SQUEUE)
    program("scontrol", SCONTROL)
    resolver = enabled("slurm")
    assert nodes("@sp:batch", resolver) == nodes("@slurmpart:batch", resolver) == "n[3-8]"
    assert nodes("@sp:*", resolver) == "n[1-8]"
    assert resolver.node_groups("n1", "sp") == ["debug"]
    assert resolver.grouplist("sr") == ["maint", "school"]
    assert nodes("@sr:school", resolver) == "n[7-8]"
    assert nodes("@st:idle,@st:drained", resolver) == "n[1-4,8]"
    assert resolver.node_groups("n1", "slurmstate") == ["idle"]
    assert nodes("@sj:102", resolver) == "n7"
    assert nodes("@su:ann", resolver) == "n[5-7]"
    assert resolver.grouplist("slurmuser") == ["ann", "bob"]
    assert nodes("@sa:physics&@sq:physics", resolver) == "n[5-7]"
    # A user's jobs that mapall has not shown are asked for by name.
    assert nodes("@su:eve", resolver) == "n[5-6]"


def test_ansible(enabled, program, monkeypatch):
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    program("ansible-inventory", "print(%r)" % (  # noqa: UP031
        '{"_meta": {}, "all": {"children": ["web", "db"]}, "site": {"children": ["web", "db"]},'
        ' "web": {"hosts": ["w1", "w2"]}, "db": {"hosts": ["d1"]}}'))  # fmt: skip
    monkeypatch.setenv("ANSIBLE_INVENTORY", "unused")
    resolver = enabled("ansible")
    assert nodes("@ansible:site", resolver) == "d1,w[1-2]"
    assert nodes("@ansible:*", resolver) == "d1,w[1-2]"
    assert sorted(resolver.grouplist("ansible")) == ["db", "site", "web"]


def test_xcat(enabled, program):
    program(
        "lsdef",
        "import sys\n"
        "if 'group' in sys.argv[:4]: print('compute  (group)')\n"
        "else: print('n1  (node)'); print('n2  (node)')\n",
    )
    resolver = enabled("xcat")
    assert nodes("@xcat:compute", resolver) == "n[1-2]"
    assert resolver.grouplist("xcat") == ["compute"]
