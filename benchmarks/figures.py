"""How times, ratios and sizes are written for people."""

from typing import Optional

ABSENT = "–"


def seconds(value: Optional[float]) -> str:
    """Return a time with a unit that keeps it readable."""
    if value is None:
        return ABSENT
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def ratio(value: Optional[float]) -> str:
    if value is None:
        return ABSENT
    return f"{value:,.0f}×" if value >= 100 else f"{value:.3g}×"


def kib(value: Optional[float]) -> str:
    """Return a size given in KiB."""
    if value is None:
        return ABSENT
    return f"{value / 1024:,.1f} MiB" if value >= 1024 else f"{value:,.3g} KiB"


def duration(value: float) -> str:
    """Return a time as minutes and seconds, for plans and progress."""
    return f"{int(value) // 60}:{int(value) % 60:02d}"
