"""Choosing nodes: ``/regex/``, ``--limit``, ``--pick`` with a seed, ``exclude`` of clush.conf."""

import re

import pytest

from ClusterShell._cli.clush import choosing
from ClusterShell._cli.clush.setup import pick_nodes
from ClusterShell.NodeSet import NodeSet

GROUPS = "[Main]\ndefault: x\n[x]\nall: echo n[1-12]\nmap: echo n[3-4]\n"


def nodes(commands, *args):
    """Return the nodes that clush would run on."""
    code, out, err = commands.clush("--dry-run", *args, "true")
    assert (code, err) == (0, "")
    return out.splitlines()[0].removeprefix("nodes: ").rpartition(" (")[0]


class TestPatterns:
    @pytest.mark.parametrize(
        ("args", "expected"),
        [
            (["-w", "n[1-12]", "-w", "/1/"], "n[1,10-12]"),
            (["-w", "/1$/", "-w", "n[1-12]"], "n[1,11]"),
            (["-w", "n[1-12]", "-w", "/^n1/", "-w", "/[2-9]/"], "n12"),
            (["-w", "n[1-12]", "-x", "/1/"], "n[2-9]"),
            (["-w", "n[1-12]", "-x", "/1/", "-x", "/[2-4]/", "-x", "n5"], "n[6-9]"),
            (["-w", "/^n1[0-9]/"], "n[10-12]"),
            (["-a", "-w", "/2/", "-x", "n12"], "n2"),
            (["-g", "any", "-w", "/3/"], "n3"),
            (["-w", "n[1-3],a/b", "-w", "/b$/"], "a/b"),
            (["-w", "n[1-2],//"], "//,n[1-2]"),
        ],
    )
    def test_nodes(self, commands, args, expected):
        (commands.config / "groups.conf").write_text(GROUPS)
        assert nodes(commands, *args) == expected

    def test_none_left(self, commands):
        code, _, err = commands.clush("-w", "n1", "-w", "/x/", "true")
        assert (code, "No node to run on." in err) == (2, True)

    @pytest.mark.parametrize("flag", ["-w", "-x"])
    def test_mistakes(self, commands, flag):
        code, out, err = commands.clush("-w", "n1", flag, "/n[/", "true")
        assert (code, out) == (2, "")
        assert "/n[/: not a regular expression: unterminated character set" in err

    def test_searches(self):
        (search,) = choosing.searches(["/a|b/"])
        assert search("xbx")
        assert not search("c")


class TestSome:
    def test_limit(self, commands):
        assert nodes(commands, "-w", "n[1-9],a1", "--limit", "3") == "a1,n[1-2]"
        assert nodes(commands, "-w", "n[1-2]", "--limit", "30") == "n[1-2]"

    @pytest.mark.parametrize("value", ["0", "-1"])
    def test_limit_that_is_none(self, commands, value):
        code, _, err = commands.clush("-w", "n1", f"--limit={value}", "true")
        assert (code, f"--limit: {value}: not a number of nodes" in err) == (2, True)

    def test_seed(self, commands):
        first = nodes(commands, "-w", "n[1-500]", "--pick", "5", "--seed", "monday")
        assert nodes(commands, "-w", "n[1-500]", "--pick=5", "--seed=monday") == first
        assert nodes(commands, "-w", "n[1-500]", "--pick=5", "--seed=tuesday") != first
        args = ("-f", "--pick", "5", "--seed", "monday", "n[1-500]")
        assert commands.nodeset(*args)[1] == first + "\n"


class TestExclude:
    def test_are_counted(self, commands):
        (commands.config / "groups.conf").write_text(GROUPS)
        (commands.config / "clush.conf").write_text("[Main]\nexclude: @down,n9\n")
        code, out, err = commands.clush("-L", "-w", "n[1-5]", "echo")
        assert (code, out) == (0, "n1: \nn2: \nn5: \n")
        assert err == "clush: 2 nodes left out by exclude of clush.conf: n[3-4]\n"
        assert commands.clush("-q", "-L", "-w", "n[4-5]", "echo") == (0, "n5: \n", "")
        assert commands.clush("-w", "n1", "echo")[2] == ""
        assert commands.clush("-O", "exclude=", "-w", "n3", "echo") == (0, "n3: \n", "")

    def test_all_of_them(self, commands):
        code, _, err = commands.clush("-O", "exclude=n[1-9]", "-w", "n1", "true")
        assert (code, "No node to run on." in err) == (2, True)

    def test_mistakes(self, commands):
        code, out, err = commands.clush("-O", "exclude=n[", "-w", "n1", "true")
        assert (code, out, err.count("\n")) == (1, "", 1)


def test_names_that_are_picked_are_not_read_again():
    names = ["a,b", "n[1-9]", "@g"]
    picked = pick_nodes(NodeSet._fromlist1(names), 2)
    assert len(picked) == 2
    assert set(picked) < set(names)


class TestGroups:
    """The names of groups are a node set; what is told of what is chosen, as the release does."""

    MAPPED = "[Main]\ndefault: x\n[x]\nall: echo n[1-9]\nmap: echo $GROUP | sed s/io/n/\n"

    @pytest.mark.parametrize(
        ("args", "expected"),
        [
            (["-g", "io[1-2,5],io7"], "n[1-2,5,7]"),
            (["-g", "io[1-3]!io2"], "n[1,3]"),
            (["-g", "io[1-3]&io[2-5]", "-g", "x:io8"], "n[2-3,8]"),
            (["-a", "-X", "io[1-9]!io[3-4]"], "n[3-4]"),
        ],
    )
    def test_operators(self, commands, args, expected):
        (commands.config / "groups.conf").write_text(self.MAPPED)
        assert nodes(commands, *args) == expected

    def test_told(self, commands):
        (commands.config / "groups.conf").write_text(self.MAPPED)
        (commands.folder / "hosts").write_text("n7\nn8\n")
        choice = "-g io2,io1 -g io1 -X io3,io1 -a --hostfile hosts --hostfile=hosts -w n9"
        code, out, err = commands.clush("-d", *choice.split(), "true")
        assert code == 0
        assert [line for line in out.splitlines() if " from option " in line] == [
            "Adding nodes from option -a: n[1-9]",
            "Adding nodes from option -g io1: n1",
            "Adding nodes from option -g io2: n2",
            "Excluding nodes from option -X io1: n1",
            "Excluding nodes from option -X io3: n3",
        ]
        assert err.count("Using nodeset n[7-8] from hostfile hosts\n") == 2
        assert commands.clush("-v", *choice.split(), "true") == (0, "", "")

    @pytest.mark.parametrize("verbosity", [["-v"], ["-d"], ["-q", "-v"]])
    def test_picked(self, commands, verbosity):
        args = ("-w", "n[1-9]", "--pick=1", "true")
        code, out, _ = commands.clush(*verbosity, *args)
        assert code == 0
        assert re.search(r"^\x1b\[92mPicked random nodes: n[1-9]\x1b\[0m$", out, re.M)
        assert commands.clush(*args) == (0, "", "")
