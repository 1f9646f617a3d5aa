# C names of the rangetext kernel, for the kernels that build on it.

from ClusterShell._compiled.longs cimport Longs

cdef Longs pieces(Longs bounds, long long autostep, long long at_end)
cdef str text_of_pieces(Longs found)
cdef Longs plain_range(object start, object stop, object step, object pad)
cdef bint read_plain(str text, Py_ssize_t start, Py_ssize_t stop, Longs pairs) except -1
cdef int add_numbers(
    long long first, long long last, long long step, int width, Longs pairs
) except -1
