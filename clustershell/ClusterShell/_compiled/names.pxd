# C names of the names kernel that no header of Cython's offers.

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
