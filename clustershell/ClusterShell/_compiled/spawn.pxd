# The system calls of the spawn kernel, in C: what happens between vfork() and exec() must
# not be touched by anything that makes C from Python.

cdef extern from *:
    """
    #include <errno.h>
    #include <fcntl.h>
    #include <signal.h>
    #include <spawn.h>
    #include <stdlib.h>
    #include <sys/ioctl.h>
    #include <sys/types.h>
    #include <sys/wait.h>
    #include <unistd.h>
    #if defined(__linux__)
    #include <sys/syscall.h>
    #endif

    /* Move a descriptor off 0 to 2, which the parent has closed; return it, or -1. */
    static int spawn_above_standard(int fd)
    {
        int moved;

        if (fd > 2)
            return fd;
        moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        close(fd);
        return moved;
    }

    /* Make a pipe that no program inherits, with *ours* (0: we read) non-blocking. */
    static int spawn_pipe(int ends[2], int ours)
    {
        int on = 1;

    #if defined(__linux__) || defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__)
        if (pipe2(ends, O_CLOEXEC) < 0)
            return errno;
    #else
        if (pipe(ends) < 0)
            return errno;
        fcntl(ends[0], F_SETFD, FD_CLOEXEC);
        fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    #endif
        ends[0] = spawn_above_standard(ends[0]);
        ends[1] = spawn_above_standard(ends[1]);
        if (ends[0] >= 0 && ends[1] >= 0 && ioctl(ends[ours], FIONBIO, &on) == 0)
            return 0;
        on = errno;
        if (ends[0] >= 0)
            close(ends[0]);
        if (ends[1] >= 0)
            close(ends[1]);
        return on;
    }

    #if defined(__linux__)
    /* What posix_spawn() does, without the calls that only its generality needs: a stack
     * for the child, and the limit of descriptors for each one passed on.  It would also
     * have the child ignore the two signals that the C library keeps for itself.
     *
     * The child borrows the memory of its parent, which waits until it has become another
     * program; all signals are held back meanwhile.  It has dispositions and descriptors
     * of its own: a handler must not run in it, so it has none left when signals may come. */
    static int spawn_child(char **paths, char **argv, char **env, const int theirs[3], pid_t *pid)
    {
        unsigned char all[_NSIG / 8], before[_NSIG / 8];
        volatile int error = 0;
        int sig;

        for (sig = 0; sig < (int)sizeof all; sig++)
            all[sig] = 0xff;
        syscall(SYS_rt_sigprocmask, SIG_SETMASK, all, before, sizeof all);
        *pid = vfork();
        if (*pid == 0) {
            struct sigaction action;
            int denied = 0;

            for (sig = 1; sig < _NSIG; sig++) {
                if (sigaction(sig, NULL, &action) < 0 || action.sa_handler == SIG_IGN ||
                    action.sa_handler == SIG_DFL)
                    continue;
                action.sa_handler = SIG_DFL;
                action.sa_flags = 0;
                sigaction(sig, &action, NULL);
            }
            if (dup2(theirs[0], 0) < 0 || dup2(theirs[1], 1) < 0 || dup2(theirs[2], 2) < 0) {
                error = errno;
                _exit(127);
            }
            syscall(SYS_rt_sigprocmask, SIG_SETMASK, before, NULL, sizeof before);
            for (; *paths != NULL; paths++) {
                execve(*paths, argv, env);
                denied |= errno == EACCES;
                if (errno != ENOENT && errno != ENOTDIR && errno != EACCES && errno != ENODEV &&
                    errno != ESTALE && errno != ETIMEDOUT)
                    break;
            }
            error = denied && *paths == NULL ? EACCES : errno;
            _exit(127);
        }
        if (*pid < 0)
            error = errno;
        syscall(SYS_rt_sigprocmask, SIG_SETMASK, before, NULL, sizeof before);
        if (*pid > 0 && error != 0)
            while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
                ;
        return error;
    }
    #else
    static int spawn_child(char **paths, char **argv, char **env, const int theirs[3], pid_t *pid)
    {
        posix_spawn_file_actions_t actions;
        int fd, error = posix_spawn_file_actions_init(&actions);

        if (error != 0)
            return error;
        for (fd = 0; fd < 3 && error == 0; fd++)
            error = posix_spawn_file_actions_adddup2(&actions, theirs[fd], fd);
        for (; error == 0 && *paths != NULL; paths++) {
            error = posix_spawn(pid, *paths, &actions, NULL, argv, env);
            if (error == 0 || paths[1] == NULL || (error != ENOENT && error != ENOTDIR &&
                                                   error != EACCES))
                break;
            error = 0;
        }
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    #endif
    """
    ctypedef int pid_t
    int spawn_pipe(int *ends, int ours) noexcept
    int spawn_child(char **paths, char **argv, char **env, const int *theirs, pid_t *pid) noexcept
    int close(int fd) noexcept
    int EMFILE

cdef extern from "Python.h":
    int PyDict_Next(object mapping, Py_ssize_t *position, void **key, void **value) noexcept
    void *list_item "PyList_GET_ITEM"(object items, Py_ssize_t at)
    bytes PyUnicode_EncodeFSDefault(object text)
    void *PyMem_Malloc(size_t size) noexcept
    void PyMem_Free(void *memory) noexcept

cdef class Spawner:
    cdef list _environment
    cdef list _entries
    cdef char **_block

    cdef char **_current(self, dict environment, list replaced)
