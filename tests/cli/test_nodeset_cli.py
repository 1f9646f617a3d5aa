"""nodeset and cluset: recorded runs of the released package, and what is ours alone."""

import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import ClusterShell
from ClusterShell import _accel
from ClusterShell._cli import nodeset as nodeset_options
from ClusterShell._cli import options as tables
from ClusterShell.CLI import Nodeset
from tests.recorded import load
from tests.recorded.nodeset import record

FOLDER = record.HERE
COMMAND = [sys.executable, "-c", "import sys; sys.argv[0] = 'nodeset'\n"
           "from ClusterShell.CLI.Nodeset import main; main()"]  # fmt: skip


RUNS = load("nodeset/transcripts.jsonl")
PARTS = 16

WARNINGS = [
    f"Warning: No list upcall defined for group source {name}\n" for name in ("nolist", "rev")
]
NO_TEXT = (
    r"printf '\377\n' (prints what is not text:"
    " 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte)"
)
#: Runs that differ on purpose: arguments, and what ours gives instead.
DIFFERENT = {
    # Any text is a separator.
    ("-S", "'", "-e", "a[1-3]"): {"rc": 0, "stdout": "a1'a2'a3\n", "stderr": ""},
    ("-S", "'''", "-e", "a", "b"): {"rc": 0, "stdout": "a'''b\n", "stderr": ""},
    ("-S", "'", "-f", "a", "b"): {"rc": 0, "stdout": "a,b\n", "stderr": ""},
    # A name that sed could read as a pattern is refused.
    ("-f", "@ga*"): {
        "rc": 1,
        "stdout": "",
        "stderr": "nodeset: Parse error: local: map: unsafe name 'ga*' refused for $GROUP: the"
        ' text around it may be read by a second interpreter: "@ga*"\n',
    },
    # Groups that contain themselves are named, and so is what prints no text.
    **{
        args: {"stderr": f'nodeset: Parse error: circular reference to group: "{group}"\n'}
        for args, group in [
            (("-f", "@a"), "@a"),
            (("-c", "@b"), "@b"),
            (("-e", "n5", "@a"), "@a"),
            (("-f", "@loop:x"), "@loop:x"),
        ]
    },
    ("-f", "@bytes:g"): {"stderr": f'nodeset: Parse error: {NO_TEXT}: "@bytes:g"\n'},
    ("-s", "bytes", "-l"): {"stderr": f"nodeset: Group error: {NO_TEXT}\n"},
    # The warning names the source.
    ("-L", "-s", "nolist"): {"stderr": WARNINGS[0] + WARNINGS[1]},
    ("-L", "-s", "rev"): {"stderr": WARNINGS[1] + WARNINGS[0]},
}
#: What ours adds to an error that would not tell which group source is at fault.
ADDED = re.compile(
    r' \((in the answer to @\S+|group source "\S+"|did you mean "\S+"\?)\)$'
    r"|^WARNING: (--groupsconf: |--split=-|group |\S+ is taken as a node: ).*\n",
    re.MULTILINE,
)


def expected(run):
    """Return what a run has to give: return code, standard output, standard error."""
    run = {**run, **DIFFERENT.get(tuple(run["args"]), {})}
    if "--version" in run["args"] and run["rc"] == 0:
        kernels = f"kernels: {_accel.life()} ({_accel.REASON})"
        run["stdout"] = f"nodeset {ClusterShell.__version__}\n{kernels}\n"
    if run["stderr"] == "ERROR: pop from empty list\n":
        run["stderr"] = f"ERROR: {run['args'][-1]} needs a node set after it\n"
    return run["rc"], run["stdout"], run["stderr"]


def needs_process(run):
    """Tell whether a run depends on what is set up once in a process, or is not UTF-8."""
    if run["config"] == "axis" or "\udcff" in run["stdout"]:
        return True
    return any(arg in ("-d", "-dd", "--debug") for arg in run["args"])


def in_order(text):
    """Return debug lines sorted: the order in which groups are asked for is free.

    Python before 3.10 words its own error of a format differently.
    """
    text = text.replace("format: a number is", "format: a real number is")
    return sorted(text.split("DEBUG:"))


