"""How ssh reaches the nodes of some groups: sections ``[ssh NODES]`` of clush.conf."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

#: What such a section may set, with the setting of a task that it stands for.
SETTINGS = {
    **{name: f"ssh_{name}" for name in ("user", "path", "options")},
    **{name: name for name in ("scp_path", "scp_options", "connect_timeout", "command_timeout")},
}

PREFIX = "ssh "


def sections_of(config: Any, options: Any, nodes: Any, error: Any) -> tuple[Any, ...]:
    """Return the settings of each section that is about some of *nodes*, in order.

    What the command line says wins; of options of ssh the first of a kind does.

    :param options: those of the command line
    :param error: function of section, setting and reason that returns the exception for a
        value that cannot be used
    :returns: pairs of the text of a node set and of pairs (setting, value)
    """
    from ClusterShell.NodeSet import NodeSet

    found = []
    given = {
        "user": options.user,
        "connect_timeout": options.connect_timeout,
        "command_timeout": options.command_timeout,
    }
    more = os.environ.get("CLUSH_SSH_ARGS")
    for section in config.sections():
        if not section.startswith(PREFIX):
            continue
        common = NodeSet(section[len(PREFIX) :]) & nodes
        values: list[tuple[str, Any]] = []
        for option in config.options(section):
            if option not in SETTINGS or option in config.defaults():
                continue
            if given.get(option) is not None:
                continue
            value: Any = config.get(section, option)
            if option.endswith("_timeout"):
                try:
                    value = float(value)
                except ValueError as exc:
                    raise error(section, option, str(exc)) from None
            elif option.endswith("options"):
                value = " ".join(filter(None, (options.options, value, more)))
            values.append((SETTINGS[option], value))
        if common and values:
            found.append((str(common), tuple(values)))
    return tuple(found)
