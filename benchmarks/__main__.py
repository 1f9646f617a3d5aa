"""Measure this tree against the released peer, in one interleaved run.

``python -m benchmarks`` measures every workload on our compiled life, our
interpreted life and the released ClusterShell, with pdsh, dshbak and a plain C
loop where they apply; prints the ratios; writes ``result.json`` and a page with
charts; and compares the ratios with the committed record.

Exit status: 0 when all was measured and nothing has fallen; 1 when a row could
not be measured, or when a ratio, a count or a growth exponent is worse than it
was recorded or promised (each is named); 2 on unusable arguments.
"""

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any, Optional

from benchmarks import counts, environments, gate, growth, measure, page, promises, record
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
    add("--source", type=Path, default=environments.ROOT, help="tree to measure")
    add("--environments", type=Path, default=BUILD, help="folder of the environments")
    add("--as-built", action="store_true", help="measure what the environments hold already")
    add("--output", type=Path, default=BUILD, help="folder of result.json and page.html")
    add("--record", type=Path, default=record.RECORD, help="record to compare with")
    add("--update", action="store_true", help="make this run the record; rewrite the tables")
    add("--render", action="store_true", help="write page and tables from the record; no run")
    options = parser.parse_args(argv)
    if options.rounds < 1 or options.scale <= 0:
        parser.error("--rounds and --scale must be positive")
    partial = options.only or options.short or options.no_memory or options.no_growth
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


def worse(result: dict[str, Any], known: dict[str, Any]) -> list[str]:
    """Return what grows faster than promised or counts more than recorded."""
    grown = [str(promise) for promise in promises.of_growth(result["growth"]) if not promise.holds]
    here, there = (about.get("python", "") for about in (result["about"], known["about"]))
    if known["counts"] and here.split(".")[:2] != there.split(".")[:2]:
        print(f"counts not compared: recorded on Python {there}, which is not {here}")
        return grown
    return grown + counts.compare(result["counts"], known["counts"])


def tell(heading: str, texts: list[str]) -> int:
    """Print the texts, if any, each after the heading; return an exit status."""
    for text in texts:
        print(f"{heading}: {text}", flush=True)
    return 1 if texts else 0


def short(known: dict[str, Any]) -> int:
    """Check counts and growth of the ClusterShell that this interpreter imports."""
    python = Path(sys.executable)
    subject = Process(python)
    about = subject.ask("describe")
    subject.close()
    if about["life"] != "compiled":
        return tell("FAILED", [f"the kernels are {about['life']}: what is gated is compiled"])
    found = {"growth": growth.run(python, SHORT), "counts": counts.run(python)}
    result = {**record.EMPTY, **found, "about": about}
    for promise in promises.of_growth(result["growth"]):
        print(f"{promise.name:68} {promise.figure}, {promise.limit}")
    for name, value in result["counts"].items():
        print(f"{name:68} {value:g}")
    return tell("FAILED", unmeasured(result)) | tell("WORSE", worse(result, known))


def full(options: argparse.Namespace, known: dict[str, Any]) -> int:
    """Measure everything, write the result, and compare it with or make it the record."""
    # Ended from outside, the run still ends the processes that it has started.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    run = Run(options, known)
    try:
        result = run.measure()
        options.output.mkdir(parents=True, exist_ok=True)
        text = json.dumps(result, indent=1, ensure_ascii=False)
        (options.output / "result.json").write_text(text + "\n")
        (options.output / "page.html").write_text(page.page(result))
        print(f"\nmeasured in {duration(run.plan.elapsed())} minutes; {options.output}/page.html")
        tell("PROMISED", [str(promise) for promise in promises.unmet(result)])
        status = tell("FAILED", unmeasured(result))
        if options.update:
            record.write(result, options.record)
            return status | tell("WORSE", worse(result, record.EMPTY))
        status |= tell("WORSE", worse(result, known))
        status |= tell("WORSE", gate.missing(known, result["rows"], whole=not options.only))
        return status | tell("WORSE", list(map(str, gate.falls(result["rows"], known, run.again))))
    finally:
        run.close()


def main(argv: Optional[list[str]] = None) -> int:
    options = arguments(argv)
    if options.render:
        record.render(options.record)
        options.output.mkdir(parents=True, exist_ok=True)
        (options.output / "page.html").write_text(page.page(record.read(options.record)))
        print(f"{options.output}/page.html")
        return 0
    known = record.read(options.record)
    return short(known) if options.short else full(options, known)


if __name__ == "__main__":
    sys.exit(main())
