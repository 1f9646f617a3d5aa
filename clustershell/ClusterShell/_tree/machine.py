"""A machine that reads a pickle, and calls nothing that its sender names.

A class or function in a pickle is a name to look up in a table of :class:`Kind`, which
says what may be made from which parts.  Texts of errors are those of ``pickle``, by
which other releases tell what was wrong.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

__all__ = ["SCALARS", "Foreign", "Kind", "Machine", "PayloadError", "hashable"]

#: Steps of the machine.
MOST_OPERATIONS = 8_000_000

SCALARS = (str, int, bytes, float, bool, type(None))
_KEY_LIMIT = 1 << 60  # up to here an integer is its own hash


class PayloadError(Exception):
    """A payload is no pickle, or one that holds what is not allowed."""


class Kind:
    """What may be made in place of a class or function that a pickle names.

    :param name: as in errors
    :param new: makes an instance without arguments, where its state follows
    :param call: makes an instance from arguments
    :param build: gives the state that follows to an instance
    """

    __slots__ = ("build", "call", "name", "new")

    def __init__(
        self,
        name: str,
        new: Callable[[], Any] | None = None,
        call: Callable[..., Any] | None = None,
        build: Callable[[Any, dict[str, Any]], None] | None = None,
    ) -> None:
        self.name = name
        self.new = new
        self.call = call
        self.build = build


class Foreign:
    """Stands for a class or function that is not allowed, and for all that is made of it."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Machine:
    """One pickle being read.

    :param raw_strings: strings of Python 2 are bytes
    :param tolerant: read what holds classes that are not allowed, as Foreign
    """

    def __init__(
        self,
        data: bytes,
        kinds: Mapping[tuple[str, str], Kind],
        raw_strings: bool,
        tolerant: bool = False,
    ) -> None:
        self.data = data
        self.kinds = kinds
        self.raw_strings = raw_strings
        self.tolerant = tolerant
        self.at = 0
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}
        #: Made of a kind and waiting for their state, by identity.
        self.unbuilt: dict[int, tuple[Any, Kind]] = {}

    def run(self, operations: Mapping[int, Callable[[Machine], Any]]) -> Any:
        """Return the value."""
        data = self.data
        for _ in range(MOST_OPERATIONS):
            if self.at >= len(data):
                raise PayloadError("Ran out of input")
            code = data[self.at]
            self.at += 1
            if code == 0x2E:  # STOP
                return self.pop()
            operation = operations.get(code)
            if operation is None:
                shown = (
                    chr(code) if 0x20 <= code <= 0x7E and code not in b"'\\" else f"\\x{code:02x}"
                )
                raise PayloadError(f"invalid load key, '{shown}'.")
            operation(self)
        raise PayloadError("too many values for a message")

    # -- input

    def take(self, size: int) -> bytes:
        """Return the next *size* bytes."""
        end = self.at + size
        if end > len(self.data):
            raise PayloadError("pickle data was truncated")
        found = self.data[self.at : end]
        self.at = end
        return found

    def number(self, unpack: Callable[[bytes, int], tuple[Any, ...]], size: int) -> Any:
        """Return the next number."""
        if self.at + size > len(self.data):
            raise PayloadError("pickle data was truncated")
        (found,) = unpack(self.data, self.at)
        self.at += size
        return found

    def line(self) -> bytes:
        """Return the rest of the line."""
        end = self.data.find(b"\n", self.at)
        if end < 0:
            raise PayloadError("pickle data was truncated")
        found = self.data[self.at : end]
        self.at = end + 1
        return found

    # -- stack

    def pop(self) -> Any:
        """Take the topmost value from the stack."""
        stack = self.stack
        if not stack or (self.marks and len(stack) <= self.marks[-1]):
            raise PayloadError(
                "unexpected MARK found" if self.marks else "unpickling stack underflow"
            )
        return stack.pop()

    def top(self, kind: type) -> Any:
        """Return the topmost value, which must be of *kind*."""
        if not self.stack or (self.marks and len(self.stack) <= self.marks[-1]):
            raise PayloadError("unpickling stack underflow")
        found = self.stack[-1]
        if type(found) is Foreign:
            return kind()  # what is put there is for nobody
        if type(found) is not kind:
            raise PayloadError(f"{type(found).__name__} where there should be a {kind.__name__}")
        return found

    def pop_mark(self) -> list[Any]:
        """Take from the stack what is above the last mark."""
        if not self.marks:
            raise PayloadError("could not find MARK")
        mark = self.marks.pop()
        found = self.stack[mark:]
        del self.stack[mark:]
        return found

    def push_text(self, data: bytes, encoding: str = "utf-8") -> None:
        """Put text on the stack."""
        errors = "surrogatepass" if encoding == "utf-8" else "strict"
        try:
            self.stack.append(data.decode(encoding, errors))
        except UnicodeDecodeError as exc:
            raise PayloadError(str(exc)) from None

    def push_string(self, data: bytes) -> None:
        """Put a string of Python 2 on the stack."""
        if self.raw_strings:
            self.stack.append(data)
        else:
            self.push_text(data, "ascii")

    def remember(self, index: int) -> None:
        if not self.stack:
            raise PayloadError("unpickling stack underflow")
        self.memo[index] = self.stack[-1]

    def recall(self, index: int) -> None:
        if index not in self.memo:
            raise PayloadError(f"Memo value not found at index {index}")
        self.stack.append(self.memo[index])

    # -- objects

    def push_kind(self, module: Any, name: Any) -> None:
        if type(module) is not str or type(name) is not str:
            raise PayloadError("STACK_GLOBAL requires str")
        kind: Kind | Foreign | None = self.kinds.get((module, name))
        if kind is None:
            if not self.tolerant:
                raise PayloadError(f"{module}.{name} is not allowed in a message")
            kind = Foreign(f"{module}.{name}")
        self.stack.append(kind)

    def make(self, kind: Any, arguments: Any) -> None:
        """Put on the stack what *kind* makes from *arguments*."""
        if type(kind) is Foreign:
            self.stack.append(kind)
            return
        if type(kind) is not Kind or type(arguments) is not tuple:
            raise PayloadError("what is called is not allowed in a message")
        if kind.call is not None:
            try:
                made = kind.call(*arguments)
            except TypeError:  # another number of arguments
                made = None
            if made is None:
                raise PayloadError(f"{kind.name} is not made so in a message")
        elif kind.new is not None and not arguments:
            made = kind.new()
        else:
            raise PayloadError(f"{kind.name} is not made so in a message")
        if kind.build is not None:
            self.unbuilt[id(made)] = (made, kind)
        self.stack.append(made)

    def reduce(self) -> None:
        arguments = self.pop()
        kind = self.pop()
        if type(kind) is Kind and kind.name == "_reconstructor":
            # Up to protocol 1: of what class, on which base, from what.
            if type(arguments) is not tuple or len(arguments) != 3:
                raise PayloadError("_reconstructor is not called so in a message")
            kind, arguments = arguments[0], ()
        self.make(kind, arguments)

    def newobj(self) -> None:
        arguments = self.pop()
        kind = self.pop()
        if type(kind) is Kind and kind.new is None:
            raise PayloadError(f"{kind.name} is not made so in a message")
        self.make(kind, arguments)

    def build(self) -> None:
        """Give the topmost object its state, once."""
        state = self.pop()
        if not self.stack:
            raise PayloadError("unpickling stack underflow")
        if type(self.stack[-1]) is Foreign:
            return
        made, kind = self.unbuilt.pop(id(self.stack[-1]), (None, None))
        if made is None or kind is None or type(state) is not dict:
            raise PayloadError(f"a state of {type(self.stack[-1]).__name__} is not allowed")
        if not all(type(key) is str for key in state):
            raise PayloadError(f"{kind.name} has no such state")
        assert kind.build is not None
        kind.build(made, state)

    # -- containers

    def set_items(self, target: dict[Any, Any], items: list[Any]) -> None:
        if len(items) % 2:
            raise PayloadError("odd number of items for SETITEMS")
        for at in range(0, len(items), 2):
            target[hashable(items[at])] = items[at + 1]


def hashable(value: Any) -> Any:
    """Return *value* if it may be a key: hashing it costs what its size says."""
    kind = type(value)
    if kind is tuple:
        for part in value:
            if type(part) is tuple:
                break
            hashable(part)
        else:
            return value
    elif kind is int:
        if -_KEY_LIMIT < value < _KEY_LIMIT:
            return value
    elif kind in SCALARS or kind is Foreign:
        return value
    raise PayloadError(f"unhashable type: '{kind.__name__}'")
