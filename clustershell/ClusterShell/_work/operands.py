"""Arguments of remote shell and copy programs: settings, hosts, paths.

Host names come from node sets, and those from configuration, group sources
and command output: they are data.  On a command line they must stay the name
of a host.  A program would take a leading ``-`` for an option, ssh puts the
name into the user's ``ProxyCommand`` (shell text) and ``ControlPath`` (a file
name), scp and rcp end the name at a colon or bracket, and pdsh gives several
characters a meaning of its own.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = [
    "check_host",
    "copy_operands",
    "joined_remote",
    "local_path",
    "own_operand",
    "remote_path",
    "seconds",
    "words",
]

#: Characters that no host name has, and that a shell or a path gives a meaning.
_NEVER = frozenset("/\\'\"`$&|;<>(){}*?!")

#: Seconds that are no limit: more than programs can count.
_FOR_EVER = 1e9

#: What makes shell words more than what stands between white space.  (Control characters
#: that are white space to Python only are left to shlex as well.)
_QUOTING = frozenset("\\'\"\v\f\x1c\x1d\x1e\x1f")


def words(info: Callable[[str], str | None], setting: str, default: str = "") -> list[str]:
    """Return a setting that holds shell words (a path, options) as a list.

    Raises ValueError, which names it, where a quotation is not closed.
    """
    text = info(setting) or default
    if text.isascii() and _QUOTING.isdisjoint(text):
        return text.split()
    from ClusterShell._config import ini

    return ini.words(text, setting)


def seconds(value: float) -> int:
    """Return a timeout as programs take it: whole seconds, 0 for none.

    Less than a second is one: to the programs 0 would mean to wait for ever.
    """
    return max(1, int(value)) if 0 < value < _FOR_EVER else 0


def check_host(name: str, program: str, reserved: str = "") -> str:
    """Return ``name``, which may be given to ``program`` as the name of a host.

    :param reserved: further characters that the program would not read as a name.

    Raises UnsafeValueError, which names the host, for any other name.
    """
    reason = None
    if any(char < " " or "\x7f" <= char <= "\x9f" for char in name):
        reason = "CONTROL"
    elif name.startswith("-") or "@-" in name:
        reason = "OPTION"
    elif "/" in name or name in ("..", "."):
        reason = "PATH"
    elif not _NEVER.isdisjoint(name) or any(char in reserved or char.isspace() for char in name):
        reason = "REREAD"
    if reason is not None:
        from ClusterShell._shell.template import Refusal, Slot, UnsafeValueError

        raise UnsafeValueError(name, Slot("host", f"{program} host name"), Refusal[reason])
    return name


def remote_path(host: str, path: Any, user: str | None = None) -> str:
    """Return the operand naming ``path`` on ``host``, already checked."""
    operand = f"{host}:{path}"
    return f"{user}@{operand}" if user else operand


def joined_remote(source: Any, dest: Any, node: str) -> str:
    """Return where the copy of ``source`` coming back from ``node`` is put.

    ``node``, already checked, becomes the end of a file name in ``dest``.
    """
    return local_path(os.path.join(dest, f"{os.path.basename(source)}.{node}"))


def own_operand(path: Any) -> Any:
    """Return ``path``, of a file anywhere, written so that it is no option."""
    return "./" + path if isinstance(path, str) and path.startswith("-") else path


def local_path(path: Any) -> Any:
    """Return ``path`` written so that no program takes it for anything else.

    A leading ``-`` would be an option; a colon in the first part of a path
    would end a host name, if that is not the name of an existing file.
    """
    if isinstance(path, str) and (
        path.startswith("-") or (":" in path.partition("/")[0] and os.path.exists(path))
    ):
        return "./" + path
    return path


def copy_flags(client: Any) -> list[str]:
    """Return the options of scp and rcp for what *client* is to copy, and how."""
    return ["-r"] * bool(client.isdir) + ["-p"] * bool(client.preserve)


def copy_operands(client: Any, host: str, user: str | None) -> list[Any]:
    """Return what the *client* of a copy copies, and where to, over *host*, already checked."""
    if client.reverse:
        origin = remote_path(host, client.source, user)
        return [origin, joined_remote(client.source, client.dest, client.key)]
    return [local_path(client.source), remote_path(host, client.dest, user)]
