"""The page of a run: one self-contained HTML file, readable without scripts."""

import re
from html import escape
from pathlib import Path
from typing import Any, Optional

from benchmarks import charts, history, pageparts, promises
from benchmarks.figures import ABSENT, duration, kib, ratio, seconds

STYLE = (Path(__file__).resolve().parent / "page.css").read_text()

LIVES = ("peer", "compiled", "interpreted")


def _table(heads: list[str], rows: list[str], caption: str = "") -> str:
    """Return a table that scrolls on its own where the window is too narrow for it.

    Every cell gets the title of its column, to stand before it on a narrow screen.
    """
    caption = f"<caption>{caption}</caption>" if caption else ""
    titles = [re.sub("<svg.*?</svg>|<[^>]*>", "", head) for head in heads]
    return (
        f'<div class="wide"><table>{caption}<thead><tr>{"".join(heads)}</tr></thead>'
        f"<tbody>{''.join(_titled(row, titles) for row in rows)}</tbody></table></div>"
    )


def _titled(row: str, titles: list[str]) -> str:
    """Return a row of a table whose cells know the titles of their columns."""
    left = iter(titles)
    return re.sub("<td(?=[ >])", lambda found: f'<td data-title="{next(left)}"', row)


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


#: From here on a ratio is no matter of speed: what is done is no longer done for each element.
REPRESENTATION = 1_000


def _ratio(entry: dict[str, Any], name: str) -> str:
    """Return a ratio, marked by whether what it promises holds; a loss is always bad.

    A word beside it says where a ratio comes from another representation.
    """
    measured = entry["ratios"].get(name)
    if not measured:
        return ABSENT
    promised = promises.key(entry) + ("" if name == "compiled" else f" [{name}]")
    held = {promise.name: promise.holds for promise in promises.of_ratios(entry)}
    mark = {True: "good", False: "bad", None: ""}[held.get(promised)]
    median = measured["median"]
    if name in ("compiled", "interpreted") and median < 1:
        mark = "bad"
    word = "<small>other representation</small>" if median >= REPRESENTATION else ""
    return f'<span class="{mark}">{ratio(median)}</span>{word}'


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
    heads += [f'<th class="chart">ratio{axis}</th>', '<th class="text">other programs</th>']
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
    heads += [f'<th class="chart">highest{axis}</th>', '<th class="text">other programs</th>']
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
    texts = {
        "ours": "compiled",
        "pure": "interpreted",
        "other": "released",
        "must": "must",
        "loss": "slower than the released package, in either life",
    }
    keys = "".join(f'<span class="{name}"></span>{texts[name]}' for name in names)
    return f'<p class="key">{keys}</p>'


def intro(result: dict[str, Any]) -> str:
    about = result["about"]
    took = f" · took {duration(result['took']['all'])} minutes" if result["took"] else ""
    return (
        f"<h1>ClusterShell benchmarks</h1><p>{escape(about['date'])} · "
        f"{escape(history.machine_text(about['machine']))} · Python {escape(about['python'])} · "
        f"ours {escape(about['ours'])} ({escape(about.get('revision', ''))}) · "
        f"released {escape(about['peer'])} · "
        f"scale {about['scale']:g} · {about['rounds']} rounds{took}</p>"
    )


def legend() -> str:
    return (
        "<p>A ratio is the released package's time divided by ours, the median over interleaved "
        "rounds; for other programs it is their time divided by ours compiled. Below 1× ours is "
        "slower, and red. Bars start at 1×, on a log axis. Noise is one standard error of the "
        "median. Ratios of a thousand and more come from another representation: runs of numbers "
        "in place of single ones.</p>" + _key("ours", "pure", "loss", "must")
    )


def page(result: dict[str, Any], runs: Optional[dict[str, list[dict[str, Any]]]] = None) -> str:
    """Return the page of a result.

    runs: the runs of the history, by machine.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in result["rows"]:
        groups.setdefault(entry["group"], []).append(entry)
    tables = [f"<h2>{escape(name)}</h2>{ratio_table(rows)}" for name, rows in groups.items()]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>ClusterShell benchmarks</title><style>{STYLE}</style></head><body><main>"
        + intro(result)
        + pageparts.summary(result)
        + promise_table(result)
        + legend()
        + "".join(tables)
        + pageparts.sweep(result.get("sweep") or {}, _table, _heads)
        + growth_part(result["growth"])
        + memory_table(result["rows"])
        + counts_table(result["counts"])
        + pageparts.history_part(runs or {})
        + "</main></body></html>\n"
    )
