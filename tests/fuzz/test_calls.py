"""Calls of the value classes with odd arguments, answered as by the released package."""

import random
import subprocess
import sys

import pytest

from tests.fuzz.calls.__main__ import compare, written
from tests.fuzz.calls.cases import MODULES, all_cases


def differences(peer_python, seed, count):
    version = [peer_python, "-c", "import sys; print(*sys.version_info[:2])"]
    if subprocess.run(version, capture_output=True, text=True).stdout.split() != [
        str(part) for part in sys.version_info[:2]
    ]:
        # Which built-in objects can be hashed, and the like, is Python's own.
        pytest.skip("not on this Python: the released package has another one")
    cases = all_cases(MODULES, seed, combined=10)
    found = []

    def tell(case, one, other, why):
        found.append((why, written(case), one, other))

    compare(random.Random(seed).sample(cases, count), peer_python, tell)
    return found


def test_a_few_hundred_calls(peer_python):
    assert differences(peer_python, 1, 400) == []


@pytest.mark.slow
def test_a_few_thousand_calls(peer_python):
    assert differences(peer_python, 2, 8000) == []
