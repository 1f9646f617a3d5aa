"""Display: what the tools print, and how it reaches files, pipes and terminals."""

import errno
import gzip
import io
import os
import pty
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from ClusterShell._cli.controls import visible
from ClusterShell._cli.nodefiles import NodeFiles, file_name
from ClusterShell._cli.sink import Sink, labelled
from ClusterShell.CLI import Display as module
from ClusterShell.CLI.Display import (
    VERB_DEBUG,
    VERB_QUIET,
    VERB_STD,
    VERB_VERB,
    Display,
)
from ClusterShell.CLI.OptionParser import OptionParser
from ClusterShell.MsgTree import MsgTree
from ClusterShell.NodeSet import NodeSet

DEFAULTS = {
    "diff": None,
    "gatherall": False,
    "gather": None,
    "line_mode": None,
    "label": True,
    "regroup": False,
    "groupsource": None,
    "groupbase": False,
    "whencolor": None,
    "quiet": None,
    "verbose": None,
    "debug": None,
}
RULE = "---------------"


@pytest.fixture(autouse=True)
def no_color_environment(monkeypatch):
    for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)


def make(config=None, color=None, **options):
    """Return a Display with *options* whose streams are in memory."""
    display = Display(SimpleNamespace(**{**DEFAULTS, **options}), config, color)
    display.out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    display.err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    return display


def printed(display, stream="out"):
    """Return the bytes printed so far."""
    return getattr(display, stream).buffer.getvalue()


def message(*lines):
    """Return an element that stands for *lines*."""
    tree = MsgTree()
    for line in lines:
        tree.add("n", line)
    return tree["n"]


NODES = NodeSet("n[1-3]", resolver=None)


def test_header():
    display = make()
    assert display.format_header(NODES) == f"{RULE}\nn[1-3] (3)\n{RULE}\n"
    assert display.format_header(NODES, 2) == f"  {RULE}\n  n[1-3] (3)\n  {RULE}\n"
    assert display.format_header(NodeSet("n1")) == f"{RULE}\nn1\n{RULE}\n"
    assert make(quiet=True).format_header(NODES) == f"{RULE}\nn[1-3]\n{RULE}\n"
    assert make(label=False).format_header(NODES) == ""
    colored = make(whencolor="always").format_header(NODES)
    assert colored == f"\x1b[94m{RULE}\nn[1-3] (3)\n{RULE}\x1b[0m\n"


def test_lines():
    display = make()
    display.print_line(NODES, b"out \xff")
    display.print_line("n1", b"")
    display.print_line_error("n1", b"error")
    assert printed(display) == b"n[1-3]: out \xff\nn1: \n"
    assert printed(display, "err") == b"n1: error\n"
    display = make(label=False)
    display.print_line(NODES, b"out")
    display.print_line_error(NODES, b"error")
    assert (printed(display), printed(display, "err")) == (b"out\n", b"error\n")
    display = make(whencolor="always")
    display.print_line("n1", b"out")
    display.print_line_error("n1", b"error")
    assert printed(display) == b"\x1b[94mn1: \x1b[0mout\n"
    assert printed(display, "err") == b"\x1b[91mn1: \x1b[0merror\n"


def test_labels_are_those_of_now():
    """Labels are kept from one line to the next, while what they depend on may be set."""
    display = make()
    nodes = NodeSet("n1", resolver=None)
    for change in (
        lambda: nodes.add("n2"),
        lambda: setattr(display, "color_stdout_fmt", "<%s>"),
        lambda: setattr(display, "label", False),
        lambda: setattr(display, "label", True),
        lambda: setattr(display, "color_stdout_fmt", "%s"),
    ):
        display.print_line(nodes, b"x")
        change()
    display.print_line(nodes, bytearray(b"x"))
    assert printed(display) == b"n1: x\nn[1-2]: x\n<n[1-2]: >x\nx\n<n[1-2]: >x\nn[1-2]: x\n"
    display.out = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    for name in ("n\u00fc", "n\udcff", "n\u20ac", "n\u00fc"):
        display.print_line(name, b"x")
    assert printed(display) == b"n\xfc: x\nn\xff: x\nn\\u20ac: x\nn\xfc: x\n"
    names = [f"n{number}" for number in range(3_000)]
    display.out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    for name in names * 2:
        display.print_line(name, b"x")
    assert printed(display).decode().splitlines() == [f"{name}: x" for name in names * 2]


