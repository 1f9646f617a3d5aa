"""Messages between a head node and its gateways, and the channel they travel on.

A channel is an XML document that both ends write as they go: one ``message``
element for each message, with attributes for what all may see and, where the
kind has one, a payload (see ``encode`` in the room below).  The form is known to
gateways of other releases.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from xml.sax.handler import ContentHandler

from ClusterShell import __version__
from ClusterShell._lazy import import_module, lazy_names
from ClusterShell._tree.document import MOST_TAG, Document, DocumentError
from ClusterShell._tree.reader import MessageReader
from ClusterShell._tree.wire import MOST_PAYLOAD, decode, decode_command, decode_scalar, encode
from ClusterShell._tree.xmltext import attributes_text, escaped
from ClusterShell.Event import EventHandler

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, ClassVar

# Modules and helpers come with a star import since the first releases.
__all__ = [
    "ACKMessage",
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
    "Message",
    "MessageProcessingError",
    "RetcodeMessage",
    "RoutedMessageBase",
    "RoutingMessage",
    "StartMessage",
    "StdErrMessage",
    "StdOutMessage",
    "TimeoutMessage",
    "XMLReader",
    "deque",
    "logging",
    "os",
]

ENCODING = "utf-8"

#: Both ends may run different Pythons: no newer protocol than all know.
GW_PICKLE_PROTOCOL = 4

#: Characters in a line of a payload; ``CLUSTERSHELL_GW_B64_LINE_LENGTH`` changes it.
DEFAULT_B64_LINE_LENGTH = 65536


#: Bytes of one line of a document.
MOST_LINE = MOST_PAYLOAD + MOST_TAG


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
        """Make *inst* the payload."""
        width = int(os.environ.get("CLUSTERSHELL_GW_B64_LINE_LENGTH", DEFAULT_B64_LINE_LENGTH))
        self.data = encode(inst, GW_PICKLE_PROTOCOL, width)

    def data_decode(self) -> Any:
        """Return the object in the payload.

        :raises MessageProcessingError: there is none, or one that is not allowed
        """
        try:
            return self._decoded()
        except Exception as exc:
            raise MessageProcessingError(
                f"Message {self.ident} has an invalid payload ({exc})"
            ) from exc

    def _decoded(self) -> Any:
        """Return the object in the payload; which may be in it goes by who sends such messages."""
        return decode(self.data)

    def data_update(self, raw: bytes) -> None:
        """Append a part of the encoded payload.

        :raises MessageProcessingError: messages of this kind have none, or it is too large
        """
        if not self.has_payload:
            raise MessageProcessingError(f"Got unexpected payload for Message {self.ident}")
        self.data = raw if self.data is None else self.data + raw

    def selfbuild(self, attributes: Any) -> None:
        """Take the attributes that have travelled.

        :raises MessageProcessingError: one is missing
        :raises ValueError: one is malformed
        """
        for name, convert in self.attr.items():
            try:
                value = attributes[name]
            except KeyError:
                raise MessageProcessingError(
                    f'Invalid "message" attributes: missing key "{name}"'
                ) from None
            setattr(self, name, convert(value))

    def __str__(self) -> str:
        pairs = ", ".join([f"{name}: {getattr(self, name)}" for name in self.attr])
        return f"Message {self.type} ({pairs})"

    def xml(self) -> bytes:
        """Return the message as it travels."""
        attributes = attributes_text([(name, getattr(self, name)) for name in self.attr])
        data = self.data or b""
        if b"&" in data or b"<" in data or b">" in data:
            data = escaped(data.decode(ENCODING)).encode(ENCODING)
        return b"<message%b>%b</message>" % (attributes.encode(ENCODING), data)


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

    def _decoded(self) -> Any:
        value, left_out = decode_command(self.data)
        for name in left_out:
            logging.getLogger(__name__).debug("setting %s is of an unknown class", name)
        return value


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
    """Output of ``nodes``; the payload is the text, in bytes."""

    ident = "OUT"
    has_payload = True

    def __init__(self, nodes: str = "", output: Any = None, srcid: int = 0) -> None:
        RoutedMessageBase.__init__(self, srcid)
        self.attr["nodes"] = str
        self.nodes = nodes
        if output is not None:
            self.data_encode(output)

    def _decoded(self) -> bytes | str | int | None:
        return decode_scalar(self.data)


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


class XMLReader(MessageReader, ContentHandler):
    """Turns the elements of a channel into messages."""

    _kinds = _KINDS
    _start, _end = StartMessage, EndMessage
    _error = MessageProcessingError

    def __init__(self) -> None:
        ContentHandler.__init__(self)
        MessageReader.__init__(self)


class Channel(EventHandler):
    """One end of a channel: handler of the worker whose streams carry it.

    Subclasses say in ``start()`` what to do when there is a connection, and in
    ``recv()`` what to do with a message.

    :param initiator: whether this end is the one that has started the other

    What the other end sends and is no document of messages ends the channel: the one that
    has been started answers with an error, the initiator receives the reason as an error
    output of the node at the other end.
    """

    SNAME_WRITER = "ch-writer"
    SNAME_READER = "ch-reader"
    SNAME_ERROR = "ch-error"

    #: What is read is not kept among the results of the task.
    _ev_records = False

    def __init__(self, initiator: bool = False) -> None:
        EventHandler.__init__(self)
        self.worker: Any = None
        #: Whether the channel is open, and whether it has been set up.
        self.opened = False
        self.setup = False
        self.initiator = initiator
        self.logger = logging.getLogger(__name__)
        self._xml_reader = XMLReader()
        self._parser = Document(self._xml_reader, self._xml_reader.misplaced)
        self._line_size = 0
        self._refused = False

    def _init(self) -> None:
        """Begin a document: write what stands in front of it."""
        self._write(b'<?xml version="1.0" encoding="utf-8"?>\n')

    def _open(self) -> None:
        """Write the beginning of the channel."""
        version = attributes_text([("version", __version__.partition("+")[0])])
        self._write(f"<channel{version}>".encode(ENCODING))

    def _close(self, abort: bool = False) -> None:
        """Write the end of the channel if it is open, and end the worker.

        :param abort: kept for those who give it
        """
        if self.opened:
            self._write(b"</channel>")
        self.opened = self.setup = False
        self.worker.abort()

    def ev_start(self, worker: Any) -> None:
        self.worker = worker
        self.start()

    def ev_read(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        """Take in a line from the other end."""
        if sname == self.SNAME_READER:
            self._take(node, msg + b"\n")
        elif sname == self.SNAME_ERROR and self.initiator:
            self.recv(StdErrMessage(node, msg))

    def _ev_data(self, worker: Any, node: Any, sname: str, data: bytes) -> None:
        """Bound what is read before its line is complete."""
        if sname != self.SNAME_READER:
            return
        end = data.rfind(b"\n")
        self._line_size = len(data) - end - 1 if end >= 0 else self._line_size + len(data)
        if self._line_size > MOST_LINE:
            self._line_size = 0
            self._refuse(node, "Parse error: line too long")

    def _ev_text(self, worker: Any, node: Any, sname: str, text: bytes) -> None:
        """Take in the lines of one read."""
        if sname == self.SNAME_READER and type(self).ev_read is Channel.ev_read:
            self._take(node, text + b"\n")
        else:
            for line in text.split(b"\n"):
                self.ev_read(worker, node, sname, line)

    def _take(self, node: Any, data: bytes) -> None:
        """Read whole lines of the document, and receive the messages in them."""
        if self._refused:
            return
        reader = self._xml_reader
        reason = None
        try:
            self._parser.feed(data)
        except (DocumentError, MessageProcessingError) as exc:
            reason = str(exc)
        while reader.msg_queue:
            self.recv(reader.pop_msg())
        if reason is not None:
            self._refuse(node, reason)

    def _refuse(self, node: Any, reason: str) -> None:
        """End the channel: what has come is no document of messages."""
        self._refused = True
        self.logger.error("%s (initiator=%s)", reason, self.initiator)
        if self.worker is None:
            raise MessageProcessingError(reason)
        if self.initiator:
            self.recv(StdErrMessage(node, reason.encode(ENCODING, "replace")))
        else:
            self.send(ErrorMessage(reason))
        self._close(abort=True)

    def send(self, msg: Message) -> None:
        """Write a message."""
        self._write(msg.xml() + b"\n")

    def _write(self, data: bytes) -> None:
        """Write *data*, a part of the document."""
        self.worker.write(data, sname=self.SNAME_WRITER)

    def start(self) -> None:
        """There is a connection: what to do first."""
        raise NotImplementedError("Abstract method: subclasses must implement")

    def recv(self, msg: Any) -> None:
        """A message has arrived."""
        raise NotImplementedError("Abstract method: subclasses must implement")


__getattr__ = lazy_names(
    globals(),
    {
        "BytesIO": "io",
        "HIGHEST_PROTOCOL": "pickle",
        "SAXParseException": "xml.sax",
        "XMLGenerator": "xml.sax.saxutils",
        "base64": None,
        "binascii": None,
        "cPickle": lambda: import_module("pickle"),
        "xml": None,
    },
)
