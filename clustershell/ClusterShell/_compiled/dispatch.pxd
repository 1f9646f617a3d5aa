# C of the dispatch kernel: waiting and reading.

cdef extern from *:
    """
    #include <errno.h>
    #include <time.h>
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

    /* The time as time.monotonic() has it. */
    static double dispatch_now(void)
    {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (now.tv_sec * 1e9 + now.tv_nsec) / 1e9;
    }
    #else
    static double dispatch_now(void)
    {
        return 0;
    }

    static int dispatch_wait(int epoll, int *fds, int *masks, int milliseconds)
    {
        (void)epoll, (void)fds, (void)masks, (void)milliseconds;
        return -ENOSYS;
    }
    #endif
    """
    int dispatch_wait(int epoll, int *fds, int *masks, int milliseconds) noexcept nogil
    double dispatch_now() noexcept nogil
    int EINTR
    Py_ssize_t system_read "read"(int fd, void *buffer, size_t size) noexcept nogil

cdef extern from "Python.h":
    int PyErr_CheckSignals() except -1
    void *PyMem_Malloc(size_t size) noexcept
    void PyMem_Free(void *memory) noexcept
