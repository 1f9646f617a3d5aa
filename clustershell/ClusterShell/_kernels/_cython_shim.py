"""What an interpreted kernel needs of the ``cython`` module, and no more.

The real module takes 12 ms to import and is not installed at run time.  Types
stand for nothing here; decorators return what they decorate.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

compiled = False


class _Type:
    """A C type's name: usable as an annotation, indexed or called as a cast."""

    def __getitem__(self, item: Any) -> "_Type":
        return self

    def __call__(self, value: Any = None) -> Any:
        return value


bint = int = int_ = uint = long_ = ulong = longlong = ulonglong = _Type()
char = uchar = short = double = Py_ssize_t = size_t = _Type()
Py_UCS4 = p_char = p_uchar = void = p_void = pointer = _Type()


def _same(obj: Any) -> Any:
    return obj


def _decorator(*args: Any, **kwargs: Any) -> Callable[[Any], Any]:
    return _same


cclass = cfunc = ccall = inline = final = nogil = _same
no_gc = no_gc_clear = internal = _same
locals = returns = exceptval = freelist = _decorator
boundscheck = wraparound = cdivision = initializedcheck = nonecheck = _decorator
overflowcheck = profile = linetrace = _decorator


def cast(_ctype: Any, value: Any, typecheck: bool = False) -> Any:
    return value


def declare(_ctype: Any = None, value: Any = None, **_kwargs: Any) -> Any:
    return value
