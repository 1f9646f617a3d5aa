"""Control characters, made visible: a terminal obeys what it is sent."""

from __future__ import annotations


def _control_table() -> dict[int, str]:
    """Return what stands for each control character but newline and tab."""
    table = {code: "^" + chr(code ^ 0x40) for code in (*range(0x20), 0x7F)}
    table.update((code, f"\\x{code:02x}") for code in range(0x80, 0xA0))
    del table[ord("\n")], table[ord("\t")]
    return table


CONTROLS = _control_table()


def visible(text: str) -> str:
    """Return *text* with its control characters, newline and tab excepted, made visible.

    >>> visible("red: \\x1b[31m")
    'red: ^[[31m'
    """
    # What stands for bytes that are no text (see the error handler
    # surrogateescape) would be these bytes again when encoded.
    text = text.translate(CONTROLS)
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
