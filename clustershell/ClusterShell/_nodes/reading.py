"""From plain texts and lists of names to the patterns of a node set.

The kernel :mod:`names` reads what is plain in one go, and says where it
stopped; :mod:`scanner` knows the whole grammar.  Patterns are a mapping of
pattern to indexes, as in :mod:`folding`.
"""

from ClusterShell._accel import names as kernel
from ClusterShell.RangeSet import AUTOSTEP_DISABLED, RangeSet, RangeSetND


def _patterns(names, autostep):
    if autostep is None or not names.have_indexes():
        return names.patterns(RangeSet, AUTOSTEP_DISABLED, RangeSetND._from_boxes)
    return names.patterns(
        RangeSet, int(autostep) - 1, lambda boxes: RangeSetND._from_boxes(boxes, autostep)
    )


def plain_beginning(text, autostep):
    """Read a text as far as it is plain.

    Returns the patterns read, and where the rest begins: an item of the text.
    """
    names = kernel.Names()
    at = names.read_text(text, 0)
    return _patterns(names, autostep), at


def add_all(nodes, others):
    """Add each of a list of texts and node sets to ``nodes``, in one go.

    Where one of them is refused, those before it are in the set.
    """
    names = kernel.Names()
    at = 0
    try:
        while True:
            at = names.read_list(others, at)
            if at == len(others):
                break
            nodes.update(others[at])
            at += 1
    finally:
        nodes._absorb(_patterns(names, nodes._autostep))


def add_names(nodes, texts, add_one):
    """Add each of a list of names, in which no character is special, to ``nodes``.

    add_one: called with each that the kernel does not read.
    """
    names = kernel.Names()
    at = 0
    while True:
        at = names.read_names(texts, at)
        if at == len(texts):
            break
        add_one(texts[at])
        at += 1
    nodes._absorb(_patterns(names, nodes._autostep))
