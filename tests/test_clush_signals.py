"""Signals that another thread gets end what the main thread waits for."""

import subprocess
import sys

import pytest

SCRIPT = """
import os, signal, sys, threading, time

if "notice" in sys.argv:
    from ClusterShell._cli.clushsignals import notice_signals
    notice_signals()
    notice_signals()

def get_signal():
    time.sleep(0.2)
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)

for _ in range(2):
    threading.Thread(target=get_signal, daemon=True).start()
    try:
        os.read(0, 1)
        sys.exit("the input ended")
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


def waiting(*args):
    """Start the script with a standard input that never comes."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_signal_of_another_thread_is_noticed():
    with waiting("notice") as process:
        process.wait(20)
        shown = process.stdout.read()
    assert shown.split() == ["interrupted", "interrupted"]
    assert process.returncode == 0


def test_without_it_the_signal_is_not_noticed():
    with waiting() as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.5)
        process.kill()
        assert process.stdout.read() == ""
