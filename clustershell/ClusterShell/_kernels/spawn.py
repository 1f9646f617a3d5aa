"""Starting a process with pipes: no fork of the (large) parent, no system call too many.

The child gets the parent's working directory, umask, process group, session, signal
dispositions and environment, as it would from fork and exec.

**Interrupts.**  Interpreted, Ctrl-C may raise between any two bytecodes.  Descriptors and
process ids therefore go from the system call into a list that the caller already holds
within one C call (``list.extend``), so that whatever was made can be undone.  Compiled,
nothing raises between the first descriptor and the last list.
"""

import errno
import os
from collections import deque
from functools import partial
from itertools import chain, starmap

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.spawn import (
        EMFILE,
        PyDict_Next,
        PyMem_Free,
        PyMem_Malloc,
        PyUnicode_EncodeFSDefault,
        close,
        list_item,
        pid_t,
        spawn_child,
        spawn_pipe,
        spawn_version,
    )
    from cython.cimports.cpython.bytes import PyBytes_AS_STRING

if cython.compiled:

    @cython.cfunc
    def _word(word: object) -> bytes:
        """Return *word* as the system takes it."""
        text: bytes
        if isinstance(word, str):
            text = PyUnicode_EncodeFSDefault(word)
        else:
            text = os.fsencode(word)
        if b"\0" in text:
            raise ValueError("embedded null byte")
        return text

    @cython.cfunc
    def _paths(program: bytes) -> list:
        """Return where *program* may be, in the order in which to try."""
        if b"/" in program:
            return [program]
        folders: bytes = os.fsencode(os.environ.get("PATH", os.defpath))
        return [os.path.join(folder, program) for folder in folders.split(b":")]

    @cython.cfunc
    def _pointers(words: list) -> cython.pointer[cython.p_char]:
        """Return an array of the texts of *words*, which have to live as long."""
        size: cython.Py_ssize_t = len(words)
        array = cython.cast(
            cython.pointer[cython.p_char],
            PyMem_Malloc((size + 1) * cython.sizeof(cython.p_char)),
        )
        if array == cython.NULL:
            raise MemoryError
        at: cython.Py_ssize_t
        for at in range(size):
            array[at] = PyBytes_AS_STRING(words[at])
        array[size] = cython.NULL
        return array


