# cython: initializedcheck=False, auto_pickle=False
"""Attributes of objects of any class: got where they are kept, and seen to be as they were.

Python asks the class of an object about each attribute: a method may be overridden, a value
be computed.  Classes are numbered by Python, anew with each change of one or of its bases;
so what was found out about a class holds as long as its number is the same.
"""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.attributes import (
        attributes_own,
        attributes_own_or_none,
        attributes_plain,
        attributes_shared,
        attributes_slot,
        attributes_slot_of,
        attributes_tag,
        dict_item,
        type_lookup,
    )
    from cython.cimports.cpython.dict import PyDict_SetItem


if cython.compiled:

    @cython.cclass
    class Attribute:
        """Attribute *name* of objects, got and set as by Python, but by the shortest way.

        :param optional: whether those that do not have it have None
        """

        def __cinit__(self, name: str, optional: cython.bint = False):
            self._name = name
            self._optional = optional

        @cython.cfunc
        def of(self, obj: object) -> object:
            """Return the attribute of *obj*."""
            if self._knows(obj):
                shared: object = self._shared
                value: cython.p_void
                if self._slot:
                    value = attributes_slot_of(obj, self._slot)
                else:
                    own: object = attributes_own_or_none(obj)
                    value = cython.NULL if own is None else dict_item(own, self._name)
                if value != cython.NULL:
                    return cython.cast(object, value)
                if shared is not None:
                    return shared
            if self._optional:
                return getattr(obj, self._name, None)
            return getattr(obj, self._name)

        @cython.cfunc
        def put(self, obj: object, value: object) -> object:
            """Set the attribute of *obj* to *value*."""
            if self._knows(obj) and not self._slot:
                own: object = attributes_own_or_none(obj)
                if own is not None:
                    PyDict_SetItem(own, self._name, value)
                    return
            setattr(obj, self._name, value)

        @cython.cfunc
        def keep(self, obj: object, value: object) -> object:
            """Set the attribute of *obj*, which mostly is *value* already."""
            if self._knows(obj) and not self._slot:
                own: object = attributes_own_or_none(obj)
                if own is not None and dict_item(own, self._name) == cython.cast(
                    cython.p_void, value
                ):
                    return
            self.put(obj, value)

        @cython.cfunc
        @cython.exceptval(-1, check=False)
        def _knows(self, obj: object) -> cython.bint:
            """Return whether it is known where objects of the class of *obj* keep it."""
            tag: cython.uint = attributes_tag(type(obj))
            if not tag or tag != self._tag:
                self._learn(type(obj))
                tag = attributes_tag(type(obj))
            return tag != 0 and tag == self._tag

        @cython.cfunc
        def _learn(self, kind: type) -> object:
            """Find out where objects of the class *kind* keep it, if in no unusual way."""
            slot: cython.Py_ssize_t = 0
            shared: object = None
            found: cython.p_void = type_lookup(kind, self._name)
            if not attributes_plain(kind):
                return
            if found != cython.NULL:
                slot = attributes_slot(kind, cython.cast(object, found))
                if not slot:
                    if not attributes_shared(cython.cast(object, found)):
                        return
                    shared = cython.cast(object, found)
            self._slot = slot
            self._tag = attributes_tag(kind)
            # What it was may end as this returns, and others come by this in between.
            shared, self._shared = self._shared, shared

    _dict_get = cython.declare(object, dict.__dict__["get"])

    @cython.cfunc
    def item(mapping: object, key: object) -> object:
        """Return what *mapping* has under *key*, as its method ``get`` does."""
        kind: type = type(mapping)
        if kind is not dict and not (
            isinstance(mapping, dict)
            and type_lookup(kind, "get") == cython.cast(cython.p_void, _dict_get)
            and attributes_plain(kind)
        ):
            return mapping.get(key)
        found: cython.p_void = dict_item(mapping, key)
        return None if found == cython.NULL else cython.cast(object, found)


@cython.cclass
class Hooks:
    """Methods *names* of the class *owner*, to see whether an object still has the same."""

    if not cython.compiled:
        __slots__ = ("_functions", "_names")

    def __cinit__(self, owner: type, *names: str):
        self._names = names
        self._functions = tuple([_found(owner, name) for name in names])

    @cython.ccall
    @cython.exceptval(-1, check=False)
    def unchanged(self, obj: object) -> cython.bint:
        """Return whether *obj* has these methods: none overridden, replaced, or set on it."""
        own: dict = _own(obj)
        if own:
            for name in self._names:
                if name in own:
                    return False
        return self._inherited(type(obj))

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _inherited(self, kind: type) -> cython.bint:
        """Return whether the class *kind* has these methods."""
        at: cython.Py_ssize_t
        if cython.compiled:
            tag: cython.uint = attributes_tag(kind)
            if tag and tag == self._tag:
                return True
        for at in range(len(self._names)):
            if cython.compiled:
                if type_lookup(kind, self._names[at]) != cython.cast(
                    cython.p_void, self._functions[at]
                ):
                    return False
            elif _found(kind, self._names[at]) is not self._functions[at]:
                return False
        if cython.compiled:
            self._tag = attributes_tag(kind)
        return True


@cython.cfunc
def _found(owner: type, name: str) -> object:
    """Return what an attribute *name* of an instance of *owner* is made from, None if nothing."""
    if not cython.compiled:
        return getattr(owner, name, None)
    found: cython.p_void = type_lookup(owner, name)
    return None if found == cython.NULL else cython.cast(object, found)


@cython.cfunc
def _own(obj: object) -> dict:
    """Return the attributes that *obj* has of its own, None where it can have none."""
    if not cython.compiled:
        return getattr(obj, "__dict__", None)
    own: cython.p_void = attributes_own(obj)
    return None if own == cython.NULL else cython.cast(object, own)
