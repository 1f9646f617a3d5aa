# C names of the keys kernel, for the kernels that build on it.

from ClusterShell._compiled.longs cimport Longs

cdef long long OFFSET[20]
cdef long long POWER[20]
cdef long long LIMIT
cdef long long NEVER
cdef long long SLOTS

cdef int width_of(long long key) noexcept
cdef long long plain_key(object text) noexcept
cdef long long number_key(long long number) noexcept
cdef str key_text(long long key)
cdef object add_texts(list made, long long lo, long long hi, str prefix, str suffix)
cdef list texts_of(Longs bounds, str prefix, str suffix)
