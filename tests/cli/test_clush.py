"""clush where it differs from the released package on purpose, and what it is made of."""

import os
import re
import resource
import socket
import stat
import subprocess
import sys
import textwrap

import pytest

from ClusterShell._cli.clush.live import LiveLines
from ClusterShell._cli.clush.stdin import WINDOW, Flow
from tests.recorded.clush import terminal, world

START = "import sys; sys.argv[0] = 'clush'; from ClusterShell.CLI.Clush import main; main()"
CLUSH = [sys.executable, "-c", START]
EXEC = ["-R", "exec", "-w", "n[1-3]"]


@pytest.fixture
def work(tmp_path):
    return world.make(tmp_path)


def clush(work, *args, stdin=b"", command=CLUSH, **kwargs):
    """Run clush in `work`; return (exit code, standard output, standard error), bytes."""
    result = subprocess.run(
        [*command, *args],
        input=stdin,
        capture_output=True,
        cwd=work,
        env=world.environment(work.parent),
        timeout=60,
        **kwargs,
    )
    return result.returncode, result.stdout, result.stderr


class TestFiles:
    """--outdir and --errdir."""

    COMMAND = "printf 'a\\r\\n\\001b'; printf 'oops' >&2"

    @pytest.mark.parametrize("display", ["", "-b", "-B", "-L", "-P", "-bL", "-N", "-q"])
    def test_exact_bytes_with_every_display(self, work, display):
        args = [*EXEC, *display.split(), "--outdir", "o", "--errdir", "e", self.COMMAND]
        code, _, _ = clush(work, *args)
        assert code == 0
        for node in ("n1", "n2", "n3"):
            merged = b"oops" if display == "-B" else b""
            assert (work / "o" / node).read_bytes() in (b"a\r\n\x01b" + merged,)
            assert (work / "e" / node).exists() == (not merged)

    def test_no_output_no_file(self, work):
        assert clush(work, *EXEC, "--outdir", "o", "[ %rank = 1 ] && echo x; true")[0] == 0
        assert os.listdir(work / "o") == ["n2"]

    def test_one_directory_for_both(self, work):
        clush(work, *EXEC, "--outdir", "o", "--errdir", "o", "echo x; sleep 0.1; echo y >&2")
        assert sorted((work / "o" / "n1").read_bytes().split()) == [b"x", b"y"]

    @pytest.mark.parametrize("name", ["..", "a/b", "n1/../../up"])
    def test_names_that_lead_elsewhere(self, work, name):
        code, out, err = clush(work, "-R", "exec", "-w", f"{name},n1", "--outdir", "o", "echo x")
        assert (code, sorted(out.splitlines())) == (1, sorted([f"{name}: x".encode(), b"n1: x"]))
        assert err == f"clush: node name '{name}' cannot be used as a file name\n".encode()
        assert os.listdir(work / "o") == ["n1"]
        assert not (work / "up").exists()

    def test_directory_that_cannot_be_made(self, work):
        code, out, err = clush(work, *EXEC, "--outdir", "file/o", "echo x")
        assert (code, out) == (1, b"")
        assert err.startswith(b"ERROR: [Errno 20] Not a directory")

    def test_full_disk_costs_one_file_only(self, work):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))  # noqa: E731
        command = "echo x; [ %rank = 1 ] && seq 1000; true"
        code, _, err = clush(work, *EXEC, "--outdir", "o", "-b", command, preexec_fn=limit)
        assert code == 1
        assert err == b"clush: [Errno 27] File too large: 'o/n2'\n"
        assert (work / "o" / "n3").read_bytes() == b"x\n"

    def place(self, path, kind):
        """Put something at `path` that is no file of output."""
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "link":
            path.symlink_to("../file")
        elif kind == "link to nothing":
            path.symlink_to("../made")
        elif kind == "directory":
            path.mkdir()
        elif kind == "socket":
            with socket.socket(socket.AF_UNIX) as server:
                server.bind(str(path))
        else:
            os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))

    KINDS = ["pipe", "link", "link to nothing", "directory", "socket"]
    if os.geteuid() == 0:
        KINDS.append("device")

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize(
        ("option", "command"), [("--outdir", "echo x"), ("--errdir", "echo x >&2")]
    )
    def test_what_is_no_file(self, work, kind, option, command):
        """It is neither waited for nor followed, and costs its node a line."""
        (work / "o").mkdir()
        self.place(work / "o" / "n2", kind)
        code, _, err = clush(work, *EXEC, option, "o", command)
        reason = (
            "[Errno 21] Is a directory" if kind == "directory" else "[Errno 22] Not a regular file"
        )
        assert code == 1
        assert f"clush: {reason}: 'o/n2'".encode() in err.splitlines()
        for node in ("n1", "n3"):
            assert (work / "o" / node).read_bytes() == b"x\n"
        assert (work / "file").read_bytes() == b"some text\n"
        assert not (work / "made").exists()


