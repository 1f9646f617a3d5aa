"""Text for XML documents, as ``xml.sax.saxutils`` writes it, without what that imports."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["attribute", "attributes_text", "escaped"]

_SPECIAL = re.compile(r'[&<>"\n\r\t\x00-\x1f\ud800-\udfff\ufffe\uffff]')

#: Not even a reference to one of these may stand in a document.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_REFERENCES = {
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord("\n"): "&#10;",
    ord("\r"): "&#13;",
    ord("\t"): "&#9;",
}


def attribute(value: str) -> str:
    """Return *value* as that of an attribute, in quotes.

    Characters that cannot stand in a document become U+FFFD.
    """
    if _SPECIAL.search(value) is None:
        return f'"{value}"'
    value = _FORBIDDEN.sub("\ufffd", value).translate(_REFERENCES)
    if '"' not in value:
        return f'"{value}"'
    if "'" not in value:
        return f"'{value}'"
    return '"' + value.replace('"', "&quot;") + '"'


def attributes_text(pairs: Iterable[tuple[str, object]]) -> str:
    """Return attributes as they stand in a tag, with a space in front of each."""
    return "".join([f" {name}={attribute(str(value))}" for name, value in pairs])


def escaped(text: str) -> str:
    """Return *text* as it stands between tags."""
    return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
