# C names of the sweeps kernel, for the kernels that build on it.

from ClusterShell._compiled.longs cimport Longs

cdef int unite(Longs made, Longs a, Longs b) except -1
cdef int cancel(Longs made, Longs a, Longs b) except -1
cdef int sweep(
    Longs made,
    Longs a, Py_ssize_t a_kind,
    Longs b, Py_ssize_t b_kind,
    Py_ssize_t skip_p, Py_ssize_t skip_q,
) except -1
