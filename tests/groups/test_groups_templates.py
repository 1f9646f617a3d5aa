"""The templates of conf/: read as they are, and asked through the programs they call."""

import json
import os
import re
import shutil
from configparser import ConfigParser

import pytest

from ClusterShell.CLI.Config import ClushConfig
from ClusterShell.Defaults import Defaults
from ClusterShell.NodeSet import ILLEGAL_GROUP_CHARS, NodeSet
from ClusterShell.NodeUtils import GroupResolverConfig
from tests import ROOT

CONF = ROOT / "conf"
TEMPLATES = ("ansible", "genders", "slurm", "xcat")

# Answers of a Slurm cluster, by the options that matter.
SINFO = """\
case "$*" in
*"-p debug"*) echo "n[1-2]" ;;
*"-p batch"*) echo "n[3-8]" ;;
*"-t idle"*) echo "n[1-4]" ;;
*%R*"-n n1"*) echo debug ;;
*%T*"-n n1"*) echo "idle*" ;;
*%R:%N*) echo "debug:n[1-2]"; echo "batch:n[3-6]"; echo "batch:n[7-8]" ;;
*%T:%N*) echo "idle*:n[1-4]"; echo "allocated:n[5-7]"; echo "drained$:n8" ;;
*%T*) echo "idle*"; echo allocated ;;
*%N*) echo "n[1-8]" ;;
*) exit 1 ;;
esac
"""
SQUEUE = """\
case "$*" in
*%i:%N*) echo "101:n[5-6]"; echo 102:n7 ;;
*%u:%N*) echo "ann:n[5-6]"; echo bob:n7; echo ann:n7 ;;
*%[aq]:%N*) echo "physics:n[5-7]" ;;
*%N*) echo "n[5-6]" ;;
*%i*) echo 101 ;;
*%u*) echo ann; echo bob ;;
*) exit 1 ;;
esac
"""
SCONTROL = """\
show() { echo "ReservationName=$1 StartTime=x Nodes=$2 NodeCnt=2"; }
case "$4" in
"" | maint) show maint "n[1-2]" ;;
esac
case "$4" in
"" | school) show school "n[7-8]" ;;
esac
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Return a function that puts a shell program first on the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def program(name, text):
        path = folder / name
        path.write_text("#!/bin/sh\n" + text)
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
    program("nodeattr", f'exec {nodeattr} -f {tmp_path}/genders "$@"\n')
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
    inventory = {
        "_meta": {},
        "all": {"children": ["web", "db"]},
        "site": {"children": ["web", "db"]},
        "web": {"hosts": ["w1", "w2"]},
        "db": {"hosts": ["d1"]},
    }
    program("ansible-inventory", f"echo '{json.dumps(inventory)}'\n")
    monkeypatch.setenv("ANSIBLE_INVENTORY", "unused")
    resolver = enabled("ansible")
    assert nodes("@ansible:site", resolver) == "d1,w[1-2]"
    assert nodes("@ansible:*", resolver) == "d1,w[1-2]"
    assert sorted(resolver.grouplist("ansible")) == ["db", "site", "web"]


def test_xcat(enabled, program):
    program(
        "lsdef",
        'case "$*" in\n*"-t group"*) echo "compute  (group)" ;;\n'
        '*) echo "n1  (node)"; echo "n2  (node)" ;;\nesac\n',
    )
    resolver = enabled("xcat")
    assert nodes("@xcat:compute", resolver) == "n[1-2]"
    assert resolver.grouplist("xcat") == ["compute"]


def as_if_set(name):
    """Return the text of a template with the settings that it has as comments in force."""
    return re.sub(r"^#(\w+:)", r"\1", (CONF / name).read_text(), flags=re.M)


def test_defaults(tmp_path):
    """What the template of defaults.conf shows is every setting, with the value it has anyway."""
    (tmp_path / "defaults.conf").write_text(as_if_set("defaults.conf.example"))
    named, plain = Defaults([str(tmp_path / "defaults.conf")]), Defaults([])
    read = ConfigParser()
    read.read(tmp_path / "defaults.conf")
    shown = {section.upper(): sorted(read[section]) for section in read.sections()}
    assert shown == {
        # port_qlimit has its place in [engine]; the other is for older files.
        "TASK.DEFAULT": sorted(set(Defaults._TASK_DEFAULT_CONVERTERS) - {"port_qlimit"}),
        "TASK.INFO": sorted(Defaults._TASK_INFO_CONVERTERS),
        "NODESET": sorted(Defaults._NODESET_CONVERTERS),
        "ENGINE": sorted(Defaults._ENGINE_CONVERTERS),
    }
    for name in [name for names in shown.values() for name in names]:
        assert getattr(named, name) == getattr(plain, name)


def test_clush(tmp_path):
    """The template of clush.conf shows every setting."""
    read = ConfigParser()
    read.read_string(as_if_set("clush.conf"))
    known = {*ClushConfig.MAIN_DEFAULTS, *ClushConfig._OTHER_SETTINGS}
    assert sorted(read["Main"]) == sorted(known)
