"""JSON, one object a line: what ``--json`` of the commands prints.

Only ASCII is written, without control characters: a terminal has nothing to obey.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


def line(fields: dict[str, Any]) -> str:
    """Return *fields* as a line of JSON, without its newline."""
    return json.dumps(fields, separators=(",", ":"))


def output(name: str, data: bytes) -> dict[str, Any]:
    """Return the fields that hold *data*, output of a command.

    Text is in the field *name*.  For bytes that are no UTF-8 this is null, and
    ``NAME_base64`` holds them.
    """
    try:
        return {name: data.decode()}
    except UnicodeDecodeError:
        from base64 import b64encode

        return {name: None, f"{name}_base64": b64encode(data).decode()}
