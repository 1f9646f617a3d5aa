"""The small subprocess module: what it runs, refuses, and says of what cannot be run."""

import os
import sys

import pytest

from ClusterShell.Worker import fastsubprocess


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
        (["true"], {"cwd": 5}),
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
