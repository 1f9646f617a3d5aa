"""Calls of the value classes with odd arguments, answered as by the released package."""

import random

import pytest

from tests.fuzz.calls.__main__ import compare, written
from tests.fuzz.calls.cases import MODULES, all_cases


def differences(peer_python, seed, count):
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
