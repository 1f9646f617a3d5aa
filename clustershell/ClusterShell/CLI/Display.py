"""Showing results on standard output and standard error.

:class:`Display` knows the ways in which the tools show output: line by line
with a label, gathered under a header, or as differences.  Lines and messages
are bytes and are written as they are, except to a terminal, where control
characters are made visible (unless ``--literal`` is given).
"""

from __future__ import annotations

import sys

from ClusterShell._cli.colors import environment_color, wants_color
from ClusterShell._cli.controls import visible
from ClusterShell._cli.levels import DEBUG as VERB_DEBUG
from ClusterShell._cli.levels import QUIET as VERB_QUIET
from ClusterShell._cli.levels import STD as VERB_STD
from ClusterShell._cli.levels import VERB as VERB_VERB
from ClusterShell._cli.options import THREE_CHOICES
from ClusterShell._cli.sink import Sink, labelled
from ClusterShell._lazy import lazy_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

__all__ = [
    "STRING_ENCODING",
    "THREE_CHOICES",
    "VERB_DEBUG",
    "VERB_QUIET",
    "VERB_STD",
    "VERB_VERB",
    "WHENCOLOR_CHOICES",
    "Display",
    "sys",
    "sys_stdin",
]

__getattr__ = lazy_names(
    globals(),
    {
        "NodeSet": "ClusterShell.NodeSet",
        "difflib": None,
        "io": None,
        "os": None,
        "print_function": "__future__",
    },
)

#: Values of ``--color``.
WHENCOLOR_CHOICES = THREE_CHOICES

STRING_ENCODING = "utf-8"


def sys_stdin() -> Any:
    """Return standard input as a stream of bytes."""
    return getattr(sys.stdin, "buffer", sys.stdin)


def _ignore(exc: OSError) -> bool:
    return True


def _lines(message: Any) -> list[str]:
    """Return the lines of a message, a MsgTreeElem or bytes, as text; empty bytes are no line."""
    text = bytes(message)
    if not text and not list(message):
        return []
    return text.decode(STRING_ENCODING, "surrogateescape").split("\n")


