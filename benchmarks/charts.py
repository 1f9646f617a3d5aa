"""The charts of the page: inline SVG, coloured by the page's style sheet."""

import math
from html import escape
from typing import Any

from benchmarks.figures import kib, ratio, seconds

BAR_WIDTH = 210
LOWEST, HIGHEST = -1, 6  # decades of the axis of ratios
MEMORY_WIDTH = 210
MEMORY_LOWEST, MEMORY_HIGHEST = 0, 6  # decades of the axis of memory, KiB

LIVES = (("compiled", "ours"), ("interpreted", "pure"))


def place(value: float, lowest: int, highest: int, width: int) -> float:
    """Return where a value stands on a log axis; at its ends what is outside."""
    decades = math.log10(max(value, 10.0**lowest))
    return width * (min(decades, highest) - lowest) / (highest - lowest)


def _ratio_at(value: float) -> float:
    return place(value, LOWEST, HIGHEST, BAR_WIDTH)


def ratio_bars(entry: dict[str, Any]) -> str:
    """Draw the compiled and interpreted ratios from 1× on, 1× and the must marked."""
    medians = {name: measured["median"] for name, measured in entry["ratios"].items()}
    if not any(name in medians for name, _ in LIVES):
        return ""
    told = ", ".join(f"{name} {ratio(medians[name])}" for name, _ in LIVES if name in medians)
    parts = [f'<svg width="{BAR_WIDTH + 2}" height="24" role="img" aria-label="{told}">']
    for (name, colour), top in zip(LIVES, (3, 14)):
        if name in medians:
            low, high = sorted((_ratio_at(1), _ratio_at(medians[name])))
            parts.append(
                f'<rect class="{colour}" x="{low:.1f}" y="{top}" '
                f'width="{max(high - low, 1):.1f}" height="7"/>'
            )
    parts.append(_mark(_ratio_at(1), 24, "one"))
    if entry["must"]:
        parts.append(_mark(_ratio_at(entry["must"]), 24, "must"))
    return "".join(parts) + "</svg>"


def _mark(across: float, height: int, colour: str) -> str:
    return f'<line class="{colour}" x1="{across:.1f}" x2="{across:.1f}" y1="0" y2="{height}"/>'


def memory_bars(columns: dict[str, Any]) -> str:
    """Draw the highest memory of each ClusterShell on one log axis from 1 KiB on."""
    bars = [(name, colour) for name, colour in (("peer", "other"), *LIVES) if name in columns]
    peaks = [(name, colour, columns[name].get("peak")) for name, colour in bars]
    told = ", ".join(f"{name} {kib(peak)}" for name, _, peak in peaks)
    parts = [f'<svg width="{MEMORY_WIDTH + 2}" height="26" role="img" aria-label="{told}">']
    for number, (_, colour, peak) in enumerate(peaks):
        wide = place(max(peak or 1, 1), MEMORY_LOWEST, MEMORY_HIGHEST, MEMORY_WIDTH)
        parts.append(
            f'<rect class="{colour}" x="0" y="{8 * number + 2}" width="{max(wide, 1):.1f}" '
            'height="6"/>'
        )
    return "".join(parts) + "</svg>"


def axis(lowest: int, highest: int, width: int, unit: str) -> str:
    """Draw the labels of a log axis, to stand over the bars."""
    parts = [f'<svg width="{width + 2}" height="16" role="img" aria-label="logarithmic axis">']
    for decade in range(lowest + lowest % 2, highest + 1, 2):
        across = width * (decade - lowest) / (highest - lowest)
        anchor = "start" if across < 4 else "end" if across > width - 8 else "middle"
        label = {0: "1", 2: "100"}.get(decade, f"10{superscript(decade)}") + unit
        parts.append(f'<text x="{across:.1f}" y="12" text-anchor="{anchor}">{label}</text>')
    return "".join(parts) + "</svg>"


def superscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


class _Plane:
    """A chart's area with a log axis in each direction, whole decades at its ends."""

    width, height, left, right, top, bottom = 320, 190, 52, 32, 10, 26

    def __init__(self, sizes: list[int], times: list[float]) -> None:
        self.x0, self.x1 = self._decades(sizes)
        self.y0, self.y1 = self._decades(times)

    @staticmethod
    def _decades(values: Any) -> tuple[int, int]:
        low, high = math.log10(min(values)), math.log10(max(values))
        first = math.floor(low + 1e-9)
        return first, max(math.ceil(high - 1e-9), first + 1)

    def x(self, size: float) -> float:
        part = (math.log10(size) - self.x0) / (self.x1 - self.x0)
        return self.left + (self.width - self.left - self.right) * part

    def y(self, time: float) -> float:
        part = (math.log10(time) - self.y0) / (self.y1 - self.y0)
        return self.height - self.bottom - (self.height - self.top - self.bottom) * part

    def grid(self) -> str:
        end = self.width - self.right
        lines = []
        for decade in range(self.y0, self.y1 + 1):
            at = self.y(10.0**decade)
            lines.append(
                f'<line class="grid-line" x1="{self.left}" x2="{end}" y1="{at:.1f}" y2="{at:.1f}"/>'
                f'<text x="{self.left - 6}" y="{at + 4:.1f}" text-anchor="end">'
                f"{seconds(10.0**decade)}</text>"
            )
        foot = self.height - self.bottom
        for decade in range(self.x0, self.x1 + 1):
            at = self.x(10.0**decade)
            lines.append(
                f'<line class="grid-line" x1="{at:.1f}" x2="{at:.1f}" y1="{self.top}" '
                f'y2="{foot}"/><text x="{at:.1f}" y="{foot + 16}" text-anchor="middle">'
                f"{10**decade:,}</text>"
            )
        return "".join(lines)


def growth_curve(found: dict[str, Any]) -> str:
    """Draw one growth curve on log axes, with a dashed line of the greatest slope allowed."""
    sizes, times = found["sizes"], [max(value, 1e-9) for value in found["seconds"]]
    plane = _Plane(sizes, times)
    points = [(plane.x(size), plane.y(time)) for size, time in zip(sizes, times)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle class="ours" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)
    told = escape(f"{found['name']}: exponent {found['exponent']:.2f}")
    return (
        f'<svg viewBox="0 0 {plane.width} {plane.height}" role="img" aria-label="{told}">'
        f"{plane.grid()}{_allowed(plane, sizes, times, found['limit'])}"
        f'<polyline class="curve" points="{path}"/>{dots}</svg>'
    )


def _allowed(plane: _Plane, sizes: list[int], times: list[float], limit: float) -> str:
    """Draw the greatest slope from the first point on, as far as the chart goes."""
    last = float(sizes[-1])
    end = times[0] * (sizes[-1] / sizes[0]) ** limit
    if end > 10.0**plane.y1:
        end = 10.0**plane.y1
        last = sizes[0] * (end / times[0]) ** (1 / limit)
    return (
        f'<line class="allowed" x1="{plane.x(sizes[0]):.1f}" y1="{plane.y(times[0]):.1f}" '
        f'x2="{plane.x(last):.1f}" y2="{plane.y(end):.1f}"/>'
    )
