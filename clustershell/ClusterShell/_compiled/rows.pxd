# C types of the rows kernel, for the kernels that build on it.

from ClusterShell._compiled.boxes cimport Boxes
from ClusterShell._compiled.longs cimport Longs

cdef double extent(Boxes boxes, bint in_rows)

cdef class Rows:
    cdef Py_ssize_t width
    cdef Longs heads
    cdef Longs los
    cdef Longs his
    cdef Longs sources

    cdef int add(self, Boxes boxes, long long source) except -1
    cdef int sort(self, list axes, list ranks) except -1
    cdef int _pack(self, Longs packed, Py_ssize_t a, int shift, Longs rank, Longs order) except -1
    cdef Longs _sort_packed(self, Longs packed, int position, Longs old)
    cdef int _arrange(self, Longs order) except -1
    cdef bint same_head(self, Py_ssize_t row, Py_ssize_t other) noexcept
    cdef Py_ssize_t gather(self, Py_ssize_t start, long long source, Longs runs) except -1