@cython.cclass
class Spawner:
    """Starts processes; keeps of the last what the next can use, which is the environment."""

    if cython.compiled:

        def __cinit__(self):
            self._environment = []
            self._entries = []
            self._block = cython.NULL

        def __dealloc__(self):
            PyMem_Free(self._block)

        @cython.cfunc
        def _current(self, environment: dict, replaced: list) -> cython.pointer[cython.p_char]:
            """Return *environment* as the system takes it: as it was, if it has not changed.

            What goes for it is in *replaced*: its end may start others, by which this would go.
            """
            version: cython.ulonglong = spawn_version(environment)
            if version and version == self._version:
                return self._block
            position: cython.Py_ssize_t = 0
            at: cython.Py_ssize_t = 0
            key = cython.declare(cython.p_void)
            value = cython.declare(cython.p_void)
            known: list = self._environment
            same: cython.bint = self._block != cython.NULL and len(known) == 2 * len(environment)
            while same and PyDict_Next(
                environment, cython.address(position), cython.address(key), cython.address(value)
            ):
                same = list_item(known, at) == key and list_item(known, at + 1) == value
                at += 2
            if same:
                self._version = version
                return self._block
            known = []
            entries: list = []
            for name, text in list(environment.items()):
                entry = _word(name) + b"=" + _word(text)
                if not name or b"=" in _word(name)[1:]:
                    raise ValueError("illegal environment variable name")
                known.append(name)
                known.append(text)
                entries.append(entry)
            block: cython.pointer[cython.p_char] = _pointers(entries)
            replaced.append(self._environment)
            replaced.append(self._entries)
            PyMem_Free(self._block)
            self._block = block
            self._version = version
            self._entries = entries
            self._environment = known
            return block

        def start(
            self,
            pids: list,
            pipes: list,
            argv: object,
            environment: dict,
            number: cython.int,
            fd_limit: cython.int,
        ) -> None:
            """Start *argv*; append its id to *pids*, and our ends of its pipes to *pipes*.

            :param number: of pipes: 2, or 3 where standard error has one of its own
            :param fd_limit: descriptors from this number on cannot be used; 0 for no limit
            :raises OSError: it cannot be executed, or descriptors or processes are short
            :raises ValueError: its words, or the environment, have a NUL in them
            """
            if pids is None or pipes is None or environment is None or number not in (2, 3):
                raise TypeError("lists, a dictionary and two or three pipes are needed")
            program: object = argv[0]
            if not isinstance(argv, (list, tuple)):
                raise TypeError("posix_spawnp: argv must be a tuple or list")
            if not isinstance(program, (str, bytes, os.PathLike)):
                kind = type(program).__name__
                raise TypeError(
                    f"posix_spawnp: path should be string, bytes or os.PathLike, not {kind}"
                )
            words: list = [_word(word) for word in list(argv)]
            first: bytes = _word(program)
            if not first:
                raise ValueError("posix_spawnp: argv first element cannot be empty")
            paths: list = _paths(first)
            ends = cython.declare(cython.int[6])
            theirs = cython.declare(cython.int[3])
            pid: pid_t = 0
            at: cython.int
            error: cython.int = 0
            made: cython.int = 0
            replaced: list = []
            arguments: cython.pointer[cython.p_char] = _pointers(words)
            candidates: cython.pointer[cython.p_char] = cython.NULL
            block: cython.pointer[cython.p_char]
            try:
                candidates = _pointers(paths)
                block = self._current(environment, replaced)
                while made < number and error == 0:
                    error = spawn_pipe(cython.address(ends[2 * made]), 0 if made else 1)
                    if error == 0:
                        made += 1
                        if fd_limit and max(ends[2 * made - 2], ends[2 * made - 1]) >= fd_limit:
                            error = EMFILE
                if error == 0:
                    theirs[0] = ends[0]
                    theirs[1] = ends[3]
                    theirs[2] = ends[5] if number == 3 else ends[3]
                    sure: cython.bint = self._started is not None and self._started == paths
                    error = spawn_child(
                        candidates, arguments, block, theirs, sure, cython.address(pid)
                    )
            finally:
                PyMem_Free(arguments)
                PyMem_Free(candidates)
            for at in range(made):
                close(ends[2 * at + (1 if at else 0)])
                if error:
                    close(ends[2 * at + (0 if at else 1)])
            if error:
                raise OSError(error, os.strerror(error))
            self._started = paths
            pids.append(pid)
            for at in range(number):
                pipes.append(ends[2 * at + (0 if at else 1)])

    else:

        def start(self, pids, pipes, argv, environment, number, fd_limit):
            made = _Pipes()
            try:
                made.open(number, fd_limit)
                actions = [(os.POSIX_SPAWN_DUP2, end, fd) for fd, end in enumerate(made.theirs)]
                if number == 2:
                    actions.append((os.POSIX_SPAWN_DUP2, 1, 2))
                spawn = partial(os.posix_spawnp, argv[0], argv, environment, file_actions=actions)
                pids.extend(starmap(spawn, ((),)))
                pipes.extend(made.ours)
            except BaseException:
                del pipes[:]
                deque(made.closing, maxlen=0)
                raise
            deque(made.closing_theirs, maxlen=0)

    def pipes(self, ours: list, line: bytes, number: object, fd_limit: object) -> None:
        """Append to *ours* our ends of *number* pipes, with *line* to be read from the last.

        :raises OSError: descriptors are short
        """
        made = _Pipes()
        try:
            made.open(number, fd_limit)
            os.write(made.theirs[-1], line)
            ours.extend(made.ours)
        except BaseException:
            del ours[:]
            deque(made.closing, maxlen=0)
            raise
        deque(made.closing_theirs, maxlen=0)


class _Pipes:
    """The pipes of a process: we write to the first, and read from the others.

    ``closing`` closes all descriptors when it is run through, ``closing_theirs`` the
    child's: made before there are any, each is then but one call.
    """

    __slots__ = ("closing", "closing_theirs", "ends", "ours", "theirs")

    def __init__(self):
        self.ends = []
        self.ours = []
        self.theirs = []
        self.closing = map(os.close, chain.from_iterable(self.ends))
        self.closing_theirs = map(os.close, self.theirs)

    def open(self, number, fd_limit):
        """Open *number* pipes, all descriptors above the standard ones, ours non-blocking."""
        ends = self.ends
        ends.extend(starmap(os.pipe, [()] * number))
        for index, pair in enumerate(ends):
            if min(pair) < 3:
                ends[index] = pair = _above_standard(pair)
            if fd_limit and max(pair) >= fd_limit:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            mine, other = pair if index else pair[::-1]
            os.set_blocking(mine, False)
            self.ours.append(mine)
            self.theirs.append(other)


def _above_standard(pair):
    """Move a pipe off descriptors 0 to 2, which the parent has closed."""
    import fcntl

    moved = tuple(fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 3) for fd in pair)
    for fd in pair:
        os.close(fd)
    return moved