@pytest.fixture
def nodeset(monkeypatch, capfd, tmp_path):
    """Return a function that runs nodeset in this process."""
    from ClusterShell.NodeSet import (
        ILLEGAL_GROUP_CHARS,
        set_std_group_resolver,
        set_std_group_resolver_config,
    )

    def run(*args, stdin="", config="cluster"):
        for name, value in record.environment(config, tmp_path).items():
            monkeypatch.setenv(name, value)
        data = io.BytesIO(stdin.encode("utf-8", "surrogateescape"))
        monkeypatch.setattr(sys, "argv", ["nodeset", *args])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(data, "utf-8", "surrogateescape"))
        # Where it looks for groups.conf is settled when the module is imported.
        conf = str(FOLDER / "etc" / config / "groups.conf")
        set_std_group_resolver_config(conf, ILLEGAL_GROUP_CHARS)
        with pytest.raises(SystemExit) as exit_info:
            Nodeset.main()
        set_std_group_resolver(None)
        captured = capfd.readouterr()
        return exit_info.value.code, captured.out, captured.err

    return run


@pytest.fixture
def process(tmp_path):
    """Return a function that runs nodeset in a process of its own."""

    def run(*args, stdin="", config="cluster", binary=False, **env):
        done = subprocess.run(
            [*COMMAND, *args],
            input=stdin if binary else stdin.encode("utf-8", "surrogateescape"),
            capture_output=True,
            env={
                **record.environment(config, tmp_path),
                "PYTHONPATH": str(Path(ClusterShell.__file__).parent.parent),
                "CLUSTERSHELL_PURE_PYTHON": os.environ.get("CLUSTERSHELL_PURE_PYTHON", ""),
                **env,
            },
            timeout=120,
        )
        if binary:
            return done.returncode, done.stdout, done.stderr
        return (
            done.returncode,
            done.stdout.decode("utf-8", "surrogateescape"),
            done.stderr.decode("utf-8", "surrogateescape"),
        )

    return run


def portable(result, config):
    folder = str(FOLDER / "etc" / config)
    rc, out, err = result
    return rc, out.replace(folder, "@CFG@"), err.replace(folder, "@CFG@")


def replay(command, run):
    """Run a transcript; return a line for the report where it differs, or None."""
    args = [arg.replace("@CFG@", str(FOLDER / "etc" / run["config"])) for arg in run["args"]]
    found = portable(command(*args, stdin=run["stdin"], config=run["config"]), run["config"])
    wanted = expected(run)
    if found[:2] == wanted[:2] and in_order(ADDED.sub("", found[2])) == in_order(wanted[2]):
        return None
    return f"{run['config']}: {run['args']} < {run['stdin']!r}\n  {found}\n  {wanted}"


@pytest.mark.parametrize("part", range(PARTS))
def test_transcripts(nodeset, part):
    """Many runs in one test: a test for each would cost more than the runs."""
    runs = [run for run in RUNS if not needs_process(run)]
    different = [replay(nodeset, run) for run in runs[part::PARTS]]
    assert list(filter(None, different)) == []


@pytest.mark.lengthy
def test_transcripts_in_processes(process):
    runs = [run for run in RUNS if needs_process(run)] + RUNS[::100]
    different = [replay(process, run) for run in runs]
    assert list(filter(None, different)) == []


def examples_of(page):
    """Return the command lines that a manual page shows: arguments and standard input."""
    for line in page.read_text().splitlines():
        if line.startswith(".B $ ") and "SOURCE" not in line:  # a form, no example
            shown = line[5:].replace(r"\-", "-").replace(r"\(aq", "'")
            feed, _, command = shown.rpartition(" | ")
            program, *args = shlex.split(command)
            assert program == page.stem
            yield args, "".join(f"{word}\n" for word in [" ".join(shlex.split(feed)[1:])] if word)


def test_every_example_of_the_manual_is_recorded(peer_python):
    """Whatever the released manual shows is replayed above, with what the text supposes."""
    page = Path(peer_python).parent.parent / "share" / "man" / "man1" / "nodeset.1"
    recorded = [(run["args"], run["stdin"]) for run in RUNS if run["config"] == "manual"]
    examples = list(examples_of(page))
    assert len(examples) > 25
    assert [example for example in examples if example not in recorded] == []


