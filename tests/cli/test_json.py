"""``--json`` of the commands."""

import base64
import json
import shutil
import subprocess

import pytest

from ClusterShell._cli import jsonclubak, jsonlines, jsonnodeset
from ClusterShell.MsgTree import MsgTree
from ClusterShell.NodeSet import NodeSet
from tests.fixtures.commands import objects

COMMAND = 'echo out-%h; printf "\\377" >&2; case %h in n2) exit 3;; n3) kill -9 $$;; esac'


def by_node(text):
    """Return the objects of nodes, by node, and the summary."""
    *nodes, summary = objects(text)
    assert {fields["type"] for fields in nodes} == {"node"}
    assert summary["type"] == "summary"
    return {fields["node"]: fields for fields in nodes}, summary


class TestClush:
    def test_fields(self, commands):
        code, out, err = commands.clush("-w", "n[1-3]", "--json", COMMAND)
        assert (code, err) == (0, "")
        nodes, summary = by_node(out)
        assert nodes.keys() == {"n1", "n2", "n3"}
        assert list(nodes["n1"]) == [
            *("type", "node", "state", "rc", "signal", "timed_out", "unreachable"),
            *("start", "duration", "stdout", "stderr", "stderr_base64"),
        ]
        told = {name: (f["state"], f["rc"], f["signal"]) for name, f in nodes.items()}
        assert told == {"n1": ("ok", 0, None), "n2": ("failed", 3, None), "n3": ("failed", 137, 9)}
        assert nodes["n2"]["stdout"] == "out-n2\n"
        assert nodes["n2"]["stderr"] is None
        assert base64.b64decode(nodes["n2"]["stderr_base64"]) == b"\xff"
        assert nodes["n1"]["start"] >= summary["start"] > 1e9
        assert 0 <= nodes["n1"]["duration"] <= summary["duration"]
        assert summary["nodes"], summary["count"] == ("n[1-3]", 3)
        assert (summary["ok"], summary["failed"], summary["timeout"]) == ("n1", "n[2-3]", "")
        assert summary["counts"]["failed"] == 2

    def test_exit_code_is_as_without(self, commands):
        assert commands.clush("-S", "-w", "n[1-3]", "--json", COMMAND)[0] == 137

    def test_timeout(self, commands):
        code, out, err = commands.clush(
            *("-S", "-u", "1", "-w", "n[1-2]", "--json"), "echo a; [ %h = n1 ] || sleep 60"
        )
        assert (code, err) == (255, "")
        nodes, summary = by_node(out)
        late = nodes["n2"]
        assert (late["state"], late["rc"], late["timed_out"], late["stdout"]) == (
            *("timeout", None, True, "a\n"),
        )
        assert (summary["ok"], summary["timeout"]) == ("n1", "n2")

    def test_groups(self, commands):
        code, out, err = commands.clush(
            "-bw", "n[1-4]", "--json", "echo same; [ %h = n4 ] && exit 1 || true"
        )
        first, second, summary = objects(out)
        assert (first["type"], first["nodes"], first["count"]) == ("group", "n[1-3]", 3)
        assert (first["rc"], first["stdout"]) == (0, "same\n")
        assert (second["nodes"], second["rc"], second["state"]) == ("n4", 1, "failed")
        assert (summary["count"], err, code) == (4, "", 0)

    def test_standard_error_merged(self, commands):
        _, out, _ = commands.clush("-Bw", "n1", "--json", "echo a; echo b >&2")
        assert objects(out)[0]["stdout"] == "a\nb\n"

    def test_bytes_are_as_they_came(self, commands):
        text = "a\r\n\0\x1b[31m\u0085\n\nno end"
        (commands.folder / "data").write_bytes(text.encode())
        _, out, _ = commands.clush("-w", "n1", "--json", f"cat {commands.folder}/data")
        assert objects(out)[0]["stdout"] == text
        assert all(" " <= char <= "~" for char in out.rstrip("\n").replace("\n", ""))

    def test_copies(self, commands):
        (commands.folder / "file").write_text("text")
        (commands.folder / "in").mkdir()
        code, out, err = commands.clush(
            "--json", "-w", "n[1-2]", "--copy", "file", "--dest", "in/%h"
        )
        nodes, summary = by_node(out)
        assert (code, err, summary["ok"], summary["command"]) == (0, "", "n[1-2]", None)
        assert (nodes["n1"]["source"], nodes["n1"]["dest"]) == ("file", "in/%h")
        assert (commands.folder / "in" / "n2").read_text() == "text"

    def test_output_files_as_well(self, commands):
        commands.clush("-w", "n1", "--json", "--outdir", "out", "echo a")
        assert (commands.folder / "out" / "n1").read_text() == "a\n"

    @pytest.mark.lengthy
    def test_through_gateways(self, commands):
        args = (*commands.tree(), "-w", "n[1-3]", "-u", "2", "--json")
        command = (
            'echo "$FAKE_HOST"; [ $FAKE_HOST = n2 ] && exit 4; [ $FAKE_HOST != n3 ] || sleep 60'
        )
        code, out, err = commands.run("clush", *args, command)
        nodes, summary = by_node(out)
        assert (code, err) == (0, "")
        assert nodes["n1"]["stdout"] == "n1\n"
        states = {node: fields["state"] for node, fields in nodes.items()}
        assert states == {"n1": "ok", "n2": "failed", "n3": "timeout"}
        assert summary["timeout"] == "n3"

    @pytest.mark.sshd
    def test_over_ssh(self, commands, sshd):
        args = (*commands.over_ssh(sshd), "-w", "n1,down1", "--json")
        code, out, err = commands.run("clush", *args, "echo a; exit 5")
        nodes, summary = by_node(out)
        assert (code, err) == (0, "")
        assert (nodes["n1"]["rc"], nodes["n1"]["state"]) == (5, "failed")
        assert nodes["down1"]["unreachable"] is True
        assert "refused" in nodes["down1"]["stderr"]
        assert (summary["failed"], summary["unreachable"]) == ("n1", "down1")

    @pytest.mark.parametrize("option", ["--diff", "-L"])
    def test_mistakes(self, commands, option):
        code, out, err = commands.clush("-w", "n1", option, "--json", "true")
        assert (code, out) == (2, "")
        assert "--json shows output in a way of its own" in err

    def test_valid_for_jq(self, commands):
        if not shutil.which("jq"):
            pytest.skip("jq is not installed")
        _, out, _ = commands.clush("-w", "n[1-3]", "--json", COMMAND)
        done = subprocess.run(
            ["jq", "-r", 'select(.type == "summary") | .ok'],
            input=out,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "n1\n"


class TestNodeset:
    @pytest.mark.parametrize(
        ("args", "expected"),
        [
            (["-f", "n[1-3]"], [{"nodes": "n[1-3]", "count": 3}]),
            (["-e", "n[1-2]"], [{"nodes": ["n1", "n2"], "count": 2}]),
            (["-c", "n[1-2]"], [{"count": 2}]),
            (["-f", "--split=2", "n[1-3]"], [
                {"nodes": "n[1-2]", "count": 2},
                {"nodes": "n3", "count": 1},
            ]),
            (["-e", "-O", "%s-ib", "n1"], [{"nodes": ["n1-ib"], "count": 1}]),
            (["-f", "-R", "1", "2"], [{"nodes": "1-2", "count": 2}]),
            (["--index", "n2", "n[1-3]"], [{"index": 1}]),
            (["-r", "n[1-2]"], [{"groups": "@g", "count": 2}]),
            (["-l"], [{"group": "@g"}, {"group": "@h"}]),
            (["-lll"], [
                {"group": "@g", "nodes": "n[1-2]", "count": 2},
                {"group": "@h", "nodes": "n[3-4]", "count": 2},
            ]),
            (["-lll", "n[2-3]"], [
                {"group": "@g", "nodes": "n2", "count": 1, "total": 2},
                {"group": "@h", "nodes": "n3", "count": 1, "total": 2},
            ]),
            (["--list-sources"], [{"source": "x", "default": True}]),
        ],
    )  # fmt: skip
    def test_results(self, commands, args, expected):
        (commands.config / "groups.conf").write_text(
            "[Main]\ndefault: x\n[x]\nlist: echo g h\n"
            "map: case $GROUP in g) echo n[1-2];; h) echo n[3-4];; esac\n"
        )
        code, out, err = commands.nodeset("--json", *args)
        assert (code, err) == (0, "")
        assert objects(out) == expected

    def test_errors_are_as_without(self, commands):
        assert commands.nodeset("--json", "-f", "a[")[:2] == (1, "")


class TestClubak:
    INPUT = b"n1: a\nn2: a\nn3: \xff\n"

    def test_nodes(self, commands):
        code, out, err = commands.run("clubak", "--json", "-S", ": ", stdin=self.INPUT)
        assert (code, err) == (0, "")
        assert objects(out) == [
            {"type": "node", "node": "n1", "stdout": "a\n"},
            {"type": "node", "node": "n2", "stdout": "a\n"},
            {"type": "node", "node": "n3", "stdout": None, "stdout_base64": "/wo="},
            {"type": "summary", "nodes": "n[1-3]", "count": 3},
        ]

    def test_groups(self, commands):
        _, out, _ = commands.run("clubak", "--json", "-b", "-S", ": ", stdin=self.INPUT)
        first, second, summary = objects(out)
        assert first == {"type": "group", "nodes": "n[1-2]", "count": 2, "stdout": "a\n"}
        assert (second["nodes"], summary["count"]) == ("n3", 3)

    def test_labels_that_are_no_nodes(self, commands):
        args = ("--json", "-b", "--interpret-keys=never", "-S", ": ")
        _, out, _ = commands.run("clubak", *args, stdin=b"a[: x\n")
        assert json.loads(out.splitlines()[0])["nodes"] == ["a["]

    def test_mistakes(self, commands):
        code, out, err = commands.run("clubak", "--json", "-L", stdin=self.INPUT)
        assert (code, out) == (2, "")
        assert "--json shows output in a way of its own" in err


class TestLines:
    """What the objects are made of."""

    def test_only_ascii_without_control_characters(self):
        text = jsonlines.line({"a": "\x1b[31m\x7f\x9b\u2028ä\n"})
        assert all(" " <= char <= "~" for char in text)
        assert json.loads(text) == {"a": "\x1b[31m\x7f\x9b\u2028ä\n"}

    @pytest.mark.parametrize("data", [b"", b"a\n", b"\xc3\xa4", b"\0"])
    def test_text(self, data):
        assert jsonlines.output("x", data) == {"x": data.decode()}

    @pytest.mark.parametrize("data", [b"\xff", b"\xed\xa0\x80", b"ok\xc3"])
    def test_bytes(self, data):
        fields = jsonlines.output("x", data)
        assert fields["x"] is None
        assert base64.b64decode(fields["x_base64"]) == data

    def test_group(self):
        assert jsonnodeset.of_group("@g", 1, NodeSet("n1")) == '{"group":"@g"}'

    def test_tree(self):
        tree, written = MsgTree(), []
        tree.add("n1", b"a")
        jsonclubak.show(tree, written.append, False, NodeSet.fromlist)
        assert written[0] == '{"type":"node","node":"n1","stdout":"a\\n"}\n'
