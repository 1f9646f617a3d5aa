"""One run of the command: measures the rows in their order and tells of each."""

import argparse
import time
from typing import Any

from benchmarks import (
    builds,
    counts,
    environments,
    footprint,
    growth,
    history,
    measure,
    promises,
    workloads,
)
from benchmarks.figures import ABSENT, kib, ratio
from benchmarks.plan import Plan
from benchmarks.process import Process
from benchmarks.sweep import cases, summary
from benchmarks.sweep import measure as swept

LIVES = ("compiled", "interpreted")


def line(entry: dict[str, Any]) -> str:
    """Return a row of the printed table."""
    medians = [entry["ratios"].get(name) for name in LIVES]
    ratios = [ratio(found["median"] if found else None) for found in medians]
    must = ratio(entry["must"]) if entry["must"] else entry["bound"] or ABSENT
    flag = "" if all(promise.holds for promise in promises.of_ratios(entry)) else " BELOW"
    text = f"  {entry['row'][:58]:58} {ratios[0]:>9} {ratios[1]:>9}  must {must}{flag}"
    columns = entry["columns"]
    parts = [text]
    parts += [
        f"{name} {ratio(measured['median'])}"
        for name, measured in entry["ratios"].items()
        if name not in LIVES
    ]
    peaks = [columns.get(name, {}).get("peak") for name in ("peer", "compiled")]
    if max(peak or 0 for peak in peaks) >= 1024:
        parts.append(f"memory {kib(peaks[0])} / {kib(peaks[1])}")
    parts += [f"{name} {column['note']}" for name, column in columns.items() if column["note"]]
    parts += [f"{name} is not installed" for name in entry["absent"]]
    return "  ".join(parts)


class Run:
    """The subjects of a run, its plan and what it measures."""

    def __init__(self, options: argparse.Namespace, known: dict[str, Any]) -> None:
        self.options = options
        only = [text.lower() for text in options.only or [""]]
        rows = workloads.load()
        self.rows = [row for row in rows if any(text in row.key.lower() for text in only)]
        if options.no_tables:
            self.rows = []
        whole = {
            "sweep": not options.no_sweep,
            "growth": not options.no_growth,
            "counts": not options.only,
        }
        self.plan = Plan(self.rows, known, [part for part, wanted in whole.items() if wanted])
        print(self.plan, flush=True)
        python = builds.build(str(options.source)).python
        interpreted = {"CLUSTERSHELL_PURE_PYTHON": "1"}
        self.subjects = {
            "compiled": Process(python),
            "interpreted": Process(python, interpreted),
            "peer": Process(environments.peer(options.environments)),
        }
        self.python = python
        self.took = {"environments": self.plan.elapsed()}

    def measure(self) -> dict[str, Any]:
        """Measure everything that was asked for; return the result of the run."""
        about = {name: process.ask("describe") for name, process in self.subjects.items()}
        result: dict[str, Any] = {
            "about": {
                "date": history.today(),
                "machine": history.machine(),
                "revision": history.revision(),
                "python": about["compiled"]["python"],
                "ours": about["compiled"]["version"],
                "peer": about["peer"]["version"],
                "scale": self.options.scale,
                "rounds": self.options.rounds,
                "memory": not self.options.no_memory,
            },
            "rows": self._timed("rows", self.measure_rows),
            "growth": [],
            "counts": {},
            "footprints": [],
            "sweep": {},
        }
        if "sweep" in self.plan.parts:
            print(f"\n{self.plan.at('sweep')} sweep", flush=True)
            result["sweep"] = self._timed("sweep", self.measure_sweep)
        if "growth" in self.plan.parts:
            print(f"\n{self.plan.at('growth')} growth", flush=True)
            result["growth"] = self._timed("growth", lambda: growth.run(self.python))
        if "counts" in self.plan.parts:
            print(f"\n{self.plan.at('counts')} counts", flush=True)
            result["counts"] = self._timed("counts", lambda: counts.run(self.python))
            result["footprints"] = footprint.run(self.python)
        result["took"] = {**self.took, "all": self.plan.elapsed()}
        return result

    def _timed(self, part: str, work: Any) -> Any:
        begun = time.monotonic()
        found = work()
        self.took[part] = time.monotonic() - begun
        return found

    def measure_rows(self) -> list[dict[str, Any]]:
        entries, group = [], ""
        for row in self.rows:
            if row.group != group:
                group = row.group
                title = f"{self.plan.at(group)} {group}"
                print(f"\n{title:60} {'compiled':>9} {'pure':>9}", flush=True)
            entries.append(self.row(row, self.options.rounds, not self.options.no_memory))
            print(line(entries[-1]), flush=True)
            for text in measure.failures(entries[-1]):
                print("  FAILED: " + text, flush=True)
        return entries

    def measure_sweep(self) -> dict[str, Any]:
        keys = [
            case.key
            for case in cases()
            if any(text.lower() in case.key.lower() for text in self.options.only or [""])
        ]
        found = summary.summary(list(swept.run(self.subjects, keys)))
        print("\n".join(summary.lines(found)), flush=True)
        return found

    def row(self, row: workloads.Workload, rounds: int, memory: bool) -> dict[str, Any]:
        return measure.measure_row(row, self.subjects, self.options.scale, rounds, memory)

    def close(self) -> None:
        for process in self.subjects.values():
            process.close()
