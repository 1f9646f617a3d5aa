# C types of the streams kernel, for the one that reads and writes in place of clients.

cdef extern from *:
    """
    #include <errno.h>
    #include <unistd.h>

    /* Write once; return how much was taken, or minus an errno. */
    static Py_ssize_t streams_write(int fd, const char *start, Py_ssize_t size)
    {
        size = write(fd, start, (size_t)size);
        return size < 0 ? -errno : size;
    }
    """
    Py_ssize_t streams_write(int fd, const char *start, Py_ssize_t size) noexcept nogil
    int EAGAIN

cdef class StreamBuffers:
    cdef public object fd
    cdef public object evmask
    cdef public object events
    # Read, and not yet a whole line: pieces, so that a long line is joined once; None for none.
    cdef list _rchunks
    # To be written: whole buffers as given, so that many streams share one, and how much
    # of the first is written.
    cdef list _wchunks
    cdef Py_ssize_t _wdone

    cpdef complete(self, data)
    cpdef bint to_write(self) except -1
    cpdef queue(self, data)
    cpdef write_some(self)

cdef class Outlet:
    cdef public object worker
    cdef public object _handler
    cdef public object _ledger
    cdef public object _sets_node
    cdef public object _data
    cdef public object _text
    cdef public object _records
    cdef public tuple _listens
    cdef public object _old
    cdef public object _ev_read

    cdef bint _debugs(self) except -1
    cdef tuple _resolved(self, method)
    cdef _tree(self, sname)
    cdef _each(self, key, sname, method, list lines)
    cdef _keep(self, key, sname, text)
    cpdef read(self, key, sname, stream, data)
    cpdef lines(self, key, sname, text)
    cdef wrote(self, key, sname)
