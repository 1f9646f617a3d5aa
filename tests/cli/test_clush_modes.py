"""The shipped run modes with the real sudo and sshpass, and clush as it looks under tmux."""

import os
import shutil
import subprocess
import sys
import time

import pytest

from tests import ROOT
from tests.fixtures.accounts import PASSWORD, UID, USER
from tests.fixtures.sshd import running_sshd
from tests.recorded.clush import terminal, world

START = "import sys; sys.argv[0] = 'clush'; from ClusterShell.CLI.Clush import main; main()"
CLUSH = [sys.executable, "-c", START]
TEMPLATES = ROOT / "conf" / "clush.conf.d"

pytestmark = pytest.mark.slow


def needs(program):
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is not installed")


def enable(tmp_path, name):
    """Put the shipped example `name` into use."""
    work = world.make(tmp_path)
    text = (TEMPLATES / f"{name}.conf.example").read_text()
    (tmp_path / "cfg" / "clush.conf.d" / f"{name}.conf").write_text(text)
    return work


def enter_password(shown):
    """Answer the only question of a command at a terminal that ends well then."""
    try:
        shown.wait_for("Password: ")
        shown.type("secret\n")
        assert shown.finish() == 0
    finally:
        shown.close()


@needs("sudo")
def test_sudo(tmp_path):
    enable(tmp_path, "sudo")
    args = ["-R", "exec", "-w", "n[1-2]", "-m", "sudo", "-b", "id -u"]
    shown = terminal.Terminal([*CLUSH, *args], tmp_path / "work", world.environment(tmp_path))
    enter_password(shown)
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
    enter_password(shown)
    assert b"n[1-2] (2)\r\n" in shown.output
    assert b"\nhi\r\n" in shown.output
    assert b"secret" not in shown.output


@pytest.fixture
def password_sshd(open_folder, accounts):
    """A server that knows the user with a password, by key or by password."""
    settings = "PasswordAuthentication yes\nUsePAM yes\nKbdInteractiveAuthentication no\n"
    with running_sshd(open_folder, settings=settings, prefix=accounts.command) as server:
        yield server


@needs("sudo")
@pytest.mark.sshd
class TestSudoPassword:
    """The password goes from clush's prompt over ssh to the sudo of an ordinary user."""

    def start(self, tmp_path, server, *args):
        enable(tmp_path, "sudo")
        command = [*CLUSH, "-O", f"ssh_options={server.options}", "-l", USER]
        command += ["--color=never", "-m", "sudo"]
        return terminal.Terminal([*command, *args], tmp_path / "work", world.environment(tmp_path))

    def test_right(self, tmp_path, password_sshd):
        shown = self.start(tmp_path, password_sshd, "-w", "n[1-3]", "-b", "id -u; cat | wc -c")
        shown.wait_for("Password: ")
        shown.type(PASSWORD + "\n")
        assert shown.finish() == 0, shown.output
        # root did it, and the password was not among its input.
        assert b"---\r\nn[1-3] (3)\r\n---------------\r\n0\r\n0\r\n" in shown.output
        assert PASSWORD.encode() not in shown.output

    def test_without_it_the_user_is_an_ordinary_one(self, tmp_path, password_sshd):
        enable(tmp_path, "sudo")
        result = subprocess.run(
            [*CLUSH, "-O", f"ssh_options={password_sshd.options}", "-l", USER, "-n", "-w", "n1"]
            + ["id -u; sudo -n id -u"],
            capture_output=True,
            text=True,
            cwd=tmp_path / "work",
            env=world.environment(tmp_path),
            timeout=60,
        )
        assert result.stdout == f"n1: {UID}\n"
        assert "n1: sudo: a password is required" in result.stderr

    @pytest.mark.parametrize("typed", ["wrong", ""])
    def test_wrong(self, tmp_path, password_sshd, typed):
        shown = self.start(tmp_path, password_sshd, "-S", "-w", "n[1-2]", "-b", "id -u")
        shown.wait_for("Password: ")
        shown.type(typed + "\n")
        assert shown.finish() == 1, shown.output
        assert b"n1: Sorry, try again.\r\n" in shown.output
        assert b"clush: n[1-2] (2): exited with exit code 1\r\n" in shown.output
        assert b"\n0\r\n" not in shown.output
        assert b"Traceback" not in shown.output

    def test_every_command_of_an_interactive_session(self, tmp_path, password_sshd):
        shown = self.start(tmp_path, password_sshd, "-w", "n[1-2]", "-b")
        shown.wait_for("Password: ")
        shown.type(PASSWORD + "\n")
        for word in ("once", "twice"):
            shown.wait_for_prompt()
            shown.type(f"echo {word} by $(id -u)\n")
            # The command substitution is done by the user's own shell, sudo runs echo.
            shown.wait_for(f"n[1-2] (2)\r\n---------------\r\n{word} by {UID}\r\n")
        shown.wait_for_prompt()
        shown.type("quit\n")
        assert shown.finish() == 0


