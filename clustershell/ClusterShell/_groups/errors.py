"""What goes wrong between a node set and the sources of its groups.

Errors, and *notices*: what a user should know of and is no reason to stop.

The public exceptions of NodeUtils derive from the first five, so that this
room knows what happened without knowing them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class SourceError(Exception):
    """Base of the errors of a source."""


class QueryFailed(SourceError):
    """A source has tried to answer and failed."""


class NoAnswer(SourceError):
    """A source has no way to answer this kind of question."""


class ResolverError(Exception):
    """Base of the errors of a resolver."""


class NoSuchSource(ResolverError):
    """There is no source of that name."""


class Unanswered(Exception):
    """A question to a source, or to several of its kind, has no answer; the text says why."""


class Notices:
    """Where it is told that a group is not what it seems.

    ``listener`` is a function of a text, set by a program whose user reads
    what it says.  Without one, what a notice would be about is an error, or
    left alone, as programs that ask know it.
    """

    def __init__(self) -> None:
        self.listener: Callable[[str], None] | None = None
        self._told: set[str] = set()

    def tell(self, text: str) -> None:
        """Tell *text*, once, to who listens."""
        if self.listener is not None and text not in self._told:
            self._told.add(text)
            self.listener(text)

    def heard_by(self, listener: Callable[[str], None] | None) -> None:
        """Set the listener, who has been told nothing yet."""
        self.listener = listener
        self._told = set()


notices = Notices()
