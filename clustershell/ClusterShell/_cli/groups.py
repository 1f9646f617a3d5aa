"""What the tools have to do with the configuration of node groups."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def use_configuration(filename: str, warn: Callable[[str], None]) -> None:
    """Take groups from *filename*; without it there are none, which *warn* is told."""
    from ClusterShell.NodeSet import set_std_group_resolver_config

    try:
        with open(filename, encoding="utf-8"):
            pass
    except OSError as exc:
        warn(f"--groupsconf: {filename}: {exc.strerror}")
    set_std_group_resolver_config(filename)
