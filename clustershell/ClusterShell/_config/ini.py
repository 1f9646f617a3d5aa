"""What the configuration files have in common: words, folders, and the files in them.

Files of settings are in the syntax of :mod:`configparser`.  A setting may list
folders with more of them, relative to ``$CFGDIR``, the folder of the file itself.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class BadSettingError(ValueError):
    """A setting is not what it has to be; the text says which one and why."""


def words(text: str, setting: str) -> list[str]:
    """Return the words of a setting, quoted as in a shell.

    :raises BadSettingError: a quotation is not closed.
    """
    import shlex

    try:
        return shlex.split(text)
    except ValueError as exc:
        raise BadSettingError(f"{setting}: {exc}") from exc


def folders(text: str, setting: str, cfgdir: str) -> Iterator[str]:
    """Yield each folder that a setting lists; one that is listed twice counts once.

    :param cfgdir: what ``$CFGDIR`` stands for.
    :raises BadSettingError: a quotation is not closed.
    :raises NotADirectoryError: it is something else than a folder; the text says so.  What is
        not there is left out.
    """
    from string import Template

    seen = set()
    for word in words(text, setting):
        folder = Template(word).safe_substitute(CFGDIR=cfgdir)
        if os.path.exists(folder) and not os.path.isdir(folder):
            raise NotADirectoryError(f"Defined {setting} {folder} is not a directory")
        identity = os.path.realpath(folder)
        if identity not in seen:
            seen.add(identity)
            yield folder


def files(folder: str, suffix: str) -> list[str]:
    """Return the visible files of a folder that end so, sorted; none where it cannot be read."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [
        os.path.join(folder, name)
        for name in sorted(names)
        if name.endswith(suffix) and not name.startswith(".")
    ]
