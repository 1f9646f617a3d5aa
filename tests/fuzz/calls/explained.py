"""Which answers count as the same, and why others differ where they are meant to."""

import json

#: Exceptions whose texts are Python's, not the package's.
PYTHONS_OWN = {"TypeError", "AttributeError", "IndexError", "ValueError", "OverflowError"}


def same(one, other):
    """Return whether two answers are the same to a program."""
    if one == other:
        return True
    if one[0] == other[0] == "raised" and one[1] == other[1]:
        # An assertion of the released package often has no words.
        wordless = one[1] == "AssertionError" and not one[2]
        return (wordless or one[1] in PYTHONS_OWN) and one[3:] == other[3:]
    return False


def explain(case, peer, ours):
    """Return the reason of a difference, None if there is none."""
    for reason, holds in REASONS.items():
        if holds(case, peer, ours):
            return reason
    return None


#: Accidents inside the released package, and what this one says of the same operand: parts
#: of the texts of TypeErrors and the like.
ACCIDENTS = (
    ("has no attribute '_veclist'", "only permitted between RangeSetND"),
    ("has no attribute '_patterns'", "only permitted between RangeSetND"),
    ("too many values to unpack", "cannot convert string to integer"),
    ("during string formatting", "cannot convert string to integer"),
    ("during string formatting", "is not in RangeSetND"),
    ("has no attribute 'difference'", "only permitted between RangeSetND"),
    ("has no attribute 'stop'", "int() argument must be"),
    ("has no attribute 'stop'", "padding must be an integer"),
    ("has no attribute 'strip'", "requires a 'str' object"),
    ("a bytes-like object is required", "parse error"),
    ("has no attribute 'children_len'", "'dict' object is not callable"),
    ("cannot get string from MsgTreeElem", "is not in RangeSetND"),
    ("during string formatting", "is not in RangeSetND"),
)


def both_refuse(case, peer, ours):
    if peer[0] != "raised" or ours[0] != "raised" or peer[3:] != ours[3:]:
        return False
    return any(theirs in peer[2] and own in ours[2] for theirs, own in ACCIDENTS)


#: Methods of RangeSet that add elements, from one element or many.
ADDING = {
    "add", "update", "union", "union_update", "symmetric_difference", "fromone",
    "symmetric_difference_update", "__or__", "__ior__", "__xor__", "__ixor__",
}  # fmt: skip


def stored(case, peer, ours):
    """The released package has made a range set of something that it cannot print."""
    adding = case[2] in ADDING or case[2] == "operated" and case[3][1] in ("'|'", "'^'")
    sets = "RangeSet(" in repr(case[1:4])
    broken = sets and '"RangeSet", "broken"' in json.dumps(peer)
    return adding and broken and (ours[0] == "returned" or ours[1] in ("TypeError", "ValueError"))


def indexes_of_no_kind(case, peer, ours):
    """The released package has made a node set of indexes that are none, unfit for use."""
    broken = case[2] == "NodeSetBase" and peer[:1] == ["returned"] and "broken" in peer[1]
    return broken and ours[1] == "AttributeError"


def length_of_an_element(case, peer, ours):
    element = "tree()['n1']" in repr(case) or "MsgTreeElem()" in repr(case)
    return element and peer[:3] == ["raised", "ValueError", "negative count"]


def some_element(case, peer, ours):
    """Each has taken out an element that was there."""
    if case[2] != "pop" or "RangeSet" not in case[1] or peer[0] != "returned":
        return False
    return ours[0] == "returned" and peer[3] == ours[3] == "changed" and ours[1][:4] == "str "


def first_of_two(case, peer, ours):
    """Of a generator that raises and another bad argument, either is named first."""
    if case[2] not in ("fromlist", "RangeSet") or "odd_generator" not in (case[3] or [""])[0]:
        return False
    return "KeyError" in (peer[1], ours[1]) and peer[0] == ours[0] == "raised"


