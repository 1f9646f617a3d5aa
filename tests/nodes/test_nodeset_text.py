"""Texts of node sets: the grammar, what malformed texts raise, folding."""

import pickle

import pytest

from ClusterShell.Defaults import DEFAULTS
from ClusterShell.NodeSet import (
    RESOLVER_NOGROUP,
    NodeSet,
    NodeSetError,
    NodeSetException,
    NodeSetParseError,
    NodeSetParseRangeError,
    ParsingEngine,
    expand,
    fold,
)
from ClusterShell.RangeSet import RangeSetND


def parse(text, **options):
    return NodeSet(text, resolver=RESOLVER_NOGROUP, **options)


#: text, folded text, number of nodes, patterns
TEXTS = [
    ("", "", 0, []),
    (" \t\n", "", 0, []),
    ("a", "a", 1, ["a"]),
    ("a1", "a1", 1, ["a%s"]),
    ("a01", "a01", 1, ["a%s"]),
    ("a00", "a00", 1, ["a%s"]),
    ("1", "1", 1, ["%s"]),
    ("007", "007", 1, ["%s"]),
    ("1a", "1a", 1, ["%sa"]),
    ("a1b2", "a1b2", 1, ["a%sb%s"]),
    ("[1-3]", "[1-3]", 3, ["%s"]),
    ("[1-3]a", "[1-3]a", 3, ["%sa"]),
    ("a[1-3]b[2-4]", "a[1-3]b[2-4]", 9, ["a%sb%s"]),
    ("a1b[1-3]", "a1b[1-3]", 3, ["a%sb%s"]),
    ("a[1-2]b3c[4-5]d6", "a[1-2]b3c[4-5]d6", 4, ["a%sb%sc%sd%s"]),
    ("a[01-03],a[1-3]", "a[1-3,01-03]", 6, ["a%s"]),
    ("a[9-11],a[09-10]", "a[9,09-11]", 4, ["a%s"]),
    ("a[1-10/3]", "a[1,4,7,10]", 4, ["a%s"]),
    ("a[01-10/3]", "a[01,04,07,10]", 4, ["a%s"]),
    ("a[5-5/3]", "a5", 1, ["a%s"]),
    ("a[1-3,2-5,9]", "a[1-5,9]", 6, ["a%s"]),
    ("a[-3-5]", "a[-3-5]", 9, ["a%s"]),
    ("a[-1,-2]", "a[-2--1]", 2, ["a%s"]),
    ("a-1", "a-1", 1, ["a-%s"]),
    ("a-[-1]", "a--1", 1, ["a-%s"]),
    ("a1-2", "a1-2", 1, ["a%s-%s"]),
    # names of the field
    ("node1.cluster.example.org", "node1.cluster.example.org", 1, ["node%s.cluster.example.org"]),
    ("10.0.0.1,10.0.0.2", "10.0.0.[1-2]", 2, ["%s.%s.%s.%s"]),
    ("10.0.[0-1].[1-5]", "10.0.[0-1].[1-5]", 10, ["%s.%s.%s.%s"]),
    ("fe80::[1-3]", "fe80::[1-3]", 3, ["fe%s::%s"]),
    ("2001:db8::1%eth0", "2001:db8::1%eth0", 1, ["%s:db%s::%s%%eth%s"]),
    ("n[1-2]-ib0", "n[1-2]-ib0", 2, ["n%s-ib%s"]),
    ("é[1-3]è,日本1", "é[1-3]è,日本1", 4, ["é%sè", "日本%s"]),
    ("a99999999999999999999", "a99999999999999999999", 1, ["a%s"]),
    # percent signs are letters
    ("n%", "n%", 1, ["n%%"]),
    ("n%s", "n%s", 1, ["n%%s"]),
    ("%s1,%s2", "%s[1-2]", 2, ["%%s%s"]),
    ("n%%[1-2]%d", "n%%[1-2]%d", 2, ["n%%%%%s%%d"]),
    # white space ends and begins names, and may stand inside
    (" a1 ,\ta2\n", "a[1-2]", 2, ["a%s"]),
    ("a b", "a b", 1, ["a b"]),
    ("a 1", "a 1", 1, ["a %s"]),
    ("a[1-2] b ,c", "a[1-2] b,c", 3, ["a%s b", "c"]),
    ("a[1-3] [4-5]", "a[1-3] [4-5]", 6, ["a%s %s"]),
    ("a[ 1 - 3 , 5 ]", "a[1-3,5]", 4, ["a%s"]),
    ("a\xa0", "a", 1, ["a"]),
    # digits that touch a bracket belong to its ranges
    ("4[1-3]", "[41-43]", 3, ["%s"]),
    ("a0[1-3]", "a[01-03]", 3, ["a%s"]),
    ("a0[01-03]", "a[001-003]", 3, ["a%s"]),
    ("a1[9-11]", "a[19-111]", 93, ["a%s"]),
    ("a1[1-10/3]", "a[11,14,17,110]", 4, ["a%s"]),
    ("a[1-3]4", "a[14,24,34]", 3, ["a%s"]),
    ("a[1-3]5b", "a[15,25,35]b", 3, ["a%sb"]),
    ("a[9-11]0", "a[90,100,110]", 3, ["a%s"]),
    ("a0[9-11]1", "a[091,0101,0111]", 3, ["a%s"]),
    ("a[]2", "a2", 1, ["a%s"]),
    ("a3[1-2]4b5[6-7]8", "a[314,324]b[568,578]", 4, ["a%sb%s"]),
    ("a[1] 2[3]", "a1 23", 1, ["a%s %s"]),
    # decimal digits of other scripts are indexes, other digits are letters
    ("a٣", "a3", 1, ["a%s"]),
    ("１２", "12", 1, ["%s"]),
    ("a[١]", "a1", 1, ["a%s"]),
    ("a²", "a²", 1, ["a²"]),
    ("a[1-2]٣", "a[1-2]3", 2, ["a%s%s"]),
    # operators, from left to right
    ("a[1-9]!a3&a[3-5]^a7", "a[4-5,7]", 3, ["a%s"]),
    ("a,b!c&d^e", "e", 1, ["e"]),
    ("a!a", "", 0, []),
    ("a^b", "a,b", 2, ["a", "b"]),
    ("a&b", "", 0, []),
    ("a1 !a1", "", 0, []),
    ("b,a,b,a", "a,b", 2, ["a", "b"]),
    # without groups these are names
    ("@g", "@g", 1, ["@g"]),
    ("a@b1", "a@b1", 1, ["a@b%s"]),
    ("*,a?", "*,a?", 2, ["*", "a?"]),
    ("a\\,b", "a\\,b", 2, ["a\\", "b"]),
    ("a\0b", "a\0b", 1, ["a\0b"]),
    ("z,b1,a,b0,B,9,_,b%,é", "9,B,_,a,b%,b[0-1],z,é", 9, None),
]


