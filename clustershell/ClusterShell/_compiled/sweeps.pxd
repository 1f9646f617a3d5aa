# C names of the sweeps kernel, for the kernels that build on it.

from ClusterShell._compiled.bits cimport Bits
from ClusterShell._compiled.longs cimport Longs

cdef int UNION
cdef int COMMON
cdef int ONLY
cdef int EITHER
cdef int ONLY_OTHER

cdef Py_ssize_t merge(
    long long *out, long long *a, Py_ssize_t n, long long *b, Py_ssize_t m, int operation
) noexcept
cdef bint inside(long long *a, Py_ssize_t n, long long *b, Py_ssize_t m) noexcept
cdef bint meet(long long *a, Py_ssize_t n, long long *b, Py_ssize_t m) noexcept
cdef int unite(Longs made, Longs a, Longs b) except -1
cdef int cancel(Longs made, Longs a, Longs b) except -1
cdef int sweep(
    Longs made,
    Longs a, Py_ssize_t a_kind,
    Longs b, Py_ssize_t b_kind,
    Py_ssize_t skip_p, Py_ssize_t skip_q,
) except -1

cdef Bits bits_of_keys(Longs keys, long long lo, long long hi)
cdef Bits bits_of_bounds(Longs bounds, long long lo, long long hi)
cdef Bits united(Bits a, Bits b, bint cancelling)
cdef Bits common(Bits a, Bits b)
cdef Bits without(Bits a, Bits b)
cdef bint overlap(Bits a, Bits b) noexcept
cdef bint exceeds(Bits a, Bits b) noexcept