def broken_iterator(case, peer, ours):
    return (
        case[2] == "__iter__"
        and case[1].endswith(("to_tree('r')", "TopologyTree()"))
        and (peer[1] == ["iterator", ["raises", "TypeError"]])
    )


def element_alone(case, peer, ours):
    """An element made without parent, or with what is none."""
    made = "MsgTreeElem(" in repr(case[1:]) or case[2] == "MsgTreeElem"
    accident = "'msgline'" in repr(peer) or "broken" in repr(peer)
    return made and accident and "broken" not in repr(ours)


#: How arguments begin that cannot be looked up.
UNHASHABLE = ("[", "{", "set(", "bytearray(", "RangeSet", "NodeSet", "MsgTreeElem(", "tree()['")


def line_of_no_kind(case, peer, ours):
    """A line that cannot be looked up is refused, or when its element is first asked for lines."""
    if case[2] not in ("MsgTreeElem", "append") or peer[0] != "returned":
        return False
    broken = ours == ["returned", ["MsgTreeElem", "MsgTreeElem", "broken", "AttributeError"]]
    unhashable = (case[3] or [""])[0].startswith(UNHASHABLE)
    return (broken and unhashable) or (ours[1] == "TypeError" and "unhashable" in ours[2])


def words_of_no_kind(case, peer, ours):
    made = case[2] == "RangeSetPaddingError" and ours == ["returned", "object RangeSetPaddingError"]
    return made and peer[1] == "TypeError" and "format" in peer[2]


def equals_everything(case, peer, ours):
    """It is taken for another constant, or refused in other words, or compared."""
    compared = case[2] in ("__eq__", "__ne__", "operated")
    accident = peer[0] == "raised" and "'NoneType' object has no attribute" in peer[2]
    refused = peer[0] == ours[0] == "raised"
    return "Same()" in repr(case) and (compared or refused or accident)


def decorator(case, peer, ours):
    return case[2] == "init" and case[1].startswith(("groups", "GroupResolver"))


def keyword_of_wrapper(case, peer, ours):
    words = ("unexpected keyword argument", "takes no keyword arguments")
    named = case[4] and "nosuch" not in case[4]
    return named and peer[1] == "TypeError" and any(text in peer[2] for text in words)


def found_no_group(case, peer, ours):
    texts = ("string formatting", "arguments for format string")
    formatted = peer[1] == "TypeError" and any(text in peer[2] for text in texts)
    return formatted and ours[1] in ("TopologyError", "NodeSetParseError")


def unhashable_root(case, peer, ours):
    """A set of nodes is no name; where it is none of the graph, either is said."""
    if case[2] != "to_tree" or peer[0] != "raised" or ours[0] != "raised":
        return False
    return "unhashable" in peer[2] and "is not a valid root node" in ours[2]


def iterated_tree(case, peer, ours):
    return case[2] == "TreeIterator" and peer[1] == "AttributeError" and "iterator" in repr(ours)


def unchanged(case, peer, ours):
    return peer[:3] == ours[:3] and peer[0] == "raised" and ours[-1] == "unchanged"


def other_missing(case, peer, ours):
    missing = peer[:2] == ours[:2] == ["raised", "KeyError"] and peer[3:] == ours[3:]
    return missing and case[2] in ("difference_update", "remove")


def element_compared(case, peer, ours):
    operands = case[3][::2] if case[2] == "operated" else [case[1], *case[3]]
    compared = case[2] in ("__eq__", "__ne__") or case[3][1:2] in (["'=='"], ["'!='"])
    one = any("tree(" in text or "MsgTreeElem" in text for text in operands)
    return one and compared and ours[0] == "returned"


def element_of_vectors(case, peer, ours):
    contains = case[2] == "__contains__" or case[3][1:2] == ["'in'"]
    refused = peer[:2] == ["raised", "RangeSetParseError"]
    return contains and refused and ours[1] in ("bool False", "bool True")


