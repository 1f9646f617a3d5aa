"""Copies through gateways: archives that are sent as input, or come as output.

What comes is not trusted: it is unpacked below one name in one folder, without
following a link, without special bits, owners or devices.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import stat
import tarfile
import tempfile

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, BinaryIO

#: Bytes of an archive that are kept in memory.
_IN_MEMORY = 256 * 1024

_NOT_FILES = ("", ".", "..")

#: What tarfile, and calls of the system with what it has read, raise for what is no archive.
_MALFORMED = (tarfile.TarError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError)

#: Longer paths no system call takes: what they lead to could hardly be removed.
_LONGEST_PATH = 4096


class ArchiveError(Exception):
    """An archive that came cannot be unpacked."""


def quoted(path: str) -> str:
    """Return *path* as a shell word in single quotes, but for a ``~`` or ``~user`` in front."""
    home = re.match(r"~[\w.-]*(?=/|$)/?", path)
    rest = path[home.end() :] if home else path
    word = "'" + rest.replace("'", "'\\''") + "'"
    return f"{home.group()}{word if rest else ''}" if home else word


def copy_target(source: str, dest: str) -> tuple[str, str]:
    """Return the folder to unpack a copy of *source* in, and the name that it gets there."""
    folder, name = os.path.split(dest)
    if name in _NOT_FILES:
        return os.path.normpath(dest or "."), os.path.basename(source) or "."
    return folder or ".", name


def rcopy_source(source: str) -> tuple[str, str]:
    """Return the folder and the name in it that *source* of a reverse copy stands for."""
    folder, name = os.path.split(os.path.normpath(source))
    if name in _NOT_FILES:
        return os.path.join(folder, name) or ".", "."
    return folder or ".", name


def _spool() -> Any:
    """Return a file without a name, in memory while it is short."""
    return tempfile.SpooledTemporaryFile(_IN_MEMORY)


def pack(source: str, name: str) -> BinaryIO:
    """Return an archive of the file or folder *source*, called *name* in it.

    :raises OSError: it cannot be read
    """
    made = _spool()
    try:
        with tarfile.open(fileobj=made, mode="w") as archive:
            archive.add(source, arcname=name)
    except BaseException:
        made.close()
        raise
    return made


class Collector:
    """The archives that come from nodes, as lines of base64, until they are unpacked.

    :param name: what the archives hold
    :param dest: folder to unpack them in, made if there is none
    """

    def __init__(self, name: str, dest: str) -> None:
        self._name = name
        self._dest = dest
        self._files: dict[str, Any] = {}
        self._errors: dict[str, str] = {}

    def add(self, node: str, text: bytes) -> None:
        """Keep *text*, whole lines from *node*; what is wrong with it is told at the end."""
        if node in self._errors:
            return
        kept = self._files.get(node)
        if kept is None:
            kept = self._files[node] = _spool()
        try:
            for line in text.split(b"\n"):
                kept.write(base64.b64decode(line, validate=True))
        except (binascii.Error, OSError) as exc:
            self.drop(node)
            self._errors[node] = str(exc)

    def drop(self, node: str) -> None:
        """Forget what has come from *node*."""
        kept = self._files.pop(node, None)
        if kept is not None:
            kept.close()

    def close(self) -> None:
        """Forget all."""
        for node in list(self._files):
            self.drop(node)

    def unpack(self, node: str) -> None:
        """Unpack what has come from *node*, as ``NAME.NODE``.

        :raises ArchiveError: it is malformed, or would leave its place
        :raises OSError: it cannot be written
        """
        error = self._errors.pop(node, None)
        if error is not None:
            raise ArchiveError(error)
        kept = self._files.pop(node, None)
        if kept is None:
            return
        with kept:
            if not kept.tell():
                raise ArchiveError("empty archive")
            kept.seek(0)
            base = "" if self._name == "." else self._name
            if "/" in node or node in _NOT_FILES:
                raise ArchiveError(f"not the name of a file: {base}.{node}")
            if not os.path.exists(self._dest):
                os.makedirs(self._dest)
            unpack(kept, self._name, self._dest, f"{base}.{node}")


def unpack(archive: BinaryIO, name: str, dest: str, new_name: str) -> None:
    """Unpack *archive*, which holds *name* and nothing else, in folder *dest* as *new_name*.

    :raises ArchiveError: it is malformed, or would leave its place
    :raises OSError: it cannot be written
    """
    root = os.open(dest, os.O_RDONLY | os.O_DIRECTORY)
    try:
        unpacker = _Unpacker(root, name, new_name, archive.seek(0, os.SEEK_END))
        archive.seek(0)
        with tarfile.open(fileobj=archive, mode="r:") as members:
            for member in members:
                unpacker.add(members, member)
        unpacker.finish()
    except _MALFORMED as exc:
        raise ArchiveError(f"malformed archive: {exc}") from None
    finally:
        os.close(root)


class _Unpacker:
    def __init__(self, root: int, name: str, new_name: str, size: int) -> None:
        self._root = root
        self._name = name
        self._new_name = new_name
        # Files can hold no more than the archive does; holes of sparse ones would.
        self._left = size
        # Folders get their modes last: one may not be writable.
        self._folders: list[tuple[list[str], tarfile.TarInfo]] = []

    def add(self, members: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        path = self._path(member.name)
        if member.isdir():
            os.close(self._folder(path))
            self._folders.append((path, member))
            return
        folder = self._folder(path[:-1])
        try:
            if member.isreg():
                self._write(folder, path[-1], members, member)
            elif member.issym():
                self._unlink(folder, path[-1])
                os.symlink(member.linkname, path[-1], dir_fd=folder)
            elif member.islnk():
                self._link(folder, path[-1], self._path(member.linkname))
            else:
                raise ArchiveError(f"{member.name}: neither a file nor a folder nor a link")
        finally:
            os.close(folder)

    def finish(self) -> None:
        for path, member in reversed(self._folders):
            folder = self._folder(path)
            try:
                os.fchmod(folder, member.mode & 0o777)
                os.utime(folder, (member.mtime, member.mtime))
            finally:
                os.close(folder)

    def _path(self, text: str) -> list[str]:
        """Return the folders and the name, below our root, of the member called *text*."""
        parts = [part for part in text.split("/") if part not in ("", ".")]
        if len(text) >= _LONGEST_PATH:
            raise ArchiveError(f"{text[:80]}...: too long a path")
        if ".." in parts or text.startswith("/"):
            raise ArchiveError(f"{text}: outside of the archive's folder")
        if self._name == ".":
            return [self._new_name, *parts]
        # Senders of other releases put their own name behind ours.
        if not parts or not (parts[0] == self._name or parts[0].startswith(f"{self._name}.")):
            raise ArchiveError(f"{text}: not what was asked for")
        return [self._new_name, *parts[1:]]

    def _folder(self, path: list[str]) -> int:
        """Open the folder *path* below our root, making what is missing; follow no link."""
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
        current = os.dup(self._root)
        for name in path:
            try:
                try:
                    below = os.open(name, flags, dir_fd=current)
                except FileNotFoundError:
                    os.mkdir(name, 0o700, dir_fd=current)
                    below = os.open(name, flags, dir_fd=current)
            except OSError as exc:
                exc.filename = "/".join(path)
                raise
            finally:
                os.close(current)
            current = below
        return current

    def _unlink(self, folder: int, name: str) -> None:
        try:
            os.unlink(name, dir_fd=folder)
        except FileNotFoundError:
            return

    def _write(
        self, folder: int, name: str, members: tarfile.TarFile, member: tarfile.TarInfo
    ) -> None:
        self._left -= member.size
        if self._left < 0:
            raise ArchiveError(f"{member.name}: larger than the archive")
        self._unlink(folder, name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(name, flags, 0o600, dir_fd=folder), "wb") as file:
            content = members.extractfile(member)
            assert content is not None
            while True:
                part = content.read(1 << 16)
                if not part:
                    break
                file.write(part)
            file.flush()
            if file.tell() != member.size:
                raise ArchiveError(f"{member.name}: unexpected end of data")
            os.fchmod(file.fileno(), member.mode & 0o777)
            os.utime(file.fileno(), (member.mtime, member.mtime))

    def _link(self, folder: int, name: str, path: list[str]) -> None:
        source = self._folder(path[:-1])
        try:
            target = os.stat(path[-1], dir_fd=source, follow_symlinks=False)
            if not stat.S_ISREG(target.st_mode):
                raise ArchiveError(f"{'/'.join(path)}: not a file to link to")
            self._unlink(folder, name)
            os.link(path[-1], name, src_dir_fd=source, dst_dir_fd=folder, follow_symlinks=False)
        finally:
            os.close(source)
