"""ssh, per group: sections ``[ssh NODES]`` of clush.conf, ``CLUSH_SSH_ARGS``."""

import pytest

from ClusterShell._cli.clush import sections
from ClusterShell._work.sections import settings_of

CONFIG = """\
[Main]
ssh_path: /bin/echo
scp_path: /bin/echo scp
[ssh @gpu,n9]
user: bob
options: -p 23
connect_timeout: 3
scp_path: /bin/echo other
[ssh n2]
user: eve
path: /bin/echo mine
"""
GROUPS = "[Main]\ndefault: x\n[x]\nmap: echo n[1-2]\n"


@pytest.fixture
def configured(commands):
    (commands.config / "clush.conf").write_text(CONFIG)
    (commands.config / "groups.conf").write_text(GROUPS)
    return commands


def lines(commands, *args, **kwargs):
    """Return the words that each node is reached with."""
    code, out, err = commands.run("clush", "-L", "-w", "n[1-3]", *args, **kwargs)
    assert (code, err) == (0, "")
    return dict(line.split(": ", 1) for line in out.splitlines())


STANDARD = "-oForwardAgent=no -oForwardX11=no"


class TestSections:
    def test_settings(self, configured):
        assert lines(configured, "true") == {
            "n1": f"-p 23 {STANDARD} -l bob -oConnectTimeout=3 -oBatchMode=yes n1 true",
            "n2": f"mine -p 23 {STANDARD} -l eve -oConnectTimeout=3 -oBatchMode=yes n2 true",
            "n3": f"{STANDARD} -oConnectTimeout=10 -oBatchMode=yes n3 true",
        }

    def test_the_command_line_wins(self, configured):
        found = lines(configured, "-l", "root", "-t", "7", "-o", "-p 99", "true")
        assert found["n1"] == (
            f"-p 99 -p 23 {STANDARD} -l root -oConnectTimeout=7 -oBatchMode=yes n1 true"
        )
        assert found["n3"].startswith("-p 99 -oForward")

    def test_copies(self, configured):
        (configured.folder / "f").touch()
        args = ("-v", "-w", "n[1,3]", "--copy", "f", "--dest", "/x")
        out = configured.run("clush", *args)[1]
        assert "n1: other -p 23 -oConnectTimeout=3 f bob@[n1]:/x\n" in out
        assert "n3: scp -oConnectTimeout=10 f [n3]:/x\n" in out

    def test_command_timeout(self, configured):
        with open(configured.config / "clush.conf", "a") as file:
            file.write("[ssh n1]\npath: sh -c 'sleep 60'\ncommand_timeout: 0.5\n")
        _, _, err = configured.run("clush", "-w", "n1", "true")
        assert err == "clush: n1: command timeout\n"

    def test_through_gateways(self, commands):
        args = (*commands.tree(), "-L", "-w", "n[1-2]", "echo $CALLED")
        ssh = commands.folder / "ssh"
        other = commands.folder / "other"
        other.write_text(ssh.read_text().replace("shift\nexec", "shift\nexport CALLED=other\nexec"))
        other.chmod(0o755)
        (commands.config / "clush.conf").write_text(f"[ssh n2]\npath: {other}\n")
        assert commands.run("clush", *args)[1] == "n1: \nn2: other\n"

    @pytest.mark.parametrize(
        ("text", "code", "error"),
        [
            ("[ssh n1]\nusr: x\n", 0, 'unknown setting "usr" in [ssh n1] (did you mean "user"?)'),
            ("[ssh n1]\nconnect_timeout: soon\n", 1, "(Config ssh n1.connect_timeout): could not"),
            ("[ssh n[]\nuser: x\n", 1, "Parse error"),
            ("[sshn1]\nuser: x\n", 0, "unknown section [sshn1]"),
        ],
    )
    def test_mistakes(self, commands, text, code, error):
        (commands.config / "clush.conf").write_text("[Main]\nssh_path: /bin/echo\n" + text)
        found, _, err = commands.run("clush", "-w", "n1", "true")
        assert (found, err.count("\n")) == (code, 1)
        assert error in err

    def test_the_last_section_counts(self):
        found = settings_of((("n[1-2]", (("a", 1), ("b", 2))), ("n2", (("a", 3),))), "n2")
        assert found == {"a": 3, "b": 2}
        assert sections.SETTINGS["user"] == "ssh_user"


class TestEnvironment:
    def test_is_added(self, configured):
        found = lines(configured, "true", env={"CLUSH_SSH_ARGS": "-F 'my file'"})
        assert found["n1"].startswith(f"-p 23 -F my file {STANDARD}")
        assert found["n3"].startswith(f"-F my file {STANDARD}")

    def test_copies(self, commands):
        (commands.folder / "f").touch()
        args = ("--dry-run", "-w", "n1", "--copy", "f", "--dest", "/x")
        for more in ((), ("-O", "scp_options=-C")):
            _, out, _ = commands.run("clush", *more, *args, env={"CLUSH_SSH_ARGS": "-4"})
            assert "-4 -oConnectTimeout" in out

    def test_malformed(self, commands):
        env = {"CLUSH_SSH_ARGS": "'open"}
        code, _, err = commands.run("clush", "-w", "n1", "true", env=env)
        assert (code, err.count("\n")) == (1, 1)
