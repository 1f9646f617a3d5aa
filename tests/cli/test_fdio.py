"""Reading and writing descriptors that do not block, and lines of text."""

import io
import os
import threading
import time

import pytest

from ClusterShell._cli import fdio
from ClusterShell.NodeSet import NodeSet


@pytest.fixture
def pipe():
    """Return the ends of a pipe, neither of which blocks."""
    ends = os.pipe()
    for end in ends:
        os.set_blocking(end, False)
    yield ends
    for end in ends:
        os.close(end)


def test_reading_waits_for_what_comes(pipe):
    threading.Timer(0.05, os.write, (pipe[1], b"late")).start()
    assert fdio.read(pipe[0], 100) == b"late"


def test_writing_waits_for_room(pipe):
    data = bytes(range(256)) * 4096  # a megabyte: more than a pipe holds
    got = []

    def drain():
        while sum(map(len, got)) < len(data):
            time.sleep(0.001)
            got.append(fdio.read(pipe[0], 1 << 16))

    reader = threading.Thread(target=drain)
    reader.start()
    fdio.write(pipe[1], data)
    reader.join()
    assert b"".join(got) == data


def test_descriptors_are_those_of_files_only(tmp_path):
    with open(tmp_path / "f", "w") as file:
        assert fdio.descriptor(file) == file.fileno()
        assert fdio.descriptor(file.buffer) == file.fileno()
    assert fdio.descriptor(io.StringIO()) == fdio.descriptor(io.BytesIO()) == -1


def test_sets_that_cannot_be_listed_are_refused():
    fdio.check_listable(NodeSet("n[1-1000]"))
    with pytest.raises(AssertionError, match="^range too large$"):
        fdio.check_listable(NodeSet("n[1-1000000000]"))


def test_bytes_that_came_in_as_text_come_out_again():
    text = b"caf\xe9".decode("utf-8", "surrogateescape")
    assert fdio.encode(text, "utf-8") == b"caf\xe9"
    assert fdio.encode("\u20ac", "ascii") == rb"\u20ac"


def test_lines_arrive_behind_what_was_printed(tmp_path):
    path = tmp_path / "f"
    with open(path, "w") as file, fdio.Lines(file) as lines:
        file.write("first\n")
        lines.say("second")
        lines.write("third\x1b")
    assert path.read_bytes() == b"first\nsecond\nthird\x1b\n"


def test_lines_of_a_terminal_are_made_visible():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    stream = Terminal()
    with fdio.Lines(stream) as lines:
        lines.say("a\x1bb")
        lines.write("c\x1bd")
    assert stream.getvalue() == "a^[b\nc\x1bd\n"


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_texts_are_cut_between_characters(tmp_path, size):
    path = tmp_path / "f"
    path.write_bytes("a\r\né\u20ac\n".encode())
    with open(path, encoding="utf-8") as file:
        *parts, last = fdio.texts(file, size)
    assert ("".join(parts), last) == ("a\né\u20ac\n", "")
    assert all(parts)
