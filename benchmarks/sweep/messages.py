"""The cases of MsgTree and MsgTreeElem."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.sweep import Case, Timed, surface
from benchmarks.sweep.sets import consume

MODES = ("MODE_DEFER", "MODE_SHIFT", "MODE_TRACE")
KEYS, LINES = 64, 20

#: Shape -> line *n* of key *k*.
MESSAGES: dict[str, Callable[[int, int], bytes]] = {
    "equal": lambda k, n: b"line %d of some usual output" % n,
    "different": lambda k, n: b"line %d of key %d" % (n, k),
    "parting in the last": lambda k, n: b"line %d" % (n if n < LINES - 1 else 100 + k),
}

Run = Callable[[Any], Any]


def lines(shape: str) -> list[tuple[str, bytes]]:
    said = MESSAGES[shape]
    return [(f"node{k}", said(k, n)) for n in range(LINES) for k in range(KEYS)]


def tree(mode: str, shape: str = "") -> Any:
    from ClusterShell import MsgTree as module

    made = module.MsgTree(getattr(module, mode))
    for key, line in lines(shape) if shape else ():
        made.add(key, line)
    return made


def some(key: str) -> bool:
    return key.endswith("7")


def renamed(key: str) -> str:
    return key + "-ib0"


def _read(walk: Any) -> list[Any]:
    return [(bytes(message), list(keys)) for message, keys in walk]


def _added(mode: str, shape: str) -> Timed:
    said = lines(shape)

    def run(made: Any) -> None:
        add = made.add
        for key, line in said:
            add(key, line)

    return Timed(run, lambda: tree(mode), len(said))


def _iterating(name: str) -> dict[str, Run]:
    """Return the ways of a method that goes through keys and messages."""
    return {
        "all": lambda t: consume(getattr(t, name)()),
        "match": lambda t: consume(getattr(t, name)(match=some)),
        "mapper": lambda t: consume(getattr(t, name)(mapper=renamed)),
    }


def _each_key(call: Callable[[Any, str], Any]) -> Run:
    keys = [f"node{k}" for k in range(KEYS)]

    def run(made: Any) -> None:
        for key in keys:
            call(made, key)

    return run


#: Operation -> way -> call on a tree that does not change it.
READING: dict[str, dict[str, Run]] = {
    "__getitem__": {"each key": _each_key(lambda t, key: t[key])},
    "__init__": {"no line": lambda t: type(t)()},
    "__iter__": {"all": consume},
    "__len__": {"len": len, "bool": bool},
    "get": {
        "each key": _each_key(lambda t, key: t.get(key)),
        "no such key": _each_key(lambda t, key: t.get(key + "x")),
    },
    "items": {**_iterating("items"), "read": lambda t: [(k, bytes(m)) for k, m in t.items()]},
    "keys": {"all": lambda t: consume(t.keys())},
    "messages": {
        "all": lambda t: consume(t.messages()),
        "match": lambda t: consume(t.messages(match=some)),
        "read": lambda t: list(map(bytes, t.messages())),
    },
    "walk": {**_iterating("walk"), "read": lambda t: _read(t.walk())},
    "walk_trace": _iterating("walk_trace"),
}

#: The same for calls that change it.
EDITING: dict[str, dict[str, Run]] = {
    "clear": {"whole": lambda t: t.clear()},
    "remove": {"all": lambda t: t.remove(), "match": lambda t: t.remove(match=some)},
}

#: Operation -> way -> call on the message of a key.
ELEMENT: dict[str, dict[str, Run]] = {
    "__bytes__": {"bytes": bytes},
    "__eq__": {"itself": lambda m: m == m, "bytes": lambda m: m == b"no such"},
    "__getitem__": {"middle": lambda m: m[5], "slice": lambda m: m[3:9]},
    "__hash__": {"hash": hash},
    "__init__": {"of a line": lambda m: type(m)(b"line", parent=m), "root": lambda m: type(m)()},
    "__iter__": {"all": consume, "list": list, "first": lambda m: next(iter(m))},
    "__len__": {"len": len, "bool": bool},
    "__str__": {"str": str},
    "lines": {"all": lambda m: consume(m.lines())},
    "message": {"whole": lambda m: m.message()},
    "splitlines": {"all": lambda m: m.splitlines()},
    "append": {
        "a line": lambda m: m.append(b"another line"),
        "a line with a key": lambda m: m.append(b"another line", "node1"),
    },
}


def _element_case(call: Run, mode: str, shape: str) -> Timed:
    if shape == "of one line":
        from ClusterShell import MsgTree as module

        made = module.MsgTree(getattr(module, mode))
        made.add("node7", b"one line")
    else:
        made = tree(mode, shape)
    message = made["node7"]
    return Timed(lambda _, kept=made: call(message))


def _tree_case(call: Run, mode: str, shape: str) -> Timed:
    made = tree(mode, shape)
    return Timed(lambda _: call(made))


def cases() -> Iterator[Case]:
    for operation in surface.operations():
        name, _, member = operation.partition(".")
        if name not in ("MsgTree", "MsgTreeElem"):
            continue
        for mode in MODES:
            for shape in (*MESSAGES, *(["of one line"] if name == "MsgTreeElem" else [])):
                where = f"{shape}, {mode}"
                for way, make in _ways(name, member):
                    yield Case(operation, way, where, lambda f=make, m=mode, s=shape: f(m, s))


def _ways(name: str, member: str) -> Iterator[tuple[str, Callable[[str, str], Timed]]]:
    """Yield each way of an operation, and what makes it of a mode and a shape."""
    if name == "MsgTreeElem":
        for way, call in ELEMENT[member].items():
            yield way, lambda mode, shape, c=call: _element_case(c, mode, shape)
    elif member == "add":
        yield "line by line", _added
    elif member in EDITING:
        for way, call in EDITING[member].items():
            yield way, lambda mode, shape, c=call: Timed(c, lambda: tree(mode, shape))
    else:
        for way, call in READING[member].items():
            yield way, lambda mode, shape, c=call: _tree_case(c, mode, shape)
