"""The README's performance section, generated from a run."""

from typing import Any

from benchmarks import page
from benchmarks.environments import ROOT

README = ROOT / "README.md"
START, END = "<!-- benchmarks: generated -->", "<!-- benchmarks: end -->"


def unmet(entries: list[dict[str, Any]]) -> list[str]:
    """Return a line for each row whose smallest accepted ratio does not hold."""
    return [
        f"- not reached: {entry['group']}, {entry['row']}: "
        f"{page.ratio(entry['ratios']['compiled']['median'])}, must be {entry['must']:g}×"
        for entry in entries
        if page.verdict(entry) is False
    ]


def section(result: dict[str, Any]) -> str:
    """Return the section's text: what is not reached first, then a table a group."""
    about = result["about"]
    parts = unmet(result["rows"])
    parts.append(
        f"\nMeasured {about['date']} on {about['machine']}, Python {about['python']}, against "
        f"ClusterShell {about['peer']}: time of the released package divided by ours, medians of "
        "interleaved rounds. The whole run, with charts: `benchmarks/page.html`."
    )
    group = ""
    for entry in result["rows"]:
        if entry["group"] != group:
            group = entry["group"]
            parts.append(
                f"\n| {group} | released | ours | ratio | interpreted |\n|---|---|---|---|---|"
            )
        columns, ratios = entry["columns"], entry["ratios"]
        times = [
            columns[name]["note"] or page.seconds(columns[name]["seconds"])
            if name in columns
            else "–"
            for name in ("peer", "compiled")
        ]
        medians = [
            page.ratio(ratios[name]["median"]) if name in ratios else "–"
            for name in ("compiled", "interpreted")
        ]
        row = entry["row"].replace("|", "\\|")
        parts.append(f"| {row} | {' | '.join(times + medians)} |")
    return "\n".join(parts).strip() + "\n"


def update(result: dict[str, Any]) -> None:
    """Write the section between its two marks in the README."""
    text = README.read_text()
    head, _, rest = text.partition(START)
    _, _, tail = rest.partition(END)
    README.write_text(f"{head}{START}\n{section(result)}{END}{tail}")
