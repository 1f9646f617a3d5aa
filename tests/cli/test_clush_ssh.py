"""clush through a real sshd: many nodes at once, a server that dies, Ctrl-C."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.waiting import wait_until
from tests.recorded.clush import terminal, world

START = "import sys; sys.argv[0] = 'clush'; from ClusterShell.CLI.Clush import main; main()"
CLUSH = [sys.executable, "-c", START]

pytestmark = [pytest.mark.sshd, pytest.mark.slow]


def clush(server, *args, **kwargs):
    """Return the arguments of a run of clush over ssh to `server`."""
    return [*CLUSH, "-O", f"ssh_options={server.options}", *args]


def children_named(name, parent):
    """Return the ids of the processes called `name` below process `parent`."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            comm = (entry / "comm").read_text().strip()
        except OSError:
            continue  # it has ended since
        if comm == name and (int(fields[1]) == parent or int(fields[2]) == parent):
            found.append(int(entry.name))
    return found


def alive(pids):
    """Return those of `pids` that run, zombies not counted."""
    running = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            running.append(pid)
    return running


def gathered(server, tmp_path, option, count):
    """Gather ``uname -r`` of `count` nodes; return (exit code, output, errors)."""
    result = subprocess.run(
        clush(server, "-n", "-f", "64", option, "-w", f"n[1-{count}]", "uname -r"),
        capture_output=True,
        text=True,
        env=world.environment(tmp_path),
        cwd=world.make(tmp_path),
        timeout=120,
    )
    return result.returncode, result.stdout, result.stderr


def one_block(count):
    release = os.uname().release
    line = "-" * 15
    return 0, f"{line}\nn[1-{count}] ({count})\n{line}\n{release}\n", ""


@pytest.mark.parametrize("option", ["-b", "-B"])
def test_200_nodes_gather_one_block(sshd, tmp_path, option):
    assert gathered(sshd, tmp_path, option, 200) == one_block(200)
    assert gathered(sshd, tmp_path, option, 200) == one_block(200)


def test_the_comparison_sees_a_stray_line(sshd, tmp_path):
    """The fault is planted: one node fails, and the block is no longer what it was."""
    result = subprocess.run(
        clush(sshd, "-n", "-b", "-w", "n[1-3],down1", "uname -r"),
        capture_output=True,
        text=True,
        env=world.environment(tmp_path),
        cwd=world.make(tmp_path),
        timeout=60,
    )
    assert (result.returncode, result.stdout, result.stderr) != one_block(3)
    assert "down1: " in result.stderr
    assert "clush: down1: exited with exit code 255" in result.stderr
    assert f"n[1-3] (3)\n{'-' * 15}\n{os.uname().release}\n" in result.stdout


def killed_midway(server, tmp_path, start=START):
    """Kill sshd while ten nodes run; return what is amiss, in words."""
    command = [sys.executable, "-c", start, "-O", f"ssh_options={server.options}"]
    process = subprocess.Popen(
        [*command, "-n", "-S", "-f", "10", "-w", "n[1-10]", "echo begun; sleep 30"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=world.environment(tmp_path),
        cwd=world.make(tmp_path),
    )
    begun = sorted(process.stdout.readline() for _ in range(10))
    assert begun == sorted(f"n{number}: begun\n" for number in range(1, 11))
    server.kill()
    _, errors = process.communicate(timeout=30)
    amiss = [
        f"n{number} unnamed"
        for number in range(1, 11)
        if f"clush: n{number}: exited with exit code 255\n" not in errors
    ]
    if process.returncode != 255:
        amiss.append(f"exit code {process.returncode}")
    if "Traceback" in errors:
        amiss.append("traceback")
    return amiss


def test_sshd_killed_midway(own_sshd, tmp_path):
    assert killed_midway(own_sshd(), tmp_path) == []


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("lambda self, node, rc: close(self, node, 0)", "exit code 0"),
        ("lambda self, node, rc: close(self, node, rc if node != 'n7' else 0)", "n7 unnamed"),
        ("lambda self, node, rc: close(self, node, rc) or self.absent", "traceback"),
    ],
)
def test_the_checks_of_a_killed_sshd_see_faults(own_sshd, tmp_path, fault, seen):
    """Faults are planted: exit codes that get lost, and a handler that fails."""
    planted = (
        "from ClusterShell.Worker.Worker import DistantWorker\n"
        "close = DistantWorker._on_node_close\n"
        f"DistantWorker._on_node_close = {fault}\n"
    )
    assert seen in killed_midway(own_sshd(), tmp_path, planted + START)


def interrupted(server, tmp_path):
    """Press Ctrl-C while 50 of 200 nodes run; return the terminal and the ssh processes."""
    shown = terminal.Terminal(
        clush(server, "-f", "50", "-w", "n[1-200]", "sleep 60"),
        world.make(tmp_path),
        world.environment(tmp_path),
    )
    pids = []

    def fifty_run():
        pids[:] = children_named("ssh", shown.process.pid)
        return len(pids) == 50 and len(server.sessions()) >= 50

    wait_until(fifty_run, 60)
    shown.type("\x03")
    return shown, list(pids)


def test_ctrl_c_leaves_no_ssh(own_sshd, tmp_path):
    shown, pids = interrupted(own_sshd(), tmp_path)
    assert shown.finish(30) == 130  # of the 60 s of the commands
    assert b"Keyboard interrupt" in shown.output
    wait_until(lambda: not alive(pids))


def test_the_look_for_ssh_sees_those_left(own_sshd, tmp_path):
    """The fault is planted: clush is killed outright, and its ssh processes are found."""
    process = subprocess.Popen(
        clush(own_sshd(), "-f", "5", "-n", "-w", "n[1-5]", "sleep 60"),
        cwd=world.make(tmp_path),
        env=world.environment(tmp_path),
    )
    wait_until(lambda: len(children_named("ssh", process.pid)) == 5, 30)
    pids = children_named("ssh", process.pid)
    process.kill()
    process.wait()
    left = alive(pids)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    assert left == pids
