# C of the dispatch kernel: waiting and reading, and where Python finds a method of an object.

cdef extern from *:
    """
    #include <errno.h>
    #include <unistd.h>
    #if defined(__linux__)
    #include <sys/epoll.h>

    #define DISPATCH_MOST 512

    /* Wait for events of an epoll descriptor; return how many there are, or minus an errno. */
    static int dispatch_wait(int epoll, int *fds, int *masks, int milliseconds)
    {
        struct epoll_event events[DISPATCH_MOST];
        int at, number = epoll_wait(epoll, events, DISPATCH_MOST, milliseconds);

        for (at = 0; at < number; at++) {
            fds[at] = events[at].data.fd;
            masks[at] = (int)events[at].events;
        }
        return number < 0 ? -errno : number;
    }
    #else
    static int dispatch_wait(int epoll, int *fds, int *masks, int milliseconds)
    {
        (void)epoll, (void)fds, (void)masks, (void)milliseconds;
        return -ENOSYS;
    }
    #endif

    /* The dictionary of an object's own attributes, or NULL: borrowed. */
    static PyObject *dispatch_own(PyObject *object)
    {
        PyObject **place = _PyObject_GetDictPtr(object);

        return place == NULL ? NULL : *place;
    }

    /* The number of a class as it is now, which no other has or will have; 0 for none: it is
     * changed when the class, or a base of it, is. */
    static unsigned int dispatch_tag(PyObject *kind)
    {
        PyTypeObject *type = (PyTypeObject *)kind;

    #if PY_VERSION_HEX < 0x030c0000
        if (!PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG))
            return 0;
    #endif
        return type->tp_version_tag;
    }
    """
    int dispatch_wait(int epoll, int *fds, int *masks, int milliseconds) noexcept nogil
    void *dispatch_own(object) noexcept
    unsigned int dispatch_tag(object kind) noexcept
    int EINTR
    Py_ssize_t system_read "read"(int fd, void *buffer, size_t size) noexcept nogil

cdef extern from "Python.h":
    void *type_lookup "_PyType_Lookup"(type, object name) noexcept
    int PyErr_CheckSignals() except -1
    void *PyMem_Malloc(size_t size) noexcept
    void PyMem_Free(void *memory) noexcept
