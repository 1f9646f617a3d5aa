"""Kernels in the life under test."""

from types import SimpleNamespace

import pytest


@pytest.fixture
def names(kernel):
    return kernel("names")


@pytest.fixture
def intervals(kernel):
    """Return the kernel, with the base class of range sets."""
    return SimpleNamespace(**vars(kernel("intervals")), RunSet=kernel("runset").RunSet)