def test_text_is_labelled_line_by_line():
    display = make()
    display.print_text("n1", b"one\n\nthree\xff")
    display.print_text("n1", b"", error=True)
    assert printed(display) == b"n1: one\nn1: \nn1: three\xff\n"
    assert printed(display, "err") == b"n1: \n"


@pytest.mark.parametrize("size", [1, 9, 10, 11, 1000])
def test_labelled_in_pieces(monkeypatch, size):
    monkeypatch.setattr("ClusterShell._cli.sink._PIECE", size)
    lines = [b"x" * (number % 7) for number in range(100)]
    pieces = list(labelled(b"n: ", b"\n".join(lines)))
    assert b"".join(pieces) == b"".join(b"n: " + line + b"\n" for line in lines)
    assert all(piece.endswith(b"\n") for piece in pieces)


def test_gathered():
    display = make()
    display.print_gather(NODES, message(b"one", b"tw\xe9", b""))
    display.print_gather("n9", b"bytes\nmore")
    display.print_gather_keys(["b", "a", "b"], message(b"x"))
    expected = f"{RULE}\nn[1-3] (3)\n{RULE}\n".encode() + b"one\ntw\xe9\n\n"
    expected += f"{RULE}\nn9\n{RULE}\nbytes\nmore\n".encode()
    expected += f"{RULE}\nb,a (2)\n{RULE}\nx\n".encode()
    assert printed(display) == expected


def test_line_mode():
    display = make(line_mode=True)
    display.print_gather(NODES, message(b"one", b""))
    display.print_gather_keys(["b", "a"], message(b"x"))
    assert printed(display) == b"n[1-3]: one\nn[1-3]: \nb,a: x\n"
    assert display.line_mode
    display.line_mode = False
    assert not display.line_mode
    display.print_gather("n1", b"x")
    assert printed(display).endswith(f"{RULE}\nn1\n{RULE}\nx\n".encode())
    display._print_buffer("n1", b"y")
    assert printed(display).endswith(b"\ny\n")


def test_differences():
    display = make(diff=True)
    assert display.gather
    display.print_gather(NODES, message(b"one", b"two\xff", b"three"))
    assert printed(display) == b""
    display.print_gather(NodeSet("n4"), message(b"one", b"two\xff", b"three"))
    assert printed(display) == b""
    display.print_gather(NodeSet("n5"), message(b"one", b"2", b"three"))
    expected = b"--- n[1-3] (3)\n+++ n5\n@@ -1,3 +1,3 @@\n one\n-two\xff\n+2\n three\n"
    assert printed(display) == expected
    display.print_gather_finalize(NodeSet("n[6-7]"))
    expected += b"--- n[1-3] (3)\n+++ n[6-7] (2)\n@@ -1,3 +0,0 @@\n-one\n-two\xff\n-three\n"
    assert printed(display) == expected
    display.flush()
    display.print_gather(NODES, message(b"x"))
    display.print_gather_finalize(NODES)
    assert printed(display).startswith(expected + b"--- n[1-3] (3)\n")


def test_finalize_shows_nothing_without_differences():
    display = make()
    display.print_gather(NODES, message(b"x"))
    before = printed(display)
    display.print_gather_finalize(NODES)
    assert printed(display) == before


def test_difference_of_no_line_and_an_empty_line():
    display = make(diff=True)
    display.print_gather("n1", b"")
    display.print_gather("n2", message(b""))
    assert printed(display) == b"--- n1\n+++ n2\n@@ -0,0 +1 @@\n+\n"


def test_colored_differences():
    display = make(diff=True, whencolor="always")
    display.print_gather("n1", message(b"a", b"b"))
    display.print_gather("n2", message(b"a", b"c"))
    assert printed(display).decode().split("\n") == [
        "\x1b[1m--- n1\x1b[0m",
        "\x1b[1m+++ n2\x1b[0m",
        "\x1b[96m@@ -1,2 +1,2 @@\x1b[0m",
        " a",
        "\x1b[91m-b\x1b[0m",
        "\x1b[92m+c\x1b[0m",
        "",
    ]


def test_differences_are_not_for_line_mode():
    with pytest.raises(ValueError, match="diff not supported in line_mode"):
        make(diff=True, line_mode=True)


