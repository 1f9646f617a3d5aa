"""The page of a run: one self-contained HTML file, readable without scripts."""

import math
from html import escape
from typing import Any, Optional

STYLE = """
:root { --ink:#1b1f24; --soft:#59636e; --line:#d1d9e0; --back:#fff; --ours:#0969da;
        --pure:#7aa7d9; --other:#8c6b1f; --bad:#c4312b; --good:#1a7f37; }
@media (prefers-color-scheme: dark) {
  :root { --ink:#e6edf3; --soft:#9198a1; --line:#3d444d; --back:#0d1117; --ours:#4493f8;
          --pure:#3a5f8f; --other:#d4a72c; --bad:#f85149; --good:#3fb950; } }
body { font:15px/1.45 system-ui, sans-serif; color:var(--ink); background:var(--back);
       max-width:72rem; margin:2rem auto; padding:0 1rem; }
h1 { font-size:1.6rem; } h2 { font-size:1.2rem; margin-top:2.4rem; }
p, caption { color:var(--soft); text-align:left; }
.wide { overflow-x:auto; }
table { border-collapse:collapse; width:100%; font-variant-numeric:tabular-nums; }
th, td { padding:.3rem .6rem; border-bottom:1px solid var(--line); text-align:right;
         white-space:nowrap; vertical-align:middle; }
th:first-child, td:first-child { text-align:left; white-space:normal; min-width:16rem; }
th { color:var(--soft); font-weight:600; }
.bad { color:var(--bad); font-weight:600; } .good { color:var(--good); }
svg { display:block; } svg text { fill:var(--soft); font:11px system-ui, sans-serif; }
.grid { display:grid; grid-template-columns:repeat(auto-fill, minmax(20rem, 1fr)); gap:1rem; }
figure { margin:0; } figcaption { font-size:.85rem; }
"""

BAR_WIDTH = 190
DECADES = 5


def seconds(value: Optional[float]) -> str:
    """Return a time with a unit that keeps it readable."""
    if value is None:
        return "–"
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def ratio(value: Optional[float]) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}×" if value >= 100 else f"{value:.3g}×"


def kib(value: Optional[float]) -> str:
    if value is None:
        return "–"
    return f"{value / 1024:,.1f} MiB" if value >= 1024 else f"{value:,.0f} KiB"


def verdict(entry: dict[str, Any]) -> Optional[bool]:
    """Return whether the row's must holds; None where it is not a ratio."""
    measured = entry["ratios"].get("compiled")
    if entry["must"] is None or measured is None:
        return None
    return measured["median"] >= entry["must"]


def _x(value: float) -> float:
    """Return the place of a ratio on the bars' axis, from 0.1 on, logarithmic."""
    span = math.log10(min(max(value, 0.1), 10 ** (DECADES - 1))) + 1
    return BAR_WIDTH * span / DECADES


def bar(entry: dict[str, Any]) -> str:
    """Draw the compiled and interpreted ratios on one log axis, 1 and must marked."""
    parts = [f'<svg width="{BAR_WIDTH + 2}" height="22" role="img" aria-label="ratios">']
    for name, top, height, colour in (
        ("compiled", 3, 9, "--ours"),
        ("interpreted", 14, 5, "--pure"),
    ):
        measured = entry["ratios"].get(name)
        if measured:
            low, high = sorted((_x(1), _x(measured["median"])))
            parts.append(
                f'<rect x="{low:.1f}" y="{top}" width="{max(high - low, 1):.1f}" '
                f'height="{height}" fill="var({colour})"/>'
            )
    marks = [(1.0, "--soft")] + ([(entry["must"], "--bad")] if entry["must"] else [])
    for value, colour in marks:
        parts.append(
            f'<line x1="{_x(value):.1f}" x2="{_x(value):.1f}" y1="0" y2="22" '
            f'stroke="var({colour})" stroke-width="1.5"/>'
        )
    return "".join(parts) + "</svg>"


def _others(entry: dict[str, Any]) -> str:
    """Return times and ratios of the programs that are not ClusterShell."""
    texts = []
    for name, column in entry["columns"].items():
        if name not in ("compiled", "interpreted", "peer"):
            measured = entry["ratios"].get(name)
            texts.append(
                f"{escape(name)} {seconds(column['seconds'])}"
                + (f" ({ratio(measured['median'])})" if measured else "")
            )
    return "<br>".join(texts)


def _cell(entry: dict[str, Any], name: str) -> str:
    column = entry["columns"].get(name)
    if column is None:
        return "–"
    return escape(column["note"]) if column["note"] else seconds(column["seconds"])


