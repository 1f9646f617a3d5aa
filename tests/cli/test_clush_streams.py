"""clush with each kind of stream, in the foreground, in the background, without a terminal."""

import sys

import pytest

from tests.fixtures.waiting import runs, wait_until
from tests.fuzz.clush_streams import cases, compare

EXEC = ["-R", "exec", "-w", "n[1-2]"]
PDSH = ["-R", "pdsh", "-w", "n[1-2]"]
REFUSED = "clush: EngineClientError: writing to stdin is not supported by pdsh worker"


@pytest.fixture(scope="module")
def side(tmp_path_factory):
    side = compare.Side(sys.executable, tmp_path_factory.mktemp("streams"))
    yield side
    side.close()


@pytest.fixture
def run(side):
    """Return a function that runs clush and returns its outcome; see ``compare.Side``."""

    def run(args, stdin="null", stdout="pipe", stderr="pipe", ground="foreground", session=()):
        streams = {"stdin": stdin, "stdout": stdout, "stderr": stderr}
        side.ask({"args": args, "streams": streams, "ground": ground, "session": session})
        return side.answer()

    run.log = side.base / "log"
    return run


class TestWhoIsAsked:
    """A user attends in the foreground of a terminal that both reads and shows."""

    @pytest.mark.parametrize(
        ("stdin", "stdout", "ground", "attended", "forwarded"),
        [
            ("terminal", "terminal", "foreground", True, False),
            ("terminal", "pipe", "foreground", False, False),
            ("pipe", "terminal", "foreground", False, True),
            ("null", "pipe", "foreground", False, True),
            ("closed", "terminal", "foreground", False, False),
            ("terminal", "terminal", "background", False, False),
            ("pipe", "terminal", "background", False, True),
            ("terminal", "terminal", "none", False, False),
            ("pipe", "pipe", "none", False, True),
        ],
    )
    def test_with_a_command(self, run, stdin, stdout, ground, attended, forwarded):
        shown = run([*EXEC, "-d", "echo out"], stdin, stdout, ground=ground)
        lines = shown["tty"] + shown["stdout"]
        assert shown["end"] == "exit 0"
        assert [line.rpartition(": ")[2] for line in lines if line.startswith("User int")] == [
            str(attended)
        ]
        assert f"Create STDIN worker: {forwarded}" in lines
        assert [line for line in lines if line.endswith("out")][-2:]

    @pytest.mark.parametrize("stdout", ["pipe", "file", "null"])
    def test_session_needs_both(self, run, stdout):
        shown = run(EXEC, "terminal", stdout)
        assert (shown["end"], shown["stderr"]) == (
            "exit 1",
            ["ERROR: interactive mode requires a tty"],
        )

    def test_nothing_to_run_and_nobody_to_ask(self, run):
        shown = run([*EXEC, "-n"], "terminal", "terminal")
        assert shown["end"] == "exit 2"
        assert "clush: error: illegal option `--nostdin' in that case" in shown["stderr"]

    @pytest.mark.parametrize("args", [[], ["-n"]])
    @pytest.mark.parametrize("stdin", ["pipe", "closed"])
    def test_shells_need_no_terminal(self, run, args, stdin):
        done = run(["-w", "n1", "-o", "-v", *args], stdin)["done"]
        assert [line.split()[:3] for line in done] == [["ssh", "-v", "-T"]]
        (line,) = run(["-w", "n1", "-o", "-v", *args, "true"], stdin)["done"]
        assert "-T" not in line.split()