@pytest.mark.parametrize(("text", "folded", "length", "patterns"), TEXTS)
def test_text(text, folded, length, patterns):
    nodes = parse(text)
    assert str(nodes) == folded
    assert len(nodes) == length
    assert len(list(nodes)) == length
    if patterns is not None:
        assert sorted(nodes._patterns) == patterns


@pytest.mark.parametrize("text", [row[0] for row in TEXTS])
def test_folded_text_is_the_same_set(text):
    nodes = parse(text)
    again = parse(str(nodes))
    if text == "a-[-1]":
        assert sorted(again._patterns) == ["a--%s"]
    elif text == "a[1-2]٣":
        assert str(again) == "a[13,23]"
    else:
        assert again == nodes
        assert str(again) == str(nodes)


#: text, exception class, message, part
MALFORMED = [
    ("a[1", NodeSetParseError, "missing bracket", "a[1"),
    ("a[", NodeSetParseError, "missing bracket", "a["),
    ("[", NodeSetParseError, "missing bracket", "["),
    ("a,b[1", NodeSetParseError, "missing bracket", "b[1"),
    ("a[1],b[2", NodeSetParseError, "missing bracket", "b[2"),
    ("a[1]x[2", NodeSetParseError, "missing bracket", "a[1]x[2"),
    ("a%[1", NodeSetParseError, "missing bracket", "a%%[1"),
    ("a]1", NodeSetParseError, "illegal closing bracket", "a]1"),
    ("]", NodeSetParseError, "illegal closing bracket", "]"),
    ("x,y]", NodeSetParseError, "illegal closing bracket", "y]"),
    ("a[1-3]]", NodeSetParseError, "illegal closing bracket", "]"),
    ("a[1-3],b]", NodeSetParseError, "illegal closing bracket", ",b]"),
    ("a[1]x]2", NodeSetParseError, "illegal closing bracket", "x]2"),
    ("a[1]2]", NodeSetParseError, "illegal closing bracket", "2]"),
    ("a]b[1]", NodeSetParseError, "illegal closing bracket", "a]b"),
    ("a[[1]]", NodeSetParseError, "illegal closing bracket", "]"),
    ("a[1-3][4-5]", NodeSetParseError, "illegal reopening bracket", "[4-5]"),
    ("a1[2-3]4[5-6]7", NodeSetParseError, "illegal reopening bracket", "[5-6]7"),
    ("a[1][", NodeSetParseError, "illegal reopening bracket", "["),
    ("a[1-10/3]5", NodeSetParseError, "illegal trailing digits after range with steps", "5"),
    ("a,,b", NodeSetParseError, "missing nodeset operand with ',' operator", "b"),
    (",a", NodeSetParseError, "missing nodeset operand with ',' operator", "a"),
    ("a,", NodeSetParseError, "missing nodeset operand with ',' operator", "a"),
    ("a ! ", NodeSetParseError, "missing nodeset operand with '!' operator", "a "),
    (", ,a", NodeSetParseError, "missing nodeset operand with ',' operator", " ,a"),
    ("&", NodeSetParseError, "missing nodeset operand with '&' operator", ""),
    ("a1,!a1", NodeSetParseError, "missing nodeset operand with '!' operator", "a1"),
    ("a[1-3]!", NodeSetParseError, "missing nodeset operand with '!' operator", None),
    ("a[1],,b", NodeSetParseError, "missing nodeset operand with ',' operator", "b"),
    ("a[1]b[2],,", NodeSetParseError, "missing nodeset operand with ',' operator", ""),
    ("a[]", NodeSetParseRangeError, "bad range", "empty range"),
    ("a[1-3,]", NodeSetParseRangeError, "bad range", "empty range"),
    ("a[ ]", NodeSetParseRangeError, "bad range", "empty range"),
    *[
        (text, NodeSetParseRangeError, "bad range", f'{fault} : "{part}"')
        for text, fault, part in [
            ("a[1-]", "cannot convert string to integer", "1-"),
            ("a[x]", "cannot convert string to integer", "x"),
            ("a[1&2]", "cannot convert string to integer", "1&2"),
            ("a[1%2]", "cannot convert string to integer", "1%%2"),
            ("a[[1-3]", "cannot convert string to integer", "[1-3"),
            ("a[1-3/2/4]", "cannot convert string to integer", "1-3/2/4"),
            ("a[ 1-3 ]2", "cannot convert string to integer", "12-3 2/10"),
            ("a[5-3]2", "invalid values in range", "52-32/10"),
            ("a[3-1]", "invalid values in range", "3-1"),
            ("a[1-3/0]", "invalid values in range", "1-3/0"),
            ("a1[1/2]", "invalid step usage", "1/2"),
            ("a[01-3]", "padding length mismatch", "01-3"),
            ("a[-01]", "padding not supported in negative ranges", "-01"),
        ]
    ],
]


