"""The charts of the page: inline SVG, coloured by the page's style sheet."""

import math
from html import escape
from typing import Any

from benchmarks.figures import kib, ratio, seconds

BAR_WIDTH = 150
LOWEST, HIGHEST = -1, 6  # decades of the axis of ratios
MEMORY_WIDTH = 150
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
            if medians[name] < 1:
                colour = "loss"
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
    for decade in range(0, highest + 1, 3):
        across = width * (decade - lowest) / (highest - lowest)
        anchor = "start" if across < 4 else "end" if across > width - 8 else "middle"
        label = {0: "1", 3: "1000"}.get(decade, f"10{superscript(decade)}") + unit
        parts.append(f'<text x="{across:.1f}" y="12" text-anchor="{anchor}">{label}</text>')
    return "".join(parts) + "</svg>"


def superscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _rule(x1: float, x2: float, y1: float, y2: float) -> str:
    return f'<line class="grid-line" x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}"/>'


def _label(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'


class _Plane:
    """A chart's area with a log axis in each direction, whole decades at its ends."""

    width, height, left, right, top, bottom = 320, 206, 52, 32, 24, 42

    #: Titles of the axes.
    across, up = "size n", "processor time"

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
        foot = self.height - self.bottom
        lines = []
        for decade in range(self.y0, self.y1 + 1):
            at = self.y(10.0**decade)
            lines.append(_rule(self.left, end, at, at))
            lines.append(_label(self.left - 6, at + 4, "end", seconds(10.0**decade)))
        for decade in range(self.x0, self.x1 + 1):
            at = self.x(10.0**decade)
            lines.append(_rule(at, at, self.top, foot))
            lines.append(_label(at, foot + 16, "middle", f"{10**decade:,}"))
        middle = (self.left + end) / 2
        lines.append(_label(middle, self.height - 6, "middle", self.across))
        lines.append(f'<text x="4" y="12">{self.up}</text>')
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


class _Years:
    """A chart's area with runs in their order across, and a log axis of ratios."""

    width, height, left, right, top, bottom = 320, 150, 44, 12, 24, 36


def course(name: str, points: list[tuple[str, float]]) -> str:
    """Draw the ratios of a row over its runs on one machine, dated at both ends."""
    area = _Years
    values = [value for _, value in points]
    low = math.floor(math.log10(min(*values, 1.0)) + 1e-9)
    high = max(math.ceil(math.log10(max(*values, 1.0)) - 1e-9), low + 1)
    end, foot = area.width - area.right, area.height - area.bottom

    def at(number: int, value: float) -> tuple[float, float]:
        across = number / max(len(points) - 1, 1)
        up = (math.log10(value) - low) / (high - low)
        return area.left + (end - area.left) * across, foot - (foot - area.top) * up

    parts = []
    for decade in range(low, high + 1):
        y = at(0, 10.0**decade)[1]
        kind = "one" if decade == 0 else "grid-line"
        parts.append(
            f'<line class="{kind}" x1="{area.left}" x2="{end}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{area.left - 5}" y="{y + 4:.1f}" text-anchor="end">'
            f"{ratio(10.0**decade)}</text>"
        )
    placed = [at(number, value) for number, value in enumerate(values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    parts.append(f'<polyline class="curve" points="{path}"/>')
    parts += [
        f'<circle class="{"loss" if value < 1 else "ours"}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
        for (x, y), value in zip(placed, values)
    ]
    dates = f'<text x="{area.left}" y="{foot + 16}">{points[0][0]}</text>'
    dates += f'<text x="{end}" y="{foot + 16}" text-anchor="end">{points[-1][0]}</text>'
    titles = '<text x="4" y="12">ratio</text>'
    titles += f'<text x="{end}" y="{area.height - 4}" text-anchor="end">runs</text>'
    told = escape(f"{name}: {', '.join(ratio(value) for value in values)}")
    return (
        f'<svg viewBox="0 0 {area.width} {area.height}" role="img" aria-label="{told}">'
        f"{''.join(parts)}{dates}{titles}</svg>"
    )


def distribution(title: str, labels: list[str], columns: dict[str, list[int]], losses: int) -> str:
    """Draw how many rows are in each class of ratios, a bar for each life.

    losses: how many of the classes, the first ones, are losses.
    """
    width, left, line = 320, 78, 22
    height = line * len(labels) + 34
    most = max([1, *(count for counts in columns.values() for count in counts)])
    colours = dict(LIVES)
    parts = [
        '<text x="4" y="12">ratio</text>',
        f'<text x="{left}" y="12">rows (at most {most})</text>',
    ]
    for number, label in enumerate(labels):
        top = 20 + line * number
        parts.append(
            f'<text x="{left - 6}" y="{top + 13}" text-anchor="end">{escape(label)}</text>'
        )
        for place_of, (name, counts) in enumerate(columns.items()):
            long = (width - left - 40) * counts[number] / most
            colour = "loss" if number < losses else colours[name]
            y = top + 9 * place_of
            parts.append(
                f'<rect class="{colour}" x="{left}" y="{y}" width="{long:.1f}" height="8"/>'
                f'<text x="{left + long + 4:.1f}" y="{y + 8}">{counts[number]}</text>'
            )
    parts.append(_mark(left, height - 12, "one"))
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
