"""What is common to the classes of sets: how an operation is called on them."""

from __future__ import annotations

import copy
import operator
import pickle
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from benchmarks.sweep import Case, Timed, surface
from benchmarks.sweep.shapes import Shape

#: Way -> function of a shape that returns what is timed.
Ways = dict[str, Callable[[Shape], Timed]]


class Kind(NamedTuple):
    """A class of sets.

    make: returns a new set of a shape.
    others: ways to give another set: a function of the shape that returns a function
        that gives it, anew where it can be used only once.
    elements: ways to give an element: a function of the element in its shape.
    """

    name: str
    shapes: Mapping[str, Shape]
    make: Callable[[Shape], Any]
    others: Mapping[str, Callable[[Shape], Callable[[], Any]]]
    elements: Mapping[str, Callable[[Any], Any]]


#: A function of the kind that returns the ways of one operation.
Entry = Callable[[Kind], Ways]


def consume(iterator: Any) -> None:
    """Go through an iterator to its end."""
    deque(iterator, 0)


def consumed(call: Callable[..., Any]) -> Callable[..., None]:
    return lambda *args: consume(call(*args))


def method(name: str) -> Callable[..., Any]:
    """Return a function that calls a method of its first argument."""

    def call(x: Any, *args: Any) -> Any:
        return getattr(x, name)(*args)

    return call


def reading(*calls: Callable[[Any], Any], way: str = "whole") -> Entry:
    """A call on a set that does not change it."""

    def made(call: Callable[[Any], Any], kind: Kind) -> Callable[[Shape], Timed]:
        def make(shape: Shape) -> Timed:
            x = kind.make(shape)
            return Timed(lambda _: call(x))

        return make

    return lambda kind: {
        way + (f" {n}" if n else ""): made(call, kind) for n, call in enumerate(calls)
    }


def several(**calls: Callable[[Any], Any]) -> Entry:
    """Calls that do not change the set, one a way; ``_`` in the names stands for a space."""
    return lambda kind: {
        way: made
        for name, call in calls.items()
        for way, made in reading(call, way=name.replace("_", " ").strip())(kind).items()
    }


def _fresh(kind: Kind, shape: Shape) -> Callable[[], Any]:
    """Return a function that gives sets that may be changed."""
    x = kind.make(shape)
    return lambda: copy.copy(x)


def editing(call: Callable[[Any], Any], way: str = "whole") -> Entry:
    """A call that changes the set."""
    return lambda kind: {way: lambda shape: Timed(call, _fresh(kind, shape))}


def with_other(call: Callable[[Any, Any], Any], edits: bool = False) -> Entry:
    """A call with another set, given in every way."""

    def made(give: Callable[[Shape], Callable[[], Any]], kind: Kind) -> Callable[[Shape], Timed]:
        def make(shape: Shape) -> Timed:
            other = give(shape)
            if edits:
                return Timed(lambda x: call(x, other()), _fresh(kind, shape))
            x = kind.make(shape)
            return Timed(lambda _: call(x, other()))

        return make

    return lambda kind: {way: made(give, kind) for way, give in kind.others.items()}


def with_elements(
    call: Callable[[Any, Any], Any], edits: bool = False, inside: bool = True, outside: bool = True
) -> Entry:
    """A call for each of a few elements, given in every way."""

    def made(convert: Callable[[Any], Any], kind: Kind) -> Callable[[Shape], Timed]:
        def make(shape: Shape) -> Timed:
            some = (shape.inside if inside else []) + (shape.outside if outside else [])
            elements = [convert(element) for element in some]

            def run(x: Any) -> None:
                for element in elements:
                    call(x, element)

            if edits:
                return Timed(run, _fresh(kind, shape), len(elements))
            x = kind.make(shape)
            return Timed(lambda _: run(x), count=len(elements))

        return make

    return lambda kind: {way: made(convert, kind) for way, convert in kind.elements.items()}


def joined(*entries: Entry) -> Entry:
    """Return all ways of some entries."""
    return lambda kind: {way: made for entry in entries for way, made in entry(kind).items()}


def _pickled(kind: Kind) -> Ways:
    def make(shape: Shape) -> Timed:
        text = pickle.dumps(kind.make(shape))
        return Timed(lambda _: pickle.loads(text))

    return {"unpickled": make}


