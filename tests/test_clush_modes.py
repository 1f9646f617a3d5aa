"""The shipped run modes with the real sudo and sshpass, and clush as it looks under tmux."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.transcripts.clush import terminal, world

START = "import sys; sys.argv[0] = 'clush'; from ClusterShell.CLI.Clush import main; main()"
CLUSH = [sys.executable, "-c", START]
TEMPLATES = Path(__file__).parent.parent / "conf" / "clush.conf.d"

pytestmark = pytest.mark.slow


def needs(program):
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is not installed")


def enable(tmp_path, name):
    """Put the shipped example `name` into use."""
    work = world.make(tmp_path)
    text = (TEMPLATES / f"{name}.conf.example").read_text()
    (tmp_path / "cfg" / "clush.conf.d" / f"{name}.conf").write_text(text)
    return work


@needs("sudo")
def test_sudo(tmp_path):
    enable(tmp_path, "sudo")
    args = ["-R", "exec", "-w", "n[1-2]", "-m", "sudo", "-b", "id -u"]
    shown = terminal.Terminal([*CLUSH, *args], tmp_path / "work", world.environment(tmp_path))
    try:
        shown.wait_for("Password: ")
        shown.type("secret\n")
        assert shown.finish() == 0
    finally:
        shown.close()
    # Nothing of the password is shown, by the terminal or by sudo.
    assert b"secret" not in shown.output
    if os.geteuid() == 0:
        assert b"n[1-2] (2)" in shown.output
        assert b"\n0\r\n" in shown.output


@needs("sshpass")
@pytest.mark.sshd
def test_sshpass(tmp_path, sshd):
    enable(tmp_path, "sshpass")
    path = tmp_path / "cfg" / "clush.conf.d" / "sshpass.conf"
    # The settings of a mode win over -O: the way to the test's server goes in here.
    path.write_text(path.read_text().replace("ssh_options: ", f"ssh_options: {sshd.options} "))
    shown = terminal.Terminal(
        [*CLUSH, "-m", "sshpass", "-w", "n[1-2]", "-b", "echo hi"],
        tmp_path / "work",
        world.environment(tmp_path),
    )
    try:
        shown.wait_for("Password: ")
        shown.type("secret\n")
        assert shown.finish() == 0
    finally:
        shown.close()
    assert b"n[1-2] (2)\r\n" in shown.output
    assert b"\nhi\r\n" in shown.output
    assert b"secret" not in shown.output


class Tmux:
    """A server of its own, with one window of 24 lines and 80 columns."""

    def __init__(self, folder):
        self.base = ["tmux", "-S", str(folder / "socket"), "-f", "/dev/null"]

    def __call__(self, *args):
        result = subprocess.run([*self.base, *args], capture_output=True, text=True, timeout=20)
        return result.stdout

    def wait_for(self, text):
        limit = time.monotonic() + 20
        while text not in (screen := self("capture-pane", "-p")):
            assert time.monotonic() < limit, screen
            time.sleep(0.05)
        return screen


@needs("tmux")
def test_a_session_under_tmux(tmp_path):
    work = world.make(tmp_path)
    env = world.environment(tmp_path)
    script = work / "run"
    exports = "".join(f"export {key}='{value}'\n" for key, value in env.items() if key != "TERM")
    script.write_text(f'{exports}exec {sys.executable} -c "{START}" -R exec -w "n[1-3]"\n')
    tmux = Tmux(tmp_path)
    tmux("new-session", "-d", "-x", "80", "-y", "24", f"sh {script}; sleep 60")
    try:
        tmux.wait_for("clush>")
        time.sleep(0.3)
        tmux("send-keys", "echo one; sleep %{rank}", "Enter")
        tmux.wait_for("n3: one")
        tmux("send-keys", "Enter")
        tmux.wait_for("clush: in progress(")
        tmux("send-keys", "C-c")
        tmux.wait_for("Keyboard interrupt.\nclush>")
        time.sleep(0.3)
        tmux("send-keys", "=", "Enter")
        tmux.wait_for("Switching to gathered output format\nclush>")
        # From the history: the command before the last, edited.
        tmux("send-keys", "Up", "Up")
        tmux.wait_for("clush> echo one; sleep %{rank}\n")
        tmux("send-keys", "C-a", "C-k", "echo two", "Enter")
        screen = tmux.wait_for("two\nclush>")
        assert "---------------\nn[1-3] (3)\n---------------\ntwo\n" in screen
        tmux("send-keys", "quit", "Enter")
    finally:
        tmux("kill-server")
