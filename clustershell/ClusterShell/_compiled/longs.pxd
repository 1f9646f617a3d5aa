# C types of the longs kernel, for the kernels that build on it.

cdef class Longs:
    cdef long long *at
    cdef Py_ssize_t size
    cdef Py_ssize_t room

    cdef int reserve(self, Py_ssize_t more) except -1
    cdef int push(self, long long value) except -1
    cdef int extend(self, Longs other, Py_ssize_t start, Py_ssize_t stop) except -1
    cdef void cut(self, Py_ssize_t size)
    cdef int sort(self) except -1
    cdef Py_ssize_t find(self, long long value) noexcept
    cdef int splice(
        self, Py_ssize_t i, Py_ssize_t j,
        long long first, bint with_first, long long second, bint with_second
    ) except -1
    cdef void swap(self, Longs other)
    cdef int join(self, long long lo, long long hi) except -1

cdef class Sums(Longs):
    cdef void change(self, Py_ssize_t place, long long change)
    cdef long long before(self, Py_ssize_t place) noexcept
    cdef Py_ssize_t holding(self, long long rank) noexcept

cdef void insertion_sort(long long *at, Py_ssize_t size)
cdef Longs joined(Longs starts, Longs stops)
cdef Longs joined_pairs(Longs pairs)
cdef Longs longs(Py_ssize_t size)
cdef Sums sums_of(Longs counts)

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define fetch_early(at) __builtin_prefetch(at)
    #else
    #define fetch_early(at) ((void)(at))
    #endif
    """
    # Have memory on its way to the cache, to be read a little later.
    void fetch_early(const void *at) noexcept
