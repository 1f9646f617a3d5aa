# The system calls of the spawn kernel, in C: what happens between vfork() and exec() must
# not be touched by anything that makes C from Python.

cdef extern from *:
    """
    #include <errno.h>
    #include <fcntl.h>
    #include <signal.h>
    #include <spawn.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/ioctl.h>
    #include <sys/types.h>
    #include <sys/wait.h>
    #include <unistd.h>
    #if defined(__linux__)
    #include <sys/syscall.h>
    #endif

    /* The number of a dictionary as it is now, which no other has or will have; 0 for none. */
    static unsigned long long spawn_version(PyObject *environment)
    {
    #if PY_VERSION_HEX < 0x030c0000
        return ((PyDictObject *)environment)->ma_version_tag;
    #else
        (void)environment;
        return 0;
    #endif
    }

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
    /* What a child is to become, and why it has not. */
    struct spawn_call {
        char **paths, **argv, **env;
        const int *theirs;
        unsigned char mask[_NSIG / 8];
        volatile int error;
    };

    /* Have no handlers: one must not run in the child, on the memory of its parent. */
    static void spawn_clear_handlers(void)
    {
        struct sigaction action;
        int sig;

        for (sig = 1; sig < _NSIG; sig++) {
            if (sigaction(sig, NULL, &action) < 0 || action.sa_handler == SIG_IGN ||
                action.sa_handler == SIG_DFL)
                continue;
            action.sa_handler = SIG_DFL;
            action.sa_flags = 0;
            sigaction(sig, &action, NULL);
        }
    }

    /* Become another program, in the child.  It has no variable whose address is taken: what
     * a sanitizer notes of the places of such would be left behind in its parent. */
    static void spawn_exec(void *given)
    {
        struct spawn_call *call = given;
        int denied = 0;

        if (dup2(call->theirs[0], 0) < 0 || dup2(call->theirs[1], 1) < 0 ||
            dup2(call->theirs[2], 2) < 0) {
            call->error = errno;
            _exit(127);
        }
        syscall(SYS_rt_sigprocmask, SIG_SETMASK, call->mask, NULL, sizeof call->mask);
        for (; *call->paths != NULL; call->paths++) {
            execve(*call->paths, call->argv, call->env);
            denied |= errno == EACCES;
            if (errno != ENOENT && errno != ENOTDIR && errno != EACCES && errno != ENODEV &&
                errno != ESTALE && errno != ETIMEDOUT)
                break;
        }
        call->error = denied && *call->paths == NULL ? EACCES : errno;
        _exit(127);
    }

    /* Make a child without handlers, in one system call instead of one for each signal, and
     * have it call spawn_exec(): return its id, or minus an errno.  The C library has no way
     * to say so: its vfork() takes no flags.  The child's stack is a piece of ours. */
    #if defined(__x86_64__) && !defined(__ILP32__) && defined(SYS_clone3)
    static long spawn_clone(struct spawn_call *call)
    {
        char stack[16384] __attribute__((aligned(16)));
        unsigned long long how[8] = {0};
        long pid;

        how[0] = 0x100000000ULL | 0x4000 | 0x100;  /* CLONE_CLEAR_SIGHAND, _VFORK, _VM */
        how[4] = SIGCHLD;
        how[5] = (unsigned long)stack;
        how[6] = sizeof stack;
        __asm__ volatile("syscall; "
                         "testq %%rax, %%rax; "
                         "jnz 1f; "
                         "movq %[call], %%rdi; "
                         "callq *%[exec]; "
                         "ud2; "
                         "1:"
                         : "=a"(pid)
                         : "0"((long)SYS_clone3), "D"(how), "S"(sizeof how), [call] "r"(call),
                           [exec] "r"(spawn_exec)
                         : "rcx", "r11", "cc", "memory");
        return pid;
    }
    #else
    static long spawn_clone(struct spawn_call *call)
    {
        (void)call;
        return -ENOSYS;
    }
    #endif

    /* What posix_spawn() does, without the calls that only its generality needs: memory for
     * the child's stack, and the limit of descriptors for each one passed on.  It would also
     * have the child ignore the two signals that the C library keeps for itself.
     *
     * The child borrows the memory of its parent, which waits until it has become another
     * program; all signals are held back meanwhile. */
    static int spawn_child(char **paths, char **argv, char **env, const int theirs[3], pid_t *pid)
    {
        static int clones = 1;
        struct spawn_call call = {.paths = paths, .argv = argv, .env = env, .theirs = theirs};
        unsigned char all[sizeof call.mask];
        long made = -ENOSYS;

        memset(all, 0xff, sizeof all);
        syscall(SYS_rt_sigprocmask, SIG_SETMASK, all, call.mask, sizeof all);
        if (clones) {
            made = spawn_clone(&call);
            /* An old kernel, or one that is not to be asked for it. */
            clones = made != -ENOSYS && made != -EINVAL && made != -EPERM;
        }
        if (!clones) {
            made = vfork();
            if (made == 0) {
                spawn_clear_handlers();
                spawn_exec(&call);
            }
            if (made < 0)
                made = -errno;
        }
        if (made < 0)
            call.error = (int)-made;
        syscall(SYS_rt_sigprocmask, SIG_SETMASK, call.mask, NULL, sizeof all);
        *pid = (pid_t)made;
        if (made > 0 && call.error != 0)
            while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
                ;
        return call.error;
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
    unsigned long long spawn_version(object environment) noexcept
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
    # The number of the environment that it is known to be of; 0: of none.
    cdef unsigned long long _version

    cdef char **_current(self, dict environment, list replaced)
