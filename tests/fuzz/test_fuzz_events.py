"""A part of the comparison of events and of what handlers do in them; the rest by command."""

import pytest

from tests.fuzz import events, forks


@pytest.mark.slow
def test_part_of_the_events(peer_python):
    lines = []
    names = forks.some(events.PROGRAMS, 60)
    counts = forks.compare(
        "tests.fuzz.events", names, peer_python, events.explain, written=lines.append
    )
    assert not counts["unexplained"], "\n".join(lines)
    assert counts["same"] > len(names) / 3


def test_comparison_notices():
    """A trace that is not the same is unexplained, whatever it is, unless there is a reason."""
    trace = [["ev_start", "<worker>"], ["ev_close", "<worker>", False], ["resume", None]]
    assert events.fault(trace) is None
    assert events.explain("one-ev_read1-abort", [trace], [trace[1:]]) is None
    assert events.fault([*trace, ["hangs"]]) == "hangs"
    late = [*trace, ["ev_hup", "<worker>", "n1", 0]]
    assert events.fault(late) == "ev_hup after ev_close"
    # No reason of the released package's excuses a fault of ours.
    assert events.explain("one-ev_read1-abort", [[["hangs"]]], [late]) is None
    assert events.explain("one-ev_read1-abort", [[["hangs"]]], [trace])
