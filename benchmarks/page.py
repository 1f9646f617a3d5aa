"""The page of a run: one self-contained HTML file, readable without scripts."""

from html import escape
from typing import Any

from benchmarks import charts, promises
from benchmarks.figures import ABSENT, duration, kib, ratio, seconds

STYLE = """
:root { color-scheme:light dark; --ink:#1b1f24; --soft:#57606a; --line:#d1d9e0; --back:#fff;
        --ours:#0969da; --pure:#6cb0f5; --other:#9a6700; --bad:#c4312b; --good:#1a7f37; }
@media (prefers-color-scheme: dark) {
  :root { --ink:#e6edf3; --soft:#9198a1; --line:#3d444d; --back:#0d1117; --ours:#4493f8;
          --pure:#2b5fa5; --other:#d4a72c; --bad:#f85149; --good:#3fb950; } }
* { box-sizing:border-box; }
body { font:15px/1.45 system-ui, sans-serif; color:var(--ink); background:var(--back);
       max-width:88rem; margin:2rem auto; padding:0 1rem; }
h1 { font-size:1.6rem; margin-bottom:.4rem; } h2 { font-size:1.2rem; margin:2.6rem 0 .4rem; }
p, caption { color:var(--soft); text-align:left; max-width:60rem; }
caption { padding-bottom:.4rem; }
.wide { overflow-x:auto; }
table { border-collapse:collapse; font-variant-numeric:tabular-nums; width:100%; }
th, td { padding:.25rem .6rem; border-bottom:1px solid var(--line); text-align:right;
         white-space:nowrap; vertical-align:middle; }
th { color:var(--soft); font-weight:600; vertical-align:bottom; white-space:normal; }
.name, .text, .chart { text-align:left; }
.name { white-space:normal; min-width:15rem; } .text { white-space:normal; min-width:11rem; }
td.chart svg, th.chart svg { width:auto; max-width:none; }
.bad { color:var(--bad); font-weight:600; } .good { color:var(--good); }
.key span { display:inline-block; width:.8em; height:.8em; margin:0 .3em 0 1em; }
.key span:first-child { margin-left:0; }
.key span.ours { background:var(--ours); } .key span.pure { background:var(--pure); }
.key span.other { background:var(--other); }
.key span.must { background:var(--bad); width:3px; height:1em; vertical-align:-.15em; }
svg { display:block; max-width:100%; }
svg text { fill:var(--soft); font:11px system-ui, sans-serif; }
svg .ours { fill:var(--ours); } svg .pure { fill:var(--pure); } svg .other { fill:var(--other); }
svg line { stroke-width:1.5; } svg .one { stroke:var(--soft); } svg .must { stroke:var(--bad); }
svg .grid-line { stroke:var(--line); stroke-width:1; }
svg .allowed { stroke:var(--bad); stroke-dasharray:4 3; }
svg .curve { fill:none; stroke:var(--ours); stroke-width:2; }
.grid { display:grid; grid-template-columns:repeat(auto-fill, minmax(min(18rem, 100%), 1fr));
        gap:1.2rem 1rem; }
figure { margin:0; } figcaption { font-size:.85rem; padding-left:.4rem; }
@media (max-width: 45rem) {
  body { font-size:13px; padding:0 .5rem; } th, td { padding:.2rem .35rem; }
  .name { min-width:9rem; } .text { min-width:6rem; } }
@page { size:A4 landscape; margin:1cm; }
@media print {
  :root { color-scheme:light; --ink:#000; --soft:#444; --line:#bbb; --back:#fff; --ours:#0969da;
          --pure:#6cb0f5; --other:#9a6700; --bad:#c4312b; --good:#1a7f37; }
  * { print-color-adjust:exact; -webkit-print-color-adjust:exact; }
  body { font-size:9px; max-width:none; margin:0; padding:0; } .wide { overflow:visible; }
  th, td { padding:.15rem .35rem; } .name { min-width:9rem; } .text { min-width:6rem; }
  .grid { grid-template-columns:repeat(4, 1fr); }
  tr, figure { break-inside:avoid; } h2 { break-after:avoid; } }
"""

LIVES = ("peer", "compiled", "interpreted")


