"""A few thousand random programs, compared between the lives and with the release."""

import os

import pytest

from tests.fuzz.differential import ranges


@pytest.mark.slow
def test_programs_read_the_same_everywhere(peer_python):
    if os.environ.get("CLUSTERSHELL_PURE_PYTHON"):
        pytest.skip("the interpreted life is under test")
    lines = []
    assert ranges.run(3000, 20, peer_python, lines.append) == 0, "\n".join(lines)
