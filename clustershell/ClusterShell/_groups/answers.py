"""What sources answer: how long it is kept, the words in it, and which of them can name a group."""

from __future__ import annotations

import time

from ClusterShell._groups.errors import notices

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, MutableMapping
    from typing import Any

    #: Answers with the time at which each is too old.
    Cache = MutableMapping[str, Any]


def cached(cache: Cache, key: str) -> Any:
    """Return the answer in *cache* under *key*, None where there is none or it is too old."""
    answer, expiry = cache.get(key, (None, 0))
    return answer if time.time() < expiry else None


def keep(cache: Cache, key: str, answer: Any, age: float) -> None:
    """Keep an answer in *cache* for *age* seconds."""
    cache[key] = (answer, time.time() + age)


def words(answer: object, fail: Callable[[object], Exception]) -> Iterator[str]:
    """Yield the words of an answer: a string or an iterable of strings.

    :param fail: function of what is no string in it; returns the exception to raise.
    """
    if isinstance(answer, str):
        yield from answer.split()
        return
    if answer is None:
        return
    if not hasattr(answer, "__iter__") or isinstance(answer, (bytes, dict)):
        answer = (answer,)
    for item in answer:
        if not isinstance(item, str):
            raise fail(item)
        yield from item.split()


def without_blanks(source: str, names: list[Any]) -> list[Any]:
    """Return the *names* that are one word each; tell of the others of the source of this name."""
    good = []
    for name in names:
        if isinstance(name, str) and len(name.split()) != 1:
            _ignored(source, name, "a blank" if name else "no character")
        else:
            good.append(name)
    return good


def legal(source: str, groups: list[str], illegal_chars: Collection[str]) -> list[str]:
    """Return the *groups* that have none of these characters; tell of the others."""
    good = []
    for group in groups:
        characters = "".join(sorted(set(illegal_chars).intersection(group)))
        if characters:
            reason = f"characters that no name of a group may have: {characters}"
            _ignored(source, group, reason)
        else:
            good.append(group)
    return good


def _ignored(source: str, group: str, reason: str) -> None:
    notices.tell(f'group "{group}" of group source "{source}" ignored: its name has {reason}')


def not_text(failed: Callable[[str, Any], Exception], source: Any, what: str) -> Callable:
    """Return the function that makes the error of an answer that is no text.

    :param failed: the class of this error
    """
    return lambda item: failed(
        f"{source.name}: {what}: {item!r} not a string (add quotes?)", source
    )