class TestOptions:
    """The quick reader of the command line agrees with the full parser."""

    @staticmethod
    def both(args):
        quick = nodeset_options.quick(list(args))
        assert quick is not None, args
        options, operands = Nodeset.make_parser().parse_args(list(args))
        names = vars(options)
        return (
            ({name: getattr(quick[0], name) for name in names}, quick[1]),
            (names, operands),
        )

    def test_on_recorded_command_lines(self):
        plain = [run["args"] for run in RUNS if nodeset_options.quick(list(run["args"]))]
        assert len(plain) > len(RUNS) / 2
        for args in plain:
            quick, full = self.both(args)
            assert quick == full, args

    def test_every_option_is_known(self):
        parser = Nodeset.make_parser()
        options = parser.option_list + [
            option for group in parser.option_groups for option in group.option_list
        ]
        strings = [text for option in options for text in option._short_opts + option._long_opts]
        assert len(strings) > 40
        for text in set(strings) - {"-h", "--help", "--version"}:
            value = [["7"]] if parser.get_option(text).takes_value() else [[]]
            for extra in value:
                quick, full = self.both([text, *extra, "a", "-f"])
                assert quick == full

    @pytest.mark.parametrize(
        "args",
        [["-h"], ["--version"], ["--fo"], ["--fold=x"], ["-z"], ["-S"], ["--split=x"], ["-fz"],
         ["--split=010"], ["--autostep=50%"], ["--pick=-1"], ["-s", ""], ["-s", "-f"], ["--none"]],
    )  # fmt: skip
    def test_what_is_left_to_the_parser(self, args):
        assert nodeset_options.quick(args) is None

    def test_lists_are_not_shared(self):
        nodeset_options.quick(["-x", "a"])
        assert nodeset_options.quick(["-f"])[0].sub_nodes == []


class TestSeparator:
    @pytest.mark.parametrize(
        "text, value",
        [
            (r"\n\t|\\", "\n\t|\\"),
            (r"\x41\101\u00e9\U0001F600\N{BULLET}", "AAé\U0001f600•"),
            (r"\a\b\f\r\v\'\"\0", "\a\b\f\r\v'\"\0"),
            (r"\q\-é", r"\q\-é"),
            ("\\\n", ""),
            ("'\"%s{}", "'\"%s{}"),
        ],
    )
    def test_escapes(self, text, value):
        assert nodeset_options.unescape(text) == value

    @pytest.mark.parametrize(
        "text", ["\\", r"\x4", r"\u12", r"\U0011", r"\N{no such}", r"\UFFFFFFFF"]
    )
    def test_incomplete(self, nodeset, text):
        assert nodeset("-S", text, "-e", "a", "b") == (1, "", "ERROR: invalid separator\n")

    def test_it_is_not_evaluated(self, nodeset, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        text = "<_io.TextIOWrapper name='x' mode='w' encoding='UTF-8'>"
        assert nodeset("-S", text, "-e", "a", "b") == (0, f"a{text}b\n", "")
        assert list(tmp_path.iterdir()) == []


class TestStandardInput:
    def test_last_line_needs_no_newline(self, nodeset):
        assert nodeset("-f", stdin="n1 n2\nn3") == (0, "n[1-3]\n", "")
        assert nodeset("-f", stdin="n1 #n2\nn3 # n4") == (0, "n[1,3]\n", "")

    @pytest.mark.parametrize("block", [1, 2, 3, 7, 64])
    @pytest.mark.parametrize("end", ["", "\n"])
    def test_blocks_end_anywhere(self, nodeset, monkeypatch, block, end):
        monkeypatch.setattr(nodeset_options, "_BLOCK", block)
        text = "n1 n2,n3\n# n4 n5\nn[6-7]#n8\n\n  n10 \r\nn11\t@cabs:cab1" + end
        assert nodeset("-f", stdin=text) == (0, "cn[0,2],n[1-3,6-7,10-11]\n", "")

    def test_one_long_line(self, nodeset, monkeypatch):
        monkeypatch.setattr(nodeset_options, "_BLOCK", 1000)
        text = " ".join(f"n{number}" for number in range(5000))
        assert nodeset("-f", stdin=text) == (0, "n[0-4999]\n", "")
        assert nodeset("-c", stdin="n1 # " + text) == (0, "1\n", "")

    def test_first_wrong_word_is_named(self, nodeset):
        rc, out, err = nodeset("-f", stdin="n1 n2\nn[3 n]4\n")
        assert (rc, out, err) == (1, "", 'nodeset: Parse error: missing bracket: "n[3"\n')

    def test_closed(self, process):
        done = subprocess.run(
            ["sh", "-c", '"$@" <&-', "sh", *COMMAND, "-f"],
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(Path(ClusterShell.__file__).parent.parent)},
        )
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr == b"ERROR: standard input is closed\n"

    @pytest.mark.slow
    def test_a_million_names(self, tmp_path):
        import random

        numbers = list(range(1_000_000))
        random.Random(0).shuffle(numbers)
        path = tmp_path / "names"
        path.write_text("".join(f"node{number}\n" for number in numbers))
        program = (
            "import sys; sys.argv = ['nodeset', '-f']\n"
            "from ClusterShell.CLI.Nodeset import main\n"
            "try: main()\n"
            "finally: print(open('/proc/self/status').read(), file=sys.stderr)\n"
        )
        with path.open() as stdin:
            done = subprocess.run(
                [sys.executable, "-c", program],
                stdin=stdin,
                capture_output=True,
                env={**os.environ, "PYTHONPATH": str(Path(ClusterShell.__file__).parent.parent)},
            )
        assert done.stdout == b"node[0-999999]\n"
        from ClusterShell import _accel

        if _accel.COMPILED:
            peak = done.stderr.partition(b"VmHWM:")[2].split()[0]
            assert int(peak) < 150 * 1024


