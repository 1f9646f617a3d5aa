# The system calls of the spawn kernel, in C: what happens between clone3() and exec() must
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
    #include <sys/mman.h>
    #include <sys/syscall.h>
    #include <time.h>
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
    #if defined(__x86_64__) && !defined(__ILP32__) && defined(SYS_clone3)
    #define SPAWN_CLONES
    #endif
    #ifndef MADV_WIPEONFORK
    #define MADV_WIPEONFORK 18
    #endif

    /* Children that may be on their way at a time, and the memory of each, the stack included. */
    #define SPAWN_PLACES 16
    #define SPAWN_PLACE 32768
    #define SPAWN_STACK 4096

    /* How long a child on its way tries again where something is short, nanoseconds. */
    #define SPAWN_FIRST_PAUSE 1000000
    #define SPAWN_LAST_PAUSE 128000000

    /* Most of a text that is told as a whole (see _work.spawn), and most errors with a text. */
    #define SPAWN_LONGEST_TEXT 1024
    #define SPAWN_REASONS 134

    /* What a child is to become, and why it has not. */
    struct spawn_call {
        char **paths, **argv, **env;
        int theirs[3];
        int masks, ahead;
        unsigned char mask[_NSIG / 8];
        struct timespec pause;
        volatile int error;
        /* Whether a child is on its way in this place: the kernel of the system clears it. */
        volatile int taken;
    };

    static const char *spawn_reasons[SPAWN_REASONS];

    /* Make a system call; return what it does, or minus an errno.  The variable errno is of the
     * thread of the parent, which may be running. */
    static long spawn_system(long number, long a, long b, long c, long d)
    {
    #if defined(SPAWN_CLONES)
        register long fourth __asm__("r10") = d;
        long result;

        __asm__ volatile("syscall"
                         : "=a"(result)
                         : "0"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                         : "rcx", "r11", "memory");
        return result;
    #else
        long result = syscall(number, a, b, c, d);

        return result < 0 ? -errno : result;
    #endif
    }

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

    static int spawn_is_short(long error)
    {
        return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
    }

    /* Become another program, in the child; return why that fails.  It has no variable whose
     * address is taken: what a sanitizer notes of the places of such would be left behind in
     * its parent. */
    static long spawn_become(struct spawn_call *call)
    {
        char **path = call->paths;
        long error = 0;
        int fd, denied = 0;

        for (fd = 0; fd < 3; fd++) {
            error = -spawn_system(SYS_dup3, call->theirs[fd], fd, 0, 0);
            if (error > 0)
                return error;
        }
        if (call->masks)
            spawn_system(SYS_rt_sigprocmask, SIG_SETMASK, (long)call->mask, 0, sizeof call->mask);
        for (; *path != NULL; path++) {
            error = -spawn_system(SYS_execve, (long)*path, (long)call->argv, (long)call->env, 0);
            denied |= error == EACCES;
            if (error != ENOENT && error != ENOTDIR && error != EACCES && error != ENODEV &&
                error != ESTALE && error != ETIMEDOUT)
                return error;
        }
        return denied ? EACCES : error;
    }

    static void spawn_write(struct spawn_call *call, const char *text, size_t size)
    {
        spawn_system(SYS_write, call->theirs[2], (long)text, (long)size, 0);
    }

    /* Write a text, without its middle if it is long. */
    static void spawn_say(struct spawn_call *call, const char *text)
    {
        size_t size = strlen(text), half = SPAWN_LONGEST_TEXT / 2;

        if (size <= SPAWN_LONGEST_TEXT) {
            spawn_write(call, text, size);
            return;
        }
        spawn_write(call, text, half);
        spawn_write(call, "...", 3);
        spawn_write(call, text + size - half, half);
    }

    /* What the child does.  Nobody waits for one that is on its way: it tries again what may
     * come to work, and says itself what its parent would say in its place. */
    static void spawn_exec(void *given)
    {
        struct spawn_call *call = given;
        long error = spawn_become(call);

        if (!call->ahead) {
            call->error = (int)error;
            spawn_system(SYS_exit_group, 127, 0, 0, 0);
        }
        while (spawn_is_short(error) && call->pause.tv_nsec <= SPAWN_LAST_PAUSE) {
            spawn_system(SYS_nanosleep, (long)&call->pause, 0, 0, 0);
            call->pause.tv_nsec *= 2;
            error = spawn_become(call);
        }
        spawn_say(call, call->argv[0]);
        spawn_say(call, ": ");
        spawn_say(call, error < SPAWN_REASONS ? spawn_reasons[error] : "?");
        spawn_say(call, "\\n");
        spawn_system(SYS_exit_group, 255, 0, 0, 0);
    }

    /* Make a child without handlers, in one system call instead of one for each signal, and
     * have it call spawn_exec(): return its id, or minus an errno.  The C library has no way
     * to say so: its vfork() takes no flags.  The child gets the mask of signals as it is to
     * be: without handlers, none of them runs anything on the memory of its parent. */
    #if defined(SPAWN_CLONES)
    static long spawn_clone(struct spawn_call *call, char *stack, size_t size)
    {
        unsigned long long how[8] = {0};
        long pid;

        how[0] = 0x100000000ULL | 0x100;  /* CLONE_CLEAR_SIGHAND, _VM */
        how[0] |= call->ahead ? 0x200000 : 0x4000;  /* CLONE_CHILD_CLEARTID, _VFORK */
        how[2] = (unsigned long)&call->taken;
        how[4] = SIGCHLD;
        how[5] = (unsigned long)stack;
        how[6] = size;
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

    /* Return memory for a child on its way, NULL if there is none.
     *
     * A process that was forked while one was has none in its copy: that memory is zeros. */
    static struct spawn_call *spawn_place(void)
    {
        static char *places;
        int at;

        if (places == NULL) {
            char *made = mmap(NULL, SPAWN_PLACES * SPAWN_PLACE, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

            if (made == MAP_FAILED)
                return NULL;
            if (madvise(made, SPAWN_PLACES * SPAWN_PLACE, MADV_WIPEONFORK) < 0) {
                munmap(made, SPAWN_PLACES * SPAWN_PLACE);
                return NULL;
            }
            for (at = 0; at < SPAWN_REASONS; at++) {
                spawn_reasons[at] = strdup(strerror(at));
                if (spawn_reasons[at] == NULL)
                    spawn_reasons[at] = "?";
            }
            places = made;
        }
        for (at = 0; at < SPAWN_PLACES; at++) {
            struct spawn_call *call = (struct spawn_call *)(places + at * SPAWN_PLACE);

            if (!call->taken)
                return call;
        }
        return NULL;
    }

    /* Copy an array of texts to *data; return the copy, NULL if it needs more than *left. */
    static char **spawn_copy(char **texts, char **data, size_t *left)
    {
        char **copy = (char **)*data, *end;
        size_t number = 0, size;

        while (texts[number] != NULL)
            number++;
        size = (number + 1) * sizeof *copy;
        if (size > *left)
            return NULL;
        end = *data + size;
        *left -= size;
        for (number = 0; texts[number] != NULL; number++) {
            size = strlen(texts[number]) + 1;
            if (size > *left)
                return NULL;
            copy[number] = memcpy(end, texts[number], size);
            end += size;
            *left -= size;
        }
        copy[number] = NULL;
        size = -(size_t)end & (sizeof *copy - 1);
        if (size > *left)
            return NULL;
        *left -= size;
        *data = end + size;
        return copy;
    }

    /* Start a child and leave it on its way, with a copy of all it needs: return its id, or minus
     * an errno; 0 where that cannot be done.
     *
     * Until it is another program it has a copy of each of our descriptors. */
    static long spawn_ahead(const struct spawn_call *given)
    {
        struct spawn_call *call = spawn_place();
        size_t left = SPAWN_PLACE - SPAWN_STACK - sizeof *call;
        char *data;
        long made;

        if (call == NULL)
            return 0;
        *call = *given;
        data = (char *)(call + 1);
        call->paths = spawn_copy(given->paths, &data, &left);
        if (call->paths == NULL)
            return 0;
        call->argv = spawn_copy(given->argv, &data, &left);
        if (call->argv == NULL)
            return 0;
        call->env = spawn_copy(given->env, &data, &left);
        if (call->env == NULL)
            return 0;
        call->ahead = call->taken = 1;
        call->pause.tv_nsec = SPAWN_FIRST_PAUSE;
        made = spawn_clone(call, (char *)call + SPAWN_PLACE - SPAWN_STACK, SPAWN_STACK);
        if (made < 0)
            call->taken = 0;
        return made;
    }
    #else
    static long spawn_clone(struct spawn_call *call, char *stack, size_t size)
    {
        (void)call, (void)stack, (void)size;
        return -ENOSYS;
    }

    static long spawn_ahead(const struct spawn_call *given)
    {
        (void)given;
        return 0;
    }
    #endif

    /* Start a child by vfork(), with all signals held back meanwhile. */
    static long spawn_vfork(struct spawn_call *call)
    {
        unsigned char all[sizeof call->mask];
        long made;

        memset(all, 0xff, sizeof all);
        syscall(SYS_rt_sigprocmask, SIG_SETMASK, all, call->mask, sizeof all);
        call->masks = 1;
        made = vfork();
        if (made == 0) {
            spawn_clear_handlers();
            spawn_exec(call);
        }
        if (made < 0)
            made = -errno;
        syscall(SYS_rt_sigprocmask, SIG_SETMASK, call->mask, NULL, sizeof all);
        return made;
    }

    /* What posix_spawn() does, without the calls that only its generality needs: memory for
     * the child's stack, and the limit of descriptors for each one passed on.  It would also
     * have the child ignore the two signals that the C library keeps for itself.
     *
     * The child borrows the memory of its parent, which waits until it has become another
     * program.  With *sure*, since the same has been started before, it does not wait. */
    static int spawn_child(char **paths, char **argv, char **env, const int theirs[3], int sure,
                           pid_t *pid)
    {
        static int clones = 1;
        struct spawn_call call = {.paths = paths, .argv = argv, .env = env};
        char stack[16384] __attribute__((aligned(16)));
        long made = 0;

        memcpy(call.theirs, theirs, sizeof call.theirs);
        if (clones && sure)
            made = spawn_ahead(&call);
        if (clones && made == 0)
            made = spawn_clone(&call, stack, sizeof stack);
        /* An old kernel, or one that is not to be asked for it. */
        clones = clones && made != -ENOSYS && made != -EINVAL && made != -EPERM;
        if (!clones)
            made = spawn_vfork(&call);
        *pid = (pid_t)made;
        if (made < 0)
            return (int)-made;
        if (call.error != 0)
            while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
                ;
        return call.error;
    }
    #else
    static int spawn_child(char **paths, char **argv, char **env, const int theirs[3], int sure,
                           pid_t *pid)
    {
        posix_spawn_file_actions_t actions;
        int fd, error = posix_spawn_file_actions_init(&actions);

        (void)sure;
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
    int spawn_child(
        char **paths, char **argv, char **env, const int *theirs, bint sure, pid_t *pid
    ) noexcept
    int close(int fd) noexcept
    int EMFILE

cdef extern from "Python.h":
    int PyDict_Next(object mapping, Py_ssize_t *position, void **key, void **value) noexcept
    void *list_item "PyList_GET_ITEM"(object items, Py_ssize_t at)
    bytes PyUnicode_EncodeFSDefault(object text)
    void *PyMem_Malloc(size_t size) noexcept
    void PyMem_Free(void *memory) noexcept

cdef class Spawner:
    # Where the program was that was started last.
    cdef list _started
    cdef list _environment
    cdef list _entries
    cdef char **_block
    # The number of the environment that it is known to be of; 0: of none.
    cdef unsigned long long _version

    cdef char **_current(self, dict environment, list replaced)
