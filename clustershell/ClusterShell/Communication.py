"""Messages between a head node and its gateways, and the channel they travel on.

A channel is an XML document that both ends write as they go: one ``message``
element for each message, with attributes for what all may see and, where the
kind has one, a payload (see ``encode`` in the room below).  The form is known to
gateways of other releases.
"""

from __future__ import annotations

import base64
import binascii
import logging
import os
import pickle as cPickle
import xml.sax
from collections import deque
from io import BytesIO
from pickle import HIGHEST_PROTOCOL
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from ClusterShell import __version__
from ClusterShell._tree.wire import decode, encode
from ClusterShell.Event import EventHandler

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, ClassVar

# Modules and helpers come with a star import since the first releases.
__all__ = [
    "ACKMessage",
    "BytesIO",
    "Channel",
    "ConfigurationMessage",
    "ContentHandler",
    "ControlMessage",
    "DEFAULT_B64_LINE_LENGTH",
    "ENCODING",
    "EndMessage",
    "ErrorMessage",
    "EventHandler",
    "GW_PICKLE_PROTOCOL",
    "HIGHEST_PROTOCOL",
    "Message",
    "MessageProcessingError",
    "RetcodeMessage",
    "RoutedMessageBase",
    "RoutingMessage",
    "SAXParseException",
    "StartMessage",
    "StdErrMessage",
    "StdOutMessage",
    "TimeoutMessage",
    "XMLGenerator",
    "XMLReader",
    "base64",
    "binascii",
    "cPickle",
    "deque",
    "logging",
    "os",
    "xml",
]

ENCODING = "utf-8"

#: Both ends may run different Pythons: no newer protocol than all know.
GW_PICKLE_PROTOCOL = min(HIGHEST_PROTOCOL, 4)

#: Characters in a line of a payload; ``CLUSTERSHELL_GW_B64_LINE_LENGTH`` changes it.
DEFAULT_B64_LINE_LENGTH = 65536


class MessageProcessingError(Exception):
    """A message is malformed, or comes when it should not."""


class Message:
    """Base class of messages; ``attr`` names the attributes that travel, and their types."""

    _inst_counter: ClassVar[int] = 0
    ident = "GEN"
    has_payload = False

    def __init__(self) -> None:
        self.attr: dict[str, type] = {"type": str, "msgid": int}
        self.type = self.__class__.ident
        self.msgid = Message._inst_counter
        self.data: Any = None
        Message._inst_counter += 1

    def data_encode(self, inst: Any) -> None:
        """Make ``inst`` the payload."""
        width = int(os.environ.get("CLUSTERSHELL_GW_B64_LINE_LENGTH", DEFAULT_B64_LINE_LENGTH))
        self.data = encode(inst, GW_PICKLE_PROTOCOL, width)

    def data_decode(self) -> Any:
        """Return the object in the payload.

        Raises MessageProcessingError if there is none, or one that is not allowed.
        """
        try:
            return decode(self.data)
        except Exception as exc:  # a broken pickle raises anything
            raise MessageProcessingError(
                f"Message {self.ident} has an invalid payload ({exc})"
            ) from exc

    def data_update(self, raw: bytes) -> None:
        """Append a part of the encoded payload."""
        self.data = raw if self.data is None else self.data + raw

    def selfbuild(self, attributes: Any) -> None:
        """Take the attributes that have travelled.

        Raises MessageProcessingError when one is missing or malformed.
        """
        for name, convert in self.attr.items():
            try:
                setattr(self, name, convert(attributes[name]))
            except KeyError as exc:
                raise MessageProcessingError(
                    f'Invalid "message" attributes: missing key "{name}"'
                ) from exc
            except ValueError as exc:
                raise MessageProcessingError(
                    f'Invalid "message" attributes: {name}: {exc}'
                ) from exc

    def __str__(self) -> str:
        pairs = ", ".join(f"{name}: {getattr(self, name)}" for name in self.attr)
        return f"Message {self.type} ({pairs})"

    def xml(self) -> bytes:
        """Return the message as it travels."""
        out = BytesIO()
        generator = XMLGenerator(out, encoding=ENCODING)
        pairs = {name: str(getattr(self, name)) for name in self.attr}
        generator.startElement("message", AttributesImpl(pairs))
        if self.data is not None:
            generator.characters(self.data.decode("ascii"))
        generator.endElement("message")
        return out.getvalue()


