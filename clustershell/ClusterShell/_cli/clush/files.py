"""The files of --outdir and --errdir: output of each node, byte for byte."""

from __future__ import annotations

import errno
import os

from ClusterShell._cli import levels
from ClusterShell._cli.nodefiles import NodeFiles, file_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class OutputFiles:
    """Files of output, made when there is something to write.

    :param dirs: the directory for each stream name; a stream that is not there is not
        written.  Streams may share a directory, and then the files in it.
    :param complain: function called once for each file that fails, with the error;
        other files are written on.

    Makes the directories; raises OSError if one cannot be made or written to.
    """

    def __init__(self, dirs: dict[str, str], complain: Callable[[Exception], None]) -> None:
        self._complain = complain
        self._failed: set[tuple[str, str]] = set()
        folders: dict[str, NodeFiles] = {}
        self._dirs: dict[str, NodeFiles] = {}
        for sname, path in dirs.items():
            if path not in folders:
                folders[path] = NodeFiles(path)
                # Before any command runs, not after.
                if not os.access(path, os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
            self._dirs[sname] = folders[path]

    @property
    def failed(self) -> bool:
        """Whether a file could not be written."""
        return bool(self._failed)

    def write(self, node: str, sname: str, data: bytes) -> None:
        """Write `data` to the file of `node` for stream `sname`, if there is to be one."""
        files = self._dirs.get(sname)
        if files is None or (node, sname) in self._failed:
            return
        try:
            if file_name(node) != node:
                raise ValueError(f"node name {node!r} cannot be used as a file name")
            files.write(node, data)
        except (OSError, ValueError) as exc:
            self._failed.add((node, sname))
            self._complain(exc)

    def close(self) -> None:
        """Close all files."""
        for files in self._dirs.values():
            files.close()


def files_of(display: Any, prog: str) -> OutputFiles | None:
    """Return the files that `display` asks for; None if it does not.

    :param prog: name of the program, for its complaints.

    Raises OSError, see above.
    """
    dirs = {"stdout": display.outdir, "stderr": display.errdir}
    wanted = {sname: path for sname, path in dirs.items() if path}
    if not wanted:
        return None
    return OutputFiles(wanted, lambda exc: display.vprint_err(levels.QUIET, f"{prog}: {exc}"))
