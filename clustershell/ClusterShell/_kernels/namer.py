# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""The names of a pattern of one index, one after the other."""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.intervals import Runs
    from cython.cimports.ClusterShell._compiled.keys import OFFSET, width_of
    from cython.cimports.ClusterShell._compiled.longs import Longs
    from cython.cimports.cpython.mem import PyMem_Free, PyMem_Realloc
    from cython.cimports.cpython.unicode import (
        PyUnicode_1BYTE_DATA,
        PyUnicode_4BYTE_KIND,
        PyUnicode_FromKindAndData,
        PyUnicode_New,
    )
    from cython.cimports.libc.string import memcpy
else:
    from itertools import chain

    from ClusterShell._kernels.intervals import Runs
    from ClusterShell._kernels.keys import OFFSET, width_of


def _parts(pattern: str) -> tuple:
    """Return what stands before and after the index of a pattern of one, as text."""
    at = pattern.find("%s")
    # "%%s" is a percent sign and a letter.
    while at >= 0 and pattern.count("%", 0, at) % 2:
        at = pattern.find("%s", at + 1)
    if at < 0:
        raise ValueError("a pattern without index")
    return pattern[:at].replace("%%", "%"), pattern[at + 2 :].replace("%%", "%")


@cython.final
@cython.cclass
class Namer:
    """Iterator over the names of a pattern of one index.

    Compiled, one name follows another in place: ``name`` holds the characters
    of the next one, of which only the digits change.
    """

    if cython.compiled:
        bounds = cython.declare(cython.pointer[cython.longlong])
        size = cython.declare(cython.Py_ssize_t)
        run = cython.declare(cython.Py_ssize_t)
        key = cython.declare(cython.longlong)
        stop = cython.declare(cython.longlong)
        before = cython.declare(str)
        after = cython.declare(str)
        name = cython.declare(cython.pointer[cython.uint])
        # Where the digits of the name end, and where the name does.
        last = cython.declare(cython.Py_ssize_t)
        end = cython.declare(cython.Py_ssize_t)
        widest = cython.declare(cython.Py_UCS4)

        def __dealloc__(self):
            PyMem_Free(self.bounds)
            PyMem_Free(self.name)

        # Not __init__, which could be left out, or called again.
        def __cinit__(self, pattern: str, runs: Runs):
            self.before, self.after = _parts(pattern)
            # A copy: the set may change while its names are read.
            flat: Longs = runs.flat()
            size: cython.size_t = flat.size * cython.sizeof(cython.longlong)
            self.bounds = cython.cast(
                cython.pointer[cython.longlong], PyMem_Realloc(cython.NULL, size + 1)
            )
            room: cython.size_t = len(self.before) + len(self.after) + 20
            self.name = cython.cast(
                cython.pointer[cython.uint],
                PyMem_Realloc(cython.NULL, room * cython.sizeof(cython.uint)),
            )
            if self.bounds == cython.NULL or self.name == cython.NULL:
                raise MemoryError()
            if size:
                memcpy(self.bounds, flat.at, size)
            self.size = flat.size
            self.run = -2
            self.key = self.stop = 0
            self.widest = 127
            char: cython.Py_UCS4
            at: cython.Py_ssize_t = 0
            for char in self.before:
                self.name[at] = char
                at += 1
                self.widest = max(self.widest, char)
            for char in self.after:
                self.widest = max(self.widest, char)

        def __iter__(self):
            return self

        def __next__(self):
            if self.key == self.stop and not self.advance():
                raise StopIteration
            found: str
            if self.widest < 256:
                found = PyUnicode_New(self.end, self.widest)
                target: cython.pointer[cython.uchar] = PyUnicode_1BYTE_DATA(found)
                at: cython.Py_ssize_t
                for at in range(self.end):
                    target[at] = cython.cast(cython.uchar, self.name[at])
            else:
                found = PyUnicode_FromKindAndData(
                    PyUnicode_4BYTE_KIND, cython.cast(cython.p_void, self.name), self.end
                )
            self.key += 1
            if self.key < self.stop:
                self.increment()
            return found

        @cython.cfunc
        @cython.exceptval(check=False)
        def increment(self) -> cython.void:
            """Add one to the digits, which are not all nine."""
            at: cython.Py_ssize_t = self.last - 1
            while self.name[at] == 57:
                self.name[at] = 48
                at -= 1
            self.name[at] += 1

        @cython.cfunc
        @cython.exceptval(check=False)
        def advance(self) -> cython.bint:
            """Go to the next keys of one width; return false where there are none."""
            if self.run >= self.size:
                # Asked for more than once it had ended.
                return False
            if self.run < 0 or self.key == self.bounds[self.run + 1]:
                self.run += 2
                if self.run >= self.size:
                    return False
                self.key = self.bounds[self.run]
            self.stop = self.bounds[self.run + 1]
            at: cython.Py_ssize_t = len(self.before)
            value: cython.longlong
            width: cython.Py_ssize_t = 1
            if self.key < 0:
                # Negative numbers have no padding, and shrink: one by one.
                self.stop = self.key + 1
                value = -self.key
                self.name[at] = 45
                at += 1
                while value >= 10:
                    value //= 10
                    width += 1
                value = -self.key
            else:
                width = width_of(self.key)
                self.stop = min(self.stop, OFFSET[width + 1])
                value = self.key - OFFSET[width]
            self.last = self.end = at + width
            while width > 0:
                width -= 1
                self.name[at + width] = 48 + value % 10
                value //= 10
            char: cython.Py_UCS4
            for char in self.after:
                self.name[self.end] = char
                self.end += 1
            return True

    else:

        def __init__(self, pattern: str, runs: Runs):
            self.before, self.after = _parts(pattern)
            self.bounds = runs.bounds()

        def __iter__(self):
            before = self.before.replace("%", "%%")
            after = self.after.replace("%", "%%")
            texts = []
            for lo, hi in zip(self.bounds[::2], self.bounds[1::2]):
                while lo < hi:
                    width = width_of(lo)
                    offset = OFFSET[width] if lo >= 0 else 0
                    stop = min(hi, OFFSET[width + 1] if lo >= 0 else 0)
                    name = f"{before}%0{width}d{after}"
                    texts.append(map(name.__mod__, range(lo - offset, stop - offset)))
                    lo = stop
            return chain.from_iterable(texts)
