"""Node sets and groups: texts with groups and wildcards, groups(), regroup()."""

import subprocess
import sys
from pathlib import Path

import pytest

import ClusterShell
import ClusterShell.NodeSet as module
from ClusterShell.NodeSet import (
    RESOLVER_NOGROUP,
    RESOLVER_NOINIT,
    NodeSet,
    NodeSetExternalError,
    NodeSetParseError,
    NodeSetParseRangeError,
    ParsingEngine,
    grouplist,
    set_std_group_resolver,
    set_std_group_resolver_config,
    std_group_resolver,
)
from ClusterShell.NodeUtils import (
    GroupResolver,
    GroupResolverConfig,
    GroupResolverSourceError,
    GroupSource,
    GroupSourceNoUpcall,
    GroupSourceQueryFailed,
)
from tests.fuzz.differential.nodesets import resolver_of

GROUPS = {
    "default": {
        "g1": "n[1-5]",
        "g2": "n[4-8],x",
        "empty": "",
        "ex": "n[1-9]!n3",
        "io": "q",
        "rack1": "r[1-2]",
        "rack2": "r[3-4]",
        "rack3": "@rack1,@rack2",
        "rack01": "zz",
        "other": "@s:a",
        "words": "n1 n2",
        "pct%": "p%",
        "x-y": "xy",
        "g-1": "g-1n",
    },
    "s": {"a": "n[1-2]", "b": "n[3-4]", "ab": "@a,@b", "names": "@@"},
    "with:colon": {"g": "z"},
}


@pytest.fixture
def resolver():
    return resolver_of(GROUPS)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("@g1", "n[1-5]"),
        (" @g1 , @g2 ", "n[1-8],x"),
        ("@g1&@g2", "n[4-5]"),
        ("@g1!@g2", "n[1-3]"),
        ("@g1^@g2", "n[1-3,6-8],x"),
        ("n[1-3],@s:b", "n[1-4]"),
        ("@default:g1", "n[1-5]"),
        ("@s:a", "n[1-2]"),
        ("@s:ab", "n[1-4]"),
        ("@other", "n[1-2]"),
        ("@rack3", "r[1-4]"),
        ("@rack[1-2]", "r[1-4]"),
        ("@rack[1-2]!r1", "r[2-4]"),
        ("@rack[01]", "zz"),
        ("@g[1-9]", "n[1-8],x"),
        ("@ex", "n[1-2,4-9]"),
        ("@words", "n[1-2]"),
        ("@io", "q"),
        ("@pct%", "p%"),
        ("@x-y,@g-1,@g-[1]", "g-1n,xy"),
        ("@empty,@unknown,@s:unknown,@", ""),
        ("@s:*&n[1-9]", "n[1-4]"),
        ("@@s", "a,ab,b,names"),
        ("@@s!a", "ab,b,names"),
        ("n@g1", "n@g1"),
        ("@g*", ""),
        # wildcards match names of nodes
        ("r*", "r[1-4]"),
        ("r?,x*", "r[1-4],x,xy"),
        ("n[1-3]*", "n[1-3]"),
        ("n[1-3]?", ""),
        ("?", "q,x"),
        ("*[1-2]", "n[1-2],r[1-2]"),
        ("n*&@s:b", "n[3-4]"),
        ("p*", "p%"),
        ("q*,@g1", "n[1-5],q"),
    ],
)
def test_texts(resolver, text, folded):
    assert str(NodeSet(text, resolver=resolver)) == folded


def test_all_nodes(resolver):
    everything = "g-1n,n[1-9],p%,q,r[1-4],x,xy,zz"
    assert str(NodeSet.fromall(resolver=resolver)) == everything
    assert str(NodeSet("*", resolver=resolver)) == everything
    # Texts of groups follow one another, so the operator of one acts on others.
    assert str(NodeSet("@*", resolver=resolver)) == everything
    assert str(NodeSet.fromall("s", resolver=resolver)) == str(NodeSet("@s:*", resolver=resolver))


