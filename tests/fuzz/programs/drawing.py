"""A source of random numbers whose choices Hypothesis makes, and makes smaller."""

import functools
import random

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

#: Programs of one example at most: what an example costs is shared by so many.
MOST = 30

_FRACTIONS = 10_000


@functools.cache
def _below(limit):
    return st.integers(0, limit - 1)


class Chance(random.Random):
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


@st.composite
def several(draw, domains):
    """Draw up to MOST programs of *domains*: pairs of a domain's name and a program."""
    chance = Chance(draw)
    names = list(domains)
    found = []
    for _ in range(draw(st.integers(1, MOST))):
        name = names[chance.randrange(len(names))]
        found.append((name, domains[name].draw(chance)))
    return found


def examples(domains, number, count, take, shrink=False):
    """Give *take* each of *count* examples; with *shrink*, smaller ones of one it raises on.

    The same *number* gives the same examples.
    """
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    given_to = given(several(domains))(lambda programs: take(programs))
    configured = settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=phases,
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )(given_to)
    seed(number)(configured)()