class TestCopies:
    """All of several copies are made, whoever attends."""

    @pytest.mark.parametrize("stdin", ["terminal", "null"])
    @pytest.mark.parametrize("worker", [[], ["-R", "rsh"], ["-R", "pdsh"]])
    @pytest.mark.parametrize("copy", ["--copy", "--rcopy"])
    def test_each_source(self, run, stdin, worker, copy):
        sources = ["f1", "f2", "tree"]
        args = [*worker, "-v", "-w", "n[1-2]", copy, *sources, "--dest", "d"]
        shown = run(args, stdin, "terminal" if stdin == "terminal" else "pipe")
        assert shown["end"] == "exit 0"
        for name in sources:
            assert [line for line in shown["done"] if name in line.split()[-2]]
            told = [line for line in shown["tty"] + shown["stdout"] if f"`{name}'" in line]
            assert len(told) == 1

    @pytest.mark.parametrize("worker", [[], ["-R", "rsh"], ["-R", "pdsh"]])
    def test_names_that_look_like_options(self, run, worker):
        for copy, dest in (("--rcopy", "--dest=-d"), ("--copy", "--dest=-d")):
            operands = ["/x/f1"] if copy == "--rcopy" else ["f1"]
            shown = run([*worker, "-w", "n1", copy, dest, *operands])
            assert shown["end"] == "exit 0"
            (line,) = shown["done"]
            assert not line.split()[-1].startswith("-")

    def test_failures_of_each_are_told(self, run):
        shown = run(
            ["-w", "n1", "-S", "--rcopy", "/missing/a", "/b", "/missing/c", "--dest", "d"],
            "terminal",
            "terminal",
        )
        assert shown["end"] == "exit 1"
        assert len(shown["done"]) == 3
        assert shown["stderr"].count("clush: n1: exited with exit code 1") == 2


DISPLAYS = [[], ["-b"], ["-B"], ["-L"], ["-bL"], ["-P"], ["-q"], ["-v"], ["--diff"]]


@pytest.mark.parametrize("args", [["-f", "0"], ["-O", "fanout=0"], ["-f", "-1"]])
def test_no_fanout_is_none(run, args):
    shown = run([*EXEC, *args, "echo out"])
    assert (shown["end"], shown["stdout"]) == ("exit 1", [])
    assert shown["stderr"] == ["ERROR: (Config Main.fanout): must be at least 1"]


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["inf", "1e300", "999999999", "1e8", "3e6"])
@pytest.mark.parametrize("option", ["-u", "-t", "-O command_timeout=", "-O connect_timeout="])
def test_times_that_nobody_waits_for(run, option, limit):
    option = f"{option}{limit}".split() if option.endswith("=") else [option, limit]
    for worker, engine in (("ssh", "epoll"), ("pdsh", "poll"), ("exec", "select")):
        shown = run([*cases.WORKERS[worker], "-E", engine, "-n", "-w", "n1", *option, "echo out"])
        assert (shown["end"], shown["stdout"]) == ("exit 0", ["n1: out"])


@pytest.mark.parametrize("name", ["n 1", "n\u00a01", "n\u20031"])
@pytest.mark.parametrize("worker", ["ssh", "rsh", "pdsh"])
def test_white_space_is_no_part_of_a_host_name(run, worker, name):
    for work in (["true"], ["--copy", "f1"]):
        shown = run([*cases.WORKERS[worker], "-S", "-n", "-w", f"{name},n2", *work])
        assert shown["end"] == "exit 255"
        assert [line for line in shown["stderr"] if "refused" in line]
        assert not [line for line in shown["done"] if name in line]


