"""How long a driver goes on."""

import itertools
import sys
import time


def rounds(short):
    """Yield 0, 1, 2, ... as the arguments of the program say.

    These are seconds, a seed and, perhaps, a count that stands instead of the
    seconds: a number, or "short" for *short* rounds, which do not depend on
    how busy the machine is.
    """
    seconds = float(sys.argv[1])
    if len(sys.argv) > 3:
        yield from range(short if sys.argv[3] == "short" else int(sys.argv[3]))
        return
    end = time.monotonic() + seconds
    for number in itertools.count():
        if time.monotonic() >= end:
            return
        yield number
