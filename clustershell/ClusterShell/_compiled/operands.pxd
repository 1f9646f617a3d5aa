# C names of the operands kernel, for the kernels that build on it.

from ClusterShell._compiled.intervals cimport Runs

cdef long long NO_KEY

cdef long long element_key(object element, object pad) noexcept
cdef bint change(Runs runs, int operation, object other) except -1
cdef Runs combined(Runs runs, int operation, object other)
cdef set text_set(Runs runs)
cdef object plainly(Runs runs, int operation, object other, bint reflected=*)
cdef int has_any(Runs runs, object others) except -2
cdef int covers(Runs runs, object other) except -2
cdef int within(Runs runs, object other) except -2
