# C names of the folder kernel, for the kernels that build on it.

from ClusterShell._compiled.boxes cimport Boxes

cdef Boxes fold_elements(Boxes boxes)
cdef Boxes fold_disjoint(Boxes boxes, list axes, bint sorts)