@pytest.mark.parametrize("text", ["@nowhere:g", "@with:colon:g", "@@nowhere", "@nowhere:*"])
def test_unknown_source(resolver, text):
    with pytest.raises(GroupResolverSourceError):
        NodeSet(text, resolver=resolver)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("@g1,", NodeSetParseError),
        ("@g[1-", NodeSetParseError),
        ("@g[x]", NodeSetParseRangeError),
        ("n[*]", NodeSetParseRangeError),
        ("n*]", NodeSetParseError),
    ],
)
def test_malformed_texts(resolver, text, error):
    with pytest.raises(error):
        NodeSet(text, resolver=resolver)


def test_stray_bracket_is_met_before_the_groups_after_the_last_one(resolver):
    """As in the release, which looks for it when it has read the brackets before."""
    for text in ("n[9-10],@@nosource,b]", "n[9-10],a,@nosource:x^b]"):
        with pytest.raises(NodeSetParseError, match="illegal closing bracket") as caught:
            NodeSet(text, resolver=resolver)
        assert caught.value.part == text[len("n[9-10]") :]
    with pytest.raises(GroupResolverSourceError):
        NodeSet("a,@@nosource,b]", resolver=resolver)


@pytest.mark.parametrize(
    ("groups", "text", "named"),
    [
        ({"d": {"x": "@x"}}, "@x", "@x"),
        ({"d": {"x": "n1,@y", "y": "@z", "z": "n2,@x"}}, "n5,@x", "@x"),
        ({"d": {"x": "@s:y"}, "s": {"y": "@z", "z": "@d:x"}}, "@x", "@s:y"),
        ({"d": {"x": "@*"}}, "@x", "@*"),
    ],
)
def test_circular_groups_are_named(groups, text, named):
    """The released package recurses until Python stops it."""
    with pytest.raises(NodeSetParseError, match="circular reference to group") as caught:
        NodeSet(text, resolver=resolver_of(groups))
    assert caught.value.part == named


def test_groups_met_twice_are_not_circular():
    groups = {"a": "@c,@d", "b": "@d,@c,@c", "c": "@d", "d": "n1"}
    assert str(NodeSet("@a,@b,@a", resolver=resolver_of({"x": groups}))) == "n1"


def test_groups_nested_deep():
    groups = {f"g{i}": f"n{i},@g{i + 1}" for i in range(5000)}
    groups["g5000"] = "n5000"
    nodes = NodeSet("@g0", resolver=resolver_of({"x": groups}))
    assert str(nodes) == "n[0-5000]"
    groups["g5000"] = "@g0"
    with pytest.raises(NodeSetParseError, match='circular reference to group: "@g0"'):
        NodeSet("@g0", resolver=resolver_of({"x": groups}))


def test_wildcards_in_groups_match_names():
    """In the nodes of other groups they are names, or there would be no end."""
    groups = {"wild": "m*", "nodes": "m[1-3],n1"}
    assert str(NodeSet("@wild", resolver=resolver_of({"x": groups}))) == "m[1-3],m*"


@pytest.mark.parametrize(
    "listed, names",
    [
        (["g[1-2]", "g[2-4/2]", "h"], ["g1", "g2", "g4", "h"]),
        (["r1c[3-4]"], ["r1c3", "r1c4"]),
        (["n[1-2]&n1"], ["n1"]),
        (["a!a"], []),
    ],
)
def test_listed_names_are_read_as_node_sets(listed, names):
    groups = resolver_of({"d": dict.fromkeys(listed, "x1")})
    assert grouplist(resolver=groups) == names
    nodes = NodeSet("x1", resolver=groups)
    known = [name for name in names if name in listed]
    assert sorted(nodes.groups()) == [f"@{name}" for name in known]
    assert nodes.regroup() == (f"@{known[0]}" if known else "x1")


