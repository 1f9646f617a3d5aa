"""Whether to use colours."""

from __future__ import annotations

import os

from ClusterShell._cli.sink import is_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def wants_color(whencolor: str | None, config: Any, stream: Any) -> bool:
    """Tell whether to use colours on *stream*.

    whencolor: value of ``--color``, which decides unless it is None.
    config: object with the attribute ``color`` (as ``ClushConfig``), or None.

    ``never`` and ``always`` of either decide; ``auto`` on the command line
    asks whether *stream* is a terminal, and otherwise the environment is asked
    first: NO_COLOR, CLICOLOR_FORCE, then CLICOLOR.
    """
    terminal = is_terminal(stream)
    if whencolor is not None:
        return whencolor == "always" or (whencolor in ("", "auto") and terminal)
    if config is not None and config.color in ("never", "always"):
        return config.color == "always"
    if "NO_COLOR" in os.environ:
        return False
    asked = environment_color(stream)
    return terminal if asked is None else asked


def environment_color(stream: Any) -> bool | None:
    """Return what CLICOLOR_FORCE and CLICOLOR ask for, None if that is nothing."""
    if os.environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    if "CLICOLOR" in os.environ:
        return os.environ["CLICOLOR"] != "0" and is_terminal(stream)
    return None