class TestOutput:
    def test_closed_pipe_is_silent(self, process):
        script = '"$@" | head -c 1; exit ${PIPESTATUS[0]}'
        done = subprocess.run(
            ["bash", "-c", script, "bash", *COMMAND, "-e", "n[1-200000]"],
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(Path(ClusterShell.__file__).parent.parent)},
        )
        assert (done.returncode, done.stdout, done.stderr) == (1, b"n", b"")

    def test_full_disk(self, process):
        done = subprocess.run(
            ["sh", "-c", '"$@" > /dev/full', "sh", *COMMAND, "-f", "a"],
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(Path(ClusterShell.__file__).parent.parent)},
        )
        assert done.returncode == 1
        assert done.stderr == b"ERROR: [Errno 28] No space left on device\n"

    def test_pick(self, nodeset):
        rc, out, err = nodeset("--pick=3", "-e", "x[1-9]y[1-9]", "n[1-50]")
        names = out.split()
        assert (rc, err, len(set(names))) == (0, "", 3)
        assert all(name[0] in "xn" for name in names)
        assert nodeset("--pick=2", "-c", "-R", "1-9") == (0, "2\n", "")
        assert nodeset("--pick=5", "-f", "n[1-3]") == (0, "n[1-3]\n", "")
        assert nodeset("--pick=0", "-f", "n[1-3]") == (0, "n[1-3]\n", "")
        rc, out, err = nodeset("--pick=-1", "-f", "n1")
        assert (rc, out) == (1, "") and err.startswith("ERROR: Sample larger than population")

    def test_picks_are_random(self, nodeset):
        picked = {nodeset("--pick=1", "-f", "n[1-1000]")[1] for _ in range(20)}
        assert len(picked) > 5

    def test_help_names_every_option(self, process):
        rc, out, err = process("--help")
        assert (rc, err) == (0, "")
        assert out.startswith("Usage: nodeset [COMMAND] [OPTIONS] [ns1 [-ixX] ns2|...]\n")
        shown_options = set(out.replace(",", " ").replace("=", " ").split())
        for names, attrs in tables.NODESET:
            shown = attrs["help"] != tables.HIDDEN
            assert [name in shown_options for name in names] == [shown] * len(names)

    @pytest.mark.parametrize("option", ["-l", "-L"])
    def test_groups_are_for_names(self, nodeset, option):
        rc, out, err = nodeset("-R", option, "5")
        assert (rc, out) == (2, "")
        assert err.endswith("error: groups of nodes are only supported in NodeSet mode\n")

    @pytest.mark.parametrize(
        "share, two", [("auto", "n[1,3]"), ("100%", "n[1-3/2]"), ("0%", "n[1-3/2]")]
    )
    def test_shares_of_few_nodes(self, nodeset, share, two):
        assert nodeset("--autostep=" + share, "-f", "n1", "n3") == (0, two + "\n", "")
        assert nodeset("--autostep=" + share, "-f", "n1", "n3", "n5") == (0, "n[1-5/2]\n", "")

    def test_many_operands(self, nodeset):
        names = [f"n{number}" for number in range(20000)]
        assert nodeset("-f", *names, "-x", "n1", "n1") == (0, "n[0-19999]\n", "")
        assert nodeset("-f", "n[", "-", stdin="m[") == (
            1, "", 'nodeset: Parse error: missing bracket: "n["\n',
        )  # fmt: skip

    def test_groupbase_changes_names_only(self, nodeset):
        rc, plain, err = nodeset("-LL", config="manual")
        assert (rc, err) == (0, "")
        rc, bare, err = nodeset("-LL", "-G", config="manual")
        assert (rc, err) == (0, "")
        assert bare.splitlines() == [
            "@" + line.lstrip("@").rpartition(":")[2] for line in plain.splitlines()
        ]
        assert "@J1 n[1-9]\n" in bare

    def test_broken_defaults(self, process, tmp_path):
        (tmp_path / "defaults.conf").write_text("garbage\n")
        rc, out, err = process("-f", "n1", CLUSTERSHELL_CFGDIR=str(tmp_path))
        assert (rc, out) == (1, "")
        assert err.startswith("nodeset: File contains no section headers.")

    def test_autostep_without_bound(self, nodeset):
        result = nodeset("--autostep=inf%", "-f", "n1")
        assert result == (1, "", "ERROR: cannot convert float infinity to integer\n")

    def test_cluset_is_nodeset(self, monkeypatch, capsys):
        monkeypatch.setattr(sys, "argv", ["/usr/bin/cluset", "-f", "a["])
        with pytest.raises(SystemExit) as info:
            Nodeset.main()
        assert info.value.code == 1
        assert capsys.readouterr().err == 'cluset: Parse error: missing bracket: "a["\n'


