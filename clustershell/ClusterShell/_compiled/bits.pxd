# C types of the bits kernel, for the kernels that build on it.

from ClusterShell._compiled.longs cimport Longs, Sums

cdef class Bits:
    cdef unsigned long long *at
    cdef Py_ssize_t size
    cdef long long base
    cdef Sums sums

    cdef int clear(self, long long lo, long long hi) except -1
    cdef long long stop(self) noexcept
    cdef Bits copy(self)
    cdef int widen(self, long long lo, long long hi) except -1
    cdef bint has(self, long long key) noexcept
    cdef bint spans(self, long long lo, long long hi) noexcept
    cdef long long change(self, long long lo, long long hi, bint member) noexcept
    cdef long long _fill(self, long long first, long long last, bint member) noexcept
    cdef long long _between(self, long long first, long long stop) except -1
    cdef int put_bounds(self, Longs bounds) except -1
    cdef long long count(self) noexcept
    cdef int cut(self, Longs made, long long lo, long long hi) except -1
    cdef Longs bounds(self)
    cdef Py_ssize_t edges(self, Py_ssize_t most) noexcept
    cdef Sums _sums(self)
    cdef long long before(self, long long key) except -1
    cdef long long select(self, long long rank) except? -1

cdef Bits uncleared(long long base, Py_ssize_t size)

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define bits_lowest(word) __builtin_ctzll(word)
    #define bits_ones(word) __builtin_popcountll(word)
    #else
    static int bits_ones(unsigned long long word)
    {
        int count = 0;
        for (; word; word &= word - 1)
            count++;
        return count;
    }
    #define bits_lowest(word) bits_ones(((word) & (0 - (word))) - 1)
    #endif

    #define BITS_COUNT(NAME)                                                     \\
    static long long NAME(const unsigned long long *at, Py_ssize_t size)         \\
    {                                                                            \\
        long long count = 0;                                                     \\
        for (Py_ssize_t i = 0; i < size; i++)                                    \\
            count += bits_ones(at[i]);                                           \\
        return count;                                                            \\
    }

    #define BITS_EDGES(NAME)                                                     \\
    static Py_ssize_t NAME(const unsigned long long *at, Py_ssize_t size, Py_ssize_t most) \\
    {                                                                            \\
        unsigned long long member = 0;                                           \\
        Py_ssize_t count = 0;                                                    \\
        for (Py_ssize_t i = 0; i < size && count < most; i++) {                  \\
            count += bits_ones(at[i] ^ (at[i] << 1 | member));                   \\
            member = at[i] >> 63;                                                \\
        }                                                                        \\
        return count + (Py_ssize_t)member;                                       \\
    }

    /* Nearly all processors count bits in one instruction; those that compilers
       have in mind unless told otherwise do not. */
    #if defined(__x86_64__) && defined(__GNUC__)
    #define BITS_FAST __attribute__((target("popcnt")))
    #define bits_fast() __builtin_cpu_supports("popcnt")
    BITS_COUNT(bits_count_slow)
    BITS_EDGES(bits_edges_slow)
    #else
    #define BITS_FAST
    #define bits_fast() 1
    #define bits_count_slow bits_count_fast
    #define bits_edges_slow bits_edges_fast
    #endif
    BITS_FAST BITS_COUNT(bits_count_fast)
    BITS_FAST BITS_EDGES(bits_edges_fast)

    #define bits_count(at, size) \\
        (bits_fast() ? bits_count_fast(at, size) : bits_count_slow(at, size))
    #define bits_edges(at, size, most) \\
        (bits_fast() ? bits_edges_fast(at, size, most) : bits_edges_slow(at, size, most))
    """
    # The place of the lowest bit of a word that is not 0.
    int lowest "bits_lowest"(unsigned long long word) noexcept
    # How many bits are set in a word, and in some; how many bounds there are, or if
    # they are more than *most*, at least as many.
    int ones "bits_ones"(unsigned long long word) noexcept
    long long count_bits "bits_count"(const unsigned long long *at, Py_ssize_t size) noexcept
    Py_ssize_t count_edges "bits_edges"(
        const unsigned long long *at, Py_ssize_t size, Py_ssize_t most
    ) noexcept
