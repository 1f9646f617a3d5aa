"""Tables generated from the record: all in ``doc/performance.md``, five in the README."""

from pathlib import Path
from typing import Any

from benchmarks import figures, history, promises
from benchmarks.environments import ROOT

README = ROOT / "README.md"
PERFORMANCE = ROOT / "doc" / "performance.md"
START, END = "<!-- benchmarks: generated -->", "<!-- benchmarks: end -->"

#: What the README shows of the tables.
HEADLINES = (
    "str(fromlist()) of 100,000 shuffled names",
    "regroup() of 5,000 nodes against 2,000 groups of 50",
    "clubak -b, 111,600 lines of 124 nodes, same output",
    "gather 100 commands × 10,000 lines and read it back",
    "clush -R exec -b -w n[1-100] seq 1 10000",
)

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
        f"Measured {about['date']} on {history.machine_text(about['machine'])}, "
        f"Python {about['python']}, against "
        f"ClusterShell {about['peer']}: time of the released package divided by ours, medians of "
        f"{about['rounds']} interleaved rounds (of three where one takes over 5 s). "
        "With charts: `python -m benchmarks --render`"
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


def headlines(record: dict[str, Any]) -> str:
    """Return the README's table."""
    rows = {entry["row"]: entry for entry in record["rows"]}
    shown = [table_row(rows[name]) for name in HEADLINES if name in rows]
    head = "| | released | ours | ratio | interpreted | others |\n|---|---|---|---|---|---|"
    return "\n".join([head, *shown]) + "\n"


def current(path: Path) -> str:
    """Return what stands between the two marks of a file."""
    return path.read_text().partition(START + "\n")[2].partition(END)[0]


def update(record: dict[str, Any], counts: dict[str, int]) -> None:
    """Write the tables of a run between the two marks of each file."""
    record = {**record, "counts": counts}
    for path, text in ((PERFORMANCE, section(record)), (README, headlines(record))):
        head, _, rest = path.read_text().partition(START)
        path.write_text(f"{head}{START}\n{text}{END}{rest.partition(END)[2]}")
