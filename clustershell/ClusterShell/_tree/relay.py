"""What a gateway tells its head node of one worker: gathered, grouped, in messages."""

from __future__ import annotations

import os
from contextlib import suppress

from ClusterShell._tree.wire import encode_bytes, in_lines
from ClusterShell._tree.xmltext import attribute
from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["MOST_GATHERED", "Gathered", "fold", "input_target", "output_message", "write_rest"]

#: Bytes that are gathered before they are sent, whatever the time.
MOST_GATHERED = 1 << 20


def fold(nodes: Iterable[str]) -> str:
    """Return the names *nodes* as text."""
    return str(NodeSet.fromlist(nodes, resolver=RESOLVER_NOGROUP))


def input_target(text: str) -> NodeSet:
    """Return the nodes that *text* names: a node set, or names in quotes.

    Head nodes of other releases write ``{'n1', 'n2'}``.
    """
    if text.startswith("{"):
        return NodeSet.fromlist(text.split("'")[1::2], resolver=RESOLVER_NOGROUP)
    return NodeSet(text, resolver=RESOLVER_NOGROUP)


def write_rest(fd: int, data: bytes) -> None:
    """Write *data* to *fd*, however long it takes, as long as somebody reads."""
    os.set_blocking(fd, True)
    rest = memoryview(data)
    with suppress(OSError):
        while rest:
            rest = rest[os.write(fd, rest) :]


def output_message(ident: str, number: int, source: int, nodes: str, text: bytes) -> bytes:
    """Return the message that *nodes* have written the lines *text*.

    It is that of ``Communication.StdOutMessage`` or ``StdErrMessage``, put together at
    once: most of what a gateway does is this.

    :param ident: ``"OUT"`` or ``"SER"``
    :param number: the ``msgid``
    :param source: the ``srcid``, which says what worker of the head node it is for
    """
    head = f'<message type="{ident}" msgid="{number}" srcid="{source}" nodes={attribute(nodes)}>'
    payload = encode_bytes(text)
    width = os.environ.get("CLUSTERSHELL_GW_B64_LINE_LENGTH")
    return b"%b%b</message>\n" % (head.encode(), in_lines(payload, int(width or 65536)))


class Gathered:
    """Output and exit codes of a worker that the head node has not been told of.

    :param tell_output: called with an ident, nodes as text, and lines
    :param tell_retcode: called with nodes as text, and their exit code
    """

    def __init__(
        self,
        tell_output: Callable[[str, str, bytes], None],
        tell_retcode: Callable[[str, int], None],
    ) -> None:
        self._tell_output = tell_output
        self._tell_retcode = tell_retcode
        # Errors come first, as from gateways of other releases.
        self._texts: dict[str, dict[str, list[bytes]]] = {"SER": {}, "OUT": {}}
        self._retcodes: dict[int, list[str]] = {}
        self.size = 0

    def __bool__(self) -> bool:
        return bool(self.size or self._retcodes)

    def add(self, ident: str, node: str, text: bytes) -> None:
        """*node* has written the lines *text*."""
        texts = self._texts[ident]
        if node in texts:
            texts[node].append(text)
        else:
            texts[node] = [text]
        self.size += len(text) + 64

    def add_retcode(self, node: str, retcode: int) -> None:
        """The command of *node* has ended with *retcode*."""
        self._retcodes.setdefault(retcode, []).append(node)

    def flush(self) -> None:
        """Tell all that has been gathered, what is equal together."""
        for ident, texts in self._texts.items():
            if texts:
                self._texts[ident] = {}
                self._flush_texts(ident, texts)
        self.size = 0
        retcodes, self._retcodes = self._retcodes, {}
        for retcode, nodes in retcodes.items():
            self._tell_retcode(fold(nodes), retcode)

    def _flush_texts(self, ident: str, texts: dict[str, list[bytes]]) -> None:
        groups: dict[bytes, list[str]] = {}
        for node, parts in texts.items():
            text = parts[0] if len(parts) == 1 else b"\n".join(parts)
            groups.setdefault(text, []).append(node)
        for text, nodes in groups.items():
            self._tell_output(ident, fold(nodes), text)
