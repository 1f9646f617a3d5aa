"""The cases of RangeSetND."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.sweep import Case, Timed, shapes
from benchmarks.sweep.ranges import _built, _held
from benchmarks.sweep.sets import (
    Kind,
    common,
    consume,
    consumed,
    joined,
    method,
    reading,
    several,
)  # fmt: skip
from benchmarks.sweep.sets import (
    cases as cases_of,
)
from benchmarks.sweep.shapes import Shape


def _of(elements: list[Any], **settings: Any) -> Any:
    from ClusterShell.RangeSet import RangeSetND

    return RangeSetND([list(element) for element in elements], **settings)


def make(shape: Shape) -> Any:
    return _of(shape.elements)


def _subclass(shape: Shape) -> Callable[[], Any]:
    from ClusterShell.RangeSet import RangeSetND

    other = type("Mine", (RangeSetND,), {})([list(element) for element in shape.others])
    return lambda: other


def _sets(shape: Shape) -> list[Any]:
    from ClusterShell.RangeSet import RangeSet

    return [[RangeSet(text) for text in element] for element in shape.others]


def _element(element: Any) -> Any:
    return _of([element])


def _ints(element: Any) -> tuple[int, ...]:
    return tuple(map(int, element))


def kind() -> Kind:
    return Kind(
        "RangeSetND",
        shapes.vectors(),
        make,
        {
            "own": _held(lambda shape: _of(shape.others)),
            "subclass": _subclass,
            "lists of texts": _held(lambda shape: [list(point) for point in shape.others]),
            "tuples of texts": _held(lambda shape: list(shape.others)),
            "tuples of ints": _held(lambda shape: [_ints(point) for point in shape.others]),
            "generator of tuples": lambda shape: lambda: (point for point in shape.others),
            "lists of RangeSet": _held(_sets),
        },
        {"tuple of texts": tuple, "tuple of ints": _ints, "text": ",".join, "own": _element},
    )


def _fresh_fold(kind: Kind) -> dict[str, Callable[[Shape], Timed]]:
    """Return the ways to fold: what is folded already, and what has just been made."""

    def make(shape: Shape) -> Timed:
        return Timed(lambda x: x.fold(), lambda: kind.make(shape))

    return {"just made": make}


def _class(*args: Any, **settings: Any) -> Any:
    from ClusterShell.RangeSet import RangeSetND

    return RangeSetND(*args, **settings)


def table() -> dict[str, Any]:
    return {
        **common(),
        "__init__": joined(
            _built(_class),
            _built(lambda other: str(_class(other)), "{}, then str()"),
            _built(lambda other: _class(other, copy_rangeset=False), "{}, not copied"),
            _built(lambda other: str(_class(other, autostep=3)), "{}, autostep, then str()"),
        ),
        "fold": joined(reading(method("fold"), way="folded"), _fresh_fold),
        "iter_padding": reading(consumed(method("iter_padding"))),
        "pads": reading(method("pads")),
        "precond_fold": reading(method("precond_fold")),
        "veclist": several(read=lambda x: x.veclist, consumed=lambda x: consume(x.veclist)),
        "vectors": reading(consumed(method("vectors"))),
    }


def cases() -> Iterator[Case]:
    return cases_of(kind(), table())
