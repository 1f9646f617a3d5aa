"""A test that starts a process or a thread is skipped where there are none."""

import subprocess
import sys
import threading

import pytest


def lacks(what):
    def skip(*args, **kwargs):
        pytest.skip(f"there are no {what} on {sys.platform}")

    return skip


subprocess.Popen.__init__ = lacks("processes")
threading.Thread.start = lacks("threads")

#: Only of processes, and the fixtures look at this one's.
LEFT_OUT = "tests/kernels/test_spawn.py"


def pytest_ignore_collect(collection_path):
    return True if str(collection_path).endswith(LEFT_OUT) else None
