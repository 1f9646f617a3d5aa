"""The history of runs: a line of ``history.jsonl`` each, of this machine and of others.

A line has the date, the revision, the machine, and the figures of every row; what a row
promises is not in it, but with the row.  The page and all tables are generated from the
history and from nothing else.  Figures of two machines are never compared.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from benchmarks import workloads
from benchmarks.builds import git

HISTORY = Path(__file__).resolve().parent / "history.jsonl"

#: What an entry of a row is expanded with, from the row itself.
PROMISED = ("must", "aim", "bound")

EMPTY: dict[str, Any] = {
    "about": {},
    "rows": [],
    "growth": [],
    "counts": {},
    "footprints": [],
    "sweep": {},
    "took": {},
}


def machine() -> dict[str, Any]:
    """Return the fingerprint of this machine: what its figures depend on."""
    model = platform.processor() or platform.machine()
    with open("/proc/cpuinfo") as cpuinfo:
        for line in cpuinfo:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo") as meminfo:
        memory = int(meminfo.readline().split()[1]) / 2**20
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
    }


def machine_text(found: dict[str, Any]) -> str:
    """Return a machine in one line."""
    return f"{found['processor']}, {found['cores']} cores, {found['memory']}, {found['system']}"


def fingerprint(run: dict[str, Any]) -> str:
    """Return by what runs are told to be of one machine: not by its kernel's last update."""
    about = run["about"]
    found = about["machine"]
    python = ".".join(about["python"].split(".")[:2])
    system = found["system"].split(".")[0]
    return (
        f"{found['processor']}, {found['cores']} cores, {found['memory']}, {system}, "
        f"Python {python}"
    )


def today() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")


def revision() -> str:
    """Return what is checked out, with a plus where there are changes to it."""
    try:
        changed = git("status", "--porcelain", "--untracked-files=no")
        return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def compact(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of a row as a line has them."""
    columns = entry["columns"]
    found: dict[str, Any] = {
        "seconds": {name: column["seconds"] for name, column in columns.items()},
        "ratios": {
            name: [measured["median"], measured["noise"], measured["rounds"]]
            for name, measured in entry["ratios"].items()
        },
        "memory": {
            name: [column["peak"], column.get("kept")]
            for name, column in columns.items()
            if "peak" in column
        },
        "notes": {name: column["note"] for name, column in columns.items() if column["note"]},
        "absent": entry["absent"],
        "took": entry.get("took"),
    }
    return {field: value for field, value in found.items() if value}


def expanded(name: str, found: dict[str, Any], row: workloads.Workload) -> dict[str, Any]:
    """Return the entry of a row, as :func:`benchmarks.measure.measure_row` gives it."""
    columns: dict[str, dict[str, Any]] = {}
    for column, seconds in found.get("seconds", {}).items():
        columns[column] = {"seconds": seconds, "note": found.get("notes", {}).get(column, "")}
        if column in found.get("memory", {}):
            peak, kept = found["memory"][column]
            columns[column].update({"peak": peak} if kept is None else {"peak": peak, "kept": kept})
    for other in workloads.REFERENCES:
        if other.key == name and other.name in columns:
            columns[other.name]["must"] = other.must
    entry = {
        "group": row.group,
        "row": row.row,
        **{field: getattr(row, field) for field in PROMISED},
        "columns": columns,
        "ratios": {
            column: dict(zip(("median", "noise", "rounds"), values))
            for column, values in found.get("ratios", {}).items()
        },
        "absent": found.get("absent", []),
    }
    return {**entry, "took": found["took"]} if "took" in found else entry


def line(result: dict[str, Any]) -> str:
    """Return a run as a line of the history."""
    rows = {f"{entry['group']}: {entry['row']}": compact(entry) for entry in result["rows"]}
    run = {**result, "rows": rows}
    run.pop("counts", None)  # these have a file of their own
    return json.dumps(run, ensure_ascii=False, sort_keys=True) + "\n"


def read() -> list[dict[str, Any]]:
    """Return the runs, the oldest first, rows still as lines have them."""
    return (
        [json.loads(text) for text in HISTORY.read_text().splitlines()] if HISTORY.exists() else []
    )


def result(run: dict[str, Any]) -> dict[str, Any]:
    """Return a run with its rows as they are measured; rows that are no more are left out."""
    rows = [
        expanded(row.key, run["rows"][row.key], row)
        for row in workloads.load()
        if row.key in run["rows"]
    ]
    return {**EMPTY, **run, "rows": rows}


def newest() -> dict[str, Any]:
    """Return the last run, or an empty one where there is none yet."""
    runs = read()
    return result(runs[-1]) if runs else EMPTY


def append(result: dict[str, Any]) -> None:
    with HISTORY.open("a") as file:
        file.write(line(result))


def of_row(runs: list[dict[str, Any]], key: str, life: str = "compiled") -> list[tuple[str, float]]:
    """Return (date, ratio) of a row in each run that has it."""
    found = []
    for run in runs:
        ratio: list[float] | None = run["rows"].get(key, {}).get("ratios", {}).get(life)
        if ratio:
            found.append((run["about"]["date"], ratio[0]))
    return found


def by_machine(runs: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the runs of each machine, the machine of the newest run last."""
    found: dict[str, list[dict[str, Any]]] = {}
    for run in runs:
        name = fingerprint(run)
        found[name] = [*found.pop(name, []), run]
    return found
