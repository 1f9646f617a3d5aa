# C types of the runset kernel, for the kernels that build on it.

cdef class RunSet:
    cdef public object _runs
    cdef public object _autostep
