# C types of the parts kernel, for the kernels that build on it.

from ClusterShell._compiled.longs cimport Longs, Sums

cdef long long count_keys(Longs bounds) noexcept
cdef long long change_bounds(Longs bounds, long long lo, long long hi, bint member) except? -1
cdef int cut_bounds(Longs made, Longs bounds, long long lo, long long hi) except -1

cdef class Parts:
    cdef list lists
    cdef Longs firsts
    cdef Longs counts
    cdef Sums sums

    cdef int fill(self, Longs bounds) except -1
    cdef Longs part_of(self, long long key)
    cdef long long change(self, long long lo, long long hi, bint member) except? -1
    cdef long long _change(self, Py_ssize_t p, long long lo, long long hi, bint member) except? -1
    cdef int _drop(self, Py_ssize_t p, Py_ssize_t q) except -1
    cdef int _count(self, Py_ssize_t p, long long change) except -1
    cdef int cut(self, Longs made, long long lo, long long hi) except -1
    cdef Py_ssize_t holding(self, long long key) noexcept
    cdef Sums _sums(self)
    cdef Py_ssize_t of_rank(self, long long rank) except -1
    cdef long long before(self, Py_ssize_t p) except -1
    cdef Longs flat(self)
