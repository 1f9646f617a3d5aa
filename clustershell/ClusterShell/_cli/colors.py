"""Whether to use colours: where results are shown, and while commands run."""

from __future__ import annotations

import os
import sys

from ClusterShell._cli.sink import is_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def wants_color(color: bool | None, whencolor: str | None, config: Any, stream: Any) -> bool:
    """Tell whether to use colours on *stream*.

    :param color: what the caller says; False decides.
    :param whencolor: value of ``--color``, None if it was not given.
    :param config: object with the attribute ``color`` (as ``ClushConfig``), or None.

    Where neither the command line nor the configuration says ``never`` or ``always``,
    the environment decides: NO_COLOR, CLICOLOR_FORCE, then CLICOLOR, then whether *stream*
    is a terminal.  Else *color* does, then the command line: ``auto`` asks for a terminal.
    What the configuration forbids or demands is for the caller to say by *color*.
    """
    if color is False:
        return False
    if whencolor is None and (config is None or config.color not in ("never", "always")):
        if "NO_COLOR" in os.environ:
            return False
        asked = environment_color(stream)
        return is_terminal(stream) if asked is None else asked
    if color is not None:
        return bool(color)
    return whencolor == "always" or (whencolor != "never" and is_terminal(stream))


def environment_color(stream: Any) -> bool | None:
    """Return what CLICOLOR_FORCE and CLICOLOR ask for, None if that is nothing."""
    if os.environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    if "CLICOLOR" in os.environ:
        return os.environ["CLICOLOR"] != "0" and is_terminal(stream)
    return None


def run_color(options: Any, config: Any) -> bool:
    """Return whether to use colours while commands run, for both outputs.

    What is neither asked for nor forbidden needs the outputs in use on a
    terminal, and, if it is only the configuration that leaves it open, no
    objection in the environment (NO_COLOR, CLICOLOR=0).  Where the configuration
    says nothing there are none.

    :param options: those of the command line.
    :param config: the ``ClushConfig``, which holds what ``--color`` says, or ``-O color=``,
        that beats it.
    """
    when = config.color
    if when in ("always", "never"):
        return bool(when == "always")
    if options.whencolor is None and (
        not when or "NO_COLOR" in os.environ or os.environ.get("CLICOLOR") == "0"
    ):
        return False
    # With -B nothing goes to standard error.
    outputs = [sys.stdout] if options.gatherall else [sys.stdout, sys.stderr]
    return all(map(is_terminal, outputs))
