"""``--raw``: bytes as they come; ``--expand``: names in commands for other machines."""

import io
import os
import pty
import subprocess
import sys
import tarfile

import pytest

from ClusterShell._cli.clush import raw
from ClusterShell._work.command import KeywordError, UnsafeValueError, remote_command

#: All bytes, lines that end in other ways, and no newline at the end.
BYTES = bytes(range(256)) * 300 + b"\r\n\n\r\0 no end"


@pytest.fixture
def data(commands):
    (commands.folder / "data").write_bytes(BYTES)
    return commands.folder / "data"


def run(commands, *args, **kwargs):
    """Return exit code, output as bytes, and standard error."""
    done = subprocess.run(
        commands.argv("clush", "--raw", *args),
        capture_output=True,
        cwd=commands.folder,
        env=commands.env,
        timeout=60,
        **{"stdin": subprocess.DEVNULL, **kwargs} if "input" not in kwargs else kwargs,
    )
    return done.returncode, done.stdout, done.stderr


class TestRaw:
    def test_output(self, commands, data):
        args = ("-R", "exec", "-w", "n1", f"cat {data}; cat {data} >&2; exit 3")
        code, out, err = run(commands, "-S", *args)
        assert (code, out) == (3, BYTES)
        assert err == BYTES + b"clush: n1: exited with exit code 3\n"

    def test_input(self, commands):
        assert run(commands, "-R", "exec", "-w", "n1", "cat", input=BYTES)[:2] == (0, BYTES)

    def test_a_tar_stream(self, commands, data):
        _, out, _ = run(commands, "-R", "exec", "-w", "n1", "tar cf - data")
        with tarfile.open(fileobj=io.BytesIO(out)) as archive:
            assert archive.extractfile("data").read() == BYTES

    def test_a_disk_without_a_line(self, commands):
        """It goes through, and is not kept until a line ends."""
        measure = (
            "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)"
        )
        argv = commands.argv("clush", "--raw", "-R", "exec", "-w", "n1")
        done = subprocess.run(
            [sys.executable, "-c", measure, *argv, "head -c 100000000 /dev/zero"],
            capture_output=True,
            env=commands.env,
            timeout=60,
        )
        assert len(done.stdout) == 100_000_000
        assert int(done.stderr) < 60_000

    def test_timeout(self, commands):
        code, out, err = run(commands, "-R", "exec", "-u", "1", "-w", "n1", "printf a; sleep 60")
        assert (out, err) == (b"a", b"clush: n1: command timeout\n")

    def test_through_gateways(self, commands, data):
        args = (*commands.tree(), "-w", "n1")
        code, out, err = run(commands, "-S", *args, f"cat {data}; echo oops >&2; exit 5")
        assert (code, out, err) == (5, BYTES, b"oops\nclush: n1: exited with exit code 5\n")
        code, out, _ = run(
            commands, *args, "cat; printf '%s' \"it's $FAKE_HOST\"", input=b"\0x\r\n"
        )
        assert (code, out) == (0, b"\0x\r\nit's n1")
        assert run(commands, "-S", *args, "kill -9 $$")[0] == 137

    @pytest.mark.sshd
    def test_over_ssh(self, commands, sshd, data):
        args = (*commands.over_ssh(sshd), "-w", "n1")
        assert run(commands, *args, f"cat {data}")[:2] == (0, BYTES)
        assert run(commands, *args, "cat", input=BYTES)[:2] == (0, BYTES)

    def test_a_terminal_is_not_commanded(self, commands):
        leader, follower = pty.openpty()
        run_args = ("-R", "exec", "-n", "-w", "n1", r"printf 'a\033[31mb\n'")
        subprocess.run(
            commands.argv("clush", "--raw", *run_args),
            stdin=subprocess.DEVNULL,
            stdout=follower,
            env=commands.env,
            timeout=60,
            check=True,
        )
        os.close(follower)
        assert os.read(leader, 100) == b"a^[[31mb\r\n"
        os.close(leader)

    @pytest.mark.parametrize("option", ["-b", "-B", "-L", "--diff", "--json", "--copy"])
    def test_mistakes(self, commands, option):
        code, out, err = commands.clush("-w", "n1", "--raw", option, "true")
        assert (code, out) == (2, "")
        assert "error: --raw " in err

    def test_encoded(self):
        done = subprocess.run(
            ["sh", "-c", raw.encoded("cat; exit 7")], input=BYTES, capture_output=True
        )
        assert done.returncode == 7
        written = []

        class Display:
            write = written.append
            content = staticmethod(bytes)

        raw.RawRun(Display, True).data("n1", "stdout", done.stdout)
        assert b"".join(written) == BYTES


class TestExpand:
    @pytest.mark.parametrize(
        ("command", "expected"),
        [
            ("echo %h %host %{h}", "echo n2 n2 n2"),
            ("echo %n-%rank", "echo 1-1"),
            ("echo %hosts", "echo n[1-3]"),
            ("date +%%s", "date +%s"),
            ("echo", "echo"),
        ],
    )
    def test_keywords(self, command, expected):
        assert remote_command(command, "n2", {"expand": "n[1-3]"}.get) == expected
        assert remote_command(command, "n2", {}.get) == command

    def test_quoting(self):
        info = {"expand": "a(b)"}.get
        assert remote_command("echo %h", "a(b)", info) == "echo 'a(b)'"
        assert remote_command('echo "%h"', 'a"b', info) == 'echo "a\\"b"'
        with pytest.raises(UnsafeValueError):
            remote_command("sh -c 'echo %h'", "a;b", info)
        with pytest.raises(KeywordError):
            remote_command("echo %x", "a", info)

    @pytest.mark.sshd
    def test_over_ssh(self, commands, sshd):
        args = (*commands.over_ssh(sshd), "-L", "-w", "n[1-2]")
        command = 'echo "%h" %n of %hosts'
        out = commands.run("clush", "--expand", *args, command)[1]
        assert out == "n1: n1 0 of n[1-2]\nn2: n2 1 of n[1-2]\n"
        assert commands.run("clush", *args, command)[1] == (
            "n1: %h %n of %hosts\nn2: %h %n of %hosts\n"
        )
        code, out, err = commands.run("clush", "--expand", *args, "echo %x")
        assert (code, out, err.count("\n")) == (1, "", 1)

    def test_through_gateways(self, commands):
        args = (*commands.tree(), "--expand", "-L", "-w", "n[1-3],x1")
        out = commands.run("clush", *args, "echo %h %rank of %hosts")[1]
        nodes = ["n1", "n2", "n3", "x1"]
        assert out.splitlines() == [f"{n}: {n} {i} of n[1-3],x1" for i, n in enumerate(nodes)]

    def test_each_node_is_reached(self, commands):
        """Whether or not the command names them all."""
        args = ("-O", "ssh_path=/bin/echo", "-L", "-w", "n[1-2]", "echo %hosts")
        code, out, _ = commands.run("clush", *args)
        assert [line.split()[-3:] for line in out.splitlines()] == [
            [node, "echo", "%hosts"] for node in ("n1", "n2")
        ]

    def test_dry_run(self, commands):
        _, out, _ = commands.run("clush", "--expand", "--dry-run", "-w", "n[1-2]", "echo %h")
        assert out.endswith(" n1 'echo n1'\n")