class ConfigurationMessage(Message):
    """What a gateway must know before anything else; the payload is the topology."""

    ident = "CFG"
    has_payload = True

    def __init__(self, gateway: str = "") -> None:
        Message.__init__(self)
        self.attr["gateway"] = str
        self.gateway = gateway


class RoutedMessageBase(Message):
    """Base class of messages about one worker of the head node."""

    def __init__(self, srcid: int) -> None:
        Message.__init__(self)
        self.attr["srcid"] = int
        self.srcid = srcid


class ControlMessage(RoutedMessageBase):
    """What the gateway is to do on ``target``; the payload has the details."""

    ident = "CTL"
    has_payload = True

    def __init__(self, srcid: int = 0) -> None:
        RoutedMessageBase.__init__(self, srcid)
        self.attr.update({"action": str, "target": str})
        self.action = ""
        self.target = ""


class ACKMessage(Message):
    """The message with number ``ack`` has arrived."""

    ident = "ACK"

    def __init__(self, ackid: int = 0) -> None:
        Message.__init__(self)
        self.attr["ack"] = int
        self.ack = ackid


class ErrorMessage(Message):
    """Something has gone wrong; ``reason`` says what."""

    ident = "ERR"

    def __init__(self, err: str = "") -> None:
        Message.__init__(self)
        self.attr["reason"] = str
        self.reason = err


class StdOutMessage(RoutedMessageBase):
    """Output of ``nodes``; the payload is the text."""

    ident = "OUT"
    has_payload = True

    def __init__(self, nodes: str = "", output: Any = None, srcid: int = 0) -> None:
        RoutedMessageBase.__init__(self, srcid)
        self.attr["nodes"] = str
        self.nodes = nodes
        if output is not None:
            self.data_encode(output)


class StdErrMessage(StdOutMessage):
    """What ``nodes`` have written on standard error."""

    ident = "SER"


class RetcodeMessage(RoutedMessageBase):
    """The commands of ``nodes`` have ended with ``retcode``."""

    ident = "RET"

    def __init__(self, nodes: str = "", retcode: int = 0, srcid: int = 0) -> None:
        RoutedMessageBase.__init__(self, srcid)
        self.attr.update({"retcode": int, "nodes": str})
        self.retcode = retcode
        self.nodes = nodes


class TimeoutMessage(RoutedMessageBase):
    """The commands of ``nodes`` have run out of time."""

    ident = "TIM"

    def __init__(self, nodes: str = "", srcid: int = 0) -> None:
        RoutedMessageBase.__init__(self, srcid)
        self.attr["nodes"] = str
        self.nodes = nodes


class RoutingMessage(RoutedMessageBase):
    """``targets`` are reached in another way: ``event`` and ``gateway`` say how."""

    ident = "RTR"

    def __init__(
        self, event: str = "", gateway: str = "", targets: str = "", srcid: int = 0
    ) -> None:
        RoutedMessageBase.__init__(self, srcid)
        self.attr.update({"event": str, "gateway": str, "targets": str})
        self.event = event
        self.gateway = gateway
        self.targets = targets


class StartMessage(Message):
    """The other end has opened the channel."""

    ident = "CHA"


class EndMessage(Message):
    """The other end has closed the channel."""

    ident = "END"


_KINDS = {
    kind.ident: kind
    for kind in (
        ConfigurationMessage,
        ControlMessage,
        ACKMessage,
        ErrorMessage,
        StdOutMessage,
        StdErrMessage,
        RetcodeMessage,
        TimeoutMessage,
        RoutingMessage,
    )
}


