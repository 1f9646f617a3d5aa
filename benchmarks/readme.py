"""The README's performance section, generated from the record."""

from typing import Any

from benchmarks import figures, promises
from benchmarks.environments import ROOT

README = ROOT / "README.md"
START, END = "<!-- benchmarks: generated -->", "<!-- benchmarks: end -->"

#: A bar in a cell of a table.
BAR = "\\|"


def holds(record: dict[str, Any]) -> list[str]:
    """Return what is not reached, a line each, and how many promises there are."""
    promised = promises.of_result(record)
    unmet = [promise for promise in promised if not promise.holds]
    if not unmet:
        return [f"All {len(promised)} promises that have figures in this record hold.\n"]
    title = f"{len(promised)} promises have figures in this record; not reached: {len(unmet)}."
    return [title, "", *[f"- not reached: {promise}" for promise in unmet], ""]


def measured(record: dict[str, Any]) -> str:
    """Return where, when, against what and how the record was measured."""
    about = record["about"]
    parts = {"memory": about["memory"], "growth": record["growth"], "counts": record["counts"]}
    absent = [name for name, value in parts.items() if not value]
    return (
        f"Measured {about['date']} on {about['machine']}, Python {about['python']}, against "
        f"ClusterShell {about['peer']}: time of the released package divided by ours, medians of "
        f"{about['rounds']} interleaved rounds (of three where one takes over 5 s). "
        "With charts, in full: `benchmarks/page.html`"
        + (f" (this record holds no {' and no '.join(absent)})." if absent else ".")
    )


def table_row(entry: dict[str, Any]) -> str:
    columns, ratios = entry["columns"], entry["ratios"]
    cells = [entry["row"].replace("|", BAR)]
    for name in ("peer", "compiled"):
        column = columns.get(name, {"note": "", "seconds": None})
        cells.append(column["note"] or figures.seconds(column["seconds"]))
    for name in ("compiled", "interpreted"):
        cells.append(figures.ratio(ratios[name]["median"] if name in ratios else None))
    others = [
        f"{name} {figures.seconds(column['seconds'])}"
        for name, column in columns.items()
        if name not in ("compiled", "interpreted", "peer") and column["seconds"]
    ]
    cells.append(", ".join(others))
    return f"| {' | '.join(cells)} |"


def besides(record: dict[str, Any]) -> list[str]:
    """Return a table of the promises on memory, single times and counts, and a line on growth."""
    parts = []
    rows = [
        f"| {promise.name.replace('|', BAR)} | {promise.figure} | {promise.limit} |"
        for promise in promises.besides(record)
    ]
    if rows:
        parts.append("\n| also promised | measured | must be |\n|---|---|---|")
        parts += rows
    grown = [found for found in record["growth"] if "exponent" in found]
    if grown:
        held = sum(found["holds"] for found in grown)
        parts.append(
            f"\nGrowth with size: {held} of {len(grown)} operations keep to the exponent that they "
            "promise (1.15 linear, 1.25 sorting, 0.2 constant)."
        )
    return parts


def section(record: dict[str, Any]) -> str:
    """Return the section's text: what is not reached first, then a table a group."""
    parts = [*holds(record), measured(record)]
    group = ""
    for entry in record["rows"]:
        if entry["group"] != group:
            group = entry["group"]
            parts.append(
                f"\n| {group} | released | ours | ratio | interpreted | others |"
                "\n|---|---|---|---|---|---|"
            )
        parts.append(table_row(entry))
    parts += besides(record)
    return "\n".join(parts).strip() + "\n"


def current() -> str:
    """Return the section as it stands in the README."""
    return README.read_text().partition(START + "\n")[2].partition(END)[0]


def update(record: dict[str, Any]) -> None:
    """Write the section between its two marks in the README."""
    text = README.read_text()
    head, _, rest = text.partition(START)
    _, _, tail = rest.partition(END)
    README.write_text(f"{head}{START}\n{section(record)}{END}{tail}")
