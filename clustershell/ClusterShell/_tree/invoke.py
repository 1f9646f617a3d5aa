"""How a gateway is started: the shell command that a head node runs on it."""

from __future__ import annotations

import os
import re
import shlex
import sys

#: Settings of this process that gateways get too, in the order they are written in.
_HANDED_ON = (
    "PYTHONPATH",
    "CLUSTERSHELL_GW_PYTHON_EXECUTABLE",
    "CLUSTERSHELL_GW_LOG_DIR",
    "CLUSTERSHELL_GW_LOG_LEVEL",
    "CLUSTERSHELL_GW_B64_LINE_LENGTH",
)

#: Values that are written as they are: what the gateway's shell makes of ``~`` and
#: ``$HOME`` is wanted, nothing else.
_PLAIN = re.compile(r"[\w@%+=:,./~${}-]+", re.ASCII)


def _word(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else shlex.quote(value)


def gateway_command() -> str:
    """Return the command that starts a gateway, with the environment it is to have."""
    environ = os.environ
    words = [f"{name}={_word(environ[name])}" for name in _HANDED_ON if environ.get(name)]
    # A Python of the name of ours: the path may be another on the gateway.
    own = os.path.basename(sys.executable or "python")
    python = _word(environ.get("CLUSTERSHELL_GW_PYTHON_EXECUTABLE") or own)
    return " ".join([*words, python, "-m ClusterShell.Gateway -Bu"])


_SCALARS = frozenset((bool, int, float, str, bytes, type(None)))
_CONTAINERS = frozenset((list, tuple, set, frozenset))


def is_data(value: object, depth: int = 8) -> bool:
    """Return whether *value* is made of built-in types only, as a gateway takes them."""
    kind = type(value)
    if kind in _SCALARS:
        return True
    if depth <= 0:
        return False
    if kind in _CONTAINERS:
        return all(is_data(item, depth - 1) for item in value)  # type: ignore[attr-defined]
    if kind is dict:
        pairs = value.items()  # type: ignore[attr-defined]
        return all(is_data(key, 0) and is_data(item, depth - 1) for key, item in pairs)
    return False
