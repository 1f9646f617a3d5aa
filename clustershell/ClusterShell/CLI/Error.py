"""What the command-line tools say about errors, and the exit code they give.

A tool catches the errors that are its user's to solve, and ends with what
:func:`handle_generic_error` returns.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from importlib import import_module

from ClusterShell._cli.errors import MESSAGES, all_errors, handle_generic_error
from ClusterShell._lazy import lazy_names

__all__ = ["errno", "handle_generic_error", "os", "signal", "sys"]

__getattr__ = lazy_names(
    globals(),
    {
        **{cls: home for home, cls, _ in MESSAGES if cls != "Error"},
        "GENERIC_ERRORS": all_errors,
        "LOGGER": lambda: import_module("logging").getLogger(__name__),
        "RLIMIT_NOFILE": "resource",
        "configparser": None,
        "getrlimit": "resource",
        "logging": None,
        "print_function": "__future__",
    },
)
