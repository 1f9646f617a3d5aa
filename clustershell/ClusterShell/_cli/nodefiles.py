"""Output in files, one for each node."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress


class NodeFiles:
    """One file a node in a directory, each made when its node first has output.

    Files hold the exact bytes.  Few are open at a time: commands need descriptors, too.
    """

    def __init__(self, directory: str) -> None:
        """Make *directory* if there is none; raises OSError."""
        os.makedirs(directory, exist_ok=True)
        self._directory = directory
        self._most_open = _open_files()
        self._open: dict[str, int] = {}
        self._made: set[str] = set()

    def write(self, name: str, data: bytes) -> None:
        """Append *data* to the file of node *name*; raises OSError naming the file."""
        fd = self._open.pop(name, -1)
        path = os.path.join(self._directory, file_name(name))
        if fd < 0:
            if len(self._open) >= self._most_open:
                os.close(self._open.pop(next(iter(self._open))))
            fd = self._open_file(path, name in self._made)
            self._made.add(name)
        self._open[name] = fd  # now the one most recently used
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(fd, left) :]
        except OSError as exc:
            exc.filename = path
            raise

    def _open_file(self, path: str, again: bool) -> int:
        """Return a descriptor of the file at *path*, in place of another where none is left."""
        while True:
            try:
                return _open_regular(path, os.O_APPEND if again else os.O_TRUNC)
            except OSError as exc:
                if exc.errno != errno.EMFILE or not self._open:
                    raise
            os.close(self._open.pop(next(iter(self._open))))

    def close(self) -> None:
        """Close all files."""
        while self._open:
            os.close(self._open.popitem()[1])


def _open_regular(path: str, flags: int) -> int:
    """Return a descriptor of the regular file at *path*, made if there is none.

    Whoever may write to the directory may have put something else there: a link
    would lead elsewhere, a pipe block, a device act.

    :raises OSError: it cannot be opened, or is something else.
    """
    with suppress(FileNotFoundError):  # it is made
        _check_regular(os.lstat(path), path)
    flags |= os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    fd = os.open(path, flags, 0o666)
    try:
        _check_regular(os.fstat(fd), path)
    except OSError:
        os.close(fd)
        raise
    return fd


def _check_regular(status: os.stat_result, path: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        code = errno.EISDIR if stat.S_ISDIR(status.st_mode) else errno.EINVAL
        reason = os.strerror(code) if code == errno.EISDIR else "Not a regular file"
        raise OSError(code, reason, path)


def _open_files() -> int:
    """Return how many files of output may be open at a time, under the limit of descriptors."""
    import resource

    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft == resource.RLIM_INFINITY:
        return 128
    # A command takes about twenty descriptors for a moment, and there may be two directories.
    return max(1, min(128, (soft - 20) // 4))


def file_name(name: str) -> str:
    """Return the file name for a node: its name, escaped where it would lead elsewhere.

    >>> file_name("node1"), file_name("../etc/passwd"), file_name("..")
    ('node1', '..%2Fetc%2Fpasswd', '%2E%2E')
    """
    if name in ("", ".", ".."):
        return name.replace(".", "%2E") or "%"
    if "/" in name or "\0" in name or "%2F" in name or "%00" in name:
        # Unescaped, "%2F" would be the file of another node.
        return name.replace("%", "%25").replace("/", "%2F").replace("\0", "%00")
    return name
