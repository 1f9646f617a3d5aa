"""The cases of NodeSet, and of the functions beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from benchmarks.sweep import Case, Timed, shapes
from benchmarks.sweep.ranges import _built, _generated, _held, _timed
from benchmarks.sweep.sets import (
    Kind,
    Ways,
    common,
    consumed,
    joined,
    method,
    reading,
)  # fmt: skip
from benchmarks.sweep.sets import (
    cases as cases_of,
)
from benchmarks.sweep.shapes import Shape


@cache
def groups() -> Any:
    """Return a resolver of groups of 16, none of them named as a node is."""
    from ClusterShell.NodeUtils import GroupResolver, GroupSource

    made = {f"r{n}": f"node[{16 * n}-{16 * n + 15}]" for n in range(64)}
    return GroupResolver(default_source=GroupSource("local", {**made, "all": "node[0-1023]"}))


def make(shape: Shape) -> Any:
    from ClusterShell.NodeSet import NodeSet

    return NodeSet(shape.text, autostep=shape.autostep)


def _own(shape: Shape) -> Callable[[], Any]:
    from ClusterShell.NodeSet import NodeSet

    other = NodeSet(shape.other)
    return lambda: other


def _subclass(shape: Shape) -> Callable[[], Any]:
    from ClusterShell.NodeSet import NodeSet

    other = type("Mine", (NodeSet,), {})(shape.other)
    return lambda: other


def _one(name: str) -> Any:
    from ClusterShell.NodeSet import NodeSet

    return NodeSet(name)


#: Ways to give many names, other than as a node set.
CONTAINERS = {
    "list of names": _held(lambda shape: list(shape.others)),
    "tuple of names": _held(lambda shape: tuple(shape.others)),
    "set of names": _held(lambda shape: set(shape.others)),
    "generator of names": lambda shape: lambda: (name for name in shape.others),
    "names with commas": _held(lambda shape: ",".join(shape.others)),
}


def kind() -> Kind:
    return Kind(
        "NodeSet",
        shapes.names(),
        make,
        {
            "own": _own,
            "subclass": _subclass,
            "text": _held(lambda shape: shape.other),
            **CONTAINERS,
        },
        {"text": str, "own": _one},
    )


def _grouped(call: Callable[[Any], Any]) -> Callable[[Kind], Ways]:
    """A call on a set that knows groups."""

    def make(shape: Shape) -> Timed:
        from ClusterShell.NodeSet import NodeSet

        x = NodeSet(shape.text, resolver=groups())
        return Timed(lambda _: call(x))

    return lambda kind: {"groups of 16": make}


def _class(name: str = "") -> Callable[..., Any]:
    def call(*args: Any, **settings: Any) -> Any:
        from ClusterShell.NodeSet import NodeSet

        return (getattr(NodeSet, name) if name else NodeSet)(*args, **settings)

    return call


def _text_with_groups(shape: Shape) -> Timed:
    text = ",".join([shape.text, "@r1", "@r3"])
    return Timed(lambda _: _class()(text, resolver=groups()))


def _text_with_operators(shape: Shape) -> Timed:
    text = f"{shape.text}!{shape.other}"
    return Timed(lambda _: _class()(text))


def table() -> dict[str, Any]:
    make_list = _class("fromlist")
    return {
        **common(),
        "__init__": joined(
            _built(_class()),
            _built(lambda other: str(_class()(other)), "{}, then str()"),
            _built(lambda other: str(_class()(other, autostep=3)), "{}, autostep, then str()"),
            lambda kind: {"text with groups": _text_with_groups},
            lambda kind: {"text with an operator": _text_with_operators},
        ),
        "fromlist": joined(
            _built(make_list),
            _built(lambda other: str(make_list(other)), "{}, then str()"),
            lambda kind: {"list of one text": lambda shape: _timed(make_list, [shape.other])},
        ),
        "fromall": lambda kind: {
            "groups of 16": lambda shape: Timed(lambda _: _class("fromall")(resolver=groups()))
        },
        "nsiter": reading(consumed(method("nsiter"))),
        "groups": _grouped(method("groups")),
        "regroup": _grouped(method("regroup")),
    }


def _functions() -> Iterator[Case]:
    """Yield the cases of the functions of the module."""
    from_module: Callable[[str], Callable[..., Any]] = lambda name: (  # noqa: E731
        lambda *args, **settings: getattr(_module(), name)(*args, **settings)
    )
    for shape in shapes.names().values():
        for name in ("expand", "fold"):
            call = from_module(name)
            yield Case(name, "text", shape.name, lambda c=call, s=shape: _timed(c, s.text))
            yield Case(
                name, "names with commas", shape.name,
                lambda c=call, s=shape: _timed(c, ",".join(s.elements)),
            )  # fmt: skip
            yield Case(
                name, "generator of names", shape.name,
                lambda c=call, s=shape: _generated(c, s.elements),
            )  # fmt: skip
    yield Case(
        "grouplist", "groups of 16", "any",
        lambda: Timed(lambda _: from_module("grouplist")(resolver=groups())),
    )  # fmt: skip


def _module() -> Any:
    import ClusterShell.NodeSet

    return ClusterShell.NodeSet


def cases() -> Iterator[Case]:
    yield from cases_of(kind(), table())
    yield from _functions()
