"""A few thousand random programs, compared between the lives and with the release."""

import importlib.util
import os
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "differential" / "ranges.py"


@pytest.mark.slow
def test_programs_read_the_same_everywhere(peer_python):
    spec = importlib.util.spec_from_file_location("differential_ranges", SCRIPT)
    ranges = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ranges)
    if os.environ.get("CLUSTERSHELL_PURE_PYTHON"):
        pytest.skip("the interpreted life is under test")
    lines = []
    assert ranges.run(3000, 20, peer_python, lines.append) == 0, "\n".join(lines)
