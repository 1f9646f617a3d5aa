"""The log file of a gateway."""

from __future__ import annotations

import logging
import os
import stat

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

__all__ = ["open_log"]

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class _LogFile(logging.StreamHandler):
    """A log that may fail: the run is worth more."""

    def handleError(self, record: Any) -> None:
        """Writing *record* has failed, for lack of space mostly: go on without it."""


def _opened(path: str) -> Any:
    """Return the file *path*, opened for appending; None if it is not one of our own.

    The directory may be anybody's: what lies at *path* may have been put there by another
    user, to have us write through a link, or wait for who reads from a pipe.
    """
    try:
        fd = os.open(path, _FLAGS, 0o644)
    except OSError:
        return None
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_nlink != 1:
        os.close(fd)
        return None
    return open(fd, "a", encoding="utf-8", errors="backslashreplace")


def open_log(name: str) -> None:
    """Log to the file *name*.gw.log, as far as that can be opened.

    ``CLUSTERSHELL_GW_LOG_DIR`` is its directory, ``/tmp`` by default, and
    ``CLUSTERSHELL_GW_LOG_LEVEL`` the level, ``INFO`` by default.
    """
    directory = os.environ.get("CLUSTERSHELL_GW_LOG_DIR", "/tmp")
    path = os.path.join(os.path.expanduser(os.path.expandvars(directory)), f"{name}.gw.log")
    file = _opened(path)
    handler: logging.Handler = logging.NullHandler() if file is None else _LogFile(file)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    level = os.environ.get("CLUSTERSHELL_GW_LOG_LEVEL", "INFO").upper()
    root.setLevel(getattr(logging, level) if level in logging._nameToLevel else logging.INFO)