def no_built_in(case, peer, ours):
    inside = case[3][1:2] == ["'in'"] and peer == ["returned", "bool False"]
    return inside and ours[:2] == ["raised", "TypeError"] and "unhashable" in ours[2]


def not_implemented(case, peer, ours):
    """Asked itself, a method of RangeSet answers for sets that it is compared with by Python."""
    plain = case[3] and case[3][0].startswith(("{", "set(", "frozenset("))
    return (
        plain
        and peer[:2] == ["returned", "object NotImplementedType"]
        and (ours[0] == "returned" and case[1].startswith(("RangeSet(", "SubRangeSet(")))
    )


def frozen(case, peer, ours):
    comparison = case[2] in ("__lt__", "__le__", "__gt__", "__ge__") or case[2] == "operated"
    return comparison and "frozenset" in repr(case[3]) and ours[0] == "returned"


def strict_vectors(case, peer, ours):
    strict = case[1].startswith("RangeSetND") and case[2] == "difference_update"
    return strict and peer[1] in ("RangeSetParseError", "KeyError") and ours[1] == "TypeError"


def own_state(case, peer, ours):
    """Not of sets, whose states both read."""
    if case[1].startswith(("RangeSet", "SubRangeSet", "NodeSet", "SubNodeSet", "Topology")):
        return False
    return case[2] == "__reduce__" and peer[0] == ours[0] == "returned"


def installed(case, peer, ours):
    return case[2] == "config_paths" and peer[0] == ours[0] == "returned"


def element_inside(case, peer, ours):
    element = any(text in repr(case[3][:1]) for text in ("tree(", "MsgTreeElem"))
    lines = peer[:2] == ["raised", "TypeError"] or "msgline" in repr(peer)
    empty = peer == ["returned", "bool True"] and case[3][2] == "range(3)"  # bytes(0) == b""
    return element and case[3][1:2] == ["'in'"] and (lines or empty)


def no_file(case, peer, ours):
    number = case[2] == "YAMLGroupLoader" and case[3][:1] in (["0"], ["False"])
    return number and peer[0] == ours[0] == "raised"


def short_cut(case, peer, ours):
    return case[2] == "isdisjoint" and "odd_generator" in repr(case[3]) and ours[1] == "KeyError"


REASONS = {
    "all elements are looked at before any is compared": short_cut,
    "a message element of the released package may have a length below zero": length_of_an_element,
    "what are no indexes is refused": indexes_of_no_kind,
    "a line can be looked up": line_of_no_kind,
    "words of an error may be any object": words_of_no_kind,
    "pop takes out some element": some_element,
    "a list is read before its names are": first_of_two,
    "the tree of a topology can be iterated over": broken_iterator,
    "standard input is no configuration; it is what the process was given": no_file,
    "an object has attributes of its own making, besides those of the released one": own_state,
    "each is installed in an environment of its own": installed,
    "a message element is looked for in what has no bytes": element_inside,
    "a message element without parent is one line; the released one is none": element_alone,
    "an operand that equals everything is taken for a constant": equals_everything,
    "GroupResolver.init is a decorator, not for callers": decorator,
    "a method takes its argument by name; the released one is wrapped": keyword_of_wrapper,
    "no group is found for what is no node; the released package fails to say so": found_no_group,
    "a set of nodes is no root": unhashable_root,
    "TreeIterator of what is no tree fails when it is asked": iterated_tree,
    "what is no number is refused, integers are taken; the released package breaks": stored,
    "an exception on the way leaves the object as it was": unchanged,
    "which of several missing elements is named is the order of a set": other_missing,
    "a message element is unequal to what has no bytes": element_compared,
    "a tuple or list is an element to RangeSetND": element_of_vectors,
    "a RangeSet is no built-in set: `in` of one needs a hash": no_built_in,
    "a special method itself answers for plain and frozen sets": not_implemented,
    "a frozen set compares with a RangeSet from both sides": frozen,
    "RangeSetND refuses operands before it looks for missing elements": strict_vectors,
    "both refuse; the released package by an accident of its inside": both_refuse,
}