def test_listed_name_that_cannot_be_read():
    groups = resolver_of({"d": {"a[1": "x1"}})
    nodes = NodeSet("x1", resolver=groups)
    for question in (lambda: grouplist(resolver=groups), nodes.groups, nodes.regroup):
        with pytest.raises(NodeSetParseError, match="missing bracket"):
            question()


def test_groups(resolver):
    def told(found):
        return {name: (str(nodes), str(common)) for name, (nodes, common) in found.items()}

    nodes = NodeSet("n[1-4]", resolver=resolver)
    assert told(nodes.groups()) == {
        "@g1": ("n[1-5]", "n[1-4]"),
        "@g2": ("n[4-8],x", "n4"),
        "@ex": ("n[1-2,4-9]", "n[1-2,4]"),
        "@other": ("n[1-2]", "n[1-2]"),
        "@words": ("n[1-2]", "n[1-2]"),
    }
    assert set(nodes.groups("s")) == {"@s:a", "@s:b"}
    assert set(nodes.groups("s", noprefix=True)) == {"@a", "@b"}
    assert NodeSet("nope", resolver=resolver).groups() == {}
    assert NodeSet("", resolver=resolver).groups() == {}
    with pytest.raises(GroupResolverSourceError):
        nodes.groups("nowhere")


REGROUP = [
    # groups, nodes, regrouped, with overlap
    ({"a": "n[1-3]", "b": "n[4-5]"}, "n[1-6]", "@a,@b,n6", "@a,@b,n6"),
    ({"a": "n[1-3]", "b": "n[1-5]"}, "n[1-6]", "@b,n6", "@a,@b,n6"),
    ({"a": "n[1-3]", "b": "n[3-4]"}, "n[1-4]", "@a,n4", "@a,@b"),
    ({"a": "n[1-3]", "b": "n[1-3]"}, "n[1-3]", "@a", "@a"),
    ({"g1": "n1", "g2": "n2", "g10": "n10"}, "n[1-2,10]", "@g[1-2,10]", "@g[1-2,10]"),
    ({"a": "n[1-3]"}, "n[1-2]", "n[1-2]", "n[1-2]"),
    ({"a": "", "b": "x"}, "x", "@b", "@b"),
    ({"a": "n1"}, "", "", ""),
    ({"a.b": "n1", "c%": "n2"}, "n[1-2]", "@a.b,@c%", "@a.b,@c%"),
]


@pytest.mark.parametrize(("groups", "text", "regrouped", "overlapping"), REGROUP)
def test_regroup(groups, text, regrouped, overlapping):
    nodes = NodeSet(text, resolver=resolver_of({"d": groups}))
    assert nodes.regroup() == regrouped
    assert nodes.regroup(overlap=True) == overlapping
    assert str(nodes) == text


def test_regroup_by_source(resolver):
    nodes = NodeSet("n[1-5]", resolver=resolver)
    assert nodes.regroup("s") == "@s:a,@s:b,n5"
    assert nodes.regroup("s", noprefix=True) == "@a,@b,n5"
    groups = {"d": {f"g{i}": f"n{i}" for i in (1, 3, 5)}}
    nodes = NodeSet("n[1,3,5]", resolver=resolver_of(groups))
    assert nodes.regroup(autostep=3) == "@g[1-5/2]"


class Reversing(GroupSource):
    """A source that can tell the groups of a node, and says so of one too many."""

    def __init__(self, name, groups):
        super().__init__(name, groups)
        self.has_reverse = True
        self.asked = []

    def resolv_reverse(self, node):
        self.asked.append(str(node))
        return [name for name, nodes in self.groups.items() if str(node) in NodeSet(nodes)] + [
            "ghost"
        ]


