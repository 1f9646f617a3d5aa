"""Which files of the package the rows run: recorded once, for ``--changed``.

``python -m benchmarks.traces`` runs every row once, small, on the ClusterShell that this
Python imports, in the interpreted life, in which kernels are files like all others.  It
writes ``traces.jsonl``: a line for each row of the tables, and one for each operation of
the sweep.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import builds, sweep, workloads
from benchmarks.process import Failed, Process, TookTooLong

RECORDED = Path(__file__).resolve().parent / "traces.jsonl"
TRACING = Path(__file__).resolve().parent / "tracing"

#: Where the package is below the top of a tree.
PACKAGE = "clustershell/ClusterShell/"
#: Size of the rows that are traced.
SCALE = 0.02
#: Rows that run at no smaller size, or not the same code.
WHOLE = ("fold 4,000 random points",)

#: Cases of the sweep that are traced by one request.
CHUNK = 50


def read() -> dict[str, list[str]]:
    """Return the files that each row runs, by its name."""
    lines = map(json.loads, RECORDED.read_text().splitlines())
    return {line["row"]: line["modules"] for line in lines}


def name_of(key: str) -> str:
    """Return the name by which a row stands in the record."""
    return key.partition(", ")[0] if key.startswith(sweep.PREFIX) else key


def traced(run: Callable[[], Any]) -> list[str]:
    """Run something in this process, and in those that it starts; return the files entered."""
    tracing: Any = sys.modules.get("sitecustomize")
    tracing.entered.clear()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(BENCHMARKS_TRACE=folder)
        sys.setprofile(tracing.note)
        try:
            run()
        finally:
            sys.setprofile(None)
            os.environ.pop("BENCHMARKS_TRACE")
        found = set(tracing.modules())
        for path in Path(folder).iterdir():
            found.update(path.read_text().split("\n"))
    return sorted(found - {""})


def _ask(process: Process, op: str, **fields: Any) -> list[list[str]]:
    return process.ask(op, limit=600.0, **fields)["modules"]


def record(python: Path) -> dict[str, list[str]]:
    """Trace every row on the ClusterShell that ``python`` imports."""
    env = {"CLUSTERSHELL_PURE_PYTHON": "1"}
    process = Process(python, env, path=[TRACING])
    found: dict[str, set[str]] = {}
    try:
        for row in workloads.load():
            (modules,) = _ask(process, "trace", key=row.key, scale=SCALE)
            found[row.key] = set(modules)
        cases = list(sweep.cases())
        for at in range(0, len(cases), CHUNK):
            some = cases[at : at + CHUNK]
            answers = _ask(process, "trace_cases", keys=[case.key for case in some])
            for case, modules in zip(some, answers):
                found.setdefault(name_of(case.key), set()).update(modules)
    finally:
        process.close()
    return {key: sorted(modules) for key, modules in found.items()}


def lines(found: dict[str, list[str]]) -> str:
    return "".join(
        json.dumps({"modules": found[key], "row": key}, ensure_ascii=False) + "\n"
        for key in sorted(found)
    )


def changed_files(base: str) -> list[str]:
    """Return the files that differ from a revision, those not yet added included."""
    changed = builds.git("diff", "--name-only", base, "--").splitlines()
    changed += builds.git("ls-files", "--others", "--exclude-standard").splitlines()
    return sorted(set(changed))


def module_of(path: str) -> str:
    """Return the name in the record of a file of the package; a declaration is its kernel's."""
    name = path[len(PACKAGE) :]
    if name.startswith("_compiled/") and name.endswith(".pxd"):
        return f"_kernels/{Path(name).stem}.py"
    return name


def touched(keys: Iterable[str], files: Iterable[str]) -> Iterator[str]:
    """Yield the rows whose code is in some files.

    What is built from but is no module that a row was seen in (how it is built, or what
    is new) concerns all rows; what nothing is built from concerns none.
    """
    recorded = read()
    known = {module for modules in recorded.values() for module in modules}
    relevant = [path for path in files if path.startswith(builds.SOURCES)]
    modules = {module_of(path) for path in relevant if path.startswith(PACKAGE)}
    wide = any(not path.startswith(PACKAGE) for path in relevant)
    wide = wide or any(path == f"{PACKAGE}__init__.py" for path in relevant)
    for module in sorted(modules - known):
        print(f"no row was seen in {module}", flush=True)
    for key in keys:
        run = recorded.get(name_of(key))
        if wide or run is None or modules.intersection(run):
            yield key


def main() -> int:
    argparse.ArgumentParser(
        prog="python -m benchmarks.traces", description=__doc__.partition("\n")[0]
    ).parse_args()
    try:
        found = record(Path(sys.executable))
    except (Failed, TookTooLong) as exc:
        print(exc, file=sys.stderr)
        return 1
    RECORDED.write_text(lines(found))
    print(f"{len(found)} rows and operations in {RECORDED.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
