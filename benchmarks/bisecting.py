"""Which commit made a row slower."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import doubt
from benchmarks.against import Comparison
from benchmarks.builds import build, git


class NotSlower(Exception):
    """The last commit is not slower than the first, so that there is none to be found."""


def commits(good: str, bad: str) -> list[str]:
    """Return the commits after one, up to another, the oldest first."""
    return git("rev-list", "--reverse", "--first-parent", f"{good}..{bad}").split()


def first(found: list[str], is_bad: Callable[[str], bool]) -> str:
    """Return the first commit that is bad, where the last is and all later ones are."""
    low, high = 0, len(found) - 1
    while low < high:
        middle = (low + high) // 2
        if is_bad(found[middle]):
            high = middle
        else:
            low = middle + 1
    return found[high]


def bisect(row: str, good: str, bad: str, life: str = "compiled", scale: float = 1.0) -> str:
    """Return the commit that made a row slower by more than 5 %.

    :param row: the whole name of a row
    :raises NotSlower: the row is not slower in *bad* than in *good*
    """
    base = build(good)

    def is_bad(commit: str) -> bool:
        compared = Comparison(base, build(commit), life=life, scale=scale, tell=lambda _: None)
        (found,) = compared.run([row])
        text = git("log", "-1", "--format=%h %s", commit)
        print(f"{found.estimate} {found.verdict}: {text}", flush=True)
        return found.verdict == doubt.SLOWER

    found = commits(good, bad)
    if not found or not is_bad(bad):
        raise NotSlower(f"{row} is not slower in {bad} than in {good}")
    return first(found, is_bad)
