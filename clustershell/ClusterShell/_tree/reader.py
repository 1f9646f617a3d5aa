"""Makes messages of the elements of a channel's document."""

from __future__ import annotations

from collections import deque

from ClusterShell._tree.wire import MOST_PAYLOAD

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["MessageReader"]


class MessageReader:
    """Makes messages of elements, for a subclass that says what messages there are."""

    #: Ident -> class of message; the classes that stand for the channel's own element.
    _kinds: Mapping[str, Any]
    _start: Any
    _end: Any
    #: What is raised.
    _error: type[Exception]

    def __init__(self) -> None:
        self.msg_queue: deque[Any] = deque()
        #: The version of the other end, once it has opened the channel.
        self.version: str | None = None
        self._draft: Any = None
        # The payload comes in many parts.
        self._parts: list[bytes] = []
        self._size = 0

    def startElement(self, name: str, attrs: Any) -> None:
        """An element begins.

        :raises MessageProcessingError: it is none of a channel, or a malformed message
        """
        if name == "channel":
            self.version = attrs.get("version")
            self.msg_queue.append(self._start())
        elif name == "message":
            self._draft_new(attrs)
        else:
            raise self._error(f"Invalid starting tag {name}")

    def endElement(self, name: str) -> None:
        """An element ends."""
        draft = self._draft
        if name == "message" and draft is not None:
            if self._parts:
                draft.data_update(b"".join(self._parts))
                self._parts.clear()
                self._size = 0
            self.msg_queue.append(draft)
            self._draft = None
        elif name == "channel":
            self.msg_queue.append(self._end())

    def characters(self, content: str) -> None:
        """Text of an element; what stands between messages means nothing.

        :raises MessageProcessingError: the message has no payload, or too large a one
        """
        draft = self._draft
        if draft is None:
            return
        part = content.encode("utf-8")
        self._size += len(part)
        if not draft.has_payload:
            draft.data_update(part)  # says so
        if self._size > MOST_PAYLOAD:
            raise self._error(f"Message {draft.ident} has an invalid payload (payload too large)")
        self._parts.append(part)

    def msg_available(self) -> bool:
        """Return whether a whole message has arrived."""
        return bool(self.msg_queue)

    def pop_msg(self) -> Any:
        """Return the next message, None if there is none."""
        return self.msg_queue.popleft() if self.msg_queue else None

    def _draft_new(self, attributes: Any) -> None:
        """Begin a message.

        :raises MessageProcessingError: there is no such kind, or an attribute is missing or
            malformed
        """
        ident = attributes.get("type")
        if not ident:
            raise self._error("Unknown message with no type")
        kind = self._kinds.get(ident)
        if kind is None:
            raise self._error(f"Unknown message type {ident}")
        draft = kind()
        try:
            draft.selfbuild(attributes)
        except ValueError as exc:
            raise self._error(f'Invalid "message" attributes: {exc}') from None
        self._draft = draft
        self._parts.clear()
        self._size = 0

    def misplaced(self) -> Exception:
        """Return the error for the element that has begun where it may not."""
        found = self._draft if self._draft is not None else self.msg_queue.pop()
        return self._error(f"unexpected message: {found}")