class TestStreamsThatFail:
    """What fails for one stream costs that stream only."""

    COMMAND = "echo out; echo err >&2; exit 3"

    @pytest.mark.parametrize("kind", ["full", "closed"])
    @pytest.mark.slow
    @pytest.mark.parametrize("display", DISPLAYS)
    def test_standard_error(self, run, kind, display):
        args = [*EXEC, *display, "--errdir", "e", self.COMMAND]
        shown, whole = run(args, stderr=kind), run(args)
        for name in ("stdout", "done", "files", "tty"):
            assert shown[name] == whole[name]
        assert shown["end"] == ("exit 1" if kind == "full" else "exit 0")

    @pytest.mark.parametrize(
        ("kind", "error"),
        [
            ("full", "ERROR: [Errno 28] No space left on device"),
            ("closed", "ERROR: [Errno 9] standard output is closed"),
        ],
    )
    @pytest.mark.parametrize("display", DISPLAYS)
    def test_standard_output(self, run, kind, error, display):
        args = [*EXEC, *display, "--outdir", "o", "echo out%rank; echo err >&2; exit 3"]
        shown, whole = run(args, stdout=kind), run(args)
        assert sorted(shown["stderr"]) == sorted([*whole["stderr"], error])
        for name in ("done", "files", "tty"):
            assert shown[name] == whole[name]
        assert shown["end"] == "exit 1"

    @pytest.mark.parametrize("args", [["--nope"], ["-w", "n["], ["-w", "@no", "x"], []])
    def test_nothing_is_told_on_another(self, run, args):
        shown = run(args, stderr="closed")
        assert (shown["stdout"], shown["end"] == "exit 0") == ([], False)

    @pytest.mark.lengthy
    @pytest.mark.parametrize("kind", ["full", "closed"])
    def test_commands_do_not_outlive_it(self, run, kind):
        """Not even where it cannot say why it ends."""
        args = [*EXEC, "-u", "1", "echo $$ >> $LOG; exec sleep 60"]
        shown = run(args, stdout=kind, stderr=kind)
        pids = run.log.read_text().split()
        assert len(pids) == 2
        wait_until(lambda: not any(map(runs, pids)))
        assert shown["end"] in ("exit 0", "exit 1")


@pytest.mark.slow
@pytest.mark.parametrize("display", ["-b", "-L", "-B", "-bL", "--diff", "-bq"])
def test_output_of_nodes_that_time_out_is_shown(run, display):
    command = "echo out%rank; [ %rank = 1 ] && exec sleep 9"
    shown = run([*EXEC, *display.split(), "-u", "1", command])
    text = "\n".join(shown["stdout"])
    assert "out0" in text
    assert "out1" in text
    assert "clush: n2: command timeout" in shown["stderr"]


@pytest.mark.parametrize("worker", ["exec", "ssh", "rsh"])
def test_input_that_comes_late(run, worker):
    shown = run([*cases.WORKERS[worker], "-w", "n[1-2]", "cat; echo end"], "nonblocking")
    assert shown["stdout"] == [f"n{n}: {text}" for n in (1, 2) for text in ("end", "in1", "in2")]


@pytest.mark.parametrize(
    ("options", "stderr", "colored"),
    [
        ([], "terminal", True),
        ([], "pipe", False),
        (["-b"], "pipe", False),
        (["-B"], "pipe", True),
        (["-BL"], "null", True),
        (["-B", "--color=auto"], "pipe", True),
        (["--color=auto"], "pipe", False),
    ],
)
@pytest.mark.parametrize("setting", ["color: auto\n", "color:\n"])
def test_colors_of_what_goes_to_one_stream(run, monkeypatch, options, stderr, colored, setting):
    """Where all output goes to standard output, that decides; without a setting there are none."""
    monkeypatch.setattr(cases, "CONF", cases.CONF.replace("color: auto\n", setting))
    shown = run([*EXEC, *options, "echo out"], stdout="terminal", stderr=stderr)
    asked = "auto" in setting or "--color=auto" in options
    assert ("\x1b[94m" in "".join(shown["tty"])) == bool(colored and asked)


