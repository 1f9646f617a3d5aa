"""Which version this is, told without a parser: to import one takes longer than all the rest."""

from __future__ import annotations

import os
import sys

from ClusterShell import __version__, _accel

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import NoReturn


def kernels() -> str:
    """Return the line that says which life the kernels have, and why."""
    return f"kernels: {_accel.life()} ({_accel.REASON})"


def show_version() -> NoReturn:
    """Print what ``--version`` prints, and end the program."""
    print(f"{os.path.basename(sys.argv[0])} {__version__}\n{kernels()}")
    sys.exit(0)
