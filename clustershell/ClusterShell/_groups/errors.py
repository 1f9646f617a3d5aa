"""What goes wrong between a node set and the sources of its groups.

The public exceptions of NodeUtils derive from the first four, so that this
room knows what happened without knowing them.
"""


class SourceError(Exception):
    """Base of the errors of a source."""


class QueryFailed(SourceError):
    """A source has tried to answer and failed."""


class NoAnswer(SourceError):
    """A source has no way to answer this kind of question."""


class NoSuchSource(Exception):
    """There is no source of that name."""


class Unanswered(Exception):
    """A question to a source, or to several of its kind, has no answer; the text says why."""
