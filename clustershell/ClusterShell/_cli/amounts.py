"""Numbers of nodes as options take them: ``5``, or ``20%`` of all."""

from __future__ import annotations

import math


class Amount:
    """A number of nodes, or a percentage of all.

    :param text: ``N`` or ``P%``
    :raises ValueError: it is neither, or not positive, or more than 100%
    """

    def __init__(self, text: str) -> None:
        self.text = text
        number = text[:-1] if text.endswith("%") else text
        self.relative = text.endswith("%")
        if not number.isascii() or not number.replace(".", "", self.relative).isdigit():
            raise ValueError(text)
        self.value = float(number) if self.relative else int(number)
        if self.value <= 0 or (self.relative and self.value > 100):
            raise ValueError(text)

    def of(self, total: int) -> int:
        """Return how many of *total* nodes these are, at least one (rounded up)."""
        if not self.relative:
            return int(self.value)
        return max(1, math.ceil(total * self.value / 100 - 1e-9))

    def __str__(self) -> str:
        return self.text
