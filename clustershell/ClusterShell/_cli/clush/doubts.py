"""What is valid in a command line or a configuration of clush, and hardly meant."""

from __future__ import annotations

from ClusterShell._cli.messages import nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def doubts(options: Any, config: Any) -> Iterator[str]:
    """Yield what to warn of.

    :param options: those of the command line.
    :param config: the ClushConfig.
    """
    if options.conf and not config.parsed:
        yield f"--conf: {options.conf}: {_why_unread(options.conf)}"
    for section, setting, known in config.unknown_settings():
        where = "" if section == config.MAIN_SECTION else f" in [{section}]"
        yield f'unknown setting "{setting}"{where}{nearest(setting, known)}'
    for section in config.unknown_sections():
        yield f"unknown section [{section}]" + nearest(section, [config.MAIN_SECTION])
    for flag, seconds in (("-t", options.connect_timeout), ("-u", options.command_timeout)):
        if seconds is not None and seconds < 0:
            yield f"{flag} {seconds:g}: no time is less than none; there is no limit"
    connects = options.worker in (None, "ssh", "rsh", "pdsh")
    if connects and options.connect_timeout and 0 < options.connect_timeout < 1:
        yield f"-t {options.connect_timeout:g}: programs that connect count whole seconds: 1 it is"


def _why_unread(path: str) -> str:
    """Return why the file at *path* has not been read."""
    try:
        with open(path, encoding="utf-8"):
            return "not read"
    except OSError as exc:
        return exc.strerror or str(exc)
