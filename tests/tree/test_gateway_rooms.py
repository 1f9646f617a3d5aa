"""The rooms of messages and of the gateway one by one: from the text of elements to the log."""

import logging
import os
import pickle
from types import SimpleNamespace
from xml.sax import saxutils

import pytest

from ClusterShell._tree import gwlog, machine, opcodes, reader, relay, throttle, xmltext
from ClusterShell.Communication import MessageProcessingError, XMLReader
from ClusterShell.Engine.Engine import E_READ


class TestText:
    @pytest.mark.parametrize(
        "value", ["", "n[1-3]", "a b", "<&>", "it's", '"x"', 'it\'s "x"', "a\nb\tc\rd", "é\u2028"]
    )
    def test_attributes_are_those_of_the_standard_library(self, value):
        assert xmltext.attribute(value) == saxutils.quoteattr(value)
        assert xmltext.escaped(value) == saxutils.escape(value)
        assert xmltext.attributes_text([("a", value), ("b", 5)]) == (
            f' a={saxutils.quoteattr(value)} b="5"'
        )

    @pytest.mark.parametrize("character", ["\0", "\x1b", "\ud800", "\ufffe"])
    def test_what_cannot_stand_in_a_document(self, character):
        assert xmltext.attribute(f"a{character}<") == '"a\ufffd&lt;"'


class TestMachine:
    def made(self, data, **kwargs):
        return machine.Machine(data, {}, False, **kwargs).run(opcodes.OPERATIONS)

    def test_operations_are_those_of_pickle(self):
        """But those that call, import or ask: what they stand for is refused, or data."""
        names = {ord(value): name for name, value in vars(pickle).items() if name.isupper()
                 and isinstance(value, bytes) and len(value) == 1}  # fmt: skip
        missing = {names[code] for code in names if code not in opcodes.OPERATIONS}
        assert missing == {"STOP", "INST", "OBJ", "EXT1", "EXT2", "EXT4", "NEWOBJ_EX",
                           "READONLY_BUFFER"}  # fmt: skip

    def test_foreign_classes_stay_names(self):
        data = pickle.dumps(SimpleNamespace(a=1))
        with pytest.raises(machine.PayloadError, match="^types.SimpleNamespace is not allowed"):
            self.made(data)
        made = self.made(data, tolerant=True)
        assert type(made) is machine.Foreign
        assert made.name == "types.SimpleNamespace"

    def test_keys_cost_what_their_size_says(self):
        for value in ("x", 5, (1, "a"), None, b"x", 1.5):
            assert machine.hashable(value) is value
        for value in ([], {}, 1 << 70, ((1,),), (1 << 70,)):
            with pytest.raises(machine.PayloadError, match="^unhashable type: "):
                machine.hashable(value)


class TestReader:
    def test_messages_come_of_elements(self):
        made = XMLReader()
        assert isinstance(made, reader.MessageReader)
        made.startElement("channel", {"version": "1.10.1"})
        made.startElement("message", {"type": "ACK", "msgid": "3", "ack": "2"})
        made.endElement("message")
        made.characters("\n")
        made.endElement("channel")
        assert made.version == "1.10.1"
        assert [made.pop_msg().type for _ in range(3)] == ["CHA", "ACK", "END"]
        assert not made.msg_available()
        assert made.pop_msg() is None

    def test_parts_of_a_payload_are_one(self):
        made = XMLReader()
        attributes = {"type": "OUT", "msgid": "3", "srcid": "7", "nodes": "n1"}
        made.startElement("message", attributes)
        for part in ("ab", "cd", "\n"):
            made.characters(part)
        made.endElement("message")
        assert made.pop_msg().data == b"abcd\n"

    def test_payloads_are_bounded(self, monkeypatch):
        monkeypatch.setattr(reader, "MOST_PAYLOAD", 3)
        made = XMLReader()
        made.startElement("message", {"type": "OUT", "msgid": "3", "srcid": "7", "nodes": "n1"})
        made.characters("abc")
        with pytest.raises(MessageProcessingError, match="payload too large"):
            made.characters("d")


