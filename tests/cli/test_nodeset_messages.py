"""What nodeset says where the released package says nothing, or nothing of use."""

import subprocess
import sys

import pytest

NODESET = [
    sys.executable,
    "-c",
    "import sys; sys.argv[0] = 'nodeset'\nfrom ClusterShell.CLI.Nodeset import main; main()",
]


def nodeset(*args, text=""):
    done = subprocess.run([*NODESET, *args], input=text, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("operator", ["-x", "-i", "-X", "--exclude", "--intersection", "--xor"])
def test_operator_without_a_node_set(operator):
    said = f"ERROR: {operator} needs a node set after it\n"
    assert nodeset("-f", "n1", operator) == (1, "", said)
    assert nodeset("-R", "-f", "1", operator, "2", operator) == (1, "", said)


@pytest.mark.parametrize("word", ["-e", "--expand", "--split=3", "-SX", "-q", "-ll", "--axis"])
def test_options_after_operands(word):
    rc, out, err = nodeset("-c", "n1", word)
    said = f"WARNING: {word} is taken as a node: options go before the first node set\n"
    assert (rc, out, err) == (0, "2\n", said)
    assert nodeset("-q", "-c", "n1", word) == (0, "2\n", "")
    assert nodeset("-c", "--", "n1", word) == (0, "2\n", "")


@pytest.mark.parametrize("args", [["-f", "--", "-1"], ["-R", "-f", "5", "--", "-1"], ["-f", "n-e"]])
def test_what_only_looks_like_an_option(args):
    assert "WARNING" not in nodeset(*args)[2]


def test_split_into_less_than_none():
    said = "WARNING: --split=-2 ignored: not a number of subsets\n"
    assert nodeset("-f", "--split=-2", "n[1-3]") == (0, "n[1-3]\n", said)
    assert nodeset("-qf", "--split=-2", "n[1-3]") == (0, "n[1-3]\n", "")
    assert nodeset("-f", "--split=0", "n[1-3]") == (0, "n[1-3]\n", "")


def test_index_of_picked_nodes_is_refused():
    rc, out, err = nodeset("--index", "n5", "--pick", "2", "n[1-9]")
    assert (rc, out) == (2, "")
    assert err.endswith("\n\nnodeset: error: --index cannot be combined with --pick\n")
    assert nodeset("--index", "n5", "--pick", "0", "n[1-9]") == (0, "4\n", "")


def test_missing_groupsconf(tmp_path):
    missing = str(tmp_path / "missing")
    said = f"WARNING: --groupsconf: {missing}: No such file or directory\n"
    assert nodeset("--groupsconf", missing, "-f", "n1") == (0, "n1\n", said)
    assert nodeset("-q", "--groupsconf", missing, "-f", "n1") == (0, "n1\n", "")
    assert nodeset("--groupsconf", str(tmp_path), "-f", "n1")[2].endswith(": Is a directory\n")