def test_verbosity():
    levels = {
        VERB_QUIET: {"quiet": True},
        VERB_STD: {},
        VERB_VERB: {"verbose": True, "quiet": True},
        VERB_DEBUG: {"debug": True, "verbose": True},
    }
    for level, options in levels.items():
        display = make(**options)
        assert display.verbosity == level
        for wanted in levels:
            display.vprint(wanted, f"out {wanted}")
            display.vprint_err(wanted, f"err {wanted}")
        for stream in ("out", "err"):
            lines = [f"{stream} {wanted}\n" for wanted in levels if wanted <= level]
            assert printed(display, stream) == "".join(lines).encode()


def config(**values):
    return SimpleNamespace(**{"color": "auto", "verbosity": 1, "node_count": True, **values})


def test_configuration():
    display = make(config(verbosity=2, node_count=False), quiet=True)
    assert display.verbosity == 2
    assert display.format_header(NODES) == f"{RULE}\nn[1-3]\n{RULE}\n"


@pytest.mark.parametrize(
    "whencolor, configured, environment, unsaid, wanted",
    [
        (None, "always", {}, False, True),
        (None, "always", {"NO_COLOR": "1"}, False, True),
        (None, "never", {"CLICOLOR_FORCE": "1"}, False, True),
        (None, "auto", {"CLICOLOR_FORCE": "1"}, True, True),
        (None, "", {"CLICOLOR_FORCE": "1"}, True, True),
        (None, "auto", {"CLICOLOR_FORCE": "1", "NO_COLOR": ""}, False, False),
        (None, "auto", {}, False, False),
        (None, None, {"CLICOLOR_FORCE": "0"}, False, False),
        (None, None, {"CLICOLOR_FORCE": ""}, True, True),
        ("auto", "always", {"CLICOLOR_FORCE": "1"}, False, True),
        ("", "always", {}, False, True),
        ("never", "always", {}, False, True),
        ("always", "never", {"NO_COLOR": "1"}, True, True),
    ],
)
def test_who_decides_on_colors(monkeypatch, whencolor, configured, environment, unsaid, wanted):
    """Asked of the released package, of 1,500 combinations: without *color*, and with True."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    chosen = None if configured is None else config(color=configured)
    display = make(chosen, whencolor=whencolor)
    assert (display.color_stdout_fmt != "%s") == unsaid
    assert make(chosen, color=True, whencolor=whencolor)._color is wanted
    assert make(chosen, color=False, whencolor=whencolor)._color is False


def test_regroup():
    class Nodes(NodeSet):
        def regroup(self, groupsource=None, autostep=None, overlap=False, noprefix=False):
            return f"@{groupsource}:{noprefix}"

    display = make(regroup=True, groupsource="local", groupbase=True)
    display.print_gather(Nodes("n[1-2]"), b"x")
    assert b"\n@local:True (2)\n" in printed(display)
    display.print_line(Nodes("n[1-2]"), b"x")
    assert printed(display).endswith(b"n[1-2]: x\n")
    display.print_gather_keys(["a", "b"], b"y")
    assert b"\na,b (2)\n" in printed(display)


def test_text_stream_without_bytes():
    display = make()
    display.out = io.StringIO()
    display.print_line("n1", b"caf\xc3\xa9 \xff")
    display.print_gather("n1", b"x")
    assert display.out.getvalue() == f"n1: caf\u00e9 \ufffd\n{RULE}\nn1\n{RULE}\nx\n"


def test_stream_that_transforms(tmp_path):
    """A compressed file has a descriptor, which is not where bytes go."""
    display = make()
    with gzip.open(tmp_path / "out.gz", "wt") as stream:
        display.out = stream
        display.print_line("n1", b"x" * 1000)
    assert gzip.decompress((tmp_path / "out.gz").read_bytes()) == b"n1: " + b"x" * 1000 + b"\n"


def test_order_with_other_prints(tmp_path):
    """What the program prints itself stays in its place."""
    display = make()
    with open(tmp_path / "out", "w") as stream:
        display.out = stream
        for number in range(3):
            print("before", number, file=stream)
            display.print_line("n1", b"%d" % number)
    expected = "".join(f"before {number}\nn1: {number}\n" for number in range(3))
    assert (tmp_path / "out").read_text() == expected


def test_each_read_is_one_write():
    """Whoever reads the pipe sees the lines of one call at once, and only they."""
    display = make()
    reader, writer = os.pipe()
    with open(writer, "w") as stream:
        display.out = stream
        display.print_text("n1", b"\n".join([b"line"] * 1000))
        assert os.read(reader, 1 << 20) == b"n1: line\n" * 1000
        display.print_line("n1", b"more")
        assert os.read(reader, 1 << 20) == b"n1: more\n"
        with display.hold():
            display.print_gather("n1", b"x")
            display.vprint(1, "y")
            os.set_blocking(reader, False)
            with pytest.raises(BlockingIOError):
                os.read(reader, 1 << 20)
        assert os.read(reader, 1 << 20) == f"{RULE}\nn1\n{RULE}\nx\ny\n".encode()
    os.close(reader)


def test_held_output_leaves_before_errors_and_when_there_is_much():
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    display = make()
    with open(writer, "w") as stream:
        display.out = stream
        with display.hold():
            display.vprint(1, "first")
            display.print_line_error("n1", b"error")
            assert os.read(reader, 100) == b"first\n"
            for _ in range(40):
                display.vprint(1, "x" * 1000)
            with pytest.raises(BlockingIOError):
                os.read(reader, 100)
            feeder = threading.Thread(target=lambda: display.vprint(1, "x" * 30000))
            feeder.start()
            size = 0
            while size < 40 * 1001 + 30001:
                try:
                    size += len(os.read(reader, 1 << 20))
                except BlockingIOError:
                    continue
            feeder.join()
            display.vprint(1, "kept")
        assert os.read(reader, 100) == b"kept\n"
    os.close(reader)


def test_held_output_leaves_on_errors():
    display = make()
    with pytest.raises(LookupError), display.hold():
        display.vprint(1, "shown")
        raise LookupError
    assert printed(display) == b"shown\n"


def test_nonblocking_pipe_loses_nothing():
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    data = b"".join(b"%d\n" % number for number in range(200000))
    got = []
    collector = threading.Thread(
        target=lambda: got.extend(iter(lambda: os.read(reader, 7000), b""))
    )
    collector.start()
    with open(writer, "w") as stream:
        Sink(stream).write(data)
    collector.join()
    os.close(reader)
    assert b"".join(got) == data


def test_full_disk_and_closed_stream():
    with open("/dev/full", "w") as stream:
        sink = Sink(stream)
        with pytest.raises(OSError) as info:
            sink.write(b"x")
        assert info.value.errno == errno.ENOSPC
    with pytest.raises(OSError, match="standard output is closed"):
        Sink(None).write(b"x")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31m\x07\r\0\x7f", "^[[31m^G^M^@^?"),
        ("\x9b1m\x85", "\\x9b1m\\x85"),
        ("caf\u00e9 \U0001f600", "caf\u00e9 \U0001f600"),
        (b"\xff\x9b".decode("utf-8", "surrogateescape"), "\\xff\\x9b"),
    ],
)
def test_visible(text, expected):
    assert visible(text) == expected


def on_terminal(code, env=()):
    """Run Python *code* with a terminal as standard output and error; return what that shows."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
        env={**os.environ, **dict(env)},
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            shown += os.read(master, 65536)
        except OSError as exc:  # how Linux says that nobody has the terminal open
            assert exc.errno == errno.EIO
            break
    os.close(master)
    assert process.wait(60) == 0, shown
    return shown.replace(b"\r\n", b"\n")