@needs("sshpass")
@pytest.mark.sshd
class TestSshpassPassword:
    """sshpass types the password that clush has asked for."""

    #: What the example leaves to the configuration of ssh.
    SETTINGS = f"-oPreferredAuthentications=password -oPasswordAuthentication=yes -oUser={USER} "

    def start(self, tmp_path, server, *args, mode="sshpass", **replaced):
        enable(tmp_path, "sshpass")
        path = tmp_path / "cfg" / "clush.conf.d" / "sshpass.conf"
        options = f"ssh_options: {self.SETTINGS}{server.options} "
        text = path.read_text().replace("ssh_options: ", options)
        for old, new in replaced.items():
            text = text.replace(old, new)
        path.write_text(text)
        return terminal.Terminal(
            [*CLUSH, "--color=never", "-m", mode, *args],
            tmp_path / "work",
            world.environment(tmp_path),
        )

    def test_right(self, tmp_path, password_sshd):
        shown = self.start(tmp_path, password_sshd, "-w", "n[1-3]", "-b", "id -un; cat | wc -c")
        shown.wait_for("Password: ")
        shown.type(PASSWORD + "\n")
        assert shown.finish() == 0, shown.output
        assert f"n[1-3] (3)\r\n---------------\r\n{USER}\r\n0\r\n".encode() in shown.output
        assert PASSWORD.encode() not in shown.output

    def test_wrong(self, tmp_path, password_sshd):
        shown = self.start(tmp_path, password_sshd, "-S", "-w", "n[1-2]", "-b", "id -un")
        shown.wait_for("Password: ")
        shown.type("wrong\n")
        assert shown.finish() == 5, shown.output
        assert b"clush: n[1-2] (2): exited with exit code 5\r\n" in shown.output
        assert USER.encode() not in shown.output.replace(b"clushtest@", b"")
        assert b"Traceback" not in shown.output

    @pytest.mark.parametrize("typed", [PASSWORD, "wrong"])
    def test_copy(self, tmp_path, password_sshd, open_folder, typed):
        target = open_folder / "target"
        target.mkdir()
        target.chmod(0o777)
        args = ["-S", "-w", "n1", "--copy", "file", "--dest", f"{target}/copy"]
        shown = self.start(tmp_path, password_sshd, *args)
        shown.wait_for("Password: ")
        shown.type(typed + "\n")
        code = shown.finish()
        if typed == PASSWORD:
            assert code == 0, shown.output
            assert (target / "copy").read_text() == "some text\n"
            assert (target / "copy").stat().st_uid == UID
        else:
            assert code == 5, shown.output
            assert os.listdir(target) == []

    def test_file(self, tmp_path, password_sshd):
        """The other mode of the example: the password stands in a file, nobody is asked."""
        secret = tmp_path / "secret"
        secret.write_text(PASSWORD + "\n")
        shown = self.start(
            tmp_path,
            password_sshd,
            *("-w", "n[1-2]", "-b", "id -un"),
            mode="sshpass-file",
            **{"/root/remotepasswordfile": str(secret)},
        )
        assert shown.finish() == 0, shown.output
        assert f"n[1-2] (2)\r\n---------------\r\n{USER}\r\n".encode() in shown.output
        assert b"assword" not in shown.output


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