class XMLReader(ContentHandler):
    """Turns the elements of a channel into messages."""

    def __init__(self) -> None:
        ContentHandler.__init__(self)
        self.msg_queue: deque[Message] = deque()
        #: The version of the other end, once it has opened the channel.
        self.version: str | None = None
        self._draft: Message | None = None

    def startElement(self, name: str, attrs: Any) -> None:
        if name == "channel":
            self.version = attrs.get("version")
            self.msg_queue.append(StartMessage())
        elif name == "message":
            self._draft_new(attrs)
        else:
            raise MessageProcessingError(f"Invalid starting tag {name}")

    def endElement(self, name: str) -> None:
        if name == "message" and self._draft is not None:
            self.msg_queue.append(self._draft)
            self._draft = None
        elif name == "channel":
            self.msg_queue.append(EndMessage())

    def characters(self, content: str) -> None:
        if self._draft is None:
            return  # between messages
        if not self._draft.has_payload:
            raise MessageProcessingError(f"Got unexpected payload for Message {self._draft.ident}")
        self._draft.data_update(content.encode(ENCODING))

    def msg_available(self) -> bool:
        """Return whether a whole message has arrived."""
        return bool(self.msg_queue)

    def pop_msg(self) -> Message | None:
        """Return the next message, None if there is none."""
        return self.msg_queue.popleft() if self.msg_queue else None

    def _draft_new(self, attributes: Any) -> None:
        kind = _KINDS.get(attributes.get("type"))
        if kind is None:
            raise MessageProcessingError(f"Unknown message type {attributes.get('type')}")
        self._draft = kind()
        self._draft.selfbuild(attributes)


class Channel(EventHandler):
    """One end of a channel: handler of the worker whose streams carry it.

    Subclasses say in ``start()`` what to do when there is a connection, and in
    ``recv()`` what to do with a message.

    initiator: whether this end is the one that has started the other.
    """

    SNAME_WRITER = "ch-writer"
    SNAME_READER = "ch-reader"
    SNAME_ERROR = "ch-error"

    def __init__(self, initiator: bool = False) -> None:
        EventHandler.__init__(self)
        self.worker: Any = None
        #: Whether the channel is open, and whether it has been set up.
        self.opened = False
        self.setup = False
        self.initiator = initiator
        self.logger = logging.getLogger(__name__)
        self._init()

    def _init(self) -> None:
        """Begin a new document."""
        self._xml_reader = XMLReader()
        self._parser: Any = xml.sax.make_parser(["IncrementalParser"])
        # Entities could make the parser read files and connect to hosts.
        self._parser.setFeature(xml.sax.handler.feature_external_ges, False)
        self._parser.setFeature(xml.sax.handler.feature_external_pes, False)
        self._parser.setContentHandler(self._xml_reader)

    def _open(self) -> None:
        """Write the beginning of the document."""
        out = BytesIO()
        generator = XMLGenerator(out, encoding=ENCODING)
        generator.startDocument()
        version = {"version": __version__.partition("+")[0]}
        generator.startElement("channel", AttributesImpl(version))
        self.worker.write(out.getvalue(), sname=self.SNAME_WRITER)

    def _close(self, abort: bool = False) -> None:
        """Write the end of the document; end the worker as well if ``abort``."""
        self.worker.write(b"</channel>", sname=self.SNAME_WRITER)
        self.worker.set_write_eof(sname=self.SNAME_WRITER)
        self.opened = self.setup = False
        if abort:
            self.worker.abort()

    def ev_start(self, worker: Any) -> None:
        self.worker = worker
        self.start()

    def ev_read(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        """Take in a line from the other end.

        Raises MessageProcessingError for what is no document of messages.
        """
        if sname != self.SNAME_READER:
            return
        try:
            self._parser.feed(msg + b"\n")
        except SAXParseException as exc:
            raise MessageProcessingError(f"Invalid channel data: {exc.getMessage()}") from exc
        while self._xml_reader.msg_available():
            self.recv(self._xml_reader.pop_msg())

    def send(self, msg: Message) -> None:
        """Write a message."""
        self.worker.write(msg.xml() + b"\n", sname=self.SNAME_WRITER)

    def start(self) -> None:
        """There is a connection: what to do first."""
        raise NotImplementedError("Abstract method: subclasses must implement")

    def recv(self, msg: Any) -> None:
        """A message has arrived."""
        raise NotImplementedError("Abstract method: subclasses must implement")
