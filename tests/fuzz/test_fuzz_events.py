"""A part of the comparison of events and of what handlers do in them; the rest by command."""

import re

import pytest

from tests.fuzz import events, forks

_TIMED = re.compile("-(late|early|timed|ended)-|timer-")


@pytest.mark.slow
def test_part_of_the_events(peer_python):
    lines = []
    # What is cut off after a tenth of a second is not the same on a loaded machine.
    names = [name for name in forks.some(events.PROGRAMS, 150) if not _TIMED.search(name)]
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
    # What both raise is no fault of ours.
    both = ["resume", "raises", "AttributeError"]
    assert events.explain("timer-1-no_handler", [[both, ["hangs"]]], [[both, ["again"]]])
    assert events.explain("timer-1-no_handler", [[["hangs"]]], [[both, ["again"]]]) is None


def test_order_of_streams_is_left_to_chance():
    """Within one stream, and for one worker, it is not."""
    out, error = (["ev_read", "<worker>", "n1", name, "b:x"] for name in ("stdout", "stderr"))
    hup, close = ["ev_hup", "<worker>", "n1", 0], ["ev_close", "<worker>", False]
    assert forks.by_subject([out, error, hup]) == forks.by_subject([error, out, hup])
    assert forks.by_subject([hup, close]) != forks.by_subject([close, hup])
    assert forks.by_subject([out, out]) != forks.by_subject([out])
