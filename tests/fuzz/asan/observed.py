"""How a set of keys is kept just now.

Compiled beside the kernels, in two lives as these: there is no other door to what
a compiled set is made of.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.intervals import Runs
else:
    from ClusterShell._kernels.intervals import Runs

#: What :func:`form` tells.
FORMS = ("few runs", "64 bounds", "more", "512 bounds", "long", "bits", "parts", "waiting")


def form(runs: Runs) -> cython.int:
    """Return the rank, in ``FORMS``, of how a set is kept."""
    size: cython.Py_ssize_t = runs.size
    if not cython.compiled and runs.waiting is not None:
        return 7
    if runs.bits is not None:
        return 5
    if runs.parts is not None:
        return 6
    if size <= 64:
        return size == 64
    return 2 if size < 512 else 3 + (size > 512)


def words(runs: Runs) -> cython.Py_ssize_t:
    """Return how many words a set has that is kept as bits; -1 of any other."""
    return -1 if runs.bits is None else runs.bits.size
