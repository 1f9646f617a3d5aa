"""What groups.conf(5) says: where to look for sources, and what they are."""

import os
from collections.abc import Iterator, Sequence
from configparser import ConfigParser
from typing import Any

MAIN = "Main"


def new_parser() -> ConfigParser:
    """Return a parser for groups.conf(5).

    Values are taken literally: a shell command has its own meaning for ``%``.
    """
    return ConfigParser(interpolation=None)


def directories(config: ConfigParser, options: Sequence[str], cfgdir: str) -> "Iterator[str]":
    """Yield each directory that the first of the main ``options`` given lists.

    ``$CFGDIR`` in them is ``cfgdir``.  A directory named twice counts once.
    """
    import shlex
    from string import Template

    for option in options:
        if config.has_option(MAIN, option):
            text = Template(config.get(MAIN, option)).safe_substitute(CFGDIR=cfgdir)
            break
    else:
        return
    seen = set()
    for directory in shlex.split(text):
        identity = os.path.realpath(directory)
        if identity not in seen:
            seen.add(identity)
            yield directory


def files(directory: str, suffix: str) -> "list[str]":
    """Return the visible files of a directory that end so, sorted; [] where it cannot be read."""
    try:
        names = os.listdir(directory)
    except OSError:
        return []
    return [
        os.path.join(directory, name)
        for name in sorted(names)
        if name.endswith(suffix) and not name.startswith(".")
    ]


def upcall_settings(config: ConfigParser, section: str) -> "dict[str, Any]":
    """Return the arguments for UpcallGroupSource that a section gives.

    Raises ValueError where a setting is missing or not what it has to be.
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
