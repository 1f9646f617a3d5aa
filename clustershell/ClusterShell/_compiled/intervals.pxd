# C types of the intervals kernel, for the kernels that build on it.

cdef long long OFFSET[20]
cdef long long POWER[20]
cdef long long LIMIT
cdef long long NEVER

cdef class Longs:
    cdef long long *at
    cdef Py_ssize_t size
    cdef Py_ssize_t room

    cdef int reserve(self, Py_ssize_t more) except -1
    cdef int push(self, long long value) except -1
    cdef int extend(self, Longs other, Py_ssize_t start, Py_ssize_t stop) except -1
    cdef void cut(self, Py_ssize_t size)
    cdef int sort(self) except -1

cdef Longs longs(Py_ssize_t size)
cdef void sort_keys(long long *keys, Py_ssize_t size, long long *spare) noexcept

cdef class Runs(Longs):
    cdef Py_ssize_t find(self, long long key) noexcept
    cdef int splice(self, Py_ssize_t i, Py_ssize_t j, long long lo, bint with_lo, long long hi, bint with_hi) except -1

cdef Runs runs_of_bounds(long long *bounds, Py_ssize_t size)
cdef Runs runs_of_keys(Longs keys)
cdef int width_of(long long key) noexcept

cdef class RunSet:
    cdef public object _runs
    cdef public object _autostep