class TestHostileNames:
    """Names are data on every route through the command."""

    NAMES = ["a;touch x", "$(touch x)", "`touch x`", "a'b\"c", "a|b", "..", "a/../b", "-rf", "é\\n"]

    @pytest.fixture(autouse=True)
    def nothing_happens(self, tmp_path, monkeypatch):
        place = tmp_path / "place"
        place.mkdir()
        monkeypatch.chdir(place)
        yield
        assert list(place.iterdir()) == []

    @pytest.mark.parametrize("name", NAMES)
    def test_from_the_command_line(self, nodeset, name):
        assert nodeset("-f", "--", name) == (0, name + "\n", "")

    @pytest.mark.parametrize("name", NAMES)
    def test_from_standard_input(self, nodeset, name):
        rc, out, err = nodeset("-e", "-S", "\n", stdin=name + "\n")
        assert (rc, err, set(out.split())) == (0, "", set(name.split()))

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("source", ["echoing", "sedding"])
    def test_from_a_group_file_and_back(self, nodeset, tmp_path, name, source):
        (tmp_path / "f.yaml").write_text("files:\n  g: ['" + name.replace("'", "''") + "']\n")
        (tmp_path / "groups.conf").write_text(
            f"[Main]\ndefault: files\nautodir: {tmp_path}\n"
            "[echoing]\nmap: /bin/echo $GROUP\nreverse: /bin/echo $NODE\n[sedding]\n"
            "map: sed -n 's/^$GROUP://p' /dev/null\nreverse: sed -n 's/$NODE//p' /dev/null\n"
        )
        conf = f"--groupsconf={tmp_path}/groups.conf"
        rc, out, err = nodeset(conf, "-e", "@g")
        assert (rc, err, set(out.split())) == (0, "", set(name.split()))
        rc, out, err = nodeset(conf, "-s", source, "-l", "--", name)
        assert "Traceback" not in err
        if rc == 0:
            assert source == "echoing" or name == ".."
        else:
            assert rc == 1 and "unsafe name" in err


