# C names of the texts kernel, for the kernels that build on it.

from ClusterShell._compiled.blocks cimport Position

cdef object lines_of(list blocks, Position pos)
cdef object item_of(list blocks, Position pos, object i)
cdef char *find(char *text, Py_ssize_t size, char *what, Py_ssize_t width) noexcept
