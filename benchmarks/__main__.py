"""Measure this tree against the released peer, in one interleaved run.

``python -m benchmarks`` measures every workload on our compiled life, our
interpreted life and the released ClusterShell, with pdsh, dshbak and a plain C
loop where they apply; prints the ratios; writes ``result.json`` and a page with
charts; and compares the ratios with the committed record.

Exit status: 0 when nothing has fallen, 1 when a ratio, a count or a growth
exponent has (the rows are named), 2 on unusable arguments.
"""

import argparse
import datetime
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any, Optional

from benchmarks import counts, environments, gate, growth, measure, page, readme, workloads

HERE = Path(__file__).resolve().parent
RECORD = HERE / "record.json"
PAGE = HERE / "page.html"

ENGINE_GROUP = "Engine and clush"


def arguments(argv: Optional[list[str]] = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.split("\n\n")[0]
    )
    parser.add_argument("--only", metavar="TEXT", help="rows whose name holds this text")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on all sizes (default 1)")
    parser.add_argument(
        "--rounds", type=int, default=measure.ROUNDS, help="interleaved rounds a row"
    )
    parser.add_argument("--short", action="store_true", help="counts and small growth checks only")
    parser.add_argument("--no-memory", action="store_true", help="leave the memory figures out")
    parser.add_argument("--no-growth", action="store_true", help="leave the growth checks out")
    parser.add_argument("--source", type=Path, default=environments.ROOT, help="tree to measure")
    parser.add_argument(
        "--environments", type=Path, default=environments.ROOT / "build" / "benchmarks"
    )
    parser.add_argument("--output", type=Path, default=environments.ROOT / "build" / "benchmarks")
    parser.add_argument("--record", type=Path, default=RECORD, help="record to compare with")
    parser.add_argument("--update", action="store_true", help="rewrite the record, page and README")
    options = parser.parse_args(argv)
    if options.rounds < 1 or options.scale <= 0:
        parser.error("--rounds and --scale must be positive")
    return options


def machine() -> str:
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


def line(entry: dict[str, Any]) -> str:
    """Return a row of the printed table."""
    medians = [entry["ratios"].get(name) for name in ("compiled", "interpreted")]
    ratios = [page.ratio(found["median"] if found else None) for found in medians]
    must = page.ratio(entry["must"]) if entry["must"] else entry["bound"] or "–"
    flag = " BELOW" if page.verdict(entry) is False else ""
    others = "; ".join(
        f"{name} {page.ratio(measured['median'])}"
        for name, measured in entry["ratios"].items()
        if name not in ("compiled", "interpreted")
    )
    notes = "; ".join(
        f"{name} {column['note']}" for name, column in entry["columns"].items() if column["note"]
    )
    text = f"  {entry['row'][:58]:58} {ratios[0]:>9} {ratios[1]:>9}  must {must}{flag}"
    return "  ".join(part for part in (text, others, notes) if part)


class Run:
    """One run of the command: its subjects and what they gave."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        python = environments.ours(options.environments, options.source)
        interpreted = {"CLUSTERSHELL_PURE_PYTHON": "1"}
        self.subjects = {
            "compiled": measure.Process(python),
            "interpreted": measure.Process(python, interpreted),
            "peer": measure.Process(environments.peer(options.environments)),
        }
        self.python = python
        self.about = {name: process.ask("describe") for name, process in self.subjects.items()}

    def rows(self) -> list[workloads.Workload]:
        rows = workloads.load()
        only = self.options.only
        return [row for row in rows if not only or only.lower() in row.key.lower()]

    def measure(self) -> list[dict[str, Any]]:
        entries, group = [], ""
        for row in self.rows():
            if row.group != group:
                group = row.group
                print(f"\n{group:60} {'compiled':>9} {'pure':>9}", flush=True)
            entries.append(self.row(row, self.options.rounds, not self.options.no_memory))
            print(line(entries[-1]), flush=True)
        return entries

    def row(self, row: workloads.Workload, rounds: int, memory: bool) -> dict[str, Any]:
        # A task of the engine cannot go on in the forked process that measures memory.
        memory = memory and row.group != ENGINE_GROUP
        return measure.measure_row(row, self.subjects, self.options.scale, rounds, memory)

    def again(self, key: str, rounds: int) -> dict[str, Any]:
        row = next(row for row in self.rows() if row.key == key)
        print(f"measuring again, {rounds} rounds: {key}", flush=True)
        return self.row(row, rounds, memory=False)

    def describe(self) -> dict[str, Any]:
        now = datetime.datetime.now(datetime.timezone.utc)
        return {
            "date": now.strftime("%Y-%m-%d"),
            "machine": machine(),
            "python": self.about["compiled"]["python"],
            "ours": self.about["compiled"]["version"],
            "peer": self.about["peer"]["version"],
            "scale": self.options.scale,
        }

    def close(self) -> None:
        for process in self.subjects.values():
            process.close()


def as_record(result: dict[str, Any]) -> dict[str, Any]:
    """Return what the gate needs of a result, without the single rounds."""
    rows = {}
    for entry in result["rows"]:
        kept = {name: entry[name] for name in ("must", "aim", "bound", "ratios")}
        kept["seconds"] = {name: column["seconds"] for name, column in entry["columns"].items()}
        rows[gate.key(entry)] = kept
    return {**result, "rows": rows}


def check(result: dict[str, Any], record: dict[str, Any], run: Optional[Run]) -> list[str]:
    """Return what has become worse than the record or its promise, one line each."""
    worse = [
        f"{found['name']}: exponent {found['exponent']:.2f}, at most {found['limit']:g}"
        for found in result["growth"]
        if not found["holds"]
    ]
    worse += counts.compare(result["counts"], record.get("counts", {}))
    if run and result["rows"]:
        worse += [str(fall) for fall in gate.falls(result["rows"], record, run.again)]
        worse += [f"{name}: not measured" for name in gate.missing(record, result["rows"])]
    return worse


def read(path: Path) -> dict[str, Any]:
    """Return the committed record, or an empty one where there is none yet."""
    if not path.exists():
        print(f"no record at {path.name}: nothing to compare with")
        return {"rows": {}, "counts": {}}
    return json.loads(path.read_text())


def short(record: Path) -> int:
    """Check counts and growth of the ClusterShell that this interpreter imports."""
    python = Path(sys.executable)
    result = {
        "rows": [],
        "growth": growth.run(python, largest=200_000),
        "counts": counts.run(python),
    }
    for found in result["growth"]:
        print(f"{found['name']:60} exponent {found['exponent']:5.2f}, at most {found['limit']:g}")
    for name, value in result["counts"].items():
        print(f"{name:60} {value:g}")
    worse = check(result, read(record), None)
    for text in worse:
        print("WORSE: " + text)
    return 1 if worse else 0


def main(argv: Optional[list[str]] = None) -> int:
    options = arguments(argv)
    if options.short:
        return short(options.record)
    run = Run(options)
    try:
        result = {"about": run.describe(), "rows": run.measure()}
        result["growth"] = [] if options.no_growth else growth.run(run.python)
        result["counts"] = {} if options.only else counts.run(run.python)
        options.output.mkdir(parents=True, exist_ok=True)
        (options.output / "result.json").write_text(json.dumps(result, indent=1) + "\n")
        (options.output / "page.html").write_text(page.page(result))
        if options.update:
            readme.update(result)
            options.record.write_text(json.dumps(as_record(result), indent=1) + "\n")
            PAGE.write_text(page.page(result))
            return 0
        worse = check(result, read(options.record), run)
    finally:
        run.close()
    for text in worse:
        print("WORSE: " + text)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
