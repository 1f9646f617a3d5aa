"""The templates of group sources with the programs themselves: Slurm, Ansible."""

import os
import shutil
import signal
import socket
import subprocess
import time

import pytest

from ClusterShell.NodeSet import ILLEGAL_GROUP_CHARS, NodeSet
from ClusterShell.NodeUtils import GroupResolverConfig
from tests import ROOT

pytestmark = pytest.mark.slow

SLURM = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
AuthType=auth/none
CredType=cred/none
SlurmUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 State=UNKNOWN
NodeName=n[2-8] NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 State=DOWN
PartitionName=debug Nodes=n[1-2] Default=YES State=UP
PartitionName=batch Nodes=n[3-8] State=UP
"""


def run(*command):
    """Return what a program prints."""
    return subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, timeout=60
    ).stdout.strip()


def wait_for(what, *command):
    """Wait until a program prints a line with *what*."""
    limit = time.monotonic() + 60
    while what not in run(*command):
        assert time.monotonic() < limit, run(*command)
        time.sleep(0.2)


def free_ports(number):
    """Return the numbers of ports of this host that nobody listens at."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture
def enabled(tmp_path, monkeypatch):
    """Return a function giving a resolver where a template is enabled."""

    def enabled(name):
        shutil.copytree(ROOT / "conf", tmp_path / "etc")
        folder = tmp_path / "etc" / "groups.conf.d"
        (folder / f"{name}.conf.example").rename(folder / f"{name}.conf")
        return GroupResolverConfig(str(tmp_path / "etc" / "groups.conf"), ILLEGAL_GROUP_CHARS)

    return enabled


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """A Slurm cluster on this host: a controller, and one node that runs jobs."""
    for program in ("slurmctld", "slurmd", "sinfo", "sbatch"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    if os.getuid():
        pytest.skip("slurmd runs jobs for root only")
    host = socket.gethostname().partition(".")[0]
    (tmp_path / "state").mkdir()
    (tmp_path / "spool").mkdir()
    config = tmp_path / "slurm.conf"
    config.write_text(SLURM.format(host=host, folder=tmp_path, user="root", ports=free_ports(3)))
    monkeypatch.setenv("SLURM_CONF", str(config))
    servers = []
    with open(tmp_path / "log", "wb") as log:
        for command in (["slurmctld", "-D", "-i"], ["slurmd", "-D", "-N", "n1"]):
            servers.append(subprocess.Popen(command, stdout=log, stderr=log))
            if not servers[1:]:
                wait_for("UP", "sh", "-c", "scontrol ping || true")
    try:
        wait_for("n1 idle", "sinfo", "-h", "-N", "-o", "%N %T")
        yield
    finally:
        for server in reversed(servers):
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def groups(source, resolver):
    return {
        group: str(NodeSet(f"@{source}:{group}", resolver=resolver))
        for group in resolver.grouplist(source)
    }


def test_slurm(slurm, enabled, tmp_path):
    run("sbatch", "-w", "n1", "-o", "/dev/null", "--wrap", "sleep 600")
    wanted = ["reservationname=maint", "starttime=now", "duration=10", "flags=maint"]
    run("scontrol", "create", "reservation", *wanted, "nodes=n[3-4]", "users=root")
    wait_for("1 R", "squeue", "-h", "-o", "%i %t")
    try:
        resolver = enabled("slurm")
        assert groups("sp", resolver) == {"debug": "n[1-2]", "batch": "n[3-8]"}
        assert str(NodeSet("@slurmpart:*", resolver=resolver)) == "n[1-8]"
        assert resolver.node_groups("n5", "sp") == ["batch"]
        assert groups("sr", resolver) == {"maint": "n[3-4]"}
        assert groups("st", resolver) == {"allocated": "n1", "down": "n[2-8]"}
        assert groups("sj", resolver) == {"1": "n1"}
        assert resolver.node_groups("n1", "sj") == ["1"]
        assert groups("su", resolver) == {"root": "n1"}
        assert resolver.node_groups("n1", "su") == ["root"]
    finally:
        run("scancel", "1")


def test_ansible(enabled, tmp_path, monkeypatch):
    for program in ("ansible-inventory", "jq"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    inventory = tmp_path / "hosts.ini"
    inventory.write_text("[web]\nw[1:2]\n[db]\nd1\n[site:children]\nweb\ndb\n")
    monkeypatch.setenv("ANSIBLE_INVENTORY", str(inventory))
    resolver = enabled("ansible")
    assert groups("ansible", resolver) == {"site": "d1,w[1-2]", "web": "w[1-2]", "db": "d1"}
    assert str(NodeSet("@ansible:*", resolver=resolver)) == "d1,w[1-2]"
