"""clubak: recorded transcripts of the released package, and what it does better."""

import errno
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

import pytest

from tests import ROOT
from tests.fixtures.waiting import wait_until
from tests.recorded import load

ROWS = load("clubak/transcripts.jsonl")

#: Transcripts that we do not follow; each has a test below.
BETTER = {
    "-r --interpret-keys=never": "test_regroup_of_raw_keys",
    "-F --diff": "test_diff_in_fast_mode",
}

CLUBAK = [sys.executable, "-m", "ClusterShell.CLI.Clubak"]


def clubak(data, *args, **kwargs):
    """Run clubak on *data*; return the completed process."""
    kwargs.setdefault("timeout", 60)
    return subprocess.run([*CLUBAK, *args], input=data, capture_output=True, **kwargs)


@pytest.fixture(scope="module")
def replayed():
    """Return the result of each transcript, all run by one process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.recorded.clubak.replay"],
        cwd=ROOT,
        input=json.dumps(ROWS).encode(),
        stdout=subprocess.PIPE,
        check=True,
        timeout=300,
    )
    return json.loads(done.stdout)


def unordered(text):
    """Return *text* with the keys of each header sorted: their order has no meaning."""

    def ordered(match):
        return match[1] + ",".join(sorted(match[2].split(","))) + match[3]

    return re.sub(r"^([+-]{3} |)([^\s,]+,\S+)( \(\d+\)|)$", ordered, text, flags=re.M)


def test_enough_transcripts():
    assert len(ROWS) >= 280
    assert {row["name"] for row in ROWS} >= set(BETTER)
    for name in BETTER.values():
        assert name in globals()


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[row["name"] for row in ROWS])
def test_transcript(replayed, number):
    row = ROWS[number]
    if row["name"] in BETTER:
        assert replayed[number] != [row["out"], row["err"], row["code"]]
        return
    out, err, code = replayed[number]
    if "never" in " ".join(row["args"]) or row["in"].startswith("host"):
        assert unordered(out) == unordered(row["out"])
    else:
        assert out == row["out"]
    unlabelled = r'no separator ".*" \(see -S\) in this line:'
    unhelpful = "not enough values to unpack (expected 2, got 1):"
    assert re.sub(unlabelled, unhelpful, err) == row["err"]
    assert code == row["code"]


def test_regroup_of_raw_keys():
    """-r with keys that are no nodes: the released package ends with a traceback."""
    done = clubak(b"a: x\nb: x\n", "-r", "--interpret-keys=never")
    assert done.stdout.split(b"\n")[1:4] == [b"a,b (2)", b"-" * 15, b" x"]
    assert (done.returncode, done.stderr) == (0, b"")


def test_diff_in_fast_mode():
    """-F changes nothing about differences: the released package compares messages as lines."""
    data = b"n1: a\nn1: b\nn2: a\nn2: c\n"
    assert clubak(data, "-F", "--diff").stdout == clubak(data, "--diff").stdout


def test_exact_bytes():
    """What is no text in UTF-8 comes out as it came in: the released package replaces it."""
    done = clubak(b"n1: \xff\xe9 \xc3\xa9\nn\xe91: b\n", "-L")
    assert done.stdout == b"n1:  \xff\xe9 \xc3\xa9\nn\xe91:  b\n"
    done = clubak(b"n1: \xff\n", "-v", "-S", ":")
    assert done.stdout.startswith(b"INPUT n1: \xff\n")


@pytest.mark.parametrize("args", [[], ["-b"], ["-L"]])
def test_label_without_nodes_is_kept(args, monkeypatch, tmp_path):
    """A label that is an empty set of nodes: the released package loses its lines."""
    monkeypatch.setenv("CLUSTERSHELL_CFGDIR", str(tmp_path))
    (tmp_path / "groups.conf").write_text("[local]\nmap: :\n")
    done = clubak(b"n1: a\n@nothing: b\nn1&n2: c\n", *args)
    assert (done.returncode, done.stderr) == (0, b"")
    for part in (b"@nothing", b"n1&n2", b" a", b" b", b" c"):
        assert part in done.stdout
    done = clubak(b"n1: a\nn1&n2: c\n", "--interpret-keys=always")
    assert done.stderr == b'Clubak.py: no node found: "n1&n2"\n'
    assert (done.stdout, done.returncode) == (b"", 1)


def test_labels_after_one_that_is_no_node_set():
    """From there on labels are text, those that were node sets before included."""
    done = clubak(b"n[1-2]: a\n[x: b\nn[1-2]: c\n", "-L")
    assert done.stdout == b"n1:  a\nn2:  a\n[x:  b\nn[1-2]:  c\n"


@pytest.mark.parametrize("size", [3 << 20, pytest.param(100 << 20, marks=pytest.mark.slow)])
def test_long_line(size):
    line = b"x" * size
    done = clubak(b"n1:" + line + b"\nn2:" + line + b"\nn3:end", "-b")
    assert done.returncode == 0
    header = b"-" * 15 + b"\n"
    expected = header + b"n[1-2] (2)\n" + header + line + b"\n" + header + b"n3\n" + header
    assert done.stdout == expected + b"end\n"


def test_full_disk():
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*CLUBAK, "-b"], input=b"n1: a\n", stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    assert done.returncode == 1
    assert done.stderr == b"ERROR: [Errno 28] No space left on device\n"


@pytest.mark.parametrize("options", ["-bd", "-Ld", "--json -d"])
def test_standard_error_on_a_full_disk(options):
    """The output is whole; that something has not been told shows as exit code 1."""
    whole = clubak(b"n1: a\n", *options.split()).stdout
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*CLUBAK, *options.split()],
            input=b"n1: a\n",
            stdout=subprocess.PIPE,
            stderr=full,
            timeout=60,
        )
    assert (done.returncode, done.stdout) == (1, whole)


def test_closed_reader():
    """As in ``clubak | head``: silence."""
    reader, writer = os.pipe()
    os.close(reader)
    data = b"n1: a\n" * 100000
    done = subprocess.run(CLUBAK, input=data, stdout=writer, stderr=subprocess.PIPE, timeout=60)
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode == 1


@pytest.mark.parametrize("number, name", [(0, b"input"), (1, b"output")])
def test_closed_stream(number, name):
    done = subprocess.run(
        CLUBAK,
        stdin=subprocess.DEVNULL if number else None,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: os.close(number),
        timeout=60,
        input=None,
    )
    if number:
        # Nothing to show, nothing to complain about.
        assert (done.returncode, done.stderr) == (0, b"")
        done = subprocess.run(
            ["sh", "-c", 'echo "n1: a" | "$0" -m ClusterShell.CLI.Clubak >&-', sys.executable],
            stderr=subprocess.PIPE,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr == b"ERROR: [Errno %d] standard %s is closed\n" % (errno.EBADF, name)


def unread(pipe):
    """Return how many bytes of a pipe its reader has not taken yet."""
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


def test_interrupt():
    process = subprocess.Popen(
        CLUBAK, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdin.write(b"n1: a\n")
    process.stdin.flush()
    wait_until(lambda: unread(process.stdin) == 0)
    process.send_signal(2)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_nonblocking_streams():
    """Another program made the pipes non-blocking: nothing is lost at either end."""
    data = b"".join(b"n%d: %d\n" % (number % 50, number) for number in range(20000))
    expected = clubak(data).stdout
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    source, feed = os.pipe()
    os.set_blocking(source, False)
    process = subprocess.Popen(CLUBAK, stdin=source, stdout=writer)
    os.close(writer)
    os.close(source)
    if not os.fork():
        os.close(reader)
        with open(feed, "wb") as stream:
            for start in range(0, len(data), 100000):
                stream.write(data[start : start + 100000])
                stream.flush()
                time.sleep(0.02)
        os._exit(0)
    os.close(feed)
    got = []
    while True:
        time.sleep(0.001)
        piece = os.read(reader, 50000)
        if not piece:
            break
        got.append(piece)
    os.close(reader)
    assert process.wait(60) == 0
    os.wait()
    assert b"".join(got) == expected


def test_verbose_shows_lines_as_they_come():
    """A slow producer's line is shown at once, not when the next one comes."""
    process = subprocess.Popen([*CLUBAK, "-v"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(b"n1: a\r\nn1: incompl")
    process.stdin.flush()
    assert select.select([process.stdout], [], [], 30)[0]
    assert os.read(process.stdout.fileno(), 1000) == b"INPUT n1: a\n"
    process.stdin.write(b"ete\n")
    process.stdin.close()
    out = process.stdout.read()
    process.stdout.close()
    assert process.wait(60) == 0
    assert out.startswith(b"INPUT n1: incomplete\n---")


def test_outdir(tmp_path):
    """One file a node, with its exact bytes; the released package ignores the option."""
    data = b"n[1-2]: a\xff\r\nn1: \n../up: b\n..: c\nn2: \x1b[0m\n"
    plain = clubak(data, "-b").stdout
    out, errors = tmp_path / "new" / "out", tmp_path / "errors"
    done = clubak(data, "-b", f"--outdir={out}", f"--errdir={errors}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == plain
    for directory in (out, errors):
        assert {path.name: path.read_bytes() for path in directory.iterdir()} == {
            "n1": b" a\xff\n \n",
            "n2": b" a\xff\n \x1b[0m\n",
            "..%2Fup": b" b\n",
            "%2E%2E": b" c\n",
        }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["errors", "new"]


def test_outdir_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    done = clubak(b"n1: a\n", f"--outdir={tmp_path}/file")
    assert done.returncode == 1
    assert done.stderr.startswith(b"ERROR: ")
    assert b"file" in done.stderr


def on_terminal(data, *args, env=(), stderr=None):
    """Run clubak with a terminal as its standard output; return what that shows."""
    master, slave = pty.openpty()
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE")
    }
    process = subprocess.Popen(
        [*CLUBAK, *args],
        stdin=subprocess.PIPE,
        stdout=slave,
        stderr=slave if stderr is None else stderr,
        env={**environment, **dict(env)},
    )
    os.close(slave)
    process.stdin.write(data)
    process.stdin.close()
    shown = []
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError as exc:  # how Linux says that nobody has the terminal open
            assert exc.errno == errno.EIO
            break
        if not piece:
            break
        shown.append(piece)
    os.close(master)
    assert process.wait(60) == 0
    return b"".join(shown).replace(b"\r\n", b"\n")


HOSTILE = b"n\x1b1: \x1b[2Jred\x07 \x9b31m \xc2\x9b1m\x7f \xc3\xa9\xff\tend\n"


def test_control_characters_on_a_terminal():
    shown = on_terminal(HOSTILE, "-L", "--color=never")
    assert shown == b"n^[1:  ^[[2Jred^G \\x9b31m \\x9b1m^? \xc3\xa9\\xff\tend\n"
    shown = on_terminal(HOSTILE, "-b", "--color=never")
    assert shown.split(b"\n")[1] == b"n^[1"
    assert b"\x1b" not in on_terminal(HOSTILE, "-T", "-L", "--color=never")
    assert b"\x1b" not in on_terminal(HOSTILE, "-v", "--color=never")
    both = HOSTILE + b"n2: other\x1b[0m\n"
    assert b"\x1b" not in on_terminal(both, "--diff", "--color=never")


def test_control_characters_passed_through():
    assert on_terminal(HOSTILE, "-L", "--literal", "--color=never") == HOSTILE.replace(
        b": ", b":  ", 1
    )


def test_control_characters_in_files_and_pipes():
    assert clubak(HOSTILE, "-L").stdout == HOSTILE.replace(b": ", b":  ", 1)


BLUE = b"\x1b[94m"


@pytest.mark.parametrize(
    "args, env, colored",
    [
        ([], {}, True),
        (["--color=never"], {}, False),
        (["--color=auto"], {"NO_COLOR": "1"}, True),
        ([], {"NO_COLOR": "", "CLICOLOR_FORCE": "1"}, False),
        ([], {"CLICOLOR": "0"}, False),
        ([], {"CLICOLOR": "0", "CLICOLOR_FORCE": "1"}, True),
    ],
)
def test_colors_on_a_terminal(args, env, colored):
    shown = on_terminal(b"n1: a\n", "-b", *args, env=env)
    assert shown.startswith(BLUE) == colored
    assert (b"\x1b" in shown) == colored


@pytest.mark.parametrize(
    "args, env, colored",
    [
        ([], {}, False),
        (["--color=auto"], {"CLICOLOR_FORCE": "1"}, False),
        ([], {"CLICOLOR_FORCE": "1"}, True),
        (["--color=always"], {}, True),
    ],
)
def test_colors_in_a_pipe(args, env, colored):
    environment = {**os.environ, **env}
    if "NO_COLOR" not in env:
        environment.pop("NO_COLOR", None)
    assert clubak(b"n1: a\n", "-b", *args, env=environment).stdout.startswith(BLUE) == colored


def test_color_asks_standard_output_only():
    shown = on_terminal(b"n1: a\n", "-b", stderr=subprocess.DEVNULL)
    assert shown.startswith(BLUE)


@pytest.mark.slow
def test_memory_follows_distinct_text():
    """Two hundred nodes print the same megabyte: it is kept once."""
    code = (
        "import resource, sys; from ClusterShell.CLI.Clubak import clubak; clubak(); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )

    def peak(nodes):
        process = subprocess.Popen(
            [sys.executable, "-c", code, "-b"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for node in range(nodes):
            process.stdin.write(b"".join(b"n%d: %0100d\n" % (node, i) for i in range(10000)))
        process.stdin.close()
        kib = int(process.stderr.read())
        process.stderr.close()
        assert process.wait(60) == 0
        return kib

    assert peak(200) < peak(2) + 3000
