"""Messages of a channel, the reader that makes them, and the channel itself."""

import logging
import pickle
import subprocess
import xml.sax

import pytest

from ClusterShell import Communication as comm
from ClusterShell._tree import document, wire
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Topology import TopologyGraph

HEAD = b'<?xml version="1.0" encoding="utf-8"?>'
OPEN = b'<channel version="1.10.1">'


def tree(*routes, root="admin"):
    graph = TopologyGraph()
    for src, dst in routes:
        graph.add_route(NodeSet(src), NodeSet(dst))
    return graph.to_tree(root)


FORMS = [
    (comm.ConfigurationMessage("gw0"), 'type="CFG" msgid="%d" gateway="gw0"'),
    (comm.ControlMessage(5), 'type="CTL" msgid="%d" srcid="5" action="" target=""'),
    (comm.ACKMessage(7), 'type="ACK" msgid="%d" ack="7"'),
    (comm.ErrorMessage('a<b>&"c'), 'type="ERR" msgid="%d" reason=\'a&lt;b&gt;&amp;"c\''),
    (comm.ErrorMessage("a\"b'\n\t\r"), 'type="ERR" msgid="%d" reason="a&quot;b\'&#10;&#9;&#13;"'),
    (comm.ErrorMessage("é"), 'type="ERR" msgid="%d" reason="é"'),
    (comm.StdOutMessage("n1", srcid=9), 'type="OUT" msgid="%d" srcid="9" nodes="n1"'),
    (comm.StdErrMessage("n1", srcid=9), 'type="SER" msgid="%d" srcid="9" nodes="n1"'),
    (comm.RetcodeMessage("n1", 3, 1), 'type="RET" msgid="%d" srcid="1" retcode="3" nodes="n1"'),
    (comm.TimeoutMessage("n1", 1), 'type="TIM" msgid="%d" srcid="1" nodes="n1"'),
    (
        comm.RoutingMessage("reroute", "g", "n1", 2),
        'type="RTR" msgid="%d" srcid="2" event="reroute" gateway="g" targets="n1"',
    ),
]


class TestMessages:
    @pytest.mark.parametrize(("message", "attributes"), FORMS)
    def test_form(self, message, attributes):
        assert message.xml().decode() == f"<message {attributes % message.msgid}></message>"

    @pytest.mark.parametrize(("message", "attributes"), FORMS)
    def test_read(self, message, attributes):
        reader = comm.XMLReader()
        xml.sax.parseString(message.xml(), reader)
        read = reader.pop_msg()
        assert type(read) is type(message)
        assert vars(read) == vars(message)
        assert str(read) == str(message)
        assert reader.pop_msg() is None

    def test_characters_that_no_document_may_hold(self):
        assert b'reason="a\xef\xbf\xbdb\xef\xbf\xbd"' in comm.ErrorMessage("a\x01b\ud800").xml()

    def test_payload(self):
        message = comm.StdOutMessage("n1", b"foo\n", 9)
        assert message.data == b"gASVCAAAAAAAAABDBGZvbwqULg=="
        assert message.data_decode() == b"foo\n"

    @pytest.mark.parametrize("size", [0, 1, 255, 256, 65535, 65536, 65537, 200_000])
    def test_payload_of_bytes_is_the_pickle(self, size):
        data = b"x" * size
        text = wire.encode(data, 4, 1 << 30)
        assert text == wire.encode_bytes(data)
        assert wire.a2b_base64(text) == pickle.dumps(data, 4)

    def test_long_payload_is_in_lines(self, monkeypatch):
        message = comm.StdOutMessage("n1", b"x" * 200_000)
        assert {len(line) for line in message.data.split(b"\n")[:-1]} == {65536}
        assert message.data_decode() == b"x" * 200_000
        monkeypatch.setenv("CLUSTERSHELL_GW_B64_LINE_LENGTH", "100")
        message = comm.StdOutMessage("n1", b"x" * 200)
        assert max(map(len, message.data.split(b"\n"))) == 100

    @pytest.mark.parametrize("data", [None, b"", b"!!!", b"YWJj"])
    def test_broken_payload(self, data):
        message = comm.ConfigurationMessage()
        message.data = data
        with pytest.raises(
            comm.MessageProcessingError, match="^Message CFG has an invalid payload"
        ):
            message.data_decode()

    def test_payload_where_there_is_none(self):
        with pytest.raises(
            comm.MessageProcessingError, match="^Got unexpected payload for Message ACK$"
        ):
            comm.ACKMessage().data_update(b"abc")

    def test_read_by_the_released_package(self, peer_python):
        message = comm.ConfigurationMessage("gw")
        message.data_encode(tree(("admin", "gw"), ("gw", "n[1-3]")))
        code = (
            "import sys, xml.sax; from ClusterShell.Communication import *\n"
            "reader = XMLReader(); xml.sax.parseString(sys.stdin.buffer.read(), reader)\n"
            "message = reader.pop_msg(); print(message.gateway, message.data_decode(), end='')"
        )
        done = subprocess.run(
            [peer_python, "-c", code], input=message.xml(), capture_output=True, env={}, cwd="/"
        )
        assert (done.stdout.decode(), done.stderr) == ("gw admin\n`- gw\n   `- n[1-3]\n", b"")

    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ('<message type="XXX" msgid="1"></message>', "^Unknown message type XXX$"),
            ("<message></message>", "^Unknown message with no type$"),
            (
                '<message type="ACK" msgid="1"></message>',
                '^Invalid "message" attributes: missing key "ack"$',
            ),
            ('<message type="ACK" msgid="x" ack="1"></message>', "invalid literal for int"),
            ('<message type="ACK" msgid="1" ack="1">abc</message>', "unexpected payload"),
            ("<foo></foo>", "^Invalid starting tag foo$"),
        ],
    )
    def test_malformed(self, text, error):
        with pytest.raises(comm.MessageProcessingError, match=error):
            xml.sax.parseString(text, comm.XMLReader())


