"""Live gathering: line by line, as soon as every node has got that far."""

from __future__ import annotations

from operator import itemgetter

from ClusterShell._cli.sink import EMPTY_LINE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


class LiveLines:
    """Lines of nodes, shown in step.

    The n-th line of a node is shown when every node that is not closed has an
    n-th line, together with the same line of other nodes; more nodes go first.

    :param nodes: names of all nodes, those that will start later included.
    :param show: function of (names, text), called in order of output; text is one or
        more lines joined by newlines, without the last newline, as a message.
    :param order: function of names that returns their rank among lines shown together.

    Lines are compared in blocks: what is the same on all nodes, the common
    case, costs one comparison for a block and not one for a line.
    """

    def __init__(
        self,
        nodes: Iterable[str],
        show: Callable[[tuple[str, ...], bytes], None],
        order: Callable[[tuple[str, ...]], Any],
    ) -> None:
        self._lines: dict[str, list[bytes]] = {node: [] for node in nodes}
        self._open = set(self._lines)
        #: How many open nodes have no line that waits to be shown.
        self._behind = len(self._lines)
        self._show = show
        self._order = order
        self._ranks: dict[tuple[str, ...], Any] = {}

    def add(self, node: str, text: bytes) -> None:
        """Take in lines of `node`, joined by newlines, without the last newline."""
        lines = self._lines.get(node)
        if lines is None:
            # Not one of those announced: keeps pace from here on.
            lines = self._lines[node] = []
            self._open.add(node)
            self._behind += 1
        if not lines and node in self._open:
            self._behind -= 1
        lines += text.split(b"\n")
        if not self._behind:
            self._advance()

    def close(self, node: str) -> None:
        """Take note that `node` has ended: nobody waits for it any more."""
        if node not in self._open:
            return
        self._open.discard(node)
        if not self._lines[node]:
            self._behind -= 1
            del self._lines[node]
        if not self._behind:
            self._advance()

    def finish(self) -> None:
        """Show all that is left."""
        for node in list(self._open):
            self.close(node)

    def _advance(self) -> None:
        """Show the lines that all open nodes have."""
        if self._open:
            count = min(len(self._lines[node]) for node in self._open)
        else:
            count = max(map(len, self._lines.values()), default=0)
        if count:
            self._show_block(self._cut(count))
        self._behind = sum(1 for node in self._open if not self._lines[node])
        for node in [node for node, lines in self._lines.items() if not lines]:
            if node not in self._open:
                del self._lines[node]

    def _cut(self, count: int) -> dict[bytes, list[str]]:
        """Remove up to `count` lines of each node; return the nodes of each text."""
        blocks: dict[bytes, list[str]] = {}
        for node, lines in self._lines.items():
            if lines:
                # The newline at the end tells one empty line from no line.
                block = b"\n".join(lines[:count]) + b"\n"
                del lines[:count]
                blocks.setdefault(block, []).append(node)
        return blocks

    def _show_block(self, blocks: dict[bytes, list[str]]) -> None:
        if len(blocks) == 1:
            ((block, nodes),) = blocks.items()
            self._show(tuple(nodes), block[:-1] or EMPTY_LINE)
            return
        parts = [(block[:-1].split(b"\n"), nodes) for block, nodes in blocks.items()]
        for index in range(max(len(lines) for lines, _ in parts)):
            groups: dict[bytes, list[str]] = {}
            for lines, nodes in parts:
                if index < len(lines):
                    groups.setdefault(lines[index], []).extend(nodes)
            ranked = [
                (self._rank(tuple(nodes)), tuple(nodes), line) for line, nodes in groups.items()
            ]
            for _, names, line in sorted(ranked, key=itemgetter(0)):
                self._show(names, line or EMPTY_LINE)

    def _rank(self, names: tuple[str, ...]) -> Any:
        rank = self._ranks.get(names)
        if rank is None:
            rank = self._ranks[names] = self._order(names)
        return rank
