# C types of the keyset kernel, for the kernels that build on it.

cimport cython

from ClusterShell._compiled.bits cimport Bits
from ClusterShell._compiled.longs cimport Longs
from ClusterShell._compiled.parts cimport Parts

# What derives from it is not looked at by the collector of cycles either.
@cython.no_gc
cdef class KeySet(Longs):
    cdef long long total
    cdef Bits bits
    cdef Parts parts
    cdef bint stale
    cdef Py_ssize_t left
    cdef object plain
    cdef object order
    cdef long long edits

    cdef void forget(self)
    cpdef Longs flat(self)
    cdef Longs _kept(self)
    cpdef count(self)
    cdef long long number(self) except -1
    cdef long long _count_kept(self) except -1
    cdef Py_ssize_t weight(self) noexcept
    cdef long long change(self, long long lo, long long hi, bint member) except -1
    cdef long long _edit(self, long long lo, long long hi, bint member) except -1
    cdef int _fit(self, long long lo, long long hi, bint member) except -1
    cpdef insert(self, lo, hi)
    cpdef erase(self, lo, hi)
    cdef int change_all(self, Longs few, bint member) except -1
    cdef int take(self, KeySet made) except -1
    cdef int become(self, Bits made) except -1
    cdef int merge(self, long long *bounds, Py_ssize_t size, int operation) except -1
    cdef Bits bits_beside(self, KeySet other)
    cdef bint is_many(self) noexcept
    cpdef bint contains(self, key) except -1
    cdef bint has(self, long long key) except -1
    cdef bint has_kept(self, long long key) except -1

cdef long long window_words(long long lo, long long hi) noexcept
