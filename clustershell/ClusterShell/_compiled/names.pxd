# C names of the names kernel that no header of Cython's offers.

from ClusterShell._compiled.intervals cimport Runs
from ClusterShell._compiled.longs cimport Longs

cdef class Pattern:
    cdef str text
    cdef Py_ssize_t dim
    cdef Longs keys
    cdef Longs pairs
    cdef int match(self, str text, Py_ssize_t lo, Py_ssize_t hi) except? -1
    cdef Runs runs(self)
    cdef object boxes(self)

cdef class Names:
    cdef dict found
    cdef Pattern last
    cpdef bint have_indexes(self)
    cpdef dict patterns(self, type range_set, object autostep, object of_boxes)
    cdef Pattern pattern(self, str text)
    cdef int name(self, str text, Py_ssize_t lo, Py_ssize_t hi, bint single) except? -1
    cpdef Py_ssize_t read_list(self, list names, Py_ssize_t start)
    cpdef Py_ssize_t read_names(self, list names, Py_ssize_t start)
    cdef Py_ssize_t read(self, list names, Py_ssize_t start, bint single) except? -1
    cpdef Py_ssize_t read_text(self, str text, Py_ssize_t start)
    cpdef Py_ssize_t read_item(self, str text, Py_ssize_t start)
    cdef Py_ssize_t joined(self, str text, Py_ssize_t start, bint one) except *
    cdef Py_ssize_t items(
        self, str text, Py_ssize_t lo, Py_ssize_t end, bint keep, bint one
    ) except? -1
    cdef Py_ssize_t item(
        self, str text, Py_ssize_t lo, Py_ssize_t hi, Py_ssize_t end, bint keep
    ) except? -2

cpdef contains(dict patterns, str text)
cpdef insert(dict patterns, str text)
cpdef erase(dict patterns, str text)

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define names_prefetch(address) __builtin_prefetch(address)
    #else
    #define names_prefetch(address) ((void)0)
    #endif
    """
    void prefetch "names_prefetch"(const void *address)
    void *list_item "PyList_GET_ITEM"(object items, Py_ssize_t at)
