"""Reading a shell command just far enough to know where its slots stand.

This is not a shell parser.  It follows quotes, substitutions and word
boundaries of POSIX ``sh`` (and of bash, which many systems install as ``sh``)
as long as they are simple; where they are not, it says so (``OPAQUE``) instead
of guessing, because a wrong guess about quoting is an injection.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Optional


class Context(Enum):
    """What kind of quoting surrounds a slot."""

    BARE = "bare"
    SINGLE = "single"
    DOUBLE = "double"
    OPAQUE = "opaque"


@dataclass
class Place:
    """Where one slot stands.

    context: the quoting around it.
    starts_word: nothing comes before it in its word, so ``-`` makes an option.
    reread: another interpreter may read the text the slot is part of.
    path: the slot is part of a path or is the target of a redirection.
    assigns: a word with ``=`` may be an assignment there.
    """

    context: Context
    starts_word: bool = False
    reread: bool = False
    path: bool = False
    assigns: bool = False


# A slot is one character of the scanned text; NUL cannot occur in a command.
_SLOT = "\0"

# Programs and shell words that read their arguments, or their input, as a
# program, a pattern or a command; or that keep a value for later text.
_READERS = re.compile(
    r"(?<![\w.-])(?:"
    r"(?:ba|da|z|k|mk|a|pdk|c|tc|fi)?sh|busybox|eval|source|exec|trap|alias|xargs|parallel|find|"
    r"g?sed|[gmn]?awk|[efz]?grep|expr|ed|ex|vim?|perl|python|pypy|ruby|lua|node|php|tclsh|expect|"
    r"ssh|rsh|remsh|slogin|pdsh|clush|dsh|pssh|parallel-ssh|salt|ansible|su|sudo|doas|runuser|"
    r"chroot|nsenter|env|watch|script|screen|tmux|at|batch|systemd-run|make|"
    r"mysql|psql|sqlite|bc|dc|gdb|m4|"
    r"for|select|read|set|export|local|declare|typeset|readonly|printf|let|"
    # Their operands may be arithmetic, where bash runs the subscript of "x[$(command)]".
    r"test|unset|getopts|mapfile|readarray|wait|\[\[?"
    r")[\d.]*(?![\w.-])"
)
# Those that take assignments among their operands.
_ASSIGNERS = re.compile(
    r"(?<![\w.-])(?:env|export|local|declare|typeset|readonly|alias|set|sudo|doas|make|awk|gawk|mawk|"
    r"nawk|systemd-run)(?![\w.-])"
)
_PLAIN_QUOTED = re.compile(r"[\w.:+,%/=@\0-]*")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_SIMPLE_BRACES = re.compile(r"\$\{[^}'\"\\`$]*\}")
_SIMPLE_BACKQUOTES = re.compile(r"`[^`'\"\\]*`")
_DESCRIPTOR = re.compile(r"[ \t]*(?:\d+|-)(?=[ \t\n;|&()<>]|$)")
_RESERVED = frozenset(
    ("then", "do", "else", "elif", "if", "while", "until", "!", "{", "time", "coproc")
)
_BLANK = " \t"
_OPERATORS = "\n;|&()<>"


class _Scanner:
    """One pass over a command; ``places`` has one entry a slot afterwards."""

    def __init__(self, text: str):
        self.text = text
        self.at = 0
        self.places: list[Place] = []
        # Enclosing constructs, innermost last: '"' a double quote, '$(' and '(' parentheses.
        self.frames: list[str] = []
        # For each double quote: where its text starts and the slots directly in it.
        self.doubles: list[tuple[int, list[Place]]] = []
        # For each parenthesis: the state of the commands around it.
        self.saved: list[tuple[Optional[list[str]], list[Place], bool, bool]] = []
        self.reread = _READERS.search(text) is not None
        self.assigns = _ASSIGNERS.search(text) is not None
        self.command_next = True
        self.target_next = False
        self._open_word()

    def _open_word(self) -> None:
        self.word: Optional[list[str]] = None
        self.word_places: list[Place] = []

    def _close_word(self) -> None:
        """Judge the slots of the word that ends here."""
        if self.word is None:
            return
        text = "".join(self.word)
        if text == "case":
            # The parentheses after its patterns have no partner.
            self._rest()
        first = self.command_next and not self.target_next
        assignment = _ASSIGNMENT.match(text) is not None
        for place in self.word_places:
            place.reread = place.reread or first
            place.assigns = place.assigns or self.assigns or (first and not assignment)
            place.path = place.path or self.target_next or "/" in text
        if self.target_next:
            self.target_next = False
        elif text not in _RESERVED and not assignment:
            self.command_next = False
        self._open_word()

    def _slot(self, context: Context) -> None:
        place = Place(context, not "".join(self.word or ()).strip(_SLOT), self.reread)
        self.places.append(place)
        self.word_places.append(place)
        self._literal(_SLOT)

    def _literal(self, char: str) -> None:
        if self.word is None:
            self.word = []
        self.word.append(char)

    def _opaque(self, end: int) -> None:
        """Take the text up to ``end`` as something that cannot be looked into."""
        for char in self.text[self.at : end]:
            if char == _SLOT:
                self._slot(Context.OPAQUE)
            else:
                self._literal(char)
        self.at = end

    def _rest(self) -> None:
        self._opaque(len(self.text))

    def _quoted(self, start: int, end: int, inside: "list[Place]") -> None:
        """Judge the slots ``inside`` of the quoted text from ``start`` to ``end``."""
        if not _PLAIN_QUOTED.fullmatch(self.text, start, end):
            for place in inside:
                place.reread = True

    def _single(self) -> None:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            self._rest()
            return
        start, first_place = self.at + 1, len(self.places)
        self._literal("")
        for char in self.text[start:end]:
            if char == _SLOT:
                self._slot(Context.SINGLE)
            else:
                self._literal(char)
        self._quoted(start, end, self.places[first_place:])
        self.at = end + 1

    def _backslash(self) -> None:
        self._opaque(min(self.at + 2, len(self.text)))

    def _dollar(self, double: bool) -> None:
        """Read from a ``$``: a substitution, a variable or just that character."""
        text, at = self.text, self.at
        following = text[at + 1 : at + 2]
        braces = _SIMPLE_BRACES.match(text, at)
        if braces:
            self._opaque(braces.end())
        elif text.startswith("((", at + 1):
            self._rest()
        elif following == "(":
            self._literal("$")
            self._push("$(")
            self.at += 2
        elif following == _SLOT:
            self._opaque(at + 2)
        elif following == "{" or (following in ("'", '"') and not double):
            self._rest()
        else:
            self._literal("$")
            self.at += 1

    def _backquote(self) -> None:
        simple = _SIMPLE_BACKQUOTES.match(self.text, self.at)
        if simple:
            self._opaque(simple.end())
        else:
            self._rest()

    def _push(self, frame: str) -> None:
        """Enter a list of commands of its own; the word around it waits."""
        self.frames.append(frame)
        self.saved.append((self.word, self.word_places, self.command_next, self.target_next))
        self._open_word()
        self.command_next, self.target_next = True, False

    def _pop(self) -> None:
        self._close_word()
        self.frames.pop()
        self.word, self.word_places, self.command_next, self.target_next = self.saved.pop()

    def _double(self) -> None:
        """Read what comes inside double quotes up to the next change of context."""
        char = self.text[self.at]
        if char == '"':
            start, inside = self.doubles.pop()
            self._quoted(start, self.at, inside)
            self.frames.pop()
            self.at += 1
        elif char == _SLOT:
            self._slot(Context.DOUBLE)
            self.doubles[-1][1].append(self.places[-1])
            self.at += 1
        elif not self._common(char, double=True):
            self._literal(char)
            self.at += 1

    def _common(self, char: str, double: bool) -> bool:
        """Read what means the same bare and in double quotes; return whether it did."""
        if char == "\\":
            self._backslash()
        elif char == "$":
            self._dollar(double)
        elif char == "`":
            self._backquote()
        else:
            return False
        return True

    def _operator(self, char: str) -> None:
        self._close_word()
        self.at += 1
        if self.text[self.at - 1 : self.at + 1] in ("((", "<<"):
            # Arithmetic, or a here-document.
            self._rest()
        elif char == "(":
            self._push("(")
        elif char == ")":
            if not self.frames:
                self._rest()
            else:
                self._pop()
        elif char in "<>":
            self.target_next = True
        elif char == "&" and self.text[self.at - 2 : self.at - 1] in ("<", ">"):
            # bash expands the word after ">&" twice, whatever its quotes.
            if not _DESCRIPTOR.match(self.text, self.at):
                self._rest()
        else:
            self.command_next, self.target_next = True, False

    def _bare(self) -> None:
        """Read one construct outside quotes."""
        char = self.text[self.at]
        if char == "'":
            self._single()
        elif char == '"':
            self._literal("")
            self.frames.append('"')
            self.doubles.append((self.at + 1, []))
            self.at += 1
        elif char == _SLOT:
            self._slot(Context.BARE)
            self.at += 1
        elif char in _BLANK:
            self._close_word()
            self.at += 1
        elif char in _OPERATORS:
            self._operator(char)
        elif char == "#" and self.word is None:
            end = self.text.find("\n", self.at)
            self._opaque(len(self.text) if end < 0 else end)
        elif not self._common(char, double=False):
            self._literal(char)
            self.at += 1

    def scan(self) -> "list[Place]":
        while self.at < len(self.text):
            if self.frames and self.frames[-1] == '"':
                self._double()
            else:
                self._bare()
        self._close_word()
        if self.frames:
            for place in self.places:
                place.context = Context.OPAQUE
        return self.places


def places(literals: Sequence[str]) -> "tuple[Place, ...]":
    """Return the place of each slot of a command.

    :param literals: the text before the first slot, between the slots, and after the
        last; so one entry more than there are slots.
    """
    if any(_SLOT in literal for literal in literals):
        raise ValueError("null character in a command")
    return tuple(_Scanner(_SLOT.join(literals)).scan())
