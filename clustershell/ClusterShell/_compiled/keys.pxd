# C names of the keys kernel, for the kernels that build on it.

from cpython.ref cimport PyObject

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
cdef int put_texts(
    object plain, long long base, const unsigned long long *words, Py_ssize_t size
) except -1
cdef list texts_of(Longs bounds, str prefix, str suffix)

cdef extern from *:
    """
    static long long keys_number(const unsigned char *at, Py_ssize_t width)
    {
        long long value = 0;
        Py_ssize_t i;
        for (i = 0; i < width; i++) {
            unsigned digit = at[i] - '0';
            if (digit > 9)
                return -1;
            value = value * 10 + digit;
        }
        return value;
    }

    /* The number that up to 8 ASCII digits are; -1 if they are none. */
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    static inline long long keys_short_number(const unsigned char *at, Py_ssize_t width)
    {
        /* All at once [Lemire 2018]: the bytes in front are of the head of the text. */
        unsigned long long digits;
        const unsigned long long mask = 0x000000FF000000FF;
        const int before = 64 - 8 * (int)width;
        if (width <= 4) {
            unsigned few;
            memcpy(&few, at + width - 4, 4);
            few = (few ^ 0x30303030) >> (before - 32) << (before - 32);
            if (((few + 0x76767676) | few) & 0x80808080)
                return -1;
            few = few * 10 + (few >> 8);
            return (few & 0xFF) * 100 + (few >> 16 & 0xFF);
        }
        memcpy(&digits, at + width - 8, 8);
        digits = (digits ^ 0x3030303030303030) >> before << before;
        if (((digits + 0x7676767676767676) | digits) & 0x8080808080808080)
            return -1;
        digits = digits * 10 + (digits >> 8);
        digits = (digits & mask) * 0x000F424000000064
            + ((digits >> 16) & mask) * 0x0000271000000001;
        return (long long)(digits >> 32);
    }
    #else
    #define keys_short_number keys_number
    #endif

    static inline long long keys_of_digits(PyObject *text, const long long *offset)
    {
        const unsigned char *at;
        Py_ssize_t width;
        long long value;
        if (!PyUnicode_CheckExact(text) || !PyUnicode_IS_COMPACT_ASCII(text))
            return -1;
        width = ((PyASCIIObject *)text)->length;
        if (width < 1 || width > 18)
            return -1;
        at = (const unsigned char *)((PyASCIIObject *)text + 1);
        value = width <= 8 ? keys_short_number(at, width) : keys_number(at, width);
        return value < 0 ? -1 : offset[width] + value;
    }

    static inline long long keys_of_integer(PyObject *number)
    {
        long long value = -1, key, power;
    #if CYTHON_USE_PYLONG_INTERNALS && PY_VERSION_HEX >= 0x030C0000
        if (PyUnstable_Long_IsCompact((PyLongObject *)number))
            value = PyUnstable_Long_CompactValue((PyLongObject *)number);
    #elif CYTHON_USE_PYLONG_INTERNALS
        if (Py_SIZE(number) == 1 || Py_SIZE(number) == 0)
            value = Py_SIZE(number) ? ((PyLongObject *)number)->ob_digit[0] : 0;
    #endif
        if (value < 0 || value >= 10000000000)
            return -1;
        /* The offset of its width is the sum of the powers of ten that are not above it. */
        key = value;
        for (power = 10; power < 10000000000; power *= 10)
            key += value >= power ? power : 0;
        return key;
    }

    static inline void keys_put_item(PyObject *list, Py_ssize_t at, PyObject *item)
    {
        Py_INCREF(item);
        PyList_SET_ITEM(list, at, item);
    }
    """
    # The key of a string of up to 18 ASCII digits, of no derived class; else -1.
    long long key_of_digits "keys_of_digits"(PyObject *text, const long long *offset) noexcept
    # The key of an integer, of no derived class, that is short and not negative; -1 of others.
    long long key_of_integer "keys_of_integer"(PyObject *number) noexcept
    # Put an item into a new list, where there is none.
    void put_item "keys_put_item"(object list, Py_ssize_t at, PyObject *item) noexcept
    # Add to a set; also to a frozen one, as long as nobody else has it.
    int put "PySet_Add"(object plain, PyObject *element) except -1
