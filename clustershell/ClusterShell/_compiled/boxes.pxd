# C types of the boxes kernel, for the kernels that build on it.

from ClusterShell._compiled.intervals cimport Longs, Runs

cdef class Boxes:
    cdef readonly Py_ssize_t dim
    cdef readonly Py_ssize_t size
    cdef public bint disjoint
    cdef Longs runs
    cdef Longs ends

    cdef Boxes own(self)
    cdef int add_box(self, Boxes other, Py_ssize_t box) except -1
    cdef Runs side(self, Py_ssize_t k)
    cdef long long width(self, Py_ssize_t k) noexcept
    cdef list _unrank(self, Py_ssize_t box, object position)
    cdef long long _rank(self, Py_ssize_t k, object key) except? -2
    cdef int _pick_stretch(self, Boxes made, Py_ssize_t box, object start, object stop) except -1
    cdef int _pick_turns(self, Boxes made, Py_ssize_t box, Py_ssize_t axis, object start, object turns) except -1
    cdef int add_side(self, Boxes other, Py_ssize_t k) except -1

cdef int check_dims(Boxes left, Boxes right) except -1
cdef int add_common_side(
    Boxes made, Boxes left, Py_ssize_t k, Boxes right, Py_ssize_t j
) except -1
cdef int add_rest_of_side(
    Boxes made, Boxes left, Py_ssize_t k, Boxes right, Py_ssize_t j
) except -1
