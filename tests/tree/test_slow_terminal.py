"""A terminal that shows no more slows down the commands, and nobody keeps what they write."""

import os
import re
import select
import signal
import subprocess
import sys
import time
import tty

import pytest

from ClusterShell.Task import _getshorthostname
from tests.fixtures.gateway import SSH
from tests.fixtures.sshd import descendants

TIMEOUT = 60

#: A megabyte has some 16 of these parts; all together are many times what may be on its way.
PARTS = 320
LINES = 1000


def memory(pid):
    """Return the most memory that the process *pid* has needed, in MB."""
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmHWM:\s*(\d+)", file.read()).group(1)) / 1024


def command_of(pid):
    """Return the words of the command of a process; none where it has ended."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().split(b"\0")
    except FileNotFoundError:
        return []


class Clush:
    """clush with its output on a terminal or in a pipe, whose other end is ``reader``."""

    def __init__(self, folder, kind, routes, *args):
        ssh = folder / "ssh"
        ssh.write_text(SSH)
        ssh.chmod(0o755)
        topology = folder / "topology.conf"
        topology.write_text(f"[routes]\n{_getshorthostname()}: {routes}")
        self.reader, writer = os.openpty() if kind == "terminal" else os.pipe()
        if kind == "terminal":
            tty.setraw(writer)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ClusterShell.CLI.Clush", "--topology", topology, *args],
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.PIPE,
            env={
                **os.environ,
                "PATH": f"{folder}:{os.environ['PATH']}",
                "CLUSTERSHELL_GW_PYTHON_EXECUTABLE": sys.executable,
                "CLUSTERSHELL_GW_LOG_DIR": "/nonexistent",
            },
        )
        os.close(writer)

    def gateways(self):
        """Return the ids of the processes that are gateways."""
        found = []
        for pid in descendants(self.process.pid):
            words = command_of(pid)
            if b"ClusterShell.Gateway" in words and words[0] == sys.executable.encode():
                found.append(pid)
        return found

    def read(self):
        """Return the next bytes, none at the end."""
        assert select.select([self.reader], [], [], TIMEOUT)[0]
        try:
            return os.read(self.reader, 1 << 20)
        except OSError:  # how the end of a terminal is told
            return b""

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(TIMEOUT)
        self.process.stderr.close()
        os.close(self.reader)


@pytest.fixture
def clush(tmp_path):
    made = []

    def start(*args):
        made.append(Clush(tmp_path, *args))
        return made[-1]

    yield start
    for one in made:
        one.close()


def steady(path):
    """Wait for the number in *path* to rise no more; return it."""
    deadline = time.monotonic() + TIMEOUT
    last, since = "", time.monotonic()
    while time.monotonic() - since < 1.5 or not last.strip():
        assert time.monotonic() < deadline
        time.sleep(0.1)
        now = path.read_text() if path.exists() else ""
        if now != last:
            last, since = now, time.monotonic()
    return int(last)


@pytest.mark.lengthy
@pytest.mark.parametrize(("kind", "levels"), [("terminal", 1), ("pipe", 2)])
def test_slows_down_the_leaves(clush, kind, levels, tmp_path):
    routes = ["gw1\ngw1: n[1-2]\n", "gw1\ngw1: gw2\ngw2: n[1-2]\n"][levels - 1]
    count = tmp_path / "count"
    command = (
        f"i=0; while [ $i -lt {PARTS} ]; do seq -f %060.0f {LINES}; "
        f"i=$((i+1)); echo $i > {count}.new; mv {count}.new {count}; done"
    )
    one = clush(kind, routes, "--color=never", "-w", "n1", command)
    begin = one.read()
    before = {pid: memory(pid) for pid in (one.process.pid, *one.gateways())}
    assert len(before) == 1 + levels
    assert steady(count) < PARTS // 2
    for pid, started_with in before.items():
        assert memory(pid) - started_with < 16
    data = bytearray(begin)
    while part := one.read():
        data += part
    lines = bytes(data).split(b"\n")
    assert lines.pop() == b""
    prefix = b"n1: "
    assert {line[: len(prefix)] for line in lines} == {prefix}
    assert [int(line[len(prefix) :]) for line in lines] == list(range(1, LINES + 1)) * PARTS
    assert one.process.wait(TIMEOUT) == 0
    assert one.process.stderr.read() == b""
