"""The kernels ``bits`` and ``sweeps``: sets of keys as bits, and the algebra of two.

Compiled, their functions are for other kernels only, and are seen through ``intervals``;
here is their own arithmetic, where windows begin, end and meet.
"""

import random

import pytest

from ClusterShell._kernels import bits, sweeps
from ClusterShell._kernels.longs import Longs


def bits_of(keys):
    """Return keys as bits of the window that they take."""
    held = Longs()
    for key in random.Random(5).sample(sorted(keys), len(keys)):
        held.push(key)
    return sweeps.bits_of_keys(held, min(keys), max(keys) + 1)


def keys_of(held):
    bounds = list(held.bounds().at)
    assert bounds == sorted(set(bounds))
    return {key for lo, hi in zip(bounds[::2], bounds[1::2]) for key in range(lo, hi)}


def some(seed, far=0):
    """Return keys of one of many kinds of stretches, some way after *far*."""
    rng = random.Random(seed)
    lo = far + rng.choice((0, 1, 63, 64, 65, 1000, 4000))
    span = rng.choice((1, 2, 63, 64, 65, 500, 3000))
    density = rng.choice((0.02, 0.5, 0.98))
    return {lo, lo + span} | {lo + k for k in range(span) if rng.random() < density}


@pytest.mark.parametrize("seed", range(40))
def test_keys(seed):
    keys = some(seed)
    held = bits_of(keys)
    assert keys_of(held) == keys
    assert held.count() == len(keys)
    assert keys_of(sweeps.bits_of_bounds(held.bounds(), min(keys), max(keys) + 1)) == keys
    assert [held.select(rank) for rank in range(0, len(keys), 7)] == sorted(keys)[::7]
    for key in (min(keys), max(keys), min(keys) + 1, max(keys) - 1):
        assert held.has(key) == (key in keys)
        assert held.before(key) == sum(other < key for other in keys)
    assert not held.has(min(keys) - 1)
    assert not held.has(max(keys) + 1)


@pytest.mark.parametrize("seed", range(40))
def test_two_sets(seed):
    # Windows at great distance are never put together: the caller keeps such sets as runs.
    far = (0, 2**40)[seed % 2]
    left, right = some(2 * seed, far), some(2 * seed + 1, far)
    a, b = bits_of(left), bits_of(right)
    assert keys_of(sweeps.united(a, b, False)) == left | right
    assert keys_of(sweeps.united(a, b, True)) == left ^ right
    assert keys_of(sweeps.common(a, b)) == left & right
    assert keys_of(sweeps.without(a, b)) == left - right
    assert sweeps.overlap(a, b) == bool(left & right)
    assert sweeps.exceeds(a, b) == bool(left - right)
    assert (keys_of(a), keys_of(b)) == (left, right)


@pytest.mark.parametrize("seed", range(20))
def test_edits(seed):
    keys = some(seed)
    held = bits_of(keys)
    rng = random.Random(seed)
    twin = held.copy()
    model = set(keys)
    for _ in range(60):
        lo = rng.randrange(held.base, held.stop())
        hi = min(lo + rng.choice((1, 1, 64, 200)), held.stop())
        member = rng.random() < 0.5
        held.change(lo, hi, member)
        model = model | set(range(lo, hi)) if member else model - set(range(lo, hi))
        assert keys_of(held) == model
        assert held.count() == len(model)
    assert keys_of(twin) == keys
    assert bits.Bits is type(held)
