"""What the command-line tools say about errors, and the exit code they give.

A tool catches the errors that are its user's to solve, and ends with what
:func:`handle_generic_error` returns.
"""

from __future__ import annotations

import errno
import os
import signal
import sys

from ClusterShell._cli import errors
from ClusterShell._lazy import import_module, lazy_names

__all__ = ["errno", "handle_generic_error", "os", "signal", "sys"]

__getattr__ = lazy_names(
    globals(),
    {
        **{cls: home for home, cls, _ in errors.MESSAGES if cls != "Error"},
        "GENERIC_ERRORS": errors.all_errors,
        "LOGGER": lambda: import_module("logging").getLogger(__name__),
        "RLIMIT_NOFILE": "resource",
        "configparser": None,
        "getrlimit": "resource",
        "logging": None,
        "print_function": "__future__",
    },
)


def handle_generic_error(excobj: BaseException) -> int:
    """Print the line that explains *excobj* to standard error; return the exit code.

    :param excobj: an instance of one of ``GENERIC_ERRORS``; a broken pipe is the reader's
        choice and says nothing
    """
    return errors.explain(excobj)