def test_reverse_is_asked_for_few_nodes():
    source = Reversing("d", {"a": "n[1-3]", "b": "n[4-6]", "ghost": "g", "c": "n9"})
    nodes = NodeSet("n[1-2]", resolver=GroupResolver(default_source=source))
    found = {name: str(common) for name, (_, common) in nodes.groups().items()}
    assert found == {"@a": "n[1-2]", "@ghost": ""}
    assert source.asked == ["n1", "n2"]
    assert nodes.regroup() == "n[1-2]"
    source.asked.clear()
    assert set(NodeSet("n[1-9]", resolver=nodes._resolver).groups()) == {"@a", "@b", "@c"}
    assert source.asked == []


class Failing(GroupSource):
    """A source that fails in the ways it is told."""

    failures = frozenset()
    error = GroupSourceQueryFailed

    def __getattribute__(self, name):
        if name.startswith("resolv_") and name[7:] in Failing.failures:

            def fail(*args):
                raise Failing.error(f"exit {len(name)}", self)

            return fail
        return super().__getattribute__(name)


@pytest.fixture
def failing(monkeypatch):
    def make(*failures, error=GroupSourceQueryFailed):
        monkeypatch.setattr(Failing, "failures", frozenset(failures))
        monkeypatch.setattr(Failing, "error", error)
        return resolver_of({"d": {"g": "n[1-3]"}}, Failing)

    return make


def test_failing_sources(failing):
    with pytest.raises(NodeSetParseError, match='exit 10: "n1,@g"') as caught:
        NodeSet("n1,@g", resolver=failing("map"))
    assert caught.value.part == "n1,@g"
    for text in ("@*", "n*"):
        with pytest.raises(NodeSetExternalError, match="^Failed to get all nodes: exit 10$"):
            NodeSet(text, resolver=failing("all"))
    with pytest.raises(NodeSetExternalError, match="Unable to map a group previously listed"):
        NodeSet("n1", resolver=failing("map")).groups()
    assert NodeSet("n1", resolver=failing("list")).groups() == {}
    assert NodeSet("n1", resolver=failing("list")).regroup() == "n1"


def test_sources_that_cannot_tell(failing):
    resolver = failing("all", "list", error=GroupSourceNoUpcall)
    for make in (
        lambda: NodeSet("@*", resolver=resolver),
        lambda: NodeSet.fromall("d", None, resolver),
    ):
        with pytest.raises(NodeSetExternalError, match="Not enough working methods"):
            make()
    assert str(NodeSet("@g", resolver=resolver)) == "n[1-3]"


def test_no_resolver():
    for resolver, text in (RESOLVER_NOGROUP, "@g,a*"), (RESOLVER_NOINIT, ""):
        nodes = NodeSet("@g,a*", resolver=resolver)
        assert str(nodes) == text
        assert nodes._resolver is None
        for method in (nodes.groups, nodes.regroup):
            with pytest.raises(NodeSetExternalError, match="No node group resolver"):
                method()
        with pytest.raises(NodeSetExternalError, match="Group resolver is not defined"):
            NodeSet.fromall(resolver=resolver)


@pytest.mark.parametrize("nodes", ["n1", "[", 5, ["n1"], NodeSet("n1")])
def test_a_resolver_that_is_for_sets_to_be_filled_later_has_nodes_not_read(nodes):
    class EqualToAll:
        def __eq__(self, other):
            return True

    for resolver in RESOLVER_NOINIT, EqualToAll():
        assert len(NodeSet(nodes, resolver=resolver)) == 0


def test_unknown_source_of_all_nodes(resolver):
    with pytest.raises(NodeSetExternalError, match="Group source error"):
        NodeSet.fromall("nowhere", resolver=resolver)


def test_grouplist(resolver):
    names = ["empty", "ex", "g1", "g2", "g-1", "io", "other", "pct%"]
    assert grouplist(resolver=resolver)[:8] == names
    assert grouplist("s", resolver) == ["a", "ab", "b", "names"]
    with pytest.raises(GroupResolverSourceError):
        grouplist("nowhere", resolver)


