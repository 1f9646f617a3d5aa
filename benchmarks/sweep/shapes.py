"""The shapes of sets: as data, without the package that is measured.

A shape holds a set and another one that overlaps it, both as text, and elements that
are in the first and elements that are not.
"""

from __future__ import annotations

import random
from functools import cache
from typing import Any, NamedTuple

#: Elements that are added, removed or looked up one by one in one run.
FEW = 20


class Shape(NamedTuple):
    """Two overlapping sets, as texts and as lists of elements.

    inside, outside: a few elements of the first, and that are not in it.
    """

    name: str
    text: str
    other: str
    elements: list[Any]
    others: list[Any]
    inside: list[Any]
    outside: list[Any]
    autostep: int | None = None


def folded(numbers: list[int], width: int = 0, step: int = 0) -> str:
    """Return sorted numbers as ranges, without steps unless all have that one."""
    if step:
        return f"{numbers[0]}-{numbers[-1]}/{step}"
    parts: list[str] = []
    first = previous = numbers[0]
    for number in [*numbers[1:], None]:  # type: ignore[list-item]
        if number is not None and number == previous + 1:
            previous = number
            continue
        one, last = f"{first:0{width}d}", f"{previous:0{width}d}"
        parts.append(one if first == previous else f"{one}-{last}")
        first = previous = number
    return ",".join(parts)


def _few(elements: list[Any], others: list[Any]) -> tuple[list[Any], list[Any]]:
    rng = random.Random(3)
    within = set(elements)
    outside = [element for element in others if element not in within]
    return (
        rng.sample(elements, min(FEW, len(elements))),
        rng.sample(outside, min(FEW, len(outside))),
    )


def _numbers(name: str, one: list[int], two: list[int], **form: Any) -> Shape:
    width = form.get("width", 0)
    texts = folded(one, width, form.get("step", 0)), folded(two, width)
    elements = [f"{number:0{width}d}" for number in one]
    others = [f"{number:0{width}d}" for number in two]
    return Shape(name, *texts, elements, others, *_few(elements, others), form.get("autostep"))


def _scattered(count: int, of: int, seed: int) -> list[int]:
    return sorted(random.Random(seed).sample(range(of), count))


def _blocks(first: int) -> list[int]:
    return [at + number for at in range(first, first + 3_000, 30) for number in range(20)]


@cache
def numbers() -> dict[str, Shape]:
    """Return the shapes in one dimension."""
    made = [
        _numbers("six", [1, 2, 3, 4, 5, 8], [4, 5, 6, 9, 12, 20]),
        _numbers("a hundred", _scattered(100, 300, 1), _scattered(100, 300, 2)),
        _numbers("scattered", _scattered(2_000, 7_000, 1), _scattered(2_000, 7_000, 2)),
        _numbers("dense", list(range(3_000)), list(range(1_500, 4_500))),
        _numbers("padded", list(range(1, 1_001)), list(range(500, 1_501)), width=5),
        _numbers("steps", list(range(0, 3_000, 3)), list(range(0, 3_000, 2)), step=3, autostep=3),
        _numbers("blocks", _blocks(0), _blocks(1_515)),
    ]
    return {shape.name: shape for shape in made}


def _points(count: int, *widths: int, seed: int) -> list[tuple[int, ...]]:
    rng = random.Random(seed)
    found: set[tuple[int, ...]] = set()
    while len(found) < count:
        found.add(tuple(rng.randrange(width) for width in widths))
    return sorted(found)


def _grid(*axes: range) -> list[tuple[int, ...]]:
    points: list[tuple[int, ...]] = [()]
    for axis in axes:
        points = [(*point, number) for point in points for number in axis]
    return points


def _vectors(name: str, one: list[tuple[int, ...]], two: list[tuple[int, ...]]) -> Shape:
    elements, others = ([tuple(map(str, point)) for point in points] for points in (one, two))
    return Shape(name, "", "", elements, others, *_few(elements, others))