class TestFailingSources:
    """What the released package has not: a limit of time.  Files that cannot be read."""

    @pytest.fixture
    def slow(self, tmp_path):
        questions = "".join(f"{name}: sleep 60\n" for name in ("map", "all", "list", "reverse"))
        (tmp_path / "groups.conf").write_text(f"[Main]\n[slow]\ntimeout: 0.1\n{questions}")
        return f"--groupsconf={tmp_path}/groups.conf"

    @pytest.mark.parametrize(
        "args, error",
        [
            (["-f", "@slow:g"], 'Parse error: {}: "@slow:g"'),
            (["-s", "slow", "-l"], 'Group error: {} (group source "slow")'),
            (
                ["-s", "slow", "-a", "-f"],
                'External error: Failed to get all nodes: {} (group source "slow")',
            ),
        ],
    )
    def test_no_answer_in_time(self, nodeset, slow, args, error):
        shown = error.format("sleep 60 (no answer within 0.1 s)")
        assert nodeset(slow, *args) == (1, "", f"nodeset: {shown}\n")

    @pytest.mark.parametrize(
        "args, error",
        [
            ("-f @bad:g", 'Parse error: missing bracket: "n[1-" (in the answer to @bad:g)'),
            ("-f @g", 'Parse error: missing bracket: "n[1-" (in the answer to @bad:g)'),
            ("-f @nest:h", 'Parse error: missing bracket: "n[1-" (in the answer to @bad:g)'),
            ("-a -f", 'Parse error: missing bracket: "m[2-" (in the answer to @bad:*)'),
            ("-f @*", 'Parse error: missing bracket: "m[2-" (in the answer to @bad:*)'),
            ("-f m*", 'Parse error: missing bracket: "m[2-" (in the answer to @bad:*)'),
            ("-f @@bad", 'Parse error: missing bracket: "l[3-" (in the answer to @@bad)'),
            ("-l", 'Parse error: missing bracket: "l[3-" (in the answer to @@bad)'),
            ("-l n1", 'Parse error: missing bracket: "l[3-" (in the answer to @@bad)'),
            ("-s nest -a -f", 'Parse error: missing bracket: "n[1-" (in the answer to @bad:g)'),
            ("-s nest -l n1", 'Parse error: missing bracket: "n[1-" (in the answer to @bad:g)'),
            (
                "-s exits -l n1",
                'External error: Group source query failed: exit 6 (group source "exits")',
            ),
            ("-f @nest:e", 'Parse error: exit 3: "@nest:e" (group source "exits")'),
            ("-f @exits:g", 'Parse error: exit 3: "@exits:g"'),
            ("-f n1,x[", 'Parse error: missing bracket: "x["'),
        ],
    )
    def test_who_is_at_fault(self, nodeset, tmp_path, args, error):
        """An answer that is no node set, and a failure, name source and group."""
        (tmp_path / "groups.conf").write_text(
            "[Main]\ndefault: bad\n"
            "[bad]\nmap: echo 'n[1-'\nall: echo 'm[2-'\nlist: echo 'l[3-'\n"
            "[nest]\nmap: case $GROUP in e) echo @exits:g;; *) echo @bad:g; esac\nlist: echo h\n"
            "[exits]\nmap: exit 3\nreverse: exit 6\n"
        )
        conf = f"--groupsconf={tmp_path}/groups.conf"
        assert nodeset(conf, *args.split()) == (1, "", f"nodeset: {error}\n")

    def test_group_file_that_cannot_be_read(self, nodeset, tmp_path):
        (tmp_path / "good.yaml").write_text("good: {g: n1}\n")
        (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
        (tmp_path / "folder.yaml").mkdir()
        (tmp_path / "groups.conf").write_text(f"[Main]\nautodir: {tmp_path}\n")
        conf = f"--groupsconf={tmp_path}/groups.conf"
        assert nodeset(conf, "-f", "@good:g") == (0, "n1\n", "")
        assert nodeset(conf, "-f", "@gone:g") == (
            1, "", 'nodeset: Unknown group source: "gone"\n',
        )  # fmt: skip


class TestCircularGroups:
    @pytest.fixture
    def groups(self, tmp_path):
        (tmp_path / "groups.conf").write_text(
            f"[Main]\ndefault: f\nautodir: {tmp_path}\n[loop]\nmap: echo @loop:$GROUP\n"
        )
        chain = "".join(f"  g{number}: '@g{number + 1}'\n" for number in range(3000))
        (tmp_path / "f.yaml").write_text(f"f:\n  a: '@b'\n  b: 'n1,@a'\n{chain}  g3000: n7\n")
        return f"--groupsconf={tmp_path}/groups.conf"

    @pytest.mark.parametrize("group", ["@loop:x", "@a", "@f:b"])
    def test_named_in_the_error(self, nodeset, groups, group):
        rc, out, err = nodeset(groups, "-f", group)
        assert (rc, out) == (1, "")
        named = err.partition('nodeset: Parse error: circular reference to group: "')[2]
        assert named in ('@a"\n', '@b"\n', '@f:a"\n', '@f:b"\n', '@loop:x"\n')

    def test_deep_is_not_circular(self, nodeset, groups):
        assert nodeset(groups, "-f", "@g0") == (0, "n7\n", "")


WATCH = """
import atexit, gc, sys
sys.argv = ["nodeset", "-f", "n1", "n2"]
atexit.register(lambda: print(gc.isenabled(), gc.get_freeze_count() > 0))
"""


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("from ClusterShell.CLI.Nodeset import main\nmain()", "False True"),
        ("from ClusterShell.CLI import Nodeset\nNodeset.main()", "True False"),
    ],
)
def test_the_collector_rests_where_the_command_is_all_there_is(program, told):
    """Other programs that call it keep theirs."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH + program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["n[1-2]", told]