def table(group: str, entries: list[dict[str, Any]]) -> str:
    rows = []
    for entry in entries:
        holds = verdict(entry)
        mark = {True: "good", False: "bad", None: ""}[holds]
        medians = {name: measured["median"] for name, measured in entry["ratios"].items()}
        must = f"{entry['must']:g}×" if entry["must"] else escape(entry["bound"]) or "–"
        rows.append(
            f"<tr><td>{escape(entry['row'])}</td><td>{_cell(entry, 'peer')}</td>"
            f"<td>{_cell(entry, 'compiled')}</td><td>{_cell(entry, 'interpreted')}</td>"
            f'<td class="{mark}">{ratio(medians.get("compiled"))}</td>'
            f"<td>{ratio(medians.get('interpreted'))}</td><td>{must}</td>"
            f"<td>{bar(entry)}</td><td>{_others(entry)}</td></tr>"
        )
    return (
        f'<h2>{escape(group)}</h2><div class="wide"><table><tr><th>workload</th><th>peer</th>'
        "<th>compiled</th><th>interpreted</th><th>ratio compiled</th><th>ratio interpreted</th>"
        "<th>must</th><th>0.1× … 10,000×</th><th>other programs</th></tr>"
        + "".join(rows)
        + "</table></div>"
    )


def memory_table(entries: list[dict[str, Any]]) -> str:
    rows = []
    for entry in entries:
        columns = entry["columns"]
        cells = [columns.get(name, {}) for name in ("peer", "compiled", "interpreted")]
        if any(cell.get("peak", 0) >= 1024 for cell in cells):
            figures = "".join(
                f"<td>{kib(cell.get('peak'))}</td><td>{kib(cell.get('kept'))}</td>"
                for cell in cells
            )
            rows.append(
                f"<tr><td>{escape(entry['group'])}: {escape(entry['row'])}</td>{figures}</tr>"
            )
    return (
        '<h2>Memory</h2><div class="wide"><table><caption>Resident memory that one run added: at '
        "its highest, and kept with its result. Rows where some subject exceeded 1 MiB.</caption>"
        "<tr><th>workload</th><th>peer, highest</th><th>kept</th><th>compiled, highest</th>"
        "<th>kept</th><th>interpreted, highest</th><th>kept</th></tr>"
        + "".join(rows)
        + "</table></div>"
    )


def curve(growth: dict[str, Any]) -> str:
    """Draw one growth curve on log axes, one step of the grid a decade."""
    width, height, left, bottom = 300, 170, 46, 24
    x = [math.log10(size) for size in growth["sizes"]]
    y = [math.log10(max(value, 1e-9)) for value in growth["seconds"]]
    x0, x1 = math.floor(min(x)), math.ceil(max(x))
    y0, y1 = math.floor(min(y)), math.ceil(max(y))

    def place(px: float, py: float) -> tuple[float, float]:
        across = left + (width - left - 8) * (px - x0) / (x1 - x0)
        up = (height - bottom - 8) * (py - y0) / max(y1 - y0, 1)
        return across, height - bottom - up

    parts = [f'<svg viewBox="0 0 {width} {height}" width="100%" role="img">']
    for decade in range(y0, y1 + 1):
        _, top = place(x0, decade)
        parts.append(
            f'<line x1="{left}" x2="{width - 8}" y1="{top:.1f}" y2="{top:.1f}" '
            f'stroke="var(--line)"/><text x="{left - 5}" y="{top + 4:.1f}" '
            f'text-anchor="end">{seconds(10.0**decade)}</text>'
        )
    for decade in range(x0, x1 + 1):
        across, _ = place(decade, y0)
        parts.append(
            f'<text x="{across:.1f}" y="{height - 8}" text-anchor="middle">{10**decade:,}</text>'
        )
    points = [place(px, py) for px, py in zip(x, y)]
    path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
    parts.append(f'<polyline points="{path}" fill="none" stroke="var(--ours)" stroke-width="2"/>')
    parts += [
        f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" fill="var(--ours)"/>' for px, py in points
    ]
    mark = "good" if growth["holds"] else "bad"
    return (
        f"<figure>{''.join(parts)}</svg><figcaption>{escape(growth['name'])}: exponent "
        f'<span class="{mark}">{growth["exponent"]:.2f}</span> (at most {growth["limit"]:g})'
        "</figcaption></figure>"
    )


def counts_table(counts: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{value:g}</td></tr>" for name, value in counts.items()
    )
    return f"<h2>Counts</h2><table><tr><th>what</th><th>exactly</th></tr>{rows}</table>"


def page(result: dict[str, Any]) -> str:
    """Return the page of a result (the dictionary that is written as JSON)."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in result["rows"]:
        groups.setdefault(entry["group"], []).append(entry)
    about = result["about"]
    intro = (
        f"{escape(about['date'])} · {escape(about['machine'])} · "
        f"Python {escape(about['python'])} · ours {escape(about['ours'])} · "
        f"peer {escape(about['peer'])} · scale {about['scale']:g}"
    )
    body = [table(group, entries) for group, entries in groups.items()]
    if result["growth"]:
        curves = "".join(curve(growth) for growth in result["growth"])
        body.append(f'<h2>Growth</h2><div class="grid">{curves}</div>')
    body.append(memory_table(result["rows"]))
    if result["counts"]:
        body.append(counts_table(result["counts"]))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>ClusterShell benchmarks</title><style>{STYLE}</style></head><body>"
        f"<h1>ClusterShell benchmarks</h1><p>{intro}</p>"
        "<p>A ratio is the released peer's time divided by ours, the median over interleaved "
        "rounds; for other programs it is their time divided by ours compiled. Bars start at 1×: "
        "thick compiled, thin interpreted; the red line is the smallest accepted ratio.</p>"
        + "".join(body)
        + "</body></html>\n"
    )