def _table(heads: list[str], rows: list[str], caption: str = "") -> str:
    """Return a table that scrolls on its own where the window is too narrow for it."""
    caption = f"<caption>{caption}</caption>" if caption else ""
    return (
        f'<div class="wide"><table>{caption}<thead><tr>{"".join(heads)}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _heads(*titles: str) -> list[str]:
    return [f'<th class="name">{titles[0]}</th>', *[f"<th>{title}</th>" for title in titles[1:]]]


def _others(entry: dict[str, Any]) -> str:
    """Return times and ratios of the programs that are not ClusterShell."""
    texts = [f"{escape(name)} is not installed" for name in entry["absent"]]
    for name in entry["columns"]:
        if name not in LIVES:
            beside = f" ({_ratio(entry, name)})" if name in entry["ratios"] else ""
            texts.append(f"{escape(name)} {_time(entry, name)}{beside}")
    return "<br>".join(texts)


def _time(entry: dict[str, Any], name: str) -> str:
    column = entry["columns"].get(name)
    if column is None:
        return ABSENT
    return escape(column["note"]) or seconds(column["seconds"])


def _ratio(entry: dict[str, Any], name: str) -> str:
    """Return a ratio, marked by whether what it promises holds."""
    measured = entry["ratios"].get(name)
    if not measured:
        return ABSENT
    promised = promises.key(entry) + ("" if name == "compiled" else f" [{name}]")
    held = {promise.name: promise.holds for promise in promises.of_ratios(entry)}
    mark = {True: "good", False: "bad", None: ""}[held.get(promised)]
    return f'<span class="{mark}">{ratio(measured["median"])}</span>'


def _noise(entry: dict[str, Any]) -> str:
    measured = entry["ratios"].get("compiled")
    return f"{100 * measured['noise']:.0f} %" if measured else ABSENT


def ratio_table(entries: list[dict[str, Any]]) -> str:
    """Return the table of one group of rows, a chart of the ratios in each."""
    rows = []
    for entry in entries:
        must = [ratio(entry["must"])] if entry["must"] else []
        must += [escape(entry["bound"])] if entry["bound"] else []
        times = "".join(f"<td>{_time(entry, name)}</td>" for name in LIVES)
        rows.append(
            f'<tr><td class="name">{escape(entry["row"])}</td>{times}'
            f"<td>{_ratio(entry, 'compiled')}</td><td>{_noise(entry)}</td>"
            f"<td>{_ratio(entry, 'interpreted')}</td>"
            f'<td class="text">{"; ".join(must) or ABSENT}</td>'
            f'<td class="chart">{charts.ratio_bars(entry)}</td>'
            f'<td class="text">{_others(entry)}</td></tr>'
        )
    axis = charts.axis(charts.LOWEST, charts.HIGHEST, charts.BAR_WIDTH, "×")
    heads = _heads("workload", "released", "compiled", "interpreted", "ratio", "± noise")
    heads += ["<th>ratio interpreted</th>", '<th class="text">must</th>']
    heads += [f'<th class="chart">{axis}</th>', '<th class="text">other programs</th>']
    return _table(heads, rows)


def memory_table(entries: list[dict[str, Any]]) -> str:
    """Return the memory figures, a chart of them in each row; empty without any."""
    rows = []
    for entry in entries:
        columns = entry["columns"]
        if not any("peak" in column for column in columns.values()):
            continue
        cells = "".join(
            f"<td>{kib(columns.get(name, {}).get('peak'))}</td>"
            f"<td>{kib(columns.get(name, {}).get('kept'))}</td>"
            for name in LIVES
        )
        others = "<br>".join(
            f"{escape(name)} {kib(column['peak'])}"
            for name, column in columns.items()
            if name not in LIVES and "peak" in column
        )
        rows.append(
            f'<tr><td class="name">{escape(promises.key(entry))}</td>{cells}<td class="chart">'
            f'{charts.memory_bars(columns)}</td><td class="text">{others}</td></tr>'
        )
    if not rows:
        return ""
    axis = charts.axis(charts.MEMORY_LOWEST, charts.MEMORY_HIGHEST, charts.MEMORY_WIDTH, " KiB")
    heads = _heads("workload", "released, highest", "kept", "compiled, highest", "kept")
    heads += ["<th>interpreted, highest</th>", "<th>kept</th>"]
    heads += [f'<th class="chart">{axis}</th>', '<th class="text">other programs</th>']
    caption = (
        "Resident memory that one run added to its process, at its highest and kept with its "
        "result; of a whole command, all that its largest process had. The axis is in KiB."
    )
    return f"<h2>Memory</h2>{_key('other', 'ours', 'pure')}{_table(heads, rows, caption)}"


def growth_part(growth: list[dict[str, Any]]) -> str:
    """Return the growth curves and a table of their points; empty without any."""
    if not growth:
        return ""
    figures, rows = [], []
    for found in growth:
        if "failure" in found:
            rows.append(
                f'<tr><td class="name">{escape(found["name"])}</td><td class="bad">failed</td>'
                f'<td></td><td class="text">{escape(found["failure"])}</td></tr>'
            )
            continue
        mark = "good" if found["holds"] else "bad"
        exponent = f'<span class="{mark}">{found["exponent"]:.2f}</span>'
        figures.append(
            f"<figure>{charts.growth_curve(found)}<figcaption>{escape(found['name'])}: exponent "
            f"{exponent} (at most {found['limit']:g})</figcaption></figure>"
        )
        points = zip(found["sizes"], found["seconds"])
        told = ", ".join(
            f"{size:,}: {seconds(time)}".replace(" ", "&nbsp;") for size, time in points
        )
        rows.append(
            f'<tr><td class="name">{escape(found["name"])}</td><td>{exponent}</td>'
            f'<td>{found["limit"]:g}</td><td class="text">{told}</td></tr>'
        )
    heads = [*_heads("operation", "exponent", "at most"), '<th class="text">size: time</th>']
    return (
        "<h2>Growth</h2><p>Processor time over size on fresh random data, both axes logarithmic. "
        "The exponent is the slope of the straight line fitted to the points; the dashed red line "
        f'is the steepest that is allowed.</p><div class="grid">{"".join(figures)}</div>'
        f"<h2>Growth in figures</h2>{_table(heads, rows)}"
    )


def promise_table(result: dict[str, Any]) -> str:
    """Return the promises that no other part shows, and every one that does not hold."""
    besides = promises.besides(result)
    rows = [
        f'<tr><td class="name">{escape(promise.name)}</td>'
        f'<td class="{"good" if promise.holds else "bad"}">{escape(promise.figure)}</td>'
        f'<td class="text">{escape(promise.limit)}</td></tr>'
        for promise in promises.of_result(result)
        if not promise.holds or promise in besides
    ]
    heads = [*_heads("promise", "measured"), '<th class="text">must be</th>']
    caption = (
        "Promises beside the ratios and the growth shown below, and every one that does not hold."
    )
    return f"<h2>Promises</h2>{_table(heads, rows, caption)}" if rows else ""


def counts_table(counts: dict[str, Any]) -> str:
    if not counts:
        return ""
    rows = [
        f'<tr><td class="name">{escape(name)}</td><td>{value:,g}</td></tr>'
        for name, value in counts.items()
    ]
    return f"<h2>Counts</h2>{_table(_heads('what', 'exactly'), rows)}"


def _key(*names: str) -> str:
    """Return what the colours of the bars mean."""
    texts = {"ours": "compiled", "pure": "interpreted", "other": "released", "must": "must"}
    keys = "".join(f'<span class="{name}"></span>{texts[name]}' for name in names)
    return f'<p class="key">{keys}</p>'


def intro(result: dict[str, Any]) -> str:
    about = result["about"]
    took = f" · took {duration(result['took']['all'])} minutes" if result["took"] else ""
    return (
        f"<h1>ClusterShell benchmarks</h1><p>{escape(about['date'])} · "
        f"{escape(about['machine'])} · Python {escape(about['python'])} · "
        f"ours {escape(about['ours'])} · released {escape(about['peer'])} · "
        f"scale {about['scale']:g} · {about['rounds']} rounds{took}</p>"
        "<p>A ratio is the released package's time divided by ours, the median over interleaved "
        "rounds; for other programs it is their time divided by ours compiled. Bars start at 1×, "
        "on a log axis. Noise is one standard error of the median.</p>"
        + _key("ours", "pure", "must")
    )


def page(result: dict[str, Any]) -> str:
    """Return the page of a result or record."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in result["rows"]:
        groups.setdefault(entry["group"], []).append(entry)
    tables = [f"<h2>{escape(name)}</h2>{ratio_table(rows)}" for name, rows in groups.items()]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>ClusterShell benchmarks</title><style>{STYLE}</style></head><body><main>"
        + intro(result)
        + promise_table(result)
        + "".join(tables)
        + growth_part(result["growth"])
        + memory_table(result["rows"])
        + counts_table(result["counts"])
        + "</main></body></html>\n"
    )