@pytest.mark.parametrize(("text", "cls", "message", "part"), MALFORMED)
def test_malformed_text(text, cls, message, part):
    with pytest.raises(NodeSetParseError) as caught:
        parse(text)
    assert type(caught.value) is cls
    assert caught.value.part == part
    assert str(caught.value) == (f'{message}: "{part}"' if part else message)


@pytest.mark.parametrize("text", ["a1[-1]", "a[-1]2", "a[1-3,-1]2", "a5[-3-1]", "a[1]b1[-2]"])
def test_digits_beside_negative_ranges(text):
    """The released package reads other numbers there, or ends with a ValueError."""
    with pytest.raises(NodeSetParseError, match="cannot join digits"):
        parse(text)


def test_malformed_text_changes_nothing():
    nodes = parse("a[1-5]")
    for text in ("b,c[", "b,a]", "b[x]", "b,"):
        for method in (nodes.update, nodes.difference_update, nodes.intersection_update):
            with pytest.raises(NodeSetParseError):
                method(text)
    assert str(nodes) == "a[1-5]"


def test_exceptions():
    assert issubclass(NodeSetParseRangeError, NodeSetParseError)
    assert issubclass(NodeSetParseError, NodeSetError)
    assert issubclass(NodeSetError, NodeSetException)
    error = NodeSetParseError("part", "message")
    assert (str(error), error.part, error.args) == ('message: "part"', "part", ('message: "part"',))
    assert str(NodeSetParseError("", "message")) == "message"


