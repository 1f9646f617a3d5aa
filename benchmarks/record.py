"""The committed record of a run: what it holds, where it is, how it is rewritten.

``record.json`` is a run's ``result.json`` without the single rounds, a line for each
row.  The page and all tables are generated from it and from nothing else.
"""

import datetime
import json
import os
import platform
from pathlib import Path
from typing import Any

from benchmarks import readme

HERE = Path(__file__).resolve().parent
RECORD = HERE / "record.json"

EMPTY: dict[str, Any] = {
    "about": {},
    "rows": [],
    "growth": [],
    "counts": {},
    "footprints": [],
    "took": {},
}


def machine() -> str:
    """Return what this machine is, in one line."""
    model = platform.processor() or platform.machine()
    with open("/proc/cpuinfo") as cpuinfo:
        for line in cpuinfo:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo") as meminfo:
        memory = int(meminfo.readline().split()[1]) / 2**20
    system = f"{platform.system()} {platform.release()}"
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {system}"


def today() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")


def without_rounds(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result as it is committed."""
    rows = []
    for entry in result["rows"]:
        columns = {
            name: {field: value for field, value in column.items() if field != "rounds"}
            for name, column in entry["columns"].items()
        }
        rows.append({**entry, "columns": columns})
    return {**result, "rows": rows}


def read(path: Path = RECORD) -> dict[str, Any]:
    """Return the committed record, or an empty one where there is none yet."""
    if not path.exists():
        print(f"no record at {path.name}: nothing to compare with")
        return EMPTY
    return json.loads(path.read_text())


def lines(result: dict[str, Any]) -> str:
    """Return a result as JSON with a line for each row and figure."""
    parts = []
    for name, part in result.items():
        if isinstance(part, list):
            inner = ",\n".join(_json(entry) for entry in part)
            parts.append(f"{_json(name)}: [\n{inner}\n]")
        else:
            inner = ",\n".join(f"{_json(key)}: {_json(part[key])}" for key in sorted(part))
            parts.append(f"{_json(name)}: {{\n{inner}\n}}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def write(result: dict[str, Any], path: Path = RECORD) -> None:
    """Make a result the record, and render the tables anew."""
    path.write_text(lines(without_rounds(result)))
    render(path)


def render(path: Path = RECORD) -> None:
    """Render the tables from the record."""
    readme.update(read(path))
