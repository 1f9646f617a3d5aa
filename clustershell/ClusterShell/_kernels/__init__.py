"""Hot paths, one Python file each in Cython's pure Python mode.

Importing a module of this package always gives its interpreted life.  The
build compiles the very same files into ``ClusterShell._compiled``; which of
the two the library uses is decided in ``ClusterShell._accel`` and nowhere
else.  Kernels do no configuration, hold no globals that change, and never
appear in a public signature or a pickle.
"""

# Annotations are texts: importing ``__future__`` would cost more than this file.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


class _Type:
    """A C type's name: usable as an annotation, indexed or called as a cast."""

    def __getitem__(self, item: "Any") -> "_Type":
        return self

    def __call__(self, value: "Any" = None) -> "Any":
        return value


def _same(obj: "Any") -> "Any":
    return obj


def _with_constructor(cls: type) -> type:
    """Have ``__cinit__``, which compiled can be neither left out nor called again, called."""
    constructor = vars(cls).get("__cinit__")
    if constructor is not None:
        cls.__init__ = constructor  # type: ignore[misc]
    return cls


def _decorator(*args: "Any", **kwargs: "Any") -> "Callable[[Any], Any]":
    return _same


class _cython_shim:
    """What an interpreted kernel needs of the ``cython`` module, and no more.

    The real module takes 12 ms to import and is not installed at run time.  Types
    stand for nothing here; decorators return what they decorate.  Compiled kernels
    import this too, though they do not use it, so it is no module of its own.
    """

    compiled = False

    bint = int = uint = longlong = ulonglong = char = uchar = double = _Type()
    Py_ssize_t = size_t = Py_UCS4 = p_char = p_uchar = void = p_void = pointer = _Type()

    cclass = staticmethod(_with_constructor)
    cfunc = ccall = inline = final = nogil = no_gc = internal = _same
    exceptval = freelist = _decorator

    @staticmethod
    def cast(_ctype: "Any", value: "Any", typecheck: bool = False) -> "Any":
        return value

    @staticmethod
    def declare(_ctype: "Any" = None, value: "Any" = None, **_kwargs: "Any") -> "Any":
        return value
