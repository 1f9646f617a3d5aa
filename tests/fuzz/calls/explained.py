"""Which answers count as the same, and why others differ where they are meant to."""

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


def both_refuse(case, peer, ours):
    accident = peer[0] == "raised" and peer[1] in ACCIDENTS
    return accident and ours[0] == "raised" and ours[1] in REFUSALS and peer[3:] == ours[3:]


#: What the released package raises where it meets what it did not think of...
ACCIDENTS = {"AttributeError", "UnboundLocalError", "NameError", "IndexError", "TypeError"}

#: ... and what this one raises there.
REFUSALS = {"TypeError", "ValueError"}


def stored(case, peer, ours):
    """The released package has made a set of something that it cannot print."""
    if "MsgTreeElem" in case[1] + case[2]:
        return False
    return "broken" in repr(peer) and (ours[0] == "returned" or ours[1] in REFUSALS)


def element_alone(case, peer, ours):
    """An element made without parent, or with what is none."""
    made = "MsgTreeElem(" in repr(case[1:]) or case[2] == "MsgTreeElem"
    accident = "'msgline'" in repr(peer) or "broken" in repr(peer)
    return made and accident and "broken" not in repr(ours)


def equals_everything(case, peer, ours):
    return "Same()" in repr(case) or "Odd()" in repr(case) and "Same" in repr(peer)


def sets_of_one_kind(case, peer, ours):
    kinds = "NodeSetBase(" in repr(case) and case[3][1:2] == ["'^'"]
    return kinds and peer[:2] == ["raised", "TypeError"] and ours[0] == "returned"


def decorator(case, peer, ours):
    return case[2] == "init" and case[1].startswith(("groups", "GroupResolver"))


def keyword_of_wrapper(case, peer, ours):
    return peer[1] == "TypeError" and "unexpected keyword argument" in peer[2] and case[4]


def found_no_group(case, peer, ours):
    formatted = peer[1] == "TypeError" and "string formatting" in peer[2]
    return formatted and ours[1] in ("TopologyError", "NodeSetParseError")


def not_a_root(case, peer, ours):
    return case[2] == "to_tree" and peer[1] == "TypeError" and ours[1] == "TopologyError"


def iterated_tree(case, peer, ours):
    return case[2] == "TreeIterator" and peer[1] == "AttributeError" and "iterator" in repr(ours)


def unchanged(case, peer, ours):
    return peer[:3] == ours[:3] and peer[0] == "raised" and ours[-1] == "unchanged"


def other_missing(case, peer, ours):
    return peer[:2] == ours[:2] == ["raised", "KeyError"] and peer[3:] == ours[3:]


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
    return case[2].startswith("__") and "NotImplemented" in peer[1] and ours[0] == "returned"


def frozen(case, peer, ours):
    comparison = case[2] in ("__lt__", "__le__", "__gt__", "__ge__") or case[2] == "operated"
    return comparison and "frozenset" in repr(case[3]) and ours[0] == "returned"


def strict_operand(case, peer, ours):
    strict = case[2] == "difference_update" and ours[:2] == ["raised", "KeyError"]
    return strict and peer[1] == "TypeError" and peer[3:] == ours[3:]


def strict_vectors(case, peer, ours):
    strict = case[1].startswith("RangeSetND") and case[2] == "difference_update"
    return strict and peer[1] in ("RangeSetParseError", "KeyError") and ours[1] == "TypeError"


def own_state(case, peer, ours):
    return case[2] == "__reduce__" and peer[0] == ours[0] == "returned"


def installed(case, peer, ours):
    return case[2] == "config_paths" and peer[0] == ours[0] == "returned"


def element_inside(case, peer, ours):
    element = any(text in repr(case[3][:1]) for text in ("tree(", "MsgTreeElem"))
    return element and case[3][1:2] == ["'in'"] and peer[:2] == ["raised", "TypeError"]


def no_file(case, peer, ours):
    return case[2] == "YAMLGroupLoader" and case[3][:1] == ["0"] and peer[0] == ours[0] == "raised"


def short_cut(case, peer, ours):
    return case[2] == "isdisjoint" and "odd_generator" in repr(case[3]) and ours[1] == "KeyError"


def two_are_wrong(case, peer, ours):
    return len(case[3]) + len(case[4]) > 1 and peer[0] == ours[0] == "raised" and not case[1]


REASONS = {
    "all elements are looked at before any is compared": short_cut,
    "of two wrong arguments of a constructor another one is named": two_are_wrong,
    "standard input is no configuration; it is what the process was given": no_file,
    "an object has attributes of its own making, besides those of the released one": own_state,
    "each is installed in an environment of its own": installed,
    "a message element is looked for in what has no bytes": element_inside,
    "a message element without parent is one line; the released one is none": element_alone,
    "an operand that equals everything is taken for a constant": equals_everything,
    "`^` takes what `|`, `&` and `-` take": sets_of_one_kind,
    "GroupResolver.init is a decorator, not for callers": decorator,
    "a method takes its argument by name; the released one is wrapped": keyword_of_wrapper,
    "no group is found for what is no node; the released package fails to say so": found_no_group,
    "what is no name is no root": not_a_root,
    "TreeIterator of what is no tree fails when it is asked": iterated_tree,
    "what is no number is refused, integers are taken; the released package breaks": stored,
    "an exception on the way leaves the object as it was": unchanged,
    "which of several missing elements is named is the order of a set": other_missing,
    "a message element is unequal to what has no bytes": element_compared,
    "a tuple or list is an element to RangeSetND": element_of_vectors,
    "a RangeSet is no built-in set: `in` of one needs a hash": no_built_in,
    "a special method itself answers for plain and frozen sets": not_implemented,
    "a frozen set compares with a RangeSet from both sides": frozen,
    "KeyError for what is missing, whatever kind of operand it is in": strict_operand,
    "RangeSetND refuses operands before it looks for missing elements": strict_vectors,
    "both refuse; the released package by an accident of its inside": both_refuse,
}
