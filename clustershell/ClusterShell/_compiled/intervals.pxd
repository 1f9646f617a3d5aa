# C types of the intervals kernel, for the kernels that build on it.

from ClusterShell._compiled.bits cimport Bits
from ClusterShell._compiled.keyset cimport KeySet
from ClusterShell._compiled.longs cimport Longs, longs
from ClusterShell._compiled.keys cimport LIMIT, NEVER, OFFSET, POWER, width_of

cdef class Runs(KeySet):
    cdef int prepare(self) except -1
    cpdef update(self, other)
    cpdef difference_update(self, other)
    cpdef symmetric_difference_update(self, other)
    cpdef intersection_update(self, other)
    cpdef str pop(self)
    cdef Runs _each(self, long long step)
    cdef int _cut(self, Runs made, long long lo, long long hi) except -1
    cpdef Runs copy(self)
    cpdef object union(self, other)
    cpdef intersection(self, other)
    cpdef difference(self, other)
    cpdef symmetric_difference(self, other)
    cpdef bint issubset(self, other) except -1
    cpdef bint isdisjoint(self, other) except -1
    cpdef bint equals(self, other) except -1

cdef Runs runs_of_bounds(long long *bounds, Py_ssize_t size)
cdef Runs runs_of_keys(Longs keys)
cdef Runs runs_of_pairs(Longs pairs)
