# C types and names of the trunks kernel, for the kernels that build on it.

from ClusterShell._compiled.blocks cimport Block, Position

cdef class Sources:
    cdef object worker
    cdef object keys
    cdef set names
    cdef bint single

    cdef int gather(self) except -1
    cdef bint has(self, source) except -1

cdef class Trunk:
    cdef readonly Block root
    cdef readonly list blocks
    cdef readonly dict positions
    cdef public object mode
    cdef public list log
    cdef public object given

    cdef bint untouched(self) noexcept
    cdef bint little(self) noexcept
