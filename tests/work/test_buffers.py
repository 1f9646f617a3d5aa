"""The two buffers of a stream: lines that are not whole yet, bytes that are not written yet."""

import os

from ClusterShell._engine.monitor import Message
from ClusterShell._work.buffers import Stream


def test_lines_are_completed():
    buffers = Stream("out")
    assert buffers.complete(b"a") is None
    assert buffers.complete(b"b") is None
    assert buffers.rbuf == b"ab"
    assert buffers.complete(b"c\nd\ne") == b"abc\nd\n"
    assert buffers.rbuf == b"e"
    assert buffers.complete(b"\n") == b"e\n"
    assert buffers.rbuf == b""
    buffers.rbuf = b"set"
    assert buffers.complete(b"\n") == b"set\n"


def test_much_is_written_in_pieces():
    """However many pieces are queued, they come out in order, and few system calls are made."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    buffers = Stream("out")
    buffers.fd = writer
    assert not buffers.to_write()
    buffers.queue(b"")
    assert not buffers.to_write()
    sent = [b"%d;" % number * 500 for number in range(300)]
    for piece in sent:
        buffers.queue(bytearray(piece))
    assert buffers.wbuf == b"".join(sent)
    received = b""
    while buffers.to_write():
        done = buffers.write_some()
        received += os.read(reader, done)
    assert received == b"".join(sent)
    assert buffers.wbuf == b""
    os.close(reader)
    os.close(writer)


def test_message_is_acknowledged_when_taken():
    message = Message("text", sync=True)
    assert message.get() == "text"
    message.sync()  # does not wait any more
    Message("text", sync=False).sync()