class TestRefusals:
    @pytest.mark.parametrize("args", [["-f", "-1"], ["-O", "fanout=0"]])
    def test_fanout(self, work, args):
        code, out, err = clush(work, *EXEC, *args, "echo x")
        assert (code, out, err) == (1, b"", b"ERROR: (Config Main.fanout): must be at least 1\n")


def test_relative_configuration_file_knows_its_directory(work):
    """$CFGDIR is the directory of a file named without one."""
    (work / "my.conf").write_text("[Main]\nconfdir: $CFGDIR/modes\n")
    (work / "modes").mkdir()
    (work / "modes" / "a.conf").write_text("[mode:mine]\ncommand_prefix: echo\n")
    assert clush(work, "--conf", "my.conf", "-m", "mine", *EXEC, "-b", "-N", "x") == (
        0,
        b"x\n",
        b"",
    )


@pytest.mark.slow
@pytest.mark.parametrize("display", ["-P", "-bP", "-LP"])
def test_progress_that_is_asked_for_is_shown_anywhere(work, display):
    code, out, err = clush(work, *EXEC, display, "sleep 1.6")
    assert (code, out) == (0, b"")
    assert err.startswith(b"clush: 0/3\r")


@pytest.mark.slow
def test_progress_that_nobody_asked_for_stays_out_of_pipes(work):
    assert clush(work, *EXEC, "-b", "sleep 1.6") == (0, b"", b"")


def test_low_fd_max_slows_only(work):
    code, out, _ = clush(work, "-R", "exec", "-w", "n[1-40]", "-O", "fd_max=40", "-b", "echo x")
    assert (code, b"n[1-40] (40)" in out) == (0, True)


@pytest.mark.parametrize("given, other", [("always", "never"), ("never", "always")])
def test_colors_of_dash_capital_o_beat_those_of_the_option(work, given, other):
    for args in (
        ("-O", f"color={given}", f"--color={other}"),
        (f"--color={other}", "-O", f"color={given}"),
    ):
        code, out, _ = clush(work, *EXEC, *args, "echo x")
        assert (code, b"\x1b" in out) == (0, given == "always")


def test_closed_output_ends_quietly(work):
    shell = f"{sys.executable} -c \"$0\" -R exec -w n[1-50] 'seq 1 5000' | head -1"
    code, out, err = clush(work, START, command=["sh", "-c", shell])
    assert (code, out.count(b"\n"), err) == (0, 1, b"")


@pytest.mark.slow
def test_slow_node_does_not_make_memory_grow(work):
    """60 MB for a node that reads nothing at first: they wait in the pipe, not in memory."""
    (work / "big").write_bytes(b"x" * 60_000_000)
    args = [*CLUSH, "-R", "exec", "-w", "n[1-2]", "-b", "sleep 0.%{rank}5; wc -c"]
    # What a process has at most includes what it was forked from: a small one.
    measure = (
        "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
    )
    with (work / "big").open("rb") as big:
        result = subprocess.run(
            [sys.executable, "-c", measure, *args],
            stdin=big,
            stdout=subprocess.PIPE,
            env=world.environment(work.parent),
            text=True,
        )
    assert result.returncode == 0
    assert "n[1-2] (2)\n" in result.stdout
    assert "\n60000000\n" in result.stdout
    kibibytes = int(result.stdout.splitlines()[-1])
    assert kibibytes < 60_000  # all of Python included


#: Goes on after the terminal's own Ctrl-C to it, so that clush has to end it.
#: Tells the terminal, which Ctrl-C may be pressed at from then on.
IMMUNE = "trap '' INT; echo begun; echo st''arted >/dev/tty; exec sleep %{rank}0"
STARTED = [("started", "")] * 3


