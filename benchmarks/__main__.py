"""Measure this tree: against the released peer, against another tree, or by counting.

``python -m benchmarks`` measures every workload and the sweep on our compiled life, our
interpreted life and the released ClusterShell, with pdsh, dshbak and a plain C loop where
they apply; prints the ratios, and writes ``result.json`` and a page with charts.
``--against`` compares this tree with another one; ``--short`` counts what is the same on
every machine and compares that with what is recorded.

Exit status: 0 when all was measured and nothing is worse; 1 when a row could not be
measured, is slower than in the other tree beyond doubt, or when a count or a growth
exponent is worse than recorded or promised (each is named); 2 on unusable arguments.
"""

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any, Optional

from benchmarks import (
    comparing,
    counted,
    environments,
    growth,
    history,
    measure,
    page,
    promises,
    readme,
)
from benchmarks.figures import duration
from benchmarks.process import Process
from benchmarks.run import Run

BUILD = environments.ROOT / "build" / "benchmarks"

#: Sizes of the growth checks in the short form: enough to see a square.
SHORT = 200_000


def arguments(argv: Optional[list[str]] = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.split("\n\n")[0]
    )
    add = parser.add_argument
    add("--only", metavar="TEXT", action="append", help="rows whose name holds it; may be repeated")
    add("--scale", type=float, default=1.0, help="factor on all sizes (default 1)")
    add("--rounds", type=int, default=measure.ROUNDS, help="interleaved rounds a row")
    add("--short", action="store_true", help="counts and small growth checks only")
    add("--no-memory", action="store_true", help="leave the memory figures out")
    add("--no-growth", action="store_true", help="leave the growth checks out")
    add("--no-counts", action="store_true", help="with --short: leave the counts out")
    add("--source", type=Path, default=environments.ROOT, help="tree to measure")
    add("--environments", type=Path, default=BUILD, help="folder of the released package")
    add("--output", type=Path, default=BUILD, help="folder of result.json and page.html")
    add("--update", action="store_true", help="add this run to the history; rewrite the tables")
    add("--render", action="store_true", help="write page and tables from the history; no run")
    add("--update-counts", action="store_true", help="record what --short counts")
    comparing.add_options(parser)
    options = parser.parse_args(argv)
    if options.rounds < 1 or options.scale <= 0:
        parser.error("--rounds and --scale must be positive")
    partial = options.only or options.short or options.no_memory or options.no_growth
    partial = partial or options.no_sweep or options.no_tables
    if options.no_counts and (options.update_counts or not options.short):
        parser.error("--no-counts goes with --short")
    if options.update and (partial or options.scale != 1 or options.rounds < measure.ROUNDS):
        parser.error("--update takes a whole run, at its own scale and number of rounds")
    return options


def unmeasured(result: dict[str, Any]) -> list[str]:
    """Return what failed in a run, one text each."""
    failed = [text for entry in result["rows"] for text in measure.failures(entry)]
    return failed + [
        f"{found['name']}: {found['failure']}"
        for found in [*result["growth"], *result["footprints"]]
        if "failure" in found
    ]


def grown(found: list[dict[str, Any]]) -> list[str]:
    """Return what grows faster than it may."""
    return [str(promise) for promise in promises.of_growth(found) if not promise.holds]


def tell(heading: str, texts: list[str]) -> int:
    """Print the texts, if any, each after the heading; return an exit status."""
    for text in texts:
        print(f"{heading}: {text}", flush=True)
    return 1 if texts else 0


def short(options: argparse.Namespace) -> int:
    """Check counts and growth of the ClusterShell that this interpreter imports."""
    python = Path(sys.executable)
    subject = Process(python)
    about = subject.ask("describe")
    subject.close()
    if about["life"] != "compiled":
        return tell("FAILED", [f"the kernels are {about['life']}: what is gated is compiled"])
    status = 0 if options.no_counts else counts(python, options.update_counts)
    if options.no_growth or options.update_counts:
        return status
    result = {**history.EMPTY, "growth": growth.run(python, SHORT)}
    for promise in promises.of_growth(result["growth"]):
        print(f"{promise.name:68} {promise.figure}, {promise.limit}")
    return status | tell("FAILED", unmeasured(result)) | tell("WORSE", grown(result["growth"]))


def counts(python: Path, update: bool) -> int:
    """Count, and compare that with what is recorded, or record it."""
    found = counted.for_record(python) if update else counted.run(python)
    for name, value in found["named"].items():
        print(f"{name:68} {value:g}")
    print(f"{len(found['rows'])} rows counted", flush=True)
    if update:
        counted.RECORDED.write_text(counted.lines(found))
        return 0
    return tell("WORSE", counted.risen(python, found, counted.read()))


def write_page(result: dict[str, Any], output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    runs = history.read()
    (output / "page.html").write_text(page.page(result, history.by_machine(runs)))
    print(f"{output}/page.html")


def full(options: argparse.Namespace) -> int:
    """Measure everything, write the result, and add it to the history if that is wanted."""
    # Ended from outside, the run still ends the processes that it has started.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    run = Run(options, history.newest())
    try:
        result = run.measure()
    finally:
        run.close()
    options.output.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, indent=1, ensure_ascii=False)
    (options.output / "result.json").write_text(text + "\n")
    print(f"\nmeasured in {duration(run.plan.elapsed())} minutes")
    if options.update:
        history.append(result)
        readme.update(history.newest(), counted.read()["named"])
    write_page(result, options.output)
    tell("PROMISED", [str(promise) for promise in promises.unmet(result)])
    return tell("FAILED", unmeasured(result)) | tell("WORSE", grown(result["growth"]))


def main(argv: Optional[list[str]] = None) -> int:
    options = arguments(argv)
    if options.bisect:
        return comparing.bisect(options)
    if options.against is not None or options.changed:
        return comparing.compare(options)
    if options.render:
        result = {**history.newest(), "counts": counted.read()["named"]}
        readme.update(result, result["counts"])
        write_page(result, options.output)
        return 0
    if options.short or options.update_counts:
        return short(options)
    return full(options)


if __name__ == "__main__":
    sys.exit(main())