ON_TERMINAL = f"""
import os
from types import SimpleNamespace
from ClusterShell.CLI.Display import Display
options = SimpleNamespace(**{DEFAULTS!r})
options.literal = "LITERAL" in os.environ
options.whencolor = os.environ.get("WHEN")
display = Display(options)
display.print_line("n\\x1b1", b"\\x1b[2J\\xff \\xc3\\xa9")
display.print_line_error("n1", b"\\x07\\xc2\\x9b")
display.print_text("n1", b"a\\rb\\nc")
display.print_gather_keys(["k\\x1b"], b"\\x1bc")
"""


def test_terminal():
    shown = on_terminal(ON_TERMINAL, {"WHEN": "never"})
    assert shown == (
        b"n^[1: ^[[2J\\xff \xc3\xa9\nn1: ^G\\x9b\nn1: a^Mb\nn1: c\n"
        + f"{RULE}\nk^[\n{RULE}\n".encode()
        + b"^[c\n"
    )
    shown = on_terminal(ON_TERMINAL, {"WHEN": "never", "LITERAL": "1"})
    assert shown.startswith(b"n\x1b1: \x1b[2J\xff \xc3\xa9\nn1: \x07\xc2\x9b\nn1: a\rb\n")
    assert shown.endswith(b"\x1bc\n")


