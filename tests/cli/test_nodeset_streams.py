"""nodeset on streams of every kind: pipes that do not block, terminals, closed ones."""

import os
import pty
import subprocess
import sys
import time

import pytest

NODESET = [
    sys.executable,
    "-c",
    "import sys; sys.argv[0] = 'nodeset'\nfrom ClusterShell.CLI.Nodeset import main; main()",
]


def start(*args, **streams):
    return subprocess.Popen([*NODESET, *args], **streams)


def drain(fd, slowly=False):
    """Return what comes from a descriptor until its other end is closed."""
    found = []
    while True:
        if slowly:
            time.sleep(0.01)
        try:
            data = os.read(fd, 8192)
        except OSError:  # the other side of a terminal
            data = b""
        if not data:
            os.close(fd)
            return b"".join(found)
        found.append(data)


def test_input_that_has_nothing_yet_has_not_ended():
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    process = start("-f", stdin=reader, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.close(reader)
    for piece in (b"n1 n", b"2\nn3", b" # n4\nn5"):
        time.sleep(0.1)
        os.write(writer, piece)
    os.close(writer)
    assert process.communicate(timeout=30) == (b"n[1-3,5]\n", b"")
    assert process.returncode == 0


@pytest.mark.parametrize("args", [["-e", "n[1-50000]"], ["-f", "--contiguous", "n[1-60000/2]"]])
def test_output_that_cannot_be_written_at_once_is_waited_for(args):
    expected = subprocess.run([*NODESET, *args], capture_output=True, timeout=60).stdout
    assert len(expected) > 200_000
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    process = start(*args, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert drain(reader, slowly=True) == expected
    assert process.communicate(timeout=30)[1] == b""
    assert process.returncode == 0


def on_terminal(*args, err=False):
    """Return what nodeset writes to a terminal."""
    main, terminal = pty.openpty()
    streams = {"stdout": terminal, "stderr": subprocess.PIPE}
    if err:
        streams = {"stdout": subprocess.PIPE, "stderr": terminal}
    process = start(*args, stdin=subprocess.DEVNULL, **streams)
    os.close(terminal)
    output = drain(main).replace(b"\r\n", b"\n")
    process.communicate(timeout=30)
    return output


@pytest.mark.parametrize(
    "args, seen",
    [
        (["-e", "n\x1b%31m\x07x\x9by", "a"], b"a n^[%31m^Gx\\x9by\n"),
        (["-f", "n\x1b%31m\x07x\x9by"], b"n^[%31m^Gx\\x9by\n"),
        (["-O", "<%s>", "-e", "n\x1bx"], b"<n^[x>\n"),
        (["-S", "\\t", "-e", "n\x1bx", "b"], b"b\tn^[x\n"),
        (["-S", "\\n", "-e", "n1", "n2"], b"n1\nn2\n"),
    ],
)
def test_control_characters_on_a_terminal(args, seen):
    assert on_terminal(*args) == seen


def test_a_file_gets_the_exact_bytes(tmp_path):
    path = tmp_path / "out"
    with path.open("wb") as out:
        process = start(
            "-f", b"n\xff\x1b\x9bx", stdout=out, env={**os.environ, "LC_ALL": "C.UTF-8"}
        )
        assert process.wait(timeout=30) == 0
    assert path.read_bytes() == b"n\xff\x1b\x9bx\n"


def test_an_error_quotes_no_control_characters_to_a_terminal():
    assert on_terminal("-f", "n\x1b]0;x\x07[", err=True).count(b"^[") == 1


def test_closed_output_is_no_error():
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *NODESET, "-f", "n1"], capture_output=True, timeout=30
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize("args", [["-f", "n["], ["-f", "--split=x"], ["-fz"], ["-f", "n1", "-x"]])
def test_errors_never_go_to_standard_output(args):
    done = subprocess.run(
        ["sh", "-c", '"$@" 2>&-', "sh", *NODESET, *args], capture_output=True, timeout=30
    )
    assert done.stdout == b""
    assert done.returncode in (1, 2)
