"""Does the gate catch a slowdown?  Plants some, and looks.

``python -m benchmarks.selftest`` makes copies of this tree in which one
function of one kernel takes 40 % longer, builds each, and measures a few rows
against a record taken from the tree as it is.  Each slowdown must be named, and
ten runs of the tree as it is must raise no alarm.

Exit status: 0 when all of this holds, 1 otherwise.
"""

import argparse
import ast
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import environments, gate, measure, workloads

KERNELS = Path("clustershell") / "ClusterShell" / "_kernels"
SLOWDOWN = 0.4
QUIET_RUNS = 10
ROUNDS = 9


class Plant(NamedTuple):
    """A slowdown: the kernel and the function that gets it, and a row that must show it."""

    kernel: str
    function: str
    row: str


PLANTS = (
    Plant("intervals", "Runs.union", "RangeSet: union of sparse sets of 100,000"),
    Plant("names", "Names.read_list", "NodeSet and groups: fromlist of 20,000 names: one prefix"),
    Plant("vectors", "fold", "RangeSetND and nD node sets: two overlapping 300x300 boxes"),
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
    path.write_text(plant(path.read_text(), spot.function, SLOWDOWN))
    return target


class Bench:
    """Measures the rows of :data:`PLANTS` on one tree against the released peer."""

    def __init__(self, python: Path, peer: Path) -> None:
        self.subjects = {"compiled": measure.Process(python), "peer": measure.Process(peer)}
        wanted = {spot.row for spot in PLANTS}
        self.rows = {row.key: row for row in workloads.load() if row.key in wanted}
        assert set(self.rows) == wanted, wanted - set(self.rows)

    def row(self, key: str, rounds: int) -> dict[str, Any]:
        return measure.measure_row(self.rows[key], self.subjects, rounds=rounds, memory=False)

    def run(self) -> list[dict[str, Any]]:
        return [self.row(key, ROUNDS) for key in self.rows]

    def falls(self, record: dict[str, Any]) -> list[gate.Fall]:
        return gate.falls(self.run(), record, self.row)

    def close(self) -> None:
        for process in self.subjects.values():
            process.close()


def check_planted(base: Path, peer: Path, record: dict[str, Any], spot: Plant) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        python = environments.ours(base, slowed_tree(Path(folder), spot), f"slow-{spot.kernel}")
    bench = Bench(python, peer)
    named = bench.falls(record)
    bench.close()
    for fall in named:
        print(f"  {fall}")
    caught = any(fall.key == spot.row for fall in named)
    print(f"{spot.kernel}.{spot.function}: {'caught' if caught else 'MISSED'}", flush=True)
    return caught


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.selftest")
    default = environments.ROOT / "build" / "benchmarks"
    parser.add_argument("--environments", type=Path, default=default)
    base = parser.parse_args().environments
    peer = environments.peer(base)
    bench = Bench(environments.ours(base), peer)
    record = {"rows": bench.run()}
    alarms = 0
    for number in range(QUIET_RUNS):
        named = bench.falls(record)
        alarms += len(named)
        print(f"run {number + 1} of the tree as it is: {len(named)} alarms", *named, flush=True)
    bench.close()
    caught = [check_planted(base, peer, record, spot) for spot in PLANTS]
    print(f"{sum(caught)} of {len(caught)} slowdowns caught, {alarms} false alarms")
    return 0 if all(caught) and not alarms else 1


if __name__ == "__main__":
    sys.exit(main())
