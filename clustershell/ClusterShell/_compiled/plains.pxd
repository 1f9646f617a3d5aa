# C names of the plains kernel, for the kernels that build on it.

from cpython.object cimport PyObject

from ClusterShell._compiled.intervals cimport Runs

cdef object in_order(Runs runs)
cdef object plainly(Runs runs, int operation, object other, bint reflected=*)
cdef int has_one(Runs runs, object element) except -2
cdef int has_any(Runs runs, object others) except -2
cdef int covers(Runs runs, object other) except -2
cdef int within(Runs runs, object other) except -2

cdef extern from *:
    """
    typedef struct {
        unsigned long long *words;
        Py_ssize_t size;
        long long base;
    } plains_window;
    """
    # Words of bits, of keys from *base* on.
    ctypedef struct Window "plains_window":
        unsigned long long *words
        Py_ssize_t size
        long long base
    object new_set "PySet_New"(PyObject *elements)
    object new_frozenset "PyFrozenSet_New"(PyObject *elements)
