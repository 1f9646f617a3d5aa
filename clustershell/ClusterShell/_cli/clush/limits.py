"""The limit of open files."""

from __future__ import annotations

import os
import resource
from contextlib import suppress

from ClusterShell._cli import levels

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


#: Descriptors that clush needs to run one command at a time, besides those it was
#: started with: for its poller, its ports, the pipes of the command, the programs'
#: own modules and files of output.
_NEEDED = 21


def lowest_limit() -> int:
    """Return the limit of open files below which no command could be run."""
    try:
        in_use = len(os.listdir("/proc/self/fd")) - 1
    except OSError:
        in_use = 3
    return in_use + _NEEDED


def _prepare_for_shortage() -> None:
    """Load what the C library ends threads with, while there is a descriptor to read it by.

    Else a thread that is left when Python ends takes the process with it, by SIGABRT.
    """
    import ctypes

    with suppress(OSError):
        ctypes.CDLL("libgcc_s.so.1")


def set_limit(fd_max: int, display: Any) -> None:
    """Set the soft limit of open files to `fd_max`, as far as that is possible.

    Not above the hard limit, and not below what running one command takes.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = lowest_limit()
    if 0 <= fd_max < lowest:
        display.vprint_err(
            levels.STD,
            f"Warning: fd_max set to {fd_max} is too low to run commands, using {lowest}",
        )
        fd_max = lowest
    if hard != resource.RLIM_INFINITY and hard < lowest:
        _prepare_for_shortage()
    if hard != resource.RLIM_INFINITY and hard < fd_max:
        display.vprint_err(
            levels.VERB, f"Warning: fd_max set to {fd_max} but max open files hard limit is {hard}"
        )
        fd_max = hard
    if soft == fd_max:
        return
    display.vprint(levels.DEBUG, f"Changing max open files soft limit from {soft} to {fd_max}")
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (fd_max, hard))
    except (ValueError, OSError) as exc:
        display.vprint_err(
            levels.VERB, f"Warning: Failed to set max open files limit to {fd_max} ({exc})"
        )