def test_exceptions_pickle():
    with pytest.raises(NodeSetParseRangeError) as caught:
        parse("a[x]")
    twin = pickle.loads(pickle.dumps(caught.value))
    assert type(twin) is NodeSetParseRangeError
    assert (str(twin), twin.part) == (str(caught.value), caught.value.part)


@pytest.mark.parametrize("value", [5, b"a1", ["a1"], 1.5, object])
def test_other_types_are_refused(value):
    with pytest.raises(TypeError, match="Unsupported NodeSet input"):
        NodeSet(value)
    with pytest.raises(TypeError, match="Unsupported NodeSet input"):
        NodeSet("a").update(value)


AUTOSTEP = [
    ("a[1-9/2]", 3, "a[1-9/2]"),
    ("a[1-9/2]", 6, "a[1,3,5,7,9]"),
    ("a1,a3,a5", 3, "a[1-5/2]"),
    ("a1,a3", 3, "a[1,3]"),
    ("a[1-2],a[3-9/2]", 3, "a[1-3,5-9/2]"),
    ("a[1-3]0", 3, "a[10-30/10]"),
    ("a1[1-9/2]", 3, "a[11-19/2]"),
    ("a[1-5/2]b[1-2]", 3, "a[1-5/2]b[1-2]"),
    ("a[1-9/2]", None, "a[1,3,5,7,9]"),
]


@pytest.mark.parametrize(("text", "autostep", "folded"), AUTOSTEP)
def test_autostep(text, autostep, folded):
    nodes = parse(text, autostep=autostep)
    assert nodes.autostep == autostep
    assert str(nodes) == folded
    assert str(nodes.copy()) == folded
    later = parse(text)
    later.autostep = autostep
    assert str(later) == folded


def test_autostep_of_added_nodes():
    nodes = parse("a1", autostep=3)
    nodes.update(parse("b[1-9/2]"))
    assert str(nodes) == "a1,b[1-9/2]"
    plain = parse("a11")
    plain.update(parse("a[1-9/2]", autostep=3))
    assert str(plain) == "a[1,3,5,7,9,11]"


