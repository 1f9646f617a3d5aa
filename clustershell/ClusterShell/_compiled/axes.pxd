# C types of the axes kernel, for the kernels that build on it.

from ClusterShell._compiled.boxes cimport Boxes
from ClusterShell._compiled.longs cimport Longs

cdef class Axis:
    cdef readonly Py_ssize_t size
    cdef Longs runs
    cdef Longs bases
    cdef Longs table
    cdef long long origin

    cdef int _mark(self, Longs los, Longs his, long long lo, long long hi) except -1
    cdef long long number(self, long long key) noexcept
    cdef Py_ssize_t place(self, long long number) noexcept
    cdef int write(self, Longs target, long long lo, long long hi) except -1

cdef Boxes numbered(Boxes boxes, list axes)
cdef int push_ranks(Axis axis, Longs ranks) except -1
cdef int push_sums(Axis axis, Py_ssize_t salt, Longs sums) except -1
