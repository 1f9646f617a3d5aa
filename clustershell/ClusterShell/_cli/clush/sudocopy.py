"""Copies with the rights of another user on the nodes, root as a rule: ``--sudo``.

scp and gateways write and read as who logs in.  So a copy is an archive here: the input,
or the output, of a command that runs behind sudo.  It is unpacked in a folder that only
that user can enter, and put in place from there when it has come whole.
"""

from __future__ import annotations

import os
import tarfile
import tempfile
from io import BytesIO

from ClusterShell._cli.clush.pace import PacedTreeWorker
from ClusterShell._cli.clush.stdin import Feed
from ClusterShell._tree.archive import quoted
from ClusterShell._tree.copies import CopyFrom, Sending
from ClusterShell._tree.feed import PART
from ClusterShell.Worker.Exec import ExecClient, ExecWorker

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

#: What is put before a command that needs other rights, unless the run mode says it.
SUDO = "sudo -n"

#: Bytes of an archive that are kept in memory.
_IN_MEMORY = 256 * 1024

#: Last in an archive: where this is, nothing is missing.
_END = "end"

#: Between a password, which sudo may have no need to read, and the archive.
_ARCHIVE = "clush: here the archive begins"

# Scripts are one line, without an exclamation mark: the user's shell may be any.

#: Puts a copy in place: $1 is the destination, $2 the name, $3 options of cp.
_TO = "; ".join(
    (
        "u=$(umask)",
        "umask 077",
        't=$(mktemp -d "${TMPDIR:-/var/tmp}/clush.XXXXXXXX") || exit 1',
        """trap 'rm -rf "$t"' EXIT""",
        "trap 'exit 1' HUP INT TERM",
        'tar -xf - -C "$t" --no-same-owner || exit 1',
        f'[ -e "$t/{_END}" ] || {{ echo "clush: the copy has not come whole" >&2; exit 1; }}',
        'umask "$u"',
        'cp -R $3 -- "$t/copy/$2" "$1"',
    )
)

#: Sends $2 of folder $1, as text; ends as tar does.
_FROM = "; ".join(
    (
        "exec 4>&1",
        'rc=$({ { tar -chf - -C "$1" -- "$2"; echo $? >&3; } | base64 -w 65536 >&4; } 3>&1)',
        'exit "$rc"',
    )
)

#: Skips what sudo has left of the password.
_SKIP = f'l=; until [ "$l" = "{_ARCHIVE}" ]; do IFS= read -r l || exit 1; done; '

#: Gives a password to sudo: first alone, so that a wrong one is tried once.
_ASKED = (
    'IFS= read -r p; printf "{percent}s\\n" "$p" | {sudo} true || exit; '
    '{{ printf "{percent}s\\n" "$p" "{archive}"; cat; }} | {sudo} sh -c "$@"'
)


def command(sudo: str, script: str, args: str, asked: bool, percent: str = "%") -> str:
    """Return the command of a copy.

    :param sudo: words of a shell that are put before a command
    :param args: words of a shell, the arguments of *script*
    :param asked: whether the first line of its input is a password for *sudo*
    :param percent: how a percent sign is written
    """
    if not asked:
        return f"{sudo} sh -c {quoted(script)} clush {args}"
    outer = quoted(_ASKED.format(sudo=sudo, archive=_ARCHIVE, percent=percent))
    return f"sh -c {outer} clush {quoted(_SKIP + script)} clush {args}"


class Input:
    """The input of the commands of a copy, all of which there is from the beginning.

    :param head: what comes first, a line with a password
    :param file: the rest
    """

    eof = True

    def __init__(self, head: bytes, file: Any) -> None:
        self._head = head
        self._file = file
        self.size = len(head) + file.seek(0, os.SEEK_END)

    def read(self, offset: int, size: int) -> bytes:
        """Return up to *size* bytes from *offset* on."""
        start = self._head[offset : offset + size]
        self._file.seek(max(0, offset - len(self._head)))
        return start + self._file.read(size - len(start))

    def part(self, index: int) -> bytes | None:
        """Return part number *index*, None after the last."""
        return self.read(index * PART, PART) or None

    def append(self, data: bytes) -> None:
        """Nothing can be added."""

    def forget(self, index: int | None) -> None:
        """All of it stays."""

    def close(self) -> None:
        """It is not needed any more."""
        self._file.close()


def _pack(source: str, name: str) -> Any:
    """Return an archive of *source*, called *name*; links are followed, as scp does.

    :raises OSError: it cannot be read
    """

    def nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member

    made = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (see Input.close)
    try:
        with tarfile.open(fileobj=made, mode="w", dereference=True) as archive:
            archive.add(source, arcname=f"copy/{name}", filter=nobodys)
            archive.addfile(tarfile.TarInfo(_END))
    except BaseException:
        made.close()
        raise
    return made


class _To(Sending):
    """A copy of *source* to *dest*.

    :param options: options of cp
    :param password: a line with it, or nothing
    :raises OSError: the source cannot be read
    """

    script = _TO

    def __init__(self, source: str, dest: str, options: str, password: bytes) -> None:
        name = os.path.basename(source.rstrip("/"))
        name = name if name not in ("", "..") else "."
        self.args = f"{quoted(dest)} {quoted(name)} {quoted(options)}"
        self.input = Input(password, _pack(source, name))


