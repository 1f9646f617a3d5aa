"""Input of commands behind gateways: kept until every gateway has it, sent at its pace."""

from __future__ import annotations

from collections import Counter, deque

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, BinaryIO

#: Bytes in one message: several workers share a channel fairly.
PART = 64 * 1024

#: Bytes that may be under way to a gateway before more is sent.
WINDOW = 1024 * 1024


class Written:
    """Input that a program writes bit by bit."""

    def __init__(self) -> None:
        self._parts: deque[bytes] = deque()
        self._first = 0  # number of the first part that is still kept
        self.eof = False

    def append(self, buf: bytes) -> None:
        """Add *buf* at the end."""
        for start in range(0, len(buf), PART):
            self._parts.append(bytes(buf[start : start + PART]))

    def part(self, index: int) -> bytes | None:
        """Return part number *index*, None if there is none yet."""
        index -= self._first
        return self._parts[index] if index < len(self._parts) else None

    def forget(self, index: int | None) -> None:
        """The parts before number *index*, or all there are, are not needed any more."""
        if index is None:
            index = self._first + len(self._parts)
        while self._first < index:
            self._parts.popleft()
            self._first += 1


class Stored:
    """Input that is all there, in a file."""

    eof = True

    def __init__(self, stored: BinaryIO) -> None:
        self._file = stored

    def append(self, buf: bytes) -> None:
        """Nothing can be added."""

    def part(self, index: int) -> bytes | None:
        """Return part number *index*, None after the last."""
        self._file.seek(index * PART)
        return self._file.read(PART) or None

    def forget(self, index: int | None) -> None:
        """All of it stays."""

    def close(self) -> None:
        """It is not needed any more."""
        self._file.close()


class _Feeder:
    """Sends the input of a worker to some of its nodes behind one gateway."""

    __slots__ = ("_channel", "_done", "_feeding", "_under_way", "index", "nodes")

    def __init__(self, channel: Any, nodes: Any) -> None:
        self._channel = channel
        self.nodes = nodes
        #: Number of the part that is sent next.
        self.index = 0
        self._under_way = 0
        self._done = False
        self._feeding = False

    def feed(self, worker: Any, source: Any) -> None:
        """Send what *source* has, as far as the window allows; then its end."""
        if self._feeding or self._done:
            return
        self._feeding = True
        try:
            part = b""
            while self._under_way < WINDOW and not self._done:
                part = source.part(self.index)
                if part is None:
                    break
                self.index += 1
                self._under_way += len(part)
                self._channel.write(self.nodes, part, worker)
        finally:
            self._feeding = False
        if part is None and source.eof and not self._done:
            self._done = True
            self._channel.set_write_eof(self.nodes, worker)

    def written(self, size: int) -> None:
        """*size* bytes are on their way."""
        self._under_way -= size

    def stop(self) -> None:
        """Nobody is left who could take more."""
        self._done = True


class Broadcast:
    """The input of a worker, on its way to all its gateways."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        #: What there is to send.
        self.source: Written | Stored = Written()
        self._feeders: dict[str, list[_Feeder]] = {}
        #: How often there will be a start behind each gateway.
        self._expected: Counter[str] = Counter()

    def expect(self, gateways: Iterable[str]) -> None:
        """Behind each of *gateways* nodes will be started, which need all from the beginning."""
        for gateway in gateways:
            self._expected[gateway] += 1

    def start(self, channel: Any, nodes: Any) -> None:
        """From now on send to *nodes* behind the gateway of *channel*, from the beginning."""
        self._expected[channel.gateway] -= 1
        feeder = _Feeder(channel, nodes)
        self._feeders.setdefault(channel.gateway, []).append(feeder)
        feeder.feed(self._worker, self.source)

    def written(self, gateway: str, nodes: Any, size: int) -> None:
        """*size* bytes are on their way to *nodes* behind *gateway*."""
        for feeder in self._feeders.get(gateway, ()):
            if feeder.nodes is nodes:
                feeder.written(size)
                feeder.feed(self._worker, self.source)

    def go_on(self) -> None:
        """There is more to send."""
        for feeders in list(self._feeders.values()):
            for feeder in feeders:
                feeder.feed(self._worker, self.source)

    def stop(self, gateway: str) -> None:
        """Send nothing more to *gateway*."""
        del self._expected[gateway]
        for feeder in self._feeders.pop(gateway, ()):
            feeder.stop()

    def trim(self, gateways: Any) -> None:
        """Forget what all of *gateways* have; nodes that are to be started need it all."""
        if not gateways:
            self.source.forget(None)
        elif self._feeders.keys() >= gateways and all(self._expected[g] <= 0 for g in gateways):
            first = min(feeder.index for group in self._feeders.values() for feeder in group)
            self.source.forget(first)
