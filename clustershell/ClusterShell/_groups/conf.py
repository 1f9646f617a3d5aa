"""What groups.conf(5) says: where to look for sources, and what they are."""

from __future__ import annotations

from configparser import ConfigParser

from ClusterShell._config import ini

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MAIN = "Main"


def new_parser() -> ConfigParser:
    """Return a parser for groups.conf(5).

    Values are taken literally: a shell command has its own meaning for ``%``.
    """
    return ConfigParser(interpolation=None)


#: By the end of a file's name, the settings that list its folders; the first given counts.
_FOLDERS = {".conf": ("groupsdir", "confdir"), ".yaml": ("autodir",)}


def files(config: ConfigParser, suffix: str, cfgdir: str) -> Iterator[tuple[str, str]]:
    """Yield the folder and the path of each file with this suffix that *config* leads to.

    :raises ValueError: the setting that lists folders cannot be read.
    :raises NotADirectoryError: something else is listed.
    """
    for option in _FOLDERS[suffix]:
        if config.has_option(MAIN, option):
            for folder in ini.folders(config.get(MAIN, option), option, cfgdir):
                for filename in ini.files(folder, suffix):
                    yield folder, filename
            return


def upcall_settings(config: ConfigParser, section: str) -> dict[str, Any]:
    """Return the arguments for UpcallGroupSource that a section gives.

    :raises ValueError: a setting is missing or not what it has to be.
    """
    if not config.has_option(section, "map") and not config.has_option(section, "mapall"):
        raise ValueError(f"No option 'map' or 'mapall' in section: '{section}'")
    settings: dict[str, Any] = {
        f"{upcall}_upcall": config.get(section, upcall, fallback=None)
        for upcall in ("map", "mapall", "all", "list", "reverse")
    }
    if config.has_option(section, "cache_time"):
        settings["cache_time"] = config.getfloat(section, "cache_time")
    if config.has_option(section, "timeout"):
        settings["timeout"] = config.getfloat(section, "timeout") or None
    if config.has_option(section, "unsafe_names"):
        settings["unsafe_names"] = config.getboolean(section, "unsafe_names")
    return settings