class TestRelay:
    def gathered(self):
        told = []
        made = relay.Gathered(lambda *output: told.append(output), lambda *code: told.append(code))
        return made, told

    def test_equal_output_is_told_once_and_errors_first(self):
        made, told = self.gathered()
        for node in ("n1", "n2", "n3"):
            made.add("OUT", node, b"a")
        made.add("OUT", "n3", b"b")
        made.add("SER", "n2", b"err")
        for node, code in (("n1", 0), ("n3", 4), ("n2", 0)):
            made.add_retcode(node, code)
        assert made
        made.flush()
        assert told == [
            ("SER", "n2", b"err"),
            ("OUT", "n[1-2]", b"a"),
            ("OUT", "n3", b"a\nb"),
            ("n[1-2]", 0),
            ("n3", 4),
        ]
        assert not made
        made.flush()
        assert len(told) == 5

    @pytest.mark.parametrize("text", ["n[1-2]", "{'n1', 'n2'}", "n1,n2"])
    def test_targets_of_input(self, text):
        assert list(relay.input_target(text)) == ["n1", "n2"]

    def test_the_rest_is_written_as_long_as_somebody_reads(self):
        source, target = os.pipe()
        os.set_blocking(target, False)
        relay.write_rest(target, b"rest")
        assert os.read(source, 10) == b"rest"
        os.close(source)
        relay.write_rest(target, b"nobody")
        os.close(target)


class TestThrottle:
    def test_reading_stops_above_and_starts_below(self):
        stream = SimpleNamespace(name="stdout", events=E_READ)
        spared = object()

        def client(worker):
            streams = SimpleNamespace(active_readers=lambda: [stream], get=lambda name: stream)
            return SimpleNamespace(registered=True, worker=worker, streams=streams)

        calls = []
        one = client(None)
        engine = SimpleNamespace(
            clients=lambda: [one, client(spared)],
            modify=lambda found, *args: calls.append(("modify", found is one, *args)),
            set_reading=lambda found, name: calls.append(("set_reading", found is one, name)),
        )
        made = throttle.Throttle(SimpleNamespace(_engine=engine), spared)
        made.sent(throttle.HIGH)
        assert calls == []
        made.sent(1)
        assert calls == [("modify", True, "stdout", 0, E_READ)]
        made.written(throttle.HIGH - throttle.LOW)
        assert len(calls) == 1
        made.written(2)
        assert calls[1:] == [("set_reading", True, "stdout")]


class TestLog:
    @pytest.fixture(autouse=True)
    def root(self):
        logger = logging.getLogger()
        handlers, level = list(logger.handlers), logger.level
        yield logger
        for handler in set(logger.handlers) - set(handlers):
            logger.removeHandler(handler)
            if hasattr(handler, "stream"):
                handler.stream.close()
        logger.setLevel(level)

    def test_directory_and_level_are_those_of_the_environment(self, root, tmp_path, monkeypatch):
        monkeypatch.setenv("PLACE", str(tmp_path))
        monkeypatch.setenv("CLUSTERSHELL_GW_LOG_DIR", "$PLACE")
        monkeypatch.setenv("CLUSTERSHELL_GW_LOG_LEVEL", "warning")
        gwlog.open_log("host")
        logging.info("quiet")
        logging.warning("loud")
        text = (tmp_path / "host.gw.log").read_text()
        assert "loud" in text
        assert "quiet" not in text

    def test_nowhere(self, root, monkeypatch, tmp_path):
        monkeypatch.setenv("CLUSTERSHELL_GW_LOG_DIR", str(tmp_path / "none"))
        gwlog.open_log("host")
        assert isinstance(root.handlers[-1], logging.NullHandler)