class Display:
    """Shows output as the options of a command line ask for.

    Attributes that callers read and set: ``gather`` and ``line_mode`` (how
    messages are shown), ``label`` (whether nodes are shown), ``regroup``,
    ``groupsource`` and ``noprefix`` (how nodes are shown), ``node_count``,
    ``verbosity``, ``out`` and ``err`` (text streams).
    """

    COLOR_RESULT_FMT = "\033[92m%s\033[0m"
    COLOR_STDOUT_FMT = "\033[94m%s\033[0m"
    COLOR_STDERR_FMT = "\033[91m%s\033[0m"
    COLOR_DIFFHDR_FMT = "\033[1m%s\033[0m"
    COLOR_DIFFHNK_FMT = "\033[96m%s\033[0m"
    COLOR_DIFFADD_FMT = "\033[92m%s\033[0m"
    COLOR_DIFFDEL_FMT = "\033[91m%s\033[0m"
    SEP = "-" * 15

    _on_error: Callable[[OSError], bool] | None = None

    class _KeySet(tuple):
        """Keys that are no node names, shown in place of a node set."""

        __slots__ = ()

        def __str__(self) -> str:
            return ",".join(self)

    def __init__(self, options: Any, config: Any = None, color: bool | None = None) -> None:
        """Prepare for *options*, of ``CLI.OptionParser``.

        :param config: a ``CLI.Config.ClushConfig``, which then says what ``color``,
            ``node_count`` and ``verbosity`` are where *options* do not.
        :param color: whether to use colours; found out if None.
        :raises ValueError: *options* do not go together
        """
        if options.diff and options.line_mode:
            raise ValueError("diff not supported in line_mode")
        self._print_buffer = self._print_diff if options.diff else self._print_content
        self._display = self._print_lines if options.line_mode else self._print_buffer
        self._diffref: tuple[Any, Any] | None = None
        #: What may differ in outputs that count as similar, None if nothing may.
        self.similar: Any = getattr(options, "similar", None)
        self.gather = options.gatherall or options.gather or options.diff
        if self.similar is not None:
            if options.line_mode:
                raise ValueError("similar not supported in line_mode")
            self.gather = True
        self.progress = getattr(options, "progress", False)
        self.label = options.label
        self.regroup = options.regroup
        self.groupsource = options.groupsource
        self.noprefix = options.groupbase
        self.outdir = getattr(options, "outdir", None)
        self.errdir = getattr(options, "errdir", None)
        self.maxrc = getattr(options, "maxrc", False)
        self.literal = getattr(options, "literal", False)
        self.out = sys.stdout
        self.err = sys.stderr
        if hasattr(sys.stdout, "reconfigure"):
            # What the program itself prints is seen at once, too.
            sys.stdout.reconfigure(line_buffering=True, write_through=True)
        self._set_color(options, config, color)
        self.node_count = True if config is None else config.node_count
        if config is not None:
            self.verbosity = config.verbosity
        else:
            self.verbosity = VERB_STD
            # Not all option tables have these.
            for name, level in (
                ("quiet", VERB_QUIET),
                ("verbose", VERB_VERB),
                ("debug", VERB_DEBUG),
            ):
                if getattr(options, name, False):
                    self.verbosity = level

    def _set_color(self, options: Any, config: Any, color: bool | None) -> None:
        """Set the colours, or none."""
        self._color = color = wants_color(color, options.whencolor, config, self.out)
        plain = "%s"
        self.color_stdout_fmt = self.COLOR_STDOUT_FMT if color else plain
        self.color_stderr_fmt = self.COLOR_STDERR_FMT if color else plain
        self.color_diffhdr_fmt = self.COLOR_DIFFHDR_FMT if color else plain
        self.color_diffctx_fmt = self.COLOR_DIFFHNK_FMT if color else plain
        self.color_diffadd_fmt = self.COLOR_DIFFADD_FMT if color else plain
        self.color_diffdel_fmt = self.COLOR_DIFFDEL_FMT if color else plain

    def _has_cli_color(self) -> bool | None:
        """Return what CLICOLOR_FORCE and CLICOLOR ask for, None if that is nothing."""
        return environment_color(self.out)

    @property
    def out(self) -> Any:
        """The text stream for output; its bytes are written where it has a buffer of bytes."""
        return self._out.stream

    @out.setter
    def out(self, stream: Any) -> None:
        self._out = Sink(stream, self.literal, self._on_error)

    @property
    def err(self) -> Any:
        """The text stream for errors."""
        return self._err.stream

    @err.setter
    def err(self, stream: Any) -> None:
        # Where errors cannot be told, output goes on all the same.
        self._err = Sink(stream, self.literal, _ignore)

    def outlive(self, on_error: Callable[[OSError], bool]) -> None:
        """Ask *on_error* when output cannot be written; do not raise if it is true."""
        self._on_error = self._out.on_error = on_error

    @property
    def failed(self) -> bool:
        """Whether something could not be shown; a closed stream of errors misses none."""
        errors = self._err
        return bool(self._out.failure or (errors.stream is not None and errors.failure))

    def flush(self) -> None:
        """Write what was held back; the next message is the reference of differences."""
        self._diffref = None
        self._out.flush()

    def hold(self) -> Sink:
        """Return a context in which output is collected and leaves in large writes.

        For many messages shown at once.  Where lines arrive over time, what
        one read has brought is shown by one :meth:`print_text` instead.
        """
        return self._out

    @property
    def line_mode(self) -> bool:
        """Whether messages are shown line by line, each with its label."""
        return self._display == self._print_lines

    @line_mode.setter
    def line_mode(self, value: bool) -> None:
        self._display = self._print_lines if value else self._print_buffer

    @property
    def shows_differences(self) -> bool:
        """Whether messages are shown as differences from the first one."""
        return self._display == self._print_diff

    def _format_nodeset(self, nodeset: Any) -> str:
        """Return the text of *nodeset*, in groups if asked for."""
        if self.regroup and not isinstance(nodeset, self._KeySet):
            return nodeset.regroup(self.groupsource, noprefix=self.noprefix)
        return str(nodeset)

    def shown(self, text: str) -> str:
        """Return *text* as it may be shown on standard output."""
        return visible(text) if self._out.escape else text

    def content(self, data: bytes) -> bytes:
        """Return *data*, remote output, as it may be shown on standard output."""
        return self._out.shown(data)

    def write(self, *parts: Any) -> None:
        """Write *parts*, bytes or text, to standard output as they are."""
        encode = self._out.encode
        self._out.write(
            b"".join([encode(part) if isinstance(part, str) else part for part in parts])
        )

    def write_error(self, data: bytes) -> None:
        """Write *data*, remote output, to standard error as it may be shown there."""
        self._out.flush()
        self._err.write(self._err.shown(data))

    def format_header(self, nodeset: Any, indent: int = 0) -> str:
        """Return the header of the output of *nodeset*, ending in a newline; empty without labels.

        :param indent: number of spaces before each of its lines.
        """
        if not self.label:
            return ""
        space = " " * indent
        count = ""
        if self.node_count and self.verbosity >= VERB_STD and len(nodeset) > 1:
            count = f" ({len(nodeset)})"
        names = self.shown(self._format_nodeset(nodeset))
        header = f"{space}{self.SEP}\n{space}{names}{count}\n{space}{self.SEP}"
        return self.color_stdout_fmt % header + "\n"

    def _label(self, sink: Sink, names: str, color_fmt: str) -> bytes:
        """Return what stands before a line of the nodes *names*."""
        return sink.label(names, color_fmt) if self.label else b""

    def print_line(self, nodeset: Any, line: bytes) -> None:
        """Show a line of output, without its newline, of *nodeset*."""
        sink = self._out
        label = sink.label(str(nodeset), self.color_stdout_fmt) if self.label else b""
        sink.write(b"%b%b\n" % (label, sink.shown(line) if sink.escape else line))

    def print_line_error(self, nodeset: Any, line: bytes) -> None:
        """Show a line of standard error, without its newline, of *nodeset*."""
        self._out.flush()
        sink = self._err
        label = sink.label(str(nodeset), self.color_stderr_fmt) if self.label else b""
        sink.write(b"%b%b\n" % (label, sink.shown(line) if sink.escape else line))

    def print_text(self, nodeset: Any, text: bytes, error: bool = False) -> None:
        """Show lines of *nodeset*, joined by newlines, without the last one, in one write.

        :param error: whether they are of standard error.
        """
        if error:
            self._out.flush()
            sink, color_fmt = self._err, self.color_stderr_fmt
        else:
            sink, color_fmt = self._out, self.color_stdout_fmt
        label = self._label(sink, str(nodeset), color_fmt)
        for piece in labelled(label, sink.shown(text)):
            sink.write(piece)

    def print_gather(self, nodeset: Any, obj: Any) -> None:
        """Show *obj*, a message, as output of *nodeset*.

        A message is a MsgTreeElem, or the bytes of lines joined by newlines.
        """
        if isinstance(nodeset, str):
            from ClusterShell.NodeSet import NodeSet

            nodeset = NodeSet(nodeset)
        self._display(nodeset, obj)

    def print_gather_finalize(self, nodeset: Any) -> None:
        """Where differences are shown, show *nodeset* as having no output."""
        if self.shows_differences and self._diffref is not None:
            self._display(nodeset, b"")

    def print_gather_keys(self, keys: Iterable[str], obj: Any) -> None:
        """Show *obj*, a message, as output of *keys*, which are no node names."""
        self._display(self._KeySet(dict.fromkeys(keys)), obj)

    def _print_content(self, nodeset: Any, content: Any) -> None:
        """Show a message under a header."""
        self.write(self.format_header(nodeset), self.content(bytes(content)), b"\n")

    def _print_lines(self, nodeset: Any, msg: Any) -> None:
        """Show a message line by line."""
        text = bytes(msg)
        if not text and not list(msg):
            return
        label = self._label(self._out, self._format_nodeset(nodeset), self.color_stdout_fmt)
        for piece in labelled(label, self.content(text)):
            self._out.write(piece)

    def _print_diff(self, nodeset: Any, content: Any) -> None:
        """Show how a message differs from the first one shown, which shows nothing itself."""
        if self._diffref is None:
            self._diffref = (nodeset, content)
            return
        refset, reference = self._diffref
        lines = self._diff_lines(refset, reference, nodeset, content)
        text = "".join(line + "\n" for line in lines)
        if text:
            self.write(text)

    def _diff_lines(self, refset: Any, reference: Any, nodeset: Any, content: Any) -> Iterator[str]:
        """Yield the coloured lines of a unified diff."""
        from difflib import unified_diff

        before, after = _lines(reference), _lines(content)
        names = [self._format_nodeset(refset), self._format_nodeset(nodeset)]
        if self.node_count and self.verbosity >= VERB_STD:
            counts = (len(refset), len(nodeset))
            names = [
                f"{name} ({count})" if count > 1 else name for name, count in zip(names, counts)
            ]
        for line in unified_diff(before, after, names[0], names[1], lineterm=""):
            shown = self.shown(line)
            if line.startswith(("---", "+++")):
                yield self.color_diffhdr_fmt % shown
            elif line.startswith("@@"):
                yield self.color_diffctx_fmt % shown
            elif line.startswith("+"):
                yield self.color_diffadd_fmt % shown
            elif line.startswith("-"):
                yield self.color_diffdel_fmt % shown
            else:
                yield shown

    def vprint(self, level: int, message: str) -> None:
        """Print *message* on standard output if verbosity is at least *level*."""
        if self.verbosity >= level:
            self.write(self.shown(f"{message}\n"))

    def vprint_err(self, level: int, message: str) -> None:
        """Print *message* on standard error if verbosity is at least *level*."""
        if self.verbosity >= level:
            self._out.flush()
            text = visible(f"{message}\n") if self._err.escape else f"{message}\n"
            self._err.write(self._err.encode(text))
