"""The small subprocess module: what it runs, refuses, and says of what cannot be run."""

import io
import os
import sys

import pytest

from ClusterShell.Worker import fastsubprocess
from tests.fixtures.leftovers import descriptors
from tests.fuzz import popen_arguments


class ClosedFile:
    def fileno(self):
        return -1


def test_descriptors():
    process = fastsubprocess.Popen(
        "cat; echo err >&2; exit 3",
        shell=True,
        stdin=fastsubprocess.PIPE,
        stdout=fastsubprocess.PIPE,
        stderr=fastsubprocess.PIPE,
    )
    assert not os.get_blocking(process.stdout)
    assert process.communicate(b"in\n") == (b"in\n", b"err\n")
    assert process.returncode == process.poll() == process.wait() == 3


def test_call():
    assert fastsubprocess.call([sys.executable, "-c", "raise SystemExit(4)"]) == 4
    assert fastsubprocess.call(["/none/such"]) == 255
    with pytest.raises(fastsubprocess.CalledProcessError) as caught:
        fastsubprocess.check_call("exit 5", shell=True)
    assert str(caught.value) == "Command 'exit 5' returned non-zero exit status 5"


def test_signals():
    process = fastsubprocess.Popen(["sleep", "30"])
    process.terminate()
    assert process.wait() == -15


def test_arguments():
    with pytest.raises(TypeError, match="bufsize must be an integer"):
        fastsubprocess.Popen(["true"], bufsize="x")


@pytest.mark.parametrize(
    ("command", "more"),
    [
        (["true", 5], {}),
        ([], {"executable": "/bin/sh"}),
        (b"true", {}),
        (["a\0b"], {}),
        (["true"], {"env": {1: 2}}),
        (["true"], {"env": 5}),
        (["true"], {"env": ["A"]}),
        ("true", {"env": "A", "shell": True}),
        (["true"], {"env": {"": "1"}}),
        (["true"], {"cwd": 5}),
        (["true"], {"stdin": -3}),
        (["true"], {"stdin": 2**70}),
        (["true"], {"stderr": ClosedFile()}),
        (["true"], {"preexec_fn": 5}),
    ],
)
def test_what_cannot_be_executed_ends_with_255(command, more):
    assert fastsubprocess.call(command, **more) == 255


@pytest.mark.parametrize("command", [None, 5])
def test_what_is_no_command_is_refused(command):
    with pytest.raises(TypeError):
        fastsubprocess.Popen(command)


def test_what_has_been_waited_for_gets_no_signal():
    process = fastsubprocess.Popen(["true"])
    process.wait()
    assert [process.kill(), process.terminate(), process.send_signal(9)] == [None] * 3


@pytest.mark.parametrize("nothing", [0, False, "", [], {}])
def test_nothing_to_call_before(nothing):
    assert fastsubprocess.call(["true"], preexec_fn=nothing) == 0


@pytest.mark.parametrize("kind", ["descriptor", "path"])
def test_folders_of_any_kind(tmp_path, kind):
    fd = os.open(tmp_path, os.O_RDONLY)
    folder = fd if kind == "descriptor" else tmp_path
    process = fastsubprocess.Popen(
        "pwd; test -e begun",
        shell=True,
        stdout=fastsubprocess.PIPE,
        cwd=folder,
        preexec_fn=lambda: open("begun", "w").close(),
    )
    assert process.communicate() == (os.fsencode(tmp_path) + b"\n", None)
    assert process.returncode == 0
    os.close(fd)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"args": 5}, TypeError),
        ({"args": []}, IndexError),
        ({"stdin": "x"}, AttributeError),
        ({"stderr": io.StringIO()}, io.UnsupportedOperation),
    ],
)
def test_a_call_that_fails_leaves_no_pipe(more, error):
    before = descriptors()
    with pytest.raises(error):
        pipes = {"stdin": -1, "stdout": -1, "stderr": -1}
        fastsubprocess.Popen(**{"args": ["true"], **pipes, **more})
    assert descriptors() == before


def test_a_shortage_is_told(run_python):
    """It is not the command that is wrong."""
    program = """
import errno, os, resource
from ClusterShell.Worker import fastsubprocess
fds = len(os.listdir("/dev/fd"))
resource.setrlimit(resource.RLIMIT_NOFILE, (fds, fds))
for streams in ({}, {"stdin": -1, "stdout": -1, "stderr": -1}):
    try:
        fastsubprocess.Popen(["true"], **streams)
    except OSError as exc:
        print(errno.errorcode[exc.errno], len(os.listdir("/dev/fd")) - fds)
"""
    assert run_python("-c", program).stdout.split() == ["EMFILE", "0"] * 2


def test_arguments_of_every_kind(peer_python):
    """A few of them; all: ``python -m tests.fuzz.popen_arguments``."""
    differences = []
    counts = popen_arguments.compare(peer_python, 23, differences.append)
    assert differences == []
    assert counts["equal"] > 90
