"""What the commands say of groups that are not what they seem; programs are told as ever."""

import shutil

import pytest

from ClusterShell._groups.errors import notices
from ClusterShell.NodeSet import ILLEGAL_GROUP_CHARS, NodeSet
from ClusterShell.NodeUtils import (
    GroupResolver,
    GroupResolverConfig,
    GroupResolverIllegalCharError,
    GroupSource,
    UpcallGroupSource,
)
from tests import ROOT
from tests.fixtures.tools import run_tool

YAML = """
roles:
  adm: n1
  "a b": n7
  io: n[2-3]
bad:
  "x,y": n1
  ok: n2
  "@&": n3
"""
BLANK = 'WARNING: group "a b" of group source "roles" ignored: its name has a blank\n'
ILLEGAL = "".join(
    f'WARNING: group "{name}" of group source "bad" ignored: '
    f"its name has characters that no name of a group may have: {characters}\n"
    for name, characters in (("x,y", ","), ("@&", "&@"))
)


def lacks(name, source="roles"):
    return f'WARNING: group source "{source}" has no group "{name}"\n'


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a command where group files and upcalls are configured."""
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.yaml").write_text(YAML)
    (tmp_path / "groups.conf").write_text(
        "[Main]\ndefault: roles\nautodir: $CFGDIR/d\n"
        "[all]\nmapall: echo 'one: n1'; echo 'two: n2'\n[up]\nmap: echo\nlist: echo 'p,q' r\n"
    )

    def run(command, *args, text=""):
        return run_tool(tmp_path, command, *args, text=text)

    return run


@pytest.mark.parametrize(
    "args, out, err",
    [
        (["-l"], "@adm\n@io\n", BLANK),
        (["-q", "-l"], "@adm\n@io\n", ""),
        (["-ll", "-s", "bad"], "@bad:ok n2\n", ILLEGAL),
        (["-a", "-f"], "n[1-3]\n", BLANK),
        (["-f", "@bad:*"], "n2\n", ILLEGAL),
        (["-r", "n1"], "@adm\n", BLANK),
        (["-f", "@adm,@nosuch"], "n1\n", lacks("nosuch")),
        (["-f", "@adm", "@nosuch", "@nosuch"], "n1\n", lacks("nosuch")),
        (["-f", "@nosuch"], "\n", lacks("nosuch")),
        (["-q", "-f", "@nosuch"], "\n", ""),
        (["-f", "@bad:nosuch"], "\n", lacks("nosuch", "bad")),
        (["-f", "@all:one,@all:x"], "n1\n", lacks("x", "all")),
        (["-f", "@up:x"], "\n", ""),
        (["-f", "@adm"], "n1\n", ""),
    ],
)
def test_nodeset(run, args, out, err):
    assert run("Nodeset", *args) == (0, out, err)


def test_a_listing_goes_on_behind_a_bad_name(run, tmp_path):
    # All sources: those of this machine are not asked.
    rc, out, err = run("Nodeset", "--groupsconf", str(tmp_path / "groups.conf"), "-L")
    assert rc == 0
    assert set(out.split()) == {"@adm", "@io", "@bad:ok", "@all:one", "@all:two", "@up:r"}
    assert BLANK in err and ILLEGAL in err and 'group "p,q" of group source "up"' in err


def test_clubak_and_clush(run):
    rc, out, err = run("Clubak", "-r", text="n1: a\n@nosuch: b\n")
    assert (rc, err) == (0, lacks("nosuch"))
    rc, out, err = run("Clubak", "-br", text="n1: a\n")
    assert (rc, out.split()[1], err) == (0, "@adm", BLANK)
    assert run("Clubak", "-q", "-br", text="n1: a\n@nosuch: b\n")[2] == ""
    command = ("Clush", "-R", "exec", "-w")
    assert run(*command, "@adm,@nosuch", "echo x") == (0, "n1: x\n", lacks("nosuch"))
    assert run(*command, "@adm,@nosuch", "-q", "echo x") == (0, "n1: x\n", "")
    assert run(*command, "@adm", "-x", "@nosuch", "echo x")[2] == lacks("nosuch")


def test_programs_get_what_they_have_always_got():
    assert notices.listener is None
    source = GroupSource("s", {"a b": "n1", "c": "n2"})
    resolver = GroupResolver(source, illegal_chars=ILLEGAL_GROUP_CHARS)
    assert resolver.grouplist() == ["a", "b", "c"]
    assert resolver.group_nodes("nosuch") == []
    source.groups["x,y"] = "n3"
    with pytest.raises(GroupResolverIllegalCharError, match="^,$"):
        resolver.grouplist()


def test_only_who_holds_its_groups_itself_is_known_to_lack_one():
    class Other(GroupSource):
        def resolv_map(self, group):
            return ""

    told = []
    notices.heard_by(told.append)
    try:
        upcalls = UpcallGroupSource("u", map_upcall=":")
        for source in (Other("o"), upcalls, object_source()):
            assert NodeSet("@x", resolver=GroupResolver(source)) == NodeSet()
        assert told == []
        resolver = GroupResolver(GroupSource("s", {"empty": ""}))
        assert not NodeSet("@empty,@x", resolver=resolver)
    finally:
        notices.heard_by(None)
    assert told == ['group source "s" has no group "x"']


def object_source():
    """Return a source that is no GroupSource; a resolver asks it all the same."""

    class Source:
        name = "d"

        def resolv_map(self, group):
            return ""

    return Source()


def test_names_with_an_equals_sign_in_the_stock_source(tmp_path):
    shutil.copy(ROOT / "conf" / "groups.conf", tmp_path)
    (tmp_path / "groups").write_text("tier=gold: n[1-2]\n")
    resolver = GroupResolverConfig(str(tmp_path / "groups.conf"))
    assert str(NodeSet("@tier=gold", resolver=resolver)) == "n[1-2]"