@pytest.mark.slow
class TestInterrupt:
    """Ctrl-C while a command runs."""

    def run(self, tmp_path, args, script):
        return terminal.run([*CLUSH, *EXEC], {"args": args, "script": script}, tmp_path)

    @pytest.mark.parametrize("args", [[], ["-b"], ["-L"], ["-bL"], ["-P"]])
    def test_interactive_returns_to_the_prompt(self, tmp_path, args):
        result = self.run(
            tmp_path,
            args,
            [
                ("clush> ", IMMUNE + "\n"),
                *STARTED,
                (0.3, "\x03"),
                ("Keyboard interrupt", ""),
                ("clush> ", "echo again\n"),
                ("clush> ", ""),
                (0.3, "quit\n"),
            ],
        )
        rows = "\n".join(result["rows"])
        assert result["rc"] == 0
        assert "begun\n" in rows[: rows.index("Keyboard interrupt")]
        assert "again\n" in rows[rows.index("Keyboard interrupt") :]
        if args and args != ["-P"]:
            assert "Keyboard interrupt (n[2-3] did not complete)." in rows

    def test_gathered_output_is_shown(self, tmp_path):
        result = self.run(tmp_path, ["-b", IMMUNE], [*STARTED, (0.3, "\x03")])
        rows = "\n".join(result["rows"])
        assert result["rc"] == 130
        assert "Warning: Caught keyboard interrupt!" in rows
        assert "n[1-3] (3)\n{94}---------------\nbegun\n" in rows


class TestReplacedNames:
    """Names of the module that programs replace are looked up when used."""

    def run(self, work, setup, *args, stdin=b""):
        script = textwrap.dedent(
            f"""
            import sys
            import ClusterShell.CLI.Clush as clush
            sys.argv = ["clush", *{[*EXEC, *args]!r}]
            {setup}
            clush.main()
            """
        )
        return clush(work, command=[sys.executable, "-c", script], stdin=stdin)

    def test_two_signals_at_once_are_the_first(self, work):
        """input() reports them as a SystemError, of which the first signal is the cause."""
        setup = (
            "clush._f_user_interaction = True\n"
            + " " * 12
            + "def read(prompt): raise SystemError('two signals') from KeyboardInterrupt()\n"
            + " " * 12
            + "clush.raw_input = read"
        )
        code, _, err = self.run(work, setup)
        assert code == 130
        assert b"Traceback" not in err

    def test_raw_input_and_user_interaction(self, work):
        setup = (
            "clush._f_user_interaction = True\n"
            + " " * 12
            + "import time; lines = iter(['echo hi', 'quit'])\n"
            + " " * 12
            + "clush.raw_input = lambda p: next(lines) if p else time.sleep(0.1)"
        )
        code, out, err = self.run(work, setup, "-b")
        assert (code, b"hi\n" in out) == (0, True), err

    def test_ask_pass(self, work):
        setup = "clush.ask_pass = lambda: 'secret'"
        code, out, _ = self.run(work, setup, "-b", "-N", "-O", "password_prompt=yes", "cat")
        assert (code, out) == (0, b"secret\n")

    def test_password_that_is_no_utf_8(self, work):
        """Its bytes, as they were typed, reach the commands."""
        setup = "clush.ask_pass = lambda: 'caf\\udce9'"
        code, out, _ = self.run(work, setup, "-b", "-N", "-O", "password_prompt=yes", "cat")
        assert (code, out) == (0, b"caf\xe9\n")

    def test_load_workerclass(self, work):
        setup = (
            "load = clush._load_workerclass\n"
            + " " * 12
            + "clush._load_workerclass = lambda name: print('asked for', name) or load(name)"
        )
        code, out, _ = self.run(work, setup, "-b", "-N", "echo x")
        assert (code, out) == (0, b"asked for exec\nx\n")


class TestLiveLines:
    def lines(self, nodes):
        shown = []
        live = LiveLines(nodes, lambda names, text: shown.append((names, text)), lambda n: n)
        return live, shown

    def test_waits_for_all(self):
        live, shown = self.lines("ab")
        live.add("a", b"1\n2")
        assert shown == []
        live.add("b", b"1")
        assert shown == [(("a", "b"), b"1")]
        live.close("b")
        assert shown[1:] == [(("a",), b"2")]

    def test_differing_lines_stay_in_step(self):
        live, shown = self.lines("abc")
        for node, text in (("a", b"1\nx"), ("b", b"1\ny"), ("c", b"1\nx")):
            live.add(node, text)
        assert [(sorted(names), text) for names, text in shown] == [
            (["a", "b", "c"], b"1"),
            (["a", "c"], b"x"),
            (["b"], b"y"),
        ]

    def test_empty_lines_and_the_rest(self):
        live, shown = self.lines("ab")
        live.add("a", b"")
        live.add("a", b"\nz")
        live.finish()
        assert b"\n".join(text for _, text in shown) == b"\n\nz"


