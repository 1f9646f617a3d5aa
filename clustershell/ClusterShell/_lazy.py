"""Names of a module, and attributes of objects, that are there when somebody asks for them.

Star imports of the public modules have always brought names of other modules
along, some of them slow to load and hardly ever used.  Each module lists its
own in one table::

    __getattr__ = lazy_names(globals(), {"Template": "string", "os": None})
"""

import sys

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType
    from typing import Any, Callable, Optional, Union


def import_module(name: str) -> "ModuleType":
    """Return the module called *name*, as importlib does, which itself is slow to import."""
    __import__(name)
    return sys.modules[name]


#: Names that the pollers have always had from a floor above.  Nothing of the package uses them
#: there: as data, they make no circle of modules.
ABOVE = {"EngineClientEOF": "ClusterShell.Worker.EngineClient"}


def lazy_names(
    namespace: "dict[str, Any]",
    table: "Mapping[str, Optional[Union[str, Callable[[], object]]]]",
) -> "Callable[[str], Any]":
    """Return the ``__getattr__`` of a module (PEP 562), which gives the names of *table*.

    :param namespace: the ``globals()`` of the module; the names join its ``__all__``, except
        those with an underscore
    :param table: where each name is from: a module that defines it, None for the module of this
        name, or a function that makes its value whenever it is asked for

    What was loaded stays in the namespace, where it is found, and may be replaced, like any
    other name.
    """
    namespace["__all__"] += [name for name in table if not name.startswith("_")]

    def __getattr__(name: str) -> "Any":
        if name not in table:
            raise AttributeError(f"module {namespace['__name__']!r} has no attribute {name!r}")
        home = table[name]
        if callable(home):
            return home()
        value = import_module(name) if home is None else getattr(import_module(home), name)
        namespace[name] = value
        return value

    return __getattr__


class LazyAttribute:
    """Decorator of a method that makes the value of an attribute of its name.

    The value is made when it is first read, then kept on the instance; setting
    the attribute replaces it.
    """

    def __init__(self, make: "Callable[[Any], Any]") -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, instance: "Any", owner: "Any" = None) -> "Any":
        if instance is None:
            return self
        value = self._make(instance)
        # Not in its __dict__, which an instance has only when it is asked for: Python 3.11
        # makes two, and crashes, if what the collector calls meanwhile asks, too.
        setattr(instance, self._name, value)
        return value