@cache
def vectors() -> dict[str, Shape]:
    """Return the shapes in several dimensions; they have no text."""
    made = [
        _vectors("grid", _grid(range(20), range(20)), _grid(range(10, 30), range(5, 25))),
        _vectors(
            "constant axis", _grid(range(300), range(7, 8)), _grid(range(150, 450), range(7, 8))
        ),
    ]
    for axes, width in ((2, 30), (3, 10), (4, 5), (5, 4)):
        pair = [_points(100, *[width] * axes, seed=seed) for seed in (1, 2)]
        made.append(_vectors(f"points in {axes} axes", *pair))
    return {shape.name: shape for shape in made}


def _names(name: str, one: list[str], two: list[str], text: str = "", other: str = "") -> Shape:
    texts = text or ",".join(one), other or ",".join(two)
    return Shape(name, *texts, one, two, *_few(one, two))


def _plain(form: str, one: list[int], two: list[int], width: int = 0) -> tuple[Any, ...]:
    """Return the names of two lists of numbers, and their folded texts."""
    names = [[form % f"{number:0{width}d}" for number in some] for some in (one, two)]
    return (*names, *[form % f"[{folded(some, width)}]" for some in (one, two)])


def _letters(first: int, count: int) -> list[str]:
    """Return names without digits."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [
        "login-" + letters[n // 676 % 26] + letters[n // 26 % 26] + letters[n % 26]
        for n in range(first, first + count)
    ]


def _prefixes(first: int) -> list[str]:
    stems = [f"{a}{b}-" for a in "abcde" for b in "klmnopqrst"]
    return [stem + str(n) for stem in stems for n in range(first, first + 20)]


@cache
def names() -> dict[str, Shape]:
    """Return the shapes of node names."""
    scattered = _scattered(1_000, 3_000, 1), _scattered(1_000, 3_000, 2)
    racks = [
        [f"r{a}c{b}n{c}" for a, b, c in points]
        for points in (
            _grid(range(10), range(10), range(10)),
            _grid(range(5, 15), range(10), range(4, 14)),
        )
    ]
    made = [
        _names("one", ["node7"], ["node8"]),
        _names("few", [*[f"node{n}" for n in (1, 2, 3, 4, 5, 8)], "login1"],
               ["node4", "node5", "node6", "node9", "login1", "login2"],
               "node[1-5,8],login1", "node[4-6,9],login[1-2]"),
        _names("plain", *_plain("node%s", *scattered)),
        _names("dense", *_plain("node%s", list(range(2_000)), list(range(1_000, 3_000)))),
        _names("padded with a suffix", *_plain("cn%s-ib0", *scattered, 5)),
        _names("without digits", _letters(0, 100), _letters(50, 100)),
        _names("FQDN with digits",
               [f"r{a}n{b}.c3.example.org" for a in range(1, 9) for b in range(1, 41)],
               [f"r{a}n{b}.c3.example.org" for a in range(5, 13) for b in range(20, 60)],
               "r[1-8]n[1-40].c3.example.org", "r[5-12]n[20-59].c3.example.org"),
        _names("three-axis racks", *racks, "r[0-9]c[0-9]n[0-9]", "r[5-14]c[0-9]n[4-13]"),
        _names("not folding", [f"n{n}x{n * 7 % 1000}" for n in range(100)],
               [f"n{n}x{n * 7 % 1000}" for n in range(50, 150)]),
        _names("addresses", [f"10.0.{a}.{b}" for a in range(4) for b in range(1, 101)],
               [f"10.0.{a}.{b}" for a in range(2, 6) for b in range(50, 150)],
               "10.0.[0-3].[1-100]", "10.0.[2-5].[50-149]"),
        _names("many prefixes", _prefixes(0), _prefixes(10),
               ",".join(f"{a}{b}-[0-19]" for a in "abcde" for b in "klmnopqrst"),
               ",".join(f"{a}{b}-[10-29]" for a in "abcde" for b in "klmnopqrst")),
        _names("points in 3 axes",
               *[[f"x{a}c{b}n{c}" for a, b, c in _points(100, 10, 10, 10, seed=seed)]
                 for seed in (1, 2)]),
    ]  # fmt: skip
    return {shape.name: shape for shape in made}