class Worker:
    """Stands for the worker of a channel."""

    def __init__(self):
        self.log = []

    def write(self, data, sname=None):
        self.log.append(data)

    def abort(self):
        self.log.append("abort")


class Ear(comm.Channel):
    """A channel that remembers what it receives."""

    def __init__(self, initiator=True):
        comm.Channel.__init__(self, initiator)
        self.got = []

    def start(self):
        pass

    def recv(self, msg):
        self.got.append(msg)


def ear(*lines, initiator=True, opened=False):
    """Return a channel that has been told *lines*."""
    channel = Ear(initiator)
    channel.ev_start(Worker())
    channel.opened = opened
    for line in lines:
        channel.ev_read(channel.worker, "gw", channel.SNAME_READER, line)
    return channel


OUT = b'<message type="OUT" msgid="1" srcid="1" nodes="n1">'
ACK = b'<message type="ACK" msgid="1" ack="1"></message>'

LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a0 "lol">'
    + b"".join(b'<!ENTITY a%d "%b">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 12))
    + b']><channel version="1"><message type="ERR" msgid="1" reason="&a11;"/></channel>'
)


class TestChannel:
    def test_messages_in_any_lines(self):
        whole = ear(HEAD, OPEN + ACK, ACK + ACK, OUT + b"gASV", b"AAAA</message>", b"</channel>")
        assert [msg.type for msg in whole.got] == ["CHA", "ACK", "ACK", "ACK", "OUT", "END"]
        assert whole.got[4].data == b"gASV\nAAAA"
        assert whole._xml_reader.version == "1.10.1"

    @pytest.mark.parametrize(
        ("lines", "reason"),
        [
            ([LAUGHS], "Parse error: document types are not allowed"),
            ([HEAD, b"<!DOCTYPE channel>"], "Parse error: document types are not allowed"),
            ([b'<?xml version="1.0" encoding="rot13"?>'], "Parse error: unknown encoding"),
            ([b"hello"], "Parse error: syntax error"),
            ([ACK], "unexpected message: Message ACK (type: ACK, msgid: 1, ack: 1)"),
            ([OPEN, OUT + ACK], "Invalid starting tag message"),
            ([OPEN, OUT + b"<channel/>"], "Invalid starting tag channel"),
            (
                [OPEN, b"<message type='ERR' msgid='1' reason='x'>" * 1000],
                "Invalid starting tag message",
            ),
            ([OPEN, b"</channel>", ACK], "Parse error: junk after document element"),
            ([OPEN, OUT + b"</channel>"], "Parse error: mismatched tag"),
            ([OPEN, b"<message " + b"a" * (9 << 20)], "Parse error: tag too long"),
            ([OPEN, b"<message ", *[b"a='1'"] * 1000], "Parse error: tag too long"),
            ([OPEN, b"<!-- ", *[b"a"] * 1000], "Parse error: tag too long"),
        ],
    )
    def test_refused(self, lines, reason):
        channel = ear(*lines)
        (last,) = channel.got[-1:]
        assert (last.type, last.nodes, last.data_decode().decode()) == ("SER", "gw", reason)
        assert channel.worker.log == ["abort"]

    def test_who_did_not_begin_answers_with_an_error(self, caplog):
        with caplog.at_level(logging.ERROR):
            channel = ear(OPEN, b"<foo/>", initiator=False, opened=True)
        answer, end, last = channel.worker.log
        assert b'reason="Invalid starting tag foo"' in answer
        assert (end, last) == (b"</channel>", "abort")
        assert not channel.opened

    def test_second_channel(self):
        channel = ear(OPEN, b"<channel>")
        assert [msg.type for msg in channel.got] == ["CHA", "SER"]
        assert channel.got[-1].data_decode().startswith(b"unexpected message: Message CHA ")

    @pytest.mark.parametrize("size", [1 << 20, 8 << 20])
    @pytest.mark.parametrize("width", [79, 65536])
    def test_long_payload_is_put_together_once(self, size, width):
        channel = ear(OPEN, OUT, *[b"A" * width] * (size // width), b"</message>")
        assert len(channel.got[-1].data) >= size

    def test_payload_is_bounded(self, monkeypatch):
        monkeypatch.setattr("ClusterShell._tree.reader.MOST_PAYLOAD", 1000)
        channel = ear(OPEN, OUT, *[b"A" * 100] * 11)
        assert channel.got[-1].data_decode() == (
            b"Message OUT has an invalid payload (payload too large)"
        )

    def test_very_many_names(self):
        names = ",".join(f"host{number}.of.a.site{number}" for number in range(200_000))
        message = comm.RetcodeMessage(names, 3, 1)
        for change in (b"", b"\n"):  # by its pattern, and by the parser
            channel = ear(OPEN, *message.xml().replace(b"><", b">" + change + b"<").split(b"\n"))
            last = channel.got[-1]
            assert (last.type, change) == (("RET", b"") if not change else ("SER", b"\n"))
        assert ear(OPEN, message.xml().replace(b" srcid", b"  srcid")).got[-1].nodes == names

    def test_line_is_bounded(self, monkeypatch):
        monkeypatch.setattr(comm, "MOST_LINE", 1000)
        channel = ear(OPEN)
        for _ in range(9):
            channel._ev_data(channel.worker, "gw", channel.SNAME_READER, b"a" * 125)
        assert channel.got[-1].data_decode() == b"Parse error: line too long"
        assert channel.worker.log == ["abort"]

    def test_errors_of_the_other_end(self):
        channel = ear()
        channel.ev_read(channel.worker, "gw", channel.SNAME_ERROR, b"boo")
        assert (channel.got[0].type, channel.got[0].data_decode()) == ("SER", b"boo")
        channel.ev_read(channel.worker, "gw", "other", b"boo")
        assert len(channel.got) == 1

    def test_lines_of_one_read(self):
        channel = ear()
        channel._ev_text(channel.worker, "gw", channel.SNAME_READER, OPEN + ACK + b"\n" + ACK)
        assert [msg.type for msg in channel.got] == ["CHA", "ACK", "ACK"]

    def test_lines_for_a_subclass_that_reads_them_itself(self):
        class Own(Ear):
            def ev_read(self, worker, node, sname, msg):
                self.got.append(msg)

        channel = Own()
        channel._ev_text(None, "gw", channel.SNAME_READER, b"a\nb")
        assert channel.got == [b"a", b"b"]

    def test_beginning_and_end(self):
        channel = Ear()
        channel.ev_start(Worker())
        channel._init()
        channel._open()
        channel.opened = True
        channel._close()
        assert b"".join(channel.worker.log[:-1]) == HEAD + b"\n" + OPEN + b"</channel>"
        channel._close(abort=True)
        assert channel.worker.log[-2:] == ["abort", "abort"]


class Elements:
    """Notes down what a document tells."""

    def __init__(self):
        self.told = []

    def startElement(self, name, attrs):
        self.told.append((name, dict(attrs)))

    def endElement(self, name):
        self.told.append(name)

    def characters(self, content):
        if self.told and isinstance(self.told[-1], list):
            self.told[-1][0] += content
        else:
            self.told.append([content])


class TestDocument:
    LINES = [
        ACK,
        OUT + b"QUJD</message>",
        OUT + b"QU&amp;JD</message>",
        b'<message type="ACK" msgid="1" msgid="2"></message>',
        b'<message type="ACK" msgid="a\tb"></message>',
        b"<message type='ACK' msgid='1'></message>",
        b'<message type="&lt;"></message>',
        b"text",
        b"<!-- -->",
        b"<!-- ",
        b"<![CDATA[ ",
        b"]]>",
        b"<message",
        b'<message type="OUT">',
        b"</message>",
        b"",
    ]

    def read(self, lines, by_parser):
        elements = Elements()
        made = document.Document(elements, lambda: document.DocumentError("misplaced"))
        if by_parser:
            made._whole = lambda found: False
        try:
            made.feed(OPEN + b"\n")
            for line in lines:
                made.feed(line + b"\n")
        except document.DocumentError as exc:
            elements.told.append(str(exc))
        # Blanks between messages are not told of twice in the same way.
        return [one for one in elements.told if not (isinstance(one, list) and one[0].isspace())]

    @pytest.mark.parametrize("first", LINES)
    @pytest.mark.parametrize("second", LINES)
    def test_whole_lines_are_read_as_the_parser_reads_them(self, first, second):
        lines = [first, second, ACK, OUT + b"QUJD</message>"]
        assert self.read(lines, by_parser=False) == self.read(lines, by_parser=True)
