"""What this room finds wrong; the public module has exceptions of its own for each."""


class BadText(Exception):
    """A text is no node set.

    part: the part of it at fault.
    reason: what is wrong with it, in words.
    origin: where a source of groups gave the text, what it was asked for; None otherwise.
    fault: the exception of RangeSet that says what is wrong with ranges, None otherwise.
    """

    origin = None
    fault = None

    def __init__(self, part, reason):
        super().__init__(part, reason)
        self.part = part
        self.reason = reason


class BadRanges(BadText):
    """What stands for indexes is no range set."""

    def __init__(self, fault):
        super().__init__(str(fault), "bad range")
        self.fault = fault


class Mismatch(Exception):
    """Of two sets, one has indexes for a pattern and the other a name without."""
