# C of the streams kernel: waiting and reading, and where Python finds a method of an object.

cdef extern from *:
    """
    #include <errno.h>
    #include <unistd.h>
    #if defined(__linux__)
    #include <sys/epoll.h>

    #define STREAMS_MOST 512

    /* Wait for events of an epoll descriptor; return how many there are, or minus an errno. */
    static int streams_wait(int epoll, int *fds, int *masks, int milliseconds)
    {
        struct epoll_event events[STREAMS_MOST];
        int at, number = epoll_wait(epoll, events, STREAMS_MOST, milliseconds);

        for (at = 0; at < number; at++) {
            fds[at] = events[at].data.fd;
            masks[at] = (int)events[at].events;
        }
        return number < 0 ? -errno : number;
    }
    #else
    static int streams_wait(int epoll, int *fds, int *masks, int milliseconds)
    {
        (void)epoll, (void)fds, (void)masks, (void)milliseconds;
        return -ENOSYS;
    }
    #endif

    /* The dictionary of an object's own attributes, or NULL: borrowed. */
    static PyObject *streams_own(PyObject *object)
    {
        PyObject **place = _PyObject_GetDictPtr(object);

        return place == NULL ? NULL : *place;
    }
    """
    int streams_wait(int epoll, int *fds, int *masks, int milliseconds) noexcept nogil
    void *streams_own(object) noexcept
    int EINTR
    Py_ssize_t system_read "read"(int fd, void *buffer, size_t size) noexcept nogil

cdef extern from "Python.h":
    void *type_lookup "_PyType_Lookup"(type, object name) noexcept
    int PyErr_CheckSignals() except -1
    void *PyMem_Malloc(size_t size) noexcept
    void PyMem_Free(void *memory) noexcept
