# C names of the texts kernel, for the kernels that build on it.

from ClusterShell._compiled.blocks cimport Position

cdef object lines_of(list blocks, Position pos)
cdef object item_of(list blocks, Position pos, object i)