def test_parsing_engine(resolver):
    engine = ParsingEngine(resolver)
    assert engine.parse_group_string("@g1") == ("n[1-5]", None)
    assert engine.parse_group_string("@s:a") == ("n[1-2]", "s")
    assert engine.parse_group_string("@a", "s") == ("n[1-2]", "s")
    assert engine.parse_group_string("@default:g1", "s") == ("n[1-5]", "default")
    assert str(engine.parse_group("a", "s")) == "n[1-2]"
    assert str(engine.parse_string("n9,@a", None, namespace="s")) == "n[1-2,9]"
    assert str(engine.parse_string_single("@g1", None)) == "@g1"
    assert str(ParsingEngine(resolver, node_wildcard_enable=False).parse("n*,@s:a", None)) == (
        "n[1-2],n*"
    )
    with pytest.raises(AssertionError):
        engine.parse_group_string("g1")


@pytest.fixture
def standard():
    yield
    set_std_group_resolver(None)


def test_standard_resolver(standard, resolver, tmp_path):
    first = std_group_resolver()
    assert isinstance(first, GroupResolverConfig)
    assert module.RESOLVER_STD_GROUP is first
    before = NodeSet("a")
    set_std_group_resolver(resolver)
    assert std_group_resolver() is module.RESOLVER_STD_GROUP is resolver
    assert str(NodeSet("@g1")) == "n[1-5]"
    assert NodeSet("a")._resolver is resolver
    # A set keeps the resolver of the time it was made.
    assert before._resolver is first
    config = tmp_path / "groups.conf"
    config.write_text("[Main]\ndefault: d\n[d]\nmap: echo m[1-2]\n")
    set_std_group_resolver_config(str(config))
    assert str(NodeSet("@any")) == "m[1-2]"
    set_std_group_resolver(None)
    assert std_group_resolver() is first is module.STD_GROUP_RESOLVER


def test_copies_keep_their_resolver(resolver):
    nodes = NodeSet("a", resolver=resolver)
    for twin in (nodes.copy(), nodes | nodes, nodes.union("b")):
        twin.update("@g1")
        assert "n5" in twin


HOSTILE = [
    *["$(touch x)", "`id`", "; rm -rf /", "a'b", 'a"b', "-oProxyCommand=x", "../../etc", "a\nb"],
    *["\x1b[31m", "\u202e", "%s%s%s%n", "{0}", "\\", "a\0b", "~root", "|cat", ">x", "#", "a=b"],
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_names(name):
    """Node sets keep names as they are; what uses them quotes or refuses them."""
    single = NodeSet._fromlist1([name], resolver=RESOLVER_NOGROUP)
    assert list(single) == [name.strip()]
    groups = resolver_of({"d": {"g": [name.replace("[", "(")]}})
    plain = name.replace("[", "(").strip()
    assert list(NodeSet(plain, resolver=RESOLVER_NOGROUP)) == [plain]
    assert "".join(NodeSet("@g", resolver=groups)).replace(",", "")


def test_group_machinery_is_imported_with_the_first_group():
    # -S: the site's own modules stay out, and with them the installation's path.
    root = Path(ClusterShell.__file__).parent.parent
    code = (
        f"import sys; sys.path.insert(0, {str(root)!r});"
        "from ClusterShell.NodeSet import NodeSet, expand, fold;"
        "from ClusterShell.Defaults import DEFAULTS; DEFAULTS._filenames = [];"
        "expand('n[1-3]!n2'); fold('a1b[2]'); NodeSet('a') | NodeSet('b[3]c4');"
        "sys.exit(sorted({'ClusterShell.NodeUtils', 're', 'configparser', 'typing', 'yaml'}"
        " & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_autostep_of_a_regrouped_set_is_a_number():
    resolver = GroupResolver(GroupSource("s", {"g": "n[1-3]"}))
    for odd in ("x", [1]):
        with pytest.raises((TypeError, ValueError)):
            NodeSet("n[1-5]", resolver=resolver).regroup(autostep=odd)