class TestFlow:
    def test_slowest_running_node_decides(self):
        flow = Flow()
        flow.started("a")
        flow.started("b")
        flow.sent(WINDOW + 10)
        assert not flow._gate.is_set()
        flow.written("a", WINDOW)
        assert not flow._gate.is_set()
        flow.written("b", 10)
        assert flow._gate.is_set()

    def test_ended_node_holds_up_nobody(self):
        flow = Flow()
        flow.started("a")
        flow.sent(3 * WINDOW)
        flow.ended("a")
        assert flow._gate.is_set()


class TestDescriptors:
    """Limits of open files that are too low for the fanout, or for anything."""

    @pytest.mark.parametrize("fd_max", [0, 5, 10, 20])
    def test_too_low_for_one_command(self, work, fd_max):
        args = ["-R", "exec", "-f", "20", "-w", "n[1-40]", "-O", f"fd_max={fd_max}", "-b", "-N"]
        code, out, err = clush(work, *args, "cat; exec 1>&2; ulimit -n", stdin=b"input\n")
        assert (code, out) == (0, b"input\n")
        warning, *rest = err.decode().splitlines()
        match = re.fullmatch(
            f"Warning: fd_max set to {fd_max} is too low to run commands, using (\\d+)", warning
        )
        assert 21 < int(match[1]) < 40
        assert rest == [match[1]] * 40

    def test_what_is_no_limit_is_told_to_who_asks(self, work):
        args = ["-R", "exec", "-w", "n1", "-O", "fd_max=-1", "echo x"]
        assert clush(work, *args) == (0, b"n1: x\n", b"")
        warning = clush(work, "-v", *args)[2]
        assert warning.startswith(b"Warning: Failed to set max open files limit to -1 (current")

    def test_files_of_output_leave_some_to_commands(self, work):
        args = ["-R", "exec", "-f", "20", "-w", "n[1-100]", "-O", "fd_max=30"]
        command = "echo %h; echo %rank >&2"
        code, _, _ = clush(work, *args, "--outdir", "o", "--errdir", "e", "-b", command)
        assert code == 0
        for rank in range(100):
            assert (work / "o" / f"n{rank + 1}").read_text() == f"n{rank + 1}\n"
            assert (work / "e" / f"n{rank + 1}").read_text() == f"{rank}\n"

    @pytest.mark.parametrize("limit", range(9, 16))
    def test_few_can_run_or_none(self, work, limit):
        """The hard limit cannot be raised: one line for a node, or for all, and no traceback.

        How many a command needs follows from the system; with enough of them all nodes run.
        """

        def lower():
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

        code, out, err = clush(work, *EXEC, "-S", "ulimit -n", preexec_fn=lower)
        if code == 0:
            assert limit >= 13  # what a command needs without pidfds and epoll; 14 with them
            assert sorted(out.splitlines()) == [b"n%d: %d" % (n, limit) for n in (1, 2, 3)]
            return
        assert out == b""
        lines = err.decode().splitlines()
        if code == 1:
            assert lines[-1] == (
                f"ERROR: maximum number of open file descriptors: soft={limit} hard={limit}"
            )
        else:
            assert code == 255
            assert [line for line in lines if "cannot start: Too many open files" in line]
        assert b"Traceback" not in err


@pytest.mark.parametrize(
    ("command", "lines"),
    [("echo", b"\n"), ("printf '\\n\\n'", b"\n\n"), ("echo a; sleep 0.2; echo", b"a\n\n")],
)
def test_empty_lines_are_shown_in_step(work, command, lines):
    label = b"n[1-3]: "
    shown = b"".join(label + line for line in lines.splitlines(keepends=True))
    assert clush(work, *EXEC, "-bL", command) == (0, shown, b"")


@pytest.mark.parametrize("display", ["-b", "-L"])
def test_results_by_exit_code(work, display):
    """What succeeded is shown first; failures are told of as they came."""
    command = "echo %h; exit $((2 - %rank))"
    _, out, err = clush(work, *EXEC, "-f1", "-N", display, command)
    assert out == b"n3\nn2\nn1\n"
    assert err.split(b"\n")[:2] == [
        b"clush: n1: exited with exit code 2",
        b"clush: n2: exited with exit code 1",
    ]
