"""Sources of random numbers: a plain one, and one that makes what it has drawn smaller.

Programs are drawn from a plain source, which costs little.  It keeps its choices, each of them
a number below a limit; of a program that makes a difference Hypothesis takes these choices up,
and looks for smaller ones.
"""

import functools
import random

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.database import ExampleDatabase, choices_to_bytes

_FRACTIONS = 10_000


class Chance(random.Random):
    """Random numbers of a seed; ``choices`` holds those given so far."""

    def __init__(self, seed):
        super().__init__(seed)
        self.choices = []

    def _randbelow(self, limit):
        bits = limit.bit_length()
        choice = self.getrandbits(bits)
        while choice >= limit:
            choice = self.getrandbits(bits)
        self.choices.append(choice)
        return choice

    def random(self):
        return self._randbelow(_FRACTIONS) / _FRACTIONS


@functools.cache
def _below(limit):
    return st.integers(0, limit - 1)


class Drawn(random.Random):
    """Random numbers that are drawn by Hypothesis."""

    def __new__(cls, draw):
        return super().__new__(cls, 0)

    def __init__(self, draw):
        super().__init__(0)
        self._draw = draw

    def _randbelow(self, limit):
        return self._draw(_below(limit))

    def random(self):
        return self._draw(_below(_FRACTIONS)) / _FRACTIONS

    def seed(self, *args, **kwargs):
        """Do nothing: there is no state."""


class Begun(ExampleDatabase):
    """A database of Hypothesis that knows one failure, whatever it is asked for."""

    def __init__(self, choices):
        super().__init__()
        # One more than is drawn: what it has kept itself Hypothesis takes for the smallest.
        self.choices = choices_to_bytes([*choices, 0])

    def fetch(self, key):
        return [self.choices]

    def save(self, key, value):
        """Keep nothing: what has been found is told at once."""

    def delete(self, key, value):
        """Keep what there is."""


def shrink(draw, choices, take):
    """Give *take* the program that *draw* makes of *choices*, and smaller ones if it raises."""

    @st.composite
    def programs(given_to):
        return draw(Drawn(given_to))

    settings(
        max_examples=1,
        database=Begun(choices),
        deadline=None,
        phases=[Phase.reuse, Phase.shrink],
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )(given(programs())(lambda program: take(program)))()
