"""Where the records of runs are kept: one file a run, in a directory of the user's own.

Each process writes files of its own and puts them in place whole, so that any number of
them lose nothing.  The directory is nobody else's, or it is not used; no link is followed
in it.
"""

from __future__ import annotations

import json
import os
import stat
import time
from contextlib import contextmanager, suppress

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: How many runs are kept.
LIMIT = 20

#: Of the format of a record; one with another number is not read.
VERSION = 1

#: Nanoseconds after which a file that was never put in place is somebody's who is gone.
_ABANDONED = 24 * 3600 * 10**9

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class RecordError(Exception):
    """There is no such record, or it cannot be read or kept; the text says why."""


def path() -> str:
    """Return the path of the directory: below ``$XDG_STATE_HOME``, or else ``~/.local/state``."""
    base = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(base, "clustershell", "runs")


@contextmanager
def _folder(create: bool) -> Iterator[int]:
    """Return a context with a descriptor of the directory.

    :raises OSError: it is not there, or cannot be made
    :raises RecordError: it is somebody else's, or open to others
    """
    folder = path()
    parent = os.path.dirname(folder)
    if create:
        os.makedirs(os.path.dirname(parent), 0o700, exist_ok=True)
        for made in (parent, folder):
            with suppress(FileExistsError):
                os.mkdir(made, 0o700)
    above = os.open(parent, _FOLDER)
    try:
        fd = os.open(os.path.basename(folder), _FOLDER, dir_fd=above)
    finally:
        os.close(above)
    try:
        status = os.fstat(fd)
        if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
            raise RecordError(f"{folder} is not private (it must be yours, with mode 0700)")
        yield fd
    finally:
        os.close(fd)


def _names(fd: int) -> list[str]:
    """Return the names of all records, the oldest first."""
    return sorted(name for name in os.listdir(fd) if name.endswith(".json") and name[0] != ".")


def keep(record: dict[str, Any]) -> None:
    """Keep *record*, and forget the oldest where there are more than LIMIT.

    :raises RecordError: it cannot be kept
    """
    try:
        with _folder(create=True) as fd:
            _put(fd, json.dumps({"version": VERSION, **record}, separators=(",", ":")).encode())
            _forget(fd)
    except OSError as exc:
        raise RecordError(str(exc)) from exc


def _put(fd: int, data: bytes) -> None:
    # A name is taken by its date, in order; two processes differ in their number.
    name = f"{time.time_ns():020d}-{os.getpid()}.json"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    file = os.open("." + name, flags, 0o600, dir_fd=fd)
    try:
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(file, left) :]
        finally:
            os.close(file)
        os.rename("." + name, name, src_dir_fd=fd, dst_dir_fd=fd)
    except OSError:
        with suppress(OSError):
            os.unlink("." + name, dir_fd=fd)
        raise


def _forget(fd: int) -> None:
    """Remove what is too old; another process may do the same."""
    old = _names(fd)[:-LIMIT]
    limit = f".{time.time_ns() - _ABANDONED:020d}"
    old += [name for name in os.listdir(fd) if name.startswith(".") and name < limit]
    for name in old:
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=fd)


def load(index: int = -1) -> dict[str, Any]:
    """Return a record: the last is -1, the one before it -2, and so on.

    :raises RecordError: there is none such, or it cannot be read
    """
    try:
        with _folder(create=False) as fd:
            while True:
                names = _names(fd)
                if not -len(names) <= index <= -1:
                    break
                with suppress(FileNotFoundError):  # forgotten meanwhile: look again
                    return _read(fd, names[index])
    except FileNotFoundError:
        names = []
    except OSError as exc:
        raise RecordError(str(exc)) from exc
    if not names:
        raise RecordError("no run has been recorded (see record in clush.conf(5))")
    raise RecordError(f"no record of run {index}: there are {len(names)}")


def _read(fd: int, name: str) -> dict[str, Any]:
    # Were it a pipe, opening it must not wait.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with open(os.open(name, flags, dir_fd=fd), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise RecordError(f"{path()}/{name} is no file")
        data = file.read()
    try:
        record = json.loads(data)
        if record["version"] == VERSION and all(map(_is_result, record["results"])):
            return record
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise RecordError(f"{path()}/{name} is no record of a run that this version can read")


def _is_result(result: dict[str, Any]) -> bool:
    """Return whether *result* tells what has become of some nodes."""
    texts = isinstance(result["nodes"], str) and isinstance(result["state"], str)
    return texts and (result["rc"] is None or isinstance(result["rc"], int))