class _From(CopyFrom):
    """A copy of *source* into folder *dest*; see :class:`_To`."""

    script = _FROM

    def __init__(self, source: str, dest: str, password: bytes) -> None:
        CopyFrom.__init__(self, source, dest, "%s %s")
        self.args = self.command
        self.input = Input(password, BytesIO())


class _Copying:
    """What workers do that run the commands of *copy*."""

    copy: Any

    def write(self, buf: bytes, sname: str | None = None) -> None:
        """Their input is the copy's."""

    def set_write_eof(self, sname: str | None = None) -> None:
        """It has an end."""

    def _on_node_msgline(self, node: Any, msg: bytes, sname: str) -> None:
        if self.copy.takes(sname):
            self.copy.add(node, msg)
        else:
            super()._on_node_msgline(node, msg, sname)  # type: ignore[misc]

    def _on_node_close(self, node: Any, rc: int | None) -> None:
        # Before its end is told: it may end badly here.
        error = self.copy.ended(node) if rc == 0 else self.copy.drop(node)
        if error is not None:
            rc = 1
            text = error.encode("utf-8", "surrogateescape")
            super()._on_node_msgline(node, text, "stderr")  # type: ignore[misc]
        super()._on_node_close(node, rc)  # type: ignore[misc]

    def _on_node_timeout(self, node: Any) -> None:
        self.copy.drop(node)
        super()._on_node_timeout(node)  # type: ignore[misc]

    def _emit_close(self, timedout: bool) -> None:
        self.copy.close()
        super()._emit_close(timedout)  # type: ignore[misc]


class _Fed(_Copying):
    """The same with a client for each node, which takes its input at its own pace."""

    _RUNS_FOR_ALL = False

    def feed(self, copy: Any) -> None:
        """Give the clients the input of *copy*."""
        self.copy = copy
        self._feed = Feed(self, copy.input, lambda text: None)
        self._feed.end_at(copy.input.size)

    def _on_start(self, key: Any) -> None:
        super()._on_start(key)  # type: ignore[misc]
        self._feed.started(key)

    def _on_written(self, key: Any, bytes_count: int, sname: str) -> None:
        super()._on_written(key, bytes_count, sname)  # type: ignore[misc]
        self._feed.written(key, bytes_count)


class _Tree(_Copying, PacedTreeWorker):
    """The same through gateways."""

    def __init__(self, nodes: Any, handler: Any, timeout: Any, copy: Any, **kwargs: Any) -> None:
        PacedTreeWorker.__init__(self, nodes, handler, timeout, **kwargs)
        self.copy = self._copy = copy
        self._input.source = copy.input


class SudoCopy:
    """Starts copies.

    :param run: with the task, the prefix and the password of the run
    :param options: those of the command line
    """

    def __init__(self, run: Any, options: Any) -> None:
        self._run = run
        self._reverse = bool(options.rcopy)
        self._sudo = run.prefix or SUDO
        self._asked = bool(run.prefix) and run.password is not None

    def _copy(self, source: str, dest: str, preserve: bool | None) -> _To | _From:
        password = self._run.password
        head = b"" if password is None else password.encode("utf-8", "surrogateescape") + b"\n"
        if self._reverse:
            return _From(source, dest, head)
        return _To(source, dest, "--preserve=mode,timestamps" if preserve else "", head)

    def text(self, copy: Any, worker_class: Any) -> str:
        """Return the command of *copy* for workers of a class, some of which put names into it."""
        shell = getattr(worker_class, "SHELL_CLASS", None)
        local = shell is not None and shell._build_cmd is ExecClient._build_cmd
        percent = "%%" if local else "%"
        return command(self._sudo, copy.script, copy.args, self._asked, percent)

    def dry(self, source: str, dest: str, preserve: bool | None) -> str:
        """Return the command of a copy that is not made."""
        copy = self._copy(source, dest, preserve)
        copy.close()
        return self.text(copy, self._run.task.default("distant_worker"))

    def start(
        self, source: str, dest: str, nodes: Any, handler: Any, tree: bool, **settings: Any
    ) -> Any:
        """Schedule the copy of *source* to *dest* on *nodes*; return its worker.

        :param settings: timeout, preserve; prepare, called with the worker before it is scheduled
        :raises OSError: a file here cannot be read, or a folder not be made
        :raises ValueError: the workers of the task have no process for each node
        """
        task, timeout = self._run.task, settings["timeout"]
        base = task.default("distant_worker")
        if not issubclass(base, ExecWorker):
            raise ValueError("--sudo needs a process for each node")
        copy = self._copy(source, dest, settings["preserve"])
        kwargs = {"source": source, "dest": dest, "stderr": True}
        kwargs["command"] = self.text(copy, base)
        worker: Any
        if tree:
            worker = _Tree(nodes, handler, timeout, copy, **kwargs)
        else:
            kind: Any = type(base.__name__, (_Fed, base), {})
            worker = kind(nodes, handler, timeout, **kwargs)
            worker.feed(copy)
        if "prepare" in settings:
            settings["prepare"](worker)
        task.schedule(worker)
        return worker
