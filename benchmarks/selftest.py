"""Does the gate catch a slowdown?  Plants some, and looks.

``python -m benchmarks.selftest`` takes a record of a few rows from the tree as
it is and runs the gate, ``python -m benchmarks``, against it: ten times on the
same build, where nothing but noise can differ, which must raise no alarm; and
on a copy of the tree for each of three kernels, built with one function of it
slowed so that a row takes 40 % longer, which must end with that row named.

Exit status: 0 when all of this holds, 1 otherwise.
"""

import argparse
import ast
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import environments
from benchmarks.figures import duration

KERNELS = Path("clustershell") / "ClusterShell" / "_kernels"
SLOWDOWN = 0.4
QUIET_RUNS = 10
#: Rounds of the record: more than in a run, that one bad record is not ten alarms.
ROUNDS = 21


class Plant(NamedTuple):
    """A slowdown: the kernel and the function that gets it, and a row that must show it.

    part: of the row's time, what is spent in the function.
    """

    kernel: str
    function: str
    row: str
    part: float


PLANTS = (
    Plant("intervals", "Runs.union", "RangeSet: union of sparse sets of 100,000", 1.0),
    Plant(
        "names", "Names.read_list", "NodeSet and groups: fromlist of 20,000 names: one prefix", 1.0
    ),
    Plant(
        "vectors",
        "fold",
        "RangeSetND and nD node sets: "
        "union and fold of r[0-19]c[0-39]n[0-9] and r[10-29]c[20-59]n[0-9]",
        0.9,
    ),
)

#: Rows that no slowdown is planted in, of other kernels and of whole commands.
OTHERS = (
    "RangeSet: str() of 100,000: sparse",
    "MsgTree and gathered output: 128 keys",
    "NodeSet and groups: nodeset -f",
    "Engine and clush: 4 MiB of stdin",
)

SLOWED = """
{indent}    from time import perf_counter as clock
{indent}    started = clock()
{indent}    result = {call}
{indent}    end = started + (clock() - started) * {factor}
{indent}    while clock() < end:
{indent}        pass
{indent}    return result
"""


def definitions(body: list[ast.stmt]) -> Iterator[Any]:
    """Yield the classes and functions of a body, those of either life included."""
    for statement in body:
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
            yield statement
        elif isinstance(statement, ast.If):
            yield from definitions(statement.body)
            yield from definitions(statement.orelse)


def find(tree: ast.Module, name: str) -> ast.FunctionDef:
    """Return a function by its dotted name; the first, where both lives have one."""
    node: Any = tree
    for part in name.split("."):
        node = next(found for found in definitions(node.body) if found.name == part)
    return node


def plant(source: str, name: str, slowdown: float) -> str:
    """Return the source with one function taking ``slowdown`` (a fraction) longer.

    The function is kept under another name, as a plain Python function; a new
    one under its name, with the same decorators and parameters, calls it and
    then spins.
    """
    node = find(ast.parse(source), name)
    lines = source.splitlines(keepends=True)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
    head = "".join(lines[first : node.body[0].lineno - 1])
    kept = "".join(lines[node.lineno - 1 : node.end_lineno])
    indent = " " * node.col_offset
    names = [argument.arg for argument in node.args.args]
    moved = kept.replace(f"def {node.name}(", f"def {node.name}_as_written(", 1)
    if names[:1] == ["self"]:
        call = f"self.{node.name}_as_written({', '.join(names[1:])})"
    else:
        call = f"{node.name}_as_written({', '.join(names)})"
    slow = SLOWED.format(indent=indent, call=call, factor=1 + slowdown).lstrip("\n")
    return "".join(lines[:first]) + moved + "\n" + head + slow + "".join(lines[node.end_lineno :])


def slowed_tree(folder: Path, spot: Plant) -> Path:
    """Return a copy of this tree with that slowdown planted."""
    target = environments.copied(environments.ROOT, folder / spot.kernel)
    path = target / KERNELS / f"{spot.kernel}.py"
    path.write_text(plant(path.read_text(), spot.function, SLOWDOWN / spot.part))
    return target


def gate(folder: Path, *options: str) -> tuple[int, list[str]]:
    """Run the gate on the rows of the self-test; return its exit status and what it named."""
    rows = [f"--only={row}" for row in (*(spot.row for spot in PLANTS), *OTHERS)]
    command = [sys.executable, "-m", "benchmarks", "--no-memory", "--no-growth", *rows]
    command += [f"--environments={folder}", *options]
    done = subprocess.run(command, cwd=environments.ROOT, capture_output=True, text=True)
    named = [line for line in done.stdout.splitlines() if line.startswith(("WORSE:", "FAILED:"))]
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.returncode, named


def is_quiet(folder: Path, record: Path, number: int) -> bool:
    """Run the gate on the build that the record is of; return whether it raised no alarm."""
    status, named = gate(folder, "--as-built", f"--record={record}", f"--output={folder}/quiet")
    verdict = "no alarm" if status == 0 and not named else "FALSE ALARM"
    print(f"run {number + 1} of the tree as it is: {verdict}", *named, sep="\n  ", flush=True)
    return status == 0 and not named


def is_caught(folder: Path, record: Path, spot: Plant) -> bool:
    """Run the gate on a tree with a slowdown; return whether it named the row."""
    with tempfile.TemporaryDirectory() as scratch:
        source = slowed_tree(Path(scratch), spot)
        options = f"--source={source}", f"--record={record}", f"--output={folder}/{spot.kernel}"
        status, named = gate(folder, *options)
    caught = status == 1 and any(f"WORSE: {spot.row} [compiled]" in line for line in named)
    verdict = "caught" if caught else "MISSED"
    print(f"{spot.kernel}.{spot.function}: {verdict}", *named, sep="\n  ", flush=True)
    return caught


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.selftest")
    default = environments.ROOT / "build" / "selftest"
    parser.add_argument("--environments", type=Path, default=default)
    parser.add_argument("--quiet-runs", type=int, default=QUIET_RUNS)
    options = parser.parse_args()
    begun, folder = time.monotonic(), options.environments
    print("building the tree as it is, and taking a record of it", flush=True)
    base = f"--output={folder}/base", f"--record={folder}/none.json", f"--rounds={ROUNDS}"
    gate(folder, *base)
    record = folder / "base" / "result.json"
    quiet = [is_quiet(folder, record, number) for number in range(options.quiet_runs)]
    caught = [is_caught(folder, record, spot) for spot in PLANTS]
    print(
        f"{sum(caught)} of {len(caught)} slowdowns caught, {len(quiet) - sum(quiet)} false alarms "
        f"in {len(quiet)} runs; {duration(time.monotonic() - begun)} minutes"
    )
    return 0 if all(caught) and all(quiet) else 1


if __name__ == "__main__":
    sys.exit(main())
