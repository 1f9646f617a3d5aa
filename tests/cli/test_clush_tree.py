"""clush through gateways: real gateways, over an ssh that runs commands here."""

import os
import subprocess
import sys

import pytest

from ClusterShell.Task import _getshorthostname
from tests.fixtures import gateway


@pytest.fixture
def work(tmp_path):
    (tmp_path / "ssh").write_text(gateway.SSH)
    (tmp_path / "ssh").chmod(0o755)
    host = _getshorthostname()
    (tmp_path / "topology.conf").write_text(f"[routes]\n{host}: gw[1-2],x9\ngw[1-2],x9: n[1-8]\n")
    (tmp_path / "dead.conf").write_text(f"[routes]\n{host}: deadgw,gw2\ndeadgw,gw2: n[1-8]\n")
    (tmp_path / "gone.conf").write_text(f"[routes]\n{host}: deadgw\ndeadgw: n[1-8]\n")
    return tmp_path


def clush(work, *args, stdin="", config=None):
    """Return exit code, lines of standard output sorted, and standard error."""
    env = dict(os.environ, CLUSTERSHELL_GW_PYTHON_EXECUTABLE=sys.executable)
    if config is not None:
        env["CLUSTERSHELL_CFGDIR"] = str(config)
    done = subprocess.run(
        [sys.executable, "-m", "ClusterShell.CLI.Clush", "-O", f"ssh_path={work}/ssh", *args],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=work,
        env=env,
        timeout=60,
    )
    # Run as a module, it has the name of its file.
    return (
        done.returncode,
        sorted(done.stdout.splitlines()),
        done.stderr.replace("Clush.py:", "clush:"),
    )


TREE = ["--topology", "topology.conf"]


class TestTree:
    def test_commands(self, work):
        code, out, err = clush(work, *TREE, "-S", "-w", "n[1-3],x1", "echo $FAKE_HOST; exit 3")
        assert (code, out) == (3, ["n1: n1", "n2: n2", "n3: n3", "x1: x1"])
        # Grooming decides which gateway is heard first.
        assert all(line.endswith("exited with exit code 3") for line in err.splitlines())

    def test_gathered_and_told_of(self, work):
        code, out, err = clush(work, *TREE, "-v", "-bw", "n[1-2]", "echo hi")
        assert code == 0
        assert out == ["-" * 15, "-" * 15, "hi", "n1: hi", "n2: hi", "n[1-2] (2)"]
        assert err == "clush: enabling tree topology (3 gateways)\n"

    def test_drawing(self, work):
        _, out, _ = clush(work, *TREE, "-d", "--color=never", "-w", "n1", "true")
        assert [line for line in out if "`- " in line] == ["   `- n[1-8]", "`- gw[1-2],x9"]

    def test_on_gateways(self, work):
        _, out, _ = clush(work, *TREE, "--remote=no", "-w", "n[1-2],x1", "echo %h $FAKE_HOST")
        assert out == ["n1: n1 gw1", "n2: n2 gw2", "x1: x1"]
        _, out, _ = clush(work, "--remote=no", "-w", "n1", "echo %h")
        assert out == ["n1: n1"]

    def test_worker_of_what_runs_here(self, work):
        """``-R`` is for commands then; copies keep the worker for other hosts."""
        paths = ("-O", "ssh_path=echo ssh", "-O", "scp_path=echo scp", "--remote=no", "-w", "n1")
        _, out, _ = clush(work, *paths, "-R", "ssh", "echo %h")
        assert [line.split()[:2] + line.split()[-3:] for line in out] == [
            ["n1:", "ssh", "n1", "echo", "%h"]
        ]
        (work / "file").write_text("text")
        for more in ((), ("--batch", "1")):
            args = (*paths, *more, "-R", "exec", "--copy", "file", "--dest", "to")
            _, out, _ = clush(work, *args)
            assert [line.split()[:2] + line.split()[-2:] for line in out] == [
                ["n1:", "scp", "file", "[n1]:to"]
            ]

    def test_standard_input(self, work):
        _, out, _ = clush(work, *TREE, "-bw", "n[1-3],x1", "wc -c", stdin="x" * 300_000)
        assert "300000" in out
        assert "n[1-3],x1 (4)" in out

    def test_copies(self, work):
        (work / "file").write_text("text")
        (work / "in").mkdir()
        code, out, err = clush(
            work, *TREE, "-v", "-w", "n1", "--copy", "file", "--dest", f"{work}/copied"
        )
        assert (code, out) == (0, [f"`file' -> n1:`{work}/copied'"])
        assert (work / "copied").read_text() == "text"
        code, out, err = clush(
            work, *TREE, "-w", "n[1-2],n4", "--rcopy", f"{work}/file", "--dest", "in"
        )
        assert (code, out, err) == (0, [], "")
        assert sorted(os.listdir(work / "in")) == ["file.n1", "file.n2", "file.n4"]

    @pytest.mark.lengthy
    def test_timeout(self, work):
        code, out, err = clush(work, *TREE, "-S", "-u", "2", "-w", "n1", "echo a; sleep 20")
        assert (code, out, err) == (255, ["n1: a"], "clush: n1: command timeout\n")


class TestLostGateways:
    def test_rerouted(self, work):
        code, out, err = clush(work, "--topology", "dead.conf", "-w", "n[1-2]", "echo hi")
        assert (code, out) == (0, ["n1: hi", "n2: hi"])
        assert err == (
            "deadgw: ssh: connect to host deadgw port 22: Connection refused\n"
            "clush: rerouting commands for n1 due to the failure of gateway deadgw\n"
        )
        _, _, err = clush(work, "--topology", "dead.conf", "-q", "-w", "n[1-2]", "echo hi")
        assert "rerouting" not in err

    def test_none_left(self, work):
        code, out, err = clush(work, "--topology", "gone.conf", "-w", "n[1-2],x1", "echo hi")
        assert code == 1
        assert err.endswith("clush: TREE MODE: No route available to n1\n")


class TestTopologyFiles:
    def test_of_the_configuration(self, work):
        args = ("-v", "-w", "n1", "echo hi")
        _, out, err = clush(work, *args, config=work)
        assert (out, err) == (["n1: hi"], "clush: enabling tree topology (3 gateways)\n")
        (work / "defaults.conf").write_text("[task.default]\nauto_tree: no\n")
        assert clush(work, *args, config=work) == (0, ["n1: hi"], "")

    def test_a_worker_of_ones_own(self, work):
        assert clush(work, *TREE, "-v", "-R", "exec", "-w", "n1", "echo hi") == (0, ["n1: hi"], "")

    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("[routes", "Invalid configuration file: bad.conf"),
            ("[routes]\na: b\n", '"{host}" is not a valid root node!'),
            (None, "Invalid configuration file: bad.conf"),
            ("\udcff\udcfe[routes]\n", "Invalid configuration file: bad.conf"),
        ],
    )
    def test_malformed(self, work, text, error):
        if text is not None:
            (work / "bad.conf").write_text(text, errors="surrogateescape")
        error = error.format(host=_getshorthostname())
        assert clush(work, "--topology", "bad.conf", "-w", "n1", "true") == (
            1,
            [],
            f"clush: TREE MODE: {error}\n",
        )
