# C names of the branches kernel, for the kernels that build on it.

from ClusterShell._compiled.blocks cimport Position

cdef int add_run(list blocks, Position pos, bytes data, Py_ssize_t start, Py_ssize_t stop) except -1
cdef int step(list blocks, Position pos, object msgline) except -1
cdef int step_text(list blocks, Position pos, char *line, Py_ssize_t size) except -1
cpdef Position step_from(list blocks, Position place, object msgline)
cdef object add_labelled(list blocks, bytes data, Py_ssize_t start, bytes separator, dict routes)