FOLD_AXES = [
    ((0,), "a[1-3]b1c3,a[1-3]b2c3,a[1-3]b1c4,a[1-3]b2c4"),
    ((-1,), "a1b1c[3-4],a2b1c[3-4],a3b1c[3-4],a1b2c[3-4],a2b2c[3-4],a3b2c[3-4]"),
    ([0, 2], "a[1-3]b1c[3-4],a[1-3]b2c[3-4]"),
    ({0, 1, 2}, "a[1-3]b[1-2]c[3-4]"),
    (None, "a[1-3]b[1-2]c[3-4]"),
    ((7,), ",".join(f"a{a}b{b}c{c}" for c in (3, 4) for b in (1, 2) for a in (1, 2, 3))),
]


@pytest.mark.parametrize(("axes", "folded"), FOLD_AXES)
def test_fold_axis(axes, folded):
    nodes = parse("a[1-3]b[1-2]c[3-4]", fold_axis=axes)
    assert str(nodes) == folded
    assert nodes.copy().fold_axis == axes
    assert nodes == parse(folded)


def test_fold_axis_of_one_dimension():
    assert str(parse("a[1-3],x[1-2]b[4-5]", fold_axis=(1,))) == "a1,a2,a3,x1b[4-5],x2b[4-5]"
    assert str(parse("a[1-3]", fold_axis=())) == "a1,a2,a3"


@pytest.mark.parametrize("axes", [0, "x", ["x"]])
def test_fold_axis_that_is_none(axes):
    nodes = parse("a1b[1-2]", fold_axis=axes)
    with pytest.raises(NodeSetParseError, match="fold_axis="):
        str(nodes)


def test_fold_axis_of_the_defaults():
    """A set takes the default when it is made, and keeps it."""
    before = DEFAULTS.fold_axis
    DEFAULTS.fold_axis = (0,)
    try:
        nodes = parse("a[1-2]b[1-2]")
    finally:
        DEFAULTS.fold_axis = before
    assert nodes.fold_axis == (0,)
    assert str(nodes) == "a[1-2]b1,a[1-2]b2"
    assert str(parse("a[1-2]b[1-2]")) == "a[1-2]b[1-2]"


def test_expand_and_fold():
    assert expand("a[1-3],b!a2") == ["a1", "a3", "b"]
    assert expand("n[08-11]x") == ["n08x", "n09x", "n10x", "n11x"]
    assert fold("a3,a1,a2") == "a[1-3]"
    assert (expand(""), fold("")) == ([], "")


def test_parsing_engine_alone():
    engine = ParsingEngine(None)
    assert str(engine.parse("a[1-3],@g", None)) == "@g,a[1-3]"
    assert str(engine.parse(None, None)) == ""
    nodes = parse("a1")
    assert engine.parse(nodes, None) is nodes
    assert isinstance(engine.parse("a1b2", 3)._patterns["a%sb%s"], RangeSetND)


@pytest.mark.parametrize(
    ("name", "patterns"),
    [
        ("a1,a2", ["a%s,a%s"]),
        ("a!b", ["a!b"]),
        ("@x", ["@x"]),
        ("*", ["*"]),
        (" a1 ", ["a%s"]),
        ("%", ["%%"]),
        ("n[1-2]", ["n[%s-%s]"]),
    ],
)
def test_single_names_have_no_grammar(name, patterns):
    assert sorted(NodeSet._fromlist1([name])._patterns) == patterns
    nodes = ParsingEngine(None).parse_string_single(name, None)
    assert list(nodes) == [name.strip()]


def test_single_name_that_is_empty():
    with pytest.raises(NodeSetParseError, match="parse error"):
        NodeSet._fromlist1(["a", ""])


LONG = "n" * 300


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        LONG + "1",
        ",".join(f"{LONG}{i}" for i in range(5)),
        "a" + "1" * 17,
        "a" + "1" * 18,
        "a" + "1" * 19,
        "a" + "0" * 40,
        "1a" * 60,
        "%" * 200,
        ",".join(["a1"] * 100),
    ],
)
def test_long_names(text):
    nodes = parse(text)
    assert sorted(set(text.split(","))) == sorted(nodes)
    assert parse(str(nodes)) == nodes
