# C types of the intervals kernel, for the kernels that build on it.

from ClusterShell._compiled.bits cimport Bits
from ClusterShell._compiled.longs cimport Longs, longs
from ClusterShell._compiled.parts cimport Parts
from ClusterShell._compiled.rangetext cimport LIMIT, NEVER, OFFSET, POWER, width_of

cdef class Runs(Longs):
    cdef long long total
    cdef Bits bits
    cdef Parts parts
    cdef bint stale
    cdef Py_ssize_t left

    cpdef Longs flat(self)
    cdef Longs _kept(self)
    cdef long long _count_kept(self) except -1
    cdef Py_ssize_t _weight(self) noexcept
    cdef int prepare(self) except -1
    cdef long long change(self, long long lo, long long hi, bint member) except -1
    cdef long long _edit(self, long long lo, long long hi, bint member) except -1
    cdef int _fit(self, long long lo, long long hi, bint member) except -1
    cdef int put(self, long long key, element) except -1
    cdef bint has(self, long long key) except -1
    cdef bint has_kept(self, long long key) except -1
    cpdef update(self, other)
    cpdef difference_update(self, other)
    cpdef symmetric_difference_update(self, other)
    cpdef intersection_update(self, other)
    cpdef str pop(self)
    cdef int _take(self, Runs made) except -1
    cdef Runs _each(self, long long step)
    cdef int _change_all(self, Longs few, bint member) except -1
    cdef Bits _bits_beside(self, Runs other)
    cdef bint is_many(self) noexcept
    cdef int _become(self, Bits made) except -1
    cdef int _cut(self, Runs made, long long lo, long long hi) except -1
    cpdef Runs copy(self)
    cpdef count(self)
    cpdef insert(self, lo, hi)
    cpdef erase(self, lo, hi)
    cpdef object union(self, other)
    cpdef intersection(self, other)
    cpdef difference(self, other)
    cpdef symmetric_difference(self, other)
    cpdef bint contains(self, key) except -1
    cpdef bint issubset(self, other) except -1
    cpdef bint isdisjoint(self, other) except -1
    cpdef bint equals(self, other) except -1

cdef Runs runs_of_bounds(long long *bounds, Py_ssize_t size)
cdef Runs runs_of_keys(Longs keys)
cdef Runs runs_joined(Longs starts, Longs stops)
cdef Runs runs_of_pairs(Longs pairs)
