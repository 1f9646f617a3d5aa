# C types and names of the elements kernel, for the kernels that build on it.

from ClusterShell._compiled.blocks cimport Position
from ClusterShell._compiled.trunks cimport Trunk

cdef class LineElement:
    cdef public Trunk _trunk
    cdef public Position _position
    cdef public object _asked

cdef LineElement element_at(object kind, Trunk trunk, Position pos)

cdef inline bint stands(LineElement elem, Trunk trunk, Position pos) noexcept:
    """Tell if an element is of a tree and at a position there."""
    return (
        elem._position is not None
        and elem._position.block is pos.block
        and elem._position.offset == pos.offset
        and elem._trunk is trunk
    )
