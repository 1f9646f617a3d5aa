# C types and names of the trunks kernel, for the kernels that build on it.

from ClusterShell._compiled.blocks cimport Block, Position

cdef class Trunk:
    cdef readonly Block root
    cdef readonly list blocks
    cdef readonly dict positions
    cdef public object mode
    cdef public list log
    cdef public object given

cdef class LineElement:
    cdef public Trunk _trunk
    cdef public Position _position
    cdef public object _asked

cdef LineElement element_at(object kind, Trunk trunk, Position pos)
cdef bint stands(LineElement elem, Trunk trunk, Position pos) noexcept
