"""The cases of RangeSet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.sweep import Case, Timed, shapes
from benchmarks.sweep.sets import (
    Kind,
    Ways,
    common,
    consumed,
    editing,
    joined,
    method,
    reading,
    with_elements,
)  # fmt: skip
from benchmarks.sweep.sets import (
    cases as cases_of,
)
from benchmarks.sweep.shapes import Shape


def make(shape: Shape) -> Any:
    from ClusterShell.RangeSet import RangeSet

    return RangeSet(shape.text, autostep=shape.autostep)


def _own(shape: Shape) -> Callable[[], Any]:
    from ClusterShell.RangeSet import RangeSet

    other = RangeSet(shape.other)
    return lambda: other


def _subclass(shape: Shape) -> Callable[[], Any]:
    from ClusterShell.RangeSet import RangeSet

    other = type("Mine", (RangeSet,), {})(shape.other)
    return lambda: other


def _held(convert: Callable[[Shape], Any]) -> Callable[[Shape], Callable[[], Any]]:
    """Return a way that gives the same container again and again."""

    def give(shape: Shape) -> Callable[[], Any]:
        other = convert(shape)
        return lambda: other

    return give


def _ints(shape: Shape) -> list[int]:
    return [int(element) for element in shape.others]


#: Ways to give numbers, other than as a set of this package.  (Where a set is asked for,
#: the released package takes a text as one of single characters: that is no way in.)
CONTAINERS = {
    "set of texts": _held(lambda shape: set(shape.others)),
    "frozenset of texts": _held(lambda shape: frozenset(shape.others)),
    "list of texts": _held(lambda shape: list(shape.others)),
    "tuple of texts": _held(lambda shape: tuple(shape.others)),
    "generator of texts": lambda shape: lambda: (text for text in shape.others),
    "set of ints": _held(lambda shape: set(_ints(shape))),
    "list of ints": _held(_ints),
    "tuple of ints": _held(lambda shape: tuple(_ints(shape))),
    "range": _held(lambda shape: range(len(shape.others))),
}


def kind() -> Kind:
    return Kind(
        "RangeSet",
        shapes.numbers(),
        make,
        {"own": _own, "subclass": _subclass, **CONTAINERS},
        {"text": str, "int": int},
    )


def _built(call: Callable[[Any], Any], title: str = "{}") -> Callable[[Kind], Ways]:
    """A call with what a set is made from, given in every way."""

    def made(give: Callable[[Shape], Callable[[], Any]]) -> Callable[[Shape], Timed]:
        def make(shape: Shape) -> Timed:
            other = give(shape)
            return Timed(lambda _: call(other()))

        return make

    return lambda kind: {title.format(way): made(give) for way, give in kind.others.items()}


def _of_text(kind: Kind) -> Kind:
    """Return the kind whose sets are made from text as well."""
    return kind._replace(others={**kind.others, "text": _held(lambda shape: shape.other)})


def _class(name: str) -> Callable[..., Any]:
    """Return a function that calls the class, or a method of it, that is imported then."""

    def call(*args: Any, **settings: Any) -> Any:
        from ClusterShell.RangeSet import RangeSet

        return (getattr(RangeSet, name) if name else RangeSet)(*args, **settings)

    return call


def _from_one(kind: Kind) -> Ways:
    def made(convert: Callable[[str], Any], **settings: Any) -> Callable[[Shape], Timed]:
        def make(shape: Shape) -> Timed:
            from ClusterShell.RangeSet import RangeSet

            elements = [convert(element) for element in shape.inside]

            def run(_: Any) -> None:
                for element in elements:
                    RangeSet.fromone(element, **settings)

            return Timed(run, count=len(elements))

        return make

    return {
        "text": made(str),
        "int": made(int),
        "int, padded": made(int, pad=5),
        "slice": made(lambda element: slice(int(element), int(element) + 9)),
    }


def _list_of_texts(shape: Shape) -> list[str]:
    return shape.other.split(",")


def table() -> dict[str, Any]:
    make_list = _class("fromlist")
    return {
        **common(),
        "__init__": lambda kind: joined(
            _built(_class("")),
            _built(lambda other: _class("")(other, autostep=3), "{}, autostep"),
            _built(lambda other: str(_class("")(other)), "{}, then str()"),
        )(_of_text(kind)),
        "fromlist": joined(
            _built(make_list),
            lambda kind: {
                "list of ranges": lambda shape: _timed(make_list, _list_of_texts(shape)),
                "generator of ranges": lambda shape: _generated(make_list, _list_of_texts(shape)),
            },
        ),
        "fromone": _from_one,
        "add_range": joined(
            editing(lambda x: x.add_range(100, 2_000), "a hundred to 2,000"),
            editing(lambda x: x.add_range(100, 2_000, 3), "stepped"),
            editing(lambda x: x.add_range(3, 4), "one"),
            editing(lambda x: x.add_range(100, 2_000, pad=5), "padded"),
        ),
        "add": joined(
            common()["add"],
            lambda kind: {
                "int, padded": with_elements(lambda x, e: x.add(e, 5), edits=True)(
                    kind._replace(elements={"int": int})
                )["int"]
            },
        ),
        "intiter": reading(consumed(method("intiter"))),
        "slices": reading(consumed(method("slices"))),
        "padding": joined(
            reading(lambda x: x.padding, way="read"),
            editing(lambda x: setattr(x, "padding", 7), "set"),
        ),
        "pop": editing(lambda x: [x.pop() for _ in range(5)], "five"),
    }


def _timed(call: Callable[[Any], Any], value: Any) -> Timed:
    return Timed(lambda _: call(value))


def _generated(call: Callable[[Any], Any], values: list[Any]) -> Timed:
    return Timed(lambda _: call(value for value in values))


def cases() -> Iterator[Case]:
    return cases_of(kind(), table())