def test_terminal_colors():
    assert on_terminal(ON_TERMINAL).startswith(b"\x1b[94mn^[1: \x1b[0m^[[2J")
    assert b"\x1b" not in on_terminal(ON_TERMINAL, {"NO_COLOR": "1"})
    assert b"\x1b" not in on_terminal(ON_TERMINAL, {"CLICOLOR": "0"})
    assert on_terminal(ON_TERMINAL, {"NO_COLOR": "1", "WHEN": "auto"}).startswith(b"\x1b[94m")


def test_standard_output_is_line_buffered(run_python):
    code = (
        "import sys\nfrom types import SimpleNamespace\n"
        "from ClusterShell.CLI.Display import Display\n"
        f"Display(SimpleNamespace(**{DEFAULTS!r}))\n"
        "print(sys.stdout.line_buffering)"
    )
    assert run_python("-c", code).stdout == "True\n"


def test_node_files(tmp_path):
    files = NodeFiles(str(tmp_path / "a" / "b"))
    assert list((tmp_path / "a" / "b").iterdir()) == []
    files._most_open = 3
    for round_ in range(3):
        for node in range(10):
            files.write(f"n{node}", b"%d\xff\n" % round_)
        assert len(files._open) <= 3
    files.close()
    written = {path.name: path.read_bytes() for path in (tmp_path / "a" / "b").iterdir()}
    assert written == {f"n{node}": b"0\xff\n1\xff\n2\xff\n" for node in range(10)}
    files = NodeFiles(str(tmp_path / "a" / "b"))
    files.write("n0", b"new")
    files.close()
    assert (tmp_path / "a" / "b" / "n0").read_bytes() == b"new"


def test_node_file_names_stay_inside():
    names = ["n1", "..", ".", "", "a/b", "a%2Fb", "/etc/passwd", "../x", "a\0b", "a%00b", "a%b"]
    escaped = [file_name(name) for name in names]
    assert len(set(escaped)) == len(names)
    for name in escaped:
        assert name not in ("", ".", "..")
        assert "/" not in name
        assert "\0" not in name
    assert file_name("fe80::1%eth0") == "fe80::1%eth0"


def test_node_file_that_cannot_be_written(tmp_path):
    files = NodeFiles(str(tmp_path))
    (tmp_path / "n1").mkdir()
    with pytest.raises(OSError) as info:
        files.write("n1", b"x")
    assert info.value.filename == str(tmp_path / "n1")
    os.mkfifo(tmp_path / "n2")
    with pytest.raises(OSError) as info:
        files.write("n2", b"x")
    assert (info.value.errno, info.value.filename) == (errno.EINVAL, str(tmp_path / "n2"))
    files.close()


@pytest.mark.parametrize("name", ["quiet", "verbose", "debug"])
def test_options_of_others_may_lack(name):
    """Tables of options without these are in use."""
    options = {key: value for key, value in DEFAULTS.items() if key != name}
    assert Display(SimpleNamespace(**options)).verbosity == VERB_STD


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"separator_option": True},
        {"separator_option": True, "dshbak_compat": True},
        {"debug_option": False},
        {"msgtree_mode": True},
    ],
)
def test_any_table_of_display_options(table):
    parser = OptionParser("%prog")
    parser.install_display_options(**table)
    assert Display(parser.parse_args([])[0]).verbosity == VERB_STD


def test_star_names():
    namespace = {}
    exec("from ClusterShell.CLI.Display import *", namespace)
    import difflib

    assert namespace["difflib"] is difflib
    assert namespace["NodeSet"] is NodeSet
    assert namespace["sys_stdin"]().read is not None
    with pytest.raises(AttributeError):
        module.nothing  # noqa: B018 (the access is what is tested)
