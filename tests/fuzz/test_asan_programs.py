"""Some of the random programs on sets of keys, and faults that they have to find."""

import pytest

from ClusterShell._kernels import bits, intervals, keyset, parts, sweeps
from tests.fuzz.asan.drive_programs import Life, Programs


def test_programs_in_this_life(kernel):
    programs = Programs([Life(kernel("intervals").__name__.split(".")[1])])
    for number, code in enumerate(programs.drawn(0)):
        programs.run(code, number)


def test_lives_agree_and_are_told(kernel, capsys):
    programs = Programs([Life("_kernels"), Life(kernel("intervals").__name__.split(".")[1])], 1)
    for number, code in enumerate(programs.drawn(0)[:300]):
        programs.run(code, number)
    programs.tell(code)
    assert "bounds [" in capsys.readouterr().out
    assert "in every" in next(programs.summary())


def one_key_more(method):
    """Return a test of keys, or a count, that takes the key behind the last one, too."""
    return lambda self, lo, hi: method(self, lo, hi - 1)


PLANTED = {
    "behind a window is in it": (bits.Bits, "spans", one_key_more),
    "the last key of a window is left out": (
        bits.Bits,
        "cut",
        lambda method: lambda self, made, lo, hi: method(self, made, lo, min(hi, self.stop() - 1)),
    ),
    "ranks in bits count the key itself": (
        bits.Bits,
        "_between",
        lambda method: lambda self, first, stop: method(self, first, stop + (stop & 63 == 63)),
    ),
    "a window too wide": (intervals, "_WIDE", lambda wide: wide + 1),
    "a window too narrow": (intervals, "_WIDE", lambda wide: wide - 1),
    "too few bounds for bits": (keyset, "_SOME", lambda some: some - 2),
    "too many bounds for bits": (keyset, "_SOME", lambda some: some + 2),
    "the part before": (
        parts.Parts,
        "holding",
        lambda method: lambda self, key: method(self, key - 1),
    ),
    "a word aside": (
        sweeps,
        "common",
        lambda function: lambda a, b: function(a, b) if a.base <= b.base else function(a, a),
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault, monkeypatch):
    programs = Programs([Life("_kernels")])
    place, name, change = PLANTED[fault]
    monkeypatch.setattr(place, name, change(getattr(place, name)))
    with pytest.raises((AssertionError, IndexError)):
        for batch in range(20):
            for number, code in enumerate(programs.drawn(batch)):
                programs.run(code, number + 1024 * batch)
    print(fault, number + 1024 * batch)
