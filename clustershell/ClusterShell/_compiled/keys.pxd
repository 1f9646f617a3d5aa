# C names of the keys kernel, for the kernels that build on it.

cdef long long OFFSET[20]
cdef long long POWER[20]
cdef long long LIMIT
cdef long long NEVER
cdef long long COMMON_KEYS

cdef int width_of(long long key) noexcept
cdef long long plain_key(object text) noexcept
cdef long long number_key(long long number) noexcept
cdef str key_text(long long key)