def _middle(x: Any) -> Any:
    return x[len(x) // 2]


def _equal(kind: Kind) -> Ways:
    """Return the ways of a comparison with an equal set that is another object."""

    def make(shape: Shape) -> Timed:
        x, other = kind.make(shape), kind.make(shape)
        return Timed(lambda _: x == other)

    return {"an equal set": make}


def common() -> dict[str, Entry]:
    """Return the operations that the classes share, by name."""
    table: dict[str, Entry] = {
        "__iter__": several(whole=consume, list=list, set=set, first=lambda x: next(iter(x))),
        "__len__": several(len=len, bool=bool),
        "__bool__": reading(bool),
        "__nonzero__": reading(method("__nonzero__")),
        "__str__": reading(str),
        "__repr__": reading(repr),
        "__hash__": reading(hash),
        "__copy__": reading(copy.copy),
        "copy": reading(method("copy")),
        "clear": editing(method("clear")),
        "dim": reading(method("dim")),
        "get_autostep": reading(method("get_autostep")),
        "set_autostep": joined(
            editing(lambda x: x.set_autostep(3), "3"),
            editing(lambda x: (x.set_autostep(3), str(x)), "3, then str()"),
        ),
        "autostep": joined(
            reading(lambda x: x.autostep, way="read"),
            editing(lambda x: setattr(x, "autostep", 3), "set to 3"),
        ),
        "contiguous": reading(consumed(method("contiguous"))),
        "striter": reading(consumed(method("striter"))),
        "split": several(
            in_7=lambda x: consume(x.split(7)), in_ones=lambda x: consume(x.split(len(x)))
        ),
        "index": with_elements(method("index"), outside=False),
        "__contains__": joined(with_elements(operator.contains), _prefixed(operator.contains)),
        "__getitem__": several(
            middle=_middle,
            last=lambda x: x[-1],
            slice=lambda x: x[len(x) // 4 : len(x) // 2],
            stepped_slice=lambda x: x[::3],
        ),
        "__reduce__": reading(pickle.dumps),
        "__getstate__": reading(pickle.dumps),
        "__setstate__": _pickled,
        "remove": with_elements(method("remove"), edits=True, outside=False),
        "discard": with_elements(method("discard"), edits=True),
        "add": with_elements(method("add"), edits=True),
        "updaten": joined(_several_others(list, "list of"), _several_others(iter, "iterator of")),
    }
    for name in ("union", "intersection", "difference", "symmetric_difference",
                 "issubset", "issuperset", "isdisjoint"):  # fmt: skip
        table[name] = with_other(method(name))
    for name in ("update", "union_update", "intersection_update", "difference_update",
                 "symmetric_difference_update"):  # fmt: skip
        table[name] = with_other(method(name), edits=True)
    for name in ("eq", "ne", "lt", "le", "gt", "ge", "and", "or", "sub", "xor"):
        function = getattr(operator, {"and": "and_", "or": "or_"}.get(name, name))
        table[f"__{name}__"] = with_other(function)
        if name in ("and", "or", "sub", "xor"):
            table[f"__i{name}__"] = with_other(getattr(operator, f"i{name}"), edits=True)
            table[f"__r{name}__"] = with_other(_swapped(function))
    table["__eq__"] = joined(table["__eq__"], _equal)
    return table


def _swapped(call: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda x, other: call(other, x)


def _prefixed(call: Callable[[Any, Any], Any]) -> Entry:
    """Return the ways of a call with another set, as far as they are no way of elements."""
    return lambda kind: {
        f"another {way}": made
        for way, made in with_other(call)(kind).items()
        if way in ("own", "subclass")
    }


def _several_others(container: Callable[[Any], Any], title: str) -> Entry:
    """Return the ways of a call with several other sets."""

    def made(give: Callable[[Shape], Callable[[], Any]], kind: Kind) -> Callable[[Shape], Timed]:
        def make(shape: Shape) -> Timed:
            other = give(shape)
            return Timed(lambda x: x.updaten(container([other(), other()])), _fresh(kind, shape))

        return make

    return lambda kind: {f"{title} {way}": made(give, kind) for way, give in kind.others.items()}


def cases(kind: Kind, table: Mapping[str, Entry]) -> Iterator[Case]:
    """Yield the cases of a class: for each of its operations, each way, each shape.

    Raises KeyError for an operation that the table has not.
    """
    start = kind.name + "."
    for operation in surface.operations():
        if operation.startswith(start):
            for way, made in table[operation[len(start) :]](kind).items():
                for shape in kind.shapes.values():
                    yield Case(operation, way, shape.name, _bound(made, shape))


def _bound(made: Callable[[Shape], Timed], shape: Shape) -> Callable[[], Timed]:
    return lambda: made(shape)
