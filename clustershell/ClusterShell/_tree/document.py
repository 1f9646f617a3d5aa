"""The document that a channel is: bytes in, elements out.

A document is one ``channel`` element that holds ``message`` elements.  Nothing of XML
that a channel does not need is taken: no document type, hence no entities; no other
encodings than those of ASCII's family; no element where it does not belong.
"""

from __future__ import annotations

import re
from pyexpat import ErrorString, ExpatError, ParserCreate

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    class Elements(Protocol):
        """What is told of elements, as a ContentHandler of xml.sax is."""

        def startElement(self, name: str, attrs: dict[str, str]) -> None: ...
        def endElement(self, name: str) -> None: ...
        def characters(self, content: str) -> None: ...


__all__ = ["Document", "DocumentError"]

#: Bytes of a tag with its attributes, and parts in which it may come.
MOST_TAG = 8 << 20
MOST_TAG_PARTS = 128

_PART = 65536

_ENCODINGS = {
    None,
    "utf-8",
    "utf8",
    "us-ascii",
    "ascii",
    "iso-8859-1",
    "latin1",
    "latin-1",
    "utf-16",
}

#: A whole message in the form in which messages are written, on a line of its own.
_MESSAGE = re.compile(rb"<message((?: [a-z]+=\"[ !#-%'-;=?-~]*\")+)>([A-Za-z0-9+/=]*)</message>\n")
_ATTRIBUTES = re.compile(r' ([a-z]+)="([^"]*)"')


class DocumentError(Exception):
    """The bytes are no document of a channel."""


class Document:
    """Reads a document as it comes.

    :param elements: is told of ``channel`` and ``message`` elements and their text
    :param out_of_place: makes the exception for a ``message`` outside of the channel or a
        ``channel`` within it, when *elements* knows it already

    Lines that hold one whole message, nearly all that comes, are read without the XML
    parser where it would be between two messages.
    """

    def __init__(self, elements: Elements, out_of_place: Callable[[], Exception]) -> None:
        self.elements = elements
        self._out_of_place = out_of_place
        self._open: list[str] = []
        #: Whether the parser is between messages and holds nothing back.
        self._idle = False
        self._heard = False
        self._cdata = False
        self._unfinished = self._parts = 0
        self._finished = False
        parser = self._parser = ParserCreate()
        if hasattr(parser, "SetReparseDeferralEnabled"):
            parser.SetReparseDeferralEnabled(False)  # our own bounds serve the same end
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declaration
        parser.StartCdataSectionHandler = lambda: self._set_cdata(True)
        parser.EndCdataSectionHandler = lambda: self._set_cdata(False)

    def feed(self, data: bytes) -> None:
        """Take the next bytes, best whole lines.

        :raises DocumentError: they cannot belong to a document of a channel
        :raises Exception: what *elements* raises
        """
        if self._finished:
            raise DocumentError("Parse error: parsing finished")
        at, size = 0, len(data)
        try:
            while at < size:
                if self._idle:
                    found = _MESSAGE.match(data, at)
                    if found is not None and self._whole(found):
                        at = found.end()
                        continue
                # As much again each time: looked at anew, a long tag costs twice its length.
                most = at + max(_PART, self._unfinished)
                end = min(data.find(b"\n", at) + 1 or size, most)
                self._feed(data[at:end])
                at = end
        except BaseException as exc:
            self._finished = True
            if isinstance(exc, ExpatError):
                text = ErrorString(exc.code) or "malformed"
                raise DocumentError(f"Parse error: {text}") from None
            raise

    def _whole(self, found: re.Match[bytes]) -> bool:
        """Take a whole message; return False to leave it to the parser."""
        attributes, text = found.groups()
        if len(attributes) > MOST_TAG:
            return False
        pairs = _ATTRIBUTES.findall(attributes.decode("ascii"))
        attrs = dict(pairs)
        if len(attrs) != len(pairs):
            return False  # one attribute twice
        elements = self.elements
        elements.startElement("message", attrs)
        if text:
            elements.characters(text.decode("ascii"))
        elements.endElement("message")
        return True

    def _feed(self, data: bytes) -> None:
        """Have the parser take a line, or a part of one."""
        self._idle = self._heard = False
        # Of a tag that has begun, the parser looks at all of it again with every part.
        self._unfinished += len(data)
        self._parts += 1
        if self._unfinished > MOST_TAG or self._parts > MOST_TAG_PARTS:
            raise DocumentError("Parse error: tag too long")
        self._parser.Parse(data, False)
        if self._heard:
            self._unfinished = self._parts = 0

    # -- what the parser tells

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        self._heard, self._idle = True, False
        depth = len(self._open)
        if depth == 2:
            raise DocumentError(f"Invalid starting tag {name}")
        self.elements.startElement(name, attrs)
        if (name, depth) not in (("channel", 0), ("message", 1)):
            raise self._out_of_place()
        self._open.append(name)

    def _end(self, name: str) -> None:
        self._heard, self._idle = True, False
        self._open.pop()
        self.elements.endElement(name)

    def _characters(self, content: str) -> None:
        self._heard = True
        if len(self._open) == 2:
            self.elements.characters(content)
        else:
            self._idle = content == "\n" and not self._cdata and len(self._open) == 1

    def _set_cdata(self, within: bool) -> None:
        self._heard, self._idle = True, False
        self._cdata = within

    def _doctype(self, *_: Any) -> None:
        raise DocumentError("Parse error: document types are not allowed")

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        self._heard = True
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise DocumentError("Parse error: unknown encoding")
