"""``--similar``: outputs that differ only in what is masked are gathered together."""

import pytest

from ClusterShell._cli.similar import USUAL, Masks
from ClusterShell.NodeSet import NodeSet

RULE = "-" * 15


def merged(masks, *pairs, **kwargs):
    """Return what becomes of (text, nodes) pairs: node set -> text."""
    found = Masks(masks).merge([(text, NodeSet(nodes)) for text, nodes in pairs], **kwargs)
    return {str(nodes): bytes(text) for text, nodes in found}


class TestMasks:
    @pytest.mark.parametrize(
        "date",
        ["2026-11-30", "2026-11-30T00:01:02Z", "2026-11-30 00:01:02.123+01:00", "00:01:02",
         "9:30 PM",
         "Mon Nov 30 00:01:02 UTC 2026", "Nov 30 00:01:02", "Mon, 30 Nov 2026 00:01:02 +0100",
         "30/11/2026", "30.11.2026 12:00", "November 3, 2026"],
    )  # fmt: skip
    def test_dates(self, date):
        text = f"at {date}, ok".encode()
        assert merged("date", (text, "a"), (b"at 2001-01-01, ok", "b")) == {"a,b": b"at <date>, ok"}

    @pytest.mark.parametrize(
        ("one", "other", "text"),
        [
            (b"up 1 day", b"up 22 day", b"up <number> day"),
            (b"1.5,2 x", b"3 x", b"<number> x"),
            (b"10ms", b"9ms", b"<number>ms"),
            (b"load: -1", b"load: -22", b"load: -<number>"),
        ],
    )
    def test_numbers(self, one, other, text):
        assert merged("number", (one, "a"), (other, "b")) == {"a,b": text}

    def test_digits_of_words_are_no_numbers(self):
        assert merged(USUAL, (b"eth0", "a"), (b"eth1", "b")) == {"a": b"eth0", "b": b"eth1"}

    def test_names(self):
        assert merged("name", (b"I am n1.", "n1"), (b"I am n2.", "n2")) == {
            "n[1-2]": b"I am <name>."
        }
        assert merged("name", (b"n1", "n1.site"), (b"n2.site", "n2.site")) == {
            "n[1-2].site": b"<name>"
        }
        # The name of another is what a node says; n11 is not n1.
        assert merged("name", (b"n1", "n[1-2]"), (b"n11", "n3")) == {"n[1-2]": b"n1", "n3": b"n11"}

    def test_expressions(self):
        pairs = (b"id 0xab z", "a"), (b"id 0x1 z", "b")
        assert merged("/0x[0-9a-f]+/", *pairs) == {"a,b": b"id <...> z"}
        # They go first.
        assert merged("number,/[0-9]+C/", (b"40C 7", "a"), (b"5C 8", "b")) == {
            "a,b": b"<...> <number>"
        }

    def test_what_is_like_no_other_stays_as_it_is(self):
        pairs = (b"up 1", "a"), (b"down 2", "b")
        assert merged("number", *pairs) == {"a": b"up 1", "b": b"down 2"}
        assert merged("number", *pairs, always=True) == {"a": b"up <number>", "b": b"down <number>"}

    def test_bytes_that_are_no_text(self):
        assert merged(USUAL, (b"\xff 1", "a"), (b"\xff 2", "b")) == {"a,b": b"\xff <number>"}

    @pytest.mark.parametrize("text", ["", "x", "name,", "/", "//", "/(/", "number;date"])
    def test_mistakes(self, text):
        with pytest.raises(ValueError, match=r"is none of|not a regular expression"):
            Masks(text)


class TestClush:
    def test_gathered(self, commands):
        args = ("-w", "n[1-3],m1", "--similar")
        code, out, err = commands.clush(*args, "echo %h up 1%n days; [ %h = m1 ] && echo no; :")
        assert (code, err) == (0, "")
        assert out == (
            f"{RULE}\nn[1-3] (3)\n{RULE}\n<name> up <number> days\n"
            f"{RULE}\nm1\n{RULE}\nm1 up 10 days\nno\n"
        )

    def test_differences(self, commands):
        args = ("-w", "n[1-3],m1", "--similar", "--diff")
        _, out, _ = commands.clush(*args, "echo %h up 1%n days; [ %h = m1 ] && echo no; :")
        assert out == ("--- n[1-3] (3)\n+++ m1\n@@ -1 +1,2 @@\n <name> up <number> days\n+no\n")

    def test_through_gateways(self, commands):
        args = (*commands.tree(), "--similar=name", "-w", "n[1-3]", "echo $FAKE_HOST")
        assert commands.run("clush", *args)[1] == f"{RULE}\nn[1-3] (3)\n{RULE}\n<name>\n"

    @pytest.mark.parametrize(
        ("args", "text"),
        [
            (["--similar=what"], "option --similar: invalid value: 'what' is none of name, date"),
            (["--similar=/(/"], "not a regular expression"),
            (["--similar", "-L"], "similar not supported in line_mode"),
            (["--similar", "--json"], "--json shows output in a way of its own"),
        ],
    )
    def test_mistakes(self, commands, args, text):
        code, out, err = commands.clush("-w", "n1", *args, "true")
        assert (code, out) == (2, "")
        assert text in err


class TestClubak:
    def test_gathered(self, commands):
        data = b"n1: n1 is up 3 days\nn2: n2 is up 12 days\n"
        code, out, err = commands.run("clubak", "-S", ": ", "--similar", stdin=data)
        assert (code, err) == (0, "")
        assert out == f"{RULE}\nn[1-2] (2)\n{RULE}\n<name> is up <number> days\n"