@pytest.mark.slow
class TestControlCharacters:
    """What names and values hold reaches a terminal visibly, and a file as it is."""

    NAMES = [("n\x1b[31m", "n^[[31m"), ("n\x9b31m", "n\\x9b31m"), ("n\x07", "n^G")]
    ARGS = [
        ["-R", "exec", "-w", "{}", "exit 3"],
        ["-R", "exec", "-b", "-w", "{}", "exit 3"],
        ["-R", "exec", "-u", "0.3", "-w", "{}", "exec sleep 9"],
        ["-R", "exec", "-b", "-u", "0.3", "-w", "{}", "exec sleep 9"],
        ["-R", "exec", "-w", "{}", "echo out"],
        ["-d", "-R", "exec", "-w", "{},n1", "--pick", "1", "echo out"],
        ["-v", "-w", "{}", "--copy", "f1", "--dest", "{}"],
        ["-w", "{}", "true"],
        ["-w", "@{}", "true"],
        ["-w", "n1", "-R", "{}", "true"],
        ["-w", "n1", "-m", "{}", "true"],
        ["-w", "n1", "-O", "{}", "true"],
        ["-w", "n1", "-O", "fanout={}", "true"],
        ["-w", "n1", "--{}", "true"],
        ["-w", "n1", "--hostfile", "{}", "true"],
        ["-w", "n1", "--conf", "{}", "true"],
        ["-w", "n1", "--copy", "{}"],
    ]

    @pytest.mark.parametrize(("name", "visible"), NAMES)
    @pytest.mark.parametrize("args", ARGS, ids=" ".join)
    def test_on_a_terminal(self, run, args, name, visible):
        args = ["--color=never", *(word.replace("{}", name) for word in args)]
        for stdin in ("terminal", "null"):
            shown = run(args, stdin, "terminal", "terminal")
            text = "\n".join(shown["tty"])
            for own in ("\x1b[92m", "\x1b[0m"):
                text = text.replace(own, "")
            assert not [raw for raw in ("\x1b", "\x07", "\xc2\x9b") if raw in text]


@pytest.mark.slow
@pytest.mark.parametrize("worker", cases.WORKERS)
@pytest.mark.parametrize("display", [[], ["-b"], ["-L"], ["-bL"], ["-P"]])
def test_files_of_output_of_each_worker(run, worker, display):
    """Workers that give single lines have their output in files, too."""
    args = [*cases.WORKERS[worker], *display, "-w", "n1", "--outdir", "o", "--errdir", "e"]
    files = run([*args, "echo out; echo err >&2"], "closed")["files"]
    assert files == {"work/e/n1": "err\n", "work/o/n1": "out\n"}


def test_files_of_output_of_a_command_for_all_nodes(run):
    files = run([*EXEC, "--outdir", "o", "echo %hosts"], "closed")["files"]
    assert files == {"work/o/n1": "n[1-2]\n", "work/o/n2": "n[1-2]\n"}


class TestPdsh:
    """pdsh takes no input: where there is some, that is an error."""

    @pytest.mark.parametrize("stdin", ["pipe", "null", "file", "nonblocking"])
    @pytest.mark.parametrize("args", [["cat; echo end"], []])
    def test_input(self, run, stdin, args):
        shown = run([*PDSH, *args], stdin)
        assert (shown["end"], shown["stderr"][-1:]) == ("exit 1", [REFUSED])

    @pytest.mark.parametrize(
        ("stdin", "options"), [("terminal", []), ("pipe", ["-n"]), ("closed", []), ("null", ["-n"])]
    )
    def test_no_input(self, run, stdin, options):
        shown = run([*PDSH, *options, "echo end"], stdin, "terminal")
        assert (shown["end"], shown["tty"], shown["stderr"]) == (
            "exit 0",
            ["n1: end", "n2: end"],
            [],
        )


@pytest.mark.lengthy
def test_as_in_the_released_package(peer_python, tmp_path):
    """A few of the cases of ``python -m tests.fuzz.clush_streams``."""
    comparison = compare.Comparison(peer_python, tmp_path)
    unexplained = []
    for case in cases.some(16, seed=11):
        # On a busy machine a limit of a second may be over before a command begins: what
        # differs, differs again.
        for _ in range(3):
            found = comparison.compare(case)
            if not found or found[0] is not None:
                break
        else:
            unexplained.append(compare.show(case, *found[1:]))
    comparison.close()
    assert not unexplained, "\n".join(unexplained)
    assert comparison.counts["equal"] > 1
