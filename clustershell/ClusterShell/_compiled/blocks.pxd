# C types of the blocks kernel, for the kernels that build on it.

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_GET_SIZE
from libc.string cimport memchr

cdef class Block:
    cdef readonly object first
    cdef readonly Py_ssize_t number
    cdef readonly Py_ssize_t parent
    cdef readonly dict children
    cdef readonly Py_ssize_t size
    cdef Py_ssize_t cut
    cdef Block rest
    # The text begins somewhere in the memory held: see _divide() in branches.py.
    cdef char *text
    cdef char *memory
    cdef Py_ssize_t room

    cdef int reserve(self, Py_ssize_t more) except -1
    cdef int resize(self, Py_ssize_t room) except -1
    cdef int check(self, Py_ssize_t start, Py_ssize_t stop) except -1
    cpdef list read(self, Py_ssize_t start, Py_ssize_t stop)
    cpdef Py_ssize_t count(self, Py_ssize_t stop) except -1
    cpdef Py_ssize_t before(self, Py_ssize_t offset) except -1
    cpdef Py_ssize_t after(self, Py_ssize_t offset) except -1

cdef class Position:
    cdef readonly Block block
    cdef readonly Py_ssize_t offset
    cdef Py_ssize_t slot

cdef Position position_at(Block block, Py_ssize_t offset)
cpdef Position settle(Position pos)
cpdef object line_of(Position pos)
cpdef object followers(Position pos)
cdef Block numbered(list blocks, Py_ssize_t number)
cdef Block over(list blocks, Block block, Py_ssize_t steps)
cdef int claim(list blocks, Position pos) except -1
cdef object plain_text(list blocks, Block block, Py_ssize_t stop)
cdef list walk_from(Block root)
cdef Py_ssize_t go_down(list blocks, list depths, Block block, Py_ssize_t depth) except -1

cdef inline Py_ssize_t line_end(const char *text, Py_ssize_t start, Py_ssize_t stop) noexcept:
    """Return the index of the next newline; there is one before *stop*."""
    return <const char *> memchr(text + start, c"\n", stop - start) - text

cdef inline bint plain(object msgline) noexcept:
    """Tell whether *msgline* can be stored as text."""
    return (
        PyBytes_CheckExact(msgline)
        and memchr(PyBytes_AS_STRING(msgline), c"\n", PyBytes_GET_SIZE(msgline)) == NULL
    )
